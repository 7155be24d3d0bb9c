"""Fewer nodes and arcs, for searches that only ask what paths between some nodes cost.

A node that no path has to start or end at can go: every way in joins every way out. Where
few ways lead in or out this makes hardly more arcs and far fewer labels. Loops, and arcs
that a parallel one dominates, go as well. What paths between the kept nodes cost does not
change.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

#: Nodes with at most so many ways in, or out, go. 3 halves the labels of the freight graph
#: against 1 for a third more arcs; 5 gains no time.
FEW = 3
#: The freight graph is done after 12 rounds.
MOST_ROUNDS = 16


class Arcs(NamedTuple):
    """Arcs and what they carry along.

    Attributes
    ----------
    tail, head
        Nodes, int64 (n_arcs,).
    weights
        What paths are compared by, int64 (n_arcs, 3).
    sums
        What else adds up along a path, int64 (n_arcs, k).
    marks
        Bits that are set on a path if they are on an arc of it, uint8 (n_arcs,).
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weights: NDArray[np.int64]
    sums: NDArray[np.int64]
    marks: NDArray[np.uint8]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Arcs":
        """Return some of the arcs."""
        return Arcs(
            tail=self.tail[rows],
            head=self.head[rows],
            weights=self.weights[rows],
            sums=self.sums[rows],
            marks=self.marks[rows],
        )

    def also(self, more: "Arcs") -> "Arcs":
        """Return these arcs and more."""
        return Arcs(
            tail=np.concatenate([self.tail, more.tail]),
            head=np.concatenate([self.head, more.head]),
            weights=np.concatenate([self.weights, more.weights]),
            sums=np.concatenate([self.sums, more.sums]),
            marks=np.concatenate([self.marks, more.marks]),
        )


def contract(n_nodes: int, arcs: Arcs, keep: NDArray[np.bool_]) -> Arcs:
    """Return arcs over fewer nodes with the same cheapest paths between the kept ones.

    Parameters
    ----------
    n_nodes
        Number of nodes; they keep their numbers.
    keep
        Nodes that stay, bool (n_nodes,).
    """
    arcs = _useful(arcs)
    for _ in range(MOST_ROUNDS):
        into = np.bincount(arcs.head, minlength=n_nodes)
        out = np.bincount(arcs.tail, minlength=n_nodes)
        candidate = ~keep & (into + out > 0) & (np.minimum(into, out) <= FEW)
        # Of two neighbours only the first goes in this round.
        both = candidate[arcs.tail] & candidate[arcs.head]
        later = np.zeros(n_nodes, np.bool_)
        later[np.maximum(arcs.tail[both], arcs.head[both])] = True
        gone = candidate & ~later
        if not gone.any():
            break
        arcs = _useful(_without(arcs, gone))
    return arcs


def _without(arcs: Arcs, gone: NDArray[np.bool_]) -> Arcs:
    """Return the arcs with each way into a node joined to each way out of it."""
    into, out = np.flatnonzero(gone[arcs.head]), np.flatnonzero(gone[arcs.tail])
    into = into[np.argsort(arcs.head[into], kind="stable")]
    out = out[np.argsort(arcs.tail[out], kind="stable")]
    first = np.searchsorted(arcs.tail[out], arcs.head[into], side="left")
    count = np.searchsorted(arcs.tail[out], arcs.head[into], side="right") - first
    before = np.repeat(into, count)
    place = np.arange(len(before)) - np.repeat(np.cumsum(count) - count, count)
    after = out[np.repeat(first, count) + place]
    stay = arcs.take(~(gone[arcs.tail] | gone[arcs.head]))
    joined = Arcs(
        tail=arcs.tail[before],
        head=arcs.head[after],
        weights=arcs.weights[before] + arcs.weights[after],
        sums=arcs.sums[before] + arcs.sums[after],
        marks=arcs.marks[before] | arcs.marks[after],
    )
    return stay.also(joined)


def _useful(arcs: Arcs) -> Arcs:
    """Return the arcs without loops and without those that a parallel one dominates."""
    arcs = arcs.take(arcs.tail != arcs.head)
    keys = (*arcs.sums.T[::-1], *arcs.weights.T[::-1], arcs.head, arcs.tail)
    arcs = arcs.take(np.lexsort(keys))
    return arcs.take(_undominated(arcs.tail, arcs.head, arcs.weights))


@njit(nogil=True, cache=True, error_model="numpy")
def _undominated(
    tail: NDArray[np.int64], head: NDArray[np.int64], weights: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which arcs no earlier parallel one dominates; parallel ones lie together."""
    kept = np.ones(len(tail), np.bool_)
    first = 0
    for arc in range(len(tail)):
        if tail[arc] != tail[first] or head[arc] != head[first]:
            first = arc
        for other in range(first, arc):
            if (
                kept[other]
                and weights[other, 0] <= weights[arc, 0]
                and weights[other, 1] <= weights[arc, 1]
                and weights[other, 2] <= weights[arc, 2]
            ):
                kept[arc] = False
                break
    return kept
