"""Freight words → solver words: an order book as a `Book` in whole numbers."""

from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.network import Network
from greenroute.orders.order_book import (
    NO_TIME,
    OrderBook,
    Rejection,
)
from greenroute.orders.shipment import SET_SEPARATOR
from greenroute.plan.check_departures import plans_by_date
from greenroute.rating.read import Rates
from greenroute.solver.book.book import BY_MASS, Book, Lists
from greenroute.solver.columns.column import (
    FREE,
    PlanParams,
    Rated,
    goods_of,
    monday_before,
)
from greenroute.solver.columns.make_columns import Basis, make_columns
from greenroute.solver.columns.pace import Pace
from greenroute.solver.columns.search_key import (
    build_keys,
    find_places,
    utc_minutes,
)
from greenroute.solver.columns.step_table import StepTable, build_steps
from greenroute.solver.dated_plans.dated_plan import (
    DatedBook,
    Stated,
    dated_book,
    state_dated,
)
from greenroute.solver.dated_plans.dated_route import (
    WEEK_MINUTES,
    DatedRoutes,
    date_columns,
    drop_loose_rows,
)
from greenroute.solver.plans.objective import (
    BudgetScope,
    CarbonBudget,
    CarbonPrice,
    Objective,
)
from greenroute.solver.stop import Watch
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    KG_PER_TONNE,
)

#: Carbon price above which an order is better not served [cents/g]: 10,000 USD/t.
HIGHEST_PRICE = 1.0
_LITRES_PER_M3 = KG_PER_TONNE
_MANY_BOXES = 2**40
_G_PER_TONNE = KG_PER_TONNE * G_PER_KG
LANE_JOIN = ">"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProblem:
    """An order book in the solver's words, and the way back.

    Attributes
    ----------
    orders
        All orders that could be read.
    steps
        What steps cost, on the network with its doors.
    rated
        Paths, and the columns of the orders.
    routes
        Dated routes of the columns.
    book
        What is solved.
    owner
        Order of each column, (n_columns,).
    starts
        When goods leave in each column, minutes since `monday`, (n_columns,).
    monday
        Begin of the first week, minutes since 1970.
    timed
        Which orders say when they are ready, bool (n_orders,).
    alone_cents
        Cents of each column with boxes of its own, (n_columns,).
    budget_names
        What each budget is for; "" for the total.
    rejections
        Orders that cannot be planned, rows of `orders`.
    dates
        Departures and itineraries, where the network has dates; else None.
    """

    orders: OrderBook
    steps: StepTable
    rated: Rated
    routes: DatedRoutes
    book: Book
    owner: NDArray[np.int64]
    starts: NDArray[np.int64]
    monday: int
    timed: NDArray[np.bool_]
    alone_cents: NDArray[np.int64]
    budget_names: tuple[str, ...]
    rejections: tuple[Rejection, ...]
    dates: DatedBook | None = None

    def least_grams(self) -> NDArray[np.int64]:
        """Return the least that each budget's orders can emit [g], (n_budgets,)."""
        book = self.book
        least = np.full(book.n_orders, FREE)
        np.minimum.at(least, self.owner, book.grams)
        least[np.diff(book.first_column) == 0] = 0
        sums = np.zeros(len(book.budget), np.int64)
        for level in range(book.budget_of_order.shape[1]):
            of = book.budget_of_order[:, level]
            np.add.at(sums, of[of >= 0], least[of >= 0])
        return sums


def state_book(
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    objective: Objective,
    params: PlanParams,
    watch: Watch | None = None,
) -> PlanProblem:
    """Translate an order book; orders that cannot be planned are rejected.

    Parameters
    ----------
    watch
        Ends the search for ways in time: half of it is for the choice.

    Raises
    ------
    DataError
        If a lane has a price by departure and no departures.
    UnknownCategoryError
        If nothing tells what a box of a lane takes.
    """
    if plans_by_date(network):
        return _dated_problem(
            orders, state_dated(orders, network, rates, params), objective
        )
    places = find_places(orders, network)
    keys, rejections = build_keys(orders, places, rates)
    steps = build_steps(places.network, rates, orders.cargo)
    ready_utc, due = utc_minutes(orders, places)
    monday = monday_before(ready_utc)
    timed = ready_utc != NO_TIME
    # Goods without a date are there when the first ones are.
    first = ready_utc[timed].min() if timed.any() else monday
    ready = np.where(timed, ready_utc, first)
    goods = goods_of(orders, rates, keys.of_order, ready, due)
    basis = Basis(
        orders=orders, keys=keys, steps=steps, params=params, pace=Pace(watch)
    )
    rated, more = make_columns(basis, goods, ready - monday)
    rejections = [*rejections, *more]
    owner = np.repeat(np.arange(len(orders)), rated.options.columns)
    held = rated.options.hold.astype(np.int64) * WEEK_MINUTES
    starts = (ready - monday)[owner] + held
    routes = _routes(rated, starts, owner, steps)
    return PlanProblem(
        orders=orders,
        steps=steps,
        rated=rated,
        routes=routes,
        book=_book(rated, routes, owner, steps, objective, orders),
        owner=owner,
        starts=starts,
        monday=monday,
        timed=timed,
        alone_cents=rated.options.alone_cents,
        budget_names=_budgets(orders, steps, objective)[2],
        rejections=tuple(rejections),
    )


def _check_network(network: Network) -> None:
    """Raise for a network with dates, where a plan cannot be changed yet."""
    if plans_by_date(network):
        msg = (
            f"network {network.name} has dated departures, storage, duties or places where "
            "goods may not wait; a plan on it cannot be made again from an earlier one, "
            "expected a new plan"
        )
        raise DataError(msg)


def _dated_problem(
    orders: OrderBook, stated: Stated, objective: Objective
) -> PlanProblem:
    """Return the problem of a network with dates."""
    of_order, limits, names = _budgets(orders, stated.steps, objective)
    carbon = _cents_per_gram(objective)
    return PlanProblem(
        orders=orders,
        steps=stated.steps,
        rated=stated.rated,
        routes=stated.routes,
        book=dated_book(
            stated,
            unserved_cost=_unserved(stated.owner, stated.rated, carbon),
            budgets=(of_order, limits),
            carbon_price=carbon,
        ),
        owner=stated.owner,
        starts=stated.starts,
        monday=stated.monday,
        timed=stated.timed,
        alone_cents=stated.rated.options.alone_cents,
        budget_names=names,
        rejections=stated.rejections,
        dates=stated.dates,
    )


def with_objective(problem: PlanProblem, objective: Objective) -> PlanProblem:
    """Return the same columns for another objective."""
    of_order, limits, names = _budgets(problem.orders, problem.steps, objective)
    book = replace(
        problem.book,
        budget_of_order=of_order,
        budget=limits,
        carbon_price=_cents_per_gram(objective),
        unserved_cost=_unserved(
            problem.owner, problem.rated, _cents_per_gram(objective)
        ),
    )
    return replace(problem, book=book, budget_names=names)


def _routes(
    rated: Rated, starts: NDArray[np.int64], owner: NDArray[np.int64], steps: StepTable
) -> DatedRoutes:
    mass = np.ceil(rated.goods.mass_kg)[owner]
    routes = date_columns(
        rated.options,
        starts,
        _cargo_of_path(rated),
        may_fill=_may_fill(rated, mass, steps),
        paths=rated.paths,
        times=rated.times,
        chains=rated.chains,
        steps=steps,
    )
    load_kg = np.bincount(
        routes.of_column,
        weights=mass,
        minlength=len(routes.path),
    ).astype(np.float64)
    return drop_loose_rows(routes, load_kg, np.floor(steps.week_kg[routes.row_lane]))


def _may_fill(
    rated: Rated, mass: NDArray[np.float64], steps: StepTable
) -> NDArray[np.bool_]:
    """Return the lanes that all columns together could overload in one week."""
    paths = rated.paths
    of_path = np.repeat(np.arange(len(paths.first_step) - 1), np.diff(paths.first_step))
    on_path = np.bincount(rated.options.path, weights=mass, minlength=len(of_path))
    runs = np.flatnonzero(paths.step < steps.n_lanes)
    load = np.bincount(
        paths.step[runs], weights=on_path[of_path[runs]], minlength=steps.n_lanes
    )
    return np.asarray(load > steps.week_kg[: steps.n_lanes])


def _cargo_of_path(rated: Rated) -> NDArray[np.int8]:
    """Return the cargo that each path was searched for; a key has one."""
    goods, first = rated.goods, rated.paths.first_path
    of_key = np.zeros(len(first) - 1, np.int8)
    known = (goods.key >= 0) & (goods.key < len(of_key))
    of_key[goods.key[known]] = goods.cargo[known]
    return np.repeat(of_key, np.diff(first))


def _book(
    rated: Rated,
    routes: DatedRoutes,
    owner: NDArray[np.int64],
    steps: StepTable,
    objective: Objective,
    orders: OrderBook,
) -> Book:
    options, goods = rated.options, rated.goods
    of_order, limits, _ = _budgets(orders, steps, objective)
    carbon = _cents_per_gram(objective)
    equipment = routes.group_equipment
    n_groups = len(equipment)
    no_items = np.empty(0, np.int32)
    return Book(
        mass=np.ceil(goods.mass_kg).astype(np.int64),
        volume=np.ceil(goods.volume_m3 * _LITRES_PER_M3).astype(np.int64),
        unserved_cost=_unserved(owner, rated, carbon),
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
        group_rows=Lists(start=np.zeros(n_groups + 1, np.int64), items=no_items),
        group_use=np.empty(0, np.int64),
        budget_of_order=of_order,
        budget=limits,
        carbon_price=carbon,
        commitment_row=no_items,
        least=np.empty(0, np.int64),
        short_cost=np.empty(0, np.float64),
    )


def _unserved(
    owner: NDArray[np.int64], rated: Rated, carbon: float
) -> NDArray[np.int64]:
    """Return prices of not serving: twice the dearest column at the highest price.

    Nothing where there is no column to choose.
    """
    options, price = rated.options, max(HIGHEST_PRICE, carbon)
    dearest = np.zeros(len(options.columns), np.int64)
    worth = options.alone_cents + np.ceil(options.grams * price).astype(np.int64)
    np.maximum.at(dearest, owner, worth)
    return np.where(options.columns > 0, 2 * dearest + 1, 0)


def _cents_per_gram(objective: Objective) -> float:
    if isinstance(objective, CarbonPrice):
        return objective.usd_per_tonne * CENTS_PER_USD / _G_PER_TONNE
    return 0.0


def _budgets(
    orders: OrderBook, steps: StepTable, objective: Objective
) -> tuple[NDArray[np.int32], NDArray[np.int64], tuple[str, ...]]:
    """Return the budget of each order, the limits [g], and what each is for."""
    if not isinstance(objective, CarbonBudget):
        return np.full((len(orders), 1), -1, np.int32), np.empty(0, np.int64), ()
    tonnes = objective.by_name()
    limits = np.floor(np.array(list(tonnes.values())) * _G_PER_TONNE).astype(np.int64)
    names = tuple(tonnes)
    if objective.scope is BudgetScope.TOTAL:
        return np.zeros((len(orders), 1), np.int32), limits, names
    of_text = _scope_names(orders, steps, objective.scope)
    unknown = sorted(set(names) - set(of_text))
    if unknown:
        have = ", ".join(sorted(set(of_text))[:10]) or "none"
        msg = (
            f"budget is for {objective.scope} {unknown[0]!r}, which no order has; "
            f"expected like {have}"
        )
        raise UnknownCategoryError(msg)
    number = {name: position for position, name in enumerate(names)}
    of_order = np.array([number.get(name, -1) for name in of_text], np.int32)
    return of_order[:, None], limits, names


def _scope_names(orders: OrderBook, steps: StepTable, scope: BudgetScope) -> list[str]:
    match scope:
        case BudgetScope.CUSTOMER:
            return [orders.customer_id[row] for row in range(len(orders))]
        case BudgetScope.LANE:
            return [
                f"{orders.origin[row]}{LANE_JOIN}{orders.destination[row]}"
                for row in range(len(orders))
            ]
        case BudgetScope.MARKET:
            find = steps.network.find_place
            market = [
                find(text.split(SET_SEPARATOR)[0]).iso2
                for text in orders.destination.names
            ]
            return [market[code] for code in orders.destination.codes.tolist()]
        case BudgetScope.TOTAL:
            return [""] * len(orders)
        case _:
            assert_never(scope)
