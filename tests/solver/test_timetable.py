"""The exact search with departures and opening hours against walks in time."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import greenroute as gr
from greenroute.errors import DataError
from greenroute.solver.search import settle
from greenroute.solver.search.pareto import ParetoFront, pareto_front
from greenroute.solver.search.timetable import Timetable
from oracle import Costs, Multigraph, non_dominated
from strategies import multigraphs

many = settings(max_examples=200, deadline=None)
some = settings(max_examples=60, deadline=None)

#: Entry: ready_by, earliest, duration.
Entry = tuple[int, int, int]
HORIZON = 40


def timetable_of(entries: list[list[Entry]], *, time: int = 1) -> Timetable:
    table = np.array([e for arc in entries for e in arc], np.int64).reshape(-1, 3)
    start = np.cumsum([0, *map(len, entries)])
    return Timetable(
        start=start,
        ready_by=table[:, 0],
        earliest=table[:, 1],
        duration=table[:, 2],
        time=time,
    )


@st.composite
def entries_of_arc(draw: st.DrawFn) -> list[Entry]:
    """Draw up to four departures and windows of an arc, in order; often none."""
    entries: list[Entry] = []
    now = draw(st.integers(-2, 3))
    for _ in range(draw(st.sampled_from([0, 0, 1, 2, 4]))):
        step, length = draw(st.integers(0, 5)), draw(st.integers(0, 4))
        if draw(st.booleans()):
            # Departure: the cut-off lies before it.
            entry = (now + step, max(now + step, 0) + length, draw(st.integers(0, 7)))
        else:
            opens = max(now + step, 0)
            entry = (opens + length, opens, draw(st.integers(0, 7)))
        entries.append(entry)
        now = entry[0]
    return entries


@st.composite
def scheduled(
    draw: st.DrawFn, *, most_nodes: int = 5, most_arcs: int = 10
) -> tuple[Multigraph, list[list[Entry]], int]:
    """Draw a small graph, the entries of its arcs, and the column of the time."""
    graph = draw(multigraphs(most_nodes=most_nodes, most_arcs=most_arcs))
    n_arcs = len(graph.tail)
    entries = draw(st.lists(entries_of_arc(), min_size=n_arcs, max_size=n_arcs))
    return graph, entries, draw(st.integers(0, 2))


def front_of_all_walks(
    graph: Multigraph, entries: list[list[Entry]], time: int
) -> list[Costs]:
    """Return the front by trying every entry of every arc on every simple path."""
    found: set[Costs] = set()

    def walk(node: int, costs: list[int], visited: frozenset[int]) -> None:
        if node == graph.target:
            found.add(tuple(costs))
            return
        for arc in np.flatnonzero(graph.tail == node).tolist():
            head = int(graph.head[arc])
            if head in visited:
                continue
            total = [a + b for a, b in zip(costs, graph.weights[arc], strict=True)]
            now = costs[time]
            arrivals = [total[time]]
            if entries[arc]:
                arrivals = [
                    max(now, earliest) + duration
                    for ready_by, earliest, duration in entries[arc]
                    if ready_by >= now
                ]
            for total[time] in arrivals:
                walk(head, [int(x) for x in total], visited | {head})

    walk(graph.source, [0, 0, 0], frozenset({graph.source}))
    return non_dominated(found)


def solve(graph: Multigraph, timetable: Timetable | None, **how: Any) -> ParetoFront:  # noqa: ANN401 - any option of pareto_front
    return pareto_front(
        graph.n_nodes,
        graph.tail,
        graph.head,
        graph.weights,
        graph.source,
        graph.target,
        timetable=timetable,
        **how,
    )


def rows(costs: NDArray[np.int64]) -> list[Costs]:
    return [tuple(row) for row in costs.tolist()]


def assert_moves_cost_what_they_say(
    front: ParetoFront, graph: Multigraph, timetable: Timetable
) -> None:
    others = [k for k in range(3) if k != timetable.time]
    for point, costs in enumerate(front.costs):
        arcs = front.path(point)
        assert (
            graph.weights[arcs].sum(axis=0)[others].tolist() == costs[others].tolist()
        )
        moves = timetable.follow(arcs, graph.weights)
        assert (moves.arrives[-1] if len(arcs) else 0) == costs[timetable.time]
        came = np.concatenate([[0], moves.arrives[:-1]]) if len(arcs) else moves.arrives
        assert (moves.departs >= came).all()
        for arc, entry, here, leaves in zip(
            arcs, moves.entry, came, moves.departs, strict=True
        ):
            if entry >= 0:
                assert timetable.start[arc] <= entry < timetable.start[arc + 1]
                assert here <= timetable.ready_by[entry]
                assert leaves >= timetable.earliest[entry]


@many
@given(drawn=scheduled())
def test_front_is_that_of_all_walks(
    drawn: tuple[Multigraph, list[list[Entry]], int],
) -> None:
    graph, entries, time = drawn
    timetable = timetable_of(entries, time=time)
    front = solve(graph, timetable)
    assert front.exact
    assert rows(front.costs) == front_of_all_walks(graph, entries, time)
    assert_moves_cost_what_they_say(front, graph, timetable)


def time_expanded(
    graph: Multigraph, entries: list[list[Entry]], time: int
) -> Multigraph:
    """Return a graph with a node for each node and minute; the target is one more."""
    tails, heads, weights = [], [], []

    def join(tail: int, head: int, costs: list[int]) -> None:
        tails.append(tail)
        heads.append(head)
        weights.append(costs)

    end = graph.n_nodes * HORIZON
    for node in range(graph.n_nodes):
        for now in range(HORIZON - 1):
            wait = [0, 0, 0]
            wait[time] = 1
            join(node * HORIZON + now, node * HORIZON + now + 1, wait)
    for now in range(HORIZON):
        join(graph.target * HORIZON + now, end, [0, 0, 0])
    for arc, (tail, head) in enumerate(
        zip(graph.tail.tolist(), graph.head.tolist(), strict=True)
    ):
        for now in range(HORIZON):
            leaving = [now + int(graph.weights[arc, time])]
            if entries[arc]:
                leaving = [
                    now + duration
                    for ready_by, earliest, duration in entries[arc]
                    if earliest <= now and (ready_by >= now or earliest == now)
                ]
            for arrives in leaving:
                if arrives < HORIZON:
                    costs = graph.weights[arc].tolist()
                    costs[time] = arrives - now
                    join(tail * HORIZON + now, head * HORIZON + arrives, costs)
    return Multigraph(
        n_nodes=end + 1,
        tail=np.array(tails, np.int64),
        head=np.array(heads, np.int64),
        weights=np.array(weights, np.int64).reshape(-1, 3),
        source=graph.source * HORIZON,
        target=end,
    )


@some
@given(drawn=scheduled(most_nodes=6, most_arcs=14))
def test_front_is_that_of_the_time_expanded_graph(
    drawn: tuple[Multigraph, list[list[Entry]], int],
) -> None:
    # Without cut-offs before departures: those need a node more per departure.
    graph, entries, time = drawn
    entries = [[(max(r, e), e, d) for r, e, d in arc] for arc in entries]
    entries = [
        [e for i, e in enumerate(arc) if i == 0 or e[1] >= arc[i - 1][0]]
        if all(b[1] >= a[0] for a, b in itertools.pairwise(arc))
        else arc[:1]
        for arc in entries
    ]
    expanded = solve(time_expanded(graph, entries, time), None)
    within = expanded.costs[:, time] < HORIZON
    limits = [10**6] * 3
    limits[time] = HORIZON - 1
    front = solve(graph, timetable_of(entries, time=time), max_weights=limits)
    assert rows(front.costs) == rows(expanded.costs[within])


@some
@given(drawn=scheduled(most_nodes=6, most_arcs=14))
def test_guide_knows_the_timetable(
    drawn: tuple[Multigraph, list[list[Entry]], int],
) -> None:
    graph, entries, time = drawn
    timetable = timetable_of(entries, time=time)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settle, "PATIENCE", gr.Rounds(0))
        guided = solve(graph, timetable, guided=True)
    assert rows(guided.costs) == rows(solve(graph, timetable).costs)


@some
@given(drawn=scheduled(), limits=st.tuples(*[st.integers(0, 15)] * 3))
def test_limits_hold_for_arrivals(
    drawn: tuple[Multigraph, list[list[Entry]], int], limits: tuple[int, int, int]
) -> None:
    graph, entries, time = drawn
    front = solve(graph, timetable_of(entries, time=time), max_weights=limits)
    assert rows(front.costs) == [
        costs
        for costs in front_of_all_walks(graph, entries, time)
        if all(cost <= limit for cost, limit in zip(costs, limits, strict=True))
    ]


def one_arc(entries: list[Entry], *, ready: int = 0) -> list[list[int]]:
    """Return the front of an arc with entries behind one that takes `ready`."""
    timetable = timetable_of([[], entries])
    front = pareto_front(
        3, [0, 1], [1, 2], [[1, ready, 1], [1, 99, 1]], 0, 2, timetable=timetable
    )
    costs: list[list[int]] = front.costs.tolist()
    return costs


def test_goods_wait_for_a_departure() -> None:
    # Ready at 3, leaves at 10, travels 5.
    assert one_arc([(10, 10, 5)], ready=3) == [[2, 15, 2]]


def test_cut_off_is_met_or_missed() -> None:
    # Cut-off 8, departure 10; the next one leaves at 20.
    departures = [(8, 10, 5), (18, 20, 5)]
    assert one_arc(departures, ready=8) == [[2, 15, 2]]
    assert one_arc(departures, ready=9) == [[2, 25, 2]]


def test_after_the_last_departure_there_is_no_way() -> None:
    assert one_arc([(8, 10, 5)], ready=9) == []


def test_window_lets_goods_pass_while_it_is_open() -> None:
    # Open from 10 to 20.
    assert one_arc([(20, 10, 5)], ready=3) == [[2, 15, 2]]
    assert one_arc([(20, 10, 5)], ready=13) == [[2, 18, 2]]
    assert one_arc([(20, 10, 5)], ready=20) == [[2, 25, 2]]
    assert one_arc([(20, 10, 5)], ready=21) == []


def test_slow_departure_is_left_for_a_faster_one() -> None:
    # 10 + 30 = 40, but 15 + 5 = 20.
    assert one_arc([(10, 10, 30), (15, 15, 5)], ready=3) == [[2, 20, 2]]


def test_weight_of_an_arc_without_entries_counts() -> None:
    timetable = timetable_of([[]])
    front = pareto_front(2, [0], [1], [[1, 7, 1]], 0, 1, timetable=timetable)
    assert front.costs.tolist() == [[1, 7, 1]]


def test_missing_a_departure_can_pay_elsewhere() -> None:
    # The cheap way comes at 5 and waits till 100, the dear one catches the boat at 4.
    timetable = timetable_of([[], [], [(4, 4, 6), (100, 100, 6)]])
    weights = [[1, 5, 1], [9, 4, 1], [1, 0, 1]]
    front = pareto_front(3, [0, 0, 1], [1, 1, 2], weights, 0, 2, timetable=timetable)
    assert front.costs.tolist() == [[2, 106, 2], [10, 10, 2]]


def test_follow_names_the_arc_that_is_missed() -> None:
    timetable = timetable_of([[], [(2, 2, 1)]])
    with pytest.raises(DataError, match="come to arc 1 at 3, after its last entry"):
        timetable.follow([0, 1], [[1, 3, 1], [1, 0, 1]])


GOOD: dict[str, Any] = {
    "start": [0, 2, 3],
    "ready_by": [1, 5, 2],
    "earliest": [1, 5, 3],
    "duration": [4, 4, 4],
}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"ready_by": [6, 5, 2], "earliest": [6, 6, 3]},
            r"ready_by\[1\] is 5, .* arc 0",
        ),
        ({"ready_by": [8, 9, 2]}, r"earliest\[1\] is 5, expected at least 8"),
        ({"duration": [4, -1, 4]}, r"duration\[1\] is -1, expected 0 to"),
        ({"earliest": [-1, 5, 3]}, r"earliest\[0\] is -1, expected 0 to"),
        ({"earliest": [1, 2**60, 3]}, r"earliest\[1\] is 1152921504606846976"),
        ({"duration": [4.0, 4.0, 4.0]}, "duration has the type float64"),
        ({"ready_by": [1, 5]}, r"ready_by has the shape \(2,\), expected \(3,\)"),
        ({"start": [0, 3, 2]}, "start falls"),
        ({"start": [1, 2, 3]}, "start falls or does not begin with 0"),
        ({"start": []}, "start falls or does not begin with 0"),
        ({"start": [[0, 3]]}, "start has the shape"),
        ({"time": 3}, "time is 3, expected 0 to 2"),
    ],
)
def test_what_cannot_be_is_named(wrong: dict[str, Any], message: str) -> None:
    Timetable(**GOOD)
    with pytest.raises(DataError, match=message):
        Timetable(**(GOOD | wrong))


def test_timetable_of_another_graph_is_named() -> None:
    with pytest.raises(DataError, match="the timetable has 2 arcs, expected 1"):
        pareto_front(2, [0], [1], [[1, 1, 1]], 0, 1, timetable=Timetable(**GOOD))
