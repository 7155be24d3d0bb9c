"""The multimodal graph of one shipment, in arrays.

Every gateway has a *yard*, node `g`. Where a mode calls there, it has a *berth* (one per
track gauge for rail) with two states of the goods: arrived, still on the vehicle, and
aboard, ready to depart. Hub operations join them:

    yard --load--> aboard --lane--> arrived --unload--> yard
                     ^                 |
                     +----tranship-----+   (between gauges: change of gauge)

Goods come and go by road through the yard only, so the road's states have one way in or
one way out; they are contracted, and a road arc runs from yard to yard, with loading and
unloading inside. An arc therefore has up to five *steps*.

Every state is there *on the way*; in a territory of origin also *at the start*, not yet
exported, and in one of destination also *at home*, imported for good. A lane out of the
territory of origin exports the goods, one into that of destination may import them; on the
way there are no customs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.network.lane import Lanes, Mode, mode_code
from greenroute.rating.operation import OPERATIONS, Operation

#: Places of the steps of an arc: operation, operation, lane, operation, operation.
BEFORE, EXPORT, RUN, IMPORT, AFTER = range(5)
NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Hub operations that the graph has, (n_operations,) each.

    Attributes
    ----------
    operation
        Position in `OPERATIONS`.
    mode
        Position in `MODES` of the mode served.
    gateway
        Row of the gateways table.
    """

    operation: NDArray[np.int8]
    mode: NDArray[np.int8]
    gateway: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Nodes and arcs without weights.

    Attributes
    ----------
    n_nodes
        On the way: yards first (row of the gateway), then two states per berth. Then
        those at the start, then those at home.
    tail, head
        Nodes of each arc, int64 (n_arcs,).
    steps
        Rows of `operations`, in column `RUN` of the lanes; `NONE` where an arc has no such
        step. int32 (n_arcs, 5).
    gateway
        Gateway of each node, int32 (n_nodes,).
    start, home
        Node of the yard of each gateway at the start and at home, int64 (n_gateways,);
        `NONE` outside the territories of origin and of destination.
    operations
        Hub operations, numbered by the steps.
    """

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    steps: NDArray[np.int32]
    gateway: NDArray[np.int32]
    start: NDArray[np.int64]
    home: NDArray[np.int64]
    operations: Operations

    def weigh(
        self, lanes: NDArray[np.int64], operations: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the weights of the arcs: the sums over their steps, (n_arcs, 3).

        Parameters
        ----------
        lanes, operations
            Cents, minutes and grams of each lane (n_lanes, 3) and each operation
            (n_operations, 3).
        """
        weights = np.zeros((len(self.tail), 3), dtype=np.int64)
        for place in range(self.steps.shape[1]):
            step = self.steps[:, place]
            there = step != NONE
            source = lanes if place == RUN else operations
            weights[there] += source[step[there]]
        return weights


def build_graph(
    lanes: Lanes,
    rows: NDArray[np.int64],
    n_gateways: int,
    *,
    territory: NDArray[np.int32],
    ends: tuple[frozenset[int], frozenset[int]],
) -> Graph:
    """Build the graph of a shipment from the lanes that it may use.

    Parameters
    ----------
    lanes
        All lanes.
    rows
        Lanes that the shipment may use, (n_used,).
    n_gateways
        Number of gateways.
    territory
        Customs territory of each gateway, (n_gateways,).
    ends
        Customs territories of the origins and of the destinations.
    """
    origin = lanes.origin[rows].astype(np.int64)
    destination = lanes.destination[rows].astype(np.int64)
    mode = lanes.handled_as()[rows].astype(np.int64)
    gauge = lanes.gauge_mm[rows].astype(np.int64)
    berths, berth_of = _berths(origin, destination, mode, gauge)
    place, berth_mode, _ = berths.T
    n_berths = len(berths)
    aboard = n_gateways + np.arange(n_berths)
    arrived = aboard + n_berths
    serves = _operation_rows(n_berths)
    start, end = berth_of[: len(rows)], berth_of[len(rows) :]
    by_road = mode == mode_code(Mode.ROAD)
    steps = np.full((len(rows), 5), NONE, dtype=np.int32)
    steps[:, RUN] = rows
    steps[by_road, BEFORE] = serves[Operation.LOAD][start[by_road]]
    steps[by_road, AFTER] = serves[Operation.UNLOAD][end[by_road]]
    tail = np.where(by_road, origin, aboard[start])
    head = np.where(by_road, destination, arrived[end])

    hub_tail, hub_head, hub_steps = _hub_arcs(berths, start, end, n_gateways)
    gateway = np.concatenate([np.arange(n_gateways), place, place])
    crosses = territory[origin] != territory[destination]
    start_of, home_of = _copies(gateway, territory, ends)
    leaves, enters = (
        crosses & (start_of[tail] != NONE),
        crosses & (home_of[head] != NONE),
    )
    exported, imported, both = steps[leaves], steps[enters], steps[leaves & enters]
    export = serves[Operation.CUSTOMS_EXPORT][start]
    clearance = serves[Operation.CUSTOMS_IMPORT][end]
    exported[:, EXPORT] = export[leaves]
    imported[:, IMPORT] = clearance[enters]
    both[:, EXPORT] = export[leaves & enters]
    both[:, IMPORT] = clearance[leaves & enters]
    parts = [
        (tail, head, steps),
        (hub_tail, hub_head, hub_steps),
        (start_of[tail[leaves]], head[leaves], exported),
        (tail[enters], home_of[head[enters]], imported),
        (start_of[tail[leaves & enters]], home_of[head[leaves & enters]], both),
    ]
    for copy in (start_of, home_of):
        inside = (copy[tail] != NONE) & ~crosses
        parts.append((copy[tail[inside]], copy[head[inside]], steps[inside]))
        there = copy[hub_tail] != NONE
        parts.append((copy[hub_tail[there]], copy[hub_head[there]], hub_steps[there]))
    tails, heads, all_steps = zip(*parts, strict=True)
    return Graph(
        n_nodes=int(max(len(gateway) - 1, start_of.max(), home_of.max())) + 1,
        tail=np.concatenate(tails),
        head=np.concatenate(heads),
        steps=np.concatenate(all_steps),
        gateway=np.concatenate(
            [gateway, gateway[start_of != NONE], gateway[home_of != NONE]]
        ).astype(np.int32),
        start=start_of[:n_gateways],
        home=home_of[:n_gateways],
        operations=Operations(
            operation=np.repeat(np.arange(len(OPERATIONS), dtype=np.int8), n_berths),
            mode=np.tile(berth_mode.astype(np.int8), len(OPERATIONS)),
            gateway=np.tile(place.astype(np.int32), len(OPERATIONS)),
        ),
    )


def _copies(
    gateway: NDArray[np.int64],
    territory: NDArray[np.int32],
    ends: tuple[frozenset[int], frozenset[int]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the nodes at the start and at home of each node on the way, (n_nodes,)."""
    copies = []
    first = len(gateway)
    for chosen in ends:
        own = _within(territory[gateway], chosen)
        copies.append(np.where(own, first + np.cumsum(own) - 1, NONE))
        first += int(np.count_nonzero(own))
    return copies[0], copies[1]


def _operation_rows(n_berths: int) -> dict[Operation, NDArray[np.int64]]:
    """Return the row of each operation at each berth, (n_berths,)."""
    return {
        kind: OPERATIONS.index(kind) * n_berths + np.arange(n_berths)
        for kind in Operation
    }


def _hub_arcs(
    berths: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    n_gateways: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Return tails, heads and steps of the operations at berths other than of the road.

    Parameters
    ----------
    berths
        Gateway, mode and gauge, (n_berths, 3).
    start, end
        Berth at which each lane starts and ends, (n_lanes,).
    """
    place, mode, gauge = berths.T
    aboard = n_gateways + np.arange(len(berths))
    arrived = aboard + len(berths)
    calls = mode != mode_code(Mode.ROAD)
    departs, arrives = np.zeros((2, len(berths)), np.bool_)
    departs[start] = arrives[end] = True
    load = np.flatnonzero(calls & departs)
    unload = np.flatnonzero(calls & arrives)
    through = np.flatnonzero(calls & arrives & departs)
    change, onto = _gauge_changes(place, gauge, arrives, departs)
    serves = _operation_rows(len(berths))
    done = (
        serves[Operation.LOAD][load],
        serves[Operation.UNLOAD][unload],
        serves[Operation.TRANSHIP][through],
        serves[Operation.CHANGE_OF_GAUGE][change],
    )
    tail = [place[load], arrived[unload], arrived[through], arrived[change]]
    head = [aboard[load], place[unload], aboard[through], aboard[onto]]
    steps = np.full((sum(map(len, done)), 5), NONE, dtype=np.int32)
    steps[:, BEFORE] = np.concatenate(done)
    return np.concatenate(tail), np.concatenate(head), steps


def layer(graph: Graph, via: tuple[frozenset[int], ...]) -> Graph:
    """Return the graph repeated so that a path must pass these stops in order.

    A stop is a set of gateways, any one of which will do. Node `n` of layer `k` is
    `k * n_nodes + n`: the goods have passed `k` of the stops. An arc that reaches the
    next of them leads into the next layer.
    """
    size = graph.n_nodes
    tails, heads = [], []
    for k in range(len(via) + 1):
        lift = np.zeros(len(graph.head), dtype=np.int64)
        if k < len(via):
            reached = np.isin(graph.gateway[graph.head], sorted(via[k]))
            lift[reached] = size
        tails.append(graph.tail + k * size)
        heads.append(graph.head + k * size + lift)
    copies = len(via) + 1
    return Graph(
        n_nodes=size * copies,
        tail=np.concatenate(tails),
        head=np.concatenate(heads),
        steps=np.tile(graph.steps, (copies, 1)),
        gateway=np.tile(graph.gateway, copies),
        start=graph.start,
        home=graph.home,
        operations=graph.operations,
    )


def _berths(
    origin: NDArray[np.int64],
    destination: NDArray[np.int64],
    mode: NDArray[np.int64],
    gauge: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct (gateway, mode, gauge) and that of each lane end."""
    place = np.concatenate([origin, destination])
    kind = np.concatenate([mode, mode])
    width = np.concatenate([gauge, gauge])
    # One key per triple: modes are few, gauges are below 4,096 mm.
    key = (place << 16) | (kind << 12) | width
    distinct, berth_of = np.unique(key, return_inverse=True)
    berths = np.column_stack([distinct >> 16, (distinct >> 12) & 0xF, distinct & 0xFFF])
    return berths, berth_of


def _gauge_changes(
    place: NDArray[np.int64],
    gauge: NDArray[np.int64],
    arrives: NDArray[np.bool_],
    departs: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of rail berths of one gateway whose gauges differ."""
    rail = np.flatnonzero(gauge > 0)
    by_place = place[rail]
    # Berths are sorted by place: a break of gauge has its berths side by side.
    pairs_a, pairs_b = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for gap in range(1, 4):
        same = np.flatnonzero(by_place[gap:] == by_place[:-gap])
        a, b = rail[same], rail[same + gap]
        pairs_a += [a, b]
        pairs_b += [b, a]
    a, b = np.concatenate(pairs_a), np.concatenate(pairs_b)
    useful = (gauge[a] != gauge[b]) & arrives[a] & departs[b]
    return a[useful], b[useful]


def _within(values: NDArray[np.int32], chosen: frozenset[int]) -> NDArray[np.bool_]:
    return np.isin(values, np.array(sorted(chosen), dtype=np.int32))
