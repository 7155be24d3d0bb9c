"""What moves over land, as `build.py` wants it: read the graphs, make every table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tools.world import rail
from tools.world.access import access_lanes, with_far_gateways
from tools.world.archives import Archives, read_text
from tools.world.borders import Borders
from tools.world.gauge import GaugeNetwork, gauge_networks
from tools.world.geonames import Market
from tools.world.land import (
    RAIL,
    ROAD,
    LandGraph,
    LandSource,
    read_land_graph,
)
from tools.world.landpatches import apply_patches, close_borders
from tools.world.points import Node
from tools.world.road import road_lanes
from tools.world.waterway import waterway_lanes


@dataclass(frozen=True, slots=True, kw_only=True)
class Overland:
    """Graphs of the land.

    Attributes
    ----------
    networks
        Tracks by gauge.
    roads
        Road graph, patched, closed borders dropped.
    """

    networks: tuple[GaugeNetwork, ...]
    roads: LandGraph


def read_overland(archives: Archives, borders: Borders) -> Overland:
    """Read the graphs of tracks and roads."""
    return Overland(
        networks=gauge_networks(_graph(archives, RAIL, borders)),
        roads=_graph(archives, ROAD, borders),
    )


def rail_terminals(
    candidates: Sequence[Node],
    overland: Overland,
    borders: Borders,
    seaports: Sequence[Node] = (),
) -> list[Node]:
    """Return the candidates from which trains run."""
    return rail.rail_terminals(
        candidates, networks=overland.networks, borders=borders, seaports=seaports
    )


def overland_tables(
    nodes: pa.Table,
    overland: Overland,
    borders: Borders,
    *,
    markets: Mapping[str, Market],
    hubs: Collection[str],
) -> dict[str, pa.Table]:
    """Return the lanes by rail, road, drayage and waterway.

    Parameters
    ----------
    nodes
        Nodes of the network, columns of `NODE_SCHEMA`.
    overland
        Graphs of the land.
    borders
        States and pieces of land.
    markets
        What is known of each market.
    hubs
        Ids of the cities that are the main trade hub of a market.
    """
    continent_of = {iso2: market.continent for iso2, market in markets.items()}
    territory_of = {iso2: one.customs_territory for iso2, one in markets.items()}
    access = access_lanes(nodes, borders=borders, customs_of=territory_of)
    road = road_lanes(
        nodes,
        graph=overland.roads,
        borders=borders,
        market_hubs=hubs,
        continent_of=continent_of,
        access=access,
    )
    return {
        "lanes_access": with_far_gateways(access, nodes, road=road, borders=borders),
        "lanes_rail": rail.rail_lanes(
            nodes,
            networks=overland.networks,
            borders=borders,
            market_hubs=hubs,
            continent_of=continent_of,
        ),
        "lanes_road": road,
        "lanes_waterway": waterway_lanes(nodes),
    }


def _graph(archives: Archives, source: LandSource, borders: Borders) -> LandGraph:
    text = read_text(archives, "land", source.member).read()
    graph = read_land_graph(text, source, borders)
    return close_borders(apply_patches(graph, source), source.mode)
