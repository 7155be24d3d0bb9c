"""The complete set of itineraries that no other beats in cost, time and CO2e."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pyarrow as pa

from greenroute.orders.shipment import Shipment
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.termination import Termination
from greenroute.rating.money import ExchangeRate
from greenroute.units import CENTS_PER_USD, G_PER_KG, HOURS_PER_DAY, MINUTES_PER_HOUR

#: Smallest step that the search tells apart.
RESOLUTION: Mapping[str, float] = {
    "cost_usd": 1 / CENTS_PER_USD,
    "transit_h": 1 / MINUTES_PER_HOUR,
    "wtw_kg_co2e": 1 / G_PER_KG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picks:
    """Four itineraries by id.

    Attributes
    ----------
    cheapest, fastest, greenest
        Best in one goal; among equals the better in the others.
    balanced
        Nearest to the best of all three, each scaled to its range on the frontier.
    """

    cheapest: str
    fastest: str
    greenest: str
    balanced: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """All sensible choices for one shipment.

    Attributes
    ----------
    shipment
        What was asked, with assumed values filled in.
    assumed
        Fields of the shipment that were assumed.
    itineraries
        Sorted by cost, then time, then emissions; no two are equal in all three.
    picks
        The four picks; None when there is no itinerary.
    exact
        The set is complete at the stated resolution.
    termination
        OPTIMAL, or INFEASIBLE when no itinerary keeps the limits; NO_PLAN_FOUND when none
        was found that is as reliable as asked, which proves not that there is none.
    reason
        Why there is none and what would help; "" otherwise.
    stats
        Size of the graph, pops, expansions, seconds of the search.
    exchange
        Exchange rates into USD that were used.
    cards_used
        In words, how many rows of the rate cards count; "" without rate cards.
    """

    shipment: Shipment
    assumed: tuple[str, ...]
    itineraries: tuple[Itinerary, ...]
    picks: Picks | None
    exact: bool
    termination: Termination
    reason: str
    stats: Mapping[str, float]
    exchange: tuple[ExchangeRate, ...] = ()
    cards_used: str = ""

    def __getitem__(self, key: str) -> Itinerary:
        """Return the itinerary of this id."""
        for itinerary in self.itineraries:
            if itinerary.id == key:
                return itinerary
        raise KeyError(key)

    def pick_names(self) -> dict[str, tuple[str, ...]]:
        """Return what each picked itinerary is picked for: id → names."""
        names: dict[str, tuple[str, ...]] = {}
        if self.picks is not None:
            for name in ("cheapest", "fastest", "greenest", "balanced"):
                key = getattr(self.picks, name)
                names[key] = (*names.get(key, ()), name)
        return names

    def to_frame(self) -> Any:  # noqa: ANN401 - naming pandas would cost 0.4 s of start-up
        """Return a pandas DataFrame with one row per itinerary."""
        return self.to_table().to_pandas()

    def to_table(self) -> pa.Table:
        """Return an Arrow table with one row per itinerary."""
        names = self.pick_names()
        return pa.table(
            {
                "id": [i.id for i in self.itineraries],
                "picks": [" ".join(names.get(i.id, ())) for i in self.itineraries],
                "main_modes": [i.main_modes for i in self.itineraries],
                "options": [" ".join(i.options) for i in self.itineraries],
                "cost_usd": [i.cost_usd for i in self.itineraries],
                "transit_h": [i.transit_h for i in self.itineraries],
                "transit_p50_h": pa.array(
                    [i.transit_p50_h for i in self.itineraries], pa.float64()
                ),
                "transit_p95_h": [i.transit_p95_h for i in self.itineraries],
                "on_time_probability": pa.array(
                    [i.on_time_probability for i in self.itineraries], pa.float64()
                ),
                "wtw_kg_co2e": [i.wtw_kg_co2e for i in self.itineraries],
                "wtw_low_kg_co2e": [i.wtw_low_kg_co2e for i in self.itineraries],
                "wtw_high_kg_co2e": [i.wtw_high_kg_co2e for i in self.itineraries],
                "ttw_kg_co2e": [i.ttw_kg_co2e for i in self.itineraries],
                "legs": [len(i.legs) for i in self.itineraries],
            }
        )

    def _repr_html_(self) -> str:
        if self.picks is None:
            return f"<p>No itinerary: {escape(self.reason)}</p>"
        rows = "".join(
            f"<tr><td>{name}</td><td>{escape(i.main_modes)}</td>"
            f"<td style='text-align:right'>{i.cost_usd:,.0f}</td>"
            f"<td style='text-align:right'>{i.transit_h / HOURS_PER_DAY:.1f}</td>"
            f"<td style='text-align:right'>{i.wtw_kg_co2e:,.0f}</td></tr>"
            for name in ("cheapest", "fastest", "greenest", "balanced")
            for i in [self[getattr(self.picks, name)]]
        )
        return (
            f"<table><caption>{escape(self.shipment.origin)} → "
            f"{escape(self.shipment.destination)}: {len(self.itineraries)} itineraries, "
            "none beaten by another</caption><tr><th>pick</th><th>by</th><th>USD</th>"
            f"<th>days</th><th>kg CO2e</th></tr>{rows}</table>"
        )
