"""States an order book again of which some orders are on their way already."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.lane import MODES
from greenroute.network.network import Network
from greenroute.orders.order_book import NO_TIME, OrderBook
from greenroute.plan.leg import LegKind
from greenroute.rating.charges import Charges
from greenroute.rating.operation import OPERATIONS
from greenroute.rating.read import Rates
from greenroute.solver.book.book import NO_COLUMN
from greenroute.solver.columns.basis import Basis
from greenroute.solver.columns.column import (
    FREE,
    PlanParams,
    Rated,
    rate_book,
)
from greenroute.solver.columns.make_columns import make_columns
from greenroute.solver.columns.path_set import FoundPaths, Paths, merge_paths, passes
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.plans.match_plan import Earlier, Match, departures, match_plan
from greenroute.solver.plans.objective import Objective
from greenroute.solver.plans.plan_problem import (
    PlanProblem,
    dated_problem,
    draft_book,
)
from greenroute.solver.plans.restate_dated import (
    first_runs,
    keep_columns,
    state_again,
)
from greenroute.solver.stop import Watch
from greenroute.tables import positions
from greenroute.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

#: What an order that has departed cannot change.
_FIXED = ("origin", "destination", "mass_kg", "volume_m3", "cargo", "un_number")

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How things stand when a plan is made again.

    Attributes
    ----------
    earlier
        The plan so far.
    now_minutes
        What departs before has departed, minutes since 1970.
    by_date
        Whether goods that wait for a departure have not departed yet, as on a network
        with dates; else they have when they leave the shipper.
    shut
        Ids of lanes that only goods on their way may still use.
    """

    earlier: Earlier
    now_minutes: int
    by_date: bool
    shut: pa.Array

    @classmethod
    def at(cls, earlier: Earlier, moment: datetime, *, by_date: bool) -> "Situation":
        """Return how things stand at a moment, which needs an offset."""
        if moment.tzinfo is None:
            msg = (
                f"departed_before is {moment.isoformat()}, expected a time with an offset, "
                "like 2026-08-05T00:00Z"
            )
            raise DataError(msg)
        minutes = int(moment.timestamp()) // SECONDS_PER_MINUTE
        return cls(
            earlier=earlier,
            now_minutes=minutes,
            by_date=by_date,
            shut=pa.array([], pa.string()),
        )

    def departed(self) -> Flags:
        """Return which assignments have departed, bool (n_assigned,)."""
        timed = pc.is_valid(self.earlier.assignments["departs_at"].combine_chunks())
        when = first_runs if self.by_date else _leave
        gone = when(self.earlier) < self.now_minutes
        return np.asarray(np.asarray(timed, dtype=np.bool_) & gone)


def _leave(earlier: Earlier) -> Integers:
    return departures(earlier.assignments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """A problem in which departed orders have one column, and what was before.

    Attributes
    ----------
    problem
        What is left to choose.
    match
        Columns of it that the earlier plan took.
    departed
        Which orders are on their way, bool (n_orders,).
    """

    problem: PlanProblem
    match: Match
    departed: Flags


def restate_book(  # noqa: PLR0913 - those of `replan`
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    situation: Situation,
    objective: Objective,
    params: PlanParams,
    watch: Watch | None = None,
    charges: Charges | None = None,
) -> Restated:
    """Translate an order book when part of an earlier plan is under way.

    Orders that have departed keep itinerary, departure and boxes, whatever their limits
    are now. Others leave no earlier than now, and on no lane that is shut.

    Raises
    ------
    DataError
        If what an order that has departed does is not possible any more.
    """
    row, gone = _where_they_are(orders, situation)
    _check_unchanged(orders, situation, row, gone)
    if situation.by_date:
        same = _same(orders, situation.earlier.assignments, row, "ready_at")
        stated = state_again(
            orders,
            network,
            rates,
            params,
            earlier=situation.earlier,
            stands=(situation.now_minutes, row, gone, same & (row >= 0)),
            shut=situation.shut,
            charges=charges,
        )
        return _matched(
            lambda kept: dated_problem(
                orders,
                stated if kept is None else keep_columns(stated, kept),
                objective,
                params,
            ),
            gone,
            situation,
        )
    draft = draft_book(
        orders,
        network,
        rates,
        objective=objective,
        params=params,
        watch=watch,
        charges=charges,
        ready_now=lambda ready: _ready_now(orders, situation, row, ready),
    )
    rated, more = make_columns(draft.basis, draft.ready - draft.monday)
    if gone.any():
        rated = _with_departed(rated, draft.basis, np.flatnonzero(gone), situation)
        more = [one for one in more if not gone[one.row]]
        here = tuple(one for one in draft.rejections if not gone[one.row])
        draft = replace(draft, rejections=here)
    return _matched(
        lambda kept: draft.problem(rated if kept is None else _take(rated, kept), more),
        gone,
        situation,
    )


def _matched(
    problem_of: Callable[[Flags | None], PlanProblem],
    gone: Flags,
    situation: Situation,
) -> Restated:
    """Return the problem of the columns that may be taken, beside the earlier plan.

    Parameters
    ----------
    problem_of
        Returns the problem of some columns; of all for None.
    """
    problem = problem_of(None)
    match = match_plan(problem, situation.earlier)
    kept = _allowed(problem, match, gone, situation)
    if not kept.all():
        problem = problem_of(kept)
        match = match_plan(problem, situation.earlier)
    return Restated(problem=problem, match=match, departed=gone)


def _ready_now(
    orders: OrderBook, situation: Situation, row: Integers, ready: Integers
) -> Integers:
    """Return when orders can leave: as in the plan so far, else no earlier than now.

    An order whose row says another ready_at than before is ready then, unless it has left.
    """
    assigned = situation.earlier.assignments
    held = np.rint(assigned["held_h"].to_numpy() * MINUTES_PER_HOUR).astype(np.int64)
    before = np.append(departures(assigned) - held, NO_TIME)[row]
    departed = np.append(situation.departed(), False)[row]
    same = _same(orders, assigned, row, "ready_at") & (row >= 0)
    return np.where(same | departed, before, np.maximum(ready, situation.now_minutes))


def _same(orders: OrderBook, assigned: pa.Table, row: Integers, name: str) -> Flags:
    """Return which orders say the same in a column as they did; True where both lack it."""
    tables = orders.table, assigned
    here, there = (name in table.column_names for table in tables)
    if not (here and there):
        return np.full(len(row), here == there)
    now, then = (table[name].combine_chunks().cast(pa.string()) for table in tables)
    then = then.take(pa.array(row, mask=row < 0))
    equal = pc.equal(pc.fill_null(now, ""), pc.fill_null(then, ""))
    return np.asarray(equal, dtype=np.bool_)


def _check_unchanged(
    orders: OrderBook, situation: Situation, row: Integers, gone: Flags
) -> None:
    """Raise if what has departed is said to be something else now."""
    assigned = situation.earlier.assignments
    for name in _FIXED:
        other = np.flatnonzero(gone & ~_same(orders, assigned, row, name))
        if len(other):
            order = int(other[0])
            now, then = (
                table[name][at].as_py() if name in table.column_names else None
                for table, at in ((orders.table, order), (assigned, int(row[order])))
            )
            msg = (
                f"order {orders.order_id[order].as_py()!r} has departed, but {name} is "
                f"{now!r}, expected {then!r} as in the plan so far"
            )
            raise DataError(msg)


def _where_they_are(orders: OrderBook, situation: Situation) -> tuple[Integers, Flags]:
    """Return the assignment of each order, -1 without, and who has departed."""
    assigned = situation.earlier.assignments["order_id"].combine_chunks()
    row = positions(orders.order_id, assigned.cast(pa.string()))
    departed = np.append(situation.departed(), False)
    return row, departed[row]


def _allowed(
    problem: PlanProblem, match: Match, gone: Flags, situation: Situation
) -> Flags:
    """Return which columns may be taken, bool (n_columns,)."""
    owner = problem.owner
    lost = np.flatnonzero(gone & (match.column == NO_COLUMN))
    if len(lost):
        name = problem.orders.order_id[int(lost[0])].as_py()
        msg = (
            f"order {name!r} has departed, but the tables do not allow any more what it "
            "did; expected tariff and factors that rate its way"
        )
        raise DataError(msg)
    lanes = problem.steps.network.lanes
    shut = np.asarray(pc.is_in(lanes.id, value_set=situation.shut), dtype=np.bool_)
    through = passes(problem.rated.paths, shut)[problem.rated.options.path]
    early = problem.starts.of(np.s_[:]) + problem.monday < situation.now_minutes
    # On a network with dates nothing earlier was listed.
    early &= problem.timed[owner] & (not situation.by_date)
    kept = ~through & ~early
    kept[gone[owner]] = False
    kept[match.column[gone]] = True
    return np.asarray(kept)


def _take(rated: Rated, kept: Flags) -> Rated:
    options = rated.options
    owner = np.repeat(np.arange(len(options.columns)), options.columns)
    count = np.bincount(owner[kept], minlength=len(options.columns))
    rest = {
        name: column[kept]
        for name, column in options._asdict().items()
        if name != "columns"
    }
    return replace(
        rated, options=options._replace(columns=count.astype(np.int32), **rest)
    )


def _with_departed(
    rated: Rated, basis: Basis, gone: Integers, situation: Situation
) -> Rated:
    """Return the columns where orders that have departed have keys of their own."""
    n_keys = len(rated.paths.first_path) - 1
    under_way = _paths_of(situation.earlier.legs, basis, gone, first_key=n_keys)
    paths = merge_paths([_found(rated.paths), under_way], n_keys + len(gone))
    planned = np.union1d(np.flatnonzero(rated.options.columns), gone)
    goods = _freed(rated.goods, gone, n_keys)
    return rate_book(goods, planned, paths, basis.steps, basis.params)


def _freed(goods: Goods, gone: Integers, first_key: int) -> Goods:
    """Return the goods where those that have departed have no limits, and own keys."""
    key, minutes = goods.key.copy(), goods.minutes_left.copy()
    cents, grams = goods.most_cents.copy(), goods.most_grams.copy()
    key[gone] = first_key + np.arange(len(gone))
    for limit in (minutes, cents, grams):
        limit[gone] = FREE
    return goods._replace(
        key=key, minutes_left=minutes, most_cents=cents, most_grams=grams
    )


def _found(paths: Paths) -> FoundPaths:
    key = np.repeat(np.arange(len(paths.first_path) - 1), np.diff(paths.first_path))
    return FoundPaths(key=key, count=np.diff(paths.first_step), step=paths.step)


def _paths_of(
    legs: pa.Table, basis: Basis, gone: Integers, *, first_key: int
) -> FoundPaths:
    """Return the ways of orders as legs have them, in the steps of this network."""
    ids = basis.orders.order_id.take(pa.array(gone))
    mine = legs.filter(pc.is_in(legs["shipment_id"], value_set=ids))
    steps, network = basis.steps, basis.steps.network
    runs = np.asarray(pc.equal(mine["kind"], str(LegKind.TRANSPORT)), dtype=np.bool_)
    lane = positions(mine["lane"].combine_chunks(), network.lanes.id)
    place = positions(mine["origin"].combine_chunks(), network.gateways.id)
    lost = np.flatnonzero(np.where(runs, lane, place) < 0)
    if len(lost):
        one = mine.slice(int(lost[0]), 1).to_pylist()[0]
        what = f"lane {one['lane']!r}" if one["lane"] else f"gateway {one['origin']!r}"
        msg = (
            f"order {one['shipment_id']!r} has departed by {what}, which the network does "
            "not have; expected every lane that goods are on"
        )
        raise DataError(msg)
    operation = positions(
        mine["operation"].combine_chunks(), pa.array([str(o) for o in OPERATIONS])
    )
    mode = positions(mine["mode"].combine_chunks(), pa.array([str(m) for m in MODES]))
    step = np.where(runs, lane, steps.operation_step(operation, mode, place))
    owner = positions(mine["shipment_id"].combine_chunks(), ids)
    order = np.argsort(owner, kind="stable")
    return FoundPaths(
        key=first_key + np.arange(len(gone)),
        count=np.bincount(owner, minlength=len(gone)),
        step=step[order].astype(np.int32),
    )
