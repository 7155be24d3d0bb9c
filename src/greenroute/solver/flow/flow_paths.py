"""Compiled kernels for the pricing of a flow design: cheapest paths under given prices."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.flow.flow_problem import FlowProblem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Forest(NamedTuple):
    """Arcs sorted by tail, and the searches that serve all commodities.

    Attributes
    ----------
    start, head, arc
        Where the arcs of a node begin (n_nodes + 1,), their heads and indices (n_arcs,).
    tail
        Tail of each arc by index, (n_arcs,).
    source, target, row
        Per commodity: ends, and the row of the prices that holds for it. Searches are
        shared by neighbours in `order` that agree in source and row.
    order
        Commodities sorted by row and source.
    """

    start: Integers
    head: Integers
    arc: Integers
    tail: Integers
    source: Integers
    target: Integers
    row: Integers
    order: Integers


def build_forest(problem: FlowProblem, row: Integers) -> Forest:
    """Return what the searches need; arcs that can carry nothing are left out."""
    usable = problem.module > 0
    usable &= (problem.fixed_cost == 0) | (problem.most > 0)
    arcs = np.flatnonzero(usable)
    arcs = arcs[np.argsort(problem.tail[arcs], kind="stable")]
    start = np.zeros(problem.n_nodes + 1, np.int64)
    np.cumsum(np.bincount(problem.tail[arcs], minlength=problem.n_nodes), out=start[1:])
    return Forest(
        start=start,
        head=problem.head[arcs],
        arc=arcs,
        tail=problem.tail,
        source=problem.source,
        target=problem.target,
        row=row,
        order=np.lexsort((problem.source, row)),
    )


def cheapest_paths(
    forest: Forest, prices: Floats, threshold: Floats
) -> tuple[Floats, Integers, Integers, Integers]:
    """Return the distance of every commodity, and the paths below a threshold.

    Parameters
    ----------
    prices
        Price >= 0 per row of commodities and arc, (n_rows, n_arcs).
    threshold
        A path is returned where it is cheaper than this, (n_commodities,).

    Returns
    -------
    tuple
        Distances (n_commodities,), infinite where there is no path; commodity of each
        path, where its arcs begin (n_paths + 1,), and these arcs from source to target.
    """
    distance, commodity, start, arcs = _search(forest, prices, threshold)
    return distance, commodity, start, arcs


@njit(nogil=True, error_model="numpy")
def _push(keys: Floats, nodes: Integers, size: int, key: float, node: int) -> None:
    """Put an entry into a heap of `size` entries."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if keys[parent] <= key:
            break
        keys[i], nodes[i] = keys[parent], nodes[parent]
        i = parent
    keys[i], nodes[i] = key, node


@njit(nogil=True, error_model="numpy")
def _drop(keys: Floats, nodes: Integers, size: int) -> None:
    """Remove the top; `size` entries remain, the last of which stands at `size`."""
    key, node = keys[size], nodes[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if key <= keys[child]:
            break
        keys[i], nodes[i] = keys[child], nodes[child]
        i = child
    keys[i], nodes[i] = key, node


@njit(nogil=True, error_model="numpy")
def _settle(
    forest: Forest,
    price: Floats,
    source: int,
    tree: tuple[Floats, Integers],
    heap: tuple[Floats, Integers],
) -> None:
    """Fill the distance of each node from the source, and the arc that leads there."""
    distance, leads = tree
    keys, nodes = heap
    distance[:] = np.inf
    leads[:] = -1
    distance[source] = 0.0
    _push(keys, nodes, 0, 0.0, source)
    size = 1
    while size > 0:
        reached, node = keys[0], nodes[0]
        size -= 1
        _drop(keys, nodes, size)
        if reached > distance[node]:
            continue
        for i in range(forest.start[node], forest.start[node + 1]):
            arc, after = forest.arc[i], forest.head[i]
            total = reached + price[arc]
            if total < distance[after]:
                distance[after] = total
                leads[after] = arc
                _push(keys, nodes, size, total, after)
                size += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _search(
    forest: Forest, prices: Floats, threshold: Floats
) -> tuple[Floats, Integers, Integers, Integers]:
    n_nodes, n_commodities = forest.start.size - 1, forest.order.size
    distance, leads = np.empty(n_nodes), np.empty(n_nodes, np.int64)
    # An arc enters the heap once at most.
    heap = np.empty(forest.arc.size + 2), np.empty(forest.arc.size + 2, np.int64)
    reached = np.empty(n_commodities)
    commodity = np.empty(n_commodities, np.int64)
    start = np.zeros(n_commodities + 1, np.int64)
    arcs = np.empty(8 * n_nodes + 64, np.int64)
    found, used, source, row = 0, 0, np.int64(-1), np.int64(-1)
    for k in forest.order:
        if forest.source[k] != source or forest.row[k] != row:
            source, row = forest.source[k], forest.row[k]
            _settle(forest, prices[row], source, (distance, leads), heap)
        node = forest.target[k]
        reached[k] = distance[node]
        if not reached[k] < threshold[k]:
            continue
        if used + n_nodes > arcs.size:
            longer = np.empty(2 * arcs.size + n_nodes, np.int64)
            # Element by element: a slice is compiled with the text of its errors.
            for i in range(used):
                longer[i] = arcs[i]
            arcs = longer
        begin = used
        while node != source:
            arcs[used] = leads[node]
            used += 1
            node = forest.tail[leads[node]]
        for i in range((used - begin) // 2):
            first, last = begin + i, used - 1 - i
            arcs[first], arcs[last] = arcs[last], arcs[first]
        commodity[found] = k
        found += 1
        start[found] = used
    return reached, commodity[:found], start[: found + 1], arcs[:used]
