"""Air lanes: hubs linked with each other, other airports linked with hubs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyarrow as pa

from tools.world.points import Node
from tools.world.sphere import great_circle_km
from tools.world.tables import HOUR_DECIMALS, KM_DECIMALS, lanes_of, read_input

CRUISE_KMH = 850.0
# Taxi, climb and descent beside cruising.
BLOCK_H = 0.5
HUB_TIER = 1
NEAREST_HUBS = 3
LONG_HAUL_KM = 3_700.0
DOMESTIC_KM = 700.0
SHORTEST_KM = 150.0


class Carrier(StrEnum):
    """What carries the freight."""

    BELLY = "belly"
    FREIGHTER = "freighter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aircraft:
    """What is known of the aircraft of a carrier on a kind of haul.

    Attributes
    ----------
    capacity_t
        Freight one flight takes [t].
    range_km
        Longest flight without a stop, loaded [km].
    """

    capacity_t: float
    range_km: float


def haul(distance_km: float) -> str:
    """Kind of haul by great-circle distance, as DESNZ tells them apart."""
    if distance_km >= LONG_HAUL_KM:
        return "long-haul"
    return "domestic" if distance_km < DOMESTIC_KM else "short-haul"


def air_pairs(
    airports: Iterable[Node],
    main: Mapping[str, str],
    barred: Collection[tuple[str, str]],
) -> list[tuple[Node, Node]]:
    """Pairs of airports with flights, once each, by id.

    Hubs of tier 1 are all linked with each other. Every other airport is linked with
    the main airport of its market and with the nearest hubs. Airports nearer than
    `SHORTEST_KM` are linked by truck only.

    Parameters
    ----------
    airports
        Airport nodes.
    main
        IATA code of the main airport of each market, by iso2.
    barred
        Pairs of markets without flights, both ways; `*` is any.
    """
    by_id = {one.id: one for one in airports}
    ordered = [by_id[one] for one in sorted(by_id)]
    hubs = [one for one in ordered if one.tier == HUB_TIER]
    pairs = set()
    for airport in ordered:
        far = [hub for hub in hubs if _is_linked(airport, hub, barred)]
        if airport.tier == HUB_TIER:
            linked = far
        else:
            far = _by_distance(airport, far)
            home = by_id[f"air:{main[airport.iso2]}"]
            has_home = _is_linked(airport, home, barred)
            linked = [*far[:NEAREST_HUBS], *([home] if has_home else [])]
        for other in linked:
            first, second = sorted((airport.id, other.id))
            pairs.add((first, second))
    return [(by_id[one], by_id[other]) for one, other in sorted(pairs)]


def air_lanes(airports: Sequence[Node], main: Mapping[str, str]) -> pa.Table:
    """Lanes by air, both ways, sorted by id.

    Parameters
    ----------
    airports
        Airport nodes.
    main
        IATA code of the main airport of each market, by iso2.
    """
    aircraft = read_aircraft()
    frequency = read_frequencies()
    cargo_only = {row["iata"] for row in read_input("freight_airports.csv")}
    lanes = []
    for one, other in air_pairs(airports, main, read_barred()):
        distance_km = _km(one, other)
        for carrier in Carrier:
            plane = aircraft[carrier, haul(distance_km)]
            low, high = sorted((one.tier, other.tier))
            weekly = frequency.get((carrier, low, high), 0.0)
            has_belly = not cargo_only & {one.iata, other.iata}
            is_flown = carrier is Carrier.FREIGHTER or has_belly
            if weekly and is_flown and distance_km <= plane.range_km:
                lanes.append(_lane((one, other), carrier, weekly, plane))
                lanes.append(_lane((other, one), carrier, weekly, plane))
    return lanes_of(lanes)


def read_aircraft() -> dict[tuple[Carrier, str], Aircraft]:
    """Aircraft of `aircraft.csv` by carrier and haul."""
    return {
        (Carrier(row["carrier"]), row["haul"]): Aircraft(
            capacity_t=float(row["capacity_t"]), range_km=float(row["range_km"])
        )
        for row in read_input("aircraft.csv")
    }


def read_frequencies() -> dict[tuple[Carrier, int, int], float]:
    """Flights a week of `air_frequencies.csv` by carrier and the two tiers."""
    return {
        (Carrier(row["carrier"]), int(row["tier_a"]), int(row["tier_b"])): float(
            row["departures_per_week"]
        )
        for row in read_input("air_frequencies.csv")
    }


def read_barred() -> frozenset[tuple[str, str]]:
    """Pairs of `no_air_service.csv`, both ways."""
    rows = read_input("no_air_service.csv")
    pairs = {(row["iso2_a"], row["iso2_b"]) for row in rows}
    return frozenset(pairs | {(other, one) for one, other in pairs})


def _is_linked(one: Node, other: Node, barred: Collection[tuple[str, str]]) -> bool:
    """Whether there may be flights between two airports."""
    pairs = {(one.iso2, other.iso2), (one.iso2, "*"), ("*", other.iso2)}
    return not pairs & set(barred) and _km(one, other) >= SHORTEST_KM


def _by_distance(airport: Node, hubs: Iterable[Node]) -> list[Node]:
    """Sort hubs by the way from an airport, ties by id."""
    return sorted(hubs, key=lambda hub: (_km(airport, hub), hub.id))


def _lane(
    pair: tuple[Node, Node], carrier: Carrier, weekly: float, plane: Aircraft
) -> Mapping[str, object]:
    origin, destination = pair
    distance_km = _km(origin, destination)
    return {
        "id": f"air:{carrier}:{origin.iata}-{destination.iata}",
        "origin": origin.id,
        "destination": destination.id,
        "mode": "air",
        "toc": f"air-{carrier}-{haul(distance_km)}",
        "service": carrier.value,
        "distance_km": round(distance_km, KM_DECIMALS),
        "distance_basis": "gcd",
        "transit_h": round(distance_km / CRUISE_KMH + BLOCK_H, HOUR_DECIMALS),
        "departures_per_week": weekly,
        "capacity_t_per_departure": plane.capacity_t,
        "gauge_mm": None,
        "passages": "",
        "speed_kmh": None,
    }


def _km(one: Node, other: Node) -> float:
    """Great-circle distance, the same both ways [km]."""
    first, second = sorted((one, other), key=lambda node: node.id)
    return float(great_circle_km(first.lat, first.lon, second.lat, second.lon))
