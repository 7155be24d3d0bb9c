"""Compiled kernels that read shortest paths out of distances to their targets."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.search.bounds import UNREACHABLE


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
