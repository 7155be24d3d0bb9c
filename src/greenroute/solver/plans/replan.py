"""Plans an order book again: what has departed stays, the rest changes as little as asked."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from math import isfinite

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.lane import join_lanes
from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_departures import plans_by_date
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.avoid import leave_out
from greenroute.solver.book.book import NO_COLUMN, Book, BookChoice
from greenroute.solver.book.solve_book import Progress
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.greedy import choose_greedily
from greenroute.solver.plans.match_plan import Earlier
from greenroute.solver.plans.objective import LeastCost, Objective
from greenroute.solver.plans.order_moves import compare_moves, stand
from greenroute.solver.plans.order_ways import BUDGET, row_names
from greenroute.solver.plans.plan_problem import PlanProblem
from greenroute.solver.plans.restate import Restated, Situation, restate_book
from greenroute.solver.plans.result import PlanResult
from greenroute.solver.plans.solve import DEFAULT_STOP, solve_problem
from greenroute.solver.plans.solve import _compared as compared
from greenroute.solver.stop import Stop, Watch
from greenroute.units import CENTS_PER_USD

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
_TOLD = ("itinerary_id", "modes", "departs_at", "arrives_at", "cost_usd", "wtw_kg_co2e")


class ChangeKind(StrEnum):
    """What became of an order."""

    DEPARTED = "departed"
    KEPT = "kept"
    MOVED = "moved"
    NEW = "new"
    NOT_SERVED = "not_served"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a new plan is to keep of an earlier one.

    Attributes
    ----------
    earlier
        The plan so far.
    departed_before
        What departs before this moment has departed; it needs an offset.
    stability_usd
        What it must save, at least, to give an order another itinerary or departure [USD].
    avoid
        Passages, modes, `service:NAME`, `embargo:LIST`, markets or places that cannot be
        used from now on. Sea lanes through a closed passage take their detour, for goods
        on their way as well.
    """

    earlier: Earlier
    departed_before: datetime
    stability_usd: float = 0.0
    avoid: Collection[str] = ()

    def __post_init__(self) -> None:
        if not (isfinite(self.stability_usd) and self.stability_usd >= 0):
            msg = f"stability_usd is {self.stability_usd:g}, expected a number >= 0"
            raise DataError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """A plan made again.

    Attributes
    ----------
    result
        The new plan. Its objective has the stability cost of every order that moved or is
        not served any more, and bound and gap are those of this objective.
    changes
        A row per order of either plan: `order_id, change` (see `ChangeKind`), what it was
        and is (`itinerary_id_before, …, itinerary_id_after, …`), `staying_usd` (what the
        plan would cost more if this order alone had stayed; empty where it could not) and
        `reason`.
    problem, choice
        What was solved, without the stability cost, and how; None without a plan.
    """

    result: PlanResult
    changes: pa.Table
    problem: PlanProblem
    choice: BookChoice | None

    def count(self, kind: ChangeKind) -> int:
        """Return how many orders this became of."""
        return int(pc.sum(pc.equal(self.changes["change"], str(kind))).as_py() or 0)


def replan(  # noqa: PLR0913 - as `plan`, and what is to be kept
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    keep: Changes,
    objective: Objective | None = None,
    stop: Stop = DEFAULT_STOP,
    seed: int = 0,
    params: PlanParams | None = None,
    watch: Watch | None = None,
    progress: Progress | None = None,
    charges: Charges | None = None,
) -> Replan:
    """Plan an order book again after an order, a delay or a closure came in.

    Parameters
    ----------
    orders
        The book as it is now; orders that have departed stay in it.
    network, rates
        As they are now, without what `keep.avoid` closes.
    keep
        The plan so far, and what of it stays.
    objective, stop, seed, params, watch, progress, charges
        As for `plan`.

    Raises
    ------
    DataError
        If what has departed is another thing now: other places or other goods, or it
        is on a lane that the network does not have.
    """
    watch = Watch(stop) if watch is None else watch
    objective = LeastCost() if objective is None else objective
    closed, situation = _situation(network, keep)
    restated = restate_book(
        orders,
        closed,
        rates,
        situation=situation,
        objective=objective,
        params=PlanParams() if params is None else params,
        watch=watch,
        charges=charges,
    )
    problem = restated.problem
    steady = replace(problem, book=_steady(problem, restated, keep.stability_usd))
    result, choice = solve_problem(
        steady, objective, watch=watch, seed=seed, progress=progress
    )
    greedy = compared(problem, choose_greedily(problem))
    result = replace(result, greedy=greedy)
    return Replan(
        result=result,
        changes=_changes(restated, result, choice, keep.earlier),
        problem=problem,
        choice=choice,
    )


def _situation(network: Network, keep: Changes) -> tuple[Network, Situation]:
    """Return the network that is left, and how things stand.

    Lanes that are to be avoided stay as far as goods are on them.
    """
    closed, usable = leave_out(network, keep.avoid, ())
    every = Situation.at(
        keep.earlier, keep.departed_before, by_date=plans_by_date(network)
    )
    gone = keep.earlier.assignments["order_id"].filter(pa.array(every.departed()))
    legs = keep.earlier.legs
    under_way = legs.filter(
        pc.is_in(legs["shipment_id"], value_set=gone.combine_chunks().cast(pa.string()))
    )["lane"].combine_chunks()
    closed, usable = _with_lanes(closed, usable, network, under_way)
    used = np.asarray(pc.is_in(closed.lanes.id, value_set=under_way), dtype=np.bool_)
    shut = closed.lanes.id.filter(pa.array(used & ~usable))
    if not (usable | used).all():
        rows = np.flatnonzero(usable | used)
        closed = replace(closed, lanes=closed.lanes.take(rows))
    return closed, replace(every, shut=shut)


def _with_lanes(
    closed: Network, usable: Flags, network: Network, under_way: pa.Array
) -> tuple[Network, Flags]:
    """Return the network with the lanes that goods are on as they were.

    A lane through a closed passage is gone where the network knows no detour.
    """
    ids = network.lanes.id
    lost = pc.and_(
        pc.is_in(ids, value_set=under_way),
        pc.invert(pc.is_in(ids, value_set=closed.lanes.id)),
    )
    rows = np.flatnonzero(np.asarray(lost, dtype=np.bool_))
    if not len(rows):
        return closed, usable
    lanes = join_lanes((closed.lanes, network.lanes.take(rows)))
    more = np.zeros(len(rows), dtype=np.bool_)
    return replace(closed, lanes=lanes), np.concatenate([usable, more])


def _steady(problem: PlanProblem, restated: Restated, stability_usd: float) -> Book:
    """Return the book in which it costs to change what is planned."""
    book, match = problem.book, restated.match
    cents = round(stability_usd * CENTS_PER_USD)
    planned = (match.row >= 0) & ~restated.departed
    changes = planned[problem.owner] & ~match.same
    return replace(
        book,
        cost=book.cost + cents * changes,
        unserved_cost=book.unserved_cost + cents * planned,
    )


def _changes(
    restated: Restated, result: PlanResult, choice: BookChoice | None, earlier: Earlier
) -> pa.Table:
    orders, match = restated.problem.orders, restated.match
    columns = np.full(len(orders), NO_COLUMN) if choice is None else choice.columns
    served, before = columns != NO_COLUMN, match.row >= 0
    same = np.append(match.same, False)[columns]
    kind = np.select(
        [restated.departed, ~served, ~before, same],
        [
            ChangeKind.DEPARTED,
            ChangeKind.NOT_SERVED,
            ChangeKind.NEW,
            ChangeKind.KEPT,
        ],
        ChangeKind.MOVED,
    ).astype(object)
    staying, reason = _reasons(restated, columns, kind)
    after = np.where(served, np.cumsum(served) - 1, -1)
    told = pa.table(
        {
            "order_id": orders.order_id,
            "change": pa.array(kind.tolist(), pa.string()),
            **_told(earlier.assignments, match.row, "before"),
            **_told(
                None if result.plan is None else result.plan.assignments, after, "after"
            ),
            "staying_usd": staying,
            "reason": pa.array(reason, pa.string()),
        }
    )
    return pa.concat_tables([told, _gone(told.schema, restated, earlier)])


def _told(assigned: pa.Table | None, row: Integers, suffix: str) -> dict[str, pa.Array]:
    """Return what assignments say, by row; nothing where it is -1."""
    if assigned is None:
        return {}
    at = pa.array(row, mask=row < 0)
    return {f"{name}_{suffix}": assigned[name].take(at) for name in _TOLD}


def _gone(schema: pa.Schema, restated: Restated, earlier: Earlier) -> pa.Table:
    """Return the orders that the book does not have any more."""
    assigned = earlier.assignments
    left = pc.is_in(
        assigned["order_id"].cast(pa.string()),
        value_set=restated.problem.orders.order_id,
    )
    row = np.flatnonzero(~np.asarray(left, dtype=np.bool_)).astype(np.int64)
    found = {
        "order_id": assigned["order_id"].cast(pa.string()).take(pa.array(row)),
        "change": pa.array([str(ChangeKind.GONE)] * len(row), pa.string()),
        **_told(assigned, row, "before"),
        "reason": pa.array(["the book has no such order now"] * len(row), pa.string()),
    }
    columns = [
        found.get(field.name, pa.nulls(len(row), field.type)) for field in schema
    ]
    return pa.table(columns, schema=schema)


def _reasons(
    restated: Restated, columns: Integers, kind: NDArray[np.object_]
) -> tuple[pa.Array, list[str]]:
    """Return what staying would cost, and why each order changed; "" where it did not."""
    problem, match = restated.problem, restated.match
    reason = np.full(len(columns), "", dtype=object)
    reason[kind == ChangeKind.NEW] = "not in the plan before"
    unserved = kind == ChangeKind.NOT_SERVED
    reason[unserved] = "no way that keeps its limits has room: see rejected"
    moved = kind == ChangeKind.MOVED
    reason[moved] = "its way is closed, or not kept by what its row says now"
    usd = np.full(len(columns), np.nan)
    orders = np.flatnonzero((moved | unserved) & (match.column != NO_COLUMN))
    moves = compare_moves(stand(problem.book, columns), orders)
    back = moves.column == match.column[moves.order]
    worth = moves.cents + problem.book.carbon_price * moves.grams
    at = np.flatnonzero(back & ~unserved[moves.order])
    usd[moves.order[at]] = worth[at] / CENTS_PER_USD
    for move in at.tolist():
        order = int(moves.order[move])
        reason[order] = f"staying would cost {usd[order]:,.2f} USD more"
    rows = row_names(problem)
    budgets = [f"{BUDGET} {name}".strip() for name in problem.budget_names]
    for which, things, names in (
        (moves.budget_at, moves.budget, budgets),
        (moves.row_at, moves.row, rows),
    ):
        for move, thing in zip(which.tolist(), things.tolist(), strict=True):
            if back[move]:
                order = int(moves.order[move])
                reason[order] = f"staying would exceed {names[thing]}"
                usd[order] = np.nan
    return pa.array(usd, mask=np.isnan(usd)), reason.tolist()
