"""The exact frontier of one shipment.

References
----------
.. [1] F. J. Pulido, L. Mandow, J. L. Pérez de la Cruz, "Dimensionality reduction in
   multiobjective shortest path search", Computers & OR 64 (2015) 60-70.
"""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.plan.frontier import Frontier, Picks
from greenroute.plan.termination import Termination
from greenroute.rating.read import Rates
from greenroute.solver.itineraries import write_itineraries
from greenroute.solver.pareto import ParetoFront, pareto_front
from greenroute.solver.problem import CENTS, GRAMS, MINUTES, Problem, state_problem
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    HOURS_PER_DAY,
    MINUTES_PER_HOUR,
)


def route(
    shipment: Shipment,
    network: Network,
    rates: Rates,
    *,
    via: Collection[str] = (),
    avoid: Collection[str] = (),
    options: Collection[str] = (),
) -> Frontier:
    """Return every itinerary that no other beats in cost, time and CO2e at once.

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

    Returns
    -------
    Frontier
        Complete at a cent, a minute and a gram. Without an itinerary its termination is
        INFEASIBLE and its reason says why and what would help.

    Raises
    ------
    DataError, UnknownPlaceError, UnknownCategoryError
        If the shipment, `via`, `avoid` or `options` cannot be.
    """
    problem = state_problem(
        shipment, network, rates, via=via, avoid=avoid, options=options
    )
    front = _search(problem, problem.max_weights)
    costs = front.costs
    stats = {
        "n_nodes": problem.graph.n_nodes,
        "n_arcs": len(problem.graph.tail),
        "pops": front.stats.pops,
        "expansions": front.stats.expansions,
        "search_s": front.stats.seconds,
    }
    if not len(costs):
        return Frontier(
            shipment=problem.shipment,
            assumed=problem.assumed,
            itineraries=(),
            picks=None,
            exact=front.exact,
            termination=Termination.INFEASIBLE,
            reason=_why_not(problem),
            stats=stats,
        )
    paths = [front.path(row) for row in range(len(costs))]
    itineraries = write_itineraries(problem, paths)
    return Frontier(
        shipment=problem.shipment,
        assumed=problem.assumed,
        itineraries=itineraries,
        picks=_pick(costs, [itinerary.id for itinerary in itineraries]),
        exact=front.exact,
        termination=Termination.OPTIMAL,
        reason="",
        stats=stats,
    )


def _search(problem: Problem, max_weights: NDArray[np.int64]) -> ParetoFront:
    """Search the graph; several destinations meet in one more node."""
    graph, weights = problem.graph, problem.weights
    tail, head, n_nodes = graph.tail, graph.head, graph.n_nodes
    target = problem.targets[0]
    if len(problem.targets) > 1:
        ends = np.array(problem.targets, dtype=np.int64)
        target, n_nodes = n_nodes, n_nodes + 1
        tail = np.concatenate([tail, ends])
        head = np.concatenate([head, np.full(len(ends), target)])
        weights = np.concatenate([weights, np.zeros((len(ends), 3), np.int64)])
    return pareto_front(
        n_nodes, tail, head, weights, problem.source, target, max_weights=max_weights
    )


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


def _why_not(problem: Problem) -> str:
    """Return why there is no itinerary, and what would help."""
    names = f"{problem.shipment.origin} to {problem.shipment.destination}"
    free = np.full(3, np.iinfo(np.int64).max)
    front = _search(problem, free)
    if not len(front.costs):
        left_out = "; ".join(
            f"{count} lanes left out: {reason}"
            for reason, count in sorted(problem.lane_rating.reasons.items())
        )
        return (
            f"no way from {names} with the lanes that this shipment may use"
            f"{'; ' + left_out if left_out else ''}"
        )
    least = front.costs.min(axis=0)
    limits = problem.max_weights
    wanted = (
        ("cost", limits[CENTS], least[CENTS], CENTS_PER_USD, "USD"),
        (
            "time",
            limits[MINUTES],
            least[MINUTES],
            MINUTES_PER_HOUR * HOURS_PER_DAY,
            "d",
        ),
        ("CO2e", limits[GRAMS], least[GRAMS], G_PER_KG, "kg"),
    )
    beyond = [
        f"the least {what} is {low / scale:,.2f} {unit}, the limit {most / scale:,.2f} {unit}"
        for what, most, low, scale, unit in wanted
        if low > most
    ]
    if not beyond:
        beyond = [
            "each limit can be kept alone, but not all together; least: "
            + ", ".join(f"{low / s:,.2f} {u}" for _, _, low, s, u in wanted)
        ]
    return f"no itinerary from {names} keeps the limits: {'; '.join(beyond)}"
