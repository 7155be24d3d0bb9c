"""A choice of columns by weeks, spread out to the legs of the orders that are served."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.plan.plan import NO_LOAD
from greenroute.solver.book.book import NO_COLUMN
from greenroute.solver.columns.rate_orders import CHAIN_BITS
from greenroute.solver.plans.plan_problem import PlanProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Orders that are served, and their legs before they have words.

    Attributes
    ----------
    order, column, path
        Of each assignment.
    first, of, flat
        Where its legs begin; assignment of each leg; position of each leg in the paths.
    step
        Of each leg.
    box, load
        Equipment and load of each leg; -1 where loose.
    groups
        Group of each load.
    """

    order: NDArray[np.int64]
    column: NDArray[np.int64]
    path: NDArray[np.int64]
    first: NDArray[np.int64]
    of: NDArray[np.int32]
    flat: NDArray[np.int64]
    step: NDArray[np.int32]
    box: NDArray[np.int16]
    load: NDArray[np.int32]
    groups: NDArray[np.int64]


def spread_columns(problem: PlanProblem, columns: NDArray[np.int64]) -> Chosen:
    """Return the legs of a choice: the column of each order, or `NO_COLUMN`."""
    order = np.flatnonzero(columns != NO_COLUMN)
    column = columns[order]
    paths, chains, routes = problem.rated.paths, problem.rated.chains, problem.routes
    path = problem.rated.options.path[column].astype(np.int64)
    count = np.diff(paths.first_step)[path]
    first = np.concatenate([[0], np.cumsum(count)])
    of = np.repeat(np.arange(len(order), dtype=np.int32), count)
    flat = np.arange(first[-1]) + np.repeat(paths.first_step[path] - first[:-1], count)
    place = chains.of_step[flat].astype(np.int64)
    variant = problem.rated.options.variant[column]
    box = _box_of(variant[of], place)
    # Groups of a route stand in the order of its boxed chains.
    before = _boxed_before(variant[of], place)
    boxed = np.flatnonzero(box >= 0)
    route = routes.of_column[column[of[boxed]]]
    group = routes.groups.items[routes.groups.start[route] + before[boxed]]
    groups, load = numbered(group, len(routes.group_chain))
    loads = np.full(len(of), NO_LOAD, np.int32)
    loads[boxed] = load
    return Chosen(
        order=order,
        column=column,
        path=path,
        first=first,
        of=of,
        flat=flat,
        step=paths.step[flat],
        box=box,
        load=loads,
        groups=groups,
    )


def numbered(
    values: NDArray[np.integer], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the distinct ones of values below n, ascending, and which each one is.

    Without sorting: there are millions of legs.
    """
    used = np.zeros(n, np.bool_)
    used[values] = True
    return np.flatnonzero(used), (np.cumsum(used, dtype=np.int32) - 1)[values]


def _box_of(variant: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int16]:
    mask = (1 << CHAIN_BITS) - 1
    shift = np.clip(place * CHAIN_BITS, 0, np.iinfo(np.int64).bits - 2)
    bits = np.where(place >= 0, (variant >> shift) & mask, 0)
    return (bits - 1).astype(np.int16)


def _boxed_before(
    variant: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many chains before a place are boxed."""
    before = np.zeros(len(variant), np.int64)
    for k in range(int(place.max(initial=0))):
        here = np.full(len(variant), k)
        before += (place > k) & (_box_of(variant, here) >= 0)
    return before
