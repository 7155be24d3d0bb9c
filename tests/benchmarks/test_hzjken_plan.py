"""Multimodal instances planned from their converted folder to the proven optimum."""

import copy
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from benchmarks.hzjken import (
    CARD,
    MINUTES_PER_DAY,
    charges,
    convert,
    network_day0,
)
from benchmarks.hzjken_cost import evaluate
from commands import start
from greenroute.network.read import read_network
from greenroute.orders.read import read_orders
from greenroute.plan.check_plan import check_plan
from greenroute.plan.plan import Plan
from greenroute.plan.termination import Termination
from greenroute.rating.read import read_rates
from greenroute.solver.plans.result import PlanResult
from greenroute.solver.plans.solve import plan
from hzjken_cases import order, route
from published import instances, needs

CASES = instances("hzjken")
RATES = read_rates()


SHIP: dict[str, Any] = {
    "mode": "Sea",
    "fixed_cost": 300.0,
    "container_volume_m3": 35.5,
    "cost_per_container": 800.25,
    "transit_duty_rate": 0.002,
    "days": 4,
    "departs_on": ["Friday", "Monday"],
}
CASE: dict[str, Any] = {
    "name": "four places",
    "day0": "2026-12-01",
    "day0_weekday": "Tuesday",
    "horizon_days": 14,
    "warehouse_cost_per_m3_day": {"A Store": 2.0, "B Store": 1.5, "C Store": 9.0},
    "routes": [
        route(1, "A Store", "Port"),
        route(2, "B Store", "Port"),
        route(3, "Port", "C Store", **SHIP),
        route(4, "A Store", "B Store"),
    ],
    "orders": [
        order(1, "A Store"),
        order(2, "B Store", volume_m3=30.0, value=2000.0, release_day=1),
    ],
}


def planned(folder: Path) -> PlanResult:
    network, orders = read_network(folder), read_orders(folder / "orders.csv")
    card = charges(network, folder)
    result = plan(orders, network, RATES, charges=card)

    assert result.plan is not None
    assert check_plan(result.plan, orders, network, RATES, charges=card) == ()
    assert result.termination is Termination.OPTIMAL
    assert (result.gap, result.full_gap) == (0, 0)
    return result


def days_of(found: Plan, folder: Path) -> dict[str, list[tuple[str, int]]]:
    """Return routes and days of departure of each order, as the converter rates them."""
    day0 = network_day0(read_network(folder))
    ways = defaultdict(list)
    for leg in found.legs.table().to_pylist():
        if leg["kind"] == "transport":
            minute = int(leg["departs_at"].timestamp()) // 60
            day = (minute - day0) // MINUTES_PER_DAY
            ways[leg["shipment_id"]].append((leg["lane"], day))
    return dict(ways)


def test_a_case_is_planned_to_what_its_rules_cost(tmp_path: Path) -> None:
    folder = convert(CASE, tmp_path)
    result = planned(folder)
    assert result.plan is not None
    cost = evaluate(folder, days_of(result.plan, folder))

    # The first goes to B on day 0 at 100 and waits there a day: 40 x 1.5; then both share
    # a truck at 100, where the second has waited as long: 30 x 1.5. The ship of day 3 takes
    # 70 m3 in two containers, 1,600.50 + 300; 0.2 % and 5 % of 12,000.
    assert result.objective_usd == 100 + 60 + 100 + 45 + 1600.50 + 300 + 24 + 600
    assert cost.total == result.objective_usd


def test_a_plan_can_wait_for_other_goods(tmp_path: Path) -> None:
    case = copy.deepcopy(CASE)
    case["warehouse_cost_per_m3_day"]["A Store"] = 0.01
    case["orders"][0]["volume_m3"] = 5.5
    case["orders"][1]["release_day"] = 4
    folder = convert(case, tmp_path)
    result = planned(folder)
    assert result.plan is not None
    ways = days_of(result.plan, folder)

    # The second is ready after the ship of day 3; with 5.5 + 30 m3 one container is full.
    assert ways["1"][-1] == ways["2"][-1]
    assert evaluate(folder, ways).total == result.objective_usd


@pytest.mark.slow
def test_the_command_writes_departures_and_boxes(tmp_path: Path) -> None:
    folder = convert(CASE, tmp_path / "case")
    out = tmp_path / "plan"
    words = ("plan", folder / "orders.csv", "--network", folder, "--out", out)
    done = start(*map(str, (*words, "--card", folder / CARD)))
    _, told = done.communicate()
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))

    assert done.returncode == 0, told
    assert (summary["cost_usd"], summary["gap"], summary["full_gap"]) == (2829.5, 0, 0)
    legs = pq.read_table(out / "legs.parquet").to_pylist()
    runs = [leg for leg in legs if leg["kind"] == "transport"]
    assert [leg["departs_at"].day for leg in runs] == [1, 3, 4, 3, 4]
    loads = pq.read_table(out / "loads.parquet").to_pylist()
    boxes = {load["lane"]: load["boxes"] for load in loads if load["kind"] == "boxes"}
    assert boxes == {"4": 2, "2": 3, "3": 2}


@pytest.mark.slow
@needs(CASES)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_published_case_is_planned_to_its_optimum(path: Path, tmp_path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    expected = json.loads(
        path.with_suffix(".expected.json").read_text(encoding="utf-8")
    )
    folder = convert(case, tmp_path)
    result = planned(folder)
    assert result.plan is not None

    assert result.objective_usd == expected["optimum"]
    assert evaluate(folder, days_of(result.plan, folder)).total == expected["optimum"]
