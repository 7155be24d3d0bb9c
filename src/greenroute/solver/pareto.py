"""Exact three-objective shortest paths on plain arrays."""

import operator
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.errors import DataError
from greenroute.solver.bounds import (
    FIRST,
    REST,
    TAG,
    Word,
    reverse_bounds,
    usable_arcs,
)
from greenroute.solver.labels import (
    DONE,
    HALF_WORD,
    N_LABELS,
    N_POINTS,
    N_POPS,
    NIL,
    OVERFLOW,
    Packing,
    Work,
    advance,
)
from greenroute.solver.search_graph import (
    LARGEST_PATH,
    N_OBJECTIVES,
    SearchGraph,
    build_search_graph,
    whole_number,
    whole_numbers,
)
from greenroute.solver.workspace import (
    PAYLOAD_BITS,
    Usable,
    choose_packing,
    enlarge,
    new_work,
)

#: Orders in which the objectives may sort the labels; later ones are for weights too
#: large to be packed.
ORDERS = ((0, 1, 2), (1, 0, 2), (2, 0, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStats:
    """What a search did.

    Attributes
    ----------
    pops
        Labels taken from the queue.
    expansions
        Labels settled: not dominated when they were taken.
    seconds
        Time of the label search alone [s].
    bound_seconds
        Time of the lower bounds, which the search needs first [s].
    """

    pops: int
    expansions: int
    seconds: float
    bound_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoFront:
    """All costs of paths from a source to a target that no other path beats.

    Attributes
    ----------
    costs
        Distinct non-dominated cost vectors in lexicographic order, (n_points, 3).
    exact
        Whether the front is complete.
    stats
        What the search did.
    label_of_point
        Label in which the path of each point ends, (n_points,).
    parent, arc
        Tree of the labels on these paths, (n_labels,): the label before, and the arc that
        leads from there. Label 0 is the source; it has no arc.
    """

    costs: NDArray[np.int64]
    exact: bool
    stats: SearchStats
    label_of_point: NDArray[np.int64]
    parent: NDArray[np.int64]
    arc: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.costs)

    def path(self, point: int) -> NDArray[np.int64]:
        """Return the arcs of a path that costs `costs[point]`, from source to target."""
        label = int(self.label_of_point[operator.index(point)])
        arcs = []
        while label:
            arcs.append(self.arc[label])
            label = int(self.parent[label])
        return np.array(arcs[::-1], np.int64)


def pareto_front(  # noqa: PLR0913 - the interface fixes the arguments
    n_nodes: int,
    tail: ArrayLike,
    head: ArrayLike,
    weights: ArrayLike,
    source: int,
    target: int,
    *,
    max_weights: ArrayLike | None = None,
    arc_mask: ArrayLike | None = None,
) -> ParetoFront:
    """Return the exact front of shortest paths under three weights.

    Parameters
    ----------
    n_nodes
        Number of nodes; they are 0 .. n_nodes-1.
    tail, head
        Nodes of each arc, integers (n_arcs,); parallel arcs and loops are allowed.
    weights
        Weights >= 0 of each arc, integers (n_arcs, 3).
    source, target
        Ends of the paths. If they are one node, the empty path is the only point.
    max_weights
        Most that a path may weigh, integers (3,); no limits if None.
    arc_mask
        Which arcs may be used, bool (n_arcs,); all of them if None.

    Returns
    -------
    ParetoFront
        It has no points if there is no path within the limits.

    Raises
    ------
    DataError
        If an argument has the wrong shape or type, a node does not exist, or a weight is
        negative or too large; the message names the largest that is allowed.

    Examples
    --------
    >>> weights = [[1, 5, 1], [5, 1, 1], [9, 9, 9]]
    >>> front = pareto_front(2, [0, 0, 0], [1, 1, 1], weights, 0, 1)
    >>> front.costs.tolist()
    [[1, 5, 1], [5, 1, 1]]
    >>> front.path(1).tolist()
    [1]
    """
    graph = build_search_graph(n_nodes, tail, head, weights, arc_mask=arc_mask)
    return search(graph, source, target, max_weights=max_weights)


def search(
    graph: SearchGraph,
    source: int,
    target: int,
    *,
    max_weights: ArrayLike | None = None,
    first: int = 0,
) -> ParetoFront:
    """Return the exact front between two nodes of a graph.

    Parameters
    ----------
    graph
        Arcs and weights.
    source, target, max_weights
        As in `pareto_front`.
    first
        Objective that sorts the queue. The front does not depend on it, time and memory
        do.

    Raises
    ------
    DataError
        As in `pareto_front`.
    """
    source = whole_number("source", source, 0, graph.n_nodes - 1)
    target = whole_number("target", target, 0, graph.n_nodes - 1)
    first = whole_number("first", first, 0, N_OBJECTIVES - 1)
    limits = np.full(N_OBJECTIVES, LARGEST_PATH)
    if max_weights is not None:
        given = whole_numbers("max_weights", max_weights, 1, n_rows=N_OBJECTIVES)
        limits = np.minimum(limits, given)
    begin = perf_counter()
    bounds = reverse_bounds(
        graph.reverse_start,
        graph.reverse_tail,
        graph.reverse_weights,
        Word(target),
        np.empty((len(graph.head) + 2, 3), np.uint64),
    )
    lowest = bounds[:, source]
    room = limits - lowest
    if room.min() < 0:
        return _no_points(perf_counter() - begin)
    usable = Usable(*usable_arcs(graph.start, graph.head, graph.weights, bounds, room))
    middle = perf_counter()
    found = _settle_all(usable, room, source=source, target=target, first=first)
    ladder = found.work.ladder
    stats = SearchStats(
        pops=int(ladder[N_POPS]),
        expansions=int(ladder[N_LABELS]),
        seconds=perf_counter() - middle,
        bound_seconds=middle - begin,
    )
    return _front(found, lowest, graph.arc[usable.position], stats)


class _Found(NamedTuple):
    """A finished search, and how to read its costs."""

    work: Work
    packing: Packing
    order: tuple[int, int, int]


def _settle_all(
    usable: Usable, room: NDArray[np.int64], *, source: int, target: int, first: int
) -> _Found:
    """Search in the first order of the objectives whose sums fit the packing."""
    most_arcs = max(np.diff(usable.start).max(), Word(1))
    for order in (ORDERS[first], *ORDERS[:first], *ORDERS[first + 1 :]):
        packing = choose_packing(usable, order, room)
        if packing is None:
            continue
        work = new_work(usable, order, packing, source)
        status = advance(work, packing, Word(target), most_arcs)
        while status not in (DONE, OVERFLOW):
            work = enlarge(work, status)
            status = advance(work, packing, Word(target), most_arcs)
        if status == DONE:
            return _Found(work, packing, order)
    sure = 2 ** (PAYLOAD_BITS // 2 - 1) // (len(usable.start) - 1)
    msg = (
        f"weights differ too much between paths: two of the three sums must fit "
        f"{PAYLOAD_BITS} bits together; expected weights up to {sure}, which always do"
    )
    raise DataError(msg)


def _front(
    found: _Found,
    lowest: NDArray[np.int64],
    arc_of_usable: NDArray[np.int64],
    stats: SearchStats,
) -> ParetoFront:
    """Translate what reached the target, and keep the labels on the way there."""
    work, packing, order = found
    points = work.points[: work.ladder[N_POINTS]]
    rest = points[:, REST]
    costs = np.empty((len(points), N_OBJECTIVES), np.int64)
    costs[:, order[0]] = points[:, FIRST]
    costs[:, order[1]] = (rest >> packing.shift) - Word(1)
    costs[:, order[2]] = rest & ((Word(1) << packing.shift) - Word(1))
    costs += lowest
    ranks = np.lexsort(costs.T[::-1])
    labels = work.labels[: stats.expansions]
    ends = points[ranks, TAG].astype(np.int64)
    parent = (labels & NIL).astype(np.int64)
    kept = _ancestors(parent, ends)
    leads = (labels[kept] >> HALF_WORD).astype(np.int64)
    return ParetoFront(
        costs=costs[ranks],
        exact=True,
        stats=stats,
        label_of_point=np.searchsorted(kept, ends),
        parent=np.searchsorted(kept, parent[kept]),
        arc=np.append(arc_of_usable, -1)[leads],
    )


def _ancestors(parent: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the labels on the way to the ends, in ascending order."""
    wanted = np.zeros(len(parent), np.bool_)
    level = ends
    while len(level):
        wanted[level] = True
        level = np.unique(parent[level])
        level = level[~wanted[level]]
    return np.flatnonzero(wanted)


def _no_points(bound_seconds: float) -> ParetoFront:
    """Return the front where no path keeps the limits."""
    none = np.empty(0, np.int64)
    return ParetoFront(
        costs=np.empty((0, N_OBJECTIVES), np.int64),
        exact=True,
        stats=SearchStats(
            pops=0, expansions=0, seconds=0.0, bound_seconds=bound_seconds
        ),
        label_of_point=none,
        parent=none,
        arc=none,
    )
