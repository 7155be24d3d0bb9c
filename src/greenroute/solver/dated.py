"""Gives a problem dates: departures and opening hours instead of expected waits.

Minutes count from when the goods are ready. Only arcs with a step that depends on the
date get a list of entries of their own; the others can be taken at any time.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.calendar import DESKS, Desk, OpeningHours, opening_entries
from greenroute.network.departure import Departures, starts
from greenroute.network.schedule import (
    FOREVER,
    Entries,
    add_departures,
    always,
    fifo,
    on_departures,
    weekly_departures,
)
from greenroute.plan.check_dates import leaves_by_date
from greenroute.plan.moment import minute_of
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.solver.graph import AFTER, BEFORE, EXPORT, IMPORT, NONE, RUN, Graph
from greenroute.solver.problem import (
    MINUTES,
    ArcEntries,
    Problem,
    Schedule,
    minutes,
)
from greenroute.units import HOURS_PER_DAY, MINUTES_PER_HOUR

#: Without a due date, itineraries may last so long where weekdays or opening hours must be
#: given dates [d]; departures go on for so long after, for those who miss theirs.
HORIZON_DAYS, AFTER_DAYS = 120, 60
_MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
_CUSTOMS = (Operation.CUSTOMS_EXPORT, Operation.CUSTOMS_IMPORT)


def check_frequencies(problem: Problem) -> None:
    """Raise a named error for lanes of which, without `ready_at`, no wait is known.

    Raises
    ------
    DataError
        If a lane has dated departures and no frequency.
    """
    lanes = problem.network.lanes
    lost = np.flatnonzero(lanes.departures.dated & ~(lanes.departures_per_week > 0))
    if len(lost):
        msg = (
            f"lane {lanes.id[int(lost[0])].as_py()!r} has dated departures and no "
            "departures_per_week, expected ready_at, from which on departures count "
            f"({len(lost)} such lanes)"
        )
        raise DataError(msg)


def date_problem(problem: Problem, hours: OpeningHours | None = None) -> Problem:
    """Return a problem whose lanes leave at their departures, after `ready_at`.

    Parameters
    ----------
    problem
        With `ready_at`; without, or without anything that has a date, it is returned as
        it is.
    hours
        Opening hours of gateways and customs; None leaves them out.
    """
    lanes = problem.network.lanes
    dated = leaves_by_date(lanes)
    if problem.ready_at is None or not (dated.any() or hours is not None):
        return problem
    ready = minute_of(problem.ready_at)
    limits = problem.max_weights.copy()
    by_weekday = bool((dated & ~lanes.departures.dated).any())
    horizon = HORIZON_DAYS * _MINUTES_PER_DAY
    if by_weekday or hours is not None:
        limits[MINUTES] = min(int(limits[MINUTES]), horizon)
    until = min(int(limits[MINUTES]), horizon) + AFTER_DAYS * _MINUTES_PER_DAY
    departures = _coming(problem, ready, until)
    lane_weights = problem.lane_weights.copy()
    # The wait of a dated lane is that for its departure, and known only on the way.
    lane_weights[dated, MINUTES] = minutes(problem.lane_rating.transit_h[dated])
    operations = _opened(problem, hours, (ready, ready + until))
    schedule = Schedule(
        runs=_since(on_departures(departures), ready),
        dated=dated,
        operations=_since(operations, ready),
        opened=np.diff(operations.start) > 0,
    )
    graph = split_arcs(problem.graph, _by_date(problem.graph, schedule))
    problem = replace(
        problem,
        graph=graph,
        lane_weights=lane_weights,
        weights=graph.weigh(lane_weights, problem.operation_weights),
        max_weights=limits,
        schedule=schedule,
    )
    return replace(problem, arcs=arc_entries(problem, schedule))


def without_limits(problem: Problem) -> Problem:
    """Return the problem without limits, and with all departures."""
    free = replace(problem, max_weights=np.full(3, np.iinfo(np.int64).max))
    if problem.schedule is None:
        return free
    arcs = arc_entries(free, problem.schedule)
    return replace(free, arcs=arcs)


def arc_entries(
    problem: Problem, schedule: Schedule, *, late: NDArray[np.int64] | None = None
) -> ArcEntries:
    """Return when each arc can be taken, minutes after the goods are ready.

    Parameters
    ----------
    problem
        Its graph and limits count; no arc has a step with a date beside others.
    schedule
        Entries of the steps.
    late
        What runs by dated departures take beyond their timetable, (n_lanes,).
    """
    step, is_run = _only_steps(problem.graph)
    by_date = _by_date(problem.graph, schedule)
    runs = schedule.runs
    if late is not None:
        lane = np.repeat(np.arange(len(runs)), np.diff(runs.start))
        runs = replace(runs, duration=runs.duration + late[lane])
    both = _join(runs, schedule.operations)
    rows = np.flatnonzero(by_date)
    found = both.take(np.where(is_run[rows], step[rows], len(runs) + step[rows]))
    owner = np.repeat(rows, np.diff(found.start))
    # Goods are not there before they are ready.
    earliest = np.maximum(found.earliest, 0)
    through = earliest + found.duration
    kept = (found.ready_by >= 0) & (through <= problem.max_weights[MINUTES])
    return ArcEntries(
        entries=Entries(
            start=starts(np.bincount(owner[kept], minlength=len(step))),
            ready_by=found.ready_by[kept],
            earliest=earliest[kept],
            duration=found.duration[kept],
        ),
        by_date=by_date,
    )


def _only_steps(graph: Graph) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the step of arcs that have one only, and whether it is a run."""
    is_run = graph.steps[:, RUN] != NONE
    step = np.where(is_run, graph.steps[:, RUN], graph.steps.max(axis=1))
    return step.astype(np.int64), is_run


def _by_date(graph: Graph, schedule: Schedule) -> NDArray[np.bool_]:
    """Return which arcs have a step that depends on the date, bool (n_arcs,)."""
    found = np.zeros(len(graph.tail), dtype=np.bool_)
    for place in range(graph.steps.shape[1]):
        which = schedule.dated if place == RUN else schedule.opened
        if which.any():
            step = graph.steps[:, place]
            found |= (step != NONE) & which[np.maximum(step, 0)]
    return found


def split_arcs(graph: Graph, chosen: NDArray[np.bool_]) -> Graph:
    """Return the graph with an arc for each step of the chosen arcs.

    Arcs out of one node that begin with the same operation share it, and so do arcs into
    one node that end with it; so the paths stay the same.
    """
    rows = np.flatnonzero(chosen & ((graph.steps != NONE).sum(axis=1) > 1))
    kept = np.ones(len(graph.tail), dtype=np.bool_)
    kept[rows] = False
    tail, head = graph.tail[rows], graph.head[rows]
    steps, gateway, n_nodes = graph.steps[rows], [graph.gateway], graph.n_nodes
    parts = [(graph.tail[kept], graph.head[kept], graph.steps[kept])]
    for place, ends in ((BEFORE, tail), (EXPORT, tail), (AFTER, head), (IMPORT, head)):
        mine = np.flatnonzero(steps[:, place] != NONE)
        keys = np.column_stack([ends[mine], steps[mine, place]])
        pairs, of = np.unique(keys, axis=0, return_inverse=True)
        new = n_nodes + np.arange(len(pairs))
        shared = np.full((len(pairs), steps.shape[1]), NONE, dtype=steps.dtype)
        shared[:, place] = pairs[:, 1]
        outward = ends is tail
        parts.append(
            (pairs[:, 0], new, shared) if outward else (new, pairs[:, 0], shared)
        )
        gateway.append(np.concatenate(gateway)[pairs[:, 0]])
        ends[mine] = new[of.reshape(-1)]
        n_nodes += len(pairs)
    only = np.full_like(steps, NONE)
    only[:, RUN] = steps[:, RUN]
    parts.append((tail, head, only))
    tails, heads, all_steps = zip(*parts, strict=True)
    return replace(
        graph,
        n_nodes=n_nodes,
        tail=np.concatenate(tails),
        head=np.concatenate(heads),
        steps=np.concatenate(all_steps),
        gateway=np.concatenate(gateway),
    )


def _join(first: Entries, second: Entries) -> Entries:
    """Return the steps of both, one after another."""
    return Entries(
        start=np.concatenate([first.start, first.start[-1] + second.start[1:]]),
        ready_by=np.concatenate([first.ready_by, second.ready_by]),
        earliest=np.concatenate([first.earliest, second.earliest]),
        duration=np.concatenate([first.duration, second.duration]),
    )


def _coming(problem: Problem, ready: int, until: int) -> Departures:
    """Return the departures that goods may still catch, those of weekdays among them."""
    lanes = problem.network.lanes
    every = lanes.departures
    if (leaves_by_date(lanes) & ~every.dated).any():
        weekly = weekly_departures(
            lanes,
            problem.network.gateways,
            since=ready,
            until=ready + until,
            cut_off_h=problem.lane_rating.cutoff_h,
        )
        every = add_departures(lanes, weekly).departures
    rows = np.flatnonzero(every.cut_off >= ready)
    return Departures(
        start=starts(np.bincount(every.lane[rows], minlength=len(lanes))),
        departs=every.departs[rows],
        arrives=every.arrives[rows],
        cut_off=every.cut_off[rows],
        capacity_t=every.capacity_t[rows],
    )


def _opened(
    problem: Problem, hours: OpeningHours | None, period: tuple[int, int]
) -> Entries:
    """Return when operations of the graph start that cannot do so at any time."""
    operations = problem.graph.operations
    taken = problem.operation_weights[:, MINUTES]
    count = np.zeros(len(taken), dtype=np.int64)
    if hours is None:
        return _listed(count, always(np.empty(0, np.int64)))
    steps = np.delete(problem.graph.steps, RUN, axis=1)
    used = np.unique(steps[steps != NONE]).astype(np.int64)
    customs = [OPERATIONS.index(kind) for kind in _CUSTOMS]
    desks = np.where(
        np.isin(operations.operation[used], customs),
        DESKS.index(Desk.CUSTOMS),
        DESKS.index(Desk.HANDLING),
    ).astype(np.int8)
    found = opening_entries(
        problem.network.gateways,
        operations.gateway[used].astype(np.int64),
        taken[used],
        desk=desks,
        hours=hours,
        period=period,
    )
    bounded = np.flatnonzero(_is_bounded(found))
    found = fifo(found.take(bounded))
    count[used[bounded]] = np.diff(found.start)
    return _listed(count, found)


def _listed(count: NDArray[np.int64], entries: Entries) -> Entries:
    """Return the same entries as lists of so many each."""
    return replace(entries, start=starts(count))


def _is_bounded(entries: Entries) -> NDArray[np.bool_]:
    """Return which steps cannot be taken at any time."""
    count = np.diff(entries.start)
    one = np.flatnonzero(count == 1)
    first = entries.start[one]
    found = np.ones(len(entries), dtype=np.bool_)
    found[one] = (entries.ready_by[first] < FOREVER) | (
        entries.earliest[first] > -FOREVER
    )
    return found


def _since(entries: Entries, ready: int) -> Entries:
    """Return the entries in minutes since the goods are ready."""

    def moved(column: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(np.abs(column) < FOREVER, column - ready, column)

    return replace(
        entries, ready_by=moved(entries.ready_by), earliest=moved(entries.earliest)
    )
