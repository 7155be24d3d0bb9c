"""Local search on whole boxes: close one, or fill one more.

Moves of single orders do not see that a box goes when several orders leave it, or that it
pays when several come. Here the orders that lose least by leaving, or gain most by coming,
for the room that they take, move together; what that costs is then counted exactly, and
taken back where it does not pay.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book_fill import NOTHING, sort_by
from greenroute.solver.book.book_search import cheapest
from greenroute.solver.book.book_state import (
    OUT,
    State,
    boxes_of,
    own_cost,
    price,
    shift,
)
from greenroute.solver.book.book_tables import Floats, Integers, Tables, wide
from greenroute.solver.search.bounds import inner, uncounted

#: Most orders that move together, and how far beyond its price a box may seem to pay less.
MOST_MOVED, DOUBT = 200, 1.3
#: What an order that leaves a box is thought to save of its share there.
CREDIT = 0.5
#: Groups between two looks.
GROUPS_PER_LOOK = 2_000


class Movers(NamedTuple):
    """Room for the orders of one group: columns, value per room, and their order.

    `old` are the columns of those that move, (MOST_MOVED,).
    """

    column: Integers
    value: Floats
    each: Floats
    turn: Integers
    old: Integers


def make_movers(t: Tables) -> Movers:
    """Return room for the widest group."""
    widest = int(np.diff(t.member_start).max(initial=1))
    return Movers(
        column=np.empty(widest, np.int64),
        value=np.empty(widest),
        each=np.empty(widest),
        turn=np.empty(widest, np.int64),
        old=np.empty(MOST_MOVED, np.int64),
    )


def move_boxes(
    t: Tables,
    s: State,
    room: Floats,
    *,
    turns: int,
    seed: Sequence[int],
    look: Callable[[], bool],
) -> None:
    """Fill boxes and close boxes of all groups, in random order, so many times.

    Parameters
    ----------
    room
        What the goods in a box of each group pay together.
    look
        Tells whether to stop.
    """
    movers, rng = make_movers(t), np.random.default_rng(seed)
    for _ in range(turns):
        groups = rng.permutation(len(t.groups))
        for work in (fill_more_boxes, close_boxes):
            for at in range(0, len(groups), GROUPS_PER_LOOK):
                work(t, s, groups[at : at + GROUPS_PER_LOOK], movers, room)
                if look():
                    return


@inner
def goes_through(t: Tables, column: int, group: int) -> bool:
    """Return whether the route of a column uses the boxes of a group."""
    r = t.columns[column].route
    for k in range(t.routes[r].group_begin, t.routes[r].group_end):
        if t.group_items[k] == group:
            return True
    return False


@inner
def part_of(t: Tables, order: int, mass: int, volume: int) -> float:
    """Return the part of some mass and volume that an order is, the larger of both."""
    by_mass = t.orders[order].mass / max(mass, 1) if mass > 0 else 0.0
    by_volume = t.orders[order].volume / max(volume, 1) if volume > 0 else 0.0
    return float(max(by_mass, by_volume, 1e-9))


@inner
def price_elsewhere(t: Tables, s: State, order: int, group: int, room: Floats) -> float:
    """Return what an order would cost at least without a group, on top of all others."""
    least = price(t, s, order, OUT, 1.0, room)
    for j in range(t.first[order], t.first[order + 1]):
        if j != s.column[order] and not goes_through(t, j, group):
            least = min(least, price(t, s, order, j, 1.0, room))
    return least


@uncounted
def close_boxes(
    t: Tables, s: State, groups: Integers, w: Movers, room: Floats
) -> float:
    """Try to do without a box in each of these groups; return the change of the cost."""
    total = 0.0
    for g in groups:
        boxes = s.groups[g].boxes
        if boxes == 0:
            continue
        mass = s.groups[g].mass - (boxes - 1) * t.groups[g].box_mass
        volume = s.groups[g].volume - (boxes - 1) * t.groups[g].box_volume
        n = NOTHING
        for k in range(t.member_start[g], t.member_start[g + 1]):
            j = t.member[k]
            i = wide(t.columns[j].owner)
            if s.column[i] == j:
                loss = price_elsewhere(t, s, i, g, room) - own_cost(t, i, j)
                w.column[n], w.each[n], w.turn[n] = j, loss, n
                w.value[n] = loss / part_of(t, i, mass, volume)
                n += 1
        sort_by(w.value, w.turn, n)
        moved, loss = NOTHING, 0.0
        worth = float(t.groups[g].box_cost) + (t.groups[g].fixed if boxes == 1 else 0)
        while moved < min(n, MOST_MOVED) and (mass > 0 or volume > 0):
            j = w.column[w.turn[moved]]
            mass -= t.orders[t.columns[j].owner].mass
            volume -= t.orders[t.columns[j].owner].volume
            loss += w.each[w.turn[moved]]
            moved += 1
        if mass <= 0 and volume <= 0 and loss < DOUBT * worth:
            total += leave(t, s, w, moved, room)
    return total


@inner
def leave(t: Tables, s: State, w: Movers, moved: int, room: Floats) -> float:
    """Let orders leave for where they cost least, unless all that costs more."""
    change = 0.0
    for m in range(moved):
        i = wide(t.columns[w.column[w.turn[m]]].owner)
        change += shift(t, s, i, OUT)
    for m in range(moved):
        i = wide(t.columns[w.column[w.turn[m]]].owner)
        change += shift(t, s, i, cheapest(t, s, i, 1.0, room))
    if change >= 0.0:
        for m in range(moved):
            j = w.column[w.turn[m]]
            change += shift(t, s, wide(t.columns[j].owner), j)
        return 0.0
    return change


@inner
def saved_by_leaving(t: Tables, s: State, order: int, room: Floats) -> float:
    """Return about what an order pays where it is: its own cost and its share of boxes."""
    column = s.column[order]
    saved = own_cost(t, order, column)
    if column < 0:
        return saved
    r = t.columns[column].route
    for k in range(t.routes[r].group_begin, t.routes[r].group_end):
        g = wide(t.group_items[k])
        mass, volume = (
            s.groups[g].mass - t.orders[order].mass,
            s.groups[g].volume - t.orders[order].volume,
        )
        less = s.groups[g].boxes - boxes_of(t, g, mass, volume)
        share = part_of(t, order, t.groups[g].box_mass, t.groups[g].box_volume)
        saved += max(less * float(t.groups[g].box_cost), CREDIT * share * room[g])
    return saved


@inner
def price_but_for(t: Tables, s: State, order: int, column: int, group: int) -> float:
    """Return what an order would cost on a column whose boxes of a group are there."""
    cost = own_cost(t, order, column)
    r = t.columns[column].route
    for k in range(t.routes[r].group_begin, t.routes[r].group_end):
        g = wide(t.group_items[k])
        if g != group:
            mass, volume = (
                s.groups[g].mass + t.orders[order].mass,
                s.groups[g].volume + t.orders[order].volume,
            )
            more = boxes_of(t, g, mass, volume) - s.groups[g].boxes
            cost += max(more, 0) * float(t.groups[g].box_cost)
    return cost


@uncounted
def fill_more_boxes(
    t: Tables, s: State, groups: Integers, w: Movers, room: Floats
) -> float:
    """Try to fill one box more in each of these groups; return the change of the cost."""
    total = 0.0
    for g in groups:
        if s.groups[g].boxes >= t.groups[g].most:
            continue
        n = NOTHING
        for k in range(t.member_start[g], t.member_start[g + 1]):
            j = t.member[k]
            i = wide(t.columns[j].owner)
            if s.column[i] >= 0 and goes_through(t, s.column[i], g):
                continue
            gain = saved_by_leaving(t, s, i, room) - price_but_for(t, s, i, j, g)
            if gain > 0.0:
                w.column[n], w.each[n], w.turn[n] = j, gain, n
                w.value[n] = -gain / part_of(
                    t, i, t.groups[g].box_mass, t.groups[g].box_volume
                )
                n += 1
        if n:
            sort_by(w.value, w.turn, n)
            total += come(t, s, g, w, n)
    return total


@inner
def come(t: Tables, s: State, group: int, w: Movers, n: int) -> float:
    """Let orders come while they fit one box more, unless all that costs more."""
    boxes = s.groups[group].boxes + 1
    mass = boxes * t.groups[group].box_mass - s.groups[group].mass
    volume = boxes * t.groups[group].box_volume - s.groups[group].volume
    moved, gain = 0, 0.0
    for m in range(n):
        j = w.column[w.turn[m]]
        i = wide(t.columns[j].owner)
        if t.orders[i].mass > mass or t.orders[i].volume > volume:
            continue
        mass -= t.orders[i].mass
        volume -= t.orders[i].volume
        gain += w.each[w.turn[m]]
        # Those that fit come first; an order with two columns here stands twice.
        w.turn[moved], w.turn[m] = w.turn[m], w.turn[moved]
        moved += 1
        if moved == MOST_MOVED:
            break
    if DOUBT * gain < t.groups[group].box_cost:
        return 0.0
    change = 0.0
    for m in range(moved):
        j = w.column[w.turn[m]]
        i = wide(t.columns[j].owner)
        w.old[m] = s.column[i]
        change += shift(t, s, i, j)
    if change >= 0.0:
        for m in range(moved - 1, -1, -1):
            change += shift(t, s, wide(t.columns[w.column[w.turn[m]]].owner), w.old[m])
        return 0.0
    return change
