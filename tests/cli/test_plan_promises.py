"""`greenroute plan` with due dates that have a price, and with commitments."""

import json
from pathlib import Path

import pyarrow.parquet
import pytest

from commands import Command

ROUNDS = ("--rounds", "2", "--format", "json")
ORDERS = """\
order_id,origin,destination,mass_kg,ready_at,due_at
A,CNSZX,DEFRA,6000,2026-08-03T08:00,2026-08-08T08:00
B,CNSZX,DEFRA,5000,2026-08-03T08:00,2026-12-04T08:00
"""
AGREED = """\
commitment_id,mode,origin_market,from_week,to_week,least_t,short_usd_per_t
SHIPS,sea,CN,2026-08-03,2026-08-31,20,50
"""


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


def test_a_late_order_is_counted_and_told(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    orders.write_text(ORDERS.replace("08-08T", "08-29T"), encoding="utf-8")
    words = ("plan", orders, "--out", out, *ROUNDS)
    kept = json.loads(toy(*words).out)
    called = toy(*words, "--lateness-usd-per-day", "5")
    summary = json.loads(called.out)
    table = pyarrow.parquet.read_table(out / "assignments.parquet").to_pylist()

    assert (kept["late_orders"], kept["late_usd"]) == (0, 0)
    assert called.code == 0
    assert summary["late_orders"] == 1
    assert [row["late_h"] > 0 for row in table] == [True, False]
    assert summary["late_usd"] == table[0]["late_usd"] > 0
    assert summary["cost_usd"] < kept["cost_usd"]
    page = toy(*words[:-1], "table", "--lateness-usd-per-day", "5").out
    assert "1 order late for" in page
    assert "latest: A," in page


def test_a_shortfall_is_told_and_paid(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    agreed = tmp_path / "agreed.csv"
    agreed.write_text(AGREED, encoding="utf-8")
    out = tmp_path / "out"
    called = toy("plan", orders, "--out", out, *ROUNDS, "--commitments", agreed)
    summary = json.loads(called.out)
    [told] = summary["commitments"]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    [row] = pyarrow.parquet.read_table(out / "commitments.parquet").to_pylist()

    # B alone may go by sea: 15 of 20 t are missing, at 50 USD/t.
    assert told == {
        "commitment_id": "SHIPS",
        "least_t": 20.0,
        "used_t": 5.0,
        "short_t": 15.0,
        "short_usd": 750.0,
    }
    assert summary["short_usd"] == row["short_usd"] == 750
    assert manifest["inputs"]["commitments"]["file"] == "agreed.csv"


def test_a_commitment_that_must_be_kept_and_cannot_is_exit_code_4(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    agreed = tmp_path / "agreed.csv"
    agreed.write_text(AGREED.replace(",50", ","), encoding="utf-8")
    out = tmp_path / "out"
    called = toy("plan", orders, "--out", out, *ROUNDS, "--commitments", agreed)

    assert called.code == 4
    assert "commitment SHIPS is 20.000 t, the orders that could go by it have" in (
        called.err
    )
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--lateness-usd-per-day", "-1"), "-1 is too little"),
        (("--lateness-usd-per-day", "x"), "'x' is no number"),
        (("--commitments", "nowhere.csv"), "nowhere.csv: there is no such file"),
    ],
)
def test_wrong_promises_are_exit_code_2(
    toy: Command, orders: Path, tmp_path: Path, words: tuple[str, str], told: str
) -> None:
    called = toy("plan", orders, "--out", tmp_path / "out", *words)

    assert called.code == 2
    assert told in called.err


def test_a_frontier_without_any_plan_is_exit_code_4_and_writes_nothing(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    agreed = tmp_path / "agreed.csv"
    agreed.write_text(AGREED.replace(",50", ","), encoding="utf-8")
    out = tmp_path / "out"
    called = toy(
        "plan",
        orders,
        "--out",
        out,
        "--frontier",
        "3",
        "--commitments",
        agreed,
        *ROUNDS,
    )

    assert called.code == 4
    assert "commitment SHIPS is 20.000 t" in called.err
    assert not out.exists()
