"""A bound of an order book in which each order has a price of its own in each group.

At any prices of pairs, whatever their sign, an order chooses its column by itself, and a
group chooses which of its orders to take for the whole boxes that they fill (`book_fill`);
what both pay at least adds up to a bound.
"""

import numpy as np

from greenroute.solver.book.book_duals import (
    MEAN,
    SQUARE,
    TINY,
    Duals,
    box_price,
    carbon_price,
    row_term,
)
from greenroute.solver.book.book_fill import (
    FAR,
    MOST_PACKED,
    MOST_TESTED,
    NOTHING,
    Room,
    fill_by_sets,
    fill_parts,
    fill_whole,
    sort_by_worth,
)
from greenroute.solver.book.book_pairs import Choices, Moves, Pairs
from greenroute.solver.book.book_state import measured
from greenroute.solver.book.book_tables import Floats, Singles, Tables, kernel, wide
from greenroute.solver.search.bounds import inner, uncounted

#: How much hotter choices are for rows and budgets than for pairs: many orders share one.
ROW_HEAT = 6.0
#: Most rounds in which a group is not packed after packing it took too long.
LONGEST = 31


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
        hot = ROW_HEAT * heat
        total, hot_total = likely(unserved - least, heat), likely(unserved - least, hot)
        for k in range(end_i - begin_i):
            above = w.value[k] - least
            w.value[k] = likely(above, heat)
            w.hot[k] = likely(above, hot)
            total += w.value[k]
            hot_total += w.hot[k]
        for j in range(begin_i, end_i):
            part = w.value[j - begin_i] / total
            c.mean[j] += c.keep[0] * (part - c.mean[j])
            if part > 0.0:
                for k in range(p.of_start[j], p.of_start[j + 1]):
                    m.slope[p.of[k]] += part
            part = w.hot[j - begin_i] / hot_total
            if part > 0.0:
                use(t, w, i, j, part)


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
def use(t: Tables, w: Room, order: int, column: int, part: float) -> None:
    """Note what a part of a column uses of rows and budgets."""
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
        profit = fill_boxes(t, c, w, g, n, per_box)
        for a in range(n):
            by_size = w.mass[a] * per_mass - w.volume[a] * per_volume
            c.excess[g] += w.taken[a] * by_size / max(w.boxes[0], 1.0)
    for a in range(n):
        m.slope[w.pair[a]] -= w.taken[a]
    c.boxes[g] = w.boxes[0]
    return profit


@inner
def fill_boxes(t: Tables, c: Choices, w: Room, g: int, n: int, per_box: float) -> float:
    """Fill boxes with n sorted orders; return what they bring above the boxes.

    A group that took too long to pack is left alone for a while: prices move little by
    little, and it would take too long again.
    """
    if w.steps[0] > 0 and per_box >= 0.0 and n <= MOST_PACKED:
        if c.wait[g] > 0:
            c.wait[g] -= 1
        else:
            profit = fill_whole(t, w, g, n, per_box)
            if profit >= 0.0:
                c.pause[g] = 0
                return profit
            c.pause[g] = min(2 * c.pause[g] + 1, LONGEST)
            c.wait[g] = c.pause[g]
    return fill_parts(t, w, g, n, per_box)


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
