"""The graph of a shipment: states, operations, customs, gauges, stops."""

import numpy as np
import pytest

from greenroute.network.network import Network
from greenroute.solver.graph import Graph, build_graph, layer
from networks import network_of

ALL_ONE: frozenset[int] = frozenset({0})
NOBODY: frozenset[int] = frozenset()


def graph_of(
    network: Network,
    territory: list[int] | None = None,
    ends: tuple[frozenset[int], frozenset[int]] = (NOBODY, NOBODY),
) -> Graph:
    """Return the graph over all lanes; one customs territory, on the way."""
    return build_graph(
        network.lanes,
        np.arange(len(network.lanes)),
        len(network.gateways),
        territory=np.array(territory or [0] * len(network.gateways), dtype=np.int32),
        ends=ends,
    )


def operations_of(graph: Graph, arc: int) -> list[int]:
    """Return the numbers of the operations in the steps of an arc."""
    return [
        int(step)
        for place, step in enumerate(graph.steps[arc])
        if step >= 0 and place != 2
    ]


def test_a_road_lane_is_one_arc_from_yard_to_yard_with_two_operations() -> None:
    graph = graph_of(network_of("AAAAA -road 300km 5h-> BBBBB"))

    assert graph.tail.tolist() == [0]
    assert graph.head.tolist() == [1]
    assert len(operations_of(graph, 0)) == 2


def test_a_rail_lane_has_load_run_and_unload_as_arcs_of_their_own() -> None:
    graph = graph_of(network_of("AAAAA -rail 300km 5h-> BBBBB"))
    arcs = set(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))

    # Yards 0, 1; berths A, B: aboard 2, 3 and arrived 4, 5.
    assert arcs == {(2, 5), (0, 2), (5, 1)}


def test_goods_are_transhipped_only_where_the_mode_arrives_and_departs() -> None:
    graph = graph_of(
        network_of("""
            AAAAA -sea 300km 5h-> BBBBB
            BBBBB -sea 300km 5h-> CCCCC
        """)
    )
    arcs = list(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))

    # 2 runs, 2 loads (A, B), 2 unloads (B, C), 1 tranship (B): arrived 7 → aboard 4.
    assert len(arcs) == 7
    assert (7, 4) in arcs


def test_rails_of_two_gauges_meet_only_by_a_change_of_gauge() -> None:
    graph = graph_of(
        network_of("""
            AAAAA -rail 300km 5h gauge_mm=1435-> BBBBB
            BBBBB -rail 300km 5h gauge_mm=1520-> CCCCC
        """)
    )
    berths = 4
    aboard, arrived = 3, 3 + berths
    arcs = set(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))

    # Berths sorted: A 1435, B 1435, B 1520, C 1520.
    assert (arrived + 1, aboard + 2) in arcs
    assert (arrived + 1, aboard + 1) not in arcs


@pytest.mark.parametrize(
    ("territory", "ends", "operations"),
    [
        # On the way load and unload; from the start with export, home with import, both.
        ([0, 1], (frozenset({0}), frozenset({1})), [2, 3, 3, 4]),
        ([0, 0], (frozenset({0}), frozenset({0})), [2, 2, 2]),
        ([0, 1], (frozenset({7}), frozenset({1})), [2, 3]),
        ([0, 1], (frozenset({0}), frozenset({7})), [2, 3]),
        ([0, 1], (frozenset({7}), frozenset({8})), [2]),
    ],
)
def test_customs_are_cleared_when_a_lane_leaves_or_enters_the_ends(
    territory: list[int],
    ends: tuple[frozenset[int], frozenset[int]],
    operations: list[int],
) -> None:
    network = network_of("AAAAA -road 300km 5h-> BBBBB")

    graph = graph_of(network, territory, ends)

    found = [len(operations_of(graph, arc)) for arc in range(len(graph.tail))]
    assert sorted(found) == operations


def test_imported_goods_stay_and_others_pass() -> None:
    network = network_of("""
        AAAAA -road 300km 5h-> BBBBB
        BBBBB -road 300km 5h-> CCCCC
        CCCCC -road 300km 5h-> DDDDD
    """)

    # B and C are one territory, the destination's; A is the origin's, D lies outside.
    graph = graph_of(network, [0, 1, 1, 2], (frozenset({0}), frozenset({1})))
    arcs = set(zip(graph.tail.tolist(), graph.head.tolist(), strict=True))

    a = int(graph.start[0])
    b, c = graph.home[[1, 2]].tolist()
    assert graph.start[1:].tolist() == [-1, -1, -1]
    assert graph.home[[0, 3]].tolist() == [-1, -1]
    assert arcs == {(0, 1), (1, 2), (2, 3), (a, 1), (a, b), (0, b), (b, c)}


def test_a_stop_leads_into_the_next_layer_and_nothing_else_does() -> None:
    network = network_of("""
        AAAAA -road 300km 5h-> BBBBB
        AAAAA -road 300km 5h-> CCCCC
        BBBBB -road 300km 5h-> CCCCC
    """)
    graph = graph_of(network)

    layered = layer(graph, (frozenset({1}),))

    size = graph.n_nodes
    assert layered.n_nodes == 2 * size
    assert layered.head[:3].tolist() == [1 + size, 2, 2]
    assert layered.tail[3:].tolist() == [size, size, 1 + size]
    assert layered.head[3:].tolist() == [1 + size, 2 + size, 2 + size]


def test_the_weight_of_an_arc_is_the_sum_of_its_steps() -> None:
    graph = graph_of(network_of("AAAAA -road 300km 5h-> BBBBB"))
    lanes = np.array([[100, 10, 1]])
    operations = np.arange(3 * len(graph.operations.mode)).reshape(-1, 3)

    weights = graph.weigh(lanes, operations)

    first, second = operations_of(graph, 0)
    assert (
        weights[0].tolist()
        == (lanes[0] + operations[first] + operations[second]).tolist()
    )
