"""Bounds and exact steps of the order book solver, alone, against enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given

from book_cases import brute_force, many, seeds, some, tiny_book
from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_blocks import Blocks
from greenroute.solver.book.book_climb import Steps, climb
from greenroute.solver.book.book_combine import combine
from greenroute.solver.book.book_cpsat import Limits
from greenroute.solver.book.book_duals import ascend, best_columns, make_duals
from greenroute.solver.book.book_evaluate import evaluate, least_grams
from greenroute.solver.book.book_near import Near
from greenroute.solver.book.book_tables import make_tables
from greenroute.solver.stop import Stop, Watch


@many
@given(seed=seeds)
def test_no_bound_is_above_the_optimum(seed: int) -> None:
    book = tiny_book(seed)
    least = brute_force(book)
    t = make_tables(book)
    d, value = make_duals(t), np.zeros(book.n_orders)

    parts = np.linspace(0.0, 1.0, 60).tolist()
    by_prices = ascend(t, d, parts, 0.3, 0.01)
    best_columns(t, d, np.zeros(book.n_orders, np.int64), value)
    steps = Steps(first=0.2, last=0.01, move=0.3)
    by_boxes = climb(t, d, value, np.zeros(len(book.route)), parts=parts, steps=steps)
    nothing = np.full(book.n_orders, NO_COLUMN), np.zeros(book.n_groups, np.int64)

    assert by_prices <= by_boxes + 1e-6
    for most_columns in (4, 8_000):  # cut into parts, and not
        blocks = Blocks(t, d, value, seed=0, most_columns=most_columns)
        before = blocks.total
        while blocks.waiting:
            blocks.advance(nothing, Watch(Stop()), lambda: False)
        assert by_boxes == pytest.approx(before, abs=1e-6)
        assert before <= blocks.total <= least + 1e-4


def blocks_of(book: Book) -> Blocks:
    t = make_tables(book)
    d, value = make_duals(t), np.zeros(book.n_orders)
    ascend(t, d, np.linspace(0.0, 1.0, 60).tolist(), 0.3, 0.01)
    best_columns(t, d, np.zeros(book.n_orders, np.int64), value)
    return Blocks(t, d, value, seed=0)


def without_minimum(book: Book) -> Book:
    return replace(
        book,
        commitment_row=np.zeros(0, np.int32),
        least=np.zeros(0, np.int64),
        short_cost=np.zeros(0),
    )


@some
@example(seed=137158)
@given(seed=seeds)
def test_a_neighbourhood_of_all_orders_gives_the_optimum(seed: int) -> None:
    book = without_minimum(tiny_book(seed))
    nothing = np.full(book.n_orders, NO_COLUMN)
    blocks, watch = blocks_of(book), Watch(Stop())
    start = evaluate(book, nothing)

    columns = Near(book, blocks.tables, seed=seed).improve(
        start,
        nothing,
        loss=blocks.losses(start.objective),
        watch=watch,
        look=lambda: False,
    )

    found = evaluate(book, columns)
    assert found.complaints == ()
    if (least_grams(book) <= book.budget).all():
        assert found.objective == pytest.approx(brute_force(book), abs=1e-6)


@some
@given(seed=seeds)
def test_choices_of_blocks_put_together_are_allowed_and_cost_no_more(seed: int) -> None:
    book = without_minimum(tiny_book(seed))
    nothing = np.full(book.n_orders, NO_COLUMN)
    blocks = blocks_of(book)
    while blocks.waiting:
        blocks.advance(
            (nothing, np.zeros(book.n_groups, np.int64)), Watch(Stop()), lambda: False
        )

    columns = combine(
        book, blocks.choices, nothing, limits=Limits(), look=lambda: False
    )

    found = evaluate(book, columns)
    assert found.complaints == ()
    assert found.objective <= evaluate(book, nothing).objective
