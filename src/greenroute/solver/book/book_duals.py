"""Bounds of an order book by prices, exact in what they claim at any prices.

Capacity rows, budgets and the room in boxes are priced; then every order chooses by
itself. A row has one price: its dual where it is full, and below zero where a commitment
wants more use, for which the best use is taken out of the convex shortfall cost.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book import BY_MASS, BY_VOLUME
from greenroute.solver.book.book_tables import Floats, Integers, Tables, kernel
from greenroute.solver.search.bounds import inner, uncounted

#: Decay of the mean of directions and of their squares, as in Adam.
MEAN, SQUARE = 0.9, 0.99
TINY = 1e-12


class Duals(NamedTuple):
    """Prices of rows, budgets and boxes.

    Attributes
    ----------
    row, budget
        Cents per unit.
    extra
        Of a box above its cost, where the number of boxes is limited.
    lean
        Share of a box's price that goes by mass, the rest by volume.
    """

    row: Floats
    budget: Floats
    extra: Floats
    lean: Floats


def make_duals(t: Tables) -> Duals:
    """Return prices of zero."""
    n_groups = len(t.groups)
    return Duals(
        row=np.zeros(len(t.capacity)),
        budget=np.zeros(len(t.budget)),
        extra=np.zeros(n_groups),
        lean=np.full(n_groups, 0.5),
    )


class Use(NamedTuple):
    """What the orders use at some prices: rows, budgets, mass and volume of groups."""

    row: Floats
    budget: Floats
    mass: Floats
    volume: Floats


@inner
def row_term(t: Tables, row: int, price: float) -> tuple[float, float]:
    """Return the least of shortfall cost less price times use, and that use."""
    begin, end = t.short_start[row], t.short_start[row + 1]
    most = float(t.capacity[row])
    use = most if price >= 0.0 else 0.0
    if begin == end:
        return -price * use, use
    least = np.inf
    best = 0.0
    for k in range(begin - 2, end):
        at = most
        if k == begin - 2:
            at = 0.0
        elif k >= begin:
            at = min(float(t.short_least[k]), most)
        value = -price * at
        for i in range(begin, end):
            value += t.short_cost[i] * max(t.short_least[i] - at, 0.0)
        if value < least:
            least, best = value, at
    return least, best


@inner
def box_price(t: Tables, d: Duals, group: int) -> float:
    """Return what a box costs with the rows that it uses."""
    price = float(t.groups[group].box_cost)
    for k in range(t.groups[group].use_begin, t.groups[group].use_end):
        price += d.row[t.use_row[k]] * t.use_amount[k]
    return price


@inner
def room_price(t: Tables, d: Duals, group: int) -> float:
    """Return what the goods in a box pay together."""
    fixed = t.groups[group].fixed / max(t.groups[group].most, 1)
    return float(max(box_price(t, d, group) + fixed, 0.0) + d.extra[group])


@inner
def group_term(t: Tables, d: Duals, group: int) -> float:
    """Return the least of the boxes of a group less what goods pay for them."""
    margin = box_price(t, d, group) - room_price(t, d, group)
    return (
        min(0.0, t.groups[group].fixed + t.groups[group].most * margin)
        if t.groups[group].most
        else 0.0
    )


@kernel
def route_prices(t: Tables, d: Duals) -> Floats:
    """Return the price per mass, volume and order on each route, (n_routes, 3)."""
    n_groups = len(t.groups)
    by_mass, by_volume = np.empty(n_groups), np.empty(n_groups)
    for g in range(n_groups):
        price = room_price(t, d, g)
        by_mass[g] = d.lean[g] * price / t.groups[g].box_mass
        by_volume[g] = (1.0 - d.lean[g]) * price / t.groups[g].box_volume
    prices = np.zeros((len(t.routes), 3))
    for r in range(len(prices)):
        for k in range(t.routes[r].group_begin, t.routes[r].group_end):
            prices[r, 0] += by_mass[t.group_items[k]]
            prices[r, 1] += by_volume[t.group_items[k]]
        for k in range(t.routes[r].row_begin, t.routes[r].row_end):
            row = t.row_items[k]
            if t.measure[row] == BY_MASS:
                prices[r, 0] += d.row[row]
            elif t.measure[row] == BY_VOLUME:
                prices[r, 1] += d.row[row]
            else:
                prices[r, 2] += d.row[row]
    return prices


@inner
def carbon_price(t: Tables, d: Duals, order: int) -> float:
    """Return what a gram of an order costs with the budgets it counts to."""
    price = t.carbon[0]
    for k in range(t.level.shape[1]):
        if t.level[order, k] >= 0:
            price += d.budget[t.level[order, k]]
    return float(price)


@kernel
def best_columns(t: Tables, d: Duals, columns: Integers, least: Floats) -> None:
    """Write the cheapest column of each order at these prices and its price."""
    prices = route_prices(t, d)
    for i in range(len(t.orders)):
        per_gram = carbon_price(t, d, i)
        mass, volume = float(t.orders[i].mass), float(t.orders[i].volume)
        lowest, best = float(t.orders[i].unserved), -1
        for j in range(t.first[i], t.first[i + 1]):
            r = t.columns[j].route
            value = (
                t.columns[j].cost
                + per_gram * t.columns[j].grams
                + prices[r, 0] * mass
                + prices[r, 1] * volume
                + prices[r, 2]
            )
            if value < lowest:
                lowest, best = value, j
        columns[i], least[i] = best, lowest


@uncounted
def priced_terms(t: Tables, d: Duals) -> float:
    """Return the part of the bound that is no order's: rows, budgets, groups."""
    total = 0.0
    for r in range(len(t.capacity)):
        total += row_term(t, r, d.row[r])[0]
    for b in range(len(t.budget)):
        total -= d.budget[b] * t.budget[b]
    for g in range(len(t.groups)):
        total += group_term(t, d, g)
    return total


@kernel
def use_of(t: Tables, columns: Integers) -> Use:  # noqa: C901 - one pass over orders
    """Return the use of everything; boxes in fractions."""
    n_groups = len(t.groups)
    u = Use(
        np.zeros(len(t.capacity)),
        np.zeros(len(t.budget)),
        np.zeros(n_groups),
        np.zeros(n_groups),
    )
    for i in range(len(t.orders)):
        j = columns[i]
        if j < 0:
            continue
        r = t.columns[j].route
        for k in range(t.level.shape[1]):
            if t.level[i, k] >= 0:
                u.budget[t.level[i, k]] += t.columns[j].grams
        for k in range(t.routes[r].group_begin, t.routes[r].group_end):
            u.mass[t.group_items[k]] += t.orders[i].mass
            u.volume[t.group_items[k]] += t.orders[i].volume
        for k in range(t.routes[r].row_begin, t.routes[r].row_end):
            row = t.row_items[k]
            if t.measure[row] == BY_MASS:
                u.row[row] += t.orders[i].mass
            elif t.measure[row] == BY_VOLUME:
                u.row[row] += t.orders[i].volume
            else:
                u.row[row] += 1.0
    for g in range(n_groups):
        filled = max(
            u.mass[g] / t.groups[g].box_mass, u.volume[g] / t.groups[g].box_volume
        )
        for k in range(t.groups[g].use_begin, t.groups[g].use_end):
            u.row[t.use_row[k]] += filled * t.use_amount[k]
    return u


@kernel
def room_prices(t: Tables, d: Duals) -> Floats:
    """Return what the goods in a box of each group pay together."""
    prices = np.empty(len(t.groups))
    for g in range(len(prices)):
        prices[g] = room_price(t, d, g)
    return prices


@kernel
def priced_costs(t: Tables, d: Duals) -> tuple[Floats, Floats]:
    """Return columns and boxes at their cost with the rows and budgets they use."""
    cost = np.empty(len(t.columns))
    for i in range(len(t.orders)):
        per_gram = carbon_price(t, d, i)
        for j in range(t.first[i], t.first[i + 1]):
            r = t.columns[j].route
            value = t.columns[j].cost + per_gram * t.columns[j].grams
            for k in range(t.routes[r].row_begin, t.routes[r].row_end):
                row = t.row_items[k]
                if t.measure[row] == BY_MASS:
                    value += d.row[row] * t.orders[i].mass
                elif t.measure[row] == BY_VOLUME:
                    value += d.row[row] * t.orders[i].volume
                else:
                    value += d.row[row]
            cost[j] = value
    boxes = np.empty(len(t.groups))
    for g in range(len(boxes)):
        boxes[g] = box_price(t, d, g)
    return cost, boxes


@kernel
def scales(t: Tables) -> tuple[Floats, Floats]:
    """Return a price of rows and budgets at which they cost what goods pay anyway."""
    pay, used = np.zeros(len(t.capacity)), np.zeros(len(t.capacity))
    for g in range(len(t.groups)):
        for k in range(t.groups[g].use_begin, t.groups[g].use_end):
            pay[t.use_row[k]] += t.groups[g].box_cost
            used[t.use_row[k]] += t.use_amount[k]
    cents, grams = 0.0, 0.0
    for j in range(len(t.columns)):
        i = t.columns[j].owner
        cents += t.columns[j].cost
        grams += t.columns[j].grams
        r = t.columns[j].route
        for k in range(t.routes[r].row_begin, t.routes[r].row_end):
            row = t.row_items[k]
            pay[row] += t.columns[j].cost
            if t.measure[row] == BY_MASS:
                used[row] += t.orders[i].mass
            elif t.measure[row] == BY_VOLUME:
                used[row] += t.orders[i].volume
            else:
                used[row] += 1.0
    of_row = pay / np.maximum(used, 1.0) + TINY
    of_budget = np.full(len(t.budget), cents / max(grams, 1.0)) + TINY
    return of_row, of_budget


@uncounted
def step(price: Floats, slope: Floats, memory: Floats, size: Floats, at: int) -> None:
    """Move prices along smoothed slopes, each by about its own step."""
    raw, rough = 1.0 - MEAN**at, 1.0 - SQUARE**at
    for i in range(len(price)):
        memory[0, i] = MEAN * memory[0, i] + (1.0 - MEAN) * slope[i]
        memory[1, i] = SQUARE * memory[1, i] + (1.0 - SQUARE) * slope[i] * slope[i]
        mean = memory[0, i] / raw
        square = memory[1, i] / rough
        price[i] += size[i] * mean / (np.sqrt(square) + TINY)


@uncounted
def slopes_of_prices(
    t: Tables, d: Duals, u: Use, lean_step: float, extra: Floats
) -> None:
    """Turn the use of rows and budgets into slopes, and write those of boxes.

    The price of room leans to what is scarce in a box, by at most a step.
    """
    for r in range(len(t.capacity)):
        free = row_term(t, r, d.row[r])[1]
        u.row[r] = (u.row[r] - free) / max(u.row[r], t.capacity[r], 1.0)
    for b in range(len(t.budget)):
        u.budget[b] = (u.budget[b] - t.budget[b]) / max(t.budget[b], 1.0)
    for g in range(len(t.groups)):
        by_mass, by_volume = (
            u.mass[g] / t.groups[g].box_mass,
            u.volume[g] / t.groups[g].box_volume,
        )
        filled = max(by_mass, by_volume)
        if filled > 0.0:
            tilt = lean_step * (by_mass - by_volume) / filled
            d.lean[g] = min(max(d.lean[g] + tilt, 0.0), 1.0)
        extra[g] = (filled - t.groups[g].most) / max(filled, t.groups[g].most, 1.0)


def ascend(
    t: Tables, d: Duals, parts: Iterable[float], first: float, last: float
) -> float:
    """Raise the bound by moving prices in place; return it. The best prices stay.

    One round for each of `parts`, the part of the ascent that is over then.
    """
    now = Duals(d.row.copy(), d.budget.copy(), d.extra.copy(), d.lean.copy())
    of_row, of_budget = scales(t)
    sizes = of_row, of_budget, t.groups["box_cost"].astype(np.float64)
    memory = [np.zeros((2, len(part))) for part in sizes]
    columns, least = np.empty(len(t.orders), np.int64), np.empty(len(t.orders))
    extra = np.empty(len(t.groups))
    minimum = np.diff(t.short_start) > 0
    best = -np.inf
    for at, part_over in enumerate(parts, 1):
        best_columns(t, now, columns, least)
        bound = float(least.sum()) + priced_terms(t, now)
        if bound > best:
            best = bound
            for kept, part in zip(d, now, strict=True):
                kept[:] = part
        share = first * (last / first) ** part_over
        u = use_of(t, columns)
        slopes_of_prices(t, now, u, share, extra)
        step(now.row, u.row, memory[0], share * sizes[0], at)
        step(now.budget, u.budget, memory[1], share * sizes[1], at)
        step(now.extra, extra, memory[2], share * sizes[2], at)
        np.maximum(now.row, 0.0, out=now.row, where=~minimum)
        np.maximum(now.budget, 0.0, out=now.budget)
        np.maximum(now.extra, 0.0, out=now.extra)
    return best
