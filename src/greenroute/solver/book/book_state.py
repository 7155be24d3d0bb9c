"""A choice for an order book while it is being changed: loads, use and what it costs.

What is over a limit costs a penalty, so that a search may pass through choices that are not
allowed; `shift` keeps all sums exact, `price` only looks.
"""

from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book import BY_MASS, BY_VOLUME, NO_COLUMN
from greenroute.solver.book.book_tables import (
    Floats,
    Integers,
    Records,
    Tables,
    records,
    wide,
)
from greenroute.solver.search.bounds import inner, uncounted

#: `NO_COLUMN` as a variable: numba would compile what it is given to once more for the
#: literal.
OUT: int = np.int64(NO_COLUMN)  # type: ignore[assignment]  # to numba they are the same


class State(NamedTuple):
    """The choice and what follows from it.

    Attributes
    ----------
    column
        Of each order, -1 where it is not served.
    groups
        `mass, volume, boxes` of each.
    row, budget
        Use of each.
    row_penalty, budget_penalty, box_penalty
        Cents per unit above the limit; the last one has one entry.
    row_price, budget_price
        Cents per unit in any case: so that what a search saves of a scarce thing counts,
        though nobody needs it yet. No part of what a choice costs.
    """

    column: Integers
    groups: Records
    row: Integers
    budget: Integers
    row_penalty: Floats
    budget_penalty: Floats
    box_penalty: Floats
    row_price: Floats
    budget_price: Floats


def make_state(
    t: Tables, row_penalty: Floats, budget_penalty: Floats, *, box_penalty: float
) -> State:
    """Return the state in which nothing is served."""
    nothing = np.zeros(len(t.groups), np.int64)
    return State(
        column=np.full(len(t.orders), -1),
        groups=records(mass=nothing, volume=nothing, boxes=nothing),
        row=np.zeros(len(t.capacity), np.int64),
        budget=np.zeros(len(t.budget), np.int64),
        row_penalty=row_penalty,
        budget_penalty=budget_penalty,
        box_penalty=np.array([box_penalty]),
        row_price=np.zeros(len(t.capacity)),
        budget_price=np.zeros(len(t.budget)),
    )


def twin(s: State) -> State:
    """Return a state of its own with the same prices and penalties."""
    return s._replace(
        column=s.column.copy(),
        groups=s.groups.copy(),
        row=s.row.copy(),
        budget=s.budget.copy(),
    )


@inner
def row_cost(t: Tables, s: State, row: int, use: int) -> float:
    """Return what a use of a row costs: shortfall and penalty."""
    cost = s.row_penalty[row] * max(use - t.capacity[row], 0) + s.row_price[row] * use
    for k in range(t.short_start[row], t.short_start[row + 1]):
        cost += t.short_cost[k] * max(t.short_least[k] - use, 0)
    return float(cost)


@inner
def boxes_of(t: Tables, group: int, mass: int, volume: int) -> int:
    """Return the boxes that hold this mass and volume."""
    by_mass = -(-mass // t.groups[group].box_mass)
    by_volume = -(-volume // t.groups[group].box_volume)
    return int(max(by_mass, by_volume))


@inner
def boxes_cost(t: Tables, s: State, group: int, boxes: int) -> float:
    """Return what boxes cost, with the penalty of those there may not be."""
    cost = float(t.groups[group].box_cost * boxes)
    if boxes > 0:
        cost += t.groups[group].fixed
    return float(cost + s.box_penalty[0] * max(boxes - t.groups[group].most, 0))


@inner
def measured(t: Tables, order: int, row: int) -> int:
    """Return what an order uses of a row."""
    if t.measure[row] == BY_MASS:
        return int(t.orders[order].mass)
    if t.measure[row] == BY_VOLUME:
        return int(t.orders[order].volume)
    return 1


@inner
def own_cost(t: Tables, order: int, column: int) -> float:
    """Return what an order pays whatever others do."""
    if column < 0:
        return float(t.orders[order].unserved)
    return float(t.columns[column].cost + t.carbon[0] * t.columns[column].grams)


@inner
def over(use: int, change: int, limit: int) -> int:
    """Return how much more is above the limit after a change."""
    return max(use + change - limit, 0) - max(use - limit, 0)


@inner
def price(
    t: Tables, s: State, order: int, column: int, whole: float, room: Floats
) -> float:
    """Return what an order would cost on a column.

    `whole` of the exact price of boxes, the rest by the room it takes at a price per box.
    """
    return price_below(t, s, order, column, whole, room, np.inf)


@inner
def price_below(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    t: Tables,
    s: State,
    order: int,
    column: int,
    whole: float,
    room: Floats,
    limit: float,
) -> float:
    """Return what an order would cost on a column, or what shows that it is not less.

    Looks at no more boxes from a limit on: those that a minimum makes cost less than nothing
    are then missed, as a search may.
    """
    cost = own_cost(t, order, column)
    if column < 0:
        return cost
    r = t.columns[column].route
    for k in range(t.level.shape[1] if len(t.budget) > 0 else 0):
        b = t.level[order, k]
        if b >= 0:
            more = over(s.budget[b], t.columns[column].grams, t.budget[b])
            cost += (
                s.budget_penalty[b] * more + s.budget_price[b] * t.columns[column].grams
            )
    for k in range(t.routes[r].row_begin, t.routes[r].row_end):
        row = wide(t.row_items[k])
        use = s.row[row]
        then = use + measured(t, order, row)
        cost += row_cost(t, s, row, then) - row_cost(t, s, row, use)
    for k in range(t.routes[r].group_begin, t.routes[r].group_end):
        if cost >= limit:
            return cost
        g = wide(t.group_items[k])
        mass, volume = (
            s.groups[g].mass + t.orders[order].mass,
            s.groups[g].volume + t.orders[order].volume,
        )
        boxes = s.groups[g].boxes
        # To divide takes long, and mostly there is room.
        if (
            mass > boxes * t.groups[g].box_mass
            or volume > boxes * t.groups[g].box_volume
        ):
            more = boxes_of(t, g, mass, volume) - boxes
            extra = boxes_cost(t, s, g, boxes + more) - boxes_cost(t, s, g, boxes)
            for m in range(t.groups[g].use_begin, t.groups[g].use_end):
                row = wide(t.use_row[m])
                use = s.row[row]
                then = use + more * t.use_amount[m]
                extra += row_cost(t, s, row, then) - row_cost(t, s, row, use)
            cost += whole * extra
        if whole < 1.0:
            share = max(
                t.orders[order].mass / t.groups[g].box_mass,
                t.orders[order].volume / t.groups[g].box_volume,
            )
            cost += (1.0 - whole) * share * room[g]
    return cost


@inner
def shift(t: Tables, s: State, order: int, column: int) -> float:
    """Put an order on another column; return the change of the cost with penalties."""
    old = s.column[order]
    if old == column:
        return 0.0
    cost = own_cost(t, order, column) - own_cost(t, order, old)
    s.column[order] = column
    for turn in range(2):
        j, sign = (old, -1) if turn == 0 else (column, 1)
        if j >= 0:
            cost += load(t, s, order, j, sign)
    return cost


@inner
def load(t: Tables, s: State, order: int, column: int, sign: int) -> float:
    """Add or take away what an order uses on a column; return the change of the cost."""
    cost = 0.0
    r = t.columns[column].route
    for k in range(t.level.shape[1]):
        b = t.level[order, k]
        if b >= 0:
            change = sign * t.columns[column].grams
            more = over(s.budget[b], change, t.budget[b])
            cost += s.budget_penalty[b] * more + s.budget_price[b] * change
            s.budget[b] += change
    for k in range(t.routes[r].row_begin, t.routes[r].row_end):
        row = wide(t.row_items[k])
        cost += use_row(t, s, row, sign * measured(t, order, row))
    for k in range(t.routes[r].group_begin, t.routes[r].group_end):
        g = wide(t.group_items[k])
        s.groups[g].mass += sign * t.orders[order].mass
        s.groups[g].volume += sign * t.orders[order].volume
        boxes = boxes_of(t, g, s.groups[g].mass, s.groups[g].volume)
        more = boxes - s.groups[g].boxes
        if more != 0:
            cost += boxes_cost(t, s, g, boxes) - boxes_cost(t, s, g, s.groups[g].boxes)
            s.groups[g].boxes = boxes
            for m in range(t.groups[g].use_begin, t.groups[g].use_end):
                cost += use_row(t, s, wide(t.use_row[m]), more * t.use_amount[m])
    return cost


@inner
def use_row(t: Tables, s: State, row: int, change: int) -> float:
    """Change the use of a row; return the change of the cost."""
    before = row_cost(t, s, row, s.row[row])
    s.row[row] += change
    return row_cost(t, s, row, s.row[row]) - before


@uncounted
def place(t: Tables, s: State, columns: Integers) -> None:
    """Put every order on its column."""
    for i in range(len(columns)):
        shift(t, s, i, columns[i])


@uncounted
def penalised_cost(t: Tables, s: State) -> tuple[float, float]:
    """Return the cost of a state, and the penalties in it."""
    cost, penalty = 0.0, 0.0
    for i in range(len(t.orders)):
        cost += own_cost(t, i, s.column[i])
    for g in range(len(t.groups)):
        cost += boxes_cost(t, s, g, s.groups[g].boxes)
        penalty += s.box_penalty[0] * max(s.groups[g].boxes - t.groups[g].most, 0)
    for r in range(len(t.capacity)):
        cost += row_cost(t, s, r, s.row[r]) - s.row_price[r] * s.row[r]
        penalty += s.row_penalty[r] * max(s.row[r] - t.capacity[r], 0)
    for b in range(len(t.budget)):
        excess = s.budget_penalty[b] * max(s.budget[b] - t.budget[b], 0)
        cost += excess
        penalty += excess
    return cost, penalty
