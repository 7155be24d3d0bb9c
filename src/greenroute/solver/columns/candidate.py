"""Candidate paths of an order book: few per commodity, different in service.

Small books get the exact frontier of a shipment that stands for each commodity, thinned
where it is long. Large ones get shortest paths under several prices of carbon and of time,
one search back from each destination for all origins; these find supported itineraries
only. Either way the plan's bound holds for the paths found here: see `PlanResult.pool_gap`.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from greenroute.orders.order_book import CARGOES
from greenroute.orders.shipment import SET_SEPARATOR, Shipment
from greenroute.rating.cargo import size_cargo
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.read import Rates
from greenroute.solver.columns.pace import Pace
from greenroute.solver.columns.path_set import FoundPaths
from greenroute.solver.columns.search_key import FULL, SIZE_T, SearchKeys
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.columns.trace import trace_paths
from greenroute.solver.graph import AFTER, EXPORT, IMPORT, NONE, RUN, Graph
from greenroute.solver.problem import (
    CENTS,
    GRAMS,
    MINUTES,
    Problem,
    state_problem,
    territories,
    weigh,
)
from greenroute.solver.route import _search as search_front
from greenroute.solver.search.bounds import Word, reverse_bounds
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
#: Weight of the largest arc: sums over a path fit 64 bits, small steps count.
_LARGEST_ARC = 1e11
_THREADS = 2
_STEPS_OF_ARC = AFTER + 1


def find_paths(
    keys: SearchKeys,
    steps: StepTable,
    rows: NDArray[np.int64],
    *,
    closed: NDArray[np.bool_],
    limits: tuple[int, int],
    pace: Pace,
) -> list[FoundPaths]:
    """Return candidate paths of keys; a key without any way has none.

    Parameters
    ----------
    rows
        Keys to search for.
    closed
        Lanes not to use, bool (n_lanes,).
    limits
        Most keys that get the exact frontier, and paths that are kept of one.
    pace
        May end the search before all ways are found.
    """
    exact_searches, most = limits
    if len(rows) <= exact_searches:
        return [
            frontier_paths(
                _problem(keys, key, steps, size=size),
                steps,
                key=key,
                most=most,
                closed=closed,
            )
            for key in rows.tolist()
            for size in sorted({int(keys.size[key]), FULL})
            if not pace.over(needed=size == FULL and not closed.any())
        ]
    # Those for full boxes first: every key has ways then.
    kinds = sorted(_kinds(keys, rows, steps.rates), key=lambda kind: -kind[0][2])
    found = []
    for number, (kind, chosen) in enumerate(kinds):
        pace.tell("searches", number, len(kinds))
        found += _sweep(keys, chosen, steps, kind=kind, closed=closed, pace=pace)
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
    alike_of = {}
    for name in sorted(set(keys.un_number)):
        entry = rates.dangerous.find(name) if name else None
        flies = (
            entry is None or entry.passenger_aircraft,
            entry is None or entry.cargo_aircraft,
        )
        alike_of[name] = first_of.setdefault(flies, name) if name else name
    names = sorted(set(alike_of.values()))
    code_of = {name: names.index(alike) for name, alike in alike_of.items()}
    un = np.array([code_of[name] for name in keys.un_number], np.int64)
    asked = np.zeros(len(keys), dtype=np.bool_)
    asked[rows] = True
    kinds = zip(keys.cargo[rows].tolist(), un[rows].tolist(), strict=True)
    for cargo, code in sorted(set(kinds)):
        alike = asked & (keys.cargo == cargo) & (un == code)
        for size in sorted({*keys.size[alike].tolist(), FULL}):
            wanted = alike if size == FULL else alike & (keys.size == size)
            yield (cargo, names[code], size), np.flatnonzero(wanted)


def _sweep(
    keys: SearchKeys,
    rows: NDArray[np.int64],
    steps: StepTable,
    *,
    kind: tuple[int, str, int],
    closed: NDArray[np.bool_],
    pace: Pace,
) -> list[FoundPaths]:
    """Search shortest paths for keys of one kind, under all prices."""
    needed = kind[2] == FULL and not closed.any()
    if pace.over(needed=needed):
        return []
    graph, weights = _class_graph(steps, kind, closed)
    codes = _step_codes(graph, steps)
    pairs = [(key, node) for key in rows.tolist() for node in keys.destinations[key]]
    by_target: dict[int, list[int]] = {}
    for key, node in pairs:
        by_target.setdefault(node, []).append(key)
    graphs = []
    # Around closed lanes only the first prices: costs and some carbon.
    n_prices = 3 if closed.any() else len(SEARCH_PRICES)
    for first in range(0, n_prices, 3):
        scalar = [
            _scalar(weights, price, SIZE_T[kind[2]])
            for price in SEARCH_PRICES[first : first + 3]
        ]
        graphs.append(
            build_search_graph(
                graph.n_nodes, graph.tail, graph.head, np.column_stack(scalar)
            )
        )

    def search(target: int) -> list[FoundPaths]:
        if pace.over(needed=needed):
            return []
        mine = np.array(by_target[target], np.int64)
        return [
            _with_customs(codes[arcs], steps, (keys.origin[mine], target), first, mine)
            for graph in graphs
            for first, arcs in _trace(graph, target, keys.origin[mine])
        ]

    with ThreadPoolExecutor(_THREADS) as pool:
        return [part for parts in pool.map(search, sorted(by_target)) for part in parts]


def _class_graph(
    steps: StepTable, kind: tuple[int, str, int], closed: NDArray[np.bool_]
) -> tuple[Graph, NDArray[np.int64]]:
    """Return the graph of a kind without customs, and its weights (n_arcs, 3).

    Customs are due on every way between two territories alike; the legs get them later.
    """
    cargo, un_number, size = kind
    network, rates = steps.network, steps.rates
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
    )
    return found.graph, found.graph.weigh(found.lane_weights, found.operation_weights)


def _scalar(
    weights: NDArray[np.int64], price: tuple[float, float], tonnes: float
) -> NDArray[np.int64]:
    """Return one weight > 0 per arc; the largest arc has the same in every kind."""
    usd_per_t, usd_per_t_h = price
    cents = (
        weights[:, CENTS]
        + weights[:, GRAMS] * (usd_per_t * CENTS_PER_USD / (KG_PER_TONNE * G_PER_KG))
        + weights[:, MINUTES]
        * (usd_per_t_h * tonnes * CENTS_PER_USD / MINUTES_PER_HOUR)
    )
    scaled = np.rint(cents * (_LARGEST_ARC / max(cents.max(), 1.0)))
    return np.asarray(1 + scaled, dtype=np.int64)


def _trace(
    graph: SearchGraph, target: int, sources: NDArray[np.int64]
) -> Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return, for each price, where the path of each source begins, and all arcs."""
    heap = np.empty((len(graph.head) + 2, 3), np.uint64)
    bounds = reverse_bounds(
        graph.reverse_start,
        graph.reverse_tail,
        graph.reverse_weights,
        Word(target),
        heap,
    )
    for weights, bound in zip(graph.weights, bounds, strict=True):
        first, arcs = trace_paths(graph.start, graph.head, weights, bound, sources)
        yield first, graph.arc[arcs]


def _step_codes(graph: Graph, steps: StepTable) -> NDArray[np.int64]:
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


def _with_customs(
    codes: NDArray[np.int64],
    steps: StepTable,
    ends: tuple[NDArray[np.int64], int],
    first: NDArray[np.int64],
    keys: NDArray[np.int64],
) -> FoundPaths:
    """Return paths with the customs that runs between territories need.

    Export is a step of a run that leaves the territory of the origin, import of one that
    enters that of the destination, as in `build_graph`.
    """
    lanes, territory = steps.network.lanes, territories(steps.network)
    sources, target = ends
    of_path = np.repeat(np.arange(len(keys)), np.diff(first))
    run = codes[:, RUN]
    lane = np.maximum(run, 0)
    start, end = lanes.origin[lane], lanes.destination[lane]
    crosses = (run != NONE) & (territory[start] != territory[end])
    leaves = crosses & (territory[start] == territory[sources][of_path])
    enters = crosses & (territory[end] == int(territory[target]))
    mode = lanes.handled_as()[lane].astype(np.int64)
    codes = codes.copy()
    for hit, place, operation, where in (
        (leaves, EXPORT, Operation.CUSTOMS_EXPORT, start),
        (enters, IMPORT, Operation.CUSTOMS_IMPORT, end),
    ):
        kind = np.full(len(run), OPERATIONS.index(operation), np.int64)
        step = steps.operation_step(kind, mode, where.astype(np.int64))
        codes[hit, place] = step[hit]
    return _flat(codes, of_path, keys)


def _flat(
    codes: NDArray[np.int64], of_path: NDArray[np.int64], keys: NDArray[np.int64]
) -> FoundPaths:
    there = codes != NONE
    count = np.bincount(of_path, weights=there.sum(axis=1), minlength=len(keys))
    return FoundPaths(key=keys, count=count.astype(np.int64), step=codes[there])


def _problem(keys: SearchKeys, key: int, steps: StepTable, *, size: int) -> Problem:
    """Return the search of a shipment that stands for a key."""
    ids = steps.network.gateways.id
    shipment = Shipment(
        origin=ids[int(keys.origin[key])].as_py(),
        destination=SET_SEPARATOR.join(
            ids[node].as_py() for node in keys.destinations[key]
        ),
        mass_kg=SIZE_T[size] * KG_PER_TONNE,
        cargo=CARGOES[keys.cargo[key]],
        un_number=keys.un_number[key] or None,
    )
    return state_problem(shipment, steps.network, steps.rates)


def frontier_paths(
    problem: Problem,
    steps: StepTable,
    *,
    key: int,
    most: int,
    closed: NDArray[np.bool_] | None = None,
) -> FoundPaths:
    """Return paths of the frontier of a problem, thinned to about `most`."""
    if closed is not None and closed.any():
        problem = _without(problem, closed)
    front = search_front(problem, problem.max_weights)
    chosen = _thinned(front.costs, most)
    paths = [front.path(row) for row in chosen]
    arcs = np.concatenate([*paths, np.empty(0, np.int64)]).astype(np.int64)
    of_path = np.repeat(np.arange(len(paths)), [len(path) for path in paths])
    # Arcs past the graph's own lead into the node where destination sets meet.
    own = arcs < len(problem.graph.tail)
    codes = _step_codes(problem.graph, steps)[arcs[own]]
    return _flat(codes, of_path[own], np.full(len(paths), key, np.int64))


def _without(problem: Problem, closed: NDArray[np.bool_]) -> Problem:
    """Return the problem without the arcs of closed lanes."""
    graph, run = problem.graph, problem.graph.steps[:, RUN]
    kept = (run == NONE) | ~closed[np.maximum(run, 0)]
    graph = replace(
        graph, tail=graph.tail[kept], head=graph.head[kept], steps=graph.steps[kept]
    )
    return replace(problem, graph=graph, weights=problem.weights[kept])


def _thinned(costs: NDArray[np.int64], most: int) -> list[int]:
    """Return rows of a frontier: the best at prices of carbon, and within times."""
    if len(costs) <= most:
        return list(range(len(costs)))
    chosen = {int(np.argmin(costs[:, goal])) for goal in (CENTS, MINUTES, GRAMS)}
    for usd_per_t, _ in SEARCH_PRICES:
        price = usd_per_t * CENTS_PER_USD / (KG_PER_TONNE * G_PER_KG)
        chosen.add(int(np.argmin(costs[:, CENTS] + price * costs[:, GRAMS])))
    for limited in (MINUTES, GRAMS):
        marks = np.quantile(costs[:, limited], np.linspace(0, 1, most), method="lower")
        for mark in marks:
            if len(chosen) >= most:
                break
            within = np.flatnonzero(costs[:, limited] <= mark)
            chosen.add(int(within[np.argmin(costs[within, CENTS])]))
    return sorted(chosen)
