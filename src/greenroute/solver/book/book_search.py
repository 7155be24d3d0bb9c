"""Local search on single orders: sweeps, and ruin and recreate with annealing."""

from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book_fill import NOTHING
from greenroute.solver.book.book_ruin import MOST_OUT, ruin
from greenroute.solver.book.book_state import OUT, State, price, price_below, shift
from greenroute.solver.book.book_tables import (
    Floats,
    Integers,
    Records,
    Singles,
    Tables,
    kernel,
    records,
    wide,
)
from greenroute.solver.search.bounds import inner, uncounted

#: Chance of a recreate to count whole boxes only.
EXACT = 0.3
#: Cents by which a cost may differ for the order in which it was added up.
TINY = 1e-3


class Work(NamedTuple):
    """What a ruin needs, and what was done.

    Attributes
    ----------
    out, old, key
        Orders that are out, where they were, and keys to sort them.
    done
        `ends, change`: where the moves of each ruin that was kept end, and what it changed.
    moves
        `order, old, new` of each move.
    kept
        Ruins that were kept, (1,).
    until
        Weight of all groups up to each one, by which ruins choose where to begin.
    """

    out: Integers
    old: Integers
    key: Floats
    done: Records
    moves: Records
    kept: Integers
    until: Floats


def make_work(tries: int, until: Floats) -> Work:
    """Return room for so many ruins, with weights of groups."""
    moves = np.zeros(tries * MOST_OUT, np.int64)
    return Work(
        out=np.empty(MOST_OUT, np.int64),
        old=np.empty(MOST_OUT, np.int64),
        key=np.empty(MOST_OUT),
        done=records(ends=np.zeros(tries, np.int64), change=np.zeros(tries)),
        moves=records(order=moves, old=moves, new=moves),
        kept=np.zeros(1, np.int64),
        until=until,
    )


@inner
def cheapest(t: Tables, s: State, order: int, whole: float, room: Floats) -> int:
    """Return the column on which an order that is out would cost least."""
    best, least = -1, price(t, s, order, OUT, whole, room)
    for j in range(t.first[order], t.first[order + 1]):
        cost = price_below(t, s, order, j, whole, room, least)
        if cost < least:
            best, least = j, cost
    return best


@kernel
def likeliest(t: Tables, mean: Singles) -> Integers:
    """Return the column of each order of which most is taken on average."""
    columns = np.full(len(t.orders), -1, np.int64)
    for i in range(len(t.orders)):
        most = -1.0
        for j in range(t.first[i], t.first[i + 1]):
            if mean[j] > most:
                most, columns[i] = mean[j], j
    return columns


@inner
def move(t: Tables, s: State, order: int, whole: float, room: Floats) -> float:
    """Let an order choose again; return the change of the cost."""
    old = s.column[order]
    change = shift(t, s, order, OUT)
    change += shift(t, s, order, cheapest(t, s, order, whole, room))
    if change > 0.0 and whole >= 1.0:
        change += shift(t, s, order, old)
    return change


@uncounted
def sweep(t: Tables, s: State, orders: Integers, whole: float, room: Floats) -> float:
    """Let each order choose again; return the change of the cost.

    With `whole` below one, orders move by the price of room even where that costs more now.
    """
    total = 0.0
    for m in range(len(orders)):
        total += move(t, s, orders[m], whole, room)
    return total


@inner
def too_full(t: Tables, s: State, group: int) -> bool:
    """Return whether a group has too many boxes, or they use too much of a row."""
    if s.groups[group].boxes == 0:
        return False
    if s.groups[group].boxes > t.groups[group].most:
        return True
    for k in range(t.groups[group].use_begin, t.groups[group].use_end):
        row = t.use_row[k]
        if t.use_amount[k] > 0 and s.row[row] > t.capacity[row]:
            return True
    return False


@uncounted
def drain(t: Tables, s: State, out: Integers, room: Floats) -> float:
    """Take whole boxes out where there are too many; return the change of the cost.

    Moves of single orders do not see that a box less would help.
    """
    change = 0.0
    for g in range(len(t.groups)):
        n, boxes = 0, s.groups[g].boxes
        for k in range(t.member_start[g + 1] - 1, t.member_start[g] - 1, -1):
            if s.groups[g].boxes < boxes or n == 0:
                boxes = s.groups[g].boxes
                if not too_full(t, s, g):
                    break
            j = t.member[k]
            i = wide(t.columns[j].owner)
            if s.column[i] == j:
                change += shift(t, s, i, OUT)
                out[n] = i
                n += 1
        for m in range(n):
            change += shift(t, s, out[m], cheapest(t, s, out[m], 1.0, room))
    return change


@inner
def shuffle(t: Tables, out: Integers, n: int, key: Floats) -> None:
    """Sort orders that are out: large ones about first, small ones, or at random."""
    way = np.random.randint(3)
    for m in range(n):
        size = float(t.orders[out[m]].volume) * (0.5 + np.random.random())
        key[m] = np.random.random()
        if way == 0:
            key[m] = -size
        elif way == 1:
            key[m] = size
    for m in range(1, n):
        i, k = out[m], key[m]
        at = m
        while at > 0 and key[at - 1] > k:
            out[at], key[at] = out[at - 1], key[at - 1]
            at -= 1
        out[at], key[at] = i, k


@inner
def recreate(t: Tables, s: State, out: Integers, n: int, room: Floats) -> float:
    """Put orders that are out back; return the change."""
    draw = np.random.random()
    whole = 1.0 if draw < EXACT else draw
    cost = 0.0
    for m in range(n):
        cost += shift(t, s, out[m], cheapest(t, s, out[m], whole, room))
    if whole < 1.0:
        for m in range(n):
            cost += move(t, s, out[m], 1.0, room)
    return cost


@uncounted
def anneal(  # noqa: PLR0913, PLR0917 - likewise
    t: Tables,
    s: State,
    room: Floats,
    work: Work,
    tries: int,
    heat: float,
    seed: int,
) -> float:
    """Ruin and recreate at a temperature; return the change of the cost.

    `work` notes what was done.
    """
    np.random.seed(seed)
    out, old, key = work.out, work.old, work.key
    work.kept[0] = 0
    total = 0.0
    for _ in range(tries):
        n = ruin(t, s, out, work.until)
        shuffle(t, out, n, key)
        change = 0.0
        for m in range(n):
            old[m] = s.column[out[m]]
            change += shift(t, s, out[m], OUT)
        change += recreate(t, s, out, n, room)
        if change > -heat * np.log(np.random.random() + 1e-300):
            for m in range(n):
                change += shift(t, s, out[m], old[m])
        else:
            write_down(s, work, n, change)
            total += change
    return total


@inner
def write_down(s: State, work: Work, n: int, change: float) -> None:
    """Note which of n orders moved, and what that changed."""
    ruins = work.kept[0]
    begin = work.done[ruins - 1].ends if ruins > 0 else 0
    at = begin
    for m in range(n):
        i = work.out[m]
        if s.column[i] != work.old[m]:
            work.moves[at].order = i
            work.moves[at].old = work.old[m]
            work.moves[at].new = s.column[i]
            at += 1
    if at > begin:
        work.done[ruins].ends, work.done[ruins].change = at, change
        work.kept[0] = ruins + 1


@uncounted
def follow(t: Tables, s: State, columns: Integers) -> None:
    """Put every order on the column that it has elsewhere."""
    for i in range(len(columns)):
        if s.column[i] != columns[i]:
            shift(t, s, i, columns[i])


@uncounted
def repeat(t: Tables, s: State, work: Work) -> float:
    """Do what was done to another state where it does as well here; return the change.

    Orders that stand elsewhere, or boxes that others filled, make a ruin another one: it is
    kept if it saves something, or costs no more than it did there.
    """
    total, begin = 0.0, NOTHING
    for k in range(work.kept[0]):
        end, same, change = work.done[k].ends, True, 0.0
        for m in range(begin, end):
            same = same and s.column[work.moves[m].order] == work.moves[m].old
        if same:
            for m in range(begin, end):
                change += shift(t, s, work.moves[m].order, work.moves[m].new)
            if change > max(work.done[k].change, 0.0) + TINY:
                for m in range(begin, end):
                    change += shift(t, s, work.moves[m].order, work.moves[m].old)
            else:
                total += change
        begin = end
    return total
