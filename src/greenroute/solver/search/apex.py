"""Compiled kernels of the label search that is certified to miss no cost by more than a share.

A label stands for all the paths that it made superfluous, not only for its own. It has a
*promise* besides the sums of its own path: in each objective at most (1 + epsilon) times
what any path weighs that it stands for, and at least what its own path weighs. The promise
over 1 + epsilon is the apex of A*pex [1]_. The difference between promise and sums is
*slack*; an arc of weight w adds w to the sums and w + floor(epsilon * w) to the promise.

Claim: for each path to a node there is a label settled at it whose promise is at most the
sum of w + floor(epsilon * w) over the path. By induction over its arcs: the label that
stands for the path without its last arc is extended by that arc, which keeps the claim.
What is queued there is settled, or dropped only where a label that is settled or waits at
the node promises no more; the one that waits is in turn settled, or dropped for a settled
one. To lower the promise of a label keeps the claim, as long as no sum lies above it. So
the sums of some label are at most (1 + epsilon) times those of the path, whatever its length.

Nothing is gained unless promises are lowered: a label that promises less covers more. What
it may be lowered by is its slack, and what is spent at one node is missing at the next. How
much is spent where decides how fast the search is, never whether the claim holds:

- the second and third objective when a label is settled, by `SPEND` of epsilon times the
  promise at most, and `PER_ARC` times the slack that its last arc brought;
- the first when it is queued, down to a round number, so that labels tie and the best of
  them in the other two comes first. It is never lowered below the label before, so that
  labels are still settled in ascending order of the first; nor by more than `PER_ARC`
  times the slack of its last arc.

So `apex_turns` knows what labels are lowered by at most, and which turns nobody misses.

References
----------
.. [1] H. Zhang, O. Salzman, T. K. S. Kumar, A. Felner, C. Hernández Ulloa, S. Koenig,
   "A*pex: efficient approximate multi-objective search on graphs", ICAPS 32 (2022) 394-403.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.search.bounds import (
    FIRST,
    FOUR,
    ONE,
    REST,
    TAG,
    ZERO,
    Halves,
    Integers,
    Word,
    Words,
    heap_drop,
    inner,
    uncounted,
)
from greenroute.solver.search.labels import (
    BEGIN,
    DOMINATOR,
    DONE,
    HALF_WORD,
    HEAP_SIZE,
    N_LABELS,
    NIL,
    OVERFLOW,
    RISE,
    ROOM,
    STAIRS_FULL,
    Packing,
    Work,
    add_stair,
    dominates,
    enqueue,
    fill_heap,
    stair_before,
    steps_left,
)
from greenroute.solver.search.turns import Turns

#: Share of epsilon times the promise that is spent at a node at most, and how often the
#: slack of the last arc. Between 1 % and 5 % of epsilon the freight graph needs fewest
#: labels here; all slack spent at once, or a fifth of it, takes a third more.
SPEND, PER_ARC = 0.4, Word(2)
#: Columns of what is kept of a label: slack of the second and third, packed; its place in
#: the first objective, and the slack in that.
KEPT, PLACE, KEPT_FIRST = ZERO, ONE, Word(2)


class Slack(NamedTuple):
    """Slack of arcs and labels.

    Attributes
    ----------
    arcs
        Slack in the second and third objective, packed, and in the first (n_arcs + 1, 2).
    labels
        What is kept of each label, (n_labels, 3).
    spend
        Most that is spent at a node, as a share of the promise.
    """

    arcs: Words
    labels: Words
    spend: float


@inner
def _rounded(promise: Word, slack: Word, least: Word, share: float) -> Word:
    """Return the roundest number within the slack below a promise, and not below `least`."""
    step = ONE
    most = Word(float(promise) * share)
    while step << ONE <= most:
        step <<= ONE
    while step > ONE:
        lower = promise & ~(step - ONE)
        if promise - lower <= slack and lower >= least:
            return lower
        step >>= ONE
    return promise


@inner
def _spent(promise: Word, slack: Word, of_arc: Word, share: float) -> Word:
    """Return how much of its slack a label spends in one objective."""
    return min(slack, Word(float(promise) * share), of_arc * PER_ARC)


@inner
def _lower(slack: Slack, packing: Packing, rest: Word, tag: Word) -> tuple[Word, Word]:
    """Return the lowered promise of a label in the second and third, and the slack left."""
    arc, parent = tag >> HALF_WORD, tag & NIL
    low = (ONE << packing.shift) - ONE
    of_arc = slack.arcs[arc, 0]
    have = slack.labels[parent, KEPT] + of_arc
    second = _spent(
        (rest >> packing.shift) - ONE,
        have >> packing.shift,
        of_arc >> packing.shift,
        slack.spend,
    )
    third = _spent(rest & low, have & low, of_arc & low, slack.spend)
    spent = second << packing.shift | third
    return rest - spent, have - spent


@inner
def _extend(
    work: Work,
    slack: Slack,
    packing: Packing,
    label: tuple[Word, Word, Word],
    arc: Word,
) -> bool:
    """Extend a settled label by an arc; False if a promise does not fit the packing."""
    arcs, stairs, nodes, guard = work.arcs, work.stairs, work.nodes, packing.guard
    first, rest, number = label
    word = rest + arcs[arc, RISE]
    if dominates(arcs[arc, DOMINATOR], word, guard):
        return True
    there = Word(work.head[arc])
    stair = stairs[stair_before(stairs, nodes, there, word)]
    if dominates(stair, word, guard):
        arcs[arc, DOMINATOR] = stair
        return True
    of_arc = slack.arcs[arc, 1]
    have = min(slack.labels[number, KEPT_FIRST] + of_arc, of_arc * PER_ARC)
    total = _rounded(first + work.first[arc], have, first, slack.spend)
    last = work.points
    if last[there, FIRST] <= total and dominates(last[there, REST], word, guard):
        return True
    last[there, FIRST], last[there, REST] = total, word
    tag = arc << HALF_WORD | number
    enqueue(work.ladder, work.waiting, work.heap, total, word, tag)
    return bool(word & guard == ZERO)


@inner
def _expand(
    work: Work,
    slack: Slack,
    turns: Turns,
    packing: Packing,
    label: tuple[Word, Word, Word],
) -> bool:
    """Extend a settled label by all arcs; False if a promise does not fit the packing."""
    fits = True
    into = work.labels[label[2]] >> HALF_WORD
    if label[2] == ZERO:
        node = Word(work.head[into])
        for arc in range(work.start[node], work.start[node + ONE]):
            fits = _extend(work, slack, packing, label, Word(arc)) and fits
    else:
        for turn in range(turns.start[into], turns.start[into + ONE]):
            arc = turns.arc[turn]
            fits = _extend(work, slack, packing, label, Word(arc)) and fits
    return fits


@inner
def _keep(work: Work, slack: Slack, label: Word, first: Word, kept: Word) -> None:
    """Write down what is kept of a label whose arc and parent are written."""
    arc, parent = work.labels[label] >> HALF_WORD, work.labels[label] & NIL
    labels = slack.labels
    before = labels[parent, PLACE] + work.first[arc]
    labels[label, KEPT] = kept
    labels[label, PLACE] = first
    labels[label, KEPT_FIRST] = (
        labels[parent, KEPT_FIRST] + slack.arcs[arc, 1] - (before - first)
    )


@uncounted
def advance_apex(
    work: Work, slack: Slack, turns: Turns, packing: Packing, most_arcs: Word
) -> int:
    """Settle labels until the queue is empty, an array is full or a promise overflows.

    The source has label 0, and nothing is kept of it. There is room to keep as much as
    there is room for labels.
    """
    ladder, heap, stairs, nodes = work.ladder, work.heap, work.stairs, work.nodes
    guard = packing.guard
    pool = Word(nodes.shape[0]) - ONE
    steps = ZERO
    while True:
        if steps == ZERO:
            steps, full = steps_left(work, most_arcs)
            if steps == ZERO:
                return full
        if ladder[HEAP_SIZE] == ZERO:
            if not fill_heap(work, guard):
                return DONE
            continue
        first, rest, tag = heap[ZERO, FIRST], heap[ZERO, REST], heap[ZERO, TAG]
        node = Word(work.head[tag >> HALF_WORD])
        needed = Word(nodes[pool, BEGIN]) + (Word(nodes[node, ROOM]) << ONE) + FOUR
        if needed > Word(stairs.size):
            return STAIRS_FULL
        ladder[HEAP_SIZE] -= ONE
        heap_drop(heap, ladder[HEAP_SIZE])
        if dominates(stairs[stair_before(stairs, nodes, node, rest)], rest, guard):
            continue
        label = ladder[N_LABELS]
        work.labels[label] = tag
        if label > ZERO:
            rest, kept = _lower(slack, packing, rest, tag)
            _keep(work, slack, label, first, kept)
        before = stair_before(stairs, nodes, node, rest)
        add_stair(stairs, nodes, node, before, rest, guard)
        steps -= ONE
        ladder[N_LABELS] += ONE
        if not _expand(work, slack, turns, packing, (first, rest, label)):
            return OVERFLOW


@njit(nogil=True, cache=True, error_model="numpy")
def reached_apex(
    labels: Words,
    head: Halves,
    wanted: NDArray[np.bool_],
    weights: Integers,
    marks: NDArray[np.uint8],
) -> tuple[Integers, Integers, NDArray[np.uint8]]:
    """Return the labels at wanted nodes, their sums and marks, in order of settling.

    `weights` (n_arcs + 1, 3) and `marks` have a last row for the arc into the source.
    """
    total = np.zeros((labels.size, 3), np.int64)
    mark = np.zeros(labels.size, np.uint8)
    rows = np.empty(labels.size, np.int64)
    count = 0
    for label in range(labels.size):
        arc = labels[label] >> HALF_WORD
        if label:
            parent = labels[label] & NIL
            for k in range(3):
                total[label, k] = total[parent, k] + weights[arc, k]
            mark[label] = mark[parent] | marks[arc]
        if wanted[head[arc]]:
            rows[count] = label
            count += 1
    rows = rows[:count]
    return rows, total[rows], mark[rows]


@njit(nogil=True, cache=True, error_model="numpy")
def thin(node: Integers, sums: Integers, promise: Integers) -> NDArray[np.bool_]:
    """Return which points are needed: each other one promises no less than one of them.

    Points are sorted by node and then by sums, so that none that is needed dominates
    another.
    """
    needed = np.zeros(node.size, np.bool_)
    chosen = np.empty(node.size, np.int64)
    count = 0
    for point in range(node.size):
        if point and node[point] != node[point - 1]:
            count = 0
        covered = False
        for i in range(count):
            other = chosen[i]
            if (
                sums[other, 0] <= promise[point, 0]
                and sums[other, 1] <= promise[point, 1]
                and sums[other, 2] <= promise[point, 2]
            ):
                covered = True
                break
        if not covered:
            needed[point] = True
            chosen[count] = point
            count += 1
    return needed
