"""A plan by dates is proven from the tables; whatever is changed in either is found."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from dated_books import Goods, Places, Run, book_in_days, network_in_days
from greenroute.network.network import Network
from greenroute.plan.check_plan import check_plan
from greenroute.plan.plan import NO_LOAD, Plan
from greenroute.rating.read import read_rates
from greenroute.solver.plans.solve import plan
from greenroute.units import HOURS_PER_DAY, MINUTES_PER_HOUR

RATES = read_rates()
DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
PLACES: Places = {"XXAAA": 2, "XXBBB": 1, "XXPPP": None, "XXCCC": 0}
TRUCK_A = Run(
    start="XXAAA", end="XXPPP", days=1, weekdays=(0, 1, 2, 3), price_usd=40, fixed_usd=5
)
TRUCK_B = replace(TRUCK_A, start="XXBBB")
SHIP = Run(
    start="XXPPP",
    end="XXCCC",
    days=2,
    weekdays=(4,),
    price_usd=300,
    fixed_usd=200,
    duty_percent=1,
)
RUNS = [TRUCK_A, TRUCK_B, SHIP]
#: Both go by truck on Thursday and by ship on Friday.
BOOK = book_in_days(
    [
        Goods(start="XXAAA", end="XXCCC", m3=6, ready=0, due=7, tax_percent=5),
        Goods(start="XXBBB", end="XXCCC", m3=8, ready=1, due=7),
    ]
)


def network(*ship: Run, places: Places = PLACES, truck: Run = TRUCK_A) -> Network:
    return network_in_days([truck, TRUCK_B, *(ship or (SHIP,))], places)


@pytest.fixture(scope="module")
def made() -> Plan:
    found = plan(BOOK, network(), RATES).plan

    assert found is not None
    assert check_plan(found, BOOK, network(), RATES) == ()
    return found


def changed(found: Plan, **legs: object) -> Plan:
    return replace(found, legs=replace(found.legs, **legs))  # type: ignore[arg-type]  # any field


def with_column(found: Plan, name: str, values: Sequence[object]) -> Plan:
    loads = found.loads
    at = loads.schema.get_field_index(name)
    column = pa.array(values, loads.schema.field(name).type)
    return replace(found, loads=loads.set_column(at, name, column))


def on_a_run(found: Plan, cents: int) -> Plan:
    every = found.legs.cents.copy()
    every[np.flatnonzero(found.legs.load != NO_LOAD)[0]] += cents
    return changed(found, cents=every)


def a_day_later(found: Plan) -> Plan:
    return changed(found, starts=found.legs.starts + DAY)


def fewer_boxes(found: Plan) -> Plan:
    boxes = [one and one - 1 for one in found.loads["boxes"].to_pylist()]
    return with_column(found, "boxes", boxes)


def cheaper_boxes(found: Plan) -> Plan:
    cost = [usd - 1 for usd in found.loads["cost_usd"].to_pylist()]
    return with_column(found, "cost_usd", cost)


def longer(found: Plan) -> Plan:
    steps = found.legs.steps
    minutes = [m + (m > 0) for m in steps["minutes"].to_pylist()]
    at = steps.schema.get_field_index("minutes")
    return changed(found, steps=steps.set_column(at, "minutes", pa.array(minutes)))


def without_departures(found: Plan) -> Plan:
    kinds = np.asarray(found.loads["kind"].to_pylist())
    return replace(found, loads=found.loads.filter(pa.array(kinds == "boxes")))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda found: on_a_run(found, 1), "do not pay its price"),
        (lambda found: on_a_run(found, -10_000), "costs less than it must"),
        (a_day_later, "its lane has no departure then"),
        (a_day_later, "leaves at another time than its load"),
        (fewer_boxes, "holds more m3 than its boxes take"),
        (cheaper_boxes, "costs other than its boxes do"),
        (longer, "its departure arrives at another time"),
        (without_departures, "0 departures are in the loads, expected 3"),
    ],
)
def test_what_is_changed_in_the_plan_is_found(
    made: Plan, change: Callable[[Plan], Plan], complaint: str
) -> None:
    found = check_plan(change(made), BOOK, network(), RATES)

    assert any(complaint in text for text in found), found


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        (network(replace(SHIP, weekdays=(3,))), "its lane has no departure then"),
        (network(replace(SHIP, days=1)), "arrives at another time"),
        (network(replace(SHIP, fixed_usd=201)), "do not pay its price"),
        (network(replace(SHIP, price_usd=301)), "costs other than its boxes do"),
        (network(replace(SHIP, box_m3=6)), "holds more m3 than its boxes take"),
        (network(replace(SHIP, duty_percent=2)), "do not pay its price"),
        (network(places={**PLACES, "XXAAA": None}), "wait where they may not"),
        (network(places={**PLACES, "XXAAA": 3}), "do not pay its price"),
        (network(truck=replace(TRUCK_A, fixed_usd=4)), "do not pay its price"),
    ],
)
def test_what_is_changed_in_the_network_is_found(
    made: Plan, other: Network, complaint: str
) -> None:
    found = check_plan(made, BOOK, other, RATES)

    assert any(complaint in text for text in found), found


def test_import_tax_is_counted_again(made: Plan) -> None:
    table = BOOK.table
    at = table.schema.get_field_index("import_tax_rate")
    rates = pa.array(["0.06", "0"], pa.string())
    book = replace(BOOK, table=table.set_column(at, "import_tax_rate", rates))

    # Of O0 the tax is 5 % of 1,000 USD and belongs to its last leg.
    found = check_plan(made, book, network(), RATES)
    assert any("costs other than the tables say" in text for text in found), found
