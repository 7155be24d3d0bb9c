"""Commitments → solver words: a row with a minimum, that the ways of orders count to."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from greenroute.plan.commitment import Commitments, committed_lanes, counted_pairs
from greenroute.solver.book.book import BY_MASS, NO_COLUMN, Book, Lists
from greenroute.solver.book.book_evaluate import row_use
from greenroute.solver.columns.column import Rated
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.dated_route import DatedRoutes, Starts
from greenroute.units import CENTS_PER_USD, KG_PER_TONNE


def with_commitments(  # noqa: PLR0913 - what columns rest on, table by table
    book: Book,
    commitments: Commitments | None,
    *,
    rated: Rated,
    routes: DatedRoutes,
    starts: Starts,
    monday: int,
    steps: StepTable,
) -> Book:
    """Return the book with a row for each commitment, after those of capacities.

    A kilogram that must not be missing costs more than any order on its dearest column.

    Parameters
    ----------
    starts
        When goods leave in the columns, minutes since `monday`.
    monday
        Begin of the first week, minutes since 1970.
    """
    if commitments is None or not len(commitments):
        return book
    counts = committed_lanes(commitments, steps.network)
    route, row = _counted(commitments, counts, rated, routes, (starts, monday))
    n_routes, n_rows = len(routes.path), len(book.capacity)
    own = np.repeat(np.arange(n_routes), np.diff(book.route_rows.start))
    of = np.concatenate([own, route])
    items = np.concatenate([book.route_rows.items, (n_rows + row).astype(np.int32)])
    order = np.argsort(of, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=n_routes))])
    cents = commitments.short_usd_per_t * CENTS_PER_USD / KG_PER_TONNE
    never = float(book.unserved_cost.max(initial=0)) + 1.0
    everything = int(book.mass.sum())
    return replace(
        book,
        route_rows=Lists(start=start.astype(np.int32), items=items[order]),
        row_measure=np.append(
            book.row_measure, np.full(len(commitments), BY_MASS, np.int8)
        ),
        capacity=np.append(book.capacity, np.full(len(commitments), everything)),
        commitment_row=(n_rows + np.arange(len(commitments))).astype(np.int32),
        least=commitments.least_kg,
        short_cost=np.where(commitments.must, never, cents),
    )


def _counted(
    commitments: Commitments,
    counts: NDArray[np.bool_],
    rated: Rated,
    routes: DatedRoutes,
    leaves: tuple[Starts, int],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which routes count to which commitments."""
    paths = rated.paths
    # All columns of a route leave by its lanes in the same weeks: one tells when.
    some_column = np.zeros(len(routes.path), np.int64)
    some_column[routes.of_column] = np.arange(len(routes.of_column))
    path = routes.path.astype(np.int64)
    wanted = np.append(counts.any(axis=0), False)
    hit = wanted[np.minimum(paths.step, counts.shape[1])]
    first = np.concatenate([[0], np.cumsum(hit)])[paths.first_step]
    runs, count = np.flatnonzero(hit), np.diff(first)[path]
    route = np.repeat(np.arange(len(path)), count)
    nth = np.arange(len(route)) - np.repeat(np.cumsum(count) - count, count)
    at = runs[first[path][route] + nth]
    starts, monday = leaves
    departs = starts.of(some_column)[route] + monday + rated.times.departs[at]
    return counted_pairs(commitments, counts, (route, paths.step[at], departs))


def used_kg(book: Book, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what a choice brings to each commitment [kg], (n_commitments,)."""
    served = np.flatnonzero(columns != NO_COLUMN)
    boxes = np.zeros(book.n_groups, np.int64)
    use = row_use(book, served, columns[served], boxes=boxes)
    return np.asarray(use[book.commitment_row], np.int64)


def most_kg(book: Book) -> NDArray[np.int64]:
    """Return the most that all orders together could bring to each commitment [kg]."""
    count = np.diff(book.route_rows.start)[book.route]
    column = np.repeat(np.arange(len(book.route)), count)
    nth = np.arange(len(column)) - np.repeat(np.cumsum(count) - count, count)
    row = book.route_rows.items[book.route_rows.start[book.route][column] + nth]
    owner = np.repeat(np.arange(book.n_orders), np.diff(book.first_column))[column]
    pair = np.unique(owner * len(book.capacity) + row)
    order, row = np.divmod(pair, max(len(book.capacity), 1))
    most = np.bincount(row, book.mass[order], minlength=len(book.capacity))
    return most[book.commitment_row].astype(np.int64)


def beyond_reach(book: Book, commitments: Commitments | None) -> str:
    """Return which commitments no plan can keep; "" if nothing says so."""
    if commitments is None or not len(commitments):
        return ""
    most = most_kg(book)
    lost = np.flatnonzero(commitments.must & (most < book.least))
    return "; ".join(
        f"commitment {commitments.ids[row]} is {book.least[row] / KG_PER_TONNE:,.3f} t, "
        f"the orders that could go by it have {most[row] / KG_PER_TONNE:,.3f} t"
        for row in lost.tolist()
    )


def broken(
    book: Book, commitments: Commitments | None, columns: NDArray[np.int64]
) -> str:
    """Return which commitments that must be kept a choice does not keep; "" for none."""
    if commitments is None or not len(commitments):
        return ""
    used = used_kg(book, columns)
    lost = np.flatnonzero(commitments.must & (used < book.least))
    return "; ".join(
        f"commitment {commitments.ids[row]} is {book.least[row] / KG_PER_TONNE:,.3f} t, "
        f"the best plan found has {used[row] / KG_PER_TONNE:,.3f} t"
        for row in lost.tolist()
    )
