"""What one order more or less on a way changes, all other orders staying as they are.

Plain NumPy on the definition of a `Book`: boxes that are shared are counted whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_evaluate import (
    budget_use,
    group_loads,
    least_boxes,
    of_each,
    row_use,
)

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A choice, and what it uses.

    Attributes
    ----------
    book
        What is chosen for.
    columns
        Column of each order, or `NO_COLUMN`.
    mass, volume
        In each group.
    rows, budgets
        Use of each capacity row and each budget.
    """

    book: Book
    columns: Integers
    mass: Integers
    volume: Integers
    rows: Integers
    budgets: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Orders that each, alone, change to another column.

    Attributes
    ----------
    order, column
        Who, and to what; all columns of some orders, side by side, (n,).
    cents, grams
        What it changes; for an order that is not served, what it adds, (n,).
    row_at, row
        Moves, and capacity rows that they would fill beyond their capacity.
    budget_at, budget
        Moves, and budgets that they would exceed.
    """

    order: Integers
    column: Integers
    cents: Integers
    grams: Integers
    row_at: Integers
    row: Integers
    budget_at: Integers
    budget: Integers

    def fits(self) -> NDArray[np.bool_]:
        """Return which moves no capacity and no budget forbids, bool (n,)."""
        fits = np.ones(len(self.order), dtype=np.bool_)
        fits[self.row_at] = False
        fits[self.budget_at] = False
        return fits


def stand(book: Book, columns: Integers) -> Standing:
    """Return what a choice uses."""
    served = np.flatnonzero(columns != NO_COLUMN)
    chosen = columns[served]
    mass, volume = group_loads(book, served, chosen)
    boxes = least_boxes(book, mass, volume)
    return Standing(
        book=book,
        columns=columns,
        mass=mass,
        volume=volume,
        rows=row_use(book, served, chosen, boxes=boxes),
        budgets=budget_use(book, served, book.grams[chosen]),
    )


def compare_moves(standing: Standing, orders: Integers) -> Moves:
    """Return all moves of some orders; the one to their own column changes nothing.

    Capacities and commitments count goods by mass, and boxes use none, as in books of
    freight.
    """
    book, columns = standing.book, standing.columns
    order, column = ranges_of(book.first_column, orders)
    served = orders[columns[orders] != NO_COLUMN]
    saved = np.zeros(book.n_orders, np.int64)
    grams = np.zeros(book.n_orders, np.int64)
    saved[served] = book.cost[columns[served]]
    grams[served] = book.grams[columns[served]]
    at, group = of_each(book.route_groups, book.route[columns[served]])
    np.add.at(saved, served[at], _boxes_less(standing, served[at], group))
    inside = _pairs(served[at], group, book.n_groups)
    move, group = of_each(book.route_groups, book.route[column])
    aboard = np.isin(_pairs(order[move], group, book.n_groups), inside)
    cents = book.cost[column] - saved[order]
    np.add.at(cents, move, _boxes_more(standing, order[move], group, aboard))
    row_at, row = _full_rows(standing, served, order, column)
    cents += _shortfalls(standing, served, order, column)
    change = book.grams[column] - grams[order]
    budget_at, budget = _beyond(standing, order, change)
    return Moves(
        order=order,
        column=column,
        cents=cents,
        grams=change,
        row_at=row_at,
        row=row,
        budget_at=budget_at,
        budget=budget,
    )


def _pairs(order: Integers, thing: NDArray[np.integer], size: int) -> Integers:
    return np.asarray(order * max(size, 1) + thing, np.int64)


def _box_cents(
    book: Book, group: NDArray[np.integer], mass: Integers, volume: Integers
) -> Integers:
    by_mass = -(-mass // book.box_mass[group])
    boxes = np.maximum(by_mass, -(-volume // book.box_volume[group]))
    return np.asarray(
        boxes * book.box_cost[group] + (boxes > 0) * book.fixed_cost[group]
    )


def _boxes_less(
    standing: Standing, order: Integers, group: NDArray[np.integer]
) -> Integers:
    """Return what is saved in a group when an order leaves it."""
    book, mass, volume = standing.book, standing.mass[group], standing.volume[group]
    without = mass - book.mass[order], volume - book.volume[order]
    return np.asarray(
        _box_cents(book, group, mass, volume) - _box_cents(book, group, *without)
    )


def _boxes_more(
    standing: Standing,
    order: Integers,
    group: NDArray[np.integer],
    aboard: NDArray[np.bool_],
) -> Integers:
    """Return what a group costs more with an order than without it."""
    book = standing.book
    mass = standing.mass[group] - np.where(aboard, book.mass[order], 0)
    volume = standing.volume[group] - np.where(aboard, book.volume[order], 0)
    joined = mass + book.mass[order], volume + book.volume[order]
    return np.asarray(
        _box_cents(book, group, *joined) - _box_cents(book, group, mass, volume)
    )


def _shortfalls(
    standing: Standing, served: Integers, order: Integers, column: Integers
) -> Integers:
    """Return what moves change in the price of what commitments lack."""
    book = standing.book
    cents = np.zeros(len(order))
    for row, least, price in zip(
        book.commitment_row.tolist(),
        book.least.tolist(),
        book.short_cost.tolist(),
        strict=True,
    ):
        counts = np.zeros(len(book.route_rows.start) - 1, np.bool_)
        of = np.repeat(np.arange(len(counts)), np.diff(book.route_rows.start))
        counts[of[book.route_rows.items == row]] = True
        before = np.zeros(book.n_orders, np.int64)
        before[served] = counts[book.route[standing.columns[served]]]
        change = book.mass[order] * (counts[book.route[column]] - before[order])
        used = int(standing.rows[row])
        short = np.maximum(least - used - change, 0) - max(least - used, 0)
        cents += price * short
    return np.rint(cents).astype(np.int64)


def _full_rows(
    standing: Standing, served: Integers, order: Integers, column: Integers
) -> tuple[Integers, Integers]:
    book = standing.book
    n_rows = len(book.capacity)
    at, row = of_each(book.route_rows, book.route[standing.columns[served]])
    inside = _pairs(served[at], row, n_rows)
    move, row = of_each(book.route_rows, book.route[column])
    aboard = np.isin(_pairs(order[move], row, n_rows), inside)
    full = ~aboard & (standing.rows[row] + book.mass[order[move]] > book.capacity[row])
    return move[full], row[full].astype(np.int64)


def _beyond(
    standing: Standing, order: Integers, change: Integers
) -> tuple[Integers, Integers]:
    book = standing.book
    found: list[tuple[Integers, Integers]] = []
    for level in book.budget_of_order.T:
        budget = level[order].astype(np.int64)
        move = np.flatnonzero((budget >= 0) & (change > 0))
        mine = budget[move]
        over = standing.budgets[mine] + change[move] > book.budget[mine]
        found.append((move[over], mine[over]))
    none = np.empty(0, np.int64)
    return (
        np.concatenate([none, *(part[0] for part in found)]),
        np.concatenate([none, *(part[1] for part in found)]),
    )


def places(sorted_keys: NDArray[np.integer]) -> Integers:
    """Return the place of each among those with its key."""
    new = np.ones(len(sorted_keys), dtype=np.bool_)
    new[1:] = np.diff(sorted_keys) != 0
    begin = np.flatnonzero(new)
    count = np.diff(np.append(begin, len(sorted_keys)))
    return np.arange(len(sorted_keys)) - np.repeat(begin, count)


def ranges_of(first: Integers, rows: Integers) -> tuple[Integers, Integers]:
    """Return whose, and all numbers `first[row]` to `first[row + 1]` of some rows."""
    count = np.diff(first)[rows]
    of = np.repeat(rows, count)
    behind = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    return of, first[of] + behind
