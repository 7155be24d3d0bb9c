"""Prices and times from door to door against published ones, and the page that shows them."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import pytest

from greenroute import Itinerary, Network, Rates, Shipment, read_network, route
from greenroute.plan.leg import Leg, LegKind
from greenroute.tables import data_folder
from greenroute.units import HOURS_PER_DAY

LEVELS = data_folder() / "tariffs" / "default-2026" / "door_levels.csv"
PAGE = Path(__file__).parents[2] / "docs" / "market-levels.md"
FACTOR = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A published range beside the figure of the same legs [USD or days]."""

    scope: str
    low: float
    high: float
    ours: float

    @property
    def ratio(self) -> float:
        return self.ours / math.sqrt(self.low * self.high)

    def cells(self, digits: int) -> str:
        published = f"{self.low:,.10g}"
        if self.high > self.low:
            published += f"-{self.high:,.10g}"
        return (
            f"{self.scope} | {published} | {self.ours:,.{digits}f} | {self.ratio:.2f} "
            f"({self.ratio - 1:+.0%})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A lane of the table, from door to door and beside what is published."""

    lane: str
    exception: str
    cost_usd: float
    transit_days: float
    price: Level | None
    time: Level | None

    def as_row(self) -> str:
        price, time = (
            "none found | - | - | -" if level is None else level.cells(digits)
            for level, digits in ((self.price, 0), (self.time, 1))
        )
        return (
            f"| {self.lane} | {self.cost_usd:,.0f} | {self.transit_days:.1f} "
            f"| {price} | {time} |"
        )

    @property
    def ratios(self) -> tuple[float, ...]:
        return tuple(level.ratio for level in (self.price, self.time) if level)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with LEVELS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def network() -> Network:
    return read_network()


@pytest.fixture(scope="module")
def every(network: Network, rates: Rates, rows: list[dict[str, str]]) -> list[Compared]:
    return [compare(row, network, rates) for row in rows]


@pytest.fixture(scope="module")
def compared(every: list[Compared]) -> list[Compared]:
    return [level for level in every if not level.exception]


def compare(row: dict[str, str], network: Network, rates: Rates) -> Compared:
    itinerary = cheapest(row, network, rates)
    return Compared(
        lane=row["lane"],
        exception=row["exception"],
        cost_usd=itinerary.cost_usd,
        transit_days=itinerary.transit_h / HOURS_PER_DAY,
        price=price_level(row, itinerary),
        time=time_level(row, itinerary),
    )


def price_level(row: dict[str, str], itinerary: Itinerary) -> Level | None:
    if not row["price_scope"]:
        return None
    legs = counted(itinerary, row["price_scope"])
    return Level(
        scope=row["price_scope"],
        low=float(row["price_low_usd"]),
        high=float(row["price_high_usd"]),
        ours=math.fsum(leg.cost_usd for leg in legs),
    )


def time_level(row: dict[str, str], itinerary: Itinerary) -> Level | None:
    if not row["time_scope"]:
        return None
    legs = counted(itinerary, row["time_scope"])
    return Level(
        scope=row["time_scope"],
        low=float(row["time_low_days"]),
        high=float(row["time_high_days"]),
        ours=math.fsum(leg.duration_h for leg in legs) / HOURS_PER_DAY,
    )


def cheapest(row: dict[str, str], network: Network, rates: Rates) -> Itinerary:
    """Return the cheapest itinerary by the main modes of a row."""
    shipment = Shipment(
        origin=row["origin"],
        destination=row["destination"],
        mass_kg=float(row["mass_kg"]),
        volume_m3=float(row["volume_m3"]),
    )
    frontier = route(
        shipment,
        network,
        rates,
        avoid=row["avoid"].split(";"),
        via=[place for place in row["via"].split(";") if place],
    )
    return next(i for i in frontier.itineraries if i.main_modes == row["main_modes"])


def counted(itinerary: Itinerary, scope: str) -> tuple[Leg, ...]:
    """Return the legs of a scope: all, from the first to the last main run, or runs only."""
    if scope == "door":
        return itinerary.legs
    modes = itinerary.main_modes.split("-")
    main = [
        index
        for index, leg in enumerate(itinerary.legs)
        if leg.kind is LegKind.TRANSPORT and leg.mode in modes
    ]
    if scope == "main":
        return itinerary.legs[main[0] : main[-1] + 1]
    assert scope == "runs"
    return tuple(itinerary.legs[index] for index in main)


def test_fifteen_lanes_and_more_have_a_price_and_a_time(
    compared: list[Compared],
) -> None:
    both = {x.lane for x in compared if x.price is not None and x.time is not None}

    assert len(both) >= 15


def test_every_figure_has_a_source_a_date_and_a_confidence(
    rows: list[dict[str, str]],
) -> None:
    lacking = [
        (row["lane"], part)
        for row in rows
        for part in ("price", "time")
        if row[f"{part}_scope"]
        and not (
            row[f"{part}_source"]
            and row[f"{part}_date"]
            and row[f"{part}_confidence"] in {"high", "medium", "low"}
        )
    ]

    assert lacking == []


def test_no_price_and_no_time_is_off_by_more_than_a_factor_of_two(
    compared: list[Compared],
) -> None:
    off = [x.as_row() for x in compared if not all(map(is_near, x.ratios))]

    assert off == []


def test_what_is_listed_as_an_exception_is_one(every: list[Compared]) -> None:
    near = [x.as_row() for x in every if x.exception and all(map(is_near, x.ratios))]

    assert near == []


def is_near(ratio: float) -> bool:
    return 1 / FACTOR < ratio < FACTOR


def test_a_container_from_shanghai_to_rotterdam_pays_these_legs(
    network: Network, rates: Rates, rows: list[dict[str, str]]
) -> None:
    row = next(row for row in rows if row["lane"] == "Shanghai - Rotterdam, FCL")
    itinerary = cheapest(row, network, rates)
    run = counted(itinerary, "main")

    # 150 + 2 x 27.2 to the port, 50 + 240 to load, 80 to export; the run; 150 to import,
    # 50 + 240 to unload, 150 + 2 x 5 to the door: 4,223.79 with 400 + 0.135 x 19,625.1.
    assert [leg.cost_usd for leg in run] == [pytest.approx(3_049.39, abs=0.01)]
    assert itinerary.cost_usd == pytest.approx(
        204.4 + 290 + 80 + run[0].cost_usd + 150 + 290 + 160, abs=0.005
    )


def test_the_page_shows_the_table_as_it_is(every: list[Compared]) -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    shown = [level.as_row() for level in every]

    assert [row for row in shown if row not in page] == []


def test_the_page_says_how_far_off_the_tariff_is_on_the_whole(
    compared: list[Compared],
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    prices = [x.price.ratio for x in compared if x.price is not None]
    times = [x.time.ratio for x in compared if x.time is not None]

    for ratios in (prices, times):
        mean = math.exp(math.fsum(map(math.log, ratios)) / len(ratios))
        text = f"{mean:.2f} times the published level, from {min(ratios):.2f} to {max(ratios):.2f}"
        assert text in page


def test_the_page_names_every_source_and_its_date(rows: list[dict[str, str]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    lines = [
        f"| {row['lane']} | {part} | {row[f'{part}_source']} | {row[f'{part}_date']} "
        f"| {row[f'{part}_confidence']} |"
        for row in rows
        for part in ("price", "time")
        if row[f"{part}_scope"]
    ]

    assert [line for line in lines if line not in page] == []
