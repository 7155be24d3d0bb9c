"""Blocks of an order book: with what they share priced, each is a small problem by itself.

A block is a set of orders and groups that share no group with others. Rows that only it
uses stay constraints in it; other rows, and budgets, are priced. CP-SAT bounds its cost
(whole boxes, whole orders), and the bounds of all blocks add up. A block that is too large
for that keeps the bound that prices of pairs give it.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from greenroute.solver.book.book_climb import Bound
from greenroute.solver.book.book_cpsat import AT_ONCE, Limits, Look, run_models
from greenroute.solver.book.book_duals import Duals, priced_costs, row_term
from greenroute.solver.book.book_model import Block, Costs, Model, nothing_used
from greenroute.solver.book.book_tables import Floats, Integers, Tables, kernel
from greenroute.solver.stop import Watch

#: Columns of a block that is solved, at most.
MOST_COLUMNS = 8_000
#: Limits of a first and of a last try of a block: seconds, and work.
SHORT, LONG = (1.5, 0.3), (10.0, 1.5)
#: Blocks solved between two rounds of the search, and seconds where time is a limit.
AT_A_TIME, SECONDS = 10, 3.0
#: Distance from its bound at which a block is solved, or a choice is good enough.
BLOCK_GAP, CHOICE_GAP = 1e-4, 1e-3
#: Factors of the prices of what is shared, at which more choices are found.
FACTORS = (1.0, 0.9, 1.1)
#: Turn in which blocks that were not solved in the first one are tried again.
LAST = len(FACTORS)


class Blocks:
    """The blocks of a book at fixed prices, and what is proven of each.

    Attributes
    ----------
    blocks
        Those that are not too large, small ones first.
    total
        The bound that all of them give together.
    """

    def __init__(
        self,
        t: Tables,
        bound: Bound,
        *,
        seed: int,
        most_columns: int = MOST_COLUMNS,
    ) -> None:
        self.tables, self.seed, self._bound = t, seed, bound
        self.total = bound.total
        self.blocks, self.largest = make_blocks(t, most_columns)
        d = bound.duals
        own = np.concatenate(
            [np.zeros(0, np.int64), *(block.rows for block in self.blocks)]
        )
        free = d.row.copy()
        free[own] = 0.0
        self._prices = d._replace(row=free)
        self._factor, self._costs = 1.0, self._at_prices(1.0)
        of_row = _row_terms(t, d)
        self._bounds = [
            float(
                bound.of_group[block.groups].sum()
                + of_row[block.rows].sum()
                + bound.of_order[block.orders].sum()
            )
            for block in self.blocks
        ]
        #: What solving a block has added to the bound.
        self.added = np.zeros(len(self.blocks))
        self._queue = [(0, at) for at in range(len(self.blocks))]
        if max(d.budget.max(initial=0.0), np.abs(free).max(initial=0.0)) > 0.0:
            self._queue += [
                (turn, at) for turn in range(1, LAST) for at in range(len(self.blocks))
            ]
        self._choices: list[list[Integers]] = [[] for _ in self.blocks]

    @property
    def waiting(self) -> bool:
        """Return whether some block may be bounded better."""
        return bool(self._queue)

    @property
    def connected(self) -> bool:
        """Return whether one block has most of the columns, so that the rest is little."""
        return len(self.tables.columns) < 2 * self.largest

    @property
    def choices(self) -> list[tuple[Block, list[Integers]]]:
        """Return the blocks for which there are choices, and the choices."""
        both = zip(self.blocks, self._choices, strict=True)
        return [(block, choices) for block, choices in both if choices]

    def losses(self, cost: float) -> Floats:
        """Return by how much a choice with each column would cost more than this, at least.

        What blocks add to the bound counts but for that of the column itself.
        """
        t = self.tables
        loss = self._bound.column_prices(t)
        loss += self.total - cost - self._bound.of_order[t.columns["owner"]]
        for block, added in zip(self.blocks, self.added, strict=True):
            loss[block.columns] -= added
        return loss

    def advance(
        self, current: tuple[Integers, Integers], watch: Watch, look: Look
    ) -> bool:
        """Solve some blocks; return whether all were solved in some way.

        First for the bound, then for more choices at prices that differ a little. `current`
        are columns of all orders and boxes of all groups, to begin with. A watch without a
        limit lets the same number of blocks be solved in the same way each time.
        """
        timed = not math.isinf(watch.stop.seconds)
        end = watch.seconds() + SECONDS
        solved = 0
        while self._queue and not watch.done():
            if watch.seconds() >= end if timed else solved >= AT_A_TIME:
                break
            turn = self._queue[0][0]
            picked = [at for its, at in self._queue[:AT_ONCE] if its == turn]
            del self._queue[: len(picked)]
            solved += len(picked)
            self._solve(turn, picked, current, watch, look)
            if not self._queue or self._queue[0][0] != turn:
                return True
        return False

    def _solve(
        self,
        turn: int,
        picked: list[int],
        current: tuple[Integers, Integers],
        watch: Watch,
        look: Look,
    ) -> None:
        """Solve a few blocks at the same time."""
        bounding = turn in {0, LAST}
        factor = 1.0 if bounding else FACTORS[turn]
        if factor != self._factor:
            self._factor, self._costs = factor, self._at_prices(factor)
        seconds, steps = LONG if turn == LAST else SHORT
        timed = not math.isinf(watch.stop.seconds)
        limits = Limits(
            seconds=min(seconds, watch.seconds_left()) if timed else math.inf,
            steps=math.inf if timed else steps,
            gap=BLOCK_GAP if bounding else CHOICE_GAP,
        )
        models = [self._model(at, *current) for at in picked]
        answers = run_models(models, limits=limits, seed=self.seed, look=look)
        for at, answer in zip(picked, answers, strict=True):
            if answer.columns is not None:
                known = any((answer.columns == way).all() for way in self._choices[at])
                if not known:
                    self._choices[at].append(answer.columns)
            if not bounding:
                continue
            more = answer.bound - self._bounds[at] - self.added[at]
            if math.isfinite(more) and more > 0.0:
                self.added[at] += more
                self.total += more
            if not answer.ended and turn != LAST:
                self._queue.append((LAST, at))

    def _at_prices(self, factor: float) -> Costs:
        """Return costs with what is shared at its prices times a factor."""
        d = self._prices
        column, box = priced_costs(
            self.tables, d._replace(row=factor * d.row, budget=factor * d.budget)
        )
        return Costs(column, box, self.tables.orders["unserved"].astype(np.float64))

    def _model(self, at: int, columns: Integers, boxes: Integers) -> Model:
        """Return the model of a block."""
        block, used = self.blocks[at], nothing_used(self.tables)
        model = Model(self.tables, block, self._costs, used=used, budgets=False)
        model.hint(columns[block.orders], boxes[block.groups])
        return model


def make_blocks(t: Tables, most_columns: int) -> tuple[list[Block], int]:
    """Return the blocks that are not too large, small ones first.

    Also the number of columns of the largest block.
    """
    n_orders, n_groups = len(t.orders), len(t.groups)
    group = np.repeat(np.arange(n_groups), np.diff(t.member_start))
    block = _components(
        (t.columns["owner"][t.member], n_orders + group), n_orders + n_groups
    )
    of_order, of_group = block[:n_orders], block[n_orders:]
    shared = np.zeros(len(block), np.bool_)
    shared[of_group[np.diff(t.member_start) > 0]] = True
    size = np.bincount(of_order[t.columns["owner"]], minlength=len(block))
    of_column = of_order[t.columns["owner"]]
    kept = np.flatnonzero(shared & (size > 0) & (size <= most_columns))
    kept = kept[np.argsort(size[kept], kind="stable")]
    number = np.full(len(block) + 1, -1)
    number[kept] = np.arange(len(kept))
    columns, orders, groups, rows = (
        _by_part(number[of], len(kept))
        for of in (of_column, of_order, of_group, _row_blocks(t, of_column, of_group))
    )
    blocks = [
        Block(orders=orders[at], columns=columns[at], groups=groups[at], rows=rows[at])
        for at in range(len(kept))
    ]
    return blocks, int(size.max(initial=0))


def _by_part(of: Integers, n_parts: int) -> list[Integers]:
    """Return what belongs to each part, ascending."""
    by = np.argsort(of, kind="stable")
    return np.split(by, np.searchsorted(of[by], np.arange(n_parts + 1)))[1:-1]


def _components(
    links: tuple[NDArray[np.integer], NDArray[np.integer]], n: int
) -> Integers:
    """Return the component of each of n nodes."""
    ones = np.ones(len(links[0]), np.int8)
    graph = csr_array(coo_array((ones, links), shape=(n, n)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


@kernel
def _row_blocks(t: Tables, of_column: Integers, of_group: Integers) -> Integers:
    """Return the block of each row, -1 where there is not just one."""
    of_row = np.full(len(t.capacity), -2)
    for j in range(len(t.columns)):
        r = t.columns[j].route
        for k in range(t.routes[r].row_begin, t.routes[r].row_end):
            row = t.row_items[k]
            alone = of_row[row] == -2 or of_row[row] == of_column[j]  # noqa: PLR2004 - not yet used
            of_row[row] = of_column[j] if alone else -1
    for g in range(len(t.groups)):
        for k in range(t.groups[g].use_begin, t.groups[g].use_end):
            row = t.use_row[k]
            alone = of_row[row] == -2 or of_row[row] == of_group[g]  # noqa: PLR2004 - likewise
            of_row[row] = of_group[g] if alone else -1
    of_row[of_row == -2] = -1  # noqa: PLR2004 - likewise
    return of_row


@kernel
def _row_terms(t: Tables, d: Duals) -> Floats:
    """Return what each row gives to the bound."""
    terms = np.empty(len(t.capacity))
    for r in range(len(terms)):
        terms[r] = row_term(t, r, d.row[r])[0]
    return terms
