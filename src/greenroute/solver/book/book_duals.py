"""Prices of capacity rows and budgets, and what they give to a bound.

A row has one price: its dual where it is full, and below zero where a commitment wants
more use, for which the best use is taken out of the convex shortfall cost.
"""

from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book import BY_MASS, BY_VOLUME
from greenroute.solver.book.book_tables import Floats, Tables, kernel
from greenroute.solver.search.bounds import inner, uncounted

#: Decay of the mean of directions and of their squares, as in Adam.
MEAN, SQUARE = 0.9, 0.99
TINY = 1e-12


class Duals(NamedTuple):
    """Prices of rows and budgets [cents per unit]."""

    row: Floats
    budget: Floats


def make_duals(t: Tables) -> Duals:
    """Return prices of zero."""
    return Duals(row=np.zeros(len(t.capacity)), budget=np.zeros(len(t.budget)))


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
    return float(max(box_price(t, d, group) + fixed, 0.0))


@inner
def carbon_price(t: Tables, d: Duals, order: int) -> float:
    """Return what a gram of an order costs with the budgets it counts to."""
    price = t.carbon[0]
    for k in range(t.level.shape[1]):
        if t.level[order, k] >= 0:
            price += d.budget[t.level[order, k]]
    return float(price)


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
