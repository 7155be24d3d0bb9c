"""All lanes by sea, and the sea network they were measured on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely

from tools.world.borders import Borders
from tools.world.feeders import (
    FeederPlan,
    feeder_lanes,
    ferry_lanes,
    read_feeder_classes,
    relay_lanes,
)
from tools.world.marnet import SeaGraph
from tools.world.sea import SeaWays, closed_gates, connectors, sea_distances, wind
from tools.world.seaports import Port, PortKind
from tools.world.services import (
    SeaTable,
    Service,
    read_barred,
    read_delays,
    read_vessel_classes,
    service_lanes,
)
from tools.world.sphere import Floats, Ints, wrapped_lon
from tools.world.tables import (
    SEA_EDGE_SCHEMA,
    SEA_NODE_SCHEMA,
    lanes_of,
    read_input,
    table_of,
)

KIEL = "kiel_canal"
HALF_CIRCLE_DEG = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """The way from a port to the sea network.

    Attributes
    ----------
    locode
        The port.
    km
        Great-circle length [km].
    land_km
        How much of it crosses land [km].
    """

    locode: str
    km: float
    land_km: float


def port_connectors(
    ports: Sequence[Port], graph: SeaGraph, borders: Borders
) -> tuple[Ints, tuple[Connector, ...]]:
    """Sea node of each port, and the way to it.

    Parameters
    ----------
    ports
        Seaports.
    graph
        Sea network.
    borders
        Land of the world.
    """
    lat = [port.lat for port in ports]
    lon = [port.lon for port in ports]
    nodes, km = connectors(lat, lon, graph)
    share = _land_share(lat, lon, graph, nodes, borders)
    return nodes, tuple(
        Connector(locode=port.locode, km=float(one), land_km=float(one * part))
        for port, one, part in zip(ports, km, share, strict=True)
    )


def sea_tables(
    ways: SeaWays, ports: Sequence[Port], nodes: Ints, ends: Sequence[Connector]
) -> dict[bool, SeaTable]:
    """Distances between the ports, by whether the Kiel Canal is used.

    Parameters
    ----------
    ways
        Sea network with its gates.
    ports
        Seaports.
    nodes
        Sea node of each port.
    ends
        Way from each port to its node.
    """
    km = wind(
        np.array([one.km for one in ends]), np.array([one.land_km for one in ends])
    )
    row = {port.locode: number for number, port in enumerate(ports)}
    delays = read_delays()
    return {
        uses_kiel: SeaTable(
            row=row,
            distances=sea_distances(
                ways, nodes, km, closed=closed_gates(ways, () if uses_kiel else (KIEL,))
            ),
            delay_h=delays,
        )
        for uses_kiel in (False, True)
    }


def sea_lanes(
    services: Sequence[Service],
    ports: Sequence[Port],
    tables: Mapping[bool, SeaTable],
    tiers: Mapping[str, int],
) -> pa.Table:
    """Lanes of services, feeders and ferries, sorted by id.

    Parameters
    ----------
    services
        Liner services.
    ports
        Seaports.
    tables
        Distances by whether the Kiel Canal is used.
    tiers
        Tier of every seaport.
    """
    vessels, barred = read_vessel_classes(), read_barred()
    lanes = []
    for service in services:
        vessel = vessels[service.toc]
        table = tables[vessel.sails_kiel_canal]
        lanes.extend(service_lanes(service, table, vessel, barred))
    plan = FeederPlan(
        table=tables[True],
        tiers={one.locode: tiers[one.locode] for one in ports if _is_open(one)},
        classes=read_feeder_classes(),
        vessels=vessels,
        barred=barred,
    )
    lanes.extend(feeder_lanes(unserved(ports, services), plan))
    called = {call for service in services for call in service.calls}
    lanes.extend(relay_lanes(called, {_pair_of(lane) for lane in lanes}, plan))
    lanes.extend(ferry_lanes(tables[True], vessels))
    return lanes_of(lanes)


def unserved(ports: Sequence[Port], services: Sequence[Service]) -> list[str]:
    """Ports that need a feeder: no service calls there, nor is it for ferries only."""
    called = {call for service in services for call in service.calls}
    ferry_only = ferry_calls() - called
    return [
        port.locode
        for port in ports
        if _is_open(port)
        and port.locode not in called
        and not (port.locode in ferry_only and (port.is_promoted or port.patched))
    ]


def ferry_calls() -> set[str]:
    """LOCODEs of all ferry ports."""
    rows = read_input("ferries.csv")
    return {row[side] for row in rows for side in ("origin", "destination")}


def sea_graph_tables(ways: SeaWays) -> tuple[pa.Table, pa.Table]:
    """Tables of the nodes and of the edges of the sea network."""
    graph = ways.graph
    nodes = [
        {"lat": float(lat), "lon": float(lon)}
        for lat, lon in zip(graph.lat, wrapped_lon(graph.lon), strict=True)
    ]
    names = [gate.name for gate in ways.gates]
    edges = [
        {
            "a": int(a),
            "b": int(b),
            "km": float(km),
            "passages": ";".join(names[bit] for bit in np.flatnonzero(flags)),
        }
        for a, b, km, flags in zip(graph.a, graph.b, graph.km, ways.flags, strict=True)
    ]
    return table_of(nodes, SEA_NODE_SCHEMA), table_of(edges, SEA_EDGE_SCHEMA)


def check_calls(services: Sequence[Service], known: Collection[str]) -> None:
    """Check that every call of a service or a ferry is a seaport.

    Raises
    ------
    ValueError
        If one is not.
    """
    for service in services:
        for call in service.calls:
            if call not in known:
                msg = f"sea_services.csv: {service.id} calls at {call}, no seaport"
                raise ValueError(msg)
    for call in sorted(ferry_calls()):
        if call not in known:
            msg = f"ferries.csv: {call} is no seaport"
            raise ValueError(msg)


def _pair_of(lane: Mapping[str, object]) -> tuple[str, str]:
    """LOCODEs of the two ports of a lane."""
    origin, destination = str(lane["origin"]), str(lane["destination"])
    return origin.removeprefix("port:"), destination.removeprefix("port:")


def _is_open(port: Port) -> bool:
    """Whether ships reach it from the ocean."""
    return port.kind is PortKind.SEAPORT


def _land_share(
    lat: Sequence[float],
    lon: Sequence[float],
    graph: SeaGraph,
    nodes: Ints,
    borders: Borders,
) -> Floats:
    """Which part of the straight way to the node crosses land, (n_ports,)."""
    start_lon = np.asarray(lon, dtype=np.float64)
    end_lon = graph.lon[nodes]
    # A way across the antimeridian is drawn on the side of the port.
    end_lon = np.where(end_lon - start_lon > HALF_CIRCLE_DEG, end_lon - 360, end_lon)
    end_lon = np.where(start_lon - end_lon > HALF_CIRCLE_DEG, end_lon + 360, end_lon)
    ends = np.stack(
        [
            np.column_stack([start_lon, np.asarray(lat, dtype=np.float64)]),
            np.column_stack([end_lon, graph.lat[nodes]]),
        ],
        axis=1,
    )
    lines = np.asarray(shapely.linestrings(ends), dtype=object)
    tree = shapely.STRtree(borders.polygons)
    line_row, piece = tree.query(lines, "intersects")
    on_land = shapely.length(
        shapely.intersection(lines[line_row], borders.polygons[piece])
    )
    total = np.zeros(len(lines))
    np.add.at(total, line_row, on_land)
    length = shapely.length(lines)
    return np.where(
        length > 0, np.minimum(total / np.where(length > 0, length, 1), 1), 0
    )
