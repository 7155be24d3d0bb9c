"""Shortest ways at sea: the points they run through and the passages they cross."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

from greenroute.network.distance import SOURCES_PER_SEARCH, Seaway, join
from greenroute.network.passage import SEPARATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaPath:
    """Shortest way at sea between two points.

    Attributes
    ----------
    line
        Points as (lon, lat) [degree], both ends included, (n, 2).
    passages
        Passages crossed, sorted.
    """

    line: NDArray[np.float64]
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
    start, _ = join(seaway, origin)
    end, _ = join(seaway, destination)
    sources, row = np.unique(start, return_inverse=True)
    found: list[SeaPath | None] = [None] * len(start)
    for first in range(0, len(sources), SOURCES_PER_SEARCH):
        chunk = sources[first : first + SOURCES_PER_SEARCH]
        before = _trees(graph, chunk)
        for pair in np.flatnonzero((row >= first) & (row < first + len(chunk))):
            nodes = _trace(before[row[pair] - first], int(start[pair]), int(end[pair]))
            if nodes:
                found[pair] = _path(
                    seaway, crossed, nodes, (origin[pair], destination[pair])
                )
    return found


def _trees(
    graph: scipy.sparse.csr_array, sources: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return the node before each node on the way from each source."""
    _, before = scipy.sparse.csgraph.dijkstra(
        graph, indices=sources, return_predecessors=True
    )
    return np.asarray(before)


def _trace(before: NDArray[np.int32], start: int, end: int) -> list[int]:
    """Return the nodes from start to end; none if there is no way."""
    nodes = [end]
    while nodes[-1] != start:
        node = int(before[nodes[-1]])
        if node < 0:
            return []
        nodes.append(node)
    return nodes[::-1]


def _crossed(seaway: Seaway) -> dict[tuple[int, int], str]:
    """Return the passages of the edges that cross any, by their two nodes."""
    names = np.array([bool(name) for name in seaway.passages.names], dtype=np.bool_)
    tagged = np.flatnonzero(names[seaway.passages.codes])
    return {
        (min(a, b), max(a, b)): seaway.passages[edge]
        for edge, (a, b) in zip(
            tagged.tolist(), seaway.ends[tagged].tolist(), strict=True
        )
    }


def _path(
    seaway: Seaway,
    crossed: dict[tuple[int, int], str],
    nodes: list[int],
    ends: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> SeaPath:
    names = {
        name
        for a, b in pairwise(nodes)
        for name in crossed.get((min(a, b), max(a, b)), "").split(SEPARATOR)
        if name
    }
    middle = np.column_stack([seaway.lon[nodes], seaway.lat[nodes]])
    origin, destination = (point[::-1] for point in ends)
    return SeaPath(
        line=np.vstack([origin, middle, destination]), passages=tuple(sorted(names))
    )
