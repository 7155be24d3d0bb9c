"""All pairs of markets: labels and processor time of an origin, on parts of the network.

Half a network has half of the gateways, hubs included, and the lanes between them. Twice
the network has a second lane beside each, a tenth longer or shorter. Processor time, not
wall time: other work on the machine does not count.
"""

from dataclasses import replace
from time import process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import greenroute as gr
from greenroute.network.lane import join_lanes

SEED = 2026
N_ORIGINS = 8
MASS_KG = 10_000.0


@pytest.fixture(scope="module")
def world() -> tuple[gr.Network, gr.Rates]:
    """Return the world network and the default rates."""
    return gr.read_network(), gr.read_rates()


def part(network: gr.Network, share: float) -> tuple[gr.Network, list[str]]:
    """Return a part of the network or twice of it, and the markets whose hubs are there."""
    rng = np.random.default_rng(SEED)
    lanes = network.lanes
    there = rng.random(len(network.gateways)) < share
    if share > 1:
        factor = rng.uniform(0.9, 1.1, len(lanes))
        beside = replace(
            lanes,
            distance_km=lanes.distance_km * factor,
            transit_h=lanes.transit_h / factor,
        )
        lanes = join_lanes([lanes, beside])
    rows = np.flatnonzero(there[lanes.origin] & there[lanes.destination])
    markets = np.array(network.markets.iso2.to_pylist())
    return replace(network, lanes=lanes.take(rows)), markets[
        there[network.markets.hub]
    ].tolist()


def time_origins(benchmark: BenchmarkFixture, pairs: gr.Matrix, n_origins: int) -> None:
    """Search from some markets and print what one takes."""
    n_origins = 1 if benchmark.disabled else n_origins
    chosen = np.random.default_rng(SEED).permutation(np.array(pairs.markets))
    origins = chosen[:n_origins].tolist()
    spent = []

    def run() -> list[tuple[int, int]]:
        begin = process_time()
        found = [
            (fronts.labels, len(fronts.table))
            for fronts in pairs.search(origins, threads=1)
        ]
        spent.append(process_time() - begin)
        return found

    found = benchmark.pedantic(run, rounds=1, warmup_rounds=1)

    labels, points = np.array(found).mean(axis=0)
    seconds = spent[-1] / len(origins)
    print(
        f"\n{len(pairs.markets)} markets, {pairs.n_nodes:,} nodes, {pairs.n_arcs:,} arcs, "
        f"{pairs.n_kept:,} contracted; an origin: {labels:,.0f} labels, {points:,.0f} "
        f"itineraries, {seconds:.2f} CPU-s; all: {seconds * len(pairs.markets):,.0f} CPU-s"
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", [0.25, 0.5, 1.0, 2.0])
def test_growth_of_the_matrix(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates], share: float
) -> None:
    if benchmark.disabled and share > 1:
        pytest.skip("takes a minute, and the others show that it runs")
    network, markets = part(world[0], share)
    shipment = gr.Shipment(origin="", destination="", mass_kg=MASS_KG)
    begin = process_time()
    pairs = gr.Matrix(shipment, network, world[1], markets=markets)
    print(f"\nlaying out and contracting: {process_time() - begin:.1f} CPU-s")

    time_origins(benchmark, pairs, N_ORIGINS)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("epsilon", [0.0, 0.01, 0.05])
def test_matrix_with_all_options(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates], epsilon: float
) -> None:
    if benchmark.disabled:
        pytest.skip("takes minutes, and the others show that it runs")
    network, rates = world
    shipment = gr.Shipment(origin="", destination="", mass_kg=MASS_KG)
    exact = gr.Resolution(cost_usd=5, transit_h=6, wtw_kg_co2e=5)
    pairs = gr.Matrix(
        shipment,
        network,
        rates,
        options=rates.options.chosen(["all"]),
        resolution=None if epsilon else exact,
        epsilon=epsilon,
    )

    time_origins(benchmark, pairs, 3)


def test_matrix_with_a_tolerance(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates]
) -> None:
    network, markets = part(world[0], 0.25 if benchmark.disabled else 1.0)
    shipment = gr.Shipment(origin="", destination="", mass_kg=MASS_KG)
    pairs = gr.Matrix(shipment, network, world[1], markets=markets, epsilon=0.05)

    time_origins(benchmark, pairs, N_ORIGINS)
