"""Dated departures of lanes, in whole minutes UTC."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.units import MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """Departures by lane, each lane's in the order in which they leave.

    Attributes
    ----------
    start
        First departure of each lane, int64 (n_lanes + 1,): lane `i` has the rows
        `start[i]` to `start[i + 1]`, none where it has no dated departure.
    departs, arrives, cut_off
        When it leaves, when it is there, and until when goods are taken; minutes since
        1970-01-01 UTC, int64 (n_departures,).
    capacity_t
        What it can take [t], (n_departures,); NaN where the lane says it, or nobody.
    """

    start: NDArray[np.int64]
    departs: NDArray[np.int64]
    arrives: NDArray[np.int64]
    cut_off: NDArray[np.int64]
    capacity_t: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.departs)

    @property
    def lane(self) -> NDArray[np.int64]:
        """Lane of each departure, (n_departures,)."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @property
    def dated(self) -> NDArray[np.bool_]:
        """Which lanes have dated departures, bool (n_lanes,)."""
        return np.diff(self.start) > 0

    def take(self, lanes: NDArray[np.int64]) -> "Departures":
        """Return the departures of these lanes, numbered by their places here."""
        rows, count = slices(self.start, lanes)
        return Departures(
            start=starts(count),
            departs=self.departs[rows],
            arrives=self.arrives[rows],
            cut_off=self.cut_off[rows],
            capacity_t=self.capacity_t[rows],
        )

    def delay(self, hours: NDArray[np.float64]) -> "Departures":
        """Return the departures with later arrivals, by the hours of each lane [h]."""
        if not len(self):
            return self
        later = np.rint(np.nan_to_num(hours) * MINUTES_PER_HOUR).astype(np.int64)
        return replace(self, arrives=self.arrives + later[self.lane])


def no_departures(n_lanes: int) -> Departures:
    """Return that no lane has a dated departure."""
    none = np.empty(0, dtype=np.int64)
    return Departures(
        start=np.zeros(n_lanes + 1, dtype=np.int64),
        departs=none,
        arrives=none,
        cut_off=none,
        capacity_t=np.empty(0),
    )


def sort_departures(
    lane: NDArray[np.int64],
    departs: NDArray[np.int64],
    arrives: NDArray[np.int64],
    *,
    cut_off: NDArray[np.int64],
    capacity_t: NDArray[np.float64],
    n_lanes: int,
) -> Departures:
    """Return departures in any order, (n_departures,) each, sorted by lane and time."""
    order = np.lexsort((arrives, departs, lane))
    return Departures(
        start=starts(np.bincount(lane, minlength=n_lanes)),
        departs=departs[order],
        arrives=arrives[order],
        cut_off=cut_off[order],
        capacity_t=capacity_t[order],
    )


def join_departures(parts: Sequence[Departures]) -> Departures:
    """Return the departures of lanes that stand one after another."""
    counts = [np.diff(part.start) for part in parts]
    return Departures(
        start=starts(np.concatenate(counts)),
        departs=np.concatenate([part.departs for part in parts]),
        arrives=np.concatenate([part.arrives for part in parts]),
        cut_off=np.concatenate([part.cut_off for part in parts]),
        capacity_t=np.concatenate([part.capacity_t for part in parts]),
    )


def starts(count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each list begins when they stand one after another, (n + 1,)."""
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int64)


def slices(
    start: NDArray[np.int64], lists: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of these lists one after another, and how many each has."""
    first, count = start[lists], start[lists + 1] - start[lists]
    begin = np.cumsum(count) - count
    rows = np.arange(int(count.sum())) + np.repeat(first - begin, count)
    return rows, count
