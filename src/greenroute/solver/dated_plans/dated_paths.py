"""Lists all itineraries of a commodity over dated departures, level by level.

Breadth first in flat arrays: each level goes one arc on from all partial itineraries. One
is dropped when it would call at a gateway twice, wait where goods may not, or cannot be
there in time even if every departure left at once.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.network.departure import slices, starts
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.dated_lanes import DatedLanes
from greenroute.solver.graph import AFTER, BEFORE, EXPORT, IMPORT, NONE, RUN
from greenroute.solver.problem import Problem
from greenroute.solver.search.bounds import Word, reverse_bounds
from greenroute.solver.search.search_graph import build_search_graph

#: No departure: a hub operation, or a lane that goes at any time.
NO_DEPARTURE = -1
_FAR = 2**40
_STEPS = AFTER + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Itineraries:
    """Itineraries in flat arrays.

    Attributes
    ----------
    first
        Steps of itinerary i are rows `first[i] : first[i + 1]`, (n + 1,).
    step
        As `StepTable` numbers them, (n_steps,).
    begins, ends
        Of each step, minutes since 1970, (n_steps,).
    waits
        Minutes that goods wait before a run, until its cut-off, (n_steps,).
    departure
        Of each run by date; `NO_DEPARTURE` of other steps, (n_steps,).
    """

    first: NDArray[np.int64]
    step: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    waits: NDArray[np.int64]
    departure: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def of_step(self) -> NDArray[np.int64]:
        """Itinerary of each step, (n_steps,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))


class _Arcs(NamedTuple):
    """Arcs sorted by tail, and what they take; `lane` is `NONE` for hub operations."""

    start: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    lane: NDArray[np.int64]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    codes: NDArray[np.int64]


class _Level(NamedTuple):
    """Partial itineraries, each one arc longer than its parent on the level before."""

    node: NDArray[np.int64]
    time: NDArray[np.int64]
    parent: NDArray[np.int64]
    arc: NDArray[np.int64]
    departure: NDArray[np.int64]
    departs: NDArray[np.int64]
    arrives: NDArray[np.int64]
    waits: NDArray[np.int64]


class Ground:
    """Graph of a commodity, laid out to list its itineraries.

    Parameters
    ----------
    problem
        Of a shipment that stands for the commodity.
    steps, dated
        Times of steps, and departures.
    usable
        Lanes that may be used, bool (n_lanes,); all if None.
    """

    def __init__(
        self,
        problem: Problem,
        steps: StepTable,
        dated: DatedLanes,
        usable: NDArray[np.bool_] | None = None,
    ) -> None:
        self.steps, self.dated = steps, dated
        self.gateway = problem.graph.gateway.astype(np.int64)
        self.source, self.targets = problem.source, problem.targets
        self.arcs = _lay_out(problem, steps, usable)
        departures = dated.departures
        self.catch = departures.lane * _FAR + departures.cut_off
        self.least = self._least(problem.graph.n_nodes)

    def _least(self, n_nodes: int) -> NDArray[np.int64]:
        """Return the least minutes from each node to a target, without any wait."""
        arcs, dated, steps = self.arcs, self.dated, self.steps
        departures, lane = dated.departures, np.maximum(self.arcs.lane, 0)
        run = steps.minutes[lane].copy()
        soonest = np.full(steps.n_lanes, _FAR)
        np.minimum.at(soonest, departures.lane, departures.arrives - departures.cut_off)
        by_date = dated.by_date[lane]
        run = np.where(by_date, soonest[lane], run + steps.wait_minutes[lane])
        taken = arcs.before + arcs.after + np.where(arcs.lane == NONE, 0, run)
        rows = np.flatnonzero(taken < _FAR)
        weights = np.repeat(taken[rows][:, None], 3, axis=1)
        graph = build_search_graph(n_nodes, arcs.tail[rows], arcs.head[rows], weights)
        heap = np.empty((len(graph.head) + 2, 3), np.uint64)
        bounds = [
            reverse_bounds(
                graph.reverse_start,
                graph.reverse_tail,
                graph.reverse_weights,
                Word(target),
                heap,
            )[0].astype(np.int64)
            for target in self.targets
        ]
        return np.asarray(np.min(bounds, axis=0))

    @property
    def reachable(self) -> bool:
        """Whether any way leads to a target, in whatever time."""
        return bool(self.least[self.source] < _FAR)

    def list_itineraries(
        self, ready: int, due: int, *, most: int, next_departures: int | None = None
    ) -> Itineraries | None:
        """Return all itineraries from ready to due; None if there are more than `most`.

        Parameters
        ----------
        ready, due
            Minutes since 1970.
        most
            Of itineraries, and of partial ones at a time.
        next_departures
            Of each lane only the next so many that goods can catch; None takes all.
        """
        zero = np.zeros(1, np.int64)
        level = _Level(np.array([self.source]), np.array([ready]), *[zero] * 6)
        levels, found, total = [level], [], 0
        while len(level.node):
            level = self._go_on(levels, due, next_departures)
            levels.append(level)
            there = np.isin(level.node, self.targets)
            found.append(np.flatnonzero(there))
            total += int(there.sum())
            if len(level.node) + total > most:
                return None
        return self._collect(levels, found)

    def _go_on(self, levels: list[_Level], due: int, most: int | None) -> _Level:
        """Return all partial itineraries that are one arc longer."""
        level, arcs, gateway = levels[-1], self.arcs, self.gateway
        open_ = np.flatnonzero(~np.isin(level.node, self.targets))
        arc, count = slices(arcs.start, level.node[open_])
        parent = np.repeat(open_, count)
        runs = arcs.lane[arc] != NONE
        twice = np.zeros(len(arc), np.bool_)
        place, at = gateway[arcs.head[arc]], parent
        for before in reversed(levels):
            twice |= place == gateway[before.node[at]]
            at = before.parent[at]
        kept = np.flatnonzero(~(runs & twice))
        arc, parent = arc[kept], parent[kept]
        ready = level.time[parent] + arcs.before[arc]
        lane = np.maximum(arcs.lane[arc], 0)
        by_date = (arcs.lane[arc] != NONE) & self.dated.by_date[lane]
        parts = (
            self._at_any_time(np.flatnonzero(~by_date), arc, parent, ready),
            self._by_date(np.flatnonzero(by_date), arc, parent, ready, due, most),
        )
        new = _Level(*(np.concatenate(pair) for pair in zip(*parts, strict=True)))
        allowed = (new.waits == 0) | self.dated.waiting[gateway[arcs.tail[new.arc]]]
        in_time = new.time + np.minimum(self.least[new.node], _FAR) <= due
        return _Level(*(column[allowed & in_time] for column in new))

    def _at_any_time(
        self,
        rows: NDArray[np.int64],
        arc: NDArray[np.int64],
        parent: NDArray[np.int64],
        ready: NDArray[np.int64],
    ) -> _Level:
        arc, parent, ready = arc[rows], parent[rows], ready[rows]
        arcs, steps, lane = self.arcs, self.steps, np.maximum(self.arcs.lane[arc], 0)
        runs = arcs.lane[arc] != NONE
        waits = np.where(runs, steps.wait_minutes[lane], 0)
        departs = ready + waits
        arrives = departs + np.where(runs, steps.minutes[lane], 0)
        return _Level(
            node=arcs.head[arc],
            time=arrives + arcs.after[arc],
            parent=parent,
            arc=arc,
            departure=np.full(len(arc), NO_DEPARTURE),
            departs=departs,
            arrives=arrives,
            waits=waits,
        )

    def _by_date(
        self,
        rows: NDArray[np.int64],
        arc: NDArray[np.int64],
        parent: NDArray[np.int64],
        ready: NDArray[np.int64],
        due: int,
        most: int | None,
    ) -> _Level:
        arc, parent, ready = arc[rows], parent[rows], ready[rows]
        departures, far = self.dated.departures, self.arcs.lane[arc] * _FAR
        low = np.searchsorted(self.catch, far + ready)
        high = np.searchsorted(self.catch, far + due, side="right")
        count = np.maximum(high - low, 0)
        if most is not None:
            count = np.minimum(count, most)
        of = np.repeat(np.arange(len(arc)), count)
        row = np.arange(len(of)) + np.repeat(low - (np.cumsum(count) - count), count)
        arc = arc[of]
        arrives = departures.arrives[row]
        return _Level(
            node=self.arcs.head[arc],
            time=arrives + self.arcs.after[arc],
            parent=parent[of],
            arc=arc,
            departure=row,
            departs=departures.departs[row],
            arrives=arrives,
            waits=departures.cut_off[row] - ready[of],
        )

    def _collect(
        self, levels: list[_Level], found: list[NDArray[np.int64]]
    ) -> Itineraries:
        """Follow complete itineraries back, and write out their steps."""
        n = sum(map(len, found))
        depth = len(levels) - 1
        level_of = np.full((n, depth), -1)
        place = np.zeros((n, depth), np.int64)
        row = 0
        for last, hits in enumerate(found, start=1):
            at = hits
            for number in range(last, 0, -1):
                level_of[row : row + len(hits), number - 1] = number
                place[row : row + len(hits), number - 1] = at
                at = levels[number].parent[at]
            row += len(hits)
        there = level_of >= 0
        flat_level, flat_place = level_of[there], place[there]
        offset = starts(np.array([len(level.node) for level in levels]))
        index = offset[flat_level] + flat_place
        joined = _Level(*(np.concatenate(part) for part in zip(*levels, strict=True)))
        moves = _Level(*(column[index] for column in joined))
        of = np.repeat(np.arange(n), there.sum(axis=1))
        return self._steps(moves, of, n, ready=int(levels[0].time[0]))

    def _steps(
        self, moves: _Level, of: NDArray[np.int64], n: int, *, ready: int
    ) -> Itineraries:
        codes = self.arcs.codes[moves.arc]
        taken = np.where(codes == NONE, 0, self.steps.minutes[np.maximum(codes, 0)])
        begins = np.empty_like(codes)
        begins[:, RUN] = moves.departs
        # What is done before a run begins when the goods are there, not when it leaves.
        come = np.empty(len(of), np.int64)
        come[1:] = moves.time[:-1]
        come[np.searchsorted(of, np.arange(n))] = ready
        done = moves.time - self.arcs.after[moves.arc]
        begins[:, BEFORE] = come
        begins[:, EXPORT] = come + taken[:, BEFORE]
        begins[:, IMPORT] = done
        begins[:, AFTER] = done + taken[:, IMPORT]
        ends = begins + taken
        ends[:, RUN] = moves.arrives
        is_run = np.zeros_like(codes, np.bool_)
        is_run[:, RUN] = True
        there = codes != NONE
        waits = np.where(is_run, moves.waits[:, None], 0)
        departure = np.where(is_run, moves.departure[:, None], NO_DEPARTURE)
        count = np.bincount(of, weights=there.sum(axis=1), minlength=n)
        return Itineraries(
            first=starts(count.astype(np.int64)),
            step=codes[there],
            begins=begins[there],
            ends=ends[there],
            waits=waits[there],
            departure=departure[there],
        )


def _lay_out(
    problem: Problem, steps: StepTable, usable: NDArray[np.bool_] | None
) -> _Arcs:
    graph = problem.graph
    kept = np.ones(len(graph.tail), np.bool_)
    run = graph.steps[:, RUN]
    if usable is not None:
        kept = (run == NONE) | usable[np.maximum(run, 0)]
    order = np.flatnonzero(kept)
    order = order[np.argsort(graph.tail[order], kind="stable")]
    hub = graph.operations
    step_of = steps.operation_step(
        hub.operation.astype(np.int64),
        hub.mode.astype(np.int64),
        hub.gateway.astype(np.int64),
    )
    codes = np.full((len(order), _STEPS), NONE, np.int64)
    for place in range(_STEPS):
        step = graph.steps[order, place]
        there = step != NONE
        codes[there, place] = step[there] if place == RUN else step_of[step[there]]
    taken = np.where(codes == NONE, 0, steps.minutes[np.maximum(codes, 0)])
    lane = codes[:, RUN]
    before, after = taken[:, [BEFORE, EXPORT]], taken[:, [IMPORT, AFTER]]
    tail = graph.tail[order]
    return _Arcs(
        start=np.searchsorted(tail, np.arange(graph.n_nodes + 1)).astype(np.int64),
        tail=tail,
        head=graph.head[order],
        lane=lane,
        before=before.sum(axis=1),
        after=after.sum(axis=1),
        codes=codes,
    )
