"""One pair after another on a prepared graph: labels and processor time of a search.

The graph is laid out once for a kind of shipment. A pair is timed as a caller meets it:
lower bounds, search and table. Parts of the network are those of `bench_matrix`. Processor
time, not wall time: other work on the machine does not count.
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import greenroute as gr

sys.path.insert(0, str(Path(__file__).parent))
from bench_matrix import MASS_KG, SEED, part

N_PAIRS = 60


def quantiles(values: list[float]) -> str:
    """Return median, 90 % and the most."""
    p50, p90, most = np.quantile(values, [0.5, 0.9, 1.0])
    return f"p50 {p50:,.0f}, p90 {p90:,.0f}, max {most:,.0f}"


@pytest.fixture(scope="module")
def world() -> tuple[gr.Network, gr.Rates]:
    """Return the world network and the default rates."""
    return gr.read_network(), gr.read_rates()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", [0.25, 0.5, 1.0, 2.0])
def test_random_pairs_of_a_prepared_graph(
    benchmark: BenchmarkFixture, world: tuple[gr.Network, gr.Rates], share: float
) -> None:
    if benchmark.disabled and share > 1:
        pytest.skip("takes a minute, and the others show that it runs")
    network, markets = part(world[0], share)
    shipment = gr.Shipment(origin="", destination="", mass_kg=MASS_KG)
    begin = process_time()
    pairs = gr.Matrix(shipment, network, world[1], markets=markets)
    chosen = np.random.default_rng(SEED).choice(pairs.markets, size=(N_PAIRS, 2))
    asked = [(str(a), str(b)) for a, b in chosen if a != b]
    pairs.front(*asked[0])
    print(f"\nlaying out and contracting: {process_time() - begin:.1f} CPU-s")

    spent: list[float] = []

    def run() -> list[tuple[int, int]]:
        sizes = []
        for pair in asked:
            begin = process_time()
            found = pairs.front(*pair)
            spent.append(process_time() - begin)
            sizes.append((found.labels, len(found.table)))
        return sizes

    sizes = benchmark.pedantic(run, rounds=1, warmup_rounds=1)

    labels, points = np.array(sizes, float).T
    print(
        f"{len(asked)} pairs, {pairs.n_nodes:,} nodes, {pairs.n_arcs:,} arcs, "
        f"{pairs.n_kept:,} contracted; CPU [ms] "
        f"{quantiles([1e3 * s for s in spent[-len(asked) :]])}; labels "
        f"{quantiles(labels.tolist())}; front {quantiles(points.tolist())}"
    )
