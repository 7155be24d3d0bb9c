"""Why each order of a plan goes its way: the other ways it has, and what is scarce on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.book.book import NO_COLUMN, BookChoice
from greenroute.solver.book.solve_book import Progress
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.conflict import Conflict, conflict_of
from greenroute.solver.plans.match_plan import Earlier, match_plan
from greenroute.solver.plans.objective import LeastCost, Objective
from greenroute.solver.plans.order_ways import list_alternatives, price_name
from greenroute.solver.plans.plan_problem import PlanProblem, state_book
from greenroute.solver.plans.result import PlanResult, ShadowPrice
from greenroute.solver.plans.solve import solve_problem
from greenroute.solver.stop import Watch

#: A plan of more orders keeps the ways only of those that are asked for.
MOST_LISTED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of an order, beside the one that it takes.

    Attributes
    ----------
    itinerary_id, modes
        Which one.
    departs_at
        When the goods leave; None where the order does not say when it is ready.
    transit_h, held_h
        Time from ready to delivered, and what of it the goods are held back first [h].
    late_h
        Time after the due date [h].
    wtw_kg_co2e
        What the order emits on it [kg CO2e].
    extra_usd
        What the plan would cost more if this order alone went this way, shared boxes
        counted whole [USD]; of an order that is not served, what it would add.
    extra_h, extra_wtw_kg_co2e
        Likewise time and emissions, against the way that it takes.
    scarcity_usd
        What of scarce capacities and budgets it takes more than the way chosen, at their
        shadow prices [USD].
    blocked_by
        What would then be used beyond its limit: "capacity LANE WEEK", "budget NAME".
    scarce
        What of the scarce it uses.
    """

    itinerary_id: str
    modes: str
    departs_at: datetime | None
    transit_h: float
    held_h: float
    wtw_kg_co2e: float
    extra_usd: float
    extra_h: float
    extra_wtw_kg_co2e: float
    scarcity_usd: float
    blocked_by: tuple[str, ...]
    scarce: tuple[str, ...]
    late_h: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderExplanation:
    """Why an order goes the way it goes.

    Attributes
    ----------
    order_id
        Whose.
    chosen
        Its way; None where it is not served.
    rivals
        Others: first the best that nothing forbids, then by what they cost in all.
    scarce
        Capacities and budgets with a price that any of these ways uses.
    reason
        Why it is not served; "" where it is.
    """

    order_id: str
    chosen: Way | None
    rivals: tuple[Way, ...]
    scarce: tuple[ShadowPrice, ...]
    reason: str


def explain_order(  # noqa: PLR0913 - as `plan`, and the order
    result: PlanResult,
    order_id: str,
    *,
    orders: OrderBook,
    network: Network,
    rates: Rates,
    objective: Objective | None = None,
    params: PlanParams | None = None,
    charges: Charges | None = None,
) -> OrderExplanation:
    """Return why an order goes its way, and what the others would cost.

    Parameters
    ----------
    result
        By `plan`.
    order_id
        Whom to explain.
    orders, network, rates, objective, params, charges
        As they were given to `plan`; the columns are made again from them.

    Raises
    ------
    DataError
        If there is no plan, or no such order.
    """
    if result.plan is None:
        msg = f"there is no plan to explain: {result.reason}"
        raise DataError(msg)
    problem = state_book(
        orders,
        network,
        rates,
        objective=LeastCost() if objective is None else objective,
        params=PlanParams() if params is None else params,
        charges=charges,
    )
    earlier = Earlier(
        assignments=result.plan.assignments, legs=result.plan.legs.table()
    )
    columns = match_plan(problem, earlier).column
    table = list_alternatives(
        problem, columns, result.shadow_prices, order_ids=(order_id,)
    )
    return read_explanation(table, result.shadow_prices, order_id, result.plan.rejected)


def read_explanation(
    table: pa.Table,
    shadow_prices: tuple[ShadowPrice, ...],
    order_id: str,
    rejected: pa.Table,
) -> OrderExplanation:
    """Return what a table of `list_alternatives` says of an order.

    Raises
    ------
    DataError
        If the plan has no such order.
    """
    rows = table.filter(pc.equal(table["order_id"], order_id)).to_pylist()
    why = rejected.filter(pc.equal(rejected["order_id"].cast(pa.string()), order_id))
    if not rows and not len(why):
        msg = f"the plan has no order {order_id!r}, expected one of its order_id"
        raise DataError(msg)
    ways = {row.pop("rank"): _way(row) for row in rows}
    used = {name for way in ways.values() for name in (*way.scarce, *way.blocked_by)}
    return OrderExplanation(
        order_id=order_id,
        chosen=ways.pop(0, None),
        rivals=tuple(ways[rank] for rank in sorted(ways)),
        scarce=tuple(p for p in shadow_prices if price_name(p) in used),
        reason=why["error"][0].as_py() if len(why) else "",
    )


def _way(row: dict[str, Any]) -> Way:
    told = {name: row[name] for name in row if name != "order_id"}
    for name in ("blocked_by", "scarce"):
        told[name] = tuple(told[name])
    return Way(**told)


def plan_with_ways(  # noqa: PLR0913 - as `plan`, and whose ways
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    objective: Objective,
    watch: Watch,
    seed: int = 0,
    progress: Progress | None = None,
    order_ids: tuple[str, ...] = (),
    charges: Charges | None = None,
    params: PlanParams | None = None,
) -> tuple[PlanResult, pa.Table | None, Conflict | None]:
    """Return what `plan` does, the ways of its orders, and what is in conflict.

    Parameters
    ----------
    order_ids
        Whose ways a book of more than `MOST_LISTED` orders gets; a smaller one gets all.

    Returns
    -------
    PlanResult, pyarrow.Table or None, Conflict or None
        No table without a plan; a conflict only where an order finds no room.
    """
    problem = state_book(
        orders,
        network,
        rates,
        objective=objective,
        params=PlanParams() if params is None else params,
        watch=watch,
        charges=charges,
    )
    result, choice = solve_problem(
        problem, objective, watch=watch, seed=seed, progress=progress
    )
    return result, *ways_and_conflict(problem, result, choice, order_ids)


def ways_and_conflict(
    problem: PlanProblem,
    result: PlanResult,
    choice: BookChoice | None,
    order_ids: tuple[str, ...] = (),
) -> tuple[pa.Table | None, Conflict | None]:
    """Return the ways of the orders of a plan, and what keeps orders from being served."""
    if choice is None:
        return None, None
    few = problem.book.n_orders <= MOST_LISTED
    table = list_alternatives(
        problem,
        choice.columns,
        result.shadow_prices,
        order_ids=None if few else order_ids,
    )
    has_way = np.diff(problem.book.first_column) > 0
    lost = (choice.columns == NO_COLUMN) & has_way
    return table, conflict_of(problem) if lost.any() else None
