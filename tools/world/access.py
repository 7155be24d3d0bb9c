"""Access: short road legs between cities and gateways, and between gateways."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tools.world.borders import Borders, lands_at, locate
from tools.world.land import Floats
from tools.world.landlanes import Lane, category
from tools.world.points import Kind
from tools.world.sphere import great_circle_km
from tools.world.tables import lanes_of, read_input

ACCESS_KM = 120.0
FAR_KM = 1_000.0
TRANSFER_KM = 60.0
# Road distance by great circle, and no leg is shorter than the way out of the yard.
DETOUR = 1.35
LEAST_KM = 5.0
SPEED_KMH = 40.0
# Ships and aircraft change goods at airports and ports of some size.
HUB_SEAPORT_TIER = 2
HUB_AIRPORT_TIER = 2

#: Kinds of gateway that a city reaches by drayage.
GATEWAYS = (
    Kind.AIRPORT,
    Kind.INLAND_TERMINAL,
    Kind.RAIL_TERMINAL,
    Kind.RIVER_PORT,
    Kind.SEAPORT,
)
#: Pairs of gateways between which goods go straight, and how far [km].
TRANSFERS = (
    (Kind.SEAPORT, Kind.AIRPORT, ACCESS_KM),
    (Kind.SEAPORT, Kind.RAIL_TERMINAL, TRANSFER_KM),
    (Kind.RIVER_PORT, Kind.RAIL_TERMINAL, TRANSFER_KM),
    (Kind.RIVER_PORT, Kind.SEAPORT, TRANSFER_KM),
)


def access_lanes(
    nodes: pa.Table, *, borders: Borders, customs_of: Mapping[str, str]
) -> pa.Table:
    """Return the drayage lanes, both directions, sorted by id.

    A city reaches the gateways of its market within `ACCESS_KM` on the same land, and
    those of another market of its customs territory that are nearer than its own.
    Gateways reach each other as `TRANSFERS` says. The length is the great circle
    times `DETOUR`, so that nothing here comes from a road map.

    Parameters
    ----------
    nodes
        Nodes of the network, columns of `NODE_SCHEMA`.
    borders
        Land of the world.
    customs_of
        Customs territory of each market.
    """
    rows = sorted(nodes.to_pylist(), key=lambda row: str(row["id"]))
    lat = np.array([row["lat"] for row in rows], dtype=np.float64)
    lon = np.array([row["lon"] for row in rows], dtype=np.float64)
    market = np.array([row["iso2"] for row in rows])
    customs = np.array([customs_of[iso2] for iso2 in market.tolist()])
    kind = np.array([str(row["kind"]) for row in rows])
    is_hub = np.array([_is_hub(row) for row in rows])
    land = joined_lands(borders, lands_at(borders, locate(borders, lat, lon)))
    km = great_circle_km(lat[:, None], lon[:, None], lat, lon)
    by_land = (land[:, None] == land) & (customs[:, None] == customs)
    chosen = np.zeros(km.shape, dtype=np.bool_)
    for gateway in GATEWAYS:
        chosen |= _city_pairs(km, by_land, market=market, kind=kind, gateway=gateway)
    for one, other, limit_km in TRANSFERS:
        pair = (kind == one)[:, None] & (kind == other) & by_land & (km <= limit_km)
        if Kind.AIRPORT in (one, other):
            pair &= is_hub[:, None] & is_hub
        chosen |= pair
    return lanes_of(
        lane.row()
        for a, b in zip(*np.nonzero(np.triu(chosen | chosen.T, k=1)), strict=True)
        for lane in _both_ways(rows[int(a)], rows[int(b)], float(km[a, b]))
    )


def with_far_gateways(
    access: pa.Table, nodes: pa.Table, *, road: pa.Table, borders: Borders
) -> pa.Table:
    """Return the drayage lanes and a lane for every gateway without any city.

    It goes to the nearest city of the market on the same land within `FAR_KM`, except
    in the markets of `inputs/no_through_roads.csv`. On an island without a city an
    airport goes to the nearest seaport instead, and a seaport stays alone.

    Parameters
    ----------
    access
        Drayage lanes.
    nodes
        Nodes of the network, columns of `NODE_SCHEMA`.
    road
        Lanes of lorries.
    borders
        Land of the world.
    """
    rows = sorted(nodes.to_pylist(), key=lambda row: str(row["id"]))
    lat = np.array([row["lat"] for row in rows], dtype=np.float64)
    lon = np.array([row["lon"] for row in rows], dtype=np.float64)
    market = np.array([row["iso2"] for row in rows])
    land = joined_lands(borders, lands_at(borders, locate(borders, lat, lon)))
    cities = {str(row["id"]) for row in rows if row["kind"] == Kind.CITY}
    served = cities.union(*(_served(table, cities) for table in (access, road)))
    barred = {row["iso2"] for row in read_input("no_through_roads.csv")}
    is_city = np.array([row["id"] in cities for row in rows])
    is_port = np.array([row["kind"] == Kind.SEAPORT for row in rows])
    lanes = access.to_pylist()
    for place, row in enumerate(rows):
        if row["id"] in served or row["iso2"] in barred:
            continue
        here = (market == market[place]) & (land == land[place])
        km = great_circle_km(lat[place], lon[place], lat, lon)
        goals = [is_city, is_port] if row["kind"] == Kind.AIRPORT else [is_city]
        for goal in goals:
            reached = np.where(here & goal, km, np.inf)
            nearest = int(np.argmin(reached))
            if reached[nearest] <= FAR_KM:
                both = _both_ways(row, rows[nearest], float(km[nearest]))
                lanes.extend(lane.row() for lane in both)
                break
    return lanes_of(lanes)


def joined_lands(borders: Borders, land: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return lands as one where a bridge, tunnel or short ferry joins them.

    `inputs/joined_lands.csv` names a point on either side.
    """
    links = read_input("joined_lands.csv")
    ends = [
        lands_at(
            borders,
            locate(
                borders,
                np.array([float(row[f"lat_{side}"]) for row in links]),
                np.array([float(row[f"lon_{side}"]) for row in links]),
            ),
        )
        for side in ("a", "b")
    ]
    # A map may draw neither side of a link.
    a, b = np.array(ends)[:, (ends[0] >= 0) & (ends[1] >= 0)]
    size = int(max([*land.tolist(), *a.tolist(), *b.tolist()])) + 1
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return np.where(land >= 0, label[land], -1).astype(np.int32)


def _city_pairs(
    km: Floats,
    by_land: NDArray[np.bool_],
    *,
    market: NDArray[np.str_],
    kind: NDArray[np.str_],
    gateway: Kind,
) -> NDArray[np.bool_]:
    """Return which cities reach which gateways of one kind."""
    pair = (kind == Kind.CITY)[:, None] & (kind == gateway) & by_land
    pair &= km <= ACCESS_KM
    own = pair & (market[:, None] == market)
    nearest_own = np.where(own, km, np.inf).min(axis=1)
    return np.asarray(own | (pair & (km < nearest_own[:, None])))


def _served(lanes: pa.Table, cities: set[str]) -> set[str]:
    """Return the nodes from which a lane goes to a city."""
    return {
        start
        for start, end in zip(
            lanes.column("origin").to_pylist(),
            lanes.column("destination").to_pylist(),
            strict=True,
        )
        if end in cities
    }


def _is_hub(row: Mapping[str, object]) -> bool:
    match row["kind"]:
        case Kind.SEAPORT:
            return row["tier"] in range(1, HUB_SEAPORT_TIER + 1)
        case Kind.AIRPORT:
            return row["tier"] in range(1, HUB_AIRPORT_TIER + 1)
        case _:
            return False


def _both_ways(
    one: Mapping[str, object], other: Mapping[str, object], km: float
) -> list[Lane]:
    length_km = max(km * DETOUR, LEAST_KM)
    stem = "road-drayage" if km <= ACCESS_KM else "road-artic"
    toc = category(stem, str(one["iso2"]), str(other["iso2"]))
    return [
        Lane(
            id=f"drayage:{start['id']}>{end['id']}",
            origin=str(start["id"]),
            destination=str(end["id"]),
            mode="road",
            toc=toc,
            service="drayage" if km <= ACCESS_KM else "far access",
            distance_km=length_km,
            transit_h=length_km / SPEED_KMH,
        )
        for start, end in ((one, other), (other, one))
    ]
