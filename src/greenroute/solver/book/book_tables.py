"""A book in flat arrays for the compiled kernels, with what they look up ready made."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.book.book import Book, Lists
from greenroute.solver.search.bounds import inner

Integers = NDArray[np.int64]
Indices = NDArray[np.int32]
Floats = NDArray[np.float64]
#: What a large book has many of, and none of which need be exact.
Singles = NDArray[np.float32]

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])


def kernel(function: _Kernel) -> _Kernel:
    """Compile a kernel that works on `Tables`."""
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True, "cache": True}
    compiled: _Kernel = njit(**options)(function)
    return compiled


@inner
def wide(index: int) -> int:
    """Return an index with 64 bits: kernels are compiled once more for another width."""
    return np.int64(index)  # type: ignore[return-value]  # to numba they are the same


#: Records, so that what is needed together lies together.
Records = NDArray[np.void]


class Tables(NamedTuple):
    """The arrays of a `Book`, and those that follow from it.

    Attributes
    ----------
    orders
        `mass, volume, unserved` of each.
    first
        First column of each order, and the end, as in the book.
    columns
        `route, owner` (its order), `cost, grams` of each.
    routes
        `group_begin, group_end, row_begin, row_end` of each: its groups in `group_items`,
        its loose rows in `row_items`.
    measure, capacity
        Of each row.
    groups
        `box_mass, box_volume, box_cost, fixed, most` of each, `most` the number of boxes
        that could be of use, and `use_begin, use_end`: rows that a box uses.
    use_row, use_amount
        Those rows, and how much of each.
    level, budget
        Budgets of each order (n_orders, n_levels), and their limits.
    carbon
        Carbon price, (1,).
    short_start, short_least, short_cost
        Commitments of each row.
    member_start, member
        Columns whose routes pass through each group, ascending.
    """

    orders: Records
    first: Integers
    columns: Records
    routes: Records
    group_items: Indices
    row_items: Indices
    measure: NDArray[np.int8]
    capacity: Integers
    groups: Records
    use_row: Indices
    use_amount: Integers
    level: Indices
    budget: Integers
    carbon: Floats
    short_start: Integers
    short_least: Integers
    short_cost: Floats
    member_start: Integers
    member: Indices


def records(**fields: NDArray[np.generic]) -> Records:
    """Return arrays of the same length as records."""
    kind = np.dtype([(name, one.dtype) for name, one in fields.items()], align=True)
    made = np.zeros(len(next(iter(fields.values()))), kind)
    for name, one in fields.items():
        made[name] = one
    return made


def owners(book: Book) -> Indices:
    """Return the order of each column."""
    counts = np.diff(book.first_column)
    return np.repeat(np.arange(book.n_orders, dtype=np.int32), counts)


def with_records(book: Book) -> Book:
    """Return a book whose cost and grams are views of the records of its tables.

    A large book has them once then, and not in its tables again. Its columns keep their
    routes and orders from then on.
    """
    made = _columns(book)
    return replace(book, cost=made["cost"], grams=made["grams"])


def _columns(book: Book) -> Records:
    """Return `route, owner, cost, grams` of each column, as they may have been made."""
    made = book.cost.base
    if (
        isinstance(made, np.ndarray)
        and made.dtype.names
        and made is book.grams.base
        and len(made) == len(book.cost)
    ):
        return made
    return records(
        route=book.route, owner=owners(book), cost=book.cost, grams=book.grams
    )


def members(book: Book) -> tuple[Integers, Indices]:
    """Return the columns of each group, as starts and columns."""
    groups = book.route_groups
    return _members(book.route, groups.start, groups.items, book.n_groups)


def make_tables(book: Book) -> Tables:
    """Return the tables of a book."""
    by_row = np.argsort(book.commitment_row, kind="stable")
    counts = np.bincount(book.commitment_row, minlength=len(book.capacity))
    owner = owners(book)
    start, member = members(book)
    most = np.minimum(
        book.max_boxes,
        _useful_boxes(
            (start, member),
            owner,
            (book.mass, book.volume),
            (book.box_mass, book.box_volume),
        ),
    )
    if len(book.commitment_row):
        # Empty boxes may fill a minimum.
        most = np.where(_committed(book), book.max_boxes, most)
    group_begin, group_end = _ends(book.route_groups)
    row_begin, row_end = _ends(book.route_rows)
    use_begin, use_end = _ends(book.group_rows)
    return Tables(
        orders=records(mass=book.mass, volume=book.volume, unserved=book.unserved_cost),
        first=book.first_column,
        columns=_columns(book),
        routes=records(
            group_begin=group_begin,
            group_end=group_end,
            row_begin=row_begin,
            row_end=row_end,
        ),
        group_items=book.route_groups.items,
        row_items=book.route_rows.items,
        measure=book.row_measure,
        capacity=book.capacity,
        groups=records(
            box_mass=book.box_mass,
            box_volume=book.box_volume,
            box_cost=book.box_cost,
            fixed=book.fixed_cost,
            most=most,
            use_begin=use_begin,
            use_end=use_end,
        ),
        use_row=book.group_rows.items,
        use_amount=book.group_use,
        level=np.ascontiguousarray(book.budget_of_order),
        budget=book.budget,
        carbon=np.array([book.carbon_price], np.float64),
        short_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        short_least=book.least[by_row],
        short_cost=book.short_cost[by_row],
        member_start=start,
        member=member,
    )


def _ends(lists: Lists) -> tuple[Indices, Indices]:
    """Return where each list begins and ends."""
    return lists.start[:-1], lists.start[1:]


def _committed(book: Book) -> NDArray[np.bool_]:
    """Return whether the boxes of each group count to a commitment."""
    bound = np.zeros(len(book.capacity) + 1, bool)
    bound[book.commitment_row] = True
    hits = np.concatenate([[0], np.cumsum(bound[book.group_rows.items])])
    start = book.group_rows.start
    return np.asarray(hits[start[1:]] > hits[start[:-1]])


@kernel
def _members(
    route: Indices, group_start: Indices, group_items: Indices, n_groups: int
) -> tuple[Integers, Indices]:
    """Return the columns of each group, as starts and columns."""
    start = np.zeros(n_groups + 2, np.int64)
    for j in range(len(route)):
        for k in range(group_start[route[j]], group_start[route[j] + 1]):
            start[group_items[k] + 2] += 1
    for g in range(n_groups):
        start[g + 2] += start[g + 1]
    member = np.empty(start[n_groups + 1], np.int32)
    for j in range(len(route)):
        for k in range(group_start[route[j]], group_start[route[j] + 1]):
            g = group_items[k]
            member[start[g + 1]] = j
            start[g + 1] += 1
    return start[: n_groups + 1].copy(), member


@kernel
def _useful_boxes(
    members: tuple[Integers, Indices],
    owner: Indices,
    size: tuple[Integers, Integers],
    box: tuple[Integers, Integers],
) -> Integers:
    """Return the boxes that hold all orders that may come into each group."""
    start, member = members
    n_groups = len(start) - 1
    boxes = np.zeros(n_groups, np.int64)
    for g in range(n_groups):
        mass, volume, last = np.int64(0), np.int64(0), -1
        for k in range(start[g], start[g + 1]):
            order = owner[member[k]]
            if order != last:
                mass += size[0][order]
                volume += size[1][order]
                last = order
        boxes[g] = max(-(-mass // box[0][g]), -(-volume // box[1][g]))
    return boxes
