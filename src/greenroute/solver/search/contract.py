"""Fewer nodes and arcs, for searches that only ask what paths between some nodes cost.

A node that no path has to start or end at can go: every way in joins every way out. Nodes
go first where that leaves fewest arcs. Loops go as well, and arcs that a parallel one or a
way of two arcs covers. What paths between the kept nodes cost does not change.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.search.eliminate import (
    NONE,
    Links,
    drop_covered_by_two,
    link_all,
    take_out_all,
)

#: Arcs that a node may leave more than go with it, round by round. Searches on the freight
#: graph are fastest at 512 to 1,024, and take a half longer at 32.
MORE_ARCS = (0, 0, 0, 8, 8, 8, 32, 32, 128, 128, 512, 512)


class Arcs(NamedTuple):
    """Arcs and what they carry along.

    Attributes
    ----------
    tail, head
        Nodes, int64 (n_arcs,).
    weights
        What paths are compared by, int64 (n_arcs, 3).
    sums
        What else adds up along a path, int64 (n_arcs, k).
    marks
        Bits that are set on a path if they are on an arc of it, uint8 (n_arcs,).
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weights: NDArray[np.int64]
    sums: NDArray[np.int64]
    marks: NDArray[np.uint8]

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Arcs":
        """Return some of the arcs."""
        return Arcs(
            tail=self.tail[rows],
            head=self.head[rows],
            weights=self.weights[rows],
            sums=self.sums[rows],
            marks=self.marks[rows],
        )


def contract(n_nodes: int, arcs: Arcs, keep: NDArray[np.bool_]) -> Arcs:
    """Return arcs over fewer nodes with the same cheapest paths between the kept ones.

    Parameters
    ----------
    n_nodes
        Number of nodes; they keep their numbers.
    keep
        Nodes that stay, bool (n_nodes,).
    """
    links = _links(n_nodes, arcs)
    link_all(links, arcs.tail, arcs.head)
    used = len(arcs.tail)
    _thin(links)
    for most in MORE_ARCS:
        into, out = links.n_in.astype(np.int64), links.n_out.astype(np.int64)
        score = into * out - into - out
        nodes = np.flatnonzero(~keep & (score <= most) & (into + out > 0))
        nodes = nodes[np.argsort(score[nodes], kind="stable")]
        while len(nodes):
            used, done = take_out_all(links, nodes, most, used)
            nodes = nodes[done:]
            if len(nodes):
                links = _enlarged(links)
        _thin(links)
    return _what_is_left(links, used, arcs)


def renumber(arcs: Arcs, keep: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Arcs]:
    """Return the nodes that are kept or joined, and arcs that count only these.

    Parameters
    ----------
    keep
        Nodes that stay though no arc may touch them, bool (n_nodes,).

    Returns
    -------
    tuple
        Old number of each node, ascending, and the arcs under the new numbers.
    """
    used = keep.copy()
    used[arcs.tail] = used[arcs.head] = True
    number = np.cumsum(used) - 1
    counted = arcs._replace(tail=number[arcs.tail], head=number[arcs.head])
    return np.flatnonzero(used), counted


def _links(n_nodes: int, arcs: Arcs) -> Links:
    """Return room for the arcs given and as many again, none of them linked."""
    given = len(arcs.tail)

    def none(size: int) -> NDArray[np.int32]:
        return np.full(size, NONE, np.int32)

    weights = np.empty((2 * given, 3), np.int64)
    weights[:given] = arcs.weights
    return Links(
        tail=none(2 * given),
        head=none(2 * given),
        weights=weights,
        before=none(2 * given),
        after=none(2 * given),
        next_out=none(2 * given),
        last_out=none(2 * given),
        next_in=none(2 * given),
        last_in=none(2 * given),
        first_out=none(n_nodes),
        first_in=none(n_nodes),
        n_out=np.zeros(n_nodes, np.int32),
        n_in=np.zeros(n_nodes, np.int32),
    )


def _enlarged(links: Links) -> Links:
    """Return the same graph with room for twice the arcs."""
    size = 2 * len(links.tail)
    grown = {}
    for name in links._fields:
        old = getattr(links, name)
        if not name.startswith(("first", "n_")):
            new = np.full((size, *old.shape[1:]), NONE, old.dtype)
            new[: len(old)] = old
            grown[name] = new
    return links._replace(**grown)


def _thin(links: Links) -> None:
    """Unlink arcs that a way of two arcs covers."""
    n_nodes, n_rows = len(links.first_out), len(links.tail)
    drop_covered_by_two(
        links,
        np.full(n_nodes, NONE, np.int32),
        np.empty(n_rows, np.int32),
        np.empty((n_nodes, 3), np.int64),
    )


def _what_is_left(links: Links, used: int, arcs: Arcs) -> Arcs:
    """Return the arcs that are linked, with what the arcs in them carry."""
    given = len(arcs.tail)
    sums = np.zeros((used, arcs.sums.shape[1]), np.int64)
    marks = np.zeros(used, np.uint8)
    sums[:given], marks[:given] = arcs.sums, arcs.marks
    _carry(links.before, links.after, given, sums, marks)
    rows = np.flatnonzero(links.tail[:used] >= 0)
    return Arcs(
        tail=links.tail[rows].astype(np.int64),
        head=links.head[rows].astype(np.int64),
        weights=links.weights[rows],
        sums=sums[rows],
        marks=marks[rows],
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _carry(
    before: NDArray[np.int32],
    after: NDArray[np.int32],
    given: int,
    sums: NDArray[np.int64],
    marks: NDArray[np.uint8],
) -> None:
    """Add up what the arcs carry that each arc behind the given ones was joined from."""
    for arc in range(given, len(sums)):
        for k in range(sums.shape[1]):
            sums[arc, k] = sums[before[arc], k] + sums[after[arc], k]
        marks[arc] = marks[before[arc]] | marks[after[arc]]
