"""One way from door to door, and its totals."""

import math
from dataclasses import dataclass
from datetime import datetime

from greenroute.plan.leg import Leg, LegKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """Legs from door to door; totals are the sums of the legs.

    Attributes
    ----------
    id
        Name that depends only on the lanes taken, the same in every run.
    legs
        Transport and hub legs in the order of travel.
    transit_p95_h
        Time that 95 of 100 shipments keep [h].
    wtw_low_kg_co2e, wtw_high_kg_co2e
        Interval that holds the emissions with 90 % [kg CO2e].
    """

    id: str
    legs: tuple[Leg, ...]
    transit_p95_h: float
    wtw_low_kg_co2e: float
    wtw_high_kg_co2e: float

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
        """Modes without the drayage at the ends, like "sea" or "sea-air"."""
        main = [mode for mode in self.modes if mode != "road"]
        unique = [m for i, m in enumerate(main) if i == 0 or m != main[i - 1]]
        return "-".join(unique) or "road"

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
