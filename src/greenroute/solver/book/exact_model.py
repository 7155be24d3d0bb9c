"""The integer program of an order book with some of its columns."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from greenroute.solver.book.book import BY_MASS, BY_ORDER, NO_COLUMN, Book
from greenroute.solver.book.book_evaluate import of_each
from greenroute.solver.program import Program

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

#: A variable above it is taken for one.
_HALF = 0.5


class Model(NamedTuple):
    """The model of some columns; all its numbers are whole, except costs with a carbon price.

    Variables in turn: columns, orders that are not served, uses (an order in a group),
    boxes of groups, departures of groups that have a price for the first box.

    Attributes
    ----------
    book, columns, owner
        Which columns of what, and the order of each.
    use_column, use
        What makes an order use a group: column in the model and use, one a group of the
        route.
    n_uses
        Number of uses.
    program
        Costs in cents.
    """

    book: Book
    columns: Integers
    owner: Integers
    use_column: Integers
    use: Integers
    n_uses: int
    program: Program

    def choice_of(self, values: Floats | Integers) -> Integers:
        """Return the column of each order in the book, (n_orders,)."""
        choice = np.full(self.book.n_orders, NO_COLUMN)
        taken = np.flatnonzero(values[: len(self.columns)] > _HALF)
        choice[self.owner[taken]] = self.columns[taken]
        return choice

    def values_of(self, choice: Integers, boxes: Integers) -> Integers:
        """Return the variables of a choice among these columns, and of its boxes."""
        taken = np.isin(self.columns, choice)
        uses = np.zeros(self.n_uses, np.bool_)
        uses[self.use[taken[self.use_column]]] = True
        opened = boxes[self.book.fixed_cost > 0] > 0
        parts = [taken, choice == NO_COLUMN, uses, boxes, opened]
        return np.concatenate([part.astype(np.int64) for part in parts])


class _Rows:
    """Rows of a matrix, as they come."""

    def __init__(self) -> None:
        self.parts: list[tuple[Integers, Integers, Floats]] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []
        self.n = 0

    def add(
        self,
        entries: list[tuple[Integers, Integers, NDArray[Any]]],
        high: NDArray[Any],
        *,
        equal: bool = False,
    ) -> None:
        """Add rows; entries are (row, variable, coefficient)."""
        for row, variable, value in entries:
            self.parts.append((row + self.n, variable, value.astype(np.float64)))
        self.high.append(high.astype(np.float64))
        self.low.append(self.high[-1] if equal else np.full(len(high), -np.inf))
        self.n += len(high)

    def matrix(self, width: int) -> csr_array:
        row, variable, value = (
            np.concatenate(c) for c in zip(*self.parts, strict=True)
        )
        return csr_array(coo_array((value, (row, variable)), shape=(self.n, width)))


def lay_out(book: Book, columns: Integers) -> Model:
    """Return the model of some columns, ascending."""
    n, n_orders, n_groups = len(columns), book.n_orders, book.n_groups
    every = np.repeat(np.arange(n_orders), np.diff(book.first_column))
    owner = every[columns]
    at, group = of_each(book.route_groups, book.route[columns])
    key, use = np.unique(owner[at] * max(n_groups, 1) + group, return_inverse=True)
    order, of_group = np.divmod(key, max(n_groups, 1))
    first_use, n_uses = n + n_orders, len(key)
    first_box = first_use + n_uses
    paid = np.flatnonzero(book.fixed_cost)
    number = np.zeros(n_groups, np.int64)
    number[paid] = first_box + n_groups + np.arange(len(paid))
    rows, uses = _Rows(), np.arange(n_uses)
    numbers, groups = np.arange(n_orders), np.arange(n_groups)
    ones = np.ones(n)
    rows.add(
        [
            (owner, np.arange(n), ones),
            (numbers, n + numbers, np.ones(n_orders)),
        ],
        np.ones(n_orders),
        equal=True,
    )
    rows.add(
        [
            (use.reshape(-1), at, np.ones(len(at))),
            (uses, first_use + uses, np.full(n_uses, -1)),
        ],
        np.zeros(n_uses),
        equal=True,
    )
    alone = np.zeros(n_uses, np.int64)
    for size, room in ((book.mass, book.box_mass), (book.volume, book.box_volume)):
        rows.add(
            [
                (of_group, first_use + uses, size[order]),
                (groups, first_box + groups, -room),
            ],
            np.zeros(n_groups),
        )
        alone = np.maximum(alone, -(-size[order] // room[of_group]))
    # Whole boxes for every single order: what makes the relaxation tight.
    rows.add(
        [
            (uses, first_use + uses, alone),
            (uses, first_box + of_group, np.full(n_uses, -1)),
        ],
        np.zeros(n_uses),
    )
    opens = np.flatnonzero(book.fixed_cost[of_group])
    turn = np.arange(len(opens))
    rows.add(
        [
            (turn, first_use + opens, np.ones(len(opens))),
            (turn, number[of_group[opens]], np.full(len(opens), -1)),
        ],
        np.zeros(len(opens)),
    )
    _add_limits(book, columns, owner, rows)
    width = first_box + n_groups + len(paid)
    highest = np.ones(width)
    most = np.bincount(of_group, weights=alone, minlength=n_groups)
    highest[first_box : first_box + n_groups] = np.minimum(most, book.max_boxes)
    whole = np.ones(width, np.int64)
    whole[first_use:first_box] = 0
    price = book.cost[columns] + book.carbon_price * book.grams[columns]
    cost = [price, book.unserved_cost, np.zeros(n_uses)]
    cost += [book.box_cost, book.fixed_cost[paid]]
    program = Program(
        cost=np.concatenate(cost).astype(np.float64),
        highest=highest,
        whole=whole,
        matrix=rows.matrix(width),
        lowest_row=np.concatenate(rows.low),
        highest_row=np.concatenate(rows.high),
    )
    return Model(
        book=book,
        columns=columns,
        owner=owner,
        use_column=at,
        use=use,
        n_uses=n_uses,
        program=program,
    )


def _add_limits(book: Book, columns: Integers, owner: Integers, rows: _Rows) -> None:
    """Add capacities and budgets."""
    at, row = of_each(book.route_rows, book.route[columns])
    measure = book.row_measure[row]
    size = np.where(measure == BY_MASS, book.mass[owner[at]], book.volume[owner[at]])
    use = np.where(measure == BY_ORDER, 1, size)
    rows.add([(row.astype(np.int64), at, use)], book.capacity)
    emitted = []
    for level in book.budget_of_order.T:
        mine = np.flatnonzero(level[owner] >= 0)
        budget = level[owner[mine]].astype(np.int64)
        emitted.append((budget, mine, book.grams[columns[mine]]))
    rows.add(emitted, book.budget)
