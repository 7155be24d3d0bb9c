"""Min-cost multicommodity flow with modules, on plain arrays."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.plan.termination import Termination
from greenroute.solver.flow.flow_mip import solve_arc_program
from greenroute.solver.flow.flow_problem import FlowProblem, state_flow_problem
from greenroute.solver.flow.flow_relaxation import (
    CUT_ROUNDS,
    Limits,
    Relaxation,
    Relaxed,
)
from greenroute.solver.flow.flow_tree import Node, Tree, node_of
from greenroute.solver.stop import Gap, Stop, Watch, relative_gap

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Masters that the tree may solve before SCIP is asked.
FIRST_ROUNDS = 60
#: The tree is given up after this many more if another proof is at hand.
MOST_ROUNDS = 150
#: Masters solved for the root before other ways are tried, if there is a design by then.
ROOT_ROUNDS = 40
#: Nodes that SCIP may open over known paths.
MOST_NODES = 20
#: The program over arcs is tried up to this many commodities times arcs.
MOST_ARC_FLOWS = 200_000
#: Share of the time that is left for it.
MIP_SHARE = 0.8

_FLOWS = np.dtype([("commodity", np.int64), ("arc", np.int64), ("amount", np.float64)])


class Proof(StrEnum):
    """Who proved a bound.

    PRICES: our own sums over prices, in every leaf of our own tree. SOLVER: the tree of the
    mixed-integer solver, taken on trust.
    """

    PRICES = "prices"
    SOLVER = "solver"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowDesign:
    """Flows and modules, and how good they are at least.

    Attributes
    ----------
    objective
        Unit costs and fixed costs, less the revenue of what is served; infinite where
        there is no design.
    bound
        No design costs less; infinite where none can serve what must be served.
    gap
        Distance between both as a share of the objective; infinite without a design.
    termination
        OPTIMAL within the gap that was asked for, INFEASIBLE, FEASIBLE with a gap, or
        NO_PLAN_FOUND within the limits.
    reason
        Why there is no design; empty if there is one.
    proof
        Who proved the bound.
    served
        Amount of each commodity that arrives, (n_commodities,).
    flows
        What flows where: fields commodity, arc and amount, a row wherever the amount is
        positive, sorted.
    modules
        Modules on each arc, (n_arcs,); zero on arcs whose modules cost nothing.
    rounds
        How often the master problem was solved.
    """

    objective: float
    bound: float
    gap: float
    termination: Termination
    reason: str
    proof: Proof
    served: Floats
    flows: NDArray[np.void]
    modules: Integers
    rounds: int


def flow_design(  # noqa: PLR0913, PLR0917 - the interface fixes the arguments
    n_nodes: int,
    tail: ArrayLike,
    head: ArrayLike,
    capacity: ArrayLike,
    unit_cost: ArrayLike,
    fixed_cost: ArrayLike,
    commodities: ArrayLike | Iterable[ArrayLike],
    *,
    max_modules: ArrayLike | None = None,
    stop: Stop = Gap(1e-6),  # noqa: B008 - a frozen value
) -> FlowDesign:
    """Return the cheapest flows that can be split, and the modules that carry them.

    Parameters
    ----------
    n_nodes
        Number of nodes; they are 0 .. n_nodes-1.
    tail, head
        Nodes of each arc, integers (n_arcs,); parallel arcs and loops are allowed.
    capacity
        What a module adds to each arc, (n_arcs,); infinite where there is no limit.
    unit_cost, fixed_cost
        Cost >= 0 of a unit of flow and of a module, (n_arcs,). Where a module costs
        nothing, one is there, and no more.
    commodities
        (source, target, demand) of each, which must be served, or (source, target,
        demand, revenue), which may be served in part. The revenue is per unit and may be
        negative.
    max_modules
        Most modules, integers >= 1, () or (n_arcs,); no limit if None.
    stop
        When to stop. Its rounds are solutions of the master problem.

    Returns
    -------
    FlowDesign
        With a reason instead of flows if there is no design.

    Raises
    ------
    DataError
        If an argument has the wrong shape or type, a node does not exist, a number is
        negative, missing or infinite where it must not be, or a commodity starts where
        it ends.

    Notes
    -----
    Paths and rows come in as the prices of the master problem ask for them. Bounds are
    sums over these prices, whatever a solver claims. Modules are made whole by rounding
    up what solutions of the master use, by SCIP on a program over arcs, and by branching.

    Examples
    --------
    >>> design = flow_design(
    ...     3, [0, 1, 0], [1, 2, 2], [5, 5, 4], [1, 1, 3], [0, 0, 7], [(0, 2, 6)]
    ... )
    >>> design.objective, design.modules.tolist(), design.termination.value
    (20.0, [0, 0, 1], 'optimal')
    """
    problem = state_flow_problem(
        n_nodes, tail, head, capacity, unit_cost, fixed_cost, commodities, max_modules
    )
    relaxation = Relaxation(problem, Watch(stop))
    if not relaxation.reached.all():
        k = int(np.argmin(relaxation.reached))
        ends = f"{problem.source[k]} to {problem.target[k]}"
        return _no_design(
            relaxation,
            Termination.INFEASIBLE,
            f"no arcs lead from {ends}, the ends of commodity {k}",
        )
    return _design(relaxation)


def _design(relaxation: Relaxation) -> FlowDesign:
    """Search between the bound of the root and the best design."""
    problem, watch = relaxation.problem, relaxation.watch
    whole = np.zeros_like(problem.most), problem.most
    most_rounds = ROOT_ROUNDS if problem.most.any() else np.inf
    relaxed = relaxation.run(whole, most_rounds=most_rounds)
    if relaxation.best is None and relaxation.infeasible():
        return _no_design(
            relaxation,
            Termination.INFEASIBLE,
            "the capacities cannot carry what must be served",
        )
    if relaxation.best is None and not watch.done(rounds=relaxation.rounds):
        relaxed = relaxation.run(whole, least=relaxed.bound)
    if not problem.most.any():
        return _result(relaxation, relaxed.bound)
    if relaxed.bound < relaxation.cutoff():
        _repair(relaxation)
        relaxed = _cut(relaxation, whole, relaxed)
    if relaxed.bound < relaxation.cutoff():
        _search_paths(relaxation, whole)
        relaxed = _cut(relaxation, whole, relaxed)
    root = node_of(relaxation, whole, relaxed, 0)
    if root is None or relaxed.bound >= relaxation.cutoff():
        return _result(relaxation, relaxed.bound)
    return _branch(relaxation, root, relaxed)


def _cut(relaxation: Relaxation, whole: Limits, relaxed: Relaxed) -> Relaxed:
    """Tighten the root by cuts."""
    return relaxation.run(
        whole, cut_rounds=CUT_ROUNDS, least=relaxed.bound, most_rounds=ROOT_ROUNDS
    )


def _branch(relaxation: Relaxation, root: Node, relaxed: Relaxed) -> FlowDesign:
    """Close the gap by our own tree; where that is long, by SCIP and a tree from there."""
    tree = Tree(relaxation, root)
    tree.grow(FIRST_ROUNDS)
    claim = -np.inf
    if tree.bound < relaxation.cutoff():
        # The best design may be better by now, and close more arcs.
        limits = node_of(relaxation, root.limits, relaxed, 0) or root
        claim = _search_arcs(relaxation, limits.limits)
    proven = min(claim, relaxation.objective) >= relaxation.cutoff()
    while True:
        tree.grow(MOST_ROUNDS)
        done = relaxation.watch.done(rounds=relaxation.rounds)
        if tree.bound >= relaxation.cutoff() or done or proven:
            break
    if proven and tree.bound < relaxation.cutoff():
        bound = min(claim, relaxation.objective)
        return _result(relaxation, bound, proof=Proof.SOLVER)
    return _result(relaxation, tree.bound)


def _fill(relaxation: Relaxation, modules: Integers) -> None:
    """Find the best flows under these modules, then do without some of them.

    The modules are fixed first: where they may be broken, what flows over half of one
    does not say which design it came from.
    """
    relaxation.run((modules, modules))
    _repair(relaxation)


def _search_paths(relaxation: Relaxation, whole: Limits) -> None:
    """Take modules from SCIP over the paths that are known."""
    master, watch = relaxation.master, relaxation.watch
    if watch.done(rounds=relaxation.rounds):
        return
    master.limit_modules(*whole)
    modules = master.whole_modules(nodes=MOST_NODES, seconds=watch.seconds_left())
    if modules is not None:
        _fill(relaxation, modules)


def _repair(relaxation: Relaxation) -> None:
    """Close modules that the best design does without, until it stays as it is."""
    objective = np.inf
    while relaxation.best is not None and relaxation.objective < objective:
        objective = relaxation.objective
        modules = relaxation.best.modules
        relaxation.run((np.zeros_like(modules), modules))


def _search_arcs(relaxation: Relaxation, limits: Limits) -> float:
    """Take modules from SCIP, and return the bound it claims."""
    problem, watch = relaxation.problem, relaxation.watch
    if problem.n_arcs * problem.n_commodities > MOST_ARC_FLOWS:
        return -np.inf
    answer = solve_arc_program(
        problem,
        limits,
        relaxation.master.rows,
        known=None if relaxation.best is None else relaxation.best.modules,
        gap=watch.stop.gap,
        seconds=watch.seconds_left() * MIP_SHARE,
    )
    if answer.modules is not None:
        _fill(relaxation, answer.modules)
    return answer.bound


def _result(
    relaxation: Relaxation, bound: float, *, proof: Proof = Proof.PRICES
) -> FlowDesign:
    """Return the best design beside the bound."""
    best = relaxation.best
    if best is None:
        return _no_design(
            relaxation,
            Termination.NO_PLAN_FOUND,
            "a limit ended the search before there was a design",
            bound=bound,
        )
    if bound >= best.objective - relaxation.rounding:
        bound = best.objective
    gap = relative_gap(best.objective, bound)
    optimal = gap <= relaxation.watch.stop.gap
    flows = np.empty(len(best.amount), _FLOWS)
    flows["commodity"], flows["arc"] = best.commodity, best.arc
    flows["amount"] = best.amount
    return FlowDesign(
        objective=best.objective,
        bound=bound,
        gap=gap,
        termination=Termination.OPTIMAL if optimal else Termination.FEASIBLE,
        reason="",
        proof=proof,
        served=best.served,
        flows=flows,
        modules=best.modules,
        rounds=relaxation.rounds,
    )


def _no_design(
    relaxation: Relaxation,
    termination: Termination,
    reason: str,
    *,
    bound: float = np.inf,
) -> FlowDesign:
    problem: FlowProblem = relaxation.problem
    return FlowDesign(
        objective=np.inf,
        bound=bound,
        gap=np.inf,
        termination=termination,
        reason=reason,
        proof=Proof.PRICES,
        served=np.zeros(problem.n_commodities),
        flows=np.empty(0, _FLOWS),
        modules=np.zeros(problem.n_arcs, np.int64),
        rounds=relaxation.rounds,
    )
