"""`route` with rate cards on lanes that run on another fuel."""

from pathlib import Path

import pytest

import greenroute as gr
from charged import RATES, check_all, pricing_of
from greenroute.plan.leg import LegKind
from greenroute.rating.charges import Charges
from networks import network_of
from rate_cards import JUNE

#: HVO costs 8 % more by road, "slow" nothing.
ROAD = "DEAAA -road 300km 5h-> DEBBB"
ROAD_SHIPMENT = gr.Shipment(
    origin="DEAAA", destination="DEBBB", mass_kg=12_000, volume_m3=40
)
HEAD = (
    "origin destination lane toc mode equipment valid_from currency base_per_shipment"
)


@pytest.mark.parametrize(
    ("rows", "diesel_usd", "hvo_usd"),
    [
        # 400 EUR x 1.25; on top of it 8 %.
        (["DEAAA DEBBB - - road - 2026-01-01 EUR 400"], 500.0, 540.0),
        (["- - {lane} - road - 2026-01-01 EUR 400"], 500.0, 540.0),
        (["DEAAA DEBBB - road-artic road - 2026-01-01 EUR 400"], 500.0, 540.0),
        # A row for the TOC of the option is its price; the tariff's diesel is 570.
        (["DEAAA DEBBB - road-artic-hvo road - 2026-01-01 EUR 400"], 570.0, 500.0),
        (["- - {lane}+hvo - road - 2026-01-01 EUR 400"], 570.0, 500.0),
        # It wins over a narrower one for the usual fuel.
        (
            [
                "- - {lane} - road - 2026-01-01 EUR 400",
                "* * - road-artic-hvo road - 2026-01-01 EUR 440",
            ],
            500.0,
            550.0,
        ),
    ],
)
def test_an_option_comes_on_top_of_a_card_for_the_usual_fuel(
    tmp_path: Path, rows: list[str], diesel_usd: float, hvo_usd: float
) -> None:
    network = network_of(ROAD)
    lane = network.lanes.id[0].as_py()
    card = "\n".join([HEAD, *(row.format(lane=lane) for row in rows)])
    charges = Charges(pricing=pricing_of(tmp_path, card), on=JUNE)

    frontier = gr.route(
        ROAD_SHIPMENT, network, RATES, options=("hvo",), charges=charges
    )

    found = {
        leg.option: leg.cost_usd
        for itinerary in frontier.itineraries
        for leg in itinerary.legs
        if leg.kind is LegKind.TRANSPORT
    }
    # Where HVO is cheaper and cleaner, diesel is beaten.
    expected = {"": diesel_usd, "hvo": hvo_usd}
    if hvo_usd < diesel_usd:
        del expected[""]
    assert found == expected
    check_all(frontier, ROAD_SHIPMENT, network, charges, options=("hvo",))
