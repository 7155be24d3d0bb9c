"""A05: goods that no aircraft may carry go another way, or not at all."""

from dataclasses import replace

import greenroute as gr
from networks import network_of

NETWORK = """
    AAAAA -air 8000km 12h 7/week toc=air-belly-long-haul-> ZZZZZ
    AAAAA -air 8000km 12h 7/week toc=air-freighter-long-haul-> ZZZZZ
"""
CHLORINE = gr.Shipment(
    origin="AAAAA",
    destination="ZZZZZ",
    mass_kg=1000,
    cargo=gr.Cargo.DANGEROUS,
    un_number="UN1017",
)


def test_chlorine_is_flown_by_nobody() -> None:
    frontier = gr.route(CHLORINE, network_of(NETWORK), gr.read_rates())

    assert frontier.termination is gr.Termination.INFEASIBLE
    assert "1 lanes left out: UN1017 is forbidden on cargo aircraft" in frontier.reason
    assert "UN1017 is forbidden on passenger aircraft" in frontier.reason


def test_chlorine_goes_by_sea() -> None:
    network = network_of(f"{NETWORK}\n AAAAA -sea 9000km 400h 1/week-> ZZZZZ")
    frontier = gr.route(CHLORINE, network, gr.read_rates())

    assert [i.main_modes for i in frontier.itineraries] == ["sea"]


def test_lithium_batteries_fly() -> None:
    shipment = replace(CHLORINE, un_number="UN3481")
    frontier = gr.route(shipment, network_of(NETWORK), gr.read_rates())

    assert {i.main_modes for i in frontier.itineraries} == {"air"}
