"""Inland waterways: barge lanes between all ports of one river system."""

from collections.abc import Iterator
from typing import TypeAlias

import networkx as nx
import pyarrow as pa

from tools.world.landlanes import Lane
from tools.world.tables import lanes_of, read_input
from tools.world.terminals import waterway_node_ids

SERVICES = "waterway_services.csv"
# Locks are part of these; waits before them are not.
UPSTREAM_KMH = 10.0
DOWNSTREAM_KMH = 16.0
LEVEL_KMH = 10.0
# Over a shorter way a barge does not pay the two transfers.
LEAST_KM = 40.0
SEA_CANALS = frozenset({"Kiel Canal"})

#: Speed from the first to the second end of an edge, and back, by its flow [km/h].
SPEEDS_KMH = {
    "down": (DOWNSTREAM_KMH, UPSTREAM_KMH),
    "up": (UPSTREAM_KMH, DOWNSTREAM_KMH),
    "level": (LEVEL_KMH, LEVEL_KMH),
}

Place = tuple[str, str]
Rivers: TypeAlias = "nx.DiGraph[Place]"


class WaterwayError(ValueError):
    """A waterway is not described or ends nowhere."""


def waterway_lanes(nodes: pa.Table) -> pa.Table:
    """Return the lanes of barges, both directions, sorted by id.

    A barge rides from every port of a river system to every other one, not nearer
    than `LEAST_KM` and as far as `ride_km` of the waterways on its way allows; mouths
    and confluences are passed.

    Parameters
    ----------
    nodes
        Nodes of the network, columns of `NODE_SCHEMA`.

    Raises
    ------
    WaterwayError
        If a port of a waterway is no node.
    """
    known = set(nodes.column("id").to_pylist())
    node_of = waterway_node_ids() | {
        (row["to_port"], row["to_iso2"]): row["to_node"]
        for row in read_input("waterway_links.csv")
    }
    for place, node in sorted(node_of.items()):
        if node and node not in known:
            msg = f"river_ports.csv: {place} is at {node!r}, no node"
            raise WaterwayError(msg)
    rivers = river_graph()
    ports = sorted(place for place in rivers if node_of[place])
    return lanes_of(
        lane.row() for place in ports for lane in _lanes_from(rivers, place, node_of)
    )


def river_graph() -> Rivers:
    """Return all waterways: km, hours, departures and capacity of each edge and way.

    Raises
    ------
    WaterwayError
        If `inputs/waterway_services.csv` lacks a waterway.
    """
    told = {row["waterway"]: row for row in read_input(SERVICES)}
    rivers: Rivers = nx.DiGraph()
    rows = [*read_input("inland_waterways.csv"), *read_input("waterway_links.csv")]
    for row in rows:
        name = row["waterway"]
        if name in SEA_CANALS:
            continue
        if name not in told:
            msg = f"{SERVICES}: has no {name!r}"
            raise WaterwayError(msg)
        ends = (
            (row["from_port"], row["from_iso2"]),
            (row["to_port"], row["to_iso2"]),
        )
        km = float(row["km"])
        ways = zip((ends, ends[::-1]), SPEEDS_KMH[told[name]["flow"]], strict=True)
        for (start, end), speed_kmh in ways:
            rivers.add_edge(
                start,
                end,
                name=name,
                km=km,
                hours=km / speed_kmh,
                departures=float(told[name]["departures_per_week"]),
                capacity_t=float(told[name]["capacity_t"]),
                ride_km=float(told[name]["ride_km"]),
            )
    return rivers


def _lanes_from(
    rivers: Rivers, start: Place, node_of: dict[Place, str]
) -> Iterator[Lane]:
    paths = nx.single_source_dijkstra_path(rivers, start, weight="km")
    for end in sorted(paths):
        if not node_of[end] or node_of[end] == node_of[start]:
            continue
        edges = [rivers.edges[pair] for pair in nx.utils.pairwise(paths[end])]
        km = sum(edge["km"] for edge in edges)
        if LEAST_KM <= km <= max(edge["ride_km"] for edge in edges):
            yield Lane(
                id=f"barge:{node_of[start]}>{node_of[end]}",
                origin=node_of[start],
                destination=node_of[end],
                mode="inland_waterway",
                toc="iww-barge",
                service=", ".join(dict.fromkeys(edge["name"] for edge in edges)),
                distance_km=km,
                transit_h=sum(edge["hours"] for edge in edges),
                departures_per_week=min(edge["departures"] for edge in edges),
                capacity_t=min(edge["capacity_t"] for edge in edges),
            )
