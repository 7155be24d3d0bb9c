"""Compiled kernels of the three-objective label search.

Lower bounds `h` come from one reverse Dijkstra per objective [1]_. They turn the weight of
an arc (u, v) into a *rise* w + h(v) - h(u) >= 0; the rises along a path from the source add
up to what the path must cost above the bounds at the source, whatever follows. Labels are
taken in lexicographic order of this total (first, second, third). So the first objective
needs no dominance test, and the labels settled at a node form a *staircase* in the other
two: second ascending, third falling; a test is one binary search [2]_.

Second and third share one word, ``(second + 1) << shift | third``, with a guard bit on top
of each half (`Packing`). The guard bits show a sum that no longer fits, and let one
subtraction compare both halves. The stairs of a node begin with the word ``low guard``,
which is below every label and dominates none.

The queue is a ladder [3]_: labels far ahead wait unsorted in `ahead`, nearer ones in
buckets of equal width, and only those of the current bucket are sorted, in a heap.
Everything is held in `Work`, whose arrays never grow inside a kernel: `advance` returns
which array is full, and goes on where it stopped when called again with a larger one.

References
----------
.. [1] P. Maristany de las Casas, L. Kraus, A. Sedeño-Noda, R. Borndörfer, "Targeted
   multiobjective Dijkstra algorithm", Networks 82 (2023) 277-298.
.. [2] F. J. Pulido, L. Mandow, J. L. Pérez de la Cruz, "Dimensionality reduction in
   multiobjective shortest path search", Computers & OR 64 (2015) 60-70.
.. [3] W. T. Tang, R. S. M. Goh, I. L.-J. Thng, "Ladder queue", ACM Transactions on
   Modeling and Computer Simulation 15 (2005) 175-204.
"""

from typing import NamedTuple

from greenroute.solver.search.bounds import (
    FIRST,
    FOUR,
    ONE,
    REST,
    TAG,
    THREE,
    TWO,
    ZERO,
    Halves,
    Word,
    Words,
    heap_drop,
    heap_push,
    inner,
    uncounted,
)

TOP_GUARD = Word(2**63)
#: End of a list of waiting labels.
NIL = Word(2**32 - 1)
HALF_WORD = Word(32)
#: Column of the queue after those of a heap (first objective, packed others, arc and
#: parent): next in the list.
NEXT = THREE
#: Columns of the arcs: packed rise, and a word that dominated the last label turned away.
RISE, DOMINATOR = ZERO, ONE
#: Columns of the stairs of a node: where they begin, how many there are above the lowest
#: word, and for how many there is room. The last row says where the next may begin.
BEGIN, COUNT, ROOM = ZERO, ONE, TWO
#: Places in the ladder; the heads of its buckets follow.
(
    N_LABELS,
    N_POINTS,
    N_POPS,
    HEAP_SIZE,
    HEAP_END,
    WAITING_USED,
    FREE,
    LADDER_BEGIN,
    LADDER_SHIFT,
    N_BUCKETS,
    NEXT_BUCKET,
    AHEAD,
    N_AHEAD,
    AHEAD_LEAST,
    AHEAD_MOST,
    BUCKETS,
) = (Word(i) for i in range(16))
#: What `advance` returns: finished, a sum does not fit the packing, or an array is full.
DONE, OVERFLOW, LABELS_FULL, POINTS_FULL, WAITING_FULL, HEAP_FULL, STAIRS_FULL = range(
    7
)


class Packing(NamedTuple):
    """How the second and third objective share a word.

    Attributes
    ----------
    shift
        Place of the lowest bit of the second objective.
    guard
        Top bits of both halves.
    limit
        Largest second and third objective of a label, packed.
    first_limit
        Largest first objective of a label.
    """

    shift: Word
    guard: Word
    limit: Word
    first_limit: Word


class Work(NamedTuple):
    """All that a search reads and writes.

    Attributes
    ----------
    start, head, first, arcs
        Usable arcs by tail: where those of a node begin, head, rise in the first
        objective, packed rise and dominator (n_arcs + 1, 2). A last arc leads into the
        source and stands for no arc.
    nodes, stairs
        Stairs of each node (n_nodes + 1, 4), and the words they consist of.
    labels
        Arc and parent of each settled label, ``arc << 32 | parent``.
    points
        First objective, packed others and label of what reached the target, (n, 3).
    waiting, heap, ladder
        The queue: labels to come (n, 4), those to come next (n, 3), and counters and
        buckets.
    """

    start: Words
    head: Halves
    first: Words
    arcs: Words
    nodes: Halves
    stairs: Words
    labels: Words
    points: Words
    waiting: Words
    heap: Words
    ladder: Words


@inner
def dominates(word: Word, other: Word, guard: Word) -> bool:
    """Return whether both halves of the first word are at most those of the other."""
    return bool(((other | guard) - word) & guard == guard)


@inner
def stair_before(stairs: Words, nodes: Halves, node: Word, word: Word) -> Word:
    """Return the place of the last stair of a node that is not above the word."""
    at = Word(nodes[node, BEGIN])
    n = Word(nodes[node, COUNT]) + ONE
    while n > ONE:
        half = n >> ONE
        if stairs[at + half] <= word:
            at += half
        n -= half
    return at


@inner
def add_stair(
    stairs: Words, nodes: Halves, node: Word, before: Word, word: Word, guard: Word
) -> None:
    """Put a word behind the stair `before` and drop the stairs it dominates."""
    begin, n = Word(nodes[node, BEGIN]), Word(nodes[node, COUNT])
    at, end = before + ONE, begin + n + ONE
    last = at
    while last < end and dominates(word, stairs[last], guard):
        last += ONE
    if last == at:
        if n == Word(nodes[node, ROOM]):
            pool = Word(nodes.shape[0]) - ONE
            moved = Word(nodes[pool, BEGIN])
            nodes[pool, BEGIN] = moved + (n << ONE) + FOUR
            nodes[node, BEGIN] = moved
            nodes[node, ROOM] = (n << ONE) + THREE
            for i in range(n + ONE):
                stairs[moved + i] = stairs[begin + i]
            at, end = at - begin + moved, end - begin + moved
        while end > at:
            stairs[end] = stairs[end - ONE]
            end -= ONE
        nodes[node, COUNT] = n + ONE
    else:
        nodes[node, COUNT] = n + ONE - (last - at)
        behind = at + ONE
        while last < end:
            stairs[behind] = stairs[last]
            behind += ONE
            last += ONE
    stairs[at] = word


@inner
def enqueue(
    ladder: Words, waiting: Words, heap: Words, first: Word, rest: Word, tag: Word
) -> None:
    """Put a label into the heap, a bucket or the list of those far ahead."""
    if first < ladder[HEAP_END]:
        heap_push(heap, ladder[HEAP_SIZE], first, rest, tag)
        ladder[HEAP_SIZE] += ONE
    else:
        slot = ladder[FREE]
        if slot == NIL:
            slot = ladder[WAITING_USED]
            ladder[WAITING_USED] += ONE
        else:
            ladder[FREE] = waiting[slot, NEXT]
        waiting[slot, FIRST] = first
        waiting[slot, REST] = rest
        waiting[slot, TAG] = tag
        bucket = (first - ladder[LADDER_BEGIN]) >> ladder[LADDER_SHIFT]
        if bucket < ladder[N_BUCKETS]:
            at = BUCKETS + bucket
        else:
            at = AHEAD
            ladder[N_AHEAD] += ONE
            ladder[AHEAD_LEAST] = min(ladder[AHEAD_LEAST], first)
            ladder[AHEAD_MOST] = max(ladder[AHEAD_MOST], first)
        waiting[slot, NEXT] = ladder[at]
        ladder[at] = slot


@inner
def build_ladder(ladder: Words, waiting: Words) -> None:
    """Spread the labels far ahead over the buckets."""
    begin = ladder[AHEAD_LEAST]
    span = ladder[AHEAD_MOST] - begin
    # A bucket is looked at even if it stays empty: a few per label are enough.
    most = min(Word(ladder.size) - BUCKETS, ladder[N_AHEAD] << FOUR)
    shift = ZERO
    while span >> shift >= most:
        shift += ONE
    slot = ladder[AHEAD]
    while slot != NIL:
        after = waiting[slot, NEXT]
        at = BUCKETS + ((waiting[slot, FIRST] - begin) >> shift)
        waiting[slot, NEXT] = ladder[at]
        ladder[at] = slot
        slot = after
    ladder[LADDER_BEGIN] = begin
    ladder[LADDER_SHIFT] = shift
    ladder[N_BUCKETS] = (span >> shift) + ONE
    ladder[NEXT_BUCKET] = ZERO
    ladder[AHEAD] = NIL
    ladder[N_AHEAD] = ZERO
    ladder[AHEAD_LEAST] = ~ZERO
    ladder[AHEAD_MOST] = ZERO


@inner
def fill_heap(work: Work, guard: Word) -> bool:
    """Move the labels of the next bucket into the heap; False if none are left."""
    ladder, waiting = work.ladder, work.waiting
    if ladder[NEXT_BUCKET] >= ladder[N_BUCKETS]:
        if ladder[N_AHEAD] == ZERO:
            return False
        build_ladder(ladder, waiting)
    bucket = ladder[NEXT_BUCKET]
    n_buckets = ladder[N_BUCKETS]
    while bucket < n_buckets and ladder[BUCKETS + bucket] == NIL:
        bucket += ONE
    if bucket < n_buckets:
        slot = ladder[BUCKETS + bucket]
        ladder[BUCKETS + bucket] = NIL
        bucket += ONE
        while slot != NIL:
            after = waiting[slot, NEXT]
            rest = waiting[slot, REST]
            tag = waiting[slot, TAG]
            node = Word(work.head[tag >> HALF_WORD])
            before = stair_before(work.stairs, work.nodes, node, rest)
            if dominates(work.stairs[before], rest, guard):
                ladder[N_POPS] += ONE
            else:
                first = waiting[slot, FIRST]
                heap_push(work.heap, ladder[HEAP_SIZE], first, rest, tag)
                ladder[HEAP_SIZE] += ONE
            waiting[slot, NEXT] = ladder[FREE]
            ladder[FREE] = slot
            slot = after
    ladder[NEXT_BUCKET] = bucket
    ladder[HEAP_END] = ladder[LADDER_BEGIN] + (bucket << ladder[LADDER_SHIFT])
    return True


@inner
def clip(word: Word, packing: Packing) -> Word:
    """Return the word with halves that do not fit set to the most that does."""
    low = (ONE << packing.shift) - ONE
    low_guard = packing.guard & low
    if word & TOP_GUARD != ZERO:
        word = (word & low) | (TOP_GUARD - ONE - low)
    if word & low_guard != ZERO:
        word = (word & ~low) | (low_guard - ONE)
    return word


@inner
def expand(
    work: Work, packing: Packing, target: Word, first: Word, rest: Word, label: Word
) -> bool:
    """Extend a settled label by all arcs; False if a sum does not fit the packing."""
    arcs, head, stairs, nodes = work.arcs, work.head, work.stairs, work.nodes
    guard, fits = packing.guard, True
    node = Word(head[work.labels[label] >> HALF_WORD])
    for arc in range(work.start[node], work.start[node + ONE]):
        word = rest + arcs[arc, RISE]
        if dominates(arcs[arc, DOMINATOR], word, guard):
            continue
        total = first + work.first[arc]
        inside = clip(word, packing) if word & guard != ZERO else word
        if total > packing.first_limit or not dominates(inside, packing.limit, guard):
            continue
        stair = stairs[stair_before(stairs, nodes, target, inside)]
        if not dominates(stair, inside, guard):
            stair = stairs[stair_before(stairs, nodes, Word(head[arc]), inside)]
        if dominates(stair, inside, guard):
            arcs[arc, DOMINATOR] = stair
            continue
        fits = fits and word == inside
        tag = arc << HALF_WORD | label
        enqueue(work.ladder, work.waiting, work.heap, total, inside, tag)
    return fits


@inner
def steps_left(work: Work, most_arcs: Word) -> tuple[Word, int]:
    """Return how many labels there is room to settle, and which array ends first."""
    ladder = work.ladder
    steps = Word(work.labels.size) - ladder[N_LABELS]
    full = LABELS_FULL
    points = Word(work.points.shape[0]) - ladder[N_POINTS]
    if points < steps:
        steps = points
        full = POINTS_FULL
    waiting = (Word(work.waiting.shape[0]) - ladder[WAITING_USED]) // most_arcs
    if waiting < steps:
        steps = waiting
        full = WAITING_FULL
    # One bucket may hold all that waits.
    used = ladder[HEAP_SIZE] + ladder[WAITING_USED]
    rows = Word(work.heap.shape[0])
    heap = (rows - used) // most_arcs if rows > used else ZERO
    if heap < steps:
        steps = heap
        full = HEAP_FULL
    return steps, full


@uncounted
def advance(work: Work, packing: Packing, target: Word, most_arcs: Word) -> int:
    """Settle labels until the queue is empty, an array is full or a sum overflows.

    `most_arcs` is at least 1 and the number of usable arcs out of any node.
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
        ladder[N_POPS] += ONE
        before = stair_before(stairs, nodes, node, rest)
        at_target = stair_before(stairs, nodes, target, rest)
        if dominates(stairs[before], rest, guard) or dominates(
            stairs[at_target], rest, guard
        ):
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
        elif not expand(work, packing, target, first, rest, label):
            return OVERFLOW
