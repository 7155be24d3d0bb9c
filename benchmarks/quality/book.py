"""Gap, time and memory of choices for synthetic order books.

    python benchmarks/quality/book.py [N_ORDERS SECONDS]...

Each size runs in a process of its own, after the kernels are compiled. For a book of a
thousand orders, HiGHS and CP-SAT alone on the whole book have the same time beside it.
"""

import resource
import subprocess
import sys
from os import getloadavg
from pathlib import Path

import numpy as np
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, diags_array

sys.path.insert(0, str(Path(__file__).parents[1]))

from book_instances import make_book

from greenroute.solver.book.book import Book
from greenroute.solver.book.book_evaluate import evaluate
from greenroute.solver.book.book_model import (
    Model,
    nothing_used,
    true_costs,
    whole_block,
)
from greenroute.solver.book.book_tables import make_tables
from greenroute.solver.book.solve_book import solve_book
from greenroute.solver.stop import TimeLimit, relative_gap

SIZES = ((100, 5), (1_000, 60), (10_000, 180), (100_000, 270), (1_000_000, 540))
#: Size at which plain models are solved beside.
BESIDE = 1_000
KB_PER_GB = 1e6
#: Bounds beyond this are none.
NO_LIMIT = 1e15
#: Plain costs are scaled by this for HiGHS, and what counts as one.
SCALE, HALF = 1e3, 0.5


def run(n_orders: int, seconds: float) -> None:
    """Print a line of the table, with the load of the machine."""
    for small in (50, 500):
        solve_book(make_book(small), stop=TimeLimit(10))
    book = make_book(n_orders)
    choice = solve_book(book, stop=TimeLimit(seconds))
    found = evaluate(book, choice.columns, choice.boxes)
    assert not found.complaints
    assert found.objective == choice.objective
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_GB
    print(
        f"{n_orders:9,} {choice.seconds:7.1f} s {choice.gap:8.3%} {peak:5.2f} GB "
        f"{choice.objective:18,.0f} {choice.bound:18,.0f} load {getloadavg()[0]:.1f}",
        flush=True,
    )
    if n_orders == BESIDE:
        for name, plain in (("HiGHS", highs), ("CP-SAT", cp_sat)):
            cost, bound = plain(book, seconds)
            print(
                f"{name:>9} {seconds:7.1f} s {relative_gap(cost, bound):8.3%} {'':8} "
                f"{cost:18,.0f} {bound:18,.0f} load {getloadavg()[0]:.1f}",
                flush=True,
            )


def whole_model(book: Book) -> Model:
    """Return the whole book as a model."""
    t = make_tables(book)
    block = whole_block(t, np.arange(len(book.route)))
    return Model(t, block, true_costs(t), used=nothing_used(t), budgets=True)


def cost_of(book: Book, model: Model, taken: list[bool]) -> float:
    """Return what a choice costs; infinite if it is not allowed."""
    chosen = np.flatnonzero(taken)
    columns = np.full(book.n_orders, -1)
    columns[model.owner[chosen]] = model.block.columns[chosen]
    found = evaluate(book, columns)
    return np.inf if found.complaints else found.objective


def highs(book: Book, seconds: float) -> tuple[float, float]:
    """Return cost and bound of HiGHS alone, with the rows scaled to at most one."""
    model = whole_model(book)
    proto = model.cp.proto
    start, index, value = [0], [], []
    low, high = [], []
    for row in proto.constraints:
        if row.has_linear():
            index += list(row.linear.vars)
            value += list(row.linear.coeffs)
            limits = list(row.linear.domain)
        else:
            index += list(row.exactly_one.literals)
            value += [1] * len(row.exactly_one.literals)
            limits = [1, 1]
        low.append(limits[0])
        high.append(limits[-1])
        start.append(len(index))
    cost = np.zeros(len(proto.variables))
    cost[list(proto.objective.vars)] = list(proto.objective.coeffs)
    most = np.array([list(variable.domain)[-1] for variable in proto.variables], float)
    shape = len(low), len(cost)
    rows = csr_array((np.array(value, float), index, start), shape=shape)
    size = 1.0 / np.maximum(abs(rows).max(axis=1).toarray().ravel(), 1.0)
    least, limit = np.array(low, float), np.array(high, float)
    least[least < -NO_LIMIT], limit[limit > NO_LIMIT] = -np.inf, np.inf
    answer = milp(
        cost / SCALE,
        constraints=LinearConstraint(
            diags_array(size) @ rows, least * size, limit * size
        ),
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, most),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    factor = SCALE / model.unit
    if answer.x is None:
        return np.inf, answer.mip_dual_bound * factor
    taken = (answer.x[: len(model.x)] > HALF).tolist()
    return cost_of(book, model, taken), answer.mip_dual_bound * factor


def cp_sat(book: Book, seconds: float) -> tuple[float, float]:
    """Return cost and bound of CP-SAT alone, with all the workers that it likes."""
    model, solver = whole_model(book), cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model.cp)
    bound = solver.best_objective_bound / model.unit
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return np.inf, bound
    return cost_of(book, model, [solver.boolean_value(x) for x in model.x]), bound


def main(arguments: list[str]) -> int:
    """Run one size here, or all of them in processes of their own."""
    if arguments:
        run(int(arguments[0]), float(arguments[1]))
        return 0
    print(f"{'orders':>9} {'time':>9} {'gap':>8} {'peak':>8} {'objective':>18} bound")
    return max(
        subprocess.run(
            [sys.executable, __file__, str(n_orders), str(seconds)], check=False
        ).returncode
        for n_orders, seconds in SIZES
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
