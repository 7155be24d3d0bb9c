"""What rate cards charge legs of a plan, from the cards again and without the solver."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.network.lane import Lanes
from greenroute.orders.order_book import OrderBook
from greenroute.plan.followed import Followed
from greenroute.rating.option_lanes import card_shares
from greenroute.rating.rate_card import EquipmentMatches, Offers, PreparedCards
from greenroute.rating.read import Rates
from greenroute.rating.tariff import NO_EQUIPMENT, Equipment

_DIGITS = 9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLegs:
    """Prices of legs by the cards of one equipment, (n_legs,) each; NaN where there is none.

    Attributes
    ----------
    name
        Equipment; "" where the price needs none.
    alone_usd
        Price of goods that share nothing [USD].
    box_usd, fee_usd
        Price of one more box, and what an order pays besides boxes that many share [USD].
    payload_kg, loadable_m3
        What a box takes.
    """

    name: str
    alone_usd: Floats
    box_usd: Floats
    fee_usd: Floats
    payload_kg: Floats
    loadable_m3: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Goods:
    """Goods of legs, (n_legs,) each."""

    mass_kg: Floats
    volume_m3: Floats
    cargo: NDArray[np.int64]
    lane: NDArray[np.int64]
    km: Floats
    own_m3: Floats


def price_legs(
    legs: Followed,
    orders: OrderBook,
    volume_m3: Floats,
    lanes: Lanes,
    rates: Rates,
    cards: PreparedCards | None,
) -> tuple[CardLegs, ...]:
    """Return what rate cards charge the legs of a plan, by equipment.

    Parameters
    ----------
    volume_m3
        Of all orders.
    cards
        Prepared for these lanes; None for none.
    """
    if cards is None:
        return ()
    row = legs.order[legs.of]
    lane = np.where(legs.is_run, legs.lane, -1)
    at = np.maximum(lane, 0)
    named = np.array([name != "" for name in lanes.equipment.names])
    own_m3 = np.where(named[lanes.equipment.codes[at]], lanes.equipment_m3[at], np.nan)
    goods = _Goods(
        mass_kg=orders.mass_kg[row],
        volume_m3=volume_m3[row],
        cargo=orders.cargo[row].astype(np.int64),
        lane=lane,
        km=lanes.distance_km[at],
        own_m3=own_m3,
    )
    return tuple(
        _by_match(match, goods, lanes, rates, cards) for match in cards.matches
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """Goods of legs as one equipment counts them, (n_legs,) each."""

    payload_kg: Floats
    loadable_m3: Floats
    units: Floats
    chargeable_kg: Floats
    takes: NDArray[np.bool_]
    whole: bool


def _load(kind: int, goods: _Goods, equipment: Equipment) -> _Load:
    n = len(goods.lane)
    payload = room = np.full(n, np.inf)
    takes, whole = np.ones(n, np.bool_), True
    if kind == NO_EQUIPMENT:
        return _Load(
            payload_kg=payload,
            loadable_m3=room,
            units=np.zeros(n),
            chargeable_kg=goods.mass_kg,
            takes=takes,
            whole=False,
        )
    if kind < len(equipment.names):
        payload = np.full(n, equipment.payload_kg[kind])
        room = np.full(n, equipment.loadable_m3[kind])
        takes, whole = equipment.takes[kind][goods.cargo], bool(equipment.whole[kind])
    room = np.where(np.isnan(goods.own_m3), room, goods.own_m3)
    parts = np.maximum(goods.mass_kg / payload, goods.volume_m3 / room)
    return _Load(
        payload_kg=payload,
        loadable_m3=room,
        units=np.ceil(np.round(parts, _DIGITS)) if whole else parts,
        chargeable_kg=goods.mass_kg if whole else parts * payload,
        takes=takes,
        whole=whole,
    )


def _usd(
    offers: Offers,
    at: NDArray[np.int64],
    goods: _Goods,
    load: _Load,
    *,
    units: Floats,
    least: bool = True,
) -> Floats:
    """Return the price of offers [USD]; `least`: with the minimum of the base price."""
    base, kg = offers.base, np.maximum(load.chargeable_kg, offers.break_from_kg[at])
    usd = (
        base.per_shipment[at]
        + units * base.per_unit[at]
        + goods.mass_kg * base.per_kg[at]
        + kg * base.per_chargeable_kg[at]
        + goods.km * (base.per_km[at] + units * base.per_unit_km[at])
    )
    usd = np.maximum(usd, base.minimum[at]) if least else usd
    return np.asarray(
        usd * (1 + offers.share[at])
        + offers.more_per_shipment[at]
        + units * offers.more_per_unit[at]
        + goods.mass_kg * offers.more_per_kg[at]
        + kg * offers.more_per_chargeable_kg[at]
    )


def _by_match(
    match: EquipmentMatches,
    goods: _Goods,
    lanes: Lanes,
    rates: Rates,
    cards: PreparedCards,
) -> CardLegs:
    kind, offers = match.equipment, match.offers
    load = _load(kind, goods, rates.tariff.equipment)
    place = np.searchsorted(match.lane, goods.lane)
    place = np.minimum(place, len(match.lane) - 1)
    offered = (match.lane[place] == goods.lane) & load.takes
    first, count = match.first[place], match.count[place]
    alone = np.full(len(place), np.inf)
    for step in range(int(count.max(initial=0))):
        offer = np.where(step < count, first + step, first)
        last = step + 1 >= count
        heavier = offers.break_from_kg[np.where(last, offer, offer + 1)]
        # A lighter break does not hold once a heavier one is reached.
        holds = (step < count) & (last | (heavier > load.chargeable_kg))
        usd = _usd(offers, offer, goods, load, units=load.units)
        alone = np.where(holds, np.minimum(alone, usd), alone)
    base, no_units = offers.base, np.zeros(len(place))
    one_box = base.per_shipment[first] + base.per_unit[first]
    one_box = one_box + goods.km * (base.per_km[first] + base.per_unit_km[first])
    shared = offered & (count == 1) & (offers.break_from_kg[first] == 0)
    shared &= (base.minimum[first] <= one_box) & load.whole
    fee = _usd(offers, first, goods, load, units=no_units, least=False)
    box = _usd(offers, first, goods, load, units=no_units + 1, least=False) - fee
    taken = lanes.take(np.maximum(goods.lane, 0))
    scale = 1 + card_shares(taken, offers.row[first], cards.cards, rates.options)
    return CardLegs(
        name="" if kind == NO_EQUIPMENT else cards.cards.equipment_names[kind],
        alone_usd=np.where(offered, alone * scale, np.nan),
        box_usd=np.where(shared, box * scale, np.nan),
        fee_usd=np.where(shared, fee * scale, np.nan),
        payload_kg=load.payload_kg,
        loadable_m3=load.loadable_m3,
    )


def priced_by_card(found: tuple[CardLegs, ...], n_legs: int) -> NDArray[np.bool_]:
    """Return which legs have a price by card for their goods, bool (n_legs,)."""
    hit = np.zeros(n_legs, np.bool_)
    for one in found:
        hit |= ~np.isnan(one.alone_usd)
    return hit


def own_price(
    found: tuple[CardLegs, ...], equipment: NDArray[np.object_]
) -> tuple[Floats, Floats]:
    """Return what each leg pays for itself by card, and one more box; NaN without a card.

    Parameters
    ----------
    equipment
        Name of the box that goods share, "" where they are loose, (n_legs,).
    """
    loose = np.full(len(equipment), np.nan)
    by_order, fee, box = loose.copy(), loose.copy(), loose.copy()
    for one in found:
        loose = np.fmin(loose, one.alone_usd)
        if one.name == "":
            by_order = one.alone_usd
        mine = equipment == one.name
        fee, box = np.where(mine, one.fee_usd, fee), np.where(mine, one.box_usd, box)
    # A price that needs no equipment is paid by the order, boxes or not.
    fee = np.where(np.isnan(box), by_order, fee)
    box = np.where(np.isnan(box) & ~np.isnan(by_order), 0.0, box)
    return np.where(equipment == "", loose, fee), box
