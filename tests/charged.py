"""Charges beside the tariff, with rates that a reader can check in the head."""

from pathlib import Path

import greenroute as gr
from greenroute.rating.charges import Charges
from greenroute.rating.pricing import Pricing, read_pricing
from rate_cards import as_csv

RATES = gr.read_rates()
#: A euro is 1.25 USD.
EUROS = "currency,date,usd_per_unit,source\nEUR,2026-01-01,1.25,round\n"


def pricing_of(folder: Path, card: str | None = None) -> Pricing:
    rates = folder / "own.csv"
    rates.write_text(EUROS, "utf-8")
    cards = None
    if card is not None:
        cards = folder / "cards.csv"
        cards.write_text(as_csv(card), "utf-8")
    return read_pricing(RATES.tariff, cards=cards, own_rates=rates)


def check_all(
    frontier: gr.Frontier,
    shipment: gr.Shipment,
    network: gr.Network,
    charges: Charges,
    options: tuple[str, ...] = (),
) -> None:
    """Assert that all itineraries are proven, and all explained to the cent."""
    assert frontier.itineraries
    for itinerary in frontier.itineraries:
        assert (
            gr.check_itinerary(
                itinerary, shipment, network, RATES, options=options, charges=charges
            )
            == ()
        )
        for explained in gr.explain(
            itinerary, shipment, network, RATES, options=options, charges=charges
        ):
            cents = sum(round(float(line.usd) * 100) for line in explained.lines)
            assert cents == round(explained.leg.cost_usd * 100)
