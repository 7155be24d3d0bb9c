"""The sea network: marnet, the patches to it and the Kiel Canal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.world.archives import ArchiveError, Archives, read_literals, read_member
from tools.world.sphere import Floats, great_circle_km, wrapped_lon
from tools.world.tables import read_input

Indices = npt.NDArray[np.int32]

# marnet joins the two sides of the antimeridian by edges of no length, which
# shortest-path code would take for no edge.
NO_LENGTH_KM = 1e-6
# A patch ends on a marnet node if it is written to this many degrees.
SAME_POINT_DEG = 1e-4
# The patch file gives rounded lengths; they may differ from the coordinates by this.
PATCH_TOLERANCE_KM = 0.2
KIEL_CANAL = "Kiel Canal"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaGraph:
    """Undirected graph of sea ways.

    Attributes
    ----------
    lat
        Latitude of the nodes [degrees], (n_nodes,).
    lon
        Longitude of the nodes [degrees], -180 .. 180, (n_nodes,).
    a
        First node of the edges, (n_edges,).
    b
        Second node of the edges, (n_edges,).
    km
        Length of the edges [km], > 0, (n_edges,).
    marnet_edges
        How many of the edges, from the first on, are those of marnet.
    """

    lat: Floats
    lon: Floats
    a: Indices
    b: Indices
    km: Floats
    marnet_edges: int


def read_marnet(archives: Archives) -> SeaGraph:
    """Read marnet from the text of its module; the module is not run."""
    text = read_member(archives, "sea", "searoute/data/marnet_dict.py").decode()
    literals = read_literals(text)
    edges = literals["edge_list"]
    nodes = literals["node_list"]
    if not isinstance(edges, dict) or not isinstance(nodes, dict):
        msg = "marnet_dict.py: node_list and edge_list are no dictionaries"
        raise ArchiveError(msg)
    return marnet_graph(list(nodes), edges)


def marnet_graph(
    points: list[tuple[float, float]],
    edges: Mapping[
        tuple[float, float], Mapping[tuple[float, float], Mapping[str, float]]
    ],
) -> SeaGraph:
    """Graph of points (lon, lat) and of edges told once or from both ends.

    Parameters
    ----------
    points
        Nodes in the order they are numbered.
    edges
        Neighbours of each node with the `weight` of the edge [km].
    """
    index = {point: number for number, point in enumerate(points)}
    km: dict[tuple[int, int], float] = {}
    for start, neighbours in edges.items():
        for end, edge in neighbours.items():
            pair = sorted((index[start], index[end]))
            km[pair[0], pair[1]] = max(float(edge["weight"]), NO_LENGTH_KM)
    pairs = sorted(km)
    return SeaGraph(
        lat=np.array([lat for _, lat in points], dtype=np.float64),
        lon=wrapped_lon([lon for lon, _ in points]),
        a=np.array([one for one, _ in pairs], dtype=np.int32),
        b=np.array([other for _, other in pairs], dtype=np.int32),
        km=np.array([km[pair] for pair in pairs], dtype=np.float64),
        marnet_edges=len(pairs),
    )


def add_patches(graph: SeaGraph) -> SeaGraph:
    """Graph with the segments of `sea_patches.csv` and the Kiel Canal added."""
    segments = [
        (
            (float(row["lat1"]), float(row["lon1"])),
            (float(row["lat2"]), float(row["lon2"])),
            float(row["km"]),
            row["end2_kind"] == "marnet_node",
        )
        for row in read_input("sea_patches.csv")
    ]
    graph = add_segments(graph, segments)
    return _add_kiel_canal(graph)


Segment = tuple[tuple[float, float], tuple[float, float], float, bool]


def add_segments(graph: SeaGraph, segments: Iterable[Segment]) -> SeaGraph:
    """Graph with straight segments added; equal coordinates are one node.

    Parameters
    ----------
    graph
        Graph to start from.
    segments
        (lat, lon) of both ends, length [km], and whether the second end is
        a node of the graph.

    Raises
    ------
    ValueError
        If an end is said to be a node and none is there, or if the length does
        not fit the coordinates.
    """
    lat, lon = list(graph.lat), list(graph.lon)
    a, b, km = list(graph.a), list(graph.b), list(graph.km)
    number: dict[tuple[float, float], int] = {}
    for first, second, length_km, ends_on_node in segments:
        straight_km = float(great_circle_km(*first, *second))
        if abs(straight_km - length_km) > PATCH_TOLERANCE_KM:
            msg = (
                f"sea_patches.csv: {first} to {second} is {length_km} km,"
                f" expected {straight_km:.1f} km"
            )
            raise ValueError(msg)
        if ends_on_node:
            number[second] = _node_at(graph, second)
        for point in (first, second):
            if point not in number:
                number[point] = len(lat)
                lat.append(np.float64(point[0]))
                lon.append(np.float64(point[1]))
        a.append(np.int32(number[first]))
        b.append(np.int32(number[second]))
        km.append(np.float64(straight_km))
    return SeaGraph(
        lat=np.array(lat, dtype=np.float64),
        lon=np.array(lon, dtype=np.float64),
        a=np.array(a, dtype=np.int32),
        b=np.array(b, dtype=np.int32),
        km=np.array(km, dtype=np.float64),
        marnet_edges=graph.marnet_edges,
    )


def _node_at(graph: SeaGraph, point: tuple[float, float]) -> int:
    off = np.abs(graph.lat - point[0]) + np.abs(graph.lon - point[1])
    number = int(np.argmin(off))
    if off[number] > SAME_POINT_DEG:
        msg = f"sea_patches.csv: no marnet node at {point}, expected one"
        raise ValueError(msg)
    return number


def _add_kiel_canal(graph: SeaGraph) -> SeaGraph:
    """Add the canal between the nodes nearest to its two ends."""
    row = next(
        row
        for row in read_input("inland_waterways.csv")
        if row["waterway"] == KIEL_CANAL
    )
    ends = []
    extra_km = 0.0
    for side in ("from", "to"):
        distance_km = great_circle_km(
            float(row[f"{side}_lat"]), float(row[f"{side}_lon"]), graph.lat, graph.lon
        )
        ends.append(int(np.argmin(distance_km)))
        extra_km += float(distance_km.min())
    return SeaGraph(
        lat=graph.lat,
        lon=graph.lon,
        a=np.append(graph.a, np.int32(ends[0])),
        b=np.append(graph.b, np.int32(ends[1])),
        km=np.append(graph.km, float(row["km"]) + extra_km),
        marnet_edges=graph.marnet_edges,
    )
