"""Says why there is no itinerary, and what would help."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.dated import HORIZON_DAYS, without_limits
from greenroute.solver.problem import CENTS, GRAMS, MINUTES, Problem
from greenroute.solver.search.pareto import ParetoFront
from greenroute.solver.transfers import main_runs
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    HOURS_PER_DAY,
    MINUTES_PER_HOUR,
)

Search = Callable[[Problem, NDArray[np.int64]], ParetoFront]
_FREE = np.full(3, np.iinfo(np.int64).max)


def why_not(problem: Problem, search: Search, *, name_dates: bool = True) -> str:
    """Return why no itinerary keeps the limits.

    Parameters
    ----------
    problem
        Without an itinerary.
    search
        Finds the front of a problem within limits.
    name_dates
        Name the earliest arrival; not if `ready_at` stands for any day.
    """
    names = f"{problem.shipment.origin} to {problem.shipment.destination}"
    free = without_limits(problem)
    front = search(free, _FREE)
    if not len(front.costs):
        return _no_way(problem, names, search)
    least = front.costs.min(axis=0)
    limits = problem.max_weights
    wanted = (
        ("cost", CENTS, CENTS_PER_USD, "USD"),
        ("time", MINUTES, MINUTES_PER_HOUR * HOURS_PER_DAY, "d"),
        ("CO2e", GRAMS, G_PER_KG, "kg"),
    )
    beyond = [
        f"the least {what} is {least[goal] / scale:,.2f} {unit}, the limit "
        f"{limits[goal] / scale:,.2f} {unit}"
        for what, goal, scale, unit in wanted
        if least[goal] > limits[goal]
    ]
    if not beyond:
        beyond = [
            "each limit can be kept alone, but not all together; least: "
            + ", ".join(f"{least[g] / s:,.2f} {u}" for _, g, s, u in wanted)
        ]
    if name_dates and problem.due_at is not None and least[MINUTES] > limits[MINUTES]:
        beyond.append(_earliest(problem, int(least[MINUTES])))
    elif name_dates and least[MINUTES] > limits[MINUTES]:
        beyond.append(f"without a due date itineraries last {HORIZON_DAYS} d at most")
    return f"no itinerary from {names} keeps the limits: {'; '.join(beyond)}"


def _earliest(problem: Problem, least: int) -> str:
    """Return the earliest possible arrival in words."""
    if problem.ready_at is None or problem.due_at is None:
        return ""
    arrives = problem.ready_at + timedelta(minutes=least)
    words = arrives.isoformat(timespec="minutes")
    due = problem.due_at.isoformat(timespec="minutes")
    return f"the earliest possible arrival is {words}; relax due_at ({due}) to that"


def _no_way(problem: Problem, names: str, search: Search) -> str:
    """Return why there is no itinerary even without limits of cost, time and CO2e."""
    most = problem.max_transfers
    if most is not None and len(
        search(
            replace(problem, max_transfers=None, schedule=None, arcs=None), _FREE
        ).costs
    ):
        needed = _least_transfers(problem, search)
        if needed > most:
            return (
                f"no itinerary from {names} has at most {most} transfers; the least is "
                f"{needed}: relax max_transfers to that"
            )
    timeless = replace(problem, schedule=None, arcs=None)
    if problem.schedule is not None and len(search(timeless, _FREE).costs):
        return (
            f"no itinerary from {names} with the departures that are left after ready_at; "
            f"there is a way, but the network has {len(problem.schedule.runs.ready_by):,} "
            f"departures after it, {_last(problem)}"
        )
    left_out = "; ".join(
        f"{count} lanes left out: {reason}"
        for reason, count in sorted(problem.lane_rating.reasons.items())
    )
    return (
        f"no way from {names} with the lanes that this shipment may use"
        f"{'; ' + left_out if left_out else ''}"
    )


def _last(problem: Problem) -> str:
    """Return in words when the last departure leaves."""
    schedule = problem.schedule
    if schedule is None or problem.ready_at is None or not len(schedule.runs.earliest):
        return "none of them to come"
    last = problem.ready_at + timedelta(minutes=int(schedule.runs.earliest.max()))
    return f"the last one {last.isoformat(timespec='minutes')}"


def _least_transfers(problem: Problem, search: Search) -> int:
    """Return the least number of transfers of any way."""
    runs = main_runs(problem.graph, problem.network.lanes).astype(np.int64)
    counted = np.column_stack([runs, np.zeros_like(runs), np.zeros_like(runs)])
    only = replace(
        problem, weights=counted, schedule=None, arcs=None, max_transfers=None
    )
    return max(int(search(only, _FREE).costs[0, 0]) - 1, 0)
