"""A small order book with all its columns as one integer model: the best choice, proven.

The linear relaxation of the whole book gives a bound and the reduced cost of each column.
HiGHS then looks for a plan among the columns of least reduced cost. A column that was left
out makes any plan cost at least the bound plus its reduced cost; so once those of the
columns left out exceed the distance to the best plan, no better plan needs them, and CP-SAT
proves, in whole numbers, which is the best among the others.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from greenroute.plan.termination import Termination
from greenroute.solver import highs
from greenroute.solver.book.book import NO_COLUMN, Book, BookChoice, Prices
from greenroute.solver.book.book_evaluate import evaluate
from greenroute.solver.book.exact_model import Model, lay_out
from greenroute.solver.cp_sat import prove
from greenroute.solver.program import Effort
from greenroute.solver.stop import Watch, relative_gap

#: Called with rounds, seconds, objective, bound and gap.
Progress = Callable[[int, float, float, float, float], None]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Larger books are searched by `solve_book`.
MOST_COLUMNS = 200_000
#: Books of so many columns are solved to the end, whatever gap would do.
PROVE_COLUMNS = 30_000
#: Columns of the first integer model.
FIRST_COLUMNS = 1_000
#: An objective this close to the bound is proven [cents].
PROVEN = 0.5
#: Work of a proof in a round, where rounds end a run; and if the gap asked for is
#: reached, in all: a minute or two.
_STEPS_PER_ROUND, _STEPS_BEYOND = 20.0, 40.0
#: Largest sum of costs in the units of a proof, as a power of two.
_BITS = 50
#: Share of a bound that floating point may have cost.
_ROUNDING = 1e-10
#: Nodes of a search in a round, where rounds end a run.
_NODES_PER_ROUND = 1_000


def is_small(book: Book) -> bool:
    """Return whether a book is small enough, and has nothing that the model leaves out."""
    plain = not len(book.commitment_row) and not len(book.group_rows.items)
    return plain and len(book.route) <= MOST_COLUMNS


def solve_exactly(
    book: Book,
    *,
    watch: Watch,
    start: Integers,
    progress: Progress | None = None,
) -> BookChoice:
    """Choose a column for every order, and prove it unless time or rounds end before.

    Up to `PROVE_COLUMNS` such books are solved to the end, though the work for a proof is
    limited if the gap of the stop is reached. What interrupts the watch is heard between
    two models, and while CP-SAT proves.

    Parameters
    ----------
    book
        By `is_small`.
    start
        A choice to begin with, (n_orders,).
    progress
        Told rounds, seconds, objective, bound and gap after each model.
    """
    run = _Run(book, watch, start)
    if watch.done():
        return run.result()
    relaxed = _relax(lay_out(book, np.arange(len(book.route))), watch)
    run.bound = max(relaxed.bound, 0.0)
    order = _ranked(book, relaxed.reduced)
    count = min(FIRST_COLUMNS, len(order))
    while run.goes_on():
        run.learn(_found(lay_out(book, np.sort(order[:count])), watch), progress)
        # All that could still be part of a better plan.
        room = run.best.objective - relaxed.bound
        needed = int(np.searchsorted(relaxed.reduced[order], room, side="right"))
        if needed <= count:
            break
        count = needed
    if run.goes_on():
        kept = np.union1d(order[:needed], run.columns[run.columns != NO_COLUMN])
        columns, bound = _proven(lay_out(book, kept), run)
        run.learn(columns, progress, bound=bound)
    return run.result()


class _Run:
    """The best plan and the bound, on the way."""

    def __init__(self, book: Book, watch: Watch, start: Integers) -> None:
        self.book = book
        self.watch = watch
        self.columns, self.best = start, evaluate(book, start)
        self.bound, self.rounds = 0.0, 0
        if self.best.complaints:
            self.columns = np.full(book.n_orders, NO_COLUMN)
            self.best = evaluate(book, self.columns)

    def goes_on(self) -> bool:
        """Return whether there is something to gain, and time for it."""
        watch, objective = self.watch, self.best.objective
        enough = watch.stop.gap if len(self.book.route) > PROVE_COLUMNS else 0.0
        return not (
            watch.interrupted
            or self.rounds >= watch.stop.rounds
            or watch.seconds_left() <= 0.0
            or objective - self.bound <= PROVEN
            or relative_gap(objective, self.bound) <= enough
        )

    def learn(
        self,
        columns: Integers | None,
        progress: Progress | None,
        *,
        bound: float = -math.inf,
    ) -> None:
        """Take what a model found."""
        self.rounds += 1
        if columns is not None:
            judged = evaluate(self.book, columns)
            if not judged.complaints and judged.objective < self.best.objective:
                self.columns, self.best = columns, judged
        objective = self.best.objective
        self.bound = max(self.bound, min(bound, objective))
        if progress is not None:
            bound = min(self.bound, objective)
            gap = relative_gap(objective, bound)
            progress(self.rounds, self.watch.seconds(), objective, bound, gap)

    def result(self) -> BookChoice:
        """Return what was found."""
        book, best = self.book, self.best
        proven = best.objective - self.bound <= PROVEN
        bound = best.objective if proven else self.bound
        return BookChoice(
            termination=Termination.OPTIMAL if proven else Termination.FEASIBLE,
            columns=self.columns,
            boxes=best.boxes,
            objective=best.objective,
            bound=bound,
            gap=relative_gap(best.objective, bound),
            prices=Prices(
                row=np.zeros(len(book.capacity)), budget=np.zeros(len(book.budget))
            ),
            rounds=self.rounds,
            seconds=self.watch.seconds(),
        )


def _ranked(book: Book, reduced: Floats) -> Integers:
    """Return the columns by reduced cost; among equals each order has its turn."""
    owner = np.repeat(np.arange(book.n_orders), np.diff(book.first_column))
    by_order = np.lexsort((reduced, owner))
    turn = np.empty(len(owner), np.int64)
    turn[by_order] = np.arange(len(owner)) - book.first_column[owner[by_order]]
    return np.lexsort((turn, reduced))


class _Relaxed(NamedTuple):
    """Bound of the linear relaxation, and the reduced cost of each column, >= 0."""

    bound: float
    reduced: Floats


def _relax(model: Model, watch: Watch) -> _Relaxed:
    """Solve the linear relaxation; the bound is computed again from its prices.

    Any prices give a bound: what rows are worth at them, and for each variable the least
    that it can cost.
    """
    program = model.program
    equal = program.lowest_row == program.highest_row
    high, matrix = program.highest_row, program.matrix
    # Its presolve takes longer than the simplex method on the reduced rows saves.
    options: dict[str, Any] = {"presolve": False}
    if math.isfinite(watch.stop.seconds):
        options["time_limit"] = max(watch.seconds_left(), 0.1)
    answer = linprog(  # type: ignore[call-overload]  # its stubs know no sparse arrays
        program.cost,
        A_ub=matrix[~equal],
        b_ub=high[~equal],
        A_eq=matrix[equal],
        b_eq=high[equal],
        bounds=np.column_stack([np.zeros_like(program.highest), program.highest]),
        method="highs",
        options=options,
    )
    price = np.zeros(len(high))
    if answer.status == 0:
        price[equal] = answer.eqlin.marginals
        price[~equal] = np.minimum(answer.ineqlin.marginals, 0.0)
    reduced = program.cost - matrix.T @ price
    least = np.minimum(reduced * program.highest, 0.0)
    n = len(model.columns)
    # One column of an order at most: the least counts once for each.
    of_order = np.zeros(model.book.n_orders)
    np.minimum.at(of_order, model.owner, np.minimum(reduced[:n], 0.0))
    bound = math.fsum(price * high) + float(of_order.sum()) + float(least[n:].sum())
    magnitude = float(np.abs(price * high).sum()) + abs(bound)
    return _Relaxed(
        bound=bound - _ROUNDING * magnitude, reduced=np.maximum(reduced[:n], 0.0)
    )


def _found(model: Model, watch: Watch) -> Integers | None:
    """Return a good choice among the columns of a model, if one is found."""
    nodes = _NODES_PER_ROUND * watch.stop.rounds
    effort = Effort(nodes, watch.seconds_left())
    values = highs.find(model.program, effort=effort).values
    return None if values is None else model.choice_of(values)


def _proven(model: Model, run: _Run) -> tuple[Integers | None, float]:
    """Return the best choice among the columns of a model, and a bound for it.

    Parts of a cent that a carbon price brings are counted in units so small that all of
    them together are far less than a cent, and rounded down.
    """
    program, watch = model.program, run.watch
    unit = 1.0
    if model.book.carbon_price:
        dearest = float(program.cost @ program.highest)
        unit = 2.0 ** max(math.floor(_BITS - math.log2(max(dearest, 1.0))), 0)
    whole = program._replace(cost=np.floor(program.cost * unit))
    steps = _STEPS_PER_ROUND * watch.stop.rounds
    if relative_gap(run.best.objective, run.bound) <= watch.stop.gap:
        steps = min(steps, _STEPS_BEYOND)
    proof = prove(
        whole,
        model.values_of(run.columns, run.best.boxes),
        effort=Effort(steps, watch.seconds_left()),
        interrupted=lambda: watch.interrupted,
    )
    columns = None if proof.values is None else model.choice_of(proof.values)
    return columns, proof.bound / unit
