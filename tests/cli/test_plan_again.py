"""`greenroute plan`: orders explained, plans made again, and what is in conflict."""

import json
from pathlib import Path

import pyarrow.parquet
import pytest

from commands import Command
from folders import network_folder

HEAD = "order_id,origin,destination,mass_kg,ready_at,due_at\n"
A = "A,CNSZX,DEFRA,9000,2026-08-03,2026-10-28\n"
B = "B,CNSZX,DEFRA,8000,2026-08-08,2026-10-28\n"
C = "C,CNSZX,DEFRA,700,2026-08-13,2026-10-28\n"
ROUNDS = ("--rounds", "2")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + A + B, encoding="utf-8")
    return path


@pytest.fixture
def planned(toy: Command, orders: Path, tmp_path: Path) -> Path:
    called = toy("plan", orders, "--out", tmp_path / "out", *ROUNDS)
    assert called.code == 0, called.err
    return tmp_path / "out"


def test_an_order_is_explained_in_the_run_and_from_the_folder_alike(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    words = ("--out", tmp_path / "out", *ROUNDS, "--explain", "A", "--format", "json")
    run = json.loads(toy("plan", orders, *words).out)["explained"]
    called = toy("plan", tmp_path / "out", "--explain", "A", "--format", "json")

    assert called.code == 0, called.err
    assert json.loads(called.out)["explained"] == run
    assert run[0]["chosen"]["itinerary_id"]
    assert run[0]["why"]


def test_a_plan_made_again_says_what_became_of_each_order(
    toy: Command, orders: Path, planned: Path, tmp_path: Path
) -> None:
    orders.write_text(HEAD + A + C, encoding="utf-8")
    words = (
        "plan",
        orders,
        "--out",
        tmp_path / "again",
        *ROUNDS,
        "--from",
        planned,
        "--departed-before",
        "2026-08-12T00:00Z",
        "--stability-usd",
        "50",
        "--avoid",
        "air",
    )
    called = toy(*words, "--format", "json")
    table = pyarrow.parquet.read_table(tmp_path / "again" / "changes.parquet")

    assert called.code == 0, called.err
    assert json.loads(called.out)["changes"] == {"departed": 1, "gone": 1, "new": 1}
    assert table["order_id"].to_pylist() == ["A", "C", "B"]
    assert table["change"].to_pylist() == ["departed", "new", "gone"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--explain", "Z"), "the order book has no order 'Z'"),
        (("--from", "out"), "expected --departed-before as well"),
        (("--avoid", "suez"), "expected --from as well"),
        (("--stability-usd", "5"), "expected --from as well"),
        (("--frontier", "3", "--explain", "A"), "without --explain and --from"),
        (
            ("--from", "nowhere", "--departed-before", "2026-08-12T00:00Z"),
            "has no summary.json, expected the folder of a plan",
        ),
    ],
)
def test_wrong_usage_is_exit_code_2(
    words: tuple[str, ...], text: str, toy: Command, orders: Path, tmp_path: Path
) -> None:
    called = toy("plan", orders, "--out", tmp_path / "new", *ROUNDS, *words)

    assert called.code == 2
    assert text in " ".join(called.err.split())
    assert not (tmp_path / "new").exists()


def test_without_a_folder_to_write_to_it_is_exit_code_2(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    (tmp_path / "some").mkdir()

    assert toy("plan", orders).code == 2
    called = toy("plan", tmp_path / "some")
    assert called.code == 2
    assert "expected an order book, or --explain ORDER_ID" in " ".join(
        called.err.split()
    )


def test_orders_that_exclude_each_other_are_named(
    call: Command, orders: Path, tmp_path: Path
) -> None:
    (tmp_path / "net").mkdir()
    net = network_folder(
        tmp_path / "net",
        nodes="""
            id,kind,name,iso2,lat,lon
            CNAAA,seaport,Aton,CN,0,0
            DEBBB,seaport,Beton,DE,0,1
        """,
        lanes="""
            id,origin,destination,mode,toc,service,distance_km,distance_basis,transit_h,departures_per_week,capacity_t_per_departure
            ship,CNAAA,DEBBB,sea,sea-container-8000,,9000,sfd,300,1,20
        """,
    )
    row = ",CNAAA,DEBBB,11000,2026-08-03,2026-08-25\n"
    orders.write_text(f"{HEAD}A1{row}A2{row}", encoding="utf-8")
    words = ("--network", net, *ROUNDS, "--format", "json")
    called = call("plan", orders, "--out", tmp_path / "out", *words)

    # One of the two sails; 22 t do not fit 20 t.
    assert called.code == 3, called.err
    assert "orders A1, A2 cannot all be served: capacity ship 2026-08-03" in called.err
    assert json.loads(called.out)["conflict"] in called.err


def test_if_no_order_can_be_served_it_is_exit_code_4(
    toy: Command, orders: Path, tmp_path: Path
) -> None:
    orders.write_text(HEAD + A.replace("2026-10-28", "2026-08-04"), encoding="utf-8")
    called = toy("plan", orders, "--out", tmp_path / "out", *ROUNDS)

    assert called.code == 4
    assert "1 orders are not planned" in called.err
