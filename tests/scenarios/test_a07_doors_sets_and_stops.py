"""A07: places that are no node, destinations that may be any of several, stops."""

import greenroute as gr
from networks import network_of

# Nodes lie on the equator, one degree (111 km) apart: A at 0, P at 1, Q at 2, Z at 3.
NETWORK = """
    AAAAA -road 150km 3h-> AAPPP
    AAPPP -sea 9000km 300h 1/week cost_usd_per_shipment=1000-> ZZQQQ
    AAPPP -sea 9900km 330h 1/week cost_usd_per_shipment=900-> ZZZZZ
    ZZQQQ -road 150km 3h cost_usd_per_shipment=50-> ZZZZZ
    AAPPP: kind=seaport
    ZZQQQ: kind=seaport
"""


def route(origin: str, destination: str, *, via: tuple[str, ...] = ()) -> gr.Frontier:
    shipment = gr.Shipment(origin=origin, destination=destination, mass_kg=12_000)
    return gr.route(shipment, network_of(NETWORK), gr.read_rates(), via=via)


def test_a_coordinate_is_joined_by_road() -> None:
    [first, *_] = route("0.2,0.2", "ZZZZZ").itineraries

    assert first.legs[0].origin == "door:0.2,0.2"
    assert first.modes[0] == "road"


def test_any_destination_of_a_set_will_do() -> None:
    frontier = route("AAAAA", "ZZZZZ;ZZQQQ")

    assert {i.legs[-1].destination for i in frontier.itineraries} <= {"ZZZZZ", "ZZQQQ"}
    assert frontier.picks is not None
    alone = [route("AAAAA", place).itineraries for place in ("ZZZZZ", "ZZQQQ")]
    assert frontier.itineraries[0].cost_usd == min(i[0].cost_usd for i in alone)


def test_a_stop_is_passed() -> None:
    frontier = route("AAAAA", "ZZZZZ", via=("ZZQQQ",))

    assert frontier.itineraries
    for itinerary in frontier.itineraries:
        assert "ZZQQQ" in {leg.origin for leg in itinerary.legs}
