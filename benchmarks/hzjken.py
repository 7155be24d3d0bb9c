"""Turns a published multimodal instance (hzjken) into our own files, and rates plans for it.

    python benchmarks/hzjken.py CASE.json FOLDER

CASE.json has routes with a container volume, a price per container and per departure used,
a duty rate, a running time in days and weekdays of departure; storage prices of
warehouses; orders with volume, value, first and last day and an import tax. FOLDER gets
what `greenroute` reads, and nothing of the case is lost:

    nodes.csv    storage_usd_per_m3_day and waiting (only warehouses let goods wait); hub
                 operations cost and last nothing
    lanes.csv    id = route; service = carrier; equipment_m3, cost_usd_per_departure,
                 duty_rate, departs_on; transit_h = 24 x days; cut_off_h = 0; total_hours
                 as it was; no price by box: it stands on the card
    card.csv     rate card: per lane the price of a box of its own equipment, in USD, valid
                 from day 0
    orders.csv   ready_at, due_at (midnights UTC of first and last day), value_usd,
                 import_tax_rate, commodity, journey
    network.toml [case]: the rest

The case says neither where its places lie nor how far apart: they are put a few metres
from each other where the clock is UTC, and a lane is as long as its mode goes in its time.
Costs and days are those of the case; distances and emissions are not.

    greenroute plan FOLDER/orders.csv --network FOLDER --card FOLDER/card.csv --out PLAN
"""

import csv
import hashlib
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.network.read_schedule import WEEKDAYS
from greenroute.rating.charges import Charges
from greenroute.rating.pricing import read_pricing
from greenroute.rating.read import read_rates
from greenroute.units import HOURS_PER_DAY, MINUTES_PER_HOUR, SECONDS_PER_MINUTE

Case = dict[str, Any]
#: Mode, TOC, speed that makes up a distance [km/h], kind of gateway its ends are.
MODES = {
    "Sea": ("sea", "sea-container-3000-4999", 30, "seaport"),
    "Air": ("air", "air-freighter-short-haul", 600, "airport"),
    "Rail": ("rail", "rail-freight", 40, "rail_terminal"),
    "Truck": ("road", "road-artic", 50, "city"),
}
WORDS = {mode: word for word, (mode, *_) in MODES.items()}
#: Boxes of the case: their size depends on the lane.
EQUIPMENT = "container"
CARD = "card.csv"
KINDS = ("seaport", "airport", "rail_terminal", "city")
MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
DEGREES_APART = 0.0001


def convert(case: Case, folder: Path) -> Path:
    """Write a case as network folder, rate card and order book, and return the folder."""
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
    _write(folder / CARD, _card(case, day0))
    _write(folder / "orders.csv", _orders(case, day0))
    text = "\n".join(about) + "\n"
    (folder / "network.toml").write_text(text, encoding="utf-8")
    return folder


def read_back(folder: Path) -> Case:
    """Return the case that a converted folder holds."""
    about = tomllib.loads((folder / "network.toml").read_text(encoding="utf-8"))
    day0: date = about["case"]["day0"]
    nodes = read_rows(folder / "nodes.csv")
    per_box = {row["lane"]: row["base_per_unit"] for row in read_rows(folder / CARD)}
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
                "cost_per_container": float(per_box[row["id"]]),
                "transit_duty_rate": float(row["duty_rate"]),
                "total_hours": float(row["total_hours"]),
                "days": int(row["transit_h"]) // HOURS_PER_DAY,
                "departs_on": [d.capitalize() for d in row["departs_on"].split(";")],
            }
            for row in read_rows(folder / "lanes.csv")
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
            for row in read_rows(folder / "orders.csv")
        ],
    }


def charges(network: Network, folder: Path) -> Charges:
    """Return the rate card of a converted case."""
    tariff = read_rates().tariff
    return Charges(pricing=read_pricing(tariff, cards=folder / CARD, network=network))


def network_day0(network: Network) -> int:
    """Return the minute at which day 0 of a converted case begins."""
    about = tomllib.loads((network.folder / "network.toml").read_text(encoding="utf-8"))
    return minute_of(f"{about['case']['day0']}T00:00Z")


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
                "equipment": EQUIPMENT,
                "equipment_m3": route["container_volume_m3"],
                "cost_usd_per_departure": route["fixed_cost"],
                "duty_rate": route["transit_duty_rate"],
                "total_hours": route["total_hours"],
            }
        )
    return rows


def _card(case: Case, day0: date) -> list[dict[str, object]]:
    return [
        {
            "card": case["name"],
            "lane": route["route"],
            "mode": _mode(route)[0],
            "equipment": EQUIPMENT,
            "valid_from": day0,
            "currency": "USD",
            "base_per_unit": route["cost_per_container"],
        }
        for route in case["routes"]
    ]


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


def minute_of(text: str) -> int:
    """Return a moment in minutes since 1970."""
    return int(datetime.fromisoformat(text).timestamp()) // SECONDS_PER_MINUTE


def _day(text: str, day0: date) -> int:
    return (datetime.fromisoformat(text).astimezone(UTC).date() - day0).days


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    convert(
        json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2])
    )
