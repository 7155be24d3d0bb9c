"""Blocks of an order book: with rows and budgets priced, each is a small problem by itself.

A block is a set of orders and groups that share no group with others. Its least cost at
the prices is found by HiGHS (whole boxes, whole orders); the bounds of all blocks add up.
"""

import math

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from greenroute.solver.book_duals import Duals, priced_costs
from greenroute.solver.book_groups import bound_parts, fixed_terms
from greenroute.solver.book_model import Block, Limits, ranges, solve_block
from greenroute.solver.book_tables import Floats, Integers, Tables
from greenroute.solver.stop import Stop, Watch

#: Larger blocks are left to the search and the bound of whole boxes.
MOST_COLUMNS = 8_000
#: Limits of one solve, and blocks solved between two rounds of the search.
NODES, SECONDS, AT_ONCE = 200, 4.0, 20
#: Columns, and blocks at most, that are chosen for together again.
TOGETHER, MOST_TOGETHER = 1_500, 30
#: Distance from its bound at which a block is solved.
BLOCK_GAP = 1e-3


def make_blocks(t: Tables) -> list[Block]:
    """Return the blocks of the orders that may use a group, large ones last."""
    n_orders, n_groups = len(t.mass), len(t.box_cost)
    group = np.repeat(np.arange(n_groups), np.diff(t.member_start))
    order = t.owner[t.member]
    links = coo_array(
        (np.ones(len(group), np.int8), (order, n_orders + group)),
        shape=(n_orders + n_groups,) * 2,
    )
    _, label = connected_components(csr_array(links), directed=False)
    touched = np.unique(order)
    by_label = np.argsort(label[touched], kind="stable")
    parts = np.split(
        touched[by_label], np.flatnonzero(np.diff(label[touched][by_label])) + 1
    )
    of_label: dict[int, Integers] = {}
    used = np.unique(group)
    by_group = np.argsort(label[n_orders + used], kind="stable")
    labels = label[n_orders + used][by_group]
    for found in np.split(used[by_group], np.flatnonzero(np.diff(labels)) + 1):
        if len(found):
            of_label[int(label[n_orders + found[0]])] = found
    blocks = [
        Block(
            orders=part.astype(np.int64),
            columns=ranges(t.first[part], t.first[part + 1]),
            groups=of_label[int(label[part[0]])],
        )
        for part in parts
        if len(part)
    ]
    return sorted(blocks, key=lambda block: (len(block.columns), int(block.orders[0])))


class Blocks:
    """The blocks of a book at fixed prices, and what is proven of each.

    Attributes
    ----------
    blocks
        Blocks that are small enough to be solved, small ones first.
    """

    def __init__(self, t: Tables, d: Duals, value: Floats) -> None:
        self.tables = t
        self.priced = priced_costs(t, d)
        of_order, of_group = bound_parts(t, d, value)
        self._total = fixed_terms(t, d) + float(of_order.sum() + of_group.sum())
        every = make_blocks(t)
        self.blocks = [block for block in every if len(block.columns) <= MOST_COLUMNS]
        self._bounds = [
            float(of_order[block.orders].sum() + of_group[block.groups].sum())
            for block in self.blocks
        ]
        self._queue = list(range(len(self.blocks)))
        self._limit = NODES, SECONDS

    def bound(self) -> float:
        """Return the bound that the blocks and the rest give together."""
        return self._total

    def advance(
        self, current: Integers, seconds: float | None
    ) -> tuple[Integers, Integers]:
        """Solve blocks for a while; return orders to move, and their columns.

        Without `seconds`, a number of blocks that is always the same.
        """
        orders, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        timed = seconds is not None
        watch = Watch(Stop(seconds=math.inf if seconds is None else seconds))
        for _ in range(AT_ONCE):
            if not self._queue or watch.seconds_left() <= 0.0:
                break
            at = self._queue.pop(0)
            block = self.blocks[at]
            nodes, most = self._limit
            answer = solve_block(
                self.tables,
                block,
                priced=self.priced,
                limits=Limits(
                    seconds=min(most, watch.seconds_left()) if timed else math.inf,
                    nodes=None if timed else nodes,
                    gap=BLOCK_GAP,
                ),
            )
            if answer.bound > self._bounds[at]:
                self._total += answer.bound - self._bounds[at]
                self._bounds[at] = answer.bound
            if answer.columns is not None and answer.cost < self.cost(block, current):
                orders.append(block.orders)
                columns.append(answer.columns)
        return np.concatenate(orders), np.concatenate(columns)

    def some(self, rng: np.random.Generator) -> Block | None:
        """Return some blocks as one, of about `TOGETHER` columns; None while any waits."""
        if self._queue or not self.blocks:
            return None
        parts: list[Block] = []
        n = 0
        # Large blocks have more to gain, so they come more often.
        weights = np.sqrt([len(block.columns) for block in self.blocks])
        size = min(len(self.blocks), MOST_TOGETHER)
        for at in rng.choice(
            len(self.blocks), size, replace=False, p=weights / weights.sum()
        ):
            if parts and n + len(self.blocks[at].columns) > TOGETHER:
                continue
            parts.append(self.blocks[at])
            n += len(self.blocks[at].columns)
        return Block(
            orders=np.sort(np.concatenate([part.orders for part in parts])),
            columns=np.sort(np.concatenate([part.columns for part in parts])),
            groups=np.sort(np.concatenate([part.groups for part in parts])),
        )

    def cost(self, block: Block, columns: Integers) -> float:
        """Return what a choice costs in a block at the prices."""
        t, (column_cost, box_cost) = self.tables, self.priced
        chosen = columns[block.orders]
        served = block.orders[chosen >= 0]
        column = chosen[chosen >= 0]
        route = t.route[column]
        begin, end = t.group_start[route], t.group_start[route + 1]
        group = np.searchsorted(block.groups, t.group_items[ranges(begin, end)])
        boxes = np.zeros(len(block.groups), np.int64)
        for size, room in ((t.mass, t.box_mass), (t.volume, t.box_volume)):
            load = np.bincount(
                group, np.repeat(size[served], end - begin), len(block.groups)
            ).astype(np.int64)
            boxes = np.maximum(boxes, -(-load // room[block.groups]))
        return float(
            column_cost[column].sum()
            + t.unserved[block.orders[chosen < 0]].sum()
            + (box_cost[block.groups] * boxes).sum()
            + t.fixed[block.groups][boxes > 0].sum()
        )
