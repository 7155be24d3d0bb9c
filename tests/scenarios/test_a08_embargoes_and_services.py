"""A08: markets under embargo are not passed, services of a carrier are left out."""

import pytest

import greenroute as gr
from greenroute.network.embargo import read_embargoes
from networks import network_of

# Through Iran (IR) 2,000 km, around it 5,000 km.
OVERLAND = """
    TRAAA -rail 1000km 20h 1/week service=alpha-> IRBBB
    IRBBB -rail 1000km 20h 1/week service=alpha-> INCCC
    TRAAA -rail 5000km 100h 1/week service=beta-> INCCC
"""


def lanes_of(frontier: gr.Frontier) -> set[str]:
    return {leg.service for i in frontier.itineraries for leg in i.legs if leg.service}


def test_a_market_under_embargo_is_not_passed() -> None:
    shipment = gr.Shipment(origin="TRAAA", destination="INCCC", mass_kg=12_000)
    network, rates = network_of(OVERLAND), gr.read_rates()

    assert "alpha" in lanes_of(gr.route(shipment, network, rates))
    assert lanes_of(gr.route(shipment, network, rates, avoid=["embargo:us"])) == {
        "beta"
    }


def test_a_service_can_be_left_out() -> None:
    shipment = gr.Shipment(origin="TRAAA", destination="INCCC", mass_kg=12_000)
    network, rates = network_of(OVERLAND), gr.read_rates()

    frontier = gr.route(shipment, network, rates, avoid=["service:alpha"])

    assert lanes_of(frontier) == {"beta"}


def test_an_end_under_embargo_is_refused() -> None:
    shipment = gr.Shipment(origin="TRAAA", destination="IRBBB", mass_kg=12_000)
    network, rates = network_of(OVERLAND), gr.read_rates()

    with pytest.raises(gr.DataError, match="is where the shipment starts or ends"):
        gr.route(shipment, network, rates, avoid=["embargo:us"])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("embargo:mars", "there is no embargo 'mars', expected one of eu, un, us"),
        ("service:gamma", "the network has no service 'gamma'"),
    ],
)
def test_an_unknown_list_or_service_is_an_error(name: str, message: str) -> None:
    shipment = gr.Shipment(origin="TRAAA", destination="INCCC", mass_kg=12_000)
    network, rates = network_of(OVERLAND), gr.read_rates()

    with pytest.raises(gr.UnknownCategoryError, match=message):
        gr.route(shipment, network, rates, avoid=[name])


def test_every_market_of_an_embargo_is_one_of_the_world() -> None:
    markets = set(gr.read_network().markets.iso2.to_pylist())

    assert all(listed <= markets for listed in read_embargoes().values())
