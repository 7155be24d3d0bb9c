"""Order books with rate cards: they win, boxes are shared at their price; sums by hand."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from dated_books import Goods, Places, Run, book_in_days, least_usd, network_in_days
from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.orders.shipment import Shipment
from greenroute.plan.check_plan import check_plan
from greenroute.rating.charges import Charges
from greenroute.rating.read import read_rates
from greenroute.solver.plans.result import PlanResult
from greenroute.solver.plans.solve import plan
from greenroute.solver.route import route
from greenroute.solver.stop import Stop
from networks import network_of
from rate_cards import charges_by

RATES = read_rates()
FREE = "hub_h=0 hub_cost_usd_per_t=0 hub_wtw_kg_per_t=0"
#: Hubs cost nothing; within a customs territory there is nothing else to pay.
SEA = network_of(f"""
    CNAAA -sea 9000km 300h-> CNBBB
    CNAAA: kind=seaport {FREE}
    CNBBB: kind=seaport {FREE}
""")
HEADER = (
    "origin destination mode equipment valid_from valid_to currency break_from_kg "
    "base_per_shipment base_per_unit base_per_kg minimum surcharge_BAF surcharge_PSS"
)
#: EUR at 1.25 USD: 1,000 a box, 50 an order, 120 a box, 10 % of the base price.
BOX = "CN CN sea {} 2026-01-01 - EUR - 50 1000 - - 120 10%"
JUNE = "2026-06-15T08:00Z"


def book(*masses_kg: int, cargo: str = "dry", ready: str = JUNE) -> OrderBook:
    rows = [
        f"O{number} CNAAA CNBBB {kg} {kg / 500:g} {cargo} {ready}"
        for number, kg in enumerate(masses_kg)
    ]
    head = "order_id origin destination mass_kg volume_m3 cargo ready_at"
    return book_of("\n".join([head, *rows]))


def card(folder: Path, *rows: str, network: Network = SEA) -> Charges:
    return charges_by(folder, "\n".join((HEADER, *rows)), network)


def solved(
    orders: OrderBook, charges: Charges | None, network: Network = SEA
) -> PlanResult:
    result = plan(orders, network, RATES, charges=charges, stop=Stop(gap=0, seconds=20))

    assert result.plan is not None
    assert check_plan(result.plan, orders, network, RATES, charges=charges) == ()
    assert result.bound_usd <= result.objective_usd
    return result


def runs(result: PlanResult) -> list[tuple[str, str]]:
    """Return equipment and card of the runs."""
    assert result.plan is not None
    return [
        (leg["equipment"], leg["card"])
        for leg in result.plan.legs.table().to_pylist()
        if leg["kind"] == "transport"
    ]


def test_a_card_prices_the_lane_of_an_order(tmp_path: Path) -> None:
    result = solved(book(30_000), card(tmp_path, BOX.format("40HQ")))

    # Two boxes of 26.5 t: (50 + 2 x 1000) x 1.10 + 2 x 120 EUR, at 1.25 USD.
    assert result.objective_usd == (2050 * 1.10 + 240) * 1.25
    assert runs(result) == [("40HC", "cards.csv:2")]
    assert result.rate_cards == "1 rows of cards.csv on 2026-06-15"
    assert [(r.currency, str(r.date)) for r in result.exchange] == [
        ("EUR", "2026-01-01")
    ]


def test_orders_share_a_box_at_the_price_of_the_card(tmp_path: Path) -> None:
    result = solved(book(9_000, 12_000), card(tmp_path, BOX.format("40HC")))

    # One box for both, 1000 x 1.10 + 120 EUR, and 50 x 1.10 for each order.
    assert result.objective_usd == pytest.approx((1220 + 2 * 55) * 1.25)
    assert result.plan is not None
    [load] = result.plan.loads.to_pylist()
    assert (load["equipment"], load["boxes"], load["orders"]) == ("40HC", 1, 2)
    assert load["cost_usd"] == 1220 * 1.25


def test_the_cheapest_equipment_that_takes_the_goods_wins(tmp_path: Path) -> None:
    charges = card(
        tmp_path,
        "CN CN sea 40HC 2026-01-01 - USD - - 900 - - - -",
        "CN CN sea LCL 2026-01-01 - USD - - 80 - - - -",
    )

    # 10 t in 20 m3 are 20 W/M at 80, or a box at 900; 5 t in 10 m3 are 10 W/M.
    assert solved(book(10_000), charges).objective_usd == 900
    assert solved(book(5_000), charges).objective_usd == 800
    # Both in one box.
    assert solved(book(10_000, 5_000), charges).objective_usd == 900


def test_a_minimum_is_paid_by_each_order(tmp_path: Path) -> None:
    charges = card(tmp_path, "CN CN sea 40HC 2026-01-01 - USD - - 100 - 500 - -")

    # Boxes of 100 USD, but 500 an order: goods that share one would not pay less.
    assert solved(book(9_000, 12_000), charges).objective_usd == 1000


def test_heavier_breaks_are_cheaper(tmp_path: Path) -> None:
    text = """
        origin destination mode equipment valid_from currency break_from_kg base_per_chargeable_kg
        CN     CN          sea  -         2026-01-01 USD      -             3
        CN     CN          sea  -         2026-01-01 USD      1000          2
    """
    result = solved(book(400, 900, 1_500), charges_by(tmp_path, text, SEA))

    # 400 kg at 3; 900 kg cost less as 1,000 at 2; 1,500 kg at 2.
    assert result.objective_usd == 1200 + 2000 + 3000
    assert runs(result) == [("", "cards.csv:2"), *[("", "cards.csv:3")] * 2]


def test_cargo_that_the_card_does_not_take_has_the_price_of_the_tariff(
    tmp_path: Path,
) -> None:
    network = network_of(f"""
        CNAAA -road 900km 30h-> CNBBB
        CNAAA: {FREE}
        CNBBB: {FREE}
    """)
    charges = card(
        tmp_path, "CN CN road FTL 2026-01-01 - USD - - 1 - - - -", network=network
    )
    chilled = book(9_000, cargo="reefer")
    by_card, by_tariff = (solved(chilled, some, network) for some in (charges, None))

    assert runs(by_card) == [("FTL-RF", "")]
    assert by_card.objective_usd == by_tariff.objective_usd
    assert runs(solved(book(9_000), charges, network)) == [("FTL", "cards.csv:2")]


def test_a_lane_is_found_because_of_its_card(tmp_path: Path) -> None:
    network = network_of(f"""
        CNAAA -road 2000km 40h-> CNBBB
        CNAAA -rail 2000km 60h-> CNCCC
        CNCCC -rail 2000km 60h-> CNBBB
        CNAAA: kind=rail_terminal {FREE}
        CNBBB: kind=rail_terminal {FREE}
        CNCCC: kind=rail_terminal {FREE}
    """)
    charges = card(
        tmp_path, "* * rail 40HC 2026-01-01 - USD - - 1 - - - -", network=network
    )

    assert solved(book(9_000), charges, network).objective_usd == 2


def test_equipment_that_a_lane_names_is_the_only_one(tmp_path: Path) -> None:
    network = network_of(f"""
        CNAAA -sea 9000km 300h equipment=22G1-> CNBBB
        CNAAA: kind=seaport {FREE}
        CNBBB: kind=seaport {FREE}
    """)
    # 45 m3 fill a 20GP of 28 m3 twice.
    result = solved(book(22_500), None, network)
    per_box = RATES.tariff.lane_price
    code = RATES.tariff.equipment.names.index("20GP")
    toc = RATES.tariff.toc_code("sea-container-8000")
    usd = per_box.usd_per_unit[toc, code] + 9000 * per_box.usd_per_unit_km[toc, code]

    assert runs(result) == [("20GP", "")]
    assert result.objective_usd == pytest.approx(
        per_box.usd_per_shipment[toc, code] + 2 * usd, abs=0.005
    )
    charges = card(
        tmp_path,
        "CN CN sea 40HC 2026-01-01 - USD - - 1 - - - -",
        "CN CN sea 20GP 2026-01-01 - USD - - 700 - - - -",
        network=network,
    )
    assert solved(book(22_500), charges, network).objective_usd == 1400


ROW = st.tuples(
    st.sampled_from(["40HC", "20GP", "LCL", "-"]),
    st.sampled_from([0, 60]),
    st.sampled_from([0, 800]),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([0, 2000]),
    st.sampled_from(["-", "30/shipment", "10%", "1/kg"]),
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=3, unique_by=lambda row: row[0]),
    mass_kg=st.sampled_from([100, 900, 5_000, 22_000, 40_000]),
    m3=st.sampled_from([10, 60]),
    breaks=st.booleans(),
)
def test_one_order_pays_what_the_frontier_says(
    rows: list[tuple[str, int, int, int, int, str]],
    mass_kg: int,
    m3: int,
    *,
    breaks: bool,
) -> None:
    lines = [
        f"CN CN sea {kind} 2026-01-01 - USD {start} {once} "
        f"{0 if kind == '-' else unit} {kg} {least} {more} -"
        for kind, once, unit, kg, least, more in rows
        for start in ((0, 1000) if breaks else (0,))
    ]
    text = (
        "order_id origin destination mass_kg volume_m3 ready_at\n"
        f"A CNAAA CNBBB {mass_kg} {m3} {JUNE}"
    )
    with tempfile.TemporaryDirectory() as folder:
        charges = card(Path(folder), *lines)
    result = solved(book_of(text), charges)
    shipment = Shipment(
        origin="CNAAA", destination="CNBBB", mass_kg=mass_kg, volume_m3=m3
    )
    found = route(shipment, SEA, RATES, charges=replace(charges, on=date(2026, 6, 15)))
    [cheapest] = [min(found.itineraries, key=lambda way: way.cost_usd)]

    assert result.objective_usd == pytest.approx(cheapest.cost_usd, abs=0.006)
    assert [one for one, _ in runs(result)] == [cheapest.legs[1].equipment]


PLACES: Places = {"XXAAA": 2, "XXBBB": 1, "XXPPP": None, "XXCCC": 0}
RUN = st.builds(
    Run,
    start=st.sampled_from(["XXAAA", "XXBBB", "XXPPP"]),
    end=st.sampled_from(["XXPPP", "XXCCC"]),
    days=st.integers(1, 2),
    weekdays=st.sampled_from([(0,), (1, 3), (0, 1, 2, 3, 4, 5, 6)]),
    price_usd=st.sampled_from([0, 100, 250]),
    fixed_usd=st.sampled_from([0, 150]),
    box_m3=st.sampled_from([5, 10]),
)
GOODS = st.builds(
    Goods,
    start=st.sampled_from(["XXAAA", "XXBBB"]),
    end=st.just("XXCCC"),
    m3=st.sampled_from([3, 7, 12]),
    ready=st.integers(0, 2),
    due=st.integers(4, 7),
)


def by_card(folder: Path, network: Network) -> tuple[Network, Charges]:
    """Return the network without prices by box, and a card that has them."""
    lanes = network.lanes
    rows = [
        f"{lane} road crate 2026-01-01 USD {usd:g}"
        for lane, usd in zip(
            lanes.id.to_pylist(), lanes.cost_usd_per_equipment, strict=True
        )
        if not np.isnan(usd)
    ]
    head = "lane mode equipment valid_from currency base_per_unit"
    nothing = np.full(len(lanes), np.nan)
    network = replace(network, lanes=replace(lanes, cost_usd_per_equipment=nothing))
    return network, charges_by(folder, "\n".join([head, *rows]), network)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    some=st.lists(RUN, min_size=2, max_size=6),
    orders=st.lists(GOODS, min_size=1, max_size=3),
)
def test_boxes_of_departures_cost_by_card_what_they_cost_by_lane(
    some: list[Run], orders: list[Goods]
) -> None:
    always = [
        Run(start=start, end="XXCCC", days=2, weekdays=(), price_usd=1500)
        for start in ("XXAAA", "XXBBB")
    ]
    every = [*(run for run in some if run.start != run.end), *always]
    with tempfile.TemporaryDirectory() as folder:
        network, charges = by_card(Path(folder), network_in_days(every, PLACES))
    result = solved(book_in_days(orders), charges, network)

    best = least_usd(orders, every, PLACES)
    assert result.objective_usd == pytest.approx(best, abs=0.006)
    assert result.full_gap == 0


SHIP = """
    XXAAA -sea 900km 48h departs_on=fri cut_off_h=0 {}-> XXCCC
    XXAAA: kind=seaport storage_usd_per_m3_day=0 hub_h=0 hub_cost_usd_per_t=0 hub_wtw_kg_per_t=0
    XXCCC: kind=seaport hub_h=0 hub_cost_usd_per_t=0 hub_wtw_kg_per_t=0
"""
TWO = [Goods(start="XXAAA", end="XXCCC", m3=6, ready=0, due=20)] * 2


def test_a_card_of_the_tariffs_equipment_prices_boxes_of_a_departure(
    tmp_path: Path,
) -> None:
    network = network_of(SHIP.format("cost_usd_per_departure=40"))
    charges = card(
        tmp_path,
        "* * sea 40HC 2026-01-01 - USD - 7 300 - - 12/shipment 10%",
        "* * sea LCL 2026-01-01 - USD - - 30 - - - -",
        network=network,
    )

    # 12 m3 by W/M are 360; a box is 330 for both, and 7 x 1.10 + 12 for each; the ship 40.
    result = solved(book_in_days(TWO), charges, network)
    assert result.objective_usd == 360 + 40
    [few, _] = TWO
    more = [replace(few, m3=30)] * 2
    result = solved(book_in_days(more), charges, network)
    assert result.objective_usd == pytest.approx(330 + 2 * (7.7 + 12) + 40)
    assert runs(result) == [("40HC", "cards.csv:2")] * 2


def test_a_price_that_needs_no_equipment_holds_on_departures(tmp_path: Path) -> None:
    network = network_of(SHIP.format("cost_usd_per_departure=40"))
    charges = card(
        tmp_path, "* * sea - 2026-01-01 - USD - 5 - 0.1 - - -", network=network
    )

    # 600 kg at 0.10 and 5 for each order, and the ship.
    assert solved(book_in_days(TWO), charges, network).objective_usd == 2 * 65 + 40


def test_a_card_for_part_of_the_cargoes_beside_an_own_price_is_an_error(
    tmp_path: Path,
) -> None:
    network = network_of(SHIP.format("cost_usd_per_equipment=40"))
    charges = card(
        tmp_path, "* * sea 40HC 2026-01-01 - USD - - 30 - - - -", network=network
    )
    text = (
        "order_id origin destination mass_kg volume_m3 cargo ready_at\n"
        f"A XXAAA XXCCC 900 3 dry {JUNE}\nB XXAAA XXCCC 900 3 reefer {JUNE}"
    )

    with pytest.raises(
        DataError,
        match=r"has cost_usd_per_equipment, and is priced by .*, which does not take reefer",
    ):
        plan(book_of(text), network, RATES, charges=charges)
    dry = book_of("\n".join(text.splitlines()[:2]))
    assert solved(dry, charges, network).objective_usd == 30


def test_a_lane_by_date_that_nothing_prices_is_an_error() -> None:
    network = network_of(SHIP.format("equipment=crate equipment_m3=10"))

    with pytest.raises(DataError, match=r"'crate' of 10 m3 that .* or a rate card"):
        plan(book_in_days(TWO), network, RATES)


def test_a_card_for_no_lane_changes_nothing(tmp_path: Path) -> None:
    charges = card(tmp_path, "CN CN air - 2026-01-01 - USD - - - 1 - - -")
    with_card, without = (solved(book(9_000), some) for some in (charges, None))

    assert with_card.objective_usd == without.objective_usd
    assert with_card.rate_cards.endswith(
        "1 the most specific for no lane of the network"
    )


def test_no_orders_need_no_day(tmp_path: Path) -> None:
    empty = book_of("order_id origin destination mass_kg ready_at")
    result = plan(empty, SEA, RATES, charges=card(tmp_path, BOX.format("40HC")))

    assert result.objective_usd == 0
