"""The master problem of a flow design: shares of paths and numbers of modules, as an LP.

Paths and rows come in lazily. Flow is counted in shares of a commodity's demand and money
in a unit near the mean cost of a commodity, so that the solver's absolute tolerances mean
the same on every instance.
"""

import math
from datetime import timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from greenroute.solver.flow.flow_problem import FlowProblem
from greenroute.solver.flow.flow_rows import Row

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: What stays behind costs this many times the dearest way, until that is too little.
FIRST_PENALTY = 4.0

#: A solution in whole numbers is good enough within this gap.
WHOLE_GAP = 3e-3

#: How the LP is solved: on from the last basis, with new paths or costs by one algorithm,
#: with new rows or limits by the other; anew; anew by another algorithm. GLOP forgets its
#: basis where scaling changes what was there before.
WIDER = mathopt.SolveParameters(
    presolve=mathopt.Emphasis.OFF,
    scaling=mathopt.Emphasis.OFF,
    lp_algorithm=mathopt.LPAlgorithm.PRIMAL_SIMPLEX,
)
TIGHTER = mathopt.SolveParameters(
    presolve=mathopt.Emphasis.OFF,
    scaling=mathopt.Emphasis.OFF,
    lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX,
)
COLD = mathopt.SolveParameters()
OTHER = mathopt.SolveParameters(lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX)


class Answer(NamedTuple):
    """A solution of the LP, in the units of the problem.

    Attributes
    ----------
    value
        Cost of the solution, penalties included.
    share
        Share of its commodity's demand on each path, (n_paths,).
    modules
        Number of modules on each arc, (n_arcs,).
    left
        Share of each commodity that is left behind though it must not, (n_commodities,).
    short
        Most by which a row over modules alone is missed, in its scale.
    worth
        Price of a unit of each commodity at its target, (n_commodities,).
    duals
        Price of each row, (n_rows,).
    """

    value: float
    share: Floats
    modules: Floats
    left: Floats
    short: float
    worth: Floats
    duals: Floats


class Master:
    """Paths and rows found so far, and the LP over them.

    Attributes
    ----------
    problem
        The design.
    rows
        Rows in the LP.
    commodity, path
        Commodity and arcs of each path.
    costs
        Whether money counts; if not, only what is left behind does.
    """

    def __init__(self, problem: FlowProblem, *, unit: float, penalty: Floats) -> None:
        self.problem = problem
        self.rows: list[Row] = []
        self.commodity: list[int] = []
        self.path: list[Integers] = []
        self.costs = True
        self.penalty = penalty
        self._unit = unit
        self._known: set[tuple[int, bytes]] = set()
        self._paths_of_arc: dict[int, list[int]] = {}
        self._rows_of_arc: dict[int, list[int]] = {}
        self._flat: tuple[Integers, Integers] | None = None
        self._model = mathopt.Model()
        optional = problem.optional
        self._served = [
            self._model.add_linear_constraint(lb=-np.inf if free else 1.0, ub=1.0)
            for free in optional
        ]
        self._modules = {
            int(arc): self._model.add_variable(lb=0.0, ub=float(problem.most[arc]))
            for arc in np.flatnonzero(problem.most)
        }
        self._left = {
            int(k): self._model.add_variable(lb=0.0) for k in np.flatnonzero(~optional)
        }
        for k, variable in self._left.items():
            self._served[k].set_coefficient(variable, 1.0)
        self._shares: list[mathopt.Variable] = []
        self._slacks: list[mathopt.Variable] = []
        self._wider = True
        self._lines: list[mathopt.LinearConstraint] = []
        self._set_costs()
        self._solver = mathopt.IncrementalSolver(self._model, mathopt.SolverType.GLOP)

    def unserved(self) -> Floats:
        """Return what a unit that stays behind costs."""
        problem = self.problem
        if not self.costs:
            return np.where(
                problem.optional, 0.0, 1.0 / np.maximum(problem.demand, 1e-300)
            )
        return np.where(problem.optional, problem.revenue, np.inf)

    def add_paths(self, commodity: Integers, start: Integers, arcs: Integers) -> int:
        """Add the paths that are new, and return how many."""
        before = len(self.path)
        for i, k in enumerate(commodity.tolist()):
            path = arcs[start[i] : start[i + 1]].copy()
            key = (k, path.tobytes())
            if key not in self._known:
                self._known.add(key)
                self._add_path(k, path)
        if len(self.path) > before:
            self._flat, self._wider = None, True
        return len(self.path) - before

    def add_row(self, row: Row) -> None:
        """Add a row, with the paths that it counts."""
        line = self._model.add_linear_constraint(lb=row.least / row.scale)
        for arc, coefficient in zip(
            row.priced.tolist(), row.coefficient.tolist(), strict=True
        ):
            line.set_coefficient(self._modules[arc], coefficient / row.scale)
        members = None if row.members is None else set(row.members.tolist())
        weight: dict[int, float] = {}
        for arc in row.arcs.tolist():
            self._rows_of_arc.setdefault(arc, []).append(len(self.rows))
            for path in self._paths_of_arc.get(arc, ()):
                k = self.commodity[path]
                if members is None or k in members:
                    weight[path] = weight.get(path, 0.0) - self.problem.demand[k]
        for path, coefficient in weight.items():
            line.set_coefficient(self._shares[path], coefficient / row.scale)
        if not len(row.arcs):
            # Limits of the modules may contradict it: that has to cost, not to fail.
            slack = self._model.add_variable(lb=0.0)
            line.set_coefficient(slack, 1.0)
            self._slacks.append(slack)
            self._model.objective.set_linear_coefficient(slack, self._slack_cost())
        self._lines.append(line)
        self.rows.append(row)

    def limit_modules(self, least: Integers, most: Integers) -> None:
        """Set the fewest and most modules of each arc."""
        for arc, variable in self._modules.items():
            if variable.lower_bound != least[arc]:
                variable.lower_bound = float(least[arc])
            if variable.upper_bound != most[arc]:
                variable.upper_bound = float(most[arc])

    def count_costs(self, *, costs: bool) -> None:
        """Let money count, or only what is left behind."""
        self.costs = costs
        self._set_costs()

    def raise_penalty(self, factor: float) -> None:
        """Make it dearer to leave behind what must be served."""
        self.penalty = self.penalty * factor
        self._set_costs()

    def solve(self) -> Answer | None:
        """Return a solution of the LP; None if the solver gives none."""
        result = self._solve_lp()
        if result is None:
            return None
        problem, unit = self.problem, self._unit if self.costs else 1.0
        modules, left = np.zeros(problem.n_arcs), np.zeros(problem.n_commodities)
        if self._modules:
            modules[list(self._modules)] = result.variable_values(
                list(self._modules.values())
            )
        if self._left:
            left[list(self._left)] = result.variable_values(list(self._left.values()))
        demand = np.where(problem.demand > 0, problem.demand, 1.0)
        served = np.array(result.dual_values(self._served)) * unit / demand
        scales = np.array([row.scale for row in self.rows])
        lines = np.array(result.dual_values(self._lines)) * unit
        return Answer(
            value=result.objective_value() * unit,
            share=np.array(result.variable_values(self._shares)),
            modules=modules,
            left=left,
            short=max(result.variable_values(self._slacks), default=0.0),
            worth=served + (problem.revenue if self.costs else 0.0),
            duals=lines / scales if len(scales) else lines,
        )

    def _solve_lp(self) -> mathopt.SolveResult | None:
        """Solve from where the last solution stood, or anew if that comes to nothing."""
        warm = WIDER if self._wider else TIGHTER
        self._wider = False
        for params in (warm, COLD, OTHER):
            if params is not warm:
                self._solver = mathopt.IncrementalSolver(
                    self._model, mathopt.SolverType.GLOP
                )
            try:
                result = self._solver.solve(params=params)
            except (AttributeError, mathopt.InternalMathOptError):
                # GLOP gave up ("ABNORMAL"), or MathOpt stumbled over saying so
                # (or-tools #4606): the basis is lost, the model is not.
                continue
            if result.termination.reason is mathopt.TerminationReason.OPTIMAL:
                return result
        return None

    def whole_modules(self, *, nodes: int, seconds: float) -> Integers | None:
        """Return modules of a good solution in whole numbers over the paths; None if none.

        SCIP looks for it in a tree of at most so many nodes.
        """
        model = mathopt.Model.from_model_proto(self._model.export_model())
        for variable in self._modules.values():
            model.get_variable(variable.id).integer = True
        limit = None if math.isinf(seconds) else timedelta(seconds=seconds)
        params = mathopt.SolveParameters(
            node_limit=nodes,
            time_limit=limit,
            relative_gap_tolerance=WHOLE_GAP,
            cuts=mathopt.Emphasis.OFF,
        )
        result = mathopt.solve(model, mathopt.SolverType.GSCIP, params=params)
        if not result.has_primal_feasible_solution():
            return None
        values = result.variable_values()
        modules = np.zeros(self.problem.n_arcs, np.int64)
        for arc, variable in self._modules.items():
            modules[arc] = round(values[model.get_variable(variable.id)])
        return modules

    def flows(self, share: Floats) -> tuple[Integers, Integers, Floats]:
        """Return commodity, arc and amount wherever something flows, sorted."""
        if self._flat is None:
            lengths = [len(path) for path in self.path]
            self._flat = (
                np.repeat(np.arange(len(self.path)), lengths),
                np.concatenate([*self.path, np.array([], np.int64)]),
            )
        column, arc = self._flat
        commodity = np.array(self.commodity, np.int64)
        used = share[column] > 0
        column, arc = column[used], arc[used]
        key = commodity[column] * self.problem.n_arcs + arc
        keys, place = np.unique(key, return_inverse=True)
        amount = np.bincount(
            place, share[column] * self.problem.demand[commodity[column]], len(keys)
        )
        return (
            keys // self.problem.n_arcs,
            keys % self.problem.n_arcs,
            amount.astype(np.float64),
        )

    def _add_path(self, k: int, path: Integers) -> None:
        problem, number = self.problem, len(self.path)
        variable = self._model.add_variable(lb=0.0)
        self._served[k].set_coefficient(variable, 1.0)
        weight: dict[int, float] = {}
        for arc in path.tolist():
            self._paths_of_arc.setdefault(arc, []).append(number)
            for at in self._rows_of_arc.get(arc, ()):
                members = self.rows[at].members
                if members is None or (members == k).any():
                    weight[at] = weight.get(at, 0.0) - problem.demand[k]
        for at, coefficient in weight.items():
            self._lines[at].set_coefficient(variable, coefficient / self.rows[at].scale)
        self.commodity.append(k)
        self.path.append(path)
        self._shares.append(variable)
        self._model.objective.set_linear_coefficient(variable, self._cost(number))

    def _cost(self, path: int) -> float:
        k = self.commodity[path]
        per_unit = self.problem.unit_cost[self.path[path]].sum()
        per_unit -= self.problem.revenue[k]
        return float(per_unit * self.problem.demand[k] / self._unit) * self.costs

    def _slack_cost(self) -> float:
        dearest = self.penalty.max() * self.problem.demand.max()
        return float(dearest / self._unit) if self.costs else 1.0

    def _set_costs(self) -> None:
        self._wider = True
        objective, problem = self._model.objective, self.problem
        for arc, variable in self._modules.items():
            cost = problem.fixed_cost[arc] / self._unit * self.costs
            objective.set_linear_coefficient(variable, cost)
        for k, variable in self._left.items():
            cost = self.penalty[k] * problem.demand[k] / self._unit
            objective.set_linear_coefficient(variable, cost if self.costs else 1.0)
        for variable in self._slacks:
            objective.set_linear_coefficient(variable, self._slack_cost())
        for path, variable in enumerate(self._shares):
            objective.set_linear_coefficient(variable, self._cost(path))
