"""A stronger bound of an order book: boxes stay whole, the order rows are relaxed.

Every order gets a value (its dual, `value`). A group then fills whole boxes with the goods
that bring more than they cost, fractions of orders allowed, by falling gain per room: the
room an order takes is a mixture of its shares of a box by mass and by volume, so that no
filling that fits is missed. Goods on a route through several groups fight for value in the
first; in the others they pay a price per room, as in `book_duals`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from greenroute.solver.book import BY_MASS, BY_VOLUME
from greenroute.solver.book_duals import (
    Duals,
    box_price,
    carbon_price,
    room_price,
    route_prices,
    row_term,
    scales,
    step,
)
from greenroute.solver.book_tables import Floats, Integers, Tables, kernel
from greenroute.solver.bounds import inner, uncounted

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


class Slopes(NamedTuple):
    """Slopes of the bound, and the average of what was taken of each column."""

    value: Floats
    row: Floats
    budget: Floats
    mean: Floats
    keep: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Steps of an ascent, as shares of what values and prices are about.

    Attributes
    ----------
    first, last
        Of the first and the last round.
    move
        Those of prices, as a share of those of values.
    """

    first: float
    last: float
    move: float

    def at(self, part: float) -> float:
        """Return the step when a part of the rounds is over."""
        return float(self.first * (self.last / self.first) ** part)


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
def reduced_costs(t: Tables, d: Duals) -> Floats:
    """Return the price of each column without what it pays in the first of its groups."""
    prices = route_prices(t, d)
    for r in range(len(prices)):
        if t.group_start[r] < t.group_start[r + 1]:
            g = t.group_items[t.group_start[r]]
            price = room_price(t, d, g)
            prices[r, 0] -= d.lean[g] * price / t.box_mass[g]
            prices[r, 1] -= (1.0 - d.lean[g]) * price / t.box_volume[g]
    reduced = np.empty(len(t.route))
    for i in range(len(t.mass)):
        per_gram = carbon_price(t, d, i)
        for j in range(t.first[i], t.first[i + 1]):
            r = t.route[j]
            reduced[j] = (
                t.cost[j]
                + per_gram * t.grams[j]
                + prices[r, 0] * t.mass[i]
                + prices[r, 1] * t.volume[i]
                + prices[r, 2]
            )
    return reduced


@kernel
def alone(t: Tables, reduced: Floats) -> Floats:
    """Return the least price of each order outside the groups, or of not serving it."""
    least = t.unserved.astype(np.float64)
    for i in range(len(t.mass)):
        for j in range(t.first[i], t.first[i + 1]):
            r = t.route[j]
            if t.group_start[r] == t.group_start[r + 1]:
                least[i] = min(least[i], reduced[j])
    return least


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
def fill_groups(
    t: Tables, p: Pass, reduced: Floats, value: Floats, gain: Floats
) -> None:
    """Fill every group; write cost less gain of each."""
    for g in range(len(t.box_cost)):
        gain[g] = fill_group(t, p, reduced, value, g)


def bound_parts(t: Tables, d: Duals, value: Floats) -> tuple[Floats, Floats]:
    """Return what each order and each group gives to the bound."""
    reduced = reduced_costs(t, d)
    of_order = np.minimum(value, alone(t, reduced))
    of_group = np.empty(len(t.box_cost))
    fill_groups(t, make_pass(t, d), reduced, of_order, of_group)
    return of_order, of_group


@uncounted
def fixed_terms(t: Tables, d: Duals) -> float:
    """Return what rows and budgets give to the bound."""
    total = 0.0
    for r in range(len(t.capacity)):
        total += row_term(t, r, d.row[r])[0]
    for b in range(len(t.budget)):
        total -= d.budget[b] * t.budget[b]
    return total


@inner
def add_use(
    t: Tables, order: int, column: int, part: float, row: Floats, budget: Floats
) -> None:
    """Add what a part of an order uses on a column, except of boxes."""
    for k in range(t.level.shape[1]):
        if t.level[order, k] >= 0:
            budget[t.level[order, k]] += part * t.grams[column]
    r = t.route[column]
    for k in range(t.row_start[r], t.row_start[r + 1]):
        at = t.row_items[k]
        if t.measure[at] == BY_MASS:
            row[at] += part * t.mass[order]
        elif t.measure[at] == BY_VOLUME:
            row[at] += part * t.volume[order]
        else:
            row[at] += part


@uncounted
def slopes(  # noqa: C901, PLR0912 - one pass over orders, then one over each kind of price
    t: Tables, p: Pass, reduced: Floats, value: Floats, s: Slopes
) -> None:
    """Write the slopes of the bound in values, rows and budgets, and average the parts.

    What the groups leave of an order goes alone if its value is what that costs.
    """
    for r in range(len(s.row)):
        s.row[r] = 0.0
    for b in range(len(s.budget)):
        s.budget[b] = 0.0
    for i in range(len(t.mass)):
        whole, best, lowest = 0.0, -1, float(t.unserved[i])
        for j in range(t.first[i], t.first[i + 1]):
            r = t.route[j]
            if t.group_start[r] == t.group_start[r + 1]:
                p.part[j] = 0.0
                if reduced[j] < lowest:
                    best, lowest = j, reduced[j]
            whole += p.part[j]
        s.value[i] = 1.0 - whole
        if value[i] >= lowest:
            s.value[i] = min(1.0 - whole, 0.0)
            if best >= 0:
                p.part[best] = max(1.0 - whole, 0.0)
        for j in range(t.first[i], t.first[i + 1]):
            s.mean[j] += s.keep[0] * (p.part[j] - s.mean[j])
            if p.part[j] > 0.0:
                add_use(t, i, j, p.part[j], s.row, s.budget)
    for g in range(len(t.box_cost)):
        for k in range(t.use_start[g], t.use_start[g + 1]):
            s.row[t.use_row[k]] += p.boxes[g] * t.use_amount[k]
    for r in range(len(t.capacity)):
        free = row_term(t, r, p.d.row[r])[1]
        s.row[r] = (s.row[r] - free) / max(s.row[r], t.capacity[r], 1.0)
    for b in range(len(t.budget)):
        s.budget[b] = (s.budget[b] - t.budget[b]) / max(t.budget[b], 1.0)


def climb(
    t: Tables, d: Duals, value: Floats, mean: Floats, *, rounds: int, steps: Steps
) -> float:
    """Raise the strong bound by moving prices and values in place; return it.

    `mean` becomes the average over the later rounds of what is taken of each column.
    """
    n_orders = len(t.mass)
    now = Duals(d.row.copy(), d.budget.copy(), d.extra.copy(), d.lean.copy())
    at_value = value.copy()
    p = make_pass(t, now)
    s = Slopes(
        np.zeros(n_orders),
        np.zeros(len(d.row)),
        np.zeros(len(d.budget)),
        mean,
        np.zeros(1),
    )
    memory = [np.zeros((2, len(part))) for part in (value, d.row, d.budget)]
    of_row, of_budget = scales(t)
    scale = np.maximum(np.abs(value), 1.0)
    of_group = np.empty(len(t.box_cost))
    minimum = np.diff(t.short_start) > 0
    best = -np.inf
    for at in range(1, rounds + 1):
        reduced = reduced_costs(t, now)
        least = alone(t, reduced)
        np.minimum(at_value, least, out=at_value)
        fill_groups(t, p, reduced, at_value, of_group)
        bound = fixed_terms(t, now) + float(of_group.sum() + at_value.sum())
        if bound > best:
            best = bound
            value[:], d.row[:], d.budget[:] = at_value, now.row, now.budget
        s.keep[0] = max(1.0 / at, KEEP)
        slopes(t, p, reduced, at_value, s)
        share = steps.at(at / rounds)
        step(at_value, s.value, memory[0], share * scale, at)
        step(now.row, s.row, memory[1], steps.move * share * of_row, at)
        step(now.budget, s.budget, memory[2], steps.move * share * of_budget, at)
        np.maximum(now.row, 0.0, out=now.row, where=~minimum)
        np.maximum(now.budget, 0.0, out=now.budget)
    return best
