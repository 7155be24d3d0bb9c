"""What a user types → a place: codes, coordinates, cities, markets, node ids."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from greenroute.errors import DataError, UnknownPlaceError
from greenroute.network.gateway import KINDS, GatewayKind, Gateways
from greenroute.network.geometry import great_circle_km
from greenroute.network.market import Markets
from greenroute.network.place_index import PlaceIndex, fold, read_index
from greenroute.network.place_search import candidates, nearest_places

#: A coordinate farther than this from any town of the index is nowhere [km].
NOWHERE_KM = 250.0
#: How many near matches an error names.
SUGGESTIONS = 5
#: How many matches a search looks at for each place that it lists.
SEARCHED = 10
_COORDINATES = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*$")
_LOCODE = re.compile(r"^[A-Za-z]{2} ?[A-Za-z2-9]{3}$")
_MAX_LAT, _MAX_LON = 90.0, 180.0
_EXPECTED = (
    "Expected a UN/LOCODE, IATA:XXX, lat,lon, 'city, ISO2', a market (ISO2) or a node of "
    "the network"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where goods start or end.

    Attributes
    ----------
    text
        What the user wrote.
    name
        Name for people.
    iso2
        Market it lies in.
    lat, lon
        WGS 84 [degree].
    node
        Row in the gateways table; -1 if it is no node of the network.
    """

    text: str
    name: str
    iso2: str
    lat: float
    lon: float
    node: int = -1


def find_place(
    text: str, gateways: Gateways, markets: Markets, index: PlaceIndex
) -> Place:
    """Return the place that a text names.

    In this order: id of a node, `IATA:XXX`, `lat,lon`, market (ISO 3166-1 alpha-2, its
    main trade hub), UN/LOCODE, `city, ISO2`.

    Raises
    ------
    UnknownPlaceError
        Naming the nearest matches.
    DataError
        If the text is a coordinate that does not exist or lies nowhere near a town.
    """
    wanted = text.strip()
    if not wanted:
        msg = f"a place is empty. {_EXPECTED}"
        raise UnknownPlaceError(msg)
    row = index.row_of.get(wanted, index.row_of.get(_airport_id(wanted), -1))
    if row >= 0:
        return _node(text, row, gateways)
    coordinates = _COORDINATES.match(wanted)
    if coordinates:
        lat, lon = float(coordinates[1]), float(coordinates[2])
        return _point(text, (lat, lon), gateways, index)
    place = (
        _market(text, wanted, gateways, markets)
        or _locode(text, wanted, gateways, index)
        or _city(text, wanted, gateways, index)
    )
    if place is None:
        raise UnknownPlaceError(_did_you_mean(wanted, gateways, markets, index))
    return place


def search_places(
    query: str,
    gateways: Gateways,
    markets: Markets,
    index: PlaceIndex,
    *,
    limit: int = 10,
) -> list[Place]:
    """Return the places whose code or name is nearest to a query, best first."""
    among = candidates(gateways, markets, index)
    # A node, its LOCODE and its town are one place.
    found: dict[tuple[int, float, float], Place] = {}
    for row in nearest_places(query, among, count=SEARCHED * limit):
        place = find_place(among.texts[row], gateways, markets, index)
        found.setdefault((place.node, place.lat, place.lon), place)
        if len(found) == limit:
            break
    return list(found.values())


def _airport_id(wanted: str) -> str:
    return f"air:{wanted[5:].upper()}" if wanted.upper().startswith("IATA:") else wanted


def _node(text: str, row: int, gateways: Gateways) -> Place:
    return Place(
        text=text,
        name=gateways.name[row].as_py(),
        iso2=gateways.iso2[row],
        lat=float(gateways.lat[row]),
        lon=float(gateways.lon[row]),
        node=row,
    )


def _point(
    text: str, point: tuple[float, float], gateways: Gateways, index: PlaceIndex
) -> Place:
    lat, lon = point
    if abs(lat) > _MAX_LAT or abs(lon) > _MAX_LON:
        msg = f"place {text!r}: latitude is {lat:g} and longitude {lon:g}, expected ±90 and ±180"
        raise DataError(msg)
    towns = read_index(index.towns)
    if towns is None:
        lats, lons = gateways.lat, gateways.lon
    else:
        lats, lons = towns["lat"].to_numpy(), towns["lon"].to_numpy()
    gap = great_circle_km(lat, lon, lats, lons)
    near = int(np.argmin(gap))
    if gap[near] > NOWHERE_KM:
        msg = f"place {text!r}: the nearest town is {gap[near]:.0f} km away, expected a place on land"
        raise DataError(msg)
    iso2 = gateways.iso2[near] if towns is None else towns["iso2"][near].as_py()
    name = f"{lat:g},{lon:g}"
    return Place(text=text, name=name, iso2=iso2, lat=lat, lon=lon)


def _market(
    text: str, wanted: str, gateways: Gateways, markets: Markets
) -> Place | None:
    if len(wanted) != len("DE"):
        return None
    row = pc.index(markets.iso2, wanted.upper()).as_py()
    return None if row < 0 else _node(text, int(markets.hub[row]), gateways)


def _locode(
    text: str, wanted: str, gateways: Gateways, index: PlaceIndex
) -> Place | None:
    if not _LOCODE.match(wanted):
        return None
    code = wanted.replace(" ", "").upper()
    table = read_index(index.locodes)
    row = -1 if table is None else pc.index(table["locode"], code).as_py()
    if table is None or row < 0:
        node = gateway_at(code, gateways, GatewayKind.CITY)
        return None if node < 0 else _node(text, node, gateways)
    node = table["node"][row].as_py()
    if node:
        return _node(text, index.row_of[node], gateways)
    return Place(
        text=text,
        name=table["name"][row].as_py(),
        iso2=table["iso2"][row].as_py(),
        lat=table["lat"][row].as_py(),
        lon=table["lon"][row].as_py(),
    )


def gateway_at(locode: str, gateways: Gateways, kind: GatewayKind) -> int:
    """Return the row of a gateway of this location, of the kind if there is one; or -1."""
    here = np.asarray(pc.equal(gateways.locode, locode)) & (locode != "")
    rows = np.flatnonzero(here & gateways.is_kind(kind))
    rows = rows if len(rows) else np.flatnonzero(here)
    return int(rows[0]) if len(rows) else -1


def _city(
    text: str, wanted: str, gateways: Gateways, index: PlaceIndex
) -> Place | None:
    name, comma, market = wanted.rpartition(",")
    if not comma:
        return None
    name, market = fold(name), market.strip().upper()
    is_city = gateways.kind == KINDS.index(GatewayKind.CITY)
    mine = is_city & gateways.iso2.mask(frozenset({market}))
    for row in np.flatnonzero(mine).tolist():
        if fold(gateways.name[row].as_py()) == name:
            return _node(text, row, gateways)
    towns = read_index(index.towns)
    if towns is None:
        return None
    here = towns.filter(pc.equal(towns["iso2"], market))
    for column in ("name", "ascii_name"):
        for row, town in enumerate(here[column].to_pylist()):
            if fold(town) == name:
                return Place(
                    text=text,
                    name=here["name"][row].as_py(),
                    iso2=market,
                    lat=here["lat"][row].as_py(),
                    lon=here["lon"][row].as_py(),
                )
    return None


def _did_you_mean(
    wanted: str, gateways: Gateways, markets: Markets, index: PlaceIndex
) -> str:
    among = candidates(gateways, markets, index)
    near = nearest_places(wanted, among, count=SUGGESTIONS)
    words = "; ".join(
        among.texts[row]
        if among.texts[row].startswith(among.names[row])
        else f"{among.texts[row]} ({among.names[row]})"
        for row in near
    )
    return (
        f"place {wanted!r} is unknown; nearest matches: {words or 'none'}. {_EXPECTED}"
    )
