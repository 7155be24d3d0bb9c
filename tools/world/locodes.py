"""UN/LOCODEs that the network understands, and the node each one stands for."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from tools.world.airports import Airport
from tools.world.cities import Chosen
from tools.world.geonames import City, slug
from tools.world.points import DEGREE_DECIMALS
from tools.world.seaports import Port
from tools.world.sphere import great_circle_km
from tools.world.tables import LOCODE_SCHEMA, table_of
from tools.world.wpi import Harbour

# A port or an airport of a city's name this near is that city's.
SAME_CITY_KM = 60.0

_CITY_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place with a UN/LOCODE.

    Attributes
    ----------
    locode
        UN/LOCODE.
    name
        Name.
    lat
        Latitude [degrees].
    lon
        Longitude [degrees].
    node
        Node that stands for it, None if there is none.
    """

    locode: str
    name: str
    lat: float
    lon: float
    node: str | None


class CityIndex:
    """Finds the city node that bears a name near a point.

    Parameters
    ----------
    chosen
        Cities of the network.
    """

    def __init__(self, chosen: Iterable[Chosen]) -> None:
        self._by_name: dict[tuple[str, str], list[Chosen]] = defaultdict(list)
        for one in chosen:
            names = {slug(name) for name in (one.city.name, *one.city.alternate_names)}
            for name in sorted(names - {""}):
                self._by_name[one.city.iso2, name].append(one)

    def find(self, name: str, *, iso2: str, lat: float, lon: float) -> str | None:
        """Node id of the nearest city of that name, None if none is near."""
        near = sorted(
            (float(great_circle_km(lat, lon, one.city.lat, one.city.lon)), one.node.id)
            for one in self._by_name.get((iso2, slug(name)), [])
        )
        if near and near[0][0] <= SAME_CITY_KM:
            return near[0][1]
        return None


def port_locations(
    ports: Iterable[Port], *, index: CityIndex, node_of: Mapping[str, str]
) -> list[Location]:
    """Rows of the port list: the city they bear the name of, else their terminal.

    Parameters
    ----------
    ports
        All rows of the list, patched.
    index
        Cities of the network.
    node_of
        Node of a terminal by LOCODE.
    """
    locations = []
    for port in ports:
        city = index.find(port.name, iso2=port.iso2, lat=port.lat, lon=port.lon)
        locations.append(
            Location(
                locode=port.locode,
                name=port.name,
                lat=port.lat,
                lon=port.lon,
                node=node_of.get(port.locode) if city is None else city,
            )
        )
    return locations


def harbour_locations(codes: Mapping[str, Harbour], index: CityIndex) -> list[Location]:
    """Rows of the World Port Index by their trusted codes."""
    return [
        Location(
            locode=locode,
            name=harbour.name,
            lat=harbour.lat,
            lon=harbour.lon,
            node=index.find(
                harbour.name, iso2=locode[:2], lat=harbour.lat, lon=harbour.lon
            ),
        )
        for locode, harbour in sorted(codes.items())
    ]


def city_locations(
    cities: Sequence[City], chosen: Iterable[Chosen], *, smallest: int
) -> list[Location]:
    """Cities by the three-letter codes among their names; the largest has a code.

    Parameters
    ----------
    cities
        All cities, largest first.
    chosen
        Cities of the network.
    smallest
        Cities with fewer inhabitants are left out.
    """
    node_of = {one.city.geonameid: one.node.id for one in chosen}
    locations: dict[str, Location] = {}
    ordered = sorted(cities, key=lambda one: one.geonameid not in node_of)
    for city in ordered:
        if city.population < smallest and city.geonameid not in node_of:
            continue
        for name in city.alternate_names:
            locode = city.iso2 + name
            if _CITY_CODE.fullmatch(name) is None or locode in locations:
                continue
            locations[locode] = Location(
                locode=locode,
                name=city.name,
                lat=city.lat,
                lon=city.lon,
                node=node_of.get(city.geonameid),
            )
    return list(locations.values())


def airport_locations(
    airports: Iterable[Airport], *, index: CityIndex, air_nodes: Iterable[str]
) -> list[Location]:
    """Cities served by scheduled airports, by the airport's code.

    Parameters
    ----------
    airports
        All airports with an IATA code.
    index
        Cities of the network.
    air_nodes
        Ids of the airport nodes.
    """
    nodes = set(air_nodes)
    locations = []
    for one in airports:
        if not one.is_scheduled:
            continue
        served = re.split(r"[(,/]", one.city)[0].strip()
        city = index.find(served, iso2=one.iso2, lat=one.lat, lon=one.lon)
        own = f"air:{one.iata}"
        if city is None and own in nodes:
            city = own
        locations.append(
            Location(
                locode=one.iso2 + one.iata,
                name=served or one.name,
                lat=one.lat,
                lon=one.lon,
                node=city,
            )
        )
    return locations


def merge_locations(sources: Iterable[Iterable[Location]]) -> tuple[Location, ...]:
    """Locations by LOCODE; an earlier source is not overridden by a later one."""
    known: dict[str, Location] = {}
    for locations in sources:
        for location in locations:
            known.setdefault(location.locode, location)
    return tuple(known[locode] for locode in sorted(known))


def locode_table(locations: Iterable[Location]) -> pa.Table:
    """Table of locations, in their order."""
    rows = [
        {
            "locode": one.locode,
            "name": one.name,
            "iso2": one.locode[:2],
            "lat": round(one.lat, DEGREE_DECIMALS),
            "lon": round(one.lon, DEGREE_DECIMALS),
            "node": one.node,
        }
        for one in locations
    ]
    return table_of(rows, LOCODE_SCHEMA)
