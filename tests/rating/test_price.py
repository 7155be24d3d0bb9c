"""Prices by hand, with the default tariff of 2026."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.errors import UnknownCategoryError
from greenroute.network.lane import Lanes
from greenroute.orders.shipment import Cargo
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.price import price_lanes, price_operations
from greenroute.rating.read import Rates
from greenroute.rating.tariff import NO_EQUIPMENT
from networks import network_of


def cargo_of(
    mass_kg: float, volume_m3: float | None = None, cargo: Cargo = Cargo.DRY
) -> CargoUnit:
    volume_m3 = mass_kg / 250 if volume_m3 is None else volume_m3
    return CargoUnit(
        mass_kg=mass_kg, volume_m3=volume_m3, cargo=cargo, un_number=None, assumed=()
    )


def lane(text: str) -> Lanes:
    return network_of(f"AAAAA -{text}-> BBBBB").lanes


@pytest.mark.parametrize(
    ("text", "goods", "usd", "equipment"),
    [
        pytest.param(
            "sea 18500km 620h toc=sea-container-8000",
            cargo_of(12_000),
            2_897.5,  # one box: 400 + 0.135 x 18,500; two 20 ft would be 3,477
            "40HC",
            id="sea, full container",
        ),
        pytest.param(
            "sea 18500km 620h toc=sea-container-8000",
            cargo_of(27_000, 50),
            3_477.0,  # 27 t in two 20 ft of 21.7 t: 2 x (240 + 0.081 x 18,500)
            "20GP",
            id="sea, heavy goods take two small boxes",
        ),
        pytest.param(
            "sea 10000km 330h toc=sea-container-8000",
            cargo_of(1_000, 2),
            112.8,  # 2 W/M x (25 + 0.00314 x 10,000)
            "LCL",
            id="sea, part of a container",
        ),
        pytest.param(
            "sea 10000km 330h toc=sea-container-8000",
            cargo_of(100, 0.2),
            45.0,  # 0.2 W/M x 56.40 = 11.28, below the minimum
            "LCL",
            id="sea, minimum",
        ),
        pytest.param(
            "air 9000km 12h toc=air-belly-long-haul",
            cargo_of(1_000, 9),
            5_044.5,  # 9 m3 / 6 = 1.5 t chargeable x (285 + 0.342 x 9,000)
            "AIR",
            id="air, light goods pay by volume",
        ),
        pytest.param(
            "air 9000km 12h toc=air-freighter-long-haul",
            cargo_of(1_000, 4),
            3_540.0,  # 1 t x (300 + 0.36 x 9,000)
            "AIR",
            id="air, freighter",
        ),
        pytest.param(
            "rail 11500km 400h",
            cargo_of(12_000),
            6_050.0,  # 300 + 0.50 x 11,500
            "40HC",
            id="rail",
        ),
        pytest.param(
            "road 500km 9h",
            cargo_of(10_000),
            830.0,  # 180 + 1.30 x 500; LTL 50 + 13.33 x 80 = 1,116.67
            "FTL",
            id="road, full truck",
        ),
        pytest.param(
            "road 500km 9h",
            cargo_of(1_000, 3),
            130.0,  # 50 + 1 x (15 + 0.13 x 500)
            "LTL",
            id="road, part of a truck",
        ),
        pytest.param(
            "road 1000km 18h toc=road-artic-us",
            cargo_of(10_000),
            1_450.0,  # 250 + 1.20 x 1,000
            "FTL",
            id="road, North America",
        ),
        pytest.param(
            "road 50km 1h toc=road-drayage",
            cargo_of(12_000),
            250.0,  # 150 + 2.00 x 50
            "FTL",
            id="drayage",
        ),
        pytest.param(
            "inland_waterway 530km 60h",
            cargo_of(12_000),
            332.0,  # 120 + 0.40 x 530
            "40HC",
            id="barge",
        ),
        pytest.param(
            "rail 1000km 30h",
            cargo_of(12_000, cargo=Cargo.REEFER),
            1_100.0,  # 420 + 0.68 x 1,000
            "40RF",
            id="rail, refrigerated",
        ),
    ],
)
def test_a_run_costs_what_the_tariff_says(
    rates: Rates, text: str, goods: CargoUnit, usd: float, equipment: str
) -> None:
    prices = price_lanes(lane(text), goods, rates.tariff)

    assert prices.cost_usd[0] == pytest.approx(usd)
    assert rates.tariff.equipment.names[prices.equipment[0]] == equipment


def test_a_second_container_costs_a_second_container(rates: Rates) -> None:
    rail = lane("rail 11500km 400h")

    one = price_lanes(rail, cargo_of(26_500, 50), rates.tariff).cost_usd[0]
    two = price_lanes(rail, cargo_of(26_501, 50), rates.tariff).cost_usd[0]

    # Past 26.5 t: two 40 ft at 6,050, or two 20 ft at 195 + 0.30 x 11,500 = 3,645.
    assert one == pytest.approx(6_050.0)
    assert two == pytest.approx(7_290.0)


def test_a_full_container_is_one_container_whatever_the_float_says(
    rates: Rates,
) -> None:
    exactly_full = cargo_of(1_000, 65 * (1 + 1e-12))

    units = rates.tariff.equipment.units(exactly_full.mass_kg, exactly_full.volume_m3)

    assert units[rates.tariff.equipment.names.index("40HC")] == 1


def test_goods_switch_from_part_to_full_container_as_they_grow(rates: Rates) -> None:
    sea = lane("sea 18500km 620h toc=sea-container-8000")

    chosen = [
        rates.tariff.equipment.names[
            price_lanes(sea, cargo_of(100 * m3, m3), rates.tariff).equipment[0]
        ]
        for m3 in (2, 15, 28, 40, 60)
    ]

    # LCL costs 83.09 USD/m3, 15 m3 1,246; the 20 ft box 1,738.50, the 40 ft box 2,897.50.
    assert chosen == ["LCL", "LCL", "20GP", "40HC", "40HC"]


@given(
    tonnes=st.integers(1, 60),
    more=st.integers(1, 20),
    text=st.sampled_from(
        [
            "sea 18500km 620h",
            "air 9000km 12h",
            "rail 900km 30h",
            "road 500km 9h",
            "inland_waterway 500km 60h",
        ]
    ),
)
def test_more_goods_never_cost_less(
    rates: Rates, tonnes: int, more: int, text: str
) -> None:
    less, greater = (
        price_lanes(lane(text), cargo_of(1_000.0 * t), rates.tariff).cost_usd[0]
        for t in (tonnes, tonnes + more)
    )

    assert less <= greater


def test_the_prices_of_a_lane_itself_win_over_the_tariff(rates: Rates) -> None:
    lanes = lane(
        "road 500km 9h cost_usd_per_shipment=100 cost_usd_per_kg=0.05 "
        "cost_usd_per_equipment=300"
    )

    prices = price_lanes(lanes, cargo_of(30_000), rates.tariff)

    assert prices.cost_usd[0] == pytest.approx(2_200.0)  # 100 + 1,500 + 2 x 300
    assert rates.tariff.equipment.names[prices.equipment[0]] == "FTL"


def test_one_price_of_a_lane_is_enough_and_zero_is_a_price(rates: Rates) -> None:
    lanes = network_of("""
        AAAAA -road 500km 9h cost_usd_per_kg=0-> BBBBB
        AAAAA -road 500km 9h cost_usd_per_shipment=70-> BBBBB
        AAAAA -road 500km 9h-> BBBBB
    """).lanes

    prices = price_lanes(lanes, cargo_of(10_000), rates.tariff)

    assert prices.cost_usd.tolist() == pytest.approx([0.0, 70.0, 830.0])
    assert prices.equipment[:2].tolist() == [NO_EQUIPMENT, NO_EQUIPMENT]


def test_a_price_by_unit_needs_equipment_in_whole_units(rates: Rates) -> None:
    by_air = lane("air 500km 1h cost_usd_per_equipment=300")

    prices = price_lanes(by_air, cargo_of(1_000), rates.tariff)

    assert np.isnan(prices.cost_usd[0])


def test_the_order_of_lanes_does_not_matter(rates: Rates) -> None:
    lanes = network_of("""
        AAAAA -road 500km 9h-> BBBBB
        AAAAA -rail 500km 9h-> BBBBB
        AAAAA -road 100km 2h cost_usd_per_kg=0.1-> BBBBB
        AAAAA -sea 500km 9h-> BBBBB
        AAAAA -road 300km 5h-> BBBBB
    """).lanes
    order = np.array([3, 1, 4, 0, 2])

    straight = price_lanes(lanes, cargo_of(10_000), rates.tariff).cost_usd
    shuffled = price_lanes(lanes.take(order), cargo_of(10_000), rates.tariff).cost_usd

    assert shuffled.tolist() == straight[order].tolist()


def test_a_toc_that_the_tariff_does_not_know_is_an_error(rates: Rates) -> None:
    tariff = replace(rates.tariff, tocs=("elsewhere",))

    with pytest.raises(
        UnknownCategoryError,
        match=r"^tariff 'default-2026' has no TOC 'road-artic', expected one of elsewhere$",
    ):
        price_lanes(lane("road 500km 9h"), cargo_of(1_000), tariff)


def test_handling_takes_the_cheapest_equipment_too(rates: Rates) -> None:
    load = 0
    sea, air, rail, road, barge = range(5)

    heavy = price_operations(cargo_of(12_000), rates.tariff)[load]
    light = price_operations(cargo_of(1_000, 2), rates.tariff)[load]

    assert heavy[sea] == pytest.approx(290.0)  # 50 + one 40 ft at 240
    assert light[sea] == pytest.approx(94.0)  # LCL 50 + 2 W/M x 22
    assert heavy[air] == pytest.approx(1_845.0)  # 45 + 12 t x 150
    assert heavy[rail] == pytest.approx(90.0)
    assert heavy[road] == 0.0
    assert heavy[barge] == pytest.approx(55.0)
