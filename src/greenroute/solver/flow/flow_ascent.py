"""Prices of capacities to begin with, and the paths that they ask for.

Where modules cost nothing, only capacities are shared. At any prices of them commodities
choose by themselves, which takes a thousandth of the time of a master with thousands of
commodities. So prices move along smoothed slopes with falling steps first (as in Adam
[1]_); the master begins with the paths of the last rounds and needs few of its own.
Nothing is proven here: the prices of the master do that.

References
----------
.. [1] D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR (2015).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.flow.flow_paths import Forest, cheapest_paths
from greenroute.solver.flow.flow_problem import FlowProblem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Rounds, and those at the end whose paths are told. The paths of all rounds would be four
#: times as many, and the master take longer than without any.
ROUNDS, TOLD_ROUNDS = 300, 60
#: First and last step, as shares of what a unit of flow is worth on average.
FIRST_STEP, LAST_STEP = 0.1, 0.0005
#: What is kept of the mean slope, and of that of its square, in a round.
MEAN, SQUARE = 0.8, 0.95
#: Keeps a slope that was never there from being divided by.
TINY = 1e-9
#: Seed of the numbers by which paths are told apart.
SEED = 1


class Climbed(NamedTuple):
    """Where an ascent ended.

    Attributes
    ----------
    scarce
        Arcs whose capacity has a price, ascending.
    commodity, start, arcs
        Different paths of the last rounds, as from `cheapest_paths`.
    """

    scarce: Integers
    commodity: Integers
    start: Integers
    arcs: Integers


def climb(
    problem: FlowProblem,
    forest: Forest,
    *,
    worth: float,
    done: Callable[[], bool],
) -> Climbed:
    """Let prices of capacities rise and fall until they change little.

    Parameters
    ----------
    problem
        One whose modules cost nothing.
    worth
        What a unit of flow is worth on average.
    done
        Whether to stop.
    """
    shared = np.flatnonzero(np.isfinite(problem.module) & (problem.module > 0))
    room = problem.module[shared]
    revenue = np.where(problem.optional, problem.revenue, np.inf)
    price, mean, square = (np.zeros(len(shared)) for _ in range(3))
    price_of_arc = problem.unit_cost.copy()
    told = []
    for at in range(1, ROUNDS + 1):
        price_of_arc[shared] = problem.unit_cost[shared] + price
        _, commodity, start, arcs = cheapest_paths(forest, price_of_arc[None], revenue)
        if at > ROUNDS - TOLD_ROUNDS:
            told.append((commodity, np.diff(start), arcs))
        if done():
            break
        amount = np.repeat(problem.demand[commodity], np.diff(start))
        load = np.bincount(arcs, amount, problem.n_arcs)[shared]
        if at == 1 and (load <= room).all():
            # Cheapest paths fit: nothing is scarce.
            break
        slope = (load - room) / np.maximum(load, room)
        mean += (1.0 - MEAN) * (slope - mean)
        square += (1.0 - SQUARE) * (slope**2 - square)
        size = worth * FIRST_STEP * (LAST_STEP / FIRST_STEP) ** (at / ROUNDS)
        spread = np.sqrt(square / (1.0 - SQUARE**at)) + TINY
        price = np.maximum(price + size * mean / (1.0 - MEAN**at) / spread, 0.0)
    return Climbed(shared[price > 0.0], *_different(told, problem.n_arcs))


def _different(
    told: list[tuple[Integers, Integers, Integers]], n_arcs: int
) -> tuple[Integers, Integers, Integers]:
    """Return each path once: commodities, where arcs begin, and arcs.

    Paths are told apart by 64 bits: one that is lost by chance comes again.
    """
    if not told:
        nothing = np.zeros(0, np.int64)
        return nothing, np.zeros(1, np.int64), nothing
    commodity, count, arcs = (
        np.concatenate([part[k] for part in told]) for k in range(3)
    )
    bits = np.random.default_rng(SEED).integers(2**63, size=n_arcs)
    sums = np.concatenate([[0], np.cumsum(bits[arcs])])
    start = np.concatenate([[0], np.cumsum(count)])
    key = sums[start[1:]] - sums[start[:-1]]
    first = np.unique(np.column_stack([commodity, key]), axis=0, return_index=True)[1]
    first.sort()
    begin = np.concatenate([[0], np.cumsum(count[first])])
    place = np.repeat(start[first] - begin[:-1], count[first]) + np.arange(begin[-1])
    return commodity[first], begin, arcs[place]
