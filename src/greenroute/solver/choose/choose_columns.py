"""Whole orders choose one column each under shared capacities, on plain arrays."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.plan.termination import Termination
from greenroute.solver.choose.choose_branch import branch
from greenroute.solver.choose.choose_exact import solve_exactly
from greenroute.solver.choose.choose_input import read_problem
from greenroute.solver.choose.choose_local import Improver
from greenroute.solver.choose.choose_problem import (
    TOLERANCE,
    Flags,
    Floats,
    Integers,
    Problem,
    settle,
)
from greenroute.solver.choose.choose_relaxation import Relaxation, relax, slacks
from greenroute.solver.program import Effort
from greenroute.solver.search.search_graph import whole_number
from greenroute.solver.stop import Gap, Stop, Watch, relative_gap

#: Columns beside the best of each order in the first exact model, and the work it may
#: take; at least what the next one has. Both double from then on.
FIRST_SIZE, FIRST_STEPS = 1_000, 0.5
NEXT_SIZE, NEXT_STEPS = 20_000, 8.0
#: Nodes of the first search by branch and bound, four times as many in the next, and the
#: share that it may have of the time left.
FIRST_NODES, SEARCH_SHARE = 200, 0.5
#: Columns of each order, on average, among which the local search looks first.
NEAR = 4
#: Rows that a reason names at most.
MOST_NAMED = 8
#: Rounding of sums in float64, as a share of what is added up.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A column for each order.

    Attributes
    ----------
    columns
        Column of each order, (n_orders,); empty if no choice was found.
    objective
        Sum of their costs; infinite if no choice was found.
    bound
        Proven: no choice costs less. Infinite if there is no choice.
    gap
        Distance of the objective from the bound, as a share of the objective.
    row_duals
        What one more unit of each capacity would save in the linear relaxation, >= 0,
        (n_rows,).
    termination
        OPTIMAL if the gap is below 1e-9, FEASIBLE above, INFEASIBLE if it is proven that
        there is no choice, NO_PLAN_FOUND if a limit came first.
    reason
        Why there is no choice, naming the rows or the order; empty if there is one.
    rounds
        Exact models that were solved or tried.
    """

    columns: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    row_duals: NDArray[np.float64]
    termination: Termination
    reason: str
    rounds: int


def choose_columns(
    order_of_column: ArrayLike,
    cost: ArrayLike,
    usage: object,
    capacity: ArrayLike,
    *,
    stop: Stop = Gap(1e-6),  # noqa: B008 - a stop is a frozen value
    seed: int = 0,
) -> Choice:
    """Choose one column for each order at least cost.

    Parameters
    ----------
    order_of_column
        Order of each column, integers (n_columns,); orders are 0 .. n_orders-1, and each
        has at least one column.
    cost
        Of each column, (n_columns,); it may be negative.
    usage
        What each column uses of each row, >= 0, scipy.sparse (n_rows, n_columns).
    capacity
        Most that the chosen columns may use of each row together, (n_rows,); inf where
        there is no limit. Numbers of up to six decimals are added exactly; a row with
        others may be over its capacity by 1e-9 of it.
    stop
        When to stop: gap, time, rounds, or several of them joined by ``|``. A round is
        an exact model; without a limit it goes on until the gap is reached.
    seed
        Of the random numbers. The same seed gives the same choice, unless time stops it.

    Returns
    -------
    Choice
        With a proven bound. Without any choice, its `reason` says why.

    Raises
    ------
    DataError
        If an argument has the wrong shape or type, is not finite or negative where it
        must not be, or an order has no column.

    Examples
    --------
    Two orders want the cheap column, one of them has to take the other:

    >>> from scipy import sparse
    >>> usage = sparse.csr_array([[3, 0, 3, 0]])
    >>> choice = choose_columns([0, 0, 1, 1], [10, 25, 10, 18], usage, [5])
    >>> choice.columns.tolist(), choice.objective, str(choice.termination)
    ([0, 3], 28.0, 'optimal')
    """
    watch = Watch(stop)
    seed = whole_number("seed", seed, 0, 2**31 - 1)
    given = read_problem(order_of_column, cost, usage, capacity)
    settled = settle(given)
    if settled.reason:
        return _none(given.n_rows, Termination.INFEASIBLE, math.inf, settled.reason)
    problem = settled.problem
    relaxation = relax(problem.columns, watch)
    if len(relaxation.conflict):
        reason = f"{_rows(problem, relaxation.conflict)} cannot be kept together, even by fractions of columns"
        return _none(given.n_rows, Termination.INFEASIBLE, math.inf, reason)
    search = _Search(problem, relaxation, watch, seed)
    search.improve()
    search.prove()
    return search.result()


class _Search:
    """The best choice and the bound, while they are being brought together."""

    def __init__(
        self, problem: Problem, relaxation: Relaxation, watch: Watch, seed: int
    ) -> None:
        self.problem = problem
        self.relaxation = relaxation
        self.watch = watch
        self.seed = seed
        self.best: Integers | None = None
        self.cost = math.inf
        self.bound = -math.inf
        self.rounds = 0
        self.lost = False
        self._slack = slacks(problem.columns, relaxation.prices)
        columns = problem.columns
        largest = np.maximum.reduceat(np.abs(columns.cost), columns.start[:-1])
        added = float(largest.sum() + relaxation.prices @ columns.limit)
        self._rounding = ROUNDING * added + (1e-6 if problem.whole_cost else 0.0)
        self._raise_bound(relaxation.bound)

    def improve(self) -> None:
        """Round the relaxation and search nearby; then everywhere, if that found none."""
        columns = self.problem.columns
        everywhere = np.ones(len(columns.cost), np.bool_)
        for among in (
            self._nearest(everywhere, NEAR * columns.n_orders),
            everywhere,
        ):
            self._improve(among, self.relaxation.share[among])
            if self.best is not None or among.all() or not self.watch.seconds_left():
                break

    def _improve(self, among: Flags, share: Floats) -> None:
        """Search near the columns of the largest shares, (columns among these,)."""
        part, place = self.problem.columns.select(among), np.flatnonzero(among)
        # Between equal shares, the better reduced cost.
        better = share - TOLERANCE * self._slack[place]
        improver = Improver(part, self.relaxation.prices, seed=self.seed)
        improver.run(_place_of_most(better, part.start), self.watch)
        if improver.best is not None:
            self._offer(place[improver.best])

    def prove(self) -> None:
        """Solve exact models over more and more columns, until the stop.

        They prove much faster what they need not find: between them, branch and bound
        looks for a better choice.
        """
        size, steps, nodes = FIRST_SIZE, FIRST_STEPS, FIRST_NODES
        searched = False
        while not self._done():
            core, is_all = self._core(size)
            effort = Effort(steps, self.watch.seconds_left())
            proof = solve_exactly(
                self.problem, core, self.best, effort=effort, seed=self.seed
            )
            self.rounds += 1
            if proof.values is not None:
                self._offer(proof.values)
            if is_all:
                # What was left out cannot be part of anything better than the best.
                self._raise_bound(min(proof.bound, self.cost))
            if is_all and proof.ended:
                self.lost = proof.bound < math.inf and self.best is None
                break
            size, steps = max(NEXT_SIZE, 2 * size), max(NEXT_STEPS, 2 * steps)
            if not (searched or self._done()):
                searched = self._branch(size, nodes)
                nodes *= 4

    def _branch(self, size: int, nodes: int) -> bool:
        """Look for a better choice; return whether there is nothing more to find."""
        core, is_all = self._core(size)
        seconds = SEARCH_SHARE * self.watch.seconds_left()
        found = branch(self.problem, core, effort=Effort(nodes, seconds))
        if found.choice is not None:
            self._offer(found.choice)
            if not self.problem.columns.fits(found.choice):
                taken = np.isin(np.flatnonzero(core), found.choice)
                self._improve(core, taken.astype(np.float64))
        return is_all and found.ended

    def _done(self) -> bool:
        """Return whether to stop."""
        return self.watch.done(gap=self.gap(), rounds=self.rounds)

    def _core(self, size: int) -> tuple[Flags, bool]:
        """Return columns for a model, and whether no other could help."""
        kept = self._could_help()
        core = self._nearest(kept, size + self.problem.columns.n_orders)
        return core, bool(core.sum() == kept.sum())

    def gap(self) -> float:
        """Return the distance of the best choice from the bound."""
        return relative_gap(self.cost, self.bound)

    def result(self) -> Choice:
        """Return what was found, in the units given."""
        problem = self.problem
        bound = self.bound / problem.cost_unit
        duals = np.zeros(problem.n_rows)
        duals[problem.row] = (
            self.relaxation.prices * problem.row_unit / problem.cost_unit
        )
        if self.best is None:
            termination, reason = self._no_choice()
            none = _none(problem.n_rows, termination, bound, reason)
            return replace(none, row_duals=duals, rounds=self.rounds)
        objective = self.cost / problem.cost_unit
        bound = min(bound, objective)
        gap = relative_gap(objective, bound)
        optimal = gap <= TOLERANCE
        return Choice(
            columns=problem.column[self.best],
            objective=objective,
            bound=bound,
            gap=gap,
            row_duals=duals,
            termination=Termination.OPTIMAL if optimal else Termination.FEASIBLE,
            reason="",
            rounds=self.rounds,
        )

    def _offer(self, choice: Integers) -> None:
        """Keep a choice if it is feasible and better."""
        columns = self.problem.columns
        cost = math.fsum(columns.cost[choice])
        if cost < self.cost and columns.fits(choice):
            self.best, self.cost = choice, cost
            self._raise_bound(self.bound)

    def _raise_bound(self, bound: float) -> None:
        """Raise the bound to a proven one; to the best cost where only rounding lies between."""
        if self.problem.whole_cost and math.isfinite(bound):
            bound = float(math.ceil(bound - self._rounding))
        if bound >= self.cost - self._rounding:
            bound = self.cost
        self.bound = max(self.bound, bound)

    def _could_help(self) -> Flags:
        """Return the columns that a choice better than the best could take, and the best.

        A column whose reduced cost is above that of its order by more than the gap is in
        no better choice; of whole costs, a better one is better by one at least.
        """
        if self.best is None:
            return np.ones(len(self._slack), np.bool_)
        room = self.cost - self.relaxation.bound + 2.0 * self._rounding
        kept = self._slack <= room - (1.0 if self.problem.whole_cost else 0.0)
        kept[self.best] = True
        return np.asarray(kept)

    def _nearest(self, kept: Flags, most: int) -> Flags:
        """Return the columns of least slack, the best of each order and the best choice."""
        if np.count_nonzero(kept) <= most:
            return kept
        slack = np.where(kept, self._slack, np.inf)
        near = slack <= np.partition(slack, most)[most]
        # Prices bring every order's best to a slack of zero, and that of many others.
        near |= self._slack <= 0.0
        if self.best is not None:
            near[self.best] = True
        return np.asarray(near)

    def _no_choice(self) -> tuple[Termination, str]:
        """Say why there is no choice."""
        if self.bound == math.inf:
            rows = _rows(self.problem, np.arange(len(self.problem.row)))
            return (
                Termination.INFEASIBLE,
                f"{rows} cannot be kept together by whole columns, only by fractions",
            )
        if self.lost:
            reason = "what keeps the capacities lies within the rounding of the model"
            return Termination.NO_PLAN_FOUND, reason
        return Termination.NO_PLAN_FOUND, "a limit came before the first choice"


def _none(n_rows: int, termination: Termination, bound: float, reason: str) -> Choice:
    """Return that there is no choice."""
    return Choice(
        columns=np.empty(0, np.int64),
        objective=math.inf,
        bound=bound,
        gap=relative_gap(math.inf, bound),
        row_duals=np.zeros(n_rows),
        termination=termination,
        reason=reason,
        rounds=0,
    )


def _rows(problem: Problem, rows: Integers) -> str:
    """Name some rows by the numbers given."""
    names = ", ".join(str(row) for row in problem.row[rows][:MOST_NAMED].tolist())
    more = f" and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    return f"row{'s' if len(rows) > 1 else ''} {names}{more}"


def _place_of_most(values: Floats, start: Integers) -> Integers:
    """Return where the largest value of each order is, the first of equal ones."""
    largest = np.maximum.reduceat(values, start[:-1])
    at = np.flatnonzero(values == np.repeat(largest, np.diff(start)))
    return at[np.searchsorted(at, start[:-1])]
