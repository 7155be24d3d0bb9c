"""Freight words → solver words: an order book as a `Book` in whole numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.order_book import (
    NO_TIME,
    OrderBook,
    Rejection,
    import_tax_cents,
)
from greenroute.plan.check_departures import plans_by_date
from greenroute.rating.book_cards import cards_of_book
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.book.book import Book
from greenroute.solver.columns.basis import Basis
from greenroute.solver.columns.column import (
    FREE,
    PlanParams,
    Rated,
    goods_of,
    monday_before,
)
from greenroute.solver.columns.make_columns import make_columns
from greenroute.solver.columns.pace import Pace
from greenroute.solver.columns.search_key import (
    build_keys,
    find_places,
    pool_keys,
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
    DatedRoutes,
    Starts,
)
from greenroute.solver.plans.aside import Aside
from greenroute.solver.plans.budget import budgets_of, cents_per_gram, unserved_cents
from greenroute.solver.plans.commitment_rows import with_commitments
from greenroute.solver.plans.objective import (
    Objective,
)
from greenroute.solver.plans.weekly_book import book_of, routes_of
from greenroute.solver.stop import Watch


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
        Order of each column, int32 (n_columns,).
    starts
        When goods leave in the columns, minutes since `monday`.
    monday
        Begin of the first week, minutes since 1970.
    timed
        Which orders say when they are ready, bool (n_orders,).
    alone_cents
        Cents of each column with boxes of its own, (n_columns,).
    due
        When orders must be there, minutes since 1970; `FREE` at any time, (n_orders,).
    tax_cents
        Import tax of each order, (n_orders,).
    budget_names
        What each budget is for; "" for the total.
    rejections
        Orders that cannot be planned, rows of `orders`.
    params
        How orders became columns, and what is agreed with carriers.
    dates
        Departures and itineraries, where the network has dates; else None.
    aside
        Where large arrays of these are on disk; else None.
    """

    orders: OrderBook
    steps: StepTable
    rated: Rated
    routes: DatedRoutes
    book: Book
    owner: NDArray[np.int32]
    starts: Starts
    monday: int
    timed: NDArray[np.bool_]
    alone_cents: NDArray[np.int64]
    due: NDArray[np.int64]
    tax_cents: NDArray[np.int64]
    budget_names: tuple[str, ...]
    rejections: tuple[Rejection, ...]
    params: PlanParams
    dates: DatedBook | None = None
    aside: Aside | None = None

    def rest(self) -> None:
        """Take out of memory what lies on disk as well."""
        if self.aside is not None:
            self.aside.rest()

    def late(self, columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many minutes after their due dates orders arrive in columns."""
        total = self.rated.times.total[self.rated.options.path[columns]]
        arrives = self.starts.of(columns) + self.monday + total
        return np.asarray(np.maximum(arrives - self.due[self.owner[columns]], 0))

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


def state_book(  # noqa: PLR0913 - those of `plan`
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    objective: Objective,
    params: PlanParams,
    watch: Watch | None = None,
    charges: Charges | None = None,
) -> PlanProblem:
    """Translate an order book; orders that cannot be planned are rejected.

    Parameters
    ----------
    watch
        Ends the search for ways in time: half of it is for the choice.
    charges
        Rate cards; None for none.

    Raises
    ------
    DataError
        If a lane has a price by departure and no departures, or rate cards have more than
        one price for a lane.
    UnknownCategoryError
        If nothing tells what a box of a lane takes.
    """
    if plans_by_date(network):
        stated = state_dated(orders, network, rates, params, charges=charges)
        return dated_problem(orders, stated, objective, params)
    draft = draft_book(
        orders,
        network,
        rates,
        objective=objective,
        params=params,
        watch=watch,
        charges=charges,
    )
    rated, rejections = make_columns(draft.basis, draft.ready - draft.monday)
    return draft.problem(rated, rejections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A book by weeks before its columns are made.

    Attributes
    ----------
    basis
        What the columns rest on.
    objective
        What is to be achieved.
    ready
        When orders can leave, minutes since 1970, (n_orders,).
    monday
        Begin of the first week.
    timed
        Which orders say when they are ready, bool (n_orders,).
    due
        When they must be there, minutes since 1970; `FREE` at any time.
    rejections
        Orders that no way is searched for.
    """

    basis: Basis
    objective: Objective
    ready: NDArray[np.int64]
    monday: int
    timed: NDArray[np.bool_]
    due: NDArray[np.int64]
    rejections: tuple[Rejection, ...]

    def problem(self, rated: Rated, rejections: Iterable[Rejection]) -> PlanProblem:
        """Return the problem with these columns, and with more rejected orders."""
        orders, steps, params = self.basis.orders, self.basis.steps, self.basis.params
        rows = np.arange(len(orders), dtype=np.int32)
        owner = np.repeat(rows, rated.options.columns)
        starts = Starts(self.ready - self.monday, owner, rated.options.hold)
        tax = np.maximum(import_tax_cents(orders), 0)
        if tax.any():
            options = rated.options
            options = options._replace(
                cents=options.cents + tax[owner],
                alone_cents=options.alone_cents + tax[owner],
            )
            rated = replace(rated, options=options)
        routes = routes_of(rated, starts, owner, steps)
        book = with_commitments(
            book_of(rated, routes, owner, steps, self.objective, orders),
            params.commitments,
            rated=rated,
            routes=routes,
            starts=starts,
            monday=self.monday,
            steps=steps,
        )
        aside = Aside()
        rated, routes, starts, owner, book = aside.put(
            (rated, routes, starts, owner, book)
        )
        return PlanProblem(
            orders=orders,
            steps=steps,
            rated=rated,
            routes=routes,
            book=book,
            aside=aside,
            owner=owner,
            starts=starts,
            monday=self.monday,
            timed=self.timed,
            alone_cents=rated.options.alone_cents,
            due=self.due,
            tax_cents=tax,
            budget_names=budgets_of(orders, steps, self.objective)[2],
            rejections=(*self.rejections, *rejections),
            params=params,
        )


def draft_book(  # noqa: PLR0913 - those of `state_book`
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    objective: Objective,
    params: PlanParams,
    watch: Watch | None = None,
    charges: Charges | None = None,
    ready_now: Callable[[NDArray[np.int64]], NDArray[np.int64]] | None = None,
) -> Draft:
    """Return what the columns of a book by weeks rest on.

    Parameters
    ----------
    ready_now
        Turns when orders say that they are ready into when they can leave; minutes since
        1970, only of orders that say so.
    """
    places = find_places(orders, network)
    keys, rejections = build_keys(orders, places, rates)
    if len(keys) > params.exact_searches:
        keys = pool_keys(keys)
    cards = cards_of_book(charges, orders, places.network, rates)
    steps = build_steps(places.network, rates, orders.cargo, cards=cards)
    ready_utc, due = utc_minutes(orders, places)
    timed = ready_utc != NO_TIME
    if ready_now is not None:
        ready_utc = np.where(timed, ready_now(ready_utc), ready_utc)
    monday = monday_before(ready_utc)
    # Goods without a date are there when the first ones are.
    first = ready_utc[timed].min() if timed.any() else monday
    ready = np.where(timed, ready_utc, first)
    basis = Basis(
        orders=orders,
        goods=goods_of(orders, rates, keys.pool_of_order(), ready, due, params=params),
        keys=keys,
        steps=steps,
        params=params,
        pace=Pace(watch),
    )
    return Draft(
        basis=basis,
        objective=objective,
        ready=ready,
        monday=monday,
        timed=timed,
        due=np.where(due != NO_TIME, due, FREE),
        rejections=tuple(rejections),
    )


def dated_problem(
    orders: OrderBook, stated: Stated, objective: Objective, params: PlanParams
) -> PlanProblem:
    """Return the problem of a network with dates."""
    of_order, limits, names = budgets_of(orders, stated.steps, objective)
    carbon = cents_per_gram(objective)
    book = dated_book(
        stated,
        unserved_cost=unserved_cents(stated.owner, stated.rated, objective),
        budgets=(of_order, limits),
        carbon_price=carbon,
    )
    return PlanProblem(
        orders=orders,
        steps=stated.steps,
        rated=stated.rated,
        routes=stated.routes,
        book=with_commitments(
            book,
            params.commitments,
            rated=stated.rated,
            routes=stated.routes,
            starts=stated.starts,
            monday=stated.monday,
            steps=stated.steps,
        ),
        owner=stated.owner,
        starts=stated.starts,
        monday=stated.monday,
        timed=stated.timed,
        alone_cents=stated.rated.options.alone_cents,
        due=stated.due,
        tax_cents=stated.dates.tax_cents,
        budget_names=names,
        rejections=stated.rejections,
        params=params,
        dates=stated.dates,
    )


def with_objective(problem: PlanProblem, objective: Objective) -> PlanProblem:
    """Return the same columns for another objective."""
    of_order, limits, names = budgets_of(problem.orders, problem.steps, objective)
    book = replace(
        problem.book,
        budget_of_order=of_order,
        budget=limits,
        carbon_price=cents_per_gram(objective),
        unserved_cost=unserved_cents(problem.owner, problem.rated, objective),
    )
    return replace(problem, book=book, budget_names=names)
