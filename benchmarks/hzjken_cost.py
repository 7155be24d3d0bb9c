"""Rates plans for a converted multimodal instance (hzjken) by the rules of the case."""

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from benchmarks.hzjken import (
    CARD,
    MINUTES_PER_DAY,
    charges,
    minute_of,
    network_day0,
    read_rows,
)
from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.network.schedule import weekly_departures
from greenroute.rating.match_card import prepare_cards

#: Route ids and days of departure, by order id.
Plan = Mapping[str, Sequence[tuple[str, int]]]


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

    Prices of containers are read as `greenroute` reads them, from the rate card.

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
    prices = _box_usd(network, folder)
    orders = read_rows(folder / "orders.csv")
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
            math.ceil(round(m3 / lanes.equipment_m3[row], 9)) * prices[row]
            for (row, _), m3 in volume.items()
        ),
        fixed=math.fsum(lanes.cost_usd_per_departure[r] * n for r, n in used.items()),
        storage=math.fsum(storage),
        duties=math.fsum(duties),
        tax=math.fsum(tax),
    )


def _box_usd(network: Network, folder: Path) -> NDArray[np.float64]:
    """Return what the rate card says of a box on each lane [USD]."""
    pricing = charges(network, folder).pricing
    if pricing.cards is None:
        msg = f"{folder / CARD} has no rows, expected one per lane"
        raise DataError(msg)
    about = tomllib.loads((folder / "network.toml").read_text(encoding="utf-8"))
    cards = prepare_cards(
        pricing.cards, network, on=about["case"]["day0"], exchange=pricing.exchange
    )
    found = np.full(len(network.lanes), np.nan)
    for match in cards.matches:
        found[match.lane] = match.offers.base.per_unit[match.first]
    unpriced = np.flatnonzero(np.isnan(found))
    if len(unpriced):
        lane = network.lanes.id[int(unpriced[0])].as_py()
        msg = f"{folder / CARD} has no row for lane {lane!r}, expected one"
        raise DataError(msg)
    return found


def _follow(
    network: Network,
    order: Mapping[str, str],
    runs: Sequence[tuple[str, int]],
    departs: Mapping[tuple[int, int], int],
) -> tuple[float, list[tuple[int, int]]]:
    """Return the storage an order pays [USD], and the lanes and departures that it uses."""
    lanes, gateways = network.lanes, network.gateways
    name, row_of = order["order_id"], network.place_index.row_of
    place, clock = row_of[order["origin"]], minute_of(order["ready_at"])
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
    if place != row_of[order["destination"]] or clock > minute_of(order["due_at"]):
        msg = f"order {name} is not at {order['destination']} by {order['due_at']}"
        raise DataError(msg)
    return math.fsum(storage), used


def _departures(
    network: Network, orders: Sequence[Mapping[str, str]]
) -> dict[tuple[int, int], int]:
    """Return when departures arrive, by lane and minute of departure."""
    since = min(minute_of(order["ready_at"]) for order in orders)
    until = max(minute_of(order["due_at"]) for order in orders)
    dated = weekly_departures(network.lanes, network.gateways, since=since, until=until)
    keys = zip(dated.lane.tolist(), dated.departs.tolist(), strict=True)
    return dict(zip(keys, dated.arrives.tolist(), strict=True))
