"""Lanes by inland waterway: barges between the ports of one river system.

A barge that runs past several ports gives a lane for every ordered pair of them, so that
cargo rides from port to port without a chain of calls.
"""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from tools.world.land import Floats
from tools.world.landlanes import Lane
from tools.world.tables import lanes_of, read_input

#: Over ground, loaded [km/h]: motor barges make about 13 km/h through the water, and
#: rivers run at about 3 km/h; canals are slow. Waits at locks are in the figures.
DOWN_KMH, UP_KMH, LEVEL_KMH = 16.0, 10.0, 8.0
#: Farther than this a river journey of a container is not offered [km].
LONGEST_KM = 1_700.0
#: A class Va motor barge carries about 200 TEU or 2,500 t.
BARGE_T = 2_500.0


def waterway_lanes(nodes: pa.Table) -> pa.Table:
    """Return the lanes by inland waterway, both directions, sorted by id.

    Parameters
    ----------
    nodes
        Nodes of the network, columns of `NODE_SCHEMA`.

    Raises
    ------
    ValueError
        If a river port stands for a node that is not there.
    """
    known = set(nodes.column("id").to_pylist())
    node_of = {
        (row["name"], row["iso2"]): row["node"] for row in read_input("river_ports.csv")
    }
    for node in sorted(filter(None, node_of.values())):
        if node not in known:
            msg = f"river_ports.csv: node {node!r} is not in the network"
            raise ValueError(msg)
    rows = read_input("inland_waterways.csv")
    services = {row["waterway"]: row for row in read_input("waterway_services.csv")}
    inland = [row for row in rows if row["waterway"] in services]
    ends = sorted({end for row in inland for end in _ends(row)})
    place = {end: number for number, end in enumerate(ends)}
    size = len(ends)
    km = np.zeros((size, size))
    hours = np.zeros((size, size))
    for row in inland:
        a, b = (place[end] for end in _ends(row))
        there, back = _speeds(services[row["waterway"]]["rows_run"])
        km[a, b] = km[b, a] = float(row["km"])
        hours[a, b], hours[b, a] = float(row["km"]) / there, float(row["km"]) / back
    reach = dijkstra(csr_array(km))
    time = dijkstra(csr_array(hours))
    weekly = _departures(inland, place, services)
    ports = [(number, node_of[end]) for end, number in place.items() if node_of[end]]
    return lanes_of(_lanes(ports, reach, time, weekly))


def _ends(row: dict[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    return (
        (row["from_port"], row["from_iso2"]),
        (row["to_port"], row["to_iso2"]),
    )


def _speeds(rows_run: str) -> tuple[float, float]:
    """Return the speed along the row and against it [km/h]."""
    if rows_run == "down":
        return DOWN_KMH, UP_KMH
    if rows_run == "up":
        return UP_KMH, DOWN_KMH
    return LEVEL_KMH, LEVEL_KMH


def _departures(
    rows: list[dict[str, str]],
    place: dict[tuple[str, str], int],
    services: dict[str, dict[str, str]],
) -> Floats:
    """Return the departures of the busiest waterway at each place [1/week]."""
    weekly = np.zeros(len(place))
    for row in rows:
        runs = float(services[row["waterway"]]["departures_per_week"])
        for end in _ends(row):
            weekly[place[end]] = max(weekly[place[end]], runs)
    return weekly


def _lanes(
    ports: list[tuple[int, str]], reach: Floats, time: Floats, weekly: Floats
) -> Iterable[dict[str, object]]:
    for a, origin in ports:
        for b, destination in ports:
            if a == b or reach[a, b] > LONGEST_KM:
                continue
            yield Lane(
                id=f"barge:{origin}>{destination}",
                origin=origin,
                destination=destination,
                mode="inland_waterway",
                toc="iww-barge",
                service="barge",
                distance_km=float(reach[a, b]),
                transit_h=float(time[a, b]),
                departures_per_week=float(min(weekly[a], weekly[b])),
                capacity_t=BARGE_T,
            ).row()
