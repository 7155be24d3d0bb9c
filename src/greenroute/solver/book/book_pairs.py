"""Pairs of orders and groups of an order book: their prices, and what is chosen at them.

A pair is an order and a group that it could go through. `book_choose` lets orders and groups
choose at prices of pairs, `book_climb` moves them.
"""

from typing import NamedTuple

import numpy as np

from greenroute.solver.book.book_duals import Duals, box_price, room_price
from greenroute.solver.book.book_tables import (
    Floats,
    Indices,
    Integers,
    Singles,
    Tables,
    kernel,
    wide,
)

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
    pause, wait
        Rounds for which each group is not packed whole when that took too long, twice as
        many each time, and those that are left of them.
    """

    of_order: Floats
    of_group: Floats
    boxes: Floats
    mean: Singles
    keep: Floats
    by_mass: Floats
    lean: Floats
    excess: Floats
    pause: Integers
    wait: Integers


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
        pause=np.zeros(n_groups, np.int64),
        wait=np.zeros(n_groups, np.int64),
    )
