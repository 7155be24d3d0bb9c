"""`greenroute route` with dates, reliability and transfers."""

import json
from pathlib import Path

import pytest

from commands import Command
from folders import network_folder

ROUTE = ("route", "CNSZX", "DEFRA", "--mass-kg", "12000")
READY = ("--ready", "2026-12-01T08:00", "--due", "2027-03-01")
#: Goods are loaded by 08:00 + 8 h of loading; the tuesday train closed, the next is taken.
TABLES = {
    "nodes": """
        id,kind,name,iso2,lat,lon
        AAAAA,rail_terminal,Aton,DE,52.5,13.4
        BBBBB,rail_terminal,Bton,DE,48.1,11.6
        """,
    "lanes": """
        id,origin,destination,mode,toc,distance_km,transit_h,gauge_mm,duty_rate,distance_basis
        train,AAAAA,BBBBB,rail,rail-freight,600,12,1435,,sfd
        """,
    "departures": """
        lane_id,departs_at,arrives_at,cut_off_at
        train,2026-12-01T18:00,2026-12-02T06:00,2026-12-01T15:59
        train,2026-12-03T18:00,2026-12-04T07:00,2026-12-03T12:00
        """,
}
TRAIN = ("route", "AAAAA", "BBBBB", "--mass-kg", "12000", "--format", "json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return network_folder(tmp_path, **TABLES)


def test_the_departure_that_is_taken_is_shown(call: Command, folder: Path) -> None:
    answer = call(*TRAIN, "--ready", "2026-12-01T08:00", "--network", folder)
    [itinerary] = json.loads(answer.out)["frontier"]["itineraries"]
    load, run, _ = itinerary["legs"]

    # Loaded at 16:00 in Berlin, a minute after the first cut-off: Thursday, 18:00.
    assert run["departs_at"] == "2026-12-03T17:00:00+00:00"
    assert run["arrives_at"] == "2026-12-04T06:00:00+00:00"
    assert load["wait_h"] == 50
    # 58 h to the departure, 13 h of run, 12 h to unload.
    assert itinerary["transit_h"] == 83
    assert itinerary["on_time_probability"] is None


def test_departures_that_end_give_no_p95(call: Command, folder: Path) -> None:
    answer = call(*TRAIN, "--ready", "2026-12-03T03:59", "--network", folder)
    [itinerary] = json.loads(answer.out)["frontier"]["itineraries"]

    # Loaded a minute before the last cut-off: half of all goods miss it.
    assert itinerary["transit_p95_h"] is None


def test_dated_departures_need_a_time(call: Command, folder: Path) -> None:
    answer = call(*TRAIN, "--network", folder)

    assert answer.code == 2
    assert "lane 'train' has dated departures" in answer.err


def test_after_the_last_departure_there_is_no_itinerary(
    call: Command, folder: Path
) -> None:
    answer = call(*TRAIN, "--ready", "2026-12-04T08:00", "--network", folder)

    assert answer.code == 4
    assert "with the departures that are left after ready_at" in answer.err


def test_the_json_says_what_was_asked(toy: Command) -> None:
    steered = ("--max-transfers", "1", "--on-time", "0.5", "--calendar")
    found = json.loads(toy(*ROUTE, *READY, *steered, "--value-usd", "9").out)
    shipment = found["shipment"]

    assert (shipment["max_transfers"], shipment["on_time"]) == (1, 0.5)
    assert shipment["opening_hours"]["name"] == "default-2026"
    assert shipment["value_usd"] == 9
    for itinerary in found["frontier"]["itineraries"]:
        assert itinerary["on_time_probability"] >= 0.5
        assert itinerary["transit_p50_h"] <= itinerary["transit_p95_h"]


def test_a_plain_question_has_no_new_terms(toy: Command) -> None:
    found = json.loads(toy(*ROUTE).out)

    assert found["shipment"]["max_transfers"] is None
    assert found["shipment"]["opening_hours"] is None
    for itinerary in found["frontier"]["itineraries"]:
        assert itinerary["on_time_probability"] is None
        # Half arrive before the mean, for delays are longer than what is gained.
        assert itinerary["transit_p50_h"] < itinerary["transit_p95_h"]


def test_the_table_says_what_was_asked(toy: Command) -> None:
    steered = ("--max-transfers", "1", "--on-time", "0.5", "--calendar")
    page = " ".join(toy(*ROUTE, *READY, *steered, "--format", "table").out.split())

    assert "at most 1 transfers, in time with 50.0%, within opening hours" in page
    assert "in time with" in page.partition("kg CO2e, 2026")[2]


def test_what_cannot_be_reached_in_time_ends_with_4(toy: Command) -> None:
    answer = toy(
        *ROUTE, "--ready", "2026-12-01", "--due", "2026-12-02", "--on-time", "0.9"
    )

    assert answer.code == 4
    assert "the earliest possible arrival is 2026-12-" in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--on-time", "0.9"), "on_time is 0.9 without due_at"),
        ((*READY, "--on-time", "95"), "on_time is 95, expected a probability"),
        (("--calendar",), "opening_hours are given without ready_at"),
        (
            ("--max-transfers", "-1"),
            "'-1' is no whole number >= 0, expected one like 2",
        ),
        (("--max-transfers", "few"), "'few' is no whole number >= 0"),
        (("--value-usd", "-1"), "value_usd is -1"),
    ],
)
def test_wrong_terms_are_usage_errors(
    toy: Command, words: tuple[str, ...], message: str
) -> None:
    answer = toy(*ROUTE, *words)

    assert answer.code == 2
    assert message in answer.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        # In Germany clocks go from 02:00 to 03:00 in March, from 03:00 to 02:00 in October.
        (
            ("DEFRA", "CNSZX", "--ready", "2026-03-29T02:30"),
            "ready_at is 2026-03-29T02:30:00, which clocks in Europe/Berlin skip, expected",
        ),
        (
            ("DEFRA", "CNSZX", "--ready", "2026-10-25T02:30"),
            "ready_at is 2026-10-25T02:30:00, which clocks in Europe/Berlin show twice",
        ),
        (
            ("CNSZX", "DEFRA", "--ready", "2026-03-01", "--due", "2026-03-29T02:30"),
            "due_at is 2026-03-29T02:30:00, which clocks in Europe/Berlin skip",
        ),
    ],
)
def test_a_local_time_that_clocks_skip_or_show_twice_is_refused(
    toy: Command, words: tuple[str, ...], message: str
) -> None:
    answer = toy("route", *words, "--mass-kg", "12000")

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_with_an_offset_the_same_time_is_taken(toy: Command) -> None:
    ready = ("--ready", "2026-10-25T02:30+01:00")
    answer = toy("route", "DEFRA", "CNSZX", *ready, "--mass-kg", "12000")
    [first, *_] = json.loads(answer.out)["frontier"]["itineraries"]

    assert first["departs_at"] == "2026-10-25T01:30:00+00:00"
