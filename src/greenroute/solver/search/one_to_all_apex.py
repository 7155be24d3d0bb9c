"""Fronts from one node to many, certified to miss no cost by more than a share."""

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.solver.search.apex import (
    KEPT,
    KEPT_FIRST,
    PER_ARC,
    SPEND,
    Slack,
    advance_apex,
    reached_apex,
    thin,
)
from greenroute.solver.search.apex_turns import find_apex_turns
from greenroute.solver.search.bounds import ONE, Word, Words
from greenroute.solver.search.contract import Arcs
from greenroute.solver.search.labels import DONE, HALF_WORD, N_LABELS, OVERFLOW, Work
from greenroute.solver.search.one_to_all import Fronts
from greenroute.solver.search.pareto import ORDERS
from greenroute.solver.search.search_graph import build_search_graph
from greenroute.solver.search.workspace import Usable, choose_packing, enlarge, new_work

#: No path weighs more in one objective: all sums fit the packing or the search says so.
_MOST = 2**40
#: Keeps products with epsilon below their exact values.
_BELOW_ONE = 1 - 2**-50


class OneToAllApex:
    """A graph that is searched from one node after another, with a tolerance.

    For each path to a target there is a point that weighs at most (1 + epsilon) times as
    much, in all three objectives; each point is what some path weighs. Threads may share it.
    """

    def __init__(
        self,
        n_nodes: int,
        arcs: Arcs,
        targets: NDArray[np.int64],
        *,
        epsilon: float,
        first: int,
    ) -> None:
        """Lay out the graph.

        Parameters
        ----------
        n_nodes, arcs
            Nodes and arcs; `arcs.weights` decides and is told, `arcs.sums` is not looked at.
        targets
            Nodes whose fronts are wanted, (n_targets,).
        epsilon
            Tolerance, >= 0. Nothing is missed with 0.
        first
            Objective that sorts the queue.
        """
        graph = build_search_graph(n_nodes, arcs.tail, arcs.head, arcs.weights)
        self._spend = SPEND * epsilon
        slack = np.floor(graph.weights * (epsilon * _BELOW_ONE)).astype(np.int64)
        promises = graph.weights + slack
        self._usable = Usable(
            start=graph.start,
            head=graph.head,
            position=np.arange(len(graph.head), dtype=np.uint32),
            rises=promises.astype(np.uint64),
        )
        self._turns = find_apex_turns(
            graph.start, graph.head, promises, promises - int(PER_ARC) * slack
        )
        self._order = ORDERS[first]
        packing = choose_packing(self._usable, self._order, np.full(3, _MOST))
        if packing is None:
            msg = "weights are too large to search all targets, expected coarser ones"
            raise DataError(msg)
        self._packing = packing
        self._most_arcs = max(np.diff(graph.start).max(), ONE)
        # The last row stands for the arc into the source.
        self._weights = np.append(graph.weights.T, np.zeros((1, 3), np.int64), 0)
        self._marks = np.append(arcs.marks[graph.arc], np.uint8(0))
        self._slack = np.zeros((len(graph.head) + 1, 2), np.uint64)
        first, second, third = self._order
        self._slack[:-1, 0] = self._packed(slack[second], slack[third])
        self._slack[:-1, 1] = slack[first]
        self._wanted = np.zeros(n_nodes, np.bool_)
        self._wanted[targets] = True

    def searcher(self) -> "OneToAllApex":
        """Return what one thread searches with: searches share no arrays that they write."""
        return self

    def fronts(self, source: int) -> Fronts:
        """Return the fronts of all targets from a node.

        Raises
        ------
        DataError
            If a sum of weights does not fit the packing.
        """
        work, kept = self._settle(source)
        labels = work.labels[: work.ladder[N_LABELS]]
        rows, sums, marks = reached_apex(
            labels, work.head, self._wanted, self._weights, self._marks
        )
        target = work.head[labels[rows] >> HALF_WORD].astype(np.int64)
        order = np.lexsort((*sums.T[::-1], target))
        target, sums, marks = target[order], sums[order], marks[order]
        promise = sums + self._unpacked(kept[rows[order]])
        needed = thin(target, sums, promise)
        return Fronts(
            target=target[needed],
            sums=sums[needed],
            marks=marks[needed],
            labels=len(labels),
        )

    def _settle(self, source: int) -> tuple[Work, Words]:
        """Return the work when all labels are settled, and what is kept of the labels."""
        packing = self._packing
        work = new_work(self._usable, self._order, packing, source)
        # Dominates nothing.
        last = np.full((len(self._wanted), 3), packing.guard)
        work = work._replace(points=last)
        kept = np.zeros((len(work.labels), 3), np.uint64)
        while True:
            slack = Slack(self._slack, kept, self._spend)
            status = advance_apex(work, slack, self._turns, packing, self._most_arcs)
            if status == DONE:
                return work, kept
            if status == OVERFLOW:
                msg = "weights of paths differ too much, expected coarser ones"
                raise DataError(msg)
            work = enlarge(work, status)
            if len(kept) < len(work.labels):
                more = np.zeros((len(work.labels) - len(kept), 3), np.uint64)
                kept = np.concatenate([kept, more])

    def _packed(
        self, second: NDArray[np.int64], third: NDArray[np.int64]
    ) -> NDArray[np.uint64]:
        return second.astype(np.uint64) << self._packing.shift | third.astype(np.uint64)

    def _unpacked(self, kept: Words) -> NDArray[np.int64]:
        """Return the slack of labels in each objective, (n_labels, 3)."""
        slack = np.empty((len(kept), 3), np.int64)
        low = (Word(1) << self._packing.shift) - Word(1)
        slack[:, self._order[0]] = kept[:, KEPT_FIRST]
        slack[:, self._order[1]] = kept[:, KEPT] >> self._packing.shift
        slack[:, self._order[2]] = kept[:, KEPT] & low
        return slack
