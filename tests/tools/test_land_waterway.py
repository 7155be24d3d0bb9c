import pytest

from tools.world.points import Kind, Node, node_table
from tools.world.tables import LANE_SCHEMA, read_input
from tools.world.terminals import waterway_node_ids
from tools.world.waterway import WaterwayError, waterway_lanes


def nodes_of(ids: set[str]) -> list[Node]:
    return [
        Node(
            id=node_id,
            kind=Kind.SEAPORT if node_id.startswith("port:") else Kind.RIVER_PORT,
            name=node_id,
            iso2="ZZ",
            lat=0.0,
            lon=0.0,
        )
        for node_id in sorted(ids)
    ]


@pytest.fixture(scope="module")
def lanes() -> dict[str, dict[str, object]]:
    told = {row["to_node"] for row in read_input("waterway_links.csv")}
    ids = told | set(waterway_node_ids().values()) - {""}
    table = waterway_lanes(node_table(nodes_of(ids)))
    assert table.schema.equals(LANE_SCHEMA)
    return {str(row["id"]): row for row in table.to_pylist()}


def test_the_rhine_is_831_km_long_and_slower_up_than_down(
    lanes: dict[str, dict[str, object]],
) -> None:
    down = lanes["barge:river:ch-basel>port:NLRTM"]
    up = lanes["barge:port:NLRTM>river:ch-basel"]

    assert down["distance_km"] == up["distance_km"] == 831.0  # Rhine-km 169 to 1000
    assert down["transit_h"] == pytest.approx(831.0 / 16.0, abs=0.01)
    assert up["transit_h"] == pytest.approx(831.0 / 10.0, abs=0.01)


def test_a_river_listed_from_its_mouth_runs_down_to_it(
    lanes: dict[str, dict[str, object]],
) -> None:
    down = lanes["barge:river:cn-chongqing>port:CNSHA"]

    assert down["distance_km"] == 2411.0  # 392 + 733 + 626 + 660
    assert down["transit_h"] == pytest.approx(2411.0 / 16.0, abs=0.01)


def test_a_ride_over_two_rivers_has_the_fewer_departures(
    lanes: dict[str, dict[str, object]],
) -> None:
    ride = lanes["barge:river:de-frankfurt-am-main>port:NLRTM"]

    assert ride["service"] == "Main, Rhine"
    assert ride["departures_per_week"] == 3.0
    assert ride["capacity_t_per_departure"] == 1500.0


def test_barges_join_seaports_of_one_river_but_no_rivers_apart(
    lanes: dict[str, dict[str, object]],
) -> None:
    assert "barge:port:BEANR>river:de-duisburg-ruhrort" in lanes
    assert "barge:river:fr-paris>river:de-duisburg-ruhrort" not in lanes


def test_barges_ride_no_farther_than_the_river_allows(
    lanes: dict[str, dict[str, object]],
) -> None:
    assert "barge:port:NLRTM>river:hu-budapest-csepel" not in lanes


def test_a_river_port_that_is_no_node_is_an_error() -> None:
    with pytest.raises(WaterwayError, match="no node"):
        waterway_lanes(node_table(nodes_of({"port:NLRTM"})))
