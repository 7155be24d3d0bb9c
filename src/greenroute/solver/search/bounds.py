"""Compiled kernels for the lower bounds of the label search, and the heap they share.

Unsigned indices throughout: numba checks signed ones for wrap-around, and turns a mixture
of int64 and uint64 into floats. Its cache notices a change of the file in which a kernel
stands, but not of what it takes from here: a change of the heap has to touch `labels` too.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Halves = NDArray[np.uint32]
Integers = NDArray[np.int64]
Word = np.uint64

#: Lower bound of a node from which the target cannot be reached.
UNREACHABLE = 2**62
ZERO, ONE, TWO, THREE, FOUR = (Word(i) for i in range(5))
#: Columns of a heap: first key, second key, what the entry stands for.
FIRST, REST, TAG = ZERO, ONE, TWO

_Kernel = TypeVar("_Kernel", bound=Callable[..., object])


def uncounted(kernel: _Kernel) -> _Kernel:
    """Compile a kernel that allocates nothing.

    Without reference counts (nrt): they would cost two locked additions for every array
    taken out of a tuple, a fifth of the search.
    """
    options: dict[str, Any] = {"error_model": "numpy", "_nrt": False}
    compiled: _Kernel = njit(nogil=True, cache=True, **options)(kernel)
    return compiled


def inner(kernel: _Kernel) -> _Kernel:
    """Compile likewise what only kernels call: it needs no way in from Python."""
    options: dict[str, Any] = {
        "error_model": "numpy",
        "_nrt": False,
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
    }
    compiled: _Kernel = njit(**options)(kernel)
    return compiled


@inner
def heap_push(heap: Words, size: Word, first: Word, rest: Word, tag: Word) -> None:
    """Put an entry into a heap of `size` entries, four children to a parent."""
    i = size
    while i > ZERO:
        parent = (i - ONE) >> TWO
        above = heap[parent, FIRST]
        if above < first or (above == first and heap[parent, REST] <= rest):
            break
        heap[i, FIRST] = above
        heap[i, REST] = heap[parent, REST]
        heap[i, TAG] = heap[parent, TAG]
        i = parent
    heap[i, FIRST] = first
    heap[i, REST] = rest
    heap[i, TAG] = tag


@inner
def heap_drop(heap: Words, size: Word) -> None:
    """Remove the top; `size` entries remain, the last of which stands at `size`."""
    first, rest, tag = heap[size, FIRST], heap[size, REST], heap[size, TAG]
    i = ZERO
    while True:
        child = (i << TWO) + ONE
        if child >= size:
            break
        end = min(child + FOUR, size)
        least = child
        least_first, least_rest = heap[child, FIRST], heap[child, REST]
        child += ONE
        while child < end:
            f = heap[child, FIRST]
            if f < least_first or (f == least_first and heap[child, REST] < least_rest):
                least = child
                least_first, least_rest = f, heap[child, REST]
            child += ONE
        if first < least_first or (first == least_first and rest <= least_rest):
            break
        heap[i, FIRST], heap[i, REST] = least_first, least_rest
        heap[i, TAG] = heap[least, TAG]
        i = least
    heap[i, FIRST], heap[i, REST], heap[i, TAG] = first, rest, tag


@njit(nogil=True, cache=True, error_model="numpy")
def reverse_bounds(
    start: Words, tail: Halves, weights: Integers, target: Word, heap: Words
) -> Integers:
    """Return the least weight to the target per objective and node, (3, n_nodes).

    `start`, `tail` and `weights` are sorted by head; the heap has a row more than arcs.
    """
    bounds = np.full((3, start.size - 1), UNREACHABLE)
    for k in range(3):
        bound, weight = bounds[k], weights[k]
        bound[target] = 0
        heap_push(heap, ZERO, ZERO, ZERO, target)
        size = ONE
        while size > ZERO:
            reached, node = np.int64(heap[ZERO, FIRST]), heap[ZERO, TAG]
            size -= ONE
            heap_drop(heap, size)
            if reached > bound[node]:
                continue
            for arc in range(start[node], start[node + ONE]):
                before = Word(tail[arc])
                total = reached + weight[arc]
                if total < bound[before]:
                    bound[before] = total
                    heap_push(heap, size, Word(total), ZERO, before)
                    size += ONE
    return bounds


@njit(nogil=True, cache=True, error_model="numpy")
def usable_arcs(
    start: Words, head: Halves, weights: Integers, bounds: Integers, room: Integers
) -> tuple[Words, Halves, Halves, Words]:
    """Return start, head, position and rises (3, n) of arcs that may lie on a path.

    They lead on to the target, and their own rise is at most `room`.
    """
    n_nodes, n_arcs = start.size - 1, head.size
    begin = np.empty(n_nodes + 1, np.uint64)
    heads, position = np.empty(n_arcs, np.uint32), np.empty(n_arcs, np.uint32)
    rises = np.empty((3, n_arcs), np.uint64)
    used = 0
    for tail in range(n_nodes):
        begin[tail] = used
        if bounds[0, tail] == UNREACHABLE:
            continue
        for arc in range(start[tail], start[tail + 1]):
            node = Word(head[arc])
            if bounds[0, node] == UNREACHABLE:
                continue
            fits = True
            for k in range(3):
                rise = weights[k, arc] + bounds[k, node] - bounds[k, tail]
                fits = fits and rise <= room[k]
                rises[k, used] = rise
            if fits:
                heads[used], position[used] = node, arc
                used += 1
    begin[n_nodes] = used
    return begin, heads[:used], position[:used], rises[:, :used]
