"""Proves what a plan says of due dates and of commitments."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.order_book import NO_TIME, OrderBook
from greenroute.plan.commitment import Commitments, committed_lanes
from greenroute.plan.followed import Followed, objects, told
from greenroute.units import (
    CENTS_PER_USD,
    HOURS_PER_DAY,
    KG_PER_TONNE,
    MINUTES_PER_HOUR,
)

_HALF = 0.5
_ROUNDING = 1e-6


def check_lateness(
    legs: Followed, due: NDArray[np.int64], late_usd_per_day: float | None
) -> Iterator[str]:
    """Return what is wrong with how late orders are, and with its price.

    Parameters
    ----------
    due
        When orders must be there, minutes since 1970, or `NO_TIME`, (n_assigned,).
    late_usd_per_day
        What a day of it costs; None where no order may be late.
    """
    ids, plan = objects(legs.plan.legs.order_id), legs.plan.assignments
    arrives = legs.arrives[legs.last]
    late = np.where(due == NO_TIME, 0, np.maximum(arrives - due, 0))
    said = np.asarray(plan["late_h"], np.float64) * MINUTES_PER_HOUR
    yield from told(
        "late_h is not what its legs say", np.abs(said - late) > _ROUNDING, ids
    )
    usd = late_usd_per_day or 0.0
    cents = late * usd * CENTS_PER_USD / (HOURS_PER_DAY * MINUTES_PER_HOUR)
    paid = np.asarray(plan["late_usd"], np.float64) * CENTS_PER_USD
    off = np.abs(paid - cents) > _HALF + _ROUNDING
    yield from told("late_usd is not the price of its lateness", off, ids)
    if late_usd_per_day is None:
        yield from told("arrives after it is due", late > 0, ids)


def check_commitments(
    legs: Followed, orders: OrderBook, network: Network, agreed: Commitments | None
) -> Iterator[str]:
    """Return what is wrong with the use of commitments, and what falls short unpaid."""
    table = legs.plan.commitments
    names = table["commitment_id"].to_pylist()
    if names != list(agreed.ids if agreed is not None else ()):
        yield "the plan tells of other commitments than those agreed"
        return
    if agreed is None:
        return
    counts = committed_lanes(agreed, network)
    whole_kg = np.ceil(orders.mass_kg[legs.order])
    for row, name in enumerate(names):
        hit = legs.is_run & (legs.lane >= 0) & counts[row][legs.lane]
        hit &= (legs.departs >= agreed.begins[row]) & (legs.departs < agreed.ends[row])
        used = int(whole_kg[np.unique(legs.of[hit])].sum())
        short = max(int(agreed.least_kg[row]) - used, 0)
        told_t = (table["used_t"][row].as_py(), table["short_t"][row].as_py())
        if [round(tonnes * KG_PER_TONNE) for tonnes in told_t] != [used, short]:
            yield (
                f"commitment {name}: used and short are {told_t[0]:g} t and "
                f"{told_t[1]:g} t, expected {used / KG_PER_TONNE:g} t and "
                f"{short / KG_PER_TONNE:g} t"
            )
        if np.isnan(agreed.short_usd_per_t[row]):
            if short:
                yield f"commitment {name} must be kept, {short / KG_PER_TONNE:g} t are missing"
            continue
        usd = short / KG_PER_TONNE * float(agreed.short_usd_per_t[row])
        paid = table["short_usd"][row].as_py()
        if abs(paid - usd) * CENTS_PER_USD > _HALF + _ROUNDING:
            yield f"commitment {name}: short_usd is {paid:g}, expected {usd:.2f}"
