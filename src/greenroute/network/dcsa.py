"""Carrier schedules in JSON by DCSA Commercial Schedules 1.0, as dated departures.

Two of its answers are read, alone or in any order: point-to-point routes (objects with
`legs`) and vessel schedules (objects with `vesselSchedules`). The structure is that of
the OpenAPI definitions 1.0.0 to 1.0.4 of the Digital Container Shipping Association.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from greenroute.errors import DataError, UnknownPlaceError
from greenroute.network.clock import A_TIME, whole_minutes
from greenroute.network.departure import Departures, sort_departures
from greenroute.network.gateway import KINDS, GatewayKind
from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network

#: Mode of a lane that stands for a leg, by `modeOfTransport`; combined ones name no mode.
_MODES: Mapping[str, Mode | None] = {
    "VESSEL": Mode.SEA,
    "BARGE": Mode.INLAND_WATERWAY,
    "RAIL": Mode.RAIL,
    "TRUCK": Mode.ROAD,
    "RAIL_TRUCK": None,
    "BARGE_TRUCK": None,
    "BARGE_RAIL": None,
    "MULTIMODAL": None,
}
#: Kinds of gateway that a mode calls at; nearest to the code first.
_KINDS: Mapping[Mode | None, tuple[GatewayKind, ...]] = {
    Mode.SEA: (GatewayKind.SEAPORT,),
    Mode.INLAND_WATERWAY: (GatewayKind.RIVER_PORT, GatewayKind.SEAPORT),
    Mode.RAIL: (GatewayKind.RAIL_TERMINAL, GatewayKind.INLAND_TERMINAL),
    Mode.ROAD: (GatewayKind.CITY,),
}
#: Cut-offs that bind the delivery of full containers: at the port, at the terminal.
_CUT_OFFS = frozenset({"FCO", "PCO"})
#: Of timestamps of one event the one that is nearest to the truth counts.
_CLASSIFIERS = ("PLN", "EST", "ACT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sailing:
    """One run that a carrier offers, as its file says it; no mode if it has several."""

    where: str
    transport: str
    mode: Mode | None
    origin: str
    destination: str
    departs_s: int
    arrives_s: int
    cut_off_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What was made of a carrier's schedule.

    Attributes
    ----------
    departures
        Departures of the network's lanes.
    lanes
        Number of lanes that have any.
    without_lane
        Runs that no lane of the network stands for, "VESSEL CNSHA-NLRTM", sorted: add
        lanes to the network to use them. Runs by more than one mode are among them.
    """

    departures: Departures
    lanes: int
    without_lane: tuple[str, ...]


def read_dcsa(path: Path | str, network: Network) -> Imported:
    """Read a carrier's schedule and give its departures to the lanes they run on.

    A run belongs to every lane of its mode between its two UN/LOCODEs. A vessel schedule
    gives a run for each pair of a ship's calls, in order. Runs that come more than once,
    as in several routes, count once.

    Parameters
    ----------
    path
        JSON as the carrier's interface answers it.
    network
        Network whose lanes get the departures.

    Raises
    ------
    DataError
        If the file is no such answer, a time has no offset, or a run arrives before it
        departs or closes after it.
    UnknownPlaceError
        If a UN/LOCODE is that of no gateway of the network.
    """
    path = Path(path)
    try:
        answer = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        msg = f"{path}: {error}, expected JSON by DCSA Commercial Schedules 1.0"
        raise DataError(msg) from None
    if not isinstance(answer, list):
        msg = f"{path}: it is no list, expected routes or service schedules in a list"
        raise DataError(msg)
    sailings = [
        sailing
        for number, item in enumerate(answer)
        for sailing in _sailings(item, f"{path}:[{number}]")
    ]
    return _match(sailings, network)


def _sailings(item: Any, where: str) -> Iterator[Sailing]:  # noqa: ANN401 - any JSON
    if isinstance(item, dict) and isinstance(item.get("legs"), list):
        yield from _route(item, where)
    elif isinstance(item, dict) and isinstance(item.get("vesselSchedules"), list):
        for i, schedule in enumerate(item["vesselSchedules"]):
            yield from _voyage(schedule, f"{where}.vesselSchedules[{i}]")
    else:
        msg = f"{where}: it has neither legs nor vesselSchedules, expected one of them"
        raise DataError(msg)


def _route(route: dict[str, Any], where: str) -> Iterator[Sailing]:
    """Yield the legs of a point-to-point route; its cut-offs are of the first leg."""
    for i, leg in enumerate(route["legs"]):
        at = f"{where}.legs[{i}]"
        word = _get(leg, "transport", "modeOfTransport", where=at)
        if word not in _MODES:
            msg = (
                f"{at}.transport.modeOfTransport is {word!r}, expected one of "
                f"{', '.join(_MODES)}"
            )
            raise DataError(msg)
        departs_s = _moment(leg, "departure", "dateTime", where=at)
        yield _checked(
            Sailing(
                where=at,
                transport=word,
                mode=_MODES[word],
                origin=_locode(leg, "departure", where=at),
                destination=_locode(leg, "arrival", where=at),
                departs_s=departs_s,
                arrives_s=_moment(leg, "arrival", "dateTime", where=at),
                cut_off_s=departs_s if i else _cut_off(route, departs_s, where),
            )
        )


def _voyage(schedule: Any, where: str) -> Iterator[Sailing]:  # noqa: ANN401 - any JSON
    """Yield a run for each pair of calls of a ship, in the order of the file."""
    calls = []
    listed = schedule.get("transportCalls", []) if isinstance(schedule, dict) else []
    for i, call in enumerate(listed):
        at = f"{where}.transportCalls[{i}]"
        # A point of a waterway is no call at which goods come or go.
        if call.get("isCargoOperationalCall", True):
            calls.append((at, call, _times_of(call, at)))
    for (at, call, left), (to, other, there) in combinations(calls, 2):
        if "DEPA" not in left or "ARRI" not in there:
            continue
        origin, destination = _locode(call, where=at), _locode(other, where=to)
        if origin != destination:
            yield _checked(
                Sailing(
                    where=f"{at} to {to.rpartition('.')[2]}",
                    transport="VESSEL",
                    mode=Mode.SEA,
                    origin=origin,
                    destination=destination,
                    departs_s=left["DEPA"],
                    arrives_s=there["ARRI"],
                    cut_off_s=_cut_off(call, left["DEPA"], at),
                )
            )


def _times_of(call: dict[str, Any], where: str) -> dict[str, int]:
    """Return when a ship arrives and departs: as it was, else estimated, else planned."""
    best: dict[str, tuple[int, int]] = {}
    for i, stamp in enumerate(_get(call, "timestamps", where=where)):
        at = f"{where}.timestamps[{i}]"
        event = _get(stamp, "eventTypeCode", where=at)
        word = _get(stamp, "eventClassifierCode", where=at)
        if word not in _CLASSIFIERS or event not in {"ARRI", "DEPA"}:
            msg = (
                f"{at} is {event!r}, {word!r}, expected ARRI or DEPA and one of "
                f"{', '.join(_CLASSIFIERS)}"
            )
            raise DataError(msg)
        found = _CLASSIFIERS.index(word), _moment(stamp, "eventDateTime", where=at)
        best[event] = max(best.get(event, found), found)
    return {event: moment for event, (_, moment) in best.items()}


def _cut_off(item: dict[str, Any], departs_s: int, where: str) -> int:
    """Return the earliest cut-off for full containers; without one, the departure."""
    found = [
        _moment(cut, "cutOffDateTime", where=f"{where}.cutOffTimes[{i}]")
        for i, cut in enumerate(item.get("cutOffTimes", []))
        if _get(cut, "cutOffDateTimeCode", where=f"{where}.cutOffTimes[{i}]")
        in _CUT_OFFS
    ]
    return min(found, default=departs_s)


def _checked(sailing: Sailing) -> Sailing:
    if sailing.arrives_s <= sailing.departs_s:
        msg = f"{sailing.where}: it arrives before it departs, expected a later arrival"
        raise DataError(msg)
    if sailing.cut_off_s > sailing.departs_s:
        msg = (
            f"{sailing.where}: the cut-off is after the departure, expected one before"
        )
        raise DataError(msg)
    return sailing


def _get(item: Any, *keys: str, where: str) -> Any:  # noqa: ANN401 - any JSON
    for key in keys:
        if not isinstance(item, dict) or key not in item:
            msg = f"{where}: there is no {'.'.join(keys)}, expected it"
            raise DataError(msg)
        item = item[key]
    return item


def _moment(item: Any, *keys: str, where: str) -> int:  # noqa: ANN401 - any JSON
    text = _get(item, *keys, where=where)
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        msg = f"{where}: {'.'.join(keys)} is {text!r}, expected {A_TIME}"
        raise DataError(msg) from None
    if moment.tzinfo is None:
        msg = f"{where}: {'.'.join(keys)} is {text!r}, expected a time with an offset"
        raise DataError(msg)
    return int(moment.timestamp())


def _locode(item: Any, *keys: str, where: str) -> str:  # noqa: ANN401 - any JSON
    return str(_get(item, *keys, "location", "UNLocationCode", where=where))


def _match(sailings: list[Sailing], network: Network) -> Imported:
    """Give each run to the lanes of its mode between its places."""
    lanes = network.lanes
    lanes_of: dict[tuple[int, int, int], list[int]] = {}
    ends = zip(
        lanes.mode.tolist(),
        lanes.origin.tolist(),
        lanes.destination.tolist(),
        strict=True,
    )
    for row, key in enumerate(ends):
        lanes_of.setdefault(key, []).append(row)
    gateways_of = _gateways_of(network)
    found: dict[tuple[int, int], tuple[int, int]] = {}
    homeless = set()
    for sailing in sailings:
        pair = [
            _rows(gateways_of, code, sailing)
            for code in (sailing.origin, sailing.destination)
        ]
        mode = -1 if sailing.mode is None else MODES.index(sailing.mode)
        rows = [
            row
            for a in pair[0]
            for b in pair[1]
            for row in lanes_of.get((mode, a, b), [])
        ]
        if not rows:
            homeless.add(f"{sailing.transport} {sailing.origin}-{sailing.destination}")
        for row in rows:
            at = row, sailing.departs_s
            times = sailing.arrives_s, sailing.cut_off_s
            found[at] = min(found.get(at, times), times)
    columns = np.array([(*at, *times) for at, times in found.items()], dtype=np.int64)
    lane, departs_s, arrives_s, cut_off_s = columns.reshape(-1, 4).T
    return Imported(
        departures=sort_departures(
            lane,
            whole_minutes(departs_s),
            whole_minutes(arrives_s, later=True),
            cut_off=whole_minutes(cut_off_s),
            capacity_t=lanes.capacity_t_per_departure[lane],
            n_lanes=len(lanes),
        ),
        lanes=len(np.unique(lane)),
        without_lane=tuple(sorted(homeless)),
    )


def _gateways_of(network: Network) -> dict[str, list[tuple[int, int]]]:
    """Return kind and row of the gateways by their UN/LOCODE, or id where they have none."""
    gateways = network.gateways
    found: dict[str, list[tuple[int, int]]] = {}
    columns = zip(
        gateways.locode.to_pylist(),
        gateways.id.to_pylist(),
        gateways.kind.tolist(),
        strict=True,
    )
    for row, (locode, name, kind) in enumerate(columns):
        found.setdefault(locode or name, []).append((kind, row))
    return found


def _rows(
    gateways_of: dict[str, list[tuple[int, int]]], code: str, sailing: Sailing
) -> list[int]:
    """Return the gateways that a code means for a mode; any of it if none is of its kind.

    Raises
    ------
    UnknownPlaceError
        If no gateway has the code.
    """
    if code not in gateways_of:
        msg = (
            f"{sailing.where}: UNLocationCode is {code!r}, expected that of a gateway of "
            "the network"
        )
        raise UnknownPlaceError(msg)
    kinds = [KINDS.index(kind) for kind in _KINDS.get(sailing.mode, ())]
    own = [row for kind, row in gateways_of[code] if kind in kinds]
    return own or [row for _, row in gateways_of[code]]
