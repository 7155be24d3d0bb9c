import numpy as np
import shapely

from tools.world.borders import Borders
from tools.world.gauge import GaugeNetwork, carried_gauges, gauge_networks
from tools.world.land import LandGraph
from tools.world.points import Kind, Node
from tools.world.rail import Reach, rail_terminals, wanted_pairs
from tools.world.railstops import Stops, hub_gauges
from tools.world.tables import read_input


def tracks(
    nodes: list[tuple[float, float, str]], edges: list[tuple[int, int, float]]
) -> LandGraph:
    return LandGraph(
        lat=np.array([lat for lat, _, _ in nodes]),
        lon=np.array([lon for _, lon, _ in nodes]),
        iso2=np.array([iso2 for _, _, iso2 in nodes]),
        ends=np.array([(a, b) for a, b, _ in edges], dtype=np.int32),
        km=np.array([km for _, _, km in edges], dtype=np.float64),
        ferry=np.zeros(len(edges), dtype=np.bool_),
    )


def by_gauge(networks: tuple[GaugeNetwork, ...]) -> dict[int, list[list[int]]]:
    return {one.gauge_mm: one.graph.ends.tolist() for one in networks}


def stops_of(*kinds: str) -> Stops:
    """Stops by a letter: m main, b branch, p main port, q small port, h main gauge hub."""
    return Stops(
        id=np.array([f"stop:{place}" for place in range(len(kinds))]),
        iso2=np.array(["AA"] * len(kinds)),
        lat=np.zeros(len(kinds)),
        lon=np.zeros(len(kinds)),
        is_port=np.array([kind in "pq" for kind in kinds]),
        is_hub=np.array([kind == "h" for kind in kinds]),
        is_main=np.array([kind in "mph" for kind in kinds]),
    )


def along(*km: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Distances between stops at these points of one line."""
    points = np.array(km)
    return np.asarray(np.abs(points[:, None] - points))


def reach(
    stops: Stops,
    *,
    mesh_km: float = 4000.0,
    port_km: float = 1500.0,
    trunk_km: float = 7500.0,
) -> Reach:
    shape = (len(stops.id), len(stops.id))
    return Reach(
        mesh_km=np.full(shape, mesh_km),
        port_km=np.full(shape, port_km),
        trunk_km=np.full(shape, trunk_km),
    )


def chosen(
    stops: Stops, km: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> set[str]:
    wanted = wanted_pairs(stops, km, reach(stops))
    assert (wanted == wanted.T).all()
    return {f"{a}-{b}" for a, b in zip(*np.nonzero(np.triu(wanted)), strict=True)}


def test_the_border_of_poland_and_belarus_is_a_break_of_gauge() -> None:
    rail = tracks(
        [
            (52.0, 20.0, "PL"),
            (52.0, 23.5, "PL"),
            (52.0, 23.7, "BY"),
            (52.0, 27.0, "BY"),
        ],
        [(0, 1, 240.0), (1, 2, 14.0), (2, 3, 230.0)],
    )

    found = by_gauge(gauge_networks(rail))

    assert found == {1435: [[0, 1]], 1520: [[2, 3]]}


def test_tazara_crosses_the_border_though_the_states_differ_in_gauge() -> None:
    rail = tracks(
        [
            (-8.9, 33.4, "TZ"),
            (-9.3, 32.8, "ZM"),
            (-13.0, 30.0, "ZM"),
            (-6.2, 35.7, "TZ"),
        ],
        [(0, 1, 110.0), (1, 2, 600.0), (0, 3, 450.0)],
    )

    found = by_gauge(gauge_networks(rail))

    assert found == {1067: [[0, 1], [1, 2]]}  # Dodoma is on the metre gauge


def test_states_without_freight_trains_carry_no_gauge() -> None:
    rail = tracks([(1.3, 103.8, "SG"), (14.7, -17.4, "SN")], [(0, 1, 1.0)])

    assert not any(nodes.any() for nodes in carried_gauges(rail).values())


def test_tracks_too_short_to_lead_anywhere_are_not_usable() -> None:
    rail = tracks(
        [(50.0, 8.0, "DE"), (50.0, 10.0, "DE"), (54.0, 13.0, "DE"), (54.0, 13.5, "DE")],
        [(0, 1, 160.0), (2, 3, 40.0)],
    )

    (network,) = gauge_networks(rail)

    assert network.usable.tolist() == [True, True, False, False]


def test_main_stops_form_a_mesh_without_short_hops() -> None:
    assert chosen(stops_of("m", "m", "m"), along(0, 149, 4100)) == {"1-2"}


def test_a_seaport_has_trains_inland_but_none_to_another_port() -> None:
    found = chosen(stops_of("p", "p", "m", "m"), along(0, 300, 500, 1600))

    assert found == {"0-2", "1-2", "1-3", "2-3"}  # 0-3 is longer than 1,500 km


def test_a_gauge_hub_is_reached_from_farther_and_the_next_hub_from_farther_still() -> (
    None
):
    stops = stops_of("m", "h", "h")

    assert chosen(stops, along(0, 7500, 17500)) == {"0-1", "1-2"}
    assert chosen(stops, along(0, 7501, 17502)) == set()


def test_a_branch_stop_goes_to_its_four_nearest_main_stops_and_two_ports() -> None:
    # The stop far off gives every main one and every port a train of its own.
    stops = stops_of("b", "m", "m", "m", "m", "m", "p", "p", "p", "m")
    km = along(0, 200, 210, 220, 230, 240, 300, 310, 320, 1000)

    found = {pair for pair in chosen(stops, km) if pair.startswith("0-")}

    assert found == {"0-1", "0-2", "0-3", "0-4", "0-6", "0-7"}


def test_a_stop_far_from_all_main_ones_goes_to_the_nearest_of_any_kind() -> None:
    assert chosen(stops_of("b", "b", "m"), along(0, 200, 2200)) == {"0-1", "0-2", "1-2"}


def test_every_break_of_gauge_between_states_has_its_hub() -> None:
    told = " ".join(row["note"] for row in read_input("gauge_hubs.csv"))
    breaks = [
        f"{row['iso2_a']}-{row['iso2_b']}"
        for row in read_input("gauge_pairs.csv")
        if row["verdict"] == "break"
    ]

    assert len(breaks) == 22
    assert [pair for pair in breaks if f"gauge_pairs {pair}" not in told] == []


def test_two_gauges_meet_at_every_hub() -> None:
    gauges = hub_gauges()

    assert gauges["rail:pl-malaszewicze-brest"] == {1435, 1520}
    assert {len(both) for both in gauges.values()} == {2}


def test_a_candidate_beside_a_gauge_hub_gives_way_and_one_without_tracks_is_left_out() -> (
    None
):
    rail = tracks(
        [(52.05, 23.5, "PL"), (52.2, 21.0, "PL"), (52.2, 17.0, "PL")],
        [(0, 1, 180.0), (1, 2, 300.0)],
    )
    poland = Borders(
        polygons=np.array([shapely.box(14.0, 49.0, 24.2, 55.0)], dtype=object),
        iso2=np.array(["PL"]),
        land=np.zeros(1, dtype=np.int32),
    )
    names = {
        "malaszewicze": (52.03, 23.53),
        "warsaw": (52.2, 21.0),
        "gdynia": (54.5, 18.5),
    }
    places = [
        Node(
            id=f"rail:pl-{name}",
            kind=Kind.RAIL_TERMINAL,
            name=name,
            iso2="PL",
            lat=lat,
            lon=lon,
        )
        for name, (lat, lon) in names.items()
    ]
    hub = Node(
        id="rail:pl-malaszewicze-brest",
        kind=Kind.RAIL_TERMINAL,
        name="Malaszewicze/Brest",
        iso2="PL",
        lat=52.05,
        lon=23.55,
    )

    kept = rail_terminals([*places, hub], networks=gauge_networks(rail), borders=poland)

    assert [one.id for one in kept] == ["rail:pl-malaszewicze-brest", "rail:pl-warsaw"]
