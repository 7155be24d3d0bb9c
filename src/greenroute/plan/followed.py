"""Legs of a plan beside the tables that they name, so that they can be checked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.plan.leg import LegKind
from greenroute.plan.plan import Plan
from greenroute.tables import positions
from greenroute.units import MINUTES_PER_HOUR

#: Complaints of one kind that are told; the rest is counted.
_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Legs of a plan beside the tables that they name, (n_legs,) each.

    Attributes
    ----------
    of
        Assignment of each leg.
    first, last
        Whether it is the first or the last one of its assignment.
    order
        Row of the order book of each assignment, (n_assigned,).
    lane
        Row of the lanes; -1 at a hub or for a lane that there is not.
    departs, arrives
        Minutes since 1970.
    zones
        Time zone of each place that the orders name.
    """

    plan: Plan
    table: pa.Table
    of: NDArray[np.int64]
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]
    order: NDArray[np.int64]
    lane: NDArray[np.int64]
    departs: NDArray[np.int64]
    arrives: NDArray[np.int64]
    zones: Mapping[str, str]

    def column(self, name: str) -> NDArray[np.object_]:
        """Return a column of the legs."""
        return np.asarray(self.table[name].to_numpy(zero_copy_only=False))

    @property
    def is_run(self) -> NDArray[np.bool_]:
        """Which legs are runs."""
        return np.equal(self.column("kind"), str(LegKind.TRANSPORT)).astype(np.bool_)


def follow(
    plan: Plan, network: Network, order: NDArray[np.int64], zones: Mapping[str, str]
) -> Followed:
    """Return the legs of a plan; `order` is the row of each assignment in the book."""
    table = plan.legs.table()
    count = np.diff(plan.legs.first)
    of = np.repeat(np.arange(len(count)), count)
    first = np.ones(len(of), dtype=np.bool_)
    first[1:] = of[1:] != of[:-1]
    taken = np.rint(np.asarray(table["duration_h"]) * MINUTES_PER_HOUR).astype(np.int64)
    clock = np.cumsum(taken)
    begins = clock - taken
    arrives = plan.legs.starts[of] + clock - begins[plan.legs.first[:-1]][of]
    run = positions(table["lane"].combine_chunks(), network.lanes.id)
    return Followed(
        plan=plan,
        table=table,
        of=of,
        first=first,
        last=np.append(first[1:], np.ones(1, dtype=np.bool_))[: len(of)],
        order=order,
        lane=run,
        departs=arrives - taken,
        arrives=arrives,
        zones=zones,
    )


def objects(column: pa.Array) -> NDArray[np.object_]:
    """Return a column as Python objects."""
    return np.asarray(column.to_numpy(zero_copy_only=False))


def told(
    text: str, hit: NDArray[np.bool_], names: NDArray[np.object_]
) -> Iterator[str]:
    """Return a complaint about each of the first hits, and how many more there are."""
    rows = np.flatnonzero(hit)
    for row in rows[:_TOLD].tolist():
        yield f"{names[row]}: {text}"
    if len(rows) > _TOLD:
        yield f"… and {len(rows) - _TOLD} more: {text}"
