"""What a plan by dates needs of a network: departures, boxes of lanes, and waiting."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.departure import Departures, sort_departures
from greenroute.network.network import Network
from greenroute.network.schedule import add_departures, weekly_departures
from greenroute.plan.check_dates import leaves_by_date
from greenroute.rating.rate import LaneRating
from greenroute.rating.rate_card import PreparedCards
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.lane_boxes import Boxes, boxes_of
from greenroute.tables import Coded
from greenroute.units import CENTS_PER_USD, KG_PER_TONNE

#: Goods travel for themselves, in no shared box.
LOOSE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedLanes:
    """Lanes of a network with their dates.

    Attributes
    ----------
    by_date
        Which lanes leave at their departures only, bool (n_lanes,).
    departures
        Those of the period, by lane and then by cut-off.
    capacity_kg
        What each of them takes, infinite where nobody says, (n_departures,).
    fixed_cents
        Price of a departure used, (n_lanes,).
    duty_rate
        Share of the value of the goods, (n_lanes,).
    waiting, storage_usd
        Whether goods may wait at a gateway, and what it costs [USD/(m³·d)].
    boxes
        What goods travel in.
    """

    by_date: NDArray[np.bool_]
    departures: Departures
    capacity_kg: NDArray[np.float64]
    fixed_cents: NDArray[np.int64]
    duty_rate: NDArray[np.float64]
    waiting: NDArray[np.bool_]
    storage_usd: NDArray[np.float64]
    boxes: Boxes


def plain_network(network: Network, cards: PreparedCards | None = None) -> Network:
    """Return the network without what goods share or pay by their value.

    What is left of the price of a lane is what an order pays for itself. A lane with a rate
    card keeps its equipment, in which it is priced.
    """
    lanes = network.lanes
    by_card = np.zeros(len(lanes), np.bool_)
    for match in () if cards is None else cards.matches:
        by_card[match.lane] = True
    own = ~np.isnan(lanes.cost_usd_per_equipment)
    nothing = np.full(len(lanes), np.nan)
    fee = np.where(
        own, np.nan_to_num(lanes.cost_usd_per_shipment), lanes.cost_usd_per_shipment
    )
    names = ("", *lanes.equipment.names)
    named = np.where(by_card, lanes.equipment.codes + 1, 0).astype(np.int32)
    plain = replace(
        lanes,
        equipment=Coded(codes=named, names=names),
        equipment_m3=np.where(by_card, lanes.equipment_m3, np.nan),
        cost_usd_per_shipment=fee,
        cost_usd_per_equipment=nothing,
        cost_usd_per_departure=nothing,
        duty_rate=nothing,
    )
    return replace(network, lanes=plain)


def date_lanes(
    network: Network, steps: StepTable, rating: LaneRating, *, period: tuple[int, int]
) -> DatedLanes:
    """Return the lanes with their departures of a period and their boxes.

    Parameters
    ----------
    network
        With its doors.
    steps
        Of the same network without what goods share, by `plain_network`.
    rating
        Of its lanes, for cut-offs that the tariff tells.
    period
        First and last minute of departure, since 1970.

    Raises
    ------
    DataError
        If a lane without departures has a price for each.
    UnknownCategoryError
        If nothing tells what a box of a lane takes.
    """
    lanes, gateways = network.lanes, network.gateways
    by_date = leaves_by_date(lanes)
    fixed = np.nan_to_num(lanes.cost_usd_per_departure)
    lost = np.flatnonzero((fixed > 0) & ~by_date)
    if len(lost):
        msg = (
            f"network {network.name}: lane {lanes.id[int(lost[0])].as_py()!r} has "
            f"cost_usd_per_departure and no departures, expected departs_on or rows in the "
            f"table departures ({len(lost)} such lanes)"
        )
        raise DataError(msg)
    since, until = period
    weekly = weekly_departures(
        lanes, gateways, since=since, until=until, cut_off_h=rating.cutoff_h
    )
    departures = _in_period(add_departures(lanes, weekly).departures, since, until)
    one = lanes.capacity_t_per_departure[departures.lane]
    tonnes = np.where(np.isnan(departures.capacity_t), one, departures.capacity_t)
    return DatedLanes(
        by_date=by_date,
        departures=departures,
        capacity_kg=np.nan_to_num(tonnes * KG_PER_TONNE, nan=np.inf),
        fixed_cents=np.rint(fixed * CENTS_PER_USD).astype(np.int64),
        duty_rate=np.nan_to_num(lanes.duty_rate),
        waiting=gateways.waiting,
        storage_usd=np.nan_to_num(gateways.storage_usd_per_m3_day),
        boxes=boxes_of(lanes, steps),
    )


def _in_period(every: Departures, since: int, until: int) -> Departures:
    """Return the departures of a period by lane and cut-off."""
    rows = np.flatnonzero((every.cut_off >= since) & (every.departs <= until))
    lane = every.lane[rows]
    found = sort_departures(
        lane,
        every.departs[rows],
        every.arrives[rows],
        cut_off=every.cut_off[rows],
        capacity_t=every.capacity_t[rows],
        n_lanes=len(every.start) - 1,
    )
    order = np.lexsort((found.arrives, found.departs, found.cut_off, found.lane))
    return Departures(
        start=found.start,
        departs=found.departs[order],
        arrives=found.arrives[order],
        cut_off=found.cut_off[order],
        capacity_t=found.capacity_t[order],
    )
