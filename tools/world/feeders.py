"""Feeders and ferries: how the ports without a mainline service are reached."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tools.world.sea import KM_PER_NM
from tools.world.services import SeaTable, VesselClass, sea_lane
from tools.world.tables import read_input

NEAREST_HUBS = 2
HUB_TIER = 2
MAIN_HUB_TIER = 1
# A hub nearer than this is reached by truck.
NEAREST_FEEDER_KM = 60.0
FERRY_TOC = "sea-roro-ferry"

# Foreign ships may not carry between two ports of the United States, and no feeder
# fleet under its flag exists.
NO_HOME_FEEDERS = frozenset({"US"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederClass:
    """How ports of a tier are fed.

    Attributes
    ----------
    toc
        Transport operation category of the feeders.
    departures_per_week
        Sailings a week.
    speed_kn
        Speed at sea [kn].
    calls_h
        Time of the calls on the way, but not longer than the way itself [h].
    """

    toc: str
    departures_per_week: float
    speed_kn: float
    calls_h: float


def read_feeder_classes() -> dict[int, FeederClass]:
    """Feeder classes of `feeder_classes.csv` by the tier of the port."""
    return {
        int(row["tier"]): FeederClass(
            toc=row["toc"],
            departures_per_week=float(row["departures_per_week"]),
            speed_kn=float(row["speed_kn"]),
            calls_h=float(row["calls_h"]),
        )
        for row in read_input("feeder_classes.csv")
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class FeederPlan:
    """What feeders are planned with.

    Attributes
    ----------
    table
        Distances by sea for small ships.
    tiers
        Tier of every seaport that ships reach from the ocean, by LOCODE.
    classes
        How ports of a tier are fed.
    vessels
        Vessel classes by TOC.
    barred
        Pairs of markets no ship trades between.
    """

    table: SeaTable
    tiers: Mapping[str, int]
    classes: Mapping[int, FeederClass]
    vessels: Mapping[str, VesselClass]
    barred: Collection[tuple[str, str]]


def feeder_lanes(ports: Iterable[str], plan: FeederPlan) -> list[dict[str, object]]:
    """Lanes both ways between the ports no service calls at and their hubs.

    Parameters
    ----------
    ports
        LOCODEs of those ports.
    plan
        What feeders are planned with.
    """
    pairs = {
        pair
        for port in ports
        for hub in nearest_hubs(port, plan)
        for pair in ((port, hub), (hub, port))
    }
    return [_feeder_lane(pair, plan) for pair in sorted(pairs)]


def relay_lanes(
    ports: Iterable[str], linked: Collection[tuple[str, str]], plan: FeederPlan
) -> list[dict[str, object]]:
    """Lanes both ways between ports and their nearest main hub, if no service has them.

    Parameters
    ----------
    ports
        LOCODEs of the ports that services call at.
    linked
        Pairs of ports with a lane already.
    plan
        What feeders are planned with.
    """
    pairs = set()
    for port in ports:
        main = [
            hub
            for hub in _reachable_hubs(port, plan)
            if plan.tiers[hub] <= MAIN_HUB_TIER
        ]
        if plan.tiers[port] > MAIN_HUB_TIER and main:
            pairs |= {(port, main[0]), (main[0], port)}
    return [_feeder_lane(pair, plan) for pair in sorted(pairs - set(linked))]


def nearest_hubs(port: str, plan: FeederPlan) -> list[str]:
    """Hubs that feed a port: the nearest ones, one of them a main hub.

    Parameters
    ----------
    port
        LOCODE of the port.
    plan
        What feeders are planned with.
    """
    hubs = _reachable_hubs(port, plan)
    chosen = hubs[:NEAREST_HUBS]
    main = [hub for hub in hubs if plan.tiers[hub] <= MAIN_HUB_TIER]
    return chosen if not main or main[0] in chosen else [*chosen, main[0]]


def ferry_lanes(
    table: SeaTable, vessels: Mapping[str, VesselClass]
) -> list[dict[str, object]]:
    """Lanes of `ferries.csv`, both ways; their lengths are those of the ferry line.

    Parameters
    ----------
    table
        Distances by sea, of which only the passages are used.
    vessels
        Vessel classes by TOC.
    """
    lanes = []
    for row in read_input("ferries.csv"):
        pair = (row["origin"], row["destination"])
        lanes += [_ferry_lane(row, way, table, vessels) for way in (pair, pair[::-1])]
    return lanes


def _ferry_lane(
    row: Mapping[str, str],
    pair: tuple[str, str],
    table: SeaTable,
    vessels: Mapping[str, VesselClass],
) -> dict[str, object]:
    distance_km, transit_h = float(row["distance_km"]), float(row["transit_h"])
    return sea_lane(
        service_id=f"ferry-{row['id']}",
        pair=pair,
        toc=FERRY_TOC,
        distance_km=distance_km,
        transit_h=transit_h,
        departures_per_week=float(row["departures_per_week"]),
        capacity_t=vessels[FERRY_TOC].capacity_t,
        passages=table.passages(*pair),
        speed_kn=distance_km / transit_h / KM_PER_NM,
    )


def _reachable_hubs(port: str, plan: FeederPlan) -> list[str]:
    """Hubs that may feed a port, the nearest first."""
    reached = sorted(
        (plan.table.km(port, hub), hub)
        for hub, tier in plan.tiers.items()
        if tier <= HUB_TIER and hub != port and _may_feed(hub, port, plan.barred)
    )
    return [hub for km, hub in reached if NEAREST_FEEDER_KM <= km < float("inf")]


def _feeder_lane(pair: tuple[str, str], plan: FeederPlan) -> dict[str, object]:
    # The smaller port of the two tells the ship; one too big for a feeder class is
    # fed as the largest class there is.
    tier = max(plan.tiers[pair[0]], plan.tiers[pair[1]], min(plan.classes))
    feeder = plan.classes[tier]
    sailing_h = plan.table.sailing_h(*pair, feeder.speed_kn)
    return sea_lane(
        service_id="feeder",
        pair=pair,
        toc=feeder.toc,
        distance_km=plan.table.km(*pair),
        transit_h=sailing_h + min(feeder.calls_h, sailing_h),
        departures_per_week=feeder.departures_per_week,
        capacity_t=plan.vessels[feeder.toc].capacity_t,
        passages=plan.table.passages(*pair),
        speed_kn=feeder.speed_kn,
    )


def _may_feed(hub: str, port: str, barred: Collection[tuple[str, str]]) -> bool:
    home, away = hub[:2], port[:2]
    if (home, away) in barred:
        return False
    return home != away or home not in NO_HOME_FEEDERS
