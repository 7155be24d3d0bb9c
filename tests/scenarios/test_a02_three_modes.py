"""A02: sea is cheap, air is fast, rail lies between; all three are sensible."""

import greenroute as gr
from networks import network_of

NETWORK = """
    AAAAA -sea 10000km 500h 1/week cost_usd_per_shipment=1000-> ZZZZZ
    AAAAA -rail 9000km 300h 3/week gauge_mm=1435 cost_usd_per_shipment=5000-> ZZZZZ
    AAAAA -air 8000km 12h 7/week cost_usd_per_shipment=40000-> ZZZZZ
    AAAAA -air 8000km 12h 7/week cost_usd_per_shipment=41000-> ZZZZZ
"""


def test_every_mode_is_on_the_frontier_and_the_dearer_twin_is_not() -> None:
    shipment = gr.Shipment(origin="AAAAA", destination="ZZZZZ", mass_kg=12_000)
    frontier = gr.route(shipment, network_of(NETWORK), gr.read_rates())

    assert [i.main_modes for i in frontier.itineraries] == ["sea", "rail", "air"]
    assert frontier.picks is not None
    assert frontier[frontier.picks.cheapest].main_modes == "sea"
    assert frontier[frontier.picks.fastest].main_modes == "air"
    assert frontier.exact


def test_one_more_lane_never_makes_the_best_worse() -> None:
    shipment = gr.Shipment(origin="AAAAA", destination="ZZZZZ", mass_kg=12_000)
    rates = gr.read_rates()
    before = gr.route(shipment, network_of(NETWORK), rates).to_frame()
    more = f"{NETWORK}\n AAAAA -road 9500km 200h cost_usd_per_shipment=9000-> ZZZZZ"
    after = gr.route(shipment, network_of(more), rates).to_frame()

    for goal in ("cost_usd", "transit_h", "wtw_kg_co2e"):
        assert after[goal].min() <= before[goal].min()
    assert len(after) == len(before) + 1
