"""Exact three-objective fronts of single pairs, on a graph that is laid out once for many.

Pairs use the arcs and turns of `one_to_all`. Three reverse searches bound what is left to
the target, and every node is held against the stairs of the target as well as its own.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.solver.search.bounds import (
    ONE,
    UNREACHABLE,
    ZERO,
    Halves,
    Integers,
    Word,
    Words,
    reverse_bounds,
)
from greenroute.solver.search.labels import (
    DOMINATOR,
    DONE,
    N_LABELS,
    OVERFLOW,
    RISE,
    Packing,
    Work,
)
from greenroute.solver.search.one_to_all import (
    MOST,
    Fronts,
    OneToAll,
    advance_all,
    reached,
    renewed,
)
from greenroute.solver.search.workspace import Usable, choose_packing, enlarge, new_work


@njit(nogil=True, cache=True, error_model="numpy")
def _lay_out(
    work: Work, rises: Words, bounds: Integers, order: Integers, shift: Word
) -> None:
    """Write the rises above the bounds; what does not lead to the target takes no label."""
    one, two, three = order
    # Dominates every label: both its halves are the least there are.
    least = ONE << shift
    for tail in range(bounds.shape[1]):
        begin, end = np.int64(work.start[tail]), np.int64(work.start[tail + 1])
        for arc in range(begin, end):
            head = work.head[arc]
            if bounds[0, tail] == UNREACHABLE or bounds[0, head] == UNREACHABLE:
                work.first[arc], work.arcs[arc, RISE] = ZERO, ZERO
                work.arcs[arc, DOMINATOR] = least
                continue
            second = rises[two, arc] + Word(bounds[two, head] - bounds[two, tail])
            third = rises[three, arc] + Word(bounds[three, head] - bounds[three, tail])
            work.first[arc] = rises[one, arc] + Word(
                bounds[one, head] - bounds[one, tail]
            )
            work.arcs[arc, RISE] = (second << shift) | third


class OneToOne:
    """Searches one pair after another on a graph; each thread needs one of its own."""

    def __init__(self, graph: OneToAll) -> None:
        """Lay out arrays for the arcs and turns of a graph."""
        self._graph = graph
        usable = graph.usable
        n_nodes, n_arcs = len(usable.start) - 1, len(usable.head)
        tail = np.repeat(
            np.arange(n_nodes, dtype=np.uint32), np.diff(usable.start).astype(np.int64)
        )
        by_head = np.argsort(usable.head, kind="stable")
        count = np.bincount(usable.head, minlength=n_nodes)
        self._reverse_start = np.append(0, np.cumsum(count)).astype(np.uint64)
        self._reverse_tail: Halves = tail[by_head]
        self._reverse_weights: Integers = usable.rises[:, by_head].astype(np.int64)
        self._heaviest = usable.rises.max(axis=1, initial=0).astype(np.int64)
        self._heap = np.empty((n_arcs + 2, 3), np.uint64)
        work = new_work(usable, graph.order, graph.packing, 0)
        self._work = work._replace(
            first=np.empty(n_arcs, np.uint64),
            points=np.empty((n_nodes, 3), np.uint64),
        )

    def front(self, source: int, target: int) -> Fronts:
        """Return the front between two nodes; no points if no path joins them.

        Parameters
        ----------
        source, target
            Any node, and one of the targets of the graph.

        Raises
        ------
        DataError
            If weights or their sums do not fit the packing.
        """
        graph = self._graph
        bounds = reverse_bounds(
            self._reverse_start,
            self._reverse_tail,
            self._reverse_weights,
            Word(target),
            self._heap,
        )
        wanted = np.zeros(bounds.shape[1], np.bool_)
        if bounds[0, source] < UNREACHABLE:
            wanted[target] = True
            self._search(source, target, bounds)
            labels = self._work.labels[: self._work.ladder[N_LABELS]]
        else:
            labels = self._work.labels[:0]
        nodes, sums, marks = reached(
            labels, self._work.head, wanted, graph.sums, graph.marks
        )
        return Fronts(target=nodes, sums=sums, marks=marks, labels=len(labels))

    def _search(self, source: int, target: int, bounds: NDArray[np.int64]) -> None:
        """Settle all labels between two nodes that a path joins."""
        graph = self._graph
        packing = self._packing(bounds)
        work = renewed(self._work, packing, source)
        _lay_out(
            work,
            graph.usable.rises,
            bounds,
            np.array(graph.order),
            packing.shift,
        )
        goals = np.full(bounds.shape[1], target, np.uint32)
        how = (goals, graph.turns, packing, graph.most_arcs)
        status = advance_all(work, *how)
        while status not in (DONE, OVERFLOW):
            work = enlarge(work, status)
            status = advance_all(work, *how)
        self._work = work
        if status == OVERFLOW:
            msg = "weights of paths differ too much, expected coarser ones"
            raise DataError(msg)

    def _packing(self, bounds: NDArray[np.int64]) -> Packing:
        """Return a packing for any rise above the bounds."""
        finite = np.where(bounds < UNREACHABLE, bounds, 0).max(axis=1)
        most = (self._heaviest + finite).astype(np.uint64)
        widest = Usable(
            start=self._graph.usable.start,
            head=np.zeros(1, np.uint32),
            position=np.zeros(1, np.uint32),
            rises=most[:, None],
        )
        packing = choose_packing(widest, self._graph.order, np.full(3, MOST))
        if packing is None:
            msg = "weights are too large to search a pair, expected coarser ones"
            raise DataError(msg)
        return packing
