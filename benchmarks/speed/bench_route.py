"""Routing on the world network: the parts of a query, and the command as a process."""

import subprocess
import sys

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import greenroute as gr
from greenroute.rating.rate import rate_lanes, size_cargo
from greenroute.solver.problem import state_problem

SHIPMENT = gr.Shipment(origin="CNSZX", destination="DEFRA", mass_kg=12_000)
N_PAIRS = 30
SEED = 2026


@pytest.fixture(scope="module")
def world() -> tuple[gr.Network, gr.Rates]:
    """Return the world network and the default rates."""
    return gr.read_network(), gr.read_rates()


def test_read_network(benchmark: BenchmarkFixture) -> None:
    benchmark.pedantic(gr.read_network, rounds=5, warmup_rounds=1)


def test_rate_all_lanes(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates]
) -> None:
    network, rates = world
    cargo = size_cargo(SHIPMENT, rates)

    benchmark.pedantic(
        rate_lanes, args=(network.lanes, cargo, rates), rounds=10, warmup_rounds=1
    )


def test_state_problem(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates]
) -> None:
    benchmark.pedantic(
        state_problem, args=(SHIPMENT, *world), rounds=10, warmup_rounds=1
    )


def test_route_shenzhen_frankfurt(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates]
) -> None:
    frontier = benchmark.pedantic(
        gr.route, args=(SHIPMENT, *world), rounds=5, warmup_rounds=1
    )

    print(f"\n{len(frontier.itineraries)} itineraries, {dict(frontier.stats)}")


def test_search_between_random_markets(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates]
) -> None:
    network, rates = world
    chosen = np.random.default_rng(SEED).choice(
        network.markets.iso2.to_pylist(), size=(N_PAIRS, 2)
    )
    shipments = [
        gr.Shipment(origin=str(a), destination=str(b), mass_kg=12_000)
        for a, b in chosen
        if a != b
    ]

    frontiers = benchmark.pedantic(
        lambda: [gr.route(shipment, network, rates) for shipment in shipments],
        rounds=1,
    )

    sizes = [len(frontier.itineraries) for frontier in frontiers]
    seconds = [frontier.stats["search_s"] for frontier in frontiers]
    print(
        f"\n{len(sizes)} random market pairs: search p50 {np.median(seconds) * 1e3:.0f} ms, "
        f"p90 {np.quantile(seconds, 0.9) * 1e3:.0f} ms, max {max(seconds) * 1e3:.0f} ms; "
        f"front p50 {np.median(sizes):.0f}, max {max(sizes)}"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["route", "CNSZX", "DEFRA", "--mass-kg", "12000"], id="route"),
    ],
)
def test_command(benchmark: BenchmarkFixture, arguments: list[str]) -> None:
    command = [sys.executable, "-c", "from greenroute.cli import main; main()"]

    benchmark.pedantic(
        subprocess.run,
        args=([*command, *arguments],),
        kwargs={"check": True, "stdout": subprocess.DEVNULL},
        rounds=5,
        warmup_rounds=1,
    )
