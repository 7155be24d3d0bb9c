"""The check of a plan rates legs again by rate cards, and finds what they do not say."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from books import book_of
from dated_books import Goods, book_in_days
from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_plan import check_plan
from greenroute.plan.plan import Plan
from greenroute.rating.charges import Charges
from greenroute.rating.read import read_rates
from greenroute.solver.plans.solve import plan
from networks import network_of
from rate_cards import charges_by

RATES = read_rates()
FREE = "kind=seaport hub_h=0 hub_cost_usd_per_t=0 hub_wtw_kg_per_t=0"
WEEKLY = network_of(f"""
    CNAAA -sea 9000km 300h-> CNBBB
    CNAAA: {FREE}
    CNBBB: {FREE}
""")
DATED = network_of(f"""
    XXAAA -sea 900km 48h departs_on=fri cut_off_h=0 equipment=crate equipment_m3=10 -> XXCCC
    XXAAA: {FREE}
    XXCCC: {FREE}
""")
BOOK = book_of("""
    order_id origin destination mass_kg volume_m3 ready_at
    A        CNAAA  CNBBB       6000    30        2026-06-15T08:00Z
    B        CNAAA  CNBBB       6000    30        2026-06-15T08:00Z
    C        CNAAA  CNBBB       6000    30        2026-06-15T08:00Z
""")
DAYS = book_in_days([Goods(start="XXAAA", end="XXCCC", m3=3, ready=0, due=20)] * 2)
HEADER = (
    "origin destination mode equipment valid_from currency base_per_unit base_per_kg"
)
BOX = "* * sea 40HC 2026-01-01 USD 300 0"
CRATE = "* * sea crate 2026-01-01 USD 300 0.01"
LOOSE = "* * sea LCL 2026-01-01 USD 9 0"


def planned(
    folder: Path, network: Network, orders: OrderBook, *rows: str
) -> tuple[Plan, Charges]:
    charges = charges_by(folder, "\n".join((HEADER, *rows)), network)
    result = plan(orders, network, RATES, charges=charges)

    assert result.plan is not None
    assert check_plan(result.plan, orders, network, RATES, charges=charges) == ()
    return result.plan, charges


def test_legs_boxed_and_loose_by_card_are_proven(tmp_path: Path) -> None:
    made, _ = planned(tmp_path, WEEKLY, BOOK, BOX, LOOSE)
    used = set(made.legs.table()["card"].to_pylist())

    # Two share a box of 65 m3 at 300; the third goes loose, 30 W/M at 9.
    assert made.cost_usd == 570
    assert used == {"", "cards.csv:2", "cards.csv:3"}


@pytest.mark.parametrize("row", range(9))
def test_another_price_than_the_cards_is_found(tmp_path: Path, row: int) -> None:
    made, charges = planned(tmp_path, WEEKLY, BOOK, BOX, LOOSE)
    cents = made.legs.cents.copy()
    cents[row] += 1
    wrong = replace(made, legs=replace(made.legs, cents=cents))
    found = check_plan(wrong, BOOK, WEEKLY, RATES, charges=charges)

    assert any("other than the tables" in t or "do not pay" in t for t in found), found


@pytest.mark.parametrize(
    ("network", "orders", "rows", "complaint"),
    [
        (WEEKLY, BOOK, (BOX, LOOSE), "do not pay its price"),
        (DATED, DAYS, (CRATE,), "costs other than its boxes do"),
    ],
)
def test_a_plan_by_another_card_is_found(
    tmp_path: Path,
    network: Network,
    orders: OrderBook,
    rows: tuple[str, ...],
    complaint: str,
) -> None:
    made, _ = planned(tmp_path, network, orders, *rows)
    dearer = "\n".join((HEADER, *rows)).replace(" 300 ", " 301 ")
    other = charges_by(tmp_path, dearer, network)

    found = check_plan(made, orders, network, RATES, charges=other)
    assert any(complaint in text for text in found), found


def test_boxes_of_a_departure_by_card_are_proven(tmp_path: Path) -> None:
    made, charges = planned(tmp_path, DATED, DAYS, CRATE)
    [load] = [row for row in made.loads.to_pylist() if row["kind"] == "boxes"]

    # 3 + 3 m3 in a crate of 10 m3; 300 kg each at 0.01.
    assert (load["boxes"], load["cost_usd"], made.cost_usd) == (1, 300, 306)
    cents = made.legs.cents.copy()
    cents[np.flatnonzero(cents)[0]] -= 1
    wrong = replace(made, legs=replace(made.legs, cents=cents))
    found = check_plan(wrong, DAYS, DATED, RATES, charges=charges)
    assert any("do not pay its price" in text for text in found), found
