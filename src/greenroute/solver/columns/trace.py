"""Compiled kernels that read shortest paths out of distances to their targets."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.graph import EXPORT, IMPORT, NONE
from greenroute.solver.search.bounds import (
    FOUR,
    ONE,
    TWO,
    UNREACHABLE,
    ZERO,
    Word,
    inner,
)


class ArcSteps(NamedTuple):
    """What goods pass on arcs, as `StepTable` numbers it.

    `codes` are the steps of an arc without customs, (n_arcs, n_places), `customs` those
    for export and for import where its run crosses a border, (n_arcs, 2), `NONE` where it
    has none; `between` are the territories of the run's ends, `territory` that of each
    gateway.
    """

    codes: NDArray[np.int32]
    customs: NDArray[np.int32]
    between: NDArray[np.int64]
    territory: NDArray[np.int64]


def largest_arc(n_nodes: int) -> int:
    """Return the most that an arc may weigh where `least_weights` searches.

    The weight of a path and the number of a node then fit 63 bits together.
    """
    return 1 << (62 - 2 * n_nodes.bit_length())


@njit(nogil=True, cache=True, error_model="numpy")
def least_weights(
    start: NDArray[np.uint64],
    tail: NDArray[np.uint32],
    weights: NDArray[np.int64],
    target: int,
    heap: NDArray[np.uint64],
) -> NDArray[np.int64]:
    """Return the least weight from each node to the target.

    An entry of the heap is one word, weight and node: with several objectives at a time, as
    in `reverse_bounds`, it takes twice as long.

    Parameters
    ----------
    start, tail, weights
        Arcs sorted by head; none weighs more than `largest_arc` of the nodes.
    heap
        Room for a word more than there are arcs.
    """
    n_nodes = start.size - 1
    least = np.full(n_nodes, UNREACHABLE)
    bits = ZERO
    while n_nodes >> np.int64(bits):
        bits += ONE
    mask = (ONE << bits) - ONE
    least[target] = 0
    heap[ZERO], size = Word(target), ONE
    while size > ZERO:
        top = heap[ZERO]
        size -= ONE
        _sink(heap, size)
        node, reached = top & mask, np.int64(top >> bits)
        if reached > least[node]:
            continue
        for arc in range(start[node], start[node + ONE]):
            before = Word(tail[arc])
            total = reached + weights[arc]
            if total < least[before]:
                least[before] = total
                _rise(heap, size, (Word(total) << bits) | before)
                size += ONE
    return least


@inner
def _rise(heap: NDArray[np.uint64], at: Word, word: Word) -> None:
    """Put a word into a heap of `at` words, four children to a parent."""
    while at > ZERO:
        parent = (at - ONE) >> TWO
        if heap[parent] <= word:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = word


@inner
def _sink(heap: NDArray[np.uint64], size: Word) -> None:
    """Remove the top; `size` words remain, the last of which stands at `size`."""
    last, at = heap[size], ZERO
    while True:
        child = (at << TWO) + ONE
        if child >= size:
            break
        end = min(child + FOUR, size)
        lowest, least = child, heap[child]
        child += ONE
        while child < end:
            if heap[child] < least:
                lowest, least = child, heap[child]
            child += ONE
        if last <= least:
            break
        heap[at] = least
        at = lowest
    heap[at] = last


@njit(nogil=True, cache=True, error_model="numpy")
def trace_paths(
    start: NDArray[np.uint64],
    head: NDArray[np.uint32],
    weights: NDArray[np.int64],
    bounds: NDArray[np.int64],
    sources: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs of the shortest path from each source, and where each begins.

    Parameters
    ----------
    start, head, weights
        Arcs sorted by tail; weights > 0, (n_arcs,).
    bounds
        Least weight to the target, (n_nodes,).
    sources
        Nodes to start from, (n_sources,).

    Returns
    -------
    tuple of ndarray
        First arc of each path, (n_sources + 1,), and positions of the arcs in `head`; a
        source from which there is no way has none.
    """
    first = np.zeros(sources.size + 1, np.int64)
    arcs = np.empty(64, np.int64)
    size = 0
    for i in range(sources.size):
        node = np.int64(sources[i])
        if bounds[node] < UNREACHABLE:
            while bounds[node] > 0:
                found = False
                for arc in range(np.int64(start[node]), np.int64(start[node + 1])):
                    to = np.int64(head[arc])
                    if weights[arc] + bounds[to] == bounds[node]:
                        if size == arcs.size:
                            arcs = np.append(arcs, np.empty(arcs.size, np.int64))
                        arcs[size] = arc
                        size += 1
                        node = to
                        found = True
                        break
                if not found:
                    break
        first[i + 1] = size
    return first, arcs[:size].copy()


@njit(nogil=True, cache=True, error_model="numpy")
def steps_of_paths(
    arcs: NDArray[np.int64],
    first: NDArray[np.int64],
    sources: NDArray[np.int64],
    target: int,
    of: ArcSteps,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return how many steps each path has, and all steps, with the customs between its ends.

    Parameters
    ----------
    arcs, first
        Arcs of path i are `arcs[first[i] : first[i + 1]]`; it begins at `sources[i]`.
    """
    n_places = of.codes.shape[1]
    count = np.zeros(sources.size, np.int64)
    steps = np.empty(arcs.size * n_places, np.int32)
    n, there = 0, of.territory[target]
    for i in range(sources.size):
        begin, here = n, of.territory[sources[i]]
        for k in range(first[i], first[i + 1]):
            arc = arcs[k]
            for place in range(n_places):
                step = of.codes[arc, place]
                if place == EXPORT and of.between[arc, 0] == here:
                    step = max(step, of.customs[arc, 0])
                if place == IMPORT and of.between[arc, 1] == there:
                    step = max(step, of.customs[arc, 1])
                if step != NONE:
                    steps[n] = step
                    n += 1
        count[i] = n - begin
    return count, steps[:n].copy()
