"""Every leg explains its price to the cent and its emissions to half a gram."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import greenroute as gr
from charged import pricing_of
from departing import READY, departing
from greenroute.plan.leg import LegKind
from greenroute.rating.carbon_cost import CarbonOptions
from greenroute.rating.charges import Charges
from greenroute.report import Basis, explain_table
from greenroute.report.explain import explain_json
from networks import network_of
from rate_cards import JUNE

WAYS = """
    DEAAA -road 300km 5h-> DECCC
    DECCC -rail 900km 20h 2/week-> FRBBB
    DECCC -sea 2500km 90h 1/week cost_usd_per_shipment=500-> FRBBB
    DEAAA -air 1100km 2h 7/week toc=air-freighter-short-haul-> FRBBB
"""
SHIPMENT = gr.Shipment(
    origin="DEAAA", destination="FRBBB", mass_kg=12_345, volume_m3=47
)


@pytest.mark.parametrize("options", [(), ("all",)])
def test_lines_add_up_and_equations_give_the_emissions(
    options: tuple[str, ...],
) -> None:
    network, rates = network_of(WAYS), gr.read_rates()
    frontier = gr.route(SHIPMENT, network, rates, options=options)
    for itinerary in frontier.itineraries:
        legs = gr.explain(itinerary, SHIPMENT, network, rates, options=options)

        assert [explained.leg for explained in legs] == list(itinerary.legs)
        for explained in legs:
            cents = sum(round(float(line.usd) * 100) for line in explained.lines)
            assert cents == round(explained.leg.cost_usd * 100)
            if explained.leg.kind is LegKind.TRANSPORT:
                assert explained.activity_tkm is not None
                assert explained.wtw_g_per_tkm is not None
                assert explained.distance_adjustment is not None
                kg = explained.activity_tkm * explained.wtw_g_per_tkm / 1000
                assert kg * explained.distance_adjustment == pytest.approx(
                    explained.leg.wtw_kg_co2e, abs=0.0005
                )


def test_the_table_says_what_would_win() -> None:
    network, rates = network_of(WAYS), gr.read_rates()
    frontier = gr.route(SHIPMENT, network, rates)
    assert frontier.picks is not None
    key = frontier.picks.fastest
    legs = gr.explain(frontier[key], SHIPMENT, network, rates)
    console = Console(width=200, file=StringIO(), record=True)
    for part in explain_table(frontier, key, legs):
        console.print(part)
    text = console.export_text()

    assert f"{key}: air" in text
    assert "USD per day" in text
    assert "g (desnz-2026:air:" in text


#: Lanes with terms of their own: equipment, a price per departure, duty, weekdays.
TERMS = """
    DEAAA -road 300km 5h-> DECCC
    DECCC -rail 900km 20h cost_usd_per_shipment=700-> FRBBB
    DECCC -rail 950km 22h departs_on=mon;thu-> FRBBB
    DECCC -sea 2500km 80h 1/week cost_usd_per_equipment=300 equipment=BOX equipment_m3=20 cost_usd_per_departure=40-> FRBBB
    DEAAA -air 1100km 2h 7/week toc=air-freighter-short-haul duty_rate=0.01-> FRBBB
    DECCC: hub_wtw_kg_per_t=3
"""
VALUED = replace(SHIPMENT, value_usd=40_000, ready_at=READY)
CARD = """
    card origin destination mode equipment valid_from currency base_per_unit base_per_shipment surcharge_BAF
    A    DE     FR          rail 40HC      2026-01-01 EUR      400           -                 50
    B    DE     DE          road -         2026-01-01 EUR      -             400               5%
"""


def dated() -> gr.Network:
    """Return the network of `TERMS`, train and ship leaving at dates."""
    trains = [(10.0, 20.0, 40.0), (60.0, 70.0, 90.0)]
    ships = [(20.0, 30.0, 110.0), (100.0, 120.0, 200.0)]
    return departing(network_of(TERMS), {1: trains, 3: ships})


@pytest.mark.parametrize("options", [(), ("all",)])
@pytest.mark.parametrize("card", [None, CARD])
@pytest.mark.parametrize("hours", [False, True])
def test_departures_terms_options_and_cards_are_explained_and_proven(
    tmp_path: Path, options: tuple[str, ...], card: str | None, *, hours: bool
) -> None:
    network, rates = dated(), gr.read_rates()
    charges = Charges(
        pricing=pricing_of(tmp_path, card),
        carbon=CarbonOptions(
            ets=True, fueleu=True, on_tariff=True, internal_usd_per_t=70
        ),
        annual_rate=0.1,
        insurance_share=0.003,
        on=JUNE,
    )
    opening = gr.read_opening_hours() if hours else None
    frontier = gr.route(
        VALUED, network, rates, options=options, opening_hours=opening, charges=charges
    )

    assert frontier.itineraries
    for itinerary in frontier.itineraries:
        complaints = gr.check_itinerary(
            itinerary,
            VALUED,
            network,
            rates,
            options=options,
            opening_hours=opening,
            charges=charges,
        )
        legs = gr.explain(
            itinerary, VALUED, network, rates, options=options, charges=charges
        )
        assert complaints == ()
        for explained in legs:
            cents = sum(round(float(line.usd) * 100) for line in explained.lines)
            assert cents == round(explained.leg.cost_usd * 100)


def test_a_run_names_its_departure_and_its_cut_off() -> None:
    network, rates = dated(), gr.read_rates()
    frontier = gr.route(VALUED, network, rates)
    trains = {}
    for itinerary in frontier.itineraries:
        for explained in gr.explain(itinerary, VALUED, network, rates):
            if explained.leg.mode == "rail" and explained.leg.lane:
                trains[explained.leg.lane] = explained

    # The road takes 2 + 5 + 2 h, the lift 8 h: 17 h are past the cut-off of 10 h.
    first = trains["2:DECCC-rail-FRBBB"]
    assert first.leg.departs_at == READY + timedelta(hours=70)
    assert first.cut_off_at == READY + timedelta(hours=60)
    # Monday 06:00 and 17 h, then Thursday at midnight, 18 h after the tariff's cut-off.
    by_weekday = trains["3:DECCC-rail-FRBBB"]
    assert by_weekday.leg.departs_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert by_weekday.cut_off_at == datetime(2026, 3, 4, 6, tzinfo=UTC)


def test_page_and_json_name_departures_and_the_emissions_of_hubs() -> None:
    network, rates = dated(), gr.read_rates()
    frontier = gr.route(VALUED, network, rates)
    one = next(i for i in frontier.itineraries if "rail" in i.modes)
    legs = gr.explain(one, VALUED, network, rates)
    console = Console(width=250, file=StringIO(), record=True)
    for part in explain_table(frontier, one.id, legs):
        console.print(part)
    text = console.export_text()
    basis = Basis(network=network, rates=rates)
    told = json.loads(explain_json(frontier, one.id, legs, basis))["legs"]
    [run] = [leg for leg in told if leg["cut_off_at"] is not None]
    load = next(leg for leg in told if leg["wtw_kg_per_t"])

    assert "departure of 2026-03-05 04:00 UTC with cut-off 2026-03-04 18:00" in text
    assert run["departs_at"] == "2026-03-05T04:00:00+00:00"
    assert run["cut_off_at"] == "2026-03-04T18:00:00+00:00"
    # 12.345 t x 3 kg, half of it for unloading the truck.
    assert (load["operation"], load["origin"]) == ("unload", "DECCC")
    assert load["wtw_kg_per_t"] == pytest.approx(1.5)
    assert "18.518 kg CO2e = 12.35 t × 1.5 kg" in text


def test_the_hours_until_a_shared_container_is_full_are_said() -> None:
    network, rates = (
        network_of("DEAAA -sea 9000km 300h 1/week-> FRBBB"),
        gr.read_rates(),
    )
    little = replace(SHIPMENT, mass_kg=300, volume_m3=1)
    frontier = gr.route(little, network, rates)
    [one] = frontier.itineraries
    legs = gr.explain(one, little, network, rates)
    console = Console(width=200, file=StringIO(), record=True)
    for part in explain_table(frontier, one.id, legs):
        console.print(part)
    text = console.export_text()
    shared = {leg.leg.operation: leg.shared_h for leg in legs if leg.shared_h}

    assert shared == {"load": 84.0, "unload": 36.0}
    assert "84.0 h until what the goods share is full" in text
    assert "36.0 h until what the goods share is unpacked" in text


def test_an_explanation_that_does_not_add_up_is_refused(tmp_path: Path) -> None:
    network, rates = dated(), gr.read_rates()
    held = Charges(pricing=pricing_of(tmp_path), annual_rate=0.1)
    carbon = Charges(
        pricing=pricing_of(tmp_path), carbon=CarbonOptions(internal_usd_per_t=70)
    )
    card = Charges(pricing=pricing_of(tmp_path, CARD), on=JUNE)
    heavier = replace(VALUED, mass_kg=14_000)
    plain = gr.route(VALUED, network, rates).itineraries[0]
    for charges in (held, carbon, card):
        found = gr.route(VALUED, network, rates, charges=charges).itineraries[0]
        gr.explain(found, VALUED, network, rates, charges=charges)
        with pytest.raises(gr.DataError, match="expected the shipment, rates, options"):
            gr.explain(found, VALUED, network, rates)
        with pytest.raises(gr.DataError, match="expected the shipment, rates, options"):
            gr.explain(plain, VALUED, network, rates, charges=charges)

    dearer = replace(held, annual_rate=0.2)
    found = gr.route(VALUED, network, rates, charges=held).itineraries[0]
    with pytest.raises(
        gr.DataError, match=r"value and time say .* USD of holding costs"
    ):
        gr.explain(found, VALUED, network, rates, charges=dearer)
    with pytest.raises(
        gr.DataError, match=r"its lines add up to .* the itinerary says"
    ):
        gr.explain(plain, heavier, network, rates)


def test_without_options_an_itinerary_on_them_is_refused() -> None:
    network, rates = dated(), gr.read_rates()
    frontier = gr.route(VALUED, network, rates, options=("hvo",))
    one = next(i for i in frontier.itineraries if i.options)

    with pytest.raises(gr.DataError, match=r"the network has no lane '.*\+hvo'"):
        gr.explain(one, VALUED, network, rates)


def test_a_departure_that_is_gone_is_refused() -> None:
    network, rates = dated(), gr.read_rates()
    one = next(
        i for i in gr.route(VALUED, network, rates).itineraries if "rail" in i.modes
    )
    other = departing(network_of(TERMS), {1: [(60.0, 71.0, 90.0)]})

    with pytest.raises(gr.DataError, match="has no departure at 2026-03-05T04:00"):
        gr.explain(one, VALUED, other, rates)


def test_an_itinerary_of_another_network_is_refused() -> None:
    rates = gr.read_rates()
    frontier = gr.route(SHIPMENT, network_of(WAYS), rates)
    other = network_of("DEAAA -road 800km 12h-> FRBBB")

    with pytest.raises(gr.DataError, match="the network has no lane"):
        gr.explain(frontier.itineraries[0], SHIPMENT, other, rates)
