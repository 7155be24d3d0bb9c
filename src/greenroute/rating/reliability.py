"""When itineraries arrive: distributions of their time, missed connections included.

Times of steps are independent. What passes between two dated departures is a sum, whose
distribution is a convolution on a grid (by fast Fourier transform); which departure is
caught follows from it, departure by departure. A missed one means to wait for the next.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.network.departure import slices, starts
from greenroute.network.schedule import Entries
from greenroute.rating.time_sums import CELLS, SAME_H, Sums, add_up
from greenroute.rating.waiting import NO_DEPARTURES, StepTimes
from greenroute.units import MINUTES_PER_HOUR

_HALVINGS = 50
#: Itineraries at a time, to bound the memory.
_BATCH = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalTimes:
    """When itineraries arrive, (n_paths,) each unless said otherwise.

    Attributes
    ----------
    kept
        Probability that no departure is later than the one that goods catch if all goes
        as usual; 1 where there are no dated departures.
    chance
        Probability of each way to come to the last part, (n_paths, n_ways).
    begins_h
        When that part begins, after goods were ready [h], likewise.
    last
        What the last part takes.
    """

    kept: NDArray[np.float64]
    chance: NDArray[np.float64]
    begins_h: NDArray[np.float64]
    last: Sums

    def probability(self, hours: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of arriving within these hours, (n_paths,)."""
        rows = np.arange(len(self.chance))
        left = np.asarray(hours, dtype=np.float64)[:, None] - self.begins_h
        return np.asarray((self.chance * self.last.at_most(rows, left)).sum(axis=1))

    def quantile_h(self, share: float) -> NDArray[np.float64]:
        """Return the hours within which this share arrives, (n_paths,).

        It is infinite where more than the rest find no departure at all.
        """
        possible = self.chance > 0
        low = np.where(possible, self.begins_h, np.inf).min(axis=1) + self.last.least_h
        high = np.where(possible, self.begins_h, -np.inf).max(axis=1) + self.last.most_h
        never = ~(self.probability(np.where(np.isfinite(high), high, 0.0)) >= share)
        low, high = np.where(never, 0.0, low), np.where(never, 0.0, high)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            enough = self.probability(middle) >= share
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.where(never, np.inf, high)


def arrival_times(
    steps: StepTimes,
    n_paths: int,
    *,
    departures: Entries | None = None,
    ready: int = 0,
) -> ArrivalTimes:
    """Return when itineraries arrive.

    Parameters
    ----------
    steps
        Their steps.
    n_paths
        Number of itineraries; each has at least one step.
    departures
        Lists of dated departures that steps wait for, by `on_departures`.
    ready
        When the goods are ready, minutes since 1970 UTC.
    """
    size = np.bincount(steps.path, minlength=n_paths)
    first = starts(size)
    parts = [
        _batch(_some(steps, first, low, min(low + _BATCH, n_paths)), departures, ready)
        for low in range(0, n_paths, _BATCH)
    ]
    ways = max((part.chance.shape[1] for part in parts), default=1)
    return ArrivalTimes(
        kept=np.concatenate([part.kept for part in parts] or [np.empty(0)]),
        chance=_stack([part.chance for part in parts], ways),
        begins_h=_stack([part.begins_h for part in parts], ways),
        last=Sums(
            least_h=np.concatenate([p.last.least_h for p in parts] or [np.empty(0)]),
            cell_h=np.concatenate([p.last.cell_h for p in parts] or [np.empty(0)]),
            below=_stack([part.last.below for part in parts], CELLS + 1),
        ),
    )


def _stack(pieces: list[NDArray[np.float64]], width: int) -> NDArray[np.float64]:
    """Return tables below each other, the narrow ones filled up with zeros."""
    if not pieces:
        return np.zeros((0, width))
    return np.concatenate(
        [np.pad(p, ((0, 0), (0, width - p.shape[1]))) for p in pieces]
    )


def _some(steps: StepTimes, first: NDArray[np.int64], low: int, high: int) -> StepTimes:
    """Return the steps of some itineraries, numbered from 0."""
    rows = slice(int(first[low]), int(first[high]))
    return StepTimes(
        path=steps.path[rows] - low,
        least_h=steps.least_h[rows],
        scale_h=steps.scale_h[rows],
        sigma=steps.sigma[rows],
        headway_h=steps.headway_h[rows],
        lane=steps.lane[rows],
    )


def _batch(steps: StepTimes, departures: Entries | None, ready: int) -> ArrivalTimes:
    """Return when itineraries arrive: part by part, each up to a dated departure."""
    dated = steps.lane != NO_DEPARTURES
    n_paths = int(steps.path[-1]) + 1
    parts_of = np.bincount(steps.path, weights=dated, minlength=n_paths).astype(
        np.int64
    )
    part_start = starts(parts_of + 1)
    seen = np.cumsum(dated)
    before = np.concatenate([[0], seen])[starts(np.bincount(steps.path))[:-1]]
    part = part_start[steps.path] + seen - before[steps.path]
    sums = add_up(steps, part, int(part_start[-1]))
    usual_h = np.bincount(
        part,
        weights=steps.least_h + steps.scale_h + steps.headway_h / 2,
        minlength=int(part_start[-1]),
    )
    state = _State(
        chance=np.ones((n_paths, 1)),
        in_time=np.ones((n_paths, 1)),
        begins_h=np.zeros((n_paths, 1)),
        usual_h=np.zeros(n_paths),
    )
    if departures is not None and dated.any():
        dated_rows = np.flatnonzero(dated)
        nth = seen[dated_rows] - before[steps.path[dated_rows]] - 1
        for level in range(int(parts_of.max())):
            rows = dated_rows[nth == level]
            path = steps.path[rows]
            at = part_start[path] + level
            state = _board(
                state,
                path,
                _Connection(
                    way=sums,
                    part=at,
                    usual_h=usual_h[at],
                    run_h=steps.least_h[rows] + steps.scale_h[rows],
                    lane=steps.lane[rows],
                ),
                departures=departures,
                ready=ready,
            )
    last = part_start[1:] - 1
    return ArrivalTimes(
        kept=state.in_time.sum(axis=1),
        chance=state.chance,
        begins_h=state.begins_h,
        last=Sums(
            least_h=sums.least_h[last],
            cell_h=sums.cell_h[last],
            below=sums.below[last],
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """Where itineraries stand: ways to be aboard, (n_paths, n_ways) each.

    `in_time` is the part of `chance` in which no departure was later than usual, and
    `usual_h` when the part begins if all goes as usual, (n_paths,).
    """

    chance: NDArray[np.float64]
    in_time: NDArray[np.float64]
    begins_h: NDArray[np.float64]
    usual_h: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Connection:
    """The way to a dated departure and its run, (n,) each."""

    way: Sums
    part: NDArray[np.int64]
    usual_h: NDArray[np.float64]
    run_h: NDArray[np.float64]
    lane: NDArray[np.int64]


def _board(
    state: _State,
    path: NDArray[np.int64],
    connection: _Connection,
    *,
    departures: Entries,
    ready: int,
) -> _State:
    """Return the state after these itineraries have taken a dated departure each."""
    chance, begins = state.chance[path], state.begins_h[path]
    way, part, lane = connection.way, connection.part, connection.lane
    possible = chance > 0
    soonest = np.where(possible, begins, np.inf).min(axis=1) + way.least_h[part]
    latest = np.where(possible, begins, -np.inf).max(axis=1) + way.most_h[part]
    usual = state.usual_h[path] + connection.usual_h
    first, last, usual_row = (
        _first_ready(departures, lane, hours, ready)
        for hours in (soonest, latest, usual)
    )
    end = departures.start[lane + 1]
    last = np.minimum(last + 1, end)
    rows = first[:, None] + np.arange(max(int((last - first).max(initial=0)), 1))
    there = rows < last[:, None]
    rows = np.where(there, rows, 0)
    cut_off = _hours(departures.ready_by, rows, ready)
    through = departures.earliest + departures.duration
    caught = way.at_most(part, cut_off[:, None, :] - begins[:, :, None])
    caught = np.where(there[:, None, :], np.diff(caught, axis=2, prepend=0.0), 0.0)
    begin = _hours(through, rows, ready) - connection.run_h[:, None]
    in_time = np.einsum("nw,nwj->nj", state.in_time[path], caught)
    usual_at = np.minimum(usual_row, np.maximum(end - 1, 0))
    width = rows.shape[1]
    spare = max(width - state.chance.shape[1], 0)
    chances, in_times, begins_h = (
        np.pad(table, ((0, 0), (0, spare)))
        for table in (state.chance, state.in_time, state.begins_h)
    )
    usual_h = state.usual_h.copy()
    fill = ((0, 0), (0, chances.shape[1] - width))
    chances[path] = np.pad(np.einsum("nw,nwj->nj", chance, caught), fill)
    in_times[path] = np.pad(np.where(rows <= usual_row[:, None], in_time, 0.0), fill)
    begins_h[path] = np.pad(np.where(there, begin, 0.0), fill)
    usual_h[path] = _hours(through, usual_at, ready) - connection.run_h
    return _State(chance=chances, in_time=in_times, begins_h=begins_h, usual_h=usual_h)


def _hours(
    column: NDArray[np.int64], rows: NDArray[np.int64], since: int = 0
) -> NDArray[np.float64]:
    """Return rows of a column in hours after a minute; zeros if it has no rows."""
    if not len(column):
        return np.zeros(rows.shape)
    return np.asarray((column[rows] - since) / MINUTES_PER_HOUR)


def _first_ready(
    departures: Entries,
    lane: NDArray[np.int64],
    hours: NDArray[np.float64],
    ready: int,
) -> NDArray[np.int64]:
    """Return the first departure of each lane that goods of this hour catch, or its end."""
    rows, count = slices(departures.start, lane)
    apart = np.repeat(np.arange(len(lane)), count).astype(np.float64)
    ready_h = _hours(departures.ready_by, rows, ready)
    both = np.concatenate([ready_h, hours[np.isfinite(hours)], [0.0]])
    span = float(both.max() - both.min()) + 1.0
    sane = np.clip(np.nan_to_num(hours, posinf=both.max()), both.min(), both.max())
    keys = ready_h - both.min() + 2 * span * apart
    asked = sane - SAME_H - both.min() + 2 * span * np.arange(len(lane))
    begin = np.cumsum(count) - count
    found = np.searchsorted(keys, asked) - begin + departures.start[lane]
    return np.asarray(np.where(np.isfinite(hours), found, departures.start[lane + 1]))
