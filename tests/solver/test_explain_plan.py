"""Why an order goes its way: what moving it alone would change, against evaluating anew."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from dated_books import Goods, Run, book_in_days, network_in_days
from greenroute.errors import DataError
from greenroute.network.read import read_network
from greenroute.rating.read import read_rates
from greenroute.solver.book.book_evaluate import evaluate
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.explain_plan import explain_order
from greenroute.solver.plans.match_plan import Earlier, match_plan
from greenroute.solver.plans.objective import CarbonBudget, CarbonPrice, LeastCost
from greenroute.solver.plans.order_moves import compare_moves, stand
from greenroute.solver.plans.plan_problem import state_book, with_objective
from greenroute.solver.plans.solve import plan, solve_problem
from greenroute.solver.stop import Stop, Watch
from greenroute.tables import data_folder
from networks import network_of

RATES = read_rates()
TOY = read_network(data_folder() / "networks" / "toy")
STOP = Stop(rounds=2)
NETWORK = network_of("""
    CNAAA -sea 9000km 300h 1/week 18t-> DEBBB
    CNAAA -sea 11000km 400h 1/week 60t-> DEBBB
    CNAAA -air 8000km 12h 7/week 2t-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")
BOOK = book_of("""
    order_id  origin  destination  mass_kg  ready_at    due_at
    A         CNAAA   DEBBB        9000     2026-08-03  2026-08-30
    B         CNAAA   DEBBB        8000     2026-08-03  2026-08-30
    C         CNAAA   DEBBB        7000     2026-08-03  2026-08-30
    D         CNAAA   DEBBB        700      2026-08-03  2026-08-30
    E         CNAAA   DEBBB        1500     2026-08-05  -
""")
PROBLEM = state_book(BOOK, NETWORK, RATES, objective=LeastCost(), params=PlanParams())


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000), usd=st.sampled_from([0, 200]), share=st.integers(1, 4)
)
def test_a_move_changes_what_evaluating_the_moved_choice_says(
    seed: int, usd: int, share: int
) -> None:
    problem = with_objective(PROBLEM, CarbonPrice(usd))
    rng = np.random.default_rng(seed)
    first = problem.book.first_column
    columns = np.array([rng.integers(*first[i : i + 2]) for i in range(len(BOOK))])
    columns[rng.integers(0, len(BOOK))] = -1
    grams = int(problem.book.grams[columns[columns >= 0]].sum())
    book = replace(
        problem.book,
        budget=np.array([grams * share // 2]),
        budget_of_order=np.zeros((len(BOOK), 1), np.int32),
    )
    moves = compare_moves(stand(book, columns), np.arange(len(BOOK)))
    before = evaluate(book, columns)
    fits = moves.fits()
    old = set(before.complaints)

    for at, (order, column) in enumerate(
        zip(moves.order.tolist(), moves.column.tolist(), strict=True)
    ):
        then = columns.copy()
        then[order] = column
        after = evaluate(book, then)
        paid = book.unserved_cost[order] if columns[order] < 0 else 0
        change = moves.cents[at] + book.carbon_price * moves.grams[at] - paid
        assert after.objective - before.objective == pytest.approx(change, abs=1e-6)
        if not old:
            assert fits[at] == (after.complaints == ())


def test_a_plan_is_found_again_column_by_column() -> None:
    result, choice = solve_problem(PROBLEM, LeastCost(), watch=Watch(STOP), seed=0)
    assert result.plan is not None
    assert choice is not None
    earlier = Earlier(
        assignments=result.plan.assignments, legs=result.plan.legs.table()
    )
    match = match_plan(PROBLEM, earlier)

    assert match.column.tolist() == choice.columns.tolist()
    assert match.same[choice.columns].all()


def test_the_best_way_that_fits_comes_first_and_a_full_lane_is_named() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        A         CNAAA   DEBBB        8000     2026-08-03  2026-08-30
        B         CNAAA   DEBBB        7900     2026-08-03  2026-08-30
        C         CNAAA   DEBBB        7800     2026-08-03  2026-08-30
    """)
    result = plan(book, NETWORK, RATES, stop=STOP)
    assert result.plan is not None
    ways = [
        explain_order(result, name, orders=book, network=NETWORK, rates=RATES)
        for name in "ABC"
    ]
    # Two of three fit the short lane's 18 t; the third sails the long one.
    far = [one for one in ways if one.chosen and one.chosen.transit_h > 550]
    near = [one for one in ways if one.chosen and one.chosen.transit_h < 550]

    assert (len(far), len(near)) == (1, 2)
    [full] = [way for way in far[0].rivals if way.transit_h == 498]
    assert full.blocked_by[0].startswith("capacity 1:CNAAA-sea-DEBBB 2026-08-03")
    assert full.extra_usd < 0
    for one in near:
        assert one.rivals[0].blocked_by == ()
        assert one.rivals[0].extra_h == pytest.approx(100.0)  # 400 h instead of 300 h


def test_a_budget_that_binds_has_its_price_and_blocks_the_cheaper_way() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at    due_at
        A         CNSZX   DEFRA        4000     2026-08-03  -
    """)
    free = plan(book, TOY, RATES, stop=STOP)
    assert free.plan is not None
    widest = CarbonBudget(tonnes=free.plan.wtw_kg_co2e / 1000)
    problem = state_book(book, TOY, RATES, objective=widest, params=PlanParams())
    least = problem.least_grams()[0] / 1e6
    objective = CarbonBudget(tonnes=(free.plan.wtw_kg_co2e / 1000 + least) / 2)
    result = plan(book, TOY, RATES, objective=objective, stop=STOP)
    assert result.plan is not None
    told = explain_order(
        result, "A", orders=book, network=TOY, rates=RATES, objective=objective
    )
    cheaper = [way for way in told.rivals if way.extra_usd < 0]
    saved = result.plan.cost_usd - free.plan.cost_usd

    # Without the budget it would go the cheapest way, and be that much cheaper.
    assert min(way.extra_usd for way in cheaper) == pytest.approx(-saved, abs=0.011)
    assert all(way.blocked_by == ("budget",) for way in cheaper)
    assert all(way.extra_wtw_kg_co2e > 0 for way in cheaper)
    [price] = told.scarce
    assert price.what == "budget"
    for way in told.rivals:
        usd = price.usd_per_tonne * way.extra_wtw_kg_co2e / 1000
        assert way.scarcity_usd == pytest.approx(usd, abs=0.011)


def test_an_order_that_is_not_served_says_why() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg
        A         CNSZX   DEFRA        900
        B         CNSZX   MOON         900
    """)
    result = plan(book, TOY, RATES, stop=STOP)
    told = explain_order(result, "B", orders=book, network=TOY, rates=RATES)

    assert told.chosen is None
    assert "MOON" in told.reason
    with pytest.raises(DataError, match="no order 'Z'"):
        explain_order(result, "Z", orders=book, network=TOY, rates=RATES)


def test_another_departure_costs_a_box_of_its_own_and_the_days_of_waiting() -> None:
    places = {"XXAAA": 2, "XXBBB": 1, "XXPPP": None, "XXCCC": 0}
    daily = tuple(range(7))
    runs = [
        Run(start="XXAAA", end="XXPPP", days=1, weekdays=daily, price_usd=0),
        Run(start="XXBBB", end="XXPPP", days=1, weekdays=daily, price_usd=0),
        Run(
            start="XXPPP",
            end="XXCCC",
            days=2,
            weekdays=(4, 0),
            price_usd=300,
            fixed_usd=200,
        ),
    ]
    book = book_in_days(
        [
            Goods(start="XXAAA", end="XXCCC", m3=6, ready=0, due=12),
            Goods(start="XXBBB", end="XXCCC", m3=4, ready=1, due=12),
        ]
    )
    network = network_in_days(runs, places)
    result = plan(book, network, RATES, stop=STOP)
    told = explain_order(result, "O0", orders=book, network=network, rates=RATES)

    # Monday's ship instead of Friday's: a box, the ship, and three days of 6 m3 at 2.
    assert told.chosen is not None
    assert told.rivals[0].extra_usd == 300 + 200 + 36
    assert told.rivals[0].extra_h == 72
