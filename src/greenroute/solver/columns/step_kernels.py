"""Compiled kernels: what one step costs goods, loose or in a shared box.

The formulas are those of `rating/price.py`; there they serve one shipment on all lanes,
here all orders on the few paths that each may take.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.rating.rate_card import NO_CARD
from greenroute.solver.columns.card_kernels import NO_ENTRY, card_fee, card_usd
from greenroute.solver.columns.card_table import EQUIPMENT, CardWords
from greenroute.solver.search.bounds import inner
from greenroute.units import CENTS_PER_USD

#: Cents of a step that does not take the goods.
NOT_ALLOWED = np.iinfo(np.int64).max
#: Cents where no rate card has a price.
NO_PRICE = -1
_DIGITS = 1e9


class StepPrices(NamedTuple):
    """What the price of a step depends on without rate cards; see `StepTable`."""

    row: NDArray[np.int32]
    km: NDArray[np.float64]
    usd_per_kg: NDArray[np.float64]
    shipment: NDArray[np.float64]
    unit: NDArray[np.float64]
    unit_km: NDArray[np.float64]
    least: NDArray[np.float64]
    payload_kg: NDArray[np.float64]
    loadable_m3: NDArray[np.float64]
    whole: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    grams_per_kg: NDArray[np.float64]
    most_kg: NDArray[np.float64]
    n_lanes: int


class Prices(NamedTuple):
    """What the price of a step depends on.

    In two parts: most steps have no rate card, and to hand arrays to a kernel takes time.
    `cards.start` has a place for every step.
    """

    plain: StepPrices
    cards: CardWords


@inner
def fill_units(
    mass: float, volume: float, prices: StepPrices, units: NDArray[np.float64]
) -> None:
    """Put the units of each equipment that the goods fill; the last place has none."""
    last = prices.payload_kg.size
    for e in range(last):
        parts = max(mass / prices.payload_kg[e], volume / prices.loadable_m3[e])
        if prices.whole[e]:
            parts = np.ceil(np.rint(parts * _DIGITS) / _DIGITS)
        units[e] = parts
    units[last] = 0.0


@inner
def loose_step(
    step: int,
    mass: float,
    cargo: int,
    prices: StepPrices,
    units: NDArray[np.float64],
) -> tuple[int, int]:
    """Return cents and equipment of goods that travel for themselves, without rate cards."""
    row, km = prices.row[step], prices.km[step]
    best, chosen = np.inf, -1
    for e in range(units.size):
        per_unit = prices.unit[row, e]
        if np.isnan(per_unit) or not prices.takes[cargo, e]:
            continue
        usd = units[e] * prices.unit_km[row, e] * km
        usd += prices.shipment[row, e] + units[e] * per_unit
        usd = max(usd, prices.least[row, e])
        if usd < best:
            best, chosen = usd, e
    if chosen < 0:
        if step < prices.n_lanes:
            return NOT_ALLOWED, -1
        best = 0.0
    usd = best + prices.usd_per_kg[step] * mass
    if chosen == units.size - 1:
        chosen = -1
    return int(np.rint(usd * CENTS_PER_USD)), chosen


@inner
def boxed_step(step: int, mass: float, equipment: int, prices: StepPrices) -> int:
    """Return the cents that an order pays besides its share of boxes, without rate cards."""
    row, last = prices.row[step], prices.payload_kg.size
    e = last if np.isnan(prices.unit[row, equipment]) else equipment
    usd = prices.shipment[row, e] + prices.usd_per_kg[step] * mass
    return int(np.rint(usd * CENTS_PER_USD))


@inner
def card_step(
    step: int, goods: tuple[float, float, int], km: float, cards: CardWords
) -> tuple[int, int, int]:
    """Return cents, equipment and card by rate cards; cents are `NO_PRICE` without one."""
    usd, found, offer = card_usd(step, goods, km, cards)
    if found == NO_ENTRY:
        return NO_PRICE, -1, NO_CARD
    cents = int(np.rint(usd * CENTS_PER_USD))
    return cents, cards.entry[found, EQUIPMENT], cards.offer_row[offer]


@inner
def card_step_fee(
    step: int,
    goods: tuple[float, float, int],
    equipment: int,
    km: float,
    cards: CardWords,
) -> tuple[int, int]:
    """Return the cents besides boxes, and the card; cents are `NO_PRICE` without one."""
    usd, offer = card_fee(step, goods, equipment, km, cards)
    if offer == NO_ENTRY:
        return NO_PRICE, NO_CARD
    return int(np.rint(usd * CENTS_PER_USD)), cards.offer_row[offer]
