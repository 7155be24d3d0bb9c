"""A bound of an order book in which every group counts whole boxes, for all its orders.

Each order pays a price of its own in each group that it could go through, whatever sign.
At any such prices an order chooses its column by itself, and a group chooses which of its
orders to take for the boxes that they fill; what both lose at least adds up to a bound.
With a price in proportion to the room it is the usual one. Capacities and budgets are left
out, which can only lower it.
"""

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.book.book import Book
from greenroute.solver.book.book_evaluate import of_each
from greenroute.solver.book.book_tables import Floats, kernel
from greenroute.solver.stop import Watch

#: Rounds of the ascent; first and last step as shares of the price of a box.
ROUNDS, FIRST_STEP, LAST_STEP = 600, 0.2, 0.0005
#: Rounds between two looks at the clock.
_CHUNK = 25
_MEAN, _SQUARE, _TINY = 0.9, 0.99, 1e-12
#: Groups of so many orders are looked at set by set.
MOST_TESTED = 7
_ROUNDING = 1e-9


def pair_bound(book: Book, watch: Watch, seconds: float) -> float:
    """Return a bound of the objective [cents].

    Parameters
    ----------
    watch
        Ends it early if interrupted.
    seconds
        Most time it may take.
    """
    if len(book.commitment_row) or len(book.group_rows.items):
        return -np.inf
    at, group = of_each(book.route_groups, book.route)
    box_cost = book.box_cost.astype(np.float64)
    owner = np.repeat(np.arange(book.n_orders), np.diff(book.first_column))
    pairs, of = np.unique(
        group.astype(np.int64) * book.n_orders + owner[at], return_inverse=True
    )
    of_group, order = np.divmod(pairs, max(book.n_orders, 1))
    start = np.searchsorted(of_group, np.arange(book.n_groups + 1))
    by_mass = book.mass[order] / book.box_mass[of_group]
    by_volume = book.volume[order] / book.box_volume[of_group]
    # The measure that fills the boxes first when all orders come.
    heavy = np.bincount(of_group, by_mass - by_volume, book.n_groups) > 0
    room = np.where(heavy[of_group], by_mass, by_volume)
    sizes = np.column_stack([by_mass, by_volume, room])
    price = room * box_cost[of_group]
    first = np.searchsorted(at, np.arange(len(book.route) + 1))
    columns = (book.first_column, book.cost + book.carbon_price * book.grams)
    slope, mean, square = (np.zeros(len(pairs)) for _ in range(3))
    scale = np.maximum(price, 0.2 * box_cost[of_group])
    best, begin = -np.inf, 0.0
    for turn in range(ROUNDS):
        bound = _bound(
            columns,
            book.unserved_cost,
            (first, of.reshape(-1)),
            (start, sizes),
            box_cost,
            price,
            slope,
        )
        best = max(best, bound)
        if turn == 0:
            # The first round may have to compile.
            begin = watch.seconds()
        share = FIRST_STEP * (LAST_STEP / FIRST_STEP) ** (turn / ROUNDS)
        mean = _MEAN * mean + (1 - _MEAN) * slope
        square = _SQUARE * square + (1 - _SQUARE) * slope**2
        fair = (1 - _MEAN ** (turn + 1)) / np.sqrt(1 - _SQUARE ** (turn + 1))
        price += share * scale * mean / fair / (np.sqrt(square) + _TINY)
        if turn % _CHUNK == 0 and (
            watch.interrupted or watch.seconds() - begin >= seconds
        ):
            break
    return float(best)


@kernel
def _fill_whole(  # noqa: PLR0913, PLR0917 - a kernel takes flat arrays
    begin: int,
    end: int,
    sizes: Floats,
    box_cost: float,
    price: Floats,
    slope: Floats,
    work: Floats,
) -> float:
    """Return the most that whole orders of a group bring above their boxes."""
    n, best, profit = end - begin, 0, 0.0
    work[0] = 0.0
    for chosen in range(1, 1 << n):
        last = 0
        while not (chosen >> last) & 1:
            last += 1
        k, rest = begin + last, chosen & (chosen - 1)
        work[chosen, 0] = work[rest, 0] + sizes[k, 0]
        work[chosen, 1] = work[rest, 1] + sizes[k, 1]
        work[chosen, 2] = work[rest, 2] + price[k]
        if work[chosen, 2] <= profit:
            continue
        # A little less room, so that rounding never makes a box too many.
        boxes = np.ceil(max(work[chosen, 0], work[chosen, 1]) - _ROUNDING)
        if work[chosen, 2] - boxes * box_cost > profit:
            best, profit = chosen, work[chosen, 2] - boxes * box_cost
    for at in range(n):
        if (best >> at) & 1:
            slope[begin + at] -= 1.0
    return profit


@kernel
def _fill_parts(
    begin: int,
    end: int,
    sizes: Floats,
    box_cost: float,
    price: Floats,
    slope: Floats,
) -> float:
    """Return the same, at least, where parts of orders may be taken."""
    room = sizes[begin:end, 2]
    worth = price[begin:end] / room
    by_worth = np.argsort(-worth)
    n, boxes, filled, gain, profit = end - begin, 0.0, 0.0, 0.0, 0.0
    at, then, stop, part = 0, 0.0, 0, 0.0
    while at < n and worth[by_worth[at]] > 0.0:
        # One box more, filled with what is worth most.
        boxes += 1.0
        while at < n and worth[by_worth[at]] > 0.0:
            k = by_worth[at]
            left = room[k] * (1.0 - then)
            if filled + left > boxes:
                share = (boxes - filled) / room[k]
                gain += worth[k] * room[k] * share
                then, filled = min(then + share, 1.0), boxes
                break
            gain += worth[k] * left
            filled += left
            at, then = at + 1, 0.0
        if gain - boxes * box_cost > profit:
            profit, stop, part = gain - boxes * box_cost, at, then
    if profit > 0.0:
        for m in range(stop):
            slope[begin + by_worth[m]] -= 1.0
        if part > 0.0:
            slope[begin + by_worth[stop]] -= part
    return profit


@kernel
def _bound(  # noqa: PLR0913, PLR0917 - a kernel takes flat arrays
    columns: tuple[NDArray[np.int64], Floats],
    unserved: NDArray[np.int64],
    used: tuple[NDArray[np.int64], NDArray[np.int64]],
    pairs: tuple[NDArray[np.int64], Floats],
    box_cost: Floats,
    price: Floats,
    slope: Floats,
) -> float:
    """Return the bound at some prices, and write its slope."""
    first_column, cost = columns
    first, of = used
    start, sizes = pairs
    total = 0.0
    slope[:] = 0.0
    for order in range(unserved.size):
        least, best = float(unserved[order]), -1
        for j in range(first_column[order], first_column[order + 1]):
            value = cost[j]
            for k in range(first[j], first[j + 1]):
                value += price[of[k]]
            if value < least:
                least, best = value, j
        total += least
        if best >= 0:
            for k in range(first[best], first[best + 1]):
                slope[of[k]] += 1.0
    work = np.empty((1 << MOST_TESTED, 3))
    for group in range(box_cost.size):
        begin, end = start[group], start[group + 1]
        per_box = float(box_cost[group])
        if end - begin <= MOST_TESTED:
            total -= _fill_whole(begin, end, sizes, per_box, price, slope, work)
        else:
            total -= _fill_parts(begin, end, sizes, per_box, price, slope)
    return total
