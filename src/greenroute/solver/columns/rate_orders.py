"""Compiled kernels: what orders pay on paths, in cents and grams, step by step.

The formulas are those of `rating/price.py`; there they serve one shipment on all lanes,
here all orders on the few paths that each may take.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.columns.card_table import CardWords
from greenroute.solver.columns.step_kernels import (
    NO_PRICE,
    NOT_ALLOWED,
    Prices,
    StepPrices,
    boxed_step,
    card_step,
    card_step_fee,
    fill_units,
    loose_step,
)
from greenroute.solver.search.bounds import inner

#: Bits of a chain in a variant (0 is loose, e + 1 is boxed in equipment e), and chains.
CHAIN_BITS, MOST_CHAINS = 5, 10
#: Cents per gram by which columns of an order are picked.
PICK_PRICES = np.array([0.0, 0.005, 0.02, 0.1, 1.0, 100.0])
#: Variants of a path: all loose, all chains boxed that gain, only the dearest of these.
N_VARIANTS = 3


class Ways(NamedTuple):
    """Paths of the search keys, and the chains of boxes on them, in flat arrays.

    `tight` marks paths with a lane that could be full: there it may help to wait for the
    next week. `worth` is what a kilogram there may save of shortfalls [cents].
    """

    first_path: NDArray[np.int64]
    first_step: NDArray[np.int64]
    step: NDArray[np.int32]
    minutes: NDArray[np.int64]
    tight: NDArray[np.bool_]
    worth: NDArray[np.float64]
    first_chain: NDArray[np.int64]
    chain: NDArray[np.int32]
    first_chain_step: NDArray[np.int64]
    chain_step: NDArray[np.int32]
    box_cents: NDArray[np.int64]


class Goods(NamedTuple):
    """Orders, and what limits them: minutes, cents and grams.

    `minutes_due` is when they are on time, `minutes_left` when they may come at all.
    """

    mass_kg: NDArray[np.float64]
    volume_m3: NDArray[np.float64]
    cargo: NDArray[np.int8]
    key: NDArray[np.int64]
    minutes_due: NDArray[np.int64]
    minutes_left: NDArray[np.int64]
    most_cents: NDArray[np.int64]
    most_grams: NDArray[np.int64]


class Options(NamedTuple):
    """Columns of the orders side by side; `columns` counts those of each order."""

    columns: NDArray[np.int32]
    path: NDArray[np.int32]
    variant: NDArray[np.int64]
    hold: NDArray[np.int8]
    cents: NDArray[np.int64]
    alone_cents: NDArray[np.int64]
    grams: NDArray[np.int64]


class _Known(NamedTuple):
    """What is known of one order at steps and chains: its paths have many in common.

    `step` and `chain` say for which order, counted from 1. At a step: cents of loose goods
    and grams, `NOT_ALLOWED` where it does not take them. At a chain: the best equipment
    (-1 for none), cents with its share of well filled boxes, those without boxes, and
    those of loose goods.
    """

    step: NDArray[np.int32]
    cents: NDArray[np.int64]
    grams: NDArray[np.int64]
    chain: NDArray[np.int32]
    equipment: NDArray[np.int16]
    shared: NDArray[np.float64]
    fee: NDArray[np.int64]
    loose: NDArray[np.int64]


@inner
def _best_box(
    chain: int,
    goods: tuple[float, float, int],
    prices: StepPrices,
    cards: CardWords,
    ways: Ways,
    fill: float,
) -> tuple[int, float, int]:
    """Return the equipment whose share is cheapest, its cents, and those without boxes."""
    mass, volume, cargo = goods
    chosen, best, best_fee = -1, np.inf, 0
    for e in range(prices.payload_kg.size):
        box = ways.box_cents[chain, e]
        if box < 0 or not prices.takes[cargo, e]:
            continue
        fee = 0
        for k in range(ways.first_chain_step[chain], ways.first_chain_step[chain + 1]):
            step, cents = ways.chain_step[k], NO_PRICE
            if cards.start[step] < cards.start[step + 1]:
                cents, _ = card_step_fee(step, goods, e, prices.km[step], cards)
            if cents == NO_PRICE:
                cents = boxed_step(step, goods[0], e, prices)
            fee += cents
        share = max(mass / prices.payload_kg[e], volume / prices.loadable_m3[e])
        price = fee + box * share / fill
        if price < best:
            chosen, best, best_fee = e, price, fee
    return chosen, best, best_fee


@inner
def _rate_step(
    step: int,
    goods: tuple[float, float, int],
    prices: StepPrices,
    cards: CardWords,
    units: NDArray[np.float64],
    known: _Known,
) -> None:
    """Write cents of loose goods and grams at a step."""
    mass, _, cargo = goods
    price, per_kg = NO_PRICE, prices.grams_per_kg[cargo, step]
    if cards.start[step] < cards.start[step + 1]:
        price, _, _ = card_step(step, goods, prices.km[step], cards)
    if price == NO_PRICE:
        price, _ = loose_step(step, mass, cargo, prices, units)
    if np.isnan(per_kg) or mass > prices.most_kg[step]:
        price = NOT_ALLOWED
    known.cents[step] = price
    known.grams[step] = 0 if price == NOT_ALLOWED else int(np.rint(per_kg * mass))


@inner
def _rate_chain(  # noqa: PLR0913, PLR0917 - a kernel takes its workspace along
    chain: int,
    goods: tuple[float, float, int],
    prices: StepPrices,
    cards: CardWords,
    ways: Ways,
    fill: float,
    known: _Known,
) -> None:
    """Write what goods pay on a chain in boxes and loose; its steps are known."""
    e, shared, fee = _best_box(chain, goods, prices, cards, ways, fill)
    loose = 0
    for k in range(ways.first_chain_step[chain], ways.first_chain_step[chain + 1]):
        loose += known.cents[ways.chain_step[k]]
    known.equipment[chain], known.shared[chain] = e, shared
    known.fee[chain], known.loose[chain] = fee, loose


@inner
def _rate_path(  # noqa: PLR0913, PLR0917 - a kernel takes its workspace along
    path: int,
    turn: int,
    goods: tuple[float, float, int],
    prices: StepPrices,
    cards: CardWords,
    ways: Ways,
    fill: float,
    units: NDArray[np.float64],
    known: _Known,
    found: NDArray[np.float64],
) -> tuple[int, int]:
    """Rate a path: grams and count of variants; rows of `found` are variants.

    Columns of `found`: cents that the order pays whatever others do, cents with its share
    of well filled boxes, cents with boxes of its own, and the variant.
    """
    cents, grams = 0, 0
    for at in range(ways.first_step[path], ways.first_step[path + 1]):
        step = ways.step[at]
        if known.step[step] != turn:
            known.step[step] = turn
            _rate_step(step, goods, prices, cards, units, known)
        if known.cents[step] == NOT_ALLOWED:
            return 0, 0
        cents += known.cents[step]
        grams += known.grams[step]
    found[0, 0] = found[0, 1] = found[0, 2] = cents
    found[0, 3] = 0.0
    for part in range(4):
        found[1, part] = found[0, part]
    dearest, count = -1.0, 1
    for k in range(ways.first_chain[path], ways.first_chain[path + 1]):
        chain = ways.chain[k]
        if chain < 0:
            continue
        if known.chain[chain] != turn:
            known.chain[chain] = turn
            _rate_chain(chain, goods, prices, cards, ways, fill, known)
        e, shared = known.equipment[chain], known.shared[chain]
        fee, loose = known.fee[chain], known.loose[chain]
        if e < 0 or shared >= loose:
            continue
        box = ways.box_cents[chain, e]
        bits = float((e + 1) << (CHAIN_BITS * (k - ways.first_chain[path])))
        own = fee + box * units[e]
        found[1, 0] += fee - loose
        found[1, 1] += shared - loose
        found[1, 2] += own - loose
        found[1, 3] += bits
        count = 2 if count == 1 else N_VARIANTS
        if box > dearest:
            dearest = box
            found[2, 0] = cents + fee - loose
            found[2, 1] = cents + shared - loose
            found[2, 2] = cents + own - loose
            found[2, 3] = bits
    return grams, count


class _Work(NamedTuple):
    """Options of one order while they are rated."""

    value: NDArray[np.float64]
    saved: NDArray[np.float64]
    cents: NDArray[np.int64]
    alone: NDArray[np.int64]
    grams: NDArray[np.int64]
    path: NDArray[np.int32]
    variant: NDArray[np.int64]
    hold: NDArray[np.int8]
    plain: NDArray[np.bool_]
    taken: NDArray[np.bool_]
    units: NDArray[np.float64]
    known: _Known
    found: NDArray[np.float64]


@inner
def _pick(work: _Work, n: int, most: int, chosen: NDArray[np.int64]) -> int:
    """Choose the best options at several carbon prices, plain ones first; return how many.

    Every second turn counts what they may save of shortfalls.
    """
    count, taken = 0, work.taken
    for i in range(n):
        taken[i] = False
    for turn in range(most + 1):
        for price in PICK_PRICES:
            best, at = np.inf, -1
            for i in range(n):
                if (turn == 0 and not work.plain[i]) or (turn > 0 and taken[i]):
                    continue
                worth = work.value[i] + price * work.grams[i]
                if turn % 2 == 1:
                    worth -= work.saved[i]
                if worth < best:
                    best, at = worth, i
            if at < 0 or taken[at]:
                continue
            taken[at] = True
            chosen[count] = at
            count += 1
            if count == most:
                return count
    return count


@inner
def _rate_order(  # noqa: PLR0913, PLR0917 - a kernel takes its workspace along
    i: int,
    turn: int,
    goods: Goods,
    prices: Prices,
    ways: Ways,
    limits: tuple[int, int, float, int, float],
    work: _Work,
) -> int:
    """Rate one order, the turn-th, on all paths of its key; return the number of options."""
    _, n_holds, fill, hold_minutes, late_cents = limits
    mass, volume = goods.mass_kg[i], goods.volume_m3[i]
    of = (mass, volume, int(goods.cargo[i]))
    plain, cards = prices
    fill_units(mass, volume, plain, work.units)
    found, left, n = work.found, goods.minutes_left[i], 0
    for path in range(ways.first_path[goods.key[i]], ways.first_path[goods.key[i] + 1]):
        if ways.minutes[path] > left:
            continue
        grams, count = _rate_path(
            path, turn, of, plain, cards, ways, fill, work.units, work.known, found
        )
        if count == 0 or grams > goods.most_grams[i]:
            continue
        for hold in range(n_holds):
            minutes = ways.minutes[path] + hold * hold_minutes
            if minutes > left:
                break
            late = np.rint(max(minutes - goods.minutes_due[i], 0) * late_cents)
            # Loose goods gain nothing from waiting for a lane that is never full.
            for v in range(0 if hold == 0 or ways.tight[path] else 1, count):
                if found[v, 2] > goods.most_cents[i]:
                    continue
                work.path[n], work.hold[n], work.grams[n] = path, hold, grams
                work.cents[n] = np.int64(found[v, 0] + late)
                work.value[n] = found[v, 1] + late
                work.saved[n] = ways.worth[path] * mass
                work.alone[n] = np.int64(found[v, 2] + late)
                work.variant[n] = np.int64(found[v, 3])
                work.plain[n] = v == 0 and hold == 0
                n += 1
    return n


@njit(nogil=True, cache=True, error_model="numpy")
def _nothing_known(n_steps: int, n_chains: int) -> _Known:
    """Return room for what is known of an order."""
    return _Known(
        np.zeros(n_steps, np.int32),
        np.empty(n_steps, np.int64),
        np.empty(n_steps, np.int64),
        np.zeros(n_chains, np.int32),
        np.empty(n_chains, np.int16),
        np.empty(n_chains, np.float64),
        np.empty(n_chains, np.int64),
        np.empty(n_chains, np.int64),
    )


@njit(nogil=True, cache=True, error_model="numpy")
def rate_orders(
    orders: NDArray[np.int64],
    goods: Goods,
    prices: Prices,
    ways: Ways,
    limits: tuple[int, int, float, int, float],
) -> Options:
    """Rate orders on the paths of their keys and keep the most useful columns.

    `limits` are the most columns of an order, the most holds, the fill of shared boxes,
    the minutes of a hold and the cents of a minute late.
    """
    most, n_holds = limits[0], limits[1]
    widest = 0
    for key in range(ways.first_path.size - 1):
        widest = max(widest, ways.first_path[key + 1] - ways.first_path[key])
    room = widest * N_VARIANTS * n_holds + 1
    work = _Work(
        np.empty(room, np.float64),
        np.empty(room, np.float64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int32),
        np.empty(room, np.int64),
        np.empty(room, np.int8),
        np.empty(room, np.bool_),
        np.empty(room, np.bool_),
        np.empty(prices.plain.payload_kg.size + 1, np.float64),
        _nothing_known(prices.plain.row.size, ways.box_cents.shape[0]),
        np.empty((N_VARIANTS, 4), np.float64),
    )
    chosen = np.empty(room, np.int64)
    size = orders.size
    count_of = np.zeros(size, np.int32)
    path_of, hold_of = np.empty(size * most, np.int32), np.empty(size * most, np.int8)
    variant, cents = np.empty(size * most, np.int64), np.empty(size * most, np.int64)
    alone, grams = np.empty(size * most, np.int64), np.empty(size * most, np.int64)
    total = 0
    for at in range(size):
        n = _rate_order(orders[at], at + 1, goods, prices, ways, limits, work)
        count = _pick(work, n, most, chosen)
        count_of[at] = count
        for j in chosen[:count]:
            path_of[total], hold_of[total] = work.path[j], work.hold[j]
            variant[total], cents[total] = work.variant[j], work.cents[j]
            alone[total], grams[total] = work.alone[j], work.grams[j]
            total += 1
    return Options(
        count_of,
        path_of[:total].copy(),
        variant[:total].copy(),
        hold_of[:total].copy(),
        cents[:total].copy(),
        alone[:total].copy(),
        grams[:total].copy(),
    )
