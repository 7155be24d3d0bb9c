"""Dates columns: in which week which lane is used, and in which boxes goods may travel."""

from dataclasses import dataclass

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
    start = starts[first].astype(np.int64)
    lanes = lanes_used(path, start, walk, may_fill, WEEK_MINUTES)
    row_lane, row_week, row_lists = _numbered(lanes)
    boxes = boxes_used(
        (path, variant, start), walk, cargo_of_path, len(CARGOES), WEEK_MINUTES
    )
    what, group_week, group_lists = _numbered(boxes)
    chain, equipment = np.divmod(what // len(CARGOES), MOST_EQUIPMENT)
    return DatedRoutes(
        of_column=of_column,
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


def _distinct_routes(
    options: Options, starts: NDArray[np.int64], walk: Walk
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the first column of each route, and the route of each column."""
    week = starts // WEEK_MINUTES
    late = count_crossings(options.path, starts, walk, WEEK_MINUTES)
    variants, number = np.unique(options.variant, return_inverse=True)
    key = _one_key(
        (options.path, len(walk.first_step)),
        (week, int(week.max(initial=0)) + 1),
        (late, int(late.max(initial=0)) + 1),
        (number.reshape(-1), len(variants)),
    )
    del week, late, number
    _, first, of_column = np.unique(key, return_index=True, return_inverse=True)
    return first, of_column.reshape(-1).astype(np.int32)


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


def _numbered(uses: Uses) -> tuple[NDArray[np.int64], NDArray[np.int64], Lists]:
    """Return the distinct things and weeks, and which of them each route uses."""
    n_weeks = int(uses.week.max(initial=0)) + 1
    # In place: there are millions of uses.
    key = uses.what
    key *= n_weeks
    key += uses.week
    distinct, of = np.unique(key, return_inverse=True)
    lists = Lists(start=uses.start, items=of.reshape(-1).astype(np.int32))
    return distinct // n_weeks, distinct % n_weeks, lists
