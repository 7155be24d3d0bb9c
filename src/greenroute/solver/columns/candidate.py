"""Candidate paths of an order book: few per commodity, different in service.

Small books get exact frontiers, thinned where they are long: see `exact_path`. Large ones
get shortest paths under several prices of carbon and of time, one search back from each
destination for all origins; these find supported itineraries only. Either way the plan's
bound holds for the paths found: see `PlanResult.pool_gap`.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.order_book import CARGOES
from greenroute.orders.shipment import Shipment
from greenroute.rating.cargo import size_cargo
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.read import Rates
from greenroute.solver.columns.pace import Pace
from greenroute.solver.columns.path_set import FoundPaths, distinct_paths
from greenroute.solver.columns.search_key import FULL, SIZE_T, SearchKeys
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.columns.trace import (
    ArcSteps,
    largest_arc,
    least_weights,
    steps_of_paths,
    trace_paths,
)
from greenroute.solver.graph import AFTER, NONE, RUN, Graph
from greenroute.solver.problem import (
    CENTS,
    GRAMS,
    MINUTES,
    territories,
    weigh,
)
from greenroute.solver.search.search_graph import SearchGraph, build_search_graph
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    KG_PER_TONNE,
    MINUTES_PER_HOUR,
)

#: Prices by which paths are searched: of carbon [USD/t CO2e] and of time [USD/(t·h)].
SEARCH_PRICES = (
    (0.0, 0.001),
    (50.0, 0.001),
    (300.0, 0.001),
    (1e6, 0.001),
    (0.0, 0.5),
    (0.0, 1e5),
)
#: Prices of time between the last two, for orders in haste.
HASTE_PRICES = ((0.0, 2.0), (0.0, 10.0), (0.0, 50.0))
_THREADS = 2
_STEPS_OF_ARC = AFTER + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a search leaves out, and what it looks for.

    Attributes
    ----------
    closed, wanted
        Lanes not to use, and lanes to use as if they were free, bool (n_lanes,).
    prices
        Of carbon and time; a whole number of threes.
    """

    closed: NDArray[np.bool_]
    wanted: NDArray[np.bool_]
    prices: tuple[tuple[float, float], ...] = SEARCH_PRICES

    @property
    def is_first(self) -> bool:
        """Whether keys may have no way without it."""
        usual = not self.closed.any() and not self.wanted.any()
        return usual and self.prices == SEARCH_PRICES


def find_paths(
    keys: SearchKeys,
    steps: StepTable,
    rows: NDArray[np.int64],
    *,
    scope: Scope,
    pace: Pace,
) -> list[FoundPaths]:
    """Return candidate paths of the pools of keys; a key without any way has none.

    Parameters
    ----------
    rows
        Keys to search for; their paths are those of their pools.
    scope
        Lanes and prices.
    pace
        May end the search before all ways are found.
    """
    # Those for full boxes first: every key has ways then.
    kinds = sorted(_kinds(keys, rows, steps.rates), key=lambda kind: -kind[0][2])
    found = []
    for number, (kind, chosen) in enumerate(kinds):
        pace.tell("searches", number, len(kinds))
        found += _sweep(keys, chosen, steps, kind=kind, scope=scope, pace=pace)
    return found


def _kinds(
    keys: SearchKeys, rows: NDArray[np.int64], rates: Rates
) -> Iterable[tuple[tuple[int, str, int], NDArray[np.int64]]]:
    """Return each (cargo, UN number, size) that is searched, with the keys it is for.

    Goods that fill no container by themselves may share one: they get the paths that are
    good for full containers as well.
    """
    # Numbers that may fly alike are searched together.
    first_of: dict[tuple[bool, bool], str] = {}
    alike_of = []
    for name in keys.un_names:
        entry = rates.dangerous.find(name) if name else None
        flies = (
            entry is None or entry.passenger_aircraft,
            entry is None or entry.cargo_aircraft,
        )
        alike_of.append(first_of.setdefault(flies, name) if name else name)
    names = sorted(set(alike_of))
    un = np.array([names.index(alike) for alike in alike_of], np.int64)[keys.un[rows]]
    cargo, size = keys.cargo[rows].astype(np.int64), keys.size[rows]
    for number in np.unique(cargo * len(names) + un).tolist():
        of, code = divmod(number, len(names))
        alike = (cargo == of) & (un == code)
        for one in sorted({*size[alike].tolist(), FULL}):
            wanted = alike if one == FULL else alike & (size == one)
            yield (of, names[code], one), rows[wanted]


def _sweep(
    keys: SearchKeys,
    rows: NDArray[np.int64],
    steps: StepTable,
    *,
    kind: tuple[int, str, int],
    scope: Scope,
    pace: Pace,
) -> list[FoundPaths]:
    """Search shortest paths for keys of one kind, under all prices.

    First on all lanes that the lightest orders may use. What is shortest there is so for
    heavier ones, unless it has a lane that does not take them: these are searched again.
    """
    needed = kind[2] == FULL and scope.is_first
    if pace.over(needed=needed):
        return []
    graph, weights = _class_graph(steps, kind, scope.closed)
    run = graph.steps[:, RUN]
    weights[(run != NONE) & scope.wanted[run]] = 0
    largest, tonnes = largest_arc(graph.n_nodes), SIZE_T[kind[2]]
    scalar = [_scalar(weights, price, tonnes, largest) for price in scope.prices]
    arcs_of = _arc_steps(graph, steps)
    found: list[FoundPaths] = []

    def search(mine: NDArray[np.int64], least_kg: float, first: int) -> FoundPaths:
        arcs = np.flatnonzero((run == NONE) | (steps.most_kg[run] >= least_kg))
        words = np.column_stack([one[arcs] for one in scalar[first : first + 3]])
        own = build_search_graph(
            graph.n_nodes, graph.tail[arcs], graph.head[arcs], words
        )
        own = replace(own, arc=arcs[own.arc])
        return _search((keys, mine), own, arcs_of, pace, needed=needed)

    lightest_kg = float(keys.mass_kg[rows].min())
    for first in range(0, len(scalar), 3):
        kept, refused = _carried(search(rows, lightest_kg, first), keys, rows, steps)
        found.append(kept)
        for room in np.unique(keys.room[refused]).tolist():
            again = refused[keys.room[refused] == room]
            found.append(search(again, float(keys.mass_kg[again].max()), first))
    return found


def _search(
    what: tuple[SearchKeys, NDArray[np.int64]],
    graph: SearchGraph,
    arcs: ArcSteps,
    pace: Pace,
    *,
    needed: bool,
) -> FoundPaths:
    """Return the shortest paths of the pools of some keys in a graph, target by target."""
    keys, rows = what
    target, pool, origin = _targets(keys, rows)
    begin = np.flatnonzero(np.diff(target, prepend=-1))
    ends = np.append(begin, len(target))

    def search(number: int) -> list[FoundPaths]:
        if pace.over(needed=needed):
            return []
        mine = slice(ends[number], ends[number + 1])
        return _trace(graph, int(target[begin[number]]), origin[mine], pool[mine], arcs)

    with ThreadPoolExecutor(_THREADS) as threads:
        parts = threads.map(search, range(len(begin)))
        return distinct_paths([found for part in parts for found in part])


def _targets(
    keys: SearchKeys, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct targets and pools of keys, target by target, and the origins."""
    pool, first = np.unique(keys.pool[rows], return_index=True)
    one = rows[first]
    n_nodes = np.array([len(nodes) for nodes in keys.destination_nodes], np.int64)
    flat = np.array([node for nodes in keys.destination_nodes for node in nodes])
    count = n_nodes[keys.destination[one]]
    at = np.repeat(np.arange(len(one)), count)
    begin = (np.cumsum(n_nodes) - n_nodes)[keys.destination[one]]
    nth = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    target = flat[begin[at] + nth].astype(np.int64)
    order = np.argsort(target, kind="stable")
    return target[order], pool[at][order], keys.origin[one][at][order]


def _carried(
    found: FoundPaths,
    keys: SearchKeys,
    rows: NDArray[np.int64],
    steps: StepTable,
) -> tuple[FoundPaths, NDArray[np.int64]]:
    """Return the paths that take some orders of their pools, and keys with others."""
    there = np.flatnonzero(found.count)
    begin = (np.cumsum(found.count) - found.count)[there]
    most_kg = np.full(len(found.key), np.inf)
    if len(begin):
        most_kg[there] = np.minimum.reduceat(steps.most_kg[found.step], begin)
    pool, mass_kg = keys.pool[rows], keys.mass_kg[rows]
    lightest, narrowest = (np.full(keys.n_pools, np.inf) for _ in range(2))
    np.minimum.at(lightest, pool, mass_kg)
    np.minimum.at(narrowest, found.key, most_kg)
    fits = most_kg >= lightest[found.key]
    kept = FoundPaths(
        key=found.key[fits],
        count=found.count[fits],
        step=found.step[np.repeat(fits, found.count)],
    )
    return kept, rows[mass_kg > narrowest[pool]]


def without_capacities(network: Network) -> Network:
    """Return the network where departures take goods of any mass.

    What stands for lighter orders in a search is no reason to leave their lanes out.
    """
    anything = np.full(len(network.lanes), np.nan)
    lanes = replace(network.lanes, capacity_t_per_departure=anything)
    return replace(network, lanes=lanes)


def _class_graph(
    steps: StepTable, kind: tuple[int, str, int], closed: NDArray[np.bool_]
) -> tuple[Graph, NDArray[np.int64]]:
    """Return the graph of a kind without customs, and its weights (n_arcs, 3).

    Customs are due on every way between two territories alike; the legs get them later.
    """
    cargo, un_number, size = kind
    network, rates = without_capacities(steps.network), steps.rates
    shipment = Shipment(
        origin="-",
        destination="-",
        mass_kg=SIZE_T[size] * KG_PER_TONNE,
        cargo=CARGOES[cargo],
        un_number=un_number or None,
    )
    found = weigh(
        network,
        size_cargo(shipment, rates),
        rates,
        usable=~closed,
        ends=(frozenset(), frozenset()),
        charges=steps.charges,
    )
    return found.graph, found.graph.weigh(found.lane_weights, found.operation_weights)


def _scalar(
    weights: NDArray[np.int64], price: tuple[float, float], tonnes: float, largest: int
) -> NDArray[np.int64]:
    """Return one weight > 0 per arc, none above the largest: small steps count."""
    usd_per_t, usd_per_t_h = price
    cents = (
        weights[:, CENTS]
        + weights[:, GRAMS] * (usd_per_t * CENTS_PER_USD / (KG_PER_TONNE * G_PER_KG))
        + weights[:, MINUTES]
        * (usd_per_t_h * tonnes * CENTS_PER_USD / MINUTES_PER_HOUR)
    )
    scaled = np.rint(cents * ((largest - 1) / max(cents.max(), 1.0)))
    return np.asarray(1 + scaled, dtype=np.int64)


def _trace(
    graph: SearchGraph,
    target: int,
    sources: NDArray[np.int64],
    pools: NDArray[np.int64],
    arcs: ArcSteps,
) -> list[FoundPaths]:
    """Return, for each price, the shortest path of each pool from its source."""
    heap = np.empty(len(graph.head) + 2, np.uint64)
    found = []
    for weights, back in zip(graph.weights, graph.reverse_weights, strict=True):
        bound = least_weights(
            graph.reverse_start, graph.reverse_tail, back, target, heap
        )
        first, taken = trace_paths(graph.start, graph.head, weights, bound, sources)
        count, step = steps_of_paths(graph.arc[taken], first, sources, target, arcs)
        found.append(FoundPaths(key=pools, count=count, step=step))
    return found


def step_codes(graph: Graph, steps: StepTable) -> NDArray[np.int64]:
    """Return the steps of each arc as `StepTable` numbers them, (n_arcs, 5)."""
    hub = graph.operations
    step_of = steps.operation_step(
        hub.operation.astype(np.int64),
        hub.mode.astype(np.int64),
        hub.gateway.astype(np.int64),
    )
    codes = np.full(graph.steps.shape, NONE, dtype=np.int64)
    for place in range(_STEPS_OF_ARC):
        step = graph.steps[:, place]
        there = step != NONE
        codes[there, place] = step[there] if place == RUN else step_of[step[there]]
    return codes


def _arc_steps(graph: Graph, steps: StepTable) -> ArcSteps:
    """Return the steps of arcs, and the customs that runs between territories may need.

    Export is a step of a run that leaves the territory of the origin, import of one that
    enters that of the destination, as in `build_graph`.
    """
    lanes, territory = steps.network.lanes, territories(steps.network)
    codes = step_codes(graph, steps).astype(np.int32)
    run = codes[:, RUN]
    lane = np.maximum(run, 0)
    start, end = lanes.origin[lane], lanes.destination[lane]
    crosses = (run != NONE) & (territory[start] != territory[end])
    mode = lanes.handled_as()[lane].astype(np.int64)
    customs = np.full((len(run), 2), NONE, np.int32)
    for place, (operation, where) in enumerate(
        ((Operation.CUSTOMS_EXPORT, start), (Operation.CUSTOMS_IMPORT, end))
    ):
        kind = np.full(len(run), OPERATIONS.index(operation), np.int64)
        step = steps.operation_step(kind, mode, where.astype(np.int64))
        customs[crosses, place] = step[crosses]
    return ArcSteps(
        codes=codes,
        customs=customs,
        between=np.column_stack([territory[start], territory[end]]).astype(np.int64),
        territory=territory.astype(np.int64),
    )
