"""JSON, CSV and Parquet of a statement say the same."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet
import pytest

from chains import chains_of_text
from greenroute.rating.read import read_rates
from greenroute.report import statement_csv, statement_json, write_statement
from greenroute.statement import (
    EmissionStatement,
    emission_interval,
    read_chains,
    state_emissions,
)

FACTORS = read_rates().factors
CHAINS = """
    S 1   road road-artic 12345.678kg 300.5km
    S 2<1 hub  road-dock  12345.678kg
    S 3<2 sea  own        12345.678kg 9000km wtw=7.123456789 ttw=0 basis=actual
    T 1   road road-artic -1kg 300km
"""


@pytest.fixture
def statement() -> EmissionStatement:
    return state_emissions(chains_of_text(CHAINS), FACTORS)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_format_says_the_same(
    tmp_path: Path, statement: EmissionStatement
) -> None:
    write_statement(statement, tmp_path)
    in_csv = rows_of(tmp_path / "elements.csv")
    in_parquet = pyarrow.parquet.read_table(tmp_path / "elements.parquet").to_pylist()
    in_json = json.loads(statement_json(statement))["elements"]
    stated = statement.elements.to_pylist()

    assert len(stated) == len(in_csv) == len(in_parquet) == len(in_json) == 3
    for row, a, b, c in zip(stated, in_csv, in_parquet, in_json, strict=True):
        kg = row["wtw_kg_co2e"]
        if kg is None:
            assert (a["wtw_kg_co2e"], b["wtw_kg_co2e"]) == ("", None)
            assert "wtw_kg_co2e" not in c
        else:
            assert Decimal(a["wtw_kg_co2e"]) == Decimal(c["wtw_kg_co2e"]) == kg
            assert abs(b["wtw_kg_co2e"] - kg) <= Decimal("5e-19")
    assert in_json[1]["prev_tce_ids"] == ["1"]
    assert statement_csv(statement) == (tmp_path / "elements.csv").read_text()


def test_the_head_has_all_but_the_elements(
    tmp_path: Path, statement: EmissionStatement
) -> None:
    interval = emission_interval(statement)
    write_statement(statement, tmp_path, interval=interval)

    head = json.loads((tmp_path / "statement.json").read_text(encoding="utf-8"))

    assert Decimal(head["total"]["wtw_kg_co2e"]) == statement.total.wtw_kg_co2e
    assert head["interval"]["low_kg_co2e"] == interval.low_kg_co2e
    assert set(head["modes"]) == {"sea", "road"}
    assert head["hubs"]["not_included"] == 1
    assert head["quality"]["by_emissions_pct"]["default"] == "100"
    assert [factor["own"] for factor in head["factors"]] == [False, True]
    assert head["incomplete"] == ["T"]
    assert "elements" not in head
    text = (tmp_path / "statement.txt").read_text(encoding="utf-8")
    assert text.startswith("Calculated with ISO 14083:2023 equations")


def test_shipments_and_rejected_rows_have_files_of_their_own(
    tmp_path: Path, statement: EmissionStatement
) -> None:
    write_statement(statement, tmp_path)

    (shipment,) = rows_of(tmp_path / "shipments.csv")
    (rejected,) = rows_of(tmp_path / "rejected.csv")
    (scope,) = rows_of(tmp_path / "by_scope3.csv")
    assert shipment["shipment_id"] == "S"
    assert Decimal(shipment["wtw_kg_co2e"]) == statement.total.wtw_kg_co2e
    assert (scope["scope3"], scope["elements"]) == ("not known: who pays?", "3")
    assert not (tmp_path / "by_customer_id.csv").exists()
    assert rejected["rule"] == "out_of_range"
    assert rejected["error"].startswith("mass_kg is '-1', expected a number > 0")


def test_an_old_list_of_rejected_rows_does_not_stay(tmp_path: Path) -> None:
    (tmp_path / "rejected.csv").write_text("old")
    chains = chains_of_text("S 1 road road-artic 1000kg 300km")

    write_statement(state_emissions(chains, FACTORS), tmp_path)

    assert not (tmp_path / "rejected.csv").exists()


def test_elements_that_were_written_can_be_stated_again(
    tmp_path: Path, statement: EmissionStatement
) -> None:
    write_statement(statement, tmp_path)

    again = state_emissions(read_chains(tmp_path / "elements.csv"), FACTORS)

    assert again.rejected == ()
    assert again.total == statement.total


def test_the_same_statement_gives_the_same_bytes(statement: EmissionStatement) -> None:
    assert statement_json(statement) == statement_json(statement)
