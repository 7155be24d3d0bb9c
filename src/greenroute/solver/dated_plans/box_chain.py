"""Chains of boxes: what goods pass from stuffing to stripping, and what a box costs there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.solver.columns.card_table import covered
from greenroute.solver.columns.path_kernels import (
    CUSTOMS,
    LOADS,
    NO_CHAIN,
    PLAIN,
    chains_of_paths,
    pass_times,
    sharers,
    steps_of_chains,
)
from greenroute.solver.columns.path_set import Paths, mixed
from greenroute.solver.columns.rate_orders import MOST_CHAINS
from greenroute.solver.columns.step_table import StepTable
from greenroute.units import CENTS_PER_USD

#: No box of this equipment passes the chain.
NO_BOX = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTimes:
    """When goods pass the steps of paths, in minutes after they are ready.

    Attributes
    ----------
    departs
        For each step, after the wait before a run, (n_path_steps,).
    total
        Of each path, (n_paths,).
    """

    departs: NDArray[np.integer]
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
    departs, total = pass_times(
        paths.first_step, paths.step, steps.minutes, steps.wait_minutes
    )
    return PathTimes(departs=departs, total=total)


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
    kind = _kinds(steps)
    longest = int(np.diff(paths.first_step).max(initial=0))
    odd = mixed(np.arange(longest)) | np.uint64(1)
    first_chain, of_step, digest, begin = chains_of_paths(
        paths.first_step, paths.step, kind, odd
    )
    _, first, same = np.unique(digest, return_index=True, return_inverse=True)
    del digest
    count = np.diff(first_chain)
    path = np.searchsorted(first_chain, first, side="right") - 1
    first_chain_step, chain_step = steps_of_chains(
        begin[first], paths.first_step[path + 1], paths.step, kind
    )
    box_cents = _box_cents(chain_step.astype(np.int64), first_chain_step, steps)
    chain = same.reshape(-1).astype(np.int32)
    orders = sharers(paths.first_path, first_chain, chain, orders_of_key, len(first))
    usable = (orders > 1) & (box_cents >= 0).any(axis=1)
    within = np.arange(len(chain)) - np.repeat(first_chain[:-1], count) < MOST_CHAINS
    return BoxChains(
        first_chain=first_chain,
        chain=np.where(usable[chain] & within, chain, np.int32(NO_CHAIN)),
        of_step=of_step,
        first_chain_step=first_chain_step,
        chain_step=chain_step,
        box_cents=box_cents,
    )


def _kinds(steps: StepTable) -> NDArray[np.int8]:
    """Return what each step is for a chain of boxes."""
    n_steps = len(steps.minutes)
    operation, _, _ = steps.operation_of(np.arange(steps.n_lanes, n_steps))
    kind = np.full(n_steps, PLAIN, np.int8)
    for name, what in (
        (Operation.LOAD, LOADS),
        (Operation.CUSTOMS_EXPORT, CUSTOMS),
        (Operation.CUSTOMS_IMPORT, CUSTOMS),
    ):
        kind[steps.n_lanes :][operation == OPERATIONS.index(name)] = what
    return kind


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
