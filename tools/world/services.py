"""Liner services: their rotations, and the rides cargo takes on them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tools.world.sea import KM_PER_NM, SeaDistances
from tools.world.tables import HOUR_DECIMALS, KM_DECIMALS, read_input

# Cargo does not ride longer than this many times the direct sailing, and this much
# time for the calls between, which on a short way weigh more than the way.
LONGEST_DETOUR = 1.6
CALLS_H = 36.0
# Nor this many times the direct sailing, however short that is.
LONGEST_ROUND = 6.0
# Between ports this near, a mainline ship leaves the cargo to regional ones.
MAINLINE_MIN_KM = 500.0
MAX_SPEED_KN = 25.0


class ServiceKind(StrEnum):
    """Who rides on a service."""

    MAINLINE = "mainline"
    REGIONAL = "regional"
    DOMESTIC = "domestic"


@dataclass(frozen=True, slots=True, kw_only=True)
class VesselClass:
    """What ships of a transport operation category are like.

    Attributes
    ----------
    toc
        Transport operation category.
    capacity_t
        Cargo one ship takes [t].
    sails_kiel_canal
        Whether it fits the Kiel Canal.
    """

    toc: str
    capacity_t: float
    sails_kiel_canal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A round of calls that a string of ships keeps sailing.

    Attributes
    ----------
    id
        Short name.
    kind
        Mainline, regional, or domestic to the country of the first call.
    toc
        Transport operation category of the ships.
    departures_per_week
        Sailings from each port a week.
    speed_kn
        Speed at sea [kn].
    port_stay_h
        Stay in each port [h].
    calls
        LOCODEs in order; the last is followed by the first.
    """

    id: str
    kind: ServiceKind
    toc: str
    departures_per_week: float
    speed_kn: float
    port_stay_h: float
    calls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaTable:
    """Distances between the seaports, for ships of one size.

    Attributes
    ----------
    row
        Row of each port by LOCODE.
    distances
        Distances and passages.
    delay_h
        Time a passage takes beside sailing its length [h], by passage.
    """

    row: Mapping[str, int]
    distances: SeaDistances
    delay_h: Mapping[str, float]

    def km(self, one: str, other: str) -> float:
        """Distance by sea [km]."""
        return float(self.distances.km[self.row[one], self.row[other]])

    def passages(self, one: str, other: str) -> tuple[str, ...]:
        """Passages on the way."""
        return self.distances.passages(self.row[one], self.row[other])

    def sailing_h(self, one: str, other: str, speed_kn: float) -> float:
        """Time from pier to pier without a call between [h]."""
        delay_h = sum(self.delay_h.get(name, 0.0) for name in self.passages(one, other))
        return self.km(one, other) / (speed_kn * KM_PER_NM) + delay_h


def read_services() -> tuple[Service, ...]:
    """Services of `sea_services.csv`, by id."""
    services = [
        Service(
            id=row["id"],
            kind=ServiceKind(row["kind"]),
            toc=row["toc"],
            departures_per_week=float(row["departures_per_week"]),
            speed_kn=float(row["speed_kn"]),
            port_stay_h=float(row["port_stay_h"]),
            calls=tuple(row["calls"].split()),
        )
        for row in read_input("sea_services.csv")
    ]
    return tuple(sorted(services, key=lambda one: one.id))


def read_vessel_classes() -> dict[str, VesselClass]:
    """Vessel classes of `vessel_classes.csv` by TOC."""
    return {
        row["toc"]: VesselClass(
            toc=row["toc"],
            capacity_t=float(row["capacity_t"]),
            sails_kiel_canal=row["sails_kiel_canal"] == "1",
        )
        for row in read_input("vessel_classes.csv")
    }


def read_delays() -> dict[str, float]:
    """Extra hours of each passage of `passage_delays.csv`."""
    return {
        row["passage"]: float(row["delay_h"])
        for row in read_input("passage_delays.csv")
    }


def read_barred() -> frozenset[tuple[str, str]]:
    """Pairs of markets no ship trades between, both ways."""
    rows = read_input("no_liner_service.csv")
    pairs = {(row["iso2_a"], row["iso2_b"]) for row in rows}
    return frozenset(pairs | {(other, one) for one, other in pairs})


def ride_hours(
    calls: Sequence[str], leg_h: Sequence[float], stay_h: float
) -> dict[tuple[str, str], float]:
    """Shortest time between every ordered pair of calls of a round [h].

    Parameters
    ----------
    calls
        Ports in order; a port may be called at twice.
    leg_h
        Sailing time from each call to the next, the last one to the first.
    stay_h
        Stay in each port on the way.
    """
    count = len(calls)
    hours: dict[tuple[str, str], float] = {}
    for start in range(count):
        elapsed_h = 0.0
        for step in range(1, count):
            at = (start + step) % count
            elapsed_h += leg_h[(start + step - 1) % count]
            pair = (calls[start], calls[at])
            if calls[start] != calls[at]:
                hours[pair] = min(elapsed_h, hours.get(pair, float("inf")))
            elapsed_h += stay_h
    return hours


def longest_ride_h(direct_h: float) -> float:
    """How long cargo stays on board at most where a direct sailing takes so long [h]."""
    return min(LONGEST_DETOUR * direct_h + CALLS_H, LONGEST_ROUND * direct_h)


def service_lanes(
    service: Service,
    table: SeaTable,
    vessel: VesselClass,
    barred: Collection[tuple[str, str]],
) -> list[dict[str, object]]:
    """Lanes of a service: the rides cargo takes on it.

    A ride is left out if it takes longer than `longest_ride_h`; if its ports are of one country, unless that is the home
    of a domestic service; if they do not trade; or if they are too near for a
    mainline ship.

    Parameters
    ----------
    service
        Service with its calls.
    table
        Distances for ships of its size.
    vessel
        Its vessel class.
    barred
        Pairs of markets no ship trades between.
    """
    calls = service.calls
    following = [*calls[1:], calls[0]]
    leg_h = [
        table.sailing_h(one, other, service.speed_kn)
        for one, other in zip(calls, following, strict=True)
    ]
    lanes = []
    hours = ride_hours(calls, leg_h, service.port_stay_h)
    for (origin, destination), transit_h in sorted(hours.items()):
        direct_h = table.sailing_h(origin, destination, service.speed_kn)
        if transit_h > longest_ride_h(direct_h):
            continue
        if not _is_carried(service, (origin, destination), table, barred):
            continue
        lanes.append(
            sea_lane(
                service_id=service.id,
                pair=(origin, destination),
                toc=service.toc,
                distance_km=table.km(origin, destination),
                transit_h=transit_h,
                departures_per_week=service.departures_per_week,
                capacity_t=vessel.capacity_t,
                passages=table.passages(origin, destination),
                speed_kn=service.speed_kn,
            )
        )
    return lanes


def sea_lane(  # noqa: PLR0913 -- the columns of a lane are its arguments
    *,
    service_id: str,
    pair: tuple[str, str],
    toc: str,
    distance_km: float,
    transit_h: float,
    departures_per_week: float,
    capacity_t: float,
    passages: Iterable[str],
    speed_kn: float,
) -> dict[str, object]:
    """Row of the lane table for one direction between two seaports.

    Parameters
    ----------
    service_id
        Service it belongs to.
    pair
        LOCODEs of origin and destination.
    toc
        Transport operation category.
    distance_km
        Shortest distance by sea [km].
    transit_h
        Time from pier to pier, calls between included [h].
    departures_per_week
        Sailings a week.
    capacity_t
        Cargo one ship takes [t].
    passages
        Passages the shortest way uses.
    speed_kn
        Speed at sea [kn].

    Raises
    ------
    ValueError
        If the ship would have to be faster than any is.
    """
    origin, destination = pair
    implied_kn = distance_km / transit_h / KM_PER_NM
    if implied_kn > MAX_SPEED_KN:
        msg = (
            f"sea: {service_id} {origin}-{destination} takes {transit_h:.1f} h for"
            f" {distance_km:.0f} km, {implied_kn:.0f} kn, expected <= {MAX_SPEED_KN} kn"
        )
        raise ValueError(msg)
    return {
        "id": f"sea:{service_id}:{origin}-{destination}",
        "origin": f"port:{origin}",
        "destination": f"port:{destination}",
        "mode": "sea",
        "toc": toc,
        "service": service_id,
        "distance_km": round(distance_km, KM_DECIMALS),
        "distance_basis": "sfd",
        "transit_h": round(transit_h, HOUR_DECIMALS),
        "departures_per_week": departures_per_week,
        "capacity_t_per_departure": capacity_t,
        "gauge_mm": None,
        "passages": ";".join(sorted(passages)),
        "speed_kmh": round(speed_kn * KM_PER_NM, 2),
    }


def _is_carried(
    service: Service,
    pair: tuple[str, str],
    table: SeaTable,
    barred: Collection[tuple[str, str]],
) -> bool:
    """Whether a ship of this service takes cargo between the two ports."""
    origin, destination = pair[0][:2], pair[1][:2]
    if (origin, destination) in barred:
        return False
    home = service.calls[0][:2] if service.kind is ServiceKind.DOMESTIC else ""
    if origin == destination != home:
        return False
    near = table.km(*pair) < MAINLINE_MIN_KM
    return not (near and service.kind is ServiceKind.MAINLINE)
