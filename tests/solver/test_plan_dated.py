"""Order books on dated departures: brute force, shared boxes, waits, and what is proven."""

from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from dated_books import (
    Goods,
    Places,
    Run,
    book_in_days,
    least_usd,
    network_in_days,
)
from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_plan import check_plan
from greenroute.plan.termination import Termination
from greenroute.rating.read import read_rates
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.frontier import plan_frontier
from greenroute.solver.plans.objective import CarbonBudget
from greenroute.solver.plans.result import PlanResult
from greenroute.solver.plans.solve import plan
from greenroute.solver.stop import Stop, Watch
from networks import network_of

RATES = read_rates()
PLACES: Places = {"XXAAA": 2, "XXBBB": 1, "XXPPP": None, "XXCCC": 0}
#: Trucks to the port on any day, ships on Fridays and Mondays, a plane every day.
RUNS = [
    Run(start="XXAAA", end="XXPPP", days=1, weekdays=tuple(range(7)), price_usd=0),
    Run(start="XXBBB", end="XXPPP", days=1, weekdays=tuple(range(7)), price_usd=0),
    Run(
        start="XXPPP",
        end="XXCCC",
        days=2,
        weekdays=(4, 0),
        price_usd=300,
        fixed_usd=200,
        duty_percent=1,
    ),
    Run(start="XXAAA", end="XXCCC", days=1, weekdays=(), price_usd=2000),
]
ORDERS = [
    Goods(start="XXAAA", end="XXCCC", m3=6, ready=0, due=12, tax_percent=5),
    Goods(start="XXBBB", end="XXCCC", m3=4, ready=1, due=12, value_usd=500),
]


def solved(
    book: OrderBook, network: Network, params: PlanParams | None = None
) -> PlanResult:
    result = plan(book, network, RATES, params=params)

    assert result.plan is not None
    assert check_plan(result.plan, book, network, RATES) == ()
    assert result.bound_usd <= result.objective_usd
    return result


def test_goods_that_meet_on_a_departure_share_its_boxes_and_its_price() -> None:
    result = solved(book_in_days(ORDERS), network_in_days(RUNS, PLACES))

    # One box of 10 m3 at 300 and the ship at 200; both wait until Thursday for the truck:
    # 6 m3 x 3 d x 2 and 4 m3 x 2 d x 1; 1 % duty on 1,500; 5 % tax on 1,000.
    assert result.objective_usd == 300 + 200 + 36 + 8 + 15 + 50
    assert result.objective_usd == least_usd(ORDERS, RUNS, PLACES)
    assert result.termination is Termination.OPTIMAL
    assert (result.gap, result.full_gap) == (0, 0)
    assert result.plan is not None
    assert result.plan.cost_usd == result.objective_usd


def test_legs_and_loads_tell_departures_waits_and_boxes() -> None:
    result = solved(book_in_days(ORDERS), network_in_days(RUNS, PLACES))

    assert result.plan is not None
    legs = result.plan.legs.table().to_pylist()
    runs = _runs(result)
    # Day 3 by truck, day 4 by ship, both orders alike.
    assert [leg["departs_at"].day for leg in runs] == [6, 7, 6, 7]
    assert [leg["wait_h"] for leg in legs if leg["wait_h"]] == [72, 48]
    loads = result.plan.loads.to_pylist()
    ship = [load for load in loads if load["mode"] == "road" and load["orders"] == 2]
    assert [(load["kind"], load["boxes"], load["cost_usd"]) for load in ship] == [
        ("boxes", 1, 300),
        ("departure", None, 200),
    ]
    assert {load["departs_at"].day for load in ship} == {7}


RANDOM_RUN = st.builds(
    Run,
    start=st.sampled_from(["XXAAA", "XXBBB", "XXPPP"]),
    end=st.sampled_from(["XXBBB", "XXPPP", "XXCCC"]),
    days=st.integers(1, 2),
    weekdays=st.sampled_from([(), (0,), (1, 3), (2, 4), (0, 1, 2, 3, 4, 5, 6)]),
    price_usd=st.sampled_from([0, 100, 250]),
    fixed_usd=st.sampled_from([0, 150]),
    duty_percent=st.sampled_from([0, 2]),
)
RANDOM_GOODS = st.builds(
    Goods,
    start=st.sampled_from(["XXAAA", "XXBBB"]),
    end=st.just("XXCCC"),
    m3=st.sampled_from([3, 7, 12]),
    ready=st.integers(0, 2),
    due=st.integers(4, 7),
    tax_percent=st.sampled_from([0, 3]),
)
RANDOM_PLACES = st.fixed_dictionaries(
    {place: st.sampled_from([None, 0, 1, 5]) for place in PLACES}
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    runs=st.lists(RANDOM_RUN, min_size=3, max_size=7),
    orders=st.lists(RANDOM_GOODS, min_size=1, max_size=3),
    places=RANDOM_PLACES,
)
def test_the_plan_is_the_best_of_all(
    runs: list[Run], orders: list[Goods], places: dict[str, int | None]
) -> None:
    runs = [*(run for run in runs if run.start != run.end), *_always()]
    result = solved(book_in_days(orders), network_in_days(runs, places))
    best = least_usd(orders, runs, places)

    assert best < inf
    assert result.objective_usd == pytest.approx(best, abs=0.006)
    assert result.full_gap == 0


def _always() -> list[Run]:
    """Return lanes by which each order can go, at a price."""
    return [
        Run(start=start, end="XXCCC", days=2, weekdays=(), price_usd=1500)
        for start in ("XXAAA", "XXBBB")
    ]


def test_a_departure_takes_no_more_than_its_capacity() -> None:
    line = "XXAAA -sea 900km 48h {} departs_on=fri cut_off_h=0 equipment=crate "
    line += (
        "equipment_m3=10 cost_usd_per_equipment=100 cost_usd_per_departure=50-> XXCCC"
    )
    book = book_in_days([Goods(start="XXAAA", end="XXCCC", m3=5, ready=0, due=20)] * 2)
    free, limited = (
        solved(book, network_of(_with_nodes(line.format(words))))
        for words in ("", "0.8t")
    )

    # One box and one ship; 500 kg each do not fit 800 kg, so the second goes a week later.
    assert free.objective_usd == 150
    assert limited.objective_usd == 300
    assert limited.plan is not None
    days = {leg["departs_at"].day for leg in _runs(limited)}
    assert days == {7, 14}


def _with_nodes(lines: str) -> str:
    more = "hub_h=0 hub_cost_usd_per_t=0 hub_wtw_kg_per_t=0"
    return f"{lines}\nXXAAA: kind=seaport {more}\nXXCCC: kind=seaport {more}"


def _runs(result: PlanResult) -> list[dict[str, Any]]:
    assert result.plan is not None
    legs = result.plan.legs.table().to_pylist()
    return [leg for leg in legs if leg["kind"] == "transport"]


def test_boxes_of_the_tariff_are_shared_on_a_dated_departure_too() -> None:
    network = network_of("""
        CNAAA -sea 9000km 300h departs_on=thu toc=sea-container-8000-> DEBBB
        CNAAA: kind=seaport
        DEBBB: kind=seaport
    """)
    rows = "\n".join(
        f"O{number} CNAAA DEBBB {mass} 2026-08-03 2026-09-20"
        for number, mass in enumerate((9000, 9000, 500))
    )
    head = "order_id origin destination mass_kg ready_at due_at\n"
    together = solved(book_of(head + rows), network)
    alone = [solved(book_of(head + row), network) for row in rows.splitlines()]

    assert together.full_gap == 0
    assert together.objective_usd < sum(one.objective_usd for one in alone)
    assert together.plan is not None
    kinds = together.plan.loads.to_pylist()
    assert max(load["orders"] for load in kinds if load["kind"] == "boxes") >= 2


def test_too_many_itineraries_give_candidates_and_no_full_gap() -> None:
    runs = [
        Run(
            start=start, end=end, days=1, weekdays=tuple(range(7)), price_usd=10 * price
        )
        for price in (1, 2, 3)
        for start, end in (("XXAAA", "XXBBB"), ("XXBBB", "XXPPP"), ("XXPPP", "XXCCC"))
    ]
    places: Places = dict.fromkeys(PLACES, 1)
    orders = [Goods(start="XXAAA", end="XXCCC", m3=5, ready=0, due=14)]
    network = network_in_days(runs, places)
    every = solved(book_in_days(orders), network)
    few = solved(book_in_days(orders), network, PlanParams(itineraries=1))

    assert every.full_gap == 0
    assert few.full_gap is None
    assert few.columns < every.columns
    # A box at 10 on each of three runs, one day after the other.
    assert every.objective_usd == few.objective_usd == 30


def test_without_a_due_date_nothing_is_claimed_of_all_itineraries() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  volume_m3  value_usd  ready_at
        A         XXAAA   XXCCC        600      6          1000       2026-08-03T00:00Z
    """)
    places: Places = dict.fromkeys(PLACES, 3)
    result = solved(book, network_in_days(RUNS, places), PlanParams(itineraries=500))

    assert result.full_gap is None


def test_a_budget_is_kept_and_the_frontier_goes_to_the_greener_ways() -> None:
    book, network = book_in_days(ORDERS), network_in_days(RUNS, PLACES)
    free = solved(book, network)
    assert free.plan is not None
    tonnes = free.plan.wtw_kg_co2e / 1000
    tight = plan(book, network, RATES, objective=CarbonBudget(tonnes=0.9 * tonnes))
    curve = plan_frontier(book, network, RATES, points=3)

    assert tight.objective_usd > free.objective_usd
    assert tight.plan is not None
    assert tight.plan.wtw_kg_co2e <= 900 * tonnes
    assert [p.wtw_tonnes for p in curve.points] == sorted(
        (p.wtw_tonnes for p in curve.points), reverse=True
    )
    assert curve.points[0].cost_usd == free.objective_usd


def test_an_interrupted_search_gives_a_checked_plan() -> None:
    book, network = book_in_days(ORDERS), network_in_days(RUNS, PLACES)
    watch = Watch(Stop())
    watch.interrupted = True
    result = plan(book, network, RATES, watch=watch)

    assert result.plan is not None
    assert result.bound_usd <= result.objective_usd
    assert check_plan(result.plan, book, network, RATES) == ()


def test_the_order_of_rows_does_not_matter() -> None:
    network = network_in_days(RUNS, PLACES)
    book = book_in_days(ORDERS)
    back = np.arange(len(book))[::-1]
    again = book_of(
        "\n".join(
            [
                " ".join(book.table.column_names),
                *(
                    " ".join(
                        str(book.table[n][int(i)]) for n in book.table.column_names
                    )
                    for i in back
                ),
            ]
        )
    )
    first, second = (solved(one, network) for one in (book, again))

    assert first.plan is not None
    assert second.plan is not None
    assert first.plan.assignments.equals(second.plan.assignments)


def test_orders_that_cannot_be_planned_by_date_say_why() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  volume_m3  value_usd  import_tax_rate  ready_at           due_at
        A         XXAAA   XXCCC        600      6          1000       -                -                  -
        B         XXAAA   XXCCC        600      6          -          -                2026-08-03T00:00Z  2026-08-09T00:00Z
        C         XXCCC   XXAAA        600      6          1000       -                2026-08-03T00:00Z  2026-08-09T00:00Z
        D         XXBBB   XXCCC        600      6          1000       -                2026-08-03T00:00Z  2026-08-04T00:00Z
        E         XXAAA   XXCCC        600      6          1000       -1               2026-08-03T00:00Z  2026-08-09T00:00Z
        F         XXAAA   XXCCC        600      6          1000       -                2026-08-03T00:00Z  2026-08-09T00:00Z
    """)
    result = solved(book, network_in_days(RUNS, PLACES))

    assert result.plan is not None
    assert result.plan.assignments["order_id"].to_pylist() == ["F"]
    rejected = result.plan.rejected.to_pylist()
    assert any("no way from XXCCC to XXAAA" in row["error"] for row in rejected)
    told = {
        row["order_id"]: (row["error_code"], row["error_field"]) for row in rejected
    }
    assert told == {
        "A": ("missing", "ready_at"),
        "B": ("missing", "value_usd"),
        "C": ("no_way", "destination"),
        "D": ("not_within_limits", "due_at"),
        "E": ("invalid", "import_tax_rate"),
    }


def test_a_price_by_departure_needs_departures() -> None:
    network = network_of(
        "XXAAA -road 100km 5h cost_usd_per_shipment=1 cost_usd_per_departure=9-> XXBBB"
    )
    with pytest.raises(DataError, match=r"cost_usd_per_departure and no departures"):
        plan(book_in_days(ORDERS[:1]), network, RATES)


def test_equipment_that_nobody_knows_needs_a_size() -> None:
    network = network_of(
        "XXAAA -road 100km 5h departs_on=mon equipment=crate cost_usd_per_equipment=1-> "
        "XXBBB"
    )
    with pytest.raises(UnknownCategoryError, match="equipment is 'crate'"):
        plan(book_in_days(ORDERS[:1]), network, RATES)
