"""Compiles every kernel once, so that no later command has to."""

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter

import numpy as np
from scipy.sparse import csr_array

from greenroute.solver.choose.choose_columns import choose_columns
from greenroute.solver.flow.flow_design import flow_design
from greenroute.solver.search.contract import Arcs, contract
from greenroute.solver.search.one_to_all import OneToAll
from greenroute.solver.search.pareto import pareto_front
from greenroute.solver.search.shortest_tree import shortest_tree


def warm() -> Iterator[tuple[str, float]]:
    """Use every compiled search on a tiny instance; yield its name and seconds [s]."""
    for name, use in _SEARCHES.items():
        begin = perf_counter()
        use()
        yield name, perf_counter() - begin


# Two ways of two arcs each, and neither beats the other.
_TAIL, _HEAD = np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3])
_WEIGHTS = np.array([[1, 4, 1], [4, 1, 1], [1, 4, 1], [4, 1, 1]])


def _front() -> None:
    pareto_front(4, _TAIL, _HEAD, _WEIGHTS, 0, 3)


def _all_pairs() -> None:
    arcs = Arcs(_TAIL, _HEAD, _WEIGHTS, _WEIGHTS, np.zeros(4, np.uint8))
    kept = np.array([True, False, False, True])
    arcs = contract(4, arcs, kept)
    graph = OneToAll(4, arcs, np.array([3]), np.array([-1, -1, -1, 3]), first=0)
    graph.searcher().fronts(0)


def _tree() -> None:
    shortest_tree(4, _TAIL, _HEAD, _WEIGHTS[:, 0], 0)


def _flow() -> None:
    flow_design(2, [0], [1], [1], [1], [0], [(0, 1, 1)])


def _choice() -> None:
    choose_columns([0, 0], [1, 2], csr_array([[2.0, 1.0]]), [1])


_SEARCHES: Mapping[str, Callable[[], None]] = {
    "route": _front,
    "matrix": _all_pairs,
    "shortest paths": _tree,
    "flow design": _flow,
    "choice of columns": _choice,
}
