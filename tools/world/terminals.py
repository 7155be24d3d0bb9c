"""Terminals away from the sea: inland terminals, river ports, rail terminals."""

from collections.abc import Iterable, Mapping, Sequence

from tools.world.cities import Chosen
from tools.world.geonames import slug
from tools.world.points import Kind, Node
from tools.world.seaports import Port, PortKind
from tools.world.sphere import great_circle_km
from tools.world.tables import read_input

RAIL_CITY_POPULATION = 300_000
# A curated terminal this near stands for the city's own.
SAME_TERMINAL_KM = 20.0


def inland_terminals(ports: Iterable[Port]) -> list[Node]:
    """Nodes of the container terminals without a sea."""
    return [
        Node(
            id=f"depot:{port.locode}",
            kind=Kind.INLAND_TERMINAL,
            name=port.name,
            iso2=port.iso2,
            lat=port.lat,
            lon=port.lon,
            locode=port.locode,
        )
        for port in ports
        if port.kind is PortKind.INLAND
    ]


def waterway_node_ids() -> dict[tuple[str, str], str]:
    """Node of every end named in `inland_waterways.csv`, by name and iso2.

    A mouth or a confluence is no port and has "". Where seagoing ships call at the
    place, the node is the seaport, so that barge and ship meet in one yard.

    Raises
    ------
    ValueError
        If an end is not told in `river_ports.csv`.
    """
    told = {
        (row["name"], row["iso2"]): row["node"] for row in read_input("river_ports.csv")
    }
    ids = {}
    for row in read_input("inland_waterways.csv"):
        for side in ("from", "to"):
            place = (row[f"{side}_port"], row[f"{side}_iso2"])
            if place not in told:
                msg = (
                    f"river_ports.csv: has no {place}, an end of the {row['waterway']}"
                )
                raise ValueError(msg)
            ids[place] = told[place]
    return ids


def river_ports(locode_of: Mapping[str, str]) -> list[Node]:
    """Nodes of the river ports that are not seaports as well.

    Parameters
    ----------
    locode_of
        UN/LOCODE of a river port by its node id.
    """
    place = {
        (row[f"{side}_port"], row[f"{side}_iso2"]): (
            float(row[f"{side}_lat"]),
            float(row[f"{side}_lon"]),
        )
        for row in read_input("inland_waterways.csv")
        for side in ("from", "to")
    }
    nodes = {}
    for (name, iso2), node_id in sorted(waterway_node_ids().items()):
        if not node_id.startswith("river:") or node_id in nodes:
            continue
        lat, lon = place[name, iso2]
        nodes[node_id] = Node(
            id=node_id,
            kind=Kind.RIVER_PORT,
            name=name.split(" (")[0],
            iso2=iso2,
            lat=lat,
            lon=lon,
            locode=locode_of.get(node_id),
        )
    return [nodes[node_id] for node_id in sorted(nodes)]


def rail_candidates(cities: Sequence[Chosen]) -> list[Node]:
    """Rail terminals to be tried: those of big cities and hubs, and curated ones."""
    curated = [_rail_node(row) for row in read_input("rail_terminals.csv")]
    nodes = {node.id: node for node in curated}
    for chosen in cities:
        city = chosen.city
        if city.population < RAIL_CITY_POPULATION and not chosen.is_hub:
            continue
        if _is_near(city.lat, city.lon, curated):
            continue
        node = Node(
            id=chosen.node.id.replace("city:", "rail:", 1),
            kind=Kind.RAIL_TERMINAL,
            name=city.name,
            iso2=city.iso2,
            lat=city.lat,
            lon=city.lon,
        )
        nodes.setdefault(node.id, node)
    return [nodes[node_id] for node_id in sorted(nodes)]


def gauge_hubs(rows: Iterable[Mapping[str, str]]) -> list[Node]:
    """Rail terminals at the breaks of gauge."""
    nodes = {node.id: node for node in map(_rail_node, rows)}
    return [nodes[node_id] for node_id in sorted(nodes)]


def _rail_node(row: Mapping[str, str]) -> Node:
    return Node(
        id=f"rail:{row['iso2'].lower()}-{slug(row['name'])}",
        kind=Kind.RAIL_TERMINAL,
        name=row["name"],
        iso2=row["iso2"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
    )


def _is_near(lat: float, lon: float, nodes: list[Node]) -> bool:
    distance_km = great_circle_km(
        lat, lon, [one.lat for one in nodes], [one.lon for one in nodes]
    )
    return bool(distance_km.min() < SAME_TERMINAL_KM)
