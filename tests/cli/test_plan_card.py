"""`greenroute plan --card`: the rows that count, errors, and what the folder tells."""

import json
from pathlib import Path

import pyarrow.parquet
import pytest

from commands import Command

ORDERS = """\
order_id,origin,destination,mass_kg,ready_at
A,CNSZX,DEFRA,6000,2026-08-03T08:00
B,CNSZX,DEFRA,5000,2026-08-04T08:00
"""
CARD = """\
card,origin,destination,mode,equipment,valid_from,valid_to,currency,base_per_unit
ACME,*,*,sea,40HC,2026-01-01,2026-12-31,EUR,0
ACME,*,*,sea,40HC,2025-01-01,2025-12-31,EUR,1
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    orders, card = tmp_path / "orders.csv", tmp_path / "card.csv"
    orders.write_text(ORDERS, "utf-8")
    card.write_text(CARD, "utf-8")
    return orders, card


def test_the_folder_tells_cards_and_exchange_rates(
    toy: Command, files: tuple[Path, Path], tmp_path: Path
) -> None:
    orders, card = files
    called = toy(
        "plan", orders, "--card", card, "--out", tmp_path / "out", "--rounds", "1"
    )
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    legs = pyarrow.parquet.read_table(tmp_path / "out" / "legs.parquet").to_pylist()

    assert called.code == 0, called.err
    assert "rate cards: 2 rows of card.csv on 2026-08-03; 1 expired" in called.err
    assert summary["rate_cards"] == "2 rows of card.csv on 2026-08-03; 1 expired"
    assert [rate["currency"] for rate in summary["exchange"]] == ["EUR"]
    assert manifest["inputs"]["rate_cards"]["file"] == "card.csv"
    sea = [leg for leg in legs if leg["mode"] == "sea" and leg["kind"] == "transport"]
    assert sea
    assert {(leg["card"], leg["cost_usd"]) for leg in sea} == {
        ("card.csv:2 (ACME)", 0.0)
    }


def test_errors_of_a_card_go_to_a_file_and_nothing_is_planned(
    toy: Command, files: tuple[Path, Path], tmp_path: Path
) -> None:
    orders, card = files
    card.write_text(CARD.replace("40HC", "crate"), "utf-8")
    out, errors = tmp_path / "out", tmp_path / "errors.csv"
    called = toy("plan", orders, "--card", card, "--card-errors", errors, "--out", out)

    assert called.code == 2
    assert "card.csv:2: equipment is 'crate'" in called.err
    assert len(errors.read_text("utf-8").splitlines()) == 3
    assert not out.exists()


def test_a_file_for_errors_needs_a_card(
    toy: Command, files: tuple[Path, Path], tmp_path: Path
) -> None:
    called = toy(
        "plan", files[0], "--card-errors", tmp_path / "e", "--out", tmp_path / "out"
    )

    assert called.code == 2
    assert "expected --card FILE with it" in called.err
