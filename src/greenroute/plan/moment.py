"""Moments of a shipment: in UTC, in whole minutes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tzfpy import get_tz

from greenroute.network.places import Place
from greenroute.units import SECONDS_PER_MINUTE


def utc_at(moment: datetime | None, place: Place) -> datetime | None:
    """Return a moment in UTC; a naive one is local to the place."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(get_tz(place.lon, place.lat)))
    return moment.astimezone(UTC)


def whole_minute(moment: datetime | None) -> datetime | None:
    """Return a moment, or the end of the minute in which it lies."""
    if moment is None or not (moment.second or moment.microsecond):
        return moment
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


def minute_of(moment: datetime) -> int:
    """Return the whole minute of a moment, since 1970 UTC."""
    return int(moment.timestamp() // SECONDS_PER_MINUTE)
