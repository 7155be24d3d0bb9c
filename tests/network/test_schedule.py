"""Weekly departures with dates, and steps that depend on the time of day."""

from pathlib import Path

import numpy as np
import pyarrow.csv
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folders import network_folder
from greenroute.errors import DataError
from greenroute.network.departure import starts
from greenroute.network.read import read_network
from greenroute.network.schedule import (
    FOREVER,
    Entries,
    add_departures,
    always,
    choose,
    compose,
    departures_table,
    fifo,
    on_departures,
    through_at,
    weekly_departures,
)
from networks import network_of

Step = list[tuple[int, int, int]]


def minute(text: str) -> int:
    return int(np.datetime64(text, "m").astype(np.int64))


def entries_of(steps: list[Step]) -> Entries:
    rows = np.array([row for step in steps for row in step], dtype=np.int64)
    ready_by, earliest, duration = rows.reshape(-1, 3).T
    return Entries(
        start=starts(np.array([len(step) for step in steps])),
        ready_by=ready_by,
        earliest=earliest,
        duration=duration,
    )


def through(step: Step, t: int) -> int:
    """Return when goods are through at the soonest, whichever entry they take."""
    ways = [max(t, earliest) + d for ready_by, earliest, d in step if ready_by >= t]
    return min(ways, default=FOREVER)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    small = st.integers(0, 4)
    match draw(st.sampled_from(["always", "departures", "windows"])):
        case "always":
            return [(FOREVER, -FOREVER, draw(small))]
        case "departures":
            times = draw(st.lists(st.tuples(st.integers(0, 20), small, small)))
            return [(leaves - before, leaves, 1 + run) for leaves, before, run in times]
        case _:
            duration, opens, found = draw(small), 0, []
            for gap, width in draw(st.lists(st.tuples(small, small))):
                found.append((opens + gap + width, opens + gap, duration))
                opens += gap + width + 1
            return found


@given(st.lists(st.lists(steps(), min_size=3, max_size=3), min_size=1, max_size=4))
@settings(max_examples=60)
def test_a_chain_is_as_fast_as_its_steps_one_by_one(chains: list[list[Step]]) -> None:
    parts = [fifo(entries_of([chain[k] for chain in chains])) for k in range(3)]
    whole = compose(compose(parts[0], parts[1]), parts[2])

    for t in range(-4, 36, 2):
        found = through_at(whole, np.full(len(chains), t))
        for row, chain in enumerate(chains):
            clock = t
            for step in chain:
                clock = through(step, clock) if clock < FOREVER else FOREVER

            assert min(found[row], FOREVER) == clock


@given(steps())
def test_the_first_entry_is_the_fastest_and_later_goods_are_never_sooner(
    step: Step,
) -> None:
    sound = fifo(entries_of([step]))
    found = [int(through_at(sound, np.array([t]))[0]) for t in range(-4, 36)]

    assert found == [through(step, t) for t in range(-4, 36)]
    assert found == sorted(found)
    assert (np.diff(sound.ready_by) > 0).all()


def test_a_chain_waits_before_its_first_step() -> None:
    # An hour of handling, then a ship at minute 300 with a cut-off at 240, 600 long.
    chain = compose(always(np.array([60])), entries_of([[(240, 300, 600)]]))

    assert chain.ready_by.tolist() == [180]
    assert chain.earliest.tolist() == [240]
    assert chain.duration.tolist() == [660]
    assert through_at(chain, np.array([180])).tolist() == [900]
    assert through_at(chain, np.array([181])).tolist() == [FOREVER]


def test_steps_that_last_may_be_taken_at_any_time() -> None:
    chain = compose(always(np.array([5, 7])), always(np.array([1, 2])))

    assert through_at(chain, np.array([100, -3])).tolist() == [106, 6]
    assert chain.ready_by.tolist() == [FOREVER, FOREVER]


def test_steps_are_chosen_one_by_one() -> None:
    scheduled = entries_of([[(1, 2, 3)], [], [(4, 5, 6), (7, 8, 9)]])
    mixed = choose(
        scheduled, always(np.array([10, 20, 30])), np.array([True, False, True])
    )

    assert mixed.start.tolist() == [0, 1, 2, 4]
    assert mixed.duration.tolist() == [3, 20, 6, 9]


def test_no_departure_left_is_never() -> None:
    nothing = entries_of([[], []])

    assert through_at(nothing, np.array([0, 0])).tolist() == [FOREVER, FOREVER]
    assert len(compose(nothing, always(np.array([1, 1]))).ready_by) == 0


def test_weekdays_become_dates_by_the_clock_of_the_origin() -> None:
    network = network_of("""
        DEHAM -rail 900km 24h departs_on=mon,thu gauge_mm=1435-> CNSHA
        CNSHA -rail 900km 24h departs_on=fri gauge_mm=1435 cut_off_h=6-> DEHAM
        DEHAM -road 900km 24h-> CNSHA
        DEHAM: lat=53.5 lon=9.9
        CNSHA: lat=31.2 lon=121.5
    """)
    # Sunday noon to the Saturday after it; clocks in Hamburg go back that Sunday night.
    dated = weekly_departures(
        network.lanes,
        network.gateways,
        since=minute("2026-10-23T12:00"),
        until=minute("2026-10-31T12:00"),
    )

    assert dated.lane.tolist() == [0, 0, 1]
    assert dated.departs.tolist() == [
        minute("2026-10-25T23:00"),  # Monday 26th, 00:00 in winter time
        minute("2026-10-28T23:00"),
        minute("2026-10-29T16:00"),  # Friday 30th, 00:00 in Shanghai
    ]
    assert (dated.arrives - dated.departs).tolist() == [1440, 1440, 1440]
    assert (dated.departs - dated.cut_off).tolist() == [0, 0, 360]


def test_the_cut_off_of_a_lane_wins_over_that_of_the_tariff() -> None:
    network = network_of("""
        AAAAA -rail 900km 24h gauge_mm=1435 departs_on=mon cut_off_h=6-> BBBBB
        BBBBB -rail 900km 24h gauge_mm=1435 departs_on=mon-> AAAAA
        AAAAA -road 900km 24h departs_on=mon-> BBBBB
    """)
    dated = weekly_departures(
        network.lanes,
        network.gateways,
        since=minute("2026-12-01T00:00"),
        until=minute("2026-12-08T00:00"),
        cut_off_h=np.array([12, 12, np.nan]),
    )

    assert (dated.departs - dated.cut_off).tolist() == [360, 720, 0]


def test_weekly_departures_keep_local_time_over_the_change_of_clocks() -> None:
    network = network_of("""
        DEHAM -rail 900km 24h gauge_mm=1435 departs_on=sun-> DEBER
        DEHAM: lat=53.5 lon=9.9
        DEBER: lat=52.5 lon=13.4
    """)
    dated = weekly_departures(
        network.lanes,
        network.gateways,
        since=minute("2026-10-17T00:00"),
        until=minute("2026-11-02T00:00"),
    )

    # A week, and an hour where clocks go back.
    assert np.diff(dated.departs).tolist() == [7 * 1440, 7 * 1440 + 60]


def test_dated_departures_win_over_weekdays(tmp_path: Path) -> None:
    tables = {
        "nodes": "id,kind,name,iso2,lat,lon\nA,city,A,AA,0,0\nB,city,B,AA,0,1\n",
        "lanes": "id,origin,destination,mode,toc,distance_km,transit_h,departs_on\n"
        "1,A,B,road,road-artic,300,5,mon\n2,B,A,road,road-artic,300,5,mon\n",
        "departures": "lane_id,departs_at,arrives_at\n1,2026-12-02T00:00Z,2026-12-03T00:00Z\n",
    }
    network = read_network(network_folder(tmp_path, **tables))
    weekly = weekly_departures(
        network.lanes,
        network.gateways,
        since=minute("2026-12-01T00:00"),
        until=minute("2026-12-08T00:00"),
    )
    lanes = add_departures(network.lanes, weekly)

    assert lanes.departures.lane.tolist() == [0, 1]
    with pytest.raises(DataError, match="lane '1' has dated departures already"):
        add_departures(lanes, lanes.departures)


def test_departures_are_written_as_they_are_read(tmp_path: Path) -> None:
    tables = {
        "nodes": "id,kind,name,iso2,lat,lon\nA,city,A,AA,50,9\nB,city,B,AA,31,121\n",
        "lanes": "id,origin,destination,mode,toc,distance_km,transit_h\n"
        "1,A,B,road,road-artic,300,5\n2,B,A,road,road-artic,300,5\n",
        "departures": "lane_id,departs_at,arrives_at,cut_off_at,capacity_t\n"
        "2,2026-12-02T00:00,2026-12-03T00:00,2026-12-01,40\n"
        "1,2026-07-02T00:00,2026-12-03T00:00,,\n",
    }
    first = read_network(network_folder(tmp_path, **tables))
    path = tmp_path / "again.csv"
    pyarrow.csv.write_csv(departures_table(first.lanes), path)
    tables["departures"] = path.read_text()
    second = read_network(network_folder(tmp_path, **tables))

    for name in ("start", "departs", "arrives", "cut_off", "capacity_t"):
        before, after = (getattr(n.lanes.departures, name) for n in (first, second))

        assert np.array_equal(before, after, equal_nan=name == "capacity_t")


def test_a_ship_that_is_overtaken_is_not_waited_for(tmp_path: Path) -> None:
    tables = {
        "nodes": "id,kind,name,iso2,lat,lon\nA,city,A,AA,0,0\nB,city,B,AA,0,1\n",
        "lanes": "id,origin,destination,mode,toc,distance_km,transit_h\n"
        "1,A,B,road,road-artic,300,5\n",
        "departures": "lane_id,departs_at,arrives_at\n"
        "1,1970-01-01T01:00Z,1970-01-01T09:00Z\n1,1970-01-01T02:00Z,1970-01-01T04:00Z\n",
    }
    network = read_network(network_folder(tmp_path, **tables))
    runs = on_departures(network.lanes.departures)

    assert runs.earliest.tolist() == [120]
    assert through_at(runs, np.array([0])).tolist() == [240]
