"""What a label search works on: packed costs and arrays that grow."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.search.bounds import ONE, ZERO, Halves, Word, Words
from greenroute.solver.search.labels import (
    AHEAD,
    AHEAD_LEAST,
    BEGIN,
    BUCKETS,
    DOMINATOR,
    FREE,
    HALF_WORD,
    HEAP_FULL,
    HEAP_SIZE,
    LABELS_FULL,
    N_LABELS,
    N_POINTS,
    NIL,
    POINTS_FULL,
    RISE,
    STAIRS_FULL,
    TOP_GUARD,
    WAITING_FULL,
    WAITING_USED,
    Packing,
    Work,
)

#: Bits of a word but for two guards.
PAYLOAD_BITS = 62
#: Buckets of the ladder; 8 to 64 thousand run equally fast.
MOST_BUCKETS = 8192
#: Rows of the arrays at first.
FIRST_ROWS = 4096


class Usable(NamedTuple):
    """Arcs that may lie on a path to the target, sorted by tail.

    Attributes
    ----------
    start, head, position
        Where the arcs of a node begin, head, and place among all arcs of the graph.
    rises
        Rise in each objective, (3, n_arcs).
    """

    start: Words
    head: Halves
    position: Halves
    rises: Words


def choose_packing(
    usable: Usable, order: tuple[int, int, int], room: NDArray[np.int64]
) -> Packing | None:
    """Return how to pack the last two objectives of the order, or None if they cannot be.

    If the largest sums over a path are sure to fit, they get the bits they need. Else the
    bits left over by the largest rises are halved, and the search watches the guards.
    """
    n_nodes = len(usable.start) - 1
    # One more in the upper half: every label stands above the lowest stair.
    offset = (0, 1)
    single, path = [], []
    for k, above in zip(order[:0:-1], offset, strict=True):
        most = int(usable.rises[k].max(initial=0))
        single.append((most + above).bit_length())
        path.append((min(most * n_nodes, int(room[k])) + above).bit_length())
    spare = PAYLOAD_BITS - sum(single)
    if spare < 0:
        return None
    low_bits = single[0] + spare // 2
    if sum(path) <= PAYLOAD_BITS:
        low_bits = path[0]
    low_most = 2**low_bits - 1
    high_most = 2 ** (PAYLOAD_BITS - low_bits) - 1
    second = min(int(room[order[1]]) + 1, high_most)
    third = min(int(room[order[2]]), low_most)
    shift = low_bits + 1
    return Packing(
        shift=Word(shift),
        guard=Word(2**63 | 2**low_bits),
        limit=Word(second << shift | third),
        first_limit=Word(room[order[0]]),
    )


def new_work(
    usable: Usable, order: tuple[int, int, int], packing: Packing, source: int
) -> Work:
    """Return the state of a search whose only label stands at the source."""
    n_arcs, n_nodes = len(usable.head), len(usable.start) - 1
    first, second, third = (usable.rises[k] for k in order)
    arcs = np.empty((n_arcs + 1, 2), np.uint64)
    arcs[:n_arcs, RISE] = (second << packing.shift) | third
    # This word dominates nothing: both its halves are above all others.
    arcs[:, DOMINATOR] = packing.guard
    stairs = np.empty(FIRST_ROWS, np.uint64)
    stairs[0] = packing.guard ^ TOP_GUARD
    nodes = np.zeros((n_nodes + 1, 4), np.uint32)
    nodes[n_nodes, BEGIN] = 1
    ladder = np.full(int(BUCKETS) + MOST_BUCKETS, NIL)
    ladder[:BUCKETS] = ZERO
    ladder[FREE] = NIL
    ladder[AHEAD] = NIL
    ladder[AHEAD_LEAST] = ~ZERO
    ladder[HEAP_SIZE] = ONE
    heap = np.empty((FIRST_ROWS, 3), np.uint64)
    heap[0] = (ZERO, ONE << packing.shift, Word(n_arcs) << HALF_WORD)
    return Work(
        start=usable.start,
        head=np.append(usable.head, np.uint32(source)),
        first=first,
        arcs=arcs,
        nodes=nodes,
        stairs=stairs,
        labels=np.empty(FIRST_ROWS, np.uint64),
        points=np.empty((FIRST_ROWS, 3), np.uint64),
        waiting=np.empty((FIRST_ROWS, 4), np.uint64),
        heap=heap,
        ladder=ladder,
    )


def enlarge(work: Work, full: int) -> Work:
    """Return the work with twice the rows in the array that is full."""
    ladder = work.ladder
    name, used = {
        LABELS_FULL: ("labels", ladder[N_LABELS]),
        POINTS_FULL: ("points", ladder[N_POINTS]),
        WAITING_FULL: ("waiting", ladder[WAITING_USED]),
        HEAP_FULL: ("heap", ladder[HEAP_SIZE]),
        STAIRS_FULL: ("stairs", work.nodes[-1, BEGIN]),
    }[full]
    old: Words = getattr(work, name)
    new = np.empty((2 * len(old), *old.shape[1:]), np.uint64)
    new[:used] = old[:used]
    return work._replace(**{name: new})
