"""A bound of an order book in which each order has a price of its own in each group.

A pair is an order and a group that it could go through. At any prices of pairs, whatever
their sign, an order chooses its column by itself, and a group chooses which of its orders
to take for the whole boxes that they fill (`book_fill`); what both pay at least adds up to
a bound.
"""

from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book_duals import (
    MEAN,
    SQUARE,
    TINY,
    Duals,
    box_price,
    carbon_price,
    room_price,
    row_term,
)
from greenroute.solver.book.book_fill import (
    FAR,
    MOST_TESTED,
    NOTHING,
    Room,
    fill_boxes,
    fill_by_sets,
    sort_by_worth,
)
from greenroute.solver.book.book_state import measured
from greenroute.solver.book.book_tables import (
    Floats,
    Indices,
    Integers,
    Singles,
    Tables,
    kernel,
    wide,
)
from greenroute.solver.search.bounds import inner, uncounted

#: Least step of a price, as a share of that of an order that fills a box.
LEAST_SHARE = 0.2


class Pairs(NamedTuple):
    """Orders × groups, those of an order side by side.

    Attributes
    ----------
    of, of_start
        Pairs of each column, in the order of its route's groups, and where they begin.
    start
        Pairs of each order, (n_orders + 1,).
    member_start, member, order
        Pairs of each group and their orders; what gained most per room comes first.
    scale
        What a price is about [cents].
    """

    of: Indices
    of_start: Indices
    start: Integers
    member_start: Integers
    member: Indices
    order: Indices
    scale: Singles


class Moves(NamedTuple):
    """Prices of pairs [cents] and how they move: slope, its mean and that of its square."""

    price: Singles
    slope: Singles
    mean: Singles
    square: Singles


class Choices(NamedTuple):
    """What is chosen at prices.

    Attributes
    ----------
    of_order, of_group
        What each gives to the bound.
    boxes
        Of each group.
    mean, keep
        Average of how often each column was chosen, and the weight of the last time, (1,).
    by_mass, lean
        Part of the room in each group's boxes that is told by mass, the rest by volume, and
        the step by which it moves, (1,).
    excess
        By how much the mass of what each group took fills its boxes more than its volume.
    """

    of_order: Floats
    of_group: Floats
    boxes: Floats
    mean: Singles
    keep: Floats
    by_mass: Floats
    lean: Floats
    excess: Floats


@kernel
def make_pairs(t: Tables, d: Duals) -> Pairs:
    """Return the pairs of a book."""
    n_groups, n_orders, n_columns = len(t.groups), len(t.orders), len(t.columns)
    of_start, start = (
        np.zeros(n_columns + 1, np.int32),
        np.zeros(n_orders + 1, np.int64),
    )
    for j in range(n_columns):
        r = t.columns[j].route
        of_start[j + 1] = of_start[j] + t.routes[r].group_end - t.routes[r].group_begin
    of = np.empty(of_start[n_columns], np.int32)
    group = np.empty(of_start[n_columns], np.int32)
    last, at = np.full(n_groups, -1), np.zeros(n_groups, np.int32)
    member_start = np.zeros(n_groups + 2, np.int64)
    n = 0
    for i in range(n_orders):
        for j in range(t.first[i], t.first[i + 1]):
            first = t.routes[t.columns[j].route].group_begin
            for k in range(of_start[j], of_start[j + 1]):
                g = t.group_items[first + k - of_start[j]]
                if last[g] != i:
                    last[g], at[g], group[n] = i, n, g
                    member_start[g + 2] += 1
                    n += 1
                of[k] = at[g]
        start[i + 1] = n
    for g in range(n_groups):
        member_start[g + 2] += member_start[g + 1]
    member, order = np.empty(n, np.int32), np.empty(n, np.int32)
    scale = np.empty(n, np.float32)
    for i in range(n_orders):
        for k in range(start[i], start[i + 1]):
            g = wide(group[k])
            to = member_start[g + 1]
            member[to], order[to] = k, i
            member_start[g + 1] += 1
            share = max(
                t.orders[i].mass / t.groups[g].box_mass,
                t.orders[i].volume / t.groups[g].box_volume,
            )
            of_box = max(abs(float(t.groups[g].box_cost)), abs(box_price(t, d, g)))
            scale[k] = of_box * max(share, LEAST_SHARE)
    return Pairs(of, of_start, start, member_start[:-1].copy(), member, order, scale)


def make_moves(t: Tables, d: Duals, p: Pairs) -> Moves:
    """Return prices in proportion to the room that orders take, and no memory."""
    n = len(p.member)
    slope, mean, square = (np.zeros(n, np.float32) for _ in range(3))
    return Moves(by_room(t, d, p), slope, mean, square)


@kernel
def by_room(t: Tables, d: Duals, p: Pairs) -> Singles:
    """Return prices of pairs in proportion to the mass and the volume that they take."""
    price = np.empty(len(p.member), np.float32)
    for g in range(len(t.groups)):
        of_box = room_price(t, d, g)
        for k in range(p.member_start[g], p.member_start[g + 1]):
            i = p.order[k]
            share = t.orders[i].mass / t.groups[g].box_mass
            share += t.orders[i].volume / t.groups[g].box_volume
            price[p.member[k]] = 0.5 * share * of_box
    return price


def make_choices(t: Tables) -> Choices:
    """Return choices of nothing."""
    n_groups = len(t.groups)
    return Choices(
        of_order=np.zeros(len(t.orders)),
        of_group=np.zeros(n_groups),
        boxes=np.zeros(n_groups),
        mean=np.zeros(len(t.columns), np.float32),
        keep=np.zeros(1),
        by_mass=np.full(n_groups, 0.5),
        lean=np.zeros(1),
        excess=np.zeros(n_groups),
    )


@inner
def column_price(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    t: Tables, d: Duals, p: Pairs, price: Singles, per_gram: float, order: int, j: int
) -> float:
    """Return what an order pays on a column: its own cost, rows, and prices of pairs."""
    r = t.columns[j].route
    value = t.columns[j].cost + per_gram * t.columns[j].grams
    for k in range(t.routes[r].row_begin, t.routes[r].row_end):
        value += d.row[t.row_items[k]] * measured(t, order, wide(t.row_items[k]))
    for k in range(p.of_start[j], p.of_start[j + 1]):
        value += price[p.of[k]]
    return float(value)


@uncounted
def choose_columns(  # noqa: PLR0913, PLR0917 - likewise
    t: Tables,
    d: Duals,
    p: Pairs,
    m: Moves,
    c: Choices,
    w: Room,
    size: Floats,
    begin: int,
    end: int,
) -> None:
    """Move the prices of these orders' pairs, and let them choose.

    Writes what each pays, slopes of their pairs, and their use. Columns that cost nearly
    as little as the best one count in parts.

    Parameters
    ----------
    size
        Step as a share of the scale, and by how much the means are too small yet.
    """
    for r in range(len(w.row)):
        w.row[r] = 0.0
    for b in range(len(w.budget)):
        w.budget[b] = 0.0
    for i in range(begin, end):
        move_prices(p, m, size, i)
        per_gram = carbon_price(t, d, i)
        unserved, begin_i, end_i = (
            float(t.orders[i].unserved),
            t.first[i],
            t.first[i + 1],
        )
        least = unserved
        for j in range(begin_i, end_i):
            w.value[j - begin_i] = column_price(t, d, p, m.price, per_gram, i, j)
            least = min(least, w.value[j - begin_i])
        c.of_order[i] = least
        heat = heat_of(p, w, i)
        total = likely(unserved - least, heat)
        for k in range(end_i - begin_i):
            w.value[k] = likely(w.value[k] - least, heat)
            total += w.value[k]
        for j in range(begin_i, end_i):
            part = w.value[j - begin_i] / total
            c.mean[j] += c.keep[0] * (part - c.mean[j])
            if part > 0.0:
                take(t, p, m, w, i, j, part)


@inner
def heat_of(p: Pairs, w: Room, order: int) -> float:
    """Return by how many cents more a column may cost an order and still count."""
    most = 0.0
    for k in range(p.start[order], p.start[order + 1]):
        most = max(most, float(p.scale[k]))
    return float(max(w.heat[0] * most, TINY))


@inner
def likely(above: float, heat: float) -> float:
    """Return how often something above the least is chosen, for once that this is."""
    return float(np.exp(-above / heat)) if above < FAR * heat else 0.0


@inner
def move_prices(p: Pairs, m: Moves, size: Floats, order: int) -> None:
    """Move the prices of an order's pairs along their slopes, which become 0."""
    for k in range(p.start[order], p.start[order + 1]):
        if size[0] > 0.0:
            slope = m.slope[k]
            m.mean[k] = MEAN * m.mean[k] + (1.0 - MEAN) * slope
            m.square[k] = SQUARE * m.square[k] + (1.0 - SQUARE) * slope * slope
            rough = np.sqrt(m.square[k] / size[2]) + TINY
            m.price[k] += size[0] * p.scale[k] * (m.mean[k] / size[1]) / rough
        m.slope[k] = 0.0


@inner
def take(  # noqa: PLR0913, PLR0917 - likewise
    t: Tables, p: Pairs, m: Moves, w: Room, order: int, column: int, part: float
) -> None:
    """Note a part of a column as chosen: slopes of its pairs, use of rows and budgets."""
    for k in range(p.of_start[column], p.of_start[column + 1]):
        m.slope[p.of[k]] += part
    for k in range(t.level.shape[1]):
        if t.level[order, k] >= 0:
            w.budget[t.level[order, k]] += part * t.columns[column].grams
    r = t.columns[column].route
    for k in range(t.routes[r].row_begin, t.routes[r].row_end):
        w.row[t.row_items[k]] += part * measured(t, order, wide(t.row_items[k]))


@uncounted
def choose_boxes(  # noqa: PLR0913, PLR0917 - likewise
    t: Tables, d: Duals, p: Pairs, m: Moves, c: Choices, w: Room, begin: int, end: int
) -> None:
    """Let these groups choose; write what each pays, subtract from slopes what it takes."""
    for g in range(begin, end):
        c.of_group[g] = -fill_group(t, d, p, m, c, w, g)


@inner
def fill_group(  # noqa: PLR0913, PLR0917 - likewise
    t: Tables, d: Duals, p: Pairs, m: Moves, c: Choices, w: Room, g: int
) -> float:
    """Return the most that orders bring a group above its boxes."""
    per_box, n, total = box_price(t, d, g), NOTHING, 0.0
    # One division a group, not one an order.
    per_mass, per_volume = 1.0 / t.groups[g].box_mass, 1.0 / t.groups[g].box_volume
    # What takes too much of one measure makes it count more.
    by_mass = min(max(c.by_mass[g] + c.lean[0] * c.excess[g], 0.0), 1.0)
    c.by_mass[g], c.excess[g] = by_mass, 0.0
    c.boxes[g] = 0.0
    begin, end = p.member_start[g], p.member_start[g + 1]
    last = len(w.pair)
    for k in range(begin, end):
        pair, i = p.member[k], p.order[k]
        price = m.price[pair]
        if price > 0.0:
            w.gain[n], w.pair[n], w.order[n] = price, pair, i
            w.mass[n], w.volume[n] = t.orders[i].mass, t.orders[i].volume
            total += price
            n += 1
        else:
            last -= 1
            w.pair[last], w.order[last] = pair, i
    if per_box >= 0.0 and total <= per_box + t.groups[g].fixed:
        return 0.0
    few = per_box >= 0.0 and n <= MOST_TESTED
    if few:
        profit = fill_by_sets(t, w, g, n, per_box)
    else:
        sort_by_worth(w, n, by_mass * per_mass, (1.0 - by_mass) * per_volume)
        keep_sorted(p, w, begin, n, last)
        profit = fill_boxes(t, w, g, n, per_box)
        for a in range(n):
            by_size = w.mass[a] * per_mass - w.volume[a] * per_volume
            c.excess[g] += w.taken[a] * by_size / max(w.boxes[0], 1.0)
    for a in range(n):
        m.slope[w.pair[a]] -= w.taken[a]
    c.boxes[g] = w.boxes[0]
    return profit


@inner
def keep_sorted(p: Pairs, w: Room, begin: int, n: int, last: int) -> None:
    """Put the pairs of a group in the order of their worth: it changes little by little.

    Behind the n that gain come those that gain nothing, which stand in `w` from a place on.
    """
    for a in range(n):
        p.member[begin + a] = w.pair[w.by_worth[a]]
        p.order[begin + a] = w.order[w.by_worth[a]]
    for k in range(last, len(w.pair)):
        p.member[begin + n + k - last] = w.pair[k]
        p.order[begin + n + k - last] = w.order[k]


@kernel
def column_prices(t: Tables, d: Duals, p: Pairs, price: Singles) -> Floats:
    """Return what its order pays on each column."""
    paid = np.empty(len(t.columns))
    for i in range(len(t.orders)):
        per_gram = carbon_price(t, d, i)
        for j in range(t.first[i], t.first[i + 1]):
            paid[j] = column_price(t, d, p, price, per_gram, i, j)
    return paid


@uncounted
def fixed_terms(t: Tables, d: Duals) -> float:
    """Return what rows and budgets give to the bound."""
    total = 0.0
    for r in range(len(t.capacity)):
        total += row_term(t, r, d.row[r])[0]
    for b in range(len(t.budget)):
        total -= d.budget[b] * t.budget[b]
    return total
