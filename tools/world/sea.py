"""Shortest ways by sea between ports, and the passages they use."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from tools.world.gates import Flags, Gate
from tools.world.marnet import SeaGraph
from tools.world.sphere import Floats, Ints, nearest
from tools.world.tables import read_input

KM_PER_NM = 1.852
# A straight connector over land is no way for a ship: an estuary winds.
WINDING = 1.15
WINDING_LAND_KM = 25.0
REFERENCE_ERROR = 0.016
REGRESSION_NM = 1.0

_NO_NODE = -9999


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaWays:
    """Sea network with its gates, ready for shortest ways.

    Attributes
    ----------
    graph
        Nodes and edges.
    gates
        Gates, by name.
    flags
        Whether each edge crosses each gate, (n_edges, n_gates).
    """

    graph: SeaGraph
    gates: tuple[Gate, ...]
    flags: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaDistances:
    """Shortest ways between all pairs of some places.

    Attributes
    ----------
    km
        Distance [km], infinite where there is no way, (n, n).
    masks
        Passages used, bit k for gate k, (n, n).
    gates
        Names of the gates.
    """

    km: Floats
    masks: Ints
    gates: tuple[str, ...]

    def passages(self, one: int, other: int) -> tuple[str, ...]:
        """Passages on the way between two of the places, sorted."""
        mask = int(self.masks[one, other])
        return tuple(name for bit, name in enumerate(self.gates) if mask >> bit & 1)


def connectors(
    lat: npt.ArrayLike, lon: npt.ArrayLike, graph: SeaGraph
) -> tuple[Ints, Floats]:
    """Nearest sea node of each place and the way to it [km]."""
    return nearest(lat, lon, to_lat=graph.lat, to_lon=graph.lon)


def wind(km: Floats, land_km: Floats) -> Floats:
    """Lengths of connectors [km], longer where they cross land."""
    return np.where(land_km > WINDING_LAND_KM, km * WINDING, km)


def closed_gates(ways: SeaWays, closed: Collection[str] = ()) -> frozenset[str]:
    """Names of the gates closed by default and of those named."""
    by_default = {gate.name for gate in ways.gates if not gate.default_open}
    return frozenset(by_default | set(closed))


def sea_distances(
    ways: SeaWays, nodes: Ints, connector_km: Floats, *, closed: Collection[str]
) -> SeaDistances:
    """Distances and passages between all pairs of places.

    Parameters
    ----------
    ways
        Sea network.
    nodes
        Sea node of each place, (n,).
    connector_km
        Way from the place to it [km], (n,).
    closed
        Names of the closed gates.
    """
    names = tuple(gate.name for gate in ways.gates)
    shut = np.array([name in closed for name in names])
    is_open = ~ways.flags[:, shut].any(axis=1)
    bits = (ways.flags.astype(np.int64) << np.arange(len(names))).sum(axis=1)
    graph = ways.graph
    first, second = graph.a[is_open], graph.b[is_open]
    matrix = csr_array(
        (graph.km[is_open], (first, second)), shape=(len(graph.lat),) * 2
    )
    edge_bits = _EdgeBits(first, second, bits[is_open], n_nodes=len(graph.lat))
    km = np.empty((len(nodes), len(nodes)))
    masks = np.zeros((len(nodes), len(nodes)), dtype=np.int64)
    for row, source in enumerate(nodes):
        way_km, before = dijkstra(
            matrix, directed=False, indices=np.array([source]), return_predecessors=True
        )
        km[row] = way_km[0, nodes] + connector_km + connector_km[row]
        masks[row] = edge_bits.along(before[0])[nodes]
    upper = np.triu_indices(len(nodes), 1)
    # Both directions sail the same way, also where two ways tie.
    km.T[upper] = km[upper]
    masks.T[upper] = masks[upper]
    np.fill_diagonal(km, 0.0)
    return SeaDistances(km=km, masks=masks, gates=names)


class _EdgeBits:
    """Finds the passages of an edge by its two nodes.

    Parameters
    ----------
    first, second
        Nodes of the edges, (n_edges,).
    bits
        Passages of the edges, (n_edges,).
    n_nodes
        Number of nodes.
    """

    def __init__(
        self,
        first: npt.NDArray[np.int32],
        second: npt.NDArray[np.int32],
        bits: Ints,
        *,
        n_nodes: int,
    ) -> None:
        self._n_nodes = n_nodes
        keys = self._keys(first.astype(np.int64), second.astype(np.int64))
        order = np.argsort(keys, kind="stable")
        self._sorted_keys = keys[order]
        self._bits = bits[order]

    def along(self, before: npt.NDArray[np.int32]) -> Ints:
        """Passages on the way from the source to every node, (n_nodes,)."""
        nodes = np.arange(self._n_nodes, dtype=np.int64)
        reached = before != _NO_NODE
        parent = np.where(reached, before, nodes).astype(np.int64)
        mask = np.zeros(self._n_nodes, dtype=np.int64)
        keys = self._keys(parent[reached], nodes[reached])
        mask[reached] = self._bits[np.searchsorted(self._sorted_keys, keys)]
        # Each round doubles how far up the tree the mask has looked.
        while True:
            above = parent[parent]
            mask |= mask[parent]
            if np.array_equal(above, parent):
                return mask
            parent = above

    def _keys(self, one: Ints, other: Ints) -> Ints:
        smaller, larger = np.minimum(one, other), np.maximum(one, other)
        keys: Ints = smaller * self._n_nodes + larger
        return keys


def point_distance_nm(
    ways: SeaWays,
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    closed: Collection[str] = (),
) -> float:
    """Distance by sea between two points (lat, lon) [nm]; infinite without a way."""
    lat, lon = zip(start, end, strict=True)
    nodes, connector_km = connectors(lat, lon, ways.graph)
    distances = sea_distances(
        ways, nodes, connector_km, closed=closed_gates(ways, closed)
    )
    return float(distances.km[0, 1]) / KM_PER_NM


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A distance of the model beside a published one.

    Attributes
    ----------
    pair
        Codes of the two ports.
    model_nm
        Distance of this network [nm].
    reference_nm
        Published distance [nm].
    """

    pair: str
    model_nm: float
    reference_nm: float

    @property
    def error(self) -> float:
        """Relative difference to the published distance."""
        return self.model_nm / self.reference_nm - 1.0


def compare_with_reference(ways: SeaWays) -> tuple[Comparison, ...]:
    """Distances of `sea_distance_reference.csv` by this network.

    Raises
    ------
    ValueError
        If the mean absolute error is too large.
    """
    rows = read_input("sea_distance_reference.csv")
    comparisons = tuple(
        Comparison(
            pair=f"{row['from_locode']}-{row['to_locode']}",
            model_nm=point_distance_nm(
                ways,
                (float(row["from_lat"]), float(row["from_lon"])),
                (float(row["to_lat"]), float(row["to_lon"])),
            ),
            reference_nm=float(row["reference_nm"]),
        )
        for row in rows
    )
    mean = sum(abs(one.error) for one in comparisons) / len(comparisons)
    if mean > REFERENCE_ERROR:
        msg = f"sea: mean error of {len(rows)} distances is {mean:.2%}, expected 1.6 %"
        raise ValueError(msg)
    return comparisons


def check_regressions(ways: SeaWays) -> None:
    """Check the distances that closed passages lead to.

    Raises
    ------
    ValueError
        If a distance of `sea_regressions.csv` is not the expected one.
    """
    place = {}
    for row in read_input("sea_distance_reference.csv"):
        for side in ("from", "to"):
            point = (float(row[f"{side}_lat"]), float(row[f"{side}_lon"]))
            place[row[f"{side}_locode"]] = point
    for row in read_input("sea_regressions.csv"):
        found_nm = point_distance_nm(
            ways,
            place[row["from_locode"]],
            place[row["to_locode"]],
            closed=[name for name in row["closed"].split(";") if name],
        )
        expected_nm = float(row["expected_nm"])
        if found_nm != expected_nm and abs(found_nm - expected_nm) > REGRESSION_NM:
            msg = (
                f"sea: {row['from_locode']}-{row['to_locode']} with"
                f" {row['closed']!r} closed is {found_nm:.0f} nm,"
                f" expected {expected_nm:.0f} nm"
            )
            raise ValueError(msg)
