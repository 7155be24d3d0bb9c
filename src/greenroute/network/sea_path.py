"""Shortest ways at sea: the points they run through and the passages they cross."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from greenroute.network.distance import (
    CONNECTOR_REACH_KM,
    SOURCES_PER_SEARCH,
    Seaway,
    join,
)
from greenroute.network.passage import SEPARATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaPath:
    """Shortest way at sea between two points.

    Attributes
    ----------
    line
        Points as (lon, lat) [degree], both ends included, (n, 2).
    km
        Its length [km].
    passages
        Passages crossed, sorted.
    """

    line: NDArray[np.float64]
    km: float
    passages: tuple[str, ...]


def sea_paths(
    seaway: Seaway,
    origin: NDArray[np.float64],
    destination: NDArray[np.float64],
) -> list[SeaPath | None]:
    """Return the shortest way at sea between pairs of points; None where there is none.

    Parameters
    ----------
    seaway
        Graph of shipping routes; its closed passages are not used.
    origin, destination
        Points as (lat, lon) [degree], (n, 2).
    """
    graph = seaway.links(frozenset())
    crossed = _crossed(seaway)
    start, start_km = join(seaway, origin)
    end, end_km = join(seaway, destination)
    inland = np.maximum(start_km, end_km) > CONNECTOR_REACH_KM
    sources, row = np.unique(start, return_inverse=True)
    found: list[SeaPath | None] = [None] * len(start)
    for first in range(0, len(sources), SOURCES_PER_SEARCH):
        chunk = sources[first : first + SOURCES_PER_SEARCH]
        km, before = scipy.sparse.csgraph.dijkstra(
            graph, indices=chunk, return_predecessors=True
        )
        mine = (row >= first) & (row < first + len(chunk)) & ~inland
        for pair in np.flatnonzero(mine).tolist():
            source = row[pair] - first
            nodes = _trace(before[source], int(start[pair]), int(end[pair]))
            if nodes:
                found[pair] = _path(
                    seaway,
                    crossed,
                    nodes,
                    ends=(origin[pair], destination[pair]),
                    km=float(start_km[pair] + km[source, nodes[-1]] + end_km[pair]),
                )
    return found


def _trace(before: NDArray[np.int32], start: int, end: int) -> list[int]:
    """Return the nodes from start to end; none if there is no way."""
    nodes = [end]
    while nodes[-1] != start:
        node = int(before[nodes[-1]])
        if node < 0:
            return []
        nodes.append(node)
    return nodes[::-1]


def _crossed(seaway: Seaway) -> dict[int, str]:
    """Return the passages of the edges that cross any, by the key of the edge."""
    names = np.array([bool(name) for name in seaway.passages.names], dtype=np.bool_)
    tagged = np.flatnonzero(names[seaway.passages.codes])
    keys = _edge_keys(seaway, *seaway.ends[tagged].T)
    return {
        key: seaway.passages[edge]
        for key, edge in zip(keys.tolist(), tagged.tolist(), strict=True)
    }


def _edge_keys(
    seaway: Seaway, a: NDArray[np.int32], b: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return one number per pair of nodes, the same in both directions."""
    return np.minimum(a, b) * np.int64(len(seaway.lat)) + np.maximum(a, b)


def _path(
    seaway: Seaway,
    crossed: dict[int, str],
    nodes: list[int],
    *,
    ends: tuple[NDArray[np.float64], NDArray[np.float64]],
    km: float,
) -> SeaPath:
    way = np.array(nodes, dtype=np.int32)
    keys = _edge_keys(seaway, way[:-1], way[1:]).tolist()
    cells = [crossed[key] for key in keys if key in crossed]
    names = {name for cell in cells for name in cell.split(SEPARATOR)}
    middle = np.column_stack([seaway.lon[way], seaway.lat[way]])
    origin, destination = (point[::-1] for point in ends)
    return SeaPath(
        line=np.vstack([origin, middle, destination]),
        km=km,
        passages=tuple(sorted(names)),
    )
