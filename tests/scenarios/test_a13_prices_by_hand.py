"""A13: price and hours of a run and its handling, for each mode and equipment, by hand."""

import pytest

import greenroute as gr
from greenroute.network.lane import MODES
from greenroute.orders.shipment import Cargo
from greenroute.plan.leg import LegKind
from networks import network_of

RATES = gr.read_rates()
#: Lane, kg, m3, cargo; equipment; USD and hours from yard to yard.
Example = tuple[str, float, float, Cargo, str, float, float]
EXAMPLES: list[Example] = [
    # 240 + 0.081 x 18,500 = 1,738.50, twice 50 + 190; 12 h, 84 + 36 h, 620 h, 36 h.
    ("sea 18500km 620h 1/week", 12_000, 27, Cargo.DRY, "20GP", 2_218.50, 788),
    # 30 t are two boxes of 21.7 t: 2 x 1,738.50, twice 50 + 2 x 190.
    ("sea 18500km 620h 1/week", 30_000, 48, Cargo.DRY, "20GP", 4_337.00, 788),
    # 400 + 0.135 x 18,500 = 2,897.50, twice 50 + 240; twice a week: 42 + 36 h.
    ("sea 18500km 620h 2/week", 12_000, 60, Cargo.DRY, "40HC", 3_477.50, 746),
    # The lane names its equipment, which costs what a 40HC does.
    (
        "sea 18500km 620h 2/week equipment=40GP",
        *(12_000, 50, Cargo.DRY, "40GP", 3_477.50, 746),
    ),
    # A small ship: 280 + 0.17 x 2,000 = 620, twice 50 + 240; 12 + 42 + 36 + 80 + 36 h.
    (
        "sea 2000km 80h 2/week toc=sea-container-1000-1999",
        *(12_000, 60, Cargo.DRY, "40HC", 1_200.00, 206),
    ),
    # By the m3: 25 + 0.00314 x 18,500 = 83.09, twice 50 + 22; 84 h until the box is full
    # and 36 h until it is unpacked on top of 788 h.
    ("sea 18500km 620h 1/week", 300, 1, Cargo.DRY, "LCL", 227.09, 908),
    # 0.3 x (25 + 0.00465 x 600) is below the minimum of 45; twice 60; 12 + 84 h, 28 + 36 h,
    # 30 h, 36 + 36 h.
    (
        "sea 600km 30h 3/week toc=sea-container-0-999",
        *(100, 0.3, Cargo.DRY, "LCL", 165.00, 262),
    ),
    # A truck of 70 m3 on a ferry: 220 + 0.9 x 100 = 310; 2 h, 12 + 2 h, 6 h, 2 h.
    (
        "sea 100km 6h 7/week toc=sea-roro-ferry",
        *(12_000, 70, Cargo.DRY, "FTL", 310.00, 24),
    ),
    # 300 + 0.36 x 9,130 = 3,586.80, twice 45 + 150; 24 h, 12 + 8 h, 13 h, 16 h.
    ("air 9130km 13h 7/week", 1_000, 5, Cargo.DRY, "AIR", 3_976.80, 73),
    # 12 m3 are charged like 2 t: 2 x 3,586.80, twice 45 + 2 x 150.
    ("air 9130km 13h 7/week", 1_000, 12, Cargo.DRY, "AIR", 7_863.60, 73),
    # In the belly 0.01 x (285 + 0.342 x 9,130) is below the minimum of 100; twice 75.
    (
        "air 9130km 13h 7/week toc=air-belly-long-haul",
        *(10, 0.05, Cargo.DRY, "AIR", 250.00, 24 + 12 + 6 + 13 + 16),
    ),
    # 195 + 0.3 x 900 = 465, twice 70; 8 h, 42 + 18 h, 20 h, 12 h.
    ("rail 900km 20h 2/week", 12_000, 27, Cargo.DRY, "20GP", 605.00, 100),
    # 300 + 0.5 x 900 = 750, twice 90.
    ("rail 900km 20h 2/week", 12_000, 60, Cargo.DRY, "40HC", 930.00, 100),
    # 30 + 0.012 x 900 is below the minimum of 90; twice 40 + 20; 84 and 36 h more.
    ("rail 900km 20h 2/week", 300, 1, Cargo.DRY, "LCL", 210.00, 220),
    # 420 + 0.68 x 900 = 1,032, twice 120.
    ("rail 900km 20h 2/week", 12_000, 48, Cargo.REEFER, "40RF", 1_272.00, 100),
    # 250 + 0.58 x 3,000 = 1,990, twice 90; 8 h, 12 + 6 h, 60 h, 12 h.
    (
        "rail 3000km 60h 7/week toc=rail-freight-us",
        *(12_000, 60, Cargo.DRY, "40HC", 2_170.00, 98),
    ),
    # 180 + 1.3 x 450 = 765; 2 h, 7.5 h, 2 h.
    ("road 450km 7.5h", 12_000, 48, Cargo.DRY, "FTL", 765.00, 11.5),
    # Two trucks of 24 t.
    ("road 450km 7.5h", 30_000, 48, Cargo.DRY, "FTL", 1_530.00, 11.5),
    # 2 m3 are charged like 2/3 t: 50 + 2/3 x (15 + 0.13 x 450) = 99.
    ("road 450km 7.5h", 500, 2, Cargo.DRY, "LTL", 99.00, 11.5),
    # 210 + 1.5 x 450 = 885.
    ("road 450km 7.5h", 12_000, 48, Cargo.REEFER, "FTL-RF", 885.00, 11.5),
    # 150 + 2 x 40 = 230; in North America 250 + 3 x 40 = 370.
    ("road 40km 1.5h toc=road-drayage", 12_000, 48, Cargo.DRY, "FTL", 230.00, 5.5),
    ("road 40km 1.5h toc=road-drayage-us", 12_000, 48, Cargo.DRY, "FTL", 370.00, 5.5),
    # 45 + 2/3 x (12 + 0.25 x 40) = 59.67 is below the minimum of 60.
    ("road 40km 1.5h toc=road-drayage", 500, 2, Cargo.DRY, "LTL", 60.00, 5.5),
    # 80 + 0.25 x 530 = 212.50, twice 45; 6 h, 28 + 12 h, 44 h, 8 h.
    (
        "inland_waterway 530km 44h 3/week",
        *(12_000, 27, Cargo.DRY, "20GP", 302.50, 98),
    ),
    # 120 + 0.4 x 530 = 332, twice 55.
    (
        "inland_waterway 530km 44h 3/week",
        *(12_000, 60, Cargo.DRY, "40HC", 442.00, 98),
    ),
]


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda one: f"{one[0]} {one[1]} {one[2]} {one[4]}"
)
def test_price_and_hours_are_those_by_hand(example: Example) -> None:
    lane, mass_kg, volume_m3, cargo, equipment, usd, hours = example
    shipment = gr.Shipment(
        origin="AAAAA",
        destination="AABBB",
        mass_kg=mass_kg,
        volume_m3=volume_m3,
        cargo=cargo,
    )

    [one] = gr.route(shipment, network_of(f"AAAAA -{lane}-> AABBB"), RATES).itineraries

    [run] = [leg for leg in one.legs if leg.kind is LegKind.TRANSPORT]
    assert (run.equipment, one.cost_usd) == (equipment, usd)
    assert one.transit_h == pytest.approx(hours)


def test_every_mode_and_every_equipment_of_the_tariff_has_an_example() -> None:
    assert {one[0].split()[0] for one in EXAMPLES} == set(map(str, MODES))
    assert {one[4] for one in EXAMPLES} == set(RATES.tariff.equipment.names)


def test_a_box_is_not_waited_for_where_a_gateway_says_how_long_it_takes() -> None:
    network = network_of("""
        AAAAA -sea 18500km 620h 1/week-> AABBB
        AAAAA: hub_h=20
    """)
    shipment = gr.Shipment(
        origin="AAAAA", destination="AABBB", mass_kg=300, volume_m3=1
    )

    [one] = gr.route(shipment, network, RATES).itineraries

    # Half of 20 h, 84 + 36 h, 620 h, 36 + 36 h.
    assert one.transit_h == pytest.approx(822)
    assert gr.check_itinerary(one, shipment, network, RATES) == ()
