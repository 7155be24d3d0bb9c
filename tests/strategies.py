"""Hypothesis strategies for graphs that try a search: ties, zeros, parallel arcs."""

import numpy as np
from hypothesis import strategies as st

from oracle import Multigraph

#: Weights among which ties and zeros are frequent.
COARSE = st.integers(0, 3)


@st.composite
def multigraphs(
    draw: st.DrawFn,
    *,
    most_nodes: int = 6,
    most_arcs: int = 16,
    weight: st.SearchStrategy[int] = COARSE,
) -> Multigraph:
    """Draw a small graph; few nodes and coarse weights give many ties and cycles."""
    n_nodes = draw(st.integers(1, most_nodes))
    node = st.integers(0, n_nodes - 1)
    arcs = draw(
        st.lists(st.tuples(node, node, weight, weight, weight), max_size=most_arcs)
    )
    table = np.array(arcs, dtype=np.int64).reshape(-1, 5)
    return Multigraph(
        n_nodes=n_nodes,
        tail=table[:, 0],
        head=table[:, 1],
        weights=table[:, 2:],
        source=draw(node),
        target=draw(node),
    )


def random_multigraph(
    rng: np.random.Generator, *, n_nodes: int, n_arcs: int, most_weight: int
) -> Multigraph:
    """Return a graph drawn at random from the first node to the last."""
    return Multigraph(
        n_nodes=n_nodes,
        tail=rng.integers(0, n_nodes, n_arcs),
        head=rng.integers(0, n_nodes, n_arcs),
        weights=rng.integers(0, most_weight + 1, (n_arcs, 3)),
        source=0,
        target=n_nodes - 1,
    )
