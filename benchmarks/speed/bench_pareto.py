"""The three-objective search on graphs drawn at random: a grid, and a freight network."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from greenroute.solver.pareto import pareto_front, search
from greenroute.solver.search_graph import SearchGraph, build_search_graph

SEED = 2026
N_CITIES = 400
#: Cents, minutes and grams per km and per stop for 10 t, lanes out of a node, share of
#: the cities: road, rail, sea, air.
MODES = (
    (np.array([110, 1.3, 750]), np.array([3000, 60, 0]), 20, 1.0),
    (np.array([45, 2.1, 200]), np.array([12000, 900, 0]), 24, 0.7),
    (np.array([9, 2.0, 75]), np.array([30000, 1500, 0]), 30, 0.45),
    (np.array([900, 0.08, 6500]), np.array([40000, 300, 0]), 30, 0.25),
)

Arrays = tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def grid(side: int) -> Arrays:
    """Return a square grid, both ways, with weights 1 to 10 at random."""
    rng = np.random.default_rng(SEED)
    nodes = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.stack([nodes[:, :-1].ravel(), nodes[:, 1:].ravel()], axis=1),
            np.stack([nodes[:-1].ravel(), nodes[1:].ravel()], axis=1),
        ]
    )
    pairs = np.concatenate([pairs, pairs[:, ::-1]])
    return side * side, pairs[:, 0], pairs[:, 1], rng.integers(1, 11, (len(pairs), 3))


def freight() -> Arrays:
    """Return cities joined by four modes, and their terminals; cents, minutes, grams."""
    rng = np.random.default_rng(SEED)
    place = rng.random((N_CITIES, 2)) * [20_000, 10_000]
    tails, heads, weights = [], [], []
    for mode, (per_km, per_stop, n_lanes, share) in enumerate(MODES):
        cities = np.flatnonzero(rng.random(N_CITIES) < share)
        km = np.hypot(*(place[cities, None] - place[cities]).transpose(2, 0, 1))
        near = np.argsort(km, axis=1)[:, 1 : n_lanes // 2 + 1]
        far = rng.integers(0, len(cities), (len(cities), n_lanes - n_lanes // 2))
        head = np.concatenate([near, far], axis=1).ravel()
        tail = np.repeat(np.arange(len(cities)), n_lanes)
        noise = rng.lognormal(0, 0.15, (len(tail), 3))
        tails.append(cities[tail] + mode * N_CITIES)
        heads.append(cities[head] + mode * N_CITIES)
        weights.append(km[tail, head][:, None] * per_km * noise + per_stop)
        if mode:
            yard, berth = cities, cities + mode * N_CITIES
            tails.append(np.concatenate([yard, berth]))
            heads.append(np.concatenate([berth, yard]))
            weights.append(
                rng.uniform([5e3, 120, 1e3], [4e4, 1440, 3e4], (2 * len(cities), 3))
            )
    return (
        len(MODES) * N_CITIES,
        np.concatenate(tails),
        np.concatenate(heads),
        np.rint(np.concatenate(weights)).astype(np.int64),
    )


@pytest.fixture(scope="module")
def prepared() -> SearchGraph:
    """Return the freight network, ready to be searched."""
    return build_search_graph(*freight())


def test_build_search_graph(benchmark: BenchmarkFixture) -> None:
    arrays = freight()

    benchmark.pedantic(build_search_graph, args=arrays, rounds=20, warmup_rounds=1)


def test_corner_to_corner_of_a_grid(benchmark: BenchmarkFixture) -> None:
    arrays = grid(40)

    front = benchmark.pedantic(
        pareto_front, args=(*arrays, 0, 40 * 40 - 1), rounds=5, warmup_rounds=1
    )

    rate = front.stats.expansions / front.stats.seconds
    print(f"\n{len(front)} points, {rate:,.0f} labels settled per second")


def test_small_query(benchmark: BenchmarkFixture) -> None:
    arrays = grid(6)

    benchmark.pedantic(pareto_front, args=(*arrays, 0, 35), rounds=50, warmup_rounds=1)


@pytest.mark.parametrize("first", [0, 1, 2], ids=["cents", "minutes", "grams"])
def test_random_pairs_of_cities(
    benchmark: BenchmarkFixture, prepared: SearchGraph, first: int
) -> None:
    pairs = np.random.default_rng(SEED).integers(0, N_CITIES, (12, 2)).tolist()

    fronts = benchmark.pedantic(
        lambda: [search(prepared, a, b, first=first) for a, b in pairs],
        rounds=3,
        warmup_rounds=1,
    )

    seconds = [front.stats.seconds for front in fronts]
    sizes = [len(front) for front in fronts]
    settled = sum(front.stats.expansions for front in fronts)
    print(
        f"\nsearch p50 {np.median(seconds) * 1e3:.0f} ms, max {max(seconds) * 1e3:.0f} ms; "
        f"front p50 {np.median(sizes):.0f}, max {max(sizes)}; "
        f"{settled / sum(seconds):,.0f} labels settled per second"
    )
