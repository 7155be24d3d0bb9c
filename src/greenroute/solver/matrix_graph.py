"""The graph of all pairs of markets: its arcs, and what leads to one market alone."""

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.solver.graph import NONE, RUN, Graph
from greenroute.solver.search.contract import Arcs


def arcs_of_pairs(
    graph: Graph,
    weights: NDArray[np.int64],
    steps: NDArray[np.int64],
    network: Network,
) -> Arcs:
    """Return the arcs at the resolution, with the modes they run by as marks.

    Goods that never left their territory are home as well.
    """
    lane = graph.steps[:, RUN]
    marks = np.where(
        lane == NONE, 0, np.left_shift(1, network.lanes.mode[lane].astype(np.int64))
    ).astype(np.uint8)
    coarse = np.rint(weights / steps).astype(np.int64)
    both = np.flatnonzero((graph.start != NONE) & (graph.home != NONE))
    nothing = np.zeros((len(both), 3), np.int64)
    return Arcs(
        tail=np.append(graph.tail, graph.start[both]),
        head=np.append(graph.head, graph.home[both]),
        weights=np.concatenate([coarse, nothing]),
        sums=np.concatenate([weights, nothing]),
        marks=np.append(marks, np.zeros(len(both), np.uint8)),
    )


def only_goals(
    graph: Graph, territory: NDArray[np.int32], hubs: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the only hub that goods at home can reach; -1 where there are more."""
    count = np.bincount(territory[hubs], minlength=territory.max() + 1)
    only = np.full(len(count), -1)
    only[territory[hubs]] = graph.home[hubs]
    only[count != 1] = -1
    goal = np.full(graph.n_nodes, -1)
    at_home = np.arange(graph.n_nodes) >= graph.home[graph.home != NONE].min()
    goal[at_home] = only[territory[graph.gateway[at_home]]]
    return goal
