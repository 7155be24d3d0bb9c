"""Doors: places that are no node of the network join it by road."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.departure import no_departures
from greenroute.network.gateway import KINDS, GatewayKind, Gateways
from greenroute.network.geometry import great_circle_km
from greenroute.network.lane import (
    BASES,
    DistanceBasis,
    Lanes,
    Mode,
    join_lanes,
    mode_code,
)
from greenroute.network.network import ROAD_DETOUR, Network
from greenroute.network.places import Place
from greenroute.tables import Coded

#: Id of a door: this and the text of its place.
DOOR = "door:"
#: How far a door looks for gateways [km]; and how many of each kind it joins.
REACH_KM = 300.0
JOINS = {
    GatewayKind.CITY: 3,
    GatewayKind.SEAPORT: 2,
    GatewayKind.AIRPORT: 1,
    GatewayKind.RAIL_TERMINAL: 1,
    GatewayKind.INLAND_TERMINAL: 1,
    GatewayKind.RIVER_PORT: 1,
}
SPEED_KMH = 40.0
MIN_KM = 1.0
#: TOC of drayage, and the one that has factors of its own for North America.
DRAYAGE_TOC, DRAYAGE_TOC_US = "road-drayage", "road-drayage-us"
NORTH_AMERICA = frozenset({"CA", "MX", "US"})


def join_door(network: Network, place: Place) -> tuple[Network, Place]:
    """Return the network with the place as a node, and the place at that node.

    The door is joined to the nearest gateways of its own market by drayage both ways:
    great circle x 1.35, as drayage is measured everywhere in the world network.

    Raises
    ------
    DataError
        If no gateway of its market is within reach.
    """
    if place.node >= 0:
        return network, place
    near, km = _near(network.gateways, place)
    if not len(near):
        msg = (
            f"place {place.text!r} ({place.name}, {place.iso2}): no gateway of the network "
            f"lies within {REACH_KM:g} km in {place.iso2}; name a nearer place"
        )
        raise DataError(msg)
    door = len(network.gateways)
    joined = replace(
        network,
        gateways=_add(network.gateways, place),
        lanes=_drayage(network.lanes, door, place.iso2, near=near, km=km),
        place_index=replace(
            network.place_index,
            row_of={**network.place_index.row_of, f"{DOOR}{place.text}": door},
        ),
    )
    return joined, replace(place, node=door)


def _near(
    gateways: Gateways, place: Place
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    gap = great_circle_km(place.lat, place.lon, gateways.lat, gateways.lon)
    mine = gateways.iso2.mask(frozenset({place.iso2})) & (gap <= REACH_KM)
    rows = [np.empty(0, dtype=np.int64)]
    for kind, count in JOINS.items():
        there = np.flatnonzero(mine & (gateways.kind == KINDS.index(kind)))
        rows.append(there[np.argsort(gap[there], kind="stable")[:count]])
    near = np.sort(np.concatenate(rows))
    return near, np.maximum(np.round(gap[near] * ROAD_DETOUR, 1), MIN_KM)


def _add(gateways: Gateways, place: Place) -> Gateways:
    iso2 = gateways.iso2
    nothing = np.array([np.nan])
    return replace(
        gateways,
        id=pa.concat_arrays([gateways.id, pa.array([f"{DOOR}{place.text}"])]),
        kind=np.append(gateways.kind, np.int8(KINDS.index(GatewayKind.CITY))),
        name=pa.concat_arrays([gateways.name, pa.array([place.name])]),
        iso2=Coded(
            codes=np.append(iso2.codes, np.int32(iso2.names.index(place.iso2))),
            names=iso2.names,
        ),
        lat=np.append(gateways.lat, place.lat),
        lon=np.append(gateways.lon, place.lon),
        tier=np.append(gateways.tier, np.int8(0)),
        locode=pa.concat_arrays([gateways.locode, pa.array([""])]),
        hub_h=np.append(gateways.hub_h, nothing),
        hub_cost_usd_per_t=np.append(gateways.hub_cost_usd_per_t, nothing),
        hub_wtw_kg_per_t=np.append(gateways.hub_wtw_kg_per_t, nothing),
        storage_usd_per_m3_day=np.append(gateways.storage_usd_per_m3_day, nothing),
        waiting=np.append(gateways.waiting, np.True_),
    )


def _drayage(
    lanes: Lanes,
    door: int,
    iso2: str,
    *,
    near: NDArray[np.int64],
    km: NDArray[np.float64],
) -> Lanes:
    """Return the lanes with drayage from the door to these gateways and back."""
    toc = DRAYAGE_TOC_US if iso2 in NORTH_AMERICA else DRAYAGE_TOC
    n = len(near)
    here = np.full(n, door, dtype=np.int32)
    there = near.astype(np.int32)
    twice = np.concatenate([km, km])
    nothing = np.full(2 * n, np.nan)
    ids = [f"door:{door}-{row}" for row in near] + [
        f"door:{row}-{door}" for row in near
    ]
    drayage = Lanes(
        id=pa.array(ids),
        origin=np.concatenate([here, there]),
        destination=np.concatenate([there, here]),
        mode=np.full(2 * n, mode_code(Mode.ROAD), np.int8),
        distance_basis=np.full(2 * n, BASES.index(DistanceBasis.SFD), np.int8),
        toc=_of_one(toc, 2 * n),
        service=_of_one("door", 2 * n),
        distance_km=twice,
        transit_h=twice / SPEED_KMH,
        departures_per_week=nothing,
        departs_on=_of_one("", 2 * n),
        cut_off_h=nothing,
        capacity_t_per_departure=nothing,
        gauge_mm=np.zeros(2 * n, np.int32),
        passages=_of_one("", 2 * n),
        speed_kmh=nothing,
        equipment=_of_one("", 2 * n),
        equipment_m3=nothing,
        cost_usd_per_shipment=nothing,
        cost_usd_per_kg=nothing,
        cost_usd_per_equipment=nothing,
        cost_usd_per_departure=nothing,
        duty_rate=nothing,
        departures=no_departures(2 * n),
    )
    return join_lanes([lanes, drayage])


def _of_one(name: str, count: int) -> Coded:
    """Return a column of one text."""
    return Coded(codes=np.zeros(count, dtype=np.int32), names=(name,))
