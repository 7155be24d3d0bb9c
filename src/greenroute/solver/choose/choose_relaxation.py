"""The linear relaxation of a choice, by prices and by sifted columns.

At any prices of the rows every order takes its least reduced cost; the sum of these, less
prices times limits, is a bound on all choices. It is computed here in float64 from the
prices alone, so a solver that errs costs time, never truth. GLOP finds the prices: over
all columns if they are few, else over those of small reduced cost, until no other column
is worth adding. An order with one column in it needs no row.

With all costs zero, prices whose bound is above zero prove that no choice keeps the rows.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from ortools.linear_solver.python import model_builder_helper as helper
from scipy import sparse

from greenroute.solver.choose.choose_problem import (
    TOLERANCE,
    Columns,
    Flags,
    Floats,
    Integers,
)
from greenroute.solver.stop import Watch

#: Up to so many columns, all of them are given to GLOP at once.
FEW_COLUMNS = 8_000
#: Columns beyond the best of each order that sifting begins with, and that it adds: at
#: least so many, and so many per row.
MORE_COLUMNS, MORE_PER_ROW = 3_000, 10
#: Steps of the price ascent, its first and last step as shares of a typical price, and
#: the decay of the mean of directions and of their squares, as in Adam.
STEPS, FIRST_STEP, LAST_STEP = 300, 10.0, 1e-3
MEAN, SQUARE = 0.9, 0.99
#: Share of the time for the ascent, and for the relaxation in all.
ASCENT_SHARE, SHARE = 0.2, 0.5
#: Times that the penalty of use above a limit is raised, and how much.
RAISES, RAISE = 4, 100.0
MOST_ROUNDS = 60


class Relaxation(NamedTuple):
    """What the relaxation gives.

    Attributes
    ----------
    bound
        Proven: no choice costs less.
    prices
        Of the rows, >= 0, which prove it.
    share
        How much of each column the relaxation takes, (n_columns,).
    conflict
        Rows that no choice can keep together; empty if the relaxation can keep all.
    """

    bound: float
    prices: Floats
    share: Floats
    conflict: Integers


class _Answer(NamedTuple):
    """What GLOP says: shares of the columns, prices, objective, use above the limits."""

    share: Floats
    prices: Floats
    objective: float
    excess: float


@njit(nogil=True, cache=True, error_model="numpy")
def reduce_costs(columns: Columns, prices: Floats) -> tuple[Floats, Floats, Integers]:
    """Return reduced costs, the least of each order, and where it is."""
    n_orders = len(columns.start) - 1
    reduced, least = np.empty(len(columns.cost)), np.empty(n_orders)
    best = np.empty(n_orders, np.int64)
    for o in range(n_orders):
        least[o] = np.inf
        for j in range(columns.start[o], columns.start[o + 1]):
            value = columns.cost[j]
            for e in range(columns.use_start[j], columns.use_start[j + 1]):
                value += prices[columns.use_row[e]] * columns.amount[e]
            reduced[j] = value
            if value < least[o]:
                least[o], best[o] = value, j
    return reduced, least, best


def bound_of(columns: Columns, prices: Floats) -> float:
    """Return the bound that prices prove."""
    _, least, _ = reduce_costs(columns, prices)
    return math.fsum(least) - math.fsum(prices * columns.limit)


def slacks(columns: Columns, prices: Floats) -> Floats:
    """Return what each column has above the least reduced cost of its order."""
    reduced, least, _ = reduce_costs(columns, prices)
    return reduced - np.repeat(least, np.diff(columns.start))


def relax(columns: Columns, watch: Watch) -> Relaxation:
    """Solve the relaxation, as far as the time allows."""
    spread = _spreads(columns)
    prices = np.zeros(len(columns.limit))
    if len(columns.cost) > FEW_COLUMNS and spread.any():
        prices = _ascend(columns, spread, watch)
    typical = float(spread[spread > 0].mean()) if spread.any() else 1.0
    penalty = 10.0 * typical * _largest_row_count(columns)
    for _ in range(RAISES):
        found, excess = _sift(columns, prices, penalty, watch)
        if excess <= TOLERANCE or _late(watch, SHARE):
            return found
        conflict = _conflict(columns, watch)
        if len(conflict):
            return found._replace(bound=math.inf, conflict=conflict)
        prices = found.prices
        penalty *= RAISE
    return found


def _late(watch: Watch, share: float) -> bool:
    """Return whether this share of the time is over."""
    return watch.interrupted or watch.seconds() > share * watch.stop.seconds


def _spreads(columns: Columns) -> Floats:
    """Return the dearest less the cheapest column of each order."""
    first = columns.start[:-1]
    most = np.maximum.reduceat(columns.cost, first)
    least = np.minimum.reduceat(columns.cost, first)
    return np.asarray(most - least)


def _largest_row_count(columns: Columns) -> float:
    """Return how many columns of mean amount a row has room for, at most."""
    n_rows = len(columns.limit)
    count = np.bincount(columns.use_row, minlength=n_rows)
    total = np.bincount(columns.use_row, weights=columns.amount, minlength=n_rows)
    used = (total > 0) & (columns.limit > 0)
    if not used.any():
        return 1.0
    return float(np.max(columns.limit[used] * count[used] / total[used])) + 1.0


def _ascend(columns: Columns, spread: Floats, watch: Watch) -> Floats:
    """Return prices near the best, by steps along the excess of each row."""
    rows, limit = len(columns.limit), columns.limit
    price = np.zeros(rows)  # of all of a row
    best_price, best = price, -math.inf
    mean, square = np.zeros(rows), np.zeros(rows)
    typical = float(spread.sum()) / max(rows, 1)
    ratio = (LAST_STEP / FIRST_STEP) ** (1 / STEPS)
    for step in range(STEPS):
        if _late(watch, ASCENT_SHARE):
            break
        _, least, choice = reduce_costs(columns, price / limit)
        value = float(least.sum() - price.sum())
        if value > best:
            best_price, best = price, value
        direction = columns.load(choice) / limit - 1.0
        mean = MEAN * mean + (1 - MEAN) * direction
        square = SQUARE * square + (1 - SQUARE) * direction**2
        scale = np.sqrt(square / (1 - SQUARE ** (step + 1))) + TOLERANCE
        length = typical * FIRST_STEP * ratio**step
        move = mean / (1 - MEAN ** (step + 1)) / scale
        price = np.maximum(price + length * move, 0.0)
    return np.asarray(best_price / limit)


def _sift(
    columns: Columns, prices: Floats, penalty: float, watch: Watch
) -> tuple[Relaxation, float]:
    """Solve over some columns and add others while they could help."""
    slack = slacks(columns, prices)
    more = max(MORE_COLUMNS, MORE_PER_ROW * len(prices))
    core = _first_core(slack, more)
    best = Relaxation(
        bound_of(columns, prices),
        prices,
        (slack <= 0.0).astype(np.float64),
        np.empty(0, np.int64),
    )
    excess = 0.0
    for _ in range(MOST_ROUNDS):
        if _late(watch, SHARE):
            break
        answer = _solve_core(columns, core, penalty, watch)
        if answer is None:
            break
        excess = answer.excess
        bound = bound_of(columns, answer.prices)
        best = best._replace(share=answer.share)
        if bound > best.bound:
            best = best._replace(bound=bound, prices=answer.prices)
        left = answer.objective - best.bound
        if left <= max(TOLERANCE, 0.01 * watch.stop.gap) * abs(answer.objective):
            break
        if not _grow(columns, core, answer.prices, more):
            break
    return best, excess


def _first_core(slack: Floats, more: int) -> Flags:
    """Return the columns to begin with: the best of each order and the nearest others."""
    if len(slack) <= FEW_COLUMNS:
        return np.ones(len(slack), np.bool_)
    room = np.count_nonzero(slack <= 0) + more
    if room >= len(slack):
        return np.ones(len(slack), np.bool_)
    return np.asarray(slack <= np.partition(slack, room)[room])


def _grow(columns: Columns, core: Flags, prices: Floats, most: int) -> bool:
    """Add the columns whose reduced cost is below that of their order; say if any is."""
    reduced, _, _ = reduce_costs(columns, prices)
    within = np.minimum.reduceat(np.where(core, reduced, np.inf), columns.start[:-1])
    below = np.repeat(within, np.diff(columns.start)) - reduced
    rounding = TOLERANCE * (np.abs(within).mean() + np.abs(columns.cost).mean())
    outside = np.flatnonzero(~core & (below > rounding))
    if len(outside) > most:
        outside = outside[np.argpartition(-below[outside], most)[:most]]
    core[outside] = True
    return len(outside) > 0


def _solve_core(
    columns: Columns, core: Flags, penalty: float, watch: Watch
) -> _Answer | None:
    """Solve over the columns in the core; use above a limit costs a penalty a share."""
    part = columns.select(core)
    first, count = part.start[:-1], np.diff(part.start)
    single = first[count == 1]
    free = np.repeat(count > 1, count)
    places = np.flatnonzero(free)
    base = np.repeat(np.minimum.reduceat(part.cost, first), count)
    n_rows, n_free = len(part.limit), len(places)
    n_split = int(np.count_nonzero(count > 1))
    order = np.repeat(np.arange(n_split), count[count > 1])
    chosen = np.repeat(free, np.diff(part.use_start))
    entry_column = np.repeat(np.arange(n_free), np.diff(part.use_start)[places])
    row = part.use_row[chosen]
    # A row is measured in shares of its limit, a cost in shares of a typical one.
    matrix = sparse.csr_matrix(
        (
            np.concatenate(
                [
                    np.ones(n_free),
                    part.amount[chosen] / part.limit[row],
                    -np.ones(n_rows),
                ]
            ),
            (
                np.concatenate([order, row + n_split, np.arange(n_rows) + n_split]),
                np.concatenate(
                    [np.arange(n_free), entry_column, np.arange(n_rows) + n_free]
                ),
            ),
        ),
        shape=(n_split + n_rows, n_free + n_rows),
    )
    cost = (part.cost - base)[places]
    unit = float(cost.mean()) if cost.any() else 1.0
    room = 1.0 - part.load(single) / part.limit
    solver = _glop(
        np.concatenate([cost / unit, np.full(n_rows, penalty / unit)]),
        np.concatenate([np.ones(n_split), np.full(n_rows, -np.inf)]),
        np.concatenate([np.ones(n_split), room]),
        matrix,
        watch,
    )
    if solver is None:
        return None
    values, duals = np.asarray(solver.variable_values()), solver.dual_values()
    share = np.zeros(len(part.cost))
    share[single] = 1.0
    share[places] = values[:n_free]
    everywhere = np.zeros(len(core))
    everywhere[core] = share
    return _Answer(
        everywhere,
        np.maximum(-np.asarray(duals)[n_split:], 0.0) * unit / part.limit,
        float(solver.objective_value()) * unit + float(base[first].sum()),
        float(values[n_free:].sum()),
    )


def _glop(
    cost: Floats,
    row_least: Floats,
    row_most: Floats,
    matrix: "sparse.csr_matrix[np.float64]",
    watch: Watch,
) -> helper.ModelSolverHelper | None:
    """Run GLOP; None unless it says that it reached an optimum."""
    model = helper.ModelBuilderHelper()
    # Its types are those of pybind11, which know no arrays.
    bounds: list[Any] = [np.zeros(len(cost)), np.full(len(cost), np.inf)]
    arrays: list[Any] = [*bounds, cost, row_least, row_most, matrix]
    model.fill_model_from_sparse_data(*arrays)
    solver = helper.ModelSolverHelper("glop")
    # The start without any split order costs least, so the dual simplex needs no first
    # phase: three times as fast as the default here.
    solver.set_solver_specific_parameters("use_dual_simplex: true")
    left = SHARE * watch.stop.seconds - watch.seconds()
    if math.isfinite(left):
        solver.set_time_limit_in_seconds(max(left, 0.01))
    solver.solve(model)
    if solver.status() != helper.SolveStatus.OPTIMAL:
        return None
    return solver


def _conflict(columns: Columns, watch: Watch) -> Integers:
    """Return rows that cannot be kept together; empty unless prices prove it."""
    free = columns._replace(cost=np.zeros(len(columns.cost)))
    # Prices of the whole limit are at most the penalty, so one is the natural unit.
    found, excess = _sift(free, np.zeros(len(columns.limit)), 1.0, watch)
    total = float(found.prices @ columns.limit)
    if excess > TOLERANCE and found.bound > TOLERANCE * total:
        return np.flatnonzero(found.prices > TOLERANCE * found.prices.max())
    return np.empty(0, np.int64)
