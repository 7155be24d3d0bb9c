"""`greenroute plan`: exit codes, files, and Ctrl-C."""

import json
import signal
from pathlib import Path

import pyarrow.parquet
import pytest

from commands import Command, start
from greenroute.orders.read import read_orders

ORDERS = """\
order_id,origin,destination,mass_kg,ready_at,colour
A,CNSZX,DEFRA,6000,2026-08-03T08:00,blue
B,CNSZX,DEFRA,5000,2026-08-04T08:00,red
C,DEFRA,CNSZX,900,2026-08-04T08:00,green
"""
ROUNDS = ("--rounds", "3")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


def test_all_orders_planned_is_exit_code_0(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    called = toy("plan", orders, "--out", tmp_path / "out", *ROUNDS, "--format", "json")
    summary = json.loads(called.out)

    assert called.code == 0, called.err
    assert (summary["assigned"], summary["rejected"]) == (3, 0)
    assert summary["bound_usd"] <= summary["objective_usd"]
    table = pyarrow.parquet.read_table(tmp_path / "out" / "assignments.parquet")
    assert table["colour"].to_pylist() == ["blue", "red", "green"]


@pytest.mark.slow
def test_the_same_rounds_and_seed_give_the_same_plan(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        toy("plan", orders, "--out", tmp_path / name, *ROUNDS, "--gap", "0")
    files = ["assignments.parquet", "legs.parquet", "loads.parquet"]

    for name in files:
        one, two = (tmp_path / folder / name for folder in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_some_orders_rejected_is_exit_code_3(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    orders.write_text(f"{ORDERS}D,CNSZX,MOON,1,,\nE,CNSZX,DEFRA,-1,,\n", "utf-8")
    called = toy("plan", orders, "--out", tmp_path / "out", *ROUNDS)
    rejected = pyarrow.parquet.read_table(tmp_path / "out" / "rejected.parquet")

    assert called.code == 3
    assert "2 orders are not planned" in called.err
    assert rejected["order_id"].to_pylist() == ["E", "D"]


def test_a_budget_below_the_least_is_exit_code_4_and_writes_nothing(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    called = toy(
        "plan", orders, "--out", tmp_path / "out", "--carbon-budget-t", "0.001"
    )

    assert called.code == 4
    assert "emit at least" in called.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--carbon-budget-t", "1", "--carbon-price-usd", "1"), "not both"),
        (("--frontier", "3", "--carbon-price-usd", "1"), "without a budget or a price"),
        (("--carbon-price-usd", "-1"), "expected a number >= 0"),
    ],
)
def test_wrong_usage_is_exit_code_2(
    words: tuple[str, ...], text: str, toy: Command, orders: Path, tmp_path: Path
) -> None:
    called = toy("plan", orders, "--out", tmp_path / "out", *words)

    assert called.code == 2
    assert text in called.err


def test_a_file_that_is_no_order_book_is_exit_code_2(
    toy: Command, tmp_path: Path
) -> None:
    (tmp_path / "orders.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    called = toy("plan", tmp_path / "orders.csv", "--out", tmp_path / "out")

    assert called.code == 2
    assert "order_id, origin, destination, mass_kg is missing" in called.err


@pytest.mark.slow
def test_a_frontier_has_a_folder_for_each_plan(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    called = toy("plan", orders, "--out", tmp_path / "out", "--frontier", "3", *ROUNDS)
    frontier = json.loads((tmp_path / "out" / "frontier.json").read_text("utf-8"))

    assert called.code == 0, called.err
    assert len(frontier["points"]) == len(frontier["steps"]) + 1
    for point in frontier["points"]:
        folder = tmp_path / "out" / point["plan"]
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        assert summary["cost_usd"] == pytest.approx(point["cost_usd"], abs=0.01)


@pytest.mark.slow
def test_ctrl_c_gives_the_best_plan_so_far_with_its_bound(
    toy_folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    rows = "".join(
        f"O{n:03d},CNSZX,DEFRA,{700 + 37 * n},2026-08-{3 + n % 5:02d}\n"
        for n in range(200)
    )
    path.write_text(f"order_id,origin,destination,mass_kg,ready_at\n{rows}", "utf-8")
    words = (
        "plan",
        path,
        "--out",
        tmp_path / "out",
        "--gap",
        "0",
        "--network",
        toy_folder,
    )
    process = start(*map(str, words))
    assert process.stderr is not None
    assert b"planning 200 orders" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=100)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    book = read_orders(path)
    table = pyarrow.parquet.read_table(tmp_path / "out" / "assignments.parquet")

    assert process.returncode in {0, 3}
    assert b"the best plan so far" in told
    assert summary["bound_usd"] <= summary["objective_usd"]
    assert summary["assigned"] + summary["rejected"] == len(book) == 200
    assert len(table) == summary["assigned"]
