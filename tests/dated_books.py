"""Order books over dated departures, written in days, and their best plan by brute force.

Goods travel whole. All that leave by one departure share its boxes and its price; waiting
costs storage for every day, where it is allowed; a lane without departures takes goods at
once. Money in whole USD.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, inf
from pathlib import Path

from books import book_of
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.orders.order_book import OrderBook
from networks import TOCS, write_network

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Day 0 is Monday 2026-08-03.
FIRST_DAY = 3
#: No departure: the lane takes goods at any time.
ANY_DAY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A lane; without weekdays its price is for each order, else for each box."""

    start: str
    end: str
    days: int
    weekdays: tuple[int, ...]
    price_usd: int
    fixed_usd: int = 0
    box_m3: int = 10
    duty_percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """An order, in days after day 0."""

    start: str
    end: str
    m3: int
    ready: int
    due: int
    value_usd: int = 1000
    tax_percent: int = 0


#: Storage by place [USD/(m³·d)]; None where goods may not wait.
Places = Mapping[str, int | None]
#: Run and day of departure.
Way = tuple[tuple[int, int], ...]


def network_in_days(runs: Sequence[Run], places: Places) -> Network:
    """Return the network: lane ids begin with 1, 2, …; hubs take no time and no money."""
    lanes = [_lane(number, run) for number, run in enumerate(runs, start=1)]
    nodes = [
        {
            "id": place,
            "kind": "city",
            "name": place,
            "iso2": place[:2],
            "lat": "0",
            "lon": str(number),
            "hub_h": "0",
            "hub_cost_usd_per_t": "0",
            "hub_wtw_kg_per_t": "0",
            "storage_usd_per_m3_day": str(usd or 0),
            "waiting": "not allowed" if usd is None else "allowed",
        }
        for number, (place, usd) in enumerate(places.items())
    ]
    with tempfile.TemporaryDirectory() as folder:
        return read_network(write_network(Path(folder), lanes, nodes))


def _lane(number: int, run: Run) -> dict[str, str]:
    row = {
        "id": f"{number}:{run.start}-{run.end}",
        "origin": run.start,
        "destination": run.end,
        "mode": "road",
        "toc": TOCS["road"],
        "service": "",
        "distance_km": str(run.days * 100),
        "distance_basis": "sfd",
        "transit_h": str(run.days * 24),
        "passages": "",
        "cut_off_h": "0",
        "duty_rate": f"{run.duty_percent / 100:g}",
    }
    if not run.weekdays:
        return {**row, "cost_usd_per_shipment": str(run.price_usd)}
    return {
        **row,
        "departs_on": ";".join(WEEKDAYS[day] for day in run.weekdays),
        "equipment": "crate",
        "equipment_m3": str(run.box_m3),
        "cost_usd_per_equipment": str(run.price_usd),
        "cost_usd_per_departure": str(run.fixed_usd),
    }


def book_in_days(orders: Sequence[Goods]) -> OrderBook:
    """Return the order book: ids are O0, O1, …"""
    head = (
        "order_id origin destination mass_kg volume_m3 value_usd import_tax_rate "
        "ready_at due_at"
    )
    rows = [
        f"O{number} {one.start} {one.end} {one.m3 * 100} {one.m3} {one.value_usd} "
        f"{one.tax_percent / 100:g} {_date(one.ready)} {_date(one.due)}"
        for number, one in enumerate(orders)
    ]
    return book_of("\n".join([head, *rows]))


def _date(day: int) -> str:
    return f"2026-08-{FIRST_DAY + day:02d}T00:00Z"


def ways_of(order: Goods, runs: Sequence[Run], places: Places) -> Iterator[Way]:
    """Return all ways of an order."""
    yield from _go_on(order, runs, places, (order.start,), order.ready, ())


def _go_on(
    order: Goods,
    runs: Sequence[Run],
    places: Places,
    seen: tuple[str, ...],
    day: int,
    way: Way,
) -> Iterator[Way]:
    if seen[-1] == order.end:
        yield way
        return
    for number, run in enumerate(runs):
        if run.start != seen[-1] or run.end in seen:
            continue
        days = range(day, order.due + 1) if run.weekdays else [day]
        for leaves in days:
            if run.weekdays and leaves % 7 not in run.weekdays:
                continue
            if leaves > day and places[run.start] is None:
                continue
            arrives = leaves + run.days
            if arrives > order.due:
                continue
            step = (number, leaves if run.weekdays else ANY_DAY)
            yield from _go_on(
                order, runs, places, (*seen, run.end), arrives, (*way, step)
            )


def cost_usd(
    ways: Sequence[Way], orders: Sequence[Goods], runs: Sequence[Run], places: Places
) -> float:
    """Return what all orders cost on these ways."""
    total = 0.0
    loads: dict[tuple[int, int], int] = defaultdict(int)
    for order, way in zip(orders, ways, strict=True):
        day = order.ready
        total += order.value_usd * order.tax_percent / 100
        for number, leaves in way:
            run = runs[number]
            total += order.value_usd * run.duty_percent / 100
            if leaves == ANY_DAY:
                total += run.price_usd
                leaves = day  # noqa: PLW2901 - it leaves now
            else:
                loads[number, leaves] += order.m3
                total += (leaves - day) * order.m3 * (places[run.start] or 0)
            day = leaves + run.days
    for (number, _), m3 in loads.items():
        run = runs[number]
        total += ceil(m3 / run.box_m3) * run.price_usd + run.fixed_usd
    return total


def least_usd(orders: Sequence[Goods], runs: Sequence[Run], places: Places) -> float:
    """Return the least cost of all orders; infinite if one of them has no way."""
    every = [list(ways_of(order, runs, places)) for order in orders]
    return min(
        (cost_usd(ways, orders, runs, places) for ways in product(*every)), default=inf
    )
