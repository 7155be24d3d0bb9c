"""The default tariff against published market levels, and the page that shows it."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import pytest

from greenroute.rating.read import Rates
from greenroute.tables import data_folder

LEVELS = data_folder() / "tariffs" / "default-2026" / "levels.csv"
PAGE = Path(__file__).parents[2] / "docs" / "rating.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A published price of a run beside that of the tariff [USD per unit]."""

    run: str
    equipment: str
    direction: str
    low_usd: float
    high_usd: float
    tariff_usd: float

    @property
    def ratio(self) -> float:
        return self.tariff_usd / math.sqrt(self.low_usd * self.high_usd)

    def as_row(self) -> str:
        published = f"{self.low_usd:,.0f}"
        if self.high_usd > self.low_usd:
            published += f"-{self.high_usd:,.0f}"
        return (
            f"| {self.run} | {self.equipment} | {published} | {self.tariff_usd:,.0f} "
            f"| {self.ratio:.2f} | {self.direction} |"
        )


def levels(rates: Rates) -> list[Level]:
    tariff, found = rates.tariff, []
    with LEVELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            toc = tariff.tocs.index(row["toc"])
            equipment = tariff.equipment.names.index(row["equipment"])
            price = tariff.lane_price.at(toc)
            found.append(
                Level(
                    run=row["run"],
                    equipment=row["equipment"],
                    direction=row["direction"],
                    low_usd=float(row["published_low_usd"]),
                    high_usd=float(row["published_high_usd"]),
                    tariff_usd=float(
                        price.usd_per_unit[equipment]
                        + price.usd_per_unit_km[equipment] * float(row["distance_km"])
                    ),
                )
            )
    return found


def test_head_hauls_are_within_a_factor_of_two_or_so(rates: Rates) -> None:
    ratios = {
        level.run: level.ratio for level in levels(rates) if level.direction != "back"
    }

    assert len(ratios) >= 20
    assert {run: ratio for run, ratio in ratios.items() if not 0.45 < ratio < 2} == {}


def test_head_hauls_are_neither_too_dear_nor_too_cheap_on_the_whole(
    rates: Rates,
) -> None:
    logs = [math.log(x.ratio) for x in levels(rates) if x.direction != "back"]

    assert math.exp(sum(logs) / len(logs)) == pytest.approx(0.86, abs=0.005)


def test_back_hauls_are_too_dear_as_the_page_says(rates: Rates) -> None:
    back = [level.ratio for level in levels(rates) if level.direction == "back"]

    assert min(back) > 1
    assert max(back) == pytest.approx(6.45, abs=0.005)


def test_the_page_shows_the_table_as_it_is(rates: Rates) -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [
        level.as_row() for level in levels(rates) if level.as_row() not in page
    ] == []
