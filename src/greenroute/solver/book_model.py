"""The choice for some orders as a mixed integer problem, given to HiGHS.

Whole orders and whole boxes. Rows and budgets are either priced, so that groups of orders
come apart (`book_blocks`), or constraints of the problem itself, for a small book.
"""

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from greenroute.solver.book import BY_MASS, BY_VOLUME
from greenroute.solver.book_tables import Floats, Integers, Tables

#: A whole number that HiGHS returned is one above this.
HALF = 0.5
#: File descriptor of the standard output.
STDOUT = 1
#: Objectives are scaled so that the largest coefficient is this.
LARGEST = 1e4
#: HiGHS meets bounds to this relative tolerance.
TOLERANCE = 1e-7
#: Boxes of a group at most; more only make the numbers of HiGHS worse.
MOST_BOXES = 1_000_000

Limit = float | Floats
Term = tuple[NDArray[np.integer], NDArray[np.integer], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Orders and groups that are chosen for together.

    Attributes
    ----------
    orders
        Orders in it, ascending.
    columns
        Columns of these orders, ascending.
    groups
        Groups on these columns, ascending.
    """

    orders: Integers
    columns: Integers
    groups: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What ends the search in a block; only nodes and gap give the same answer again."""

    seconds: float = math.inf
    nodes: int | None = None
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What others use of each capacity row and each budget."""

    row: Integers
    budget: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAnswer:
    """A bound, and the best columns (-1 for none) and boxes of the groups found."""

    bound: float
    cost: float
    columns: Integers | None
    groups: Integers
    boxes: Integers | None


class _Model:
    """Rows and columns of a problem, as far as they are written."""

    def __init__(self, t: Tables, block: Block) -> None:
        self.t, self.block = t, block
        columns, groups = block.columns, block.groups
        self.owner = np.searchsorted(block.orders, t.owner[columns])
        route = t.route[columns]
        begin, end = t.group_start[route], t.group_start[route + 1]
        #: Columns and the groups that they pass through.
        self.at = np.repeat(np.arange(len(columns)), end - begin)
        self.group = np.searchsorted(groups, t.group_items[ranges(begin, end)])
        self.opened = np.flatnonzero(t.fixed[groups] > 0)
        self.most = np.minimum(t.most[groups], MOST_BOXES).astype(np.float64)
        self.u = len(columns)
        self.y = self.u + len(block.orders)
        self.z = self.y + len(groups)
        self.n = self.z + len(self.opened)
        self.constraints: list[LinearConstraint] = []

    def add(self, terms: list[Term], n_rows: int, *, low: Limit, high: Limit) -> None:
        """Add rows: of each term, the row, the column and the factor."""
        at, column, factor = (np.concatenate(part) for part in zip(*terms, strict=True))
        matrix = csr_array(coo_array((factor, (at, column)), shape=(n_rows, self.n)))
        self.constraints.append(LinearConstraint(matrix, low, high))

    def below(self, at: Integers, column: Integers, cap: Term, n_rows: int) -> None:
        """Add rows: the sum of columns is at most a factor times another column."""
        one = np.ones(len(at))
        row, other, factor = cap
        self.add(
            [(at, column, one), (row, other, -factor)], n_rows, low=-np.inf, high=0
        )

    def orders(self) -> None:
        """Each order takes one column or none."""
        n = len(self.block.orders)
        every, one = np.arange(n), np.ones(n)
        self.add(
            [
                (self.owner, np.arange(self.u), np.ones(self.u)),
                (every, self.u + every, one),
            ],
            n,
            low=1.0,
            high=1.0,
        )

    def boxes(self) -> None:
        """Goods fit the boxes, and none goes without one."""
        t, groups = self.t, self.block.groups
        n, order = len(groups), self.block.orders[self.owner[self.at]]
        every, one = np.arange(n), np.ones(n)
        for size, room in ((t.mass, t.box_mass), (t.volume, t.box_volume)):
            share = size[order] / room[groups][self.group]
            self.add(
                [(self.group, self.at, share), (every, self.y + every, -one)],
                n,
                low=-np.inf,
                high=0.0,
            )
        pair, which = np.unique(
            self.owner[self.at] * n + self.group, return_inverse=True
        )
        each, own = np.arange(len(pair)), pair % max(n, 1)
        ones = np.ones(len(pair))
        self.below(which, self.at, (each, self.y + own, ones), len(pair))
        if not len(self.opened):
            return
        opens = np.arange(len(self.opened))
        self.below(
            opens,
            self.y + self.opened,
            (opens, self.z + opens, self.most[self.opened]),
            len(opens),
        )
        turn = np.full(n, -1)
        turn[self.opened] = opens
        has = np.flatnonzero(turn[own] >= 0)
        keep = np.flatnonzero(turn[self.group] >= 0)
        self.below(
            np.searchsorted(has, which[keep]),
            self.at[keep],
            (np.arange(len(has)), self.z + turn[own[has]], np.ones(len(has))),
            len(has),
        )

    def rows(self, used: Used) -> None:
        """Add rows, their minimum, and budgets, as constraints on what others leave."""
        t, block = self.t, self.block
        route = t.route[block.columns]
        begin, end = t.row_start[route], t.row_start[route + 1]
        at = np.repeat(np.arange(self.u), end - begin)
        row = t.row_items[ranges(begin, end)]
        order = block.orders[self.owner[at]]
        amount = np.where(
            t.measure[row] == BY_MASS,
            t.mass[order],
            np.where(t.measure[row] == BY_VOLUME, t.volume[order], 1),
        )
        begin, end = t.use_start[block.groups], t.use_start[block.groups + 1]
        item = ranges(begin, end)
        box = self.y + np.repeat(np.arange(len(block.groups)), end - begin)
        n_rows, n_short = len(t.capacity), len(t.short_least)
        size = np.maximum(t.capacity, 1)
        by_box, use = t.use_row[item], t.use_amount[item]
        self.add(
            [(row, at, amount / size[row]), (by_box, box, use / size[by_box])],
            n_rows,
            low=-np.inf,
            high=(t.capacity - used.row) / size,
        )
        short = np.arange(n_short)
        self.n_short = n_short
        for k in short:
            r = int(np.searchsorted(t.short_start, k, side="right")) - 1
            loose, boxed = row == r, by_box == r
            zero, here = np.zeros(1, np.int64), np.array([self.n - n_short + k])
            self.add(
                [
                    (0 * at[loose], at[loose], amount[loose].astype(np.float64)),
                    (0 * box[boxed], box[boxed], use[boxed].astype(np.float64)),
                    (zero, here, np.ones(1)),
                ],
                1,
                low=float(t.short_least[k] - used.row[r]),
                high=np.inf,
            )
        grams = t.grams[block.columns]
        limit = np.maximum(t.budget, 1)
        terms: list[Term] = []
        for level in t.level.T:
            of = level[block.orders[self.owner]]
            has = np.flatnonzero(of >= 0)
            terms.append((of[has], has, grams[has] / limit[of[has]]))
        if len(t.budget) and terms:
            self.add(
                terms, len(t.budget), low=-np.inf, high=(t.budget - used.budget) / limit
            )


def ranges(begin: Integers, end: Integers) -> Integers:
    """Return all numbers of these ranges, one range after another."""
    length = end - begin
    behind = np.concatenate([[0], np.cumsum(length)[:-1]])[: len(length)]
    skip = np.repeat(begin - behind, length)
    return np.asarray(skip + np.arange(len(skip)))


def solve_block(
    t: Tables, block: Block, *, priced: tuple[Floats, Floats], limits: Limits
) -> BlockAnswer:
    """Return a bound of a block and columns for it, with rows and budgets in the prices."""
    model = _Model(t, block)
    model.orders()
    model.boxes()
    return _solve(model, priced, np.zeros(0), limits)


def solve_rest(t: Tables, block: Block, *, used: Used, limits: Limits) -> BlockAnswer:
    """Return the best choice for a block where all others stay as they are."""
    model = _Model(t, block)
    model.n += len(t.short_least)
    model.orders()
    model.boxes()
    model.rows(used)
    cost = t.cost + t.carbon[0] * t.grams
    return _solve(model, (cost, t.box_cost.astype(np.float64)), t.short_cost, limits)


def solve_whole(t: Tables, *, limits: Limits) -> BlockAnswer:
    """Return a bound of the whole book and a choice, with all its constraints."""
    groups = np.flatnonzero(np.diff(t.member_start) + np.diff(t.use_start))
    block = Block(
        orders=np.arange(len(t.mass)), columns=np.arange(len(t.route)), groups=groups
    )
    nothing = Used(
        row=np.zeros(len(t.capacity), np.int64),
        budget=np.zeros(len(t.budget), np.int64),
    )
    return solve_rest(t, block, used=nothing, limits=limits)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep HiGHS from writing to the standard output, where results go.

    It prints a line of its own now and then, whatever its options. It holds the
    interpreter's lock, so nothing else of ours is lost.
    """
    kept = os.dup(STDOUT)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDOUT)
        yield
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)
        os.close(nowhere)


def _solve(
    model: _Model, priced: tuple[Floats, Floats], short: Floats, limits: Limits
) -> BlockAnswer:
    """Return what HiGHS finds."""
    t, block = model.t, model.block
    cost = np.concatenate(
        [
            priced[0][block.columns],
            t.unserved[block.orders],
            priced[1][block.groups],
            t.fixed[block.groups][model.opened],
            short,
        ]
    )
    scale = max(float(np.abs(cost).max(initial=0.0)), 1.0) / LARGEST
    options: dict[str, Any] = {"mip_rel_gap": limits.gap}
    if not math.isinf(limits.seconds):
        options["time_limit"] = max(limits.seconds, 0.1)
    if limits.nodes is not None:
        options["node_limit"] = limits.nodes
    whole = np.ones(model.n, np.int64)
    whole[model.n - len(short) :] = 0
    highest = np.concatenate(
        [
            np.ones(model.y),
            model.most,
            np.ones(len(model.opened)),
            np.full(len(short), np.inf),
        ]
    )
    with _silence():
        answer = milp(
            cost / scale,
            constraints=model.constraints,
            integrality=whole,
            bounds=Bounds(0, highest),
            options=options,  # type: ignore[arg-type]  # its TypedDict is private
        )
    bound = answer.mip_dual_bound
    columns = boxes = None
    if answer.x is not None:
        taken = np.flatnonzero(answer.x[: model.u] > HALF)
        columns = np.full(len(block.orders), -1)
        columns[model.owner[taken]] = block.columns[taken]
        boxes = np.rint(answer.x[model.y : model.z]).astype(np.int64)
    proven = -np.inf if bound is None else float(bound) * scale
    if math.isfinite(proven):
        proven -= TOLERANCE * abs(proven)
    return BlockAnswer(
        bound=proven,
        cost=np.inf if answer.x is None else float(answer.fun) * scale,
        columns=columns,
        groups=block.groups,
        boxes=boxes,
    )
