"""Fills the boxes of one group with the orders that bring most for them.

Few orders are looked at set by set. Of more, whole orders are packed by a search that ends
early where what is left, taken in parts, brings no more; where that takes too long, or of
many, parts of orders are allowed, by falling gain per room. Room is a mix of mass and
volume there: what fits in both fits in any mix of them.

While prices still move, sets and parts that are nearly as good count as well, the more the
hotter: what is chosen changes little by little then, as prices do, and does not jump.
"""

from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book_tables import Floats, Indices, Integers, Tables
from greenroute.solver.search.bounds import inner

#: Groups of so many orders that gain are looked at set by set.
MOST_TESTED = 12
#: Most orders that are packed whole.
MOST_PACKED = 60
#: As a variable: numba would compile what it is given to once more for the literal.
NOTHING: int = np.int64(0)  # type: ignore[assignment]  # to numba they are the same
#: Heat of groups as a part of that of orders, and multiples of the heat by which a choice
#: that is worse does not count.
PART_HEAT, FAR = 0.25, 8.0
#: Least room for which the heat of an order counts, as a share of a box.
LEAST_ROOM = 0.2
#: By how much, as a part of it, room may seem to be more than it is.
TINY = 1e-12
#: Moves of an item, on average, after which a sort by insertion gives up.
MOST_MOVES = 12


class Room(NamedTuple):
    """Room for one thread to work.

    Attributes
    ----------
    pair, order, gain, mass, volume
        Of the orders of a group that gain; pairs and orders of the others from the end on.
    worth, room, by_worth
        Minus gain per room, room in boxes, and the order of falling gain per room.
    taken
        Part of each that was chosen.
    value, hot
        Of the columns of an order: what they cost, and how much they count.
    heat
        By how much worse a choice may be, as a share of what prices are about, (1,); 0
        where only the best one counts.
    boxes
        That are filled, (1,).
    steps
        Most steps of a search for the best whole orders, (1,); 0 where none are packed.
    set_gain, set_mass, set_volume, set_boxes
        Of sets of orders; what a set brings above its boxes becomes its gain.
    row, budget
        Use by orders.
    """

    pair: Indices
    order: Indices
    gain: Floats
    mass: Integers
    volume: Integers
    worth: Floats
    room: Floats
    by_worth: Integers
    taken: Floats
    value: Floats
    hot: Floats
    heat: Floats
    boxes: Floats
    steps: Integers
    set_gain: Floats
    set_mass: Floats
    set_volume: Floats
    set_boxes: Floats
    row: Floats
    budget: Floats


def make_room(t: Tables, widest: int) -> Room:
    """Return room for groups of so many orders at most."""
    sets = 1 << MOST_TESTED
    return Room(
        pair=np.empty(widest, np.int32),
        order=np.empty(widest, np.int32),
        gain=np.empty(widest),
        mass=np.empty(widest, np.int64),
        volume=np.empty(widest, np.int64),
        worth=np.empty(widest),
        room=np.empty(widest),
        by_worth=np.empty(widest, np.int64),
        taken=np.empty(widest),
        value=np.empty(int(np.diff(t.first).max(initial=1))),
        hot=np.empty(int(np.diff(t.first).max(initial=1))),
        heat=np.zeros(1),
        boxes=np.zeros(1),
        steps=np.zeros(1, np.int64),
        set_gain=np.zeros(sets),
        set_mass=np.zeros(sets),
        set_volume=np.zeros(sets),
        set_boxes=np.zeros(sets),
        row=np.zeros(len(t.capacity)),
        budget=np.zeros(len(t.budget)),
    )


@inner
def fill_by_sets(t: Tables, w: Room, g: int, n: int, per_box: float) -> float:
    """Look at every set of n orders; return what the best brings above its boxes."""
    sets = list_sets(w, n)
    per_mass, per_volume = 1.0 / t.groups[g].box_mass, 1.0 / t.groups[g].box_volume
    most, fixed = float(t.groups[g].most), float(t.groups[g].fixed)
    for chosen in range(sets):
        room = max(w.set_mass[chosen] * per_mass, w.set_volume[chosen] * per_volume)
        boxes = np.ceil(room * (1.0 - TINY) - TINY)
        more = w.set_gain[chosen] - boxes * per_box - (fixed if boxes > 0.0 else 0.0)
        w.set_gain[chosen] = more if boxes <= most else -np.inf
        w.set_boxes[chosen] = boxes
    best = 0
    for chosen in range(1, sets):
        if w.set_gain[chosen] > w.set_gain[best]:
            best = chosen
    w.boxes[0] = w.set_boxes[best]
    if w.heat[0] > 0.0 and per_box > 0.0:
        take_likely_sets(w, n, sets, w.set_gain[best], PART_HEAT * w.heat[0] * per_box)
    else:
        for a in range(n):
            w.taken[a] = (best >> a) & 1
    return float(w.set_gain[best])


@inner
def list_sets(w: Room, n: int) -> int:
    """Write gain, mass and volume of each set of n orders; return how many there are."""
    sets = 1
    w.set_gain[0], w.set_mass[0], w.set_volume[0] = 0.0, 0.0, 0.0
    for a in range(n):
        gain, mass, volume = w.gain[a], float(w.mass[a]), float(w.volume[a])
        for chosen in range(sets):
            w.set_gain[sets + chosen] = w.set_gain[chosen] + gain
            w.set_mass[sets + chosen] = w.set_mass[chosen] + mass
            w.set_volume[sets + chosen] = w.set_volume[chosen] + volume
        sets *= 2
    return sets


@inner
def take_likely_sets(w: Room, n: int, sets: int, best: float, heat: float) -> None:
    """Take of each order what sets take of it that bring nearly the best."""
    total = 0.0
    for a in range(n):
        w.taken[a] = 0.0
    for chosen in range(sets):
        above = w.set_gain[chosen] - best
        if above < -FAR * heat:
            continue
        weight = np.exp(above / heat)
        total += weight
        for a in range(n):
            w.taken[a] += weight * ((chosen >> a) & 1)
    for a in range(n):
        w.taken[a] /= total


@inner
def next_box(
    w: Room, n: int, boxes: int, state: tuple[float, int, float]
) -> tuple[float, float, int, float]:
    """Return the gain of one box more by parts, what is filled then, and by which orders.

    `state` is what is filled, the first order that is not all in, and its part that is.
    """
    room, here, then = state
    more = 0.0
    while here < n:
        a = w.by_worth[here]
        left = w.room[a] * (1.0 - then)
        if room + left > boxes + 1.0:
            share = (boxes + 1.0 - room) / w.room[a]
            more += w.gain[a] * share
            then += share
            room = boxes + 1.0
            break
        more += w.gain[a] * (1.0 - then)
        room += left
        here, then = here + 1, 0.0
    return more, room, here, then


@inner
def fill_parts(t: Tables, w: Room, g: int, n: int, per_box: float) -> float:
    """Take orders box by box, in parts where one is full."""
    profit, boxes, state = 0.0, NOTHING, (0.0, NOTHING, 0.0)
    while boxes < t.groups[g].most:
        more, room, here, then = next_box(w, n, boxes, state)
        if more <= per_box:
            break
        boxes += 1
        profit += more - per_box
        state = (room, here, then)
        if here == n:
            # What a price below zero makes of empty boxes.
            spare = t.groups[g].most - boxes if per_box < 0.0 else 0
            profit -= per_box * spare
            boxes += spare
            break
    if profit <= t.groups[g].fixed:
        profit, boxes, state = float(t.groups[g].fixed), NOTHING, (0.0, NOTHING, 0.0)
    for a in range(n):
        w.taken[w.by_worth[a]] = 1.0 if a < state[1] else 0.0
    if state[1] < n:
        last = w.by_worth[state[1]]
        w.taken[last] = state[2]
        if w.heat[0] > 0.0 and boxes > 0 and per_box > 0.0:
            soften_parts(w, n, -w.worth[last], PART_HEAT * w.heat[0] * per_box)
    w.boxes[0] = boxes
    return float(profit - t.groups[g].fixed)


@inner
def soften_parts(w: Room, n: int, worth: float, heat: float) -> None:
    """Take parts of orders that gain nearly what the last one does per room."""
    for a in range(n):
        above = w.gain[a] - worth * w.room[a]
        above /= heat * max(w.room[a], LEAST_ROOM)
        if abs(above) < FAR:
            w.taken[a] = 1.0 / (1.0 + np.exp(-above))


@inner
def fill_whole(t: Tables, w: Room, g: int, n: int, per_box: float) -> float:
    """Take whole orders, at most 60; return -1 if that takes too long to be sure of.

    What a number of boxes may bring in parts says whether it is looked at.
    """
    profit, filled, best, parts = 0.0, 0, 0, 0.0
    state, steps, boxes = (0.0, NOTHING, 0.0), NOTHING, NOTHING
    while boxes < t.groups[g].most and state[1] < n:
        more, room, here, then = next_box(w, n, boxes, state)
        state = (room, here, then)
        boxes += 1
        parts += more
        could = parts - boxes * per_box - t.groups[g].fixed
        if could > profit:
            least = profit + boxes * per_box + t.groups[g].fixed
            gain, chosen, used = pack(t, w, g, n, (boxes, least, steps))
            steps = used
            if used > w.steps[0]:
                return -1.0
            if gain > least:
                profit = gain - boxes * per_box - t.groups[g].fixed
                best, filled = chosen, boxes
        elif more <= per_box:
            break
    for a in range(n):
        w.taken[w.by_worth[a]] = (best >> a) & 1
    w.boxes[0] = filled
    return profit


@inner
def pack(
    t: Tables, w: Room, g: int, n: int, what: tuple[int, float, int]
) -> tuple[float, int, int]:
    """Return the best gain of whole orders in some boxes, which they are, and steps.

    `what` are boxes, the gain that is of no use, and steps that were needed before.
    """
    boxes, best, steps = what
    mass, volume = t.groups[g].box_mass * boxes, t.groups[g].box_volume * boxes
    gain, room, chosen, found, at = 0.0, float(boxes), 0, 0, NOTHING
    while steps <= w.steps[0]:
        steps += 1
        if most_of(w, n, at, room) + gain > best:
            # The next order that fits comes in.
            while at < n:
                a = w.by_worth[at]
                if w.mass[a] <= mass and w.volume[a] <= volume:
                    break
                at += 1
            if at < n:
                mass -= w.mass[a]
                volume -= w.volume[a]
                room -= w.room[a]
                gain += w.gain[a]
                chosen |= 1 << at
                if gain > best:
                    best, found = gain, chosen
                at += 1
                continue
        if chosen == 0:
            break
        # The last one that came in goes, and stays out.
        at = n - 1
        while not (chosen >> at) & 1:
            at -= 1
        a = w.by_worth[at]
        mass += w.mass[a]
        volume += w.volume[a]
        room += w.room[a]
        gain -= w.gain[a]
        chosen ^= 1 << at
        at += 1
    return best, found, steps


@inner
def most_of(w: Room, n: int, at: int, room: float) -> float:
    """Return what orders from a place on bring at most in some room, in parts."""
    gain = 0.0
    for k in range(at, n):
        a = w.by_worth[k]
        if w.room[a] >= room:
            return float(gain + w.gain[a] * max(room, 0.0) / max(w.room[a], 1e-300))
        gain += w.gain[a]
        room -= w.room[a]
    return gain


@inner
def sort_by_worth(w: Room, n: int, per_mass: float, per_volume: float) -> None:
    """Sort n orders by falling gain per room, which mass and volume take together."""
    for a in range(n):
        w.room[a] = w.mass[a] * per_mass + w.volume[a] * per_volume
        w.worth[a] = -w.gain[a] / max(w.room[a], 1e-300)
        w.by_worth[a] = a
    sort_by(w.worth, w.by_worth, n)


@inner
def sort_by(key: Floats, items: Integers, n: int) -> None:
    """Sort items by their keys, ascending, in place.

    By insertion, as they are nearly sorted; where they are not, as a heap of two children.
    """
    moves = 0
    for k in range(1, n):
        item, at = items[k], k
        while at > 0 and key[items[at - 1]] > key[item]:
            items[at] = items[at - 1]
            at -= 1
        items[at] = item
        moves += k - at
        if moves > MOST_MOVES * n:
            break
    else:
        return
    for top in range(n // 2 - 1, -1, -1):
        sink(key, items, top, n)
    for end in range(n - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        sink(key, items, NOTHING, end)


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
