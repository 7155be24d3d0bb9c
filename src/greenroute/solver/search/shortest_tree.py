"""Shortest paths from one node to all others under one weight."""

import operator
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from greenroute.solver.search.bounds import (
    FIRST,
    ONE,
    TAG,
    UNREACHABLE,
    ZERO,
    Halves,
    Integers,
    Word,
    Words,
    heap_drop,
    heap_push,
)
from greenroute.solver.search.search_graph import (
    N_OBJECTIVES,
    build_search_graph,
    whole_number,
    whole_numbers,
)

#: Distance of a node that cannot be reached, and arc into it and into the source.
NO_PATH = NO_ARC = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortestTree:
    """Shortest paths from a source.

    Attributes
    ----------
    distance
        Weight of the shortest path to each node, int64 (n_nodes,); `NO_PATH` if none.
    arc
        Last arc of it, int64 (n_nodes,); `NO_ARC` at the source and where there is none.
    tail
        Node that each arc starts at, int64 (n_arcs,).
    """

    distance: NDArray[np.int64]
    arc: NDArray[np.int64]
    tail: NDArray[np.int64]

    def path(self, node: int) -> NDArray[np.int64]:
        """Return the arcs to a node, from the source; none if it cannot be reached."""
        arcs = []
        arc = int(self.arc[operator.index(node)])
        while arc != NO_ARC:
            arcs.append(arc)
            arc = int(self.arc[self.tail[arc]])
        return np.array(arcs[::-1], np.int64)


def shortest_tree(
    n_nodes: int, tail: ArrayLike, head: ArrayLike, weight: ArrayLike, source: int
) -> ShortestTree:
    """Return the shortest paths from a source to all nodes.

    Parameters
    ----------
    n_nodes
        Number of nodes; they are 0 .. n_nodes-1.
    tail, head
        Nodes of each arc, integers (n_arcs,); parallel arcs and loops are allowed.
    weight
        Weight >= 0 of each arc, integers (n_arcs,).
    source
        Where all paths start.

    Raises
    ------
    DataError
        As in `pareto_front`.
    """
    tails = whole_numbers("tail", tail, 1)
    column = whole_numbers("weight", weight, 1, n_rows=len(tails))
    graph = build_search_graph(
        n_nodes, tails, head, np.repeat(column[:, None], N_OBJECTIVES, axis=1)
    )
    source = whole_number("source", source, 0, graph.n_nodes - 1)
    distance, last = _settle(
        graph.start,
        graph.head,
        graph.weights[0],
        Word(source),
        np.empty((len(tails) + 2, 3), np.uint64),
    )
    arc = np.append(graph.arc, NO_ARC)[last]
    return ShortestTree(
        distance=np.where(distance == UNREACHABLE, NO_PATH, distance),
        arc=arc,
        tail=tails,
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _settle(
    start: Words, head: Halves, weight: Integers, source: Word, heap: Words
) -> tuple[Integers, Integers]:
    """Return distance and last arc (-1 for none) of each node, (n_nodes,) each."""
    distance = np.full(start.size - 1, UNREACHABLE)
    last = np.full(start.size - 1, -1)
    distance[source] = 0
    heap_push(heap, ZERO, ZERO, ZERO, source)
    size = ONE
    while size > ZERO:
        reached, node = np.int64(heap[ZERO, FIRST]), heap[ZERO, TAG]
        size -= ONE
        heap_drop(heap, size)
        if reached > distance[node]:
            continue
        for arc in range(start[node], start[node + ONE]):
            there = Word(head[arc])
            total = reached + weight[arc]
            if total < distance[there]:
                distance[there] = total
                last[there] = arc
                heap_push(heap, size, Word(total), ZERO, there)
                size += ONE
    return distance, last
