"""A06: where gauges meet, goods change wagons; where they do not, they tranship."""

import pytest

import greenroute as gr
from networks import network_of


@pytest.mark.parametrize(
    ("gauge_mm", "operation"), [(1435, "tranship"), (1520, "change_of_gauge")]
)
def test_what_happens_between_two_trains_depends_on_their_gauges(
    gauge_mm: int, operation: str
) -> None:
    network = network_of(f"""
        AAAAA -rail 500km 20h 3/week gauge_mm=1435-> AABBB
        AABBB -rail 900km 30h 3/week gauge_mm={gauge_mm}-> AAZZZ
    """)
    shipment = gr.Shipment(origin="AAAAA", destination="AAZZZ", mass_kg=12_000)
    itineraries = gr.route(shipment, network, gr.read_rates()).itineraries
    paths = [[leg.operation for leg in i.legs] for i in itineraries]

    assert ["load", "carry", operation, "carry", "unload"] in paths


def test_waiting_is_half_of_the_time_between_departures_and_the_cut_off() -> None:
    network = network_of("AAAAA -rail 500km 20h 2/week gauge_mm=1435-> AAZZZ")
    rates = gr.read_rates()
    shipment = gr.Shipment(origin="AAAAA", destination="AAZZZ", mass_kg=12_000)
    [only] = gr.route(shipment, network, rates).itineraries
    cut_off_h = rates.tariff.cutoff_h[rates.tariff.toc_code("rail-freight")]

    assert only.legs[0].wait_h == 42 + cut_off_h  # a week of 168 h, twice: half of 84
