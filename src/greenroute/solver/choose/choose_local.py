"""Improves a choice by moves and swaps, compiled.

A sweep lets each order in turn take its best column, where use above a limit costs a
price per unit. The prices rise on rows that are over and fall elsewhere, so that the
choice swings about what is feasible; whatever is feasible on the way is improved by moves
and by swaps of two orders, which keep the limits.
"""

import numpy as np
from numba import njit

from greenroute.solver.choose.choose_problem import Columns, Floats, Integers
from greenroute.solver.stop import Watch

#: Swings without a better choice before the search ends, and swings in all.
PATIENCE, MOST_SWINGS = 40, 400
#: Factors on the price of a row that is over, and of others.
RISE, FALL = 1.4, 0.95
#: Orders that a swap tries in a full row.
PARTNERS = 30


@njit(nogil=True, cache=True, error_model="numpy")
def add(columns: Columns, load: Floats, j: int, sign: float) -> None:
    """Add a column to the load, or take it off."""
    for e in range(columns.use_start[j], columns.use_start[j + 1]):
        load[columns.use_row[e]] += sign * columns.amount[e]


@njit(nogil=True, cache=True, error_model="numpy")
def room_for(columns: Columns, load: Floats, j: int) -> bool:
    """Return whether a column fits on top of the load."""
    for e in range(columns.use_start[j], columns.use_start[j + 1]):
        r = columns.use_row[e]
        if load[r] + columns.amount[e] > columns.limit[r]:
            return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def sweep(
    columns: Columns, choice: Integers, load: Floats, price: Floats, visit: Integers
) -> bool:
    """Let each order take its best column; return whether any has changed.

    An infinite price keeps what fits: then columns are taken only where there is room.
    """
    changed = False
    for o in visit:
        old = choice[o]
        add(columns, load, old, -1.0)
        best, least = old, np.inf
        for j in range(columns.start[o], columns.start[o + 1]):
            value = columns.cost[j]
            for e in range(columns.use_start[j], columns.use_start[j + 1]):
                r, a = columns.use_row[e], columns.amount[e]
                over = min(load[r] + a - columns.limit[r], a)
                if over > 0.0:
                    value += price[r] * over
            if value < least or (value == least and j == old):
                best, least = j, value
        choice[o] = best
        changed = changed or best != old
        add(columns, load, best, 1.0)
    return changed


@njit(nogil=True, cache=True, error_model="numpy")
def full_rows(columns: Columns, load: Floats, j: int) -> tuple[int, int]:
    """Return how many rows have no room for a column, and one of them."""
    count, row = 0, -1
    for e in range(columns.use_start[j], columns.use_start[j + 1]):
        r = columns.use_row[e]
        if load[r] + columns.amount[e] > columns.limit[r]:
            count, row = count + 1, r
    return count, row


@njit(nogil=True, cache=True, error_model="numpy")
def best_partner(
    columns: Columns,
    choice: Integers,
    load: Floats,
    members: Integers,
    wanted: int,
    most_cost: float,
) -> int:
    """Return the column by which another order makes room for the wanted one, or -1.

    `load` is without the order that wants it; `members` are the columns in the row that
    is full, of which those that are chosen are tried.
    """
    best = -1
    tried = 0
    for k in members:
        # The owner by bisection: an array of all would have to be carried along.
        p = np.searchsorted(columns.start, k, side="right") - 1
        if choice[p] != k or columns.start[p] <= wanted < columns.start[p + 1]:
            continue
        tried += 1
        if tried > PARTNERS:
            break
        add(columns, load, k, -1.0)
        if room_for(columns, load, wanted):
            add(columns, load, wanted, 1.0)
            for i in range(columns.start[p], columns.start[p + 1]):
                extra = columns.cost[i] - columns.cost[k]
                if extra < most_cost and room_for(columns, load, i):
                    best, most_cost = i, extra
            add(columns, load, wanted, -1.0)
        add(columns, load, k, 1.0)
    return best


@njit(nogil=True, cache=True, error_model="numpy")
def swap(
    columns: Columns,
    choice: Integers,
    load: Floats,
    row_start: Integers,
    row_column: Integers,
    visit: Integers,
) -> bool:
    """Let orders take cheaper columns for which another order makes room."""
    changed = False
    for o in visit:
        for j in range(columns.start[o], columns.start[o + 1]):
            old = choice[o]
            gain = columns.cost[old] - columns.cost[j]
            if gain <= 0.0:
                continue
            add(columns, load, old, -1.0)
            count, row = full_rows(columns, load, j)
            best = -1
            if count > 0:
                members = row_column[row_start[row] : row_start[row + 1]]
                # Where the tries begin differs from order to order.
                shift = (o * 7919) % len(members)
                best = best_partner(columns, choice, load, members[shift:], j, gain)
            if count == 0 or best >= 0:
                choice[o] = j
                add(columns, load, j, 1.0)
                changed = True
                if best >= 0:
                    p = np.searchsorted(columns.start, best, side="right") - 1
                    add(columns, load, choice[p], -1.0)
                    add(columns, load, best, 1.0)
                    choice[p] = best
            else:
                add(columns, load, old, 1.0)
    return changed


class Improver:
    """A local search over some columns, with its random numbers.

    Attributes
    ----------
    best
        The cheapest feasible choice so far; None if there is none.
    """

    def __init__(self, columns: Columns, prices: Floats, *, seed: int) -> None:
        self.columns = columns
        self.best: Integers | None = None
        self._random = np.random.default_rng(seed)
        self._row_column = np.repeat(
            np.arange(len(columns.cost)), np.diff(columns.use_start)
        )[np.argsort(columns.use_row, kind="stable")]
        count = np.bincount(columns.use_row, minlength=len(columns.limit))
        self._row_start = np.concatenate([[0], np.cumsum(count)])
        steep = float(np.abs(columns.cost).sum()) / max(float(columns.amount.sum()), 1)
        self._first_price = np.maximum(prices, 1e-3 * steep + 1e-12)

    def run(self, choice: Integers, watch: Watch) -> None:
        """Search from a choice, feasible or not, and keep the best."""
        choice = choice.copy()
        price = self._first_price.copy()
        waited = 0
        for swing in range(MOST_SWINGS):
            if waited > PATIENCE or (swing and _over(watch)):
                break
            load = self.columns.load(choice)
            over = load > self.columns.limit
            waited += self.best is not None
            if not over.any() and self.offer(self._descend(choice, watch)):
                waited = 0
            price *= np.where(over, RISE, FALL)
            sweep(self.columns, choice, load, price, self._visit())

    def offer(self, choice: Integers) -> bool:
        """Keep a choice if it is feasible and better; return whether it is."""
        if not self.columns.fits(choice):
            return False
        cost = self.columns.cost
        if self.best is not None and cost[choice].sum() >= cost[self.best].sum():
            return False
        self.best = choice.copy()
        return True

    def _visit(self) -> Integers:
        """Return the orders in random order."""
        return self._random.permutation(self.columns.n_orders)

    def _descend(self, choice: Integers, watch: Watch) -> Integers:
        """Return a choice that no move makes better, after one pass of swaps."""
        best = choice.copy()
        load = self.columns.load(best)
        wall = np.full(len(load), np.inf)
        visit = self._visit()
        changed = True
        while changed and not _over(watch):
            sweep(self.columns, best, load, wall, visit)
            changed = swap(
                self.columns,
                best,
                load,
                self._row_start,
                self._row_column,
                visit,
            )
        return best


def _over(watch: Watch) -> bool:
    """Return whether the time is over; rounds are counted in exact models."""
    return watch.interrupted or watch.seconds_left() <= 0.0
