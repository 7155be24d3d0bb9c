"""Lines on the map: the way that each leg of an itinerary takes."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from greenroute.network.door import DOOR
from greenroute.network.geometry import great_circle_line
from greenroute.network.lane import Mode
from greenroute.network.network import Network
from greenroute.network.sea_path import sea_paths
from greenroute.plan.leg import Leg, LegKind

#: Ends of a line: ids of two gateways and the mode between them.
Ends = tuple[str, str, str]


def lines_of(legs: Iterable[Leg], network: Network) -> dict[Ends, NDArray[np.float64]]:
    """Return the line of each run, by its ends.

    Ships follow the shipping routes of the network, if it has them. Everything else is
    drawn as the great circle: lanes by land have a length, and no shape.

    Parameters
    ----------
    network
        Network with the passages closed that were avoided.

    Returns
    -------
    dict
        Points as (lon, lat) [degree], (n, 2) each.
    """
    wanted = sorted({ends_of(leg) for leg in legs if leg.kind is LegKind.TRANSPORT})
    point = {key: point_of(key, network) for a, b, _ in wanted for key in (a, b)}
    lines = {
        (a, b, mode): great_circle_line(point[a], point[b]) for a, b, mode in wanted
    }
    by_sea = [ends for ends in wanted if ends[2] == Mode.SEA]
    if network.seaway is None or not by_sea:
        return lines
    start = np.array([point[a][::-1] for a, _, _ in by_sea])
    end = np.array([point[b][::-1] for _, b, _ in by_sea])
    ways = sea_paths(network.seaway, start, end)
    for ends, way in zip(by_sea, ways, strict=True):
        if way is not None:
            lines[ends] = way.line
    return lines


def ends_of(leg: Leg) -> Ends:
    """Return what names the line of a leg."""
    return leg.origin, leg.destination, leg.mode


def point_of(key: str, network: Network) -> tuple[float, float]:
    """Return (lon, lat) of a gateway, or of the door of a place [degree]."""
    place = network.find_place(key.removeprefix(DOOR))
    return place.lon, place.lat
