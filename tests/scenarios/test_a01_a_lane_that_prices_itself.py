"""A01: one truck run whose price the network states; nothing else costs money."""

import pytest

import greenroute as gr
from networks import network_of

NETWORK = """
    AAAAA -road 300km 5h cost_usd_per_shipment=200 cost_usd_per_kg=0.05-> BBBBB
    AAAAA: hub_h=2 hub_cost_usd_per_t=4 hub_wtw_kg_per_t=1
    BBBBB: hub_h=6 hub_cost_usd_per_t=8 hub_wtw_kg_per_t=3
"""


def test_cost_time_and_carbon_can_be_added_up_by_hand() -> None:
    shipment = gr.Shipment(origin="AAAAA", destination="AABBB", mass_kg=10_000)
    network = network_of(NETWORK.replace("BBBBB", "AABBB"))
    rates = gr.read_rates()
    [only] = gr.route(shipment, network, rates).itineraries
    load, run, unload = only.legs

    # Half of a passage through a gateway is charged to loading, half to unloading.
    assert (load.cost_usd, unload.cost_usd) == (
        20.0,
        40.0,
    )  # 10 t x 4 / 2, 10 t x 8 / 2
    assert (load.duration_h, run.duration_h, unload.duration_h) == (1.0, 5.0, 3.0)
    assert run.cost_usd == 700.0  # 200 + 10,000 kg x 0.05
    assert only.cost_usd == 760.0
    assert only.transit_h == pytest.approx(9.0)
    assert (load.wtw_kg_co2e, unload.wtw_kg_co2e) == (
        5.0,
        15.0,
    )  # 10 t x 1 / 2, x 3 / 2
    assert only.hubs_not_included == 0
    assert gr.check_itinerary(only, shipment, network, rates) == ()


def test_twice_the_mass_emits_twice_as_much() -> None:
    network = network_of(NETWORK.replace("BBBBB", "AABBB"))
    rates = gr.read_rates()
    light, heavy = (
        gr.route(
            gr.Shipment(origin="AAAAA", destination="AABBB", mass_kg=mass_kg),
            network,
            rates,
        ).itineraries[0]
        for mass_kg in (5_000, 10_000)
    )

    assert heavy.wtw_kg_co2e == pytest.approx(2 * light.wtw_kg_co2e, abs=0.002)
