"""Orders, capacities and budgets that exclude each other."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from greenroute.network.read import read_network
from greenroute.rating.read import read_rates
from greenroute.solver.book.book import Book
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.conflict import MOST_ORDERS, conflict_of, find_conflict
from greenroute.solver.plans.objective import CarbonBudget, LeastCost
from greenroute.solver.plans.order_ways import row_names
from greenroute.solver.plans.plan_problem import PlanProblem, state_book
from greenroute.tables import data_folder
from networks import network_of

RATES = read_rates()
NETWORK = network_of("""
    CNAAA -sea 9000km 300h 1/week 20t-> DEBBB
    CNAAA -sea 9500km 300h 1/week 20t-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")
ONE_LANE = network_of("""
    CNAAA -sea 9000km 300h 1/week 20t-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")


def test_three_orders_that_need_one_ship_are_named_and_no_other() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        A         CNAAA   DEBBB        9000     2026-08-03  2026-08-25
        B         CNAAA   DEBBB        8000     2026-08-03  2026-08-25
        C         CNAAA   DEBBB        8800     2026-08-03  2026-08-25
        D         CNAAA   DEBBB        800      2026-08-13  2026-10-28
    """)
    found = find_conflict(book, ONE_LANE, RATES)

    assert found is not None
    assert found.order_ids == ("A", "B", "C")
    assert found.irreducible
    [limit] = found.limits
    assert limit.name == "capacity 1:CNAAA-sea-DEBBB 2026-08-03"
    assert limit.tonnes == 20.0
    assert limit.least_tonnes == pytest.approx(25.8)  # 9.0 + 8.0 + 8.8
    text = found.text()
    assert "orders A, B, C cannot all be served" in text
    assert "is 20.000 t, and they need 25.800 t of it at least" in text


def test_a_book_that_fits_has_no_conflict() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        A         CNAAA   DEBBB        9000     2026-08-03  2026-08-25
        B         CNAAA   DEBBB        8000     2026-08-03  -
    """)

    assert find_conflict(book, ONE_LANE, RATES) is None


def test_a_budget_that_only_a_full_lane_could_keep_stands_in_the_conflict() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        A         CNAAA   DEBBB        12000    2026-08-03  2026-08-25
        B         CNAAA   DEBBB        12000    2026-08-03  2026-08-25
    """)
    problem = state_book(
        book, NETWORK, RATES, objective=LeastCost(), params=PlanParams()
    )
    least = np.minimum.reduceat(problem.book.grams, problem.book.first_column[:-1])
    # Both by the shorter lane would be just within it, but only one fits there.
    tonnes = int(least.sum()) / 1e6 + 0.001
    found = find_conflict(book, NETWORK, RATES, objective=CarbonBudget(tonnes=tonnes))

    assert found is not None
    assert found.order_ids == ("A", "B")
    assert [limit.name.split()[0] for limit in found.limits] == ["capacity", "budget"]
    assert find_conflict(book, NETWORK, RATES) is None


def all_served(book: Book, orders: list[int], limits: set[int]) -> bool:
    """Return whether orders can be served within limits, by trying all choices."""
    n_rows = len(book.capacity)
    ranges = [range(*book.first_column[i : i + 2].tolist()) for i in orders]
    for columns in product(*ranges):
        rows, grams = np.zeros(n_rows, np.int64), 0
        for order, column in zip(orders, columns, strict=True):
            route = book.route[column]
            begin, end = book.route_rows.start[route : route + 2]
            np.add.at(rows, book.route_rows.items[begin:end], book.mass[order])
            grams += int(book.grams[column])
        used = [*(rows > book.capacity), grams > book.budget[0]]
        if not any(used[limit] for limit in limits):
            return True
    return False


def small_problem(masses: list[int], capacity: list[int], budget: int) -> PlanProblem:
    rows = "\n".join(
        f"O{i} CNAAA DEBBB {mass} 2026-08-03 2026-08-25"
        for i, mass in enumerate(masses)
    )
    book = book_of(f"order_id origin destination mass_kg ready_at due_at\n{rows}")
    network = network_of(f"""
        CNAAA -sea 9000km 300h 1/week {capacity[0]}t-> DEBBB
        CNAAA -sea 12000km 300h 1/week {capacity[1]}t-> DEBBB
        CNAAA: kind=seaport
        DEBBB: kind=seaport
    """)
    objective = CarbonBudget(tonnes=budget)
    params = PlanParams(columns_per_order=4)
    return state_book(book, network, RATES, objective=objective, params=params)


@settings(max_examples=20, deadline=None)
@given(
    masses=st.lists(st.sampled_from([9000, 10000, 12000]), min_size=2, max_size=4),
    capacity=st.lists(st.sampled_from([20, 25, 30]), min_size=2, max_size=2),
    budget=st.sampled_from([3, 5, 100]),
)
def test_a_conflict_is_one_and_without_any_member_it_is_none(
    masses: list[int], capacity: list[int], budget: int
) -> None:
    problem = small_problem(masses, capacity, budget)
    book = problem.book
    searched = [i for i in range(book.n_orders) if np.diff(book.first_column)[i]]
    every = set(range(len(book.capacity) + 1))
    found = conflict_of(problem)

    assert (found is None) == all_served(book, searched, every)
    if found is None:
        return
    ids = problem.orders.order_id.to_pylist()
    orders = [ids.index(name) for name in found.order_ids]
    names = [*row_names(problem), "budget"]
    limits = {names.index(limit.name) for limit in found.limits}
    assert found.irreducible
    assert not all_served(book, orders, limits)
    for one in orders:
        assert all_served(book, [o for o in orders if o != one], limits)
    for one in limits:
        assert all_served(book, orders, limits - {one})


def test_a_large_book_is_not_searched() -> None:
    problem = small_problem([9000, 9000, 9000], [20, 20], 3)
    many = replace(problem.book, mass=np.zeros(MOST_ORDERS + 1, np.int64))

    assert conflict_of(problem) is not None
    assert conflict_of(replace(problem, book=many)) is None


def test_the_toy_network_carries_all_of_a_small_book() -> None:
    toy = read_network(data_folder() / "networks" / "toy")
    book = book_of("""
        order_id  origin  destination  mass_kg
        A         CNSZX   DEFRA        900
    """)

    assert find_conflict(book, toy, RATES) is None
