"""Turns a published multimodal instance (hzjken) into our own files, and rates plans for it.

    python benchmarks/hzjken.py CASE.json FOLDER

CASE.json has routes with a container volume, a price per container and per departure used,
a duty rate, a running time in days and weekdays of departure; storage prices of
warehouses; orders with volume, value, first and last day and an import tax. FOLDER gets
what `greenroute` reads, and nothing of the case is lost:

    nodes.csv    storage_usd_per_m3_day and waiting (only warehouses let goods wait); hub
                 operations cost and last nothing
    lanes.csv    id = route; service = carrier; equipment_m3, cost_usd_per_equipment,
                 cost_usd_per_departure, duty_rate, departs_on; transit_h = 24 x days;
                 cut_off_h = 0; total_hours as it was
    orders.csv   ready_at, due_at (midnights UTC of first and last day), value_usd,
                 import_tax_rate, commodity, journey
    network.toml [case]: the rest

The case says neither where its places lie nor how far apart: they are put a few metres
from each other where the clock is UTC, and a lane is as long as its mode goes in its time.
Costs and days are those of the case; distances and emissions are not.
"""

import csv
import hashlib
import json
import math
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.network.read_schedule import WEEKDAYS
from greenroute.network.schedule import weekly_departures
from greenroute.units import HOURS_PER_DAY, MINUTES_PER_HOUR, SECONDS_PER_MINUTE

Case = dict[str, Any]
#: Route ids and days of departure, by order id.
Plan = Mapping[str, Sequence[tuple[str, int]]]
#: Mode, TOC, speed that makes up a distance [km/h], kind of gateway its ends are.
MODES = {
    "Sea": ("sea", "sea-container-3000-4999", 30, "seaport"),
    "Air": ("air", "air-freighter-short-haul", 600, "airport"),
    "Rail": ("rail", "rail-freight", 40, "rail_terminal"),
    "Truck": ("road", "road-artic", 50, "city"),
}
WORDS = {mode: word for word, (mode, *_) in MODES.items()}
KINDS = ("seaport", "airport", "rail_terminal", "city")
MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
DEGREES_APART = 0.0001


def convert(case: Case, folder: Path) -> Path:
    """Write a case as network folder and order book, and return the folder."""
    day0 = date.fromisoformat(case["day0"])
    weekday = WEEKDAYS[day0.weekday()].capitalize()
    if case["day0_weekday"] != weekday:
        msg = f"day0_weekday is {case['day0_weekday']!r}, expected {weekday} of {day0}"
        raise DataError(msg)
    folder.mkdir(parents=True, exist_ok=True)
    about = [f"name = {json.dumps(case['name'])}", 'version = "1"', "[case]"]
    about += [f"day0 = {day0}", f"horizon_days = {case['horizon_days']}"]
    for name, rows in (("nodes", _nodes(case)), ("lanes", _lanes(case))):
        path = _write(folder / f"{name}.csv", rows)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        about += [f"[tables.{name}]", f'file = "{path.name}"', f'sha256 = "{digest}"']
    _write(folder / "orders.csv", _orders(case, day0))
    text = "\n".join(about) + "\n"
    (folder / "network.toml").write_text(text, encoding="utf-8")
    return folder


def read_back(folder: Path) -> Case:
    """Return the case that a converted folder holds."""
    about = tomllib.loads((folder / "network.toml").read_text(encoding="utf-8"))
    day0: date = about["case"]["day0"]
    nodes = _read(folder / "nodes.csv")
    return {
        "name": about["name"],
        "day0": day0.isoformat(),
        "day0_weekday": WEEKDAYS[day0.weekday()].capitalize(),
        "horizon_days": about["case"]["horizon_days"],
        "warehouse_cost_per_m3_day": {
            row["id"]: float(row["storage_usd_per_m3_day"])
            for row in nodes
            if row["waiting"] == "allowed"
        },
        "routes": [
            {
                "route": int(row["id"]),
                "source": row["origin"],
                "destination": row["destination"],
                "carrier": row["service"],
                "mode": WORDS[row["mode"]],
                "container_volume_m3": float(row["equipment_m3"]),
                "fixed_cost": float(row["cost_usd_per_departure"]),
                "cost_per_container": float(row["cost_usd_per_equipment"]),
                "transit_duty_rate": float(row["duty_rate"]),
                "total_hours": float(row["total_hours"]),
                "days": int(row["transit_h"]) // HOURS_PER_DAY,
                "departs_on": [d.capitalize() for d in row["departs_on"].split(";")],
            }
            for row in _read(folder / "lanes.csv")
        ],
        "orders": [
            {
                "order": int(row["order_id"]),
                "commodity": row["commodity"],
                "origin": row["origin"],
                "destination": row["destination"],
                "value": float(row["value_usd"]),
                "weight_kg": float(row["mass_kg"]),
                "volume_m3": float(row["volume_m3"]),
                "release_day": _day(row["ready_at"], day0),
                "deadline_day": _day(row["due_at"], day0),
                "import_tax_rate": float(row["import_tax_rate"]),
                "journey": row["journey"],
            }
            for row in _read(folder / "orders.csv")
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a plan costs [USD]: containers, departures used, storage, duties, import tax."""

    containers: float
    fixed: float
    storage: float
    duties: float
    tax: float

    @property
    def total(self) -> float:
        """All of it, to the cent."""
        parts = self.containers, self.fixed, self.storage, self.duties, self.tax
        return round(math.fsum(parts), 2)


def evaluate(folder: Path, plan: Plan) -> Cost:
    """Rate a plan by the rules of the case, from the converted folder.

    Goods travel whole. All goods on one departure share its containers: their volumes are
    summed, then rounded up. A departure used costs its price once. Goods pay storage for
    each day between their first day or arrival and the next departure, and nothing at
    their destination; a duty on each lane and the import tax once, both by their value.

    Raises
    ------
    DataError
        If the plan breaks a rule: an order is missing, a lane does not start where the
        goods are or does not depart that day, goods wait where they may not, call twice
        at a place or are late.
    """
    network = read_network(folder)
    orders = _read(folder / "orders.csv")
    asked = [row["order_id"] for row in orders]
    if sorted(plan) != sorted(asked):
        msg = f"the plan has orders {sorted(plan)}, expected {sorted(asked)}"
        raise DataError(msg)
    departs = _departures(network, orders)
    volume: dict[tuple[int, int], float] = defaultdict(float)
    storage, duties, tax = [], [], []
    for order in orders:
        value, m3 = float(order["value_usd"]), float(order["volume_m3"])
        stay_usd, rows = _follow(network, order, plan[order["order_id"]], departs)
        for row, minute in rows:
            volume[row, minute] += m3
            duties.append(value * float(np.nan_to_num(network.lanes.duty_rate[row])))
        storage.append(stay_usd)
        tax.append(value * float(order["import_tax_rate"]))
    lanes = network.lanes
    used = Counter(row for row, _ in volume)
    return Cost(
        containers=math.fsum(
            math.ceil(round(m3 / lanes.equipment_m3[row], 9))
            * lanes.cost_usd_per_equipment[row]
            for (row, _), m3 in volume.items()
        ),
        fixed=math.fsum(lanes.cost_usd_per_departure[r] * n for r, n in used.items()),
        storage=math.fsum(storage),
        duties=math.fsum(duties),
        tax=math.fsum(tax),
    )


def _follow(
    network: Network,
    order: Mapping[str, str],
    runs: Sequence[tuple[str, int]],
    departs: Mapping[tuple[int, int], int],
) -> tuple[float, list[tuple[int, int]]]:
    """Return the storage an order pays [USD], and the lanes and departures that it uses."""
    lanes, gateways = network.lanes, network.gateways
    name, row_of = order["order_id"], network.place_index.row_of
    place, clock = row_of[order["origin"]], _minute(order["ready_at"])
    seen, used, storage = {place}, [], []
    day0 = network_day0(network)
    for lane_id, day in runs:
        row = pc.index(lanes.id, lane_id).as_py()
        leaves = day0 + day * MINUTES_PER_DAY
        here = gateways.id[place].as_py()
        if row < 0 or int(lanes.origin[row]) != place:
            msg = f"order {name}: there is no lane {lane_id!r} from {here}"
            raise DataError(msg)
        if (row, leaves) not in departs or leaves < clock:
            msg = (
                f"order {name}: lane {lane_id!r} cannot be taken on day {day} at {here}"
            )
            raise DataError(msg)
        if leaves > clock and not gateways.waiting[place]:
            msg = f"order {name} waits at {here}, where goods may not wait"
            raise DataError(msg)
        days = (leaves - clock) / MINUTES_PER_DAY
        usd = float(np.nan_to_num(gateways.storage_usd_per_m3_day[place]))
        storage.append(float(order["volume_m3"]) * days * usd)
        place, clock = int(lanes.destination[row]), departs[row, leaves]
        if place in seen:
            msg = f"order {name} calls twice at {gateways.id[place].as_py()}"
            raise DataError(msg)
        seen.add(place)
        used.append((row, leaves))
    if place != row_of[order["destination"]] or clock > _minute(order["due_at"]):
        msg = f"order {name} is not at {order['destination']} by {order['due_at']}"
        raise DataError(msg)
    return math.fsum(storage), used


def _departures(
    network: Network, orders: Sequence[Mapping[str, str]]
) -> dict[tuple[int, int], int]:
    """Return when departures arrive, by lane and minute of departure."""
    since = min(_minute(order["ready_at"]) for order in orders)
    until = max(_minute(order["due_at"]) for order in orders)
    dated = weekly_departures(network.lanes, network.gateways, since=since, until=until)
    keys = zip(dated.lane.tolist(), dated.departs.tolist(), strict=True)
    return dict(zip(keys, dated.arrives.tolist(), strict=True))


def network_day0(network: Network) -> int:
    """Return the minute at which day 0 of a converted case begins."""
    about = tomllib.loads((network.folder / "network.toml").read_text(encoding="utf-8"))
    return _minute(f"{about['case']['day0']}T00:00Z")


def _nodes(case: Case) -> list[dict[str, object]]:
    storage = case["warehouse_cost_per_m3_day"]
    kinds: dict[str, set[str]] = {name: set() for name in storage}
    for route in case["routes"]:
        for end in (route["source"], route["destination"]):
            kinds.setdefault(end, set()).add(_mode(route)[3])
    return [
        {
            "id": name,
            "kind": min(kinds[name] or {"city"}, key=KINDS.index),
            "name": name,
            "iso2": "XX",
            "lat": 0,
            "lon": f"{number * DEGREES_APART:.4f}",
            "hub_h": 0,
            "hub_cost_usd_per_t": 0,
            "hub_wtw_kg_per_t": 0,
            "storage_usd_per_m3_day": storage.get(name, ""),
            "waiting": "allowed" if name in storage else "not allowed",
        }
        for number, name in enumerate(kinds)
    ]


def _lanes(case: Case) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for route in case["routes"]:
        mode, toc, kmh, _ = _mode(route)
        hours = route["days"] * HOURS_PER_DAY
        rows.append(
            {
                "id": route["route"],
                "origin": route["source"],
                "destination": route["destination"],
                "mode": mode,
                "toc": toc,
                "service": route["carrier"],
                "distance_km": hours * kmh,
                "transit_h": hours,
                "departs_on": ";".join(route["departs_on"]),
                "cut_off_h": 0,
                "equipment": "container",
                "equipment_m3": route["container_volume_m3"],
                "cost_usd_per_equipment": route["cost_per_container"],
                "cost_usd_per_departure": route["fixed_cost"],
                "duty_rate": route["transit_duty_rate"],
                "total_hours": route["total_hours"],
            }
        )
    return rows


def _orders(case: Case, day0: date) -> list[dict[str, object]]:
    return [
        {
            "order_id": order["order"],
            "origin": order["origin"],
            "destination": order["destination"],
            "mass_kg": order["weight_kg"],
            "volume_m3": order["volume_m3"],
            "value_usd": order["value"],
            "ready_at": f"{day0 + timedelta(days=order['release_day'])}T00:00Z",
            "due_at": f"{day0 + timedelta(days=order['deadline_day'])}T00:00Z",
            "import_tax_rate": order["import_tax_rate"],
            "commodity": order["commodity"],
            "journey": order["journey"],
        }
        for order in case["orders"]
    ]


def _mode(route: Case) -> tuple[str, str, int, str]:
    if route["mode"] not in MODES:
        msg = (
            f"route {route['route']}: mode is {route['mode']!r}, expected {list(MODES)}"
        )
        raise DataError(msg)
    return MODES[route["mode"]]


def _minute(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) // SECONDS_PER_MINUTE


def _day(text: str, day0: date) -> int:
    return (datetime.fromisoformat(text).astimezone(UTC).date() - day0).days


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    convert(
        json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    )
