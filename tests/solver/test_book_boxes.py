"""Boxes are closed and filled by several orders at a time, where that pays exactly."""

import numpy as np
import pytest
from hypothesis import given

from book_cases import draw_book, lists, many, seeds
from greenroute.solver.book.book import Book, Lists
from greenroute.solver.book.book_boxes import (
    close_boxes,
    fill_more_boxes,
    make_movers,
    move_boxes,
)
from greenroute.solver.book.book_state import (
    State,
    make_state,
    penalised_cost,
    place,
)
from greenroute.solver.book.book_tables import Tables, make_tables


def loose_or_boxed(loose: list[int], boxed: list[int], box_cost: int) -> Book:
    """Return orders of 4 units, each loose or in boxes that take 10 of one group."""
    n = len(loose)
    none = np.empty(0, np.int32)
    return Book(
        mass=np.full(n, 4),
        volume=np.full(n, 1),
        unserved_cost=np.full(n, 1_000),
        first_column=np.arange(0, 2 * n + 1, 2),
        route=np.tile(np.array([0, 1], np.int32), n),
        cost=np.column_stack([loose, boxed]).ravel(),
        grams=np.zeros(2 * n, np.int64),
        route_groups=lists([[], [0]]),
        route_rows=lists([[], []]),
        row_measure=np.empty(0, np.int8),
        capacity=np.empty(0, np.int64),
        box_mass=np.array([10]),
        box_volume=np.array([10]),
        box_cost=np.array([box_cost]),
        fixed_cost=np.zeros(1, np.int64),
        max_boxes=np.array([9]),
        group_rows=Lists(start=np.zeros(2, np.int32), items=none),
        group_use=np.empty(0, np.int64),
        budget_of_order=np.full((n, 1), -1, np.int32),
        budget=np.empty(0, np.int64),
        carbon_price=0.0,
        commitment_row=none,
        least=np.empty(0, np.int64),
        short_cost=np.empty(0),
    )


def begin(book: Book, columns: list[int]) -> tuple[Tables, State]:
    tables = make_tables(book)
    rows, budgets = len(book.capacity), len(book.budget)
    state = make_state(tables, np.ones(rows), np.ones(budgets), box_penalty=10.0)
    place(tables, state, np.array(columns))
    return tables, state


def test_orders_leave_a_box_together_if_they_cost_less_elsewhere() -> None:
    # Loose 20 each; the box costs 50: one that leaves pays 20 and saves nothing.
    tables, state = begin(loose_or_boxed([20, 20], [0, 0], 50), [1, 3])
    change = close_boxes(
        tables, state, np.array([0]), make_movers(tables), np.array([50.0])
    )

    assert change == 2 * 20 - 50
    assert state.column.tolist() == [0, 2]
    assert state.groups["boxes"].tolist() == [0]


def test_a_box_stays_if_it_costs_less_than_leaving_it() -> None:
    tables, state = begin(loose_or_boxed([30, 30], [0, 0], 50), [1, 3])
    change = close_boxes(
        tables, state, np.array([0]), make_movers(tables), np.array([50.0])
    )

    assert change == 0
    assert state.column.tolist() == [1, 3]


def test_those_that_lose_least_leave_the_last_box() -> None:
    # Three orders of 4 in two boxes of 10 at 50: one may leave, that with 12 loose.
    tables, state = begin(loose_or_boxed([30, 12, 30], [0, 0, 0], 50), [1, 3, 5])
    change = close_boxes(
        tables, state, np.array([0]), make_movers(tables), np.array([50.0])
    )

    assert change == 12 - 50
    assert state.column.tolist() == [1, 2, 5]


def test_orders_fill_a_box_together_if_that_pays() -> None:
    # One alone would pay 50 instead of 30; two pay 50 instead of 60.
    tables, state = begin(loose_or_boxed([30, 30], [0, 0], 50), [0, 2])
    change = fill_more_boxes(
        tables, state, np.array([0]), make_movers(tables), np.array([50.0])
    )

    assert change == 50 - 2 * 30
    assert state.column.tolist() == [1, 3]


@given(seeds)
@many
def test_what_moves_boxes_never_costs_more_and_keeps_all_sums(seed: int) -> None:
    book = draw_book(seed)
    rng = np.random.default_rng(seed)
    first = book.first_column
    columns = [
        int(rng.integers(first[i], first[i + 1])) if first[i + 1] > first[i] else -1
        for i in range(book.n_orders)
    ]
    tables, state = begin(book, columns)
    before, _ = penalised_cost(tables, state)
    room = tables.groups["box_cost"].astype(float)
    move_boxes(tables, state, room, turns=3, seed=[seed], look=lambda: False)
    after, _ = penalised_cost(tables, state)
    _, again = begin(book, state.column.tolist())

    assert after <= before + 1e-6
    assert after == pytest.approx(penalised_cost(tables, again)[0])
    for sums in ("groups", "row", "budget"):
        assert getattr(state, sums).tolist() == getattr(again, sums).tolist()
