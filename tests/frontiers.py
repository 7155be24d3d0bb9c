"""Frontiers written as numbers: cost [USD], time [h] and CO2e [kg] per itinerary."""

from collections.abc import Sequence

import greenroute as gr
from greenroute.plan.frontier import Picks
from greenroute.plan.leg import LegKind
from greenroute.rating.factors import DataType

Goals = tuple[float, float, float]


def leg_of(
    cost_usd: float, duration_h: float, wtw_kg_co2e: float, *, name: str = "Aton"
) -> gr.Leg:
    """Return a run by road from AAAAA to BBBBB."""
    return gr.Leg(
        kind=LegKind.TRANSPORT,
        operation="carry",
        origin="AAAAA",
        destination="BBBBB",
        origin_name=name,
        destination_name="Bton",
        mode="road",
        category="road-artic",
        service="truck",
        lane="road-A-B",
        equipment="FTL",
        distance_km=300.0,
        distance_basis="sfd",
        departs_at=None,
        arrives_at=None,
        duration_h=duration_h,
        wait_h=0.0,
        cost_usd=cost_usd,
        wtw_kg_co2e=wtw_kg_co2e,
        ttw_kg_co2e=wtw_kg_co2e,
        emissions_included=True,
        factor_id="factor",
        data_type=DataType.DEFAULT,
    )


def frontier_of(goals: Sequence[Goals], *, name: str = "Aton") -> gr.Frontier:
    """Return a frontier with an itinerary of one leg per triple, named i0, i1, ..."""
    itineraries = tuple(
        gr.Itinerary(
            id=f"i{number}",
            legs=(leg_of(*triple, name=name),),
            transit_p95_h=2 * triple[1],
            wtw_low_kg_co2e=0.5 * triple[2],
            wtw_high_kg_co2e=2 * triple[2],
        )
        for number, triple in enumerate(goals)
    )
    rows = range(len(goals))
    best = [min(rows, key=lambda row: goals[row][goal]) for goal in range(3)]
    return gr.Frontier(
        shipment=gr.Shipment(origin=name, destination="Bton", mass_kg=1000),
        assumed=(),
        itineraries=itineraries,
        picks=Picks(
            cheapest=f"i{best[0]}",
            fastest=f"i{best[1]}",
            greenest=f"i{best[2]}",
            balanced=f"i{len(goals) // 2}",
        ),
        exact=True,
        termination=gr.Termination.OPTIMAL,
        reason="",
        stats={},
    )
