"""Clocks: texts and local times as seconds since 1970 UTC, in arrays."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from tzfpy import get_tz

from greenroute.network.gateway import Gateways
from greenroute.tables import Coded
from greenroute.units import MINUTES_PER_HOUR, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

#: What was expected of a time that cannot be read, for error messages.
A_TIME = "ISO 8601 like 2026-12-01T08:00 or 2026-12-01T08:00+08:00"
_TIME = (
    r"^(?P<date>\d{4}-\d\d-\d\d)(?:[T ](?P<clock>\d\d:\d\d)(?P<second>:\d\d)?(?:\.\d+)?"
    r"(?P<offset>Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$"
)
_SECOND = pa.timestamp("s")


def zones_of(gateways: Gateways, rows: NDArray[np.int64]) -> Coded:
    """Return the time zone of these gateways (IANA name), by where they lie."""
    places, codes = np.unique(rows, return_inverse=True)
    texts = [
        str(get_tz(lon, lat))
        for lon, lat in zip(
            gateways.lon[places].tolist(), gateways.lat[places].tolist(), strict=True
        )
    ]
    names = tuple(sorted(set(texts)))
    of_place = np.array([names.index(text) for text in texts], dtype=np.int32)
    return Coded(codes=of_place[codes] if len(codes) else of_place, names=names)


def read_times(
    texts: pa.Array, zones: Coded
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the moments that texts name.

    Parameters
    ----------
    texts
        ISO 8601 texts, (n,); a date alone is its midnight, a time without an offset is
        local to its zone.
    zones
        Zone of each text, (n,).

    Returns
    -------
    tuple of ndarray
        Seconds since 1970 UTC; which texts are no time; which are local times that their
        zone has twice or not at all, as when clocks change. The latter two have no
        meaningful seconds.
    """
    parts = pc.extract_regex(texts, _TIME)
    date, clock, second, offset = (
        pc.fill_null(parts.field(i), "") for i in range(parts.type.num_fields)
    )
    clock = pc.if_else(pc.equal(clock, ""), "00:00", clock)
    second = pc.if_else(pc.equal(second, ""), ":00", second)
    naive, bad = _naive(pc.binary_join_element_wise(date, "T", clock, second, ""))
    seconds = np.where(bad, 0, naive)
    given = ~np.asarray(pc.equal(offset, ""))
    seconds = seconds - np.where(given, _offset(offset), 0)
    unclear = np.zeros(len(texts), dtype=np.bool_)
    local = ~given & ~bad
    seconds[local], unclear[local] = to_utc(naive[local], zones.take(local))
    return seconds, bad, unclear


def to_utc(
    local_s: NDArray[np.int64], zones: Coded
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return seconds UTC of local times, and which of them are unclear.

    A local time that comes twice is the first one; one that clocks skip is the moment at
    which they skip it.
    """
    utc = np.empty(len(local_s), dtype=np.int64)
    unclear = np.zeros(len(local_s), dtype=np.bool_)
    for code in np.unique(zones.codes).tolist():
        mine = zones.codes == code
        moments = pa.array(local_s[mine]).cast(_SECOND)
        first, last = (
            np.asarray(
                pc.assume_timezone(
                    moments, zones.names[code], ambiguous=which, nonexistent=which
                ).cast(pa.int64())
            )
            for which in ("earliest", "latest")
        )
        # Of a time that is skipped, pyarrow's earliest is the last moment before.
        gap = last == first + 1
        utc[mine] = np.where(gap, last, first)
        unclear[mine] = last != first
    return utc, unclear


def to_local(utc_s: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Return local seconds of moments in one zone."""
    moments = pa.array(utc_s).cast(pa.timestamp("s", tz=zone))
    return np.asarray(pc.local_timestamp(moments).cast(pa.int64()))


def whole_minutes(
    seconds: NDArray[np.int64], *, later: bool = False
) -> NDArray[np.int64]:
    """Return whole minutes, a part of one cut off, or counted as a whole if `later`."""
    if later:
        return -(-seconds // SECONDS_PER_MINUTE)
    return seconds // SECONDS_PER_MINUTE


def _naive(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return seconds of texts as if they were UTC, and which are no time."""
    try:
        seconds = np.asarray(texts.cast(_SECOND).cast(pa.int64()))
    except pa.ArrowInvalid:
        return _one_by_one(texts.to_pylist())
    return seconds, np.zeros(len(texts), dtype=np.bool_)


def _one_by_one(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the same where some text is wrong: slower, but it tells which."""
    seconds = np.zeros(len(texts), dtype=np.int64)
    bad = np.zeros(len(texts), dtype=np.bool_)
    for row, text in enumerate(texts):
        try:
            seconds[row] = pa.scalar(text).cast(_SECOND).cast(pa.int64()).as_py()
        except pa.ArrowInvalid:
            bad[row] = True
    return seconds, bad


def _offset(texts: pa.Array) -> NDArray[np.int64]:
    """Return the seconds that offsets like "+08:00" lie ahead of UTC."""
    parts = pc.extract_regex(texts, r"^(?P<sign>[+-])(?P<hour>\d\d):?(?P<minute>\d\d)$")
    sign, hour, minute = (pc.fill_null(parts.field(i), "") for i in range(3))
    hours, minutes = (
        np.asarray(pc.if_else(pc.equal(part, ""), "0", part).cast(pa.int64()))
        for part in (hour, minute)
    )
    ahead = hours * SECONDS_PER_HOUR + minutes * (SECONDS_PER_HOUR // MINUTES_PER_HOUR)
    return np.asarray(np.where(np.asarray(pc.equal(sign, "-")), -ahead, ahead))
