"""A small order book with all its columns as one integer model: the best choice, proven.

The linear relaxation of the whole book gives a bound and the reduced cost of each column.
HiGHS then solves the integer model of the columns of least reduced cost. A column that was
left out makes any plan cost at least the bound plus its reduced cost; so once those of the
columns left out exceed the distance to the best plan, that plan is the best of all.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array

from greenroute.plan.termination import Termination
from greenroute.solver.book.book import (
    BY_MASS,
    BY_ORDER,
    NO_COLUMN,
    Book,
    BookChoice,
    Prices,
)
from greenroute.solver.book.book_evaluate import Evaluation, evaluate, of_each
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
#: Share of a bound that floating point may have cost.
_ROUNDING = 1e-10
#: Costs in a model are at most this, so that tolerances fit them.
_LARGEST = 1e6
_HALF = 0.5
#: Nodes of the integer models in a round, where rounds end a run.
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

    Up to `PROVE_COLUMNS` the gap of the stop is not looked at: such books are solved to the
    end. What interrupts the watch is heard between two models.

    Parameters
    ----------
    book
        By `is_small`.
    start
        A choice to begin with, (n_orders,).
    progress
        Told rounds, seconds, objective, bound and gap after each model.
    """
    columns, best, bound, rounds = start, evaluate(book, start), 0.0, 0
    if best.complaints:
        columns = np.full(book.n_orders, NO_COLUMN)
        best = evaluate(book, columns)
    if watch.done():
        return _choice(book, columns, best, bound=bound, rounds=rounds, watch=watch)
    relaxed = _relax(_lay_out(book, np.arange(len(book.route))), watch)
    bound = max(relaxed.bound, 0.0)
    order = _ranked(book, relaxed.reduced)
    count = min(FIRST_COLUMNS, len(order))
    enough = watch.stop.gap if len(book.route) > PROVE_COLUMNS else 0.0
    while best.objective - bound > PROVEN and not _over(watch, rounds):
        if relative_gap(best.objective, bound) <= enough:
            break
        found, proven = _solve(_lay_out(book, np.sort(order[:count])), watch)
        rounds += 1
        judged = evaluate(book, found)
        if not judged.complaints and judged.objective < best.objective:
            columns, best = found, judged
        rest = relaxed.reduced[order[count]] if count < len(order) else math.inf
        bound = max(bound, float(min(proven, relaxed.bound + rest)))
        if progress is not None:
            gap = relative_gap(best.objective, min(bound, best.objective))
            progress(rounds, watch.seconds(), best.objective, bound, gap)
        # All that could still be part of a better plan.
        room = best.objective - relaxed.bound
        needed = int(np.searchsorted(relaxed.reduced[order], room, side="right"))
        if needed <= count:
            break
        count = needed
    return _choice(book, columns, best, bound=bound, rounds=rounds, watch=watch)


def _ranked(book: Book, reduced: Floats) -> Integers:
    """Return the columns by reduced cost; among equals each order has its turn."""
    owner = np.repeat(np.arange(book.n_orders), np.diff(book.first_column))
    by_order = np.lexsort((reduced, owner))
    turn = np.empty(len(owner), np.int64)
    turn[by_order] = np.arange(len(owner)) - book.first_column[owner[by_order]]
    return np.lexsort((turn, reduced))


def _over(watch: Watch, rounds: int) -> bool:
    """Return whether time or rounds end the run."""
    stop = watch.stop
    return watch.interrupted or rounds >= stop.rounds or watch.seconds_left() <= 0.0


def _choice(
    book: Book,
    columns: Integers,
    best: Evaluation,
    *,
    bound: float,
    rounds: int,
    watch: Watch,
) -> BookChoice:
    proven = best.objective - bound <= PROVEN
    bound = best.objective if proven else bound
    return BookChoice(
        termination=Termination.OPTIMAL if proven else Termination.FEASIBLE,
        columns=columns,
        boxes=best.boxes,
        objective=best.objective,
        bound=bound,
        gap=relative_gap(best.objective, bound),
        prices=Prices(
            row=np.zeros(len(book.capacity)), budget=np.zeros(len(book.budget))
        ),
        rounds=rounds,
        seconds=watch.seconds(),
    )


class _Model(NamedTuple):
    """The model of some columns.

    Variables in turn: columns, orders that are not served, uses (an order in a group),
    boxes of groups, departures of groups that have a price for the first box.
    """

    book: Book
    columns: Integers
    owner: Integers
    cost: Floats
    highest: Floats
    whole: Integers
    matrix: csr_array
    lowest_row: Floats
    highest_row: Floats


class _Rows:
    """Rows of a matrix, as they come."""

    def __init__(self) -> None:
        self.parts: list[tuple[Integers, Integers, Floats]] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.n = 0

    def add(
        self,
        entries: list[tuple[Integers, Integers, NDArray[Any]]],
        high: NDArray[Any],
        *,
        equal: bool = False,
    ) -> None:
        """Add rows; entries are (row, variable, coefficient)."""
        for row, variable, value in entries:
            self.parts.append((row + self.n, variable, value.astype(np.float64)))
        self.high.append(high.astype(np.float64))
        self.low.append(self.high[-1] if equal else np.full(len(high), -np.inf))
        self.n += len(high)

    def matrix(self, width: int) -> csr_array:
        row, variable, value = (
            np.concatenate(c) for c in zip(*self.parts, strict=True)
        )
        return csr_array(coo_array((value, (row, variable)), shape=(self.n, width)))


def _lay_out(book: Book, columns: Integers) -> _Model:
    """Return the model of some columns, ascending."""
    n, n_orders, n_groups = len(columns), book.n_orders, book.n_groups
    every = np.repeat(np.arange(n_orders), np.diff(book.first_column))
    owner = every[columns]
    at, group = of_each(book.route_groups, book.route[columns])
    key, use = np.unique(owner[at] * max(n_groups, 1) + group, return_inverse=True)
    order, of_group = np.divmod(key, max(n_groups, 1))
    first_use, n_uses = n + n_orders, len(key)
    first_box = first_use + n_uses
    paid = np.flatnonzero(book.fixed_cost)
    number = np.zeros(n_groups, np.int64)
    number[paid] = first_box + n_groups + np.arange(len(paid))
    rows, uses = _Rows(), np.arange(n_uses)
    numbers, groups = np.arange(n_orders), np.arange(n_groups)
    ones = np.ones(n)
    rows.add(
        [
            (owner, np.arange(n), ones),
            (numbers, n + numbers, np.ones(n_orders)),
        ],
        np.ones(n_orders),
        equal=True,
    )
    rows.add(
        [
            (use.reshape(-1), at, np.ones(len(at))),
            (uses, first_use + uses, np.full(n_uses, -1)),
        ],
        np.zeros(n_uses),
        equal=True,
    )
    alone = np.zeros(n_uses, np.int64)
    for size, room in ((book.mass, book.box_mass), (book.volume, book.box_volume)):
        share = size[order] / room[of_group]
        rows.add(
            [
                (of_group, first_use + uses, share),
                (groups, first_box + groups, np.full(n_groups, -1)),
            ],
            np.zeros(n_groups),
        )
        alone = np.maximum(alone, -(-size[order] // room[of_group]))
    # Whole boxes for every single order: what makes the relaxation tight.
    rows.add(
        [
            (uses, first_use + uses, alone),
            (uses, first_box + of_group, np.full(n_uses, -1)),
        ],
        np.zeros(n_uses),
    )
    opens = np.flatnonzero(book.fixed_cost[of_group])
    turn = np.arange(len(opens))
    rows.add(
        [
            (turn, first_use + opens, np.ones(len(opens))),
            (turn, number[of_group[opens]], np.full(len(opens), -1)),
        ],
        np.zeros(len(opens)),
    )
    _add_limits(book, columns, owner, rows)
    width = first_box + n_groups + len(paid)
    highest = np.ones(width)
    most = np.bincount(of_group, weights=alone, minlength=n_groups)
    highest[first_box : first_box + n_groups] = np.minimum(most, book.max_boxes)
    whole = np.ones(width, np.int64)
    whole[first_use:first_box] = 0
    price = book.cost[columns] + book.carbon_price * book.grams[columns]
    cost = [price, book.unserved_cost, np.zeros(n_uses)]
    cost += [book.box_cost, book.fixed_cost[paid]]
    return _Model(
        book=book,
        columns=columns,
        owner=owner,
        cost=np.concatenate(cost).astype(np.float64),
        highest=highest,
        whole=whole,
        matrix=rows.matrix(width),
        lowest_row=np.concatenate(rows.low),
        highest_row=np.concatenate(rows.high),
    )


def _add_limits(book: Book, columns: Integers, owner: Integers, rows: _Rows) -> None:
    """Add capacities and budgets."""
    at, row = of_each(book.route_rows, book.route[columns])
    measure = book.row_measure[row]
    size = np.where(measure == BY_MASS, book.mass[owner[at]], book.volume[owner[at]])
    use = np.where(measure == BY_ORDER, 1, size)
    rows.add([(row.astype(np.int64), at, use)], book.capacity)
    for level in book.budget_of_order.T:
        mine = np.flatnonzero(level[owner] >= 0)
        budget = level[owner[mine]].astype(np.int64)
        rows.add([(budget, mine, book.grams[columns[mine]])], book.budget)


class _Relaxed(NamedTuple):
    """Bound of the linear relaxation, and the reduced cost of each column, >= 0."""

    bound: float
    reduced: Floats


def _relax(model: _Model, watch: Watch) -> _Relaxed:
    """Solve the linear relaxation; the bound is computed again from its prices.

    Any prices give a bound: what rows are worth at them, and for each variable the least
    that it can cost.
    """
    equal = model.lowest_row == model.highest_row
    high, matrix = model.highest_row, model.matrix
    # Its presolve takes longer than the simplex method on the reduced rows saves.
    options: dict[str, Any] = {"presolve": False}
    if math.isfinite(watch.stop.seconds):
        options["time_limit"] = max(watch.seconds_left(), 0.1)
    answer = linprog(  # type: ignore[call-overload]  # its stubs know no sparse arrays
        model.cost,
        A_ub=matrix[~equal],
        b_ub=high[~equal],
        A_eq=matrix[equal],
        b_eq=high[equal],
        bounds=np.column_stack([np.zeros_like(model.highest), model.highest]),
        method="highs",
        options=options,
    )
    price = np.zeros(len(high))
    if answer.status == 0:
        price[equal] = answer.eqlin.marginals
        price[~equal] = np.minimum(answer.ineqlin.marginals, 0.0)
    reduced = model.cost - matrix.T @ price
    least = np.minimum(reduced * model.highest, 0.0)
    n = len(model.columns)
    # One column of an order at most: the least counts once for each.
    of_order = np.zeros(model.book.n_orders)
    np.minimum.at(of_order, model.owner, np.minimum(reduced[:n], 0.0))
    bound = math.fsum(price * high) + float(of_order.sum()) + float(least[n:].sum())
    magnitude = float(np.abs(price * high).sum()) + abs(bound)
    return _Relaxed(
        bound=bound - _ROUNDING * magnitude, reduced=np.maximum(reduced[:n], 0.0)
    )


def _solve(model: _Model, watch: Watch) -> tuple[Integers, float]:
    """Return the best choice among the columns of a model, and a bound for it."""
    options: dict[str, Any] = {"mip_rel_gap": 0.0}
    if math.isfinite(watch.stop.seconds):
        options["time_limit"] = max(watch.seconds_left(), 0.1)
    if math.isfinite(watch.stop.rounds):
        options["node_limit"] = int(_NODES_PER_ROUND * watch.stop.rounds)
    scale = max(float(np.abs(model.cost).max(initial=0.0)) / _LARGEST, 1.0)
    answer = milp(
        model.cost / scale,
        constraints=LinearConstraint(model.matrix, model.lowest_row, model.highest_row),
        integrality=model.whole,
        bounds=Bounds(0, model.highest),
        options=options,  # type: ignore[arg-type]  # its TypedDict is private
    )
    columns = np.full(model.book.n_orders, NO_COLUMN)
    if answer.x is not None:
        taken = np.flatnonzero(answer.x[: len(model.columns)] > _HALF)
        columns[model.owner[taken]] = model.columns[taken]
    bound = answer.mip_dual_bound
    proven = -math.inf if bound is None else float(bound) * scale
    if math.isfinite(proven):
        proven -= _ROUNDING * abs(proven)
    return columns, proven
