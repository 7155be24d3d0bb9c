"""Road: lorry lanes between cities, and from cities to ports, airports and terminals."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tools.world.borders import Borders, locate, states_at
from tools.world.land import (
    ROAD,
    Floats,
    LandGraph,
    Snap,
    adjacency,
    distances_km,
    in_large_part,
    parts,
    snap,
    snap_inside,
    with_places,
)
from tools.world.landlanes import (
    Lane,
    category,
    may_trade,
    mean_of_ends,
    nearest_columns,
    table_value,
)
from tools.world.points import Kind
from tools.world.tables import lanes_of, read_input

TRADE_CITY_TIER = 1
HUB_PORT_TIER = 2
HUB_AIRPORT_TIER = 1

# A road of a large part of the graph is taken before a nearer one of a shred of it.
MAIN_PART_KM = 1_000.0
MAIN_REACH_KM = 15.0
# Places farther from the road than `ROAD.reach_km` are tried once more; the way there
# is a local road of the usual detour.
FAR_REACH_KM = 100.0
DETOUR = 1.35

SEARCH_KM = 4_500.0
TRADE_KM = 3_500.0
NEIGHBOURS = 6
NEIGHBOUR_KM = 1_500.0
TO_TRADE_KM = 1_200.0
OWN_HUB_KM = 2_500.0
NEIGHBOURS_OF_LONELY = 2
PORT_KM = 2_500.0
HUB_PORTS = 4
PORTS = 2
AIRPORT_KM = 1_000.0
AIRPORTS = 2
TERMINAL_KM = 400.0
TERMINALS = 2
# A leg of this length goes by the lorries that do drayage.
DRAYAGE_KM = 120.0

# Driving and rest times of Regulation (EC) No 561/2006, articles 6 to 8.
BREAK_AFTER_H = 4.5
BREAK_H = 0.75
REST_H = 11.0
BREAKS_PER_REST = 2
# Waiting and crossing of a car ferry of a strait.
FERRY_H = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """Nodes on the road graph as columns, (n_nodes,) each, sorted by id.

    Attributes
    ----------
    id, kind, iso2, tier
        As in the nodes table.
    is_trade
        Cities that trade far: a market's main hub or a city of tier 1.
    is_market_hub
        Cities that are the main trade hub of a market.
    """

    id: NDArray[np.str_]
    kind: NDArray[np.str_]
    iso2: NDArray[np.str_]
    tier: NDArray[np.int64]
    is_trade: NDArray[np.bool_]
    is_market_hub: NDArray[np.bool_]


def driving_h(km: float, speed_kmh: float) -> float:
    """Return the time of a lorry with one driver, rests included [h].

    After every 4.5 h at the wheel comes a break of 45 minutes, after every second of
    these blocks, 9 h, a rest of 11 h instead.

    Parameters
    ----------
    km
        Distance [km].
    speed_kmh
        Mean speed while driving [km/h].

    References
    ----------
    .. [1] Regulation (EC) No 561/2006 on driving times and rest periods, articles 6-8.
    """
    wheel_h = km / speed_kmh
    stops = max(int(np.ceil(wheel_h / BREAK_AFTER_H)) - 1, 0)
    rests = stops // BREAKS_PER_REST
    return wheel_h + (stops - rests) * BREAK_H + rests * REST_H


def road_lanes(
    nodes: pa.Table,
    *,
    graph: LandGraph,
    borders: Borders,
    market_hubs: Collection[str],
    continent_of: Mapping[str, str],
    access: pa.Table,
) -> pa.Table:
    """Return the lanes of lorries, both directions, sorted by id.

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
        Continent of each market, for `inputs/road_speeds.csv`.
    access
        Drayage lanes; between their ends there is no lane here.
    """
    stops = road_stops(nodes, market_hubs)
    graph, joined = join_roads(nodes, graph, borders)
    city = np.flatnonzero(stops.kind == Kind.CITY)
    links = adjacency(graph)
    km = distances_km(links, _take(joined, city), joined, limit_km=SEARCH_KM)
    km[~may_trade(stops.iso2[city], stops.iso2)] = np.inf
    # Both directions of a pair of cities have one length.
    km[:, city] = np.minimum(km[:, city], km[:, city].T)
    km[np.arange(len(city)), city] = np.inf
    drayage = _pairs_of(access, stops, city)
    chosen = wanted_pairs(stops, city, km, drayage)
    chosen |= lonely_pairs(stops, km, drayage | chosen)
    by_ferry = _ferry_pairs(graph, joined, city)
    speed = table_value(
        "road_speeds.csv",
        "speed_kmh",
        iso2=stops.iso2.tolist(),
        continent_of=continent_of,
    )
    rows: list[dict[str, object]] = []
    for line, end in _each_once(city, chosen):
        start = int(city[line])
        hours = driving_h(float(km[line, end]), mean_of_ends(speed, start, end))
        hours += FERRY_H * bool(by_ferry[line, end])
        rows.extend(
            lane.row()
            for lane in _both_ways(
                stops, start, end, km=float(km[line, end]), hours=hours
            )
        )
    return lanes_of(rows)


def road_stops(nodes: pa.Table, market_hubs: Collection[str]) -> Stops:
    """Return the nodes as columns, and which cities trade far."""
    rows = sorted(nodes.to_pylist(), key=lambda row: str(row["id"]))
    kind = np.array([str(row["kind"]) for row in rows])
    tier = np.array([row["tier"] for row in rows], dtype=np.int64)
    hub = np.array([row["id"] in market_hubs for row in rows])
    return Stops(
        id=np.array([row["id"] for row in rows]),
        kind=kind,
        iso2=np.array([row["iso2"] for row in rows]),
        tier=tier,
        is_trade=(kind == Kind.CITY) & (hub | (tier == TRADE_CITY_TIER)),
        is_market_hub=hub,
    )


def join_roads(
    nodes: pa.Table, graph: LandGraph, borders: Borders
) -> tuple[LandGraph, Snap]:
    """Join every node, sorted by id, to the roads of the state it lies in.

    Where that state has no roads in the graph, any road near by will do.

    Returns
    -------
    tuple
        The road graph with the nodes in it, and where they are.
    """
    rows = sorted(nodes.to_pylist(), key=lambda row: str(row["id"]))
    lat = np.array([row["lat"] for row in rows], dtype=np.float64)
    lon = np.array([row["lon"] for row in rows], dtype=np.float64)
    state = states_at(borders, locate(borders, lat, lon))
    usable = in_large_part(graph, ROAD.least_component_km)
    node = np.full(len(rows), -1, dtype=np.int64)
    km = np.full(len(rows), np.inf)
    for joinable, reach_km in (
        (in_large_part(graph, MAIN_PART_KM), MAIN_REACH_KM),
        (usable, ROAD.reach_km),
        (usable, FAR_REACH_KM),
    ):
        left = np.flatnonzero(node < 0)
        near = snap_inside(
            graph,
            joinable,
            lat=lat[left],
            lon=lon[left],
            iso2=state[left],
            reach_km=reach_km,
        )
        node[left], km[left] = near.node, near.km * DETOUR
    left = np.flatnonzero((node < 0) & ~np.isin(state, graph.iso2[usable]))
    near = snap(graph, usable, lat=lat[left], lon=lon[left], reach_km=ROAD.reach_km)
    node[left], km[left] = near.node, near.km * DETOUR
    joined = Snap(node=node, km=km)
    return with_places(graph, joined, usable, lat=lat, lon=lon, detour=DETOUR)


def wanted_pairs(
    stops: Stops, city: NDArray[np.int64], km: Floats, drayage: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return to which nodes lorries run from each city, (n_cities, n_nodes).

    Trade cities run to each other; every city to its neighbours, to the trade cities
    about it and to its market's hub, to the nearest seaports, main airports and rail
    terminals. The cities of a
    market in `inputs/landlocked_gateways.csv` run to the seaports named there instead
    of the nearest ones.

    Parameters
    ----------
    stops
        Nodes.
    city
        Which of them are cities, (n_cities,).
    km
        Way from city to node [km], inf where there is none, (n_cities, n_nodes).
    drayage
        Which nodes a city reaches by drayage, (n_cities, n_nodes).
    """
    is_city = stops.kind == Kind.CITY
    is_port = stops.kind == Kind.SEAPORT
    everywhere = np.ones(km.shape, dtype=np.bool_)
    chosen = stops.is_trade[city][:, None] & stops.is_trade & (km <= TRADE_KM)
    chosen |= nearest_columns(km, everywhere & is_city, NEIGHBOURS, NEIGHBOUR_KM)
    own = stops.iso2[city][:, None] == stops.iso2
    chosen |= own & stops.is_market_hub & (km <= OWN_HUB_KM)
    chosen |= stops.is_trade & (km <= TO_TRADE_KM)
    alone = ~np.any(chosen[:, is_city], axis=1, keepdims=True) & is_city
    chosen |= nearest_columns(km, alone, NEIGHBOURS_OF_LONELY, SEARCH_KM)
    named, is_listed = _gateways(stops, city)
    free = everywhere & ~is_listed[:, None] & is_port
    main_port = (stops.tier <= HUB_PORT_TIER) & (stops.tier > 0)
    chosen |= named & (km <= SEARCH_KM)
    chosen |= nearest_columns(km, free & main_port, HUB_PORTS, PORT_KM)
    chosen |= nearest_columns(km, free, PORTS, PORT_KM)
    main_airport = (stops.kind == Kind.AIRPORT) & (stops.tier == HUB_AIRPORT_TIER)
    chosen |= nearest_columns(km, everywhere & main_airport, AIRPORTS, AIRPORT_KM)
    terminal = everywhere & (stops.kind == Kind.RAIL_TERMINAL)
    chosen |= nearest_columns(km, terminal & ~drayage, TERMINALS, TERMINAL_KM)
    return np.asarray(chosen & ~drayage)


def lonely_pairs(
    stops: Stops, km: Floats, served: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return the nearest city of each gateway that no city serves yet.

    Parameters
    ----------
    stops
        Nodes.
    km
        Way from city to node [km], inf where there is none, (n_cities, n_nodes).
    served
        Which nodes a city reaches already, (n_cities, n_nodes).
    """
    lonely = (stops.kind != Kind.CITY) & ~served.any(axis=0)
    return nearest_columns(km.T, lonely[:, None] & np.isfinite(km.T), 1, np.inf).T


def _gateways(
    stops: Stops, city: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the seaports named for each city, and whether its market has any named.

    Raises
    ------
    ValueError
        If a named seaport is no node.
    """
    row_of = {name: row for row, name in enumerate(stops.id.tolist())}
    market = stops.iso2[city]
    named = np.zeros((len(city), len(stops.id)), dtype=np.bool_)
    is_listed = np.zeros(len(city), dtype=np.bool_)
    for told in read_input("landlocked_gateways.csv"):
        mine = market == told["iso2"]
        is_listed |= mine
        for locode in told["ports"].split(";") if mine.any() else ():
            if f"port:{locode}" not in row_of:
                msg = f"landlocked_gateways.csv: {told['iso2']} has {locode!r}, no seaport"
                raise ValueError(msg)
            named[mine, row_of[f"port:{locode}"]] = True
    return named, is_listed


def _take(joined: Snap, rows: NDArray[np.int64]) -> Snap:
    return Snap(node=joined.node[rows], km=joined.km[rows])


def _pairs_of(
    access: pa.Table, stops: Stops, city: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which nodes each city reaches by drayage, (n_cities, n_nodes)."""
    column_of = {name: row for row, name in enumerate(stops.id.tolist())}
    row_of = {name: row for row, name in enumerate(stops.id[city].tolist())}
    found = np.zeros((len(city), len(stops.id)), dtype=np.bool_)
    for start, end in zip(
        access.column("origin").to_pylist(),
        access.column("destination").to_pylist(),
        strict=True,
    ):
        if start in row_of:
            found[row_of[start], column_of[end]] = True
    return found


def _ferry_pairs(
    graph: LandGraph, joined: Snap, city: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return between which cities and nodes the way goes by a ferry."""
    dry = parts(graph.take(~graph.ferry))[joined.node]
    return np.asarray(dry[city][:, None] != dry)


def _each_once(
    city: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> Sequence[tuple[int, int]]:
    """Return the chosen pairs as city row and node, two cities in one order only."""
    row_of = {int(node): row for row, node in enumerate(city)}
    pairs = set()
    for line, end in zip(
        *(found.tolist() for found in np.nonzero(chosen)), strict=True
    ):
        start = int(city[line])
        is_turned = end in row_of and end < start
        pairs.add((row_of[end], start) if is_turned else (line, end))
    return sorted(pairs)


def _both_ways(
    stops: Stops, start: int, end: int, *, km: float, hours: float
) -> list[Lane]:
    stem = "road-artic"
    if stops.kind[end] != Kind.CITY and km <= DRAYAGE_KM:
        stem = "road-drayage"
    toc = category(stem, str(stops.iso2[start]), str(stops.iso2[end]))
    return [
        Lane(
            id=f"road:{stops.id[one]}>{stops.id[other]}",
            origin=str(stops.id[one]),
            destination=str(stops.id[other]),
            mode="road",
            toc=toc,
            service="drayage" if stem == "road-drayage" else "line haul",
            distance_km=km,
            transit_h=hours,
        )
        for one, other in ((start, end), (end, start))
    ]
