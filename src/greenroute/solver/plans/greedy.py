"""Every order for itself, first come, first served: what a plan is compared with."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.plans.plan_problem import PlanProblem


def choose_greedily(problem: PlanProblem) -> NDArray[np.int64]:
    """Return the column of each order that takes its cheapest way on its own.

    Orders come as they are ready; each takes the cheapest of its loose columns without
    delay that still has room. Budgets are not looked at; a carbon price is.
    """
    book, options = problem.book, problem.rated.options
    loose = (options.variant == 0) & (options.hold == 0)
    first = np.full(book.n_orders, np.iinfo(np.int64).max)
    np.minimum.at(first, problem.owner, problem.starts.of(np.s_[:]))
    turns = np.argsort(first, kind="stable")
    worth = problem.alone_cents
    if book.carbon_price:
        worth = worth + np.rint(book.grams * book.carbon_price).astype(np.int64)
    return _choose(turns, loose, worth, *_arrays(book))


def _arrays(
    book: Book,
) -> tuple[
    NDArray[np.int64],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int64],
]:
    rows = book.route_rows
    return (
        book.mass,
        book.first_column,
        book.route,
        rows.start,
        rows.items,
        book.capacity,
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _choose(  # noqa: PLR0913, PLR0917 - a kernel takes flat arrays
    turns: NDArray[np.int64],
    loose: NDArray[np.bool_],
    worth: NDArray[np.int64],
    mass: NDArray[np.int64],
    first: NDArray[np.int64],
    route: NDArray[np.int32],
    row_start: NDArray[np.int32],
    row_items: NDArray[np.int32],
    capacity: NDArray[np.int64],
) -> NDArray[np.int64]:
    room = capacity.copy()
    chosen = np.full(turns.size, NO_COLUMN, np.int64)
    for order in turns:
        best = np.iinfo(np.int64).max
        for column in range(first[order], first[order + 1]):
            if not loose[column] or worth[column] >= best:
                continue
            fits = True
            for k in range(row_start[route[column]], row_start[route[column] + 1]):
                fits = fits and room[row_items[k]] >= mass[order]
            if fits:
                best, chosen[order] = worth[column], column
        if chosen[order] != NO_COLUMN:
            taken = route[chosen[order]]
            for k in range(row_start[taken], row_start[taken + 1]):
                room[row_items[k]] -= mass[order]
    return chosen
