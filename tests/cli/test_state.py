"""`greenroute state`."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from chains import rows_of_text, write_rows
from commands import Command

CHAINS = """
    S 1   road road-artic 25000kg 800km
    S 2<1 hub  road-dock  25000kg
    T 1   sea  own 12000kg 10000km wtw=10 ttw=8 basis=actual
"""


@pytest.fixture
def chains(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "chains.csv", rows_of_text(CHAINS))


def test_json_has_the_statement_and_its_elements(call: Command, chains: Path) -> None:
    done = call("state", chains)

    stated = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert Decimal(stated["total"]["wtw_kg_co2e"]) == Decimal(
        "3403.14"
    )  # 2023.14 + 1380
    assert [row["tce_id"] for row in stated["elements"]] == ["1", "2", "1"]
    assert stated["interval"]["draws"] == 10_000


def test_a_table_shows_modes_and_legs(call: Command, chains: Path) -> None:
    done = call("state", chains, "--format", "table", "--draws", "0")

    assert done.code == 0
    assert "by mode" in done.out
    assert "not included" in done.out
    assert "5-95 %" not in done.out


def test_csv_has_the_elements(call: Command, chains: Path) -> None:
    done = call("state", chains, "--format", "csv")

    assert done.code == 0
    assert len(done.out.splitlines()) == 4


def test_a_folder_holds_everything_and_can_be_stated_again(
    call: Command, chains: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    done = call("state", chains, "--out", out, "--ileap")
    again = call("state", out / "ileap")

    assert (done.code, done.out, done.err) == (0, "", "")
    assert {path.name for path in out.iterdir()} == {
        *("statement.txt", "statement.json", "elements.csv", "elements.parquet"),
        *("shipments.csv", "by_scope3.csv", "ileap"),
    }
    assert (
        json.loads(again.out)["total"]
        == json.loads((out / "statement.json").read_text(encoding="utf-8"))["total"]
    )


def test_good_rows_are_stated_and_the_others_named(
    call: Command, tmp_path: Path
) -> None:
    rows = rows_of_text(f"{CHAINS}\nU 1 road road-artic -5kg 10km")
    path = write_rows(tmp_path / "chains.csv", rows)

    done = call("state", path)

    assert done.code == 3
    assert json.loads(done.out)["total"]["elements"] == 3
    assert done.err == (
        f"greenroute: {path}:5: mass_kg is '-5', expected a number > 0 and <= 1000000000\n"
    )


@pytest.mark.parametrize("name", ["no.csv", "no.json", "no"])
def test_input_that_is_not_there_is_an_error(
    name: str, call: Command, tmp_path: Path
) -> None:
    done = call("state", tmp_path / name)

    assert done.code == 2
    assert "expected" in done.err or "there is no such file" in done.err


def test_a_plan_folder_is_stated_leg_by_leg(
    call: Command, toy_folder: Path, tmp_path: Path
) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "order_id,origin,destination,mass_kg,customer_id\n"
        "A,CNSZX,DEFRA,6000,acme\nB,CNSZX,DEFRA,900,best\n",
        encoding="utf-8",
    )
    plan, out = tmp_path / "plan", tmp_path / "out"
    planned = call(
        *("plan", orders, "--out", plan, "--rounds", "1", "--format", "json"),
        *("--network", toy_folder),
    )
    done = call("state", plan, "--out", out, "--ileap", "--format", "json")

    stated, summary = json.loads(done.out), json.loads(planned.out)
    legs = len(stated["elements"])
    assert (done.code, done.err) == (0, "")
    assert legs > 4
    # Half a gram a leg.
    assert (
        abs(
            Decimal(stated["total"]["wtw_kg_co2e"])
            - Decimal(str(summary["wtw_kg_co2e"]))
        )
        <= Decimal("0.0005") * legs
    )
    assert {row["customer_id"] for row in stated["elements"]} == {"acme", "best"}
    assert (out / "by_customer_id.csv").is_file()
    assert (out / "by_market.csv").is_file()


def test_ileap_needs_a_folder(call: Command, chains: Path) -> None:
    done = call("state", chains, "--ileap")

    assert done.code == 2
    assert "expected --out DIR" in done.err
