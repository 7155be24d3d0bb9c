"""Which kernel settles the labels of a search, and what it is told.

Kernels for timetables, tolerances and guides are loaded when they are first needed: plain
searches do not wait for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.search.bounds import FIRST, REST, Word
from greenroute.solver.search.label_run import Advance, Found, Order, settle_all, unpack
from greenroute.solver.search.labels import N_LABELS, N_POINTS, Packing, Work, advance
from greenroute.solver.search.timetable import Timetable
from greenroute.solver.search.workspace import Usable
from greenroute.solver.stop import Rounds, Watch

#: Tolerance at which a rough search looks for the points of a guide. Long searches on the
#: freight graph settle more labels in all with 2 % (5 %) and with 10 % (a quarter).
ROUGH = 0.05
#: Searches that end within these rounds need no guide: to load its kernels takes longer.
PATIENCE = Rounds(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a search is given.

    Attributes
    ----------
    usable
        Arcs that may lie on a path.
    arcs
        Arcs of the caller that these are, (n_usable,).
    bounds
        Least weight to the target, (3, n_nodes).
    room
        Most that paths may weigh above the bounds at the source, (3,).
    source, target
        Ends of the paths.
    orders
        Orders of the objectives to try.
    timetable
        When arcs can be taken.
    share
        Tolerance against the points found.
    """

    usable: Usable
    arcs: NDArray[np.int64]
    bounds: NDArray[np.int64]
    room: NDArray[np.int64]
    source: int
    target: int
    orders: Iterable[Order]
    timetable: Timetable | None
    share: float


def settle(task: Task, *, watch: Watch | None, guided: bool) -> tuple[Found, int]:
    """Search, and return what was found and the number of labels settled for it."""
    if guided and watch is None:
        return _guided(task)
    plain = task.timetable is None and not task.share
    found = _run(task, _plain(task) if plain else _general(task), watch)
    return found, _labels(found)


def _guided(task: Task) -> tuple[Found, int]:
    """Search a while, then roughly, and then exactly under the guide of what that found."""
    found, before = settle(task, watch=Watch(PATIENCE), guided=False)
    if found.complete:
        return found, before
    rough = _run(task, _general(task, rough=True), None)
    before += _labels(rough)
    points = rough.work.points[: rough.work.ladder[N_POINTS]]
    if not len(points):
        found, labels = settle(task, watch=None, guided=False)
        return found, before + labels
    rises = unpack(points[:, FIRST], points[:, REST], rough.packing, rough.order)
    found = _run(task, _general(task, points=rises), None)
    return found, before + _labels(found)


def _run(task: Task, how: Advance, watch: Watch | None) -> Found:
    return settle_all(
        task.usable, task.room, how, source=task.source, orders=task.orders, watch=watch
    )


def _labels(found: Found) -> int:
    return int(found.work.ladder[N_LABELS])


def _most_arcs(usable: Usable) -> Word:
    """Return the most arcs out of a node, at least one."""
    return Word(max(int(np.diff(usable.start).max()), 1))


def _plain(task: Task) -> Advance:
    """Return what settles labels without timetable, tolerance and guide."""
    target, most_arcs = Word(task.target), _most_arcs(task.usable)

    def how(work: Work, packing: Packing, order: Order) -> int:  # noqa: ARG001 - one way fits all
        return advance(work, packing, target, most_arcs)

    return how


def _general(
    task: Task, *, rough: bool = False, points: NDArray[np.int64] | None = None
) -> Advance:
    """Return what settles labels with them.

    Parameters
    ----------
    rough
        Whether to hold the labels of a node against each other with a tolerance.
    points
        What the points of a guide weigh above the bounds at the source.
    """
    # Loaded here: see above.
    from greenroute.solver.search.guide import (  # noqa: PLC0415 - start-up
        lay_out_guide,
        no_guide,
    )
    from greenroute.solver.search.timed_labels import (  # noqa: PLC0415 - start-up
        Slack,
        Terms,
        advance_timed,
        lay_out_entries,
    )

    target, most_arcs = Word(task.target), _most_arcs(task.usable)
    entries = lay_out_entries(task.timetable, task.arcs, task.bounds, task.source)
    lowest = task.bounds[:, task.source]
    share = ROUGH if rough else task.share
    guide = no_guide()
    if points is not None:
        guide = lay_out_guide(task.usable, points, task.target)

    def how(work: Work, packing: Packing, order: Order) -> int:
        _, second, third = order
        slack = Slack(share, Word(lowest[second]), Word(lowest[third]), rough)
        turned = guide.in_order(order)
        terms = Terms(packing, target, most_arcs, entries, slack, turned)
        return advance_timed(work, terms)

    return how
