"""What is put right in the land graphs: borders that are closed, links that lack."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tools.world.land import LandError, LandGraph, LandSource, snap
from tools.world.tables import read_input

# A patch ends at a real place: the graph must have a node about there.
PATCH_REACH_KM = 40.0


def border_pairs(graph: LandGraph) -> NDArray[np.str_]:
    """Return the two states of each edge as "AA-BB" in order, "" inside one, (n,)."""
    a, b = graph.iso2[graph.ends[:, 0]], graph.iso2[graph.ends[:, 1]]
    crosses = (a != b) & (a != "") & (b != "")
    low, high = np.where(a < b, a, b), np.where(a < b, b, a)
    joined = np.char.add(np.char.add(low, "-"), high)
    return np.where(crosses, joined, "")


def close_borders(graph: LandGraph, mode: str) -> LandGraph:
    """Drop the edges that cross a border no freight of this mode may cross.

    `inputs/closed_borders.csv` lists them; a row may name a stretch by longitude.
    """
    pairs = border_pairs(graph)
    lon = graph.lon[graph.ends[:, 0]]
    kept = np.ones(len(graph.km), dtype=np.bool_)
    for row in read_input("closed_borders.csv"):
        if row["mode"] not in {mode, "both"}:
            continue
        closed = pairs == "-".join(sorted((row["iso2_a"], row["iso2_b"])))
        if row["lon_from"]:
            closed &= (lon >= float(row["lon_from"])) & (lon <= float(row["lon_to"]))
        kept &= ~closed
    return graph.take(kept)


def without_trade() -> frozenset[str]:
    """Return the pairs of states between which nothing goes over land, "AA-BB"."""
    return frozenset(
        "-".join(sorted((row["iso2_a"], row["iso2_b"])))
        for row in read_input("closed_borders.csv")
        if row["has_trade"] == "0"
    )


def apply_patches(graph: LandGraph, source: LandSource) -> LandGraph:
    """Add the links that the graph lacks and drop those that do not exist.

    Rows of `inputs/land_patches.csv`: `add` and `override` are edges of a stated length
    between the nodes nearest to both places, so that longer ways are never taken;
    `ferry` likewise, marked; `none` drops what joins the two places' states.
    A place without a node about it becomes one.

    Raises
    ------
    LandError
        If an action is unknown.
    """
    rows = [r for r in read_input("land_patches.csv") if r["mode"] == source.mode]
    rows.extend(r for r in read_input("land_links.csv") if r["mode"] == source.mode)
    for row in rows:
        match row["action"]:
            case "add" | "override" | "ferry":
                graph = _with_edge(graph, row)
            case "none":
                graph = _without_border(graph, row)
            case other:
                msg = (
                    f"land patches: action is {other!r}, expected add, override,"
                    " ferry or none"
                )
                raise LandError(msg)
    return graph


def _with_edge(graph: LandGraph, row: dict[str, str]) -> LandGraph:
    graph, start = _patch_end(graph, row, "from")
    graph, end = _patch_end(graph, row, "to")
    return replace(
        graph,
        ends=np.vstack([graph.ends, np.array([[start, end]], dtype=np.int32)]),
        km=np.append(graph.km, float(row["km"])),
        ferry=np.append(graph.ferry, row["action"] == "ferry"),
    )


def _patch_end(
    graph: LandGraph, row: dict[str, str], side: str
) -> tuple[LandGraph, int]:
    """Return the node nearest to a place of a patch, on its side; a new one if none."""
    iso2 = row[f"{side}_iso2"]
    lat = np.array([float(row[f"{side}_lat"])])
    lon = np.array([float(row[f"{side}_lon"])])
    near = snap(graph, graph.iso2 == iso2, lat=lat, lon=lon, reach_km=PATCH_REACH_KM)
    if near.node[0] >= 0:
        return graph, int(near.node[0])
    grown = replace(
        graph,
        lat=np.append(graph.lat, lat),
        lon=np.append(graph.lon, lon),
        iso2=np.append(graph.iso2, np.array([iso2])),
    )
    return grown, len(graph.lat)


def _without_border(graph: LandGraph, row: dict[str, str]) -> LandGraph:
    pair = "-".join(sorted((row["from_iso2"], row["to_iso2"])))
    return graph.take(border_pairs(graph) != pair)
