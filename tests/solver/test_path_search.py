"""Searches of an order book: one weight an arc, and paths that keys of one pool share."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from books import book_of
from greenroute.network.read import read_network
from greenroute.rating.read import read_rates
from greenroute.solver.columns.path_kernels import week_loads
from greenroute.solver.columns.search_key import build_keys, find_places, pool_keys
from greenroute.solver.columns.trace import largest_arc, least_weights
from greenroute.solver.search.bounds import UNREACHABLE
from greenroute.solver.search.search_graph import build_search_graph
from greenroute.tables import data_folder

TOY = read_network(data_folder() / "networks" / "toy")


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_least_weights_are_those_of_bellman_and_ford(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, arcs = int(rng.integers(1, 9)), int(rng.integers(0, 25))
    tail, head = rng.integers(0, n, (2, arcs))
    weight = rng.choice([1, 2, 3, largest_arc(n)], arcs)
    graph = build_search_graph(n, tail, head, np.column_stack([weight] * 3))
    found = least_weights(
        graph.reverse_start,
        graph.reverse_tail,
        graph.reverse_weights[0],
        0,
        np.empty(arcs + 2, np.uint64),
    )
    least = np.full(n, UNREACHABLE)
    least[0] = 0
    for _ in range(n):
        for a in range(arcs):
            if least[head[a]] < UNREACHABLE:
                least[tail[a]] = min(least[tail[a]], least[head[a]] + weight[a])

    assert found.tolist() == least.tolist()


def test_the_weight_of_a_path_and_a_node_fit_63_bits() -> None:
    for n_nodes in (1, 2, 13_566, 2**20):
        longest = n_nodes * largest_arc(n_nodes)

        assert (longest << n_nodes.bit_length()) < 2**63


def test_all_sizes_of_the_same_goods_share_a_pool() -> None:
    # 100 kg, 3 t and 20 t are of three sizes; refrigerated goods are others.
    book = book_of("""
        order_id origin destination mass_kg cargo
        A CNSZX DEFRA 100 dry
        B CNSZX DEFRA 3000 dry
        C CNSZX DEFRA 20000 dry
        D CNSZX DEFRA 100 reefer
        E DEFRA CNSZX 100 dry
    """)
    keys, rejected = build_keys(book, find_places(book, TOY), read_rates())
    pooled = pool_keys(keys)
    of = pooled.pool_of_order().tolist()

    assert not rejected
    assert len(pooled) == len(keys) == 5
    assert of[0] == of[1] == of[2]
    assert len(set(of)) == pooled.n_pools == 3
    assert keys.n_pools == 5


def test_a_key_counts_once_on_a_lane() -> None:
    # Key 0 has two paths on lane 0, key 1 one on lanes 0 and 1; step 9 is no lane.
    load = week_loads(
        np.array([0, 2, 3]),
        np.array([0, 2, 3, 6]),
        np.array([0, 9, 0, 0, 9, 1], np.int32),
        np.array([5.0, 7.0]),
        2,
    )

    assert load.tolist() == [5.0 + 7.0, 7.0]
