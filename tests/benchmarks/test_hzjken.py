"""Multimodal instances as our own files, and plans for them rated by hand."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hzjken import convert, read_back
from benchmarks.hzjken_cost import Plan, evaluate
from greenroute.errors import DataError
from greenroute.network.read import read_network
from greenroute.orders.read import read_orders
from hzjken_cases import order, route
from published import instances, needs

CASES = instances("hzjken")
CASE: dict[str, Any] = {
    "name": "four places",
    "day0": "2026-12-01",
    "day0_weekday": "Tuesday",
    "horizon_days": 14,
    "warehouse_cost_per_m3_day": {"A Store": 2.0, "B Store": 1.5, "C Store": 9.0},
    "routes": [
        route(1, "A Store", "Port"),
        route(2, "B Store", "Port"),
        route(
            3,
            "Port",
            "C Store",
            mode="Sea",
            fixed_cost=300.0,
            container_volume_m3=35.5,
            cost_per_container=800.25,
            transit_duty_rate=0.002,
            days=4,
            total_hours=96.0,
            departs_on=["Friday", "Monday"],
        ),
        route(4, "A Store", "B Store"),
    ],
    "orders": [
        order(1, "A Store"),
        order(2, "B Store", volume_m3=30.0, value=2000.0, release_day=1),
    ],
}
#: Day 0 is a Tuesday; the ship leaves on days 3 and 6.
TOGETHER: Plan = {"1": [("1", 2), ("3", 3)], "2": [("2", 2), ("3", 3)]}
APART: Plan = {"1": [("4", 0), ("2", 2), ("3", 3)], "2": [("2", 5), ("3", 6)]}


def test_goods_that_share_a_departure_share_its_containers(tmp_path: Path) -> None:
    cost = evaluate(convert(CASE, tmp_path), TOGETHER)

    # 40 + 30 m3 are two containers of 35.5 m3 (one each would be two and one); trucks are
    # free of charge per container.
    assert cost.containers == 1600.50
    # Two trucks at 100, one ship at 300.
    assert cost.fixed == 500
    # 40 m3 x 2 days x 2 USD, and 30 m3 x 1 day x 1.5 USD; none at the destination.
    assert cost.storage == 205
    # 0.2 % of 10,000 and of 2,000, and 5 % of both.
    assert (cost.duties, cost.tax) == (24, 600)
    assert cost.total == 2929.50


def test_goods_apart_pay_for_each_departure(tmp_path: Path) -> None:
    cost = evaluate(convert(CASE, tmp_path), APART)

    # 40 m3 need two containers, 30 m3 one.
    assert cost.containers == 2400.75
    # Trucks on days 0, 2 and 5, ships on days 3 and 6.
    assert cost.fixed == 900
    # Order 1 is at B from day 1 to 2: 40 x 1.5; order 2 from day 1 to 5: 30 x 4 x 1.5.
    assert cost.storage == 240
    assert cost.total == 4164.75  # + 24 + 600


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"1": TOGETHER["1"]}, r"the plan has orders \['1'\], expected \['1', '2'\]"),
        ({**TOGETHER, "1": [("2", 2), ("3", 3)]}, "no lane '2' from A Store"),
        ({**TOGETHER, "1": [("9", 2), ("3", 3)]}, "no lane '9' from A Store"),
        ({**TOGETHER, "1": [("1", 3), ("3", 4)]}, "lane '3' cannot be taken on day 4"),
        ({**TOGETHER, "2": [("2", 0), ("3", 3)]}, "lane '2' cannot be taken on day 0"),
        ({**TOGETHER, "1": [("1", 1), ("3", 3)]}, "waits at Port, where goods may not"),
        ({**TOGETHER, "2": [("2", 12), ("3", 13)]}, "not at C Store by 2026-12-15"),
        ({**TOGETHER, "2": [("2", 2)]}, "not at C Store by 2026-12-15"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused(
    tmp_path: Path, plan: Plan, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        evaluate(convert(CASE, tmp_path), plan)


def test_no_good_calls_at_a_place_twice(tmp_path: Path) -> None:
    case = copy.deepcopy(CASE)
    case["routes"].append(route(5, "B Store", "A Store"))
    plan: Plan = {**TOGETHER, "1": [("4", 0), ("5", 1), ("1", 2), ("3", 3)]}

    with pytest.raises(DataError, match="order 1 calls twice at A Store"):
        evaluate(convert(case, tmp_path), plan)


def test_a_converted_case_holds_all_of_it(tmp_path: Path) -> None:
    assert read_back(convert(CASE, tmp_path)) == CASE


def test_a_converted_case_is_a_network_and_an_order_book(tmp_path: Path) -> None:
    convert(CASE, tmp_path)
    network, orders = read_network(tmp_path), read_orders(tmp_path / "orders.csv")

    assert len(network.lanes) == 4
    assert network.lanes.departures_per_week.tolist() == [7, 7, 2, 7]
    assert network.gateways.waiting.tolist() == [True, True, True, False]
    assert (len(orders), len(orders.rejected)) == (2, 0)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("day0_weekday", "Monday", "day0_weekday is 'Monday', expected Tuesday"),
        ("routes", [route(1, "A", "B", mode="Drone")], "route 1: mode is 'Drone'"),
    ],
)
def test_what_cannot_be_converted_is_named(
    tmp_path: Path, key: str, value: object, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        convert({**CASE, key: value}, tmp_path)


#: Plans of ours, route ids and days, that cost as much as the proven optimum.
BEST: dict[str, Plan] = {
    "variant_a": {
        "1": [("47", 0), ("29", 1), ("6", 2), ("42", 9), ("49", 10)],
        "2": [("29", 1), ("6", 2), ("42", 9)],
        "3": [("47", 2), ("29", 5), ("6", 6), ("42", 13)],
        "4": [("47", 3), ("29", 5), ("6", 6), ("42", 13)],
    },
    "variant_b": {
        "1": [("47", 0), ("29", 1), ("6", 2), ("42", 9), ("49", 10)],
        "2": [("29", 1), ("6", 2), ("42", 9)],
        "3": [("47", 2), ("29", 5), ("6", 6), ("42", 13)],
        "4": [("47", 3), ("29", 5), ("6", 6), ("42", 13)],
        "5": [("50", 4), ("43", 5), ("13", 6), ("32", 8)],
        "6": [("43", 5), ("13", 6), ("32", 8), ("48", 9)],
        "7": [("48", 6)],
        "8": [("50", 7)],
    },
    "variant_c": {
        "1": [("47", 3), ("29", 5), ("6", 6), ("42", 13), ("49", 14)],
        "2": [("29", 5), ("6", 6), ("42", 13)],
        "3": [("47", 3), ("29", 5), ("6", 6), ("42", 13)],
        "4": [("47", 3), ("29", 5), ("6", 6), ("42", 13)],
        "5": [("50", 4), ("41", 5), ("5", 6), ("30", 13)],
        "6": [("41", 5), ("5", 6), ("30", 13), ("48", 14)],
        "7": [("48", 14)],
        "8": [("50", 7)],
    },
}


@needs(CASES)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_instances_convert_without_loss(path: Path, tmp_path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    folder = convert(case, tmp_path)

    assert read_back(folder) == case
    assert len(read_network(folder).lanes) == len(case["routes"])
    assert len(read_orders(folder / "orders.csv")) == len(case["orders"])


@needs(CASES)
@pytest.mark.parametrize("name", BEST)
def test_the_best_plans_of_published_instances_are_rated_to_the_cent(
    name: str, tmp_path: Path
) -> None:
    path = next(path for path in CASES if path.stem == name)
    proven = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    case = json.loads(path.read_text(encoding="utf-8"))

    assert evaluate(convert(case, tmp_path), BEST[name]).total == proven["optimum"]
