"""The exact three-objective search against enumeration and against known fronts."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from greenroute.errors import DataError
from greenroute.solver.search.pareto import ParetoFront, pareto_front, search
from greenroute.solver.search.search_graph import build_search_graph
from oracle import Costs, Multigraph, front_by_labels, front_of_all_paths
from strategies import multigraphs, random_multigraph

many = settings(max_examples=400, deadline=None)
some = settings(max_examples=100, deadline=None)


def solve(
    graph: Multigraph,
    *,
    scale: ArrayLike = 1,
    max_weights: ArrayLike | None = None,
    first: int = 0,
) -> ParetoFront:
    prepared = build_search_graph(
        graph.n_nodes, graph.tail, graph.head, graph.weights * np.asarray(scale)
    )
    return search(
        prepared, graph.source, graph.target, max_weights=max_weights, first=first
    )


def rows(costs: NDArray[np.int64]) -> list[Costs]:
    return [tuple(row) for row in costs.tolist()]


def assert_paths_cost_what_they_say(front: ParetoFront, graph: Multigraph) -> None:
    for point, costs in enumerate(front.costs):
        arcs = front.path(point)
        nodes = [graph.source, *graph.head[arcs]]
        assert nodes[:-1] == graph.tail[arcs].tolist()
        assert nodes[-1] == graph.target
        assert len(set(nodes)) == len(nodes)
        assert graph.weights[arcs].sum(axis=0).tolist() == costs.tolist()


@many
@given(graph=multigraphs())
def test_front_is_that_of_all_paths(graph: Multigraph) -> None:
    front = solve(graph)
    assert front.exact
    assert rows(front.costs) == front_of_all_paths(graph)
    assert_paths_cost_what_they_say(front, graph)


@many
@given(graph=multigraphs(most_nodes=5, most_arcs=24, weight=st.integers(0, 12)))
def test_many_parallel_arcs(graph: Multigraph) -> None:
    front = solve(graph)
    assert rows(front.costs) == front_of_all_paths(graph)
    assert_paths_cost_what_they_say(front, graph)


@many
@given(graph=multigraphs(most_nodes=12, most_arcs=40, weight=st.integers(0, 5)))
def test_front_is_that_of_label_setting(graph: Multigraph) -> None:
    assert rows(solve(graph).costs) == front_by_labels(graph)


@some
@given(graph=multigraphs(most_nodes=8, most_arcs=24), first=st.integers(0, 2))
def test_front_does_not_depend_on_the_first_objective(
    graph: Multigraph, first: int
) -> None:
    front = solve(graph, first=first)
    assert rows(front.costs) == front_by_labels(graph)
    assert_paths_cost_what_they_say(front, graph)


@some
@given(
    graph=multigraphs(most_nodes=8, most_arcs=24),
    powers=st.tuples(*[st.integers(0, 26)] * 3),
)
def test_scaled_weights_scale_the_front(
    graph: Multigraph, powers: tuple[int, int, int]
) -> None:
    scale = 2 ** np.array(powers)
    assert rows(solve(graph, scale=scale).costs) == [
        tuple((np.array(costs) * scale).tolist()) for costs in front_by_labels(graph)
    ]


@some
@given(
    graph=multigraphs(
        most_nodes=8,
        most_arcs=24,
        weight=st.sampled_from(
            [0, 1, 2, 2**20, 2**30 - 1, 2**30, 2**31 + 1, 2**40, 2**55]
        ),
    ),
    first=st.integers(0, 2),
)
def test_weights_that_hardly_fit_give_the_front_or_an_error(
    graph: Multigraph, first: int
) -> None:
    try:
        front = solve(graph, first=first)
    except DataError as error:
        assert "differ too much" in str(error)  # noqa: PT017 - either outcome is right
    else:
        assert rows(front.costs) == front_by_labels(graph)
        assert_paths_cost_what_they_say(front, graph)


@some
@given(
    graph=multigraphs(most_nodes=8, most_arcs=24),
    limits=st.tuples(*[st.integers(0, 12)] * 3),
    first=st.integers(0, 2),
)
def test_limits_keep_exactly_the_points_within(
    graph: Multigraph, limits: tuple[int, int, int], first: int
) -> None:
    within = [
        costs
        for costs in front_by_labels(graph)
        if all(cost <= limit for cost, limit in zip(costs, limits, strict=True))
    ]
    assert rows(solve(graph, max_weights=limits, first=first).costs) == within


@some
@given(graph=multigraphs(most_nodes=8, most_arcs=24), data=st.data())
def test_masked_arcs_are_not_there(graph: Multigraph, data: st.DataObject) -> None:
    n_arcs = len(graph.tail)
    mask = np.array(
        data.draw(st.lists(st.booleans(), min_size=n_arcs, max_size=n_arcs)), np.bool_
    )
    front = pareto_front(
        graph.n_nodes,
        graph.tail,
        graph.head,
        graph.weights,
        graph.source,
        graph.target,
        arc_mask=mask,
    )
    without = Multigraph(
        n_nodes=graph.n_nodes,
        tail=graph.tail[mask],
        head=graph.head[mask],
        weights=graph.weights[mask],
        source=graph.source,
        target=graph.target,
    )
    assert rows(front.costs) == front_by_labels(without)
    assert_paths_cost_what_they_say(front, graph)
    assert all(mask[front.path(point)].all() for point in range(len(front)))


@pytest.mark.parametrize("seed", range(6))
def test_larger_random_graphs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_multigraph(rng, n_nodes=40, n_arcs=260, most_weight=9 + 40 * seed)
    front = solve(graph)
    assert rows(front.costs) == front_by_labels(graph)
    assert_paths_cost_what_they_say(front, graph)
    assert front.stats.pops >= front.stats.expansions >= len(front)


def chain(n_steps: int, one: list[list[int]], other: list[list[int]]) -> Multigraph:
    """Return a chain whose steps can be taken in one way or the other."""
    nodes = np.arange(n_steps)
    return Multigraph(
        n_nodes=n_steps + 1,
        tail=np.concatenate([nodes, nodes]),
        head=np.concatenate([nodes, nodes]) + 1,
        weights=np.array(one + other),
        source=0,
        target=n_steps,
    )


@pytest.mark.parametrize("objectives", [(0, 1), (1, 0), (1, 2), (2, 0)])
def test_every_way_through_hansens_chain_is_a_point(
    objectives: tuple[int, int],
) -> None:
    # P. Hansen (1980): doubling weights make all 2^n paths efficient. The workspaces
    # grow many times on the way.
    up, down = objectives
    n_steps = 13
    one, other = ([[0, 0, 0] for _ in range(n_steps)] for _ in range(2))
    for step in range(n_steps):
        one[step][up] = other[step][down] = 2**step
    front = solve(chain(n_steps, one, other))
    expected = np.zeros((2**n_steps, 3), np.int64)
    expected[:, up] = np.arange(2**n_steps)
    expected[:, down] = 2**n_steps - 1 - expected[:, up]
    expected = expected[np.lexsort(expected.T[::-1])]
    np.testing.assert_array_equal(front.costs, expected)
    assert len(front.path(77)) == n_steps


def test_one_bucket_may_hold_everything() -> None:
    # All labels weigh the same in the first objective.
    rng = np.random.default_rng(5)
    one, other = rng.integers(1, 10**6, (2, 14, 3))
    one[:, 0] = other[:, 0] = 1
    graph = chain(14, one.tolist(), other.tolist())
    assert rows(solve(graph).costs) == rows(solve(graph, first=2).costs)


def test_zero_cycles_end() -> None:
    front = pareto_front(
        3, [0, 1, 1, 2, 0], [1, 0, 2, 1, 2], np.zeros((5, 3), np.int64), 0, 2
    )
    assert front.costs.tolist() == [[0, 0, 0]]


def test_source_that_is_the_target_is_reached_by_the_empty_path() -> None:
    front = pareto_front(2, [0, 1], [1, 0], [[1, 1, 1], [1, 1, 1]], 1, 1)
    assert front.costs.tolist() == [[0, 0, 0]]
    assert front.path(0).tolist() == []


def test_target_that_cannot_be_reached_gives_no_points() -> None:
    front = pareto_front(3, [1], [0], [[1, 1, 1]], 0, 2)
    assert front.costs.shape == (0, 3)
    assert len(front) == 0
    assert front.exact


def test_graph_without_arcs() -> None:
    assert len(pareto_front(2, [], [], np.empty((0, 3), np.int64), 0, 1)) == 0


def test_limit_below_every_path_gives_no_points() -> None:
    weights = [[1, 2, 3]]
    assert len(pareto_front(2, [0], [1], weights, 0, 1, max_weights=[1, 2, 2])) == 0
    assert len(pareto_front(2, [0], [1], weights, 0, 1, max_weights=[-1, 9, 9])) == 0
    none = [np.iinfo(np.int64).max] * 3
    assert len(pareto_front(2, [0], [1], weights, 0, 1, max_weights=none)) == 1


def test_point_that_does_not_exist() -> None:
    front = pareto_front(2, [0], [1], [[1, 1, 1]], 0, 1)
    with pytest.raises(IndexError):
        front.path(1)


def test_threads_share_a_graph() -> None:
    rng = np.random.default_rng(3)
    graph = random_multigraph(rng, n_nodes=60, n_arcs=500, most_weight=50)
    prepared = build_search_graph(graph.n_nodes, graph.tail, graph.head, graph.weights)
    pairs = [(i, 59 - i) for i in range(20)]
    with ThreadPoolExecutor(2) as pool:
        fronts = list(pool.map(lambda pair: search(prepared, *pair), pairs))
    for pair, front in zip(pairs, fronts, strict=True):
        np.testing.assert_array_equal(front.costs, search(prepared, *pair).costs)


def test_sums_beyond_32_bits() -> None:
    # Grams of a heavy shipment: two objectives share a word, the third may be as large
    # as it likes.
    big = 2**50
    weights = [[1, 9, big], [2, 8, 3], [big, 1, 1], [4, 4, big - 1]]
    front = pareto_front(3, [0, 0, 1, 1], [1, 1, 2, 2], weights, 0, 2)
    graph = Multigraph(
        n_nodes=3,
        tail=np.array([0, 0, 1, 1]),
        head=np.array([1, 1, 2, 2]),
        weights=np.array(weights),
        source=0,
        target=2,
    )
    assert rows(front.costs) == front_of_all_paths(graph)


def test_guard_bits_notice_a_sum_that_does_not_fit() -> None:
    # Each arc fits the packing, a path of many does not: another order is tried.
    n_steps = 10
    one = [[0, 2**30 + step, 0] for step in range(n_steps)]
    other = [[0, 0, 2**30 + 3 * step] for step in range(n_steps)]
    graph = chain(n_steps, one, other)
    assert rows(solve(graph).costs) == front_by_labels(graph)


def test_sums_that_fit_no_packing_are_an_error() -> None:
    weights = [[0, 2**40, 2**45], [2**45, 0, 2**40], [2**40, 2**45, 0]]
    with pytest.raises(
        DataError, match=r"62 bits together; expected weights up to \d+"
    ):
        pareto_front(2, [0, 0, 0], [1, 1, 1], weights, 0, 1)


GOOD: dict[str, Any] = {
    "n_nodes": 2,
    "tail": [0, 1],
    "head": [1, 0],
    "weights": [[1, 2, 3], [4, 5, 6]],
    "source": 0,
    "target": 1,
}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_nodes": 0}, "n_nodes is 0, expected 1 to"),
        ({"n_nodes": 2.0}, "n_nodes is 2.0, expected an integer"),
        ({"tail": [0, 2]}, r"tail\[1\] is 2, expected 0 to 1"),
        ({"tail": [0, -1]}, r"tail\[1\] is -1, expected 0 to 1"),
        ({"tail": [[0], [1]]}, r"tail has the shape \(2, 1\), expected \(n_arcs,\)"),
        ({"tail": [[0], [1, 2]]}, "tail is not an array"),
        ({"tail": [0.0, 1.0]}, "tail has the type float64, expected integers"),
        ({"head": [1]}, r"head has the shape \(1,\), expected \(2,\)"),
        ({"head": ["1", "0"]}, "head has the type <U1, expected integers"),
        ({"weights": [[1, 2], [3, 4]]}, r"shape \(2, 2\), expected \(2, 3\)"),
        ({"weights": [1, 2]}, r"weights has the shape \(2,\), expected \(2, 3\)"),
        ({"weights": [[1, 2, 3]]}, r"shape \(1, 3\), expected \(2, 3\)"),
        ({"weights": [[1, 2, np.nan], [4, 5, 6]]}, "weights has the type float64"),
        ({"weights": [[1, 2, -3], [4, 5, 6]]}, r"weights\[0, 2\] is -3, expected 0 to"),
        ({"weights": [[1, 2, 3], [4, 2**62, 6]]}, r"weights\[1, 1\] is 46116860184273"),
        (
            {"weights": np.array([[1, 2, 3], [4, 2**63, 6]], np.uint64)},
            r"weights\[1, 1\] is 9223372036854775808, expected 0 to",
        ),
        ({"source": 2}, "source is 2, expected 0 to 1"),
        ({"source": -1}, "source is -1, expected 0 to 1"),
        ({"source": 0.5}, "source is 0.5, expected an integer"),
        ({"target": 2}, "target is 2, expected 0 to 1"),
        ({"max_weights": [1, 2]}, r"max_weights has the shape \(2,\), expected \(3,\)"),
        ({"max_weights": [1.5, 2, 3]}, "max_weights has the type float64"),
        ({"arc_mask": [True]}, r"arc_mask has the shape \(1,\)"),
        (
            {"arc_mask": [1, 0]},
            "arc_mask has the shape .* type int64, expected .* bool",
        ),
    ],
)
def test_what_cannot_be_is_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        pareto_front(**(GOOD | wrong))
