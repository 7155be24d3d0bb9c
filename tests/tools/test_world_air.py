import pytest

from tools.world.air import air_lanes, air_pairs, haul
from tools.world.points import Kind, Node

NOBODY: frozenset[tuple[str, str]] = frozenset()


def airport(iata: str, lon: float, *, tier: int, iso2: str = "AA") -> Node:
    return Node(
        id=f"air:{iata}",
        kind=Kind.AIRPORT,
        name=iata,
        iso2=iso2,
        lat=0.0,
        lon=lon,
        tier=tier,
        iata=iata,
    )


def both_ways(one: str, other: str) -> frozenset[tuple[str, str]]:
    return frozenset({(one, other), (other, one)})


def codes(pairs: list[tuple[Node, Node]]) -> set[str]:
    return {f"{one.iata}-{other.iata}" for one, other in pairs}


@pytest.mark.parametrize(
    ("distance_km", "kind"),
    [
        (699.9, "domestic"),
        (700.0, "short-haul"),
        (3699.9, "short-haul"),
        (3700.0, "long-haul"),
    ],
)
def test_hauls_are_told_apart_by_distance(distance_km: float, kind: str) -> None:
    assert haul(distance_km) == kind


def test_hubs_are_linked_with_each_other_and_others_with_three_hubs_and_home() -> None:
    airports = [
        airport("HUA", 0.0, tier=1),
        airport("HUB", 10.0, tier=1),
        airport("HUC", 20.0, tier=1),
        airport("HUD", 30.0, tier=1),
        airport("SML", 2.0, tier=3, iso2="BB"),
        airport("HOM", 40.0, tier=3, iso2="BB"),
    ]

    found = codes(air_pairs(airports, {"AA": "HUA", "BB": "HOM"}, NOBODY))

    hubs = {"HUA-HUB", "HUA-HUC", "HUA-HUD", "HUB-HUC", "HUB-HUD", "HUC-HUD"}
    small = {"HUA-SML", "HUB-SML", "HUC-SML", "HOM-SML"}
    home = {"HOM-HUD", "HOM-HUC", "HOM-HUB"}
    assert found == hubs | small | home


def test_a_hub_next_door_is_reached_by_truck() -> None:
    # 1 degree is 111 km.
    airports = [airport("HUA", 0.0, tier=1), airport("SML", 1.0, tier=3)]

    assert air_pairs(airports, {"AA": "HUA"}, NOBODY) == []


def test_no_flights_between_markets_that_bar_each_other() -> None:
    airports = [
        airport("HUA", 0.0, tier=1),
        airport("HUB", 10.0, tier=1, iso2="BB"),
        airport("HUC", 20.0, tier=1, iso2="CC"),
    ]
    main = {"AA": "HUA", "BB": "HUB", "CC": "HUC"}

    assert codes(air_pairs(airports, main, both_ways("AA", "BB"))) == {
        "HUA-HUC",
        "HUB-HUC",
    }
    assert codes(air_pairs(airports, main, both_ways("AA", "*"))) == {"HUB-HUC"}


def test_bellies_and_freighters_fly_both_ways_within_their_range() -> None:
    # 20 degrees are 2,223.9 km, 90 are 10,007.5 km.
    airports = [
        airport("HUA", 0.0, tier=1),
        airport("HUB", 20.0, tier=1),
        airport("HUC", 90.0, tier=1),
    ]

    lanes = air_lanes(airports, {"AA": "HUA"}).to_pylist()

    found = {lane["id"]: lane for lane in lanes}
    assert sorted(found) == [
        "air:belly:HUA-HUB",
        "air:belly:HUA-HUC",
        "air:belly:HUB-HUA",
        "air:belly:HUB-HUC",
        "air:belly:HUC-HUA",
        "air:belly:HUC-HUB",
        "air:freighter:HUA-HUB",
        "air:freighter:HUB-HUA",
        "air:freighter:HUB-HUC",
        "air:freighter:HUC-HUB",
    ]
    lane = found["air:freighter:HUA-HUB"]
    assert lane["toc"] == "air-freighter-short-haul"
    assert lane["distance_km"] == pytest.approx(2223.9, abs=0.05)
    assert lane["transit_h"] == pytest.approx(3.12, abs=0.005)  # 2,223.9 / 850 + 0.5
    assert lane["distance_basis"] == "gcd"


def test_a_freight_airport_has_no_bellies() -> None:
    airports = [airport("LGG", 0.0, tier=1), airport("HUB", 20.0, tier=1)]

    lanes = air_lanes(airports, {"AA": "HUB"}).to_pylist()

    assert {lane["service"] for lane in lanes} == {"freighter"}
