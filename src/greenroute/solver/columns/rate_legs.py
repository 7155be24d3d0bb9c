"""Compiled kernel: what the steps of a chosen way cost, with equipment and rate card."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.rating.rate_card import NO_CARD
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.columns.step_kernels import (
    NO_PRICE,
    Prices,
    boxed_step,
    card_step,
    card_step_fee,
    fill_units,
    loose_step,
)


@njit(nogil=True, cache=True, error_model="numpy")
def rate_legs(
    goods: Goods,
    prices: Prices,
    first: NDArray[np.int64],
    step: NDArray[np.int32],
    box: NDArray[np.int16],
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.int32]]:
    """Return cents, equipment and row of the rate card of each step of each order.

    `box` is -1 where goods are loose. A boxed step has the cents that its order pays
    besides the boxes.
    """
    cents = np.empty(step.size, np.int64)
    equipment = np.empty(step.size, np.int16)
    card = np.empty(step.size, np.int32)
    plain, cards = prices
    units = np.empty(plain.payload_kg.size + 1, np.float64)
    for i in range(first.size - 1):
        of = (goods.mass_kg[i], goods.volume_m3[i], int(goods.cargo[i]))
        fill_units(of[0], of[1], plain, units)
        for k in range(first[i], first[i + 1]):
            at, e, card[k] = step[k], int(box[k]), NO_CARD
            price, kind = NO_PRICE, e
            if cards.start[at] < cards.start[at + 1] and e >= 0:
                price, card[k] = card_step_fee(at, of, e, plain.km[at], cards)
            elif cards.start[at] < cards.start[at + 1]:
                price, kind, card[k] = card_step(at, of, plain.km[at], cards)
            if price == NO_PRICE and e >= 0:
                price = boxed_step(at, of[0], e, plain)
            elif price == NO_PRICE:
                price, kind = loose_step(at, of[0], of[2], plain, units)
            cents[k], equipment[k] = price, kind
    return cents, equipment, card
