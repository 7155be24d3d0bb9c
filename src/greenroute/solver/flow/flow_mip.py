"""The whole design as one mixed-integer program over arcs, for SCIP.

It brings good designs fast. Modules alone are taken from it; flows are found anew under
them, and bounds are proven elsewhere where that can be done.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver.python import model_builder_helper as helper
from scipy import sparse

from greenroute.solver.flow.flow_problem import FlowProblem
from greenroute.solver.flow.flow_rows import Row

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class MipAnswer(NamedTuple):
    """What the solver says.

    Attributes
    ----------
    modules
        Modules on each arc, (n_arcs,); None if it found no design.
    bound
        What it claims that no design is below.
    """

    modules: Integers | None
    bound: float


class _Rows:
    """Rows of a program, gathered in blocks."""

    def __init__(self) -> None:
        self.row: list[Integers] = []
        self.column: list[Integers] = []
        self.value: list[Floats] = []
        self.least: list[Floats] = []
        self.most: list[Floats] = []
        self.n = 0

    def add(self, row: Integers, column: Integers, value: Floats) -> None:
        """Add entries; rows are counted from the next block on."""
        self.row.append(row + self.n)
        self.column.append(column)
        self.value.append(value)

    def close(self, least: Floats, most: Floats) -> None:
        """End the block."""
        self.least.append(least)
        self.most.append(most)
        self.n += len(least)

    def matrix(self, n_columns: int) -> "sparse.csr_matrix[np.float64]":
        """Return all entries."""
        entries = np.concatenate(self.value)
        places = np.concatenate(self.row), np.concatenate(self.column)
        return sparse.csr_matrix((entries, places), shape=(self.n, n_columns))


def solve_arc_program(
    problem: FlowProblem,
    limits: tuple[Integers, Integers],
    rows: list[Row],
    *,
    known: Integers | None,
    gap: float,
    seconds: float,
) -> MipAnswer:
    """Solve a design by SCIP.

    Parameters
    ----------
    limits
        Fewest and most modules of each arc.
    rows
        Valid rows. All links would be right too, but only those that the master needed
        tighten the program as much as they slow it.
    known
        Modules of a design to begin with, if there is one.
    gap, seconds
        When to stop.
    """
    least, most = limits
    arcs = np.flatnonzero(
        (problem.module > 0) & ((problem.fixed_cost == 0) | (most > 0))
    )
    n, n_k = len(arcs), problem.n_commodities
    priced = np.flatnonzero(problem.most[arcs] > 0)
    n_flow = n * n_k
    module_column = np.full(problem.n_arcs, -1)
    module_column[arcs[priced]] = n_flow + np.arange(len(priced))
    served_column = n_flow + len(priced) + np.arange(n_k)
    block = _Rows()
    _conserve(block, problem, arcs, served_column)
    _fit(block, problem, arcs, module_column)
    flow_place = np.full(problem.n_arcs, -1)
    flow_place[arcs] = np.arange(n)
    for row in rows:
        _copy(block, row, module_column, (flow_place, n))
    lower = np.concatenate(
        [
            np.zeros(n_flow),
            least[arcs[priced]],
            np.where(problem.optional, 0.0, problem.demand),
        ]
    )
    flow_most = np.minimum(problem.demand[:, None], _room(problem, arcs, most)[None, :])
    upper = np.concatenate([flow_most.ravel(), most[arcs[priced]], problem.demand])
    costs = np.concatenate(
        [
            np.tile(problem.unit_cost[arcs], n_k),
            problem.fixed_cost[arcs[priced]],
            -problem.revenue,
        ]
    )
    model = helper.ModelBuilderHelper()
    # Its stubs ask for an array whose shape is a number: no array has that type.
    fill: Any = model.fill_model_from_sparse_data
    fill(
        lower,
        upper,
        costs,
        np.concatenate(block.least),
        np.concatenate(block.most),
        block.matrix(len(costs)),
    )
    for column in module_column[arcs[priced]].tolist():
        model.set_var_integrality(column, True)  # noqa: FBT003 - its only form
    if known is not None:
        for arc in arcs[priced].tolist():
            model.add_hint(int(module_column[arc]), float(known[arc]))
    solver = helper.ModelSolverHelper("scip")
    solver.set_solver_specific_parameters(f"limits/gap = {0.1 * gap:.3g}")
    if math.isfinite(seconds):
        solver.set_time_limit_in_seconds(seconds)
    solver.solve(model)
    if not solver.has_solution():
        return MipAnswer(None, -np.inf)
    modules = np.zeros(problem.n_arcs, np.int64)
    values = np.asarray(solver.variable_values())
    modules[arcs[priced]] = np.rint(values[n_flow : n_flow + len(priced)])
    return MipAnswer(modules, float(solver.best_objective_bound()))


def _room(problem: FlowProblem, arcs: Integers, most: Integers) -> Floats:
    """Return what fits on the arcs with all their modules."""
    return problem.module[arcs] * np.where(problem.most[arcs] > 0, most[arcs], 1)


def _conserve(
    rows: _Rows, problem: FlowProblem, arcs: Integers, served_column: Integers
) -> None:
    """Add: what flows into a node flows out of it, for each commodity."""
    n, n_k = len(arcs), problem.n_commodities
    first = np.repeat(np.arange(n_k) * problem.n_nodes, n)
    columns, ones = np.arange(n * n_k), np.ones(n * n_k)
    rows.add(first + np.tile(problem.tail[arcs], n_k), columns, ones)
    rows.add(first + np.tile(problem.head[arcs], n_k), columns, -ones)
    begin = np.arange(n_k) * problem.n_nodes
    rows.add(begin + problem.source, served_column, -np.ones(n_k))
    rows.add(begin + problem.target, served_column, np.ones(n_k))
    rows.close(np.zeros(n_k * problem.n_nodes), np.zeros(n_k * problem.n_nodes))


def _fit(
    rows: _Rows, problem: FlowProblem, arcs: Integers, module_column: Integers
) -> None:
    """Add: what flows over an arc fits its modules."""
    n, n_k = len(arcs), problem.n_commodities
    limited = np.flatnonzero(np.isfinite(problem.module[arcs]))
    module = problem.module[arcs[limited]]
    for k in range(n_k):
        rows.add(np.arange(len(limited)), k * n + limited, np.ones(len(limited)))
    columns = module_column[arcs[limited]]
    free = columns < 0
    rows.add(np.flatnonzero(~free), columns[~free], -module[~free])
    rows.close(np.full(len(limited), -np.inf), np.where(free, module, 0.0))


def _copy(
    rows: _Rows, row: Row, module_column: Integers, flow_place: tuple[Integers, int]
) -> None:
    """Add a row of the master, unless it is a capacity; what is closed counts as zero."""
    if len(row.arcs) and row.members is None:
        return
    place, n = flow_place
    open_ = module_column[row.priced] >= 0
    columns, values = module_column[row.priced[open_]], row.coefficient[open_]
    if row.members is not None:
        at = place[row.arcs]
        flows = (row.members[:, None] * n + at[at >= 0]).ravel()
        columns = np.concatenate([columns, flows])
        values = np.concatenate([values, -np.ones(len(flows))])
    rows.add(np.zeros(len(columns), np.int64), columns, values)
    rows.close(np.array([row.least]), np.array([np.inf]))
