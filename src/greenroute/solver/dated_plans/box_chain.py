"""Chains of boxes: what goods pass from stuffing to stripping, and what a box costs there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.solver.columns.card_table import covered
from greenroute.solver.columns.path_set import Paths, digests
from greenroute.solver.columns.rate_orders import MOST_CHAINS
from greenroute.solver.columns.step_table import StepTable
from greenroute.units import CENTS_PER_USD

NO_CHAIN = -1
#: No box of this equipment passes the chain.
NO_BOX = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTimes:
    """When goods pass the steps of paths, in minutes after they are ready.

    Attributes
    ----------
    departs, arrives
        Of each step, a wait before a run left out, (n_path_steps,).
    total
        Of each path, (n_paths,).
    """

    departs: NDArray[np.int64]
    arrives: NDArray[np.int64]
    total: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxChains:
    """Chains of boxes on paths: from the loading of a vehicle to its unloading.

    Attributes
    ----------
    first_chain
        Chains of path p are `chain[first_chain[p] : first_chain[p + 1]]`, (n_paths + 1,).
    chain
        `NO_CHAIN` where no two orders could share a box.
    of_step
        Place of each step's chain in its path; `NO_CHAIN` for customs, (n_path_steps,).
    first_chain_step, chain_step
        Steps of each chain.
    box_cents
        Price of a box, (n_chains, n_equipment); `NO_BOX` where none passes.
    """

    first_chain: NDArray[np.int64]
    chain: NDArray[np.int32]
    of_step: NDArray[np.int16]
    first_chain_step: NDArray[np.int64]
    chain_step: NDArray[np.int32]
    box_cents: NDArray[np.int64]


def time_paths(paths: Paths, steps: StepTable) -> PathTimes:
    """Return when goods pass the steps."""
    step = paths.step
    wait = steps.wait_minutes[step]
    taken = steps.minutes[step]
    clock = np.cumsum(taken + wait)
    begin = np.concatenate([[0], clock])[paths.first_step]
    arrives = clock - np.repeat(begin[:-1], np.diff(paths.first_step))
    return PathTimes(departs=arrives - taken, arrives=arrives, total=np.diff(begin))


def find_chains(
    paths: Paths, steps: StepTable, orders_of_key: NDArray[np.int64]
) -> BoxChains:
    """Return the chains of all paths.

    Parameters
    ----------
    orders_of_key
        Number of orders per key: a chain that one order alone can use has no boxes to
        share.
    """
    step = paths.step.astype(np.int64)
    of_path = np.repeat(np.arange(len(paths.first_step) - 1), np.diff(paths.first_step))
    operation, _, _ = steps.operation_of(step)
    is_hub = step >= steps.n_lanes
    loads = is_hub & (operation == OPERATIONS.index(Operation.LOAD))
    customs = is_hub & np.isin(
        operation,
        [
            OPERATIONS.index(name)
            for name in (Operation.CUSTOMS_EXPORT, Operation.CUSTOMS_IMPORT)
        ],
    )
    first_of_chain = np.flatnonzero(loads)
    number = np.cumsum(loads) - 1
    path_of_chain = of_path[first_of_chain]
    first_chain = np.searchsorted(
        path_of_chain, np.arange(len(paths.first_step))
    ).astype(np.int64)
    place = number - first_chain[of_path]
    boxed = np.flatnonzero(~customs)
    begin = np.searchsorted(number[boxed], np.arange(len(first_of_chain)))
    digest = digests(step[boxed], begin)
    _, first, same = np.unique(digest, return_index=True, return_inverse=True)
    count = np.diff(np.append(begin, len(boxed)))[first]
    source = np.repeat(begin[first] - (np.cumsum(count) - count), count)
    chain_step = step[boxed][source + np.arange(len(source))]
    first_chain_step = np.concatenate([[0], np.cumsum(count)])
    box_cents = _box_cents(chain_step, first_chain_step, steps)
    shared = _sharers(paths, path_of_chain, same, orders_of_key) > 1
    usable = shared & (box_cents >= 0).any(axis=1)
    within = np.arange(len(same)) - first_chain[path_of_chain] < MOST_CHAINS
    return BoxChains(
        first_chain=first_chain,
        chain=np.where(usable[same] & within, same, NO_CHAIN).astype(np.int32),
        of_step=np.where(customs, NO_CHAIN, place).astype(np.int16),
        first_chain_step=first_chain_step,
        chain_step=chain_step.astype(np.int32),
        box_cents=box_cents,
    )


def step_box_cents(steps: StepTable, step: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what a box of each equipment pays at steps, (n, n_equipment).

    Without a price by equipment a step charges the order and not the box; `NO_BOX` where
    it takes no such box, or has a least price or weight breaks, which boxes do not share.
    """
    prices, row = steps.prices, steps.price_row[step]
    unit = prices.unit[row]
    offered = ~np.isnan(unit)
    usd = unit + steps.km[step][:, None] * prices.unit_km[row]
    plain = prices.least[row] <= usd + prices.shipment[row]
    cents = np.rint(np.where(offered, usd, 0.0) * CENTS_PER_USD).astype(np.int64)
    by_order = offered[:, -1:]
    fits = np.where(offered, plain, by_order)[:, :-1] & steps.whole
    return _with_cards(np.where(fits, cents[:, :-1], NO_BOX), steps, step)


def _with_cards(
    cents: NDArray[np.int64], steps: StepTable, step: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return prices of boxes with those of rate cards in their place.

    A lane with a price by card for some cargo has no other box for it.
    """
    cards = steps.card_prices
    on_lane = step < steps.n_lanes
    lane = np.where(on_lane, step, 0)
    count = np.where(on_lane, np.diff(cards.start)[lane], 0)
    rows = np.flatnonzero(count)
    if not len(rows):
        return cents
    count = count[rows]
    at = np.repeat(rows, count)
    nth = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    entry = cards.start[lane[at]] + nth
    kind = cards.equipment[entry]
    taken = covered(cards)[lane[rows]].astype(np.int64)
    cents = cents.copy()
    others = taken @ steps.takes[:, :-1].astype(np.int64)
    cents[rows] = np.where(others > 0, NO_BOX, cents[rows])
    by_order = at[kind < 0]
    cents[by_order] = np.where(steps.whole, 0, NO_BOX)
    named = (kind >= 0) & (kind < len(steps.payload_kg))
    boxes = np.rint(cards.box_usd[entry[named]] * CENTS_PER_USD).astype(np.int64)
    cents[at[named], kind[named]] = np.where(cards.shared[entry[named]], boxes, NO_BOX)
    return cents


def _box_cents(
    chain_step: NDArray[np.int64], first: NDArray[np.int64], steps: StepTable
) -> NDArray[np.int64]:
    n_equipment = len(steps.payload_kg)
    if not len(chain_step):
        return np.empty((0, n_equipment), np.int64)
    cents = step_box_cents(steps, chain_step)
    total = np.add.reduceat(np.maximum(cents, 0), first[:-1], axis=0)
    fits = np.logical_and.reduceat(cents >= 0, first[:-1], axis=0)
    return np.where(fits & (total > 0), total, NO_BOX)


def _sharers(
    paths: Paths,
    path_of_chain: NDArray[np.int64],
    chain: NDArray[np.int64],
    orders_of_key: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return how many orders may use each chain."""
    key_of_path = np.repeat(np.arange(len(orders_of_key)), np.diff(paths.first_path))
    n_chains = int(chain.max(initial=-1)) + 1
    pairs = np.unique(key_of_path[path_of_chain] * max(n_chains, 1) + chain)
    key, distinct = np.divmod(pairs, max(n_chains, 1))
    count = np.bincount(distinct, weights=orders_of_key[key], minlength=n_chains)
    return count.astype(np.int64)
