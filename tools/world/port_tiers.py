"""How important a seaport is, from what is known of it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tools.world.seaports import Port, PortKind
from tools.world.services import Service, ServiceKind
from tools.world.wpi import Harbour

TIER_1_COUNTRIES = 25
TIER_1_MAINLINES = 4
TIER_2_COUNTRIES = 12
TIER_3_COUNTRIES = 2
BIG_HARBOURS = frozenset({"Large", "Medium"})
# Draught of a ship of about 1,000 TEU and the water below it.
TIER_3_PIER_M = 9.0


def connected_countries(
    ports: Iterable[Port], same: Mapping[str, str]
) -> dict[str, frozenset[str]]:
    """Countries each seaport has liner connections with, all its terminals together.

    Parameters
    ----------
    ports
        Rows of the port list.
    same
        Code of a seaport by the code of another terminal of it.
    """
    connected: dict[str, frozenset[str]] = {}
    for port in ports:
        locode = same.get(port.locode, port.locode)
        connected[locode] = connected.get(locode, frozenset()) | port.connected
    return connected


def port_tiers(
    ports: Iterable[Port],
    services: Iterable[Service],
    *,
    connected: Mapping[str, frozenset[str]],
    harbours: Mapping[str, Harbour],
) -> dict[str, int]:
    """Tier of each seaport, 1 (main hub) to 4 (small), by LOCODE.

    Tier 1: connected with `TIER_1_COUNTRIES` countries, or called at by
    `TIER_1_MAINLINES` mainline services. Tier 2: `TIER_2_COUNTRIES`, or one mainline
    service. Tier 3: `TIER_3_COUNTRIES`, or a regional service, or a harbour that is
    big or deep. Tier 4: the rest, and the Caspian Sea.

    Parameters
    ----------
    ports
        Seaports.
    services
        Liner services.
    connected
        Countries each seaport has liner connections with.
    harbours
        Row of the World Port Index of each seaport that has one.
    """
    mainlines: Counter[str] = Counter()
    others: set[str] = set()
    for service in services:
        if service.kind is ServiceKind.MAINLINE:
            mainlines.update(set(service.calls))
        else:
            others.update(service.calls)
    return {
        port.locode: _tier(
            len(connected.get(port.locode, frozenset())),
            mainlines=mainlines[port.locode],
            is_called=port.locode in others,
            harbour=harbours.get(port.locode),
        )
        if port.kind is PortKind.SEAPORT
        else 4
        for port in ports
    }


def _tier(
    countries: int, *, mainlines: int, is_called: bool, harbour: Harbour | None
) -> int:
    if countries >= TIER_1_COUNTRIES or mainlines >= TIER_1_MAINLINES:
        return 1
    if countries >= TIER_2_COUNTRIES or mainlines:
        return 2
    is_fit = harbour is not None and (
        harbour.size in BIG_HARBOURS or harbour.pier_depth_m >= TIER_3_PIER_M
    )
    return 3 if countries >= TIER_3_COUNTRIES or is_called or is_fit else 4
