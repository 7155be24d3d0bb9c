"""Compiled kernels that take nodes out of a graph whose arcs have three weights.

The arcs of a node are linked lists, out of it and into it. A node that goes leaves an arc
for every way through it, unless a parallel arc is as good; an arc that a new one dominates
goes as well, and so does one that a way of two arcs dominates. What paths between the nodes
that stay cost is the same after every step.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.search.bounds import inner, uncounted

Counts = NDArray[np.int32]

#: End of a list; joins no arcs.
NONE = -1


class Links(NamedTuple):
    """A graph that shrinks.

    Attributes
    ----------
    tail, head, weights
        Arcs, those that have gone included: (n_rows,) and (n_rows, 3). The tail of those
        that have gone is `NONE`.
    before, after
        Arcs that each arc was joined from, (n_rows,); `NONE` for those given.
    next_out, last_out, next_in, last_in
        Neighbours of each arc in the lists of its tail and of its head, (n_rows,).
    first_out, first_in, n_out, n_in
        Lists and their lengths, (n_nodes,).
    """

    tail: Counts
    head: Counts
    weights: NDArray[np.int64]
    before: Counts
    after: Counts
    next_out: Counts
    last_out: Counts
    next_in: Counts
    last_in: Counts
    first_out: Counts
    first_in: Counts
    n_out: Counts
    n_in: Counts


@inner
def _link(links: Links, arc: int, tail: int, head: int) -> None:
    """Put an arc into the lists of its ends."""
    links.tail[arc] = tail
    links.head[arc] = head
    behind = links.first_out[tail]
    links.next_out[arc], links.last_out[arc] = behind, NONE
    if behind >= 0:
        links.last_out[behind] = arc
    links.first_out[tail] = arc
    behind = links.first_in[head]
    links.next_in[arc], links.last_in[arc] = behind, NONE
    if behind >= 0:
        links.last_in[behind] = arc
    links.first_in[head] = arc
    links.n_out[tail] += 1
    links.n_in[head] += 1


@inner
def _unlink(links: Links, arc: int) -> None:
    """Take an arc out of the lists of its ends; its own links stay readable."""
    tail, head = links.tail[arc], links.head[arc]
    before, behind = links.last_out[arc], links.next_out[arc]
    if before >= 0:
        links.next_out[before] = behind
    else:
        links.first_out[tail] = behind
    if behind >= 0:
        links.last_out[behind] = before
    before, behind = links.last_in[arc], links.next_in[arc]
    if before >= 0:
        links.next_in[before] = behind
    else:
        links.first_in[head] = behind
    if behind >= 0:
        links.last_in[behind] = before
    links.tail[arc] = NONE
    links.n_out[tail] -= 1
    links.n_in[head] -= 1


@inner
def _covers(weights: NDArray[np.int64], arc: int, other: int) -> bool:
    """Return whether an arc weighs no more than another in all three."""
    return bool(
        weights[arc, 0] <= weights[other, 0]
        and weights[arc, 1] <= weights[other, 1]
        and weights[arc, 2] <= weights[other, 2]
    )


@inner
def _add(links: Links, arc: int, tail: int, head: int) -> bool:
    """Link the arc unless a parallel one covers it; unlink parallel ones that it covers."""
    weights = links.weights
    by_tail = links.n_out[tail] <= links.n_in[head]
    other = links.first_out[tail] if by_tail else links.first_in[head]
    while other >= 0:
        behind = links.next_out[other] if by_tail else links.next_in[other]
        if (links.head[other] == head) if by_tail else (links.tail[other] == tail):
            if _covers(weights, other, arc):
                return False
            if _covers(weights, arc, other):
                _unlink(links, other)
        other = behind
    _link(links, arc, tail, head)
    return True


@uncounted
def link_all(links: Links, tail: NDArray[np.int64], head: NDArray[np.int64]) -> None:
    """Link the given arcs, whose weights are there, but for loops and covered ones."""
    for arc in range(tail.size):
        links.tail[arc] = NONE
        if tail[arc] != head[arc]:
            _add(links, arc, tail[arc], head[arc])


@inner
def _take_out(links: Links, node: int, used: int) -> int:
    """Take out a node, join each way in to each way out; return the rows then used."""
    weights = links.weights
    into = links.first_in[node]
    while into >= 0:
        out = links.first_out[node]
        while out >= 0:
            if links.head[out] != links.tail[into]:
                for k in range(3):
                    weights[used, k] = weights[into, k] + weights[out, k]
                if _add(links, used, links.tail[into], links.head[out]):
                    links.before[used], links.after[used] = into, out
                    used += 1
            out = links.next_out[out]
        into = links.next_in[into]
    while links.first_in[node] >= 0:
        _unlink(links, links.first_in[node])
    while links.first_out[node] >= 0:
        _unlink(links, links.first_out[node])
    return used


@uncounted
def take_out_all(
    links: Links, nodes: NDArray[np.int64], most: int, used: int
) -> tuple[int, int]:
    """Take out nodes that leave at most `most` arcs more than go.

    Return the rows used, and how many of the nodes were looked at: not all, if there may be
    too few rows for the next one.
    """
    for i in range(nodes.size):
        node = nodes[i]
        into, out = int(links.n_in[node]), int(links.n_out[node])
        if into * out - into - out > most:
            continue
        if used + into * out > links.tail.size:
            return used, i
        used = _take_out(links, node, used)
    return used, nodes.size


@inner
def _mark(
    links: Links, node: int, first: Counts, behind: Counts, highest: NDArray[np.int64]
) -> None:
    """List the arcs out of a node by head, with the most that they weigh."""
    weights = links.weights
    arc = links.first_out[node]
    while arc >= 0:
        head = links.head[arc]
        for k in range(3):
            if first[head] < 0 or weights[arc, k] > highest[head, k]:
                highest[head, k] = weights[arc, k]
        behind[arc] = first[head]
        first[head] = arc
        arc = links.next_out[arc]


@inner
def _drop_covered(
    links: Links, way: tuple[int, int], first: Counts, behind: Counts
) -> None:
    """Unlink the arcs listed that a way of two arcs covers, but for its own first."""
    into, out = way
    weights = links.weights
    arc = first[links.head[out]]
    while arc >= 0:
        if (
            arc != into
            and links.tail[arc] >= 0
            and weights[into, 0] + weights[out, 0] <= weights[arc, 0]
            and weights[into, 1] + weights[out, 1] <= weights[arc, 1]
            and weights[into, 2] + weights[out, 2] <= weights[arc, 2]
        ):
            _unlink(links, arc)
        arc = behind[arc]


@uncounted
def drop_covered_by_two(
    links: Links, first: Counts, behind: Counts, highest: NDArray[np.int64]
) -> None:
    """Unlink arcs that a way of two arcs covers.

    Parameters
    ----------
    first, behind, highest
        Room: `NONE` (n_nodes,), anything (n_rows,) and (n_nodes, 3).
    """
    weights = links.weights
    for node in range(links.first_out.size):
        start = links.first_out[node]
        _mark(links, node, first, behind, highest)
        into = start
        while into >= 0:
            following = links.next_out[into]
            out = links.first_out[links.head[into]]
            while out >= 0 and links.tail[into] >= 0:
                head = links.head[out]
                if (
                    first[head] >= 0
                    and head != node
                    and weights[into, 0] + weights[out, 0] <= highest[head, 0]
                    and weights[into, 1] + weights[out, 1] <= highest[head, 1]
                    and weights[into, 2] + weights[out, 2] <= highest[head, 2]
                ):
                    _drop_covered(links, (into, out), first, behind)
                out = links.next_out[out]
            into = following
        while start >= 0:
            first[links.head[start]] = NONE
            start = links.next_out[start]
