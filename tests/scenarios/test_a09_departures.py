"""A09: lanes that leave at dates: cut-offs, missed departures, due dates."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import greenroute as gr
from departing import READY, departing
from networks import network_of

RATES = gr.read_rates()
SHIPMENT = gr.Shipment(
    origin="AAAAA", destination="AABBB", mass_kg=12_000, volume_m3=48, ready_at=READY
)
# A passage takes 4 h at either end: 2 h to load, 2 h to unload.
RAIL = network_of("""
    AAAAA -rail 800km 20h gauge_mm=1435-> AABBB
    AAAAA: hub_h=4
    AABBB: hub_h=4
""")


def only(frontier: gr.Frontier) -> gr.Itinerary:
    [itinerary] = frontier.itineraries
    return itinerary


def test_goods_take_the_first_departure_that_they_reach() -> None:
    # Loaded after 2 h: too late for the train that closes after 1 h. The next one leaves
    # after 12 h and is there after 33 h; 2 h to unload.
    network = departing(RAIL, {0: [(1, 6, 26), (4, 12, 33), (20, 24, 44)]})
    found = only(gr.route(SHIPMENT, network, RATES))
    load, run, unload = found.legs

    assert found.transit_h == 35
    assert (load.duration_h, load.wait_h) == (12, 10)
    assert run.departs_at == READY + timedelta(hours=12)
    assert run.arrives_at == READY + timedelta(hours=33)
    assert unload.arrives_at == found.arrives_at == READY + timedelta(hours=35)
    assert gr.check_itinerary(found, SHIPMENT, network, RATES) == ()


def test_a_departure_that_closes_just_as_goods_are_loaded_is_caught() -> None:
    for closes, hours in ((2, 28), (1 + 59 / 60, 46)):
        network = departing(RAIL, {0: [(closes, 6, 26), (20, 24, 44)]})

        assert only(gr.route(SHIPMENT, network, RATES)).transit_h == hours


def test_a_later_departure_that_overtakes_is_taken() -> None:
    # The slow train leaves after 6 h and takes 40 h, the fast one after 12 h and 10 h.
    network = departing(RAIL, {0: [(4, 6, 46), (10, 12, 22)]})

    assert only(gr.route(SHIPMENT, network, RATES)).transit_h == 24


@pytest.mark.parametrize(
    ("lane", "hours"),
    [
        # Tuesday's midnight is 18 h after the goods are ready, who are loaded after 2 h.
        # By road it closes when it leaves: 18 + 10 + 2 to unload.
        ("road 800km 10h departs_on=tue", 30),
        # By air the tariff closes 8 h before, after 10 h: 18 + 3 + 2.
        ("air 800km 3h toc=air-freighter-short-haul departs_on=tue", 23),
        # By barge 12 h before, after 6 h: 18 + 40 + 2.
        ("inland_waterway 800km 40h departs_on=tue", 60),
        # By rail 18 h before, when the goods are ready: a week later, 186 + 20 + 2.
        ("rail 800km 20h gauge_mm=1435 departs_on=tue", 208),
        # By sea 36 h before. Thursday is 66 h away: 66 + 20 + 2.
        ("sea 800km 20h departs_on=tue,thu", 88),
        # The lane's own cut-off wins: 16 h before is just reached, 16.1 h is not.
        ("sea 800km 20h cut_off_h=16 departs_on=tue", 40),
        ("sea 800km 20h cut_off_h=16.1 departs_on=tue", 208),
        # Without weekdays: half a week, 36 h of cut-off, as ever. 2 + 84 + 36 + 20 + 2.
        ("sea 800km 20h 1/week", 144),
    ],
)
def test_the_next_departure_by_mode(lane: str, hours: float) -> None:
    network = network_of(f"""
        AAAAA -{lane}-> AABBB
        AAAAA: hub_h=4
        AABBB: hub_h=4
    """)
    found = only(gr.route(SHIPMENT, network, RATES))

    assert found.transit_h == pytest.approx(hours)
    assert gr.check_itinerary(found, SHIPMENT, network, RATES) == ()


def test_without_ready_at_weekdays_are_an_expected_wait() -> None:
    network = network_of("AAAAA -sea 800km 20h departs_on=tue,fri-> AABBB")
    without = replace(SHIPMENT, ready_at=None)

    # Twice a week: 12 h to load, 42 h of 84 and 36 h of cut-off, 20 h, 36 h to unload.
    assert only(gr.route(without, network, RATES)).transit_h == 12 + 42 + 36 + 20 + 36


def test_a_departure_keeps_local_time_when_clocks_change() -> None:
    # In Berlin clocks go from 02:00 to 03:00 on Sunday, 29 March 2026: Monday's midnight
    # is 22:00 UTC on Sunday, and was 23:00 the week before.
    network = network_of("""
        DEAAA -rail 800km 20h gauge_mm=1435 cut_off_h=1 departs_on=mon-> DEBBB
        DEAAA: lat=52.5 lon=13.4
        DEBBB: lat=50.1 lon=8.7
    """)
    for day, hour in ((20, 23), (27, 22)):
        ready = datetime(2026, 3, day, tzinfo=UTC)
        shipment = replace(
            SHIPMENT, origin="DEAAA", destination="DEBBB", ready_at=ready
        )
        found = only(gr.route(shipment, network, RATES))
        run = found.legs[1]

        assert run.departs_at == datetime(2026, 3, day + 2, hour, tzinfo=UTC)
        assert gr.check_itinerary(found, shipment, network, RATES) == ()


def test_a_later_start_may_be_a_week() -> None:
    network = network_of("AAAAA -sea 800km 20h cut_off_h=16 departs_on=tue-> AABBB")
    # 12 h to load: 02:00 is loaded at 14:00, after the cut-off at 08:00.
    early, late = (
        only(gr.route(replace(SHIPMENT, ready_at=moment), network, RATES)).arrives_at
        for moment in (datetime(2026, 3, 1, 20, tzinfo=UTC), READY)
    )

    assert early is not None
    assert late == early + timedelta(days=7)


def test_a_due_date_that_cannot_be_kept_names_the_earliest_arrival() -> None:
    network = departing(RAIL, {0: [(4, 12, 33), (20, 24, 44)]})
    due = replace(SHIPMENT, due_at=READY + timedelta(hours=34))

    frontier = gr.route(due, network, RATES)

    # 35 h after Monday 06:00.
    assert frontier.termination is gr.Termination.INFEASIBLE
    assert "the earliest possible arrival is 2026-03-03T17:00+00:00" in frontier.reason
    assert "relax due_at (2026-03-03T16:00+00:00) to that" in frontier.reason
    just = replace(SHIPMENT, due_at=READY + timedelta(hours=35))
    assert len(gr.route(just, network, RATES).itineraries) == 1


def test_a_connection_waits_for_the_next_departure() -> None:
    # There after 20 h; a transhipment takes the hub's whole 4 h: 24. The next train closes
    # after 23 and leaves after 30; the one behind leaves after 50 and takes 10 h.
    network = departing(
        network_of("""
            AAAAA -rail 800km 20h gauge_mm=1435-> AACCC
            AACCC -rail 400km 10h gauge_mm=1435-> AABBB
            AAAAA: hub_h=0
            AACCC: hub_h=4
            AABBB: hub_h=0
        """),
        {0: [(0, 0, 20)], 1: [(23, 30, 40), (45, 50, 60)]},
    )
    found = only(gr.route(SHIPMENT, network, RATES))
    tranship = found.legs[2]

    assert found.transit_h == 60
    assert (tranship.operation, tranship.wait_h) == ("tranship", 26)
    assert gr.check_itinerary(found, SHIPMENT, network, RATES) == ()
