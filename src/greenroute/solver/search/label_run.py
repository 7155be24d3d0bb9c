"""Runs the label search to its end, or until it is told to stop."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.solver.search.bounds import FIRST, REST, Word, Words
from greenroute.solver.search.labels import (
    DONE,
    HEAP_END,
    HEAP_SIZE,
    LABELS_FULL,
    OVERFLOW,
    WAITING_USED,
    Packing,
    Work,
)
from greenroute.solver.search.workspace import (
    PAYLOAD_BITS,
    Usable,
    choose_packing,
    enlarge,
    new_work,
)
from greenroute.solver.stop import Watch

Order = tuple[int, int, int]


class Advance(Protocol):
    """Settles labels until an array is full; see `labels.advance`."""

    def __call__(self, work: Work, packing: Packing, order: Order) -> int:
        """Return why it stopped, as `labels.advance` does."""


#: Labels between two looks at the clock, the unit of `Rounds`.
LABELS_PER_ROUND = 2**14


class Found(NamedTuple):
    """A search that has ended, and how to read its costs.

    Attributes
    ----------
    work, packing, order
        State, and how costs are packed in it.
    complete
        Whether no label is left.
    """

    work: Work
    packing: Packing
    order: Order
    complete: bool


def settle_all(
    usable: Usable,
    room: NDArray[np.int64],
    advance: Advance,
    *,
    source: int,
    orders: Iterable[Order],
    watch: Watch | None,
) -> Found:
    """Search in the first order of the objectives whose sums fit the packing.

    Raises
    ------
    DataError
        If they fit in no order.
    """
    for order in orders:
        packing = choose_packing(usable, order, room)
        if packing is None:
            continue
        work = new_work(usable, order, packing, source)
        status, work = _run(work, partial(advance, packing=packing, order=order), watch)
        if status != OVERFLOW:
            return Found(work, packing, order, complete=status == DONE)
    sure = 2 ** (PAYLOAD_BITS // 2 - 1) // (len(usable.start) - 1)
    msg = (
        f"weights differ too much between paths: two of the three sums must fit "
        f"{PAYLOAD_BITS} bits together; expected weights up to {sure}, which always do"
    )
    raise DataError(msg)


def _run(
    work: Work, advance: Callable[[Work], int], watch: Watch | None
) -> tuple[int, Work]:
    """Advance to the end and return DONE or OVERFLOW; LABELS_FULL if stopped before."""
    rounds = 0
    while True:
        labels = work.labels
        if watch is not None:
            if watch.done(rounds=rounds):
                return LABELS_FULL, work
            labels = labels[: (rounds + 1) * LABELS_PER_ROUND]
        status = advance(work._replace(labels=labels))
        if status in (DONE, OVERFLOW):
            return status, work
        if status == LABELS_FULL and len(labels) < len(work.labels):
            rounds += 1
        elif status == LABELS_FULL and watch is not None:
            rounds += len(labels) == (rounds + 1) * LABELS_PER_ROUND
            work = enlarge(work, status)
        else:
            work = enlarge(work, status)


def missing_bound(found: Found, lowest: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what every point that is missing weighs at least, (3,).

    Parameters
    ----------
    lowest
        Lower bounds at the source.
    """
    work, packing, order = found.work, found.packing, found.order
    ladder = work.ladder
    waiting = work.waiting[: ladder[WAITING_USED]]
    # Slots that are free held labels of earlier buckets.
    waiting = waiting[waiting[:, FIRST] >= ladder[HEAP_END]]
    heap = work.heap[: ladder[HEAP_SIZE]]
    firsts = np.concatenate([heap[:, FIRST], waiting[:, FIRST]])
    rests = np.concatenate([heap[:, REST], waiting[:, REST]])
    rises = unpack(firsts, rests, packing, order)
    return np.asarray(rises.min(axis=0) + lowest, np.int64)


def unpack(
    firsts: Words, rests: Words, packing: Packing, order: Order
) -> NDArray[np.int64]:
    """Return what labels weigh above the lower bounds at the source, (n_labels, 3)."""
    rises = np.empty((len(firsts), len(order)), np.int64)
    rises[:, order[0]] = firsts
    rises[:, order[1]] = (rests >> packing.shift) - Word(1)
    rises[:, order[2]] = rests & ((Word(1) << packing.shift) - Word(1))
    return rises
