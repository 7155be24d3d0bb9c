"""The frontier on the world network misses nothing that any other search finds."""

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import scipy
from numpy.typing import NDArray

import greenroute as gr
from greenroute.solver.problem import Problem, state_problem
from walk import walk_all

SEED = 2026
MASS_KG = 12_000
#: Gateways of a sub-network: as many as can be walked in full.
N_GATEWAYS = 9
Vector = tuple[int, int, int]


@pytest.fixture(scope="module")
def world() -> tuple[gr.Network, gr.Rates]:
    return gr.read_network(), gr.read_rates()


def random_pairs(network: gr.Network, count: int) -> list[tuple[str, str]]:
    """Return pairs of markets, drawn with a fixed seed."""
    draw = np.random.default_rng(SEED)
    markets = network.markets.iso2.to_pylist()
    pairs = [draw.choice(markets, size=2, replace=False) for _ in range(count)]
    return [(str(a), str(b)) for a, b in pairs]


def vectors(frontier: gr.Frontier) -> list[Vector]:
    return [
        (round(i.cost_usd * 100), round(i.transit_h * 60), round(i.wtw_kg_co2e * 1000))
        for i in frontier.itineraries
    ]


def missed(found: Vector, front: list[Vector]) -> bool:
    """Return whether no point of the front is as good as what was found."""
    return not any(
        all(a <= b for a, b in zip(point, found, strict=True)) for point in front
    )


def sub_network(network: gr.Network, frontier: gr.Frontier) -> gr.Network:
    """Return the lanes among a few gateways that a frontier uses."""
    gateways: list[str] = []
    for itinerary in (frontier.itineraries[0], *frontier.itineraries[::-1]):
        places = dict.fromkeys(leg.destination for leg in itinerary.legs)
        if len({*gateways, *places}) <= N_GATEWAYS:
            gateways = list(dict.fromkeys([*gateways, *places]))
    shipment = frontier.shipment
    for text in (shipment.origin, shipment.destination):
        node = network.find_place(text).node
        gateways.append(network.gateways.id[node].as_py())
    rows = [network.place_index.row_of[name] for name in dict.fromkeys(gateways)]
    inside = np.isin(network.lanes.origin, rows) & np.isin(
        network.lanes.destination, rows
    )
    return replace(network, lanes=network.lanes.take(np.flatnonzero(inside)))


@pytest.mark.parametrize("count", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_random_pairs_equal_a_walk_over_every_way_of_a_sub_network(
    world: tuple[gr.Network, gr.Rates], count: int
) -> None:
    network, rates = world
    for origin, destination in random_pairs(network, count):
        shipment = gr.Shipment(origin=origin, destination=destination, mass_kg=MASS_KG)
        small = sub_network(network, gr.route(shipment, network, rates))

        frontier = gr.route(shipment, small, rates)

        assert vectors(frontier) == walk_all(shipment, small, rates), (
            origin,
            destination,
        )
        assert frontier.itineraries


Floats = NDArray[np.float64]


def cheapest_arcs(problem: Problem, goal: Floats) -> NDArray[np.int64]:
    """Return the best arc between any two nodes, sorted by tail and head."""
    graph = problem.graph
    order = np.lexsort((goal, graph.head, graph.tail))
    tail, head = graph.tail[order], graph.head[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    return np.asarray(order[first], dtype=np.int64)


def path_vector(problem: Problem, arcs: NDArray[np.int64], nodes: list[int]) -> Vector:
    """Return the weight of a path of nodes along these arcs."""
    graph = problem.graph
    arc_of = {
        (tail, head): arc
        for tail, head, arc in zip(
            graph.tail[arcs].tolist(),
            graph.head[arcs].tolist(),
            arcs.tolist(),
            strict=True,
        )
    }
    path = [arc_of[pair] for pair in pairwise(nodes)]
    cents, minutes, grams = problem.weights[path].sum(axis=0).tolist()
    return cents, minutes, grams


@pytest.mark.parametrize("count", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_weighted_sums_find_nothing_that_the_frontier_misses(
    world: tuple[gr.Network, gr.Rates], count: int
) -> None:
    network, rates = world
    draw = np.random.default_rng(SEED)
    for origin, destination in random_pairs(network, count):
        shipment = gr.Shipment(origin=origin, destination=destination, mass_kg=MASS_KG)
        front = vectors(gr.route(shipment, network, rates))
        problem = state_problem(shipment, network, rates)
        scale = np.array(front).max(axis=0)
        for mix in draw.dirichlet(np.ones(3), size=10):
            goal = problem.weights @ (mix / scale)
            arcs = cheapest_arcs(problem, goal)
            graph = problem.graph
            # Weights of zero would be no arcs to scipy.
            costs = scipy.sparse.csr_array(
                (goal[arcs] + 1e-12, (graph.tail[arcs], graph.head[arcs])),
                shape=(graph.n_nodes, graph.n_nodes),
            )
            _, before = scipy.sparse.csgraph.dijkstra(
                costs, indices=[problem.source], return_predecessors=True
            )
            nodes = [problem.targets[0]]
            while nodes[-1] != problem.source:
                nodes.append(int(before[0, nodes[-1]]))

            found = path_vector(problem, arcs, nodes[::-1])

            assert not missed(found, front), (origin, destination, found)


@pytest.mark.slow
def test_k_shortest_paths_find_nothing_that_the_frontier_misses(
    world: tuple[gr.Network, gr.Rates],
) -> None:
    network, rates = world
    for origin, destination in random_pairs(network, 2):
        shipment = gr.Shipment(origin=origin, destination=destination, mass_kg=MASS_KG)
        front = vectors(gr.route(shipment, network, rates))
        problem = state_problem(shipment, network, rates)
        for objective in range(3):
            arcs = cheapest_arcs(problem, problem.weights[:, objective].astype(float))
            graph: nx.DiGraph[int] = nx.DiGraph()
            graph.add_weighted_edges_from(
                zip(
                    problem.graph.tail[arcs].tolist(),
                    problem.graph.head[arcs].tolist(),
                    problem.weights[arcs, objective].tolist(),
                    strict=True,
                )
            )
            paths = nx.shortest_simple_paths(
                graph, problem.source, problem.targets[0], weight="weight"
            )
            for _, nodes in zip(range(4), paths, strict=False):
                assert not missed(path_vector(problem, arcs, nodes), front)
