"""Which arc is worth taking after which, whatever the way before.

A *turn* is two arcs in a row. A label need not turn where another way between the same ends
is as good: a single arc that weighs no more, or two arcs that weigh no more in any of the
three and less in one. That leaves every cost to every node.

For look at a label *l* at *u*, which came over the arc (p, u) from the label *k*, and at a
turn (p, u, x) left out. If a single arc (p, x) covers the turn, then *k* and that arc weigh
no more, and *k* lies one arc nearer to the source, where no turn is left out. If two arcs
(p, y), (y, x) do, then what *k* and the first reach at *y* goes on to *x* for less than *l*.
So induction over the weight, and then over the arcs to the source, finds a label at *x*
that weighs no more than *l* and its arc. With two arcs of equal weight it would not: each
turn might rely on the other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.search.bounds import Halves, Words, inner, uncounted

#: End of a list.
NO_WAY = -1


class Turns(NamedTuple):
    """Arcs worth taking after each arc.

    Attributes
    ----------
    start
        Where those after an arc begin, (n_arcs + 1,).
    arc
        The arcs, (n_turns,).
    """

    start: Words
    arc: Halves


class Ways(NamedTuple):
    """Non-dominated ways of one or two arcs out of a node, listed by where they end."""

    first: NDArray[np.int32]
    behind: NDArray[np.int32]
    weights: NDArray[np.int64]


def make_room(start: Words, head: Halves) -> tuple[Ways, Turns]:
    """Return room for the ways out of any node, and for all turns."""
    out = np.diff(start).astype(np.int64)
    n_turns = np.bincount(
        np.repeat(np.arange(len(out)), out), weights=out[head], minlength=len(out)
    ).astype(np.int64)
    most = int(n_turns.max(initial=0) + out.max(initial=0))
    ways = Ways(
        first=np.full(len(out), NO_WAY, np.int32),
        behind=np.empty(most, np.int32),
        weights=np.empty((most, 3), np.int64),
    )
    turns = Turns(
        np.zeros(len(head) + 1, np.uint64), np.empty(int(n_turns.sum()), np.uint32)
    )
    return ways, turns


def find_turns(start: Words, head: Halves, weights: NDArray[np.int64]) -> Turns:
    """Return the turns worth taking.

    Parameters
    ----------
    start, head, weights
        Arcs sorted by tail: where those of a node begin, head, and weights (3, n_arcs).
    """
    ways, turns = make_room(start, head)
    count = _find(
        start.astype(np.int64),
        head.astype(np.int64),
        np.ascontiguousarray(weights.T),
        ways,
        turns,
    )
    return turns._replace(arc=turns.arc[:count].copy())


@inner
def _sum(weights: NDArray[np.int64], arc: int, out: int) -> tuple[int, int, int]:
    """Return what a turn weighs."""
    return (
        weights[arc, 0] + weights[out, 0],
        weights[arc, 1] + weights[out, 1],
        weights[arc, 2] + weights[out, 2],
    )


@inner
def _list(ways: Ways, end: int, used: int, total: tuple[int, int, int]) -> int:
    """List a way unless another covers it, instead of those that it covers."""
    first, second, third = total
    weights, behind = ways.weights, ways.behind
    way, before = ways.first[end], NO_WAY
    while way >= 0:
        after = behind[way]
        if (
            weights[way, 0] <= first
            and weights[way, 1] <= second
            and weights[way, 2] <= third
        ):
            return used
        if (
            first <= weights[way, 0]
            and second <= weights[way, 1]
            and third <= weights[way, 2]
        ):
            if before < 0:
                ways.first[end] = after
            else:
                behind[before] = after
        else:
            before = way
        way = after
    weights[used, 0], weights[used, 1], weights[used, 2] = first, second, third
    behind[used] = ways.first[end]
    ways.first[end] = used
    return used + 1


@inner
def worth(ways: Ways, end: int, n_single: int, total: tuple[int, int, int]) -> bool:
    """Return whether no single arc covers a turn and no two arcs weigh less."""
    first, second, third = total
    weights = ways.weights
    way = ways.first[end]
    while way >= 0:
        if (
            weights[way, 0] <= first
            and weights[way, 1] <= second
            and weights[way, 2] <= third
        ):
            less = (
                weights[way, 0] < first
                or weights[way, 1] < second
                or weights[way, 2] < third
            )
            return not (less or way < n_single)
        way = ways.behind[way]
    return True


@inner
def list_all(
    start: NDArray[np.int64],
    head: NDArray[np.int64],
    weights: NDArray[np.int64],
    ways: Ways,
    node: int,
) -> int:
    """List the ways of one or two arcs out of a node; return how many have one arc."""
    arcs = range(start[node], start[node + 1])
    used = 0
    for arc in arcs:
        total = (weights[arc, 0], weights[arc, 1], weights[arc, 2])
        used = _list(ways, head[arc], used, total)
    n_single = used
    for arc in arcs:
        middle = head[arc]
        for out in range(start[middle], start[middle + 1]):
            if head[out] != node:
                used = _list(ways, head[out], used, _sum(weights, arc, out))
    return n_single


@uncounted
def _find(
    start: NDArray[np.int64],
    head: NDArray[np.int64],
    weights: NDArray[np.int64],
    ways: Ways,
    turns: Turns,
) -> int:
    """Write the turns out of each node, and return how many there are."""
    count = 0
    for node in range(start.size - 1):
        n_single = list_all(start, head, weights, ways, node)
        arcs = range(start[node], start[node + 1])
        for arc in arcs:
            turns.start[arc] = count
            middle = head[arc]
            for out in range(start[middle], start[middle + 1]):
                end = head[out]
                if end != node and worth(ways, end, n_single, _sum(weights, arc, out)):
                    turns.arc[count] = out
                    count += 1
        for arc in arcs:
            ways.first[head[arc]] = NO_WAY
            for out in range(start[head[arc]], start[head[arc] + 1]):
                ways.first[head[out]] = NO_WAY
    turns.start[head.size] = count
    return count
