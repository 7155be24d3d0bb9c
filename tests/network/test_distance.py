import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.errors import UnknownCategoryError, UnknownPlaceError
from greenroute.network.distance import sea_distance_km
from greenroute.network.network import Network
from seaways import EDGES, seaway_of

DEGREE_KM = 111.195  # of a great circle on the sphere of the mean radius


def test_the_shortest_way_at_sea_is_taken(sea: Network) -> None:
    km = sea.distance_km(["AAAAA", "AAAAA"], ["BBBBB", "CCCCC"], mode="sea")

    assert km == pytest.approx([1000, 1500])  # 500 + 500; 1500


def test_a_closed_passage_forces_the_long_way(sea: Network) -> None:
    km = sea.distance_km(["AAAAA"], ["BBBBB"], mode="sea", closed=["canal"])

    assert km == pytest.approx([3000])  # 1500 + 1500


def test_without_any_way_the_distance_is_not_a_number(sea: Network) -> None:
    km = sea.distance_km(["AAAAA"], ["BBBBB"], mode="sea", closed=["canal", "cape"])

    assert np.isnan(km).all()


def test_a_passage_closed_by_default_is_not_used(sea: Network) -> None:
    # The ice would be 10 km.
    assert sea.distance_km(["AAAAA"], ["BBBBB"], mode="sea")[0] > 10


def test_a_place_far_inland_has_no_way_by_sea(sea: Network) -> None:
    # D-Town lies 10 degrees, 1,112 km, from the nearest shipping route.
    km = sea.distance_km(["AAAAA"], ["D-Town, BB"], mode="sea")

    assert np.isnan(km).all()


def test_a_point_off_the_route_adds_its_great_circle(sea: Network) -> None:
    km = sea.distance_km(["0,1"], ["BBBBB"], mode="sea")

    assert km == pytest.approx([DEGREE_KM + 1000], rel=1e-4)


def test_equal_places_are_no_distance_apart(sea: Network) -> None:
    assert sea.distance_km(["AAAAA"], ["AAAAA"], mode="sea").tolist() == [0.0]


def test_by_air_the_distance_is_the_great_circle(sea: Network) -> None:
    km = sea.distance_km(["AAAAA"], ["D-Town, BB"], mode="air")

    assert km == pytest.approx([20 * DEGREE_KM], rel=1e-4)


def test_by_road_the_lanes_are_added_up(sea: Network) -> None:
    assert sea.distance_km(["port:BBBBB"], ["D-Town, BB"], mode="road") == [1200]


def test_modes_without_a_lane_have_no_way(sea: Network) -> None:
    assert np.isnan(sea.distance_km(["AAAAA"], ["BBBBB"], mode="rail")).all()


def test_no_pairs_are_no_distances(sea: Network) -> None:
    for mode in ("sea", "air", "road"):
        assert sea.distance_km([], [], mode=mode).shape == (0,)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            {"mode": "ship"},
            UnknownCategoryError,
            "expected one of sea, air, rail, road",
        ),
        (
            {"mode": "sea", "closed": ["suez"]},
            UnknownCategoryError,
            "no passage 'suez'; the network has: canal, cape, ice",
        ),
    ],
)
def test_an_unknown_mode_or_passage_is_an_error(
    sea: Network, arguments: dict[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        sea.distance_km(["AAAAA"], ["BBBBB"], **arguments)


def test_an_unknown_place_is_an_error(sea: Network) -> None:
    with pytest.raises(UnknownPlaceError, match="'ZZZZZ' is unknown"):
        sea.distance_km(["AAAAA"], ["ZZZZZ"], mode="sea")


def brute_force(edges: list[tuple[int, int, int]]) -> np.ndarray:
    """Return all distances by Floyd and Warshall."""
    km = np.full((6, 6), np.inf)
    np.fill_diagonal(km, 0)
    for a, b, length in edges:
        km[a, b] = km[b, a] = min(km[a, b], length)
    for k in range(6):
        km = np.minimum(km, km[:, [k]] + km[[k], :])
    return km


@given(EDGES, st.data())
def test_distances_are_those_of_brute_force(
    edges: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    passages = data.draw(
        st.lists(st.integers(0, 2), min_size=len(edges), max_size=len(edges))
    )
    closed = data.draw(st.sets(st.sampled_from(["x", "y"])))
    seaway = seaway_of(edges, passages)
    names = ["", "x", "y"]
    used = [e for e, p in zip(edges, passages, strict=True) if names[p] not in closed]
    expected = brute_force(used)
    a, b = (axis.ravel() for axis in np.indices((6, 6)))
    points = np.column_stack([seaway.lat, seaway.lon])
    km = sea_distance_km(seaway, points[a], points[b], closed=frozenset(closed))

    assert np.array_equal(
        km, np.where(np.isinf(expected), np.nan, expected).ravel(), equal_nan=True
    )
