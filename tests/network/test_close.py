import pytest

from greenroute.errors import UnknownCategoryError
from greenroute.network.network import Network


def lane(network: Network, key: str) -> dict[str, float | str]:
    row = network.lanes.id.to_pylist().index(key)
    return {
        "km": float(network.lanes.distance_km[row]),
        "h": float(network.lanes.transit_h[row]),
        "passages": network.lanes.passages[row],
    }


def test_a_lane_through_a_closed_passage_sails_the_way_round(sea: Network) -> None:
    closed = sea.close(["canal"])

    # Round the cape 3,000 km instead of 1,000; 2,000 km more at 20 km/h are 100 h more.
    assert lane(closed, "sea-A-B") == {"km": 3000, "h": 160, "passages": "cape"}
    assert lane(closed, "sea-A-C") == {"km": 1500, "h": 80, "passages": "cape"}


def test_a_lane_without_a_way_left_is_gone(sea: Network) -> None:
    closed = sea.close(["canal", "cape"])

    assert [key for key in closed.lanes.id.to_pylist() if key.startswith("sea")] == []
    assert len(closed.lanes) == len(sea.lanes) - 4


def test_closing_one_after_the_other_is_closing_both(sea: Network) -> None:
    both = sea.close(["canal", "cape"])
    one_by_one = sea.close(["canal"]).close(["cape"])

    assert one_by_one.lanes.id.equals(both.lanes.id)


def test_distances_heed_what_was_closed(sea: Network) -> None:
    closed = sea.close(["canal"])

    assert closed.distance_km(["AAAAA"], ["BBBBB"], mode="sea") == [3000]
    assert {p.name: p.open for p in closed.passages} == {
        "canal": False,
        "cape": True,
        "ice": False,
    }


def test_closing_nothing_changes_nothing(sea: Network) -> None:
    same = sea.close([])

    assert same.lanes.distance_km.tolist() == sea.lanes.distance_km.tolist()
    assert same.passages == sea.passages


def test_closing_does_not_touch_the_network_itself(sea: Network) -> None:
    before = sea.lanes.distance_km.tolist()
    sea.close(["canal"])

    assert sea.lanes.distance_km.tolist() == before


def test_a_passage_that_is_not_there_cannot_be_closed(sea: Network) -> None:
    with pytest.raises(UnknownCategoryError, match="no passage 'bosporus'"):
        sea.close(["bosporus"])
