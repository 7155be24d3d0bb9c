import numpy as np
import pytest

from greenroute.errors import DataError
from greenroute.network.door import join_door
from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network


def test_a_node_needs_no_door(sea: Network) -> None:
    place = sea.find_place("AAATW")

    assert join_door(sea, place) == (sea, place)


def test_a_door_joins_the_gateways_of_its_market_both_ways(sea: Network) -> None:
    place = sea.find_place("BBTWI")  # 1 degree from D-Town, 9 from the port
    joined, door = join_door(sea, place)
    new = joined.lanes.take(np.arange(len(sea.lanes), len(joined.lanes)))
    ids = joined.gateways.id.to_pylist()
    ends = [(ids[a], ids[b]) for a, b in zip(new.origin, new.destination, strict=True)]

    assert ids[door.node] == "door:BBTWI"
    assert ends == [
        ("door:BBTWI", "city:bb-dtown"),
        ("city:bb-dtown", "door:BBTWI"),
    ]
    assert new.distance_km == pytest.approx([150.1, 150.1])  # 111.195 x 1.35
    assert new.transit_h == pytest.approx([150.1 / 40] * 2)
    assert {MODES[code] for code in new.mode} == {Mode.ROAD}


def test_a_door_can_be_found_again(sea: Network) -> None:
    joined, door = join_door(sea, sea.find_place("0,19.2"))

    assert joined.find_place("door:0,19.2").node == door.node


def test_two_doors_stand_side_by_side(sea: Network) -> None:
    once, first = join_door(sea, sea.find_place("BBTWI"))
    twice, second = join_door(once, once.find_place("0,19.2"))

    assert (first.node, second.node) == (len(sea.gateways), len(sea.gateways) + 1)
    assert twice.lanes.id.to_pylist() == list(dict.fromkeys(twice.lanes.id.to_pylist()))


def test_a_place_that_no_gateway_of_its_market_is_near_to_is_an_error(
    sea: Network,
) -> None:
    # 14.5 is in BB by its nearest town; its nearest gateway is 500 km away.
    with pytest.raises(DataError, match="no gateway of the network lies within 300 km"):
        join_door(sea, sea.find_place("0,17.1"))
