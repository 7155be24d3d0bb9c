"""Small graphs of shipping routes: six nodes on the equator, ten degrees apart."""

import numpy as np
from hypothesis import strategies as st

from greenroute.network.distance import Seaway
from greenroute.tables import Coded

EDGES = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9)).filter(
        lambda edge: edge[0] != edge[1]
    ),
    min_size=1,
    max_size=12,
)


def seaway_of(edges: list[tuple[int, int, int]], passages: list[int]) -> Seaway:
    """Return a seaway of six nodes; edge i crosses passage `passages[i]`, 0 for none."""
    names = ("", "x", "y")
    return Seaway(
        lat=np.zeros(6),
        lon=np.arange(0.0, 60.0, 10.0),
        ends=np.array([(a, b) for a, b, _ in edges], dtype=np.int32),
        km=np.array([km for *_, km in edges], dtype=np.float64),
        passages=Coded(codes=np.array(passages, dtype=np.int32), names=names),
        closed=frozenset(),
    )
