"""Dated departures stay with their lanes when a network changes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.network.check import check_network
from greenroute.network.departure import (
    Departures,
    join_departures,
    no_departures,
    sort_departures,
)
from greenroute.network.door import join_door
from greenroute.network.network import Network

Rows = list[tuple[int, int, int]]


def departures_of(rows: Rows, n_lanes: int) -> Departures:
    """Return departures of rows of lane, departure and running time."""
    lane, departs, run = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return sort_departures(
        lane,
        departs,
        departs + run,
        cut_off=departs - 5,
        capacity_t=run.astype(np.float64),
        n_lanes=n_lanes,
    )


def rows_of(departures: Departures) -> Rows:
    columns = (
        departures.lane,
        departures.departs,
        departures.arrives - departures.departs,
    )
    return [(int(a), int(b), int(c)) for a, b, c in zip(*columns, strict=True)]


ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(1, 9)), unique=True
)


@given(ROWS, st.lists(st.integers(0, 3), max_size=6))
def test_lanes_keep_their_departures_wherever_they_go(
    rows: Rows, lanes: list[int]
) -> None:
    taken = departures_of(rows, 4).take(np.array(lanes, dtype=np.int64))

    assert rows_of(taken) == [
        (place, departs, run)
        for place, lane in enumerate(lanes)
        for of, departs, run in sorted(rows)
        if of == lane
    ]
    assert (taken.cut_off == taken.departs - 5).all()


@given(ROWS, ROWS)
def test_lanes_that_are_joined_keep_their_departures(first: Rows, second: Rows) -> None:
    joined = join_departures([departures_of(first, 4), departures_of(second, 4)])

    assert rows_of(joined) == sorted(first) + [
        (lane + 4, departs, run) for lane, departs, run in sorted(second)
    ]


@pytest.fixture
def dated(sea: Network) -> Network:
    """Return the small sea with a departure on its first lane, A to B by the canal."""
    departures = departures_of([(0, 600, 3600)], len(sea.lanes))
    return replace(sea, lanes=replace(sea.lanes, departures=departures))


def test_a_closed_passage_delays_dated_departures(dated: Network) -> None:
    closed = dated.close(["canal"])
    departures = closed.lanes.departures

    # 3,000 km round the cape instead of 1,000: 2,000 km more at 20 km/h are 100 h.
    assert departures.departs.tolist() == [600]
    assert (departures.arrives - departures.departs).tolist() == [3600 + 100 * 60]
    assert departures.lane.tolist() == [0]


def test_a_door_has_no_departures_and_takes_none(dated: Network) -> None:
    joined, _ = join_door(dated, dated.find_place("0,19.2"))

    assert len(joined.lanes) > len(dated.lanes)
    assert rows_of(joined.lanes.departures) == [(0, 600, 3600)]
    assert joined.gateways.waiting.all()
    assert np.isnan(joined.lanes.duty_rate[-1])


def test_a_departure_at_an_impossible_speed_is_found(dated: Network) -> None:
    # 1,000 km in 60 h are 16.7 km/h; in 6 h they would be 167 km/h.
    lanes = replace(dated.lanes, departures=departures_of([(0, 0, 360)], 8))
    slow, fast = (
        {f.name: f for f in check_network(network).findings}
        for network in (dated, replace(dated, lanes=lanes))
    )

    assert slow["no absurd speed of the fastest departure"].passed
    assert not fast["no absurd speed of the fastest departure"].passed
    assert not fast["no absurd speed of the slowest departure"].passed
    assert "sea-A-B" in fast["no absurd speed of the fastest departure"].detail


def test_a_network_without_departures_is_not_asked_for_their_speed(
    sea: Network,
) -> None:
    names = [finding.name for finding in check_network(sea).findings]

    assert sea.lanes.departures.departs.tolist() == no_departures(8).departs.tolist()
    assert not any("departure" in name for name in names)
