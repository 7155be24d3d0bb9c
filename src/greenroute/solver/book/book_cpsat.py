"""Runs models of blocks in CP-SAT: two at a time, and ready to end at any moment."""

import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from greenroute.solver.book.book_model import Model
from greenroute.solver.book.book_tables import Integers
from greenroute.solver.cp_sat import new_solver
from greenroute.solver.program import Effort
from greenroute.solver.stop import relative_gap

#: Models that run at the same time; each has one worker, so that it can be repeated.
AT_ONCE = 2
#: Seconds between two looks at whether to end.
TICK = 0.1

#: Called now and then while others work; says whether to end.
Look = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What ends the search in a model; only steps and gap give the same answer again.

    Attributes
    ----------
    seconds
        By the clock.
    steps
        In the solver's own count of work.
    gap
        Relative distance from the bound that is good enough.
    """

    seconds: float = math.inf
    steps: float = math.inf
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAnswer:
    """What is known of a block.

    Attributes
    ----------
    bound
        No choice for it costs less.
    columns
        Best columns found of its orders, -1 for none; None if there is no choice.
    boxes
        Of its groups, likewise.
    ended
        Whether it was solved to the gap asked for.
    """

    bound: float
    columns: Integers | None
    boxes: Integers | None
    ended: bool


def run_models(
    models: list[Model], *, limits: Limits, seed: int, look: Look
) -> list[BlockAnswer]:
    """Solve models of blocks at the same time; return their answers in the same order."""
    solvers = run_solvers(
        [model.cp for model in models], limits=limits, seed=seed, look=look
    )
    return [
        _answer(model, solver, gap=limits.gap)
        for model, solver in zip(models, solvers, strict=True)
    ]


def run_solvers(
    models: list[cp_model.CpModel], *, limits: Limits, seed: int, look: Look
) -> list[cp_model.CpSolver | None]:
    """Solve models at the same time; return what holds their answers, None without one."""
    solvers = [_solver(limits, seed) for _ in models]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [
            pool.submit(solver.solve, model)
            for solver, model in zip(solvers, models, strict=True)
        ]
        waiting = set(runs)
        try:
            while waiting:
                _, waiting = wait(waiting, TICK)
                if waiting and look():
                    break
        finally:
            _end(solvers, waiting)
    answers: list[cp_model.CpSolver | None] = []
    for model, solver, run in zip(models, solvers, runs, strict=True):
        status = cp_model.UNKNOWN if run.cancelled() else run.result()
        if status == cp_model.MODEL_INVALID:
            msg = f"a model is not valid: {model.validate()}"
            raise AssertionError(msg)
        solved = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
        answers.append(solver if solved else None)
    return answers


def _end(
    solvers: list[cp_model.CpSolver], waiting: set[Future[cp_model.CpSolverStatus]]
) -> None:
    """Stop what runs; what has not begun does not begin."""
    for run in waiting:
        run.cancel()
    while waiting:
        for solver in solvers:
            solver.stop_search()
        _, waiting = wait(waiting, TICK)


def _solver(limits: Limits, seed: int) -> cp_model.CpSolver:
    effort = Effort(limits.steps, limits.seconds)
    solver = new_solver(effort, seed=seed % 2**31)
    parameters = solver.parameters
    # Knapsacks with step costs are bounded by linear relaxations and little else.
    parameters.linearization_level = 2
    parameters.symmetry_level = 0
    parameters.cp_model_probing_level = 0
    parameters.relative_gap_limit = limits.gap
    return solver


def _answer(
    model: Model, solver: cp_model.CpSolver | None, *, gap: float
) -> BlockAnswer:
    """Read what a solver found."""
    if solver is None:
        return BlockAnswer(bound=-math.inf, columns=None, boxes=None, ended=False)
    value = solver.value
    taken = np.flatnonzero([value(x) for x in model.x])
    columns = np.full(len(model.block.orders), -1)
    columns[model.owner[taken]] = model.block.columns[taken]
    return BlockAnswer(
        bound=solver.best_objective_bound / model.unit,
        columns=columns,
        boxes=np.array([value(y) for y in model.y], np.int64),
        ended=relative_gap(solver.objective_value, solver.best_objective_bound) <= gap,
    )
