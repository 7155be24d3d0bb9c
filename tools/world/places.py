"""The places an address may name: towns of GeoNames."""

from collections.abc import Iterable

import pyarrow as pa

from tools.world.geonames import City, ascii_name
from tools.world.tables import PLACE_SCHEMA, table_of

SMALLEST_PLACE = 1_000
# A town is wider than this; more digits would not help and would not pack.
DEGREE_DECIMALS = 3


def place_table(cities: Iterable[City], *, smallest: int) -> pa.Table:
    """Table of places by falling population, ties by their number in GeoNames.

    Parameters
    ----------
    cities
        All cities.
    smallest
        Places with fewer inhabitants are left out.
    """
    ordered = sorted(cities, key=lambda one: (-one.population, one.geonameid))
    rows = [
        {
            "name": city.name,
            "ascii_name": ascii_name(city.name),
            "iso2": city.iso2,
            "lat": round(city.lat, DEGREE_DECIMALS),
            "lon": round(city.lon, DEGREE_DECIMALS),
            "population": city.population,
        }
        for city in ordered
        if city.population >= smallest
    ]
    return table_of(rows, PLACE_SCHEMA)
