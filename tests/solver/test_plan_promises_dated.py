"""On dated departures: late orders, commitments, and the cost of one order alone."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dated_books import Goods, Places, Run, book_in_days, network_in_days
from greenroute.orders.shipment import Shipment
from greenroute.plan.check_plan import check_plan
from greenroute.plan.commitment import SELECTORS, Commitments
from greenroute.plan.termination import Termination
from greenroute.rating.read import read_rates
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.solve import plan
from greenroute.solver.route import route
from greenroute.solver.stop import Stop

RATES = read_rates()
STOP = Stop(rounds=2)
PLACES: Places = {"XXAAA": 0, "XXCCC": 0}
#: A cheap ship on Fridays, a dear plane every day, both for each box.
RUNS = [
    Run(start="XXAAA", end="XXCCC", days=5, weekdays=(4,), price_usd=100),
    Run(start="XXAAA", end="XXCCC", days=1, weekdays=tuple(range(7)), price_usd=900),
]
NETWORK = network_in_days(RUNS, PLACES)
#: Minutes since 1970 of Monday 2026-08-03, day 0.
MONDAY, WEEK = 29_762_880, 10_080


def friday_ship(tonnes: float, usd: float | None) -> PlanParams:
    """Return what is agreed for the ship of the first week."""
    nothing: dict[str, tuple[str, ...]] = dict.fromkeys(SELECTORS, ("",))
    return PlanParams(
        commitments=Commitments(
            source="agreed.csv",
            ids=("SHIP",),
            selectors={**nothing, "lane_id": ("1:XXAAA-XXCCC",)},
            begins=np.array([MONDAY]),
            ends=np.array([MONDAY + WEEK]),
            least_kg=np.array([round(tonnes * 1000)]),
            short_usd_per_t=np.array([np.nan if usd is None else usd]),
        )
    )


@pytest.mark.parametrize(
    ("usd_per_day", "cost_usd", "late_h"),
    # The ship leaves on day 4 and arrives on day 9, three days late.
    [(None, 900, 0), (100.0, 100 + 300, 72), (300.0, 900, 0)],
)
def test_an_order_waits_for_the_ship_if_lateness_costs_less_than_the_plane(
    usd_per_day: float | None, cost_usd: float, late_h: float
) -> None:
    book = book_in_days([Goods(start="XXAAA", end="XXCCC", m3=8, ready=0, due=6)])
    params = PlanParams(late_usd_per_day=usd_per_day)
    result = plan(book, NETWORK, RATES, stop=STOP, params=params)
    assert result.plan is not None

    assert result.plan.cost_usd == result.objective_usd == cost_usd
    assert result.plan.assignments["late_h"].to_pylist() == [late_h]
    assert result.termination is Termination.OPTIMAL
    assert result.full_gap == 0
    assert (
        check_plan(result.plan, book, NETWORK, RATES, late_usd_per_day=usd_per_day)
        == ()
    )


@pytest.mark.parametrize(
    ("usd", "used_t", "cost_usd"),
    # 400 kg each: with all on the ship, 1.2 t of 2 t and two boxes of 10 m3; the last one
    # would rather go by a cheaper truck of its own for 20 USD.
    [(10.0, 0.0, 3 * 20 + 2 * 10), (1000.0, 1.2, 200 + 0.8 * 1000)],
)
def test_a_commitment_on_a_departure_draws_goods_to_it(
    usd: float, used_t: float, cost_usd: float
) -> None:
    truck = Run(start="XXAAA", end="XXCCC", days=6, weekdays=(), price_usd=20)
    network = network_in_days([*RUNS, truck], PLACES)
    goods = Goods(start="XXAAA", end="XXCCC", m3=4, ready=0, due=12)
    book, params = book_in_days([goods] * 3), friday_ship(2.0, usd)
    result = plan(book, network, RATES, stop=STOP, params=params)
    assert result.plan is not None

    assert result.plan.commitments["used_t"].to_pylist() == [used_t]
    assert result.plan.cost_usd == pytest.approx(cost_usd)
    assert result.bound_usd <= result.objective_usd + 1e-6
    agreed = params.commitments
    assert check_plan(result.plan, book, network, RATES, commitments=agreed) == ()


def test_a_hard_commitment_beyond_all_goods_is_infeasible() -> None:
    book = book_in_days([Goods(start="XXAAA", end="XXCCC", m3=4, ready=0, due=12)])
    result = plan(book, NETWORK, RATES, stop=STOP, params=friday_ship(2.0, None))

    assert result.termination is Termination.INFEASIBLE
    assert "commitment SHIP is 2.000 t" in result.reason
    assert "have 0.400 t" in result.reason


@settings(max_examples=20, deadline=None)
@given(
    m3=st.sampled_from([2, 10, 14]),
    ready=st.integers(0, 6),
    days=st.integers(6, 14),
    duty_percent=st.sampled_from([0, 5]),
    value_usd=st.sampled_from([0, 4000]),
)
def test_one_order_costs_what_the_cheapest_itinerary_costs(
    m3: int, ready: int, days: int, duty_percent: int, value_usd: int
) -> None:
    runs = [
        Run(
            start=run.start,
            end=run.end,
            days=run.days,
            weekdays=run.weekdays,
            price_usd=run.price_usd,
            fixed_usd=70,
            duty_percent=duty_percent if run is RUNS[0] else 0,
        )
        for run in RUNS
    ]
    network = network_in_days(runs, PLACES)
    order = Goods(
        start="XXAAA",
        end="XXCCC",
        m3=m3,
        ready=ready,
        due=ready + days,
        value_usd=value_usd,
    )
    book = book_in_days([order])
    row = book.table.to_pylist()[0]
    front = route(
        Shipment(
            origin="XXAAA",
            destination="XXCCC",
            mass_kg=m3 * 100,
            volume_m3=m3,
            value_usd=value_usd,
            ready_at=datetime.fromisoformat(row["ready_at"]),
            due_at=datetime.fromisoformat(row["due_at"]),
        ),
        network,
        RATES,
    )
    result = plan(book, network, RATES, stop=STOP)
    assert result.plan is not None

    cheapest = min(one.cost_usd for one in front.itineraries)
    assert result.plan.cost_usd == pytest.approx(cheapest)
    assert check_plan(result.plan, book, network, RATES) == ()
