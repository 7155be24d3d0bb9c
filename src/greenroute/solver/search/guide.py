"""Prunes an exact search by what paths to the target weigh together, not one by one.

The lower bounds of a label are the least weights in each objective alone: no path attains
all three. Under weights `d` of several directions a shortest path gives another bound: what
follows a label costs at least `d.rise + gap(node)`. With some good points known beforehand,
all that could still be new lies below one of the *corners* between them [1]_; a label that
reaches no corner under every direction is given up. On the freight graph that leaves a
fifth to a half of the labels.

References
----------
.. [1] K. Klamroth, R. Lacour, D. Vanderpooten, "On the representation of the search region
   in multi-objective optimization", European Journal of Operational Research 245 (2015)
   767-778.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.search.bounds import (
    ONE,
    ZERO,
    Halves,
    Word,
    inner,
)
from greenroute.solver.search.workspace import Usable

Floats = NDArray[np.float64]

#: Shares of the objectives in each direction, each as wide as the known points. These
#: twelve leave a fifth fewer labels on the freight graph than nine coarser ones.
SHARES = np.array(
    [
        [i, j, 4 - i - j]
        for i in range(5)
        for j in range(5 - i)
        if max(i, j, 4 - i - j) < 4  # noqa: PLR2004 - one objective alone
    ]
)
#: Steps of the widest objective in which gaps are counted.
_STEPS = 2**24
#: More than floats lose when they are summed and compared.
_ROUNDING = 1 - 1e-9
#: Where no point limits a corner.
_BEYOND = 2**62


class Guide(NamedTuple):
    """Corners and gaps.

    Attributes
    ----------
    corners
        Most that a new point may weigh above the lower bounds at the source, (n_corners, 3).
    heights
        The same under each direction, (n_corners, n_directions).
    directions
        Weight of a unit of each objective, (n_directions, 3).
    gaps
        Least that follows a node under each direction, (n_nodes, n_directions).
    hints
        Corner that the last label along each arc reached, (n_arcs,).
    """

    corners: Floats
    heights: Floats
    directions: Floats
    gaps: Floats
    hints: Halves

    def in_order(self, order: tuple[int, int, int]) -> "Guide":
        """Return the guide with its objectives in another order."""
        columns = list(order)
        return self._replace(
            corners=np.ascontiguousarray(self.corners[:, columns]),
            directions=np.ascontiguousarray(self.directions[:, columns]),
        )


def no_guide() -> Guide:
    """Return a guide that gives nothing up."""
    none = np.empty((0, 3))
    return Guide(none, none, none, none, np.empty(0, np.uint32))


def lay_out_guide(usable: Usable, points: NDArray[np.int64], target: int) -> Guide:
    """Return the guide that some known points give.

    Parameters
    ----------
    points
        What they weigh above the lower bounds at the source, (n_points, 3).
    """
    wide = np.maximum(points.max(axis=0) - points.min(axis=0), 1)
    directions = SHARES * (_STEPS / wide)
    # In no order: sorted points would leave many corners on the way.
    shuffled = points[np.random.default_rng(0).permutation(len(points))]
    corners = _corners(shuffled).astype(np.float64)
    return Guide(
        corners=corners,
        heights=corners @ directions.T,
        directions=directions,
        gaps=_gaps(
            usable._replace(rises=np.ascontiguousarray(usable.rises)),
            directions,
            target,
        ),
        hints=np.zeros(len(usable.head), np.uint32),
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _gaps(usable: Usable, directions: Floats, target: int) -> Floats:
    """Return the least that follows each node under each direction.

    All directions at a time, from the target back along the arcs: a node whose least fell
    in one of them waits in a ring to be looked at again.
    """
    n_nodes, n_arcs = usable.start.size - 1, usable.head.size
    n_directions = directions.shape[0]
    begin = np.zeros(n_nodes + 2, np.int64)
    for arc in range(n_arcs):
        begin[usable.head[arc] + 2] += 1
    for node in range(n_nodes):
        begin[node + 2] += begin[node + 1]
    tail = np.empty(n_arcs, np.int64)
    weights = np.empty((n_arcs, n_directions))
    for node in range(n_nodes):
        for arc in range(usable.start[node], usable.start[node + 1]):
            place = begin[usable.head[arc] + 1]
            begin[usable.head[arc] + 1] += 1
            tail[place] = node
            for k in range(n_directions):
                weights[place, k] = (
                    directions[k, 0] * usable.rises[0, arc]
                    + directions[k, 1] * usable.rises[1, arc]
                    + directions[k, 2] * usable.rises[2, arc]
                )
    gaps = np.full((n_nodes, n_directions), np.inf)
    gaps[target] = 0.0
    ring, waits = np.empty(n_nodes, np.int64), np.zeros(n_nodes, np.bool_)
    ring[0], waits[target] = target, True
    first, count = 0, 1
    while count > 0:
        node = ring[first]
        first, count = (first + 1) % n_nodes, count - 1
        waits[node] = False
        for place in range(begin[node], begin[node + 1]):
            before, less = tail[place], False
            for k in range(n_directions):
                total = gaps[node, k] + weights[place, k]
                less |= total < gaps[before, k]
                gaps[before, k] = min(total, gaps[before, k])
            if less and not waits[before]:
                ring[(first + count) % n_nodes] = before
                count += 1
                waits[before] = True
    return gaps


def _corners(points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most that a vector may be which is not above a point in all three.

    So neither a point itself is given up nor what equals it in one objective.
    """
    corners = np.full((1, 3), _BEYOND)
    for point in points:
        split = (point < corners).all(axis=1)
        old, new = corners[~split], np.repeat(corners[split], 3, axis=0)
        new[np.arange(len(new)), np.tile(np.arange(3), len(new) // 3)] = np.tile(
            point, len(new) // 3
        )
        new = np.unique(new, axis=0)
        new = new[~_within(new, old)]
        # Those that another new one covers.
        inner = (new[:, None] <= new[None]).all(axis=2).sum(axis=1) > 1
        corners = np.concatenate([old, new[~inner]])
    return corners


def _within(points: NDArray[np.int64], others: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which points are nowhere above one of the others."""
    below: NDArray[np.bool_] = np.all(points[:, None] <= others[None], axis=2)
    return np.asarray(np.any(below, axis=1))


@inner
def reaches_corner(
    guide: Guide, arc: Word, node: Word, rises: tuple[float, float, float]
) -> bool:
    """Return whether what follows a label at a node may lie below a corner."""
    first, second, third = rises
    n_directions = guide.directions.shape[0]
    n_corners = Word(guide.corners.shape[0])
    for place in range(n_corners + ONE):
        # The corner that the last label along this arc reached comes first.
        i = Word(guide.hints[arc]) if place == ZERO else Word(place) - ONE
        if (
            second <= guide.corners[i, 1]
            and third <= guide.corners[i, 2]
            and first <= guide.corners[i, 0]
        ):
            below = True
            for k in range(n_directions):
                height = (
                    guide.directions[k, 0] * first
                    + guide.directions[k, 1] * second
                    + guide.directions[k, 2] * third
                    + guide.gaps[node, k]
                )
                if height * _ROUNDING > guide.heights[i, k]:
                    below = False
                    break
            if below:
                guide.hints[arc] = i
                return True
    return False
