"""A limit on how many of some arcs a path may take, as layers of the graph.

Node v of layer k is `k * n_nodes + v`: the path has taken k of the counted arcs. A counted
arc leads into the next layer, so a label of one layer never drives out one of another that
took fewer, and bounds see what is left of the limit.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.solver.search.search_graph import (
    LARGEST_COUNT,
    N_OBJECTIVES,
    SearchGraph,
    build_search_graph,
    check_arcs,
    check_mask,
    whole_number,
)

#: Stands for no arc of the caller.
NONE = -1


def build_layers(  # noqa: PLR0913 - those of `pareto_front`
    n_nodes: int,
    tail: ArrayLike,
    head: ArrayLike,
    weights: ArrayLike,
    target: int,
    *,
    arc_mask: ArrayLike | None,
    max_arcs: int,
    counted: ArrayLike | None,
) -> tuple[SearchGraph, int]:
    """Return the graph in layers, and the node in which the targets of all layers meet.

    Parameters
    ----------
    n_nodes, tail, head, weights, arc_mask
        As in `build_search_graph`.
    target
        Where paths end.
    max_arcs
        Most counted arcs that a path may take.
    counted
        Which arcs count, bool (n_arcs,); all of them if None.

    Raises
    ------
    DataError
        As in `build_search_graph`, and for `max_arcs` and `counted` likewise.
    """
    n_nodes, tails, heads, rows = check_arcs(n_nodes, tail, head, weights)
    target = whole_number("target", target, 0, n_nodes - 1)
    n_arcs = len(tails)
    counts = np.ones(n_arcs, np.bool_)
    if counted is not None:
        counts = check_mask("counted", counted, n_arcs)
    max_arcs = whole_number("max_arcs", max_arcs, 0, LARGEST_COUNT)
    # A path that visits no node twice takes no more than this.
    max_arcs = min(max_arcs, n_nodes - 1, int(np.count_nonzero(counts)))
    used = np.ones(n_arcs, np.bool_)
    if arc_mask is not None:
        used = check_mask("arc_mask", arc_mask, n_arcs)
    same, up = np.flatnonzero(used & ~counts), np.flatnonzero(used & counts)
    n_layers = max_arcs + 1
    lift_same = np.repeat(np.arange(n_layers), len(same)) * n_nodes
    lift_up = np.repeat(np.arange(max_arcs), len(up)) * n_nodes
    end = n_layers * n_nodes
    arc = np.concatenate(
        [np.tile(same, n_layers), np.tile(up, max_arcs), np.full(n_layers, NONE)]
    )
    ends = target + np.arange(n_layers) * n_nodes
    inner = arc[: len(arc) - n_layers]
    lifts = np.concatenate([lift_same, lift_up])
    steps = np.concatenate([np.zeros_like(lift_same), np.full_like(lift_up, n_nodes)])
    graph = build_search_graph(
        end + 1,
        np.concatenate([tails[inner] + lifts, ends]),
        np.concatenate([heads[inner] + lifts + steps, np.full(n_layers, end)]),
        np.concatenate([rows[inner], np.zeros((n_layers, N_OBJECTIVES), np.int64)]),
    )
    arc_of: NDArray[np.int64] = arc[graph.arc]
    return replace(graph, arc=arc_of), end
