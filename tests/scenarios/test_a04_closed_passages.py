"""A04: passages close; a market that lies behind one is cut off."""

import greenroute as gr
from networks import network_of

GULF = """
    AAAAA -sea 9000km 300h 1/week via=hormuz-> QQQQQ
    AAAAA -sea 12000km 400h 1/week via=suez-> ZZZZZ
    AAAAA -sea 20000km 700h 1/week-> ZZZZZ
    QQQQQ -road 500km 9h-> QQAAA
    AAAAA -air 6000km 9h 7/week-> QQQQQ
"""


def test_the_long_way_round_is_left_when_the_short_one_closes() -> None:
    shipment = gr.Shipment(origin="AAAAA", destination="ZZZZZ", mass_kg=12_000)
    network, rates = network_of(GULF), gr.read_rates()
    frontier = gr.route(shipment, network, rates, avoid=["suez"])
    [only] = frontier.itineraries

    assert [leg.distance_km for leg in only.legs if leg.lane] == [20_000]


def test_a_market_behind_a_closed_passage_is_reached_by_air_only() -> None:
    shipment = gr.Shipment(origin="AAAAA", destination="QQAAA", mass_kg=12_000)
    network, rates = network_of(GULF), gr.read_rates()
    frontier = gr.route(shipment, network, rates, avoid=["hormuz"])

    assert {i.main_modes for i in frontier.itineraries} == {"air"}


def test_a_market_that_is_cut_off_says_so() -> None:
    shipment = gr.Shipment(origin="AAAAA", destination="QQAAA", mass_kg=12_000)
    network, rates = network_of(GULF), gr.read_rates()
    frontier = gr.route(shipment, network, rates, avoid=["hormuz", "air"])

    assert frontier.itineraries == ()
    assert frontier.picks is None
    assert "no way from AAAAA to QQAAA" in frontier.reason
