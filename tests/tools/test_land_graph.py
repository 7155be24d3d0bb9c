import json
from typing import Any

import numpy as np
import pytest

from tools.world.borders import Borders, lands_at, locate, read_borders, states_at
from tools.world.land import (
    LandError,
    LandGraph,
    LandSource,
    Snap,
    adjacency,
    distances_km,
    in_large_part,
    join_gaps,
    parts,
    read_land_graph,
    snap_inside,
    with_places,
)
from tools.world.landpatches import (
    apply_patches,
    border_pairs,
    close_borders,
    without_trade,
)
from tools.world.sphere import great_circle_km

#: Length of one degree of a great circle on the mean sphere [km].
DEGREE_KM = 111.195


def square(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def topology(
    shapes: list[tuple[int, list[list[float]]]], land: list[list[list[float]]]
) -> dict[str, Any]:
    """TopoJSON of simple polygons: one arc each, whole degrees, no quantising."""
    rings = [ring for _, ring in shapes] + land
    arcs = [[ring[0], *np.diff(ring, axis=0).tolist()] for ring in rings]
    countries = [
        {
            "type": "Polygon",
            "id": str(number),
            "properties": {"name": ""},
            "arcs": [[arc]],
        }
        for arc, (number, _) in enumerate(shapes)
    ]
    pieces = [
        {"type": "Polygon", "arcs": [[len(shapes) + place]]}
        for place in range(len(land))
    ]
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {
            "countries": {"geometries": countries},
            "land": {"geometries": pieces},
        },
    }


@pytest.fixture
def two_states() -> Borders:
    """AM at 0 to 2 degrees east and AZ at 2 to 4, on one land; an island of AM at 6."""
    shapes = [
        (1, square(0, 0, 2, 2)),
        (2, square(2, 0, 4, 2)),
        (1, square(6, 0, 7, 1)),
    ]
    land = [square(0, 0, 4, 2), square(6, 0, 7, 1)]
    return read_borders(topology(shapes, land), {1: "AM", 2: "AZ"})


def graph_of(
    nodes: list[tuple[float, float, str]], edges: list[tuple[int, int, float]]
) -> LandGraph:
    """Graph of (lat, lon, state) and (node, node, km)."""
    return LandGraph(
        lat=np.array([lat for lat, _, _ in nodes]),
        lon=np.array([lon for _, lon, _ in nodes]),
        iso2=np.array([iso2 for _, _, iso2 in nodes]),
        ends=np.array([(a, b) for a, b, _ in edges], dtype=np.int32).reshape(-1, 2),
        km=np.array([km for _, _, km in edges], dtype=np.float64),
        ferry=np.zeros(len(edges), dtype=np.bool_),
    )


def at(*nodes: int) -> Snap:
    return Snap(node=np.array(nodes), km=np.zeros(len(nodes)))


def everywhere(graph: LandGraph) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.ones(len(graph.lat), dtype=np.bool_)


def test_points_lie_in_their_state_or_the_nearest_one_by_the_shore(
    two_states: Borders,
) -> None:
    lat = np.array([1.0, 1.0, 2.3, 10.0])
    lon = np.array([1.0, 3.0, 1.0, 1.0])

    found = states_at(two_states, locate(two_states, lat, lon))

    assert found.tolist() == ["AM", "AZ", "AM", ""]


def test_an_island_is_another_land_and_a_border_is_not(two_states: Borders) -> None:
    pieces = locate(two_states, np.array([1.0, 1.0, 0.5]), np.array([1.0, 3.0, 6.5]))

    west, east, island = lands_at(two_states, pieces).tolist()

    assert west == east
    assert west != island


def test_a_state_across_180_degrees_holds_both_sides_and_nothing_between() -> None:
    ring = [[178.0, 0.0], [-178.0, 0.0], [-178.0, 2.0], [178.0, 2.0], [178.0, 0.0]]
    borders = read_borders(topology([(1, ring)], [ring]), {1: "FJ"})

    found = states_at(
        borders, locate(borders, np.array([1.0] * 3), np.array([179.0, -179.0, 0.0]))
    )

    assert found.tolist() == ["FJ", "FJ", ""]


def test_a_graph_is_read_from_its_text_with_true_lengths(two_states: Borders) -> None:
    rows = "[{0: 0.0, 1: 10.0}, {0: 10.0, 2: 0.0}, {1: 0.0}]"
    places = json.dumps([[1.0, 0.5], [1.0, 0.6], [1.0, 3.0]])
    text = f"import x\ngraph={rows}\nnodes={places}\nmade = X()\n"
    source = LandSource(
        mode="road",
        member="tiny.py",
        nodes=3,
        edges=2,
        length_factor=1.1,
        reach_km=1.0,
        least_component_km=1.0,
    )

    graph = read_land_graph(text, source, two_states)

    assert graph.iso2.tolist() == ["AM", "AM", "AZ"]
    assert graph.ends.tolist() == [[0, 1], [1, 2]]  # no loop at node 0
    assert graph.km[0] == pytest.approx(11.0)
    assert 0.0 < graph.km[1] < 0.001


def test_a_graph_of_another_size_is_refused(two_states: Borders) -> None:
    source = LandSource(
        mode="road",
        member="tiny.py",
        nodes=2,
        edges=1,
        length_factor=1.0,
        reach_km=1.0,
        least_component_km=1.0,
    )

    with pytest.raises(
        LandError, match=r"tiny\.py: has 1 nodes and 0 edges, expected 2 and 1"
    ):
        read_land_graph("\ngraph=[{}]\nnodes=[[1.0, 1.0]]\n", source, two_states)


def test_ends_of_lines_that_nearly_meet_are_joined_inside_a_state() -> None:
    graph = graph_of(
        [
            (0.0, 0.0, "AA"),
            (0.0, 1.0, "AA"),
            (0.0, 1.01, "AA"),  # 1.1 km on
            (0.0, 2.0, "AA"),
            (0.0, 2.01, "BB"),  # as near, but across a border
            (0.0, 3.0, "BB"),
        ],
        [(0, 1, 100.0), (2, 3, 100.0), (4, 5, 100.0)],
    )

    label = parts(join_gaps(graph, everywhere(graph)))

    assert label[0] == label[3]
    assert label[3] != label[4]


def test_only_parts_of_some_length_count() -> None:
    graph = graph_of(
        [(0.0, float(lon), "AA") for lon in range(5)],
        [(0, 1, 100.0), (1, 2, 100.0), (3, 4, 100.0)],
    )

    large = in_large_part(graph, 150.0)

    assert large.tolist() == [True, True, True, False, False]


def test_a_place_joins_the_lines_of_its_own_state() -> None:
    graph = graph_of(
        [(0.0, 0.0, "AA"), (0.0, 1.0, "AA"), (0.0, 1.1, "BB"), (0.0, 2.0, "BB")],
        [(0, 1, 100.0), (2, 3, 100.0)],
    )

    joined = snap_inside(
        graph,
        everywhere(graph),
        lat=np.array([0.0, 0.0]),
        lon=np.array([1.09, 1.09]),
        iso2=np.array(["AA", "CC"]),
        reach_km=15.0,
    )

    assert joined.node.tolist() == [1, -1]
    assert joined.km[0] == pytest.approx(0.09 * DEGREE_KM, rel=1e-3)


def test_the_way_along_the_graph_counts_the_way_to_it_and_ends_at_the_limit() -> None:
    graph = graph_of(
        [(0.0, float(lon), "AA") for lon in range(4)],
        [(0, 1, 100.0), (1, 2, 100.0), (2, 3, 500.0)],
    )
    start = Snap(node=np.array([0]), km=np.array([7.0]))
    end = Snap(node=np.array([2, 3, -1]), km=np.array([3.0, 0.0, np.inf]))

    km = distances_km(adjacency(graph), start, end, limit_km=600.0)

    assert km.tolist() == [[210.0, np.inf, np.inf]]  # 7 + 200 + 3


def test_of_parallel_edges_the_shortest_counts() -> None:
    graph = graph_of(
        [(0.0, 0.0, "AA"), (0.0, 1.0, "AA")], [(0, 1, 100.0), (1, 0, 60.0)]
    )

    assert distances_km(adjacency(graph), at(0), at(1), limit_km=999.0) == [[60.0]]


def test_a_place_is_tied_to_every_line_about_it() -> None:
    # Two lines pass a town 1.1 km apart and meet only at the far end.
    graph = graph_of(
        [(0.0, 0.0, "AA"), (0.01, 0.0, "AA"), (0.0, 1.0, "AA"), (0.01, 1.0, "AA")],
        [(0, 2, 111.0), (1, 3, 111.0), (2, 3, 5.0)],
    )
    town = Snap(node=np.array([0]), km=np.array([0.0]))

    grown, placed = with_places(
        graph,
        town,
        everywhere(graph),
        lat=np.array([0.0]),
        lon=np.array([0.0]),
        detour=1.0,
    )
    km = distances_km(adjacency(grown), placed, at(1, 3), limit_km=999.0)

    apart = float(great_circle_km(0.0, 0.0, 0.01, 0.0))
    assert km[0] == pytest.approx([apart, apart + 111.0])


def test_closed_borders_are_cut_for_their_mode_and_stretch() -> None:
    graph = graph_of(
        [
            (1.0, 1.0, "AM"),
            (1.0, 3.0, "AZ"),
            (68.0, 28.0, "FI"),
            (68.0, 29.0, "RU"),
            (43.0, 44.0, "GE"),
            (43.0, 44.1, "RU"),
            (42.7, 44.6, "GE"),
            (42.8, 44.6, "RU"),
        ],
        [(0, 1, 9.0), (2, 3, 9.0), (4, 5, 9.0), (6, 7, 9.0)],
    )

    by_road = border_pairs(close_borders(graph, "road")).tolist()
    by_rail = border_pairs(close_borders(graph, "rail")).tolist()

    assert by_road == ["GE-RU"]  # at Verkhny Lars, not on the Roki road
    assert by_rail == ["FI-RU", "GE-RU", "GE-RU"]


def test_nothing_goes_over_land_between_states_without_trade() -> None:
    assert {"RU-UA", "IL-LB", "KP-KR"} <= without_trade()
    assert "AM-TR" not in without_trade()  # by way of Georgia it does


def test_patches_add_links_and_mark_ferries() -> None:
    nothing = graph_of([(0.0, 0.0, "AA")], [])
    source = LandSource(
        mode="rail",
        member="",
        nodes=1,
        edges=0,
        length_factor=1.0,
        reach_km=1.0,
        least_component_km=1.0,
    )

    graph = apply_patches(nothing, source)

    lat, lon = np.array([-12.35, -10.7]), np.array([13.55, 25.46])
    ends = snap_inside(
        graph,
        everywhere(graph),
        lat=lat,
        lon=lon,
        iso2=np.array(["AO", "CD"]),
        reach_km=1.0,
    )
    km = distances_km(adjacency(graph), ends, ends, limit_km=9999.0)
    assert km[0, 1] == pytest.approx(1344 + 427)  # Lobito to Luau to Kolwezi
    assert graph.ferry.any()
