"""What lanes say of their price: equipment, departures, duty; all sums by hand."""

from dataclasses import replace

import numpy as np
import pytest

import greenroute as gr
from greenroute.rating.rate import LaneRating, rate_lanes, size_cargo
from networks import network_of

RATES = gr.read_rates()
SHIPMENT = gr.Shipment(
    origin="AAAAA", destination="BBBBB", mass_kg=12_000, volume_m3=48, value_usd=50_000
)

#: Boxes of 20 m3 at 100 USD.
BOX = "road 300km 5h equipment=BOX equipment_m3=20 cost_usd_per_equipment=100"


def rated(lane: str, shipment: gr.Shipment = SHIPMENT) -> LaneRating:
    network = network_of(f"AAAAA -{lane}-> BBBBB")
    return rate_lanes(network.lanes, size_cargo(shipment, RATES), RATES)


@pytest.mark.parametrize(
    ("lane", "usd", "equipment"),
    [
        # One truck: 180 + 1.30 x 300, whatever LTL costs.
        ("road 300km 5h equipment=FTL", 570.0, "FTL"),
        # A box of 65 m3 takes all of it.
        ("sea 10000km 5h equipment=40HC", 400 + 0.135 * 10_000, "40HC"),
        # A box that takes 10 m3 of the 48: five of them.
        ("sea 10000km 5h equipment=40HC equipment_m3=10", 5 * 1750.0, "40HC"),
        # Boxes of the lane: three of 20 m3 at 100.
        (BOX, 300.0, "BOX"),
        ("road 300km 5h equipment_m3=20 cost_usd_per_equipment=100", 300.0, ""),
        # Mass counts where the tariff knows the payload: 12 t fill 21.7 t once, 48 m3 fill
        # 28 m3 twice.
        ("sea 100km 5h equipment=20GP cost_usd_per_equipment=100", 200.0, "20GP"),
        # 7 for the shipment, 12,000 x 0.01 and three boxes.
        (
            f"{BOX} cost_usd_per_kg=0.01 cost_usd_per_shipment=7",
            427.0,
            "BOX",
        ),
        # A box of the lane that is priced by the shipment.
        (
            "road 300km 5h equipment=BOX equipment_m3=20 cost_usd_per_shipment=7",
            7.0,
            "BOX",
        ),
        # The departure is paid once, by the only shipment on it.
        ("road 300km 5h cost_usd_per_departure=1000", 1570.0, "FTL"),
        # 2 % of 50,000.
        ("road 300km 5h duty_rate=0.02", 1570.0, "FTL"),
        ("road 300km 5h duty_rate=0", 570.0, "FTL"),
    ],
)
def test_a_lane_is_priced_as_it_says(lane: str, usd: float, equipment: str) -> None:
    rating = rated(lane)

    assert rating.cost_usd[0] == pytest.approx(usd)
    assert rating.equipment_of(0) == equipment


def test_a_lane_without_terms_is_priced_by_the_tariff() -> None:
    network = network_of("""
        AAAAA -road 300km 5h-> BBBBB
        AAAAA -road 300km 5h equipment=BOX equipment_m3=1 cost_usd_per_equipment=1-> BBBBB
    """)
    rating = rate_lanes(network.lanes, size_cargo(SHIPMENT, RATES), RATES)

    assert rating.cost_usd.tolist() == pytest.approx([570.0, 48.0])
    assert [rating.equipment_of(0), rating.equipment_of(1)] == ["FTL", "BOX"]


def test_equipment_that_does_not_take_the_cargo_is_left_out() -> None:
    rating = rated("road 300km 5h equipment=FTL-RF")

    assert not rating.allowed[0]
    assert np.isnan(rating.cost_usd[0])
    assert rating.reasons == {"no equipment for dry cargo in the tariff": 1}


def test_equipment_that_the_tariff_does_not_offer_by_a_mode_is_left_out() -> None:
    assert not rated("road 300km 5h equipment=AIR").allowed[0]


@pytest.mark.parametrize(
    ("lane", "error", "message"),
    [
        (
            "road 300km 5h equipment=CRATE",
            gr.UnknownCategoryError,
            "equipment is 'CRATE', which the tariff does not know",
        ),
        (
            "road 300km 5h equipment=CRATE equipment_m3=5",
            gr.DataError,
            "equipment 'CRATE' of 5 m3 that the tariff does not price",
        ),
        (
            "road 300km 5h equipment_m3=5",
            gr.DataError,
            "equipment '' of 5 m3 that the tariff does not price",
        ),
    ],
)
def test_equipment_that_tells_no_price_is_an_error(
    lane: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"lane '1:AAAAA-road-BBBBB'.*{message}"):
        rated(lane)


def test_a_duty_without_a_value_is_an_error() -> None:
    with pytest.raises(gr.DataError, match=r"a duty of 0\.02 .*value_usd is not given"):
        rated("road 300km 5h duty_rate=0.02", replace(SHIPMENT, value_usd=None))


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_a_value_that_cannot_be_is_an_error(value: float) -> None:
    with pytest.raises(gr.DataError, match="value_usd is"):
        replace(SHIPMENT, value_usd=value)


def test_the_cut_off_of_a_lane_wins_over_the_tariffs() -> None:
    [by_tariff] = rated("rail 300km 5h 7/week").wait_h
    [own] = rated("rail 300km 5h 7/week cut_off_h=1").wait_h
    [on_demand] = rated("rail 300km 5h cut_off_h=1").wait_h

    tariff = RATES.tariff
    assert by_tariff == 12 + tariff.cutoff_h[tariff.toc_code("rail-freight")]
    assert own == 13  # half a day and an hour
    assert on_demand == 0
