"""Why not all orders can be served: orders and limits that exclude each other.

Limits are capacities, budgets, and commitments that must be kept.

By deletion: what is in conflict stays so without most of its members, and a member goes if
the rest is still in conflict. What is left is irreducible, not always the smallest.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.book.book import Book
from greenroute.solver.book.book_evaluate import of_each
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.cp_sat import new_solver
from greenroute.solver.plans.commitment_rows import most_kg
from greenroute.solver.plans.objective import LeastCost, Objective
from greenroute.solver.plans.order_moves import ranges_of
from greenroute.solver.plans.order_ways import BUDGET, row_names
from greenroute.solver.plans.plan_problem import PlanProblem, state_book
from greenroute.solver.program import Effort
from greenroute.units import G_PER_KG, KG_PER_TONNE

#: Books of more orders are not searched for a conflict.
MOST_ORDERS = 5_000
#: Effort of one test, in the deterministic seconds of CP-SAT.
TEST_EFFORT = 0.3
#: Effort of all tests together; members that are not tested any more stay.
TOTAL_EFFORT = 4.0
#: Effort of writing a model, by its columns.
_PER_COLUMN = 5e-5
#: Limits that are looked at one by one before a model is written.
_MOST_SINGLE = 8
_ROUNDING = 1e-9
#: A share of an order that the relaxation leaves over; less is rounding.
_SOME = 1e-6

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScarceLimit:
    """A capacity, a budget or a commitment of a conflict.

    Attributes
    ----------
    name
        "capacity LANE WEEK", "budget NAME" or "commitment ID".
    tonnes
        How much there is, or must be: of goods, or of CO2e [t].
    least_tonnes
        The least that the orders of the conflict need of it, if each may go as suits
        this limit best [t]; 0 for a commitment.
    most_tonnes
        The most that all orders could bring to a commitment [t]; None for other limits.
    """

    name: str
    tonnes: float
    least_tonnes: float
    most_tonnes: float | None = None

    def text(self) -> str:
        """Return it in words."""
        told = f"{self.name} is {self.tonnes:,.3f} t"
        if self.most_tonnes is not None:
            return f"{told}, and all orders could bring {self.most_tonnes:,.3f} t to it at most"
        if self.least_tonnes > 0:
            return f"{told}, and they need {self.least_tonnes:,.3f} t of it at least"
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Orders that cannot all be served within some limits.

    Attributes
    ----------
    order_ids
        Orders; each of them has ways, but not all of them at once.
    limits
        Capacities, budgets and commitments that stand against it.
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
        against = "; ".join(limit.text() for limit in self.limits)
        verb = "cannot all be served" if plural else "cannot be served"
        end = (
            "Without any one of these there is no conflict."
            if self.irreducible
            else "Not proven that fewer of these are no conflict."
        )
        if not self.order_ids:
            return f"no plan keeps these: {against}. {end}"
        return f"order{plural} {whom} {verb}: {against}. {end}"


_LISTED = 10


def find_conflict(
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    objective: Objective | None = None,
    params: PlanParams | None = None,
    charges: Charges | None = None,
) -> Conflict | None:
    """Return orders and limits that exclude each other; None where all can be served.

    Parameters
    ----------
    orders, network, rates, objective, params, charges
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
        charges=charges,
    )
    return conflict_of(problem)


def conflict_of(problem: PlanProblem) -> Conflict | None:
    """Return the conflict of a problem, as `find_conflict` does."""
    book = problem.book
    if book.n_orders > MOST_ORDERS:
        return None
    agreed = problem.params.commitments
    must = np.zeros(0, np.bool_) if agreed is None else agreed.must
    system = _System(book, must)
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

    def __init__(self, book: Book, must: Flags) -> None:
        self.book = book
        self.must = bool(must.any())
        self.size = book.n_orders + len(book.capacity) + len(book.budget)
        self.undecided = False
        self.effort = 0.0
        columns = np.arange(len(book.route))
        self.owner = np.repeat(np.arange(book.n_orders), np.diff(book.first_column))
        at, row = of_each(book.route_rows, book.route)
        self.limit = np.concatenate([book.capacity, book.budget])
        # Use of a row with a commitment is wanted: what is missing is beyond its limit.
        self.sign = np.ones(len(self.limit), np.int64)
        self.sign[book.commitment_row] = -1
        self.limit[book.commitment_row] = -np.where(must, book.least, 0)
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
        # Orders that need not be served may help to keep a commitment.
        if not m or self.must:
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
        wanted = bool((self.limit[limits] < 0).any())
        if not len(limits) or (not len(orders) and not wanted):
            return False
        if not wanted and self._too_much(orders, limits):
            return True
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
        if wanted:
            for order in np.flatnonzero(~members[:n]).tolist():
                first, last = self.book.first_column[order : order + 2].tolist()
                for column in range(first, last):
                    taken[column] = model.new_bool_var("")
                model.add_at_most_one(taken[column] for column in range(first, last))
        mine = members[:n][self.owner[self.column]] | wanted
        for limit in limits.tolist():
            uses = np.flatnonzero(mine & (self.thing == limit))
            terms = [taken[column] for column in self.column[uses].tolist()]
            use = (self.sign[limit] * self.use[uses]).tolist()
            total = cp_model.LinearExpr.weighted_sum(terms, use)
            model.add(total <= int(self.limit[limit]))
        solver = new_solver(Effort(TEST_EFFORT, math.inf))
        answer = solver.solve(model)
        spent = solver.response_proto.deterministic_time
        self.effort += spent + _PER_COLUMN * len(taken)
        self.undecided |= answer == cp_model.UNKNOWN
        return bool(answer == cp_model.INFEASIBLE)

    def _too_much(self, orders: Integers, limits: Integers) -> bool:
        """Return whether orders need more of some limits, or of all, than there is.

        A sum of limits is a limit: each order needs the least of its columns of it.
        """
        of, column = ranges_of(self.book.first_column, orders)
        scale = np.zeros(len(self.limit))
        scale[limits] = 1 / np.maximum(self.limit[limits], 1)
        rows = np.zeros(len(self.limit))
        rows[limits[limits < len(self.book.capacity)]] = 1.0
        for weight in (rows, scale, *np.diag(scale)[limits[:_MOST_SINGLE]]):
            use = np.bincount(
                self.column, self.use * weight[self.thing], minlength=len(self.owner)
            )
            least = np.full(self.book.n_orders, np.inf)
            np.minimum.at(least, of, use[column])
            if least[orders].sum() > float(weight @ self.limit) * (1 + _ROUNDING):
                return True
        return False

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
        if system.sign[limit] < 0:
            row = int(np.flatnonzero(book.commitment_row == limit)[0])
            limits.append(
                ScarceLimit(
                    name=names[limit],
                    tonnes=-int(system.limit[limit]) / scale,
                    least_tonnes=0.0,
                    most_tonnes=int(most_kg(book)[row]) / scale,
                )
            )
            continue
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
