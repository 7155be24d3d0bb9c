"""Distances at sea along the graph of shipping routes, with passages open or closed.

References
----------
.. [1] Eurostat, SeaRoute and its maritime network "marnet"; Oak Ridge National
   Laboratory, global shipping lane network (2000).
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from greenroute.network.geometry import great_circle_km, nearest
from greenroute.network.passage import SEPARATOR
from greenroute.tables import Coded

#: Sources searched at once; bounds the memory of a query (rows of the distance matrix).
SOURCES_PER_SEARCH = 256
#: How far a point may lie from the graph to be at sea [km] (DATA_SOURCES § 4.1).
CONNECTOR_REACH_KM = 170.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seaway:
    """Graph of shipping routes.

    Attributes
    ----------
    lat, lon
        WGS 84 of its nodes [degree], (n_nodes,).
    ends
        Nodes of each undirected edge, int32 (n_edges, 2).
    km
        Length of each edge [km], > 0, (n_edges,).
    passages
        Passages that an edge crosses, names joined by ";", (n_edges,).
    closed
        Passages that are closed unless opened.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    ends: NDArray[np.int32]
    km: NDArray[np.float64]
    passages: Coded
    closed: frozenset[str]

    def links(self, closed: frozenset[str]) -> "scipy.sparse.csr_array":
        """Return the symmetric matrix [km] without the edges of closed passages."""
        shut = closed | self.closed
        is_open = np.array(
            [
                not shut.intersection(name.split(SEPARATOR))
                for name in self.passages.names
            ],
            dtype=np.bool_,
        )[self.passages.codes]
        a, b = self.ends[is_open].T
        km = self.km[is_open]
        size = len(self.lat)
        # Parallel edges would be summed by scipy: keep the shortest of each pair.
        low, high = np.minimum(a, b), np.maximum(a, b)
        order = np.lexsort((km, high, low))
        low, high, km = low[order], high[order], km[order]
        first = np.ones(len(km), dtype=np.bool_)
        first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        low, high, km = low[first], high[first], km[first]
        # Both directions: scipy searches that a third faster than an undirected graph.
        rows, columns = np.concatenate([low, high]), np.concatenate([high, low])
        return scipy.sparse.csr_array(
            (np.concatenate([km, km]), (rows, columns)), shape=(size, size)
        )


def sea_distance_km(
    seaway: Seaway,
    origin: NDArray[np.float64],
    destination: NDArray[np.float64],
    *,
    closed: frozenset[str] = frozenset(),
) -> NDArray[np.float64]:
    """Return the shortest distance at sea between pairs of points [km].

    A point joins the graph at its nearest node by the great circle.

    Parameters
    ----------
    seaway
        Graph of shipping routes.
    origin, destination
        Points as (lat, lon) [degree], (n, 2).
    closed
        Passages closed besides those that are closed by default.

    Returns
    -------
    ndarray
        float64 (n,), NaN where there is no way, 0 between equal points. A point more than
        170 km from the graph lies inland, and no ship goes there.
    """
    graph = seaway.links(closed)
    start, start_km = join(seaway, origin)
    end, end_km = join(seaway, destination)
    sources, row = np.unique(start, return_inverse=True)
    along = np.empty(len(start))
    for first in range(0, len(sources), SOURCES_PER_SEARCH):
        chunk = sources[first : first + SOURCES_PER_SEARCH]
        tree = scipy.sparse.csgraph.dijkstra(graph, indices=chunk)
        mine = (row >= first) & (row < first + len(chunk))
        along[mine] = tree[row[mine] - first, end[mine]]
    at_sea = np.maximum(start_km, end_km) <= CONNECTOR_REACH_KM
    total = np.where(np.isfinite(along) & at_sea, start_km + along + end_km, np.nan)
    return np.where((origin == destination).all(axis=1), 0.0, total)


def join(
    seaway: Seaway, points: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest node of each point and the distance to it [km]."""
    # Many pairs share few ports.
    distinct, row = np.unique(points, axis=0, return_inverse=True)
    node = nearest(distinct[:, 0], distinct[:, 1], seaway.lat, seaway.lon)
    node = node[row.ravel()]
    lat, lon = points.T
    return node, great_circle_km(lat, lon, seaway.lat[node], seaway.lon[node])
