"""Prices by rate cards, worked by hand, with the default tariff; a euro is 1.25 USD."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from greenroute.errors import DataError, UnknownPlaceError
from greenroute.orders.shipment import Cargo
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.rate_card import NO_CARD
from networks import network_of
from rate_cards import Basis, cargo_of


@pytest.fixture
def basis(tmp_path: Path) -> Basis:
    return Basis.with_round_rates(tmp_path)


@pytest.mark.parametrize(
    ("lane", "card", "goods", "usd", "equipment"),
    [
        pytest.param(
            "sea 18500km 620h",
            """
            origin destination mode equipment valid_from currency base_per_unit surcharge_BAF surcharge_PSS surcharge_THC surcharge_SEC surcharge_ETS
            AAAAA  BBBBB       sea  40HQ      2026-01-01 EUR      1000          120           10%           200/unit      12/shipment   incl
            """,
            cargo_of(30_000, 48),
            # 30 t take two boxes of 26.5 t: 2 x 1,000 + 10 % + 2 x (120 + 200) + 12
            # = 2,852 EUR
            3_565.0,
            "40HC",
            id="sea, containers with surcharges",
        ),
        pytest.param(
            "sea 18500km 620h",
            """
            origin destination mode equipment valid_from currency base_per_unit
            AAAAA  BBBBB       sea  45R1      2026-01-01 JPY      300000
            """,
            cargo_of(12_000, 48, Cargo.REEFER),
            3_000.0,  # one reefer: 300,000 JPY x 0.01
            "40RF",
            id="sea, reefer by its ISO 6346 code",
        ),
        pytest.param(
            "sea 10000km 330h",
            """
            origin destination mode equipment valid_from currency base_per_unit minimum
            AAAAA  BBBBB       sea  LCL       2026-01-01 USD      60            100
            """,
            cargo_of(1_000, 2),
            120.0,  # 2 m3 charged like 2 t: 2 W/M x 60
            "LCL",
            id="sea, part of a container by W/M",
        ),
        pytest.param(
            "air 9000km 12h",
            """
            origin destination mode equipment valid_from currency break_from_kg base_per_chargeable_kg minimum surcharge_FUEL surcharge_SEC
            AAAAA  BBBBB       air  AIR       2026-01-01 USD      -             4.00                   80      0.80/kg        0.10/chargeable_kg
            AAAAA  BBBBB       air  AIR       2026-01-01 USD      45            3.00                   80      0.80/kg        0.10/chargeable_kg
            AAAAA  BBBBB       air  AIR       2026-01-01 USD      100           2.50                   80      0.80/kg        0.10/chargeable_kg
            """,
            cargo_of(90, 0.24),
            # declared as 100 kg: 250, less than 90 x 3.00; + 90 x 0.80 + 100 x 0.10
            332.0,
            "AIR",
            id="air, declared at the next break",
        ),
        pytest.param(
            "rail 1000km 40h",
            """
            origin destination mode equipment valid_from currency base_per_shipment base_per_unit_km
            AAAAA  BBBBB       rail 40HC      2026-01-01 EUR      150               0.4
            """,
            cargo_of(12_000),
            687.5,  # 150 + 0.4 x 1,000 = 550 EUR
            "40HC",
            id="rail, container by distance",
        ),
        pytest.param(
            "road 500km 9h",
            """
            origin destination mode equipment valid_from currency base_per_km minimum surcharge_FUEL
            AAAAA  BBBBB       road FTL       2026-01-01 EUR      1.2         700     5%
            """,
            cargo_of(12_000),
            918.75,  # 1.2 x 500 = 600, at least 700; + 5 % = 735 EUR
            "FTL",
            id="road, full truck at the minimum",
        ),
        pytest.param(
            "road 500km 9h",
            """
            origin destination mode equipment valid_from currency base_per_shipment base_per_kg
            AAAAA  BBBBB       road -         2026-01-01 USD      30                0.05
            """,
            cargo_of(1_000, 3),
            80.0,  # 30 + 1,000 x 0.05
            "",
            id="road, by mass whatever the equipment",
        ),
        pytest.param(
            "inland_waterway 500km 60h",
            """
            origin destination mode            equipment valid_from currency base_per_unit
            AAAAA  BBBBB       inland_waterway 22G1      2026-01-01 EUR      90
            """,
            cargo_of(10_000, 40),
            225.0,  # 40 m3 take two 20 ft boxes of 28 m3: 180 EUR
            "20GP",
            id="barge, two small containers",
        ),
    ],
)
def test_a_card_prices_a_lane(  # noqa: PLR0913 - a worked example has that many columns
    basis: Basis,
    tmp_path: Path,
    *,
    lane: str,
    card: str,
    goods: CargoUnit,
    usd: float,
    equipment: str,
) -> None:
    network = network_of(f"AAAAA -{lane}-> BBBBB")
    cards = basis.prepare(basis.cards(tmp_path, card), network)

    prices = basis.price(network, goods, cards)

    assert prices.cost_usd[0] == pytest.approx(usd)
    names = (*basis.tariff.equipment.names, "")
    assert names[prices.equipment[0]] == equipment


@pytest.mark.parametrize(
    ("kg", "usd"),
    [
        (10, 80.0),  # 40, at least 80
        (40, 135.0),  # as 45 kg: 45 x 3, less than 40 x 4
        (60, 180.0),  # 60 x 3, less than 100 x 2.50
        (84, 250.0),  # as 100 kg: 250, less than 252
        (100, 250.0),
        (200, 500.0),
    ],
)
def test_goods_pay_their_break_or_a_heavier_one_if_cheaper(
    basis: Basis, tmp_path: Path, kg: float, usd: float
) -> None:
    network = network_of("AAAAA -air 9000km 12h-> BBBBB")
    text = """
        origin destination mode equipment valid_from currency break_from_kg base_per_chargeable_kg minimum
        AAAAA  BBBBB       air  AIR       2026-01-01 USD      100           2.50                   80
        AAAAA  BBBBB       air  AIR       2026-01-01 USD      -             4.00                   80
        AAAAA  BBBBB       air  AIR       2026-01-01 USD      45            3.00                   80
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)

    prices = basis.price(network, cargo_of(kg, kg / 500), cards)

    assert prices.cost_usd[0] == pytest.approx(usd)


def test_a_lighter_break_does_not_hold_for_heavier_goods(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -air 9000km 12h-> BBBBB")
    text = """
        origin destination mode equipment valid_from currency break_from_kg base_per_chargeable_kg
        AAAAA  BBBBB       air  AIR       2026-01-01 USD      -             1
        AAAAA  BBBBB       air  AIR       2026-01-01 USD      100           2
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)

    prices = basis.price(network, cargo_of(200, 0.5), cards)

    assert prices.cost_usd[0] == pytest.approx(400.0)  # 200 x 2, not 200 x 1


def test_the_cheapest_equipment_of_the_card_wins(basis: Basis, tmp_path: Path) -> None:
    network = network_of("AAAAA -sea 18500km 620h-> BBBBB")
    text = """
        origin destination mode equipment valid_from currency base_per_unit
        AAAAA  BBBBB       sea  20GP      2026-01-01 USD      900
        AAAAA  BBBBB       sea  40HC      2026-01-01 USD      1500
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)

    small = basis.price(network, cargo_of(10_000, 25), cards)
    large = basis.price(network, cargo_of(10_000, 50), cards)

    assert small.cost_usd[0] == pytest.approx(900)
    assert large.cost_usd[0] == pytest.approx(1_500)  # two small boxes cost 1,800


def test_a_card_wins_over_the_lane_and_the_lane_over_the_tariff(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("""
        AAAAA -road 500km 9h cost_usd_per_shipment=70-> BBBBB
        AAAAA -road 500km 9h cost_usd_per_shipment=70-> CCCCC
        AAAAA -road 500km 9h-> CCCCC
    """)
    text = """
        origin destination mode equipment valid_from currency base_per_unit
        AAAAA  BBBBB       road FTL       2026-01-01 USD      999
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)

    prices = basis.price(network, cargo_of(10_000), cards)

    # The tariff: 180 + 1.30 x 500.
    assert prices.cost_usd.tolist() == pytest.approx([999, 70, 830])
    assert prices.card.tolist() == [0, NO_CARD, NO_CARD]


def test_where_no_equipment_of_the_card_takes_the_cargo_the_tariff_prices(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -road 500km 9h-> BBBBB")
    text = """
        origin destination mode equipment valid_from currency base_per_unit
        AAAAA  BBBBB       road FTL       2026-01-01 USD      1
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)
    reefer = cargo_of(10_000, cargo=Cargo.REEFER)

    with_card = basis.price(network, reefer, cards)

    assert with_card.cost_usd[0] == basis.price(network, reefer).cost_usd[0] > 1
    assert with_card.card[0] == NO_CARD


def test_a_card_holds_from_its_first_day_to_its_last(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -road 500km 9h-> BBBBB")
    text = """
        origin destination mode equipment valid_from valid_to   currency base_per_unit
        AAAAA  BBBBB       road FTL       2026-03-01 2026-03-31 USD      100
        AAAAA  BBBBB       road FTL       2026-04-01 -          USD      200
    """
    read = basis.cards(tmp_path, text)
    days = [
        date(2026, 2, 28),
        date(2026, 3, 1),
        date(2026, 3, 31),
        date(2026, 4, 1),
        date(2040, 1, 1),
    ]
    prepared = [basis.prepare(read, network, on=day) for day in days]

    found = [
        basis.price(network, cargo_of(10_000), cards).cost_usd[0] for cards in prepared
    ]

    assert found == pytest.approx([830, 100, 100, 200, 200])  # first the tariff
    assert [cards.expired for cards in prepared] == [0, 0, 0, 1, 1]
    assert [cards.not_yet_valid for cards in prepared] == [2, 1, 1, 0, 0]
    assert prepared[0].used() == "2 rows of cards.csv on 2026-02-28; 2 not yet valid"


def test_an_offer_within_a_contract_wins_with_all_its_weight_breaks(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -air 9000km 12h-> BBBBB")
    text = """
        origin destination mode equipment valid_from valid_to   currency break_from_kg base_per_chargeable_kg
        AAAAA  BBBBB       air  AIR       2026-01-01 2026-12-31 USD      -             4
        AAAAA  BBBBB       air  AIR       2026-01-01 2026-12-31 USD      100           1
        AAAAA  BBBBB       air  AIR       2026-06-01 2026-06-30 USD      -             3
    """
    read = basis.cards(tmp_path, text)

    found = [
        basis.price(
            network, cargo_of(200, 0.5), basis.prepare(read, network, on=day)
        ).cost_usd[0]
        for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 7, 1))
    ]

    assert found == pytest.approx([200, 600, 200])
    assert basis.prepare(read, network, on=date(2026, 6, 1)).superseded == 2


def test_the_exchange_rate_of_the_day_is_taken_and_told(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -road 500km 9h-> BBBBB")
    text = """
        origin destination mode equipment valid_from currency base_per_unit
        AAAAA  BBBBB       road FTL       2026-01-01 EUR      100
    """
    read = basis.cards(tmp_path, text)
    june, july = (
        basis.prepare(read, network, on=date(2026, month, 15)) for month in (6, 7)
    )

    found = [
        basis.price(network, cargo_of(9_000), cards).cost_usd[0]
        for cards in (june, july)
    ]

    assert found == pytest.approx([125, 150])
    assert july.exchange["EUR"].date == date(2026, 7, 1)


def test_a_currency_without_a_rate_is_an_error_if_a_lane_uses_it(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -road 500km 9h-> BBBBB")
    text = """
        origin destination mode equipment valid_from currency base_per_unit
        AAAAA  BBBBB       road FTL       2025-01-01 USD      100
        BBBBB  AAAAA       road FTL       2025-01-01 XOF      100
        AAAAA  BBBBB       road LTL       2025-01-01 EUR      100
    """
    read = basis.cards(tmp_path, text)

    basis.prepare(read, network, on=date(2026, 5, 1))
    with pytest.raises(
        DataError, match=r"cards\.csv:4: currency is 'EUR'; .* before 2025-05-01"
    ):
        basis.prepare(read, network, on=date(2025, 5, 1))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("AAAAB * - road", r"cards\.csv:2: origin is 'AAAAB', .* near ones are AAAAA"),
        ("* customs:EU - road", r"cards\.csv:2: destination is 'customs:EU', expected"),
        ("- - 9:none road", r"cards\.csv:2: lane is '9:none', expected a lane of"),
    ],
)
def test_a_place_that_the_network_does_not_have_is_an_error(
    basis: Basis, tmp_path: Path, row: str, message: str
) -> None:
    network = network_of("AAAAA -road 500km 9h-> BBBBB")
    text = f"""
        origin destination lane mode equipment valid_from currency base_per_unit
        {row} FTL 2026-01-01 USD 100
    """

    with pytest.raises(UnknownPlaceError, match=message):
        basis.prepare(basis.cards(tmp_path, text), network)


def test_a_lane_of_another_mode_is_an_error(basis: Basis, tmp_path: Path) -> None:
    network = network_of("AAAAA -road 500km 9h-> BBBBB")
    text = f"""
        lane mode equipment valid_from currency base_per_unit
        {network.lanes.id[0].as_py()} rail 40HC 2026-01-01 USD 100
    """

    with pytest.raises(
        DataError, match="expected a lane of the mode that the row says"
    ):
        basis.prepare(basis.cards(tmp_path, text), network)


def test_cards_of_other_lanes_are_refused(basis: Basis, tmp_path: Path) -> None:
    one, other = (network_of(f"AAAAA -road 500km 9h-> {end}") for end in ("BB", "CC"))
    text = """
        origin destination mode equipment valid_from currency base_per_unit
        AAAAA  *           road FTL       2026-01-01 USD      100
    """
    cards = basis.prepare(basis.cards(tmp_path, text), one)

    with pytest.raises(DataError, match="prepared for other lanes"):
        basis.price(other, cargo_of(1_000), cards)


def test_some_lanes_cost_what_they_cost_among_all(basis: Basis, tmp_path: Path) -> None:
    network = network_of("""
        AAAAA -road 500km 9h-> BBBBB
        AAAAA -road 500km 9h-> CCCCC
        BBBBB -road 300km 9h-> CCCCC
        CCCCC -road 300km 9h-> AAAAA
    """)
    text = """
        origin destination mode equipment valid_from currency base_per_unit base_per_km
        AAAAA  CCCCC       road FTL       2026-01-01 USD      100           -
        *      CCCCC       road FTL       2026-01-01 USD      -             0.5
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)
    goods, rows = cargo_of(9_000), np.array([3, 2, 1])

    every = basis.price(network, goods, cards).cost_usd
    some = basis.price_some(network, goods, cards, rows).cost_usd

    assert every.tolist() == pytest.approx([830, 100, 150, 570])
    assert some.tolist() == every[rows].tolist()
