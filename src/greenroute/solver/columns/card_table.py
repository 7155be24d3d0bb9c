"""Rate cards as arrays for the kernels: what each lane offers, by equipment."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.network.departure import starts
from greenroute.network.lane import Lanes
from greenroute.orders.order_book import CARGOES
from greenroute.rating.option_lanes import card_shares
from greenroute.rating.price_card import own_m3
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from greenroute.rating.tariff import NO_EQUIPMENT

#: Equipment of a lane that has a size and no name.
NAMELESS = "box"
#: Mass and volume of a box without such a limit [kg], [m³].
NO_LIMIT = 1e9


class CardPrices(NamedTuple):
    """What rate cards offer: entries of a lane side by side, an entry per equipment.

    Entries of lane l are rows `start[l] : start[l + 1]`; the weight breaks of entry i are
    offers `first[i] : first[i] + breaks[i]`, lightest first. The price of an offer is
    `(max(minimum, base) · (1 + share) + more) · scale`, in USD.

    An entry is `shared` if many orders may share its boxes: then a box costs `box_usd`, and
    an order pays `fee_usd` and `fee_usd_per_kg` besides.
    """

    start: NDArray[np.int64]
    equipment: NDArray[np.int64]
    row: NDArray[np.int64]
    payload_kg: NDArray[np.float64]
    loadable_m3: NDArray[np.float64]
    whole: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    scale: NDArray[np.float64]
    first: NDArray[np.int64]
    breaks: NDArray[np.int64]
    shared: NDArray[np.bool_]
    box_usd: NDArray[np.float64]
    fee_usd: NDArray[np.float64]
    fee_usd_per_kg: NDArray[np.float64]
    break_kg: NDArray[np.float64]
    offer_row: NDArray[np.int64]
    base: NDArray[np.float64]
    share: NDArray[np.float64]
    more: NDArray[np.float64]


class CardWords(NamedTuple):
    """`CardPrices` in few arrays: a kernel counts references of each array it is given.

    Columns of `entry` are EQUIPMENT … TAKES (a bit per cargo), of `size` PAYLOAD …
    FEE_PER_KG, of `offer` those of `base` and `more`, then BREAK and SHARE.
    """

    start: NDArray[np.int64]
    entry: NDArray[np.int64]
    size: NDArray[np.float64]
    offer: NDArray[np.float64]
    offer_row: NDArray[np.int64]


#: Columns of `CardPrices.base` and of `CardPrices.more`.
SHIPMENT, UNIT, KG, CHARGEABLE, KM, UNIT_KM, MINIMUM = range(7)
N_PARTS = MINIMUM + 1
BREAK, SHARE = 2 * N_PARTS, 2 * N_PARTS + 1
EQUIPMENT, FIRST, BREAKS, WHOLE, SHARED, TAKES = range(6)
PAYLOAD, LOADABLE, SCALE, FEE, FEE_PER_KG = range(5)


def box_words(lanes: Lanes, rates: Rates) -> tuple[str, ...]:
    """Return names of equipment: that of the tariff, then what only lanes have."""
    known = rates.tariff.equipment_codes
    return (
        *rates.tariff.equipment.names,
        *sorted({*lanes.equipment.names, NAMELESS} - {*known, ""}),
    )


def card_words(cards: CardPrices, n_steps: int) -> CardWords:
    """Return what rate cards offer in few arrays, hub operations without any."""
    bits = 1 << np.arange(len(CARGOES))
    takes = (cards.takes * bits[:, None]).sum(axis=0)
    entry = (cards.equipment, cards.first, cards.breaks, cards.whole, cards.shared)
    size = (cards.payload_kg, cards.loadable_m3, cards.scale)
    hubs = n_steps + 1 - len(cards.start)
    return CardWords(
        start=np.append(cards.start, np.full(hubs, cards.start[-1])),
        entry=np.column_stack([*entry, takes]).astype(np.int64),
        size=np.column_stack([*size, cards.fee_usd, cards.fee_usd_per_kg]),
        offer=np.column_stack([cards.base, cards.more, cards.break_kg, cards.share]),
        offer_row=cards.offer_row,
    )


def no_cards(n_lanes: int) -> CardPrices:
    """Return that no lane has a rate card."""
    none, zero = np.empty(0, np.int64), np.empty(0)
    flags, wide = np.empty(0, np.bool_), np.empty((0, MINIMUM + 1))
    return CardPrices(
        start=np.zeros(n_lanes + 1, np.int64),
        equipment=none,
        row=none,
        payload_kg=zero,
        loadable_m3=zero,
        whole=flags,
        takes=np.empty((len(CARGOES), 0), np.bool_),
        scale=zero,
        first=none,
        breaks=none,
        shared=flags,
        box_usd=zero,
        fee_usd=zero,
        fee_usd_per_kg=zero,
        break_kg=zero,
        offer_row=none,
        base=wide,
        share=zero,
        more=wide,
    )


def card_table(cards: PreparedCards | None, lanes: Lanes, rates: Rates) -> CardPrices:
    """Return what rate cards offer on lanes.

    Parameters
    ----------
    cards
        Prepared for these lanes; None for none.
    lanes
        With the equipment that they name.
    rates
        Tariff and options.
    """
    if cards is None or not cards.matches:
        return no_cards(len(lanes))
    matches = cards.matches
    offers = [match.offers for match in matches]
    offset = np.cumsum([0, *(len(part.row) for part in offers)])
    lane = np.concatenate([match.lane for match in matches])
    order = np.argsort(lane, kind="stable")
    first = np.concatenate([m.first + n for m, n in zip(matches, offset, strict=False)])
    kinds = np.repeat(
        [match.equipment for match in matches], [len(match.lane) for match in matches]
    )
    columns = ("per_shipment", "per_unit", "per_kg", "per_chargeable_kg")
    base = np.column_stack(
        [
            np.concatenate([getattr(part.base, name) for part in offers])
            for name in (*columns, "per_km", "per_unit_km", "minimum")
        ]
    )
    more = np.zeros_like(base)
    for place, name in enumerate(columns):
        more[:, place] = np.concatenate([getattr(p, f"more_{name}") for p in offers])
    found = no_cards(len(lanes))._replace(
        start=starts(np.bincount(lane, minlength=len(lanes))),
        equipment=kinds[order].astype(np.int64),
        first=first[order],
        breaks=np.concatenate([match.count for match in matches])[order],
        break_kg=np.concatenate([part.break_from_kg for part in offers]),
        offer_row=np.concatenate([part.row for part in offers]),
        base=base,
        share=np.concatenate([part.share for part in offers]),
        more=more,
    )
    return _with_boxes(found, lane[order], cards, lanes, rates)


def _with_boxes(
    found: CardPrices,
    lane: NDArray[np.int64],
    cards: PreparedCards,
    lanes: Lanes,
    rates: Rates,
) -> CardPrices:
    """Return the entries with what they take, and what a shared box costs."""
    equipment = rates.tariff.equipment
    known = (found.equipment >= 0) & (found.equipment < len(equipment.names))
    row = np.where(known, found.equipment, 0)
    m3 = np.where(known, equipment.loadable_m3[row], NO_LIMIT)
    own = own_m3(lanes)[lane]
    m3 = np.where(np.isnan(own), m3, own)
    boxed = found.equipment != NO_EQUIPMENT
    whole = np.where(known, equipment.whole[row], boxed)
    names = box_words(lanes, rates)
    place = {name: code for code, name in enumerate(names)}
    words = [place.get(name, NO_EQUIPMENT) for name in cards.cards.equipment_names]
    code = np.append(words, NO_EQUIPMENT)[found.equipment]
    cargoes = np.where(known[:, None], equipment.takes[row], True)  # noqa: FBT003 - a value
    card = found.offer_row[found.first]
    taken = lanes.take(lane)
    scale = 1.0 + card_shares(taken, card, cards.cards, rates.options)
    km, base, more = lanes.distance_km[lane], found.base, found.more
    at = found.first
    base, more, percent = base[at], more[at], 1.0 + found.share[at]
    one = base[:, SHIPMENT] + base[:, UNIT] + km * (base[:, KM] + base[:, UNIT_KM])
    plain = (base[:, MINIMUM] <= one) & (found.break_kg[at] == 0) & (found.breaks == 1)
    per_kg = (base[:, KG] + base[:, CHARGEABLE]) * percent
    return found._replace(
        equipment=code.astype(np.int64),
        row=card,
        payload_kg=np.where(known, equipment.payload_kg[row], NO_LIMIT),
        loadable_m3=m3,
        whole=whole.astype(np.bool_),
        takes=np.ascontiguousarray(cargoes.T.astype(np.bool_)),
        scale=scale,
        shared=plain & boxed & whole,
        box_usd=((base[:, UNIT] + km * base[:, UNIT_KM]) * percent + more[:, UNIT])
        * scale,
        fee_usd=((base[:, SHIPMENT] + km * base[:, KM]) * percent + more[:, SHIPMENT])
        * scale,
        fee_usd_per_kg=(per_kg + more[:, KG] + more[:, CHARGEABLE]) * scale,
    )


def covered(cards: CardPrices) -> NDArray[np.bool_]:
    """Return which lanes have a price by card for which cargo, bool (n_lanes, n_cargoes)."""
    n_lanes = len(cards.start) - 1
    lane = np.repeat(np.arange(n_lanes), np.diff(cards.start))
    found = np.zeros((n_lanes, len(CARGOES)), np.bool_)
    np.logical_or.at(found, lane, cards.takes.T)
    return found
