"""Makes the columns of an order book: searches, rates, and searches again where it must."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from greenroute.orders.order_book import ErrorCode, OrderBook, Rejection
from greenroute.solver.columns.basis import Basis
from greenroute.solver.columns.candidate import (
    HASTE_PRICES,
    SEARCH_PRICES,
    Scope,
    find_paths,
)
from greenroute.solver.columns.column import Rated, rate_book, rate_columns, used_paths
from greenroute.solver.columns.exact_path import (
    find_exact_paths,
    frontier_paths,
    own_problem,
)
from greenroute.solver.columns.path_set import (
    FoundPaths,
    Paths,
    found_again,
    merge_paths,
    passes,
)
from greenroute.solver.columns.rate_orders import Goods, Options
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.columns.timely_path import find_timely_paths
from greenroute.solver.columns.wanted_lane import wanted_lanes
from greenroute.solver.dated_plans.box_chain import find_chains, time_paths
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.route import _why_not as why_not
from greenroute.units import HOURS_PER_DAY, MINUTES_PER_HOUR

#: Most orders that are looked at to see what else to search for.
LOOKED_AT = 100_000


def make_columns(
    basis: Basis, ready: NDArray[np.int64]
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
    keys, params, goods = basis.keys, basis.params, basis.goods
    planned = np.flatnonzero(keys.of_order >= 0)
    # Of a large book, one order in so many says what else to search for.
    stride = max(1, -(-len(planned) // LOOKED_AT))
    few = planned[::stride]
    closed = np.zeros(basis.steps.n_lanes, dtype=np.bool_)
    found, rated = _rate(few, _find(np.arange(len(keys)), closed, basis), basis)
    more = find_timely_paths(rated, few, basis)
    for wanted in wanted_lanes(params.commitments, basis.steps):
        more += _find(np.arange(len(keys)), np.zeros_like(wanted), basis, wanted)
    if more:
        found += more
        found, rated = _rate(few, found, basis)
    for _ in range(params.detours):
        if basis.pace.over(needed=False):
            break
        crowded = _crowded(rated, ready, basis.steps, closed, stride) & ~closed
        if not crowded.any():
            break
        closed |= crowded
        found += _find(_keys_through(rated.paths, closed, keys.pool), closed, basis)
        found, rated = _rate(few, found, basis)
    if stride > 1:
        # What there is of the few is of no use any more, and large.
        del rated
        found, rated = _rate(planned, found, basis)
    stuck = planned[rated.options.columns[planned] == 0]
    if not len(stuck):
        return used_paths(rated), []
    key, fronts, rejections = _search_again(stuck, rated, basis)
    if not fronts:
        return used_paths(rated), rejections
    stuck = np.setdiff1d(stuck, [rejection.row for rejection in rejections])
    paths = merge_paths([*found, *fronts], keys.n_pools + len(fronts))
    rated = _rate_rest(rated, stuck, goods._replace(key=key), paths, basis)
    return used_paths(rated), rejections


def _rate(
    orders: NDArray[np.int64], found: list[FoundPaths], basis: Basis
) -> tuple[list[FoundPaths], Rated]:
    """Return the distinct paths of those found, in one piece, and orders rated on them.

    `found` is emptied: all paths twice would be the peak of memory.
    """
    paths = merge_paths(found, basis.keys.n_pools)
    found.clear()
    rated = rate_book(basis.goods, orders, paths, basis.steps, basis.params)
    return [found_again(paths)], rated


def _rate_rest(
    rated: Rated,
    orders: NDArray[np.int64],
    goods: Goods,
    paths: Paths,
    basis: Basis,
) -> Rated:
    """Return columns with those of orders that had none and have keys of their own now.

    Their paths come after those of all other keys.
    """
    n_keys, steps, params = len(paths.first_path) - 1, basis.steps, basis.params
    served = np.flatnonzero(rated.options.columns)
    every = np.concatenate([served, orders])
    chains = find_chains(paths, steps, np.bincount(goods.key[every], minlength=n_keys))
    times = time_paths(paths, steps)
    rest = rate_columns(goods, orders, (paths, times, chains), steps, params)
    options = _side_by_side(rated.options, rest)
    return Rated(paths=paths, times=times, chains=chains, goods=goods, options=options)


def _side_by_side(first: Options, second: Options) -> Options:
    """Return the columns of both, those of an order side by side."""
    both = first, second
    owner = [np.repeat(np.arange(len(part.columns)), part.columns) for part in both]
    by = np.argsort(np.concatenate(owner), kind="stable")

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in both])[by]

    columns = {name: joined(name) for name in Options._fields if name != "columns"}
    return Options(columns=first.columns + second.columns, **columns)


def _find(
    rows: NDArray[np.int64],
    closed: NDArray[np.bool_],
    basis: Basis,
    wanted: NDArray[np.bool_] | None = None,
) -> list[FoundPaths]:
    wanted = np.zeros_like(closed) if wanted is None else wanted
    if len(rows) <= basis.params.exact_searches:
        return find_exact_paths(basis, rows, closed, wanted)
    # To lanes that are wanted only the first prices: costs and some carbon.
    prices: tuple[tuple[float, float], ...] = SEARCH_PRICES
    if wanted.any():
        prices = SEARCH_PRICES[:3]
    elif closed.any():
        prices = SEARCH_PRICES + HASTE_PRICES
    scope = Scope(closed=closed, wanted=wanted, prices=prices)
    return find_paths(basis.keys, basis.steps, rows, scope=scope, pace=basis.pace)


def _crowded(
    rated: Rated,
    ready: NDArray[np.int64],
    steps: StepTable,
    closed: NDArray[np.bool_],
    stride: int,
) -> NDArray[np.bool_]:
    """Return lanes whose week is too small for all whose favourite way they are on.

    The favourite is the cheapest loose column without delay that uses no closed lane; each
    order that is rated stands for `stride` of them.
    """
    options, paths = rated.options, rated.paths
    owner = np.repeat(np.arange(len(options.columns)), options.columns)
    plain = (options.variant == 0) & (options.hold == 0)
    plain &= ~passes(paths, closed)[options.path]
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
    crowded[lane[stride * load_kg > steps.week_kg[lane]]] = True
    return crowded


def _keys_through(
    paths: Paths, lanes: NDArray[np.bool_], pool: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the keys of the pools with a path on one of the lanes."""
    of_path = np.repeat(np.arange(len(paths.first_path) - 1), np.diff(paths.first_path))
    through = np.zeros(len(paths.first_path) - 1, np.bool_)
    through[of_path[passes(paths, lanes)]] = True
    return np.flatnonzero(through[pool])


def _search_again(
    stuck: NDArray[np.int64], rated: Rated, basis: Basis
) -> tuple[NDArray[np.int64], list[FoundPaths], list[Rejection]]:
    """Search exactly, within their own limits, for orders without any column.

    Not for those that the fastest candidate brings far too late. Returns the keys of all
    orders, the paths of new ones, and whom nothing helps.
    """
    late = _much_too_late(stuck, rated, basis)
    goods, n_keys = basis.goods, basis.keys.n_pools
    key = goods.key.copy()
    answers: dict[tuple[float, ...], int | str] = {}
    fronts: list[FoundPaths] = []
    rejections = []
    for row in stuck.tolist():
        if row in late:
            rejections.append(_rejection(row, basis.orders, late[row]))
            continue
        alike = tuple(float(column[row]) for column in goods)
        if alike not in answers and not _enough(len(answers), basis):
            problem = own_problem(basis, row)
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


def _much_too_late(
    stuck: NDArray[np.int64], rated: Rated, basis: Basis
) -> dict[int, str]:
    """Return why orders cannot be in time, of those for which that is beyond doubt.

    One of the prices of time is such that the fastest way is found up to minutes.
    """
    if len(basis.keys) <= basis.params.exact_searches:
        return {}
    n_pools = basis.keys.n_pools
    key_of = np.repeat(np.arange(n_pools), np.diff(rated.paths.first_path))
    fastest = np.full(n_pools, _NEVER)
    np.minimum.at(fastest, key_of, rated.times.total)
    takes, left = fastest[rated.goods.key[stuck]], rated.goods.minutes_left[stuck]
    day = HOURS_PER_DAY * MINUTES_PER_HOUR
    hopeless = (takes < _NEVER) & (takes > left + _DOUBT_MINUTES)
    return {
        int(stuck[at]): (
            f"no itinerary keeps the limits: the fastest one takes {takes[at] / day:,.2f} d, "
            f"the limit is {left[at] / day:,.2f} d"
        )
        for at in np.flatnonzero(hopeless).tolist()
    }


#: How far a way is from the fastest one, at most, that a search under prices finds.
_DOUBT_MINUTES = 120
_NEVER = 2**62


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
