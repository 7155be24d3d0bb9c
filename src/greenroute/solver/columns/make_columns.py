"""Makes the columns of an order book: searches, rates, and searches again where it must."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from greenroute.orders.order_book import (
    CARGOES,
    ErrorCode,
    OrderBook,
    Rejection,
)
from greenroute.orders.shipment import SET_SEPARATOR, Shipment
from greenroute.solver.columns.candidate import find_paths, frontier_paths
from greenroute.solver.columns.column import FREE, PlanParams, Rated, rate_book
from greenroute.solver.columns.pace import Pace
from greenroute.solver.columns.path_set import FoundPaths, Paths, merge_paths
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.columns.search_key import SearchKeys
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.problem import Problem, state_problem
from greenroute.solver.route import _why_not as why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a search for one order rests on."""

    orders: OrderBook
    keys: SearchKeys
    steps: StepTable
    params: PlanParams
    pace: Pace = field(default_factory=Pace)


def make_columns(
    basis: Basis, goods: Goods, ready: NDArray[np.int64]
) -> tuple[Rated, list[Rejection]]:
    """Return the columns of all orders, and the orders for which there are none.

    The pace of the basis may end the search; then the columns are those found so far.
    Where the favourite ways of the orders need more than a lane takes, ways without that
    lane are searched as well: a way that another one beats matters once that is full.

    Parameters
    ----------
    ready
        Minutes since a Monday, (n_orders,).
    """
    keys, steps, params = basis.keys, basis.steps, basis.params
    planned = np.flatnonzero(keys.of_order >= 0)
    closed = np.zeros(steps.n_lanes, dtype=np.bool_)
    found = _find(np.arange(len(keys)), closed, basis)
    rated = rate_book(goods, planned, merge_paths(found, len(keys)), steps, params)
    for _ in range(params.detours):
        if basis.pace.over(needed=False):
            break
        crowded = _crowded(rated, ready, steps, closed) & ~closed
        if not crowded.any():
            break
        closed |= crowded
        found += _find(_keys_through(rated.paths, closed), closed, basis)
        rated = rate_book(goods, planned, merge_paths(found, len(keys)), steps, params)
    stuck = planned[rated.options.columns[planned] == 0]
    if not len(stuck):
        return rated, []
    key, fronts, rejections = _search_again(stuck, goods, basis)
    if not fronts:
        return rated, rejections
    planned = np.setdiff1d(planned, [rejection.row for rejection in rejections])
    paths = merge_paths([*found, *fronts], len(keys) + len(fronts))
    return rate_book(goods._replace(key=key), planned, paths, steps, params), rejections


def _find(
    rows: NDArray[np.int64], closed: NDArray[np.bool_], basis: Basis
) -> list[FoundPaths]:
    return find_paths(
        basis.keys,
        basis.steps,
        rows,
        closed=closed,
        limits=(basis.params.exact_searches, basis.params.paths_per_search),
        pace=basis.pace,
    )


def _crowded(
    rated: Rated,
    ready: NDArray[np.int64],
    steps: StepTable,
    closed: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return lanes whose week is too small for all whose favourite way they are on.

    The favourite is the cheapest loose column without delay that uses no closed lane.
    """
    options, paths = rated.options, rated.paths
    owner = np.repeat(np.arange(len(options.columns)), options.columns)
    plain = (options.variant == 0) & (options.hold == 0)
    plain &= ~_passes(paths, closed)[options.path]
    rows = np.flatnonzero(plain)
    rows = rows[np.lexsort((options.cents[rows], owner[rows]))]
    first = np.ones(len(rows), dtype=np.bool_)
    first[1:] = owner[rows[1:]] != owner[rows[:-1]]
    chosen = rows[first]
    path, order = options.path[chosen].astype(np.int64), owner[chosen]
    count = np.diff(paths.first_step)[path]
    of = np.repeat(np.arange(len(chosen)), count)
    begin = paths.first_step[path] - (np.cumsum(count) - count)
    flat = np.arange(len(of)) + np.repeat(begin, count)
    limited = np.flatnonzero(np.isfinite(steps.week_kg[paths.step[flat]]))
    lane, order = paths.step[flat[limited]].astype(np.int64), order[of[limited]]
    week = (ready[order] + rated.times.departs[flat[limited]]) // WEEK_MINUTES
    n_weeks = int(week.max(initial=0)) + 1
    distinct, row = np.unique(lane * n_weeks + week, return_inverse=True)
    load_kg = np.bincount(row.reshape(-1), weights=rated.goods.mass_kg[order])
    lane = distinct // n_weeks
    crowded = np.zeros(steps.n_lanes, dtype=np.bool_)
    crowded[lane[load_kg > steps.week_kg[lane]]] = True
    return crowded


def _passes(paths: Paths, lanes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which paths use one of the lanes, bool (n_paths,)."""
    if not len(paths.step):
        return np.zeros(0, dtype=np.bool_)
    on = np.zeros(int(paths.step.max()) + 1, dtype=np.bool_)
    on[: len(lanes)] = lanes[: len(on)]
    return np.asarray(np.logical_or.reduceat(on[paths.step], paths.first_step[:-1]))


def _keys_through(paths: Paths, lanes: NDArray[np.bool_]) -> NDArray[np.int64]:
    of_path = np.repeat(np.arange(len(paths.first_path) - 1), np.diff(paths.first_path))
    return np.unique(of_path[_passes(paths, lanes)])


def _search_again(
    stuck: NDArray[np.int64], goods: Goods, basis: Basis
) -> tuple[NDArray[np.int64], list[FoundPaths], list[Rejection]]:
    """Search exactly, within their own limits, for orders without any column.

    Returns the keys of all orders, the paths of new ones, and whom nothing helps.
    """
    key, n_keys = goods.key.copy(), len(basis.keys)
    answers: dict[tuple[float, ...], int | str] = {}
    fronts: list[FoundPaths] = []
    rejections = []
    for row in stuck.tolist():
        alike = tuple(float(column[row]) for column in goods)
        if alike not in answers and not _enough(len(answers), basis):
            problem = _own_problem(row, goods, basis)
            new = n_keys + len(fronts)
            most = basis.params.paths_per_search
            found = frontier_paths(problem, basis.steps, key=new, most=most)
            if len(found.key):
                answers[alike] = new
                fronts.append(found)
            else:
                answers[alike] = why_not(problem)
        answer = answers.get(alike, _NO_TIME if basis.pace.cut else _TOO_MANY)
        if isinstance(answer, int):
            key[row] = answer
        else:
            rejections.append(_rejection(row, basis.orders, answer))
    return key, fronts, rejections


def _enough(searches: int, basis: Basis) -> bool:
    return searches >= basis.params.last_searches or basis.pace.over(needed=False)


_NO_TIME = (
    "no candidate path keeps its limits, and the time was over before all were found"
)
_TOO_MANY = (
    "no candidate path keeps its limits, and too many orders have this for an exact search"
    " of each one"
)


def _rejection(row: int, orders: OrderBook, reason: str) -> Rejection:
    no_way = reason.startswith("no way")
    return Rejection(
        row=row,
        code=ErrorCode.NO_WAY if no_way else ErrorCode.NOT_WITHIN_LIMITS,
        field="destination" if no_way else "due_at",
        text=f"order {orders.order_id[row].as_py()!r}: {reason}",
    )


def _own_problem(row: int, goods: Goods, basis: Basis) -> Problem:
    """Return the search for one order, its ends by their nodes: doors are joined once."""
    orders, keys, key = basis.orders, basis.keys, int(basis.keys.of_order[row])
    ids = basis.steps.network.gateways.id
    ready = datetime(1970, 1, 1, tzinfo=UTC)
    left = int(goods.minutes_left[row])
    most_usd, most_kg = orders.max_cost_usd[row], orders.max_wtw_kg_co2e[row]
    shipment = Shipment(
        origin=ids[int(keys.origin[key])].as_py(),
        destination=SET_SEPARATOR.join(
            ids[node].as_py() for node in keys.destinations[key]
        ),
        mass_kg=float(goods.mass_kg[row]),
        volume_m3=float(goods.volume_m3[row]),
        cargo=CARGOES[int(orders.cargo[row])],
        un_number=orders.un_number[row] or None,
        ready_at=ready,
        due_at=None if left == FREE else ready + timedelta(minutes=left),
        max_cost_usd=None if np.isnan(most_usd) else float(most_usd),
        max_wtw_kg_co2e=None if np.isnan(most_kg) else float(most_kg),
    )
    return state_problem(shipment, basis.steps.network, basis.steps.rates)
