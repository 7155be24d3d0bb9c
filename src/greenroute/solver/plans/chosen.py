"""A choice of columns by weeks, spread out to the legs of the orders that are served."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.plan.plan import NO_LOAD
from greenroute.solver.book.book import NO_COLUMN
from greenroute.solver.columns.rate_orders import CHAIN_BITS, MOST_CHAINS
from greenroute.solver.plans.plan_problem import PlanProblem

_MASK = (1 << CHAIN_BITS) - 1
_NO_GROUP = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Orders that are served, and their legs before they have words.

    Attributes
    ----------
    order, column, path
        Of each assignment.
    first, of
        Where its legs begin; assignment of each leg.
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
    step, box, group = _legs(
        first,
        paths.first_step[path],
        paths.step,
        chains.of_step,
        problem.rated.options.variant[column],
        routes.groups.start[routes.of_column[column]],
        routes.groups.items,
    )
    # The last place is for legs of no group.
    used = np.zeros(len(routes.group_chain) + 1, np.bool_)
    used[group] = True
    used[_NO_GROUP] = False
    number = np.cumsum(used, dtype=np.int32) - 1
    number[_NO_GROUP] = NO_LOAD
    return Chosen(
        order=order,
        column=column,
        path=path,
        first=first,
        of=of,
        step=step,
        box=box,
        load=number[group],
        groups=np.flatnonzero(used),
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


@njit(nogil=True, cache=True, error_model="numpy")
def _legs(  # noqa: PLR0913, PLR0917 - a kernel takes flat arrays
    first: NDArray[np.int64],
    begin: NDArray[np.int64],
    step: NDArray[np.int32],
    place: NDArray[np.int16],
    variant: NDArray[np.int64],
    group: NDArray[np.int32],
    groups: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]]:
    """Return step, box and group of each leg; -1 for box and group where it is loose.

    Parameters
    ----------
    begin, variant, group
        Of each assignment: its first step, boxes of its chains, and where the groups of
        its route begin; they stand in the order of its boxed chains.
    place
        Of the chain of each step in its path.
    """
    n_legs = first[-1]
    of_leg, box = np.empty(n_legs, np.int32), np.empty(n_legs, np.int16)
    group_of = np.empty(n_legs, np.int32)
    for i in range(first.size - 1):
        for leg in range(first[i], first[i + 1]):
            at = begin[i] + leg - first[i]
            of_leg[leg], box[leg], group_of[leg] = step[at], -1, _NO_GROUP
            if place[at] < 0 or place[at] >= MOST_CHAINS:
                continue
            rest, before = variant[i], 0
            for _ in range(place[at]):
                before += (rest & _MASK) != 0
                rest >>= CHAIN_BITS
            if rest & _MASK:
                box[leg] = (rest & _MASK) - 1
                group_of[leg] = groups[group[i] + before]
    return of_leg, box, group_of
