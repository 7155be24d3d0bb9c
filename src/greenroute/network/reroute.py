"""Sea lanes when a passage closes: they sail the shortest way that is left, or are gone."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from greenroute.network.distance import Seaway, sea_distance_km
from greenroute.network.gateway import Gateways
from greenroute.network.lane import Lanes
from greenroute.network.passage import SEPARATOR
from greenroute.network.sea_path import sea_paths
from greenroute.tables import Coded


def reroute(
    lanes: Lanes,
    gateways: Gateways,
    closed: frozenset[str],
    *,
    before: Seaway | None,
    after: Seaway | None,
) -> Lanes:
    """Return the lanes after passages have closed.

    A lane through one of them becomes longer by as much as the shortest way at sea does,
    and takes longer accordingly. Where no way is left, or no seaway is known to find one,
    the lane is gone.

    Parameters
    ----------
    closed
        Passages that have closed.
    before, after
        Seaway with them open and closed.
    """
    hit = [bool(closed.intersection(p.split(SEPARATOR))) for p in lanes.passages.names]
    through = np.array(hit, dtype=np.bool_)[lanes.passages.codes]
    if not through.any():
        return lanes
    if before is None or after is None:
        return lanes.take(np.flatnonzero(~through))
    rows = np.flatnonzero(through)
    place = np.column_stack([gateways.lat, gateways.lon])
    a, b = place[lanes.origin[rows]], place[lanes.destination[rows]]
    ways = sea_paths(after, a, b)
    around = np.array([np.nan if way is None else way.km for way in ways])
    detour = around - sea_distance_km(before, a, b)
    distance, transit = lanes.distance_km.copy(), lanes.transit_h.copy()
    distance[rows] += detour
    transit[rows] += detour / lanes.speed_kmh[rows]
    longer_h = transit - lanes.transit_h
    names = ["" if way is None else SEPARATOR.join(way.passages) for way in ways]
    longer = replace(
        lanes,
        distance_km=distance,
        transit_h=transit,
        departures=lanes.departures.delay(longer_h),
        passages=_renamed(lanes.passages, rows, names),
    )
    return longer.take(np.flatnonzero(np.isfinite(distance) & np.isfinite(transit)))


def _renamed(column: Coded, rows: NDArray[np.int64], texts: list[str]) -> Coded:
    """Return a column with other texts at these rows."""
    names = [*column.names, *sorted(set(texts) - set(column.names))]
    place = {name: position for position, name in enumerate(names)}
    codes = column.codes.copy()
    codes[rows] = [place[text] for text in texts]
    return Coded(codes=codes, names=tuple(names))
