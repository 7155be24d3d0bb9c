"""Ruins of a choice: which orders are taken out together, to be put back another way.

Orders that could share boxes are of use together. Most ruins begin with a group that is far
from what the bound says of it, as `book_slack` counts: with orders that are in its boxes, and
with others that could be.
"""

import numpy as np

from greenroute.solver.book.book_state import State
from greenroute.solver.book.book_tables import Floats, Integers, Tables, wide
from greenroute.solver.search.bounds import inner

#: Most orders that a ruin takes out, and most groups that it takes them from.
MOST_OUT, MOST_GROUPS = 40, 2
#: Most columns of a group that a ruin looks at: a large one has thousands.
MOST_LOOKED_AT = 300
#: Chance of a ruin to empty a group.
EMPTIED = 0.5
#: Share of ruins that begin with any order, not where much may be saved.
ANYWHERE = 0.05


@inner
def ruin(t: Tables, s: State, out: Integers, until: Floats) -> int:
    """Choose orders that could share boxes; return how many.

    Parameters
    ----------
    out
        Gets the orders, (MOST_OUT,).
    until
        Weight of all groups up to each one: the more a group has, the more ruins.
    """
    n, group = wide(0), heavy_group(until)
    if group < 0:
        out[0] = np.random.randint(len(t.orders))
        n = wide(1)
        group = some_group(t, out[0])
    most = 2 + np.random.randint(len(out) - 2)
    for _ in range(1 + np.random.randint(MOST_GROUPS)):
        if group >= 0:
            share = 1.0 if np.random.random() < EMPTIED else np.random.random()
            n = take_out(t, s, group, share, out, n, most)
            n = invite(t, group, out, n, min(most, n + np.random.randint(MOST_OUT)))
        if not 0 < n < most:
            break
        group = some_group(t, out[np.random.randint(n)])
    return n


@inner
def heavy_group(until: Floats) -> int:
    """Return a group, drawn by its weight, or -1: now and then, or where none has any."""
    if len(until) == 0 or until[-1] <= 0.0 or np.random.random() < ANYWHERE:
        return wide(-1)
    draw = until[-1] * np.random.random()
    return min(wide(np.searchsorted(until, draw, side="right")), wide(len(until) - 1))


@inner
def take_out(  # noqa: PLR0913, PLR0917 - compiled code takes no keywords
    t: Tables, s: State, group: int, share: float, out: Integers, n: int, most: int
) -> int:
    """Note orders of a group as out, each with a chance; return how many are out."""
    begin, end = t.member_start[group], t.member_start[group + 1]
    if begin == end:
        return n
    turn = np.random.randint(end - begin)
    for k in range(min(end - begin, MOST_LOOKED_AT)):
        j = t.member[begin + (k + turn) % (end - begin)]
        i = t.columns[j].owner
        if s.column[i] != j or np.random.random() > share:
            continue
        n = note(out, n, i)
        if n == most:
            break
    return n


@inner
def some_group(t: Tables, order: int) -> int:
    """Return a group on one of the ways of an order, or -1."""
    n = t.first[order + 1] - t.first[order]
    if n == 0:
        return -1
    r = t.columns[t.first[order] + np.random.randint(n)].route
    groups = t.routes[r].group_end - t.routes[r].group_begin
    if groups == 0:
        return -1
    return int(t.group_items[t.routes[r].group_begin + np.random.randint(groups)])


@inner
def invite(t: Tables, group: int, out: Integers, n: int, most: int) -> int:
    """Note orders as out that could go through a group; return how many are out."""
    begin, end = t.member_start[group], t.member_start[group + 1]
    for _ in range(most - n if begin < end else 0):
        i = t.columns[t.member[begin + np.random.randint(end - begin)]].owner
        n = note(out, n, i)
    return n


@inner
def note(out: Integers, n: int, order: int) -> int:
    """Note an order as out unless it is; return how many are out."""
    for m in range(n):
        if out[m] == order:
            return n
    out[n] = order
    return n + 1
