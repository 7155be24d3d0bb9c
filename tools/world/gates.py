"""Gate lines across sea passages, and the sea edges that cross them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tools.world.marnet import SeaGraph
from tools.world.sphere import Floats, wrapped_lon
from tools.world.tables import read_input

Flags = npt.NDArray[np.bool_]

FULL_CIRCLE_DEG = 360.0
HALF_CIRCLE_DEG = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A straight line in lon/lat across a passage.

    Attributes
    ----------
    name
        Name of the passage.
    lon1, lat1, lon2, lat2
        Ends of the line [degrees].
    default_open
        Whether ships may use it unless told otherwise.
    note
        What is special about it.
    expected_edges
        How many marnet edges cross it.
    """

    name: str
    lon1: float
    lat1: float
    lon2: float
    lat2: float
    default_open: bool
    note: str
    expected_edges: int


def read_gates() -> tuple[Gate, ...]:
    """Gates of `passages.csv`, by name."""
    gates = [
        Gate(
            name=row["name"],
            lon1=float(row["lon1"]),
            lat1=float(row["lat1"]),
            lon2=float(row["lon2"]),
            lat2=float(row["lat2"]),
            default_open=row["default_open"] == "1",
            note=row["note"],
            expected_edges=int(row["expected_edges"]),
        )
        for row in read_input("passages.csv")
    ]
    return tuple(sorted(gates, key=lambda one: one.name))


def crosses(gate: Gate, graph: SeaGraph) -> Flags:
    """Whether each edge, straight in lon/lat, crosses the gate, (n_edges,).

    Edges that span the antimeridian are left out: they have no straight line on
    the map, and no gate lies there.
    """
    lon_a, lon_b = wrapped_lon(graph.lon[graph.a]), wrapped_lon(graph.lon[graph.b])
    lat_a, lat_b = graph.lat[graph.a], graph.lat[graph.b]
    hit = np.zeros(len(lon_a), dtype=np.bool_)
    for shift_deg in (-FULL_CIRCLE_DEG, 0.0, FULL_CIRCLE_DEG):
        hit |= _segments_cross(
            (lon_a + shift_deg, lat_a, lon_b + shift_deg, lat_b),
            (gate.lon1, gate.lat1, gate.lon2, gate.lat2),
        )
    return hit & (np.abs(lon_a - lon_b) <= HALF_CIRCLE_DEG)


def edge_passages(graph: SeaGraph, gates: Sequence[Gate]) -> Flags:
    """Whether each edge crosses each gate, (n_edges, n_gates).

    Raises
    ------
    ValueError
        If a gate does not cross as many marnet edges as it should.
    """
    flags = np.column_stack([crosses(gate, graph) for gate in gates])
    found = flags[: graph.marnet_edges].sum(axis=0)
    for gate, count in zip(gates, found, strict=True):
        if count != gate.expected_edges:
            msg = (
                f"passages.csv: gate {gate.name} crosses {count} marnet edges,"
                f" expected {gate.expected_edges}"
            )
            raise ValueError(msg)
    return flags


def _segments_cross(
    edges: tuple[Floats, Floats, Floats, Floats],
    line: tuple[float, float, float, float],
) -> Flags:
    """Whether each of the segments properly crosses the line, by orientation."""
    x1, y1, x2, y2 = edges
    x3, y3, x4, y4 = line
    side_1 = (x4 - x3) * (y1 - y3) - (y4 - y3) * (x1 - x3)
    side_2 = (x4 - x3) * (y2 - y3) - (y4 - y3) * (x2 - x3)
    side_3 = (x2 - x1) * (y3 - y1) - (y2 - y1) * (x3 - x1)
    side_4 = (x2 - x1) * (y4 - y1) - (y2 - y1) * (x4 - x1)
    crossed: Flags = (side_1 * side_2 < 0) & (side_3 * side_4 < 0)
    return crossed
