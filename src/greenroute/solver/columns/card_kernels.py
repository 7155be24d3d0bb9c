"""Compiled kernels: what orders pay by rate cards.

The formulas are those of `rating/price_card.py`, for all orders on the few lanes that each
may take.
"""

import numpy as np

from greenroute.solver.columns.card_table import (
    BREAK,
    BREAKS,
    CHARGEABLE,
    EQUIPMENT,
    FEE,
    FEE_PER_KG,
    FIRST,
    KG,
    KM,
    LOADABLE,
    MINIMUM,
    N_PARTS,
    PAYLOAD,
    SCALE,
    SHARE,
    SHARED,
    SHIPMENT,
    TAKES,
    UNIT,
    UNIT_KM,
    WHOLE,
    CardWords,
)
from greenroute.solver.search.bounds import inner

_DIGITS = 1e9
#: No entry of a lane.
NO_ENTRY = -1


@inner
def entry_usd(
    at: int, goods: tuple[float, float, int], km: float, cards: CardWords
) -> tuple[float, int]:
    """Return the price of an entry for goods by themselves, and the weight break it is of."""
    mass, volume, _ = goods
    units = 0.0
    chargeable = mass
    if cards.entry[at, EQUIPMENT] >= 0:
        units = max(mass / cards.size[at, PAYLOAD], volume / cards.size[at, LOADABLE])
        if cards.entry[at, WHOLE]:
            units = np.ceil(np.rint(units * _DIGITS) / _DIGITS)
        else:
            chargeable = units * cards.size[at, PAYLOAD]
    best, chosen = np.inf, cards.entry[at, FIRST]
    last = cards.entry[at, FIRST] + cards.entry[at, BREAKS] - 1
    for k in range(cards.entry[at, FIRST], last + 1):
        # A lighter break does not hold once a heavier one is reached.
        if k < last and cards.offer[k + 1, BREAK] <= chargeable:
            continue
        part = cards.offer[k]
        heavy = max(chargeable, part[BREAK])
        usd = part[SHIPMENT] + units * part[UNIT] + mass * part[KG]
        usd += heavy * part[CHARGEABLE] + km * (part[KM] + units * part[UNIT_KM])
        usd = max(usd, part[MINIMUM]) * (1.0 + part[SHARE])
        usd += part[N_PARTS + SHIPMENT] + units * part[N_PARTS + UNIT]
        usd += mass * part[N_PARTS + KG] + heavy * part[N_PARTS + CHARGEABLE]
        if usd < best:
            best, chosen = usd, k
    return best * cards.size[at, SCALE], chosen


@inner
def card_usd(
    lane: int, goods: tuple[float, float, int], km: float, cards: CardWords
) -> tuple[float, int, int]:
    """Return the lowest price by card of goods by themselves, its entry and its offer."""
    best, chosen, offer = np.inf, NO_ENTRY, NO_ENTRY
    for at in range(cards.start[lane], cards.start[lane + 1]):
        if cards.entry[at, TAKES] >> goods[2] & 1:
            usd, of_break = entry_usd(at, goods, km, cards)
            if usd < best:
                best, chosen, offer = usd, at, of_break
    return best, chosen, offer


@inner
def card_fee(
    lane: int,
    goods: tuple[float, float, int],
    equipment: int,
    km: float,
    cards: CardWords,
) -> tuple[float, int]:
    """Return what goods in shared boxes pay besides them, and the offer that says so.

    NaN where no card does.
    """
    found, offer = np.nan, NO_ENTRY
    for at in range(cards.start[lane], cards.start[lane + 1]):
        if cards.entry[at, EQUIPMENT] == equipment and cards.entry[at, SHARED]:
            offer = cards.entry[at, FIRST]
            found = cards.size[at, FEE] + cards.size[at, FEE_PER_KG] * goods[0]
            break
        if cards.entry[at, EQUIPMENT] < 0:
            found, offer = entry_usd(at, goods, km, cards)
    return found, offer
