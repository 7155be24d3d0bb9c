"""A few itineraries that stand for a whole frontier.

References
----------
.. [1] T. F. Gonzalez, "Clustering to minimize the maximum intercluster distance",
   Theoretical Computer Science 38 (1985) 293-306: farthest-point selection.
"""

import numpy as np

from greenroute.plan.frontier import Frontier
from greenroute.plan.itinerary import Itinerary


def well_spread(frontier: Frontier, count: int | None) -> tuple[Itinerary, ...]:
    """Return the picks and those that differ most from them, in the frontier's order.

    Each next one is the farthest from all taken before, in cost, time and CO2e on
    logarithmic scales, each scaled to its range on the frontier: from 1,000 to 2,000 USD
    is as far as from 10,000 to 20,000.

    Parameters
    ----------
    count
        How many at most; None for all.
    """
    itineraries = frontier.itineraries
    if frontier.picks is None or count is None or count >= len(itineraries):
        return itineraries
    row_of = {itinerary.id: row for row, itinerary in enumerate(itineraries)}
    picks = frontier.picks
    wanted = (picks.balanced, picks.cheapest, picks.fastest, picks.greenest)
    taken = [row_of[key] for key in dict.fromkeys(wanted)][:count]
    goals = np.array([(i.cost_usd, i.transit_h, i.wtw_kg_co2e) for i in itineraries])
    scaled = np.log1p(goals)
    scaled -= scaled.min(axis=0)
    scaled /= np.maximum(scaled.max(axis=0), np.finfo(np.float64).tiny)
    gap = np.full(len(itineraries), np.inf)
    for row in taken:
        gap = np.minimum(gap, ((scaled - scaled[row]) ** 2).sum(axis=1))
    while len(taken) < count:
        row = int(np.argmax(gap))
        taken.append(row)
        gap = np.minimum(gap, ((scaled - scaled[row]) ** 2).sum(axis=1))
    return tuple(itineraries[row] for row in sorted(taken))
