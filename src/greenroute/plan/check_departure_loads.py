"""Proves what legs of a plan by dates cost, and that boxes and departures hold them.

Nothing here is shared with the solver: boxes, storage, duties and import tax are counted
again from the tables of the network and the order book.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.check_cards import CardLegs, price_legs, priced_by_card
from greenroute.plan.check_departures import Dated, check_departures
from greenroute.plan.check_loads import _capacities as check_weeks
from greenroute.plan.check_loads import _emissions as check_emissions
from greenroute.plan.check_loads import _Prices, put_cards
from greenroute.plan.check_loads import _prices as prices_of
from greenroute.plan.check_loads import _volumes as volumes_of
from greenroute.plan.followed import Followed, told
from greenroute.plan.plan import NO_LOAD
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from greenroute.units import (
    CENTS_PER_USD,
    HOURS_PER_DAY,
    KG_PER_TONNE,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
)

_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
_DIGITS = 9
_ROUNDING = 1e-6
#: Name of a box of which a lane tells the size only.
_NAMELESS = "box"


def check_dated_loads(
    legs: Followed,
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    cards: PreparedCards | None = None,
) -> Iterator[str]:
    """Return what is wrong with dates, prices, emissions, boxes and capacities."""
    if (legs.is_run & (legs.lane < 0)).any():
        return
    yield from check_emissions(legs, orders, network, rates)
    found: list[str] = []
    dated = check_departures(legs, orders, network, rates, found, cards=cards)
    yield from found
    by_card = price_legs(
        legs, orders, volumes_of(orders, rates), network.lanes, rates, cards
    )
    prices = prices_of(legs, network, rates)
    put_cards(prices, by_card, legs)
    desk = _Desk(
        legs=legs,
        orders=orders,
        network=network,
        rates=rates,
        dated=dated,
        prices=prices,
        by_card=by_card,
    )
    rest = desk.beyond_own()
    names = legs.column("tce_id")
    off = ~dated.by_date & (np.abs(rest) > _ROUNDING)
    yield from told("costs other than the tables say", off, names)
    yield from told("costs less than it must", rest < -_ROUNDING, names)
    yield from desk.boxes()
    yield from desk.departures(rest)
    free = np.where(dated.by_date, -1, legs.lane)
    yield from check_weeks(replace(legs, lane=free), network)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What the checks of money rest on."""

    legs: Followed
    orders: OrderBook
    network: Network
    rates: Rates
    dated: Dated
    prices: _Prices
    by_card: tuple[CardLegs, ...]

    @property
    def loads(self) -> pa.Table:
        loads = self.legs.plan.loads
        return loads.filter(pc.equal(loads["kind"], "boxes"))

    def own(self) -> NDArray[np.bool_]:
        """Return which legs run on a lane with a price by box of its own."""
        lane = np.maximum(self.legs.lane, 0)
        by_box = ~np.isnan(self.network.lanes.cost_usd_per_equipment[lane])
        by_card = priced_by_card(self.by_card, len(lane))
        return np.asarray(self.legs.is_run & by_box & ~by_card)

    def beyond_own(self) -> NDArray[np.float64]:
        """Return what legs cost beyond what an order pays for itself [cents]."""
        legs, orders, lanes = self.legs, self.orders, self.network.lanes
        row, lane = legs.order[legs.of], np.maximum(legs.lane, 0)
        mass, volume = orders.mass_kg[row], volumes_of(orders, self.rates)[row]
        boxed = legs.plan.legs.load != NO_LOAD
        fee = np.nan_to_num(lanes.cost_usd_per_shipment[lane])
        fee = fee + np.nan_to_num(lanes.cost_usd_per_kg[lane]) * mass
        own = self.own()
        alone = np.where(own & ~self.dated.by_date, self._alone(mass, volume), 0.0)
        usd = np.where(own, fee, np.where(boxed, self._fee(mass), self._loose()))
        value = self._numbers("value_usd")[row]
        duty = np.nan_to_num(lanes.duty_rate[lane]) * np.nan_to_num(value)
        storage_usd = np.nan_to_num(self.network.gateways.storage_usd_per_m3_day)
        days = np.ceil(self.dated.waits / _DAY)
        storage = days * volume * storage_usd[lanes.origin[lane]]
        tax = np.nan_to_num(self._numbers("import_tax_rate")[row] * value)
        parts = (
            (usd, True),
            (alone, own),
            (duty, legs.is_run),
            (storage, legs.is_run),
            (tax, legs.last),
        )
        cents = sum(
            np.where(there, np.rint(part * CENTS_PER_USD), 0.0) for part, there in parts
        )
        return np.asarray(legs.plan.legs.cents - cents, np.float64)

    def _numbers(self, name: str) -> NDArray[np.float64]:
        table = self.orders.table
        if name not in table.column_names:
            return np.full(len(table), np.nan)
        texts = [str(text or "").strip() for text in table[name].to_pylist()]
        return np.array([float(text) if text else np.nan for text in texts])

    def _loose(self) -> NDArray[np.float64]:
        """Return what a leg costs whose goods travel for themselves [USD]."""
        legs, orders, equipment = self.legs, self.orders, self.rates.tariff.equipment
        row = legs.order[legs.of]
        mass, volume = orders.mass_kg[row], volumes_of(orders, self.rates)[row]
        parts = np.maximum(
            mass[:, None] / equipment.payload_kg,
            volume[:, None] / equipment.loadable_m3,
        )
        whole = np.ceil(np.round(parts, _DIGITS))
        units = np.zeros((len(row), len(equipment.names) + 1))
        units[:, :-1] = np.where(equipment.whole, whole, parts)
        takes = np.ones_like(units, np.bool_)
        takes[:, :-1] = equipment.takes.T[orders.cargo[row]]
        prices = self.prices
        offered = takes & ~np.isnan(prices.unit)
        usd = np.maximum(prices.least, prices.shipment + units * prices.unit)
        best = np.where(offered, usd, np.inf).min(axis=1, initial=np.inf)
        best = np.where(np.isinf(best) & ~legs.is_run, 0.0, best)
        return np.asarray(best + prices.usd_per_kg * mass)

    def _fee(self, mass: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a leg costs besides its boxes, by the tariff [USD]."""
        n = len(self.rates.tariff.equipment.names)
        kind = self.legs.plan.legs.equipment.astype(np.int64)
        kind = np.where((kind >= 0) & (kind < n), kind, n)
        at = np.arange(len(mass))
        return np.asarray(
            self.prices.shipment[at, kind] + self.prices.usd_per_kg * mass
        )

    def _alone(
        self, mass: NDArray[np.float64], volume: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what boxes of their own cost goods, where they can be had [USD]."""
        legs = self.legs
        best = np.full(len(mass), np.inf)
        for name in legs.plan.legs.equipment_names:
            price, payload, m3 = self._box(name)
            units = np.ceil(np.round(np.maximum(mass / payload, volume / m3), _DIGITS))
            best = np.fmin(best, units * price)
        return best

    def _box(
        self, name: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return price, payload and room of a box by this name on each leg; NaN if none."""
        lanes, equipment = self.network.lanes, self.rates.tariff.equipment
        lane = np.maximum(self.legs.lane, 0)
        codes = self.rates.tariff.equipment_codes
        names = [
            equipment.names[codes[said]] if said in codes else said
            for said in lanes.equipment.names
        ]
        said = np.array(names, object)[lanes.equipment.codes[lane]]
        size = lanes.equipment_m3[lane]
        own = self.own()
        payload = room = np.full(len(lane), np.inf)
        by_table = np.full(len(lane), np.nan)
        if name in equipment.names:
            kind = equipment.names.index(name)
            payload = np.full(len(lane), equipment.payload_kg[kind])
            room = np.full(len(lane), equipment.loadable_m3[kind])
            cargo = self.orders.cargo[self.legs.order[self.legs.of]]
            by_table = np.where(
                equipment.whole[kind] & equipment.takes[kind][cargo],
                self.prices.unit[:, kind],
                np.nan,
            )
        offered = (said == name) | ((said == "") & ~np.isnan(by_table) & np.isnan(size))
        offered |= (said == "") & ~np.isnan(size) & (name == _NAMELESS)
        price = np.where(own, lanes.cost_usd_per_equipment[lane], by_table)
        price = np.where(self.legs.is_run & offered, price, np.nan)
        found = (price, payload, np.where(np.isnan(size), room, size))
        carded = priced_by_card(self.by_card, len(lane))
        price, payload, room = (np.where(carded, np.nan, part) for part in found)
        for card in self.by_card:
            if card.name == name:
                price = np.where(carded, card.box_usd, price)
                payload = np.where(carded, card.payload_kg, payload)
                room = np.where(carded, card.loadable_m3, room)
        return price, payload, room

    def boxes(self) -> Iterator[str]:
        """Boxes hold their goods, which are alike and go by the same departure."""
        legs, loads = self.legs, self.loads
        names = np.array([f"load {number}" for number in range(len(loads))], object)
        held = np.flatnonzero(legs.plan.legs.load != NO_LOAD)
        load = legs.plan.legs.load[held].astype(np.int64)
        n = len(loads)
        count = np.asarray(loads["boxes"], np.int64)
        words = np.array(loads["equipment"].to_pylist(), object)
        used = np.array(legs.plan.legs.equipment_names, object)[
            legs.plan.legs.equipment[held]
        ]
        tce = legs.column("tce_id")[held]
        yield from told("in other equipment than its load", used != words[load], tce)
        yield from told("no run by date", ~self.dated.by_date[held], tce)
        order = legs.order[legs.of[held]]
        volume = volumes_of(self.orders, self.rates)
        price, payload, room = self._of_load(held, load, words, n)
        for size, most, unit in (
            (self.orders.mass_kg, payload, "kg"),
            (volume, room, "m3"),
        ):
            filled = np.bincount(load, weights=size[order], minlength=n)
            over = np.ceil(np.round(filled / most, _DIGITS)) > count
            yield from told(f"holds more {unit} than its boxes take", over, names)
        said = np.rint(np.asarray(loads["cost_usd"], np.float64) * CENTS_PER_USD)
        off = said != count * np.rint(price * CENTS_PER_USD)
        yield from told("costs other than its boxes do", off, names)
        seconds = np.asarray(loads["departs_at"].combine_chunks().cast(pa.int64()))
        for what, values in (
            ("mixes cargoes", self.orders.cargo[order].astype(np.int64)),
            ("mixes lanes", legs.lane[held]),
            ("mixes departures", legs.departs[held]),
        ):
            low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, -1)
            np.minimum.at(low, load, values)
            np.maximum.at(high, load, values)
            yield from told(what, low < high, names)
        apart = legs.departs[held] != seconds[load] // SECONDS_PER_MINUTE
        yield from told("leaves at another time than its load", apart, tce)

    def _of_load(
        self,
        held: NDArray[np.int64],
        load: NDArray[np.int64],
        words: NDArray[np.object_],
        n: int,
    ) -> tuple[NDArray[np.float64], ...]:
        """Return price, payload and room of a box of each load."""
        found = tuple(np.full(n, np.nan) for _ in range(3))
        for name in sorted(set(words.tolist())):
            mine = words[load] == name
            for column, values in zip(found, self._box(name), strict=True):
                column[load[mine]] = values[held[mine]]
        return found

    def departures(self, rest: NDArray[np.float64]) -> Iterator[str]:
        """Goods pay all boxes and the price of their departure; it takes them all."""
        legs, lanes = self.legs, self.network.lanes
        runs = np.flatnonzero(self.dated.by_date)
        key, of = np.unique(
            np.stack([legs.lane[runs], legs.departs[runs]]), axis=1, return_inverse=True
        )
        of, n = of.reshape(-1), key.shape[1]
        ids = np.asarray(lanes.id.take(pa.array(key[0])).to_numpy(zero_copy_only=False))
        price = np.rint(
            np.nan_to_num(lanes.cost_usd_per_departure)[key[0]] * CENTS_PER_USD
        )
        place = np.full(len(legs.of), -1)
        place[runs] = of
        held = np.flatnonzero(legs.plan.legs.load != NO_LOAD)
        cost = np.rint(np.asarray(self.loads["cost_usd"], np.float64) * CENTS_PER_USD)
        loads, first = np.unique(legs.plan.legs.load[held], return_index=True)
        np.add.at(price, place[held[first]], cost[loads])
        paid = np.bincount(of, weights=rest[runs], minlength=n)
        unpaid = np.abs(paid - price) > _ROUNDING
        yield from told("goods of a departure do not pay its price", unpaid, ids)
        mass = legs.plan.legs.mass_kg[legs.of[runs]]
        load_kg = np.bincount(of, weights=mass, minlength=n)
        most = np.full(n, np.inf)
        most[of] = np.nan_to_num(self.dated.capacity_t[runs] * KG_PER_TONNE, nan=np.inf)
        over = load_kg > most + _ROUNDING
        yield from told("carries more than a departure takes", over, ids)
        rows = self.legs.plan.loads
        rows = rows.filter(pc.equal(rows["kind"], "departure"))
        if len(rows) != n:
            yield f"{len(rows)} departures are in the loads, expected {n}"
