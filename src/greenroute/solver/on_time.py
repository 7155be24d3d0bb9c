"""Itineraries that keep a due date with a probability.

How likely an itinerary arrives in time is no sum over its arcs, so that a dominated one may
be the better in this, and no label search is exact for it. The search is made for the usual
times and again for longer ones, at quantiles of every step; what keeps the due date is
chosen among all of these itineraries. The answer is proven complete where nothing that beats
others had to be left out.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.plan.itinerary import Itinerary
from greenroute.rating.waiting import LEAST_OPERATION, LEAST_RUN, spread
from greenroute.solver.dated import arc_entries
from greenroute.solver.itineraries import write_itineraries
from greenroute.solver.problem import MINUTES, Problem, minutes
from greenroute.solver.search.pareto import ParetoFront
from greenroute.units import CENTS_PER_USD, G_PER_KG, MINUTES_PER_HOUR

#: Quantiles of the times for which the search is made besides the usual times.
QUANTILES = (0.7, 0.85, 0.95)
#: Distributions reach to 99.95 % only.
MOST_SHARE = 0.999
_SAME = 1e-9
#: Probabilities are told in whole parts of one.
_PARTS = 10_000

Search = Callable[[Problem, NDArray[np.int64]], ParetoFront]


class Reliable(NamedTuple):
    """What keeps a due date with a probability.

    `exact` says that the itineraries are complete, and `best` the highest probability of
    all itineraries looked at.
    """

    itineraries: tuple[Itinerary, ...]
    costs: NDArray[np.int64]
    exact: bool
    best: float


def check_share(share: float, problem: Problem) -> None:
    """Raise a named error unless a probability can be asked for.

    Raises
    ------
    DataError
        If it is no probability, or there is no due date.
    """
    if not 0 < share <= MOST_SHARE:
        msg = f"on_time is {share:g}, expected a probability > 0 and <= {MOST_SHARE:g}"
        raise DataError(msg)
    if problem.due_at is None:
        msg = f"on_time is {share:g} without due_at, expected both"
        raise DataError(msg)


def choose_reliable(
    problem: Problem, front: ParetoFront, share: float, search: Search
) -> Reliable:
    """Return the itineraries that keep the due date with a probability.

    Parameters
    ----------
    problem
        With a due date.
    front
        All that no other beats, whatever its probability.
    share
        Least probability of arriving by the due date [1].
    search
        Finds the front of a problem within limits.
    """
    paths = [front.path(row) for row in range(len(front.costs))]
    found = write_itineraries(problem, paths) if paths else ()
    reliable = {i.id: i for i in found if _probability(i) >= share - _SAME}
    best = max(map(_probability, found), default=0.0)
    limits = problem.max_weights.copy()
    limits[MINUTES] = np.iinfo(np.int64).max
    if len(reliable) < len(found) or not found:
        for quantile in QUANTILES:
            slow = _at_quantile(replace(problem, max_weights=limits), quantile)
            more = search(slow, limits)
            paths = [more.path(row) for row in range(len(more.costs))]
            for itinerary in write_itineraries(problem, paths) if paths else ():
                best = max(best, _probability(itinerary))
                if _probability(itinerary) >= share - _SAME:
                    reliable.setdefault(itinerary.id, itinerary)
    kept, costs = _unbeaten(list(reliable.values()), problem.max_weights)
    there = set(map(tuple, costs.tolist()))
    return Reliable(
        itineraries=kept,
        costs=costs,
        exact=front.exact and all(tuple(row) in there for row in front.costs.tolist()),
        # Rounded down, so that what it is told as can be asked for.
        best=math.floor(best * _PARTS) / _PARTS,
    )


def _probability(itinerary: Itinerary) -> float:
    probability = itinerary.on_time_probability
    return 0.0 if probability is None else probability


def _unbeaten(
    itineraries: list[Itinerary], limits: NDArray[np.int64]
) -> tuple[tuple[Itinerary, ...], NDArray[np.int64]]:
    """Return those within the limits that no other beats, sorted, one of equals."""
    sums = np.array(
        [
            (
                round(i.cost_usd * CENTS_PER_USD),
                round(i.transit_h * MINUTES_PER_HOUR),
                round(i.wtw_kg_co2e * G_PER_KG),
            )
            for i in itineraries
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    likely = np.array([-_probability(i) for i in itineraries])
    kept: list[int] = []
    for row in np.lexsort((likely, *sums.T[::-1])).tolist():
        beaten = (sums[kept] <= sums[row]).all(axis=1).any()
        if (sums[row] <= limits).all() and not beaten:
            kept.append(row)
    return tuple(itineraries[row] for row in kept), sums[kept]


def _at_quantile(problem: Problem, quantile: float) -> Problem:
    """Return the problem with each step as long as so many are at the most."""
    z = NormalDist().inv_cdf(quantile)
    lanes, operations = problem.lane_rating, problem.operation_rating

    def long_h(
        typical_h: NDArray[np.float64], p95_h: NDArray[np.float64], least_share: float
    ) -> NDArray[np.float64]:
        # Operations that a mode does not have are never late.
        least_h, scale_h, sigma = spread(
            typical_h,
            np.maximum(p95_h, typical_h),
            np.full(len(typical_h), least_share),
        )
        return np.asarray(least_h + scale_h * np.exp(sigma * z))

    run_h = long_h(lanes.transit_h, lanes.transit_p95_h, LEAST_RUN)
    wait_h = np.nan_to_num(quantile * lanes.headway_h + lanes.cutoff_h)
    hub_h = long_h(operations.duration_h, operations.p95_h, LEAST_OPERATION)
    lane_weights = problem.lane_weights.copy()
    operation_weights = problem.operation_weights.copy()
    lane_weights[:, MINUTES] = minutes(run_h + wait_h)
    operation_weights[:, MINUTES] = minutes(hub_h)
    arcs, schedule = problem.arcs, problem.schedule
    if schedule is not None:
        lane_weights[schedule.dated, MINUTES] = minutes(run_h[schedule.dated])
        arcs = arc_entries(problem, schedule, late=minutes(run_h - lanes.transit_h))
    return replace(
        problem,
        weights=problem.graph.weigh(lane_weights, operation_weights),
        arcs=arcs,
    )
