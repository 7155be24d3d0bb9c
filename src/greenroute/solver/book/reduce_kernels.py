"""Compiled kernels that find what no best choice for an order book needs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.book.book import BY_MASS, BY_VOLUME
from greenroute.solver.book.book_tables import Indices, Integers, kernel, wide
from greenroute.solver.search.bounds import inner

#: Groups of so many orders are tested for every set of them.
MOST_TESTED = 12
#: What a set must save to count [cents]: sums of floats are not exact.
_SOME_CENTS = 1e-6


class Sizes(NamedTuple):
    """Mass and volume of each order and of a box of each group, and prices of boxes.

    `closed` marks groups whose boxes are limited or use rows; they are left as they are.
    """

    mass: NDArray[np.int64]
    volume: NDArray[np.int64]
    box_mass: NDArray[np.int64]
    box_volume: NDArray[np.int64]
    box_cost: NDArray[np.int64]
    fixed: NDArray[np.int64]
    closed: NDArray[np.bool_]


class Columns(NamedTuple):
    """Columns of a book and what their routes use.

    `owner` and `first` say whose a column is, `grams` is empty where no budget counts
    them, `measure` and `capacity` are those of rows.
    """

    first: NDArray[np.int64]
    owner: NDArray[np.int32]
    route: NDArray[np.int32]
    grams: NDArray[np.int64]
    group_start: NDArray[np.int32]
    groups: NDArray[np.int32]
    row_start: NDArray[np.int32]
    rows: NDArray[np.int32]
    measure: NDArray[np.int8]
    capacity: NDArray[np.int64]


class Left(NamedTuple):
    """What is left of a book.

    Attributes
    ----------
    price
        Of each column with carbon, and with the boxes that it has for itself.
    extra
        Cents of those boxes.
    column, group, row
        What still counts.
    instead
        Column of the same order that does as well; itself while it counts.
    touched, again
        Orders of which something went in the last round, and in this one: only for them
        more may go.
    """

    price: NDArray[np.float64]
    extra: NDArray[np.int64]
    column: NDArray[np.bool_]
    group: NDArray[np.bool_]
    row: NDArray[np.bool_]
    instead: NDArray[np.int32]
    touched: NDArray[np.bool_]
    again: NDArray[np.bool_]


@inner
def box_count(s: Sizes, group: int, mass: int, volume: int) -> int:
    """Return the boxes that goods of this mass and volume fill."""
    by_mass = -(-mass // s.box_mass[group])
    by_volume = -(-volume // s.box_volume[group])
    return int(max(by_mass, by_volume))


@inner
def own_boxes(s: Sizes, order: int, group: int) -> float:
    """Return what boxes of its own cost an order; infinite where they may be short."""
    if s.closed[group]:
        return np.inf
    count = box_count(s, group, s.mass[order], s.volume[order])
    return float(count * s.box_cost[group] + s.fixed[group])


@inner
def has(
    start: NDArray[np.int32], items: NDArray[np.int32], route: int, item: int
) -> bool:
    """Return whether an item is on the list of a route."""
    for k in range(start[route], start[route + 1]):  # noqa: SIM110 - numba compiles no generators
        if items[k] == item:
            return True
    return False


@inner
def price_instead(c: Columns, s: Sizes, left: Left, j: int, k: int) -> float:
    """Return what column k costs at most in the place of j; infinite where it may not fit.

    It has boxes of its own in groups that j does not go through.
    """
    if c.grams.size and c.grams[k] > c.grams[j]:
        return np.inf
    rj, rk = c.route[j], c.route[k]
    for at in range(c.row_start[rk], c.row_start[rk + 1]):
        row = wide(c.rows[at])
        if left.row[row] and not has(c.row_start, c.rows, rj, row):
            return np.inf
    price = left.price[k]
    for at in range(c.group_start[rk], c.group_start[rk + 1]):
        group = wide(c.groups[at])
        if left.group[group] and not has(c.group_start, c.groups, rj, group):
            price += own_boxes(s, wide(c.owner[k]), group)
    return float(price)


@kernel
def drop_rows(c: Columns, s: Sizes, left: Left) -> None:
    """Let rows go that all orders on their columns together cannot fill."""
    load = np.zeros(left.row.size, np.int64)
    last = np.full(left.row.size, -1, np.int64)
    for j in range(c.route.size):
        if not left.column[j]:
            continue
        order, route = c.owner[j], c.route[j]
        for at in range(c.row_start[route], c.row_start[route + 1]):
            row = wide(c.rows[at])
            if last[row] == order:
                continue
            last[row] = order
            if c.measure[row] == BY_MASS:
                load[row] += s.mass[order]
            elif c.measure[row] == BY_VOLUME:
                load[row] += s.volume[order]
            else:
                load[row] += 1
    for row in range(load.size):
        if load[row] <= c.capacity[row]:
            left.row[row] = False


@kernel
def drop_beaten(c: Columns, s: Sizes, left: Left) -> int:
    """Let columns go that another one of their order can always stand in for."""
    dropped = 0
    for order in range(c.first.size - 1):
        if not left.touched[order]:
            continue
        for j in range(c.first[order], c.first[order + 1]):
            if not left.column[j]:
                continue
            for k in range(c.first[order], c.first[order + 1]):
                if k == j or not left.column[k] or left.price[k] > left.price[j]:
                    continue
                if price_instead(c, s, left, j, k) <= left.price[j]:
                    left.column[j], left.instead[j] = False, k
                    left.again[order] = True
                    dropped += 1
                    break
    return dropped


@inner
def most_saved(c: Columns, s: Sizes, left: Left, j: int, group: int) -> float:
    """Return what free boxes of a group save on a column, against the best without."""
    order = wide(c.owner[j])
    best = left.price[j] + own_boxes(s, order, group)
    for k in range(c.first[order], c.first[order + 1]):
        if not left.column[k] or left.price[k] >= best:
            continue
        if not has(c.group_start, c.groups, c.route[k], group):
            best = min(best, price_instead(c, s, left, j, k))
    return float(best - left.price[j])


@inner
def sharing_pays(
    s: Sizes,
    group: int,
    orders: NDArray[np.int64],
    saved: NDArray[np.float64],
    work: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> bool:
    """Return whether a set of orders saves more than the boxes that it fills together."""
    # All of them, or even all of them in one box, say it for most groups.
    all_mass, all_volume, all_gain = 0, 0, 0.0
    for at in range(orders.size):
        # An order that saves nothing is in no set that pays.
        if saved[at] > 0.0:
            all_mass += int(s.mass[orders[at]])
            all_volume += int(s.volume[orders[at]])
            all_gain += saved[at]
    if all_gain <= s.box_cost[group] + s.fixed[group]:
        return False
    filled = box_count(s, group, all_mass, all_volume)
    if all_gain > filled * s.box_cost[group] + s.fixed[group] + _SOME_CENTS:
        return True
    mass, volume, gain = work
    mass[0], volume[0], gain[0] = 0, 0, 0.0
    for chosen in range(1, 1 << orders.size):
        last = 0
        while not (chosen >> last) & 1:
            last += 1
        rest = chosen & (chosen - 1)
        mass[chosen] = mass[rest] + s.mass[orders[last]]
        volume[chosen] = volume[rest] + s.volume[orders[last]]
        gain[chosen] = gain[rest] + saved[last]
        if gain[chosen] <= s.box_cost[group]:
            continue
        count = box_count(s, group, mass[chosen], volume[chosen])
        cost = float(count * s.box_cost[group] + s.fixed[group])
        if gain[chosen] > cost + _SOME_CENTS:
            return True
    return False


@inner
def may_go(c: Columns, left: Left, member: NDArray[np.int32]) -> bool:
    """Return whether a group with these columns is small, and has a touched order."""
    n, last, touched = 0, -1, False
    for j in member:
        if not left.column[j]:
            touched = touched or left.touched[c.owner[j]]
        elif c.owner[j] != last:
            last, n = c.owner[j], n + 1
            touched = touched or left.touched[last]
            if n > MOST_TESTED:
                return False
    return touched


@kernel
def drop_groups(  # noqa: C901 - one pass over groups
    c: Columns,
    s: Sizes,
    left: Left,
    start: NDArray[np.int64],
    member: NDArray[np.int32],
) -> int:
    """Let groups go whose boxes nobody should share: each order pays for its own.

    `member[start[g] : start[g + 1]]` are the columns of group g, ascending.
    """
    dropped = 0
    room = 1 << MOST_TESTED
    work = (
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.float64),
    )
    widest = 1
    for g in range(left.group.size):
        widest = max(widest, start[g + 1] - start[g])
    orders, saved = np.empty(widest, np.int64), np.empty(widest, np.float64)
    for g in range(left.group.size):
        if not left.group[g] or s.closed[g]:
            continue
        if not may_go(c, left, member[start[g] : start[g + 1]]):
            continue
        n = 0
        for at in range(start[g], start[g + 1]):
            j = member[at]
            if not left.column[j]:
                continue
            most = most_saved(c, s, left, j, g)
            if n and orders[n - 1] == c.owner[j]:
                saved[n - 1] = max(saved[n - 1], most)
            else:
                orders[n], saved[n] = c.owner[j], most
                n += 1
        if n > 1 and sharing_pays(s, g, orders[:n], saved[:n], work):
            continue
        left.group[g] = False
        dropped += 1
        for at in range(start[g], start[g + 1]):
            j = member[at]
            if left.column[j]:
                own = own_boxes(s, wide(c.owner[j]), g)
                left.price[j] += own
                left.extra[j] += np.int64(own)
                left.again[c.owner[j]] = True
    return dropped


@kernel
def digest_members(
    left: Left, start: NDArray[np.int64], member: NDArray[np.int32]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return 64 bits of the columns that each group has left, and how many they are.

    Columns are mixed by the steps of splitmix64.
    """
    n_groups = left.group.size
    bits, count = np.zeros(n_groups, np.uint64), np.zeros(n_groups, np.int64)
    for g in range(n_groups):
        for at in range(start[g], start[g + 1]):
            if left.column[member[at]]:
                z = np.uint64(member[at] + 1) * np.uint64(0x9E3779B97F4A7C15)
                z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
                z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
                bits[g] += z ^ (z >> np.uint64(31))
                count[g] += 1
    return bits, count


@kernel
def outer_groups(
    first_column: Integers,
    route: Indices,
    group_start: Indices,
    groups: Indices,
    left: NDArray[np.bool_],
) -> tuple[Indices, Indices]:
    """Return the first and the last group that is left on the columns of each order."""
    n_orders = len(first_column) - 1
    first, last = (
        np.full(n_orders, len(left), np.int32),
        np.full(n_orders, -1, np.int32),
    )
    for i in range(n_orders):
        for j in range(first_column[i], first_column[i + 1]):
            for k in range(group_start[route[j]], group_start[route[j] + 1]):
                g = groups[k]
                if left[g]:
                    first[i], last[i] = min(first[i], g), max(last[i], g)
    return first, last
