"""Exact three-objective fronts from one node to many: the label search without one target.

The same labels, stairs and queue as in `labels`, and only turns that are worth taking. Only
nodes that lead to a single target have a lower bound to it, and are tested against its
stairs as well; all others have the bound zero and are tested against their own. A new label
is tested against the last one that waits for its node, too: `points` holds that one.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.solver.search.bounds import (
    FIRST,
    FOUR,
    ONE,
    REST,
    TAG,
    UNREACHABLE,
    ZERO,
    Halves,
    Word,
    Words,
    heap_drop,
    inner,
    reverse_bounds,
    uncounted,
)
from greenroute.solver.search.contract import Arcs
from greenroute.solver.search.labels import (
    AHEAD,
    AHEAD_LEAST,
    BEGIN,
    BUCKETS,
    DOMINATOR,
    DONE,
    FREE,
    HALF_WORD,
    HEAP_SIZE,
    N_LABELS,
    NIL,
    OVERFLOW,
    RISE,
    ROOM,
    STAIRS_FULL,
    TOP_GUARD,
    Packing,
    Work,
    add_stair,
    clip,
    dominates,
    enqueue,
    fill_heap,
    stair_before,
    steps_left,
)
from greenroute.solver.search.pareto import ORDERS
from greenroute.solver.search.search_graph import build_search_graph
from greenroute.solver.search.turns import Turns, find_turns
from greenroute.solver.search.workspace import Usable, choose_packing, enlarge, new_work

#: No path weighs more in one objective: all sums fit the packing or the search says so.
MOST = 2**40


@inner
def extend(
    work: Work,
    goals: Halves,
    packing: Packing,
    label: tuple[Word, Word, Word],
    arc: Word,
) -> bool:
    """Extend a settled label by an arc; False if a sum does not fit the packing."""
    arcs, stairs, nodes, guard = work.arcs, work.stairs, work.nodes, packing.guard
    first, rest, number = label
    word = rest + arcs[arc, RISE]
    if dominates(arcs[arc, DOMINATOR], word, guard):
        return True
    inside = clip(word, packing) if word & guard != ZERO else word
    there = Word(work.head[arc])
    stair = stairs[stair_before(stairs, nodes, there, inside)]
    goal = Word(goals[there])
    if goal != there and not dominates(stair, inside, guard):
        stair = stairs[stair_before(stairs, nodes, goal, inside)]
    if dominates(stair, inside, guard):
        arcs[arc, DOMINATOR] = stair
        return True
    total = first + work.first[arc]
    last = work.points
    if last[there, FIRST] <= total and dominates(last[there, REST], inside, guard):
        return True
    last[there, FIRST], last[there, REST] = total, inside
    tag = arc << HALF_WORD | number
    enqueue(work.ladder, work.waiting, work.heap, total, inside, tag)
    return bool(word == inside)


@inner
def expand_all(
    work: Work,
    goals: Halves,
    turns: Turns,
    packing: Packing,
    label: tuple[Word, Word, Word],
) -> bool:
    """Extend a settled label by all arcs; False if a sum does not fit the packing."""
    fits = True
    into = work.labels[label[2]] >> HALF_WORD
    if into == Word(turns.start.size) - ONE:
        node = Word(work.head[into])
        for place in range(work.start[node], work.start[node + ONE]):
            fits = extend(work, goals, packing, label, Word(place)) and fits
    else:
        for turn in range(turns.start[into], turns.start[into + ONE]):
            fits = extend(work, goals, packing, label, Word(turns.arc[turn])) and fits
    return fits


@uncounted
def advance_all(
    work: Work, goals: Halves, turns: Turns, packing: Packing, most_arcs: Word
) -> int:
    """Settle labels until the queue is empty, an array is full or a sum overflows."""
    ladder, heap, stairs, nodes = work.ladder, work.heap, work.stairs, work.nodes
    guard = packing.guard
    pool = Word(nodes.shape[0]) - ONE
    steps = ZERO
    while True:
        if steps == ZERO:
            steps, full = steps_left(work, most_arcs)
            if steps == ZERO:
                return full
        if ladder[HEAP_SIZE] == ZERO:
            if not fill_heap(work, guard):
                return DONE
            continue
        first, rest, tag = heap[ZERO, FIRST], heap[ZERO, REST], heap[ZERO, TAG]
        node = Word(work.head[tag >> HALF_WORD])
        needed = Word(nodes[pool, BEGIN]) + (Word(nodes[node, ROOM]) << ONE) + FOUR
        if needed > Word(stairs.size):
            return STAIRS_FULL
        ladder[HEAP_SIZE] -= ONE
        heap_drop(heap, ladder[HEAP_SIZE])
        before = stair_before(stairs, nodes, node, rest)
        goal = Word(goals[node])
        at_goal = before if goal == node else stair_before(stairs, nodes, goal, rest)
        if dominates(stairs[before], rest, guard) or dominates(
            stairs[at_goal], rest, guard
        ):
            continue
        add_stair(stairs, nodes, node, before, rest, guard)
        steps -= ONE
        label = ladder[N_LABELS]
        ladder[N_LABELS] += ONE
        work.labels[label] = tag
        if not expand_all(work, goals, turns, packing, (first, rest, label)):
            return OVERFLOW


@njit(nogil=True, cache=True, error_model="numpy")
def reached(
    labels: Words,
    head: Halves,
    wanted: NDArray[np.bool_],
    sums: NDArray[np.int64],
    marks: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return node, sums and marks of the labels at wanted nodes, in order of settling."""
    total = np.zeros((labels.size, sums.shape[1]), np.int64)
    mark = np.zeros(labels.size, np.uint8)
    rows = np.empty(labels.size, np.int64)
    count = 0
    for label in range(labels.size):
        arc = labels[label] >> Word(32)
        if label:
            parent = labels[label] & Word(0xFFFFFFFF)
            for k in range(sums.shape[1]):
                total[label, k] = total[parent, k] + sums[arc, k]
            mark[label] = mark[parent] | marks[arc]
        if wanted[head[arc]]:
            rows[count] = label
            count += 1
    rows = rows[:count]
    nodes = np.empty(count, np.int64)
    for i in range(count):
        nodes[i] = head[labels[rows[i]] >> Word(32)]
    return nodes, total[rows], mark[rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fronts:
    """The fronts of all targets, one row per point.

    Attributes
    ----------
    target
        Node, int64 (n_points,); sorted.
    sums, marks
        What adds up, and which bits are set, along one path to each point:
        (n_points, k) and (n_points,).
    labels
        Labels that the search settled.
    """

    target: NDArray[np.int64]
    sums: NDArray[np.int64]
    marks: NDArray[np.uint8]
    labels: int


class OneToAll:
    """A graph that is searched from one node after another.

    Its arrays are shared; each thread needs a `searcher` of its own.
    """

    def __init__(
        self,
        n_nodes: int,
        arcs: Arcs,
        targets: NDArray[np.int64],
        goal: NDArray[np.int64],
        *,
        first: int,
    ) -> None:
        """Lay out the graph.

        Parameters
        ----------
        n_nodes, arcs
            Nodes and arcs; `arcs.weights` decides, `arcs.sums` and `marks` are told.
        targets
            Nodes whose fronts are wanted, (n_targets,).
        goal
            The only target that a node leads to, (n_nodes,); -1 where there are more.
        first
            Objective that sorts the queue.
        """
        bound = _bounds(n_nodes, arcs, goal)
        arcs = arcs.take(bound[0, arcs.head] < UNREACHABLE)
        inside = goal[arcs.tail] >= 0
        if (goal[arcs.head] != goal[arcs.tail])[inside].any():
            msg = "a node with a single target leads to another one, expected none"
            raise DataError(msg)
        graph = build_search_graph(n_nodes, arcs.tail, arcs.head, arcs.weights)
        self.turns = find_turns(graph.start, graph.head, graph.weights)
        bound[:, bound[0] == UNREACHABLE] = 0
        arcs = arcs.take(graph.arc)
        rises = graph.weights + bound[:, arcs.head] - bound[:, arcs.tail]
        self.wanted = np.zeros(n_nodes, np.bool_)
        self.wanted[targets] = True
        # The last row stands for the arc into the source.
        self.sums = np.append(arcs.sums, np.zeros((1, arcs.sums.shape[1]), np.int64), 0)
        self.marks = np.append(arcs.marks, np.uint8(0))
        self.goals = np.where(goal < 0, np.arange(n_nodes), goal).astype(np.uint32)
        self.usable = Usable(
            start=graph.start,
            head=graph.head,
            position=np.arange(len(graph.head), dtype=np.uint32),
            rises=rises.astype(np.uint64),
        )
        self.order = ORDERS[first]
        packing = choose_packing(self.usable, self.order, np.full(3, MOST))
        if packing is None:
            msg = "weights are too large to search all targets, expected coarser ones"
            raise DataError(msg)
        self.packing = packing
        self.most_arcs = max(np.diff(graph.start).max(), ONE)

    def searcher(self) -> "Searcher":
        """Return what one thread searches with."""
        return Searcher(self)


class Searcher:
    """Arrays of one thread, used again for each search."""

    def __init__(self, graph: OneToAll) -> None:
        self._graph = graph
        work = new_work(graph.usable, graph.order, graph.packing, 0)
        self._work = work._replace(points=np.empty((len(graph.wanted), 3), np.uint64))

    def fronts(self, source: int) -> Fronts:
        """Return the fronts of all targets from a node.

        Raises
        ------
        DataError
            If a sum of weights does not fit the packing.
        """
        graph = self._graph
        work = renewed(self._work, graph.packing, source)
        how = (graph.goals, graph.turns, graph.packing, graph.most_arcs)
        status = advance_all(work, *how)
        while status not in (DONE, OVERFLOW):
            work = enlarge(work, status)
            status = advance_all(work, *how)
        self._work = work
        if status == OVERFLOW:
            msg = "weights of paths differ too much, expected coarser ones"
            raise DataError(msg)
        labels = work.labels[: work.ladder[N_LABELS]]
        target, sums, marks = reached(
            labels, work.head, graph.wanted, graph.sums, graph.marks
        )
        order = np.argsort(target, kind="stable")
        return Fronts(
            target=target[order],
            sums=sums[order],
            marks=marks[order],
            labels=len(labels),
        )


def _bounds(n_nodes: int, arcs: Arcs, goal: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the least weight to the goal of each node, zero without one, (3, n_nodes)."""
    bound = np.zeros((3, n_nodes), np.int64)
    own = np.flatnonzero(goal >= 0)
    if not len(own):
        return bound
    inside = (goal[arcs.tail] >= 0) & (goal[arcs.tail] == goal[arcs.head])
    ends = np.unique(goal[own])
    weights = np.zeros((np.count_nonzero(inside) + len(ends), 3), np.int64)
    weights[: len(weights) - len(ends)] = arcs.weights[inside]
    graph = build_search_graph(
        n_nodes + 1,
        np.append(arcs.tail[inside], ends),
        np.append(arcs.head[inside], np.full(len(ends), n_nodes)),
        weights,
    )
    found = reverse_bounds(
        graph.reverse_start,
        graph.reverse_tail,
        graph.reverse_weights,
        Word(n_nodes),
        np.empty((len(weights) + 2, 3), np.uint64),
    )
    bound[:, own] = found[:, own]
    return bound


def renewed(work: Work, packing: Packing, source: int) -> Work:
    """Return the work as it was before its first search, from another source."""
    work.head[-1] = source
    # Dominates nothing.
    work.points[:] = packing.guard
    work.arcs[:, DOMINATOR] = packing.guard
    work.stairs[0] = packing.guard ^ TOP_GUARD
    work.nodes[:] = 0
    work.nodes[-1, BEGIN] = 1
    ladder = work.ladder
    ladder[:] = NIL
    ladder[:BUCKETS] = ZERO
    ladder[FREE] = NIL
    ladder[AHEAD] = NIL
    ladder[AHEAD_LEAST] = ~ZERO
    ladder[HEAP_SIZE] = ONE
    work.heap[0] = (ZERO, ONE << packing.shift, Word(len(work.head) - 1) << HALF_WORD)
    return work
