"""Every cost of every exact front is missed by epsilon at most, and every point is a path's."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import greenroute as gr
from greenroute.solver.search.contract import Arcs
from greenroute.solver.search.one_to_all_apex import OneToAllApex
from oracle import Multigraph, front_by_labels
from strategies import multigraphs

Costs = list[tuple[int, ...]]
some = settings(max_examples=120, deadline=None)
many = settings(max_examples=2000, deadline=None)
#: Small weights make ties, zeros and parallel arcs of equal weight; large ones make slack.
WEIGHT = st.one_of(st.integers(0, 3), st.integers(0, 60), st.integers(0, 100_000))
EPSILON = st.sampled_from([0.0, 0.01, 0.05, 0.3, 0.999])


def search_of(
    graph: Multigraph, epsilon: float, first: int, targets: list[int] | None = None
) -> OneToAllApex:
    arcs = Arcs(
        tail=graph.tail,
        head=graph.head,
        weights=graph.weights,
        sums=graph.weights,
        marks=np.zeros(len(graph.tail), np.uint8),
    )
    nodes = np.array(range(graph.n_nodes) if targets is None else targets)
    return OneToAllApex(graph.n_nodes, arcs, nodes, epsilon=epsilon, first=first)


def points_of(search: OneToAllApex, source: int, target: int) -> Costs:
    found = search.fronts(source)
    return list(map(tuple, found.sums[found.target == target].tolist()))


def covers(point: tuple[int, ...], cost: tuple[int, ...], epsilon: float) -> bool:
    # Fractions: a certificate is not rounded.
    most = 1 + Fraction(epsilon)
    return all(mine <= most * other for mine, other in zip(point, cost, strict=True))


def costs_of_all_paths(graph: Multigraph, target: int) -> set[tuple[int, ...]]:
    """Return what paths that visit no node twice weigh."""
    found: set[tuple[int, ...]] = set()
    stack = [(graph.source, frozenset([graph.source]), (0, 0, 0))]
    while stack:
        node, visited, cost = stack.pop()
        if node == target:
            found.add(cost)
        for arc in np.flatnonzero(graph.tail == node).tolist():
            head = int(graph.head[arc])
            if head not in visited:
                a, b, c = graph.weights[arc].tolist()
                more = (cost[0] + a, cost[1] + b, cost[2] + c)
                stack.append((head, visited | {head}, more))
    return found


def assert_covered(graph: Multigraph, epsilon: float, first: int) -> None:
    found = search_of(graph, epsilon, first).fronts(graph.source)
    for target in range(graph.n_nodes):
        points = list(map(tuple, found.sums[found.target == target].tolist()))
        for cost in front_by_labels(replace(graph, target=target)):
            assert any(covers(point, cost, epsilon) for point in points)


@some
@given(
    graph=multigraphs(most_nodes=9, most_arcs=40, weight=WEIGHT),
    epsilon=EPSILON,
    first=st.integers(0, 2),
)
def test_no_cost_of_an_exact_front_is_missed_by_more_than_epsilon(
    graph: Multigraph, epsilon: float, first: int
) -> None:
    assert_covered(graph, epsilon, first)


@pytest.mark.slow
@many
@given(
    graph=multigraphs(most_nodes=12, most_arcs=60, weight=WEIGHT),
    epsilon=EPSILON,
    first=st.integers(0, 2),
)
def test_thousands_of_graphs_miss_none_by_more_than_epsilon(
    graph: Multigraph, epsilon: float, first: int
) -> None:
    assert_covered(graph, epsilon, first)


@some
@given(
    graph=multigraphs(most_nodes=5, most_arcs=12, weight=WEIGHT),
    epsilon=EPSILON,
    first=st.integers(0, 2),
)
def test_every_point_is_what_a_path_weighs_and_none_beats_another(
    graph: Multigraph, epsilon: float, first: int
) -> None:
    points = points_of(search_of(graph, epsilon, first), graph.source, graph.target)

    assert set(points) <= costs_of_all_paths(graph, graph.target)
    for point in points:
        assert sum(covers(other, point, 0.0) for other in points) == 1


@some
@given(
    graph=multigraphs(most_nodes=8, most_arcs=32, weight=WEIGHT),
    first=st.integers(0, 2),
)
def test_epsilon_zero_misses_nothing(graph: Multigraph, first: int) -> None:
    points = points_of(search_of(graph, 0.0, first), graph.source, graph.target)

    assert points == front_by_labels(graph)


def chain(n_legs: int, *, options: int) -> Multigraph:
    """Return a chain whose legs each swap time for emissions in several ways."""
    legs = np.repeat(np.arange(n_legs), options)
    choice = np.tile(np.arange(options), n_legs)
    return Multigraph(
        n_nodes=n_legs + 1,
        tail=legs,
        head=legs + 1,
        weights=np.stack([1000 + 7 * choice, 1000 - 3 * choice, 900 + 0 * legs], 1),
        source=0,
        target=n_legs,
    )


@pytest.mark.parametrize("epsilon", [0.005, 0.01])
def test_errors_do_not_add_up_along_a_chain(epsilon: float) -> None:
    # 40 legs with 6 choices each: what k steps swap is 7 k for 3 k, k from 0 to 200.
    graph = chain(40, options=6)

    points = points_of(search_of(graph, epsilon, 0), 0, 40)

    for k in range(201):
        cost = (40_000 + 7 * k, 40_000 - 3 * k, 36_000)
        assert any(covers(point, cost, epsilon) for point in points)
    assert len(points) < 201


def test_a_tolerance_settles_fewer_labels() -> None:
    graph = chain(40, options=6)

    exact, near = (search_of(graph, e, 0).fronts(0).labels for e in (0.0, 0.05))

    # Exactly 5 i + 1 at the node after i legs, one at the source included.
    assert exact == sum(5 * i + 1 for i in range(41))
    assert near < exact / 4


def test_weights_that_fit_no_packing_are_an_error() -> None:
    graph = replace(chain(2, options=1), weights=np.full((2, 3), 2**40, np.int64))

    with pytest.raises(gr.DataError, match="expected coarser ones"):
        search_of(graph, 0.05, 0)
