"""Fuels, vehicles and speeds: what they cost, take and emit, and where they are offered."""

import numpy as np
import pytest

import greenroute as gr
from greenroute.rating.option_lanes import add_options
from greenroute.rating.rate import rate_lanes, size_cargo
from networks import network_of

SHIPMENT = gr.Shipment(
    origin="DEAAA", destination="FRBBB", mass_kg=12_000, volume_m3=40
)
ROAD = "DEAAA -road 300km 5h-> FRBBB"


def lanes_with(text: str, *options: str) -> dict[str, tuple[float, float, float]]:
    """Return cost, hours and kg of each lane's TOC, with these options."""
    rates = gr.read_rates()
    lanes = add_options(network_of(text), rates, options).lanes
    rating = rate_lanes(lanes, size_cargo(SHIPMENT, rates), rates)
    return {
        lanes.toc[row]: (
            float(rating.cost_usd[row]),
            float(rating.transit_h[row]),
            float(rating.wtw_kg[row]),
        )
        for row in range(len(lanes))
    }


def test_hvo_costs_its_premium_and_takes_the_same_time() -> None:
    found = lanes_with(ROAD, "hvo")

    diesel, hvo = found["road-artic"], found["road-artic-hvo"]
    # FTL: 180 + 300 km x 1.3 = 570 USD; HVO 8 % more.
    assert diesel[:2] == pytest.approx((570.0, 5.0))
    assert hvo[:2] == pytest.approx((615.6, 5.0))
    assert hvo[2] < 0.25 * diesel[2]


def test_slow_steaming_takes_a_ninth_longer_and_emits_a_fifth_less() -> None:
    found = lanes_with("DEAAA -sea 9000km 300h 1/week-> FRBBB", "slow")

    usual, slow = found["sea-container-8000"], found["sea-container-8000-slow"]
    assert slow[0] == usual[0]
    assert slow[1] == pytest.approx(300 * 1.111)
    assert slow[2] == pytest.approx(0.81 * usual[2], rel=1e-3)  # -19 %


def test_a_run_between_two_grids_is_as_dirty_as_the_dirtier_one() -> None:
    # Poland's electricity emits more than Germany's, Germany's more than France's.
    over = lanes_with("DEAAA -rail 300km 5h-> PLBBB", "electric")
    back = lanes_with("PLBBB -rail 300km 5h-> DEAAA", "electric")
    west = lanes_with(
        """DEAAA -rail 300km 5h-> FRBBB
        FRBBB -rail 300km 5h-> FRCCC""",
        "electric",
    )

    assert over["rail-freight-electric-PL"] == back["rail-freight-electric-PL"]
    assert set(west) == {
        "rail-freight",
        "rail-freight-electric-DE",
        "rail-freight-electric-FR",
    }
    assert (
        west["rail-freight-electric-FR"][2]
        < west["rail-freight-electric-DE"][2]
        < over["rail-freight-electric-PL"][2]
    )


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("DEAAA -road 401km 5h-> FRBBB", "battery"),  # beyond its range
        ("KEAAA -road 300km 5h-> KEBBB", "hvo"),  # not sold there
        ("DEAAA -rail 300km 5h-> GBBBB", "electric"),  # one end only
        ("DEAAA -rail 300km 5h-> FRBBB", "hvo"),  # no such option of the mode
    ],
)
def test_an_option_is_offered_only_where_it_can_be(text: str, option: str) -> None:
    assert len(lanes_with(text, option)) == 1


def test_a_lane_with_its_own_price_charges_the_premium_on_it() -> None:
    found = lanes_with("DEAAA -road 300km 5h cost_usd_per_shipment=1000-> FRBBB", "hvo")

    assert found["road-artic-hvo"][0] == pytest.approx(1080.0)


def test_an_unknown_option_is_an_error() -> None:
    with pytest.raises(gr.UnknownCategoryError, match="there is no option 'magic'"):
        lanes_with(ROAD, "hvo", "magic")


def test_all_options_are_those_with_a_price_and_a_factor() -> None:
    options = gr.read_rates().options

    assert options.chosen(["all"]) == options.names
    assert {"hvo", "battery", "electric", "diesel", "b30", "slow", "saf30"} <= set(
        options.names
    )
    # They have no usable factor: see options_not_available.csv of the factor set.
    assert not {"lng", "methanol"} & set(options.names)


def test_the_frontier_trades_fuels_off_leg_by_leg() -> None:
    network = network_of("""
        DEAAA -road 300km 5h-> DECCC
        DECCC -road 300km 5h-> FRBBB
    """)
    rates = gr.read_rates()
    usual = gr.route(SHIPMENT, network, rates)
    frontier = gr.route(SHIPMENT, network, rates, options=["hvo"])

    assert len(usual.itineraries) == 1
    # Diesel, HVO on both legs, and HVO on one: the legs are alike, so one of them is left.
    assert [i.options for i in frontier.itineraries] == [(), ("hvo",), ("hvo",)]
    costs = np.array([(i.cost_usd, i.wtw_kg_co2e) for i in frontier.itineraries])
    assert (np.diff(costs[:, 0]) > 0).all()
    assert (np.diff(costs[:, 1]) < 0).all()
    offered = add_options(network, rates, ["hvo"])
    for itinerary in frontier.itineraries:
        assert gr.check_itinerary(itinerary, SHIPMENT, offered, rates) == ()


def test_the_legs_of_an_option_are_stated_like_they_were_planned() -> None:
    network, rates = network_of(ROAD), gr.read_rates()
    frontier = gr.route(SHIPMENT, network, rates, options=["all"])
    for itinerary in frontier.itineraries:
        carried = gr.CarriedShipment(
            shipment_id="S", mass_kg=12_000, itinerary=itinerary
        )
        stated = gr.state_emissions([carried], rates)

        assert float(stated.total.wtw_kg_co2e) == pytest.approx(
            itinerary.wtw_kg_co2e, abs=0.0005 * len(itinerary.legs)
        )
