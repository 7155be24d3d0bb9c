"""The whole order book as one plain model, for CP-SAT and for HiGHS: what a plan is
compared with. Nothing is left out of the book, and nothing is added to help them.
"""

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_evaluate import evaluate, of_each

_THREADS = 2
_HALF = 0.5
Choice = NDArray[np.int64]


def by_highs(book: Book, seconds: float) -> tuple[float, float]:
    """Return objective and bound that HiGHS reaches in a time [cents]."""
    matrices, cost = _rows(book), _costs(book)
    scale = 1e6 / max(float(cost.max(initial=1.0)), 1.0)
    low = np.concatenate(
        [np.ones(book.n_orders), np.full(matrices[1].shape[0], -np.inf)]
    )
    high = np.concatenate([np.ones(book.n_orders), _limits(book)])
    answer = milp(
        cost * scale,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, _most(book)),
        constraints=LinearConstraint(csr_array(vstack(matrices)), low, high),
        options={"time_limit": seconds},
    )
    bound = answer.mip_dual_bound
    return (
        np.inf if answer.x is None else _judge(book, answer.x),
        -np.inf if bound is None else float(bound) / scale,
    )


def by_cpsat(book: Book, seconds: float, *, seed: int = 0) -> tuple[float, float]:
    """Return objective and bound that CP-SAT reaches in a time [cents]."""
    model = cp_model.CpModel()
    most = _most(book).astype(np.int64).tolist()
    variables = [model.new_int_var(0, top, "") for top in most]
    of_orders, limited = _rows(book)
    for row in range(book.n_orders):
        model.add_exactly_one(
            variables[k]
            for k in of_orders.indices[slice(*of_orders.indptr[row : row + 2])]
        )
    for row, limit in enumerate(_limits(book).astype(np.int64).tolist()):
        inside = slice(*limited.indptr[row : row + 2])
        factors = limited.data[inside].astype(np.int64).tolist()
        names = [variables[k] for k in limited.indices[inside]]
        model.add(cp_model.LinearExpr.weighted_sum(names, factors) <= limit)
    whole = np.rint(_costs(book)).astype(np.int64).tolist()
    model.minimize(cp_model.LinearExpr.weighted_sum(variables, whole))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = _THREADS
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return np.inf, solver.best_objective_bound
    values = np.array([solver.value(variable) for variable in variables], float)
    return _judge(book, values), solver.best_objective_bound


def _costs(book: Book) -> NDArray[np.float64]:
    """Return costs: of columns, of orders that are not served, of boxes."""
    worth = book.cost + book.carbon_price * book.grams
    return np.concatenate([worth, book.unserved_cost, book.box_cost]).astype(float)


def _most(book: Book) -> NDArray[np.float64]:
    """Return the largest value of each: one, and boxes that hold everything."""
    mass, volume = int(book.mass.sum()), int(book.volume.sum())
    boxes = np.maximum(-(-mass // book.box_mass), -(-volume // book.box_volume))
    ones = np.ones(len(book.route) + book.n_orders)
    return np.concatenate([ones, np.minimum(boxes, book.max_boxes)])


def _limits(book: Book) -> NDArray[np.float64]:
    nothing = np.zeros(2 * book.n_groups)
    return np.concatenate([nothing, book.capacity, book.budget]).astype(float)


def _rows(book: Book) -> tuple[csr_array, csr_array]:
    """Return rows of orders, and rows of mass, volume, capacity and budgets."""
    n, n_orders, n_groups = len(book.route), book.n_orders, book.n_groups
    owner = np.repeat(np.arange(n_orders), np.diff(book.first_column))
    orders = hstack(
        [
            coo_array((np.ones(n), (owner, np.arange(n))), shape=(n_orders, n)),
            coo_array(np.eye(n_orders)),
            coo_array((n_orders, n_groups)),
        ]
    )
    no_orders = coo_array((n_groups, n_orders))
    at, group = of_each(book.route_groups, book.route)
    parts = []
    for size, room in ((book.mass, book.box_mass), (book.volume, book.box_volume)):
        load = coo_array((size[owner[at]], (group, at)), shape=(n_groups, n))
        boxes = coo_array((-room, (np.arange(n_groups),) * 2), shape=(n_groups,) * 2)
        parts.append(hstack([load, no_orders, boxes]))
    at, row = of_each(book.route_rows, book.route)
    n_rows, rest = len(book.capacity), n_orders + n_groups
    use = coo_array((book.mass[owner[at]], (row, at)), shape=(n_rows, n + rest))
    level = book.budget_of_order[owner]
    column, which = np.nonzero(level >= 0)
    shape = (len(book.budget), n + rest)
    budget = level[column, which]
    grams = coo_array((book.grams[column], (budget, column)), shape=shape)
    return csr_array(orders), csr_array(vstack([*parts, use, grams]))


def _judge(book: Book, values: NDArray[np.float64]) -> float:
    """Return what the columns of a solution cost; infinite if they are not allowed."""
    owner = np.repeat(np.arange(book.n_orders), np.diff(book.first_column))
    taken = np.flatnonzero(values[: len(book.route)] > _HALF)
    columns: Choice = np.full(book.n_orders, NO_COLUMN)
    columns[owner[taken]] = taken
    found = evaluate(book, columns)
    return np.inf if found.complaints else found.objective
