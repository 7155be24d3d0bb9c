"""Rows that a solution of the master violates: capacities, links, and cuts.

A link row says that one commodity flows only where there are modules [1]_. Where several
modules fit, it is the smallest of the residual capacity inequalities, whose best set of
commodities is known in closed form [2]_. What must leave a set of nodes needs modules on
the arcs that leave it; rounding this knapsack, with modules counted from either end, gives
cover and minimum cardinality inequalities among others [3]_.

References
----------
.. [1] B. Gendron, T. G. Crainic, A. Frangioni, "Multicommodity capacitated network
   design", Telecommunications Network Planning (1999) 1-19.
.. [2] A. Atamtürk, D. Rajan, "On splittable and unsplittable flow capacitated network
   design arc-set polyhedra", Mathematical Programming 92 (2002) 315-333.
.. [3] M. Chouman, T. G. Crainic, B. Gendron, "Commodity representations and
   cut-set-based inequalities for multicommodity capacitated fixed-charge network design",
   Transportation Science 51 (2017) 650-667.
"""

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.flow.flow_problem import FlowProblem
from greenroute.solver.flow.flow_rows import Row, capacity_row, link_row

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flows = tuple[Integers, Integers, Floats]

#: A row is violated if it is by more than this share of its scale.
TOLERANCE = 1e-7
#: Cuts are worth a row from this violation on.
WORTHWHILE = 1e-3
#: Parts of a module smaller than this are not rounded.
LEAST_PART = 1e-3
#: Most cuts of a kind in one round.
MOST_CUTS = 50
#: Pairs of nodes are tried as sets up to this many nodes.
MOST_NODES = 120


class Separator:
    """Finds violated rows, and remembers which it gave.

    Attributes
    ----------
    problem
        The design.
    """

    def __init__(self, problem: FlowProblem) -> None:
        self.problem = problem
        self._capacities = np.zeros(problem.n_arcs, np.bool_)
        self._links: set[tuple[int, int]] = set()
        self._cuts: set[bytes] = set()
        self._sets = _node_sets(problem) if problem.most.any() else []

    def capacities(self, arcs: Integers) -> list[Row]:
        """Return the capacities of some arcs, but for those given before."""
        new = arcs[~self._capacities[arcs]]
        self._capacities[new] = True
        return [capacity_row(self.problem, a) for a in new.tolist()]

    def needed(self, flows: Flows, modules: Floats) -> list[Row]:
        """Return capacities and links that are violated; a design has to keep them all."""
        problem = self.problem
        commodity, arc, amount = flows
        total = np.bincount(arc, amount, problem.n_arcs)
        free = problem.most == 0
        room = problem.module * np.where(free, 1.0, modules)
        over = total > room + TOLERANCE * problem.module
        rows = self.capacities(np.flatnonzero(over))
        most = np.minimum(problem.demand[commodity], problem.module[arc])
        linked = ~free[arc] & (amount > most * (modules[arc] + 10 * TOLERANCE))
        for a, k in zip(arc[linked].tolist(), commodity[linked].tolist(), strict=True):
            if (a, k) not in self._links:
                self._links.add((a, k))
                rows.append(link_row(problem, a, k))
        return rows

    def cuts(self, flows: Flows, modules: Floats) -> list[Row]:
        """Return residual capacity and cut-set inequalities that are violated most."""
        found = [*self._residual(flows, modules), *self._rounded(modules)]
        found.sort(key=lambda item: -item[0])
        rows = []
        for _, row in found[:MOST_CUTS]:
            key = row.priced.tobytes() + row.coefficient.round(9).tobytes()
            key += row.arcs.tobytes()
            key += b"" if row.members is None else row.members.tobytes()
            if key not in self._cuts:
                self._cuts.add(key)
                rows.append(row)
        return rows

    def _residual(self, flows: Flows, modules: Floats) -> list[tuple[float, Row]]:
        problem = self.problem
        commodity, arc, amount = flows
        part = modules - np.floor(modules)
        inner = (part > LEAST_PART) & (part < 1 - LEAST_PART) & (problem.most > 1)
        wanted = inner[arc] & (amount > problem.demand[commodity] * part[arc])
        found = []
        for a in np.unique(arc[wanted]).tolist():
            at = wanted & (arc == a)
            members, module = commodity[at], problem.module[a]
            demand = float(problem.demand[members].sum())
            steps = np.ceil(demand / module)
            rest = demand - (steps - 1) * module
            if rest < LEAST_PART * module:
                continue
            least = rest * steps - demand
            short = least - (rest * modules[a] - amount[at].sum())
            if short > WORTHWHILE * rest:
                row = Row(
                    priced=np.array([a]),
                    coefficient=np.array([rest]),
                    arcs=np.array([a]),
                    members=members,
                    least=float(least),
                    scale=float(rest),
                )
                found.append((float(short / rest), row))
        return found

    def _rounded(self, modules: Floats) -> list[tuple[float, Row]]:
        found = []
        for arcs, need in self._sets:
            cut = _best_rounding(self.problem, arcs, need, modules[arcs])
            if cut is not None:
                found.append(cut)
        return found


def _node_sets(problem: FlowProblem) -> list[tuple[Integers, float]]:
    """Return the priced arcs that leave a set, and what they must carry at least."""
    n = problem.n_nodes
    members = [np.arange(n) == node for node in np.unique(problem.source)]
    members += [np.arange(n) != node for node in np.unique(problem.target)]
    if n <= MOST_NODES:
        ends = np.unique(np.sort(np.column_stack([problem.tail, problem.head])), axis=0)
        for u, v in ends[ends[:, 0] < ends[:, 1]].tolist():
            inside = np.zeros(n, np.bool_)
            inside[[u, v]] = True
            members += [inside, ~inside]
    sets, seen = [], set()
    for inside in members:
        key = inside.tobytes()
        if key in seen:
            continue
        seen.add(key)
        leaves = inside[problem.tail] & ~inside[problem.head] & (problem.module > 0)
        priced = np.flatnonzero(leaves & (problem.most > 0))
        crosses = inside[problem.source] & ~inside[problem.target] & ~problem.optional
        need = float(problem.demand[crosses].sum())
        need -= float(problem.module[leaves & (problem.fixed_cost == 0)].sum())
        if need > 0 and len(priced):
            sets.append((priced, need))
    return sets


def _best_rounding(
    problem: FlowProblem, arcs: Integers, need: float, modules: Floats
) -> tuple[float, Row] | None:
    """Round `module @ modules >= need` by every module, and return the best cut.

    Modules past the half of a limit are counted down from it, so that covers come out.
    """
    module = np.minimum(problem.module[arcs], need)
    most = problem.most[arcs].astype(np.float64)
    best: tuple[float, Row] | None = None
    for down in (
        np.zeros(len(arcs), np.bool_),
        (most == 1) & (modules > 0.5),  # noqa: PLR2004 - past the half
        (most == 1) & (modules > 1 - LEAST_PART),
    ):
        rest = need - float((module * most)[down].sum())
        size, place = (
            np.where(down, -module, module),
            np.where(down, most - modules, modules),
        )
        for divisor in np.unique(module):
            steps = rest / divisor
            part = steps - np.floor(steps)
            if part < LEAST_PART or part > 1 - LEAST_PART:
                continue
            whole = np.floor(size / divisor + 1e-12)
            left = np.clip(size / divisor - whole, 0.0, 1.0)
            coefficient = whole + np.minimum(left / part + 1e-12, 1.0)
            least = np.ceil(steps)
            short = float(least - coefficient @ place)
            norm = float(np.abs(coefficient).max())
            if short <= WORTHWHILE * norm or (best and short / norm <= best[0]):
                continue
            signed = np.where(down, -coefficient, coefficient)
            row = Row(
                priced=arcs,
                coefficient=signed,
                arcs=np.array([], np.int64),
                members=None,
                least=float(least - (coefficient * most)[down].sum()),
                scale=norm,
            )
            best = (short / norm, row)
    return best
