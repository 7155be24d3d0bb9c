"""Departures with dates: routing with 100,000 of them, or opening hours; rating of lanes."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import greenroute as gr
from greenroute.network.departure import sort_departures
from greenroute.rating.rate import rate_lanes, size_cargo

READY = datetime(2026, 12, 1, 8, tzinfo=UTC)
SHIPMENT = gr.Shipment(
    origin="CNSZX", destination="DEFRA", mass_kg=12_000, ready_at=READY
)
N_DEPARTURES = 100_000
N_LANES = 150_000
WEEKS = 12
SEED = 2026


def dated_world(seed: int = SEED) -> gr.Network:
    """Return the world network, lanes drawn at random leaving at dates of 12 weeks."""
    network, rng = gr.read_network(), np.random.default_rng(seed)
    lanes = network.lanes
    rows = rng.permutation(np.flatnonzero(lanes.departures_per_week > 0))
    count = np.rint(lanes.departures_per_week[rows] * WEEKS).astype(np.int64)
    n_lanes = int(np.searchsorted(np.cumsum(count), N_DEPARTURES)) + 1
    rows, count = rows[:n_lanes], count[:n_lanes]
    lane = np.repeat(rows, count)[:N_DEPARTURES]
    week = 7 * 24 * 60
    departs = rng.integers(0, WEEKS * week, len(lane)) + int(READY.timestamp()) // 60
    run = np.rint(lanes.transit_h * 60).astype(np.int64)[lane]
    more = sort_departures(
        lane,
        departs,
        departs + run,
        cut_off=departs - 24 * 60,
        capacity_t=np.full(len(lane), np.nan),
        n_lanes=len(lanes),
    )
    return replace(network, lanes=gr.add_departures(lanes, more))


@pytest.fixture(scope="module")
def dated() -> tuple[gr.Network, gr.Rates]:
    """Return the dated network and the default rates."""
    return dated_world(), gr.read_rates()


def test_route_with_dated_departures(
    benchmark: BenchmarkFixture, dated: tuple[gr.Network, gr.Rates]
) -> None:
    frontier = benchmark.pedantic(
        gr.route, args=(SHIPMENT, *dated), rounds=5, warmup_rounds=1
    )

    print(f"\n{len(frontier.itineraries)} itineraries, {dict(frontier.stats)}")


def test_route_with_dated_departures_and_a_due_date(
    benchmark: BenchmarkFixture, dated: tuple[gr.Network, gr.Rates]
) -> None:
    due = replace(SHIPMENT, due_at=datetime(2027, 1, 15, tzinfo=UTC))
    frontier = benchmark.pedantic(
        gr.route, args=(due, *dated), rounds=5, warmup_rounds=1
    )

    print(f"\n{len(frontier.itineraries)} itineraries, {dict(frontier.stats)}")


def test_route_within_opening_hours(
    benchmark: BenchmarkFixture, dated: tuple[gr.Network, gr.Rates]
) -> None:
    frontier = benchmark.pedantic(
        gr.route,
        args=(SHIPMENT, gr.read_network(), dated[1]),
        kwargs={"opening_hours": gr.read_opening_hours()},
        rounds=3,
        warmup_rounds=1,
    )

    print(f"\n{len(frontier.itineraries)} itineraries, {dict(frontier.stats)}")


def test_rate_150_000_lanes(
    benchmark: BenchmarkFixture, dated: tuple[gr.Network, gr.Rates]
) -> None:
    network, rates = dated
    rows = np.arange(N_LANES) % len(network.lanes)
    lanes, cargo = network.lanes.take(rows), size_cargo(SHIPMENT, rates)

    rating = benchmark.pedantic(
        rate_lanes, args=(lanes, cargo, rates), rounds=20, warmup_rounds=2
    )

    print(f"\n{len(rating.cost_usd):,} lanes, {rating.allowed.mean():.0%} allowed")
