"""Raises the bound of whole boxes: values of orders and prices move along its slopes.

Large books are worked on by two threads, each on its own orders and groups; what they add
up is added in the same order on every machine.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from greenroute.solver.book.book import BY_MASS, BY_VOLUME
from greenroute.solver.book.book_duals import Duals, row_term, scales, step
from greenroute.solver.book.book_groups import (
    Pass,
    fill_groups,
    fixed_terms,
    make_pass,
    own_prices,
    reduce_costs,
)
from greenroute.solver.book.book_tables import Floats, Tables
from greenroute.solver.search.bounds import inner, uncounted

#: Weight of a late round in the average of what is taken.
KEEP = 0.03
#: Books of more orders are worked on by two threads.
LARGE = 20_000


class Slopes(NamedTuple):
    """Slopes of the bound, and the average of what was taken of each column."""

    value: Floats
    row: Floats
    budget: Floats
    mean: Floats
    keep: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Steps of an ascent, as shares of what values and prices are about.

    Attributes
    ----------
    first, last
        Of the first and the last round.
    move
        Those of prices, as a share of those of values.
    """

    first: float
    last: float
    move: float

    def at(self, part: float) -> float:
        """Return the step when a part of the rounds is over."""
        return float(self.first * (self.last / self.first) ** part)


@inner
def add_use(
    t: Tables, order: int, column: int, part: float, row: Floats, budget: Floats
) -> None:
    """Add what a part of an order uses on a column, except of boxes."""
    for k in range(t.level.shape[1]):
        if t.level[order, k] >= 0:
            budget[t.level[order, k]] += part * t.grams[column]
    r = t.route[column]
    for k in range(t.row_start[r], t.row_start[r + 1]):
        at = t.row_items[k]
        if t.measure[at] == BY_MASS:
            row[at] += part * t.mass[order]
        elif t.measure[at] == BY_VOLUME:
            row[at] += part * t.volume[order]
        else:
            row[at] += part


@uncounted
def slopes(  # noqa: C901, PLR0913, PLR0917 - one pass over orders; no keywords in here
    t: Tables,
    p: Pass,
    reduced: Floats,
    value: Floats,
    s: Slopes,
    begin: int,
    end: int,
) -> None:
    """Write the slopes in values of these orders and what they use; average the parts.

    What the groups leave of an order goes alone if its value is what that costs.
    """
    for r in range(len(s.row)):
        s.row[r] = 0.0
    for b in range(len(s.budget)):
        s.budget[b] = 0.0
    for i in range(begin, end):
        whole, best, lowest = 0.0, -1, float(t.unserved[i])
        for j in range(t.first[i], t.first[i + 1]):
            r = t.route[j]
            if t.group_start[r] == t.group_start[r + 1]:
                p.part[j] = 0.0
                if reduced[j] < lowest:
                    best, lowest = j, reduced[j]
            whole += p.part[j]
        s.value[i] = 1.0 - whole
        if value[i] >= lowest:
            s.value[i] = min(1.0 - whole, 0.0)
            if best >= 0:
                p.part[best] = max(1.0 - whole, 0.0)
        for j in range(t.first[i], t.first[i + 1]):
            s.mean[j] += s.keep[0] * (p.part[j] - s.mean[j])
            if p.part[j] > 0.0:
                add_use(t, i, j, p.part[j], s.row, s.budget)


@uncounted
def price_slopes(t: Tables, p: Pass, s: Slopes) -> None:
    """Turn the use of rows and budgets into slopes."""
    for g in range(len(t.box_cost)):
        for k in range(t.use_start[g], t.use_start[g + 1]):
            s.row[t.use_row[k]] += p.boxes[g] * t.use_amount[k]
    for r in range(len(t.capacity)):
        free = row_term(t, r, p.d.row[r])[1]
        s.row[r] = (s.row[r] - free) / max(s.row[r], t.capacity[r], 1.0)
    for b in range(len(t.budget)):
        s.budget[b] = (s.budget[b] - t.budget[b]) / max(t.budget[b], 1.0)


class _Halves:
    """Runs kernels over ranges: in one piece, or in two at the same time."""

    def __init__(self, t: Tables) -> None:
        n = len(t.mass)
        self.n_parts = 2 if n > LARGE else 1
        middle = self.n_parts - 1
        cut = int(np.searchsorted(t.first, t.first[-1] // 2)) if middle else n
        self.orders = (0, cut, n)[: 2 + middle]
        n = len(t.box_cost)
        half = t.member_start[-1] // 2
        cut = int(np.searchsorted(t.member_start[:-1], half)) if middle else n
        self.groups = (0, cut, n)[: 2 + middle]
        self._pool = ThreadPoolExecutor(1) if middle else None

    def run(
        self, kernel: Callable[..., Any], ends: tuple[int, ...], *arguments: list[Any]
    ) -> None:
        """Run a kernel on each part, with the arguments of that part."""
        other = None
        if self._pool is not None:
            late = [part[1] for part in arguments]
            other = self._pool.submit(kernel, *late, ends[1], ends[2])
        kernel(*(part[0] for part in arguments), ends[0], ends[1])
        if other is not None:
            other.result()

    def close(self) -> None:
        """End the second thread."""
        if self._pool is not None:
            self._pool.shutdown()


def climb(
    t: Tables,
    d: Duals,
    value: Floats,
    mean: Floats,
    *,
    parts: Iterable[float],
    steps: Steps,
) -> float:
    """Raise the strong bound by moving prices and values in place; return it.

    One round for each of `parts`, the part of the ascent that is over then. `mean` becomes
    the average over the later rounds of what is taken of each column.
    """
    halves = _Halves(t)
    both = range(halves.n_parts)
    now = Duals(d.row.copy(), d.budget.copy(), d.extra.copy(), d.lean.copy())
    at_value = value.copy()
    first = make_pass(t, now)
    passes = [first]
    passes += [make_pass(t, now)._replace(part=first.part, boxes=first.boxes)] * (
        halves.n_parts - 1
    )
    slope, keep = np.zeros(len(value)), np.zeros(1)
    s = [
        Slopes(slope, np.zeros(len(d.row)), np.zeros(len(d.budget)), mean, keep)
        for _ in both
    ]
    memory = [np.zeros((2, len(part))) for part in (value, d.row, d.budget)]
    of_row, of_budget = scales(t)
    scale = np.maximum(np.abs(value), 1.0)
    of_group, reduced = np.empty(len(t.box_cost)), np.empty(len(t.route))
    least = np.empty(len(value))
    minimum = np.diff(t.short_start) > 0
    tables = [t] * 2

    def same(thing: object) -> list[object]:
        return [thing] * 2

    best = -np.inf
    for at, part in enumerate(parts, 1):
        prices = own_prices(t, now)
        halves.run(
            reduce_costs,
            halves.orders,
            tables,
            *map(same, (now, prices, reduced, least)),
        )
        np.minimum(at_value, least, out=at_value)
        every = [same(reduced), same(at_value)]
        halves.run(fill_groups, halves.groups, tables, passes, *every, same(of_group))
        bound = fixed_terms(t, now) + float(of_group.sum() + at_value.sum())
        if bound > best:
            best = bound
            value[:], d.row[:], d.budget[:] = at_value, now.row, now.budget
        keep[0] = max(1.0 / at, KEEP)
        halves.run(slopes, halves.orders, tables, passes, *every, s)
        for other in s[1:]:
            s[0].row[:] += other.row
            s[0].budget[:] += other.budget
        price_slopes(t, first, s[0])
        share = steps.at(part)
        step(at_value, slope, memory[0], share * scale, at)
        step(now.row, s[0].row, memory[1], steps.move * share * of_row, at)
        step(now.budget, s[0].budget, memory[2], steps.move * share * of_budget, at)
        np.maximum(now.row, 0.0, out=now.row, where=~minimum)
        np.maximum(now.budget, 0.0, out=now.budget)
    halves.close()
    return best
