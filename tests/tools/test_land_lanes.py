import numpy as np
import pyarrow as pa
import pytest
import shapely

from tools.world.access import access_lanes, with_far_gateways
from tools.world.borders import Borders
from tools.world.land import LandGraph
from tools.world.landlanes import category, nearest_columns, table_value
from tools.world.points import Kind, Node, node_table
from tools.world.road import driving_h, road_lanes
from tools.world.tables import LANE_SCHEMA, lanes_of, read_input

#: Length of one degree along the equator on the mean sphere [km].
DEGREE_KM = 111.195
CUSTOMS = {"ZZ": "ZZ", "XX": "UNION", "YY": "UNION"}


def node(
    node_id: str, lon: float, *, iso2: str = "ZZ", lat: float = 0.0, tier: int = 3
) -> Node:
    kinds = {
        "city": Kind.CITY,
        "port": Kind.SEAPORT,
        "air": Kind.AIRPORT,
        "rail": Kind.RAIL_TERMINAL,
        "river": Kind.RIVER_PORT,
    }
    return Node(
        id=node_id,
        kind=kinds[node_id.split(":", maxsplit=1)[0]],
        name=node_id,
        iso2=iso2,
        lat=lat,
        lon=lon,
        tier=tier,
        population=1 if node_id.startswith("city") else None,
    )


@pytest.fixture
def land() -> Borders:
    """ZZ from 0 to 30 degrees east on one land, and an island of it at 40."""
    boxes = [shapely.box(0.0, -2.0, 30.0, 2.0), shapely.box(40.0, -2.0, 42.0, 2.0)]
    return Borders(
        polygons=np.array(boxes, dtype=object),
        iso2=np.array(["ZZ", "ZZ"]),
        land=np.array([0, 1], dtype=np.int32),
    )


def straight_road(west: int, east: int) -> LandGraph:
    """A road along the equator with a node at every degree, 111.195 km apart."""
    lon = np.arange(west, east + 1, dtype=np.float64)
    rows = np.arange(len(lon) - 1)
    return LandGraph(
        lat=np.zeros(len(lon)),
        lon=lon,
        iso2=np.full(len(lon), "ZZ"),
        ends=np.column_stack([rows, rows + 1]).astype(np.int32),
        km=np.full(len(rows), DEGREE_KM),
        ferry=rows == 20,
    )


def pairs(lanes: pa.Table) -> set[str]:
    """Ends of every lane, of both directions only the one in order of the alphabet."""
    rows = lanes.to_pylist()
    ways = {(row["origin"], row["destination"]) for row in rows}
    assert ways == {way[::-1] for way in ways}
    return {f"{one} {other}" for one, other in ways if one < other}


def run(nodes: list[Node], borders: Borders, roads: LandGraph) -> pa.Table:
    table = node_table(nodes)
    return road_lanes(
        table,
        graph=roads,
        borders=borders,
        market_hubs=frozenset({"city:zz-hub"}),
        continent_of={"ZZ": "EU"},
        access=access_lanes(table, borders=borders, customs_of=CUSTOMS),
    )


@pytest.mark.parametrize(
    ("km", "hours"),
    [
        (260.0, 4.0),
        (292.5, 4.5),  # a break is due only when driving goes on
        (325.0, 5.75),  # 5 h and one break
        (585.0, 9.75),  # 9 h and one break
        (650.0, 21.75),  # 10 h, a break and a rest
        (1300.0, 43.5),  # 20 h, two breaks and two rests
    ],
)
def test_a_driver_rests_as_the_regulation_wants(km: float, hours: float) -> None:
    assert driving_h(km, 65.0) == pytest.approx(hours)


def test_the_nearest_columns_are_taken_and_of_equal_ones_the_first() -> None:
    km = np.array([[30.0, 10.0, 10.0, 10.0, np.inf]])

    taken = nearest_columns(km, np.ones((1, 5), dtype=np.bool_), 2, 25.0)

    assert taken.tolist() == [[False, True, True, False, False]]


def test_fewer_columns_than_wanted_are_taken_as_they_are() -> None:
    taken = nearest_columns(
        np.array([[5.0, np.inf]]), np.ones((1, 2), dtype=np.bool_), 9, 9.0
    )

    assert taken.tolist() == [[True, False]]


def test_lanes_inside_north_america_have_their_own_category() -> None:
    assert category("road-artic", "US", "MX") == "road-artic-us"
    assert category("road-artic", "US", "GT") == "road-artic"


def test_a_market_has_its_own_value_or_that_of_its_continent() -> None:
    continent_of = {"CN": "AS", "LA": "AS", "VN": "AS"}

    found = table_value(
        "road_speeds.csv", "speed_kmh", iso2=["CN", "VN"], continent_of=continent_of
    )

    assert found.tolist() == [65.0, 50.0]


def test_a_market_without_value_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no row for AQ or its continent AN"):
        table_value(
            "road_speeds.csv", "speed_kmh", iso2=["AQ"], continent_of={"AQ": "AN"}
        )


def test_a_city_reaches_gateways_of_its_market_on_its_land_within_120_km(
    land: Borders,
) -> None:
    nodes = [
        node("city:zz-a", 29.5),
        node("port:ZZNER", 29.9),
        node("port:ZZFAR", 28.4),  # 122 km
        node("port:ZZISL", 40.1),
        node("city:zz-island", 40.2),
    ]

    lanes = access_lanes(node_table(nodes), borders=land, customs_of=CUSTOMS)

    assert pairs(lanes) == {"city:zz-a port:ZZNER", "city:zz-island port:ZZISL"}
    first = lanes.to_pylist()[0]
    assert first["distance_km"] == pytest.approx(0.4 * DEGREE_KM * 1.35, abs=0.06)
    assert first["transit_h"] == pytest.approx(first["distance_km"] / 40.0, abs=0.006)
    assert first["toc"] == "road-drayage"


def test_no_drayage_is_shorter_than_five_km(land: Borders) -> None:
    nodes = [node("city:zz-a", 1.0), node("rail:zz-a", 1.0)]

    lanes = access_lanes(node_table(nodes), borders=land, customs_of=CUSTOMS)

    assert lanes.column("distance_km").to_pylist() == [5.0, 5.0]
    assert lanes.schema.equals(LANE_SCHEMA)


def test_a_gateway_over_an_open_border_counts_only_if_nearer_than_the_own_ones(
    land: Borders,
) -> None:
    nodes = [
        node("city:xx-a", 5.0, iso2="XX"),
        node("port:XXOWN", 5.8, iso2="XX"),
        node("port:YYNER", 4.8, iso2="YY"),
        node("port:YYFAR", 6.0, iso2="YY"),
        node("port:ZZNER", 5.1),
    ]

    lanes = access_lanes(node_table(nodes), borders=land, customs_of=CUSTOMS)

    assert pairs(lanes) == {"city:xx-a port:XXOWN", "city:xx-a port:YYNER"}


def test_goods_change_between_gateways_of_some_size(land: Borders) -> None:
    nodes = [
        node("port:ZZBIG", 5.0, tier=2),
        node("port:ZZSML", 5.1, tier=3),
        node("air:BIG", 5.5, tier=1),
        node("rail:zz-near", 5.2),
        node("rail:zz-far", 5.7),
        node("river:zz-quay", 5.3),
    ]

    lanes = access_lanes(node_table(nodes), borders=land, customs_of=CUSTOMS)

    assert pairs(lanes) == {
        "air:BIG port:ZZBIG",
        "port:ZZBIG rail:zz-near",
        "port:ZZSML rail:zz-near",
        "rail:zz-far river:zz-quay",
        "rail:zz-near river:zz-quay",
        "port:ZZBIG river:zz-quay",
        "port:ZZSML river:zz-quay",
    }


def test_a_gateway_without_roads_goes_to_a_city_on_its_land_or_an_airport_to_a_port(
    land: Borders,
) -> None:
    nodes = [
        node("city:zz-a", 1.0),
        node("port:ZZFAR", 5.0),
        node("air:ISL", 40.1),
        node("port:ZZISL", 41.5),
    ]
    table = node_table(nodes)
    access = access_lanes(table, borders=land, customs_of=CUSTOMS)

    lanes = with_far_gateways(access, table, road=lanes_of([]), borders=land)

    assert pairs(lanes) == {"city:zz-a port:ZZFAR", "air:ISL port:ZZISL"}
    assert set(lanes.column("toc").to_pylist()) == {"road-artic"}


def test_lorries_join_what_drayage_does_not(land: Borders) -> None:
    nodes = [
        node("city:zz-a", 1.0),
        node("city:zz-hub", 10.0),
        node("port:ZZNER", 1.5, tier=1),
        node("port:ZZFAR", 12.0, tier=1),
        node("rail:zz-yard", 3.0),
    ]

    lanes = run(nodes, land, straight_road(0, 30))

    assert pairs(lanes) == {
        "city:zz-a city:zz-hub",
        "city:zz-a port:ZZFAR",
        "city:zz-a rail:zz-yard",
        "city:zz-hub port:ZZFAR",
        "city:zz-hub port:ZZNER",
    }
    rows = {row["id"]: row for row in lanes.to_pylist()}
    to_hub = rows["road:city:zz-a>city:zz-hub"]
    assert to_hub["distance_km"] == pytest.approx(9 * DEGREE_KM, abs=0.1)
    # 1,000.8 km at 65 km/h: 15.40 h, breaks after 4.5 and 13.5 h, a rest after 9 h
    assert to_hub["transit_h"] == pytest.approx(15.40 + 2 * 0.75 + 11.0, abs=0.01)


def test_a_ferry_on_the_way_takes_three_hours_more(land: Borders) -> None:
    nodes = [node("city:zz-a", 20.0), node("city:zz-b", 21.0)]

    (lane, _) = run(nodes, land, straight_road(0, 30)).to_pylist()

    assert lane["transit_h"] == pytest.approx(DEGREE_KM / 65.0 + 3.0, abs=0.01)


def test_a_gateway_that_no_rule_serves_goes_to_the_nearest_city(land: Borders) -> None:
    # The port is beyond all reach but that of this rule: 2,502 km.
    nodes = [node("city:zz-a", 1.0), node("port:ZZFAR", 23.5)]

    assert pairs(run(nodes, land, straight_road(0, 30))) == {"city:zz-a port:ZZFAR"}


def test_every_landlocked_market_names_ports_once() -> None:
    rows = read_input("landlocked_gateways.csv")

    assert len({row["iso2"] for row in rows}) == len(rows)
    assert all(row["ports"] for row in rows)
