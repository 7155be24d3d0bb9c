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
the name of the array that is full and goes on where it stopped when called again.

References
----------
.. [1] P. Maristany de las Casas, L. Kraus, A. Sedeño-Noda, R. Borndörfer, "Targeted
   multiobjective Dijkstra algorithm", Networks 82 (2023) 277-298.
.. [2] F. J. Pulido, L. Mandow, J. L. Pérez de la Cruz, "Dimensionality reduction in
   multiobjective shortest path search", Computers & OR 64 (2015) 60-70.
.. [3] W. T. Tang, R. S. M. Goh, I. L.-J. Thng, "Ladder queue", ACM Transactions on
   Modeling and Computer Simulation 15 (2005) 175-204.
"""

from numba import njit

from greenroute.solver.bounds import (
    FIRST,
    FOUR,
    ONE,
    REST,
    TAG,
    THREE,
    TWO,
    ZERO,
    Word,
    heap_drop,
    heap_push,
)
from greenroute.solver.workspace import (
    AHEAD,
    AHEAD_LEAST,
    AHEAD_MOST,
    BEGIN,
    COUNT,
    DOMINATOR,
    DONE,
    FREE,
    HALF_WORD,
    HEAP_END,
    HEAP_FULL,
    HEAP_SIZE,
    LABELS_FULL,
    LADDER_BEGIN,
    LADDER_SHIFT,
    N_AHEAD,
    N_BUCKETS,
    N_LABELS,
    N_POINTS,
    N_POPS,
    NEXT,
    NEXT_BUCKET,
    NIL,
    OVERFLOW,
    POINTS_FULL,
    RISE,
    ROOM,
    STAIRS_FULL,
    STAIRS_USED,
    TOP_GUARD,
    WAITING_FULL,
    WAITING_USED,
    Packing,
    Work,
)


@njit(nogil=True, cache=True, error_model="numpy")
def dominates(word: Word, other: Word, guard: Word) -> bool:
    """Return whether both halves of the first word are at most those of the other."""
    return bool(((other | guard) - word) & guard == guard)


@njit(nogil=True, cache=True, error_model="numpy")
def stair_before(work: Work, node: Word, word: Word) -> Word:
    """Return the place of the last stair of a node that is not above the word."""
    stairs = work.stairs
    at = Word(work.nodes[node, BEGIN])
    n = Word(work.nodes[node, COUNT]) + ONE
    while n > ONE:
        half = n >> ONE
        if stairs[at + half] <= word:
            at += half
        n -= half
    return at


@njit(nogil=True, cache=True, error_model="numpy")
def add_stair(work: Work, node: Word, before: Word, word: Word, guard: Word) -> None:
    """Put a word behind the stair `before` and drop the stairs it dominates."""
    nodes, stairs = work.nodes, work.stairs
    begin, n = Word(nodes[node, BEGIN]), Word(nodes[node, COUNT])
    at, end = before + ONE, begin + n + ONE
    last = at
    while last < end and dominates(word, stairs[last], guard):
        last += ONE
    if last == at:
        if n == Word(nodes[node, ROOM]):
            moved = work.counters[STAIRS_USED]
            nodes[node, BEGIN], nodes[node, ROOM] = moved, (n << ONE) + THREE
            work.counters[STAIRS_USED] += (n << ONE) + FOUR
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


@njit(nogil=True, cache=True, error_model="numpy")
def enqueue(work: Work, first: Word, rest: Word, tag: Word) -> None:
    """Put a label into the heap, a bucket or the list of those far ahead."""
    counters, waiting = work.counters, work.waiting
    if first < counters[HEAP_END]:
        heap_push(work.heap, counters[HEAP_SIZE], first, rest, tag)
        counters[HEAP_SIZE] += ONE
        return
    slot = counters[FREE]
    if slot == NIL:
        slot = counters[WAITING_USED]
        counters[WAITING_USED] += ONE
    else:
        counters[FREE] = waiting[slot, NEXT]
    waiting[slot, FIRST], waiting[slot, REST], waiting[slot, TAG] = first, rest, tag
    bucket = (first - counters[LADDER_BEGIN]) >> counters[LADDER_SHIFT]
    if bucket < counters[N_BUCKETS]:
        waiting[slot, NEXT] = work.buckets[bucket]
        work.buckets[bucket] = slot
        return
    waiting[slot, NEXT] = counters[AHEAD]
    counters[AHEAD] = slot
    counters[N_AHEAD] += ONE
    counters[AHEAD_LEAST] = min(counters[AHEAD_LEAST], first)
    counters[AHEAD_MOST] = max(counters[AHEAD_MOST], first)


@njit(nogil=True, cache=True, error_model="numpy")
def build_ladder(work: Work) -> None:
    """Spread the labels far ahead over the buckets."""
    counters, waiting, buckets = work.counters, work.waiting, work.buckets
    begin = counters[AHEAD_LEAST]
    span = counters[AHEAD_MOST] - begin
    # A bucket is looked at even if it stays empty: a few per label are enough.
    most = min(Word(buckets.size), counters[N_AHEAD] << FOUR)
    shift = ZERO
    while span >> shift >= most:
        shift += ONE
    slot = counters[AHEAD]
    while slot != NIL:
        after = waiting[slot, NEXT]
        bucket = (waiting[slot, FIRST] - begin) >> shift
        waiting[slot, NEXT] = buckets[bucket]
        buckets[bucket] = slot
        slot = after
    counters[LADDER_BEGIN], counters[LADDER_SHIFT] = begin, shift
    counters[N_BUCKETS], counters[NEXT_BUCKET] = (span >> shift) + ONE, ZERO
    counters[AHEAD], counters[N_AHEAD] = NIL, ZERO
    counters[AHEAD_LEAST], counters[AHEAD_MOST] = ~ZERO, ZERO


@njit(nogil=True, cache=True, error_model="numpy")
def fill_heap(work: Work, guard: Word) -> bool:
    """Move the labels of the next bucket into the heap; False if none are left."""
    counters, waiting, buckets = work.counters, work.waiting, work.buckets
    if counters[NEXT_BUCKET] >= counters[N_BUCKETS]:
        if counters[N_AHEAD] == ZERO:
            return False
        build_ladder(work)
    bucket, n_buckets = counters[NEXT_BUCKET], counters[N_BUCKETS]
    while bucket < n_buckets and buckets[bucket] == NIL:
        bucket += ONE
    if bucket < n_buckets:
        slot = Word(buckets[bucket])
        buckets[bucket] = NIL
        bucket += ONE
        while slot != NIL:
            after, rest = waiting[slot, NEXT], waiting[slot, REST]
            node = Word(work.head[waiting[slot, TAG] >> HALF_WORD])
            if dominates(work.stairs[stair_before(work, node, rest)], rest, guard):
                counters[N_POPS] += ONE
            else:
                first, tag = waiting[slot, FIRST], waiting[slot, TAG]
                heap_push(work.heap, counters[HEAP_SIZE], first, rest, tag)
                counters[HEAP_SIZE] += ONE
            waiting[slot, NEXT] = counters[FREE]
            counters[FREE] = slot
            slot = after
    counters[NEXT_BUCKET] = bucket
    counters[HEAP_END] = counters[LADDER_BEGIN] + (bucket << counters[LADDER_SHIFT])
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def clip(word: Word, packing: Packing) -> Word:
    """Return the word with halves that do not fit set to the most that does."""
    low = (ONE << packing.shift) - ONE
    low_guard = packing.guard & low
    if word & TOP_GUARD != ZERO:
        word = (word & low) | (TOP_GUARD - ONE - low)
    if word & low_guard != ZERO:
        word = (word & ~low) | (low_guard - ONE)
    return word


@njit(nogil=True, cache=True, error_model="numpy")
def expand(
    work: Work, packing: Packing, target: Word, first: Word, rest: Word, label: Word
) -> bool:
    """Extend a settled label by all arcs; False if a sum does not fit the packing."""
    arcs, stairs, guard = work.arcs, work.stairs, packing.guard
    node = Word(work.head[work.labels[label] >> HALF_WORD])
    for arc in range(work.start[node], work.start[node + ONE]):
        word = rest + arcs[arc, RISE]
        if dominates(arcs[arc, DOMINATOR], word, guard):
            continue
        total = first + work.first[arc]
        inside = clip(word, packing) if word & guard != ZERO else word
        if total > packing.first_limit or not dominates(inside, packing.limit, guard):
            continue
        stair = stairs[stair_before(work, target, inside)]
        if not dominates(stair, inside, guard):
            stair = stairs[stair_before(work, Word(work.head[arc]), inside)]
        if dominates(stair, inside, guard):
            arcs[arc, DOMINATOR] = stair
            continue
        if word != inside:
            return False
        enqueue(work, total, word, arc << HALF_WORD | label)
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def full_array(work: Work, most_arcs: Word) -> int:
    """Return which array may be too small for one more step, or DONE."""
    counters = work.counters
    if counters[N_LABELS] + ONE >= Word(work.labels.size):
        return LABELS_FULL
    if counters[N_POINTS] + ONE >= Word(work.points.shape[0]):
        return POINTS_FULL
    if counters[WAITING_USED] + most_arcs >= Word(work.waiting.shape[0]):
        return WAITING_FULL
    # One bucket may hold all that waits.
    if counters[HEAP_SIZE] + most_arcs >= Word(work.heap.shape[0]) or counters[
        WAITING_USED
    ] >= Word(work.heap.shape[0]):
        return HEAP_FULL
    return DONE


@njit(nogil=True, cache=True, error_model="numpy")
def advance(work: Work, packing: Packing, target: Word, most_arcs: Word) -> int:
    """Settle labels until the queue is empty, an array is full or a sum overflows.

    `most_arcs` is the largest number of usable arcs out of one node.
    """
    counters, heap, stairs, nodes = work.counters, work.heap, work.stairs, work.nodes
    while True:
        full = full_array(work, most_arcs)
        if full != DONE:
            return full
        if counters[HEAP_SIZE] == ZERO:
            if fill_heap(work, packing.guard):
                continue
            return DONE
        first, rest, tag = heap[ZERO, FIRST], heap[ZERO, REST], heap[ZERO, TAG]
        node = Word(work.head[tag >> HALF_WORD])
        if counters[STAIRS_USED] + (Word(nodes[node, ROOM]) + TWO << ONE) > Word(
            stairs.size
        ):
            return STAIRS_FULL
        counters[HEAP_SIZE] -= ONE
        heap_drop(heap, counters[HEAP_SIZE])
        counters[N_POPS] += ONE
        before = stair_before(work, node, rest)
        if dominates(stairs[before], rest, packing.guard) or dominates(
            stairs[stair_before(work, target, rest)], rest, packing.guard
        ):
            continue
        add_stair(work, node, before, rest, packing.guard)
        label = counters[N_LABELS]
        counters[N_LABELS] += ONE
        work.labels[label] = tag
        if node == target:
            point = counters[N_POINTS]
            counters[N_POINTS] += ONE
            work.points[point, FIRST], work.points[point, REST] = first, rest
            work.points[point, TAG] = label
        elif not expand(work, packing, target, first, rest, label):
            return OVERFLOW
