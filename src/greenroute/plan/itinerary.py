"""One way from door to door, and its totals."""

import math
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from greenroute.plan.leg import Leg, LegKind

#: Road is drayage, and no main mode, below this share of the distance.
MAIN_ROAD_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """Legs from door to door; totals are the sums of the legs.

    Attributes
    ----------
    id
        Name that depends only on the lanes taken, the same in every run.
    legs
        Transport and hub legs in the order of travel.
    transit_p50_h, transit_p95_h
        Time that 50 and 95 of 100 shipments keep, missed connections included [h];
        infinite where more than the rest find no departure. Without `ready_at`, goods
        wait for departures by their frequency, and miss none.
    wtw_low_kg_co2e, wtw_high_kg_co2e
        Interval that holds the emissions with 90 % [kg CO2e].
    on_time_probability
        Probability of arriving by `due_at` [1]; None without a due date.
    """

    id: str
    legs: tuple[Leg, ...]
    transit_p95_h: float
    wtw_low_kg_co2e: float
    wtw_high_kg_co2e: float
    transit_p50_h: float | None = None
    on_time_probability: float | None = None

    @property
    def cost_usd(self) -> float:
        """Price from door to door [USD]."""
        return round(math.fsum(leg.cost_usd for leg in self.legs), 2)

    @property
    def transit_h(self) -> float:
        """Time from ready to delivered, waiting included [h]."""
        return math.fsum(leg.duration_h for leg in self.legs)

    @property
    def wtw_kg_co2e(self) -> float:
        """Emissions well to wheel [kg CO2e]."""
        return round(math.fsum(leg.wtw_kg_co2e for leg in self.legs), 3)

    @property
    def ttw_kg_co2e(self) -> float:
        """Emissions of operation [kg CO2e]."""
        return round(math.fsum(leg.ttw_kg_co2e for leg in self.legs), 3)

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes in the order of travel, repetitions left out."""
        runs = [leg.mode for leg in self.legs if leg.kind is LegKind.TRANSPORT]
        return tuple(
            mode for i, mode in enumerate(runs) if i == 0 or mode != runs[i - 1]
        )

    @property
    def main_modes(self) -> str:
        """Modes like "sea" or "sea-air"; road counts from a tenth of the distance on."""
        runs = [leg for leg in self.legs if leg.kind is LegKind.TRANSPORT]
        least_km = MAIN_ROAD_SHARE * math.fsum(leg.distance_km for leg in runs)
        stages = [
            (mode, math.fsum(leg.distance_km for leg in stage))
            for mode, stage in groupby(runs, key=lambda leg: leg.mode)
        ]
        main = [mode for mode, km in stages if mode != "road" or km >= least_km]
        return "-".join(mode for mode, _ in groupby(main))

    @property
    def options(self) -> tuple[str, ...]:
        """Fuels, vehicles and speeds besides the usual ones, each once, in order."""
        return tuple(dict.fromkeys(leg.option for leg in self.legs if leg.option))

    @property
    def departs_at(self) -> datetime | None:
        """When the goods are ready, UTC."""
        return self.legs[0].departs_at if self.legs else None

    @property
    def arrives_at(self) -> datetime | None:
        """When they are delivered, UTC."""
        return self.legs[-1].arrives_at if self.legs else None

    @property
    def hubs_not_included(self) -> int:
        """Hub operations whose emissions are not known and not in the total."""
        return sum(not leg.emissions_included for leg in self.legs)
