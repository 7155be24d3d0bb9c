"""Sea distances: a query against the searoute package on the same pairs, in one run.

`searoute` is a peer, not a dependency: `make bench` installs it from `lock/peers.txt`.
"""

import time
from importlib import import_module

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import greenroute as gr

N_PAIRS = 200
SEED = 2026


@pytest.fixture(scope="module")
def pairs() -> tuple[gr.Network, list[str], list[str]]:
    """Return the world network and 200 pairs of its seaports."""
    network = gr.read_network()
    ports = [i for i in network.gateways.id.to_pylist() if i.startswith("port:")]
    chosen = np.random.default_rng(SEED).choice(len(ports), size=(N_PAIRS, 2))
    return (
        network,
        [ports[a] for a, _ in chosen],
        [ports[b] for _, b in chosen],
    )


def test_200_sea_distances(
    benchmark: BenchmarkFixture, pairs: tuple[gr.Network, list[str], list[str]]
) -> None:
    network, origins, destinations = pairs

    km = benchmark.pedantic(
        network.distance_km,
        args=(origins, destinations),
        kwargs={"mode": "sea"},
        rounds=5,
        warmup_rounds=1,
    )

    assert np.isfinite(km).mean() > 0.95


def test_one_sea_distance(
    benchmark: BenchmarkFixture, pairs: tuple[gr.Network, list[str], list[str]]
) -> None:
    network, origins, destinations = pairs

    benchmark.pedantic(
        network.distance_km,
        args=(origins[:1], destinations[:1]),
        kwargs={"mode": "sea"},
        rounds=20,
        warmup_rounds=1,
    )


def test_searoute_on_the_same_200_pairs(
    benchmark: BenchmarkFixture, pairs: tuple[gr.Network, list[str], list[str]]
) -> None:
    searoute = import_module("searoute").searoute
    network, origins, destinations = pairs
    points = [
        [(place.lon, place.lat) for place in map(network.find_place, pair)]
        for pair in zip(origins, destinations, strict=True)
    ]
    searoute(*points[0])
    network.distance_km(origins[:1], destinations[:1], mode="sea")

    def both() -> float:
        start = time.perf_counter()
        for origin, destination in points:
            searoute(origin, destination)
        middle = time.perf_counter()
        network.distance_km(origins, destinations, mode="sea")
        return (middle - start) / (time.perf_counter() - middle)

    ratio = benchmark.pedantic(both, rounds=1)
    benchmark.extra_info["searoute / greenroute"] = round(ratio, 1)
    print(f"\nsearoute takes {ratio:.0f} times as long for 200 sea distances")
