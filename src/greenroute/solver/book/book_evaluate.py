"""What a choice for an order book costs and whether it is allowed; no search in here.

Plain NumPy on the definition of a `Book`, so that it can judge what any search returns.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.book.book import (
    BY_MASS,
    BY_ORDER,
    BY_VOLUME,
    NO_COLUMN,
    Book,
    Lists,
)

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A judged choice.

    Attributes
    ----------
    objective
        Cents, whether the choice is allowed or not.
    boxes
        Boxes of each group, int64 (n_groups,).
    row_use, budget_use
        Of each capacity row and each budget, int64.
    complaints
        A line for everything that is not allowed.
    """

    objective: float
    boxes: Integers
    row_use: Integers
    budget_use: Integers
    complaints: tuple[str, ...]


def evaluate(
    book: Book, columns: Integers, boxes: Integers | None = None
) -> Evaluation:
    """Return what a choice costs and what is wrong with it.

    Parameters
    ----------
    book
        What there is to choose from.
    columns
        Column of each order, (n_orders,), `NO_COLUMN` where it is not served.
    boxes
        Boxes of each group, (n_groups,); the least that hold the goods unless given.
    """
    served = np.flatnonzero(columns != NO_COLUMN)
    chosen = columns[served]
    foreign = (chosen < book.first_column[served]) | (
        chosen >= book.first_column[served + 1]
    )
    if foreign.any():
        order = int(served[foreign][0])
        msg = f"order {order} takes column {columns[order]}, which is not its own"
        return Evaluation(
            objective=np.inf,
            boxes=np.zeros(book.n_groups, np.int64),
            row_use=np.zeros(len(book.capacity), np.int64),
            budget_use=np.zeros(len(book.budget), np.int64),
            complaints=(msg,),
        )
    mass, volume = group_loads(book, served, chosen)
    least = least_boxes(book, mass, volume)
    boxes = least if boxes is None else boxes
    rows = row_use(book, served, chosen, boxes=boxes)
    budgets = budget_use(book, served, book.grams[chosen])
    unserved = np.ones(book.n_orders, bool)
    unserved[served] = False
    short = np.maximum(book.least - rows[book.commitment_row], 0)
    objective = (
        float(book.unserved_cost[unserved].sum() + book.cost[chosen].sum())
        + float((book.box_cost * boxes + book.fixed_cost * (boxes > 0)).sum())
        + book.carbon_price * float(book.grams[chosen].sum())
        + float(book.short_cost @ short)
    )
    complaints = (
        *_too_much("boxes of group", least, boxes),
        *_too_much("boxes of group", boxes, book.max_boxes),
        *_too_much("use of row", rows, book.capacity),
        *_too_much("grams of budget", budgets, book.budget),
    )
    return Evaluation(
        objective=objective,
        boxes=boxes,
        row_use=rows,
        budget_use=budgets,
        complaints=complaints,
    )


def least_grams(book: Book) -> Integers:
    """Return the least that the orders of each budget emit if all are served [g].

    No plan that serves every order with a column emits less, whatever the capacities.
    """
    served = np.flatnonzero(np.diff(book.first_column))
    grams = np.zeros(0, np.int64)
    if len(served):
        grams = np.minimum.reduceat(book.grams, book.first_column[served])
    return budget_use(book, served, grams)


def group_loads(book: Book, orders: Integers, chosen: Integers) -> tuple[Integers, ...]:
    """Return mass and volume in each group, for orders and the columns they take."""
    at, groups = of_each(book.route_groups, book.route[chosen])
    return tuple(
        _sums(groups, of_order[orders][at], book.n_groups)
        for of_order in (book.mass, book.volume)
    )


def least_boxes(book: Book, mass: Integers, volume: Integers) -> Integers:
    """Return the boxes that hold these masses and volumes."""
    by_mass = -(-mass // book.box_mass)
    return np.asarray(np.maximum(by_mass, -(-volume // book.box_volume)))


def row_use(
    book: Book, orders: Integers, chosen: Integers, *, boxes: Integers
) -> Integers:
    """Return the use of every capacity row, by boxes and by loose goods."""
    n_rows = len(book.capacity)
    at, rows = of_each(book.route_rows, book.route[chosen])
    measure = book.row_measure[rows]
    amount = np.zeros(len(rows), np.int64)
    for kind, of_order in ((BY_MASS, book.mass), (BY_VOLUME, book.volume)):
        amount = np.where(measure == kind, of_order[orders][at], amount)
    amount = np.where(measure == BY_ORDER, 1, amount)
    used = np.flatnonzero(boxes)
    item, box_rows = of_each(book.group_rows, used, with_items=True)
    per_box = np.repeat(boxes[used], np.diff(book.group_rows.start)[used])
    by_boxes = _sums(box_rows, book.group_use[item] * per_box, n_rows)
    return _sums(rows, amount, n_rows) + by_boxes


def budget_use(book: Book, orders: Integers, grams: Integers) -> Integers:
    """Return what orders that emit so much add up to in each budget [g]."""
    total = np.zeros(len(book.budget), np.int64)
    for level in book.budget_of_order.T:
        of = level[orders]
        total += _sums(of[of >= 0], grams[of >= 0], len(total))
    return total


def of_each(
    lists: Lists, rows: NDArray[np.integer], *, with_items: bool = False
) -> tuple[Integers, NDArray[np.integer]]:
    """Return the items of these rows one after another, and whose (or which) each is."""
    length = lists.start[rows + 1] - lists.start[rows]
    at = np.repeat(np.arange(len(rows)), length)
    behind = np.arange(len(at)) - np.repeat(np.cumsum(length) - length, length)
    item = lists.start[rows][at] + behind
    return (item if with_items else at), lists.items[item]


def _sums(at: NDArray[np.integer], amount: Integers, size: int) -> Integers:
    """Return sums of whole numbers by place, exactly."""
    total = np.zeros(size, np.int64)
    np.add.at(total, at, amount)
    return total


def _too_much(what: str, amount: Integers, most: Integers) -> list[str]:
    """Return a line for each place where there is more than the most."""
    return [
        f"{what} {i} is {amount[i]}, expected at most {most[i]}"
        for i in np.flatnonzero(amount > most)
    ]
