"""Synthetic order books on plain arrays, from a hundred orders to a million.

Orders run between markets of regions, a few lanes carrying most of them, over eight weeks.
An order may go by sea in containers that it shares with others of the same pair of hubs,
week and service (step costs), by groupage at a price per volume, by rail where there is
land, by air at a price per mass or in shared unit load devices, and with better fuel at a
premium. Vessels, trains, flights and groupage have capacities, some vessels a minimum, and
carbon budgets bind all orders together and those of large customers.

    python benchmarks/book_instances.py N_ORDERS    prints the size of a book
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.book.book import BY_MASS, BY_VOLUME, Book, Lists

N_REGIONS = 12
N_WEEKS = 8
N_CUSTOMERS = 40
#: Customers with a budget of their own.
N_LARGE = 5
#: Cents per gram at which no order may be better left.
HIGHEST_CARBON_PRICE = 0.1
SLOW, FAST, RAIL, UNIT = range(4)
#: By service: box mass [kg], box volume [l], cents per box and 1,000 km, grams per kg and
#: 1,000 km, days per 1,000 km, slots of a box.
LARGE_BOX = np.array([26_000, 26_000, 26_000, 1_600])
LARGE_VOLUME = np.array([66_000, 66_000, 66_000, 9_600])
BOX_RATE = np.array([16_000, 24_000, 42_000, 38_000])
GRAMS = np.array([9.0, 14.0, 24.0, 560.0])
DAYS = np.array([2.0, 1.3, 1.0, 0.3])
#: Of a small box, as a share of the large one.
SMALL, SMALL_COST = 0.5, 0.62

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Writer:
    """Columns that are collected kind by kind, then sorted by order."""

    def __init__(self, n_orders: int) -> None:
        self.n_orders = n_orders
        self.order: list[NDArray[np.int32]] = []
        self.cost: list[Integers] = []
        self.grams: list[Integers] = []
        self.group: list[NDArray[np.int32]] = []
        self.row: list[NDArray[np.int32]] = []

    def add(
        self, order: Integers, cost: Floats, grams: Floats, **ways: Integers
    ) -> None:
        """Add a column for each of these orders; `ways` name its group or its row."""
        none = np.full(len(order), -1)
        self.order.append(order.astype(np.int32))
        self.cost.append(np.rint(cost).astype(np.int64))
        self.grams.append(np.rint(grams).astype(np.int64))
        self.group.append(ways.get("group", none).astype(np.int32))
        self.row.append(ways.get("row", none).astype(np.int32))


def lists(items: NDArray[np.int32]) -> Lists:
    """Return lists of one item, or none where it is -1."""
    has = items >= 0
    start = np.zeros(len(items) + 1, np.int32)
    np.cumsum(has, out=start[1:])
    return Lists(start=start, items=items[has])


def make_book(n_orders: int, seed: int = 0) -> Book:
    """Return a book of that many orders."""
    rng = np.random.default_rng(seed)
    hubs = 1 if n_orders <= 3_000 else 2 if n_orders <= 30_000 else 3
    km = 1_000 * rng.integers(2, 20, (N_REGIONS, N_REGIONS)).astype(float)
    km = (km + km.T) / 2
    land = (rng.random((N_REGIONS, N_REGIONS)) < 0.3) & (km < 11_000)
    weight = rng.permutation(1 / np.arange(1, N_REGIONS**2 + 1) ** 0.9)
    pairs = weight.reshape(N_REGIONS, N_REGIONS)
    np.fill_diagonal(pairs, 0)
    lane = rng.choice(N_REGIONS**2, n_orders, p=(pairs / pairs.sum()).ravel())
    hub = (
        rng.integers(hubs, size=(n_orders, 2)) if hubs > 1 else np.zeros((n_orders, 2))
    )
    mass = np.clip(rng.lognormal(6.7, 1.2, n_orders), 20, 20_000).astype(np.int64)
    density = rng.choice([0.12, 0.2, 0.33, 0.5], n_orders, p=[0.2, 0.35, 0.3, 0.15])
    volume = np.maximum(np.rint(mass / density), 1).astype(np.int64)
    week = rng.integers(N_WEEKS, size=n_orders)
    # A day on the way, per order: the value of the goods and of what waits for them.
    day_cost = mass * rng.choice([0.2, 1.0, 6.0], n_orders, p=[0.6, 0.3, 0.1])
    return _Maker(
        rng=rng,
        hubs=hubs,
        lane=lane,
        hub=hub.astype(np.int64),
        mass=mass,
        volume=volume,
        week=week,
        day=day_cost,
        km=km.ravel()[lane] * rng.uniform(0.95, 1.05, n_orders),
        pair_km=km.ravel(),
        land=land.ravel(),
        writer=Writer(n_orders),
    ).book()


@dataclass(slots=True, kw_only=True)
class _Maker:
    """Holds the orders while columns, groups and rows are made from them."""

    rng: np.random.Generator
    hubs: int
    lane: Integers
    hub: Integers
    mass: Integers
    volume: Integers
    week: Integers
    day: Floats
    km: Floats
    pair_km: Floats
    land: NDArray[np.bool_]
    writer: Writer

    @property
    def n(self) -> int:
        return len(self.lane)

    @property
    def n_lanes(self) -> int:
        return N_REGIONS**2

    def group(
        self, service: int, week: Integers, small: int, turn: int = 0
    ) -> Integers:
        """Return the group of each order: service, size of box, hubs, week and lane."""
        near = (self.hub[:, 0] + turn) % self.hubs
        way = near * self.hubs + self.hub[:, 1]
        kind = service * 2 + small
        return (
            (kind * self.hubs**2 + way) * (N_WEEKS + 1) + week
        ) * self.n_lanes + self.lane

    def row(self, kind: int, week: Integers) -> Integers:
        """Return the row: 0-3 slots of a service, 4-5 groupage, 6 flights."""
        return (kind * (N_WEEKS + 1) + week) * self.n_lanes + self.lane

    def ways(self) -> None:
        """Add the columns."""
        mass, volume, km = self.mass, self.volume, self.km / 1_000
        every = np.arange(self.n)
        door = 3_000 + 4.0 * mass

        def add(
            take: NDArray[np.bool_], cost: Floats, grams: Floats, **way: Integers
        ) -> None:
            of = every[take]
            ways = {name: value[take] for name, value in way.items()}
            self.writer.add(of, (door + cost)[take], (40 * mass + grams)[take], **ways)

        yes = np.ones(self.n, bool)
        for service in (SLOW, FAST):
            days, grams = DAYS[service] * km * self.day, GRAMS[service] * km * mass
            for later, small, turn in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)):
                if turn and self.hubs == 1:
                    continue
                take = yes if not (later and service == FAST) else ~yes
                way = self.group(service, self.week + later, small, turn)
                cost = days + 7 * later * self.day + 5.0 * mass * turn
                add(take, cost, grams + 90 * mass * turn, group=way)
                if not later and not small and not turn:
                    add(yes, cost + 1.1 * km * mass, 0.25 * grams, group=way)
            rate = BOX_RATE[service] * km / LARGE_VOLUME[service]
            loose = self.row(4 + service, self.week)
            add(yes, 1.9 * rate * volume + 4_000 + days, 1.1 * grams, row=loose)
        land = self.land[self.lane]
        way = self.group(RAIL, self.week, 0)
        add(land, DAYS[RAIL] * km * self.day, GRAMS[RAIL] * km * mass, group=way)
        charged = np.maximum(mass, volume / 6)
        fast, grams = DAYS[UNIT] * km * self.day, GRAMS[UNIT] * km * mass
        flight, unit = self.row(6, self.week), self.group(UNIT, self.week, 0)
        price = 38.0 * km * charged + fast
        add(yes, price, grams, row=flight)
        add(yes, price + 45.0 * km * mass, 0.3 * grams, row=flight)
        add(mass < LARGE_BOX[UNIT], fast, grams, group=unit)

    def book(self) -> Book:
        """Return the book."""
        self.ways()
        writer = self.writer
        order = np.concatenate(writer.order)
        by_order = np.argsort(order, kind="stable")
        order = order[by_order]
        cost, grams, group, row = (
            np.concatenate(part)[by_order]
            for part in (writer.cost, writer.grams, writer.group, writer.row)
        )
        del writer.order, writer.cost, writer.grams, writer.group, writer.row, by_order
        ways, route = np.unique(np.stack([group, row]), axis=1, return_inverse=True)
        group, row = ways
        used, at = np.unique(group[group >= 0], return_inverse=True)
        group[group >= 0] = at
        kind = used // ((N_WEEKS + 1) * self.n_lanes * self.hubs**2)
        service, small = kind // 2, kind % 2
        lane, week = used % self.n_lanes, used // self.n_lanes % (N_WEEKS + 1)
        part = np.where(small == 1, SMALL, 1.0)
        box_km = self.pair_km[lane] / 1_000
        vessel = (service * (N_WEEKS + 1) + week) * self.n_lanes + lane
        n_rows = 7 * (N_WEEKS + 1) * self.n_lanes
        measure = np.full(n_rows, BY_VOLUME, np.int8)
        measure[6 * (N_WEEKS + 1) * self.n_lanes :] = BY_MASS
        first = np.zeros(self.n + 1, np.int64)
        np.cumsum(np.bincount(order, minlength=self.n), out=first[1:])
        dearest = np.maximum.reduceat(cost + HIGHEST_CARBON_PRICE * grams, first[:-1])
        box_cost = np.rint(
            BOX_RATE[service] * box_km * np.where(small == 1, SMALL_COST, 1.0) + 30_000
        )
        capacity, commitments = self.capacities(n_rows)
        budget_of_order, budget = self.budgets(grams, first)
        return Book(
            mass=self.mass,
            volume=self.volume,
            unserved_cost=np.rint(1.5 * dearest).astype(np.int64) + 300_000,
            first_column=first,
            route=route.ravel().astype(np.int32),
            cost=cost,
            grams=grams,
            route_groups=lists(group),
            route_rows=lists(row),
            row_measure=measure,
            capacity=capacity,
            box_mass=np.rint(LARGE_BOX[service] * part).astype(np.int64),
            box_volume=np.rint(LARGE_VOLUME[service] * part).astype(np.int64),
            box_cost=box_cost.astype(np.int64),
            fixed_cost=np.where(service == RAIL, 40_000, 5_000).astype(np.int64),
            max_boxes=np.full(len(used), 10_000),
            group_rows=Lists(
                start=np.arange(len(used) + 1, dtype=np.int32),
                items=vessel.astype(np.int32),
            ),
            group_use=np.where(small == 1, 1, 2),
            budget_of_order=budget_of_order,
            budget=budget,
            carbon_price=0.0,
            commitment_row=commitments[0].astype(np.int32),
            least=commitments[1],
            short_cost=np.full(len(commitments[0]), 20_000.0),
        )

    def capacities(self, n_rows: int) -> tuple[Integers, tuple[Integers, Integers]]:
        """Return the capacity of every row, and the rows with a minimum and how much."""
        ready = np.bincount(
            self.week * self.n_lanes + self.lane,
            weights=self.volume,
            minlength=(N_WEEKS + 1) * self.n_lanes,
        )
        share = self.rng.uniform(0.3, 1.3, len(ready))
        slots = np.ceil(share * ready / 33_000 / 0.8).astype(np.int64) + 4
        size = len(ready)
        capacity = np.zeros(n_rows, np.int64)
        for service, part in ((SLOW, 1.0), (FAST, 0.5), (RAIL, 0.5), (UNIT, 9.0)):
            capacity[service * size : (service + 1) * size] = np.ceil(part * slots)
        for loose, part in ((4, 0.3), (5, 0.15), (6, 0.05)):
            capacity[loose * size : (loose + 1) * size] = part * ready + 20_000
        busy = np.flatnonzero(ready > 20 * 33_000)
        bound = np.sort(self.rng.permutation(busy)[: len(busy) // 10])
        return capacity, (bound, np.ceil(0.3 * ready[bound] / 33_000).astype(np.int64))

    def budgets(
        self, grams: Integers, first: Integers
    ) -> tuple[NDArray[np.int32], Integers]:
        """Return the budgets of each order, and their limits: what cheap ways emit."""
        least = np.minimum.reduceat(grams, first[:-1])
        most = np.add.reduceat(grams, first[:-1]) / np.diff(first)
        limit = least + 0.08 * (most - least)
        customer = np.minimum(self.rng.geometric(0.08, self.n), N_CUSTOMERS).astype(
            np.int64
        )
        own = np.where(customer <= N_LARGE, customer, -1).astype(np.int32)
        levels = np.stack([np.zeros(self.n, np.int32), own], axis=1)
        budget = [limit.sum()]
        budget += [limit[own == large].sum() * 0.95 for large in range(1, N_LARGE + 1)]
        return levels, np.ceil(budget).astype(np.int64)


if __name__ == "__main__":
    made = make_book(int(sys.argv[1]))
    print(
        f"{made.n_orders:,} orders, {len(made.cost):,} columns, "
        f"{len(made.route_groups.start) - 1:,} routes, {made.n_groups:,} groups, "
        f"{len(made.capacity):,} rows"
    )
