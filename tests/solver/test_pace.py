"""The making of columns ends in time, and what it has found so far is planned."""

import logging

import pytest

from books import book_of
from greenroute.network.read import read_network
from greenroute.plan.check_plan import check_plan
from greenroute.rating.read import read_rates
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.columns.pace import Pace
from greenroute.solver.plans.solve import plan
from greenroute.solver.stop import Stop, Watch
from greenroute.tables import data_folder

RATES = read_rates()
TOY = read_network(data_folder() / "networks" / "toy")
BOOK = """
    order_id origin destination mass_kg ready_at
    A CNSZX DEFRA 5000 2026-08-03
    B DEFRA CNSZX 900 2026-08-05
"""


class Shows(Watch):
    """A watch that shows a given time [s]."""

    now = 0.0

    def seconds(self) -> float:
        return self.now


def test_without_a_watch_it_is_never_over() -> None:
    assert not Pace().over(needed=False)


def test_ctrl_c_leaves_out_all_but_what_orders_need() -> None:
    watch = Watch(Stop())
    watch.interrupted = True
    pace = Pace(watch)

    assert not pace.over(needed=True)
    assert not pace.cut
    assert pace.over(needed=False)
    assert pace.cut


def test_without_time_left_even_what_is_needed_is_left_out() -> None:
    assert Pace(Watch(Stop(seconds=0.0))).over(needed=True)
    assert not Pace(Watch(Stop(rounds=1))).over(needed=False)


def test_the_second_half_of_the_time_is_for_what_is_needed() -> None:
    watch = Shows(Stop(seconds=100.0))
    watch.now = 60.0

    assert not Pace(watch).over(needed=True)
    assert Pace(watch).over(needed=False)


def test_it_tells_how_far_it_is_now_and_then(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Shows(Stop())
    pace = Pace(watch)
    caplog.set_level(logging.INFO)
    for watch.now in (1.0, 6.0, 7.0, 12.0):
        pace.tell("searches", int(watch.now), 20)

    assert caplog.messages == ["searches: 6 of 20, 6 s", "searches: 12 of 20, 12 s"]


@pytest.mark.parametrize("exact_searches", [0, 40])
def test_a_plan_that_is_interrupted_at_once_still_serves_every_order(
    exact_searches: int,
) -> None:
    book, watch = book_of(BOOK), Watch(Stop())
    watch.interrupted = True
    params = PlanParams(exact_searches=exact_searches)
    result = plan(book, TOY, RATES, watch=watch, params=params)

    assert result.plan is not None
    assert len(result.plan.assignments) == 2
    assert check_plan(result.plan, book, TOY, RATES) == ()
    assert result.bound_usd <= result.objective_usd


@pytest.mark.parametrize("exact_searches", [0, 40])
def test_a_plan_whose_time_is_over_before_it_has_a_way_says_so(
    exact_searches: int,
) -> None:
    book, watch = book_of(BOOK), Watch(Stop(seconds=0.0))
    params = PlanParams(exact_searches=exact_searches)
    result = plan(book, TOY, RATES, watch=watch, params=params)

    assert result.plan is not None
    assert len(result.plan.assignments) == 0
    texts = result.plan.rejected["error"].to_pylist()
    assert len(texts) == 2
    assert all("the time was over" in text for text in texts)
