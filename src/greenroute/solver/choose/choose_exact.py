"""A choice among few columns as an exact integer model, for CP-SAT.

All variables and coefficients are whole. Numbers that are not are counted in units so
fine that what they lose is far below the tolerance, and always rounded down: the model
then allows at least what the problem allows and costs at most as much, so its optimum is
a bound, and an answer counts only if it keeps the true limits.
"""

import math

import numpy as np
from scipy.sparse import csr_array

from greenroute.solver.choose.choose_problem import Columns, Flags, Integers, Problem
from greenroute.solver.cp_sat import Proof, prove
from greenroute.solver.program import Effort, Program

#: Units in a limit, and in the spread of all costs, where they are not whole.
FINE = 2.0**41


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

    Returns
    -------
    Proof
        Its values are the best choice found, (n_orders,); None if none is, or none that
        keeps the true limits. Its bound is that of the problem.
    """
    place = np.flatnonzero(kept)
    part = problem.columns.select(kept)
    n_columns, n_orders, n_rows = len(part.cost), part.n_orders, len(part.limit)
    costs, cost_unit = _whole_costs(part, whole=problem.whole_cost)
    amounts, limits = _whole_amounts(part, problem.whole_row)
    each = np.arange(n_columns)
    row = np.concatenate([part.order, n_orders + part.use_row])
    column = np.concatenate([each, np.repeat(each, np.diff(part.use_start))])
    amount = np.concatenate([np.ones(n_columns, np.int64), amounts])
    program = Program(
        cost=costs.astype(np.float64),
        highest=np.ones(n_columns),
        whole=np.ones(n_columns, np.int64),
        matrix=csr_array((amount, (row, column)), shape=(n_orders + n_rows, n_columns)),
        lowest_row=np.concatenate([np.ones(n_orders), np.full(n_rows, -np.inf)]),
        highest_row=np.concatenate([np.ones(n_orders), limits]),
    )
    known = None if hint is None else np.isin(place, hint).astype(np.int64)
    proof = prove(program, known, effort=effort, seed=seed)
    bound = proof.bound
    if math.isfinite(bound):
        base = np.minimum.reduceat(part.cost, part.start[:-1])
        bound = math.fsum(base) + bound / cost_unit
    choice = None if proof.values is None else place[np.flatnonzero(proof.values)]
    if choice is not None and not problem.columns.fits(choice):
        choice = None
    return Proof(choice, bound, ended=proof.ended)


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
