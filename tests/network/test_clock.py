"""Local times and offsets, in arrays."""

import numpy as np
import pyarrow as pa
import pytest

from greenroute.network.clock import read_times, to_local, to_utc, zones_of
from greenroute.tables import Coded
from networks import network_of


def in_zone(zone: str, count: int = 1) -> Coded:
    return Coded(codes=np.zeros(count, dtype=np.int32), names=(zone,))


def seconds(text: str) -> int:
    return int(np.datetime64(text, "s").astype(np.int64))


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-01T08:00", "2026-12-01T07:00:00"),
        ("2026-07-01 08:00", "2026-07-01T06:00:00"),
        ("2026-12-01T08:00:30+08:00", "2026-12-01T00:00:30"),
        ("2026-12-01T08:00-0330", "2026-12-01T11:30:00"),
        ("2026-12-01T08:00:00.123Z", "2026-12-01T08:00:00"),
        ("2026-12-01", "2026-11-30T23:00:00"),
    ],
)
def test_a_time_without_an_offset_is_local(text: str, utc: str) -> None:
    found, bad, unclear = read_times(pa.array([text]), in_zone("Europe/Berlin"))

    assert not bad[0]
    assert not unclear[0]
    assert found[0] == seconds(utc)


def test_what_is_no_time_is_told_apart_from_its_neighbours() -> None:
    texts = pa.array(
        ["2026-02-30", "soon", "2026-12-01T25:00", "2026-12-01T08:00Z", ""]
    )
    found, bad, _ = read_times(texts, in_zone("Europe/Berlin", 5))

    assert bad.tolist() == [True, True, True, False, True]
    assert found[3] == seconds("2026-12-01T08:00")


def test_times_that_clocks_skip_or_repeat_are_unclear() -> None:
    # In 2026 clocks go forward on 29 March at 02:00 and back on 25 October at 03:00.
    texts = pa.array(["2026-03-29T02:30", "2026-10-25T02:30", "2026-10-25T02:30+01:00"])
    _, bad, unclear = read_times(texts, in_zone("Europe/Berlin", 3))

    assert not bad.any()
    assert unclear.tolist() == [True, True, False]


def test_a_skipped_time_is_the_moment_of_the_skip_and_a_repeated_one_the_first() -> (
    None
):
    local = np.array([seconds("2026-03-29T02:30"), seconds("2026-10-25T02:30")])
    utc, unclear = to_utc(local, in_zone("Europe/Berlin", 2))

    assert unclear.all()
    # 03:00 summer time is 01:00 UTC; the first 02:30 is still in summer time.
    assert utc.tolist() == [seconds("2026-03-29T01:00"), seconds("2026-10-25T00:30")]


def test_zones_are_those_of_the_places() -> None:
    network = network_of("""
        USNYC -air 7000km 8h-> INDEL
        USNYC: lat=40.7 lon=-74
        INDEL: lat=28.6 lon=77.2
    """)
    zones = zones_of(network.gateways, np.array([1, 0, 1]))

    assert [zones[row] for row in range(3)] == [
        "Asia/Kolkata",
        "America/New_York",
        "Asia/Kolkata",
    ]
    assert to_local(np.array([0]), zones[0])[0] == 5.5 * 3600
