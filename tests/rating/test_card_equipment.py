"""Rate cards for the equipment of lanes: own boxes, own sizes, other names; sums by hand."""

from pathlib import Path

import numpy as np
import pytest

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.network import Network
from greenroute.rating.explain import explain_price
from greenroute.rating.price_card import LanePrices
from greenroute.rating.rate import rate_lanes
from greenroute.rating.read import Rates
from networks import network_of
from rate_cards import Basis, cargo_of

HEADER = "lane origin destination mode equipment valid_from currency base_per_unit"
TRUCK = "road 300km 5h equipment=crate equipment_m3=20"


def priced(
    folder: Path, network: Network, *rows: str, m3: float = 48
) -> tuple[LanePrices, Basis]:
    basis = Basis.with_round_rates(folder)
    cards = basis.cards(folder, "\n".join((HEADER, *rows)), network=network)
    prepared = basis.prepare(cards, network)
    return basis.price(network, cargo_of(12_000, m3), prepared), basis


@pytest.mark.parametrize(
    "row",
    [
        "1:AAAAA-road-BBBBB - - road crate 2026-01-01 USD 100",
        "- * * road crate 2026-01-01 USD 100",
    ],
)
def test_a_card_prices_boxes_that_only_the_lane_knows(tmp_path: Path, row: str) -> None:
    prices, _ = priced(tmp_path, network_of(f"AAAAA -{TRUCK}-> BBBBB"), row)

    assert prices.cost_usd.tolist() == [300.0]  # 48 m3 fill three crates of 20 m3


def test_each_lane_has_boxes_of_its_own_size(tmp_path: Path) -> None:
    network = network_of("""
        AAAAA -road 300km 5h equipment=crate equipment_m3=20-> BBBBB
        AAAAA -road 300km 5h equipment=crate equipment_m3=48-> BBBBB
        AAAAA -road 300km 5h-> BBBBB
    """)
    prices, _ = priced(tmp_path, network, "- * * road crate 2026-01-01 USD 100")

    # Three crates, one, and a truck of the tariff: 180 + 1.30 x 300.
    assert prices.cost_usd.tolist() == pytest.approx([300.0, 100.0, 570.0])
    assert prices.card.tolist() == [0, 0, -1]


def test_the_size_of_a_lane_wins_over_the_tariffs(tmp_path: Path) -> None:
    network = network_of("""
        CNSHA -sea 9000km 300h equipment=45G1 equipment_m3=10-> NLRTM
        CNSHA -sea 9000km 300h equipment=40HQ-> NLRTM
        CNSHA -sea 9000km 300h-> NLRTM
    """)
    prices, basis = priced(tmp_path, network, "- * * sea 40HC 2026-01-01 USD 100")

    # 48 m3 fill five boxes of 10 m3, and one of 65 m3.
    assert prices.cost_usd.tolist() == [500.0, 100.0, 100.0]
    assert {basis.tariff.equipment.names[code] for code in prices.equipment} == {"40HC"}


@pytest.mark.parametrize("name", ["40HC", "45G1", "40HQ"])
def test_a_lane_may_name_its_equipment_by_any_of_its_names(
    rates: Rates, name: str
) -> None:
    network = network_of(f"AAAAA -sea 10000km 5h equipment={name}-> BBBBB")
    rating = rate_lanes(network.lanes, cargo_of(12_000, 48), rates)

    assert rating.cost_usd.tolist() == pytest.approx([400 + 0.135 * 10_000])
    assert rating.equipment_of(0) == "40HC"


def test_a_lane_is_not_priced_in_equipment_that_it_does_not_have(
    tmp_path: Path,
) -> None:
    network = network_of("AAAAA -sea 10000km 5h equipment=20GP-> BBBBB")
    prices, _ = priced(
        tmp_path,
        network,
        "- * * sea 40HC 2026-01-01 USD 1",
        "- * * sea - 2026-01-01 USD 0",
    )

    assert prices.card.tolist() == [1]  # the row that needs no equipment


@pytest.mark.parametrize(
    ("lane", "row", "error", "message"),
    [
        (
            TRUCK,
            "1:AAAAA-road-BBBBB - - road FTL 2026-01-01 USD 1",
            DataError,
            r"cards.csv:2: equipment is 'FTL', expected 'crate' or none, as lane '1:AAAAA",
        ),
        (
            "road 300km 5h equipment=FTL",
            "1:AAAAA-road-BBBBB - - road LTL 2026-01-01 USD 1",
            DataError,
            r"cards.csv:2: equipment is 'LTL', expected 'FTL' or none",
        ),
        (
            "road 300km 5h equipment=crate",
            "- * * road crate 2026-01-01 USD 1",
            UnknownCategoryError,
            r"equipment_m3 is empty, expected a number > 0: .*cards.csv:2 prices it in 'crate'",
        ),
        (
            "road 300km 5h",
            "- * * road crate 2026-01-01 USD 1",
            DataError,
            r"cards.csv:2: equipment is 'crate', expected one of .* or equipment of a lane",
        ),
    ],
)
def test_equipment_that_does_not_fit_is_an_error(
    tmp_path: Path, lane: str, row: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        priced(tmp_path, network_of(f"AAAAA -{lane}-> BBBBB"), row)


def test_boxes_of_a_lane_are_explained(tmp_path: Path, rates: Rates) -> None:
    network = network_of(f"AAAAA -{TRUCK} cost_usd_per_departure=7-> BBBBB")
    basis = Basis.with_round_rates(tmp_path)
    text = f"{HEADER}\n - * * road crate 2026-01-01 EUR 100"
    prepared = basis.prepare(basis.cards(tmp_path, text, network=network), network)
    goods = cargo_of(12_000, 48)

    [lines] = explain_price(network.lanes, goods, basis.tariff, cards=prepared)
    rating = rate_lanes(network.lanes, goods, rates, cards=prepared)

    # Three crates at 100 EUR x 1.25, and the departure.
    assert [(line.code, float(line.usd)) for line in lines] == [
        ("UNIT", 375.0),
        ("DEPARTURE", 7.0),
    ]
    assert lines[0].source == "cards.csv:2: * > *, road, crate"
    assert (rating.cost_usd[0], rating.equipment_of(0)) == (382.0, "crate")
    assert not np.isnan(rating.wtw_kg[0])
