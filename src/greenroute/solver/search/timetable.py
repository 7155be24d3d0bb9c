"""When arcs can be taken: dated departures and opening hours.

Arrivals are made FIFO when they are laid out: goods that are ready later never arrive
earlier, because those that are ready earlier may let a slow departure pass and take a
faster one behind it. So a label that is nowhere worse stays so along every arc, and the
exact search needs no more than the arrival at each arc [1]_.

References
----------
.. [1] D. E. Kaufman, R. L. Smith, "Fastest paths in time-dependent networks for intelligent
   vehicle-highway systems application", IVHS Journal 1 (1993) 1-11.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.errors import DataError
from greenroute.solver.search.search_graph import (
    N_OBJECTIVES,
    whole_number,
    whole_numbers,
    within,
)

#: Latest time of an entry, so that sums with weights still fit 64 bits.
LATEST = 2**58
#: Arrival where there is none.
NEVER = 2**61


class Moves(NamedTuple):
    """When goods move along a path, (n_arcs,) each.

    Attributes
    ----------
    entry
        Entry of the timetable that they take; -1 on arcs without entries.
    departs, arrives
        Since the start at the source; waiting lies between an arrival and a departure.
    """

    entry: NDArray[np.int64]
    departs: NDArray[np.int64]
    arrives: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """Entries of arcs, in the order of time; an arc without entries can always be taken.

    Goods that are at the tail of an arc at time t can take an entry if t is at most its
    `ready_by`. They leave at `earliest`, or at t if that is later, and travel for
    `duration`. They take the entry that brings them to the head first, and wait for it as
    long as it takes. After the last entry the arc cannot be taken.

    A departure has its cut-off as `ready_by` and leaves at `earliest`; a window opens at
    `earliest` and closes at `ready_by`. Times count from the start at the source, in the
    unit of the weights.

    Attributes
    ----------
    start
        Entries of arc a are `start[a] : start[a + 1]`, int64 (n_arcs + 1,).
    ready_by, earliest, duration
        Of each entry, int64 (n_entries,).
    time
        Column of the weights that is time. The weight of an arc with entries is not read
        there.
    """

    start: NDArray[np.int64]
    ready_by: NDArray[np.int64]
    earliest: NDArray[np.int64]
    duration: NDArray[np.int64]
    time: int = 1

    def __post_init__(self) -> None:
        """Check the entries.

        Raises
        ------
        DataError
            If an array has the wrong shape or type, a duration is negative, entries of an
            arc are not in the order of time, or two windows of an arc overlap.
        """
        start = whole_numbers("start", self.start, 1)
        if len(start) == 0 or start[0] != 0 or (np.diff(start) < 0).any():
            msg = "start falls or does not begin with 0, expected 0 <= ... <= n_entries"
            raise DataError(msg)
        n_entries = int(start[-1])
        columns = {"start": start}
        for name in ("ready_by", "earliest", "duration"):
            column = whole_numbers(name, getattr(self, name), 1, n_rows=n_entries)
            within(name, column, -LATEST if name == "ready_by" else 0, LATEST)
            columns[name] = column
        for name, column in columns.items():
            object.__setattr__(self, name, column)
        whole_number("time", self.time, 0, N_OBJECTIVES - 1)
        self._check_order()

    def _check_order(self) -> None:
        """Check that entries of an arc are sorted and windows do not overlap."""
        follows = np.ones(len(self.ready_by), np.bool_)
        # The first entry of an arc follows none.
        follows[self.start[:-1][np.diff(self.start) > 0]] = False
        entry = np.flatnonzero(follows)
        wrong = {
            "ready_by": self.ready_by[entry] < self.ready_by[entry - 1],
            # A window that opens while the one before is open.
            "earliest": self.earliest[entry] < self.ready_by[entry - 1],
        }
        for name, rows in wrong.items():
            if rows.any():
                at = int(entry[np.argmax(rows)])
                arc = int(np.searchsorted(self.start, at, side="right")) - 1
                msg = (
                    f"{name}[{at}] is {getattr(self, name)[at]}, expected at least "
                    f"{self.ready_by[at - 1]}, the ready_by of the entry before on arc "
                    f"{arc}"
                )
                raise DataError(msg)

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self.ready_by)

    def later(self) -> NDArray[np.int64]:
        """Return the earliest arrival by an entry behind each on its arc, (n_entries,).

        `NEVER` where there is none.
        """
        arrival = self.earliest + self.duration
        arc = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        # A running minimum from the back that begins anew at each arc: arcs are set apart
        # by their rank among all arrivals.
        by_rank, rank = np.unique(arrival, return_inverse=True)
        keys = rank.reshape(-1) + arc * len(by_rank)
        least = np.minimum.accumulate(keys[::-1])[::-1] - arc * len(by_rank)
        later = np.full(len(arrival), NEVER)
        last = np.zeros(len(arrival), np.bool_)
        last[self.start[1:][np.diff(self.start) > 0] - 1] = True
        inner = np.flatnonzero(~last)
        later[inner] = by_rank[least[inner + 1]]
        return later

    def least_weights(self, weights: ArrayLike) -> NDArray[np.int64]:
        """Return the weights with the least duration as the time of arcs with entries.

        Parameters
        ----------
        weights
            Of all arcs, integers (n_arcs, 3).
        """
        rows = whole_numbers("weights", weights, 2).copy()
        if len(rows) != len(self.start) - 1:
            msg = (
                f"the timetable has {len(self.start) - 1} arcs, expected {len(rows)}, as "
                f"many as weights"
            )
            raise DataError(msg)
        filled = np.flatnonzero(np.diff(self.start))
        if len(filled):
            least = np.minimum.reduceat(self.duration, self.start[filled])
            rows[filled, self.time] = least
        return rows

    def follow(self, arcs: ArrayLike, weights: ArrayLike) -> Moves:
        """Return when goods move along a path that begins at time 0.

        Parameters
        ----------
        arcs
            Arcs of the path, (n_path,).
        weights
            Of all arcs, (n_arcs, 3).

        Raises
        ------
        DataError
            If the goods come to an arc after its last entry.
        """
        times = self.least_weights(weights)[:, self.time]
        moves, now = [], 0
        for arc in whole_numbers("arcs", arcs, 1).tolist():
            begin, end = self.start[arc : arc + 2].tolist()
            if begin == end:
                entry, departs, arrives = -1, now, now + int(times[arc])
            else:
                first = begin + int(np.searchsorted(self.ready_by[begin:end], now))
                if first == end:
                    msg = f"goods come to arc {arc} at {now}, after its last entry"
                    raise DataError(msg)
                leaves = np.maximum(self.earliest[first:end], now)
                entry = first + int(np.argmin(leaves + self.duration[first:end]))
                departs = int(leaves[entry - first])
                arrives = departs + int(self.duration[entry])
            moves.append((entry, departs, arrives))
            now = arrives
        table = np.array(moves, np.int64).reshape(-1, 3)
        return Moves(*table.T)
