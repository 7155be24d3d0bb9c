"""Why not all orders can be served: orders, capacities and budgets that exclude each other.

By deletion: what is in conflict stays so without most of its members, and a member goes if
the rest is still in conflict. What is left is irreducible, not always the smallest.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.rating.read import Rates
from greenroute.solver.book.book import Book
from greenroute.solver.book.book_evaluate import of_each
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.objective import LeastCost, Objective
from greenroute.solver.plans.order_moves import ranges_of
from greenroute.solver.plans.order_ways import BUDGET, row_names
from greenroute.solver.plans.plan_problem import PlanProblem, state_book
from greenroute.units import G_PER_KG, KG_PER_TONNE

#: Books of more orders are not searched for a conflict.
MOST_ORDERS = 500
#: Effort of one test, in the deterministic seconds of CP-SAT.
TEST_EFFORT = 0.3
#: Effort of all tests together; members that are not tested any more stay.
TOTAL_EFFORT = 4.0
#: Effort of writing a model, by its columns.
_PER_COLUMN = 1e-5
#: A share of an order that the relaxation leaves over; less is rounding.
_SOME = 1e-6

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScarceLimit:
    """A capacity or a budget of a conflict.

    Attributes
    ----------
    name
        "capacity LANE WEEK" or "budget NAME".
    tonnes
        How much there is: of goods, or of CO2e [t].
    least_tonnes
        The least that the orders of the conflict need of it, if each may go as suits
        this limit best [t].
    """

    name: str
    tonnes: float
    least_tonnes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Orders that cannot all be served within some limits.

    Attributes
    ----------
    order_ids
        Orders; each of them has ways, but not all of them at once.
    limits
        Capacities and budgets that stand against it.
    irreducible
        Without any single one of them there is no conflict; else the search stopped
        before that was proven.
    """

    order_ids: tuple[str, ...]
    limits: tuple[ScarceLimit, ...]
    irreducible: bool

    def text(self) -> str:
        """Return it in words."""
        listed = ", ".join(self.order_ids[:_LISTED])
        more = len(self.order_ids) - _LISTED
        whom = f"{listed} and {more:,} more" if more > 0 else listed
        plural = "s" if len(self.order_ids) > 1 else ""
        against = "; ".join(
            f"{limit.name} is {limit.tonnes:,.3f} t, and they need {limit.least_tonnes:,.3f} t "
            "of it at least"
            if limit.least_tonnes > 0
            else f"{limit.name} is {limit.tonnes:,.3f} t"
            for limit in self.limits
        )
        verb = "cannot all be served" if plural else "cannot be served"
        end = (
            "Without any one of these there is no conflict."
            if self.irreducible
            else "Not proven that fewer of these are no conflict."
        )
        return f"order{plural} {whom} {verb}: {against}. {end}"


_LISTED = 10


def find_conflict(
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    objective: Objective | None = None,
    params: PlanParams | None = None,
) -> Conflict | None:
    """Return orders and limits that exclude each other; None where all can be served.

    Parameters
    ----------
    orders, network, rates, objective, params
        As they are given to `plan`.

    Returns
    -------
    Conflict or None
        None also where the search could not decide, and for a book of more than
        `MOST_ORDERS` orders, which is not searched.
    """
    problem = state_book(
        orders,
        network,
        rates,
        objective=LeastCost() if objective is None else objective,
        params=PlanParams() if params is None else params,
    )
    return conflict_of(problem)


def conflict_of(problem: PlanProblem) -> Conflict | None:
    """Return the conflict of a problem, as `find_conflict` does."""
    book = problem.book
    if book.n_orders > MOST_ORDERS:
        return None
    system = _System(book)
    every = np.ones(system.size, dtype=np.bool_)
    every[: book.n_orders] = np.diff(book.first_column) > 0
    members = system.relaxed()
    # Parts of orders may fit where whole ones do not, and duals are rounded.
    if members is None or not system.excluded(members):
        members = every
        if not system.excluded(members):
            return None
    kept = _delete(members, system.excluded)
    return _told(problem, kept, system)


class _System:
    """Whether orders can all be served within limits; members are orders, rows, budgets.

    Attributes
    ----------
    size
        Number of members.
    undecided
        Whether a test ran out of effort; it then counts as no conflict.
    effort
        Spent so far.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.size = book.n_orders + len(book.capacity) + len(book.budget)
        self.undecided = False
        self.effort = 0.0
        columns = np.arange(len(book.route))
        self.owner = np.repeat(np.arange(book.n_orders), np.diff(book.first_column))
        at, row = of_each(book.route_rows, book.route)
        self.limit = np.concatenate([book.capacity, book.budget])
        thing = [row.astype(np.int64)]
        column, use = [columns[at]], [book.mass[self.owner[at]]]
        for level in book.budget_of_order.T:
            of = level[self.owner].astype(np.int64)
            counted = np.flatnonzero(of >= 0)
            thing.append(of[counted] + len(book.capacity))
            column.append(counted)
            use.append(book.grams[counted])
        self.thing = np.concatenate(thing)
        self.column = np.concatenate(column)
        self.use = np.concatenate(use)

    def relaxed(self) -> Flags | None:
        """Return members that even parts of orders cannot satisfy; None if they can.

        They carry the dual solution of the problem that leaves least of the orders over.
        """
        book = self.book
        served = np.flatnonzero(np.diff(book.first_column))
        place = np.full(book.n_orders, -1)
        place[served] = np.arange(len(served))
        n, m = len(self.owner), len(served)
        if not m:
            return None
        whole = coo_array(
            (
                np.ones(n + m),
                (
                    np.concatenate([place[self.owner], np.arange(m)]),
                    np.arange(n + m),
                ),
            ),
            shape=(m, n + m),
        )
        scale = np.maximum(self.limit, 1)
        within = coo_array(
            (self.use / scale[self.thing], (self.thing, self.column)),
            shape=(len(self.limit), n + m),
        )
        answer = linprog(  # type: ignore[call-overload]  # its stubs know no sparse arrays
            np.concatenate([np.zeros(n), np.ones(m)]),
            A_ub=csr_array(within) if len(self.limit) else None,
            b_ub=self.limit / scale if len(self.limit) else None,
            A_eq=csr_array(whole),
            b_eq=np.ones(m),
        )
        if answer.status != 0 or answer.fun < _SOME:
            return None
        members = np.zeros(self.size, dtype=np.bool_)
        members[served] = answer.eqlin.marginals > _SOME
        members[book.n_orders :] = answer.ineqlin.marginals < -_SOME
        return members

    def excluded(self, members: Flags) -> bool:
        """Return whether these orders cannot all be served within these limits."""
        n = self.book.n_orders
        orders = np.flatnonzero(members[:n])
        limits = np.flatnonzero(members[n:])
        if not len(orders) or not len(limits):
            return False
        if self.effort > TOTAL_EFFORT:
            self.undecided = True
            return False
        model = cp_model.CpModel()
        taken: dict[int, cp_model.IntVar] = {}
        for order in orders.tolist():
            first, last = self.book.first_column[order : order + 2].tolist()
            for column in range(first, last):
                taken[column] = model.new_bool_var("")
            model.add_exactly_one(taken[column] for column in range(first, last))
        mine = members[:n][self.owner[self.column]]
        for limit in limits.tolist():
            uses = np.flatnonzero(mine & (self.thing == limit))
            terms = [taken[column] for column in self.column[uses].tolist()]
            total = cp_model.LinearExpr.weighted_sum(terms, self.use[uses].tolist())
            model.add(total <= int(self.limit[limit]))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = TEST_EFFORT
        answer = solver.solve(model)
        spent = solver.response_proto.deterministic_time
        self.effort += spent + _PER_COLUMN * len(taken)
        self.undecided |= answer == cp_model.UNKNOWN
        return bool(answer == cp_model.INFEASIBLE)

    def least(self, members: Flags, limit: int) -> int:
        """Return the least that the orders among members need of a limit."""
        n = self.book.n_orders
        use = np.zeros(len(self.owner), np.int64)
        here = self.thing == limit
        np.add.at(use, self.column[here], self.use[here])
        orders = np.flatnonzero(members[:n])
        of, column = ranges_of(self.book.first_column, orders)
        least = np.full(n, np.iinfo(np.int64).max)
        np.minimum.at(least, of, use[column])
        return int(least[orders].sum())


def _delete(members: Flags, excluded: Callable[[Flags], bool]) -> Flags:
    """Return what is left of a conflict when no member can go; whole parts go first."""
    left = members.copy()
    size = max(int(left.sum()) // 2, 1)
    while True:
        there = np.flatnonzero(left)
        for first in range(0, len(there), size):
            tried = left.copy()
            tried[there[first : first + size]] = False
            if excluded(tried):
                left = tried
        if size == 1:
            return left
        size = max(size // 2, 1)


def _told(problem: PlanProblem, members: Flags, system: _System) -> Conflict:
    book, n = problem.book, problem.book.n_orders
    names = [
        *row_names(problem),
        *(f"{BUDGET} {name}".strip() for name in problem.budget_names),
    ]
    limits = []
    for limit in np.flatnonzero(members[n:]).tolist():
        is_budget = limit >= len(book.capacity)
        scale = KG_PER_TONNE * (G_PER_KG if is_budget else 1)
        limits.append(
            ScarceLimit(
                name=names[limit],
                tonnes=int(system.limit[limit]) / scale,
                least_tonnes=system.least(members, limit) / scale,
            )
        )
    ids = problem.orders.order_id
    return Conflict(
        order_ids=tuple(ids[row].as_py() for row in np.flatnonzero(members[:n])),
        limits=tuple(limits),
        irreducible=not system.undecided,
    )
