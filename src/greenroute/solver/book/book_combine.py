"""Puts a choice together from choices for single blocks: one for each, exactly.

Blocks are solved at prices of what they share, so their choices seldom fit it together.
With a few of each, at several prices, some combination fits well.
"""

import numpy as np
from ortools.sat.python import cp_model

from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_cpsat import Limits, Look, run_solvers
from greenroute.solver.book.book_evaluate import evaluate
from greenroute.solver.book.book_model import Block
from greenroute.solver.book.book_tables import Integers


def combine(
    book: Book,
    blocks: list[tuple[Block, list[Integers]]],
    current: Integers,
    *,
    limits: Limits,
    look: Look,
) -> Integers:
    """Return the best combination of what there is for each block, and of `current`.

    Parameters
    ----------
    blocks
        Blocks without a common order, and columns of the orders of each.
    current
        Columns of all orders; those in no block stay.
    """
    rest = current.copy()
    for block, _ in blocks:
        rest[block.orders] = NO_COLUMN
    others = evaluate(book, rest)
    shared = np.concatenate(
        [book.capacity - others.row_use, book.budget - others.budget_use]
    )
    model = cp_model.CpModel()
    picks: list[cp_model.IntVar] = []
    costs: list[int] = []
    uses: list[Integers] = []
    ways: list[tuple[Block, Integers]] = []
    for block, choices in blocks:
        if look():
            return current
        mine: list[cp_model.IntVar] = []
        for way in (current[block.orders], *choices):
            alone = np.full(book.n_orders, NO_COLUMN)
            alone[block.orders] = way
            found = evaluate(book, alone)
            pick = model.new_bool_var("")
            model.add_hint(pick, not mine)
            mine.append(pick)
            costs.append(round(found.objective))
            uses.append(np.concatenate([found.row_use, found.budget_use]))
            ways.append((block, way))
        model.add_exactly_one(mine)
        picks += mine
    if not picks:
        return current
    use = np.stack(uses)
    for k in np.flatnonzero(use.sum(axis=0) > shared).tolist():
        model.add(
            cp_model.LinearExpr.weighted_sum(picks, use[:, k].tolist())
            <= int(shared[k])
        )
    model.minimize(cp_model.LinearExpr.weighted_sum(picks, costs))
    solver = run_solvers([model], limits=limits, seed=0, look=look)[0]
    if solver is None:
        return current
    then = rest
    for pick, (block, way) in zip(picks, ways, strict=True):
        if solver.boolean_value(pick):
            then[block.orders] = way
    return then
