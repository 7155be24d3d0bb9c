"""Whole programs by CP-SAT, which counts in whole numbers: what it proves is proven."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from greenroute.solver.program import Effort, Program

Integers = NDArray[np.int64]

#: Seconds between two looks at whether to end.
TICK = 0.1


class Proof(NamedTuple):
    """What CP-SAT says.

    Attributes
    ----------
    values
        The best values found, int64 (n_variables,); None if it found none.
    bound
        What no values cost less than; -inf if nothing is known, inf if there are none.
    ended
        Whether nothing is left to prove.
    """

    values: Integers | None
    bound: float
    ended: bool


def prove(
    program: Program,
    hint: Integers | None,
    *,
    effort: Effort,
    seed: int = 0,
    interrupted: Callable[[], bool] | None = None,
) -> Proof:
    """Find the best values of a program whose numbers are all whole, with a bound.

    Parameters
    ----------
    hint
        Values to begin with, (n_variables,); with good ones it proves many times faster.
    interrupted
        Asked every `TICK`; True ends the search.
    """
    model = cp_model.CpModel()
    variables = [
        model.new_int_var(0, most, "")
        for most in program.highest.astype(np.int64).tolist()
    ]
    _add_rows(model, variables, program)
    cost = program.cost.astype(np.int64).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, cost))
    if hint is not None:
        for variable, value in zip(variables, hint.tolist(), strict=True):
            model.add_hint(variable, value)
    solver = _prover(effort, seed)
    status = _run(solver, model, interrupted or (lambda: False))
    if status == cp_model.INFEASIBLE:
        return Proof(None, math.inf, ended=True)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Proof(None, -math.inf, ended=False)
    values = np.array([solver.value(variable) for variable in variables], np.int64)
    ended = status == cp_model.OPTIMAL
    bound = solver.objective_value if ended else solver.best_objective_bound
    return Proof(values, bound, ended=ended)


def _run(
    solver: cp_model.CpSolver, model: cp_model.CpModel, interrupted: Callable[[], bool]
) -> cp_model.CpSolverStatus:
    """Solve beside the main thread, which alone hears Ctrl-C."""
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(solver.solve, model)
        try:
            while wait({run}, TICK).not_done:
                if interrupted():
                    # Again and again: what has not begun cannot be stopped.
                    solver.stop_search()
        except KeyboardInterrupt:
            while wait({run}, TICK).not_done:
                solver.stop_search()
            raise
        return run.result()


def _add_rows(
    model: cp_model.CpModel, variables: list[cp_model.IntVar], program: Program
) -> None:
    matrix = program.matrix
    column, start = matrix.indices.tolist(), matrix.indptr.tolist()
    amount = matrix.data.astype(np.int64).tolist()
    equal = (program.lowest_row == program.highest_row).tolist()
    most = program.highest_row.astype(np.int64).tolist()
    for row, limit in enumerate(most):
        begin, end = start[row], start[row + 1]
        total = cp_model.LinearExpr.weighted_sum(
            [variables[j] for j in column[begin:end]], amount[begin:end]
        )
        model.add(total == limit if equal[row] else total <= limit)


def new_solver(effort: Effort, *, seed: int = 0) -> cp_model.CpSolver:
    """Return a solver whose run can be repeated, and does not take Ctrl-C for itself."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = seed
    # Several workers race; in turns (interleave_search) they repeat, 20-70 times slower.
    parameters.num_workers = 1
    # Else Ctrl-C kills the process from then on.
    parameters.catch_sigint_signal = False
    if math.isfinite(effort.steps):
        parameters.max_deterministic_time = effort.steps
    if math.isfinite(effort.seconds):
        parameters.max_time_in_seconds = max(effort.seconds, 0.01)
    return solver


def _prover(effort: Effort, seed: int) -> cp_model.CpSolver:
    """Return a solver for programs whose linear relaxation says most."""
    solver = new_solver(effort, seed=seed)
    parameters = solver.parameters
    # All for the relaxation, with all rows at once; no probing, which brings nothing
    # here: two to five times as fast on books of orders.
    parameters.linearization_level = 2
    parameters.add_lp_constraints_lazily = False
    parameters.cp_model_probing_level = 0
    parameters.search_branching = cp_model.PSEUDO_COST_SEARCH
    return solver
