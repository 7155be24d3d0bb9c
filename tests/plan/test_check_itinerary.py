"""The check of an itinerary: lanes on other fuels, rate cards, carbon costs, due dates."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import greenroute as gr
from charged import RATES, pricing_of
from departing import READY
from greenroute.plan.leg import LegKind
from greenroute.rating.carbon_cost import CarbonOptions
from greenroute.rating.charges import Charges
from networks import network_of
from rate_cards import JUNE

NETWORK = network_of("""
    DEAAA -road 300km 5h-> DEBBB
    DEBBB -sea 900km 40h 2/week-> DECCC
    DEAAA: hub_wtw_kg_per_t=2
""")
SHIPMENT = gr.Shipment(
    origin="DEAAA", destination="DECCC", mass_kg=12_000, volume_m3=40, ready_at=READY
)
#: 400 EUR x 1.25 for diesel; HVO is 8 % more.
CARD = """
    card origin destination mode equipment valid_from currency base_per_shipment
    ACME DEAAA  DEBBB       road -         2026-01-01 EUR      400
"""
OPTIONS = ("hvo", "b100")


def charged(folder: Path) -> Charges:
    carbon = CarbonOptions(
        ets=True, on_tariff=True, eua_eur_per_t=80, internal_usd_per_t=100
    )
    return Charges(pricing=pricing_of(folder, CARD), carbon=carbon, on=JUNE)


def on_hvo(charges: Charges) -> gr.Itinerary:
    """Return the itinerary by truck on HVO and ship on biodiesel."""
    frontier = gr.route(SHIPMENT, NETWORK, RATES, options=OPTIONS, charges=charges)
    return next(i for i in frontier.itineraries if i.options == ("hvo", "b100"))


def check(
    itinerary: gr.Itinerary, charges: Charges | None, options: tuple[str, ...] = OPTIONS
) -> tuple[str, ...]:
    return gr.check_itinerary(
        itinerary, SHIPMENT, NETWORK, RATES, options=options, charges=charges
    )


def with_leg(one: gr.Itinerary, place: int, **fields: object) -> gr.Itinerary:
    legs = list(one.legs)
    legs[place] = replace(legs[place], **fields)  # type: ignore[arg-type]  # any field
    return replace(one, legs=tuple(legs))


def test_a_lane_on_another_fuel_with_card_and_carbon_costs_holds(
    tmp_path: Path,
) -> None:
    charges = charged(tmp_path)
    one = on_hvo(charges)
    road = next(leg for leg in one.legs if leg.option == "hvo")

    # 400 EUR x 1.25 x 1.08, and 100 USD for each tonne of CO2e.
    assert road.cost_usd - road.carbon_usd == pytest.approx(540.0)
    assert road.carbon_usd == pytest.approx(road.wtw_kg_co2e * 0.1, abs=0.0051)
    assert check(one, charges) == ()


def test_a_wrong_leg_on_another_fuel_is_found(tmp_path: Path) -> None:
    charges = charged(tmp_path)
    one = on_hvo(charges)
    [road, sea] = [n for n, leg in enumerate(one.legs) if leg.kind is LegKind.TRANSPORT]
    leg, hub = one.legs[road], one.legs[0]
    diesel = leg.lane.removesuffix("+hvo")

    for place, fields, complaint in (
        (road, {"cost_usd": leg.cost_usd - 1}, "the tables say 540"),
        (road, {"carbon_usd": 0.0}, "0 USD for its emissions, the tables say"),
        (road, {"wtw_kg_co2e": 0.5}, "0.5 kg CO2e, the tables say"),
        (road, {"card": ""}, "priced by '' instead of 'cards.csv:2 (ACME)'"),
        (road, {"lane": diesel}, "is of another mode or TOC"),
        (sea, {"carbon_usd": 0.0}, "0 USD for its emissions, the tables say"),
        (0, {"carbon_usd": 0.0}, "0 USD for its emissions, the tables say"),
        (0, {"wtw_kg_co2e": 0.0}, "load DEAAA: 0 kg CO2e, the tables say 12"),
    ):
        complaints = check(with_leg(one, place, **fields), charges)
        assert any(complaint in text for text in complaints), (fields, complaints)
    # 12 t x 2 kg x 0.5 at 100 USD/t.
    assert (hub.wtw_kg_co2e, hub.carbon_usd) == (12.0, 1.2)


def test_without_its_options_or_charges_the_same_itinerary_is_false(
    tmp_path: Path,
) -> None:
    charges = charged(tmp_path)
    one = on_hvo(charges)

    assert any("there is no lane" in text for text in check(one, charges, options=()))
    assert any("the tables say" in text for text in check(one, None))


@pytest.mark.parametrize("minutes", [0, 1])
def test_an_arrival_after_due_at_is_found(minutes: int) -> None:
    [one] = gr.route(SHIPMENT, NETWORK, RATES).itineraries
    assert one.arrives_at is not None
    due = replace(SHIPMENT, due_at=one.arrives_at - timedelta(minutes=minutes))

    complaints = gr.check_itinerary(one, due, NETWORK, RATES)
    assert [text.split(",")[0] for text in complaints] == [
        f"arrives at {one.arrives_at.isoformat()}"
    ] * minutes
