"""Stops of freight trains: what they are, and which tracks they lie on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tools.world.gauge import GaugeNetwork
from tools.world.geonames import slug
from tools.world.land import RAIL, Floats, Snap, snap, snap_inside
from tools.world.landlanes import table_value
from tools.world.points import Kind
from tools.world.sphere import great_circle_km
from tools.world.tables import read_input
from tools.world.terminals import gauge_hubs

SERVICES = "rail_services.csv"

# A terminal serves the cities whose centre is this near.
OWN_CITY_KM = 40.0
BIG_CITY_POPULATION = 1_000_000
# A market with more big cities has a main terminal at the largest ones only.
MAIN_TERMINALS_PER_MARKET = 25
# Seaports of these tiers have trains if they have tracks.
SEAPORT_TIERS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stops:
    """Places where freight trains stop, as columns, (n_stops,) each, sorted by id.

    Attributes
    ----------
    id, iso2
        As in the nodes table.
    lat, lon
        WGS 84 [degree].
    is_port, is_hub
        Seaport with tracks; place where two gauges meet.
    is_main
        Whether it belongs to the mesh of main terminals.
    """

    id: NDArray[np.str_]
    iso2: NDArray[np.str_]
    lat: Floats
    lon: Floats
    is_port: NDArray[np.bool_]
    is_hub: NDArray[np.bool_]
    is_main: NDArray[np.bool_]

    def take(self, rows: NDArray[np.int64]) -> "Stops":
        """Return these stops only."""
        return Stops(
            id=self.id[rows],
            iso2=self.iso2[rows],
            lat=self.lat[rows],
            lon=self.lon[rows],
            is_port=self.is_port[rows],
            is_hub=self.is_hub[rows],
            is_main=self.is_main[rows],
        )


def hub_gauges() -> dict[str, frozenset[int]]:
    """Return the gauges [mm] that meet at each gauge hub, by node id."""
    return {
        gauge_hubs([row])[0].id: frozenset(
            {int(row["gauge_a_mm"]), int(row["gauge_b_mm"])}
        )
        for row in read_input("gauge_hubs.csv")
    }


def rail_stops(
    nodes: pa.Table, market_hubs: Collection[str], continent_of: Mapping[str, str]
) -> Stops:
    """Return the rail terminals and the seaports that may have tracks.

    A terminal is a main one if `inputs/gauge_hubs.csv` says so, if it is curated
    (`inputs/rail_terminals.csv`), or if it serves a market's hub or one of its largest
    cities above a million; a seaport if its tier is at most `main_port_tier` of
    `inputs/rail_services.csv`.
    """
    rows = sorted(nodes.to_pylist(), key=lambda row: str(row["id"]))
    stops = [row for row in rows if _may_have_tracks(row)]
    gauges = hub_gauges()
    curated = {
        f"rail:{row['iso2'].lower()}-{slug(row['name'])}"
        for row in read_input("rail_terminals.csv")
    }
    served = _served(stops, [r for r in rows if r["kind"] == Kind.CITY], market_hubs)
    is_port = np.array([row["kind"] == Kind.SEAPORT for row in stops])
    main_tier = table_value(
        SERVICES,
        "main_port_tier",
        iso2=[row["iso2"] for row in stops],
        continent_of=continent_of,
    )
    big_port = np.array([row["tier"] for row in stops]) <= main_tier
    main_hubs = {
        gauge_hubs([row])[0].id
        for row in read_input("gauge_hubs.csv")
        if row["is_main"] == "1"
    }
    named = np.array([row["id"] in main_hubs or row["id"] in curated for row in stops])
    return Stops(
        id=np.array([row["id"] for row in stops]),
        iso2=np.array([row["iso2"] for row in stops]),
        lat=np.array([row["lat"] for row in stops], dtype=np.float64),
        lon=np.array([row["lon"] for row in stops], dtype=np.float64),
        is_port=is_port,
        is_hub=np.array([row["id"] in gauges for row in stops]),
        is_main=np.where(is_port, big_port, named | served),
    )


def own_snap(
    network: GaugeNetwork, *, lat: Floats, lon: Floats, iso2: NDArray[np.str_]
) -> Snap:
    """Join places to tracks of the state they lie in."""
    return snap_inside(
        network.graph,
        network.usable,
        lat=lat,
        lon=lon,
        iso2=iso2,
        reach_km=RAIL.reach_km,
    )


def hub_snap(joined: Snap, stops: Stops, network: GaugeNetwork) -> Snap:
    """Join gauge hubs to the tracks of both their gauges, whatever the state.

    Where the graph has one long edge across the border, which the break of gauge
    takes away, the tracks end far from the hub: `reach_km` tells how far.
    """
    node, km = joined.node.copy(), joined.km.copy()
    row_of = {name: row for row, name in enumerate(stops.id.tolist())}
    for told in read_input("gauge_hubs.csv"):
        row = row_of.get(gauge_hubs([told])[0].id, -1)
        if row < 0:
            continue
        node[row], km[row] = -1, np.inf
        if str(network.gauge_mm) in {told["gauge_a_mm"], told["gauge_b_mm"]}:
            near = snap(
                network.graph,
                network.usable,
                lat=stops.lat[row : row + 1],
                lon=stops.lon[row : row + 1],
                reach_km=float(told["reach_km"]),
            )
            node[row], km[row] = near.node[0], near.km[0]
    return Snap(node=node, km=km)


def _may_have_tracks(row: Mapping[str, object]) -> bool:
    if row["kind"] == Kind.RAIL_TERMINAL:
        return True
    return row["kind"] == Kind.SEAPORT and row["tier"] in SEAPORT_TIERS


def _served(
    stops: Sequence[Mapping[str, object]],
    cities: Sequence[Mapping[str, object]],
    market_hubs: Collection[str],
) -> NDArray[np.bool_]:
    """Return which stops lie at a market's hub or one of its largest cities."""
    lat = np.array([row["lat"] for row in cities], dtype=np.float64)
    lon = np.array([row["lon"] for row in cities], dtype=np.float64)
    market = np.array([row["iso2"] for row in cities])
    people = np.array([row["population"] for row in cities], dtype=np.float64)
    big = np.zeros(len(cities), dtype=np.bool_)
    for iso2 in np.unique(market):
        rows = np.flatnonzero((market == iso2) & (people >= BIG_CITY_POPULATION))
        order = np.argsort(-people[rows], kind="stable")
        big[rows[order[:MAIN_TERMINALS_PER_MARKET]]] = True
    big |= np.array([row["id"] in market_hubs for row in cities])
    near = great_circle_km(
        np.array([[row["lat"]] for row in stops], dtype=np.float64),
        np.array([[row["lon"]] for row in stops], dtype=np.float64),
        lat,
        lon,
    )
    own = np.array([[row["iso2"]] for row in stops]) == market
    return np.asarray((own & big & (near <= OWN_CITY_KM)).any(axis=1))
