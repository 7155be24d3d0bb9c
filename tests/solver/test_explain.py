"""Every leg explains its price to the cent and its emissions to half a gram."""

from io import StringIO

import pytest
from rich.console import Console

import greenroute as gr
from greenroute.plan.leg import LegKind
from greenroute.report import explain_table
from networks import network_of

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


def test_an_itinerary_of_another_network_is_refused() -> None:
    rates = gr.read_rates()
    frontier = gr.route(SHIPMENT, network_of(WAYS), rates)
    other = network_of("DEAAA -road 800km 12h-> FRBBB")

    with pytest.raises(gr.DataError, match="the network has no lane"):
        gr.explain(frontier.itineraries[0], SHIPMENT, other, rates)
