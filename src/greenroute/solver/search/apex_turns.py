"""Which arc is worth taking after which, for labels whose promises are lowered.

As in `turns`, but a label stands for paths that weigh less than its own. So a turn is left
out only where another way weighs no more even when its first arc weighs what the promise of
a label is lowered by at most less. The proof is the same, with promises for weights; its
induction is over the sum of what the label and its next arc promise in all objectives, and
then over the arcs from the source to the label.
"""

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.search.bounds import Halves, Words, uncounted
from greenroute.solver.search.turns import (
    NO_WAY,
    Turns,
    Ways,
    list_all,
    make_room,
    worth,
)


def find_apex_turns(
    start: Words,
    head: Halves,
    promises: NDArray[np.int64],
    lowered: NDArray[np.int64],
) -> Turns:
    """Return the turns worth taking.

    Parameters
    ----------
    start, head
        Arcs sorted by tail: where those of a node begin, and head.
    promises, lowered
        What an arc adds to a promise, and that less what a label that came over it is
        lowered by at most: (3, n_arcs), >= 0.
    """
    ways, turns = make_room(start, head)
    count = _find(
        (start.astype(np.int64), head.astype(np.int64)),
        np.ascontiguousarray(promises.T),
        np.ascontiguousarray(lowered.T),
        ways,
        turns,
    )
    return turns._replace(arc=turns.arc[:count].copy())


@uncounted
def _find(
    arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
    promises: NDArray[np.int64],
    lowered: NDArray[np.int64],
    ways: Ways,
    turns: Turns,
) -> int:
    """Write the turns out of each node, and return how many there are."""
    start, head = arcs
    count = 0
    for node in range(start.size - 1):
        n_single = list_all(start, head, promises, ways, node)
        for arc in range(start[node], start[node + 1]):
            turns.start[arc] = count
            for out in range(start[head[arc]], start[head[arc] + 1]):
                total = (
                    lowered[arc, 0] + promises[out, 0],
                    lowered[arc, 1] + promises[out, 1],
                    lowered[arc, 2] + promises[out, 2],
                )
                if head[out] != node and worth(ways, head[out], n_single, total):
                    turns.arc[count] = out
                    count += 1
        for arc in range(start[node], start[node + 1]):
            ways.first[head[arc]] = NO_WAY
            for out in range(start[head[arc]], start[head[arc] + 1]):
                ways.first[head[out]] = NO_WAY
    turns.start[head.size] = count
    return count
