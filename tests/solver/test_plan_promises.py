"""What is promised: due dates with a price, commitments to carriers, import tax."""

from dataclasses import replace
from itertools import product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from greenroute.errors import DataError
from greenroute.plan.check_plan import check_plan
from greenroute.plan.commitment import SELECTORS, Commitments
from greenroute.plan.termination import Termination
from greenroute.rating.read import read_rates
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.objective import LeastCost
from greenroute.solver.plans.order_moves import compare_moves, stand
from greenroute.solver.plans.plan_problem import state_book
from greenroute.solver.plans.solve import plan
from greenroute.solver.stop import Stop
from networks import network_of

RATES = read_rates()
STOP = Stop(rounds=3)
NETWORK = network_of("""
    CNAAA -sea 9000km 300h 1/week service=alpha-> DEBBB
    CNAAA -sea 9100km 300h 1/week service=beta-> DEBBB
    CNAAA -air 8000km 12h 7/week-> DEBBB
    CNAAA: kind=seaport
    DEBBB: kind=seaport
""")
#: Weeks that begin on 2026-08-03, minutes since 1970.
MONDAY, WEEK = 29_762_880, 10_080
HURRY = """
    order_id  origin  destination  mass_kg  ready_at          due_at
    A         CNAAA   DEBBB        5000     2026-08-03T00:00Z  2026-08-12T00:00Z
    B         CNAAA   DEBBB        5000     2026-08-03T00:00Z  2026-12-01T00:00Z
"""


def agreed(
    *least: tuple[str, float, float | None], begins: int = MONDAY
) -> Commitments:
    """Return commitments of one week: service, tonnes, and USD per tonne that is missing."""
    services = tuple(name for name, _, _ in least)
    nothing = ("",) * len(least)
    return Commitments(
        source="agreed.csv",
        ids=tuple(f"K{number}" for number in range(len(least))),
        selectors={
            name: services if name == "service" else nothing for name in SELECTORS
        },
        begins=np.full(len(least), begins),
        ends=np.full(len(least), begins + WEEK),
        least_kg=np.array([round(tonnes * 1000) for _, tonnes, _ in least]),
        short_usd_per_t=np.array(
            [np.nan if usd is None else usd for _, _, usd in least], np.float64
        ),
    )


def test_without_a_price_due_dates_are_kept() -> None:
    result = plan(book_of(HURRY), NETWORK, RATES, stop=STOP)
    assert result.plan is not None

    assert result.plan.late_orders == 0
    assert result.plan.assignments["modes"].to_pylist()[0] == "air"


def test_an_order_is_late_where_that_is_cheaper_and_pays_by_the_minute() -> None:
    book = book_of(HURRY)
    cheap, dear = (
        plan(
            book,
            NETWORK,
            RATES,
            stop=STOP,
            params=PlanParams(late_usd_per_day=usd, most_days_late=60),
        )
        for usd in (10.0, 100_000.0)
    )
    assert cheap.plan is not None
    assert dear.plan is not None
    a, b = cheap.plan.assignments.to_pylist()
    late_h = a["late_h"]

    assert (a["modes"], b["modes"]) == ("sea", "sea")
    # From 2026-08-12 to its arrival.
    arrived = a["arrives_at"].timestamp() / 3600
    assert late_h == pytest.approx(arrived - 1_786_492_800 / 3600)
    assert b["late_h"] == 0
    assert cheap.plan.late_orders == 1
    assert a["late_usd"] == pytest.approx(late_h / 24 * 10, abs=0.005)
    freight = sum(row["cost_usd"] for row in (a, b))
    assert cheap.plan.cost_usd == pytest.approx(freight + a["late_usd"])
    assert cheap.objective_usd == pytest.approx(cheap.plan.cost_usd)
    assert dear.plan.late_orders == 0
    assert check_plan(cheap.plan, book, NETWORK, RATES, late_usd_per_day=10.0) == ()
    found = check_plan(cheap.plan, book, NETWORK, RATES)
    assert "A: arrives after it is due" in found
    assert any("late_usd is not the price" in text for text in found)


def test_nobody_is_later_than_allowed() -> None:
    params = PlanParams(late_usd_per_day=0.0, most_days_late=2)
    result = plan(book_of(HURRY), NETWORK, RATES, stop=STOP, params=params)
    assert result.plan is not None

    assert max(result.plan.assignments["late_h"].to_pylist()) <= 48
    with pytest.raises(
        DataError, match="late_usd_per_day is -1, expected a number >= 0"
    ):
        PlanParams(late_usd_per_day=-1.0)


BOOK = """
    order_id  origin  destination  mass_kg  ready_at
    A         CNAAA   DEBBB        12000    2026-08-03T00:00Z
    B         CNAAA   DEBBB        15000    2026-08-03T00:00Z
    C         CNAAA   DEBBB        18000    2026-08-03T00:00Z
"""


def test_a_commitment_moves_orders_if_a_shortfall_costs_more() -> None:
    book = book_of(BOOK)
    # The detour of 100 km is cheaper than a shortfall at 500 USD/t, not than one at 0.01.
    for usd, used in ((500.0, 33.0), (0.01, 0.0)):
        keep = agreed(("beta", 33.0, usd))
        params = PlanParams(commitments=keep)
        result = plan(book, NETWORK, RATES, stop=STOP, params=params)
        assert result.plan is not None
        [told] = result.plan.commitments.to_pylist()

        assert told["used_t"] >= used
        assert (told["used_t"] == 0) == (used == 0)
        assert told["short_t"] == pytest.approx(max(33.0 - told["used_t"], 0))
        assert told["short_usd"] == pytest.approx(told["short_t"] * usd)
        freight = sum(result.plan.assignments["cost_usd"].to_pylist())
        assert result.plan.cost_usd == pytest.approx(freight + told["short_usd"])
        assert result.objective_usd == pytest.approx(result.plan.cost_usd, abs=0.01)
        assert check_plan(result.plan, book, NETWORK, RATES, commitments=keep) == ()
        assert check_plan(result.plan, book, NETWORK, RATES) == (
            "the plan tells of other commitments than those agreed",
        )


def test_what_cannot_be_reached_is_a_shortfall_with_its_price() -> None:
    keep = agreed(("beta", 100.0, 300.0))
    result = plan(
        book_of(BOOK), NETWORK, RATES, stop=STOP, params=PlanParams(commitments=keep)
    )
    assert result.plan is not None
    [told] = result.plan.commitments.to_pylist()

    # 12 + 15 + 18 t are all there is.
    assert (told["used_t"], told["short_t"]) == (45.0, 55.0)
    assert told["short_usd"] == 16_500


def test_a_hard_commitment_is_kept_or_the_plan_is_infeasible() -> None:
    book = book_of(BOOK)
    kept, beyond = (
        plan(
            book,
            NETWORK,
            RATES,
            stop=STOP,
            params=PlanParams(commitments=agreed(("beta", tonnes, None))),
        )
        for tonnes in (33.0, 46.0)
    )

    assert kept.plan is not None
    assert kept.plan.commitments["short_t"].to_pylist() == [0.0]
    assert beyond.termination is Termination.INFEASIBLE
    assert beyond.plan is None
    assert beyond.reason == (
        "commitment K0 is 46.000 t, the orders that could go by it have 45.000 t"
    )


def test_commitments_that_exclude_each_other_are_named() -> None:
    keep = agreed(("alpha", 25.0, None), ("beta", 25.0, None))
    result = plan(
        book_of(BOOK), NETWORK, RATES, stop=STOP, params=PlanParams(commitments=keep)
    )

    # 12 + 15 + 18 t are 45 t, and 50 t are asked for.
    assert result.termination is Termination.INFEASIBLE
    assert "no plan keeps these: commitment K0 is 25.000 t" in result.reason
    assert "commitment K1 is 25.000 t" in result.reason


def test_goods_of_another_week_do_not_count() -> None:
    keep = agreed(("beta", 10.0, 300.0), begins=MONDAY + 10 * WEEK)
    result = plan(
        book_of(BOOK), NETWORK, RATES, stop=STOP, params=PlanParams(commitments=keep)
    )
    assert result.plan is not None

    assert result.plan.commitments["used_t"].to_pylist() == [0.0]


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(
    masses=st.lists(st.sampled_from([3000, 9000, 14000]), min_size=1, max_size=3),
    least_t=st.sampled_from([5.0, 17.0, 30.0]),
    usd=st.sampled_from([1.0, 30.0, 400.0]),
)
def test_commitments_are_met_as_well_as_by_the_best_of_all_choices(
    masses: list[int], least_t: float, usd: float
) -> None:
    rows = "\n".join(
        f"O{number} CNAAA DEBBB {mass} 2026-08-03T00:00Z"
        for number, mass in enumerate(masses)
    )
    book = book_of(f"order_id origin destination mass_kg ready_at\n{rows}")
    params = PlanParams(columns_per_order=6, commitments=agreed(("beta", least_t, usd)))
    problem = state_book(
        book, NETWORK, RATES, objective=LeastCost(), params=params
    ).book
    result = plan(book, NETWORK, RATES, stop=STOP, params=params)
    every = [range(*problem.first_column[i : i + 2]) for i in range(problem.n_orders)]
    best = inf
    for choice in product(*every):
        columns = np.array(choice)
        standing = stand(problem, columns)
        boxes = np.ceil(
            np.maximum(
                standing.mass / problem.box_mass, standing.volume / problem.box_volume
            )
        )
        short = max(least_t * 1000 - standing.rows[problem.commitment_row[0]], 0)
        cents = problem.cost[columns].sum() + boxes @ problem.box_cost
        best = min(best, cents + short * usd / 10)

    assert result.bound_usd <= best / 100 + 0.01
    assert result.objective_usd == pytest.approx(best / 100, rel=0.005)
    assert result.objective_usd >= best / 100 - 0.01


def test_a_move_tells_what_a_commitment_then_lacks() -> None:
    params = PlanParams(commitments=agreed(("beta", 45.0, 1000.0)), columns_per_order=6)
    problem = state_book(
        book_of(BOOK), NETWORK, RATES, objective=LeastCost(), params=params
    )
    book = problem.book
    bare = replace(
        book,
        commitment_row=np.empty(0, np.int32),
        least=np.empty(0, np.int64),
        short_cost=np.empty(0),
    )
    columns = book.first_column[:-1].copy()
    with_it, without = (
        compare_moves(stand(one, columns), np.arange(3)) for one in (book, bare)
    )
    row = int(book.commitment_row[0])
    used = stand(book, columns).rows[row]
    expected = []
    for order, column in zip(with_it.order, with_it.column, strict=True):
        moved = columns.copy()
        moved[order] = column
        after = stand(book, moved).rows[row]
        # 1,000 USD/t are 100 cents a kilogram.
        expected.append(100 * (max(45_000 - after, 0) - max(45_000 - used, 0)))

    assert (with_it.cents - without.cents).tolist() == expected


def test_import_tax_is_paid_at_the_end_and_counts() -> None:
    head = "order_id origin destination mass_kg value_usd import_tax_rate ready_at\n"
    plain, taxed = (
        book_of(f"{head}A CNAAA DEBBB 5000 20000 {rate} 2026-08-03T00:00Z")
        for rate in (0, 0.19)
    )
    free, paid = (plan(book, NETWORK, RATES, stop=STOP) for book in (plain, taxed))
    assert free.plan is not None
    assert paid.plan is not None

    # 19 % of 20,000 USD.
    assert paid.plan.cost_usd == pytest.approx(free.plan.cost_usd + 3_800)
    assert paid.objective_usd == pytest.approx(free.objective_usd + 3_800)
    costs = [leg["cost_usd"] for leg in paid.plan.legs.table().to_pylist()]
    before = [leg["cost_usd"] for leg in free.plan.legs.table().to_pylist()]
    assert costs[-1] == pytest.approx(before[-1] + 3_800)
    assert check_plan(paid.plan, taxed, NETWORK, RATES) == ()
    assert check_plan(paid.plan, plain, NETWORK, RATES) != ()


def test_an_order_that_cannot_pay_its_tax_is_rejected() -> None:
    head = (
        "order_id origin destination mass_kg value_usd import_tax_rate max_cost_usd\n"
    )
    result = plan(
        book_of(
            f"{head}A CNAAA DEBBB 5000 20000 0.19 3700\n"
            "B CNAAA DEBBB 5000 - 0.19 -\n"
            "C CNAAA DEBBB 5000 - - -"
        ),
        NETWORK,
        RATES,
        stop=STOP,
    )
    assert result.plan is not None
    told = {row["order_id"]: row for row in result.plan.rejected.to_pylist()}

    assert result.plan.assignments["order_id"].to_pylist() == ["C"]
    assert told["A"]["error_code"] == "not_within_limits"
    assert "import_tax_rate is a share of it" in told["B"]["error"]
