"""The fronts of all targets are those of one search per target."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import greenroute as gr
from greenroute.solver.search.contract import Arcs
from greenroute.solver.search.one_to_all import OneToAll
from greenroute.solver.search.search_graph import build_search_graph
from greenroute.solver.search.turns import Turns, find_turns
from oracle import Multigraph, front_by_labels
from strategies import multigraphs

some = settings(max_examples=200, deadline=None)
#: Small weights make ties, zeros and parallel arcs of equal weight.
WEIGHT = st.integers(0, 3)


def arcs_of(graph: Multigraph) -> Arcs:
    return Arcs(
        tail=graph.tail,
        head=graph.head,
        weights=graph.weights,
        sums=3 * graph.weights,
        marks=np.zeros(len(graph.tail), np.uint8),
    )


@some
@given(
    graph=multigraphs(most_nodes=8, most_arcs=32, weight=WEIGHT),
    first=st.integers(0, 2),
)
def test_every_target_has_its_front(graph: Multigraph, first: int) -> None:
    nodes = np.arange(graph.n_nodes)
    search = OneToAll(
        graph.n_nodes,
        arcs_of(graph),
        nodes,
        np.full(graph.n_nodes, -1),
        first=first,
    )
    searcher = search.searcher()

    # The second search uses the arrays of the first.
    for source in (graph.target, graph.source):
        found = searcher.fronts(source)

        for target in nodes.tolist():
            sums = found.sums[found.target == target]
            front = front_by_labels(replace(graph, source=source, target=target))
            assert sorted(map(tuple, (sums // 3).tolist())) == front


@some
@given(graph=multigraphs(most_nodes=8, most_arcs=32, weight=WEIGHT))
def test_nodes_with_one_target_find_its_front(graph: Multigraph) -> None:
    goal = np.full(graph.n_nodes, graph.target)
    target = np.array([graph.target])
    search = OneToAll(graph.n_nodes, arcs_of(graph), target, goal, first=1)

    found = search.searcher().fronts(graph.source)

    sums = map(tuple, (found.sums // 3).tolist())
    assert sorted(sums) == front_by_labels(graph)


def turns_of(
    n_nodes: int, tail: list[int], head: list[int], weights: list[list[int]]
) -> tuple[Turns, NDArray[np.int64]]:
    graph = build_search_graph(n_nodes, tail, head, weights)
    return find_turns(graph.start, graph.head, graph.weights), graph.arc


@pytest.mark.parametrize(
    ("direct", "worth"),
    [
        # 0 > 1 > 2 weighs 2, 2, 2.
        ([2, 2, 2], False),
        ([1, 2, 2], False),
        ([1, 3, 1], True),
    ],
)
def test_a_turn_is_left_out_where_one_arc_weighs_no_more(
    direct: list[int], *, worth: bool
) -> None:
    turns, _ = turns_of(3, [0, 1, 0], [1, 2, 2], [[1, 1, 1], [1, 1, 1], direct])

    assert len(turns.arc) == worth


@pytest.mark.parametrize(("second", "n_turns"), [([1, 1, 1], 2), ([1, 1, 0], 1)])
def test_of_two_turns_of_equal_weight_both_are_taken(
    second: list[int], n_turns: int
) -> None:
    # 0 > 1 > 3 weighs 2, 2, 2 and so does 0 > 2 > 3, unless it is better.
    turns, _ = turns_of(
        4, [0, 1, 0, 2], [1, 3, 2, 3], [[1, 1, 1], [1, 1, 1], [1, 1, 1], second]
    )

    assert len(turns.arc) == n_turns


def test_nodes_with_one_target_that_lead_to_another_are_an_error() -> None:
    arcs = Arcs(
        tail=np.array([0, 1]),
        head=np.array([1, 2]),
        weights=np.ones((2, 3), np.int64),
        sums=np.ones((2, 3), np.int64),
        marks=np.zeros(2, np.uint8),
    )

    with pytest.raises(gr.DataError, match="a node with a single target"):
        OneToAll(3, arcs, np.array([1, 2]), np.array([1, 1, 2]), first=0)
