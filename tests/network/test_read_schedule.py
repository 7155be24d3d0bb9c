"""When lanes depart, as network folders say it."""

from pathlib import Path

import numpy as np
import pytest

from folders import network_folder
from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.network.read_schedule import weekly_minutes
from networks import network_of

NODES = """
    id,kind,name,iso2,lat,lon,storage_usd_per_m3_day,waiting
    DEHAM,seaport,Hamburg,DE,53.5,9.9,0.5,allowed
    CNSHA,seaport,Shanghai,CN,31.2,121.5,,no
    """
LANES = """
    id,origin,destination,mode,toc,distance_km,transit_h,departs_on,cut_off_h,equipment,equipment_m3,cost_usd_per_departure,duty_rate
    sea-C-H,CNSHA,DEHAM,sea,sea-container-8000,20000,720,,36,40HC,65,1000,0.02
    sea-H-C,DEHAM,CNSHA,sea,sea-container-8000,20000,720,Mon;Thursday 18:30,,,,,
    """
DEPARTURES = """
    lane_id,departs_at,arrives_at,cut_off_at,capacity_t
    sea-C-H,2026-12-08T08:00,2027-01-07T08:00,2026-12-06T18:00,
    sea-C-H,2026-12-01T08:00,2026-12-31T08:00:30+01:00,,900
    """


def minute(text: str) -> int:
    return int(np.datetime64(text, "m").astype(np.int64))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    tables = {"nodes": NODES, "lanes": LANES, "departures": DEPARTURES}
    return read_network(network_folder(tmp_path, **tables))


def test_all_columns_of_the_interface_are_read(network: Network) -> None:
    lanes, gateways = network.lanes, network.gateways

    assert gateways.storage_usd_per_m3_day[0] == 0.5
    assert np.isnan(gateways.storage_usd_per_m3_day[1])
    assert gateways.waiting.tolist() == [True, False]
    assert (lanes.equipment[0], lanes.equipment_m3[0]) == ("40HC", 65)
    assert (lanes.cost_usd_per_departure[0], lanes.duty_rate[0]) == (1000, 0.02)
    assert lanes.cut_off_h[0] == 36
    assert np.isnan(lanes.cut_off_h[1])


def test_weekdays_tell_the_departures_per_week(network: Network) -> None:
    assert np.isnan(network.lanes.departures_per_week[0])
    assert network.lanes.departures_per_week[1] == 2


def test_dated_departures_are_local_and_sorted(network: Network) -> None:
    dated = network.lanes.departures

    # Shanghai is 8 h ahead of UTC, Hamburg 1 h in winter; half a minute rounds up.
    assert dated.departs.tolist() == [
        minute("2026-12-01T00:00"),
        minute("2026-12-08T00:00"),
    ]
    assert dated.arrives.tolist() == [
        minute("2026-12-31T07:01"),
        minute("2027-01-07T07:00"),
    ]
    # Without a cut-off, goods are taken until the departure.
    assert dated.cut_off.tolist() == [
        minute("2026-12-01T00:00"),
        minute("2026-12-06T10:00"),
    ]
    assert dated.capacity_t[0] == 900
    assert dated.dated.tolist() == [True, False]


def test_departures_follow_their_lanes(network: Network) -> None:
    taken = network.lanes.take(np.array([1, 0]))

    assert taken.departures.dated.tolist() == [False, True]
    assert taken.departures.lane.tolist() == [1, 1]


def test_all_errors_of_departures_are_reported_at_once(tmp_path: Path) -> None:
    wrong = """
        lane_id,departs_at,arrives_at
        sea-C-X,2026-12-01,2026-12-02
        sea-C-H,2026-02-30,noon
        """
    folder = network_folder(tmp_path, nodes=NODES, lanes=LANES, departures=wrong)
    with pytest.raises(DataError) as caught:
        read_network(folder)

    lines = [line.rpartition(".csv:")[2] for line in str(caught.value).splitlines()]

    assert [line.partition(", expected")[0] for line in lines] == [
        "2: lane_id is 'sea-C-X'",
        "3: arrives_at is 'noon'",
        "3: departs_at is '2026-02-30'",
    ]


def test_a_network_without_lanes_has_no_departures(tmp_path: Path) -> None:
    header = "id,origin,destination,mode,toc,distance_km,transit_h\n"
    folder = network_folder(tmp_path, nodes=NODES, lanes=header, departures=DEPARTURES)

    with pytest.raises(DataError, match="lane_id is 'sea-C-H'"):
        read_network(folder)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("mon", (0,)),
        ("Thu, MONDAY", (0, 3 * 1440)),
        ("sun 23:59;tue 06:00", (1440 + 360, 7 * 1440 - 1)),
    ],
)
def test_weekdays_are_minutes_of_the_week(text: str, expected: tuple[int, ...]) -> None:
    assert weekly_minutes(text) == expected


@pytest.mark.parametrize("text", ["mon,mon", "monda", "mon 24:00", ";", "daily", "1"])
def test_what_is_no_weekday_is_an_error(text: str) -> None:
    with pytest.raises(DataError, match="expected weekdays like"):
        weekly_minutes(text)


def test_a_network_that_says_nothing_of_it_leaves_it_open() -> None:
    network = network_of("AAAAA -road 300km 5h-> BBBBB")

    assert network.gateways.waiting.all()
    assert np.isnan(network.gateways.storage_usd_per_m3_day).all()
    assert network.lanes.departs_on[0] == ""
    assert len(network.lanes.departures) == 0
