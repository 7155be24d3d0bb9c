"""Makes order books that look like a forwarder's: `python -m benchmarks.order_book 500`.

Seeded: the same size, weeks and seed give the same book. What it draws:

- **Lanes.** The markets of the world network with most people, each at its trade hub, the
  largest of them at two more ports or cities as well. The flow between two markets is a gravity model: the product
  of their weights, which fall by rank as Zipf's law says, over one plus their distance in
  thousands of kilometres. A tenth of the lanes carries well over half of the orders.
- **Goods.** Parcels to part loads, full containers and project lots, log-normal in mass
  within each; density log-normal about 250 kg/m3. A tenth is refrigerated or dangerous.
- **Season.** Ready on weekdays; weeks before October are up to 30 % busier than in April.
- **Dates.** One order in five is urgent, three have weeks to spare, one has no date.
- **Customers.** One for every two hundred orders, at least five, sizes by Zipf's law.
"""

import argparse
import csv
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

import greenroute as gr
from greenroute.network.geometry import great_circle_km
from greenroute.network.network import Network
from greenroute.tables import data_folder

MARKETS = 180
#: Markets with more people than others have more places than their hub.
LARGE_MARKETS, PLACES_PER_MARKET = 40, 3
FIRST_DAY = datetime(2026, 7, 6, tzinfo=UTC)
#: Share of orders; median mass [kg]; spread of its logarithm; least and most [kg].
SIZES = (
    (0.20, 120.0, 0.7, 20.0, 500.0),
    (0.45, 1_500.0, 0.8, 200.0, 8_000.0),
    (0.30, 14_000.0, 0.35, 5_000.0, 26_000.0),
    (0.05, 45_000.0, 0.4, 24_000.0, 150_000.0),
)
DENSITY_KG_PER_M3, DENSITY_SPREAD = 250.0, 0.6
CARGO_SHARES = {"dry": 0.9, "reefer": 0.06, "dangerous": 0.04}
UN_NUMBERS = ("UN1263", "UN1950", "UN3480", "UN3481")
#: Share of orders; least and most days from ready to due.
DUE_DAYS = ((0.2, 12, 30), (0.6, 45, 90), (0.2, 0, 0))


def make_book(
    n_orders: int, *, seed: int = 1, weeks: int = 8, markets: int = MARKETS
) -> pa.Table:
    """Return an order book."""
    rng = np.random.default_rng(seed)
    network = gr.read_network()
    places, hub = _places(network, markets)
    weight = np.arange(1, len(places) + 1) ** -1.0
    lat, lon = network.gateways.lat[hub], network.gateways.lon[hub]
    km = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    flow = weight[:, None] * weight[None, :] / (1 + km / 1_000)
    np.fill_diagonal(flow, 0.0)
    pair = rng.choice(flow.size, n_orders, p=flow.ravel() / flow.sum())
    origin, destination = np.divmod(pair, len(places))
    mass_kg = _masses(rng, n_orders)
    density = DENSITY_KG_PER_M3 * np.exp(rng.normal(0, DENSITY_SPREAD, n_orders))
    volume_m3 = np.maximum(np.round(mass_kg / density.clip(60, 1_200), 2), 0.05)
    cargo = rng.choice(list(CARGO_SHARES), n_orders, p=list(CARGO_SHARES.values()))
    un_number = np.where(cargo == "dangerous", rng.choice(UN_NUMBERS, n_orders), "")
    ready = _ready_hours(rng, n_orders, weeks)
    group = rng.choice(len(DUE_DAYS), n_orders, p=[share for share, _, _ in DUE_DAYS])
    _, least, most = (np.array(column)[group] for column in zip(*DUE_DAYS, strict=True))
    due = np.where(most > 0, ready + 24 * rng.integers(least, most + 1), -1)
    customers = max(5, n_orders // 200)
    share = np.arange(1, customers + 1) ** -1.0
    customer = rng.choice(customers, n_orders, p=share / share.sum())
    return pa.table(
        {
            "order_id": [f"O{number:07d}" for number in range(1, n_orders + 1)],
            "customer_id": np.char.mod("C%04d", customer + 1),
            "origin": _pick(rng, places, origin),
            "destination": _pick(rng, places, destination),
            "mass_kg": mass_kg,
            "volume_m3": volume_m3,
            "cargo": cargo,
            "un_number": un_number,
            "ready_at": _times(ready),
            "due_at": _times(due),
        }
    )


def _places(
    network: Network, markets: int
) -> tuple[list[list[str]], NDArray[np.int64]]:
    """Return places of the largest markets by rank, and the row of each one's hub."""
    with (data_folder() / "networks" / "world" / "markets.csv").open(
        encoding="utf-8"
    ) as file:
        rows = sorted(
            csv.DictReader(file), key=lambda row: -int(row["population"] or 0)
        )
    gateways = network.gateways
    locodes = np.array(gateways.locode.to_pylist())
    busy = (gateways.tier > 0) & (locodes != "")
    places: list[list[str]] = []
    hubs: list[int] = []
    for row in rows[:markets]:
        iso2 = row["iso2"]
        here = np.flatnonzero(busy & gateways.iso2.mask(frozenset({iso2})))
        here = here[np.argsort(gateways.tier[here], kind="stable")]
        codes = list(dict.fromkeys(locodes[here].tolist()))[: PLACES_PER_MARKET - 1]
        places.append([iso2, *codes] if len(places) < LARGE_MARKETS else [iso2])
        hubs.append(network.place_index.row_of[row["hub"]])
    return places, np.array(hubs)


def _pick(
    rng: np.random.Generator, places: list[list[str]], market: NDArray[np.int64]
) -> NDArray[np.str_]:
    """Return a place of each market: its hub half of the time."""
    count = np.array([len(names) for names in places])
    table = np.array(
        [(names * PLACES_PER_MARKET)[:PLACES_PER_MARKET] for names in places]
    )
    other = rng.integers(1, np.maximum(count[market], 2))
    at = np.where((rng.random(len(market)) < 0.5) | (count[market] == 1), 0, other)
    return table[market, at]


def _masses(rng: np.random.Generator, n_orders: int) -> NDArray[np.float64]:
    group = rng.choice(len(SIZES), n_orders, p=[size[0] for size in SIZES])
    _, median, spread, least, most = (
        np.array(c)[group] for c in zip(*SIZES, strict=True)
    )
    drawn = median * np.exp(rng.normal(0, 1, n_orders) * spread)
    return np.asarray(np.round(drawn.clip(least, most), 1), np.float64)


def _ready_hours(
    rng: np.random.Generator, n_orders: int, weeks: int
) -> NDArray[np.int64]:
    week = np.arange(weeks)
    year_week = (FIRST_DAY.isocalendar().week + week) % 52
    busy = 1 + 0.3 * np.cos(2 * np.pi * (year_week - 39) / 52)
    chosen = rng.choice(weeks, n_orders, p=busy / busy.sum())
    day, hour = rng.integers(0, 5, n_orders), rng.integers(8, 18, n_orders)
    return (chosen * 7 + day) * 24 + hour


def _times(hours: NDArray[np.int64]) -> list[str]:
    """Return times in ISO 8601, local to the place; "" for a negative hour."""
    text = {
        hour: (FIRST_DAY + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M")
        for hour in set(hours.tolist())
        if hour >= 0
    }
    return [text.get(hour, "") for hour in hours.tolist()]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make an order book.")
    parser.add_argument("orders", type=int)
    parser.add_argument("--out", type=Path, help="file .csv or .parquet; else stdout")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--markets", type=int, default=MARKETS)
    words = parser.parse_args()
    table = make_book(
        words.orders, seed=words.seed, weeks=words.weeks, markets=words.markets
    )
    if words.out is None:
        pyarrow.csv.write_csv(table, sys.stdout.buffer)
    elif words.out.suffix == ".parquet":
        pyarrow.parquet.write_table(table, words.out)
    else:
        options = pyarrow.csv.WriteOptions(quoting_style="needed")
        pyarrow.csv.write_csv(table, words.out, write_options=options)


if __name__ == "__main__":
    main()
