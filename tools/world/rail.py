"""Rail: which terminals trains reach, and the lanes between them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tools.world.borders import Borders, locate, states_at
from tools.world.gauge import GaugeNetwork
from tools.world.land import (
    Floats,
    Snap,
    adjacency,
    distances_km,
    parts,
    with_places,
)
from tools.world.landlanes import (
    Lane,
    both_are,
    category,
    either_is,
    may_trade,
    mean_of_ends,
    nearest_columns,
    pairs_of,
    symmetric,
    table_value,
)
from tools.world.points import Node
from tools.world.railstops import (
    SEAPORT_TIERS,
    SERVICES,
    Stops,
    hub_gauges,
    hub_snap,
    own_snap,
    rail_stops,
)
from tools.world.sphere import great_circle_km
from tools.world.tables import lanes_of

# A terminal this near to a gauge hub is the gauge hub.
SAME_AS_HUB_KM = 20.0
# Way from a terminal to the line, by great circle.
TRACK_DETOUR = 1.2
# Trains over a shorter way do not pay the two transfers.
LEAST_KM = 150.0
# From one break of gauge to the next trains run farther than to one.
TRANSIT_FACTOR = 4 / 3
SEARCH_KM = 10_000.0
BRANCH_KM = 1_200.0
BRANCHES = 4
BRANCHES_OF_PORT = 2
BRANCHES_TO_PORTS = 2
# A stop that has no train by these rules goes to the nearest ones of any kind.
BRANCHES_OF_LONELY = 2
LONELY_KM = 2_500.0

MAIN_TRAINS_PER_WEEK = 7.0
BRANCH_TRAINS_PER_WEEK = 3.0
BLOCK_TRAINS_PER_WEEK = 14.0
# Shunting on and off and the crossing itself.
FERRY_H = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far trains run between two stops [km], (n_stops, n_stops) each.

    Attributes
    ----------
    mesh_km
        Between main terminals.
    port_km
        Between a main terminal and a seaport.
    trunk_km
        Between a main terminal and a gauge hub.
    """

    mesh_km: Floats
    port_km: Floats
    trunk_km: Floats


def rail_terminals(
    candidates: Sequence[Node],
    *,
    networks: Sequence[GaugeNetwork],
    borders: Borders,
    seaports: Sequence[Node] = (),
) -> list[Node]:
    """Return the candidates from which trains run, sorted by id.

    It lies on tracks of its own state, and at a distance worth a train there is
    another candidate or a seaport on the same tracks. A candidate beside a gauge hub
    gives way to it; the hubs themselves always stay.

    Parameters
    ----------
    candidates
        Places that may be terminals, gauge hubs among them.
    networks
        Tracks by gauge.
    borders
        States, to join a place to tracks of its own one.
    seaports
        Seaports, which may have tracks as well.
    """
    gauges = hub_gauges()
    hubs = [one for one in candidates if one.id in gauges]
    places = [one for one in candidates if one.id not in gauges]
    ports = [one for one in seaports if one.tier in SEAPORT_TIERS]
    lat = np.array([one.lat for one in [*places, *hubs, *ports]])
    lon = np.array([one.lon for one in [*places, *hubs, *ports]])
    iso2 = states_at(borders, locate(borders, lat, lon))
    apart_km = great_circle_km(lat[:, None], lon[:, None], lat, lon)
    in_reach = (apart_km >= LEAST_KM) & (apart_km <= BRANCH_KM)
    reached = np.zeros(len(lat), dtype=np.bool_)
    for network in networks:
        joined = own_snap(network, lat=lat, lon=lon, iso2=iso2)
        part = np.where(joined.node >= 0, parts(network.graph)[joined.node], -1)
        reached |= (in_reach & (part[:, None] == part) & (part >= 0)).any(axis=1)
    for hub in hubs:
        reached &= great_circle_km(lat, lon, hub.lat, hub.lon) > SAME_AS_HUB_KM
    there = reached[: len(places)].tolist()
    kept = [one for one, is_there in zip(places, there, strict=True) if is_there]
    return sorted([*kept, *hubs], key=lambda one: one.id)


def rail_lanes(
    nodes: pa.Table,
    *,
    networks: Sequence[GaugeNetwork],
    borders: Borders,
    market_hubs: Collection[str],
    continent_of: Mapping[str, str],
) -> pa.Table:
    """Return the lanes of freight trains, both directions, sorted by id.

    Parameters
    ----------
    nodes
        Nodes of the network, columns of `NODE_SCHEMA`.
    networks
        Tracks by gauge.
    borders
        States, to join a place to tracks of its own one.
    market_hubs
        Ids of the cities that are the main trade hub of a market.
    continent_of
        Continent of each market, for `inputs/rail_services.csv`.
    """
    stops = rail_stops(nodes, market_hubs, continent_of)
    state = states_at(borders, locate(borders, stops.lat, stops.lon))
    rows: list[dict[str, object]] = []
    for network in networks:
        joined = hub_snap(
            own_snap(network, lat=stops.lat, lon=stops.lon, iso2=state), stops, network
        )
        graph, joined = with_places(
            network.graph,
            joined,
            network.usable,
            lat=stops.lat,
            lon=stops.lon,
            detour=TRACK_DETOUR,
        )
        on = np.flatnonzero(joined.node >= 0)
        if len(on) > 1:
            here = Snap(node=joined.node[on], km=joined.km[on])
            placed = replace(network, graph=graph)
            rows.extend(_network_lanes(placed, stops.take(on), here, continent_of))
    return lanes_of(rows)


def wanted_pairs(stops: Stops, km: Floats, reach: Reach) -> NDArray[np.bool_]:
    """Return between which stops of one gauge trains run, (n_stops, n_stops).

    Main stops form a mesh as far as `reach` says, farther to gauge hubs; a seaport has
    trains to the inland ones only, since ships join the ports. Every other stop has
    trains to the nearest main ones.

    Parameters
    ----------
    stops
        Stops on tracks of this gauge.
    km
        Way between them [km], inf where there is none, symmetric.
    reach
        How far trains run.
    """
    far = (km >= LEAST_KM) & may_trade(stops.iso2, stops.iso2)
    main, port = stops.is_main, stops.is_port
    inland = main & ~port
    chosen = both_are(inland) & far & (km <= reach.mesh_km)
    chosen |= both_are(main) & (port[:, None] != port) & far & (km <= reach.port_km)
    to_hub = either_is(stops.is_hub & main) & both_are(inland) & far
    factor = np.where(both_are(stops.is_hub & main), TRANSIT_FACTOR, 1.0)
    chosen |= to_hub & (km <= reach.trunk_km * factor)
    branch = far & ~main[:, None]
    for rows, columns, count in (
        (~port, inland, BRANCHES),
        (port, inland, BRANCHES_OF_PORT),
        (~port, main & port, BRANCHES_TO_PORTS),
    ):
        allowed = branch & rows[:, None] & columns
        chosen |= nearest_columns(km, allowed, count, BRANCH_KM)
    chosen |= chosen.T
    lonely = far & ~np.any(chosen, axis=1, keepdims=True) & ~both_are(port)
    chosen |= nearest_columns(km, lonely, BRANCHES_OF_LONELY, LONELY_KM)
    return np.asarray(chosen | chosen.T)


def _network_lanes(
    network: GaugeNetwork, stops: Stops, joined: Snap, continent_of: Mapping[str, str]
) -> list[dict[str, object]]:
    km = symmetric(
        distances_km(adjacency(network.graph), joined, joined, limit_km=SEARCH_KM)
    )
    dry = parts(network.graph.take(~network.graph.ferry))[joined.node]
    markets = stops.iso2.tolist()
    rates = {
        column: table_value(SERVICES, column, iso2=markets, continent_of=continent_of)
        for column in ("speed_kmh", "capacity_t", "mesh_km", "port_km", "trunk_km")
    }
    reach = Reach(
        mesh_km=np.minimum(rates["mesh_km"][:, None], rates["mesh_km"]),
        port_km=np.minimum(rates["port_km"][:, None], rates["port_km"]),
        trunk_km=_trunk_km(rates["trunk_km"], stops.is_hub),
    )
    rows = []
    for a, b in pairs_of(wanted_pairs(stops, km, reach)):
        by_ferry = dry[a] != dry[b]
        speed_kmh = mean_of_ends(rates["speed_kmh"], a, b)
        for start, end in ((a, b), (b, a)):
            lane = Lane(
                id=f"rail-{network.gauge_mm}:{stops.id[start]}>{stops.id[end]}",
                origin=str(stops.id[start]),
                destination=str(stops.id[end]),
                mode="rail",
                toc=category("rail-freight", markets[a], markets[b]),
                service=_service(stops, a, b),
                distance_km=float(km[a, b]),
                transit_h=float(km[a, b]) / speed_kmh + FERRY_H * by_ferry,
                departures_per_week=_trains_per_week(stops, a, b),
                capacity_t=float(min(rates["capacity_t"][a], rates["capacity_t"][b])),
                gauge_mm=network.gauge_mm,
            )
            rows.append(lane.row())
    return rows


def _trunk_km(km: Floats, is_hub: NDArray[np.bool_]) -> Floats:
    """Return how far trains run between two stops if one of them is a gauge hub [km].

    The other end tells; the farther one between two hubs.
    """
    other = np.where(is_hub, 0.0, km)
    return np.where(
        both_are(is_hub), np.maximum(km[:, None], km), other + other[:, None]
    )


def _service(stops: Stops, a: int, b: int) -> str:
    if stops.is_hub[a] or stops.is_hub[b]:
        return "block train"
    return "port train" if stops.is_port[a] or stops.is_port[b] else "intermodal train"


def _trains_per_week(stops: Stops, a: int, b: int) -> float:
    if not (stops.is_main[a] and stops.is_main[b]):
        return BRANCH_TRAINS_PER_WEEK
    if stops.is_hub[a] and stops.is_hub[b]:
        return BLOCK_TRAINS_PER_WEEK
    return MAIN_TRAINS_PER_WEEK
