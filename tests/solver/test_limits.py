"""Limits of the exact search: arcs that count, a tolerance, and an early stop."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.plan.termination import Termination
from greenroute.solver.search.label_run import LABELS_PER_ROUND
from greenroute.solver.search.pareto import ParetoFront, pareto_front
from greenroute.solver.search.timetable import Timetable
from greenroute.solver.stop import Gap, Rounds, TimeLimit
from oracle import Costs, Multigraph, front_by_labels, non_dominated
from strategies import multigraphs, random_multigraph

many = settings(max_examples=200, deadline=None)
some = settings(max_examples=100, deadline=None)


def solve(graph: Multigraph, **how: Any) -> ParetoFront:  # noqa: ANN401 - any option of pareto_front
    return pareto_front(
        graph.n_nodes,
        graph.tail,
        graph.head,
        graph.weights,
        graph.source,
        graph.target,
        **how,
    )


def rows(costs: NDArray[np.int64]) -> list[Costs]:
    return [tuple(row) for row in costs.tolist()]


def front_with_few_arcs(
    graph: Multigraph, counted: NDArray[np.bool_], most: int
) -> list[Costs]:
    """Return the front of all simple paths with at most so many counted arcs."""
    found: set[Costs] = set()

    def walk(node: int, costs: Costs, left: int, visited: frozenset[int]) -> None:
        if node == graph.target:
            found.add(costs)
            return
        for arc in np.flatnonzero(graph.tail == node).tolist():
            head, still = int(graph.head[arc]), left - int(counted[arc])
            if head not in visited and still >= 0:
                total = tuple((np.array(costs) + graph.weights[arc]).tolist())
                walk(head, total, still, visited | {head})

    walk(graph.source, (0, 0, 0), most, frozenset({graph.source}))
    return non_dominated(found)


@many
@given(
    graph=multigraphs(most_nodes=6, most_arcs=14),
    most=st.integers(0, 6),
    data=st.data(),
)
def test_no_path_takes_more_counted_arcs(
    graph: Multigraph, most: int, data: st.DataObject
) -> None:
    n_arcs = len(graph.tail)
    counted = np.array(
        data.draw(st.lists(st.booleans(), min_size=n_arcs, max_size=n_arcs)), np.bool_
    )
    front = solve(graph, max_arcs=most, counted=counted)
    assert front.exact
    assert rows(front.costs) == front_with_few_arcs(graph, counted, most)
    for point, costs in enumerate(front.costs):
        arcs = front.path(point)
        assert np.count_nonzero(counted[arcs]) <= most
        assert graph.weights[arcs].sum(axis=0).tolist() == costs.tolist()
        assert graph.head[arcs][-1:].tolist() in ([graph.target], [])


def test_all_arcs_count_unless_told_otherwise() -> None:
    weights = [[1, 1, 1], [1, 1, 1], [9, 9, 9]]
    ends = (3, [0, 1, 0], [1, 2, 2], weights, 0, 2)
    assert pareto_front(*ends, max_arcs=2).costs.tolist() == [[2, 2, 2]]
    assert pareto_front(*ends, max_arcs=1).costs.tolist() == [[9, 9, 9]]
    assert len(pareto_front(*ends, max_arcs=0)) == 0
    masked = pareto_front(*ends, max_arcs=2, arc_mask=[True, False, True])
    assert masked.costs.tolist() == [[9, 9, 9]]


def test_limit_of_arcs_goes_with_a_timetable() -> None:
    # Two arcs reach the departure at 5; with one arc the goods wait for that at 50.
    weights = [[1, 1, 1], [1, 0, 1], [1, 0, 1]]
    timetable = Timetable(
        start=np.array([0, 0, 1, 2]),
        ready_by=np.array([5, 50]),
        earliest=np.array([5, 50]),
        duration=np.array([2, 2]),
    )
    ends = (3, [0, 1, 0], [1, 2, 2], weights, 0, 2)
    free = pareto_front(*ends, timetable=timetable)
    assert free.costs.tolist() == [[1, 52, 1], [2, 7, 2]]
    assert pareto_front(*ends, timetable=timetable, max_arcs=1).costs.tolist() == [
        [1, 52, 1]
    ]


def assert_covers(front: ParetoFront, exact: list[Costs], epsilon: float) -> None:
    """Check that every exact point has one found within the factor, and no other error."""
    costs = front.costs.astype(float)
    for point in exact:
        most = np.array(point) * (1 + epsilon)
        assert (costs <= most * (1 + 1e-12)).all(axis=1).any()


@many
@given(
    graph=multigraphs(most_nodes=10, most_arcs=36, weight=st.integers(0, 40)),
    epsilon=st.sampled_from([0.001, 0.05, 0.3, 1.0, 1e6]),
    first=st.integers(0, 2),
)
def test_every_point_is_covered_within_the_tolerance(
    graph: Multigraph, epsilon: float, first: int
) -> None:
    exact = front_by_labels(graph)
    front = solve(graph, epsilon=epsilon, first=first)
    assert_covers(front, exact, epsilon)
    assert rows(front.costs) == non_dominated(set(rows(front.costs)))
    assert front.epsilon == (epsilon if exact else 0.0)
    assert front.exact == (not exact)
    for point, costs in enumerate(front.costs):
        arcs = front.path(point)
        assert graph.weights[arcs].sum(axis=0).tolist() == costs.tolist()


@pytest.mark.parametrize("seed", range(4))
def test_tolerance_does_not_compound_along_paths(seed: int) -> None:
    # 40 steps: a tolerance of 10 % at each node would allow (1.1)^40 = 45.
    rng = np.random.default_rng(seed)
    nodes = np.tile(np.arange(40), 3)
    graph = Multigraph(
        n_nodes=41,
        tail=nodes,
        head=nodes + 1,
        weights=rng.integers(1, 30, (120, 3)),
        source=0,
        target=40,
    )
    exact, front = solve(graph), solve(graph, epsilon=0.1)
    assert_covers(front, rows(exact.costs), 0.1)
    assert len(front) < len(exact)
    assert front.stats.expansions < exact.stats.expansions


def test_tolerance_zero_is_exact() -> None:
    graph = random_multigraph(
        np.random.default_rng(1), n_nodes=30, n_arcs=200, most_weight=50
    )
    front = solve(graph, epsilon=0.0)
    assert front.exact
    assert front.epsilon == 0.0
    assert front.termination is Termination.OPTIMAL


def long_graph() -> Multigraph:
    """Return a graph whose front takes some rounds."""
    rng = np.random.default_rng(8)
    nodes = np.tile(np.arange(60), 3)
    return Multigraph(
        n_nodes=61,
        tail=nodes,
        head=nodes + 1,
        weights=rng.integers(1, 60, (180, 3)),
        source=0,
        target=60,
    )


@pytest.mark.parametrize("first", [0, 1, 2])
@pytest.mark.parametrize("rounds", [0, 1, 2, 4, 7])
def test_stopped_search_bounds_what_is_missing(rounds: int, first: int) -> None:
    graph = long_graph()
    exact = solve(graph)
    front = solve(graph, stop=Rounds(rounds), first=first)
    assert exact.stats.expansions > 7 * LABELS_PER_ROUND
    assert front.stats.expansions == rounds * LABELS_PER_ROUND
    assert not front.exact
    assert front.epsilon == math.inf
    assert front.termination is (
        Termination.FEASIBLE if len(front) else Termination.NO_PLAN_FOUND
    )
    found, all_points = set(rows(front.costs)), rows(exact.costs)
    missing = np.array([point for point in all_points if point not in found])
    assert front.bound is not None
    assert found <= set(all_points)
    assert (missing >= front.bound).all()
    # All points below the bound in the objective that sorts are there.
    below = {point for point in all_points if point[first] < front.bound[first]}
    assert below <= found


def test_stop_that_does_not_come_changes_nothing() -> None:
    graph = long_graph()
    exact = solve(graph)
    stopped = solve(graph, stop=TimeLimit(1e6) | Rounds(10**6))
    np.testing.assert_array_equal(stopped.costs, exact.costs)
    assert stopped.exact
    assert stopped.bound is None
    assert stopped.termination is Termination.OPTIMAL


def test_no_time_finds_nothing_and_says_so() -> None:
    front = solve(long_graph(), stop=TimeLimit(0.0))
    assert len(front) == 0
    assert front.termination is Termination.NO_PLAN_FOUND
    assert not front.exact


def test_no_path_is_proven_with_any_option() -> None:
    for how in ({}, {"max_arcs": 1}, {"epsilon": 0.1}, {"stop": Rounds(9)}):
        front = pareto_front(3, [1], [0], [[1, 1, 1]], 0, 2, **how)
        assert front.exact
        assert front.termination is Termination.INFEASIBLE


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"epsilon": -0.1}, "epsilon is -0.1, expected a number >= 0"),
        ({"epsilon": math.nan}, "epsilon is nan, expected a number >= 0"),
        ({"epsilon": math.inf}, "epsilon is inf, expected a number >= 0"),
        ({"epsilon": "much"}, "epsilon is 'much', expected a number >= 0"),
        ({"max_arcs": -1}, "max_arcs is -1, expected 0 to"),
        ({"max_arcs": 1.5}, "max_arcs is 1.5, expected an integer"),
        ({"max_arcs": 1, "counted": [1]}, "counted has the shape .* expected .* bool"),
        ({"max_arcs": 1, "counted": [True] * 2}, r"counted has the shape \(2,\)"),
        ({"counted": [True]}, "counted is given, expected max_arcs as well"),
        ({"max_arcs": 1, "source": 3}, "source is 3, expected 0 to 1"),
        ({"max_arcs": 1, "target": 3}, "target is 3, expected 0 to 1"),
        ({"stop": Gap(0.1)}, "gap of stop is 0.1, expected 0"),
        ({"first": 3}, "first is 3, expected 0 to 2"),
    ],
)
def test_what_cannot_be_is_named(wrong: dict[str, Any], message: str) -> None:
    good: dict[str, Any] = {
        "n_nodes": 2,
        "tail": [0],
        "head": [1],
        "weights": [[1, 2, 3]],
        "source": 0,
        "target": 1,
    }
    with pytest.raises(DataError, match=message):
        pareto_front(**(good | wrong))
