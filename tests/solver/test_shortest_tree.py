"""Shortest paths to all nodes, against networkx."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.errors import DataError
from greenroute.solver import shortest_tree

ARCS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 4)), max_size=20
)


@given(arcs=ARCS, source=st.integers(0, 6))
def test_distances_and_paths_are_those_of_networkx(
    arcs: list[tuple[int, int, int]], source: int
) -> None:
    tail, head, weight = np.array(arcs, np.int64).reshape(-1, 3).T
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(7))
    graph.add_weighted_edges_from(arcs)
    expected = nx.single_source_dijkstra_path_length(graph, source)

    tree = shortest_tree(7, tail, head, weight, source)

    assert {n: d for n, d in enumerate(tree.distance.tolist()) if d >= 0} == expected
    for node, distance in expected.items():
        path = tree.path(node)
        ends = [source, *head[path]]

        assert weight[path].sum() == distance
        assert tail[path].tolist() == ends[:-1]
        assert ends[-1] == node


@pytest.mark.parametrize(
    ("weight", "source", "message"),
    [
        ([-1], 0, "weights"),
        ([1.5], 0, "weight has the type float64"),
        ([1, 2], 0, "weight has the shape"),
        ([1], 2, "source is 2, expected 0 to 1"),
    ],
)
def test_what_cannot_be_is_named(
    weight: list[float], source: int, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        shortest_tree(2, [0], [1], weight, source)
