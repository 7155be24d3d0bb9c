"""Makes a book smaller without making its best choice dearer, and the way back.

- A column goes if another one of its order can always stand in for it: no dearer, no
  dirtier where a budget counts grams, on no row besides, with boxes of its own where it
  needs others.
- A group goes if no set of its orders saves more than the boxes that the set fills: then
  each order has boxes of its own there, which are part of its column's cost. That is so in
  particular for a group of one order.
- Groups whose boxes hold the same goods, whatever is chosen, become one.
- A row goes if all orders that may use it fit together.

Orders that may share boxes come to lie side by side, which makes all that follows faster.

Each follows from an exchange: whatever a choice does with the thing, another choice without
it costs no more. So a bound of the smaller book is one of the book.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.plan.termination import Termination
from greenroute.solver.book.book import NO_COLUMN, Book, BookChoice, Lists
from greenroute.solver.book.book_evaluate import evaluate, of_each
from greenroute.solver.book.book_tables import members, owners, with_records
from greenroute.solver.book.reduce_kernels import (
    Columns,
    Left,
    Sizes,
    digest_members,
    drop_beaten,
    drop_groups,
    drop_rows,
    outer_groups,
)
from greenroute.solver.stop import relative_gap

_MOST_ROUNDS = 8
#: A round that takes out no more than one of so many columns is the last one.
_FEW = 10_000
#: An objective this close to the bound is optimal [cents].
_PROVEN = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReducedBook:
    """A smaller book, and where its things stand in the whole one.

    Attributes
    ----------
    whole, book
        Before and after; rows and budgets are the same, and orders but for their places.
    order, column, group
        Place of each order, column and group of `book` in `whole`.
    instead
        Column of `book` that does as well as each column of `whole`.
    """

    whole: Book
    book: Book
    order: NDArray[np.int32]
    column: NDArray[np.int32]
    group: NDArray[np.int32]
    instead: NDArray[np.int32]

    def shrink(self, columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return a choice for the whole book as one for the smaller book."""
        kept = np.full(len(columns), NO_COLUMN)
        served = np.flatnonzero(columns != NO_COLUMN)
        kept[served] = self.instead[columns[served]]
        return kept[self.order]

    def grow(self, choice: BookChoice) -> BookChoice:
        """Return a choice for the smaller book as one for the whole book."""
        columns = np.full(len(choice.columns), NO_COLUMN)
        served = np.flatnonzero(choice.columns != NO_COLUMN)
        columns[self.order[served]] = self.column[choice.columns[served]]
        boxes = evaluate(self.whole, columns).boxes.copy()
        boxes[self.group] = choice.boxes
        if choice.termination is Termination.INFEASIBLE:
            return replace(choice, columns=columns, boxes=boxes)
        # Goods that pay for boxes of their own may still share some by chance.
        objective = evaluate(self.whole, columns, boxes).objective
        bound = min(choice.bound, objective)
        proven = objective - bound <= _PROVEN
        return replace(
            choice,
            termination=Termination.OPTIMAL if proven else Termination.FEASIBLE,
            columns=columns,
            boxes=boxes,
            objective=objective,
            bound=bound,
            gap=relative_gap(objective, bound),
        )


def reduce_book(whole: Book, *, rest: Callable[[], None] = lambda: None) -> ReducedBook:
    """Return a smaller book with the same least cost; the same where minimums count.

    Parameters
    ----------
    rest
        Is called where arrays of the whole book that lie on disk may leave memory.
    """
    book, left = _let_go(whole)
    rest()
    return replace(_what_is_left(book, left), whole=whole)


def _let_go(book: Book) -> tuple[Book, Left]:
    """Return a book with the prices of groups that were merged, and what is left of it."""
    member = members(book)
    n_columns, n_groups = len(book.route), book.n_groups
    left = Left(
        price=_prices(book),
        extra=np.zeros(n_columns, np.int64),
        column=np.ones(n_columns, np.bool_),
        group=np.ones(n_groups, np.bool_),
        row=np.ones(len(book.capacity), np.bool_),
        instead=np.arange(n_columns, dtype=np.int32),
        touched=np.ones(book.n_orders, np.bool_),
        again=np.zeros(book.n_orders, np.bool_),
    )
    if len(book.commitment_row):
        return book, left
    uses_rows = np.diff(book.group_rows.start) > 0
    left.row[book.group_rows.items] = True
    columns = Columns(
        first=book.first_column,
        owner=owners(book),
        route=book.route,
        grams=book.grams if len(book.budget) else np.empty(0, np.int64),
        group_start=book.route_groups.start,
        groups=book.route_groups.items,
        row_start=book.route_rows.start,
        rows=book.route_rows.items,
        measure=book.row_measure,
        capacity=book.capacity,
    )
    sizes = Sizes(
        mass=book.mass,
        volume=book.volume,
        box_mass=book.box_mass,
        box_volume=book.box_volume,
        box_cost=book.box_cost.copy(),
        fixed=book.fixed_cost.copy(),
        # Boxes of its own for every order must be allowed.
        closed=uses_rows | (book.max_boxes < _most_boxes(book, member[0])),
    )
    boxed_rows = np.unique(book.group_rows.items)
    for _ in range(_MOST_ROUNDS):
        drop_rows(columns, sizes, left)
        left.row[boxed_rows] = True
        dropped = drop_beaten(columns, sizes, left)
        dropped += _merge_groups(sizes, left, *member)
        dropped += drop_groups(columns, sizes, left, *member)
        if dropped <= n_columns // _FEW:
            break
        left.touched[:], left.again[:] = left.again, False
    return replace(book, box_cost=sizes.box_cost, fixed_cost=sizes.fixed), left


def _prices(book: Book) -> NDArray[np.float64]:
    """Return cost with carbon of each column, (n_columns,)."""
    price = book.cost.astype(np.float64)
    if book.carbon_price:
        price += book.carbon_price * book.grams
    return price


def _merge_groups(
    s: Sizes, left: Left, start: NDArray[np.int64], member: NDArray[np.int32]
) -> int:
    """Make one group of those with the same columns and boxes of the same size.

    The same columns are told by their number and 64 bits.
    """
    bits, count = digest_members(left, start, member)
    group = np.flatnonzero(left.group & ~s.closed & (count > 0))
    order = np.lexsort(
        (bits[group], count[group], s.box_mass[group], s.box_volume[group])
    )
    group = group[order]
    alike = np.ones(max(len(group) - 1, 0), np.bool_)
    for part in (bits, count, s.box_mass, s.box_volume):
        alike &= part[group[1:]] == part[group[:-1]]
    # A run of groups that are alike becomes its first one.
    first = np.concatenate([[True], ~alike])[: len(group)]
    of = group[first][np.cumsum(first) - 1]
    merged = group[~first]
    np.add.at(s.box_cost, of[~first], s.box_cost[merged])
    np.add.at(s.fixed, of[~first], s.fixed[merged])
    left.group[merged] = False
    return len(merged)


def _most_boxes(book: Book, member_start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return more boxes of each group than boxes of its own for every order can be."""
    mass, volume = int(book.mass.max(initial=0)), int(book.volume.max(initial=0))
    largest = np.maximum(-(-mass // book.box_mass), -(-volume // book.box_volume))
    return np.asarray(largest * np.diff(member_start))


def _what_is_left(book: Book, left: Left) -> ReducedBook:
    routes = book.route_groups
    first, last = outer_groups(
        book.first_column, book.route, routes.start, routes.items, left.group
    )
    order = np.lexsort((last, first)).astype(np.int32)
    kept = Lists(
        start=_ends(left.column)[book.first_column],
        items=np.flatnonzero(left.column).astype(np.int32),
    )
    column = of_each(kept, order)[1].astype(np.int32)
    group = np.flatnonzero(left.group).astype(np.int32)
    route = book.route[column]
    used = np.zeros(len(book.route_groups.start) - 1, np.bool_)
    used[route] = True
    number = np.empty(len(left.column), np.int32)
    number[column] = np.arange(len(column), dtype=np.int32)
    instead = left.instead
    while (left.instead[instead] != instead).any():
        instead = left.instead[instead]
    item, of_group = of_each(book.group_rows, group, with_items=True)
    smaller = replace(
        book,
        mass=book.mass[order],
        volume=book.volume[order],
        unserved_cost=book.unserved_cost[order],
        budget_of_order=book.budget_of_order[order],
        first_column=_starts(np.diff(kept.start)[order]).astype(np.int64),
        route=_ends(used)[route],
        cost=book.cost[column] + left.extra[column],
        grams=book.grams[column],
        route_groups=_kept(book.route_groups, used, left.group),
        route_rows=_kept(book.route_rows, used, left.row, numbered=False),
        box_mass=book.box_mass[group],
        box_volume=book.box_volume[group],
        box_cost=book.box_cost[group],
        fixed_cost=book.fixed_cost[group],
        max_boxes=book.max_boxes[group],
        group_rows=Lists(
            start=_starts(np.diff(book.group_rows.start)[group]),
            items=of_group.astype(np.int32),
        ),
        group_use=book.group_use[item],
    )
    return ReducedBook(
        whole=book,
        book=with_records(smaller),
        order=order,
        column=column,
        group=group,
        instead=number[instead],
    )


def _kept(
    lists: Lists,
    rows: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    *,
    numbered: bool = True,
) -> Lists:
    """Return the lists of some rows with the items that are kept, by new numbers or old."""
    there = np.repeat(rows, np.diff(lists.start))
    there &= kept[lists.items]
    items, ends = lists.items[there], _ends(there)
    return Lists(
        start=ends[lists.start[np.append(rows, True)]],
        items=_ends(kept)[items] if numbered else items,
    )


def _ends(kept: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return how many are kept before each place: its new number, if it is kept itself."""
    ends = np.zeros(len(kept) + 1, np.int32)
    np.cumsum(kept, dtype=np.int32, out=ends[1:])
    return ends


def _starts(count: NDArray[np.integer]) -> NDArray[np.int32]:
    return np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
