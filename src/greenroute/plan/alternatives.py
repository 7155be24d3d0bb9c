"""What would have to change for another itinerary to win."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.plan.frontier import Frontier
from greenroute.plan.itinerary import Itinerary
from greenroute.units import HOURS_PER_DAY, KG_PER_TONNE


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRange:
    """Carbon prices at which an itinerary costs least of all, its carbon included.

    Attributes
    ----------
    low_usd_per_t, high_usd_per_t
        From and to [USD/t CO2e]; the upper one may be infinite.
    """

    low_usd_per_t: float
    high_usd_per_t: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Another itinerary of the same frontier, and what would make it win.

    Attributes
    ----------
    itinerary
        The other one.
    cost_usd, transit_h, wtw_kg_co2e
        What it has more than the one in question; negative where it is better.
    break_even_usd_per_t
        Carbon price at which both cost the same [USD/t CO2e]; None where no price >= 0
        does that.
    break_even_usd_per_day
        Likewise the value of a day.
    """

    itinerary: Itinerary
    cost_usd: float
    transit_h: float
    wtw_kg_co2e: float
    break_even_usd_per_t: float | None
    break_even_usd_per_day: float | None


def rival(one: Itinerary, other: Itinerary) -> Rival:
    """Return what the other itinerary has more or less, and where both break even."""
    cost_usd = other.cost_usd - one.cost_usd
    transit_h = other.transit_h - one.transit_h
    wtw_kg = other.wtw_kg_co2e - one.wtw_kg_co2e
    return Rival(
        itinerary=other,
        cost_usd=cost_usd,
        transit_h=transit_h,
        wtw_kg_co2e=wtw_kg,
        break_even_usd_per_t=_break_even(cost_usd, wtw_kg / KG_PER_TONNE),
        break_even_usd_per_day=_break_even(cost_usd, transit_h / HOURS_PER_DAY),
    )


def _break_even(cost_usd: float, amount: float) -> float | None:
    """Return the price of a unit that makes up for a cost; None if no price >= 0 does."""
    if amount == 0 or cost_usd * amount > 0:
        return None
    return abs(cost_usd / amount)


def winning_prices(frontier: Frontier, key: str) -> PriceRange | None:
    """Return the carbon prices at which an itinerary costs least of its frontier.

    None where it never does: cheaper and greener ones take its place at every price.

    Raises
    ------
    KeyError
        If the frontier has no such itinerary.
    """
    one = frontier[key]
    cost = np.array([i.cost_usd for i in frontier.itineraries]) - one.cost_usd
    tonnes = np.array([i.wtw_kg_co2e for i in frontier.itineraries])
    tonnes = (tonnes - one.wtw_kg_co2e) / KG_PER_TONNE
    # one wins at price p where cost + p · tonnes >= 0 for all.
    if (cost[tonnes == 0] < 0).any():
        return None
    low = _most(-cost[tonnes > 0] / tonnes[tonnes > 0], 0.0)
    high = -_most(-(cost[tonnes < 0] / -tonnes[tonnes < 0]), -np.inf)
    if high < max(low, 0.0):
        return None
    return PriceRange(low_usd_per_t=max(low, 0.0), high_usd_per_t=high)


def _most(values: NDArray[np.float64], least: float) -> float:
    return float(max(values.max(initial=least), least))
