"""Blocks of an order book: with what they share priced, each is a small problem by itself.

A block is a set of orders and groups that share no group with others. Rows that only it
uses stay constraints in it; other rows, and budgets, are priced. CP-SAT bounds its cost
(whole boxes, whole orders), and the bounds of all blocks add up. A block that is too large
is cut between groups: there, orders that go elsewhere pay their value.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from greenroute.solver.book.book_cpsat import AT_ONCE, Limits, Look, run_models
from greenroute.solver.book.book_duals import Duals, priced_costs, row_term
from greenroute.solver.book.book_groups import bound_parts, column_prices, fixed_terms
from greenroute.solver.book.book_model import Block, Costs, Model, nothing_used
from greenroute.solver.book.book_tables import Floats, Integers, Tables, kernel
from greenroute.solver.stop import Watch

#: Larger blocks are cut into parts of about a fourth as many columns.
MOST_COLUMNS, PARTS = 8_000, 4
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
        Blocks and parts of blocks, small ones first.
    total
        The bound that all of them give together.
    """

    def __init__(
        self,
        t: Tables,
        d: Duals,
        value: Floats,
        *,
        seed: int,
        vary: bool = True,
        most_columns: int = MOST_COLUMNS,
    ) -> None:
        self.tables, self.seed = t, seed
        self._duals = Duals(*(price.copy() for price in d))
        self.of_order, of_group = bound_parts(t, d, value)
        self.total = fixed_terms(t, d) + float(self.of_order.sum() + of_group.sum())
        self.first_total = self.total
        self.blocks, self.whole, self.largest = make_blocks(t, most_columns)
        own = np.concatenate(
            [np.zeros(0, np.int64), *(block.rows for block in self.blocks)]
        )
        free = d.row.copy()
        free[own] = 0.0
        self._prices = d._replace(row=free)
        self._factor, self._costs = 1.0, self._at_prices(1.0)
        self._parted = self._costs._replace(away=self.of_order)
        of_row = _row_terms(t, d)
        self._surplus = [
            0.0 if whole else -float(self.of_order[block.orders].sum())
            for block, whole in zip(self.blocks, self.whole, strict=True)
        ]
        self._bounds = [
            float(of_group[block.groups].sum() + of_row[block.rows].sum())
            + (float(self.of_order[block.orders].sum()) if whole else 0.0)
            for block, whole in zip(self.blocks, self.whole, strict=True)
        ]
        #: What solving a block has added to the bound.
        self.added = np.zeros(len(self.blocks))
        self._queue = [(0, at) for at in range(len(self.blocks))]
        if vary and max(d.budget.max(initial=0.0), np.abs(free).max(initial=0.0)) > 0.0:
            self._queue += [
                (turn, at)
                for turn in range(1, LAST)
                for at in range(len(self.blocks))
                if self.whole[at]
            ]
        self._choices: list[list[Integers]] = [[] for _ in self.blocks]

    @property
    def waiting(self) -> bool:
        """Return whether some block may be bounded better."""
        return bool(self._queue)

    @property
    def connected(self) -> bool:
        """Return whether one block has most of the columns, so that the rest is little."""
        return len(self.tables.route) < 2 * self.largest

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
        reduced, _ = column_prices(t, self._duals)
        bound = np.full(len(t.route), self.total)
        for block, added in zip(self.blocks, self.added, strict=True):
            bound[block.columns] -= added
        return np.asarray(bound + reduced - self.of_order[t.owner] - cost)

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
            if answer.columns is not None and self.whole[at]:
                known = any((answer.columns == way).all() for way in self._choices[at])
                if not known:
                    self._choices[at].append(answer.columns)
            if not bounding:
                continue
            more = answer.bound + self._surplus[at] - self._bounds[at] - self.added[at]
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
        return Costs(column, box, self.tables.unserved.astype(np.float64))

    def _model(self, at: int, columns: Integers, boxes: Integers) -> Model:
        """Return the model of a block."""
        block = self.blocks[at]
        costs = self._costs if self.whole[at] else self._parted
        model = Model(
            self.tables, block, costs, used=nothing_used(self.tables), budgets=False
        )
        model.hint(columns[block.orders], boxes[block.groups])
        return model


def make_blocks(t: Tables, most_columns: int) -> tuple[list[Block], list[bool], int]:
    """Return blocks and parts of blocks, small ones first, and whether each is whole.

    Also the number of columns of the largest block.
    """
    part_of_group, whole, largest = _parts(t, most_columns)
    n_parts = len(whole)
    of_column, of_row = _places(t, part_of_group, whole)
    columns, rows, groups = (
        _by_part(of, n_parts) for of in (of_column, of_row, part_of_group)
    )
    blocks = [
        Block(
            orders=np.unique(t.owner[columns[part]]).astype(np.int64),
            columns=columns[part],
            groups=groups[part],
            rows=rows[part],
        )
        for part in range(n_parts)
    ]
    kept = [part for part in range(n_parts) if 0 < len(columns[part]) <= MOST_COLUMNS]
    kept.sort(key=lambda part: (len(columns[part]), part))
    return (
        [blocks[part] for part in kept],
        [bool(whole[part]) for part in kept],
        largest,
    )


def _by_part(of: Integers, n_parts: int) -> list[Integers]:
    """Return what belongs to each part, ascending."""
    by = np.argsort(of, kind="stable")
    return np.split(by, np.searchsorted(of[by], np.arange(n_parts + 1)))[1:-1]


def _parts(t: Tables, most_columns: int) -> tuple[Integers, NDArray[np.bool_], int]:
    """Return the part of each group (-1 where none uses it), and which are whole blocks.

    Also the number of columns of the largest block.
    """
    n_orders, n_groups = len(t.mass), len(t.box_cost)
    size = np.diff(t.member_start)
    group = np.repeat(np.arange(n_groups), size)
    links = (t.owner[t.member], n_orders + group)
    block = _components(links, n_orders + n_groups)
    weight = np.bincount(block[t.owner], minlength=int(block.max(initial=0)) + 1)
    # Groups that a column passes through stay together.
    of_route = np.diff(t.group_start)
    first = np.repeat(t.group_start[:-1], of_route)
    cluster = _components((t.group_items[first], t.group_items), n_groups)
    in_cluster = np.bincount(cluster, size, minlength=int(cluster.max(initial=0)) + 1)
    used = np.flatnonzero(size)
    of = block[n_orders + used]
    by = used[np.lexsort((used, cluster[used], of))]
    of = block[n_orders + by]
    large = weight[of] > most_columns
    begins = np.diff(cluster[by], prepend=-1) != 0
    taken = np.cumsum(np.where(begins, in_cluster[cluster[by]], 0.0))
    piece = np.where(large, taken // (most_columns // PARTS), 0).astype(np.int64)
    # A cluster is never cut, so its first group decides.
    piece = piece[np.maximum.accumulate(np.where(begins, np.arange(len(by)), 0))]
    changes = (np.diff(of, prepend=-1) != 0) | (np.diff(piece, prepend=-1) != 0)
    part = np.full(n_groups, -1)
    part[by] = np.cumsum(changes) - 1
    return part, ~large[changes], int(weight[of].max(initial=0))


def _components(
    links: tuple[NDArray[np.integer], NDArray[np.integer]], n: int
) -> Integers:
    """Return the component of each of n nodes."""
    ones = np.ones(len(links[0]), np.int8)
    graph = csr_array(coo_array((ones, links), shape=(n, n)))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


@kernel
def _places(
    t: Tables, part_of_group: Integers, whole: NDArray[np.bool_]
) -> tuple[Integers, Integers]:
    """Return the part of each column and of each row, -1 where there is not just one."""
    of_order, of_column = np.full(len(t.mass), -1), np.full(len(t.route), -1)
    for j in range(len(t.route)):
        r = t.route[j]
        if t.group_start[r] < t.group_start[r + 1]:
            of_column[j] = part_of_group[t.group_items[t.group_start[r]]]
            of_order[t.owner[j]] = of_column[j]
    of_row = np.full(len(t.capacity), -2)
    for j in range(len(t.route)):
        r = t.route[j]
        part = of_order[t.owner[j]]
        if of_column[j] < 0 and part >= 0 and whole[part]:
            of_column[j] = part
        for k in range(t.row_start[r], t.row_start[r + 1]):
            row = t.row_items[k]
            alone = of_row[row] == -2 or of_row[row] == of_column[j]  # noqa: PLR2004 - not yet used
            of_row[row] = of_column[j] if alone else -1
    for g in range(len(t.box_cost)):
        for k in range(t.use_start[g], t.use_start[g + 1]):
            row = t.use_row[k]
            alone = of_row[row] == -2 or of_row[row] == part_of_group[g]  # noqa: PLR2004 - likewise
            of_row[row] = part_of_group[g] if alone else -1
    return of_column, np.maximum(of_row, -1)


@kernel
def _row_terms(t: Tables, d: Duals) -> Floats:
    """Return what each row gives to the bound."""
    terms = np.empty(len(t.capacity))
    for r in range(len(terms)):
        terms[r] = row_term(t, r, d.row[r])[0]
    return terms
