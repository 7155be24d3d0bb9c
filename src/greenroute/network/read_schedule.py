"""Reads when lanes depart: weekdays, and the table of dated departures."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.clock import A_TIME, read_times, whole_minutes, zones_of
from greenroute.network.departure import Departures, sort_departures
from greenroute.network.gateway import Gateways
from greenroute.tables import (
    MAX_ERRORS_IN_WORDS,
    Coded,
    Column,
    ColumnKind,
    Table,
    positions,
    read_table,
)
from greenroute.units import HOURS_PER_DAY, MINUTES_PER_HOUR

DEPARTURE_COLUMNS = {
    "lane_id": Column(),
    "departs_at": Column(),
    "arrives_at": Column(),
    "cut_off_at": Column(required=False, empty=True),
    "capacity_t": Column(kind=ColumnKind.NUMBER, required=False, empty=True, above=0),
}
WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
#: What was expected of `departs_on`.
SOME_WEEKDAYS = "weekdays like 'mon,thu' or 'Mon 18:00;Thu 06:30', each once"
_MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
_LETTERS = 3
_ITEM = re.compile(r"(?P<day>[a-z]+)(?: (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d))?")
_FIRST_DATA_LINE = 2


def weekly_minutes(text: str) -> tuple[int, ...]:
    """Return when a lane departs, in minutes after Monday's midnight, sorted.

    Parameters
    ----------
    text
        Weekdays joined by "," or ";", by three letters or in full, each with an own local
        time or else at midnight; "" for none.

    Raises
    ------
    DataError
        If it is no list of weekdays.
    """
    found = []
    for item in filter(None, re.split(r"[,;]", text)):
        match = _ITEM.fullmatch(item.strip().lower())
        days = [
            number
            for number, day in enumerate(WEEKDAYS)
            if match and match["day"] in {day, day[:_LETTERS]}
        ]
        if match is None or not days:
            msg = f"departs_on is {text!r}, expected {SOME_WEEKDAYS}"
            raise DataError(msg)
        clock = int(match["hour"] or 0) * MINUTES_PER_HOUR + int(match["minute"] or 0)
        found.append(days[0] * _MINUTES_PER_DAY + clock)
    if len(set(found)) < len(found) or (text.strip() and not found):
        msg = f"departs_on is {text!r}, expected {SOME_WEEKDAYS}"
        raise DataError(msg)
    return tuple(sorted(found))


def read_weekdays(table: Table) -> tuple[Coded, NDArray[np.float64]]:
    """Return `departs_on` and the departures per week of a table of lanes.

    Raises
    ------
    DataError
        If a row has no weekdays where it should, or its two columns do not agree.
    """
    per_week = table.number("departures_per_week")
    if not table.has("departs_on"):
        return Coded(codes=np.zeros(len(table), dtype=np.int32), names=("",)), per_week
    days = table.coded("departs_on")
    counts, wrong = [], []
    for name in days.names:
        try:
            counts.append(len(weekly_minutes(name)))
        except DataError:
            counts.append(0)
            wrong.append(name)
    count = np.array(counts or [0])[days.codes]
    problems = [
        (row, f"departs_on is {days[row]!r}, expected {SOME_WEEKDAYS}")
        for row in np.flatnonzero(days.mask(frozenset(wrong))).tolist()
    ]
    other = (count > 0) & ~np.isnan(per_week) & (per_week != count)
    problems += [
        (
            row,
            (
                f"departures_per_week is {per_week[row]:g}, expected {count[row]}, the "
                f"weekdays in departs_on {days[row]!r}, or an empty cell"
            ),
        )
        for row in np.flatnonzero(other).tolist()
    ]
    complain(table.path, problems)
    return days, np.where(count > 0, count, per_week)


def read_departures(
    path: Path,
    lane_ids: pa.Array,
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    gateways: Gateways,
) -> Departures:
    """Read the table of dated departures, CSV or Parquet.

    Parameters
    ----------
    path
        Table with `lane_id, departs_at, arrives_at, cut_off_at, capacity_t`; the last two
        may be empty or absent. Times without an offset are local: departures and cut-offs
        to the lane's origin, arrivals to its destination.
    lane_ids
        Ids of the lanes, (n_lanes,).
    ends
        Origin and destination of each lane, rows of the gateways.
    gateways
        Gateways of the network.

    Raises
    ------
    DataError
        With every row that names an unknown lane, no time, a local time that clocks skip
        or repeat, an arrival before its departure or a cut-off after it.
    """
    table = read_table(path, DEPARTURE_COLUMNS)
    lane = positions(table.text("lane_id"), lane_ids)
    problems = [
        (
            row,
            f"lane_id is {table.text('lane_id')[row].as_py()!r}, expected a lane's id",
        )
        for row in np.flatnonzero(lane < 0).tolist()
    ]
    if not len(lane_ids):
        complain(path, problems)
    origin, destination = (rows[lane].astype(np.int64) for rows in ends)
    departs_s = _times(table, "departs_at", zones_of(gateways, origin), problems)
    arrives_s = _times(table, "arrives_at", zones_of(gateways, destination), problems)
    has_cut_off = ~np.asarray(pc.equal(table.text("cut_off_at"), ""))
    cut_off_s = departs_s.copy()
    if has_cut_off.any():
        given = _times(table, "cut_off_at", zones_of(gateways, origin), problems)
        cut_off_s = np.where(has_cut_off, given, departs_s)
    complain(path, problems)
    found = sort_departures(
        lane,
        whole_minutes(departs_s),
        whole_minutes(arrives_s, later=True),
        cut_off=whole_minutes(cut_off_s),
        capacity_t=table.number("capacity_t"),
        n_lanes=len(lane_ids),
    )
    late = _in_words(table, "cut_off_at", np.flatnonzero(cut_off_s > departs_s))
    complain(
        path,
        [
            *_in_words(table, "arrives_at", np.flatnonzero(arrives_s <= departs_s)),
            *late,
            *_repeated(table, lane, departs_s),
        ],
    )
    return found


def complain(path: Path, problems: list[tuple[int, str]]) -> None:
    """Raise what is wrong with a table, row by row; nothing wrong raises nothing."""
    if not problems:
        return
    lines = [
        f"{path}:{row + _FIRST_DATA_LINE}: {what}"
        for row, what in sorted(problems)[:MAX_ERRORS_IN_WORDS]
    ]
    if len(problems) > MAX_ERRORS_IN_WORDS:
        lines.append(f"… and {len(problems) - MAX_ERRORS_IN_WORDS} more errors")
    raise DataError("\n".join(lines))


def _times(
    table: Table, name: str, zones: Coded, problems: list[tuple[int, str]]
) -> NDArray[np.int64]:
    """Return seconds of a column; what is wrong with it is added to the problems."""
    texts = table.text(name)
    seconds, bad, unclear = read_times(texts, zones)
    empty = np.asarray(pc.equal(texts, ""))
    problems += [
        (row, f"{name} is {texts[row].as_py()!r}, expected {A_TIME}")
        for row in np.flatnonzero(bad & ~empty).tolist()
    ]
    problems += [
        (
            row,
            (
                f"{name} is {texts[row].as_py()!r}, which clocks in {zones[row]} skip or show "
                "twice, expected a time with an offset"
            ),
        )
        for row in np.flatnonzero(unclear).tolist()
    ]
    return seconds


def _in_words(
    table: Table, name: str, rows: NDArray[np.int64]
) -> list[tuple[int, str]]:
    """Return the complaint of rows whose time is on the wrong side of the departure."""
    side = "after" if name == "arrives_at" else "not after"
    texts, departs = table.text(name), table.text("departs_at")
    return [
        (
            row,
            (
                f"{name} is {texts[row].as_py()!r}, expected a time {side} departs_at "
                f"{departs[row].as_py()!r}"
            ),
        )
        for row in rows.tolist()
    ]


def _repeated(
    table: Table, lane: NDArray[np.int64], departs_s: NDArray[np.int64]
) -> list[tuple[int, str]]:
    order = np.lexsort((departs_s, lane))
    same = (np.diff(lane[order]) == 0) & (np.diff(departs_s[order]) == 0)
    departs = table.text("departs_at")
    return [
        (
            row,
            (
                f"departs_at is {departs[row].as_py()!r} again, expected one departure of a "
                "lane at a time"
            ),
        )
        for row in order[1:][same].tolist()
    ]
