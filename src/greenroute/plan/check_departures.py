"""Proves when goods of a plan by dates move: departures, cut-offs, waits, calls."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.network.lane import MODES
from greenroute.network.network import Network
from greenroute.network.schedule import add_departures, weekly_departures
from greenroute.orders.order_book import CARGOES, OrderBook
from greenroute.plan.check_dates import leaves_by_date
from greenroute.plan.followed import Followed, objects, told
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.operation import OPERATIONS
from greenroute.rating.rate import rate_lanes, rate_operations
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from greenroute.units import KG_PER_TONNE, MINUTES_PER_HOUR

#: Rounding of handling and of waiting [minutes].
_SLACK = 1


def plans_by_date(network: Network) -> bool:
    """Return whether a network says what only a plan by dates does justice to."""
    lanes, gateways = network.lanes, network.gateways
    return bool(
        leaves_by_date(lanes).any()
        or (lanes.cost_usd_per_departure > 0).any()
        or (lanes.duty_rate > 0).any()
        or (~np.isnan(lanes.equipment_m3)).any()
        or (~gateways.waiting).any()
        or (gateways.storage_usd_per_m3_day > 0).any()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Legs of a plan beside the dates of their lanes, (n_legs,) each.

    Attributes
    ----------
    by_date
        Runs on lanes that leave at their departures only.
    waits
        Minutes that goods wait before a run: until its cut-off, or as it is expected.
    capacity_t
        Of the departure of a run; NaN where nobody says.
    """

    by_date: NDArray[np.bool_]
    waits: NDArray[np.int64]
    capacity_t: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """What the tables say of legs, minutes (n_legs,)."""

    taken: NDArray[np.int64]
    expected_wait: NDArray[np.int64]
    cut_off_h: NDArray[np.float64]


def check_departures(
    legs: Followed,
    orders: OrderBook,
    network: Network,
    rates: Rates,
    found: list[str],
    *,
    cards: PreparedCards | None = None,
) -> Dated:
    """Add what is wrong with dates to the complaints, and return the dates of the legs."""
    times = _table_times(legs, orders, network, rates, cards)
    names = legs.column("tce_id")
    by_date = legs.is_run & leaves_by_date(network.lanes)[np.maximum(legs.lane, 0)]
    runs = np.flatnonzero(by_date)
    cut_off, arrives, capacity = _departures(legs, network, times, runs)
    unknown = np.zeros(len(by_date), np.bool_)
    unknown[runs] = np.isnan(cut_off)
    found += told("its lane has no departure then", unknown, names)
    other = by_date.copy()
    other[runs] = ~unknown[runs] & (arrives != legs.arrives[runs])
    found += told("its departure arrives at another time", other, names)
    wait = np.rint(
        np.asarray(legs.table["wait_h"], np.float64) * MINUTES_PER_HOUR
    ).astype(np.int64)
    taken = legs.arrives - legs.departs - wait
    off = ~by_date & (np.abs(taken - times.taken) > _SLACK)
    found += told("takes other than the tables say", off, names)
    follows_run = np.append(legs.is_run[1:] & ~legs.first[1:], [False])[: len(wait)]
    found += told("waits and no run follows", (wait != 0) & ~follows_run, names)
    found += told("is done before it can be", wait < 0, names)
    before = np.append([0], wait[:-1])[: len(wait)]
    before = np.where(legs.first, 0, before)
    odd = legs.is_run & ~by_date & (np.abs(before - times.expected_wait) > _SLACK)
    found += told("waits other than the frequency says", odd, names)
    handed_over = legs.departs - before
    waits = np.where(legs.is_run, before, 0)
    known = runs[~np.isnan(cut_off)]
    waits[known] = cut_off[~np.isnan(cut_off)].astype(np.int64) - handed_over[known]
    late = by_date & (waits < 0)
    found += told("the goods come after the cut-off", late, names)
    where = network.lanes.origin[np.maximum(legs.lane, 0)]
    kept = (waits > 0) & ~network.gateways.waiting[where]
    found += told("goods wait where they may not", kept, names)
    found += _calls(legs, network)
    room = np.full(len(by_date), np.nan)
    room[runs] = capacity
    return Dated(by_date=by_date, waits=np.maximum(waits, 0), capacity_t=room)


def _departures(
    legs: Followed, network: Network, times: _Times, runs: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return cut-off, arrival and capacity of the departure of runs; NaN without one."""
    lanes = network.lanes
    none = np.full(len(runs), np.nan)
    if not len(runs):
        return none, none, none
    weekly = weekly_departures(
        lanes,
        network.gateways,
        since=int(legs.departs.min()),
        until=int(legs.arrives.max()),
        cut_off_h=times.cut_off_h,
    )
    every = add_departures(lanes, weekly).departures
    at: dict[tuple[int, int], int] = {}
    for row, key in enumerate(
        zip(every.lane.tolist(), every.departs.tolist(), strict=True)
    ):
        at.setdefault(key, row)
    keys = zip(legs.lane[runs].tolist(), legs.departs[runs].tolist(), strict=True)
    hit = np.array([at.get(key, -1) for key in keys])
    one = lanes.capacity_t_per_departure[every.lane]
    capacity = np.where(np.isnan(every.capacity_t), one, every.capacity_t)
    columns = (every.cut_off, every.arrives, capacity)
    found = [np.append(column.astype(np.float64), np.nan)[hit] for column in columns]
    return found[0], found[1], found[2]


def _table_times(
    legs: Followed,
    orders: OrderBook,
    network: Network,
    rates: Rates,
    cards: PreparedCards | None,
) -> _Times:
    """Return what each leg takes and how long goods wait for it, by the tables."""
    cargo = CARGOES[int(orders.cargo[0])] if len(orders) else CARGOES[0]
    unit = CargoUnit(
        mass_kg=1.0,
        volume_m3=1 / KG_PER_TONNE,
        cargo=cargo,
        un_number=None,
        assumed=(),
        value_usd=0.0,
    )
    lane_rating = rate_lanes(network.lanes, unit, rates, cards=cards)
    operations = {str(name): code for code, name in enumerate(OPERATIONS)}
    modes = {str(name): code for code, name in enumerate(MODES)}
    row_of = network.place_index.row_of
    hub = rate_operations(
        np.array([operations.get(n, 0) for n in legs.column("operation")], np.int8),
        np.array([modes[n] for n in legs.column("mode")], np.int8),
        np.array([row_of[n] for n in legs.column("origin")], np.int32),
        network.gateways,
        unit,
        rates,
    )
    lane = np.maximum(legs.lane, 0)
    taken = np.where(legs.is_run, lane_rating.transit_h[lane], hub.duration_h)
    return _Times(
        taken=np.rint(np.nan_to_num(taken) * MINUTES_PER_HOUR).astype(np.int64),
        expected_wait=np.rint(lane_rating.wait_h[lane] * MINUTES_PER_HOUR).astype(
            np.int64
        ),
        cut_off_h=lane_rating.cutoff_h,
    )


def _calls(legs: Followed, network: Network) -> Iterator[str]:
    """Goods call at each gateway once."""
    runs = np.flatnonzero(legs.is_run)
    lane, of = legs.lane[runs], legs.of[runs]
    first = np.ones(len(runs), np.bool_)
    first[1:] = of[1:] != of[:-1]
    places = np.concatenate(
        [network.lanes.destination[lane], network.lanes.origin[lane[first]]]
    )
    pairs = np.stack([np.concatenate([of, of[first]]), places.astype(np.int64)])
    distinct, count = np.unique(pairs, axis=1, return_counts=True)
    twice = np.zeros(len(legs.order), np.bool_)
    twice[distinct[0][count > 1]] = True
    yield from told("calls twice at a gateway", twice, objects(legs.plan.legs.order_id))
