"""Road line haul: direct truck runs between cities and the gateways they trade through.

A lane is one run of a truck from yard to yard, however far, so that a path does not chain
cities along a motorway. Which runs there are:

- market hubs and main cities with each other, up to `MESH_KM`;
- every city with its nearest cities, its market's hub and its seaports, large and near;
- the ports that a market trades through (`inputs/trade_gateways.csv`);
- main airports in reach (road feeder service) and rail terminals beyond drayage;
- every gateway that no city serves by drayage with its nearest city.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tools.world.borders import Borders, locate, states_at
from tools.world.land import (
    ROAD,
    Floats,
    LandGraph,
    adjacency,
    distances_km,
    in_large_part,
    snap_inside,
)
from tools.world.landlanes import (
    Lane,
    category,
    mean_of_ends,
    nearest_columns,
    pairs_of,
    table_value,
)
from tools.world.tables import lanes_of, read_input

#: Longest runs by what they join [km by road].
MESH_KM, NEAR_KM, PORT_KM, AIR_KM, RAIL_KM = 3_500.0, 1_500.0, 2_500.0, 1_000.0, 400.0
GATEWAY_KM = 4_500.0
#: How many of each a city is joined to.
NEAR_CITIES, MAIN_PORTS, ANY_PORTS, MAIN_AIRPORTS, TERMINALS = 6, 4, 2, 2, 2
MAIN_CITY_TIER, MAIN_PORT_TIER, MAIN_AIRPORT_TIER = 1, 2, 1
#: A run within drayage reach is drayage, not line haul [km].
LEAST_KM = 150.0
#: Regulation (EC) 561/2006: 9 h of driving a day, 45 min of break after 4.5 h, 11 h of
#: daily rest. Other regions limit drivers alike (US 49 CFR 395: 11 h, 10 h of rest).
SHIFT_H, REST_H, BREAK_AFTER_H, BREAK_H = 9.0, 11.0, 4.5, 0.75
TRUCK_T = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """Nodes of the network as columns, (n_nodes,) each, and their ways by road.

    Attributes
    ----------
    id, iso2, kind, tier
        As in the nodes table.
    is_hub
        Main trade hub of a market.
    city
        Rows of the cities.
    km
        Way by road from each city to each node [km], inf where there is none,
        (n_cities, n_nodes).
    """

    id: list[str]
    iso2: list[str]
    kind: NDArray[np.str_]
    tier: NDArray[np.int8]
    is_hub: NDArray[np.bool_]
    city: NDArray[np.int64]
    km: Floats


def road_lanes(
    nodes: pa.Table,
    *,
    graph: LandGraph,
    borders: Borders,
    market_hubs: Collection[str],
    continent_of: Mapping[str, str],
    served: Collection[str],
) -> pa.Table:
    """Return the lanes of trucks in line haul, both directions, sorted by id.

    Parameters
    ----------
    nodes
        Nodes of the network, columns of `NODE_SCHEMA`.
    graph
        Road graph, patched, closed borders dropped.
    borders
        States, to join a place to roads of its own one.
    market_hubs
        Ids of the cities that are the main trade hub of a market.
    continent_of
        Continent of each market, for speeds.
    served
        Nodes that drayage joins to a city.
    """
    stops = _stops(nodes, graph, borders, market_hubs)
    speed = table_value(
        "road_speeds.csv", "speed_kmh", iso2=stops.iso2, continent_of=continent_of
    )
    chosen = np.zeros((len(stops.id), len(stops.id)), dtype=np.bool_)
    chosen[stops.city] = (
        _city_runs(stops) | _gateway_runs(stops) | _lonely_runs(stops, served)
    )
    km = np.full(chosen.shape, np.inf)
    km[stops.city] = stops.km
    km = np.minimum(km, km.T)
    rows: list[dict[str, object]] = []
    for a, b in pairs_of(chosen):
        for start, end in ((a, b), (b, a)):
            rows.append(
                Lane(
                    id=f"truck:{stops.id[start]}>{stops.id[end]}",
                    origin=stops.id[start],
                    destination=stops.id[end],
                    mode="road",
                    toc=category("road-artic", stops.iso2[start], stops.iso2[end]),
                    service="truck",
                    distance_km=float(km[a, b]),
                    transit_h=driving_h(float(km[a, b]), mean_of_ends(speed, a, b)),
                    capacity_t=TRUCK_T,
                ).row()
            )
    return lanes_of(rows)


def driving_h(km: float, speed_kmh: float) -> float:
    """Return how long a truck with one driver takes, breaks and rests included [h]."""
    wheel_h = km / speed_kmh
    shifts = int(np.ceil(wheel_h / SHIFT_H))
    # A break falls inside a shift; at its end the daily rest takes its place.
    breaks = int(np.ceil(wheel_h / BREAK_AFTER_H)) - shifts
    return wheel_h + max(breaks, 0) * BREAK_H + max(shifts - 1, 0) * REST_H


def _stops(
    nodes: pa.Table, graph: LandGraph, borders: Borders, market_hubs: Collection[str]
) -> Stops:
    ids = nodes.column("id").to_pylist()
    kind = np.array(nodes.column("kind").to_pylist())
    lat, lon = (nodes.column(name).to_numpy() for name in ("lat", "lon"))
    joined = snap_inside(
        graph,
        in_large_part(graph, ROAD.least_component_km),
        lat=lat,
        lon=lon,
        iso2=states_at(borders, locate(borders, lat, lon)),
        reach_km=ROAD.reach_km,
    )
    tier = nodes.column("tier").to_numpy()
    city = np.flatnonzero(kind == "city")
    is_hub = np.array([name in market_hubs for name in ids])
    far = is_hub[city] | (tier[city] <= MAIN_CITY_TIER)
    links = adjacency(graph)
    km = np.full((len(city), len(ids)), np.inf)
    for rows, limit_km in ((far, GATEWAY_KM), (~far, PORT_KM)):
        start = type(joined)(node=joined.node[city[rows]], km=joined.km[city[rows]])
        km[rows] = distances_km(links, start, joined, limit_km=limit_km)
    km[np.arange(len(city)), city] = np.inf
    return Stops(
        id=ids,
        iso2=nodes.column("iso2").to_pylist(),
        kind=kind,
        tier=tier,
        is_hub=is_hub,
        city=city,
        km=km,
    )


def _city_runs(stops: Stops) -> NDArray[np.bool_]:
    """Return the runs of every city, (n_cities, n_nodes)."""
    km, tier = stops.km, stops.tier
    is_city = stops.kind == "city"
    main = is_city & (stops.is_hub | (tier <= MAIN_CITY_TIER))
    runs = main[stops.city][:, None] & main[None, :] & (km <= MESH_KM)
    market = np.array(stops.iso2)
    own_hub = (market[stops.city][:, None] == market[None, :]) & stops.is_hub[None, :]
    runs |= own_hub & (km <= MESH_KM)
    port = stops.kind == "seaport"
    airport = (stops.kind == "airport") & (tier <= MAIN_AIRPORT_TIER)
    terminal = stops.kind == "rail_terminal"
    for wanted, count, limit_km in (
        (is_city, NEAR_CITIES, NEAR_KM),
        (is_city, 1, MESH_KM),
        (port & (tier <= MAIN_PORT_TIER), MAIN_PORTS, PORT_KM),
        (port, ANY_PORTS, PORT_KM),
        (airport, MAIN_AIRPORTS, AIR_KM),
        (terminal, TERMINALS, RAIL_KM),
    ):
        allowed = np.broadcast_to(wanted, km.shape) & (
            is_city[None, :] | (km >= LEAST_KM)
        )
        runs |= nearest_columns(km, allowed, count, limit_km)
    return np.asarray(runs)


def _gateway_runs(stops: Stops) -> NDArray[np.bool_]:
    """Return the runs to the ports that a market trades through."""
    place = {name: row for row, name in enumerate(stops.id)}
    runs = np.zeros(stops.km.shape, dtype=np.bool_)
    market = np.array(stops.iso2)[stops.city]
    main = stops.is_hub[stops.city] | (stops.tier[stops.city] <= MAIN_CITY_TIER)
    for row in read_input("trade_gateways.csv"):
        for code in row["ports"].split():
            port = place.get(f"port:{code}")
            if port is None:
                msg = f"trade_gateways.csv: {row['iso2']} names {code}, no seaport"
                raise ValueError(msg)
            runs[(market == row["iso2"]) & main, port] = True
    return runs & (stops.km >= LEAST_KM) & np.isfinite(stops.km)


def _lonely_runs(stops: Stops, served: Collection[str]) -> NDArray[np.bool_]:
    """Return the run to the nearest city of each gateway that drayage does not serve."""
    runs = np.zeros(stops.km.shape, dtype=np.bool_)
    nearest = np.argmin(stops.km, axis=0)
    for row in np.flatnonzero(stops.kind != "city"):
        if stops.id[row] not in served and np.isfinite(stops.km[nearest[row], row]):
            runs[nearest[row], row] = True
    return runs
