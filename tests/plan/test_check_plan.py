"""A plan is proven from the tables; whatever is changed in it is found."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from books import book_of
from greenroute.network.read import read_network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_plan import check_plan
from greenroute.plan.plan import NO_LOAD, Plan
from greenroute.rating.read import read_rates
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.objective import LeastCost
from greenroute.solver.plans.plan_problem import state_book
from greenroute.solver.plans.write_plan import write_plan
from greenroute.tables import data_folder

RATES = read_rates()
NETWORK = read_network(data_folder() / "networks" / "toy")
TEXT = """
    order_id  origin  destination  mass_kg  volume_m3  ready_at          due_at
    A         CNSZX   DEFRA        6000     20         2026-08-03T08:00  2026-12-01
    B         CNSZX   DEFRA        5000     25         2026-08-04T08:00  2026-12-01
    C         DEFRA   CNSZX        900      4          2026-08-04        -
    D         NLRTM   DEFRA        12000    40         -                 -
"""


def planned() -> tuple[Plan, OrderBook]:
    """Return a plan in which A and B share boxes."""
    book = book_of(TEXT)
    problem = state_book(
        book,
        NETWORK,
        RATES,
        objective=LeastCost(),
        params=PlanParams(columns_per_order=64, hold_weeks=0),
    )
    options, routes = problem.rated.options, problem.routes
    shared = {
        route: set(routes.groups.items[slice(*routes.groups.start[route : route + 2])])
        for route in range(len(routes.path))
    }
    of = [np.flatnonzero(problem.owner == row) for row in range(len(book))]
    a, b = next(
        (int(x), int(y))
        for x in of[0]
        for y in of[1]
        if shared[routes.of_column[x]]
        and shared[routes.of_column[x]] == shared[routes.of_column[y]]
    )
    columns = np.array([a, b, of[2][0], of[3][0]])
    assert options.variant[a] > 0
    boxes = np.zeros(problem.book.n_groups, np.int64)
    boxes[[*shared[routes.of_column[a]]]] = 1
    return write_plan(problem, columns, boxes), book


def test_a_plan_as_it_was_made_holds() -> None:
    plan, book = planned()

    assert check_plan(plan, book, NETWORK, RATES) == ()


def changed(plan: Plan, **legs: object) -> Plan:
    return replace(plan, legs=replace(plan.legs, **legs))  # type: ignore[arg-type]  # any field


def with_column(table: pa.Table, name: str, values: Sequence[object]) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, name, pa.array(values, table.schema.field(name).type))


def first_run(plan: Plan) -> int:
    return int(np.flatnonzero(np.asarray(plan.legs.table()["kind"]) == "transport")[0])


def dearer(plan: Plan) -> Plan:
    cents = plan.legs.cents.copy()
    cents[np.flatnonzero(plan.legs.load == NO_LOAD)] += 1
    return changed(plan, cents=cents)


def cleaner(plan: Plan) -> Plan:
    steps = plan.legs.steps
    grams = steps["wtw_g_per_kg"].to_numpy().copy()
    grams[int(plan.legs.step[first_run(plan)])] -= 1.0
    return changed(plan, steps=with_column(steps, "wtw_g_per_kg", grams))


def earlier(plan: Plan) -> Plan:
    return changed(plan, starts=plan.legs.starts - 24 * 60)


def skipped(plan: Plan) -> Plan:
    step = plan.legs.step.copy()
    step[first_run(plan)] = step[first_run(plan) - 1]
    return changed(plan, step=step)


def elsewhere(plan: Plan) -> Plan:
    steps = plan.legs.steps
    ends = steps["destination"].to_pylist()
    ends[int(plan.legs.step[first_run(plan)])] = "NLRTM"
    return changed(plan, steps=with_column(steps, "destination", ends))


def unknown_lane(plan: Plan) -> Plan:
    steps = plan.legs.steps
    lanes = [f"{lane}?" if lane else "" for lane in steps["lane"].to_pylist()]
    return changed(plan, steps=with_column(steps, "lane", lanes))


def fewer_boxes(plan: Plan) -> Plan:
    return replace(plan, loads=with_column(plan.loads, "boxes", [0] * len(plan.loads)))


def another_week(plan: Plan) -> Plan:
    weeks = [week.replace(year=2027) for week in plan.loads["week"].to_pylist()]
    return replace(plan, loads=with_column(plan.loads, "week", weeks))


def twice(plan: Plan) -> Plan:
    table = pa.concat_tables([plan.assignments, plan.assignments.slice(0, 1)])
    return replace(plan, assignments=table)


def lost(plan: Plan) -> Plan:
    return replace(plan, assignments=plan.assignments.slice(1))


def wrong_total(plan: Plan) -> Plan:
    costs = [cost + 1 for cost in plan.assignments["cost_usd"].to_pylist()]
    return replace(plan, assignments=with_column(plan.assignments, "cost_usd", costs))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (dearer, "costs other than the tables say"),
        (cleaner, "emits other than the tables say"),
        (earlier, "departs before it is ready"),
        (earlier, "departs_at is not what its legs say"),
        (skipped, "an operation out of order"),
        (elsewhere, "starts where the goods are not"),
        (elsewhere, "the lane runs elsewhere"),
        (unknown_lane, "there is no such lane"),
        (fewer_boxes, "holds more kg than its boxes take"),
        (fewer_boxes, "its goods do not pay its price"),
        (another_week, "its goods leave in another week"),
        (twice, "assigned twice"),
        (lost, "neither assigned nor rejected"),
        (wrong_total, "cost_usd is not the sum of its legs"),
    ],
)
def test_what_is_changed_is_found(
    change: Callable[[Plan], Plan], complaint: str
) -> None:
    plan, book = planned()
    found = check_plan(change(plan), book, NETWORK, RATES)

    assert any(complaint in text for text in found), found


def test_a_box_share_moved_from_one_order_to_another_is_paid_all_the_same() -> None:
    plan, book = planned()
    rows = np.flatnonzero(plan.legs.load == 0)
    cents = plan.legs.cents.copy()
    cents[rows[0]] += 5

    assert any(
        "do not pay its price" in text
        for text in check_plan(changed(plan, cents=cents), book, NETWORK, RATES)
    )


def test_a_later_arrival_than_due_is_found() -> None:
    plan, _ = planned()
    sooner = book_of(TEXT.replace("2026-12-01", "2026-08-05"))

    found = check_plan(plan, sooner, NETWORK, RATES)

    assert any("arrives after it is due" in text for text in found)


def test_a_plan_beyond_its_budget_is_found() -> None:
    plan, book = planned()
    tonnes = plan.wtw_kg_co2e / 1000

    assert check_plan(plan, book, NETWORK, RATES, budget_tonnes=tonnes) == ()
    [found] = check_plan(plan, book, NETWORK, RATES, budget_tonnes=tonnes - 0.001)
    assert "the budget is" in found
