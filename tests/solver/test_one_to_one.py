"""The front of a pair on a prepared graph is that of a search on the graph as given."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import greenroute as gr
from greenroute.solver.search.contract import Arcs, contract, renumber
from greenroute.solver.search.one_to_all import OneToAll
from greenroute.solver.search.one_to_one import OneToOne
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


def no_goals(graph: Multigraph) -> OneToAll:
    nodes = np.arange(graph.n_nodes)
    goal = np.full(graph.n_nodes, -1)
    return OneToAll(graph.n_nodes, arcs_of(graph), nodes, goal, first=2)


@some
@given(graph=multigraphs(most_nodes=8, most_arcs=32, weight=WEIGHT))
def test_each_pair_has_its_front(graph: Multigraph) -> None:
    pairs = OneToOne(no_goals(graph))

    # Later searches use the arrays of earlier ones.
    for source, target in [(a, b) for a in range(3) for b in range(3)]:
        ends = (source % graph.n_nodes, target % graph.n_nodes)
        found = pairs.front(*ends)

        front = front_by_labels(replace(graph, source=ends[0], target=ends[1]))
        assert sorted(map(tuple, (found.sums // 3).tolist())) == front
        assert (found.target == ends[1]).all()


@some
@given(
    graph=multigraphs(most_nodes=9, most_arcs=40, weight=WEIGHT),
    first=st.integers(0, 2),
)
def test_pairs_of_a_contracted_graph_with_goals_have_their_fronts(
    graph: Multigraph, first: int
) -> None:
    # The last node is a target that its own territory alone leads to: the node before.
    end = graph.n_nodes - 1
    arcs = arcs_of(graph)
    leaves = (arcs.tail >= end - 1) & (arcs.head < end - 1)
    arcs = arcs.take(~leaves)
    goal = np.full(graph.n_nodes, -1)
    goal[end - 1 :] = end
    keep = np.isin(np.arange(graph.n_nodes), [0, 1, end])
    nodes, less = renumber(contract(graph.n_nodes, arcs, keep), keep)
    goal = np.where(goal[nodes] < 0, -1, len(nodes) - 1)

    pairs = OneToOne(
        OneToAll(len(nodes), less, np.array([len(nodes) - 1]), goal, first=first)
    )

    # Every node kept is there, and the first two and the last keep their order.
    assert np.isin(np.flatnonzero(keep), nodes).all()
    for source in {0, min(1, end)}:
        found = pairs.front(source, len(nodes) - 1)
        front = gr.pareto_front(
            graph.n_nodes, arcs.tail, arcs.head, arcs.weights, source, end
        )
        assert sorted((found.sums // 3).tolist()) == front.costs.tolist()


def test_a_pair_settles_fewer_labels_than_all_targets() -> None:
    # 0 > 1 > 2 is a chain; 3 to 5 hang on 0 and do not lead to 2.
    weights = np.ones((5, 3), np.int64)
    arcs = Arcs(
        tail=np.array([0, 1, 0, 0, 0]),
        head=np.array([1, 2, 3, 4, 5]),
        weights=weights,
        sums=weights,
        marks=np.array([1, 2, 4, 4, 4], np.uint8),
    )
    graph = OneToAll(6, arcs, np.array([2]), np.full(6, -1), first=0)

    found = OneToOne(graph).front(0, 2)

    assert (found.labels, graph.searcher().fronts(0).labels) == (3, 6)
    assert found.sums.tolist() == [[2, 2, 2]]
    assert found.marks.tolist() == [1 | 2]


def test_a_pair_that_no_path_joins_has_no_points() -> None:
    arcs = Arcs(
        tail=np.array([0]),
        head=np.array([1]),
        weights=np.ones((1, 3), np.int64),
        sums=np.ones((1, 3), np.int64),
        marks=np.zeros(1, np.uint8),
    )
    pairs = OneToOne(OneToAll(3, arcs, np.arange(3), np.full(3, -1), first=0))

    assert len(pairs.front(1, 0).sums) == 0
    assert len(pairs.front(0, 1).sums) == 1


def test_weights_that_one_pair_cannot_pack_are_an_error() -> None:
    heavy = 2**30
    arcs = Arcs(
        tail=np.array([0, 1]),
        head=np.array([1, 2]),
        weights=np.full((2, 3), heavy, np.int64),
        sums=np.zeros((2, 3), np.int64),
        marks=np.zeros(2, np.uint8),
    )
    graph = OneToAll(3, arcs, np.array([2]), np.full(3, -1), first=0)

    # A rise may be the weight and as much again to the target: 2^30 + 2^31 needs 32 bits.
    with pytest.raises(gr.DataError, match="expected coarser"):
        OneToOne(graph).front(0, 2)
