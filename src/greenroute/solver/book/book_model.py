"""The choice for some orders as an exact integer model, for CP-SAT.

Whole orders and whole boxes. Rows and budgets are either priced, so that groups of orders
come apart (`book_blocks`), or constraints of the model itself. All that is counted is
whole; costs that are not are rounded down in units so fine that it does not matter. The
model then allows exactly what the book allows and costs at most as much: its bound holds.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from greenroute.solver.book.book import BY_MASS, BY_VOLUME
from greenroute.solver.book.book_tables import Floats, Integers, Tables

#: Boxes of a group at most: more are never of use, and sums stay small.
MOST_BOXES = 1_000_000
#: Costs in the units of the model add up to at most this, so that floats hold them.
LARGEST = 2.0**51

_Places = NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Orders and groups that are chosen for together.

    Attributes
    ----------
    orders
        Orders in it, ascending.
    columns
        Columns of these orders, ascending; all of them, or those that matter.
    groups
        Groups on these columns, ascending.
    rows
        Capacity rows that it keeps as constraints, ascending; the others are priced.
    """

    orders: Integers
    columns: Integers
    groups: Integers
    rows: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What others use of each capacity row, budget and group."""

    row: Integers
    budget: Integers
    mass: Integers
    volume: Integers


class Costs(NamedTuple):
    """What columns, boxes and staying away cost in a model; of all there are."""

    column: Floats
    box: Floats
    away: Floats


class Model:
    """A block as a model.

    Attributes
    ----------
    unit
        Units of its objective in a cent.
    """

    def __init__(
        self, t: Tables, block: Block, costs: Costs, *, used: Used, budgets: bool
    ) -> None:
        self.t, self.block, self.used = t, block, used
        self.cp = cp_model.CpModel()
        columns, groups = block.columns, block.groups
        self.owner = np.searchsorted(block.orders, t.columns["owner"][columns])
        route = t.columns["route"][columns]
        begin, end = t.routes["group_begin"][route], t.routes["group_end"][route]
        #: Columns and the groups that they pass through.
        self.at = np.repeat(np.arange(len(columns)), end - begin)
        self.group = np.searchsorted(groups, t.group_items[ranges(begin, end)])
        self.most = np.minimum(t.groups["most"][groups], MOST_BOXES)
        new_bool, new_int = self.cp.new_bool_var, self.cp.new_int_var
        self.x = [new_bool("") for _ in range(len(columns))]
        self.away = [new_bool("") for _ in range(len(block.orders))]
        self.y = [new_int(0, most, "") for most in self.most.tolist()]
        self.open = [new_bool("") for _ in range(len(groups))]
        self.short: list[cp_model.IntVar] = []
        self._short_cost: list[float] = []
        self._orders()
        self._boxes()
        self._rows()
        if budgets:
            self._budgets()
        self._minimise(costs)

    def _orders(self) -> None:
        """Let each order take one column or none."""
        ends = np.searchsorted(self.owner, np.arange(len(self.away) + 1)).tolist()
        for i, away in enumerate(self.away):
            self.cp.add_exactly_one([away, *self.x[ends[i] : ends[i + 1]]])

    def _boxes(self) -> None:
        """Let goods fit the boxes, and none go without one."""
        t, groups = self.t, self.block.groups
        order = self.block.orders[self.owner[self.at]]
        rank = np.lexsort((self.at, self.group))
        at, order = self.at[rank], order[rank]
        ends = np.searchsorted(self.group[rank], np.arange(len(groups) + 1)).tolist()
        sizes = (
            (
                t.orders["mass"][order],
                t.groups["box_mass"][groups],
                self.used.mass[groups],
            ),
            (
                t.orders["volume"][order],
                t.groups["box_volume"][groups],
                self.used.volume[groups],
            ),
        )
        for g, (boxes, opened) in enumerate(zip(self.y, self.open, strict=True)):
            part = slice(ends[g], ends[g + 1])
            members = [self.x[j] for j in at[part].tolist()]
            self.cp.add(boxes >= opened)
            self.cp.add(boxes <= int(self.most[g]) * opened)
            for size, room, load in sizes:
                self._at_most(
                    [*members, boxes],
                    [*size[part].tolist(), -int(room[g])],
                    -int(load[g]),
                )
            breaks = np.flatnonzero(np.diff(order[part])) + 1
            for own in np.split(np.arange(len(members)), breaks):
                if len(own):
                    taken = [members[k] for k in own.tolist()]
                    self._at_most([*taken, opened], [*[1] * len(taken), -1], 0)

    def _rows(self) -> None:
        """Let use of a row fit what others leave, or pay for a minimum not met."""
        t, block = self.t, self.block
        route = t.columns["route"][block.columns]
        begin, end = t.routes["row_begin"][route], t.routes["row_end"][route]
        at = np.repeat(np.arange(len(route)), end - begin)
        row = t.row_items[ranges(begin, end)]
        order = block.orders[self.owner[at]]
        amount = np.where(
            t.measure[row] == BY_MASS,
            t.orders["mass"][order],
            np.where(t.measure[row] == BY_VOLUME, t.orders["volume"][order], 1),
        )
        begin = t.groups["use_begin"][block.groups]
        end = t.groups["use_end"][block.groups]
        item = ranges(begin, end)
        box = np.repeat(np.arange(len(block.groups)), end - begin)
        by_box, use = t.use_row[item], t.use_amount[item]
        for r in block.rows.tolist():
            loose, boxed = np.flatnonzero(row == r), np.flatnonzero(by_box == r)
            terms = [self.x[j] for j in at[loose].tolist()]
            terms += [self.y[g] for g in box[boxed].tolist()]
            factors = [*amount[loose].tolist(), *use[boxed].tolist()]
            self._at_most(terms, factors, int(t.capacity[r] - self.used.row[r]))
            for k in range(t.short_start[r], t.short_start[r + 1]):
                lacking = int(t.short_least[k] - self.used.row[r])
                if lacking > 0:
                    short = self.cp.new_int_var(0, lacking, "")
                    self.short.append(short)
                    self._short_cost.append(float(t.short_cost[k]))
                    self._at_most(
                        [*terms, short], [*(-f for f in factors), -1], -lacking
                    )

    def _budgets(self) -> None:
        """Let what the orders of a budget emit fit what others leave."""
        t = self.t
        grams = t.columns["grams"][self.block.columns]
        level = t.level[self.block.orders[self.owner]]
        for b in range(len(t.budget)):
            of = np.flatnonzero((level == b).any(axis=1))
            times = (level[of] == b).sum(axis=1)
            if len(of):
                self._at_most(
                    [self.x[j] for j in of.tolist()],
                    (grams[of] * times).tolist(),
                    int(t.budget[b] - self.used.budget[b]),
                )

    def _at_most(
        self, terms: list[cp_model.IntVar], factors: list[int], most: int
    ) -> None:
        if terms:
            total = cp_model.LinearExpr.weighted_sum(terms, factors)
            self.cp.add(total <= most)
        elif most < 0:
            self.cp.add_bool_or([])

    def _minimise(self, costs: Costs) -> None:
        block, fixed = self.block, self.t.groups["fixed"][self.block.groups]
        cost = np.concatenate(
            [
                costs.column[block.columns],
                costs.away[block.orders],
                costs.box[block.groups],
                fixed.astype(np.float64),
                np.array(self._short_cost, np.float64),
            ]
        )
        times = np.ones(len(cost))
        n = len(self.x) + len(self.away)
        times[n : n + len(self.y)] = self.most
        unit = 1.0
        if (cost != np.rint(cost)).any():
            # Half a cent, at most, is lost by rounding all that is taken.
            finest = 2.0 ** math.ceil(math.log2(2 * (len(self.away) + len(self.y)) + 2))
            total = max(float((np.abs(cost) * times).sum()), 1.0)
            unit = min(finest, 2.0 ** math.floor(math.log2(LARGEST / total)))
        self.unit = unit
        terms = [*self.x, *self.away, *self.y, *self.open, *self.short]
        factors = np.floor(cost * unit).astype(np.int64)
        self.cp.minimize(cp_model.LinearExpr.weighted_sum(terms, factors.tolist()))

    def hint(self, columns: Integers, boxes: Integers) -> None:
        """Begin with columns of the orders and boxes of the groups in the block."""
        place = np.searchsorted(self.block.columns, columns)
        place = np.minimum(place, max(len(self.block.columns) - 1, 0))
        has = (columns >= 0) & (len(self.x) > 0)
        has[has] = self.block.columns[place[has]] == columns[has]
        taken = np.zeros(len(self.x), bool)
        taken[place[has]] = True
        for variables, values in (
            (self.x, taken),
            (self.away, columns < 0),
            (self.y, np.minimum(boxes, self.most)),
            (self.open, boxes > 0),
        ):
            for variable, value in zip(variables, values.tolist(), strict=True):
                self.cp.add_hint(variable, value)


def nothing_used(t: Tables) -> Used:
    """Return that others use nothing."""
    none = np.zeros(len(t.groups), np.int64)
    return Used(
        row=np.zeros(len(t.capacity), np.int64),
        budget=np.zeros(len(t.budget), np.int64),
        mass=none,
        volume=none,
    )


def true_costs(t: Tables) -> Costs:
    """Return costs with the carbon price and no other."""
    return Costs(
        column=t.columns["cost"] + t.carbon[0] * t.columns["grams"],
        box=t.groups["box_cost"].astype(np.float64),
        away=t.orders["unserved"].astype(np.float64),
    )


def block_of(t: Tables, orders: Integers, columns: Integers | None = None) -> Block:
    """Return orders and all that their columns (all of them unless given) touch."""
    if columns is None:
        columns = ranges(t.first[orders], t.first[orders + 1])
    route = np.unique(t.columns["route"][columns])
    groups = np.unique(
        t.group_items[
            ranges(t.routes["group_begin"][route], t.routes["group_end"][route])
        ]
    ).astype(np.int64)
    loose = t.row_items[
        ranges(t.routes["row_begin"][route], t.routes["row_end"][route])
    ]
    boxed = t.use_row[
        ranges(t.groups["use_begin"][groups], t.groups["use_end"][groups])
    ]
    rows = np.unique(np.concatenate([loose, boxed])).astype(np.int64)
    return Block(orders=orders, columns=columns, groups=groups, rows=rows)


def whole_block(t: Tables, columns: Integers) -> Block:
    """Return all orders with these columns, all groups that count, and all rows."""
    groups = np.flatnonzero(
        np.diff(t.member_start) + t.groups["use_end"] - t.groups["use_begin"]
    )
    return Block(
        orders=np.arange(len(t.orders)),
        columns=columns,
        groups=groups,
        rows=np.arange(len(t.capacity)),
    )


def ranges(begin: _Places, end: _Places) -> Integers:
    """Return all numbers of these ranges, one range after another."""
    length = end - begin
    behind = np.concatenate([[0], np.cumsum(length)[:-1]])[: len(length)]
    skip = np.repeat(begin - behind, length)
    return np.asarray(skip + np.arange(len(skip)), np.int64)
