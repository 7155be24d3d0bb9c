"""A smaller book has the same least cost, and its choices are choices of the whole one."""

from dataclasses import replace
from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from greenroute.solver.book.book import BY_MASS, NO_COLUMN, Book, Lists
from greenroute.solver.book.book_climb import Steps, climb
from greenroute.solver.book.book_duals import make_duals
from greenroute.solver.book.book_evaluate import evaluate
from greenroute.solver.book.book_tables import make_tables
from greenroute.solver.book.reduce_book import reduce_book
from greenroute.solver.book.solve_book import solve_book
from greenroute.solver.stop import Stop

FREE = 2**40


#: Cost, grams, groups and rows of a column.
Column = tuple[int, int, list[int], list[int]]


def lists(rows: list[list[int]]) -> Lists:
    count = [len(row) for row in rows]
    items = [item for row in rows for item in row]
    return Lists(
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        items=np.array(items, np.int32),
    )


def book_of(  # noqa: PLR0913 - a book has many sides
    columns: list[list[Column]],
    masses: list[int],
    *,
    box_cost: list[int],
    capacity: list[int] | None = None,
    budget: int | None = None,
    max_boxes: int = FREE,
    least: int | None = None,
) -> Book:
    """Return a book: each column is cost, grams, groups, rows; boxes take 10."""
    flat = [column for of_order in columns for column in of_order]
    n_orders, n_groups = len(columns), len(box_cost)
    rows = [] if capacity is None else capacity
    none = np.empty(0, np.int32)
    return Book(
        mass=np.array(masses, np.int64),
        volume=np.array(masses, np.int64),
        unserved_cost=np.full(n_orders, 1_000, np.int64),
        first_column=np.cumsum([0, *(len(of) for of in columns)]).astype(np.int64),
        route=np.arange(len(flat), dtype=np.int32),
        cost=np.array([column[0] for column in flat], np.int64),
        grams=np.array([column[1] for column in flat], np.int64),
        route_groups=lists([column[2] for column in flat]),
        route_rows=lists([column[3] for column in flat]),
        row_measure=np.full(len(rows), BY_MASS, np.int8),
        capacity=np.array(rows, np.int64),
        box_mass=np.full(n_groups, 10, np.int64),
        box_volume=np.full(n_groups, 12, np.int64),
        box_cost=np.array(box_cost, np.int64),
        fixed_cost=np.zeros(n_groups, np.int64),
        max_boxes=np.full(n_groups, max_boxes, np.int64),
        group_rows=Lists(start=np.zeros(n_groups + 1, np.int32), items=none),
        group_use=np.empty(0, np.int64),
        budget_of_order=np.full((n_orders, 1), -1 if budget is None else 0, np.int32),
        budget=np.array([] if budget is None else [budget], np.int64),
        carbon_price=0.0,
        commitment_row=none if least is None else np.array([0], np.int32),
        least=np.array([] if least is None else [least], np.int64),
        short_cost=np.array([] if least is None else [1.0]),
    )


def least_cost(book: Book) -> float:
    """Return the least objective over all choices; infinite if none is allowed."""
    best = inf
    ranges = [range(*book.first_column[i : i + 2]) for i in range(book.n_orders)]
    for columns in product(*([*of, NO_COLUMN] for of in ranges)):
        found = evaluate(book, np.array(columns, np.int64))
        if not found.complaints:
            best = min(best, found.objective)
    return best


def test_a_group_of_one_order_becomes_a_price_of_its_column() -> None:
    # 15 fill two boxes of 10 at 30 each: 5 + 60 = 65, less than 70.
    book = book_of([[(70, 0, [], []), (5, 0, [0], [])]], [15], box_cost=[30])
    reduced = reduce_book(book)

    assert reduced.book.n_groups == 0
    assert reduced.book.cost.tolist() == [65]
    assert reduced.column.tolist() == [1]


def test_a_group_stays_if_its_orders_save_more_than_their_boxes() -> None:
    # Alone 20 each; together 2 * 0 + one box at 30 is less than 40.
    alone_or_boxed: list[Column] = [(20, 0, [], []), (0, 0, [0], [])]
    book = book_of([alone_or_boxed, alone_or_boxed], [4, 5], box_cost=[30])

    assert reduce_book(book).book.n_groups == 1


def test_a_group_goes_if_goods_do_not_fit_one_box_together() -> None:
    # 6 + 5 need two boxes: 60 is more than 40.
    alone_or_boxed: list[Column] = [(20, 0, [], []), (0, 0, [0], [])]
    book = book_of([alone_or_boxed, alone_or_boxed], [6, 5], box_cost=[30])
    reduced = reduce_book(book)

    assert reduced.book.n_groups == 0
    assert reduced.book.cost.tolist() == [20, 20]


def test_groups_that_hold_the_same_goods_become_one() -> None:
    # Boxes at 10 and at 15 hold the same goods: one group at 25.
    alone_or_boxed: list[Column] = [(20, 0, [], []), (0, 0, [0, 1], [])]
    book = book_of([alone_or_boxed, alone_or_boxed], [4, 5], box_cost=[10, 15])
    reduced = reduce_book(book)
    choice = reduced.grow(solve_book(reduced.book, stop=Stop(rounds=2)))

    assert reduced.book.box_cost.tolist() == [25]
    assert choice.boxes.tolist() == [1, 1]
    assert choice.objective == 25


def test_orders_that_may_share_boxes_come_to_lie_side_by_side() -> None:
    ways: list[list[Column]] = [[(20, 0, [], []), (0, 0, [g], [])] for g in (0, 1)]
    book = book_of(
        [ways[0], ways[1], ways[0], ways[1]], [1, 2, 3, 4], box_cost=[30, 30]
    )
    reduced = reduce_book(book)
    choice = reduced.grow(solve_book(reduced.book, stop=Stop(rounds=2)))

    assert reduced.order.tolist() == [0, 2, 1, 3]
    assert reduced.book.mass.tolist() == [1, 3, 2, 4]
    assert reduced.shrink(np.array([0, 2, 5, 7])).tolist() == [0, 3, 4, 7]
    assert choice.columns.tolist() == [1, 3, 5, 7]


def test_a_greener_column_stays_where_a_budget_counts() -> None:
    columns: list[list[Column]] = [[(10, 9, [], []), (20, 5, [], [])]]

    assert len(reduce_book(book_of(columns, [1], box_cost=[])).book.route) == 1
    assert (
        len(reduce_book(book_of(columns, [1], box_cost=[], budget=7)).book.route) == 2
    )


def test_a_row_that_all_orders_fit_lets_dearer_ways_go() -> None:
    columns: list[list[Column]] = [[(10, 0, [], [0]), (20, 0, [], [])]] * 2

    assert len(reduce_book(book_of(columns, [3, 4], box_cost=[], capacity=[7])).book.route) == 2  # fmt: skip
    assert len(reduce_book(book_of(columns, [3, 4], box_cost=[], capacity=[6])).book.route) == 4  # fmt: skip


def test_a_book_with_a_minimum_stays_as_it_is() -> None:
    columns: list[list[Column]] = [[(10, 0, [], [0]), (5, 0, [], [])]]
    book = book_of(columns, [3], box_cost=[], capacity=[9], least=3)

    assert len(reduce_book(book).book.route) == 2


def test_limited_boxes_are_left_as_they_are() -> None:
    columns: list[list[Column]] = [[(50, 0, [], []), (0, 0, [0], [])]] * 2
    book = book_of(columns, [6, 6], box_cost=[30], max_boxes=1)

    assert reduce_book(book).book.n_groups == 1


@st.composite
def small_books(draw: st.DrawFn) -> Book:
    n_groups, n_rows = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    column = st.tuples(
        st.integers(0, 4).map(lambda tens: 10 * tens),
        st.integers(0, 3),
        st.lists(st.integers(0, n_groups - 1), unique=True, max_size=2)
        if n_groups
        else st.just([]),
        st.lists(st.integers(0, n_rows - 1), unique=True) if n_rows else st.just([]),
    )
    columns = draw(
        st.lists(st.lists(column, min_size=1, max_size=4), min_size=1, max_size=4)
    )
    return book_of(
        columns,
        [draw(st.integers(1, 15)) for _ in columns],
        box_cost=[draw(st.sampled_from([10, 25, 40])) for _ in range(n_groups)],
        capacity=[draw(st.integers(0, 25)) for _ in range(n_rows)],
        budget=draw(st.sampled_from([None, 3, 8, 20])),
        max_boxes=draw(st.sampled_from([1, FREE])),
    )


@settings(max_examples=120, deadline=None)
@given(book=small_books())
def test_the_least_cost_stays_the_same(book: Book) -> None:
    assert least_cost(reduce_book(book).book) == least_cost(book)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(book=small_books())
def test_a_choice_for_the_smaller_book_is_one_for_the_whole(book: Book) -> None:
    reduced = reduce_book(book)
    choice = reduced.grow(solve_book(reduced.book, stop=Stop(rounds=3)))
    if choice.columns.size and np.isfinite(choice.objective):
        judged = evaluate(book, choice.columns, choice.boxes)

        assert judged.complaints == ()
        assert judged.objective == choice.objective
        assert choice.bound <= least_cost(book) <= choice.objective


@settings(max_examples=100, deadline=None)
@given(book=small_books(), data=st.data())
def test_a_column_that_goes_has_another_one_of_its_order_instead(
    book: Book, data: st.DataObject
) -> None:
    reduced = reduce_book(book)
    columns = np.array(
        [
            data.draw(st.sampled_from([*range(*book.first_column[i : i + 2]), -1]))
            for i in range(book.n_orders)
        ],
        np.int64,
    )
    kept = reduced.shrink(columns)
    served = (columns != NO_COLUMN)[reduced.order]

    assert sorted(reduced.order.tolist()) == list(range(book.n_orders))

    assert ((kept != NO_COLUMN) == served).all()
    assert (kept[served] >= reduced.book.first_column[:-1][served]).all()
    assert (kept[served] < reduced.book.first_column[1:][served]).all()


def bound_of_pairs(book: Book, *, rounds: int) -> float:
    t = make_tables(book)
    steps = Steps(first=0.2, last=0.0005, move=0.3)
    parts = np.linspace(0.0, 1.0, rounds).tolist()
    return climb(t, make_duals(t), parts=parts, steps=steps).total


@settings(max_examples=60, deadline=None)
@given(book=small_books(), rounds=st.sampled_from([1, 100]))
def test_the_bound_of_pairs_is_never_above_the_least_cost(
    book: Book, rounds: int
) -> None:
    assert bound_of_pairs(book, rounds=rounds) <= least_cost(book) + 1e-6


def heavy_and_bulky(seed: int, n: int) -> Book:
    """Return orders of one group, some heavy and some bulky, that may go loose as well."""
    rng = np.random.default_rng(seed)
    size = np.array([rng.integers(10, 60, n), rng.integers(1, 10, n)])
    mass, volume = np.where(np.arange(n) % 2 == 0, size, size[::-1])
    ways: list[list[Column]] = [
        [(int(loose), 0, [], []), (0, 0, [0], [])]
        for loose in size.sum(axis=0) * rng.integers(2, 10, n)
    ]
    book = book_of(ways, mass.tolist(), box_cost=[900])
    return replace(
        book, volume=volume, box_mass=np.array([90]), box_volume=np.array([90])
    )


def bound_by_parts(book: Book) -> float:
    t = make_tables(book)
    steps = Steps(first=0.4, last=0.001, move=0.3)
    # No whole orders are packed that early.
    return climb(
        t, make_duals(t), parts=np.linspace(0.0, 0.59, 500).tolist(), steps=steps
    ).total


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_of_parts_counts_mass_and_volume(seed: int) -> None:
    book = heavy_and_bulky(seed, 40)
    loose = book.cost[::2].astype(np.float64)
    # The cheapest use of boxes in parts, without bounds on how many: a linear program.
    room = [
        [*(book.mass / 90), -1.0],
        [*(book.volume / 90), -1.0],
    ]
    found = linprog(
        [*-loose, 900.0], A_ub=room, b_ub=[0.0, 0.0], bounds=[(0, 1)] * 40 + [(0, None)]
    )

    assert bound_by_parts(book) >= 0.998 * (loose.sum() + found.fun)


@pytest.mark.parametrize("seed", range(3))
def test_the_bound_of_parts_is_never_above_the_least_cost(seed: int) -> None:
    book = heavy_and_bulky(seed, 9)

    assert bound_by_parts(book) <= least_cost(book) + 1e-6


def test_the_bound_of_pairs_counts_whole_boxes() -> None:
    # One box at 30 for both; a price by room would count 9 / 10 of it.
    alone_or_boxed: list[Column] = [(20, 0, [], []), (0, 0, [0], [])]
    book = book_of([alone_or_boxed, alone_or_boxed], [4, 5], box_cost=[30])

    assert bound_of_pairs(book, rounds=600) == pytest.approx(30, rel=0.01)


def test_costs_of_a_reduced_book_are_those_in_its_tables() -> None:
    book = book_of([[(70, 3, [], []), (5, 9, [0], [])]], [15], box_cost=[30], budget=9)
    reduced = reduce_book(book).book
    columns = make_tables(reduced).columns

    assert np.shares_memory(columns, reduced.cost)
    assert np.shares_memory(columns, reduced.grams)
    assert columns["cost"].tolist() == reduced.cost.tolist() == [70, 65]
    assert columns["grams"].tolist() == reduced.grams.tolist() == [3, 9]
