"""Moments of a shipment: in UTC, in whole minutes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tzfpy import get_tz

from greenroute.errors import DataError
from greenroute.network.places import Place
from greenroute.units import SECONDS_PER_MINUTE


def utc_at(moment: datetime | None, place: Place, name: str) -> datetime | None:
    """Return a moment in UTC; a naive one is local to the place.

    Parameters
    ----------
    name
        What it is, for the message.

    Raises
    ------
    DataError
        If clocks at the place skip it, or show it twice.
    """
    if moment is None or moment.tzinfo is not None:
        return None if moment is None else moment.astimezone(UTC)
    zone = ZoneInfo(get_tz(place.lon, place.lat))
    first, second = (
        moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    if first != second:
        does = "skip" if first > second else "show twice"
        msg = (
            f"{name} is {moment.isoformat()}, which clocks in {zone.key} {does}, expected "
            f"a time with an offset, like {moment.isoformat()}+00:00"
        )
        raise DataError(msg)
    return first


def whole_minute(moment: datetime | None) -> datetime | None:
    """Return a moment, or the end of the minute in which it lies."""
    if moment is None or not (moment.second or moment.microsecond):
        return moment
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def minute_of(moment: datetime) -> int:
    """Return the whole minute of a moment, since 1970 UTC."""
    return int(moment.timestamp() // SECONDS_PER_MINUTE)


def moment_of(minute: int) -> datetime:
    """Return the moment of a whole minute since 1970, UTC."""
    return datetime.fromtimestamp(minute * SECONDS_PER_MINUTE, UTC)
