"""The guided search finds the same fronts as the plain one, and settles fewer labels."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import greenroute as gr
from greenroute.solver.search import settle
from greenroute.solver.search.pareto import ParetoFront, pareto_front
from oracle import Costs, Multigraph, front_by_labels
from strategies import multigraphs

some = settings(max_examples=150, deadline=None)


@pytest.fixture(scope="module", autouse=True)
def guide_from_the_first_label() -> Iterator[None]:
    """Guide small searches too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settle, "PATIENCE", gr.Rounds(0))
        yield


def solve(graph: Multigraph, **how: Any) -> ParetoFront:  # noqa: ANN401 - any option of pareto_front
    return pareto_front(
        graph.n_nodes,
        graph.tail,
        graph.head,
        graph.weights,
        graph.source,
        graph.target,
        guided=True,
        **how,
    )


def rows(costs: NDArray[np.int64]) -> list[Costs]:
    return [tuple(row) for row in costs.tolist()]


@some
@given(
    graph=multigraphs(most_nodes=10, most_arcs=36, weight=st.integers(0, 9)),
    first=st.integers(0, 2),
)
def test_guide_does_not_change_the_front(graph: Multigraph, first: int) -> None:
    front = solve(graph, first=first)
    assert front.exact
    assert rows(front.costs) == front_by_labels(graph)
    for point, costs in enumerate(front.costs):
        arcs = front.path(point)
        assert graph.weights[arcs].sum(axis=0).tolist() == costs.tolist()


@some
@given(
    graph=multigraphs(most_nodes=8, most_arcs=30, weight=st.integers(0, 60)),
    scale=st.sampled_from([1, 1000, 2**20]),
    epsilon=st.sampled_from([0.0, 0.1, 0.5]),
)
def test_guide_keeps_the_tolerance(
    graph: Multigraph, scale: int, epsilon: float
) -> None:
    exact = front_by_labels(graph)
    weights = graph.weights * scale
    front = pareto_front(
        graph.n_nodes,
        graph.tail,
        graph.head,
        weights,
        graph.source,
        graph.target,
        guided=True,
        epsilon=epsilon,
    )
    for point in exact:
        most = np.array(point, float) * scale * (1 + epsilon)
        assert (front.costs <= most * (1 + 1e-12)).all(axis=1).any()


def grid(side: int, seed: int) -> Multigraph:
    """Return a grid, both ways, from corner to corner."""
    rng = np.random.default_rng(seed)
    nodes = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.stack([nodes[:, :-1].ravel(), nodes[:, 1:].ravel()], axis=1),
            np.stack([nodes[:-1].ravel(), nodes[1:].ravel()], axis=1),
        ]
    )
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    return Multigraph(
        n_nodes=side * side,
        tail=pairs[:, 0],
        head=pairs[:, 1],
        weights=rng.integers(1, 100, (len(pairs), 3)),
        source=0,
        target=side * side - 1,
    )


@pytest.mark.parametrize("seed", range(3))
def test_guide_takes_fewer_labels_from_the_queue(seed: int) -> None:
    graph = grid(16, seed)
    plain = pareto_front(
        graph.n_nodes,
        graph.tail,
        graph.head,
        graph.weights,
        graph.source,
        graph.target,
    )
    guided = solve(graph)
    np.testing.assert_array_equal(guided.costs, plain.costs)
    assert guided.stats.pops < plain.stats.pops


@some
@given(
    graph=multigraphs(most_nodes=8, most_arcs=24),
    limits=st.tuples(*[st.integers(0, 12)] * 3),
)
def test_guide_keeps_limits(graph: Multigraph, limits: tuple[int, int, int]) -> None:
    within = [
        costs
        for costs in front_by_labels(graph)
        if all(cost <= limit for cost, limit in zip(costs, limits, strict=True))
    ]
    assert rows(solve(graph, max_weights=limits).costs) == within


def test_a_search_that_ends_soon_goes_without_a_guide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = grid(16, 0)
    plain = pareto_front(
        graph.n_nodes,
        graph.tail,
        graph.head,
        graph.weights,
        graph.source,
        graph.target,
    )
    assert solve(graph).stats.pops != plain.stats.pops

    # Fewer than 65,536 labels.
    monkeypatch.setattr(settle, "PATIENCE", gr.Rounds(4))
    assert solve(graph).stats.pops == plain.stats.pops
