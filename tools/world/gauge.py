"""Track gauges: which tracks a train of one gauge can run on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.world.land import RAIL, LandGraph, in_large_part, join_gaps
from tools.world.landpatches import border_pairs
from tools.world.tables import read_input


class GaugeError(ValueError):
    """The gauge tables do not fit the rail graph or each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeNetwork:
    """The tracks of one gauge.

    Attributes
    ----------
    gauge_mm
        The gauge [mm].
    graph
        Rail graph with the edges of this gauge only.
    usable
        Nodes from which a train gets somewhere, bool (n_nodes,).
    """

    gauge_mm: int
    graph: LandGraph
    usable: NDArray[np.bool_]


def gauge_networks(rail: LandGraph) -> tuple[GaugeNetwork, ...]:
    """Split the rail graph by gauge, smallest gauge first.

    A node has the main gauge of its state (`inputs/gauge_by_country.csv`) or those of
    the last of `inputs/gauge_zones.csv` it lies in. An edge belongs to every gauge that
    both its ends have. Nodes of states without freight trains
    (`inputs/rail_no_service.csv`) and borders with the verdict `no_rail`
    (`inputs/gauge_pairs.csv`) are left out.

    Parameters
    ----------
    rail
        Rail graph, patched, closed borders dropped.

    Raises
    ------
    GaugeError
        If a state with tracks has no gauge, or a verdict does not come out.
    """
    carried = carried_gauges(rail)
    barred = _pairs("no_rail")
    pairs = border_pairs(rail).tolist()
    is_open = np.array([pair not in barred for pair in pairs], dtype=np.bool_)
    open_edges = rail.take(is_open)
    networks = []
    for gauge_mm, nodes in sorted(carried.items()):
        kept = np.asarray(nodes[open_edges.ends].all(axis=1))
        if kept.any():
            graph = join_gaps(open_edges.take(kept), nodes)
            large = in_large_part(graph, RAIL.least_component_km)
            networks.append(
                GaugeNetwork(gauge_mm=gauge_mm, graph=graph, usable=nodes & large)
            )
    _check_verdicts(networks, rail)
    return tuple(networks)


def carried_gauges(rail: LandGraph) -> dict[int, NDArray[np.bool_]]:
    """Return which nodes carry which gauge [mm].

    Raises
    ------
    GaugeError
        If a state with tracks has no gauge.
    """
    idle = {row["iso2"] for row in read_input("rail_no_service.csv")}
    main = {
        row["iso2"]: int(row["main_gauge_mm"])
        for row in read_input("gauge_by_country.csv")
    }
    carried: dict[int, NDArray[np.bool_]] = {}
    size = len(rail.lat)
    for iso2 in sorted(set(rail.iso2.tolist()) - idle - {""}):
        if iso2 not in main:
            msg = f"gauge_by_country.csv: has no row for {iso2}, which has tracks"
            raise GaugeError(msg)
        nodes = carried.setdefault(main[iso2], np.zeros(size, dtype=np.bool_))
        nodes |= rail.iso2 == iso2
    for row in read_input("gauge_zones.csv"):
        inside = _inside(rail, row)
        for gauge_mm in carried:
            carried[gauge_mm] &= ~inside
        for gauge in row["gauges_mm"].split(";"):
            carried.setdefault(int(gauge), np.zeros(size, dtype=np.bool_))
            carried[int(gauge)] |= inside
    return carried


def _inside(rail: LandGraph, row: dict[str, str]) -> NDArray[np.bool_]:
    return np.asarray(
        (rail.iso2 == row["iso2"])
        & (rail.lat >= float(row["lat_from"]))
        & (rail.lat <= float(row["lat_to"]))
        & (rail.lon >= float(row["lon_from"]))
        & (rail.lon <= float(row["lon_to"]))
    )


def _pairs(verdict: str) -> set[str]:
    return {
        "-".join(sorted((row["iso2_a"], row["iso2_b"])))
        for row in read_input("gauge_pairs.csv")
        if row["verdict"] == verdict
    }


def _check_verdicts(networks: list[GaugeNetwork], rail: LandGraph) -> None:
    """Raise where a border known to have no break of gauge has come out with one."""
    idle = {row["iso2"] for row in read_input("rail_no_service.csv")}
    there = set(border_pairs(rail).tolist())
    crossed = {
        pair for network in networks for pair in border_pairs(network.graph).tolist()
    }
    for pair in sorted(_pairs("no_break") & there - crossed):
        if idle.isdisjoint(pair.split("-")):
            msg = f"gauge_pairs.csv: {pair} has no break of gauge, but no edge of one gauge crosses it"
            raise GaugeError(msg)
