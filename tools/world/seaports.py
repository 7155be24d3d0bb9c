"""Ports of the list, patched; which are seaports and which lie inland."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from tools.world.archives import Archives, read_text
from tools.world.marnet import SeaGraph
from tools.world.sphere import great_circle_km, nearest

SEA_NODE_KM = 170.0
# Of two terminals this close, one without known connections is the same port.
SAME_PORT_KM = 10.0

_LOCODE = re.compile(r"[A-Z]{2}[A-Z0-9]{3}")
# The code stands for two cities far apart, Liuzhou and Luzhou.
_AMBIGUOUS = frozenset({"CNLZH"})


class PatchAction(StrEnum):
    """What a row of `port_patches.csv` does to the list."""

    ADD_PORT = "add_port"
    ADD_PORT_WPI = "add_port_wpi"
    FIX_COORD = "fix_coord"
    DROP = "drop"
    DROP_SEA = "drop_sea"
    ALIAS = "alias"
    KEEP = "keep"
    NOT_A_SEAPORT = "not_a_seaport"
    RIVER_PORT = "river_port"
    CASPIAN_PORT = "caspian_port"
    MARNET_GAP = "marnet_gap"


class PortKind(StrEnum):
    """What a row of the port list is."""

    LOCATION = "location"
    TERMINAL = "terminal"
    SEAPORT = "seaport"
    CASPIAN = "caspian"
    INLAND = "inland"
    RIVER = "river"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A row of the port list.

    Attributes
    ----------
    locode
        UN/LOCODE.
    name
        Name.
    lat
        Latitude [degrees].
    lon
        Longitude [degrees].
    kind
        What it is; a terminal until it is known where it lies.
    connected
        Countries it has liner connections with, iso2.
    patched
        Whether it was added or moved by hand.
    is_promoted
        Whether it is a seaport only because a service or a ferry calls there.
    """

    locode: str
    name: str
    lat: float
    lon: float
    kind: PortKind
    connected: frozenset[str]
    patched: bool = False
    is_promoted: bool = False

    @property
    def iso2(self) -> str:
        """Country or territory of the code."""
        return self.locode[:2]


def is_locode(text: str) -> bool:
    """Whether a text has the form of a UN/LOCODE."""
    return _LOCODE.fullmatch(text) is not None


def read_ports(archives: Archives) -> tuple[Port, ...]:
    """Rows of the list by code; of a doubled code the terminal, else the first."""
    content = json.load(read_text(archives, "sea", "searoute/data/ports.geojson"))
    ports: dict[str, Port] = {}
    for feature in content["features"]:
        row = feature["properties"]
        lon, lat = feature["geometry"]["coordinates"]
        locode = str(row["port"])
        if not is_locode(locode) or locode in _AMBIGUOUS:
            continue
        port = Port(
            locode=locode,
            name=row["name"],
            lat=float(lat),
            lon=float(lon),
            kind=PortKind.TERMINAL if row["t"] == 1 else PortKind.LOCATION,
            connected=frozenset(row.get("to_cty", ())),
        )
        ports[locode] = _better(ports.get(locode), port)
    return tuple(ports[locode] for locode in sorted(ports))


def patch_ports(
    ports: Iterable[Port], patches: Iterable[Mapping[str, str]]
) -> tuple[Port, ...]:
    """Ports after the rows of `port_patches.csv`.

    Parameters
    ----------
    ports
        Ports as listed.
    patches
        Rows with locode, action, name, lat and lon.
    """
    patched = {port.locode: port for port in ports}
    for row in patches:
        port = _patch(patched.get(row["locode"]), row)
        if port is None:
            patched.pop(row["locode"], None)
        else:
            patched[port.locode] = port
    return tuple(patched[locode] for locode in sorted(patched))


def classify(
    ports: Iterable[Port],
    graph: SeaGraph,
    *,
    landlocked: Iterable[str],
    called: Collection[str] = (),
) -> tuple[Port, ...]:
    """Ports with every terminal told apart: at the sea or inland.

    Parameters
    ----------
    ports
        Patched ports.
    graph
        Sea network with its patches.
    landlocked
        States without a coast, iso2.
    called
        Codes a service or a ferry calls at; a listed location among them is taken
        for a seaport.
    """
    listed = list(ports)
    inland_states = set(landlocked)
    _, distance_km = nearest(
        [port.lat for port in listed],
        [port.lon for port in listed],
        to_lat=graph.lat,
        to_lon=graph.lon,
    )
    classified = []
    for port, km in zip(listed, distance_km, strict=True):
        if port.kind is PortKind.LOCATION and port.locode in called:
            classified.append(replace(port, kind=PortKind.SEAPORT, is_promoted=True))
            continue
        if port.kind is not PortKind.TERMINAL:
            classified.append(port)
            continue
        at_sea = km <= SEA_NODE_KM and port.iso2 not in inland_states
        kind = PortKind.SEAPORT if at_sea else PortKind.INLAND
        classified.append(replace(port, kind=kind))
    return tuple(classified)


def same_ports(
    ports: Sequence[Port], aliases: Iterable[Mapping[str, str]]
) -> dict[str, str]:
    """Code of a seaport by the code of another terminal of the same port.

    Parameters
    ----------
    ports
        Classified ports.
    aliases
        Rows of `locode_aliases.csv`, which come first.

    Notes
    -----
    A terminal without known connections, `SAME_PORT_KM` or nearer to one that has
    some, is taken for a part of it; ports added by hand stay apart.
    """
    known = {port.locode for port in ports}
    same = {}
    for row in aliases:
        if row["locode"] not in known:
            msg = f"locode_aliases.csv: no port {row['locode']!r}, expected one"
            raise ValueError(msg)
        same[row["alias"]] = row["locode"]
    main = [
        port
        for port in ports
        if port.kind is PortKind.SEAPORT and port.connected and port.locode not in same
    ]
    for port in ports:
        if port.kind is not PortKind.SEAPORT or port.connected or port.patched:
            continue
        if port.locode in same:
            continue
        near = sorted(
            (_apart_km(port, other), other.locode)
            for other in main
            if other.iso2 == port.iso2
        )
        if near and near[0][0] <= SAME_PORT_KM:
            same[port.locode] = near[0][1]
    return same


def _better(known: Port | None, port: Port) -> Port:
    """Of two rows with one code the terminal, else the first; connections of both."""
    if known is None:
        return port
    replaces = known.kind is PortKind.LOCATION and port.kind is PortKind.TERMINAL
    kept = port if replaces else known
    return replace(kept, connected=known.connected | port.connected)


def _patch(port: Port | None, row: Mapping[str, str]) -> Port | None:
    """Port after one patch, None where it is dropped."""
    action = PatchAction(row["action"])
    if action in (PatchAction.ADD_PORT, PatchAction.ADD_PORT_WPI):
        return Port(
            locode=row["locode"],
            name=row["name"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            kind=PortKind.SEAPORT,
            connected=frozenset(),
            patched=True,
        )
    if action is PatchAction.DROP:
        return None
    if port is None:
        msg = f"port_patches.csv: {row['locode']} is not in the list, expected it"
        raise ValueError(msg)
    if row["lat"]:
        port = replace(port, lat=float(row["lat"]), lon=float(row["lon"]), patched=True)
    return replace(port, kind=_patched_kind(port.kind, action))


def _patched_kind(kind: PortKind, action: PatchAction) -> PortKind:
    match action:
        case PatchAction.NOT_A_SEAPORT:
            return PortKind.INLAND
        case PatchAction.RIVER_PORT:
            return PortKind.RIVER
        case PatchAction.CASPIAN_PORT:
            return PortKind.CASPIAN
        case PatchAction.MARNET_GAP:
            return PortKind.SEAPORT
        case PatchAction.DROP_SEA:
            return PortKind.LOCATION
        case PatchAction.FIX_COORD | PatchAction.KEEP | PatchAction.ALIAS:
            return kind
        case PatchAction.ADD_PORT | PatchAction.ADD_PORT_WPI | PatchAction.DROP:
            msg = f"port_patches.csv: {action} does not change a listed port"
            raise ValueError(msg)
        case _:
            assert_never(action)


def _apart_km(one: Port, other: Port) -> float:
    return float(great_circle_km(one.lat, one.lon, other.lat, other.lon))
