import numpy as np
import pytest

from tools.world.gates import Gate, crosses, edge_passages
from tools.world.marnet import NO_LENGTH_KM, SeaGraph, add_segments, marnet_graph
from tools.world.sea import SeaWays, closed_gates, sea_distances, wind
from tools.world.sphere import great_circle_km, nearest, wrapped_lon

# One degree of a great circle: 6371.0088 km x pi / 180.
DEGREE_KM = 111.195


def graph_of(
    points: list[tuple[float, float]], edges: list[tuple[int, int, float]]
) -> SeaGraph:
    """Return a graph of points (lon, lat) and edges with their km."""
    return SeaGraph(
        lat=np.array([lat for _, lat in points]),
        lon=np.array([lon for lon, _ in points]),
        a=np.array([a for a, _, _ in edges], dtype=np.int32),
        b=np.array([b for _, b, _ in edges], dtype=np.int32),
        km=np.array([km for _, _, km in edges]),
        marnet_edges=len(edges),
    )


def gate(
    name: str,
    line: tuple[float, float, float, float],
    *,
    edges: int = 1,
    is_open: bool = True,
) -> Gate:
    lon1, lat1, lon2, lat2 = line
    return Gate(
        name=name,
        lon1=lon1,
        lat1=lat1,
        lon2=lon2,
        lat2=lat2,
        default_open=is_open,
        note="",
        expected_edges=edges,
    )


def square() -> SeaGraph:
    """Return two ways from node 0 to node 2: 20 km by node 1, 50 km by node 3."""
    return graph_of(
        [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (1.0, -1.0)],
        [(0, 1, 10.0), (1, 2, 10.0), (0, 3, 25.0), (2, 3, 25.0)],
    )


def ways_of(graph: SeaGraph, *gates: Gate) -> SeaWays:
    return SeaWays(graph=graph, gates=gates, flags=edge_passages(graph, gates))


def test_an_edge_across_the_gate_is_found() -> None:
    north = gate("north", (0.5, 0.2, 0.5, 0.9))

    assert crosses(north, square()).tolist() == [True, False, False, False]


def test_a_gate_whose_line_stops_short_is_not_crossed() -> None:
    # The edge from (0, 0) to (1, 1) passes (0.5, 0.5); the line ends above it.
    short = gate("short", (0.5, 0.6, 0.5, 0.9), edges=0)

    assert not crosses(short, square()).any()


def test_a_gate_written_on_the_other_side_of_the_globe_counts_as_the_same() -> None:
    north = gate("north", (360.5, 0.2, 360.5, 0.9))

    assert crosses(north, square()).tolist() == [True, False, False, False]


def test_an_edge_over_the_antimeridian_crosses_no_gate() -> None:
    # On a flat map the edge from 179 to -179 would run round the whole world.
    graph = graph_of([(179.0, 0.0), (-179.0, 0.0)], [(0, 1, 222.4)])

    assert not crosses(gate("greenwich", (0.0, -1.0, 0.0, 1.0)), graph).any()


def test_a_gate_with_a_wrong_count_is_named() -> None:
    with pytest.raises(
        ValueError, match="gate north crosses 1 marnet edges, expected 2"
    ):
        edge_passages(square(), [gate("north", (0.5, 0.2, 0.5, 0.9), edges=2)])


def test_the_shortest_way_tells_its_passages() -> None:
    ways = ways_of(
        square(),
        gate("east", (1.5, 0.2, 1.5, 0.9)),
        gate("south", (0.5, -0.9, 0.5, -0.2)),
        gate("west", (0.5, 0.2, 0.5, 0.9)),
    )

    found = sea_distances(ways, np.array([0, 2]), np.array([1.0, 2.0]), closed=())

    assert found.km.tolist() == [[0.0, 23.0], [23.0, 0.0]]  # 1 + 10 + 10 + 2
    assert found.passages(0, 1) == ("east", "west")
    assert found.passages(1, 0) == ("east", "west")
    assert found.passages(0, 0) == ()


def test_a_closed_gate_is_sailed_round() -> None:
    ways = ways_of(
        square(),
        gate("south", (0.5, -0.9, 0.5, -0.2)),
        gate("west", (0.5, 0.2, 0.5, 0.9)),
    )

    found = sea_distances(ways, np.array([0, 2]), np.zeros(2), closed=("west",))

    assert found.km[0, 1] == 50.0  # 25 + 25
    assert found.passages(0, 1) == ("south",)


def test_without_a_way_the_distance_is_infinite() -> None:
    ways = ways_of(
        square(),
        gate("south", (0.5, -0.9, 0.5, -0.2)),
        gate("west", (0.5, 0.2, 0.5, 0.9)),
    )

    found = sea_distances(ways, np.array([0, 2]), np.zeros(2), closed=("south", "west"))

    assert np.isinf(found.km[0, 1])
    assert found.passages(0, 1) == ()


def test_gates_closed_by_default_stay_closed() -> None:
    ways = ways_of(
        square(),
        gate("south", (0.5, -0.9, 0.5, -0.2), is_open=False),
        gate("west", (0.5, 0.2, 0.5, 0.9)),
    )

    assert closed_gates(ways) == {"south"}
    assert closed_gates(ways, ["west"]) == {"south", "west"}


def test_marnet_edges_are_told_once_and_have_a_length() -> None:
    graph = marnet_graph(
        [(190.0, 0.0), (-180.0, 0.0), (180.0, 0.0)],
        {
            (180.0, 0.0): {(-180.0, 0.0): {"weight": 0.0}},
            (-180.0, 0.0): {(180.0, 0.0): {"weight": 0.0}},
            (190.0, 0.0): {(180.0, 0.0): {"weight": 1112.0}},
        },
    )

    assert graph.lon.tolist() == [-170.0, -180.0, 180.0]
    assert list(zip(graph.a.tolist(), graph.b.tolist(), strict=True)) == [
        (0, 2),
        (1, 2),
    ]
    assert graph.km.tolist() == [1112.0, NO_LENGTH_KM]


def test_a_patch_joins_the_node_it_ends_on() -> None:
    # New node at (0, 3), 1 degree east of node 2.
    patched = add_segments(square(), [((0.0, 3.0), (0.0, 2.0), 111.2, True)])

    assert (len(patched.lat), len(patched.km)) == (5, 5)
    assert (int(patched.a[-1]), int(patched.b[-1])) == (4, 2)
    assert patched.km[-1] == pytest.approx(DEGREE_KM, abs=0.01)
    assert patched.marnet_edges == 4


def test_a_patch_that_ends_beside_its_node_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no marnet node at \(0\.0, 2\.1\)"):
        add_segments(square(), [((0.0, 3.1), (0.0, 2.1), 111.2, True)])


def test_a_patch_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match=r"is 100\.0 km, expected 111\.2 km"):
        add_segments(square(), [((0.0, 3.0), (0.0, 2.0), 100.0, True)])


def test_only_connectors_over_much_land_wind() -> None:
    km = wind(np.array([100.0, 100.0]), np.array([25.0, 26.0]))

    assert km.tolist() == [100.0, pytest.approx(115.0)]


def test_distance_over_the_antimeridian_is_the_short_one() -> None:
    assert float(great_circle_km(0.0, 179.5, 0.0, -179.5)) == pytest.approx(
        DEGREE_KM, abs=0.01
    )


def test_the_nearest_point_may_lie_over_the_antimeridian() -> None:
    index, km = nearest([0.0], [179.9], to_lat=[0.0, 0.0], to_lon=[170.0, -179.6])

    assert index.tolist() == [1]
    assert float(km[0]) == pytest.approx(0.5 * DEGREE_KM, abs=0.01)


def test_longitudes_are_wrapped_into_one_turn() -> None:
    assert wrapped_lon([190.0, -190.0, 180.0, -180.0, 5.0]).tolist() == [
        -170.0,
        170.0,
        180.0,
        -180.0,
        5.0,
    ]
