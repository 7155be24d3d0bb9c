"""Schedules: weekly departures with dates, and steps that depend on the time of day.

A *step* is what takes time: a run or a hub operation. Its *entries* say how: goods that
are there at minute `t` take the first entry with `ready_by >= t`, start at `max(t,
earliest)` and are through `duration` later.

    departure           ready_by = cut-off     earliest = departure   duration = its run
    opening hours       ready_by = closing     earliest = opening     duration = dwell
    at any time         ready_by = FOREVER     earliest = -FOREVER    duration

All entries of a step either start at or after their `ready_by` (departures), or have one
duration in common (the other two). `compose` keeps it so: then each step, and each chain
of steps, is such a list again. Entries that a later one overtakes are dropped (`fifo`),
so that the first entry is also the one that is through first.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.clock import to_local, to_utc, whole_minutes, zones_of
from greenroute.network.departure import (
    Departures,
    join_departures,
    slices,
    sort_departures,
    starts,
)
from greenroute.network.gateway import Gateways
from greenroute.network.lane import Lanes
from greenroute.network.read_schedule import weekly_minutes
from greenroute.tables import Coded
from greenroute.units import (
    HOURS_PER_DAY,
    MINUTES_PER_HOUR,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
)

#: Beyond any date, in minutes; small enough that sums over many steps stay integers.
FOREVER = 1 << 40
_SECONDS_PER_DAY = HOURS_PER_DAY * SECONDS_PER_HOUR
_DAYS_PER_WEEK = 7
#: 1970-01-01 was a Thursday.
_FIRST_WEEKDAY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """When steps can be taken, as lists one after another.

    Attributes
    ----------
    start
        First entry of each step, int64 (n_steps + 1,).
    ready_by, earliest, duration
        Minutes since 1970 UTC, and minutes, int64 (n_entries,); `ready_by` rises within a
        step.
    """

    start: NDArray[np.int64]
    ready_by: NDArray[np.int64]
    earliest: NDArray[np.int64]
    duration: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1

    def take(self, steps: NDArray[np.int64]) -> "Entries":
        """Return the entries of other steps; a step may come more than once."""
        rows, count = slices(self.start, steps)
        return Entries(
            start=starts(count),
            ready_by=self.ready_by[rows],
            earliest=self.earliest[rows],
            duration=self.duration[rows],
        )


def always(minutes: NDArray[np.int64]) -> Entries:
    """Return steps that can be taken at any time, of these durations (n_steps,)."""
    n = len(minutes)
    return Entries(
        start=np.arange(n + 1),
        ready_by=np.full(n, FOREVER),
        earliest=np.full(n, -FOREVER),
        duration=np.asarray(minutes, dtype=np.int64),
    )


def on_departures(departures: Departures) -> Entries:
    """Return the runs of lanes with dated departures; a lane without any cannot run."""
    return fifo(
        Entries(
            start=departures.start,
            ready_by=departures.cut_off,
            earliest=departures.departs,
            duration=departures.arrives - departures.departs,
        )
    )


def choose(first: Entries, second: Entries, use_first: NDArray[np.bool_]) -> Entries:
    """Return the steps of the first where chosen, else those of the second."""
    rows = np.arange(len(first))
    both = Entries(
        start=np.concatenate([first.start, first.start[-1] + second.start[1:]]),
        ready_by=np.concatenate([first.ready_by, second.ready_by]),
        earliest=np.concatenate([first.earliest, second.earliest]),
        duration=np.concatenate([first.duration, second.duration]),
    )
    return both.take(np.where(use_first, rows, rows + len(first)))


def fifo(entries: Entries) -> Entries:
    """Return the steps with their entries sorted, and without those that are overtaken.

    An entry is overtaken if another one of the step can be taken at least as late and is
    through no later.
    """
    count = np.diff(entries.start)
    step = np.repeat(np.arange(len(entries)), count)
    through = entries.earliest + entries.duration
    order = np.lexsort((-through, entries.ready_by, step))
    through, step = through[order], step[order]
    # Steps are set so far apart that the least of one never is the least of another.
    apart = through + step * (4 * FOREVER)
    least_after = np.full(len(apart) + 1, np.iinfo(np.int64).max)
    least_after[:-1] = np.minimum.accumulate(apart[::-1])[::-1]
    keep = apart < least_after[1:]
    rows = order[keep]
    return Entries(
        start=starts(np.bincount(step[keep], minlength=len(entries))),
        ready_by=entries.ready_by[rows],
        earliest=entries.earliest[rows],
        duration=entries.duration[rows],
    )


def compose(first: Entries, second: Entries) -> Entries:
    """Return, for each step of the first, the chain of it and the second's.

    Parameters
    ----------
    first, second
        The same number of steps, by `fifo`.

    Returns
    -------
    Entries
        Goods that take an entry of the chain wait as long as the two steps would let them
        wait, all of it before the first. By `fifo`.
    """
    step = np.repeat(np.arange(len(first)), np.diff(first.start))
    after = np.empty_like(first.ready_by)
    after[1:] = first.ready_by[:-1] + 1
    after[first.start[:-1][np.diff(first.start) > 0]] = -FOREVER
    soonest = np.maximum(after, first.earliest) + first.duration
    latest = np.maximum(first.ready_by, first.earliest) + first.duration
    low = _first_ready(second, step, soonest)
    high = np.minimum(_first_ready(second, step, latest) + 1, second.start[step + 1])
    count = np.maximum(high - low, 0)
    pair = np.repeat(np.arange(len(step)), count)
    begin = np.cumsum(count) - count
    other = np.arange(int(count.sum())) + np.repeat(low - begin, count)
    run = first.duration[pair]
    last = np.clip(second.ready_by[other] - run, -FOREVER, FOREVER)
    # What is open at any time bounds nothing.
    last[second.ready_by[other] >= FOREVER] = FOREVER
    wait = np.where(
        second.earliest[other] <= -FOREVER, -FOREVER, second.earliest[other] - run
    )
    chain = Entries(
        start=starts(np.bincount(step[pair], minlength=len(first))),
        ready_by=np.minimum(first.ready_by[pair], last),
        earliest=np.maximum(first.earliest[pair], wait),
        duration=run + second.duration[other],
    )
    return fifo(chain)


def through_at(entries: Entries, t: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return when goods that are at each step at minute `t` are through, (n_steps,).

    It is `FOREVER` where no entry is left.
    """
    steps = np.arange(len(entries))
    row = _first_ready(entries, steps, t)
    there = row < entries.start[1:]
    safe = np.where(there, row, 0)
    if not len(entries.ready_by):
        return np.full(len(entries), FOREVER)
    through = np.maximum(t, entries.earliest[safe]) + entries.duration[safe]
    return np.where(there, through, FOREVER)


def _first_ready(
    entries: Entries, step: NDArray[np.int64], t: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the first entry with `ready_by >= t` of each step, or its end."""
    apart = 4 * FOREVER
    of_entry = np.repeat(np.arange(len(entries)), np.diff(entries.start))
    keys = entries.ready_by + of_entry * apart
    asked = np.minimum(t, 2 * FOREVER) + step * apart
    return np.asarray(np.searchsorted(keys, asked), dtype=np.int64)


def weekly_departures(
    lanes: Lanes,
    gateways: Gateways,
    *,
    since: int,
    until: int,
    cut_off_h: NDArray[np.float64] | None = None,
) -> Departures:
    """Return the departures of the lanes that have weekdays and no dated departures.

    They leave at the local time that `departs_on` says, else at midnight, by the clock of
    the lane's origin, and take `transit_h`. A departure at a time that clocks skip leaves
    when they skip it; one at a time that comes twice leaves the first time.

    Parameters
    ----------
    since, until
        First and last minute of departure, since 1970 UTC.
    cut_off_h
        Time between cut-off and departure where the lane says none [h], (n_lanes,), as
        the tariff has it; without it, or where it is not a number, goods are taken until
        the departure.
    """
    wanted = ~lanes.departs_on.mask(frozenset({""})) & ~lanes.departures.dated
    rows = np.flatnonzero(wanted)
    zones = zones_of(gateways, lanes.origin[rows].astype(np.int64))
    pattern = lanes.departs_on.codes[rows]
    kinds, kind_of = np.unique(
        np.column_stack([zones.codes, pattern]), axis=0, return_inverse=True
    )
    found = [
        _dates(
            lanes.departs_on.names[text], zones.names[zone], since=since, until=until
        )
        for zone, text in kinds.tolist()
    ]
    lists = starts(np.array([len(dates) for dates in found], dtype=np.int64))
    where, count = slices(lists, kind_of.reshape(-1))
    all_dates = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
    lane = np.repeat(rows, count)
    departs = all_dates[where]
    run = np.rint(lanes.transit_h * MINUTES_PER_HOUR).astype(np.int64)[lane]
    before_h = lanes.cut_off_h
    if cut_off_h is not None:
        before_h = np.where(np.isnan(before_h), cut_off_h, before_h)
    before_h = np.nan_to_num(before_h)[lane]
    cut_off = departs - np.rint(before_h * MINUTES_PER_HOUR).astype(np.int64)
    return sort_departures(
        lane,
        departs,
        departs + run,
        cut_off=cut_off,
        capacity_t=lanes.capacity_t_per_departure[lane],
        n_lanes=len(lanes),
    )


def add_departures(lanes: Lanes, more: Departures) -> Lanes:
    """Return the lanes with more dated departures.

    Raises
    ------
    DataError
        If a lane has dated departures already.
    """
    twice = np.flatnonzero(lanes.departures.dated & more.dated)
    if len(twice):
        msg = (
            f"lane {lanes.id[int(twice[0])].as_py()!r} has dated departures already, "
            f"expected them from one source ({len(twice)} such lanes)"
        )
        raise DataError(msg)
    both = join_departures([lanes.departures, more])
    n_lanes = len(lanes)
    return replace(
        lanes,
        departures=sort_departures(
            both.lane % n_lanes if n_lanes else both.lane,
            both.departs,
            both.arrives,
            cut_off=both.cut_off,
            capacity_t=both.capacity_t,
            n_lanes=n_lanes,
        ),
    )


def departures_table(lanes: Lanes) -> pa.Table:
    """Return the dated departures as the table `departures` of a network folder, in UTC."""
    dated = lanes.departures

    def texts(minutes: NDArray[np.int64]) -> pa.Array:
        moments = pa.array(minutes * SECONDS_PER_MINUTE).cast(pa.timestamp("s"))
        return pc.strftime(moments, "%Y-%m-%dT%H:%M:%SZ")

    return pa.table(
        {
            "lane_id": lanes.id.take(pa.array(dated.lane)),
            "departs_at": texts(dated.departs),
            "arrives_at": texts(dated.arrives),
            "cut_off_at": texts(dated.cut_off),
            "capacity_t": pa.array(dated.capacity_t, from_pandas=True),
        }
    )


def _dates(text: str, zone: str, *, since: int, until: int) -> NDArray[np.int64]:
    """Return when a weekly departure in a zone leaves, minutes UTC, sorted."""
    first, last = to_local(np.array([since, until]) * SECONDS_PER_MINUTE, zone)
    # A day more on either side: the clock may change in between.
    days = np.arange(first // _SECONDS_PER_DAY - 1, last // _SECONDS_PER_DAY + 2)
    mondays = days[(days + _FIRST_WEEKDAY) % _DAYS_PER_WEEK == 0]
    mondays = np.append(days[0] - (days[0] + _FIRST_WEEKDAY) % _DAYS_PER_WEEK, mondays)
    minutes = np.array(weekly_minutes(text)) * SECONDS_PER_MINUTE
    local = np.unique(mondays[:, None] * _SECONDS_PER_DAY + minutes)
    zones = Coded(codes=np.zeros(len(local), dtype=np.int32), names=(zone,))
    utc, _ = to_utc(local, zones)
    departs = whole_minutes(utc)
    return departs[(departs >= since) & (departs <= until)]
