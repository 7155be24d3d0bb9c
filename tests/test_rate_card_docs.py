"""The numbers in docs/rate-cards.md are what greenroute computes."""

import re
from pathlib import Path

import pytest

from greenroute.rating.explain import explain_price
from greenroute.rating.money import read_exchange
from greenroute.rating.read_rate_card import COLUMNS, PRICE_COLUMNS
from greenroute.rating.surcharge import BASES
from greenroute.tables import data_folder
from networks import network_of
from rate_cards import Basis, cargo_of

PAGE = (Path(__file__).parents[1] / "docs" / "rate-cards.md").read_text("utf-8")


def test_the_worked_example_is_computed_so(tmp_path: Path) -> None:
    example = re.search(r"(?:^ {4}(?:card|ACME).*\n)+", PAGE, re.MULTILINE)
    assert example is not None
    path = tmp_path / "cards.csv"
    path.write_text(re.sub(r"^ {4}", "", example[0], flags=re.MULTILINE), "utf-8")
    network = network_of(
        "CNSHA -sea 18500km 620h-> NLRTM",
        markets={"CN": ("CNSHA", "CN"), "NL": ("NLRTM", "EU")},
    )
    basis = Basis.with_round_rates(tmp_path)
    cards = basis.prepare(basis.read(path), network)
    goods = cargo_of(30_000, 48)

    [lines] = explain_price(network.lanes, goods, basis.tariff, cards=cards)

    shown = re.findall(
        r"^\| (\w+) \| .* \| ([\d,.]+) \| ([\d,.]+) \|$", PAGE, re.MULTILINE
    )
    assert [
        (line.code, f"{line.money.amount:,.2f}", f"{line.usd:,.2f}") for line in lines
    ] == sorted(shown, key=lambda row: (row[0] != "UNIT", row[0]))
    assert lines[0].source.startswith("cards.csv:4 (ACME): CN > NL")
    total = basis.price(network, goods, cards).cost_usd[0]
    assert total == pytest.approx(3_565)
    assert "| | | 2,852.00 | 3,565.00 |" in PAGE


def test_every_column_and_every_basis_of_a_surcharge_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))

    assert set(COLUMNS) | set(PRICE_COLUMNS) <= told
    assert [basis for basis in BASES if basis.value not in PAGE] == []


def test_the_number_of_currencies_is_as_told() -> None:
    exchange = read_exchange(data_folder() / "money" / "exchange-2026")

    assert f"of {len(exchange.rates)} currencies" in PAGE
