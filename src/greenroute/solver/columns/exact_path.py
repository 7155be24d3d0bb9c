"""Exact frontiers of an order, or of shipments that stand for the orders of a commodity."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from greenroute.orders.order_book import CARGOES
from greenroute.orders.shipment import SET_SEPARATOR, Shipment
from greenroute.solver.columns.basis import Basis
from greenroute.solver.columns.candidate import (
    SEARCH_PRICES,
    step_codes,
    without_capacities,
)
from greenroute.solver.columns.column import FREE
from greenroute.solver.columns.path_set import FoundPaths, flat_paths
from greenroute.solver.columns.search_key import FULL, SIZE_T
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.graph import NONE, RUN
from greenroute.solver.problem import CENTS, GRAMS, MINUTES, Problem, state_problem
from greenroute.solver.route import _search as search_front
from greenroute.units import CENTS_PER_USD, G_PER_KG, KG_PER_TONNE

Flags = NDArray[np.bool_]


def find_exact_paths(
    basis: Basis, rows: NDArray[np.int64], closed: Flags, wanted: Flags
) -> list[FoundPaths]:
    """Return paths of the frontiers of keys; a key without any way has none.

    A key of one order gets the frontier of the order itself, within its limits; one of
    more that of its smallest order, of its largest and of a full container, which they
    may share.

    Parameters
    ----------
    rows
        Keys to search for.
    closed, wanted
        Lanes not to use, and lanes to use as if they were free, bool (n_lanes,).
    """
    plain = not closed.any() and not wanted.any()
    members = _members(basis)
    found = []
    for key in rows.tolist():
        first = True
        for problem in _problems(basis, key, members[key]):
            if basis.pace.over(needed=first and plain):
                continue
            shut = closed | (
                basis.steps.most_kg[: basis.steps.n_lanes] < basis.keys.mass_kg[key]
            )
            found.append(
                frontier_paths(
                    _favouring(problem, wanted),
                    basis.steps,
                    key=int(basis.keys.pool[key]),
                    most=basis.params.paths_per_search,
                    closed=shut,
                )
            )
            first = False
    return found


def _members(basis: Basis) -> list[NDArray[np.int64]]:
    """Return the orders of each key, the smallest first."""
    goods, of = basis.goods, basis.keys.of_order
    density = basis.steps.rates.tariff.density_kg_per_m3
    chargeable_kg = np.maximum(goods.mass_kg, goods.volume_m3 * density)
    order = np.lexsort((chargeable_kg, of))
    begin = np.searchsorted(of[order], np.arange(len(basis.keys) + 1))
    return np.split(order, begin[:-1])[1:]


def _problems(basis: Basis, key: int, members: NDArray[np.int64]) -> Iterable[Problem]:
    """Return the searches of a key, the most needed first."""
    if len(members) == 1:
        yield own_problem(basis, int(members[0]))
    else:
        for row in (int(members[-1]), int(members[0])):
            yield own_problem(basis, row, limited=False)
    container = _shipment(basis, key, mass_kg=SIZE_T[FULL] * KG_PER_TONNE)
    steps = basis.steps
    yield state_problem(
        container,
        without_capacities(steps.network),
        steps.rates,
        charges=steps.charges,
    )


def own_problem(basis: Basis, row: int, *, limited: bool = True) -> Problem:
    """Return the search for one order, its ends by their nodes: doors are joined once.

    Parameters
    ----------
    limited
        Whether its limits of time, cost and emissions count.
    """
    orders, goods = basis.orders, basis.goods
    shipment = _shipment(
        basis, int(basis.keys.of_order[row]), mass_kg=float(goods.mass_kg[row])
    )
    shipment = replace(shipment, volume_m3=float(goods.volume_m3[row]))
    if limited:
        ready = datetime(1970, 1, 1, tzinfo=UTC)
        left = int(goods.minutes_left[row])
        most_cents, most_kg = int(goods.most_cents[row]), orders.max_wtw_kg_co2e[row]
        shipment = replace(
            shipment,
            ready_at=ready,
            due_at=None if left == FREE else ready + timedelta(minutes=left),
            max_cost_usd=None
            if most_cents == FREE
            else max(most_cents, 0) / CENTS_PER_USD,
            max_wtw_kg_co2e=None if np.isnan(most_kg) else float(most_kg),
        )
    steps = basis.steps
    return state_problem(shipment, steps.network, steps.rates, charges=steps.charges)


def _shipment(basis: Basis, key: int, *, mass_kg: float) -> Shipment:
    """Return a shipment with the ends and the cargo of a key."""
    keys, ids = basis.keys, basis.steps.network.gateways.id
    return Shipment(
        origin=ids[int(keys.origin[key])].as_py(),
        destination=SET_SEPARATOR.join(
            ids[node].as_py()
            for node in keys.destination_nodes[int(keys.destination[key])]
        ),
        mass_kg=mass_kg,
        cargo=CARGOES[keys.cargo[key]],
        un_number=keys.un_names[int(keys.un[key])] or None,
    )


def frontier_paths(
    problem: Problem,
    steps: StepTable,
    *,
    key: int,
    most: int,
    closed: Flags | None = None,
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
    codes = step_codes(problem.graph, steps)[arcs[own]]
    return flat_paths(codes, of_path[own], np.full(len(paths), key, np.int64))


def _favouring(problem: Problem, wanted: Flags) -> Problem:
    """Return the problem in which some lanes cost and emit nothing."""
    run = problem.graph.steps[:, RUN]
    free = (run != NONE) & wanted[run]
    weights = problem.weights.copy()
    weights[free, CENTS] = weights[free, GRAMS] = 0
    return replace(problem, weights=weights)


def _without(problem: Problem, closed: Flags) -> Problem:
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
