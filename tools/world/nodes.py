"""All nodes of the network, the markets they belong to, and their codes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from tools.world.airports import Airport, airport_nodes, choose_airports, read_airports
from tools.world.archives import Archives
from tools.world.cities import Chosen, choose_cities
from tools.world.geonames import City, Market, read_cities, read_markets
from tools.world.locodes import (
    CityIndex,
    Location,
    airport_locations,
    city_locations,
    harbour_locations,
    merge_locations,
    port_locations,
)
from tools.world.marnet import SeaGraph
from tools.world.places import SMALLEST_PLACE
from tools.world.points import Kind, Node
from tools.world.seaports import (
    Port,
    PortKind,
    classify,
    patch_ports,
    read_ports,
    same_ports,
)
from tools.world.tables import read_input
from tools.world.terminals import inland_terminals, rail_candidates, river_ports
from tools.world.wpi import Harbour, match_harbours, read_harbours, trusted_codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """What the sources tell about places, before it is made into tables.

    Attributes
    ----------
    markets
        Markets by iso2.
    all_cities
        All cities, largest first.
    cities
        Cities of the network.
    ports
        Rows of the port list, patched and told apart.
    same
        Code of a seaport by the code of another terminal of the same port.
    harbours
        Rows of the World Port Index.
    all_airports
        All airports with an IATA code.
    airports
        Airports of the network.
    """

    markets: Mapping[str, Market]
    all_cities: tuple[City, ...]
    cities: tuple[Chosen, ...]
    ports: tuple[Port, ...]
    same: Mapping[str, str]
    harbours: tuple[Harbour, ...]
    all_airports: tuple[Airport, ...]
    airports: tuple[Airport, ...]


def read_points(archives: Archives, graph: SeaGraph, called: Collection[str]) -> Points:
    """Read every source of places.

    Parameters
    ----------
    archives
        Checked archives.
    graph
        Sea network with its patches.
    called
        LOCODEs that services and ferries call at.
    """
    markets = read_markets(archives)
    all_cities = read_cities(archives)
    ports = classify(
        patch_ports(read_ports(archives), read_input("port_patches.csv")),
        graph,
        landlocked=[iso2 for iso2, market in markets.items() if market.landlocked],
        called=called,
    )
    all_airports = read_airports(archives)
    cities = choose_cities(all_cities, markets, read_input("trade_hubs.csv"))
    return Points(
        markets=markets,
        all_cities=all_cities,
        cities=cities,
        ports=ports,
        same=same_ports(ports, read_input("locode_aliases.csv")),
        harbours=read_harbours(archives),
        all_airports=all_airports,
        airports=choose_airports(all_airports, hub_points(cities)),
    )


def hub_points(cities: Iterable[Chosen]) -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the hub of every market [degrees], by iso2."""
    return {one.node.iso2: (one.node.lat, one.node.lon) for one in cities if one.is_hub}


def sea_calls(points: Points) -> list[Port]:
    """Ports that become seaport nodes, by code; Caspian ports are among them."""
    kinds = (PortKind.SEAPORT, PortKind.CASPIAN)
    return [
        port
        for port in points.ports
        if port.kind in kinds and port.locode not in points.same
    ]


def locations(points: Points) -> tuple[Location, ...]:
    """Every location that has a UN/LOCODE, each code once."""
    index = CityIndex(points.cities)
    terminals = _terminals(points)
    return merge_locations(
        [
            port_locations(points.ports, index=index, node_of=terminals),
            port_locations(_aliases(points), index=index, node_of=terminals),
            city_locations(points.all_cities, points.cities, smallest=SMALLEST_PLACE),
            airport_locations(
                points.all_airports,
                index=index,
                air_nodes=[f"air:{one.iata}" for one in points.airports],
            ),
            harbour_locations(trusted_codes(points.harbours), index),
        ]
    )


def build_nodes(
    points: Points, port_tiers: Mapping[str, int], located: Iterable[Location]
) -> list[Node]:
    """Nodes of all kinds; of rail terminals the candidates.

    Parameters
    ----------
    points
        What the sources tell.
    port_tiers
        Tier of each seaport by its code.
    located
        Locations with their codes, of which a city takes its first.
    """
    code_of: dict[str, str] = {}
    for location in located:
        if location.node is not None:
            code_of.setdefault(location.node, location.locode)
    seaports = [
        Node(
            id=f"port:{port.locode}",
            kind=Kind.SEAPORT,
            name=port.name,
            iso2=port.iso2,
            lat=port.lat,
            lon=port.lon,
            tier=port_tiers[port.locode],
            locode=port.locode,
        )
        for port in sea_calls(points)
    ]
    return [
        *(replace(one.node, locode=code_of.get(one.node.id)) for one in points.cities),
        *seaports,
        *airport_nodes(points.airports),
        *inland_terminals(points.ports),
        *river_ports(_river_locodes()),
        *rail_candidates(points.cities),
    ]


def harbour_of_port(points: Points) -> dict[str, Harbour]:
    """Row of the World Port Index of each seaport that has one."""
    return match_harbours(sea_calls(points), points.harbours)


def market_rows(points: Points) -> list[dict[str, str]]:
    """Rows of `markets.csv`, by iso2."""
    hubs = {one.node.iso2: one.node.id for one in points.cities if one.is_hub}
    return [
        {
            "iso2": iso2,
            "iso3": market.iso3,
            "name": market.name,
            "continent": market.continent,
            "un_member": str(int(market.un_member)),
            "customs_territory": market.customs_territory,
            "currency": market.currency,
            "population": str(market.population),
            "hub": hubs[iso2],
        }
        for iso2, market in sorted(points.markets.items())
    ]


def _terminals(points: Points) -> dict[str, str]:
    """Node of every terminal of the port list by code."""
    node_of = {code: node for node, code in _river_locodes().items()}
    for port in points.ports:
        if port.kind is PortKind.INLAND:
            node_of[port.locode] = f"depot:{port.locode}"
    for port in sea_calls(points):
        node_of[port.locode] = f"port:{port.locode}"
    node_of |= {alias: f"port:{code}" for alias, code in points.same.items()}
    return node_of


def _aliases(points: Points) -> list[Port]:
    """Rows for the codes that stand for a port of the list."""
    by_code = {port.locode: port for port in points.ports}
    return [
        replace(by_code[code], locode=alias, kind=PortKind.LOCATION)
        for alias, code in sorted(points.same.items())
        if alias not in by_code
    ]


def _river_locodes() -> dict[str, str]:
    """UN/LOCODE of the river ports by their node id."""
    return {
        row["node"]: row["locode"]
        for row in read_input("river_ports.csv")
        if row["locode"]
    }
