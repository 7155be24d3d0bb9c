"""Rail and road graphs of the world: reading, joining places, distances along them."""

import json
import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree

from tools.world.borders import Borders, locate, states_at
from tools.world.sphere import (
    EARTH_RADIUS_KM,
    great_circle_km,
    nearest,
    unit_vectors,
)

# Edges of no length join points that coincide; the search needs them above zero.
LEAST_KM = 1e-4
# The source cuts lines where its extracts meet; ends this near are one line.
GAP_KM = 2.0
# A place is tied to so many points of lines within this distance.
LINES_ABOUT = 12
ABOUT_KM = 5.0
# Sources searched at once; bounds the memory of a search to about 300 MB.
SOURCES_PER_SEARCH = 64

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class LandError(ValueError):
    """A graph is not what the build expects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandSource:
    """What is known of a graph beforehand.

    Attributes
    ----------
    mode
        Which rows of the patch tables are meant: `rail` or `road`.
    member
        File in the archive `land`.
    nodes, edges
        Expected counts.
    length_factor
        True length by length along the simplified lines of the graph.
    reach_km
        How far a place may lie from the graph and still use it [km].
    least_component_km
        Track or road a connected part must have to count [km].
    """

    mode: str
    member: str
    nodes: int
    edges: int
    length_factor: float
    reach_km: float
    least_component_km: float


RAIL = LandSource(
    mode="rail",
    member="scgraph_data/world_railways.py",
    nodes=274_974,
    edges=328_750,
    length_factor=1.04,
    reach_km=15.0,
    least_component_km=150.0,
)
ROAD = LandSource(
    mode="road",
    member="scgraph_data/world_highways.py",
    nodes=560_282,
    edges=822_234,
    length_factor=1.06,
    reach_km=30.0,
    least_component_km=30.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LandGraph:
    """An undirected graph of tracks or roads.

    Attributes
    ----------
    lat, lon
        Nodes [degree], (n_nodes,).
    iso2
        State that holds a node, "" off every shore, (n_nodes,).
    ends
        Nodes of each edge, int32 (n_edges, 2).
    km
        True length of each edge [km], (n_edges,).
    ferry
        Which edges are ferries or shuttle trains, bool (n_edges,).
    """

    lat: Floats
    lon: Floats
    iso2: NDArray[np.str_]
    ends: NDArray[np.int32]
    km: Floats
    ferry: NDArray[np.bool_]

    def take(self, kept: NDArray[np.bool_]) -> "LandGraph":
        """Return the graph with these edges only."""
        return replace(
            self, ends=self.ends[kept], km=self.km[kept], ferry=self.ferry[kept]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snap:
    """Where points join a graph.

    Attributes
    ----------
    node
        Nearest usable node, -1 where none is in reach, (n_points,).
    km
        Great circle to it [km], inf where there is none, (n_points,).
    """

    node: Ints
    km: Floats


def read_land_graph(text: str, source: LandSource, borders: Borders) -> LandGraph:
    """Read a graph from the Python source text it is shipped as; nothing of it runs.

    The gaps in it are joined.

    Parameters
    ----------
    text
        The file: lines `graph=[{node: km, ...}, ...]` and `nodes=[[lat, lon], ...]`.
    source
        What to expect of it.
    borders
        States, by which its nodes are told apart.

    Raises
    ------
    LandError
        If a line is missing or a count differs.
    """
    rows = json.loads(re.sub(r"(\d+): ", r'"\1": ', _line(text, "graph=", source)))
    places = np.array(json.loads(_line(text, "nodes=", source)), dtype=np.float64)
    tail = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    head = np.array([int(node) for row in rows for node in row], dtype=np.int64)
    km = np.array([value for row in rows for value in row.values()], dtype=np.float64)
    once = tail < head
    if (len(places), int(once.sum())) != (source.nodes, source.edges):
        msg = (
            f"{source.member}: has {len(places)} nodes and {once.sum()} edges,"
            f" expected {source.nodes} and {source.edges}"
        )
        raise LandError(msg)
    lat, lon = places[:, 0].copy(), places[:, 1].copy()
    graph = LandGraph(
        lat=lat,
        lon=lon,
        iso2=states_at(borders, locate(borders, lat, lon)),
        ends=np.column_stack([tail[once], head[once]]).astype(np.int32),
        km=np.maximum(km[once], LEAST_KM) * source.length_factor,
        ferry=np.zeros(int(once.sum()), dtype=np.bool_),
    )
    return join_gaps(graph, np.ones(len(lat), dtype=np.bool_))


def join_gaps(graph: LandGraph, usable: NDArray[np.bool_]) -> LandGraph:
    """Join parts of the graph wherever they come within `GAP_KM` of each other.

    Gaps between states stay: there a line may end on purpose.

    Parameters
    ----------
    graph
        The graph.
    usable
        Nodes that may be joined, (n_nodes,).
    """
    rows = np.flatnonzero(usable)
    tree = KDTree(unit_vectors(graph.lat[rows], graph.lon[rows]))
    near = rows[tree.query_pairs(GAP_KM / EARTH_RADIUS_KM, output_type="ndarray")]
    label = parts(graph)
    near = near[
        (label[near[:, 0]] != label[near[:, 1]])
        & (graph.iso2[near[:, 0]] == graph.iso2[near[:, 1]])
    ]
    ends = near[np.lexsort((near[:, 1], near[:, 0]))].astype(np.int32)
    a, b = ends.T
    km = great_circle_km(graph.lat[a], graph.lon[a], graph.lat[b], graph.lon[b])
    return replace(
        graph,
        ends=np.vstack([graph.ends, ends]),
        km=np.concatenate([graph.km, np.maximum(km, LEAST_KM)]),
        ferry=np.concatenate([graph.ferry, np.zeros(len(ends), dtype=np.bool_)]),
    )


def adjacency(graph: LandGraph) -> csr_array:
    """Return the symmetric matrix of the shortest edge between two nodes [km]."""
    low, high = graph.ends.min(axis=1), graph.ends.max(axis=1)
    order = np.lexsort((graph.km, high, low))
    low, high, km = low[order], high[order], graph.km[order]
    first = np.ones(len(km), dtype=np.bool_)
    first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    low, high, km = low[first], high[first], km[first]
    size = len(graph.lat)
    rows, columns = np.concatenate([low, high]), np.concatenate([high, low])
    return csr_array((np.concatenate([km, km]), (rows, columns)), shape=(size, size))


def parts(graph: LandGraph) -> NDArray[np.int32]:
    """Return the connected part of each node, (n_nodes,)."""
    _, label = connected_components(adjacency(graph), directed=False)
    return np.asarray(label, dtype=np.int32)


def in_large_part(graph: LandGraph, least_km: float) -> NDArray[np.bool_]:
    """Return which nodes lie in a connected part of at least this length."""
    label = parts(graph)
    part_km = np.bincount(label[graph.ends[:, 0]], weights=graph.km)
    padded = np.zeros(int(label.max()) + 1)
    padded[: len(part_km)] = part_km
    return np.asarray(padded[label] >= least_km)


def snap(
    graph: LandGraph,
    usable: NDArray[np.bool_],
    *,
    lat: Floats,
    lon: Floats,
    reach_km: float,
) -> Snap:
    """Join each point to the nearest usable node in reach.

    Parameters
    ----------
    graph
        The graph.
    usable
        Nodes that may be joined, (n_nodes,).
    lat, lon
        Points [degree], (n_points,).
    reach_km
        Farthest great circle to a node [km].
    """
    rows = np.flatnonzero(usable)
    if not len(rows) or not len(lat):
        return Snap(node=np.full(len(lat), -1), km=np.full(len(lat), np.inf))
    chosen, km = nearest(lat, lon, to_lat=graph.lat[rows], to_lon=graph.lon[rows])
    near = km <= reach_km
    return Snap(node=np.where(near, rows[chosen], -1), km=np.where(near, km, np.inf))


def snap_inside(
    graph: LandGraph,
    usable: NDArray[np.bool_],
    *,
    lat: Floats,
    lon: Floats,
    iso2: NDArray[np.str_],
    reach_km: float,
) -> Snap:
    """Join each point to the nearest usable node of the state it lies in.

    As `snap`; `iso2` is the state each point lies in.
    """
    node = np.full(len(lat), -1, dtype=np.int64)
    km = np.full(len(lat), np.inf)
    for state in np.unique(iso2):
        mine = iso2 == state
        near = snap(
            graph,
            usable & ((graph.iso2 == state) | (graph.iso2 == "")),
            lat=lat[mine],
            lon=lon[mine],
            reach_km=reach_km,
        )
        node[mine], km[mine] = near.node, near.km
    return Snap(node=node, km=km)


def with_places(
    graph: LandGraph,
    joined: Snap,
    usable: NDArray[np.bool_],
    *,
    lat: Floats,
    lon: Floats,
    detour: float,
) -> tuple[LandGraph, Snap]:
    """Make every joined place a node of the graph, tied to all lines about it.

    In towns the simplified lines often miss each other: a place tied to the nearest
    one only would have to drive far to reach the next.

    Parameters
    ----------
    graph
        The graph.
    joined
        Where each place joins it, (n_places,).
    usable
        Nodes that may be joined as well, (n_nodes,).
    lat, lon
        Places [degree], (n_places,).
    detour
        Way to a line by great circle.

    Returns
    -------
    tuple
        The graph with the places, and where they are in it.
    """
    places = np.flatnonzero(joined.node >= 0)
    state = graph.iso2[joined.node[places]]
    own = len(graph.lat) + np.arange(len(places))
    rows = np.flatnonzero(usable)
    tree = KDTree(unit_vectors(graph.lat[rows], graph.lon[rows]))
    count = min(LINES_ABOUT, len(rows))
    _, about = tree.query(unit_vectors(lat[places], lon[places]), k=range(1, count + 1))
    other = rows[np.asarray(about)]
    km = great_circle_km(
        lat[places][:, None], lon[places][:, None], graph.lat[other], graph.lon[other]
    )
    tied = (km <= ABOUT_KM) & (graph.iso2[other] == state[:, None])
    start = np.concatenate([own, np.repeat(own, tied.sum(axis=1))])
    end = np.concatenate([joined.node[places], other[tied]])
    length = np.concatenate([joined.km[places], km[tied] * detour])
    node = np.full(len(joined.node), -1, dtype=np.int64)
    node[places] = own
    grown = replace(
        graph,
        lat=np.append(graph.lat, lat[places]),
        lon=np.append(graph.lon, lon[places]),
        iso2=np.append(graph.iso2, state),
        ends=np.vstack([graph.ends, np.column_stack([start, end]).astype(np.int32)]),
        km=np.append(graph.km, np.maximum(length, LEAST_KM)),
        ferry=np.append(graph.ferry, np.zeros(len(start), dtype=np.bool_)),
    )
    return grown, Snap(node=node, km=np.where(node >= 0, 0.0, np.inf))


def distances_km(
    links: csr_array, start: Snap, end: Snap, *, limit_km: float
) -> NDArray[np.float64]:
    """Return the shortest way from each start to each end along the graph [km].

    Parameters
    ----------
    links
        Matrix of `adjacency`.
    start, end
        Points on the graph; the way to and from it counts.
    limit_km
        Ways longer than this along the graph are not searched [km].

    Returns
    -------
    ndarray
        float64 (n_start, n_end), inf where there is no way.
    """
    found = np.full((len(start.node), len(end.node)), np.inf)
    columns = np.flatnonzero(end.node >= 0)
    sources, row = np.unique(start.node, return_inverse=True)
    on = np.flatnonzero(sources >= 0)
    for first in range(0, len(on), SOURCES_PER_SEARCH):
        chunk = on[first : first + SOURCES_PER_SEARCH]
        tree = dijkstra(links, indices=sources[chunk], limit=limit_km)
        to_ends = np.asarray(tree)[:, end.node[columns]]
        for place, source in enumerate(chunk):
            found[np.ix_(np.flatnonzero(row == source), columns)] = to_ends[place]
    return np.asarray(found + start.km[:, None] + end.km[None, :])


def _line(text: str, name: str, source: LandSource) -> str:
    start = text.find(f"\n{name}")
    if start < 0:
        msg = f"{source.member}: has no line {name!r}"
        raise LandError(msg)
    start += 1 + len(name)
    return text[start : text.find("\n", start)]
