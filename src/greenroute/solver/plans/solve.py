"""One plan for all orders: the table of contents of the planner.

orders → search keys → paths → columns → dated routes → Book     `plan_problem`
Book → the same without what no best choice needs                `reduce_book`
Book → choice of a column per order, with a bound                `solve_book`
small Book of a network with dates → the best choice             `exact_book`
choice → Plan                                                    `write_plan`
"""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.termination import Termination
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.book.book import NO_COLUMN, BookChoice, Prices
from greenroute.solver.book.exact_book import is_small, solve_exactly
from greenroute.solver.book.reduce_book import reduce_book
from greenroute.solver.book.solve_book import Progress, solve_book
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.plans.commitment_rows import beyond_reach, broken
from greenroute.solver.plans.conflict import conflict_of
from greenroute.solver.plans.greedy import choose_greedily
from greenroute.solver.plans.objective import CarbonBudget, LeastCost, Objective
from greenroute.solver.plans.plan_problem import PlanProblem, state_book
from greenroute.solver.plans.result import Compared, PlanResult, ShadowPrice
from greenroute.solver.plans.write_plan import write_plan
from greenroute.solver.stop import Stop, Watch
from greenroute.units import CENTS_PER_USD, G_PER_KG, KG_PER_TONNE

#: Half a percent or ten minutes, whichever comes first.
DEFAULT_STOP = Stop(gap=0.005, seconds=600.0)
#: Time kept for writing the plan of an order [s]: measured 2e-5 to 5e-5.
_WRITING_S = 6e-5
#: Shadow prices below this say nothing [USD/t].
_SOME_USD = 0.005


def plan(  # noqa: PLR0913 - the interface fixes the arguments
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    objective: Objective | None = None,
    stop: Stop = DEFAULT_STOP,
    seed: int = 0,
    params: PlanParams | None = None,
    watch: Watch | None = None,
    progress: Progress | None = None,
    charges: Charges | None = None,
) -> PlanResult:
    """Plan an order book.

    Parameters
    ----------
    orders
        By `read_orders`.
    network, rates
        What can carry them, and what that costs.
    objective
        `LeastCost()`, which None stands for, `CarbonPrice(...)` or `CarbonBudget(...)`.
    stop
        When to stop; time counts from the call.
    seed
        Same input, seed and rounds give the same plan.
    params
        How orders become columns.
    watch
        Watch of the caller, whose `interrupted` ends the search at once.
    progress
        Is told, now and then, rounds, seconds, objective [USD], bound [USD] and gap.
    charges
        Rate cards; None for none. They are those of one day, and a plan counts no carbon
        or holding costs.

    Returns
    -------
    PlanResult
        Plan, bound and gap. Orders that cannot be planned stand in `plan.rejected`.

    Raises
    ------
    UnknownCategoryError
        If a budget is for a name that no order has, or the tables disagree.
    DataError
        If rate cards have more than one price for a lane in the days of the orders.
    """
    watch = Watch(stop) if watch is None else watch
    objective = LeastCost() if objective is None else objective
    params = PlanParams() if params is None else params
    problem = state_book(
        orders,
        network,
        rates,
        objective=objective,
        params=params,
        watch=watch,
        charges=charges,
    )
    return solve_problem(problem, objective, watch=watch, seed=seed, progress=progress)[
        0
    ]


def solve_problem(
    problem: PlanProblem,
    objective: Objective,
    *,
    watch: Watch,
    seed: int,
    start: BookChoice | None = None,
    progress: Progress | None = None,
) -> tuple[PlanResult, BookChoice | None]:
    """Solve a problem, from the choice and the prices of a similar one if there is one."""
    watch.keep(_WRITING_S * problem.book.n_orders)
    greedy = choose_greedily(problem)
    compared = _compared(problem, greedy)
    agreed = problem.params.commitments
    reason = _beyond_budget(problem, objective) or beyond_reach(problem.book, agreed)
    if reason:
        return _no_plan(problem, reason, compared, watch=watch, seed=seed), None
    begin = greedy if start is None else start.columns
    told = None if progress is None else _in_usd(progress)
    if problem.dates is not None and is_small(problem.book):
        choice = solve_exactly(problem.book, watch=watch, start=begin, progress=told)
    else:
        prices = None if start is None else _fitting(start.prices, problem)
        choice = _search(problem, begin, prices, watch=watch, seed=seed, progress=told)
    reason = broken(problem.book, agreed, choice.columns)
    if reason:
        conflict = conflict_of(problem)
        if conflict is not None:
            reason = conflict.text()
        none = _no_plan(problem, reason, compared, watch=watch, seed=seed)
        if conflict is None:
            none = replace(none, termination=Termination.NO_PLAN_FOUND)
        return none, None
    complete = problem.dates is not None and problem.dates.complete
    result = PlanResult(
        termination=choice.termination,
        plan=write_plan(problem, choice.columns, choice.boxes),
        objective_usd=choice.objective / CENTS_PER_USD,
        bound_usd=choice.bound / CENTS_PER_USD,
        gap=choice.gap,
        full_gap=choice.gap if complete else None,
        reason="",
        shadow_prices=_shadow_prices(problem, choice),
        greedy=compared,
        columns=len(problem.book.cost),
        rounds=choice.rounds,
        seconds=watch.seconds(),
        seed=seed,
        rate_cards=problem.steps.cards_used,
        exchange=()
        if problem.steps.charges is None
        else problem.steps.charges.exchange(),
    )
    return result, choice


def _search(
    problem: PlanProblem,
    begin: NDArray[np.int64],
    prices: Prices | None,
    *,
    watch: Watch,
    seed: int,
    progress: Progress | None,
) -> BookChoice:
    """Solve what no best choice can do without."""
    reduced = reduce_book(problem.book, rest=problem.rest)
    problem.rest()
    found = solve_book(
        reduced.book,
        stop=watch.stop,
        seed=seed,
        start=reduced.shrink(begin),
        prices=prices,
        watch=watch,
        progress=progress,
    )
    return reduced.grow(found)


def _in_usd(progress: Progress) -> Progress:
    def told(
        rounds: int, seconds: float, objective: float, bound: float, gap: float
    ) -> None:
        progress(rounds, seconds, objective / CENTS_PER_USD, bound / CENTS_PER_USD, gap)

    return told


def _fitting(prices: Prices, problem: PlanProblem) -> Prices:
    """Return prices for the budgets of this problem."""
    size = len(problem.book.budget)
    budget = prices.budget if len(prices.budget) == size else np.zeros(size)
    return Prices(row=prices.row, budget=budget)


def _beyond_budget(problem: PlanProblem, objective: Objective) -> str:
    """Return why budgets cannot be kept; "" if nothing says that they cannot."""
    if not isinstance(objective, CarbonBudget):
        return ""
    least, limit = problem.least_grams(), problem.book.budget
    beyond = np.flatnonzero(least > limit)
    g_per_tonne = G_PER_KG * KG_PER_TONNE
    words = []
    for row in beyond.tolist():
        name = problem.budget_names[row]
        whose = f" of {objective.scope} {name!r}" if name else ""
        words.append(
            f"the orders{whose} emit at least {least[row] / g_per_tonne:,.3f} t CO2e, "
            f"the budget is {limit[row] / g_per_tonne:,.3f} t"
        )
    return "; ".join(words)


def _no_plan(
    problem: PlanProblem, reason: str, greedy: Compared, *, watch: Watch, seed: int
) -> PlanResult:
    return PlanResult(
        termination=Termination.INFEASIBLE,
        plan=None,
        objective_usd=math.inf,
        bound_usd=math.inf,
        gap=0.0,
        full_gap=None,
        reason=reason,
        shadow_prices=(),
        greedy=greedy,
        columns=len(problem.book.cost),
        rounds=0,
        seconds=watch.seconds(),
        seed=seed,
    )


def _compared(problem: PlanProblem, columns: NDArray[np.int64]) -> Compared:
    served = columns[columns != NO_COLUMN]
    return Compared(
        cost_usd=int(problem.alone_cents[served].sum()) / CENTS_PER_USD,
        wtw_kg_co2e=int(problem.book.grams[served].sum()) / G_PER_KG,
        assigned=len(served),
    )


def _shadow_prices(problem: PlanProblem, choice: BookChoice) -> tuple[ShadowPrice, ...]:
    budgets = choice.prices.budget * (G_PER_KG * KG_PER_TONNE / CENTS_PER_USD)
    rows = choice.prices.row * (KG_PER_TONNE / CENTS_PER_USD)
    found = [
        ShadowPrice(what="budget", name=name, week="", usd_per_tonne=float(usd))
        for name, usd in zip(problem.budget_names, budgets, strict=True)
    ]
    ids, routes = problem.steps.network.lanes.id, problem.routes
    scarce = np.flatnonzero(rows[: len(routes.row_lane)] >= _SOME_USD)
    for row in scarce[np.argsort(-rows[scarce], kind="stable")].tolist():
        monday = problem.monday + int(routes.row_week[row]) * WEEK_MINUTES
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=monday)
        found.append(
            ShadowPrice(
                what="capacity",
                name=ids[int(routes.row_lane[row])].as_py(),
                week=day.date().isoformat(),
                usd_per_tonne=float(rows[row]),
            )
        )
    return tuple(found)
