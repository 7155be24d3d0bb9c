"""A choice among few columns as an exact integer model, for CP-SAT.

All variables and coefficients are whole. Numbers that are not are counted in units so
fine that what they lose is far below the tolerance, and always rounded down: the model
then allows at least what the problem allows and costs at most as much, so its optimum is
a bound, and an answer counts only if it keeps the true limits.
"""

import math
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from greenroute.solver.choose.choose_problem import Columns, Flags, Integers, Problem

#: Units in a limit, and in the spread of all costs, where they are not whole.
FINE = 2.0**41


class Proof(NamedTuple):
    """What the model gives.

    Attributes
    ----------
    choice
        The best choice found; None if none is, or none that keeps the true limits.
    bound
        What no choice among these columns is below; -inf unless the model was solved to
        the end, inf if it has no choice.
    """

    choice: Integers | None
    bound: float


class Effort(NamedTuple):
    """How long a model may be tried.

    Attributes
    ----------
    steps
        In the solver's own count of work or nodes, the same on every machine.
    seconds
        By the clock.
    """

    steps: float
    seconds: float


def solve_exactly(
    problem: Problem,
    kept: Flags,
    hint: Integers | None,
    *,
    effort: Effort,
    seed: int,
) -> Proof:
    """Choose among the columns kept.

    Parameters
    ----------
    kept
        Which columns are allowed, at least one of each order, (n_columns,).
    hint
        A choice among them to begin with.
    """
    columns = problem.columns
    place = np.flatnonzero(kept)
    part = columns.select(kept)
    count = np.diff(part.start)
    single = part.start[:-1][count == 1]
    free = np.flatnonzero(np.repeat(count > 1, count))
    costs, cost_unit = _whole_costs(part, whole=problem.whole_cost)
    amounts, limits = _whole_amounts(part, problem.whole_row)
    model = cp_model.CpModel()
    variables: dict[int, cp_model.IntVar] = {
        j: model.new_bool_var("") for j in free.tolist()
    }
    for begin, end in zip(
        part.start[:-1].tolist(), part.start[1:].tolist(), strict=True
    ):
        if end - begin > 1:
            model.add_exactly_one([variables[j] for j in range(begin, end)])
    if not _add_rows(
        model, variables, part, amounts, limits - _load(part, amounts, single)
    ):
        return Proof(None, math.inf)
    model.minimize(
        cp_model.LinearExpr.weighted_sum(list(variables.values()), costs[free].tolist())
    )
    if hint is not None:
        chosen = np.isin(place, hint)
        for j, variable in variables.items():
            model.add_hint(variable, bool(chosen[j]))
    solver = cp_model.CpSolver()
    _steer(solver, effort, seed)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Proof(None, math.inf)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Proof(None, -math.inf)
    chosen = np.zeros(len(place), np.bool_)
    chosen[single] = True
    chosen[[j for j in variables if solver.boolean_value(variables[j])]] = True
    choice = np.flatnonzero(chosen)
    bound = -math.inf
    if status == cp_model.OPTIMAL and len(choice) == part.n_orders:
        base = np.minimum.reduceat(part.cost, part.start[:-1])
        bound = math.fsum(base) + float(costs[choice].sum()) / cost_unit
    answer = place[choice] if len(choice) == part.n_orders else None
    if answer is not None and not columns.fits(answer):
        answer = None
    return Proof(answer, bound)


def _steer(solver: cp_model.CpSolver, effort: Effort, seed: int) -> None:
    """Set the parameters of a run that can be repeated."""
    solver.parameters.random_seed = seed
    # Several workers race; in turns (interleave_search) they repeat, 20-70 times slower.
    solver.parameters.num_workers = 1
    # Twice as fast here: rows with many columns, which cuts make tight.
    solver.parameters.linearization_level = 2
    # Else Ctrl-C kills the process from then on.
    solver.parameters.catch_sigint_signal = False
    if math.isfinite(effort.steps):
        solver.parameters.max_deterministic_time = effort.steps
    if math.isfinite(effort.seconds):
        solver.parameters.max_time_in_seconds = max(effort.seconds, 0.01)


def _whole_costs(part: Columns, *, whole: bool) -> tuple[Integers, float]:
    """Return costs above the cheapest of each order in whole units, and units in one."""
    base = np.minimum.reduceat(part.cost, part.start[:-1])
    above = part.cost - np.repeat(base, np.diff(part.start))
    spread = float(np.maximum.reduceat(above, part.start[:-1]).sum())
    unit = 1.0 if whole or spread == 0 else FINE / spread
    return np.floor(above * unit).astype(np.int64), unit


def _whole_amounts(part: Columns, whole_row: Flags) -> tuple[Integers, Integers]:
    """Return amounts rounded down in whole units, and the limits in them."""
    unit = np.where(whole_row, 1.0, FINE / part.limit)
    amounts = np.floor(part.amount * unit[part.use_row]).astype(np.int64)
    return amounts, np.ceil(part.limit * unit).astype(np.int64)


def _load(part: Columns, amounts: Integers, choice: Integers) -> Integers:
    """Return what some columns use, in whole units."""
    taken = np.zeros(len(part.cost), np.bool_)
    taken[choice] = True
    entries = np.repeat(taken, np.diff(part.use_start))
    load = np.zeros(len(part.limit), np.int64)
    np.add.at(load, part.use_row[entries], amounts[entries])
    return load


def _add_rows(
    model: cp_model.CpModel,
    variables: dict[int, cp_model.IntVar],
    part: Columns,
    amounts: Integers,
    room: Integers,
) -> bool:
    """Add the rows that matter; False if the columns that are settled fill one."""
    if (room < 0).any():
        return False
    column = np.repeat(np.arange(len(part.cost)), np.diff(part.use_start))
    free = np.isin(column, np.fromiter(variables, np.int64, len(variables)))
    ranks = np.flatnonzero(free)[np.argsort(part.use_row[free], kind="stable")]
    ends = np.searchsorted(part.use_row[ranks], np.arange(len(room) + 1))
    for row in range(len(room)):
        entries = ranks[ends[row] : ends[row + 1]]
        weights = amounts[entries]
        if weights.sum() <= room[row]:
            continue
        model.add(
            cp_model.LinearExpr.weighted_sum(
                [variables[j] for j in column[entries].tolist()], weights.tolist()
            )
            <= int(room[row])
        )
    return True
