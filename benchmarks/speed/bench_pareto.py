"""The three-objective search: random graphs, the world network, and our own C++ beside it.

The C++ version does the same work on the same arcs in the same run: the ratio of both
times compares anywhere. So do labels per calibration, the labels settled in the time of a
fixed piece of work.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

import greenroute as gr
from greenroute.solver.problem import GRAMS, MINUTES, state_problem
from greenroute.solver.search.pareto import pareto_front, search
from greenroute.solver.search.search_graph import SearchGraph, build_search_graph
from greenroute.solver.search.timetable import Timetable

sys.path.insert(0, str(Path(__file__).parent))
import peer as cpp

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

N_PAIRS = 30
#: Resolution in cents, minutes and grams.
FINE, COARSE = (1, 1, 1), (100, 60, 1000)
#: Shorter searches are mostly overhead, ours and the clock's.
LEAST_SECONDS = 0.01

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


class Query(NamedTuple):
    """A pair of markets on the world network, or on a part of it."""

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weights: NDArray[np.int64]
    source: int
    target: int


class Market(NamedTuple):
    """A query, and the gateway of each of its nodes."""

    query: Query
    gateway: NDArray[np.int32]


@pytest.fixture(scope="module")
def markets() -> list[Market]:
    """Return random pairs of markets, 12 t, in cents, minutes and grams."""
    network, rates = gr.read_network(), gr.read_rates()
    chosen = np.random.default_rng(SEED).choice(
        network.markets.iso2.to_pylist(), size=(N_PAIRS, 2)
    )
    problems = [
        state_problem(
            gr.Shipment(origin=str(a), destination=str(b), mass_kg=12_000),
            network,
            rates,
        )
        for a, b in chosen
        if a != b
    ]
    return [
        Market(
            Query(
                problem.graph.n_nodes,
                problem.graph.tail,
                problem.graph.head,
                problem.weights,
                problem.source,
                problem.targets[0],
            ),
            problem.graph.gateway,
        )
        for problem in problems
    ]


@pytest.fixture(scope="module")
def queries(markets: list[Market]) -> list[Query]:
    """Return their queries."""
    return [market.query for market in markets]


def at(query: Query, steps: tuple[int, int, int]) -> Query:
    """Return the query with weights rounded to so many cents, minutes and grams."""
    coarse = np.rint(query.weights / np.array(steps)).astype(np.int64)
    return query._replace(weights=coarse)


def quantiles(values: list[float]) -> str:
    """Return median, 90 % and the most."""
    p50, p90, most = np.quantile(values, [0.5, 0.9, 1.0])
    return f"p50 {p50:,.0f}, p90 {p90:,.0f}, max {most:,.0f}"


@pytest.mark.parametrize("guided", [False, True], ids=["plain", "guided"])
@pytest.mark.parametrize("steps", [FINE, COARSE], ids=["1c-1min-1g", "1usd-1h-1kg"])
def test_random_pairs_of_markets(
    benchmark: BenchmarkFixture,
    queries: list[Query],
    steps: tuple[int, int, int],
    guided: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    asked = [at(query, steps) for query in queries]

    fronts = benchmark.pedantic(
        lambda: [pareto_front(*query, first=GRAMS, guided=guided) for query in asked],
        rounds=1,
        warmup_rounds=1,
    )

    arcs = quantiles([float(len(query.tail)) for query in asked])
    print(
        f"\nsearch [ms] {quantiles([1e3 * f.stats.seconds for f in fronts])}; "
        f"bounds [ms] {quantiles([1e3 * f.stats.bound_seconds for f in fronts])}; "
        f"labels {quantiles([f.stats.expansions for f in fronts])}; "
        f"front {quantiles([len(f) for f in fronts])}; arcs {arcs}"
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("share", [0.25, 0.5, 1.0, 2.0])
def test_growth_with_the_network(
    benchmark: BenchmarkFixture, markets: list[Market], share: float
) -> None:
    if benchmark.disabled and share > 1:
        pytest.skip("takes minutes, and the others show that it runs")
    # A part of the gateways, chosen at random; those of the pair stay. Twice the network has
    # a second arc beside each, a tenth lighter or heavier in each objective.
    rng = np.random.default_rng(SEED)
    parts = []
    for market in markets:
        query = at(market.query, COARSE)
        there = rng.random(int(market.gateway.max()) + 1) < share
        there[market.gateway[[query.source, query.target]]] = True
        kept = there[market.gateway]
        if share > 1:
            factor = rng.uniform(0.9, 1.1, query.weights.shape)
            beside = np.rint(query.weights * factor).astype(np.int64)
            query = query._replace(
                tail=np.tile(query.tail, 2),
                head=np.tile(query.head, 2),
                weights=np.concatenate([query.weights, beside]),
            )
        arcs = kept[query.tail] & kept[query.head]
        parts.append(
            query._replace(
                tail=query.tail[arcs],
                head=query.head[arcs],
                weights=query.weights[arcs],
            )
        )

    fronts = benchmark.pedantic(
        lambda: [pareto_front(*query, first=GRAMS, guided=True) for query in parts],
        rounds=1,
    )

    reached = sum(len(front) > 0 for front in fronts)
    print(
        f"\narcs {quantiles([float(len(part.tail)) for part in parts])}; "
        f"search [ms] {quantiles([1e3 * f.stats.seconds for f in fronts])}; "
        f"labels {quantiles([f.stats.expansions for f in fronts])}; "
        f"{reached} of {len(fronts)} pairs joined"
    )


@pytest.mark.parametrize("guided", [False, True], ids=["plain", "guided"])
def test_random_pairs_with_100_000_departures(
    benchmark: BenchmarkFixture,
    queries: list[Query],
    guided: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    rng = np.random.default_rng(SEED)
    asked = []
    for query in (at(query, (100, 1, 1000)) for query in queries):
        long = np.flatnonzero(query.weights[:, MINUTES] > 600)
        lanes = np.sort(rng.choice(long, 2000, replace=False))
        count = np.zeros(len(query.tail), np.int64)
        count[lanes] = 50
        departs = np.sort(rng.integers(0, 60 * 24 * 60, (2000, 50)), axis=1).ravel()
        timetable = Timetable(
            start=np.concatenate([[0], np.cumsum(count)]),
            ready_by=departs - 720,
            earliest=departs,
            duration=np.repeat(query.weights[lanes, MINUTES], 50),
        )
        asked.append((query, timetable))

    fronts = benchmark.pedantic(
        lambda: [
            pareto_front(*query, timetable=timetable, guided=guided)
            for query, timetable in asked
        ],
        rounds=1,
        warmup_rounds=1,
    )

    print(
        f"\nsearch [ms] {quantiles([1e3 * f.stats.seconds for f in fronts])}; "
        f"labels {quantiles([f.stats.expansions for f in fronts])}; "
        f"front {quantiles([len(f) for f in fronts])}"
    )


def test_against_our_own_cpp(benchmark: BenchmarkFixture, queries: list[Query]) -> None:
    peer = cpp.build()
    if peer is None:
        pytest.skip("there is no C++ compiler")
    graphs = [
        (build_search_graph(*query[:4]), query.source, query.target)
        for query in (at(query, COARSE) for query in queries)
    ]
    ours, theirs, labels = [], [], 0
    for graph, source, target in graphs:
        both = [
            (
                search(graph, source, target, first=GRAMS),
                cpp.search(peer, graph, source, target, first=GRAMS),
            )
            for _ in range(3)
        ]
        front, other = both[0]
        assert (front.stats.expansions, len(front)) == (other.expansions, other.points)
        ours.append(min(front.stats.seconds for front, _ in both))
        theirs.append(min(other.seconds for _, other in both))
        labels += front.stats.expansions

    seconds = benchmark.pedantic(cpp.calibration, args=(peer,), rounds=1)

    large = np.array(theirs) > LEAST_SECONDS
    ratios = np.array(ours)[large] / np.array(theirs)[large]
    print(
        f"\nours / C++: median {np.median(ratios):.2f}, all in all "
        f"{sum(ours) / sum(theirs):.2f}; calibration {seconds:.3f} s; labels per "
        f"calibration: ours {labels / sum(ours) * seconds:,.0f}, C++ "
        f"{labels / sum(theirs) * seconds:,.0f}"
    )
    benchmark.extra_info["ours / C++"] = round(float(np.median(ratios)), 2)
