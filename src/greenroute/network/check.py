"""Checks that a network is sound: connected, complete, without absurd figures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from greenroute.network.geometry import great_circle_km
from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network
from greenroute.network.passage import SEPARATOR
from greenroute.units import MINUTES_PER_HOUR

#: Members of the United Nations, and what a network of the world must have of markets.
UN_MEMBERS, WORLD_MARKETS = 193, 200
#: Slowest and fastest that a vehicle of a mode is between two gateways, calls and stops on
#: the way included [km/h]: outside of it is an error of data, not a slow service.
SPEED_KMH: Mapping[Mode, tuple[float, float]] = {
    Mode.SEA: (1.0, 75.0),
    Mode.AIR: (80.0, 1100.0),
    Mode.RAIL: (3.0, 160.0),
    Mode.ROAD: (3.0, 110.0),
    Mode.INLAND_WATERWAY: (1.0, 40.0),
}
#: Likewise for the price [USD/(t·km)] and the intensity, well to wheel [g CO2e/(t·km)].
USD_PER_TKM: Mapping[Mode, tuple[float, float]] = {
    Mode.SEA: (0.0005, 3.0),
    Mode.AIR: (0.05, 30.0),
    Mode.RAIL: (0.003, 3.0),
    Mode.ROAD: (0.01, 5.0),
    Mode.INLAND_WATERWAY: (0.002, 3.0),
}
WTW_G_PER_TKM: Mapping[Mode, tuple[float, float]] = {
    Mode.SEA: (1.0, 250.0),
    Mode.AIR: (200.0, 6000.0),
    Mode.RAIL: (1.0, 150.0),
    Mode.ROAD: (20.0, 600.0),
    Mode.INLAND_WATERWAY: (5.0, 150.0),
}
#: A short lane costs what its handling costs, so prices are judged from this length [km].
PRICED_FROM_KM = 100.0
#: How much shorter than the great circle a way may seem: coordinates are of towns, and
#: the sphere is no ellipsoid.
_SHORTER, _SLACK_KM = 0.97, 20.0
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was checked.

    Attributes
    ----------
    name
        What should hold.
    passed
        Whether it does.
    detail
        What was counted, and what offends.
    """

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkReport:
    """What was found of a network."""

    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether all that was checked holds."""
        return all(finding.passed for finding in self.findings)


def check_network(
    network: Network,
    *,
    world_wide: bool = False,
    usd_per_tkm: NDArray[np.float64] | None = None,
    wtw_g_per_tkm: NDArray[np.float64] | None = None,
) -> NetworkReport:
    """Check that a network is sound.

    Parameters
    ----------
    world_wide
        It must have all members of the United Nations and 200 markets.
    usd_per_tkm, wtw_g_per_tkm
        Price [USD/(t·km)] and intensity [g CO2e/(t·km)] of each lane, (n_lanes,), NaN
        where there is none; checked if given.
    """
    lanes = network.lanes
    kmh = lanes.distance_km / lanes.transit_h
    findings = [
        _markets(network, world_wide=world_wide),
        *_connected(network),
        _unique_ids(network),
        _passages(network),
        _gauges(network),
        _not_shorter(network),
        _within(network, "speed", kmh, SPEED_KMH, "km/h"),
        *_dated(network),
    ]
    if usd_per_tkm is not None:
        long = np.where(lanes.distance_km >= PRICED_FROM_KM, usd_per_tkm, np.nan)
        findings.append(_within(network, "price", long, USD_PER_TKM, "USD/(t km)"))
    if wtw_g_per_tkm is not None:
        findings.append(
            _within(network, "intensity", wtw_g_per_tkm, WTW_G_PER_TKM, "g/(t km)")
        )
    return NetworkReport(findings=tuple(findings))


def _markets(network: Network, *, world_wide: bool) -> Finding:
    members, count = int(network.markets.un_member.sum()), len(network.markets)
    detail = f"{count} markets, {members} of them members of the United Nations"
    enough = members >= UN_MEMBERS and count >= WORLD_MARKETS
    if world_wide and not enough:
        detail += f"; expected at least {WORLD_MARKETS} and {UN_MEMBERS}"
    return Finding(name="markets", passed=enough or not world_wide, detail=detail)


def _connected(network: Network) -> Iterator[Finding]:
    """Yield whether markets hang together: any way, by surface, and in each direction."""
    lanes = network.lanes
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(network.gateways)))
    graph.add_edges_from(
        zip(lanes.origin.tolist(), lanes.destination.tolist(), strict=True)
    )
    surface = graph.copy()
    surface.remove_edges_from(list(surface.edges))
    on_surface = ~lanes.is_mode(Mode.AIR)
    surface.add_edges_from(
        zip(
            lanes.origin[on_surface].tolist(),
            lanes.destination[on_surface].tolist(),
            strict=True,
        )
    )
    idle = [node for node, degree in graph.degree if degree == 0]
    yield Finding(
        name="every gateway has a lane",
        passed=not idle,
        detail=f"{len(network.gateways)} gateways, {len(lanes)} lanes"
        + _such_as(network, idle),
    )
    yield _one_part(network, "one component", nx.weakly_connected_components(graph))
    yield _one_part(
        network,
        "one component by surface modes",
        nx.weakly_connected_components(surface),
    )
    yield _one_part(
        network,
        "every market reaches every other",
        nx.strongly_connected_components(graph),
    )


def _one_part(network: Network, name: str, parts: Iterator[set[int]]) -> Finding:
    """Return whether all market hubs (without markets: all gateways) are in one part."""
    hubs = set(network.markets.hub.tolist()) or set(range(len(network.gateways)))
    what = "market hubs" if len(network.markets) else "gateways"
    largest = max(parts, key=len)
    outside = sorted(hubs - largest)
    return Finding(
        name=name,
        passed=not outside,
        detail=f"{len(hubs) - len(outside)} of {len(hubs)} {what}, "
        f"{len(largest)} of {len(network.gateways)} gateways"
        + _such_as(network, outside),
    )


def _such_as(network: Network, rows: list[int]) -> str:
    """Return the first few gateways that offend."""
    if not rows:
        return ""
    names = ", ".join(network.gateways.id[row].as_py() for row in rows[:_EXAMPLES])
    return f"; not {names}{' …' if len(rows) > _EXAMPLES else ''}"


def _unique_ids(network: Network) -> Finding:
    twice: dict[str, str] = {}
    for what, ids in (("gateways", network.gateways.id), ("lanes", network.lanes.id)):
        values, counts = ids.value_counts().flatten()
        repeated = values.filter(np.asarray(counts) > 1)
        twice.update(dict.fromkeys(repeated.to_pylist(), what))
    examples = ", ".join(list(twice)[:_EXAMPLES])
    return Finding(
        name="unique ids",
        passed=not twice,
        detail=f"{len(twice)} ids stand for more than one row: {examples}"
        if twice
        else "no id stands for two gateways or two lanes",
    )


def _passages(network: Network) -> Finding:
    known = {passage.name for passage in network.passages}
    used = {
        name
        for cell in network.lanes.passages.names
        for name in cell.split(SEPARATOR)
        if name
    }
    unknown = sorted(used - known)
    shut = sum(not passage.open for passage in network.passages)
    return Finding(
        name="passages known",
        passed=not unknown,
        detail=f"{len(known)} passages, {shut} of them closed by default"
        + (f"; lanes name {', '.join(unknown)}" if unknown else ""),
    )


def _gauges(network: Network) -> Finding:
    lanes = network.lanes
    by_rail = lanes.is_mode(Mode.RAIL)
    silent = np.flatnonzero(by_rail & (lanes.gauge_mm == 0))
    gauges = ", ".join(map(str, np.unique(lanes.gauge_mm[by_rail]).tolist()))
    return Finding(
        name="gauge stated on rail lanes",
        passed=not len(silent),
        detail=f"{int(by_rail.sum())} rail lanes, gauges {gauges or 'none'} mm"
        + _lane_examples(network, silent),
    )


def _not_shorter(network: Network) -> Finding:
    lanes, gateways = network.lanes, network.gateways
    straight = great_circle_km(
        gateways.lat[lanes.origin],
        gateways.lon[lanes.origin],
        gateways.lat[lanes.destination],
        gateways.lon[lanes.destination],
    )
    short = np.flatnonzero(lanes.distance_km < straight * _SHORTER - _SLACK_KM)
    return Finding(
        name="no lane shorter than the great circle",
        passed=not len(short),
        detail=f"{len(short)} lanes are" + _lane_examples(network, short),
    )


def _dated(network: Network) -> Iterator[Finding]:
    """Yield whether dated departures, if there are any, run at a possible speed."""
    lanes, dated = network.lanes, network.lanes.departures
    if not len(dated):
        return
    run_h = (dated.arrives - dated.departs) / MINUTES_PER_HOUR
    for what, pick in (("fastest", np.fmin), ("slowest", np.fmax)):
        hours = np.full(len(lanes), np.nan)
        pick.at(hours, dated.lane, run_h)
        kmh = lanes.distance_km / hours
        yield _within(network, f"speed of the {what} departure", kmh, SPEED_KMH, "km/h")


def _within(
    network: Network,
    what: str,
    values: NDArray[np.float64],
    bounds: Mapping[Mode, tuple[float, float]],
    unit: str,
) -> Finding:
    """Return whether no lane has an absurd figure of its mode."""
    wrong = np.zeros(len(values), dtype=np.bool_)
    seen = []
    for mode in MODES:
        low, high = bounds[mode]
        mine = network.lanes.is_mode(mode) & np.isfinite(values)
        if mine.any():
            wrong |= mine & ((values < low) | (values > high))
            least, most = values[mine].min(), values[mine].max()
            seen.append(f"{mode} {least:.3g} to {most:.3g}")
    rows = np.flatnonzero(wrong)
    return Finding(
        name=f"no absurd {what}",
        passed=not len(rows),
        detail=f"{unit}: {', '.join(seen)}" + _lane_examples(network, rows),
    )


def _lane_examples(network: Network, rows: NDArray[np.int64]) -> str:
    if not len(rows):
        return ""
    ids = network.lanes.id
    names = ", ".join(ids[int(row)].as_py() for row in rows[:_EXAMPLES])
    return f"; {len(rows)} lanes offend: {names}{' …' if len(rows) > _EXAMPLES else ''}"
