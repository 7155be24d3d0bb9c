"""A stronger bound of an order book: boxes stay whole, the order rows are relaxed.

Every order gets a value (its dual, `value`). A group then fills whole boxes with the goods
that bring more than they cost, fractions of orders allowed, by falling gain per room: the
room an order takes is a mixture of its shares of a box by mass and by volume, so that no
filling that fits is missed. Goods on a route through several groups fight for value in the
first; in the others they pay a price per room, as in `book_duals`.
"""

from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book_duals import (
    Duals,
    box_price,
    carbon_price,
    room_price,
    route_prices,
    row_term,
)
from greenroute.solver.book.book_tables import Floats, Integers, Tables, kernel
from greenroute.solver.search.bounds import inner, uncounted

#: Weight of a late round in the average of what is taken.
KEEP = 0.03


class Pass(NamedTuple):
    """A pass over all groups: prices, what is taken, and room to work.

    Attributes
    ----------
    d
        Prices.
    part
        Of each column, the fraction taken.
    boxes
        Of each group.
    room, gain, worth, taken, by_gain
        Of the orders that would gain in a group: room in boxes, gain, its order, column.
    """

    d: Duals
    part: Floats
    boxes: Floats
    room: Floats
    gain: Floats
    worth: Floats
    taken: Integers
    by_gain: Integers


def make_pass(t: Tables, d: Duals) -> Pass:
    """Return a pass that has taken nothing."""
    widest = int(np.diff(t.member_start).max(initial=1))
    return Pass(
        d=d,
        part=np.zeros(len(t.route)),
        boxes=np.zeros(len(t.box_cost)),
        room=np.empty(widest),
        gain=np.empty(widest),
        worth=np.empty(widest),
        taken=np.empty(widest, np.int64),
        by_gain=np.empty(widest, np.int64),
    )


@kernel
def own_prices(t: Tables, d: Duals) -> Floats:
    """Return the prices of routes without those of room in the first of their groups."""
    prices = route_prices(t, d)
    for r in range(len(prices)):
        if t.group_start[r] < t.group_start[r + 1]:
            g = t.group_items[t.group_start[r]]
            price = room_price(t, d, g)
            prices[r, 0] -= d.lean[g] * price / t.box_mass[g]
            prices[r, 1] -= (1.0 - d.lean[g]) * price / t.box_volume[g]
    return prices


@uncounted
def reduce_costs(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    t: Tables,
    d: Duals,
    prices: Floats,
    reduced: Floats,
    least: Floats,
    begin: int,
    end: int,
) -> None:
    """Write the price of columns of these orders, and the least that each costs alone.

    Without what a column pays in the first of its groups; alone is outside of groups, or
    not served.
    """
    for i in range(begin, end):
        per_gram = carbon_price(t, d, i)
        least[i] = t.unserved[i]
        for j in range(t.first[i], t.first[i + 1]):
            r = t.route[j]
            reduced[j] = (
                t.cost[j]
                + per_gram * t.grams[j]
                + prices[r, 0] * t.mass[i]
                + prices[r, 1] * t.volume[i]
                + prices[r, 2]
            )
            if t.group_start[r] == t.group_start[r + 1]:
                least[i] = min(least[i], reduced[j])


@inner
def sort_by(key: Floats, items: Integers, n: int) -> None:
    """Sort items by their keys, ascending, in place: a heap of two children."""
    for top in range(n // 2 - 1, -1, -1):
        sink(key, items, top, n)
    for end in range(n - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        sink(key, items, 0, end)


@inner
def sink(key: Floats, items: Integers, at: int, n: int) -> None:
    """Let an item sink to where its children have smaller keys."""
    item = items[at]
    while 2 * at + 1 < n:
        child = 2 * at + 1
        if child + 1 < n and key[items[child + 1]] > key[items[child]]:
            child += 1
        if key[items[child]] <= key[item]:
            break
        items[at] = items[child]
        at = child
    items[at] = item


@inner
def candidates(
    t: Tables, p: Pass, reduced: Floats, value: Floats, g: int, price: float
) -> int:
    """Collect the orders that would gain in a group; return how many."""
    lean, n, last = p.d.lean[g], 0, -1
    for k in range(t.member_start[g], t.member_start[g + 1]):
        j = t.member[k]
        i, r = t.owner[j], t.route[j]
        size = lean * t.mass[i] / t.box_mass[g]
        size += (1.0 - lean) * t.volume[i] / t.box_volume[g]
        first = t.group_items[t.group_start[r]] == g
        gain = value[i] - reduced[j] if first else size * price
        if first:
            p.part[j] = 0.0
        if gain <= 0.0:
            continue
        if i != last:
            p.room[n], p.gain[n], p.taken[n] = size, gain, j
            n, last = n + 1, i
        elif gain > p.gain[n - 1]:
            p.gain[n - 1], p.taken[n - 1] = gain, j
    return n


@inner
def fill_group(  # noqa: C901, PLR0915 - one walk along the sorted orders
    t: Tables, p: Pass, reduced: Floats, value: Floats, g: int
) -> float:
    """Fill the boxes of a group as well as can be; return cost less gain, at most 0."""
    per_box, fixed = box_price(t, p.d, g), float(t.fixed[g])
    n = candidates(t, p, reduced, value, g, room_price(t, p.d, g))
    p.boxes[g] = 0.0
    total = 0.0
    for k in range(n):
        total += p.gain[k]
        p.worth[k] = -p.gain[k] / max(p.room[k], 1e-300)
        p.by_gain[k] = k
    if per_box >= 0.0 and total <= per_box + fixed:
        return 0.0
    sort_by(p.worth, p.by_gain, n)
    profit, filled, at, part, boxes = 0.0, 0.0, 0, 0.0, 0
    while boxes < t.most[g]:
        # The next box: orders from `at` on, of which a part is in already.
        more, here, then = 0.0, at, part
        room = filled
        while here < n:
            k = p.by_gain[here]
            left = p.room[k] * (1.0 - then)
            if room + left > boxes + 1.0:
                share = (boxes + 1.0 - room) / p.room[k]
                more += p.gain[k] * share
                then += share
                room = boxes + 1.0
                break
            more += p.gain[k] * (1.0 - then)
            room += left
            here, then = here + 1, 0.0
        if more <= per_box:
            break
        boxes += 1
        profit += more - per_box
        filled, at, part = room, here, then
        if at == n:
            # What a price below zero makes of empty boxes.
            spare = t.most[g] - boxes if per_box < 0.0 else 0
            profit -= per_box * spare
            boxes += spare
            break
    if profit <= fixed:
        return 0.0
    for m in range(at):
        mark(t, p, p.taken[p.by_gain[m]], 1.0, g)
    if at < n and part > 0.0:
        mark(t, p, p.taken[p.by_gain[at]], part, g)
    p.boxes[g] = boxes
    return fixed - profit


@inner
def mark(t: Tables, p: Pass, j: int, part: float, g: int) -> None:
    """Note what is taken of a column, for the first of its groups."""
    if t.group_items[t.group_start[t.route[j]]] == g:
        p.part[j] = part


@uncounted
def fill_groups(  # noqa: PLR0913, PLR0917 - likewise
    t: Tables,
    p: Pass,
    reduced: Floats,
    value: Floats,
    gain: Floats,
    begin: int,
    end: int,
) -> None:
    """Fill these groups; write cost less gain of each."""
    for g in range(begin, end):
        gain[g] = fill_group(t, p, reduced, value, g)


def bound_parts(t: Tables, d: Duals, value: Floats) -> tuple[Floats, Floats]:
    """Return what each order and each group gives to the bound."""
    reduced, of_order = column_prices(t, d)
    np.minimum(value, of_order, out=of_order)
    of_group = np.empty(len(t.box_cost))
    fill_groups(t, make_pass(t, d), reduced, of_order, of_group, 0, len(of_group))
    return of_order, of_group


def column_prices(t: Tables, d: Duals) -> tuple[Floats, Floats]:
    """Return the price of each column, and the least that each order costs alone."""
    reduced, least = np.empty(len(t.route)), np.empty(len(t.mass))
    reduce_costs(t, d, own_prices(t, d), reduced, least, 0, len(least))
    return reduced, least


@uncounted
def fixed_terms(t: Tables, d: Duals) -> float:
    """Return what rows and budgets give to the bound."""
    total = 0.0
    for r in range(len(t.capacity)):
        total += row_term(t, r, d.row[r])[0]
    for b in range(len(t.budget)):
        total -= d.budget[b] * t.budget[b]
    return total
