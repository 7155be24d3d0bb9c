"""The exact frontier of one shipment.

References
----------
.. [1] F. J. Pulido, L. Mandow, J. L. Pérez de la Cruz, "Dimensionality reduction in
   multiobjective shortest path search", Computers & OR 64 (2015) 60-70.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.calendar import OpeningHours
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.plan.frontier import Frontier, Picks
from greenroute.plan.termination import Termination
from greenroute.rating.charges import Charges, DayCharges
from greenroute.rating.money import ExchangeRate
from greenroute.rating.read import Rates
from greenroute.solver.dated import check_frequencies, date_problem
from greenroute.solver.itineraries import write_itineraries
from greenroute.solver.on_time import Reliable, check_share, choose_reliable
from greenroute.solver.problem import (
    CENTS,
    GRAMS,
    MINUTES,
    ArcEntries,
    Problem,
    state_problem,
)
from greenroute.solver.search.pareto import ParetoFront, pareto_front
from greenroute.solver.search.timetable import Timetable
from greenroute.solver.transfers import check_transfers, main_runs
from greenroute.solver.why_not import why_not


def route(  # noqa: PLR0913 - the interface fixes the arguments
    shipment: Shipment,
    network: Network,
    rates: Rates,
    *,
    via: Collection[str] = (),
    avoid: Collection[str] = (),
    options: Collection[str] = (),
    max_transfers: int | None = None,
    on_time: float | None = None,
    opening_hours: OpeningHours | None = None,
    charges: Charges | None = None,
) -> Frontier:
    """Return every itinerary that no other beats in cost, time and CO2e at once.

    With `ready_at`, lanes with dated departures or weekdays leave then only, and times are
    those of the departures that goods catch. Without it they are expected waits.

    Parameters
    ----------
    shipment
        What has to move; its limits (due, cost, CO2e) are kept.
    network, rates
        What can carry it, and what that costs.
    via
        Places to pass, in this order.
    avoid
        Passages, modes, markets or gateways not to use.
    options
        Fuels, vehicles and speeds that lanes may run on besides their usual ones, like
        "hvo"; "all" for all that the rates know.
    max_transfers
        Most changes from one main run to another; main runs are all but those by road.
    on_time
        Least probability of arriving by `due_at`.
    opening_hours
        Hours of gateways and customs, by `read_opening_hours`; with `ready_at` only.
    charges
        Rate cards, carbon costs and holding costs that count in the price; None for none.

    Returns
    -------
    Frontier
        Complete at a cent, a minute and a gram, or `exact` is false, which only `on_time`
        brings about. Without an itinerary its reason says why and what would help.

    Raises
    ------
    DataError, UnknownPlaceError, UnknownCategoryError
        If the shipment, the network or what steers the route cannot be.
    """
    check_transfers(max_transfers)
    _check_storage(network)
    problem = _dated(
        state_problem(
            shipment,
            network,
            rates,
            via=via,
            avoid=avoid,
            options=options,
            charges=charges,
            shared=True,
        ),
        opening_hours,
    )
    problem = replace(problem, max_transfers=max_transfers)
    if on_time is not None:
        check_share(on_time, problem)
    front = _search_held(problem, problem.max_weights)
    termination, reason = Termination.OPTIMAL, ""
    if not len(front.costs):
        found = Reliable((), front.costs, exact=front.exact, best=0.0)
        termination = Termination.INFEASIBLE
        reason = why_not(problem, _search_held)
    elif on_time is None:
        paths = [front.path(row) for row in range(len(front.costs))]
        itineraries = write_itineraries(problem, paths)
        found = Reliable(itineraries, front.costs, exact=front.exact, best=0.0)
    else:
        found = choose_reliable(problem, front, on_time, _search)
        if not found.itineraries:
            termination, reason = Termination.NO_PLAN_FOUND, _unreliable(found, on_time)
    picks = None
    if found.itineraries:
        picks = _pick(found.costs, [itinerary.id for itinerary in found.itineraries])
    return Frontier(
        shipment=problem.shipment,
        assumed=problem.assumed,
        itineraries=found.itineraries,
        picks=picks,
        exact=found.exact,
        termination=termination,
        reason=reason,
        stats={
            "n_nodes": problem.graph.n_nodes,
            "n_arcs": len(problem.graph.tail),
            "pops": front.stats.pops,
            "expansions": front.stats.expansions,
            "search_s": front.stats.seconds,
        },
        **_used(problem.charges),
    )


class _Used(TypedDict):
    """Fields of a frontier that say what was used beside the tariff."""

    exchange: tuple[ExchangeRate, ...]
    cards_used: str


def _used(charges: DayCharges | None) -> _Used:
    if charges is None:
        return _Used(exchange=(), cards_used="")
    used = "" if charges.cards is None else charges.cards.used()
    return _Used(exchange=charges.exchange(), cards_used=used)


def _dated(problem: Problem, opening_hours: OpeningHours | None) -> Problem:
    """Return the problem with its departures and opening hours."""
    if problem.ready_at is not None:
        return date_problem(problem, opening_hours)
    if opening_hours is not None:
        msg = "opening_hours are given without ready_at, expected both"
        raise DataError(msg)
    check_frequencies(problem)
    return problem


def _check_storage(network: Network) -> None:
    """Raise a named error where goods must not wait or waiting costs."""
    gateways = network.gateways
    for hit, what in (
        (~gateways.waiting, "waiting is not allowed"),
        (gateways.storage_usd_per_m3_day > 0, "storage has a price"),
    ):
        rows = np.flatnonzero(hit)
        if len(rows):
            msg = (
                f"{what} at {gateways.id[int(rows[0])].as_py()!r} ({len(rows)} such nodes "
                f"in network {network.name!r}), which a route cannot take into account: "
                "an earlier arrival may be the worse one; greenroute plan does"
            )
            raise DataError(msg)


def _search_held(problem: Problem, max_weights: NDArray[np.int64]) -> ParetoFront:
    """Search the graph with holding costs, which never fall with time.

    What another way beats without them, it beats with them: the front with them is a part
    of the one without, exactly, waits for departures included.
    """
    front = _search(problem, max_weights)
    if problem.charges is None or problem.charges.holding is None:
        return front
    costs = front.costs.copy()
    costs[:, CENTS] += problem.charges.holding_cents(costs[:, MINUTES])
    order = np.lexsort(costs.T[::-1])
    kept: list[int] = []
    for row in order[(costs[order] <= max_weights).all(axis=1)].tolist():
        if not (costs[kept] <= costs[row]).all(axis=1).any():
            kept.append(row)
    return replace(front, costs=costs[kept], label_of_point=front.label_of_point[kept])


def _search(problem: Problem, max_weights: NDArray[np.int64]) -> ParetoFront:
    """Search the graph; several destinations meet in one more node."""
    graph, weights = problem.graph, problem.weights
    tail, head, n_nodes = graph.tail, graph.head, graph.n_nodes
    target = problem.targets[0]
    ends = np.array(problem.targets, dtype=np.int64)
    several = len(ends) > 1
    if several:
        target, n_nodes = n_nodes, n_nodes + 1
        tail = np.concatenate([tail, ends])
        head = np.concatenate([head, np.full(len(ends), target)])
        weights = np.concatenate([weights, np.zeros((len(ends), 3), np.int64)])
    counted = max_arcs = None
    if problem.max_transfers is not None:
        max_arcs = problem.max_transfers + 1
        counted = np.zeros(len(tail), dtype=np.bool_)
        counted[: len(graph.tail)] = main_runs(graph, problem.network.lanes)
    timetable, arc_mask = _timetable(problem.arcs, len(tail))
    return pareto_front(
        n_nodes,
        tail,
        head,
        weights,
        problem.source,
        target,
        max_weights=max_weights,
        arc_mask=arc_mask,
        max_arcs=max_arcs,
        counted=counted,
        timetable=timetable,
        # Fastest, of the three objectives, on the world network.
        first=GRAMS,
        guided=True,
    )


def _timetable(
    arcs: ArcEntries | None, n_arcs: int
) -> tuple[Timetable | None, NDArray[np.bool_] | None]:
    """Return when arcs can be taken, and which of them at all; None says any."""
    if arcs is None:
        return None, None
    entries = arcs.entries
    start = np.full(n_arcs + 1, entries.start[-1])
    start[: len(entries.start)] = entries.start
    arc_mask = np.ones(n_arcs, dtype=np.bool_)
    arc_mask[: len(entries)] = ~arcs.by_date | (np.diff(entries.start) > 0)
    timetable = Timetable(
        start=start,
        ready_by=entries.ready_by,
        earliest=entries.earliest,
        duration=entries.duration,
        time=MINUTES,
    )
    return timetable, arc_mask


def _pick(costs: NDArray[np.int64], ids: list[str]) -> Picks:
    """Return the four picks; among equals the better in the other goals."""

    def best(first: int, second: int, third: int) -> str:
        order = np.lexsort((costs[:, third], costs[:, second], costs[:, first]))
        return ids[int(order[0])]

    low, high = costs.min(axis=0), costs.max(axis=0)
    scaled = (costs - low) / np.maximum(high - low, 1)
    return Picks(
        cheapest=best(CENTS, MINUTES, GRAMS),
        fastest=best(MINUTES, CENTS, GRAMS),
        greenest=best(GRAMS, CENTS, MINUTES),
        balanced=ids[int(np.argmin((scaled**2).sum(axis=1)))],
    )


def _unreliable(found: Reliable, on_time: float) -> str:
    """Return in words that nothing found is reliable enough."""
    return (
        f"no itinerary was found that keeps due_at with {on_time:.2%}; the best of those "
        f"found has {found.best:.2%}: relax on_time to that, or due_at"
    )


def _why_not(problem: Problem) -> str:
    """Return why there is no itinerary of an order, whose `ready_at` is any day."""
    return why_not(problem, _search, name_dates=False)
