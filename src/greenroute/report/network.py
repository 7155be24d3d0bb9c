"""What a network says of itself, as sheets of rows."""

import numpy as np

from greenroute.errors import one_of
from greenroute.network.check import NetworkReport, check_network
from greenroute.network.gateway import KINDS
from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network
from greenroute.network.passage import check_passages
from greenroute.orders.shipment import Shipment
from greenroute.rating.rate import rate_lanes, size_cargo
from greenroute.rating.read import Rates
from greenroute.report.sheet import Cell, Sheet
from greenroute.units import G_PER_KG, KG_PER_TONNE, KM_PER_NM

#: What a lane is priced for when its price is judged: a well-filled forty-foot container.
JUDGED_KG = 12_000.0


def check_with_rates(
    network: Network, rates: Rates, *, world_wide: bool = False
) -> NetworkReport:
    """Check that a network is sound, the prices and intensities of its lanes included.

    Parameters
    ----------
    world_wide
        It must have all members of the United Nations and 200 markets.
    """
    hub = network.gateways.id[0].as_py()
    shipment = Shipment(origin=hub, destination=hub, mass_kg=JUDGED_KG)
    rating = rate_lanes(network.lanes, size_cargo(shipment, rates), rates)
    tkm = JUDGED_KG / KG_PER_TONNE * network.lanes.distance_km
    return check_network(
        network,
        world_wide=world_wide,
        usd_per_tkm=np.where(rating.allowed, rating.cost_usd / tkm, np.nan),
        wtw_g_per_tkm=np.where(rating.allowed, rating.wtw_kg * G_PER_KG / tkm, np.nan),
    )


def check_sheet(found: NetworkReport) -> Sheet:
    """Return the findings, one a row."""
    return Sheet(
        name="findings",
        columns=("passed", "what", "found"),
        rows=tuple((f.passed, f.name, f.detail) for f in found.findings),
    )


def markets_sheet(network: Network) -> Sheet:
    """Return the markets, one a row, each at its main trade hub."""
    markets, gateways = network.markets, network.gateways
    rows = tuple(
        (
            markets.iso2[row].as_py(),
            markets.name[row].as_py(),
            markets.continent[row].as_py(),
            bool(markets.un_member[row]),
            markets.customs_territory[row].as_py(),
            gateways.id[hub].as_py(),
            gateways.name[hub].as_py(),
            float(gateways.lat[hub]),
            float(gateways.lon[hub]),
        )
        for row, hub in enumerate(markets.hub.tolist())
    )
    members = int(markets.un_member.sum())
    note = f"{len(markets)} markets, {members} of them members of the United Nations"
    return Sheet(
        name="markets",
        columns=(
            "iso2",
            "name",
            "continent",
            "un_member",
            "customs_territory",
            "hub",
            "hub_name",
            "lat",
            "lon",
        ),
        rows=rows,
        notes=(note,),
        untold=frozenset({"lat", "lon"}),
    )


def places_sheet(network: Network, query: str, *, limit: int = 10) -> Sheet:
    """Return the places nearest to a query, best first."""
    found = network.search_places(query, limit=limit)
    rows: list[tuple[Cell, ...]] = []
    for place in found:
        kind = None
        if place.node >= 0:
            kind = str(KINDS[network.gateways.kind[place.node]])
        rows.append((place.text, place.name, place.iso2, kind, place.lat, place.lon))
    return Sheet(
        name="places",
        columns=("place", "name", "iso2", "kind", "lat", "lon"),
        rows=tuple(rows),
    )


def distance_sheet(
    network: Network,
    ends: tuple[str, str],
    *,
    mode: str,
    closed: tuple[str, ...] = (),
) -> Sheet | None:
    """Return the way between two places by one mode; None if there is none."""
    chosen = one_of(Mode, mode, "mode")
    check_passages(closed, network.passages)
    km = float(network.distance_km([ends[0]], [ends[1]], mode=chosen, closed=closed)[0])
    if not np.isfinite(km):
        return None
    by_sea = chosen is Mode.SEA
    shut = {passage.name for passage in network.passages if not passage.open}
    passages = sorted(shut | set(closed)) if by_sea else []
    places = [network.find_place(text) for text in ends]
    columns: dict[str, Cell] = {
        "origin": ends[0],
        "origin_name": f"{places[0].name}, {places[0].iso2}",
        "destination": ends[1],
        "destination_name": f"{places[1].name}, {places[1].iso2}",
        "mode": str(chosen),
        "distance_km": round(km, 1),
        "distance_nm": round(km / KM_PER_NM, 1) if by_sea else None,
        "distance_basis": "gcd" if chosen is Mode.AIR else "sfd",
        "closed": " ".join(passages) or None,
    }
    return Sheet(
        name="distances",
        columns=tuple(columns),
        rows=(tuple(columns.values()),),
        upright=True,
    )


def info_sheet(network: Network) -> Sheet:
    """Return what a network holds, one thing a row."""
    gateways, lanes = network.gateways, network.lanes
    states = {True: "open", False: "closed by default"}
    rows: tuple[tuple[Cell, ...], ...] = (
        ("network", network.name, None),
        ("version", network.version, None),
        ("sha256", network.sha256, None),
        (
            "markets",
            "members of the United Nations",
            int(network.markets.un_member.sum()),
        ),
        ("markets", "all", len(network.markets)),
        *(("gateways", str(k), int(gateways.is_kind(k).sum())) for k in KINDS),
        *(("lanes", str(mode), int(lanes.is_mode(mode).sum())) for mode in MODES),
        *(("passage", gate.name, states[gate.open]) for gate in network.passages),
        *(("source", source.title, source.licence) for source in network.sources),
    )
    return Sheet(name="facts", columns=("what", "name", "value"), rows=rows)
