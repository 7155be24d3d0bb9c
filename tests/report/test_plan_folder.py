"""A plan folder: the files of the interface, complete or not at all."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from books import book_of
from greenroute.errors import DataError
from greenroute.network.read import read_network
from greenroute.plan.termination import Termination
from greenroute.rating.read import read_rates
from greenroute.report.page import plain_page
from greenroute.report.plan_folder import PlanBasis, write_plan_folder
from greenroute.report.plan_table import plan_table
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.greedy import choose_greedily
from greenroute.solver.plans.objective import LeastCost
from greenroute.solver.plans.plan_problem import state_book
from greenroute.solver.plans.result import Compared, PlanResult, ShadowPrice
from greenroute.solver.plans.write_plan import write_plan
from greenroute.tables import data_folder

RATES = read_rates()
NETWORK = read_network(data_folder() / "networks" / "toy")
FILES = [
    "assignments.parquet",
    "legs.parquet",
    "loads.parquet",
    "manifest.json",
    "rejected.parquet",
    "summary.json",
]


@pytest.fixture
def result() -> PlanResult:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    colour
        A         CNSZX   DEFRA        6000     2026-08-03  blue
        B         CNSZX   DEFRA        900      2026-08-04  red
        C         CNSZX   MOON         900      -           green
    """)
    problem = state_book(
        book, NETWORK, RATES, objective=LeastCost(), params=PlanParams()
    )
    plan = write_plan(
        problem, choose_greedily(problem), np.zeros(problem.book.n_groups, np.int64)
    )
    return PlanResult(
        termination=Termination.FEASIBLE,
        plan=plan,
        objective_usd=plan.cost_usd,
        bound_usd=plan.cost_usd * 0.9,
        gap=0.1,
        full_gap=None,
        reason="",
        shadow_prices=(
            ShadowPrice(what="budget", name="", week="", usd_per_tonne=87.5),
        ),
        greedy=Compared(
            cost_usd=plan.cost_usd, wtw_kg_co2e=plan.wtw_kg_co2e, assigned=2
        ),
        columns=len(problem.book.cost),
        rounds=3,
        seconds=1.0,
        seed=7,
    )


@pytest.fixture
def basis(tmp_path: Path) -> PlanBasis:
    orders = tmp_path / "orders.csv"
    orders.write_text("order_id\n", encoding="utf-8")
    return PlanBasis(
        network=NETWORK, rates=RATES, orders=orders, objective="least cost"
    )


def test_the_folder_has_the_files_of_the_interface(
    result: PlanResult, basis: PlanBasis, tmp_path: Path
) -> None:
    write_plan_folder(result, tmp_path / "out", basis)
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    assert summary["termination"] == "feasible"
    assert (summary["orders"], summary["assigned"]) == (3, 2)
    assert summary["shadow_prices"][0]["usd_per_tonne"] == 87.5
    assert summary["full_gap"] is None
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_totals_are_the_sums_of_assignments_and_of_legs(
    result: PlanResult, basis: PlanBasis, tmp_path: Path
) -> None:
    write_plan_folder(result, tmp_path / "out", basis)
    read = {
        name: pyarrow.parquet.read_table(
            tmp_path / "out" / f"{name}.parquet"
        ).to_pandas()
        for name in ("assignments", "legs", "rejected")
    }
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    legs = read["legs"].groupby("shipment_id")

    for name in ("cost_usd", "wtw_kg_co2e"):
        assert read["assignments"][name].sum() == pytest.approx(summary[name])
        assert legs[name].sum().tolist() == pytest.approx(
            read["assignments"][name].tolist()
        )
    assert read["assignments"]["colour"].tolist() == ["blue", "red"]
    assert read["rejected"][["colour", "error_code"]].values.tolist() == [
        ["green", "unknown_place"]
    ]


def test_an_older_plan_is_replaced_and_anything_else_is_not(
    result: PlanResult, basis: PlanBasis, tmp_path: Path
) -> None:
    write_plan_folder(result, tmp_path / "out", basis)
    write_plan_folder(replace(result, seed=8), tmp_path / "out", basis)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep", encoding="utf-8")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))

    assert summary["seed"] == 8
    with pytest.raises(DataError, match="holds files that are no plan"):
        write_plan_folder(result, tmp_path / "mine", basis)
    assert (tmp_path / "mine" / "notes.txt").read_text("utf-8") == "keep"


def test_without_a_plan_nothing_is_written(
    result: PlanResult, basis: PlanBasis, tmp_path: Path
) -> None:
    none = replace(result, plan=None, reason="the least is 3 t")

    with pytest.raises(DataError, match="there is no plan to write"):
        write_plan_folder(none, tmp_path / "out", basis)
    assert not (tmp_path / "out").exists()


def test_the_table_says_what_is_proven_and_what_it_saves(result: PlanResult) -> None:
    page = plain_page(lambda _: plan_table(result, "least cost"))

    assert "2 orders planned, 1 rejected; least cost" in page
    assert "gap 10.00 %" in page
    assert "gap to all itineraries: unknown" in " ".join(page.split())
    assert "87.50" in page
    assert "unknown_place" in page
