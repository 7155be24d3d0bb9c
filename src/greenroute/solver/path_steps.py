"""Paths as steps one after another, and the time that each of them takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.network.schedule import FOREVER, Entries
from greenroute.rating.reliability import arrival_times
from greenroute.rating.waiting import NO_DEPARTURES, StepRating, step_times
from greenroute.solver.graph import NONE, RUN
from greenroute.solver.problem import MINUTES, Problem, minutes
from greenroute.units import MINUTES_PER_HOUR, SECONDS_PER_HOUR

_P50, _P95 = 0.5, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """All steps of all paths one after another, (n_steps,) each."""

    path: NDArray[np.int64]
    is_run: NDArray[np.bool_]
    row: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Minutes of each step, (n_steps,): waiting before it, and running or handling."""

    wait: NDArray[np.int64]
    taken: NDArray[np.int64]


class Lateness(NamedTuple):
    """How late an itinerary may be; see `Itinerary`."""

    p50_h: float
    p95_h: float
    on_time: float | None


def steps_of(problem: Problem, paths: Sequence[NDArray[np.int64]]) -> Steps:
    """Return the steps of paths, given as arcs."""
    arcs = np.concatenate(paths)
    of_path = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    # Arcs past the graph's own lead into the node where destination sets meet.
    own = arcs < len(problem.graph.tail)
    table = problem.graph.steps[arcs[own]]
    path, place = np.nonzero(table != NONE)
    return Steps(
        path=of_path[own][path],
        is_run=place == RUN,
        row=table[path, place].astype(np.int64),
    )


def gather(steps: Steps, lanes: NDArray[Any], operations: NDArray[Any]) -> NDArray[Any]:
    """Return the value of each step from the tables of lanes and operations."""
    lane_row = np.where(steps.is_run, steps.row, 0)
    operation_row = np.where(steps.is_run, 0, steps.row)
    is_run = steps.is_run if lanes.ndim == 1 else steps.is_run[:, None]
    return np.where(is_run, lanes[lane_row], operations[operation_row])


def walk(problem: Problem, steps: Steps) -> Spent:
    """Return what each step takes if all goes as usual."""
    lane = np.where(steps.is_run, steps.row, 0)
    wait = np.where(steps.is_run, minutes(problem.lane_rating.wait_h)[lane], 0)
    taken = gather(
        steps, problem.lane_weights[:, MINUTES], problem.operation_weights[:, MINUTES]
    )
    schedule = problem.schedule
    if schedule is None:
        return Spent(wait=wait, taken=taken - wait)
    by_date = gather(steps, schedule.dated, schedule.opened)
    wait = np.where(by_date, 0, wait)
    taken = taken - wait
    runs, operations = _Clock(schedule.runs), _Clock(schedule.operations)
    size = np.bincount(steps.path)
    first = np.cumsum(size) - size
    clock = np.zeros(len(size), dtype=np.int64)
    for place in range(int(size.max(initial=0))):
        path = np.flatnonzero(size > place)
        step = first[path] + place
        for hours, which in ((runs, steps.is_run), (operations, ~steps.is_run)):
            mine = by_date[step] & which[step]
            at = step[mine]
            wait[at], taken[at] = hours.next(steps.row[at], clock[path[mine]])
        clock[path] += wait[step] + taken[step]
    return Spent(wait=wait, taken=taken)


class _Clock:
    """Looks up the entries that goods take; the keys are laid out once."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        owner = np.repeat(np.arange(len(entries)), np.diff(entries.start))
        self._apart = 4 * FOREVER
        self._keys = entries.ready_by + owner * self._apart

    def next(
        self, step: NDArray[np.int64], t: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return wait and duration of goods that are at these steps at these minutes."""
        row = np.searchsorted(self._keys, t + step * self._apart)
        wait = np.maximum(self._entries.earliest[row] - t, 0)
        return wait, self._entries.duration[row]


def lateness(
    problem: Problem, steps: Steps, spent: Spent, n_paths: int
) -> list[Lateness]:
    """Return how late the paths may be, by the distributions of their times.

    Without `ready_at`, departures have no dates to miss: goods wait by their frequency.
    """
    lanes, operations = problem.lane_rating, problem.operation_rating
    nothing = np.zeros(len(operations.duration_h))
    rating = StepRating(
        typical_h=gather(steps, lanes.transit_h, operations.duration_h),
        p95_h=gather(steps, lanes.transit_p95_h, operations.p95_h),
        is_run=steps.is_run,
        headway_h=gather(steps, lanes.headway_h, nothing),
        cutoff_h=gather(
            steps, np.where(np.isnan(lanes.headway_h), 0.0, lanes.cutoff_h), nothing
        ),
    )
    schedule = problem.schedule
    lane = np.full(len(steps.row), NO_DEPARTURES, dtype=np.int64)
    if schedule is not None:
        dated = gather(steps, schedule.dated, np.zeros(len(nothing), dtype=np.bool_))
        lane = np.where(dated, steps.row, lane)
    times = step_times(steps.path, rating, lane=lane)
    # Waits for opening hours are taken as they are when all goes as usual.
    opening_h = np.where(steps.is_run, 0, spent.wait) / MINUTES_PER_HOUR
    found = arrival_times(
        replace(times, least_h=times.least_h + opening_h),
        n_paths,
        departures=None if schedule is None else schedule.runs,
    )
    p50_h, p95_h = (found.quantile_h(share).tolist() for share in (_P50, _P95))
    on_time: list[float | None] = [None] * n_paths
    if problem.due_at is not None and problem.ready_at is not None:
        left_s = (problem.due_at - problem.ready_at).total_seconds()
        left_h = np.full(n_paths, left_s / SECONDS_PER_HOUR)
        on_time = found.probability(left_h).tolist()
    return [Lateness(*row) for row in zip(p50_h, p95_h, on_time, strict=True)]
