"""Proves what legs of a plan cost and emit, and that boxes and departures hold them."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.network.lane import MODES, Lanes
from greenroute.network.network import Network
from greenroute.orders.order_book import CARGOES, OrderBook
from greenroute.plan.check_cards import (
    CardLegs,
    own_price,
    price_legs,
    priced_by_card,
)
from greenroute.plan.followed import Followed, told
from greenroute.plan.plan import NO_LOAD
from greenroute.rating.factors import NO_HOC, hub_kg, transport_kg
from greenroute.rating.operation import OPERATIONS, PASSAGE_SHARE, Operation
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from greenroute.rating.tariff import NO_EQUIPMENT
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    HOURS_PER_DAY,
    HOURS_PER_WEEK,
    KG_PER_TONNE,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
)

_HALF = 0.5
_ROUNDING = 1e-6
_UNIT_DIGITS = 9
_WEEK = HOURS_PER_WEEK * MINUTES_PER_HOUR
_THURSDAY = 3 * HOURS_PER_DAY * MINUTES_PER_HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prices:
    """Prices of each leg by equipment, (n_legs, n_equipment + 1); NaN: not offered."""

    shipment: NDArray[np.float64]
    unit: NDArray[np.float64]
    least: NDArray[np.float64]
    usd_per_kg: NDArray[np.float64]


def check_loads(
    legs: Followed,
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    cards: PreparedCards | None = None,
) -> Iterator[str]:
    """Return what is wrong with prices, emissions, boxes and capacities."""
    if (legs.is_run & (legs.lane < 0)).any():
        return
    yield from _emissions(legs, orders, network, rates)
    prices = _prices(legs, network, rates)
    by_card = price_legs(
        legs, orders, _volumes(orders, rates), network.lanes, rates, cards
    )
    put_cards(prices, by_card, legs)
    rest = yield from _costs(legs, orders, rates, prices)
    yield from _boxes(legs, orders, rates, prices, rest)
    yield from _capacities(legs, network)


def _volumes(orders: OrderBook, rates: Rates) -> NDArray[np.float64]:
    assumed = orders.mass_kg / rates.tariff.density_kg_per_m3
    return np.where(np.isnan(orders.volume_m3), assumed, orders.volume_m3)


def _hub_codes(
    legs: Followed, network: Network
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return operation, mode and gateway of each leg; zeros for runs."""
    operations = {str(name): code for code, name in enumerate(OPERATIONS)}
    modes = {str(name): code for code, name in enumerate(MODES)}
    row_of = network.place_index.row_of
    return (
        np.array([operations.get(n, 0) for n in legs.column("operation")], np.int64),
        np.array([modes[n] for n in legs.column("mode")], np.int64),
        np.array([row_of[n] for n in legs.column("origin")], np.int64),
    )


def _emissions(
    legs: Followed, orders: OrderBook, network: Network, rates: Rates
) -> Iterator[str]:
    factors, lanes = rates.factors, network.lanes
    mass = orders.mass_kg[legs.order][legs.of]
    cargo = orders.cargo[legs.order][legs.of].astype(np.int64)
    lane = np.maximum(legs.lane, 0)
    codes = np.array(
        [
            factors.tocs.code(name, factors.name) if name in set(_used(legs)) else 0
            for name in lanes.toc.names
        ],
        np.int64,
    )
    toc = codes[lanes.toc.codes[lane]]
    by_air = np.array([str(mode) == "air" for mode in MODES])[lanes.mode[lane]]
    km = lanes.distance_km[lane] + factors.air_added_km * by_air
    run_kg = transport_kg(
        1.0,
        km,
        g_per_tkm=np.append(factors.wtw_g_per_tkm, np.nan)[
            factors.tocs.factor[toc, cargo]
        ],
        adjustment=factors.tocs.adjustment[toc, cargo],
    )
    operation, mode, gateway = _hub_codes(legs, network)
    share = np.array([PASSAGE_SHARE[Operation(name)] for name in OPERATIONS])[operation]
    hoc = factors.hubs.of[operation, mode]
    own = network.gateways.hub_wtw_kg_per_t[gateway]
    per_t = np.where(np.isnan(own), factors.hubs.wtw_kg_per_t[hoc], own)
    moves = (share > 0) & (hoc != NO_HOC)
    stop_kg = np.where(moves, np.nan_to_num(hub_kg(1.0, per_t, share)), 0.0)
    grams = np.where(legs.is_run, run_kg, stop_kg) * mass * G_PER_KG
    off = ~(np.abs(legs.plan.legs.wtw_grams() - grams) <= _HALF + _ROUNDING)
    yield from told("emits other than the tables say", off, legs.column("tce_id"))


def _named(lanes: Lanes, rates: Rates) -> NDArray[np.int64]:
    """Return the equipment that each lane names, a position in the tariff's.

    `NO_EQUIPMENT` where it names none; -2 where the tariff does not know it.
    """
    codes = rates.tariff.equipment_codes
    of_name = [codes.get(n, -2) if n else NO_EQUIPMENT for n in lanes.equipment.names]
    return np.array(of_name, np.int64)[lanes.equipment.codes]


def _used(legs: Followed) -> list[str]:
    return [name for name in pc.unique(legs.table["toc"]).to_pylist() if name]


def _prices(legs: Followed, network: Network, rates: Rates) -> _Prices:
    """Return the prices of every leg, from the tariff and from what lanes bring along."""
    tariff, lanes = rates.tariff, network.lanes
    n_equipment = len(tariff.equipment.names)
    lane = np.maximum(legs.lane, 0)
    used = set(_used(legs))
    codes = np.array(
        [tariff.toc_code(name) if name in used else 0 for name in lanes.toc.names],
        np.int64,
    )
    toc = codes[lanes.toc.codes[lane]]
    price, hub = tariff.lane_price, tariff.operation_price
    operation, mode, gateway = _hub_codes(legs, network)
    is_run = legs.is_run[:, None]

    def both(
        run: NDArray[np.float64], stop: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        wide = np.full((len(toc), n_equipment + 1), np.nan)
        wide[:, :-1] = run
        return np.where(is_run, wide, stop[operation, mode])

    km = lanes.distance_km[lane][:, None]
    unit = both(
        price.usd_per_unit[toc] + km * price.usd_per_unit_km[toc], hub.usd_per_unit
    )
    shipment = both(price.usd_per_shipment[toc], hub.usd_per_shipment)
    least = both(price.usd_minimum[toc], hub.usd_minimum)
    per_kg = np.zeros(len(toc))
    _put_own_hubs(network, (operation, gateway), legs, (shipment, unit, least, per_kg))
    own = (
        lanes.cost_usd_per_shipment,
        lanes.cost_usd_per_kg,
        lanes.cost_usd_per_equipment,
    )
    fee, by_mass, by_unit = (column[lane] for column in own)
    brings = legs.is_run & ~(np.isnan(fee) & np.isnan(by_mass) & np.isnan(by_unit))
    named = _named(lanes, rates)[lane]
    says = legs.is_run & (named != NO_EQUIPMENT)
    has = named[:, None] == np.arange(n_equipment)
    unit[:, :-1][says] = np.where(has, unit[:, :-1], np.nan)[says]
    rows = np.flatnonzero(brings)
    fits = ~np.isnan(unit[rows])
    fits[:, :-1] = np.where(
        says[rows][:, None], has[rows], fits[:, :-1] & tariff.equipment.whole
    )
    fits &= ~np.isnan(by_unit[rows])[:, None]
    unit[rows] = np.where(fits, by_unit[rows][:, None], np.nan)
    unit[rows, -1] = np.where(np.isnan(by_unit[rows]), 0.0, np.nan)
    shipment[rows] = np.nan_to_num(fee[rows])[:, None]
    least[rows] = 0.0
    per_kg[rows] = np.nan_to_num(by_mass[rows])
    return _Prices(shipment=shipment, unit=unit, least=least, usd_per_kg=per_kg)


def put_cards(prices: _Prices, found: tuple[CardLegs, ...], legs: Followed) -> None:
    """Put the prices by rate cards in their place.

    Loose goods have one price that needs no equipment; boxes have theirs, and what an order
    pays besides is its price by shipment.
    """
    plan = legs.plan.legs
    rows = np.flatnonzero(priced_by_card(found, len(legs.of)))
    if not len(rows):
        return
    names = np.array([*plan.equipment_names, ""], dtype=object)
    boxed = plan.load != NO_LOAD
    fee, box = own_price(found, np.where(boxed, names[plan.equipment], ""))
    last = prices.unit.shape[1] - 1
    kind = plan.equipment[rows].astype(np.int64)
    kind = np.where(boxed[rows] & (kind >= 0) & (kind < last), kind, last)
    prices.unit[rows], prices.shipment[rows], prices.least[rows] = np.nan, 0.0, 0.0
    prices.unit[rows, kind] = np.where(boxed[rows], box[rows], 0.0)
    prices.shipment[rows, kind] = fee[rows]
    prices.usd_per_kg[rows] = 0.0


def _put_own_hubs(
    network: Network,
    what: tuple[NDArray[np.int64], NDArray[np.int64]],
    legs: Followed,
    prices: tuple[NDArray[np.float64], ...],
) -> None:
    """Put the prices of gateways that state their own."""
    operation, gateway = what
    shipment, unit, least, per_kg = prices
    share = np.array([PASSAGE_SHARE[Operation(name)] for name in OPERATIONS])[operation]
    usd_per_t = network.gateways.hub_cost_usd_per_t[gateway]
    rows = np.flatnonzero(~legs.is_run & (share > 0) & ~np.isnan(usd_per_t))
    unit[rows], shipment[rows], least[rows] = np.nan, 0.0, 0.0
    unit[rows, -1] = 0.0
    per_kg[rows] = usd_per_t[rows] * share[rows] / KG_PER_TONNE


def _costs(
    legs: Followed, orders: OrderBook, rates: Rates, prices: _Prices
) -> Generator[str, None, NDArray[np.float64]]:
    """Check loose legs; return what boxed legs pay beyond their own part [cents]."""
    equipment = rates.tariff.equipment
    row = legs.order[legs.of]
    mass = orders.mass_kg[row]
    parts = np.maximum(
        mass[:, None] / equipment.payload_kg,
        _volumes(orders, rates)[row][:, None] / equipment.loadable_m3,
    )
    whole = np.ceil(np.round(parts, _UNIT_DIGITS))
    units = np.zeros((len(row), len(equipment.names) + 1))
    units[:, :-1] = np.where(equipment.whole, whole, parts)
    takes = np.ones_like(units, dtype=np.bool_)
    takes[:, :-1] = equipment.takes.T[orders.cargo[row]]
    offered = takes & ~np.isnan(prices.unit)
    usd = np.maximum(prices.least, prices.shipment + units * prices.unit)
    best = np.where(offered, usd, np.inf).min(axis=1, initial=np.inf)
    best = np.where(np.isinf(best) & ~legs.is_run, 0.0, best)
    by_mass = prices.usd_per_kg * mass
    loose = legs.plan.legs.load == NO_LOAD
    cents = (best + by_mass) * CENTS_PER_USD
    tax = np.nan_to_num(orders.import_tax_rate[row] * orders.value_usd[row])
    paid = legs.plan.legs.cents - np.where(legs.last, np.rint(tax * CENTS_PER_USD), 0)
    off = loose & ~(np.abs(paid - cents) <= _HALF + _ROUNDING)
    yield from told("costs other than the tables say", off, legs.column("tce_id"))
    kind = np.maximum(legs.plan.legs.equipment.astype(np.int64), 0)
    at = np.arange(len(row))
    kind = np.where(np.isnan(prices.unit[at, kind]), len(equipment.names), kind)
    wrong = ~loose & ~offered[at, kind]
    yield from told("no such box takes these goods here", wrong, legs.column("tce_id"))
    own = np.rint((prices.shipment[at, kind] + by_mass) * CENTS_PER_USD)
    return np.where(loose, 0.0, paid - own)


def _boxes(
    legs: Followed,
    orders: OrderBook,
    rates: Rates,
    prices: _Prices,
    rest: NDArray[np.float64],
) -> Iterator[str]:
    """Boxes hold their goods, their goods pay for them, and all go the same way."""
    loads = legs.plan.loads.filter(pc.equal(legs.plan.loads["kind"], "boxes"))
    names = np.array([f"load {number}" for number in range(len(loads))], dtype=object)
    count = np.asarray(loads["boxes"], np.int64)
    held = np.flatnonzero(legs.plan.legs.load != NO_LOAD)
    load = legs.plan.legs.load[held]
    equipment, words = rates.tariff.equipment, loads["equipment"].to_pylist()
    kind = np.array([equipment.names.index(word) for word in words], np.int64)
    other = legs.plan.legs.equipment[held] != kind[load]
    yield from told(
        "in other equipment than its load", other, legs.column("tce_id")[held]
    )
    pairs = np.unique(np.stack([load, legs.of[held]]), axis=1)
    order = legs.order[pairs[1]]
    for values, room, unit in (
        (orders.mass_kg, equipment.payload_kg, "kg"),
        (_volumes(orders, rates), equipment.loadable_m3, "m3"),
    ):
        filled = np.bincount(pairs[0], weights=values[order], minlength=len(loads))
        over = filled > count * room[kind] + _ROUNDING
        yield from told(f"holds more {unit} than its boxes take", over, names)
    cargo = orders.cargo[order].astype(np.int64)
    least, most = np.full(len(loads), len(CARGOES)), np.zeros(len(loads), np.int64)
    np.minimum.at(least, pairs[0], cargo)
    np.maximum.at(most, pairs[0], cargo)
    yield from told("mixes cargoes", least < most, names)
    yield from _shared_ways(legs, prices, rest, pairs[0], kind)


def _shared_ways(
    legs: Followed,
    prices: _Prices,
    rest: NDArray[np.float64],
    member: NDArray[np.int64],
    kind: NDArray[np.int64],
) -> Iterator[str]:
    """Goods of a load pass the same steps, leave in the same week and pay for the boxes."""
    loads = legs.plan.loads.filter(pc.equal(legs.plan.loads["kind"], "boxes"))
    names = np.array([f"load {number}" for number in range(len(loads))], dtype=object)
    held = np.flatnonzero(legs.plan.legs.load != NO_LOAD)
    load, step = legs.plan.legs.load[held], _places(legs)[held]
    key, first, of = np.unique(
        np.stack([load, step]), axis=1, return_index=True, return_inverse=True
    )
    of = of.reshape(-1)
    members = np.bincount(member, minlength=len(loads))
    fewer = np.zeros(len(loads), dtype=np.bool_)
    fewer[key[0][np.bincount(of, minlength=key.shape[1]) != members[key[0]]]] = True
    yield from told("its goods go different ways", fewer, names)
    runs = held[legs.is_run[held]]
    _, leaves = np.unique(
        np.stack([legs.plan.legs.load[runs], legs.of[runs]]), axis=1, return_index=True
    )
    leaves = runs[leaves]
    said = np.asarray(loads["week"].combine_chunks().cast(pa.int64()))
    monday = _monday(legs.departs[leaves]) * SECONDS_PER_MINUTE
    astray = np.zeros(len(loads), dtype=np.bool_)
    in_load = legs.plan.legs.load[leaves]
    astray[in_load[monday != said[in_load]]] = True
    yield from told("its goods leave in another week", astray, names)
    leg = held[first]
    each = prices.unit[leg, kind[load[first]]]
    count = np.asarray(loads["boxes"], np.int64)[key[0]]
    price = np.rint(np.nan_to_num(each) * CENTS_PER_USD) * count
    paid = np.bincount(of, weights=rest[held], minlength=key.shape[1])
    unpaid = np.zeros(len(loads), dtype=np.bool_)
    unpaid[key[0][np.abs(paid - price) > _ROUNDING]] = True
    yield from told("its goods do not pay its price", unpaid, names)


def _places(legs: Followed) -> NDArray[np.int64]:
    """Return a number for what is done where: steps differ by cargo as well."""
    steps = legs.plan.legs.steps
    columns = [steps[name] for name in ("operation", "mode", "origin", "lane")]
    texts = pc.binary_join_element_wise(*columns, "|")
    codes = np.asarray(pc.dictionary_encode(texts).combine_chunks().indices)
    return codes.astype(np.int64)[legs.plan.legs.step]


def _capacities(legs: Followed, network: Network) -> Iterator[str]:
    """Departures of a week take all that leaves by them, and each one its goods."""
    lanes = network.lanes
    limited = legs.is_run & (legs.lane >= 0)
    rows = np.flatnonzero(limited)
    lane = legs.lane[rows]
    one_kg = lanes.capacity_t_per_departure[lane] * KG_PER_TONNE
    mass = legs.plan.legs.mass_kg[legs.of[rows]]
    names = legs.column("tce_id")[rows]
    yield from told("heavier than a departure takes", mass > one_kg + _ROUNDING, names)
    departs = _monday(legs.departs[rows])
    key, of = np.unique(np.stack([lane, departs]), axis=1, return_inverse=True)
    load_kg = np.bincount(of.reshape(-1), weights=mass, minlength=key.shape[1])
    most = one_kg * lanes.departures_per_week[lane]
    room = np.zeros(key.shape[1])
    room[of.reshape(-1)] = most
    ids = np.asarray(lanes.id.take(pa.array(key[0])).to_numpy(zero_copy_only=False))
    over = load_kg > room + _ROUNDING
    yield from told("carries more in a week than its departures take", over, ids)


def _monday(minutes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the Monday before, in minutes; 1970 began three days after one."""
    return (minutes + _THURSDAY) // _WEEK * _WEEK - _THURSDAY
