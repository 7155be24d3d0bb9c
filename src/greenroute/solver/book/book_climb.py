"""Raises the bound of pairs: prices of pairs, rows and budgets move along its slopes.

Large books are worked on by two threads, each on its own orders and groups; what they add
up is added in the same order on every machine.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from greenroute.solver.book.book_choose import (
    choose_boxes,
    choose_columns,
    column_prices,
    fixed_terms,
)
from greenroute.solver.book.book_duals import (
    MEAN,
    SQUARE,
    Duals,
    row_term,
    scales,
    step,
)
from greenroute.solver.book.book_fill import Room, make_room
from greenroute.solver.book.book_pairs import (
    Choices,
    Moves,
    Pairs,
    make_choices,
    make_moves,
    make_pairs,
)
from greenroute.solver.book.book_tables import Floats, Singles, Tables
from greenroute.solver.search.bounds import uncounted

#: Weight of a late round in the average of what is chosen.
KEEP = 0.03
#: Part of the ascent after which whole orders are packed.
DEEP = 0.2
#: Steps of the search for that in a group, while prices move and in the end.
STEPS, LAST_STEPS = 1_500, 20_000
#: By how much more choices may cost that count in the first and in the last round, as a
#: share of what prices are about.
HEAT = 0.06, 0.0015
#: Books of more orders are worked on by two threads.
LARGE = 20_000
#: Largest step between mass and volume, where one takes a box more than there is a box.
MOST_LEAN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Steps of an ascent, as shares of what prices are about.

    Attributes
    ----------
    first, last
        Of the first and the last round.
    move
        Those of rows and budgets, as a share of those of pairs.
    """

    first: float
    last: float
    move: float

    def at(self, part: float) -> float:
        """Return the step when a part of the rounds is over."""
        return falling(self.first, self.last, part)


def falling(first: float, last: float, part: float) -> float:
    """Return what falls from first to last by the same factor in each round."""
    return float(first * (last / first) ** part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Prices, and what they prove.

    Attributes
    ----------
    total
        No choice for the book costs less.
    duals, pairs, price
        Prices of rows and budgets, and of pairs.
    of_order, of_group
        What each gives to the bound; rows and budgets give the rest.
    mean
        Average over the later rounds of how often each column was chosen.
    """

    total: float
    duals: Duals
    pairs: Pairs
    price: Singles
    of_order: Floats
    of_group: Floats
    mean: Singles

    def column_prices(self, t: Tables) -> Floats:
        """Return what its order pays on each column."""
        return column_prices(t, self.duals, self.pairs, self.price)


def climb(
    t: Tables,
    d: Duals,
    *,
    parts: Iterable[float],
    steps: Steps,
    seen: Callable[[float], None] = lambda _: None,
) -> Bound:
    """Raise the bound by moving prices; `d` is where they begin and gets the best.

    One round for each of `parts`, the part of the ascent that is over then; `seen` gets
    each bound that is the best so far.
    """
    now = Duals(d.row.copy(), d.budget.copy())
    pairs = make_pairs(t, now)
    moves = make_moves(t, now, pairs)
    chosen = make_choices(t)
    turn = _Turn(t, pairs, moves, chosen)
    memory = [np.zeros((2, len(part))) for part in (d.row, d.budget)]
    of_row, of_budget = scales(t)
    minimum = np.diff(t.short_start) > 0
    best, price, by_mass = -np.inf, moves.price.copy(), chosen.by_mass.copy()
    for at, part in enumerate(parts, 1):
        share = steps.at(part)
        chosen.keep[0] = max(1.0 / at, KEEP)
        # In the first round there is nothing to move along.
        size = (
            share if at > 1 else 0.0,
            1.0 - MEAN ** (at - 1),
            1.0 - SQUARE ** (at - 1),
        )
        for room in turn.rooms:
            room.steps[0] = STEPS if part >= DEEP else 0
            room.heat[0] = falling(*HEAT, part)
        chosen.lean[0] = min(share, MOST_LEAN)
        total = turn.run(now, np.array(size))
        if total > best:
            best = total
            seen(best)
            price[:], by_mass[:] = moves.price, chosen.by_mass
            d.row[:], d.budget[:] = now.row, now.budget
        row, budget = turn.slopes(now)
        step(now.row, row, memory[0], steps.move * share * of_row, at)
        step(now.budget, budget, memory[1], steps.move * share * of_budget, at)
        np.maximum(now.row, 0.0, out=now.row, where=~minimum)
        np.maximum(now.budget, 0.0, out=now.budget)
    moves.price[:], chosen.by_mass[:] = price, by_mass
    moves.slope[:] = 0.0
    chosen.keep[0], chosen.lean[0] = 0.0, 0.0
    chosen.wait[:] = 0
    for room in turn.rooms:
        room.heat[0], room.steps[0] = 0.0, LAST_STEPS
    total = turn.run(d, np.zeros(3))
    turn.close()
    return Bound(
        total=total,
        duals=Duals(*(part.copy() for part in d)),
        pairs=pairs,
        price=price,
        of_order=chosen.of_order,
        of_group=chosen.of_group,
        mean=chosen.mean,
    )


class _Turn:
    """Lets all orders and all groups choose: in one piece, or in two at the same time."""

    def __init__(self, t: Tables, p: Pairs, m: Moves, c: Choices) -> None:
        self.t, self.p, self.m, self.c = t, p, m, c
        n_orders, n_groups = len(t.orders), len(t.groups)
        both = n_orders > LARGE
        self.orders = _ends(t.first, n_orders, both=both)
        self.groups = _ends(p.member_start, n_groups, both=both)
        widest = int(np.diff(p.member_start).max(initial=1))
        self.rooms = [make_room(t, widest) for _ in range(1 + both)]
        self._pool = ThreadPoolExecutor(1) if both else None

    def run(self, d: Duals, size: Floats) -> float:
        """Let all choose at these prices; return the bound, and move those of pairs."""
        t, p, m, c = self.t, self.p, self.m, self.c
        self._split(
            self.orders,
            lambda w, begin, end: choose_columns(t, d, p, m, c, w, size, begin, end),
        )
        self._split(
            self.groups,
            lambda w, begin, end: choose_boxes(t, d, p, m, c, w, begin, end),
        )
        return fixed_terms(t, d) + float(c.of_group.sum() + c.of_order.sum())

    def slopes(self, d: Duals) -> tuple[Floats, Floats]:
        """Return the slopes in prices of rows and budgets."""
        row, budget = (
            np.array(part) for part in (self.rooms[0].row, self.rooms[0].budget)
        )
        for other in self.rooms[1:]:
            row += other.row
            budget += other.budget
        price_slopes(self.t, d, self.c.boxes, row, budget)
        return row, budget

    def _split(
        self, ends: tuple[int, ...], work: Callable[[Room, int, int], Any]
    ) -> None:
        other = None
        if self._pool is not None:
            other = self._pool.submit(work, self.rooms[1], ends[1], ends[2])
        work(self.rooms[0], ends[0], ends[1])
        if other is not None:
            other.result()

    def close(self) -> None:
        """End the second thread."""
        if self._pool is not None:
            self._pool.shutdown()


def _ends(start: np.ndarray, n: int, *, both: bool) -> tuple[int, ...]:
    """Return where one piece, or two with the same work, begin and end."""
    if not both:
        return 0, n
    return 0, int(np.searchsorted(start[:-1], start[-1] // 2)), n


@uncounted
def price_slopes(
    t: Tables, d: Duals, boxes: Floats, row: Floats, budget: Floats
) -> None:
    """Turn the use of rows and budgets by orders into slopes."""
    for g in range(len(t.groups)):
        for k in range(t.groups[g].use_begin, t.groups[g].use_end):
            row[t.use_row[k]] += boxes[g] * t.use_amount[k]
    for r in range(len(t.capacity)):
        free = row_term(t, r, d.row[r])[1]
        row[r] = (row[r] - free) / max(row[r], t.capacity[r], 1.0)
    for b in range(len(t.budget)):
        budget[b] = (budget[b] - t.budget[b]) / max(t.budget[b], 1.0)
