"""Calendars: working days of markets, and opening hours of gateways and customs."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.clock import to_local, to_utc, whole_minutes, zones_of
from greenroute.network.departure import slices, starts
from greenroute.network.gateway import KINDS, Gateways
from greenroute.network.read_schedule import complain
from greenroute.network.schedule import FOREVER, Entries
from greenroute.tables import (
    Coded,
    Column,
    Table,
    data_folder,
    read_table,
    read_toml,
    verify_digests,
)
from greenroute.units import (
    HOURS_PER_DAY,
    MINUTES_PER_HOUR,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
)


class Desk(StrEnum):
    """Who has opening hours at a gateway."""

    HANDLING = "handling"
    CUSTOMS = "customs"


DESKS: tuple[Desk, ...] = tuple(Desk)
_MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
_SECONDS_PER_DAY = HOURS_PER_DAY * SECONDS_PER_HOUR
_EPOCH = date(1970, 1, 1)
_HOURS_COLUMNS = {
    "kind": Column(choices=tuple(KINDS)),
    "what": Column(choices=tuple(DESKS)),
    "days": Column(choices=("all", "working")),
    "opens": Column(),
    "closes": Column(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """When goods are taken, by desk and kind of gateway, (n_desks, n_kinds) each.

    Attributes
    ----------
    name, version, sha256
        Of the data set.
    opens, closes
        Minutes after local midnight; 0 and 1440 is around the clock.
    working_days_only
        Closed on weekends and public holidays of the market.
    """

    name: str
    version: str
    sha256: str
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    working_days_only: NDArray[np.bool_]


def read_opening_hours(folder: Path | str | None = None) -> OpeningHours:
    """Read opening hours; without a folder, those in the package.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from `calendar.toml`.
    DataError
        If a desk of a kind of gateway is missing, comes twice or closes before it opens.
    """
    place = (
        data_folder() / "calendars" / "default-2026" if folder is None else Path(folder)
    )
    about = read_toml(place / "calendar.toml")
    tables = about.get("tables", {})
    if not isinstance(tables, dict) or "hours" not in tables:
        msg = f"{place / 'calendar.toml'}: [tables.hours] is missing"
        raise DataError(msg)
    sha256 = verify_digests(place, tables)
    table = read_table(place / str(tables["hours"]["file"]), _HOURS_COLUMNS)
    shape = len(DESKS), len(KINDS)
    desk = [DESKS.index(Desk(text)) for text in table.text("what").to_pylist()]
    kind = [list(KINDS).index(text) for text in table.text("kind").to_pylist()]
    row_of = np.full(shape, -1)
    for row, at in enumerate(zip(desk, kind, strict=True)):
        if row_of[at] >= 0:
            complain(table.path, [(row, f"{KINDS[at[1]]} {DESKS[at[0]]} comes twice")])
        row_of[at] = row
    missing = np.argwhere(row_of < 0)
    if len(missing):
        names = ", ".join(f"{KINDS[k]} {DESKS[d]}" for d, k in missing.tolist())
        msg = f"{table.path}: there is no row of {names}, expected one each"
        raise DataError(msg)
    opens, closes = _clock(table, "opens"), _clock(table, "closes")
    shut = np.flatnonzero(closes <= opens)
    words = "closes is not after opens, expected opening hours within one day"
    complain(table.path, [(row, words) for row in shut.tolist()])
    working = table.coded("days").mask(frozenset({"working"}))
    return OpeningHours(
        name=str(about.get("name", "")),
        version=str(about.get("version", "")),
        sha256=sha256,
        opens=opens[row_of],
        closes=closes[row_of],
        working_days_only=working[row_of],
    )


@cache
def working_days(iso2: str, first: date, n_days: int) -> NDArray[np.bool_]:
    """Return which days are neither weekend nor public holiday in a market, (n_days,).

    Weekends are the market's own (Friday and Saturday in Saudi Arabia); weekends that are
    worked to make up for a holiday count as working days.

    Raises
    ------
    UnknownCategoryError
        If there is no calendar of the market.
    """
    # Loading the calendars takes 0.2 s: only who asks for working days pays for it.
    import holidays  # noqa: PLC0415 - see above

    years = range(first.year, (first + timedelta(days=n_days)).year + 1)
    try:
        calendar = holidays.country_holidays(iso2, years=years)
    except NotImplementedError:
        msg = f"there is no calendar of public holidays for {iso2!r}, expected a market"
        raise UnknownCategoryError(msg) from None
    days = [
        calendar.is_working_day(first + timedelta(days=day)) for day in range(n_days)
    ]
    found = np.array(days, dtype=np.bool_)
    found.flags.writeable = False
    return found


def opening_entries(
    gateways: Gateways,
    rows: NDArray[np.int64],
    minutes: NDArray[np.int64],
    *,
    desk: NDArray[np.int8],
    hours: OpeningHours,
    period: tuple[int, int],
) -> Entries:
    """Return operations that start within opening hours, as steps of a schedule.

    Goods that come until closing time are taken that day; the operation then takes its
    time, whether or not the desk is open. Goods that come while it is closed wait for the
    next opening.

    Parameters
    ----------
    gateways
        Gateways of the network.
    rows
        Gateway of each operation, (n_steps,).
    minutes
        How long it takes, (n_steps,).
    desk
        Position in `DESKS` of whose hours count, (n_steps,).
    hours
        Opening hours.
    period
        First and last minute that matter, since 1970 UTC; nothing opens after it.

    Raises
    ------
    UnknownCategoryError
        If a market has no calendar and a desk there keeps working days.
    """
    zones = zones_of(gateways, rows)
    market = gateways.iso2.codes[rows]
    kind = gateways.kind[rows]
    keys = np.column_stack([market, zones.codes, kind, desk]).astype(np.int64)
    kinds, kind_of = np.unique(keys, axis=0, return_inverse=True)
    found = [
        _windows(
            hours,
            gateways.iso2.names[m],
            zones.names[z],
            at=(d, k),
            period=period,
        )
        for m, z, k, d in kinds.tolist()
    ]
    lists = starts(np.array([len(opens) for opens, _ in found], dtype=np.int64))
    where, count = slices(lists, kind_of.reshape(-1))
    empty = np.empty(0, dtype=np.int64)
    opens = np.concatenate([opens for opens, _ in found] or [empty])
    closes = np.concatenate([closes for _, closes in found] or [empty])
    return Entries(
        start=starts(count),
        ready_by=closes[where],
        earliest=opens[where],
        duration=np.repeat(np.asarray(minutes, dtype=np.int64), count),
    )


def _windows(
    hours: OpeningHours,
    iso2: str,
    zone: str,
    *,
    at: tuple[int, int],
    period: tuple[int, int],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return when a desk opens and closes, minutes UTC."""
    opens, closes = int(hours.opens[at]), int(hours.closes[at])
    around_the_clock = opens == 0 and closes == _MINUTES_PER_DAY
    only_working = bool(hours.working_days_only[at])
    if around_the_clock and not only_working:
        return np.array([-FOREVER]), np.array([FOREVER])
    local = to_local(np.array(period) * SECONDS_PER_MINUTE, zone)
    first, last = (int(second) // _SECONDS_PER_DAY for second in local)
    days = np.arange(first - 1, last + 2)
    if only_working:
        start = _EPOCH + timedelta(days=int(days[0]))
        days = days[working_days(iso2, start, len(days))]
    zones = Coded(codes=np.zeros(len(days), dtype=np.int32), names=(zone,))
    opening, closing = (
        whole_minutes(
            to_utc(days * _SECONDS_PER_DAY + at * SECONDS_PER_MINUTE, zones)[0]
        )
        for at in (opens, closes)
    )
    if not around_the_clock:
        return opening, closing
    # Days that touch are one window.
    gap = opening[1:] > closing[:-1]
    return opening[np.append(True, gap)], closing[np.append(gap, True)]


def _clock(table: Table, name: str) -> NDArray[np.int64]:
    """Return minutes after midnight of a column of HH:MM."""
    minutes, problems = [], []
    for row, text in enumerate(table.text(name).to_pylist()):
        hour, _, minute = text.partition(":")
        is_clock = hour.isdigit() and minute.isdigit() and len(text) == len("00:00")
        at = int(hour) * MINUTES_PER_HOUR + int(minute) if is_clock else -1
        if not is_clock or int(minute) >= MINUTES_PER_HOUR or at > _MINUTES_PER_DAY:
            problems.append((row, f"{name} is {text!r}, expected HH:MM up to 24:00"))
        minutes.append(at)
    complain(table.path, problems)
    return np.array(minutes, dtype=np.int64)
