"""Dates columns: in which week which lane is used, and in which boxes goods may travel."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.orders.order_book import CARGOES
from greenroute.solver.book.book import Lists
from greenroute.solver.columns.path_set import Paths
from greenroute.solver.columns.rate_orders import Options
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.box_chain import BoxChains, PathTimes
from greenroute.solver.dated_plans.route_kernels import (
    MOST_EQUIPMENT,
    Uses,
    Walk,
    boxes_used,
    count_crossings,
    lanes_used,
)
from greenroute.units import HOURS_PER_WEEK, MINUTES_PER_HOUR

WEEK_MINUTES = HOURS_PER_WEEK * MINUTES_PER_HOUR
_LARGEST = 2**62
#: Of how many paths columns, and how many uses, are numbered at a time.
_PATHS_AT_ONCE, _USES_AT_ONCE = 50_000, 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRoutes:
    """Routes of the columns: a path in given weeks, loose or in boxes.

    Attributes
    ----------
    of_column
        Route of each column, int32 (n_columns,).
    path
        Of each route, int32 (n_routes,).
    groups, rows
        Consolidation groups and capacity rows that goods on each route use.
    group_chain, group_week, group_equipment
        What each group is, (n_groups,).
    row_lane, row_week
        What each capacity row is, (n_rows,).
    """

    of_column: NDArray[np.int32]
    path: NDArray[np.int32]
    groups: Lists
    rows: Lists
    group_chain: NDArray[np.int64]
    group_week: NDArray[np.int64]
    group_equipment: NDArray[np.int64]
    row_lane: NDArray[np.int64]
    row_week: NDArray[np.int64]


class Starts(NamedTuple):
    """When goods leave in columns.

    `ready` are minutes since a Monday, of orders or of itineraries by date, `row` is which
    of those a column has, and `hold` for how many weeks goods are held, (n_columns,).
    """

    ready: NDArray[np.int64]
    row: NDArray[np.int32]
    hold: NDArray[np.int8]

    def of(self, columns: NDArray[np.int64] | slice) -> NDArray[np.int64]:
        """Return when goods leave in some columns, minutes since the Monday."""
        start = self.hold[columns].astype(np.int64)
        start *= WEEK_MINUTES
        start += self.ready[self.row[columns]]
        return start


def date_columns(  # noqa: PLR0913 - what columns rest on, table by table
    options: Options,
    starts: Starts,
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
        When goods leave in the columns.
    cargo_of_path
        Goods share a box with their like only: dry, refrigerated, dangerous, (n_paths,).
    may_fill
        Lanes whose capacity may be too small; the others get no row, bool (n_lanes,).
    """
    walk = Walk(
        paths.first_step,
        paths.step,
        times.departs,
        chains.of_step,
        chains.first_chain,
        chains.chain,
        steps.n_lanes,
    )
    first, of_column = _distinct_routes(options, starts, walk)
    path, variant = options.path[first], options.variant[first]
    start = starts.of(first)
    del first
    last = int(start.max(initial=0)) + int(walk.departs.max(initial=0))
    weeks = WEEK_MINUTES, last // WEEK_MINUTES + 1
    row_lane, row_week, row_lists = _numbered(
        lanes_used(path, start, walk, may_fill, weeks), weeks[1]
    )
    what, group_week, group_lists = _numbered(
        boxes_used((path, variant, start), walk, cargo_of_path, len(CARGOES), weeks),
        weeks[1],
    )
    chain, equipment = np.divmod(what // len(CARGOES), MOST_EQUIPMENT)
    return DatedRoutes(
        of_column=of_column,
        path=path,
        groups=group_lists,
        rows=row_lists,
        group_chain=chain,
        group_week=group_week,
        group_equipment=equipment,
        row_lane=row_lane,
        row_week=row_week,
    )


def _distinct_routes(
    options: Options, starts: Starts, walk: Walk
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the first column of each route, and the route of each column.

    There are millions of columns: those on some paths at a time.
    """
    n_paths = len(walk.first_step) - 1
    found = [np.empty(0, np.int64)]
    of_column, n_routes = np.empty(len(options.path), np.int32), 0
    for begin in range(0, n_paths, _PATHS_AT_ONCE):
        mine = (options.path >= begin) & (options.path < begin + _PATHS_AT_ONCE)
        columns = np.flatnonzero(mine)
        path, start = options.path[columns], starts.of(columns)
        week = start // WEEK_MINUTES
        late = count_crossings(path, start, walk, WEEK_MINUTES)
        variants, number = np.unique(options.variant[columns], return_inverse=True)
        key = _one_key(
            (path, n_paths + 1),
            (week, int(week.max(initial=0)) + 1),
            (late, int(late.max(initial=0)) + 1),
            (number.reshape(-1), len(variants)),
        )
        _, first, of = np.unique(key, return_index=True, return_inverse=True)
        found.append(columns[first])
        of_column[columns] = of.reshape(-1) + n_routes
        n_routes += len(first)
    return np.concatenate(found), of_column


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
        start=np.concatenate([[0], np.cumsum(count)]).astype(np.int32),
        items=number[row[kept]].astype(np.int32),
    )
    return DatedRoutes(
        of_column=routes.of_column,
        path=routes.path,
        groups=routes.groups,
        rows=rows,
        group_chain=routes.group_chain,
        group_week=routes.group_week,
        group_equipment=routes.group_equipment,
        row_lane=routes.row_lane[binding],
        row_week=routes.row_week[binding],
    )


def _one_key(*parts: tuple[NDArray[np.integer], int]) -> NDArray[np.int64]:
    key, size = np.zeros(len(parts[0][0]), np.int64), 1
    for values, count in parts:
        size *= max(count, 1)
        key *= count
        key += values
    if size > _LARGEST:
        msg = f"the book has {size:.3g} possible routes, expected fewer than {_LARGEST:.3g}"
        raise DataError(msg)
    return key


def _numbered(
    uses: Uses, n_weeks: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Lists]:
    """Return the distinct things and weeks, and which of them each route uses."""
    distinct = np.unique(uses.key)
    items = np.empty(len(uses.key), np.int32)
    for begin in range(0, len(items), _USES_AT_ONCE):
        part = slice(begin, begin + _USES_AT_ONCE)
        items[part] = np.searchsorted(distinct, uses.key[part])
    lists = Lists(start=uses.start, items=items)
    return distinct // n_weeks, distinct % n_weeks, lists
