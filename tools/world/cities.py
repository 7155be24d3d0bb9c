"""Which cities are doors of the network, and the main trade hub of each market."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.world.geonames import City, Market, slug
from tools.world.points import Kind, Node
from tools.world.sphere import great_circle_km

# The next largest cities of a market that are taken whatever their rank in the world.
OTHER_CITIES_PER_MARKET = 2
OTHER_CITY_POPULATION = 100_000
# Everywhere, a city of this size is taken.
BIG_CITY_POPULATION = 1_000_000
# Districts and suburbs are listed beside their city; it stands for them.
SUBURB_KM = 25.0

TIER_1_POPULATION = 5_000_000
TIER_2_POPULATION = 1_000_000
TIER_3_POPULATION = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A city taken into the network.

    Attributes
    ----------
    city
        As GeoNames has it.
    node
        As the network has it.
    is_hub
        Whether it is the main trade hub of its market.
    """

    city: City
    node: Node
    is_hub: bool


def choose_cities(
    cities: Sequence[City],
    markets: Mapping[str, Market],
    wishes: Iterable[Mapping[str, str]],
) -> tuple[Chosen, ...]:
    """Take the cities that become nodes.

    Parameters
    ----------
    cities
        All cities, largest first.
    markets
        Markets by iso2.
    wishes
        Rows of `trade_hubs.csv`: a market's hub where it is not the largest
        city (`hub` 1), and further trade cities (`hub` 0).

    Returns
    -------
    tuple of Chosen
        Sorted by node id.

    Raises
    ------
    ValueError
        If a wished city or any city of a market is not to be found.
    """
    by_market = defaultdict(list)
    for city in cities:
        if city.iso2 in markets:
            by_market[city.iso2].append(city)
    wished = defaultdict(list)
    for row in wishes:
        wished[row["iso2"]].append(row)
    taken = []
    hubs = set()
    for iso2 in sorted(markets):
        picked = _of_market(iso2, by_market[iso2], wished[iso2])
        hubs.add(picked[0].geonameid)
        taken.extend(picked)
    ids = city_ids(taken)
    chosen = [
        Chosen(
            city=city,
            node=_node(city, ids[city.geonameid], is_hub=city.geonameid in hubs),
            is_hub=city.geonameid in hubs,
        )
        for city in taken
    ]
    return tuple(sorted(chosen, key=lambda one: one.node.id))


def city_ids(cities: Iterable[City]) -> dict[int, str]:
    """Node id of each city by its number; of namesakes the largest keeps the name."""
    ids: dict[int, str] = {}
    used: set[str] = set()
    for city in sorted(cities, key=lambda one: (-one.population, one.geonameid)):
        plain = f"city:{city.iso2.lower()}-{slug(city.name)}"
        name = plain if plain not in used else f"{plain}-{slug(city.admin1)}"
        if name in used:
            name = f"{plain}-{city.geonameid}"
        used.add(name)
        ids[city.geonameid] = name
    return ids


def find_city(cities: Iterable[City], name: str) -> City:
    """Largest city of that name, written as GeoNames does or under another name.

    Raises
    ------
    ValueError
        If there is none.
    """
    listed = list(cities)
    for city in listed:
        if city.name == name:
            return city
    for city in listed:
        if name in city.alternate_names:
            return city
    msg = f"trade_hubs.csv: there is no city {name!r} in that market"
    raise ValueError(msg)


def _of_market(
    iso2: str, cities: list[City], wishes: list[Mapping[str, str]]
) -> list[City]:
    """Cities of one market, its hub first."""
    if not cities:
        msg = f"markets.csv: {iso2} has no city in GeoNames, expected at least one"
        raise ValueError(msg)
    hubs = [row for row in wishes if row["hub"] == "1"]
    hub = find_city(cities, hubs[0]["city"]) if hubs else cities[0]
    taken = [hub]
    for row in wishes:
        city = find_city(cities, row["city"])
        if city not in taken:
            taken.append(city)
    others = 0
    for city in cities:
        big = city.population >= BIG_CITY_POPULATION
        next_largest = (
            city.population >= OTHER_CITY_POPULATION
            and others < OTHER_CITIES_PER_MARKET
        )
        if not big and not next_largest:
            continue
        if _is_apart(city, taken):
            taken.append(city)
            others += 1
    return taken


def _is_apart(city: City, taken: list[City]) -> bool:
    distance_km = great_circle_km(
        city.lat, city.lon, [one.lat for one in taken], [one.lon for one in taken]
    )
    return bool(distance_km.min() >= SUBURB_KM)


def _node(city: City, node_id: str, *, is_hub: bool) -> Node:
    return Node(
        id=node_id,
        kind=Kind.CITY,
        name=city.name,
        iso2=city.iso2,
        lat=city.lat,
        lon=city.lon,
        tier=_tier(city.population, is_hub=is_hub),
        population=city.population,
    )


def _tier(population: int, *, is_hub: bool) -> int:
    """Tier of a city by its size; a market's hub is at least of tier 2."""
    if population >= TIER_1_POPULATION:
        return 1
    if population >= TIER_2_POPULATION or is_hub:
        return 2
    return 3 if population >= TIER_3_POPULATION else 4
