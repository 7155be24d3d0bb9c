"""Reads a network folder: strictly, with its digests verified."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.departure import no_departures
from greenroute.network.distance import Seaway
from greenroute.network.gateway import KINDS, Gateways
from greenroute.network.lane import BASES, MODES, DistanceBasis, Lanes, join_lanes
from greenroute.network.market import Markets
from greenroute.network.network import Network
from greenroute.network.passage import Passage
from greenroute.network.place_index import PlaceIndex
from greenroute.network.read_schedule import read_departures, read_weekdays
from greenroute.network.source import sources_of
from greenroute.tables import (
    Coded,
    Column,
    ColumnKind,
    Table,
    data_folder,
    positions,
    read_table,
    read_toml,
    verify_digests,
)

_NUMBER = ColumnKind.NUMBER
_MONEY = Column(kind=_NUMBER, required=False, empty=True, least=0)
_TEXT = Column(required=False, empty=True)
#: Words of `waiting`; an empty cell allows it.
_YES, _NO = ("allowed", "yes", "true", "1"), ("not allowed", "not", "no", "false", "0")

NODE_COLUMNS = {
    "id": Column(),
    "kind": Column(choices=tuple(KINDS)),
    "name": Column(),
    "iso2": Column(),
    "lat": Column(kind=_NUMBER, least=-90, most=90),
    "lon": Column(kind=_NUMBER, least=-180, most=180),
    "tier": Column(
        kind=ColumnKind.INTEGER, required=False, empty=True, least=0, most=4
    ),
    "locode": _TEXT,
    "hub_h": _MONEY,
    "hub_cost_usd_per_t": _MONEY,
    "hub_wtw_kg_per_t": _MONEY,
    "storage_usd_per_m3_day": _MONEY,
    "waiting": Column(required=False, empty=True, choices=(*_YES, *_NO)),
}
LANE_COLUMNS = {
    "id": Column(),
    "origin": Column(),
    "destination": Column(),
    "mode": Column(choices=tuple(MODES)),
    "toc": Column(),
    "service": _TEXT,
    "distance_km": Column(kind=_NUMBER, above=0),
    "distance_basis": Column(required=False, empty=True, choices=tuple(BASES)),
    "transit_h": Column(kind=_NUMBER, above=0),
    "departures_per_week": Column(kind=_NUMBER, required=False, empty=True, above=0),
    "departs_on": _TEXT,
    "cut_off_h": _MONEY,
    "capacity_t_per_departure": Column(
        kind=_NUMBER, required=False, empty=True, above=0
    ),
    "gauge_mm": Column(
        kind=ColumnKind.INTEGER, required=False, empty=True, least=0, most=2000
    ),
    "passages": _TEXT,
    "speed_kmh": Column(kind=_NUMBER, required=False, empty=True, above=0),
    "equipment": _TEXT,
    "equipment_m3": Column(kind=_NUMBER, required=False, empty=True, above=0),
    "cost_usd_per_shipment": _MONEY,
    "cost_usd_per_kg": _MONEY,
    "cost_usd_per_equipment": _MONEY,
    "cost_usd_per_departure": _MONEY,
    "duty_rate": Column(kind=_NUMBER, required=False, empty=True, least=0, most=1),
}
MARKET_COLUMNS = {
    "iso2": Column(),
    "name": Column(),
    "continent": Column(),
    "un_member": Column(kind=ColumnKind.INTEGER, least=0, most=1),
    "customs_territory": Column(),
    "hub": Column(),
}
PASSAGE_COLUMNS = {
    "name": Column(),
    "default_open": Column(kind=ColumnKind.INTEGER, least=0, most=1),
    "note": _TEXT,
}


def read_network(folder: Path | str | None = None) -> Network:
    """Read a network folder; without one, the world network in the package.

    Parameters
    ----------
    folder
        Folder with `network.toml`, `nodes` and `lanes` (one table, or several named
        `lanes_*`), and optionally `departures`, `markets`, `passages`, `sea_nodes` and
        `sea_edges`, `places`, `locodes`; CSV or Parquet.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from `network.toml`.
    DataError
        If a table says something that cannot be; all errors are named.
    """
    place = data_folder() / "networks" / "world" if folder is None else Path(folder)
    about = read_toml(place / "network.toml")
    tables = about.get("tables", {})
    for key in ("name", "version"):
        if not isinstance(about.get(key), str):
            msg = f"{place / 'network.toml'}: {key} is {about.get(key)!r}, expected a text"
            raise DataError(msg)
    if not isinstance(tables, dict) or "nodes" not in tables:
        msg = f"{place / 'network.toml'}: [tables.nodes] is missing"
        raise DataError(msg)
    sha256 = verify_digests(place, tables)
    files = {name: place / str(entry["file"]) for name, entry in tables.items()}
    nodes = read_table(files["nodes"], NODE_COLUMNS)
    gateways = _gateways(nodes)
    lane_names = sorted(n for n in files if n == "lanes" or n.startswith("lanes_"))
    if not lane_names:
        msg = f"{place / 'network.toml'}: there is no table lanes or lanes_*"
        raise DataError(msg)
    lanes = join_lanes(
        [_lanes(read_table(files[name], LANE_COLUMNS), gateways) for name in lane_names]
    )
    if "departures" in files:
        ends = lanes.origin, lanes.destination
        dated = read_departures(files["departures"], lanes.id, ends, gateways)
        lanes = replace(lanes, departures=dated)
    passages = _passages(files.get("passages"))
    return Network(
        name=about["name"],
        version=about["version"],
        sha256=sha256,
        gateways=gateways,
        lanes=lanes,
        markets=_markets(files.get("markets"), gateways),
        passages=passages,
        seaway=_seaway(files, passages),
        place_index=PlaceIndex(
            row_of={key: row for row, key in enumerate(gateways.id.to_pylist())},
            towns=files.get("places"),
            locodes=files.get("locodes"),
        ),
        folder=place,
        sources=sources_of(about, place / "network.toml"),
    )


def _gateways(nodes: Table) -> Gateways:
    ids = nodes.text("id")
    if not len(ids):
        msg = f"{nodes.path}: there is no node, expected at least one"
        raise DataError(msg)
    _unique(nodes, ids)
    return Gateways(
        id=ids,
        kind=_code(nodes.coded("kind"), tuple(KINDS)),
        name=nodes.text("name"),
        iso2=nodes.coded("iso2"),
        lat=nodes.number("lat"),
        lon=nodes.number("lon"),
        tier=np.nan_to_num(nodes.number("tier")).astype(np.int8),
        locode=nodes.text("locode"),
        hub_h=nodes.number("hub_h"),
        hub_cost_usd_per_t=nodes.number("hub_cost_usd_per_t"),
        hub_wtw_kg_per_t=nodes.number("hub_wtw_kg_per_t"),
        storage_usd_per_m3_day=nodes.number("storage_usd_per_m3_day"),
        waiting=~_coded(nodes, "waiting").mask(frozenset(_NO)),
    )


def _lanes(table: Table, gateways: Gateways) -> Lanes:
    _unique(table, table.text("id"))
    ends = {}
    for name in ("origin", "destination"):
        rows = positions(table.text(name), gateways.id)
        lost = np.flatnonzero(rows < 0)
        if len(lost):
            text = table.text(name)[int(lost[0])].as_py()
            msg = (
                f"{table.path}:{lost[0] + 2}: {name} is {text!r}, expected the id of a "
                f"node ({len(lost)} such rows)"
            )
            raise DataError(msg)
        ends[name] = rows.astype(np.int32)
    loop = np.flatnonzero(ends["origin"] == ends["destination"])
    if len(loop):
        msg = f"{table.path}:{loop[0] + 2}: origin and destination are the same node"
        raise DataError(msg)
    basis = table.coded("distance_basis")
    departs_on, per_week = read_weekdays(table)
    return Lanes(
        id=table.text("id"),
        origin=ends["origin"],
        destination=ends["destination"],
        mode=_code(table.coded("mode"), tuple(MODES)),
        distance_basis=_code(basis, tuple(BASES), blank=DistanceBasis.SFD),
        toc=table.coded("toc"),
        service=table.coded("service"),
        distance_km=table.number("distance_km"),
        transit_h=table.number("transit_h"),
        departures_per_week=per_week,
        departs_on=departs_on,
        cut_off_h=table.number("cut_off_h"),
        capacity_t_per_departure=table.number("capacity_t_per_departure"),
        gauge_mm=np.nan_to_num(table.number("gauge_mm")).astype(np.int32),
        passages=table.coded("passages"),
        speed_kmh=table.number("speed_kmh"),
        equipment=_coded(table, "equipment"),
        equipment_m3=table.number("equipment_m3"),
        cost_usd_per_shipment=table.number("cost_usd_per_shipment"),
        cost_usd_per_kg=table.number("cost_usd_per_kg"),
        cost_usd_per_equipment=table.number("cost_usd_per_equipment"),
        cost_usd_per_departure=table.number("cost_usd_per_departure"),
        duty_rate=table.number("duty_rate"),
        departures=no_departures(len(table)),
    )


def _markets(path: Path | None, gateways: Gateways) -> Markets:
    if path is None:
        none = pa.array([], pa.string())
        return Markets(
            iso2=none,
            name=none,
            continent=none,
            un_member=np.empty(0, dtype=np.bool_),
            customs_territory=none,
            hub=np.empty(0, dtype=np.int64),
        )
    table = read_table(path, MARKET_COLUMNS)
    hub = positions(table.text("hub"), gateways.id)
    lost = np.flatnonzero(hub < 0)
    if len(lost):
        text = table.text("hub")[int(lost[0])].as_py()
        msg = f"{path}:{lost[0] + 2}: hub is {text!r}, expected the id of a node"
        raise DataError(msg)
    return Markets(
        iso2=table.text("iso2"),
        name=table.text("name"),
        continent=table.text("continent"),
        un_member=table.number("un_member") == 1,
        customs_territory=table.text("customs_territory"),
        hub=hub,
    )


def _passages(path: Path | None) -> tuple[Passage, ...]:
    if path is None:
        return ()
    table = read_table(path, PASSAGE_COLUMNS)
    is_open = table.number("default_open") == 1
    return tuple(
        Passage(name=name, open=bool(state), note=note)
        for name, state, note in zip(
            table.text("name").to_pylist(),
            is_open,
            table.text("note").to_pylist(),
            strict=True,
        )
    )


def _seaway(files: dict[str, Path], passages: tuple[Passage, ...]) -> Seaway | None:
    if "sea_nodes" not in files or "sea_edges" not in files:
        return None
    degree = Column(kind=_NUMBER)
    nodes = read_table(files["sea_nodes"], {"lat": degree, "lon": degree})
    most = len(nodes) - 1
    end = Column(kind=ColumnKind.INTEGER, least=0, most=most)
    edges = read_table(
        files["sea_edges"],
        {"a": end, "b": end, "km": Column(kind=_NUMBER, above=0), "passages": _TEXT},
    )
    return Seaway(
        lat=nodes.number("lat"),
        lon=nodes.number("lon"),
        ends=np.column_stack([edges.number("a"), edges.number("b")]).astype(np.int32),
        km=edges.number("km"),
        passages=edges.coded("passages"),
        closed=frozenset(p.name for p in passages if not p.open),
    )


def _coded(table: Table, name: str) -> Coded:
    """Return a text column that may be absent, without making its texts."""
    if table.has(name):
        return table.coded(name)
    return Coded(codes=np.zeros(len(table), dtype=np.int32), names=("",))


def _code(
    column: Coded, members: tuple[str, ...], *, blank: str = ""
) -> NDArray[np.int8]:
    """Return the position of each text in a closed set; blank stands for ""."""
    place = [members.index(name or blank) for name in column.names]
    return np.array(place, dtype=np.int8)[column.codes]


def _unique(table: Table, ids: pa.Array) -> None:
    encoded = ids.dictionary_encode()
    if len(encoded.dictionary) == len(ids):
        return
    seen: set[str] = set()
    for row, text in enumerate(ids.to_pylist()):
        if text in seen:
            msg = f"{table.path}:{row + 2}: id is {text!r} again, expected unique ids"
            raise DataError(msg)
        seen.add(text)
