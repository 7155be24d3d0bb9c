"""The ways that orders of a plan have, beside the ones they take, as a table."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.plan.plan import UTC_SECONDS
from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_evaluate import of_each
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.plans.order_moves import (
    Moves,
    Standing,
    compare_moves,
    places,
    stand,
)
from greenroute.solver.plans.plan_problem import PlanProblem
from greenroute.solver.plans.plan_words import path_words
from greenroute.solver.plans.result import ShadowPrice
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    KG_PER_TONNE,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
)

#: Ways that are listed of an order besides its own.
RIVALS = 3
#: Orders that are compared at once.
_AT_ONCE = 5_000
CAPACITY, BUDGET, COMMITMENT = "capacity", "budget", "commitment"

Integers = NDArray[np.int64]


def list_alternatives(
    problem: PlanProblem,
    columns: Integers,
    shadow_prices: tuple[ShadowPrice, ...],
    *,
    order_ids: tuple[str, ...] | None = None,
    rivals: int = RIVALS,
) -> pa.Table:
    """Return the ways of orders as a table: rank 0 is the one taken, then the rivals.

    Rivals are other itineraries, each at its best departure and in its best boxes.

    Parameters
    ----------
    columns
        Column of each order, or `NO_COLUMN`.
    shadow_prices
        Of the plan.
    order_ids
        Whose ways; all orders without it. A name that no order has gets no row.
    rivals
        Most ways of an order besides its own.
    """
    standing = stand(problem.book, columns)
    wanted = np.arange(len(problem.orders))
    if order_ids is not None:
        known = pa.array(order_ids, pa.string())
        wanted = np.flatnonzero(
            np.asarray(pc.is_in(problem.orders.order_id, value_set=known))
        )
    scarcity = _Scarcity.of(problem, shadow_prices)
    parts = [
        _rows(standing, wanted[first : first + _AT_ONCE], problem, scarcity, rivals)
        for first in range(0, max(len(wanted), 1), _AT_ONCE)
    ]
    return pa.concat_tables(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scarcity:
    """Prices of rows [cents/kg] and budgets [cents/g], and what they are called."""

    row: NDArray[np.float64]
    budget: NDArray[np.float64]
    row_name: tuple[str, ...]
    budget_name: tuple[str, ...]

    @classmethod
    def of(
        cls, problem: PlanProblem, shadow_prices: tuple[ShadowPrice, ...]
    ) -> "_Scarcity":
        rows = tuple(row_names(problem))
        budgets = tuple(f"{BUDGET} {name}".strip() for name in problem.budget_names)
        usd = {price_name(price): price.usd_per_tonne for price in shadow_prices}
        scale = CENTS_PER_USD / KG_PER_TONNE
        return cls(
            row=np.array([usd.get(name, 0.0) for name in rows]) * scale,
            budget=np.array([usd.get(name, 0.0) for name in budgets])
            * scale
            / G_PER_KG,
            row_name=rows,
            budget_name=budgets,
        )


def price_name(price: ShadowPrice) -> str:
    """Return what a scarce thing is called: "capacity LANE WEEK" or "budget NAME"."""
    return " ".join(filter(None, (price.what, price.name, price.week)))


def row_names(problem: PlanProblem) -> list[str]:
    """Return what capacity rows, and those of commitments, are called."""
    ids, routes = problem.steps.network.lanes.id, problem.routes
    names = []
    for lane, week in zip(
        routes.row_lane.tolist(), routes.row_week.tolist(), strict=True
    ):
        monday = timedelta(minutes=problem.monday + week * WEEK_MINUTES)
        day = (datetime(1970, 1, 1, tzinfo=UTC) + monday).date().isoformat()
        names.append(f"{CAPACITY} {ids[lane].as_py()} {day}")
    agreed = problem.params.commitments
    return names + [f"{COMMITMENT} {name}" for name in (agreed.ids if agreed else ())]


def _rows(
    standing: Standing,
    orders: Integers,
    problem: PlanProblem,
    scarcity: _Scarcity,
    rivals: int,
) -> pa.Table:
    book = problem.book
    moves = compare_moves(standing, orders)
    used = _priced_use(moves, problem, scarcity)
    first = np.cumsum(np.append(0, np.diff(book.first_column)[orders]))[:-1]
    now = standing.columns[moves.order]
    # What the way taken uses, by the position of its column among those of its order.
    begin = np.zeros(book.n_orders, np.int64)
    begin[orders] = first
    at_own = begin[moves.order] + now - book.first_column[moves.order]
    served = now != NO_COLUMN
    own = np.where(served, used[np.where(served, at_own, 0)], 0.0)
    extra = moves.cents + book.carbon_price * moves.grams
    chosen, rank = _ranked(moves, problem, now, extra + used - own, rivals)
    return _table(problem, standing, moves, (chosen, rank), (used - own, scarcity))


def _priced_use(
    moves: Moves, problem: PlanProblem, scarcity: _Scarcity
) -> NDArray[np.float64]:
    """Return what columns use of the scarce, at its prices [cents]."""
    book = problem.book
    at, row = of_each(book.route_rows, book.route[moves.column])
    weights = scarcity.row[row] * book.mass[moves.order[at]]
    cents = np.zeros(len(moves.order))
    np.add.at(cents, at, weights)
    for level in book.budget_of_order.T:
        of = level[moves.order]
        if len(scarcity.budget):
            price = np.where(of >= 0, scarcity.budget[np.maximum(of, 0)], 0.0)
            cents += price * book.grams[moves.column]
    return cents


def _ranked(
    moves: Moves,
    problem: PlanProblem,
    now: Integers,
    worth: NDArray[np.float64],
    rivals: int,
) -> tuple[Integers, Integers]:
    """Return moves to tell, and their ranks: one of each itinerary."""
    order, way = moves.order, problem.rated.options.path[moves.column]
    taken, fits = moves.column == now, moves.fits()
    ranked = np.lexsort((worth, ~fits, ~taken, way, order))
    new = np.ones(len(ranked), dtype=np.bool_)
    new[1:] = (np.diff(way[ranked]) != 0) | (np.diff(order[ranked]) != 0)
    best = ranked[new]
    # First the way taken, then the best that fits, then the others by worth.
    tier = np.where(taken, 0, 2)
    fitting = best[fits[best] & ~taken[best]]
    fitting = fitting[np.lexsort((worth[fitting], order[fitting]))]
    tier[fitting[places(order[fitting]) == 0]] = 1
    told = best[np.lexsort((worth[best], tier[best], order[best]))]
    served = (now[told] != NO_COLUMN).astype(np.int64)
    rank = places(order[told]) + 1 - served
    kept = rank <= rivals
    return told[kept], rank[kept]


def _table(
    problem: PlanProblem,
    standing: Standing,
    moves: Moves,
    told: tuple[Integers, Integers],
    priced: tuple[NDArray[np.float64], _Scarcity],
) -> pa.Table:
    (chosen, rank), (scarcity_cents, scarcity) = told, priced
    book, options = problem.book, problem.rated.options
    order, column = moves.order[chosen], moves.column[chosen]
    path = options.path[column].astype(np.int64)
    distinct, of = np.unique(path, return_inverse=True)
    ids, modes = path_words(problem.rated.paths, distinct, problem.steps)
    place = pa.array(of.reshape(-1))
    held = options.hold.astype(np.int64) * WEEK_MINUTES
    minutes = problem.rated.times.total[path] + held[column]
    now = standing.columns[order]
    served = now != NO_COLUMN
    safe = np.where(served, now, 0)
    before = problem.rated.times.total[options.path[safe]] + held[safe]
    extra = np.where(served, minutes - before, 0)
    starts = (problem.starts.of(column) + problem.monday) * SECONDS_PER_MINUTE
    untimed = ~problem.timed[order]
    at, row = of_each(book.route_rows, book.route[column])
    return pa.table(
        {
            "order_id": problem.orders.order_id.take(pa.array(order)),
            "rank": pa.array(rank, pa.int32()),
            "itinerary_id": pa.array(ids, pa.string()).take(place),
            "modes": pa.array(modes, pa.string()).take(place),
            "departs_at": pa.array(starts, mask=untimed).cast(UTC_SECONDS),
            "transit_h": minutes / MINUTES_PER_HOUR,
            "held_h": held[column] / MINUTES_PER_HOUR,
            "late_h": problem.late(column) / MINUTES_PER_HOUR,
            "wtw_kg_co2e": book.grams[column] / G_PER_KG,
            "extra_usd": moves.cents[chosen] / CENTS_PER_USD,
            "extra_h": extra / MINUTES_PER_HOUR,
            "extra_wtw_kg_co2e": np.where(served, moves.grams[chosen], 0) / G_PER_KG,
            "scarcity_usd": scarcity_cents[chosen] / CENTS_PER_USD,
            "blocked_by": _lists(_blocks(moves, chosen, scarcity), len(chosen)),
            "scarce": _lists(_scarce(at, row, book, order, scarcity), len(chosen)),
        }
    )


def _blocks(
    moves: Moves, chosen: Integers, scarcity: _Scarcity
) -> list[tuple[int, str]]:
    place = np.full(len(moves.order), -1)
    place[chosen] = np.arange(len(chosen))
    found = []
    for at, what, names in (
        (moves.row_at, moves.row, scarcity.row_name),
        (moves.budget_at, moves.budget, scarcity.budget_name),
    ):
        kept = np.flatnonzero(place[at] >= 0)
        found += [
            (where, names[thing])
            for where, thing in zip(
                place[at[kept]].tolist(), what[kept].tolist(), strict=True
            )
        ]
    return found


def _scarce(
    at: Integers,
    row: NDArray[np.integer],
    book: Book,
    order: Integers,
    scarcity: _Scarcity,
) -> list[tuple[int, str]]:
    priced = np.flatnonzero(scarcity.row[row] > 0)
    found = [
        (where, scarcity.row_name[thing])
        for where, thing in zip(at[priced].tolist(), row[priced].tolist(), strict=True)
    ]
    for level in book.budget_of_order.T:
        for where, of in enumerate(level[order].tolist()):
            if of >= 0 and scarcity.budget[of] > 0:
                found.append((where, scarcity.budget_name[of]))
    return found


def _lists(entries: list[tuple[int, str]], size: int) -> pa.Array:
    """Return lists of texts by place."""
    of: list[list[str]] = [[] for _ in range(size)]
    for where, text in entries:
        if text not in of[where]:
            of[where].append(text)
    return pa.array(of, pa.list_(pa.string()))
