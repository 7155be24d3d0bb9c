"""One plan for all orders: against brute force, under limits, and what is proven."""

from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_plan import check_plan
from greenroute.plan.termination import Termination
from greenroute.rating.read import read_rates
from greenroute.solver.book.book import Book
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.frontier import plan_frontier
from greenroute.solver.plans.objective import CarbonBudget, CarbonPrice, Objective
from greenroute.solver.plans.plan_problem import state_book
from greenroute.solver.plans.result import PlanResult
from greenroute.solver.plans.solve import plan
from greenroute.solver.stop import Stop, Watch
from greenroute.tables import data_folder
from networks import network_of

RATES = read_rates()
TOY = read_network(data_folder() / "networks" / "toy")
PARAMS = PlanParams(columns_per_order=6)
STOP = Stop(rounds=5)
NETWORK = network_of("""
    CNAAA -sea 9000km 300h 1/week 12t-> DEBBB
    CNAAA -sea 11000km 400h 1/week 30t-> DEBBB
    CNAAA -air 8000km 12h 7/week 2t-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")


def solved(
    book: OrderBook, network: Network = NETWORK, objective: Objective | None = None
) -> PlanResult:
    return plan(book, network, RATES, objective=objective, stop=STOP, params=PARAMS)


def enumerated(book: Book) -> float:
    """Return the least objective over all choices, in cents; infinite without one."""
    best = inf
    ranges = [range(*book.first_column[i : i + 2]) for i in range(book.n_orders)]
    for columns in product(*([*of, -1] for of in ranges)):
        mass, volume = np.zeros(book.n_groups), np.zeros(book.n_groups)
        used, grams = np.zeros(len(book.capacity)), np.zeros(len(book.budget))
        total = 0.0
        for order, column in enumerate(columns):
            if column < 0:
                total += book.unserved_cost[order]
                continue
            total += book.cost[column] + book.carbon_price * book.grams[column]
            route = book.route[column]
            groups = book.route_groups
            for group in groups.items[slice(*groups.start[route : route + 2])]:
                mass[group] += book.mass[order]
                volume[group] += book.volume[order]
            rows = book.route_rows
            for row in rows.items[slice(*rows.start[route : route + 2])]:
                used[row] += book.mass[order]
            for budget in book.budget_of_order[order]:
                if budget >= 0:
                    grams[budget] += book.grams[column]
        boxes = np.ceil(np.maximum(mass / book.box_mass, volume / book.box_volume))
        if (used <= book.capacity).all() and (grams <= book.budget).all():
            best = min(best, total + float(boxes @ book.box_cost))
    return best


def books(masses: list[int], days: list[int]) -> OrderBook:
    rows = "\n".join(
        f"O{number} CNAAA DEBBB {mass} 2026-08-0{day}"
        for number, (mass, day) in enumerate(zip(masses, days, strict=True))
    )
    return book_of(f"order_id origin destination mass_kg ready_at\n{rows}")


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    masses=st.lists(st.sampled_from([300, 1500, 4000, 9000]), min_size=1, max_size=4),
    usd_per_tonne=st.sampled_from([0, 100, 1000]),
    data=st.data(),
)
def test_the_plan_is_as_good_as_the_best_of_all_choices(
    masses: list[int], usd_per_tonne: int, data: st.DataObject
) -> None:
    days = [data.draw(st.integers(3, 7)) for _ in masses]
    book, objective = books(masses, days), CarbonPrice(usd_per_tonne)
    problem = state_book(book, NETWORK, RATES, objective=objective, params=PARAMS)
    result = solved(book, objective=objective)
    best = enumerated(problem.book) / 100

    assert result.bound_usd <= best + 0.01
    assert result.objective_usd >= best - 0.01
    assert result.objective_usd == pytest.approx(best, rel=0.005)
    assert result.plan is not None
    assert check_plan(result.plan, book, NETWORK, RATES) == ()


def test_the_order_of_rows_does_not_matter() -> None:
    text = [
        "A CNSZX DEFRA 5000 2026-08-03",
        "B CNSZX DEFRA 7000 2026-08-04",
        "C DEFRA CNSZX 900 2026-08-05",
    ]
    head = "order_id origin destination mass_kg ready_at\n"
    forth, back = (
        solved(book_of(head + "\n".join(rows)), TOY) for rows in (text, text[::-1])
    )

    assert forth.plan is not None
    assert back.plan is not None
    assert forth.plan.assignments.equals(back.plan.assignments)
    assert forth.bound_usd == back.bound_usd


def test_one_more_lane_never_makes_the_optimum_worse() -> None:
    book = books([4000, 9000, 1500], [3, 4, 5])
    fewer = network_of("""
        CNAAA -sea 9000km 300h 1/week 12t-> DEBBB
        CNAAA -air 8000km 12h 7/week 2t-> DEBBB
        CNAAA: kind=seaport
        DEBBB: kind=seaport
    """)

    assert solved(book).objective_usd <= solved(book, fewer).objective_usd


def test_a_later_due_date_never_makes_the_optimum_worse() -> None:
    head = "order_id origin destination mass_kg ready_at due_at\n"
    costs = [
        solved(
            book_of(
                f"{head}A CNAAA DEBBB 1500 2026-08-03 {due}\n"
                "B CNAAA DEBBB 9000 2026-08-03 2026-12-01"
            )
        ).objective_usd
        for due in ("2026-08-08", "2026-09-10", "2026-12-01")
    ]

    assert costs == sorted(costs, reverse=True)
    # By air in five days, by sea in a month.
    assert costs[0] > costs[1]


def test_a_budget_is_kept_and_a_larger_one_never_costs_more() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        A         CNSZX   DEFRA        4000     2026-08-03  2026-08-28
        B         CNSZX   DEFRA        9000     2026-08-03  2026-12-01
        C         CNSZX   DEFRA        900      2026-08-03  2026-08-30
    """)
    free = solved(book, TOY)
    assert free.plan is not None
    tonnes = free.plan.wtw_kg_co2e / 1000
    results = [
        solved(book, TOY, CarbonBudget(tonnes=share * tonnes)) for share in (0.8, 1.0)
    ]

    assert results[1].objective_usd == pytest.approx(free.objective_usd)
    for share, result in zip((0.8, 1.0), results, strict=True):
        if result.termination is Termination.INFEASIBLE:
            assert "emit at least" in result.reason
            continue
        assert result.plan is not None
        assert result.bound_usd <= result.objective_usd
        assert (
            check_plan(result.plan, book, TOY, RATES, budget_tonnes=share * tonnes)
            == ()
        )
    assert results[0].objective_usd >= results[1].objective_usd


def test_a_budget_below_the_least_emission_is_infeasible_and_names_the_least() -> None:
    book = books([4000], [3])
    result = solved(book, objective=CarbonBudget(tonnes=0.001))

    assert result.termination is Termination.INFEASIBLE
    assert result.plan is None
    assert "emit at least" in result.reason
    assert "the budget is 0.001 t" in result.reason


def test_a_budget_for_a_customer_binds_its_orders_alone() -> None:
    book = book_of("""
        order_id  customer_id  origin  destination  mass_kg
        A         blue         CNSZX   DEFRA        900
        B         red          CNSZX   DEFRA        900
    """)
    least = {"blue": 0.0001}
    result = solved(book, TOY, CarbonBudget(tonnes=least, per="customer"))

    assert result.termination is Termination.INFEASIBLE
    assert "of customer 'blue'" in result.reason
    with pytest.raises(UnknownCategoryError, match="'green', which no order has"):
        solved(book, TOY, CarbonBudget(tonnes={"green": 1.0}, per="customer"))
    with pytest.raises(DataError, match="expected a number for the total"):
        CarbonBudget(tonnes=1.0, per="customer")


def test_what_does_not_fit_is_rejected_as_retryable() -> None:
    network = network_of("""
        CNAAA -sea 9000km 300h 1/week 10t-> DEBBB
        CNAAA: kind=seaport
        DEBBB: kind=seaport
    """)
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        A         CNAAA   DEBBB        9000     2026-08-03  2026-08-28
        B         CNAAA   DEBBB        8000     2026-08-03  2026-08-28
    """)
    result = solved(book, network)

    assert result.plan is not None
    assert len(result.plan.assignments) == 1
    found = result.plan.rejected.to_pylist()
    assert [(one["error_code"], one["retryable"]) for one in found] == [
        ("no_room", True)
    ]
    assert check_plan(result.plan, book, network, RATES) == ()


def test_a_book_without_orders_has_an_empty_plan() -> None:
    book = book_of("order_id origin destination mass_kg")
    result = solved(book)

    assert result.plan is not None
    assert len(result.plan.assignments) == 0
    assert result.objective_usd == 0


@pytest.mark.slow
def test_the_frontier_is_not_dominated_and_below_its_bounds() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at
        A         CNSZX   DEFRA        4000     2026-08-03
        B         CNSZX   DEFRA        9000     2026-08-03
        C         CNSZX   DEFRA        900      2026-08-03
    """)
    curve = plan_frontier(book, TOY, RATES, points=5, stop=STOP, params=PARAMS)
    costs = [point.cost_usd for point in curve.points]
    tonnes = [point.wtw_tonnes for point in curve.points]

    assert costs == sorted(costs)
    assert tonnes == sorted(tonnes, reverse=True)
    assert len(set(zip(costs, tonnes, strict=True))) == len(costs)
    assert all(point.bound_usd <= point.cost_usd + 0.01 for point in curve.points)
    assert all(0 <= point.gap <= 1 for point in curve.points)
    assert len({point.carbon_price_usd for point in curve.points}) == len(costs)
    for step in curve.steps():
        assert step.usd_per_tonne > 0
        assert sum(move.orders for move in step.moves) >= 1


def test_an_interrupted_search_gives_a_checked_plan_with_its_bound() -> None:
    book = books([700 + 370 * number for number in range(9)], [3, 4, 5] * 3)
    watch = Watch(Stop())
    watch.interrupted = True
    result = plan(book, NETWORK, RATES, watch=watch, params=PARAMS)

    assert result.plan is not None
    assert result.bound_usd <= result.objective_usd
    assert check_plan(result.plan, book, NETWORK, RATES) == ()


def test_an_interrupted_frontier_has_the_plan_found_so_far() -> None:
    book = books([700 + 370 * number for number in range(9)], [3, 4, 5] * 3)
    watch = Watch(Stop())
    watch.interrupted = True
    curve = plan_frontier(book, NETWORK, RATES, points=4, watch=watch, params=PARAMS)

    (point,) = curve.points
    assert point.carbon_price_usd == 0
    assert point.bound_usd <= point.cost_usd
    assert point.result.plan is not None
    assert check_plan(point.result.plan, book, NETWORK, RATES) == ()


def test_a_frontier_tells_how_each_of_its_searches_gets_on() -> None:
    book = books([700 + 370 * number for number in range(9)], [3, 4, 5] * 3)
    told: list[float] = []
    curve = plan_frontier(
        book,
        NETWORK,
        RATES,
        points=3,
        stop=Stop(rounds=1),
        params=PARAMS,
        progress=lambda *numbers: told.append(numbers[2]),
    )

    best = {round(point.result.objective_usd, 2) for point in curve.points}
    assert best <= {round(objective, 2) for objective in told}
