"""Rate cards that cannot be, and what the reader says of them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from greenroute.errors import DataError
from networks import network_of
from rate_cards import Basis, as_csv, cargo_of

HEAD = "origin destination lane mode toc equipment valid_from valid_to currency"
GOOD = "AAAAA BBBBB - sea - 40HC 2026-01-01 2026-06-30 USD"


@pytest.fixture
def basis(tmp_path: Path) -> Basis:
    return Basis.with_round_rates(tmp_path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "AAAAA BBBBB - ship - 40HC 2026-01-01 - USD 1 -",
            "mode is 'ship', expected one of sea, air, rail, road, inland_waterway",
        ),
        (
            "AAAAA BBBBB - - - 40HC 2026-01-01 - USD 1 -",
            "mode is '', expected one of sea",
        ),
        (
            "AAAAA BBBBB - sea sea-raft 40HC 2026-01-01 - USD 1 -",
            "toc is 'sea-raft', expected one of sea-container-8000, ",
        ),
        (
            "AAAAA BBBBB - sea - 45XX 2026-01-01 - USD 1 -",
            "equipment is '45XX', expected one of 20GP, 40HC, .* or ISO 6346 code of one",
        ),
        (
            "AAAAA BBBBB - sea - 20RF 2026-01-01 - USD 1 -",
            "equipment is '20RF', expected one of",  # a trade name the tariff lacks
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-02-30 - USD 1 -",
            "valid_from is '2026-02-30', expected a day like 2026-01-31",
        ),
        (
            "AAAAA BBBBB - sea - 40HC - - USD 1 -",
            "valid_from is '', expected a day like 2026-01-31",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-03-01 2026-02-28 USD 1 -",
            "valid_to is '2026-02-28', expected a day on or after valid_from",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - EURO 1 -",
            "currency is 'EURO', expected one of the 165 codes of ISO 4217",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - USD -5 -",
            "base_per_unit is '-5', expected a number >= 0 and <= 1,000,000,000",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - USD 1e12 -",
            "base_per_unit is '1e12', expected a number >= 0",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - USD nan -",
            "base_per_unit is 'nan', expected a number >= 0",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - USD - 5",
            "currency is 'USD', expected an amount of it in one of base_per_shipment",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - USD 1 5/box",
            "surcharge_BAF is '5/box', expected a number >= 0 .per unit., one with /unit",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - USD 1 -5%",
            "surcharge_BAF is '-5%', expected a number >= 0",
        ),
        (
            "AAAAA BBBBB - sea - 40HC 2026-01-01 - USD 1 2000%",
            "surcharge_BAF is '2000%', expected a number >= 0",
        ),
        (
            "AAAAA BBBBB - road - - 2026-01-01 - USD 1 -",
            "equipment is '', expected a name of equipment, for the row has prices by unit",
        ),
        (
            "AAAAA - - sea - 40HC 2026-01-01 - USD 1 -",
            r"destination is '', expected a place or \*, for the row names no lane",
        ),
        (
            "AAAAA - L1 sea - 40HC 2026-01-01 - USD 1 -",
            "origin is 'AAAAA', expected nothing, for the row names a lane",
        ),
        (
            f"{GOOD} 2 -",
            "valid_from is '2026-01-01', expected days that do not overlap those of line 2",
        ),
        (
            "AAAAA BBBBB - sea - 45G1 2026-06-30 2026-09-30 USD 2 -",
            "valid_from is '2026-06-30', expected days that do not overlap those of line 2",
        ),
        (
            "AAAAA BBBBB - sea - 40HQ 2026-01-01 2026-03-31 USD 2 -",
            "expected days that do not overlap those of line 3",
        ),
    ],
)
def test_a_row_that_cannot_be_is_an_error_with_line_and_column(
    basis: Basis, tmp_path: Path, row: str, message: str
) -> None:
    text = f"{HEAD} base_per_unit surcharge_BAF\n{GOOD} 1 -\n{row}"

    with pytest.raises(DataError, match=rf"cards\.csv:[23]: .*{message}"):
        basis.cards(tmp_path, text)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("base_per_kgs", "column 10 is 'base_per_kgs', .* near ones are base_per_kg"),
        (
            "surcharge_baf",
            "column 10 is 'surcharge_baf', expected a column .* capitals",
        ),
        ("surcharge_", "column 10 is 'surcharge_', expected a column of rate cards"),
    ],
)
def test_an_unknown_column_is_an_error(
    basis: Basis, tmp_path: Path, column: str, message: str
) -> None:
    with pytest.raises(DataError, match=rf"cards\.csv:1: {message}"):
        basis.cards(tmp_path, f"{HEAD} {column}\n{GOOD} 1")


def test_a_missing_column_is_an_error(basis: Basis, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="column equipment, currency is missing"):
        basis.cards(tmp_path, "origin mode valid_from\nAAAAA sea 2026-01-01")


def test_an_offer_within_the_days_of_a_contract_is_no_error(
    basis: Basis, tmp_path: Path
) -> None:
    offer = "AAAAA BBBBB - sea - 40HC 2026-02-01 2026-02-28 USD"
    other = "AAAAA BBBBB - sea - 20GP 2026-02-01 2026-09-30 USD"

    cards = basis.cards(
        tmp_path, f"{HEAD} base_per_unit\n{GOOD} 1\n{offer} 2\n{other} 3"
    )

    assert len(cards) == 3


def test_twenty_errors_are_in_words_and_all_of_them_in_a_file(
    basis: Basis, tmp_path: Path
) -> None:
    bad = "AAAAA BBBBB - ship - 40HC 2026-01-01 2026-06-30 EURO"
    text = "\n".join([f"{HEAD} base_per_unit", *[f"{bad} x"] * 50])
    errors_to = tmp_path / "errors.csv"

    with pytest.raises(DataError) as raised:
        basis.cards(tmp_path, text, errors_to=errors_to)
    lines = str(raised.value).splitlines()
    table = pyarrow.csv.read_csv(errors_to)

    # 3 wrong cells in each of 50 rows.
    assert len(lines) == 22
    assert lines[20:] == ["… and 130 more errors", f"all 150 are in {errors_to}"]
    assert len(table) == 150
    assert table.column_names == ["line", "column", "value", "expected"]
    assert sorted(set(table["line"].to_pylist())) == list(range(2, 52))
    assert set(table["column"].to_pylist()) == {"mode", "currency", "base_per_unit"}


def test_parquet_with_typed_columns_reads_like_csv(
    basis: Basis, tmp_path: Path
) -> None:
    network = network_of("AAAAA -sea 900km 30h-> BBBBB")
    text = f"{HEAD} base_per_unit minimum\n{GOOD} 1234.5 -"
    by_csv = basis.cards(tmp_path, text)
    typed = pyarrow.csv.read_csv(pa.BufferReader(as_csv(text).encode()))
    path = tmp_path / "cards.parquet"
    pyarrow.parquet.write_table(typed, path)

    by_parquet = basis.read(path)

    assert pa.types.is_date32(typed.schema.field("valid_from").type)
    assert [
        basis.price(network, cargo_of(9_000), basis.prepare(cards, network)).cost_usd[0]
        for cards in (by_csv, by_parquet)
    ] == [1234.5, 1234.5]


def test_a_card_without_rows_prices_nothing(basis: Basis, tmp_path: Path) -> None:
    network = network_of("AAAAA -sea 900km 30h-> BBBBB")
    cards = basis.prepare(basis.cards(tmp_path, f"{HEAD} base_per_unit"), network)

    assert basis.price(network, cargo_of(9_000), cards).card.tolist() == [-1]
    assert cards.matches == ()


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("40HC", ("40HQ", "45G1", "45GP")),
        ("20GP", ("22G1", "20DC", "20DV", "22GP")),
        ("40GP", ("42G1", "40DC")),
        ("40RF", ("45R1", "40RH", "45RT")),
    ],
)
def test_trade_names_and_iso_codes_mean_the_equipment_of_the_tariff(
    basis: Basis, tmp_path: Path, name: str, same: tuple[str, ...]
) -> None:
    for other in same:
        row = f"AAAAA BBBBB - sea - {other} 2026-01-01 - USD 1"
        cards = basis.cards(tmp_path, f"{HEAD} base_per_unit\n{row}")

        assert cards.equipment_names[cards.equipment[0]] == name
