"""What a plan by dates needs of a network: departures, boxes of lanes, and waiting."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.departure import Departures, sort_departures, starts
from greenroute.network.lane import Lanes
from greenroute.network.network import Network
from greenroute.network.schedule import add_departures, weekly_departures
from greenroute.plan.check_dates import leaves_by_date
from greenroute.rating.rate import LaneRating
from greenroute.rating.tariff import Equipment
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.box_chain import NO_BOX, step_box_cents
from greenroute.tables import Coded
from greenroute.units import CENTS_PER_USD, KG_PER_TONNE

#: Goods travel for themselves, in no shared box.
LOOSE = -1
#: Equipment of a lane that has a size and no name.
NAMELESS = "box"
#: Mass and volume of a box without such a limit [kg], [m³].
NO_LIMIT = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Boxes that lanes offer, those of a lane side by side.

    Attributes
    ----------
    start
        Boxes of lane l are rows `start[l] : start[l + 1]`, (n_lanes + 1,).
    equipment
        Position in `names`, (n_boxes,).
    payload_kg, loadable_m3
        What one takes, (n_boxes,).
    cents
        Price of one, (n_boxes,).
    takes
        Which cargo, bool (n_boxes, n_cargoes).
    names
        Equipment of the tariff, then that of lanes.
    own
        Lanes that have a price by box of their own: no goods go loose there, (n_lanes,).
    """

    start: NDArray[np.int64]
    equipment: NDArray[np.int64]
    payload_kg: NDArray[np.float64]
    loadable_m3: NDArray[np.float64]
    cents: NDArray[np.int64]
    takes: NDArray[np.bool_]
    names: tuple[str, ...]
    own: NDArray[np.bool_]

    def units(
        self, rows: NDArray[np.int64], mass_kg: float, volume_m3: float
    ) -> NDArray[np.int64]:
        """Return how many of each of these boxes some goods fill."""
        parts = np.maximum(
            mass_kg / self.payload_kg[rows], volume_m3 / self.loadable_m3[rows]
        )
        return np.ceil(np.round(parts, _DIGITS)).astype(np.int64)


_DIGITS = 9


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


def plain_network(network: Network) -> Network:
    """Return the network without what goods share or pay by their value.

    What is left of the price of a lane is what an order pays for itself.
    """
    lanes = network.lanes
    own = ~np.isnan(lanes.cost_usd_per_equipment)
    nothing = np.full(len(lanes), np.nan)
    fee = np.where(
        own, np.nan_to_num(lanes.cost_usd_per_shipment), lanes.cost_usd_per_shipment
    )
    unnamed = Coded(codes=np.zeros(len(lanes), dtype=np.int32), names=("",))
    plain = replace(
        lanes,
        equipment=unnamed,
        equipment_m3=nothing,
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
        boxes=_boxes(lanes, steps),
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


def _boxes(lanes: Lanes, steps: StepTable) -> Boxes:
    """Return the boxes of lanes: by their own price, else by that of the tariff."""
    equipment = steps.rates.tariff.equipment
    names = (
        *equipment.names,
        *sorted({*lanes.equipment.names, NAMELESS} - {*equipment.names, ""}),
    )
    place = {name: code for code, name in enumerate(names)}
    code = np.array([place.get(name, NO_BOX) for name in lanes.equipment.names], int)
    named = code[lanes.equipment.codes]
    n_known = len(equipment.names)
    own = ~np.isnan(lanes.cost_usd_per_equipment)
    sized = ~np.isnan(lanes.equipment_m3)
    single = own & ((named != NO_BOX) | sized)
    _check_sizes(lanes, (named >= n_known) & ~sized)
    cents = _tariff_cents(lanes, steps, own=own)
    # A lane that names its equipment has no other.
    other = (named != NO_BOX)[:, None] & (named[:, None] != np.arange(n_known))
    cents[other | single[:, None]] = NO_BOX
    lane, kind = np.nonzero(cents != NO_BOX)
    alone = np.flatnonzero(single)
    alone_kind = np.where(named[alone] == NO_BOX, place[NAMELESS], named[alone])
    price = lanes.cost_usd_per_equipment[alone] * CENTS_PER_USD
    lane, kind = np.append(lane, alone), np.append(kind, alone_kind)
    all_cents = np.append(cents[cents != NO_BOX], np.rint(price)).astype(np.int64)
    known = kind < n_known
    row = np.where(known, kind, 0)
    payload = np.where(known, equipment.payload_kg[row], NO_LIMIT)
    m3 = np.where(known, equipment.loadable_m3[row], NO_LIMIT)
    m3 = np.where(sized[lane], lanes.equipment_m3[lane], m3)
    takes = equipment.takes[row] | ~known[:, None]
    found = _useful(lane, payload, m3, all_cents, takes)
    lane = lane[found]
    return Boxes(
        start=starts(np.bincount(lane, minlength=len(lanes))),
        equipment=kind[found].astype(np.int64),
        payload_kg=payload[found],
        loadable_m3=m3[found],
        cents=all_cents[found],
        takes=takes[found],
        names=names,
        own=own,
    )


def _tariff_cents(
    lanes: Lanes, steps: StepTable, *, own: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return prices of boxes that the tariff knows, (n_lanes, n_equipment)."""
    tariff = steps.rates.tariff
    equipment: Equipment = tariff.equipment
    cents = step_box_cents(steps, np.arange(len(lanes)))
    used = np.bincount(lanes.toc.codes, minlength=len(lanes.toc.names)) > 0
    toc = np.array(
        [
            tariff.toc_code(name) if there else 0
            for name, there in zip(lanes.toc.names, used, strict=True)
        ],
        np.int64,
    )[lanes.toc.codes]
    offered = tariff.lane_price.offered[toc] & equipment.whole
    price = np.rint(np.nan_to_num(lanes.cost_usd_per_equipment) * CENTS_PER_USD)
    by_lane = np.where(offered, price[:, None], NO_BOX).astype(np.int64)
    cents = np.where(own[:, None], by_lane, np.where(cents > 0, cents, NO_BOX))
    return np.asarray(cents, np.int64)


def _check_sizes(lanes: Lanes, unknown: NDArray[np.bool_]) -> None:
    rows = np.flatnonzero(unknown)
    if len(rows):
        row = int(rows[0])
        msg = (
            f"lane {lanes.id[row].as_py()!r}: equipment is {lanes.equipment[row]!r}, which "
            f"the tariff does not know, expected one that it knows or an equipment_m3 "
            f"({len(rows)} such lanes)"
        )
        raise UnknownCategoryError(msg)


def _useful(
    lane: NDArray[np.int64],
    payload_kg: NDArray[np.float64],
    loadable_m3: NDArray[np.float64],
    cents: NDArray[np.int64],
    takes: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Return the boxes, by lane, that no other one of their lane beats."""
    order = np.lexsort((-loadable_m3, -payload_kg, cents, lane))
    kept: list[int] = []
    for row in order.tolist():
        beaten = any(
            lane[other] == lane[row]
            and payload_kg[other] >= payload_kg[row]
            and loadable_m3[other] >= loadable_m3[row]
            and (takes[other] | ~takes[row]).all()
            for other in kept[-_MOST_KINDS:]
        )
        if not beaten:
            kept.append(row)
    return np.array(kept, np.int64)


#: More boxes than a lane has.
_MOST_KINDS = 64
