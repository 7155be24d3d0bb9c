"""Tiny order books, and their least cost by enumeration."""

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from greenroute.solver.book.book import NO_COLUMN, Book, Lists
from greenroute.solver.book.book_evaluate import evaluate, least_grams

many = settings(max_examples=120, deadline=None)
some = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10**6)


def lists(rows: list[list[int]]) -> Lists:
    start = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)
    return Lists(start=start, items=np.array(list(itertools.chain(*rows)), np.int32))


def draw_book(seed: int) -> Book:
    """Return a book of up to five orders, from coarse grids so that ties happen."""
    rng = np.random.default_rng(seed)
    n, n_groups, n_rows, n_budgets, n_routes = (
        int(rng.integers(low, high))
        for low, high in ((1, 6), (1, 4), (1, 4), (0, 3), (2, 7))
    )
    per_order = rng.integers(0, 4, n)
    n_columns = int(per_order.sum())
    grams = rng.integers(0, 6, n_columns)
    n_minimum = int(rng.integers(0, 2))
    return Book(
        mass=rng.integers(1, 5, n),
        volume=rng.integers(1, 5, n),
        unserved_cost=rng.choice([30, 60], n),
        first_column=np.cumsum([0, *per_order]),
        route=rng.integers(0, n_routes, n_columns).astype(np.int32),
        cost=rng.integers(0, 8, n_columns),
        grams=grams,
        route_groups=lists(
            [
                sorted(rng.permutation(n_groups)[: rng.integers(0, 3)].tolist())
                for _ in range(n_routes)
            ]
        ),
        route_rows=lists(
            [
                rng.permutation(n_rows)[: rng.integers(0, 2)].tolist()
                for _ in range(n_routes)
            ]
        ),
        row_measure=rng.integers(0, 3, n_rows).astype(np.int8),
        capacity=rng.integers(0, 12, n_rows),
        box_mass=rng.integers(2, 7, n_groups),
        box_volume=rng.integers(2, 7, n_groups),
        box_cost=rng.integers(0, 12, n_groups),
        fixed_cost=rng.choice([0, 0, 5], n_groups),
        max_boxes=rng.integers(0, 5, n_groups),
        group_rows=lists(
            [
                rng.permutation(n_rows)[: rng.integers(0, 2)].tolist()
                for _ in range(n_groups)
            ]
        ),
        group_use=np.ones(0, np.int64),
        budget_of_order=rng.integers(-1, max(n_budgets, 1), (n, 2)).astype(np.int32)
        if n_budgets
        else np.full((n, 2), -1, np.int32),
        budget=rng.integers(2, 14, n_budgets),
        carbon_price=float(rng.choice([0.0, 0.5])),
        commitment_row=rng.integers(0, n_rows, n_minimum).astype(np.int32),
        least=rng.integers(1, 6, n_minimum),
        short_cost=rng.choice([0.5, 3.0], n_minimum),
    )


def tiny_book(seed: int) -> Book:
    book = draw_book(seed)
    use = np.random.default_rng(seed).integers(1, 3, len(book.group_rows.items))
    return replace(book, group_use=use)


def brute_force(book: Book) -> float:
    """Return the least cost over all choices, and all boxes where a minimum asks."""
    if (least_grams(book) > book.budget).any():
        return np.inf
    ways = [
        [NO_COLUMN, *range(first, last)]
        for first, last in itertools.pairwise(book.first_column.tolist())
    ]
    best = np.inf
    for choice in itertools.product(*ways):
        columns = np.array(choice)
        least = evaluate(book, columns).boxes
        spare = [
            range(boxes, most + 1) if len(book.least) else [boxes]
            for boxes, most in zip(least.tolist(), book.max_boxes.tolist(), strict=True)
        ]
        for boxes in itertools.product(*spare):
            found = evaluate(book, columns, np.array(boxes))
            if not found.complaints:
                best = min(best, found.objective)
    return best


#: Orders and groups of a dense book.
DENSE = 120, 6


def dense_book(seed: int) -> Book:
    """Return orders that all compete for the same boxes of a few groups, or go loose."""
    n_orders, n_groups = DENSE
    rng = np.random.default_rng(seed)
    mass = rng.integers(1, 40, n_orders)
    loose = 16 * mass + rng.integers(0, 60, n_orders)
    boxed = rng.integers(0, 60, (n_orders, n_groups))
    n_columns = n_orders * (n_groups + 1)
    none = np.empty(0, np.int32)
    return Book(
        mass=mass,
        volume=rng.integers(1, 40, n_orders),
        unserved_cost=np.full(n_orders, 10_000),
        first_column=np.arange(0, n_columns + 1, n_groups + 1),
        route=np.tile(np.arange(n_groups + 1, dtype=np.int32), n_orders),
        cost=np.column_stack([loose, boxed]).ravel(),
        grams=np.zeros(n_columns, np.int64),
        route_groups=lists([[], *([g] for g in range(n_groups))]),
        route_rows=lists([[]] * (n_groups + 1)),
        row_measure=np.empty(0, np.int8),
        capacity=np.empty(0, np.int64),
        box_mass=np.full(n_groups, 100),
        box_volume=np.full(n_groups, 100),
        box_cost=rng.integers(500, 600, n_groups),
        fixed_cost=np.zeros(n_groups, np.int64),
        max_boxes=np.full(n_groups, 99),
        group_rows=Lists(start=np.zeros(n_groups + 1, np.int32), items=none),
        group_use=np.empty(0, np.int64),
        budget_of_order=np.empty((n_orders, 0), np.int32),
        budget=np.empty(0, np.int64),
        carbon_price=0.0,
        commitment_row=none,
        least=np.empty(0, np.int64),
        short_cost=np.empty(0),
    )
