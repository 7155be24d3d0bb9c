"""Bounds and exact steps of the order book solver, alone, against enumeration."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given

from book_cases import brute_force, lists, many, seeds, some, tiny_book
from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_blocks import Blocks
from greenroute.solver.book.book_climb import Steps, climb
from greenroute.solver.book.book_combine import combine
from greenroute.solver.book.book_cpsat import Limits
from greenroute.solver.book.book_duals import make_duals
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
    d = make_duals(t)

    parts = np.linspace(0.0, 1.0, 60).tolist()
    steps = Steps(first=0.2, last=0.01, move=0.3)
    by_pairs = climb(t, d, parts=parts, steps=steps)
    nothing = np.full(book.n_orders, NO_COLUMN), np.zeros(book.n_groups, np.int64)

    for most_columns in (4, 8_000):  # some are too large, and none
        blocks = Blocks(t, by_pairs, seed=0, most_columns=most_columns)
        before = blocks.total
        while blocks.waiting:
            blocks.advance(nothing, Watch(Stop()), lambda: False)
        assert by_pairs.total == pytest.approx(before, abs=1e-6)
        assert before <= blocks.total <= least + 1e-4


def blocks_of(book: Book) -> Blocks:
    t = make_tables(book)
    d, parts = make_duals(t), np.linspace(0.0, 1.0, 60).tolist()
    steps = Steps(first=0.2, last=0.01, move=0.3)
    return Blocks(t, climb(t, d, parts=parts, steps=steps), seed=0)


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


def one_group(seed: int) -> Book:
    """Return orders, more than are looked at set by set, that share boxes or go alone."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(9, 14))
    book = tiny_book(0)
    alone = rng.integers(1, 30, n)
    return replace(
        book,
        mass=rng.integers(1, 9, n),
        volume=rng.integers(1, 9, n),
        unserved_cost=np.full(n, 1_000),
        first_column=np.arange(n + 1) * 2,
        route=np.tile(np.array([0, 1], np.int32), n),
        cost=np.column_stack([alone, np.zeros(n, np.int64)]).ravel(),
        grams=np.zeros(2 * n, np.int64),
        route_groups=lists([[], [0]]),
        route_rows=lists([[], []]),
        row_measure=np.zeros(0, np.int8),
        capacity=np.zeros(0, np.int64),
        box_mass=np.array([int(rng.integers(9, 20))]),
        box_volume=np.array([int(rng.integers(9, 20))]),
        box_cost=np.array([int(rng.integers(5, 60))]),
        fixed_cost=np.array([int(rng.integers(0, 2)) * 10]),
        max_boxes=np.array([int(rng.integers(1, 9))]),
        group_rows=lists([[]]),
        group_use=np.zeros(0, np.int64),
        budget_of_order=np.full((n, 1), -1, np.int32),
        budget=np.zeros(0, np.int64),
        carbon_price=0.0,
        commitment_row=np.zeros(0, np.int32),
        least=np.zeros(0, np.int64),
        short_cost=np.zeros(0),
    )


@some
@given(seed=seeds)
def test_prices_of_pairs_reach_the_optimum_of_one_group(seed: int) -> None:
    # Orders that share one group only have no duality gap: the bound is the optimum where
    # the ascent has ended, as whole orders are packed in its last rounds.
    book = one_group(seed)
    n = book.n_orders
    alone = book.cost[::2]
    least = np.inf
    for inside in itertools.product((False, True), repeat=n):
        chosen = np.array(inside)
        mass, volume = (int(size[chosen].sum()) for size in (book.mass, book.volume))
        boxes = max(-(-mass // book.box_mass[0]), -(-volume // book.box_volume[0]))
        if boxes <= book.max_boxes[0]:
            cost = alone[~chosen].sum() + boxes * book.box_cost[0]
            least = min(least, cost + book.fixed_cost[0] * (boxes > 0))
    t = make_tables(book)
    steps = Steps(first=0.2, last=0.01, move=0.3)
    parts = np.linspace(0.0, 1.0, 600).tolist()

    bound = climb(t, make_duals(t), parts=parts, steps=steps).total

    assert bound <= least + 1e-6
    assert bound == pytest.approx(least, rel=0.1)
