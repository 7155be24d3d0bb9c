"""Proves the dates of an itinerary: departures, cut-offs, waits and opening hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from tzfpy import get_tz

from greenroute.network.calendar import DESKS, Desk, OpeningHours, working_days
from greenroute.network.lane import Lanes
from greenroute.network.network import Network
from greenroute.network.schedule import add_departures, weekly_departures
from greenroute.plan.leg import Leg, LegKind
from greenroute.plan.moment import minute_of
from greenroute.rating.operation import Operation
from greenroute.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE

#: Opening hours are looked for so many days ahead.
_MOST_DAYS = 60
#: Rounding of handling and of waiting [minutes].
_SLACK = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueHours:
    """What the tables say of the time of legs, (n_legs,) each [h].

    Attributes
    ----------
    handling_h
        Of hub legs, without waits.
    wait_h
        Expected wait of the run that follows a hub leg, if it has no date.
    cutoff_h
        Before the departure of a run.
    """

    handling_h: NDArray[np.float64]
    wait_h: NDArray[np.float64]
    cutoff_h: NDArray[np.float64]


def leaves_by_date(lanes: Lanes) -> NDArray[np.bool_]:
    """Return which lanes leave at certain dates only, bool (n_lanes,)."""
    return lanes.departures.dated | ~lanes.departs_on.mask(frozenset({""}))


def check_dates(
    legs: Sequence[Leg],
    rows: Sequence[int],
    network: Network,
    *,
    hours: TrueHours,
    ready_at: datetime,
    opening_hours: OpeningHours | None,
) -> list[str]:
    """Return what is wrong with the dates of legs.

    Parameters
    ----------
    legs
        Of the itinerary; those of a dated shipment have dates.
    rows
        Lane of each leg; any row for a hub.
    network
        Network they run on.
    hours
        What the tables say.
    ready_at
        When the goods are ready.
    opening_hours
        Hours that were kept; None if none were.
    """
    if any(leg.departs_at is None or leg.arrives_at is None for leg in legs):
        return ["a leg has no dates, although ready_at is given"]
    at = [(_minute(leg.departs_at), _minute(leg.arrives_at)) for leg in legs]
    complaints = []
    if legs and at[0][0] < minute_of(ready_at):
        complaints.append("leg 1: starts before the goods are ready")
    runs = _Departures(rows, network, hours, at)
    done = 0
    for number, leg in enumerate(legs):
        begin, end = at[number]
        if leg.kind is LegKind.TRANSPORT:
            texts = runs.complain(number, begin, end, handed_over=done)
        else:
            opens = _opening(leg, begin, network, opening_hours)
            done = opens + round(float(hours.handling_h[number]) * MINUTES_PER_HOUR)
            wait = round(float(hours.wait_h[number]) * MINUTES_PER_HOUR)
            follows = number + 1 < len(legs) and runs.dated[number + 1]
            texts = []
            if follows and end < done:
                texts = [f"ends {done - end} minutes before it can be done"]
            elif not follows and abs(end - done - wait) > _SLACK:
                texts = [f"ends {end - done - wait} minutes after what the tables say"]
        complaints += [f"leg {number + 1}: {text}" for text in texts]
    return complaints


class _Departures:
    """Departures of the lanes of an itinerary, leg by leg."""

    def __init__(
        self,
        rows: Sequence[int],
        network: Network,
        hours: TrueHours,
        at: Sequence[tuple[int, int]],
    ) -> None:
        lanes = network.lanes.take(np.array(rows, dtype=np.int64))
        weekly = weekly_departures(
            lanes,
            network.gateways,
            since=min((begin for begin, _ in at), default=0),
            until=max((end for _, end in at), default=0),
            cut_off_h=hours.cutoff_h,
        )
        self.dated = leaves_by_date(lanes)
        self._departures = add_departures(lanes, weekly).departures

    def complain(
        self, number: int, begin: int, end: int, *, handed_over: int
    ) -> list[str]:
        """Return what is wrong with a run; nothing if its lane has no dates."""
        if not self.dated[number]:
            return []
        every = self._departures
        mine = slice(int(every.start[number]), int(every.start[number + 1]))
        hit = np.flatnonzero(every.departs[mine] == begin)
        if not len(hit):
            return ["its lane has no departure then"]
        row = mine.start + int(hit[0])
        complaints = []
        if every.arrives[row] != end:
            complaints.append("its departure arrives at another time")
        if handed_over > every.cut_off[row]:
            late = handed_over - int(every.cut_off[row])
            complaints.append(f"the goods come {late} minutes after the cut-off")
        return complaints


def _minute(moment: datetime | None) -> int:
    return 0 if moment is None else minute_of(moment)


def _opening(leg: Leg, begin: int, network: Network, hours: OpeningHours | None) -> int:
    """Return when a desk takes goods that are there at a minute; day by day."""
    if hours is None:
        return begin
    gateways = network.gateways
    row = network.place_index.row_of[leg.origin]
    customs = leg.operation in (Operation.CUSTOMS_EXPORT, Operation.CUSTOMS_IMPORT)
    at = DESKS.index(Desk.CUSTOMS if customs else Desk.HANDLING), gateways.kind[row]
    opens, closes = int(hours.opens[at]), int(hours.closes[at])
    zone = ZoneInfo(get_tz(float(gateways.lon[row]), float(gateways.lat[row])))
    here = datetime.fromtimestamp(begin * SECONDS_PER_MINUTE, UTC).astimezone(zone)
    for ahead in range(_MOST_DAYS):
        day = here.date() + timedelta(days=ahead)
        if (
            hours.working_days_only[at]
            and not working_days(gateways.iso2[row], day, 1).all()
        ):
            continue
        midnight = datetime.combine(day, time(), zone)
        window = [
            minute_of((midnight + timedelta(minutes=m)).astimezone(UTC))
            for m in (opens, closes)
        ]
        if begin <= window[1]:
            return max(begin, window[0])
    return begin
