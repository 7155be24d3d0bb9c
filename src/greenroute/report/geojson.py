"""Itineraries as GeoJSON (RFC 7946): one line per run on a lane."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greenroute.network.geometry import cut_at_antimeridian
from greenroute.plan.frontier import Frontier
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.report.basis import Basis
from greenroute.report.paths import ends_of, lines_of

#: Decimals of a coordinate: 10 m.
_DECIMALS = 4


def route_geojson(frontier: Frontier, shown: Sequence[Itinerary], basis: Basis) -> str:
    """Return itineraries as a FeatureCollection with one feature per run.

    Parameters
    ----------
    shown
        Itineraries to draw.
    """
    network = basis.closed_network()
    lines = lines_of((leg for itinerary in shown for leg in itinerary.legs), network)
    shapes = {ends: _geometry(line) for ends, line in lines.items()}
    picks = frontier.pick_names()
    features = [
        _feature(itinerary, number, leg, shapes[ends_of(leg)], picks)
        for itinerary in shown
        for number, leg in _runs(itinerary)
    ]
    document = {"type": "FeatureCollection", "features": features}
    return f"{json.dumps(document, ensure_ascii=False)}\n"


def _runs(itinerary: Itinerary) -> Iterator[tuple[int, Leg]]:
    for number, leg in enumerate(itinerary.legs, start=1):
        if leg.kind is LegKind.TRANSPORT:
            yield number, leg


def _feature(
    itinerary: Itinerary,
    number: int,
    leg: Leg,
    shape: dict[str, Any],
    picks: dict[str, tuple[str, ...]],
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": shape,
        "properties": {
            "itinerary": itinerary.id,
            "picks": picks.get(itinerary.id, ()),
            "leg": number,
            "mode": leg.mode,
            "toc": leg.category,
            "service": leg.service or None,
            "origin": leg.origin,
            "destination": leg.destination,
            "origin_name": leg.origin_name,
            "destination_name": leg.destination_name,
            "distance_km": leg.distance_km,
            "duration_h": leg.duration_h,
            "cost_usd": leg.cost_usd,
            "wtw_kg_co2e": leg.wtw_kg_co2e,
        },
    }


def _geometry(line: NDArray[np.float64]) -> dict[str, Any]:
    parts = [np.round(part, _DECIMALS).tolist() for part in cut_at_antimeridian(line)]
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}
