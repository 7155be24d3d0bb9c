"""Cost lines: what a price is made of, and that they add up to it."""

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroute.network.lane import Mode
from greenroute.rating.cost_line import CostLine, add_up
from greenroute.rating.explain import explain_operation, explain_price
from greenroute.rating.lane_terms import apply_terms
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.price import price_lanes, price_operations
from networks import network_of
from rate_cards import Basis, cargo_of


@pytest.fixture(scope="module")
def basis(tmp_path_factory: pytest.TempPathFactory) -> Basis:
    return Basis.with_round_rates(tmp_path_factory.mktemp("rates"))


def told(lines: tuple[CostLine, ...]) -> list[tuple[str, str, str]]:
    return [
        (
            line.code,
            f"{line.money.amount.normalize():f} {line.money.currency}",
            str(line.usd),
        )
        for line in lines
    ]


def test_the_lines_of_a_card_name_amount_rate_day_and_row(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -sea 18500km 620h-> BBBBB")
    text = """
        card origin destination mode equipment valid_from currency base_per_unit surcharge_BAF surcharge_PSS surcharge_SEC surcharge_ETS
        ACME *      *           sea  40HQ      2026-01-01 EUR      10            -             -             -             -
        ACME AAAAA  BBBBB       sea  40HQ      2026-01-01 EUR      1000          120           10%           12/shipment   incl
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)

    [lines] = explain_price(
        network.lanes, cargo_of(30_000, 48), basis.tariff, cards=cards
    )

    # 30 t take two boxes; a euro is 1.25 USD.
    assert told(lines) == [
        ("UNIT", "2000 EUR", "2500.00"),
        ("BAF", "240 EUR", "300.00"),
        ("PSS", "200 EUR", "250.00"),
        ("SEC", "12 EUR", "15.00"),
    ]
    assert {str(line.rate.date) for line in lines} == {"2026-01-01"}
    assert {line.rate.usd_per_unit for line in lines} == {Decimal("1.25")}
    assert {line.source for line in lines} == {
        "cards.csv:3 (ACME): AAAAA > BBBBB, sea, 40HC"
    }


def test_the_lines_of_a_weight_break_and_of_a_minimum(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("""
        AAAAA -air 9000km 12h-> BBBBB
        AAAAA -road 500km 9h-> BBBBB
    """)
    text = """
        origin destination mode equipment valid_from currency break_from_kg base_per_chargeable_kg base_per_km minimum surcharge_FUEL
        AAAAA  BBBBB       air  AIR       2026-01-01 USD      -             4                      -           -       0.8/kg
        AAAAA  BBBBB       air  AIR       2026-01-01 USD      100           2.5                    -           -       0.8/kg
        AAAAA  BBBBB       road FTL       2026-01-01 USD      -             -                      1.2         700     5%
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)

    by_air, by_road = explain_price(
        network.lanes, cargo_of(90, 0.24), basis.tariff, cards=cards
    )

    # Declared as 100 kg; fuel goes by the true mass.
    assert told(by_air) == [
        ("CHARGEABLE_KG", "250 USD", "250.00"),
        ("FUEL", "72 USD", "72.00"),
    ]
    assert by_air[0].source == "cards.csv:3: AAAAA > BBBBB, air, AIR"
    # 1.2 x 500 = 600, 100 up to the minimum, and 5 % of both.
    assert told(by_road) == [
        ("KM", "600 USD", "600.00"),
        ("MINIMUM", "100 USD", "100.00"),
        ("FUEL", "35 USD", "35.00"),
    ]


def test_the_lines_of_the_tariff_and_of_a_lane(basis: Basis) -> None:
    network = network_of("""
        AAAAA -rail 11500km 400h-> BBBBB
        AAAAA -road 500km 9h cost_usd_per_shipment=100 cost_usd_per_kg=0.05 cost_usd_per_equipment=300-> BBBBB
        AAAAA -air 500km 1h cost_usd_per_equipment=300-> BBBBB
    """)

    by_rail, by_road, by_air = explain_price(
        network.lanes, cargo_of(30_000), basis.tariff
    )

    # 120 m3 take two boxes: 2 x (300 + 0.5 x 11,500)
    assert told(by_rail) == [
        ("UNIT", "600 USD", "600.00"),
        ("UNIT_KM", "11500 USD", "11500.00"),
    ]
    assert by_rail[0].source == "tariff default-2026: rail-freight, 40HC"
    # 100 + 30,000 x 0.05 + 2 trucks x 300
    assert told(by_road) == [
        ("SHIPMENT", "100 USD", "100.00"),
        ("KG", "1500 USD", "1500.00"),
        ("UNIT", "600 USD", "600.00"),
    ]
    assert by_road[0].source == f"network: lane {network.lanes.id[1].as_py()}"
    assert by_air == ()  # no equipment in whole units: no price


def test_the_lines_of_what_a_lane_says_of_its_price(basis: Basis) -> None:
    network = network_of("""
        AAAAA -sea 900km 30h equipment=BOX equipment_m3=10 cost_usd_per_equipment=100 cost_usd_per_departure=50 duty_rate=0.02-> BBBBB
        AAAAA -sea 10000km 330h equipment=40HC cost_usd_per_departure=50-> BBBBB
    """)
    goods = replace(cargo_of(1_000, 25), value_usd=4_000.0)

    boxes, by_tariff = explain_price(network.lanes, goods, basis.tariff)

    # 25 m3 take three boxes of 10 m3; 2 % of 4,000 USD.
    assert told(boxes) == [
        ("UNIT", "300 USD", "300.00"),
        ("DEPARTURE", "50 USD", "50.00"),
        ("DUTY", "80 USD", "80.00"),
    ]
    # 400 + 0.135 x 10,000
    assert told(by_tariff) == [
        ("UNIT", "400 USD", "400.00"),
        ("UNIT_KM", "1350 USD", "1350.00"),
        ("DEPARTURE", "50 USD", "50.00"),
    ]
    prices = price_lanes(network.lanes, goods, basis.tariff)
    told_usd, _ = apply_terms(prices, network.lanes, goods, basis.tariff)
    assert told_usd.cost_usd.tolist() == pytest.approx([430, 1_800])


def test_the_lines_of_operations_add_up_to_their_prices(basis: Basis) -> None:
    gateways = network_of("AAAAA -road 1km 1h-> BBBBB").gateways
    for kg, m3 in ((12_000.0, 48.0), (333.0, 1.7)):
        goods = cargo_of(kg, m3)
        prices = price_operations(goods, basis.tariff)
        for operation in OPERATIONS:
            for code, mode in enumerate(Mode):
                lines = explain_operation(
                    operation,
                    mode,
                    0,
                    gateways=gateways,
                    cargo=goods,
                    tariff=basis.tariff,
                )

                usd = prices[OPERATIONS.index(operation), code]
                assert float(sum(line.usd for line in lines)) == pytest.approx(
                    usd, abs=0.0051
                )


def test_a_gateway_with_a_price_of_its_own_is_told(basis: Basis) -> None:
    gateways = network_of("""
        AAAAA -road 1km 1h-> BBBBB
        AAAAA: hub_cost_usd_per_t=10
    """).gateways

    [line] = explain_operation(
        Operation.LOAD,
        Mode.SEA,
        0,
        gateways=gateways,
        cargo=cargo_of(12_000),
        tariff=basis.tariff,
    )

    assert line.usd == 60  # 12 t x 10 USD, half of it for loading
    assert line.source == "network: hub_cost_usd_per_t of AAAAA"


@settings(max_examples=40)
@given(
    amounts=st.lists(st.integers(0, 99_999), min_size=6, max_size=6),
    percent=st.integers(0, 300),
    kg=st.integers(1, 40_000),
    currency=st.sampled_from(("EUR", "USD", "GBP", "CNY")),
)
def test_the_lines_of_any_card_add_up_to_its_price(
    basis: Basis, amounts: list[int], percent: int, kg: int, currency: str
) -> None:
    network = network_of("AAAAA -sea 1234.5km 620h-> BBBBB")
    base, by_kg, by_km, minimum, baf, sec = (amount / 100 for amount in amounts)
    text = f"""
        origin destination mode equipment valid_from currency base_per_unit base_per_kg base_per_unit_km minimum surcharge_BAF surcharge_SEC surcharge_PSS
        AAAAA  BBBBB       sea  40HC      2026-01-01 {currency} {base} {by_kg} {by_km} {minimum} {baf} {sec}/shipment {percent / 10}%
    """
    with tempfile.TemporaryDirectory() as folder:
        cards = basis.prepare(basis.cards(Path(folder), text), network)
    goods = cargo_of(kg, kg / 300)

    usd = float(basis.price(network, goods, cards).cost_usd[0])
    [lines] = explain_price(network.lanes, goods, basis.tariff, cards=cards)

    assert abs(sum(line.usd for line in lines) - Decimal(usd)) < Decimal("0.0051")


def test_lines_are_rounded_anew_for_the_leg_that_they_are_of(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -road 1km 1h-> BBBBB")
    text = """
        origin destination mode equipment valid_from currency base_per_shipment surcharge_BAF
        AAAAA  BBBBB       road FTL       2026-01-01 USD      1.004             1.004/shipment
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)
    [lines] = explain_price(network.lanes, cargo_of(100), basis.tariff, cards=cards)

    assert [line.usd for line in lines] == [Decimal("1.01"), Decimal("1.00")]  # 2.008
    three = add_up((*lines, lines[0]), Decimal("3.01"))  # 3.012
    assert sum(line.usd for line in three) == Decimal("3.01")
    with pytest.raises(ArithmeticError, match=r"add up to 2\.008 USD, expected 2\.03"):
        add_up(lines, Decimal("2.03"))
