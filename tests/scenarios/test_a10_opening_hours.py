"""A10: gateways and customs with opening hours, weekends and holidays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import greenroute as gr
from networks import network_of

RATES = gr.read_rates()
HOURS = gr.read_opening_hours()
SHIP = network_of(
    """
    CNSHA -sea 19000km 620h departs_on=thu cut_off_h=28-> NLRTM
    CNSHA: kind=seaport lat=31.2 lon=121.5
    NLRTM: kind=seaport lat=51.9 lon=4.1
    """
)
SHIPMENT = gr.Shipment(
    origin="CNSHA",
    destination="NLRTM",
    mass_kg=12_000,
    volume_m3=48,
    ready_at=datetime.fromisoformat("2026-12-01T09:00"),
)


def only(frontier: gr.Frontier) -> gr.Itinerary:
    [itinerary] = frontier.itineraries
    return itinerary


def test_customs_works_on_working_days_from_eight() -> None:
    # Ready in Shanghai on Tuesday 09:00 (01:00 UTC); loaded 12 h later, 21:00. Customs
    # opens on Wednesday at 08:00 and takes 6 h: 14:00, after the cut-off of Thursday's
    # ship on Tuesday 20:00. So it is the ship of 10 December, at 00:00 local, 16:00 UTC the
    # day before. 620 h later it is 4 January 12:00 UTC, Monday 13:00 in Rotterdam, and
    # customs is open: 24 h. Unloading takes 36 h, around the clock: 7 January 00:00 UTC.
    found = only(gr.route(SHIPMENT, SHIP, RATES, opening_hours=HOURS))
    load, export, run, clearance, unload = found.legs

    assert load.arrives_at == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert run.departs_at == datetime(2026, 12, 9, 16, tzinfo=UTC)
    # From Tuesday 13:00 to 9 December 16:00 UTC, of which 6 h are the work of customs.
    assert (export.duration_h, export.wait_h) == (195, 189)
    assert (clearance.wait_h, clearance.duration_h) == (0, 24)
    assert unload.arrives_at == datetime(2027, 1, 7, tzinfo=UTC)
    assert gr.check_itinerary(found, SHIPMENT, SHIP, RATES, opening_hours=HOURS) == ()


def test_opening_hours_can_cost_a_week() -> None:
    # Loaded on Sunday 21:00. Around the clock, customs is done on Monday 03:00; else it
    # begins on Monday 08:00. The ship closes 28 h before Thursday's midnight: Tuesday
    # 20:00, so both catch it. With a ship on Tuesday they would not.
    sunday = replace(SHIPMENT, ready_at=datetime.fromisoformat("2026-12-06T09:00"))
    tuesday = network_of(
        """
        CNSHA -sea 19000km 620h departs_on=tue cut_off_h=12-> NLRTM
        CNSHA: kind=seaport lat=31.2 lon=121.5
        NLRTM: kind=seaport lat=51.9 lon=4.1
        """
    )
    for network, weeks in ((SHIP, 0), (tuesday, 1)):
        free = only(gr.route(sunday, network, RATES)).legs[2].departs_at
        kept = gr.route(sunday, network, RATES, opening_hours=HOURS)

        assert free is not None
        assert only(kept).legs[2].departs_at == free + timedelta(weeks=weeks)


def test_a_warehouse_closes_on_weekends_and_holidays() -> None:
    # A truck is loaded in Frankfurt on Thursday, 24 December 2026, 17:00: done 19:00, and
    # drives 5 h. Friday and Saturday are holidays in Germany, then comes Sunday: it is
    # unloaded from Monday 07:00 (06:00 UTC), 2 h.
    road = network_of("""
        DEFRA -road 300km 5h-> DEMUC
        DEFRA: lat=50.1 lon=8.7
        DEMUC: lat=48.1 lon=11.6
    """)
    shipment = replace(
        SHIPMENT,
        origin="DEFRA",
        destination="DEMUC",
        ready_at=datetime.fromisoformat("2026-12-24T17:00"),
    )
    found = only(gr.route(shipment, road, RATES, opening_hours=HOURS))

    assert found.arrives_at == datetime(2026, 12, 28, 8, tzinfo=UTC)
    assert found.legs[2].wait_h == 79  # Friday 00:00 to Monday 07:00
    assert gr.check_itinerary(found, shipment, road, RATES, opening_hours=HOURS) == ()
    # Around the clock: 2 + 5 + 2 h.
    assert only(gr.route(shipment, road, RATES)).transit_h == 9


def test_the_check_finds_what_ignores_opening_hours() -> None:
    free = only(gr.route(SHIPMENT, SHIP, RATES))
    sunday = replace(SHIPMENT, ready_at=datetime.fromisoformat("2026-12-06T09:00"))
    found = only(gr.route(sunday, SHIP, RATES))

    # The ship of 10 December is caught either way.
    assert gr.check_itinerary(free, SHIPMENT, SHIP, RATES, opening_hours=HOURS) == ()
    assert gr.check_itinerary(found, sunday, SHIP, RATES, opening_hours=HOURS) == ()
    truck = network_of("""
        DEFRA -road 300km 5h-> DEMUC
        DEFRA: lat=50.1 lon=8.7
        DEMUC: lat=48.1 lon=11.6
    """)
    shipment = replace(
        SHIPMENT,
        origin="DEFRA",
        destination="DEMUC",
        ready_at=datetime.fromisoformat("2026-12-24T17:00"),
    )
    night = only(gr.route(shipment, truck, RATES))

    complaints = gr.check_itinerary(night, shipment, truck, RATES, opening_hours=HOURS)
    # 79 h too early.
    assert complaints == ("leg 3: ends -4740 minutes after what the tables say",)


def test_a_market_without_a_calendar_is_an_error() -> None:
    nowhere = network_of("XXAAA -road 300km 5h-> XXBBB")

    with pytest.raises(gr.UnknownCategoryError, match=r"no calendar .* for 'XX'"):
        gr.route(
            replace(SHIPMENT, origin="XXAAA", destination="XXBBB"),
            nowhere,
            RATES,
            opening_hours=HOURS,
        )
