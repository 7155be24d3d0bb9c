"""Dates columns: in which week which lane is used, and in which boxes goods may travel."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.orders.order_book import CARGOES
from greenroute.solver.book.book import Lists
from greenroute.solver.columns.path_set import Paths
from greenroute.solver.columns.rate_orders import CHAIN_BITS, MOST_CHAINS, Options
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.box_chain import BoxChains, PathTimes
from greenroute.units import HOURS_PER_WEEK, MINUTES_PER_HOUR

WEEK_MINUTES = HOURS_PER_WEEK * MINUTES_PER_HOUR
_NONE = -1
_LARGEST = 2**62
_MOST_EQUIPMENT = 1 << CHAIN_BITS


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRoutes:
    """Routes of the columns: a path in given weeks, loose or in boxes.

    Attributes
    ----------
    of_column
        Route of each column, int32 (n_columns,).
    path, variant
        Path of each route, and how it boxes the chains, (n_routes,).
    groups, rows
        Consolidation groups and capacity rows that goods on each route use.
    group_chain, group_week, group_equipment
        What each group is, (n_groups,).
    row_lane, row_week
        What each capacity row is, (n_rows,).
    """

    of_column: NDArray[np.int32]
    path: NDArray[np.int32]
    variant: NDArray[np.int64]
    groups: Lists
    rows: Lists
    group_chain: NDArray[np.int64]
    group_week: NDArray[np.int64]
    group_equipment: NDArray[np.int64]
    row_lane: NDArray[np.int64]
    row_week: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Runs:
    """Runs of paths side by side, (n_paths, widest); `_NONE` where a path has fewer.

    `of_chain` is the place of the first run of each chain, (n_paths, most chains).
    """

    lane: NDArray[np.int64]
    departs: NDArray[np.int64]
    of_chain: NDArray[np.int64]


def date_columns(  # noqa: PLR0913 - what columns rest on, table by table
    options: Options,
    starts: NDArray[np.int64],
    cargo_of_path: NDArray[np.int8],
    *,
    may_fill: NDArray[np.bool_],
    paths: Paths,
    times: PathTimes,
    chains: BoxChains,
    steps: StepTable,
) -> DatedRoutes:
    """Return the routes of columns.

    Parameters
    ----------
    options
        Columns as they were rated.
    starts
        When goods leave in each column, minutes since a Monday, (n_columns,).
    cargo_of_path
        Goods share a box with their like only: dry, refrigerated, dangerous, (n_paths,).
    may_fill
        Lanes whose capacity may be too small; the others get no row, bool (n_lanes,).
    """
    runs = _side_by_side(paths, times, chains, steps)
    week, phase = np.divmod(starts, WEEK_MINUTES)
    late = _crossings(options.path, phase, runs)
    variants, number = np.unique(options.variant, return_inverse=True)
    key = _one_key(
        (options.path.astype(np.int64), len(paths.first_step)),
        (week, int(week.max(initial=0)) + 1),
        (late, runs.lane.shape[1] + 1),
        (number.reshape(-1), len(variants)),
    )
    _, first, of_column = np.unique(key, return_index=True, return_inverse=True)
    path, variant = options.path[first], options.variant[first]
    # One place in the path after the other: side by side they would not fit memory.
    start = starts[first]
    rows = _collect(
        _run_entries(path, start, place, runs, may_fill)
        for place in range(runs.lane.shape[1])
    )
    boxes = _collect(
        _box_entries((path, variant, start), place, runs, chains, cargo_of_path)
        for place in range(runs.of_chain.shape[1])
    )
    row_lane, row_week, row_lists = _numbered(rows, len(path))
    what, group_week, group_lists = _numbered(boxes, len(path))
    chain, equipment = np.divmod(what // len(CARGOES), _MOST_EQUIPMENT)
    return DatedRoutes(
        of_column=of_column.reshape(-1).astype(np.int32),
        path=path,
        variant=variant,
        groups=group_lists,
        rows=row_lists,
        group_chain=chain,
        group_week=group_week,
        group_equipment=equipment,
        row_lane=row_lane,
        row_week=row_week,
    )


class _Entries(NamedTuple):
    """What routes use: route, thing and week of each use."""

    route: NDArray[np.int64]
    what: NDArray[np.int64]
    week: NDArray[np.int64]


def _run_entries(
    path: NDArray[np.int32],
    start: NDArray[np.int64],
    place: int,
    runs: _Runs,
    may_fill: NDArray[np.bool_],
) -> _Entries:
    """Return the use of lanes that could be full, at one place of the paths."""
    lane = runs.lane[path, place]
    route = np.flatnonzero((lane != _NONE) & may_fill[np.maximum(lane, 0)])
    departs = runs.departs[path[route], place]
    return _Entries(route, lane[route], (start[route] + departs) // WEEK_MINUTES)


def _box_entries(
    routes: tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]],
    place: int,
    runs: _Runs,
    chains: BoxChains,
    cargo_of_path: NDArray[np.int8],
) -> _Entries:
    """Return the boxes at one chain of the paths; they go by their first run."""
    path, variant, start = routes
    if place >= MOST_CHAINS:
        nothing = np.empty(0, np.int64)
        return _Entries(nothing, nothing, nothing)
    box = (variant >> (place * CHAIN_BITS)) & ((1 << CHAIN_BITS) - 1)
    route = np.flatnonzero(box)
    mine = path[route]
    chain = chains.chain[chains.first_chain[mine] + place].astype(np.int64)
    what = chain * _MOST_EQUIPMENT + box[route] - 1
    what = what * len(CARGOES) + cargo_of_path[mine]
    departs = runs.departs[mine, runs.of_chain[mine, place]]
    return _Entries(route, what, (start[route] + departs) // WEEK_MINUTES)


def _collect(parts: Iterable[_Entries]) -> _Entries:
    """Return the uses of all places, by route and then by place."""
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return _Entries(*(column[order] for column in joined))


def drop_loose_rows(
    routes: DatedRoutes, load_kg: NDArray[np.float64], capacity_kg: NDArray[np.float64]
) -> DatedRoutes:
    """Return the routes without the rows that all columns together cannot fill.

    Parameters
    ----------
    load_kg
        Mass of all columns of each route [kg], (n_routes,).
    capacity_kg
        Of the rows [kg], (n_rows,).
    """
    of_route = np.repeat(np.arange(len(routes.path)), np.diff(routes.rows.start))
    row = routes.rows.items
    most = np.bincount(row, weights=load_kg[of_route], minlength=len(capacity_kg))
    binding = most > capacity_kg
    number = np.cumsum(binding) - 1
    kept = binding[row]
    count = np.bincount(of_route[kept], minlength=len(routes.path))
    rows = Lists(
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        items=number[row[kept]].astype(np.int32),
    )
    return DatedRoutes(
        of_column=routes.of_column,
        path=routes.path,
        variant=routes.variant,
        groups=routes.groups,
        rows=rows,
        group_chain=routes.group_chain,
        group_week=routes.group_week,
        group_equipment=routes.group_equipment,
        row_lane=routes.row_lane[binding],
        row_week=routes.row_week[binding],
    )


def _side_by_side(
    paths: Paths, times: PathTimes, chains: BoxChains, steps: StepTable
) -> _Runs:
    n_paths = len(paths.first_step) - 1
    of_path = np.repeat(np.arange(n_paths), np.diff(paths.first_step))
    run = np.flatnonzero(paths.step < steps.n_lanes)
    path = of_path[run]
    count = np.bincount(path, minlength=n_paths)
    begin = np.cumsum(count) - count
    place = np.arange(len(run)) - begin[path]
    lane = np.full((n_paths, int(count.max(initial=1))), _NONE, np.int64)
    departs = np.zeros_like(lane)
    lane[path, place] = paths.step[run]
    departs[path, place] = times.departs[run]
    chain = chains.of_step[run].astype(np.int64)
    of_chain = np.full((n_paths, int(chain.max(initial=0)) + 1), lane.shape[1])
    np.minimum.at(of_chain, (path, chain), place)
    return _Runs(lane=lane, departs=departs, of_chain=of_chain)


def _crossings(
    path: NDArray[np.int32], phase: NDArray[np.int64], runs: _Runs
) -> NDArray[np.int64]:
    """Return how many runs slip into a later week because goods leave late in theirs.

    The later in the week, the more runs slip: their number says which ones.
    """
    rest = runs.departs % WEEK_MINUTES
    late = np.zeros(len(path), np.int64)
    for place in range(runs.lane.shape[1]):
        there = runs.lane[path, place] != _NONE
        late += there & (phase + rest[path, place] >= WEEK_MINUTES)
    return late


def _one_key(*parts: tuple[NDArray[np.int64], int]) -> NDArray[np.int64]:
    key, size = np.zeros(len(parts[0][0]), np.int64), 1
    for values, count in parts:
        size *= max(count, 1)
        key = key * count + values
    if size > _LARGEST:
        msg = f"the book has {size:.3g} possible routes, expected fewer than {_LARGEST:.3g}"
        raise DataError(msg)
    return key


def _numbered(
    entries: _Entries, n_routes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Lists]:
    """Return the distinct things and weeks, and which of them each route uses."""
    n_weeks = int(entries.week.max(initial=0)) + 1
    key = entries.what * n_weeks + entries.week
    distinct, of = np.unique(key, return_inverse=True)
    count = np.bincount(entries.route, minlength=n_routes)
    lists = Lists(
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        items=of.reshape(-1).astype(np.int32),
    )
    return distinct // n_weeks, distinct % n_weeks, lists
