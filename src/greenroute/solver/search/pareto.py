"""Exact three-objective shortest paths on plain arrays."""

import math
import operator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.errors import DataError
from greenroute.plan.termination import Termination
from greenroute.solver.search.bounds import (
    FIRST,
    REST,
    TAG,
    Word,
    reverse_bounds,
    usable_arcs,
)
from greenroute.solver.search.label_run import Found, missing_bound, unpack
from greenroute.solver.search.labels import HALF_WORD, N_LABELS, N_POINTS, N_POPS, NIL
from greenroute.solver.search.layers import build_layers
from greenroute.solver.search.search_graph import (
    LARGEST_PATH,
    N_OBJECTIVES,
    SearchGraph,
    build_search_graph,
    whole_number,
    whole_numbers,
)
from greenroute.solver.search.settle import Task, settle
from greenroute.solver.search.timetable import Timetable
from greenroute.solver.search.workspace import Usable
from greenroute.solver.stop import Stop, Watch

#: Orders in which the objectives may sort the labels; later ones are for weights too
#: large to be packed.
ORDERS = ((0, 1, 2), (1, 0, 2), (2, 0, 1))
#: Keeps products with epsilon below their exact values.
_BELOW_ONE = 1 - 2**-50


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchStats:
    """What a search did.

    Attributes
    ----------
    pops
        Labels taken from the queue; by the exact search alone if it was guided.
    expansions
        Labels settled: not dominated when they were taken. Those of the searches before
        the exact one included, if it was guided.
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
    epsilon
        Every cost vector of the complete front is covered: some row of `costs` is at most
        (1 + epsilon) times it in every objective. 0.0 if exact, infinite if a stop ended
        the search.
    termination
        OPTIMAL if exact, INFEASIBLE if there is no path within the limits, FEASIBLE if
        points may be missing, NO_PLAN_FOUND if a stop came before the first of them.
    bound
        After a stop: what every point that is missing (or not covered) weighs at least,
        (3,). Else None.
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
    epsilon: float
    termination: Termination
    bound: NDArray[np.int64] | None
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
            # The last step out of a layer is no arc.
            if self.arc[label] >= 0:
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
    max_arcs: int | None = None,
    counted: ArrayLike | None = None,
    timetable: Timetable | None = None,
    epsilon: float = 0.0,
    stop: Stop | None = None,
    first: int = 0,
    guided: bool = False,
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
    max_arcs
        Most counted arcs that a path may take; no limit if None.
    counted
        Which arcs count, bool (n_arcs,); all of them if None.
    timetable
        When arcs can be taken; always if None.
    epsilon
        Tolerance >= 0: with 0.1 every point of the front is missed by 10 % at most, in
        every objective. See `ParetoFront.epsilon`.
    stop
        Time limit, or rounds of 16,384 settled labels, that ends the search early.
    first
        Objective that sorts the search; with a timetable it is the time. The front does
        not depend on it, seconds and memory do.
    guided
        Whether a search that settles more than 65,536 labels begins again with a rough one
        that guides it: worth it where there are many labels for few points, as on freight
        graphs. The front does not depend on it. A stop goes without.

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
    if timetable is not None:
        weights = timetable.least_weights(weights)
    if max_arcs is None:
        if counted is not None:
            msg = "counted is given, expected max_arcs as well"
            raise DataError(msg)
        graph = build_search_graph(n_nodes, tail, head, weights, arc_mask=arc_mask)
        end = target
    else:
        graph, end = build_layers(
            n_nodes,
            tail,
            head,
            weights,
            target,
            arc_mask=arc_mask,
            max_arcs=max_arcs,
            counted=counted,
        )
        source = whole_number("source", source, 0, n_nodes - 1)
    return search(
        graph,
        source,
        end,
        max_weights=max_weights,
        timetable=timetable,
        epsilon=epsilon,
        stop=stop,
        first=first,
        guided=guided,
    )


def search(  # noqa: PLR0913 - those of `pareto_front`
    graph: SearchGraph,
    source: int,
    target: int,
    *,
    max_weights: ArrayLike | None = None,
    timetable: Timetable | None = None,
    epsilon: float = 0.0,
    stop: Stop | None = None,
    first: int = 0,
    guided: bool = False,
) -> ParetoFront:
    """Return the exact front between two nodes of a graph.

    Parameters
    ----------
    graph
        Arcs and weights; those of `Timetable.least_weights` if there is a timetable.
    source, target, max_weights, timetable, epsilon, stop, first, guided
        As in `pareto_front`.

    Raises
    ------
    DataError
        As in `pareto_front`.
    """
    source = whole_number("source", source, 0, graph.n_nodes - 1)
    target = whole_number("target", target, 0, graph.n_nodes - 1)
    first = whole_number("first", first, 0, N_OBJECTIVES - 1)
    watch = _watch(stop)
    share = _share(epsilon)
    room = np.full(N_OBJECTIVES, LARGEST_PATH)
    if max_weights is not None:
        given = whole_numbers("max_weights", max_weights, 1, n_rows=N_OBJECTIVES)
        room = np.minimum(room, given)
    begin = perf_counter()
    bounds = reverse_bounds(
        graph.reverse_start,
        graph.reverse_tail,
        graph.reverse_weights,
        Word(target),
        np.empty((len(graph.head) + 2, 3), np.uint64),
    )
    lowest = bounds[:, source]
    room -= lowest
    if room.min() < 0:
        return _no_points(perf_counter() - begin)
    usable = Usable(*usable_arcs(graph.start, graph.head, graph.weights, bounds, room))
    orders = (ORDERS[first], *ORDERS[:first], *ORDERS[first + 1 :])
    task = Task(
        usable=usable,
        arcs=graph.arc[usable.position],
        bounds=bounds,
        room=room,
        source=source,
        target=target,
        orders=orders if timetable is None else (ORDERS[timetable.time],),
        timetable=timetable,
        share=share,
    )
    middle = perf_counter()
    found, expansions = settle(task, watch=watch, guided=guided)
    stats = SearchStats(
        pops=int(found.work.ladder[N_POPS]),
        expansions=expansions,
        seconds=perf_counter() - middle,
        bound_seconds=middle - begin,
    )
    return _front(found, lowest, task.arcs, stats, epsilon=float(epsilon))


def _watch(stop: Stop | None) -> Watch | None:
    """Return the stop as it begins to run."""
    if stop is None:
        return None
    if stop.gap > 0:
        msg = (
            f"gap of stop is {stop.gap:g}, expected 0: a tolerance of a front is its "
            "epsilon"
        )
        raise DataError(msg)
    return Watch(stop)


def _share(epsilon: object) -> float:
    """Return epsilon a little rounded down, or a named error."""
    if not (isinstance(epsilon, (int, float)) and 0 <= epsilon < math.inf):
        msg = f"epsilon is {epsilon!r}, expected a number >= 0"
        raise DataError(msg)
    return float(epsilon) * _BELOW_ONE


def _front(
    found: Found,
    lowest: NDArray[np.int64],
    arc_of_usable: NDArray[np.int64],
    stats: SearchStats,
    *,
    epsilon: float,
) -> ParetoFront:
    """Translate what reached the target, and keep the labels on the way there."""
    work = found.work
    points = work.points[: work.ladder[N_POINTS]]
    costs = unpack(points[:, FIRST], points[:, REST], found.packing, found.order)
    costs += lowest
    ranks = np.lexsort(costs.T[::-1])
    labels = work.labels[: work.ladder[N_LABELS]]
    ends = points[ranks, TAG].astype(np.int64)
    parent = (labels & NIL).astype(np.int64)
    kept = _ancestors(parent, ends)
    leads = (labels[kept] >> HALF_WORD).astype(np.int64)
    exact = found.complete and (epsilon == 0 or not len(points))
    return ParetoFront(
        costs=costs[ranks],
        exact=exact,
        epsilon=0.0 if exact else epsilon if found.complete else math.inf,
        termination=_termination(found, exact=exact),
        bound=None if found.complete else missing_bound(found, lowest),
        stats=stats,
        label_of_point=np.searchsorted(kept, ends),
        parent=np.searchsorted(kept, parent[kept]),
        arc=np.append(arc_of_usable, -1)[leads],
    )


def _termination(found: Found, *, exact: bool) -> Termination:
    """Return what the search may claim."""
    if not found.work.ladder[N_POINTS]:
        return Termination.INFEASIBLE if found.complete else Termination.NO_PLAN_FOUND
    return Termination.OPTIMAL if exact else Termination.FEASIBLE


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
        epsilon=0.0,
        termination=Termination.INFEASIBLE,
        bound=None,
        stats=SearchStats(
            pops=0, expansions=0, seconds=0.0, bound_seconds=bound_seconds
        ),
        label_of_point=none,
        parent=none,
        arc=none,
    )
