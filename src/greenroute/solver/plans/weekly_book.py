"""Columns by week → a `Book`: what shares boxes and capacities in which week."""

import numpy as np
from numpy.typing import NDArray

from greenroute.orders.order_book import OrderBook
from greenroute.solver.book.book import BY_MASS, Book, Lists
from greenroute.solver.columns.column import Rated
from greenroute.solver.columns.path_kernels import loads_of_paths
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.dated_route import (
    DatedRoutes,
    Starts,
    date_columns,
    drop_loose_rows,
)
from greenroute.solver.plans.budget import budgets_of, cents_per_gram, unserved_cents
from greenroute.solver.plans.objective import Objective
from greenroute.units import KG_PER_TONNE

_LITRES_PER_M3 = KG_PER_TONNE
_MANY_BOXES = 2**40


def routes_of(
    rated: Rated,
    starts: Starts,
    owner: NDArray[np.int32],
    steps: StepTable,
) -> DatedRoutes:
    """Return the routes of columns, without capacities that nothing could fill."""
    # A mass for each column is large: it is not kept while the columns are dated.
    mass = np.ceil(rated.goods.mass_kg)
    may_fill = _may_fill(rated, mass[owner], steps)
    routes = date_columns(
        rated.options,
        starts,
        _cargo_of_path(rated),
        may_fill=may_fill,
        paths=rated.paths,
        times=rated.times,
        chains=rated.chains,
        steps=steps,
    )
    sums = np.bincount(routes.of_column, mass[owner], len(routes.path))
    load_kg = sums.astype(np.float64)
    return drop_loose_rows(routes, load_kg, np.floor(steps.week_kg[routes.row_lane]))


def book_of(
    rated: Rated,
    routes: DatedRoutes,
    owner: NDArray[np.int32],
    steps: StepTable,
    objective: Objective,
    orders: OrderBook,
) -> Book:
    """Return the book of rated columns and their routes."""
    options, goods = rated.options, rated.goods
    of_order, limits, _ = budgets_of(orders, steps, objective)
    carbon = cents_per_gram(objective)
    equipment = routes.group_equipment
    n_groups = len(equipment)
    no_items = np.empty(0, np.int32)
    return Book(
        mass=np.ceil(goods.mass_kg).astype(np.int64),
        volume=np.ceil(goods.volume_m3 * _LITRES_PER_M3).astype(np.int64),
        unserved_cost=unserved_cents(owner, rated, objective),
        first_column=np.concatenate([[0], np.cumsum(options.columns)]).astype(np.int64),
        route=routes.of_column,
        cost=options.cents,
        grams=options.grams,
        route_groups=routes.groups,
        route_rows=routes.rows,
        row_measure=np.full(len(routes.row_lane), BY_MASS, np.int8),
        capacity=np.floor(steps.week_kg[routes.row_lane]).astype(np.int64),
        box_mass=np.floor(steps.payload_kg[equipment]).astype(np.int64),
        box_volume=np.floor(steps.loadable_m3[equipment] * _LITRES_PER_M3).astype(
            np.int64
        ),
        box_cost=rated.chains.box_cents[routes.group_chain, equipment],
        fixed_cost=np.zeros(n_groups, np.int64),
        max_boxes=np.full(n_groups, _MANY_BOXES, np.int64),
        group_rows=Lists(start=np.zeros(n_groups + 1, np.int32), items=no_items),
        group_use=np.empty(0, np.int64),
        budget_of_order=of_order,
        budget=limits,
        carbon_price=carbon,
        commitment_row=no_items,
        least=np.empty(0, np.int64),
        short_cost=np.empty(0, np.float64),
    )


def _may_fill(
    rated: Rated, mass: NDArray[np.float64], steps: StepTable
) -> NDArray[np.bool_]:
    """Return the lanes that all columns together could overload in one week."""
    paths = rated.paths
    n_paths = len(paths.first_step) - 1
    on_path = np.bincount(rated.options.path, mass, n_paths).astype(np.float64)
    load = loads_of_paths(paths.first_step, paths.step, on_path, steps.n_lanes)
    return np.asarray(load > steps.week_kg[: steps.n_lanes])


def _cargo_of_path(rated: Rated) -> NDArray[np.int8]:
    """Return the cargo that each path was searched for; a key has one."""
    goods, first = rated.goods, rated.paths.first_path
    of_key = np.zeros(len(first) - 1, np.int8)
    known = (goods.key >= 0) & (goods.key < len(of_key))
    of_key[goods.key[known]] = goods.cargo[known]
    return np.repeat(of_key, np.diff(first))
