"""Orders under way, when a plan by dates is made again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.columns.column import FREE
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.dated_lanes import DatedLanes
from greenroute.solver.dated_plans.dated_paths import NO_DEPARTURE, Itineraries


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """How the orders of a book stand, (n_orders,) each unless said otherwise.

    Attributes
    ----------
    now
        Nothing else departs before it, minutes since 1970.
    gone
        Who has departed.
    since
        When their goods were there, as the plan before has it; 0 where it has not.
    arrives
        When those that have departed arrive, minutes since 1970.
    lanes
        Lanes of each order that has departed, by its row, bool (n_lanes,).
    open_lanes
        Lanes that all others may use, bool (n_lanes,).
    """

    now: int
    gone: NDArray[np.bool_]
    since: NDArray[np.int64]
    arrives: NDArray[np.int64]
    lanes: Mapping[int, NDArray[np.bool_]]
    open_lanes: NDArray[np.bool_]

    def ready(self, said: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return since when goods wait: as in the plan before, else no earlier than now."""
        return np.where(self.since != 0, self.since, np.maximum(said, self.now))

    def leaves(self, row: int) -> int:
        """Return the minute before which an order does not leave."""
        return 0 if self.gone[row] else self.now

    def usable(self, row: int) -> NDArray[np.bool_]:
        """Return the lanes that an order may use."""
        return self.lanes.get(row, self.open_lanes)

    def alike(self, row: int) -> int:
        """Return a number that orders share of which the same itineraries are listed."""
        return row if self.gone[row] else -1

    def freed(self, goods: Goods) -> Goods:
        """Return the goods where those that have departed have no limits."""
        cents, grams = goods.most_cents.copy(), goods.most_grams.copy()
        cents[self.gone] = grams[self.gone] = FREE
        return goods._replace(most_cents=cents, most_grams=grams)


def wait_since(
    found: Itineraries, ready: int, steps: StepTable, dated: DatedLanes
) -> Itineraries:
    """Return itineraries listed from later on, of goods that wait since they were ready.

    They have waited for the departure of their first run. A lane that goes at any time
    takes goods at once: there, and where goods may not wait, they are ready only now.
    """
    of = found.of_step
    runs = np.flatnonzero(found.step < steps.n_lanes)
    first = np.full(len(found), len(found.step))
    np.minimum.at(first, of[runs], runs)
    lane = found.step[first]
    shifted = found.departure[first] != NO_DEPARTURE
    shifted &= dated.waiting[steps.network.lanes.origin[lane]]
    delay = np.where(shifted, found.begins[found.first[:-1]] - ready, 0)
    before = np.where(np.arange(len(of)) < first[of], delay[of], 0)
    waits = found.waits.copy()
    waits[first] += delay
    return replace(
        found, begins=found.begins - before, ends=found.ends - before, waits=waits
    )
