"""What would have to change for another itinerary to win, by hand."""

import numpy as np
import pytest

import greenroute as gr
from greenroute.plan.alternatives import rival, winning_prices
from networks import network_of

# Rail costs its own 1,000 USD and takes 100 h, road 1,600 USD and 20 h, sea 90 and 400 h.
WAYS = """
    AAAAA -rail 1000km 100h cost_usd_per_shipment=1000-> BBBBB
    AAAAA -road 1000km 20h cost_usd_per_shipment=1600-> BBBBB
    AAAAA -sea 1000km 400h cost_usd_per_shipment=90-> BBBBB
    AAAAA -air 1000km 2h cost_usd_per_shipment=5000-> BBBBB
"""


@pytest.fixture(name="frontier")
def _frontier() -> gr.Frontier:
    shipment = gr.Shipment(origin="AAAAA", destination="BBBBB", mass_kg=10_000)
    return gr.route(shipment, network_of(WAYS), gr.read_rates())


def by(frontier: gr.Frontier, mode: str) -> gr.Itinerary:
    return next(i for i in frontier.itineraries if i.modes == (mode,))


def test_the_price_of_carbon_at_which_both_cost_the_same(frontier: gr.Frontier) -> None:
    sea, rail = by(frontier, "sea"), by(frontier, "rail")

    # Sea is cheaper and greener: no carbon price helps rail, a value of time does.
    assert rival(sea, rail).break_even_usd_per_t is None
    more_usd, less_days = rail.cost_usd - sea.cost_usd, sea.transit_h - rail.transit_h
    assert rival(sea, rail).break_even_usd_per_day == pytest.approx(
        more_usd / (less_days / 24)
    )


def test_an_itinerary_wins_between_two_prices_or_never(frontier: gr.Frontier) -> None:
    prices = np.linspace(0, 5000, 50_001)
    total = np.array(
        [i.cost_usd + prices * i.wtw_kg_co2e / 1000 for i in frontier.itineraries]
    )
    for row, itinerary in enumerate(frontier.itineraries):
        wins = prices[total[row] <= total.min(axis=0) + 1e-9]
        found = winning_prices(frontier, itinerary.id)

        assert (found is None) == (len(wins) == 0)
        if found is not None:
            assert wins.min() == pytest.approx(found.low_usd_per_t, abs=0.1)
            assert wins.max() == pytest.approx(min(found.high_usd_per_t, 5000), abs=0.1)
