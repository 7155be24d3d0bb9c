"""Compiled kernels of the label search with a timetable, a tolerance, or both.

The same labels, stairs and queue as in `labels`. With a timetable the first objective is
time: the rise of an arc with entries follows from when goods come to it. With a tolerance
a label is also dropped where a point that was found is at most (1 + epsilon) times the
label's lower bound in every objective. Labels that dominate each other at a node are told
apart without tolerance: only so the factor holds for the whole path, whatever its length.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.search.bounds import (
    FIRST,
    FOUR,
    ONE,
    REST,
    TAG,
    ZERO,
    Integers,
    Word,
    Words,
    heap_drop,
    inner,
    uncounted,
)
from greenroute.solver.search.guide import Guide, reaches_corner
from greenroute.solver.search.labels import (
    BEGIN,
    DOMINATOR,
    DONE,
    HALF_WORD,
    HEAP_SIZE,
    N_LABELS,
    N_POINTS,
    N_POPS,
    OVERFLOW,
    RISE,
    ROOM,
    STAIRS_FULL,
    TOP_GUARD,
    Packing,
    Work,
    add_stair,
    clip,
    dominates,
    enqueue,
    fill_heap,
    stair_before,
    steps_left,
)
from greenroute.solver.search.timetable import Timetable

#: Arrival by no entry.
NEVER = Word(2**61)
#: Most that a tolerance may add, which is more than a half holds.
MOST_SLACK = float(2**61)


class Entries(NamedTuple):
    """Entries of the usable arcs, and how to read times from labels.

    Attributes
    ----------
    begin, end
        Entries of each arc, (n_arcs + 1,); none where both are equal.
    ready_by, earliest, duration, later
        As `Timetable` has them, (n_entries,).
    ahead
        Time at a node less the first objective of a label there, modulo 2^64, (n_nodes,).
    """

    begin: Integers
    end: Integers
    ready_by: Integers
    earliest: Integers
    duration: Integers
    later: Integers
    ahead: Words


def lay_out_entries(
    timetable: Timetable | None,
    arcs: NDArray[np.int64],
    bounds: NDArray[np.int64],
    source: int,
) -> Entries:
    """Return the entries of the usable arcs.

    Parameters
    ----------
    arcs
        Arc of the timetable that each usable arc is; -1 for none.
    bounds
        Least weight to the target, (3, n_nodes).
    """
    none = np.zeros(0, np.int64)
    begin = np.zeros(len(arcs) + 1, np.int64)
    if timetable is None:
        ahead = np.zeros(bounds.shape[1], np.uint64)
        return Entries(begin, begin, none, none, none, none, ahead)
    end = begin.copy()
    begin[:-1] = np.where(arcs < 0, 0, timetable.start[arcs])
    end[:-1] = np.where(arcs < 0, 0, timetable.start[arcs + 1])
    bound = bounds[timetable.time]
    return Entries(
        begin=begin,
        end=end,
        ready_by=timetable.ready_by,
        earliest=timetable.earliest,
        duration=timetable.duration,
        later=timetable.later(),
        ahead=(bound[source] - bound).astype(np.uint64),
    )


class Slack(NamedTuple):
    """How much worse than a label's lower bound a point may be.

    Attributes
    ----------
    share
        Epsilon, rounded down.
    second, third
        Lower bounds at the source, which labels count from.
    at_nodes
        Whether labels of a node are held against each other with this tolerance too. Then
        nothing is sure of the points but that they are there.
    """

    share: float
    second: Word
    third: Word
    at_nodes: bool


class Terms(NamedTuple):
    """What a search goes by.

    Attributes
    ----------
    packing
        How the second and third objective share a word.
    target
        Where paths end.
    most_arcs
        As for `labels.advance`.
    entries, slack, guide
        Timetable, tolerance and corners; they may be empty.
    """

    packing: Packing
    target: Word
    most_arcs: Word
    entries: Entries
    slack: Slack
    guide: Guide


@inner
def arrival(entries: Entries, arc: Word, time: Word) -> Word:
    """Return when goods that come to an arc at a time come to its head."""
    begin, n = Word(entries.begin[arc]), Word(entries.end[arc] - entries.begin[arc])
    end = begin + n
    # The first entry whose ready_by is not before the time.
    while n > ZERO:
        half = n >> ONE
        at = entries.ready_by[begin + half]
        if at < 0 or Word(at) < time:
            begin += half + ONE
            n -= half + ONE
        else:
            n = half
    if begin == end:
        return NEVER
    leaves = max(Word(entries.earliest[begin]), time)
    return min(leaves + Word(entries.duration[begin]), Word(entries.later[begin]))


@inner
def loosened(word: Word, slack: Slack, packing: Packing) -> Word:
    """Return the word with both halves raised by the tolerance."""
    low = (ONE << packing.shift) - ONE
    low_most = (packing.guard & low) - ONE
    high_most = (TOP_GUARD - ONE) >> packing.shift
    second, third = word >> packing.shift, word & low
    # The upper half counts from one.
    second += Word(min(slack.share * float(second - ONE + slack.second), MOST_SLACK))
    third += Word(min(slack.share * float(third + slack.third), MOST_SLACK))
    return (min(second, high_most) << packing.shift) | min(third, low_most)


@inner
def covered(work: Work, terms: Terms, node: Word, word: Word) -> bool:
    """Return whether what is settled at the target is good enough for a label.

    In a rough search, what is settled at the node of the label will do as well.
    """
    stairs, nodes, guard = work.stairs, work.nodes, terms.packing.guard
    if terms.slack.share > 0:
        word = loosened(word, terms.slack, terms.packing)
    stair = stairs[stair_before(stairs, nodes, terms.target, word)]
    if terms.slack.at_nodes and not dominates(stair, word, guard):
        stair = stairs[stair_before(stairs, nodes, node, word)]
    return bool(dominates(stair, word, guard))


@inner
def given_up(terms: Terms, arc: Word, node: Word, first: Word, rest: Word) -> bool:
    """Return whether the guide says that nothing new follows a label."""
    if terms.guide.corners.shape[0] == 0:
        return False
    low = (ONE << terms.packing.shift) - ONE
    second, third = (rest >> terms.packing.shift) - ONE, rest & low
    return not reaches_corner(
        terms.guide, arc, node, (float(first), float(second), float(third))
    )


@inner
def expand_timed(
    work: Work, terms: Terms, first: Word, rest: Word, label: Word
) -> bool:
    """Extend a settled label by all arcs; False if a sum does not fit the packing."""
    arcs, head, stairs, nodes = work.arcs, work.head, work.stairs, work.nodes
    packing, entries = terms.packing, terms.entries
    guard, fits = packing.guard, True
    node = Word(head[work.labels[label] >> HALF_WORD])
    time = first + entries.ahead[node]
    for place in range(work.start[node], work.start[node + ONE]):
        arc = Word(place)
        word = rest + arcs[arc, RISE]
        if dominates(arcs[arc, DOMINATOR], word, guard):
            continue
        there = Word(head[arc])
        total = first + work.first[arc]
        if entries.begin[arc] != entries.end[arc]:
            arrives = arrival(entries, arc, time)
            if arrives >= NEVER:
                continue
            total = arrives - entries.ahead[there]
        inside = clip(word, packing) if word & guard != ZERO else word
        if total > packing.first_limit or not dominates(inside, packing.limit, guard):
            continue
        stair = stairs[stair_before(stairs, nodes, there, inside)]
        if dominates(stair, inside, guard):
            arcs[arc, DOMINATOR] = stair
            continue
        if covered(work, terms, there, inside) or given_up(
            terms, arc, there, total, inside
        ):
            continue
        fits = fits and word == inside
        tag = arc << HALF_WORD | label
        enqueue(work.ladder, work.waiting, work.heap, total, inside, tag)
    return fits


@uncounted
def advance_timed(work: Work, terms: Terms) -> int:
    """Settle labels until the queue is empty, an array is full or a sum overflows."""
    ladder, heap, stairs, nodes = work.ladder, work.heap, work.stairs, work.nodes
    target, guard = terms.target, terms.packing.guard
    pool = Word(nodes.shape[0]) - ONE
    steps = ZERO
    while True:
        if steps == ZERO:
            steps, full = steps_left(work, terms.most_arcs)
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
        ladder[N_POPS] += ONE
        before = stair_before(stairs, nodes, node, rest)
        if dominates(stairs[before], rest, guard) or covered(work, terms, node, rest):
            continue
        add_stair(stairs, nodes, node, before, rest, guard)
        steps -= ONE
        label = ladder[N_LABELS]
        ladder[N_LABELS] += ONE
        work.labels[label] = tag
        if node == target:
            point = ladder[N_POINTS]
            ladder[N_POINTS] += ONE
            work.points[point, FIRST] = first
            work.points[point, REST] = rest
            work.points[point, TAG] = label
        elif not expand_timed(work, terms, first, rest, label):
            return OVERFLOW
