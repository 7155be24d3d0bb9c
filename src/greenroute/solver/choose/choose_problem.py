"""Orders that choose one column each, in flat arrays; and what can be settled by looking.

Numbers with up to six decimals are counted in whole units, so that sums are exact and a
row that is filled to the brim is not over it. Rows without a limit, and rows that no
choice can fill, are left out; so are columns that no choice has room for.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: A row that is not in whole units may be over its capacity by this share.
TOLERANCE = 1e-9
#: Decimals that are tried to count in whole units.
MOST_DECIMALS = 6
#: Whole numbers up to here are exact in float64.
LARGEST_WHOLE = 2.0**53


class Columns(NamedTuple):
    """What the kernels need.

    Attributes
    ----------
    start
        First column of each order, (n_orders + 1,).
    cost
        Of each column, (n_columns,).
    use_start, use_row, amount
        What each column uses, by column.
    limit
        Of each row, > 0 if any column uses it, (n_rows,).
    """

    start: Integers
    cost: Floats
    use_start: Integers
    use_row: Integers
    amount: Floats
    limit: Floats

    @property
    def n_orders(self) -> int:
        """Number of orders."""
        return len(self.start) - 1

    @property
    def order(self) -> Integers:
        """Order of each column."""
        return np.repeat(np.arange(self.n_orders), np.diff(self.start))

    def load(self, choice: Integers) -> Floats:
        """Return what a choice uses of each row."""
        begin, count = self.use_start[choice], np.diff(self.use_start)[choice]
        at = _ranges(begin, count)
        amount = self.amount[at]
        load = np.bincount(self.use_row[at], amount, minlength=len(self.limit))
        # Without entries it would be of integers.
        return load.astype(np.float64)

    def fits(self, choice: Integers) -> bool:
        """Return whether a choice has one column of each order and keeps all limits."""
        own = (choice >= self.start[:-1]) & (choice < self.start[1:])
        return bool(own.all() and (self.load(choice) <= self.limit).all())

    def select(self, kept: Flags) -> "Columns":
        """Return some of the columns; every order keeps at least one."""
        count = np.diff(self.use_start)
        places = np.flatnonzero(np.repeat(kept, count))
        return self._replace(
            start=np.concatenate([[0], np.cumsum(kept)])[self.start],
            cost=self.cost[kept],
            use_start=np.concatenate([[0], np.cumsum(count[kept])]),
            use_row=self.use_row[places],
            amount=self.amount[places],
        )


class Problem(NamedTuple):
    """A choice in whole units where that is exact, and what these stand for.

    Attributes
    ----------
    columns
        The arrays.
    column, row
        Which of the columns and rows given they are.
    n_rows
        Number of rows given.
    cost_unit, row_unit
        Units in one of those given.
    whole_cost, whole_row
        Whether the costs, and the amounts of each row, are whole and add up exactly.
    """

    columns: Columns
    column: Integers
    row: Integers
    n_rows: int
    cost_unit: float
    row_unit: Floats
    whole_cost: bool
    whole_row: Flags


class Settled(NamedTuple):
    """A problem with less in it, or why it has no choice."""

    problem: Problem
    reason: str


def _ranges(begin: Integers, count: Integers) -> Integers:
    """Return begin[i] .. begin[i] + count[i] - 1 for all i, one after another."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(begin - ends + count, count)


def whole_unit(values: Floats) -> float:
    """Return how many units make one, so that all values are whole; 0 if none does."""
    for decimals in range(MOST_DECIMALS + 1):
        unit = 10.0**decimals
        if (np.rint(values * unit) / unit == values).all():
            return unit
    return 0.0


def whole_units(row: Integers, amount: Floats, n_rows: int) -> Floats:
    """Return the same for the amounts of each row."""
    units = np.zeros(n_rows)
    for decimals in range(MOST_DECIMALS + 1):
        unit = 10.0**decimals
        broken = np.rint(amount * unit) / unit != amount
        whole = np.bincount(row[broken], minlength=n_rows) == 0
        units[whole & (units == 0)] = unit
        if (units > 0).all():
            break
    return units


def whole_limits(capacity: Floats, unit: Floats) -> Floats:
    """Return the most whole units that each capacity has room for."""
    scaled = capacity * unit
    near = np.rint(scaled)
    return np.where(near / unit == capacity, near, np.floor(scaled))


@njit(nogil=True, cache=True, error_model="numpy")
def row_extremes(columns: Columns, alive: Flags) -> tuple[Floats, Floats]:
    """Return the least and the most that the orders can use of each row."""
    n_rows = len(columns.limit)
    least, most = np.zeros(n_rows), np.zeros(n_rows)
    low, high = np.empty(n_rows), np.empty(n_rows)
    count, touched = np.zeros(n_rows, np.int64), np.empty(n_rows, np.int64)
    for o in range(len(columns.start) - 1):
        n_touched = n_alive = 0
        for j in range(columns.start[o], columns.start[o + 1]):
            if not alive[j]:
                continue
            n_alive += 1
            for e in range(columns.use_start[j], columns.use_start[j + 1]):
                r, a = columns.use_row[e], columns.amount[e]
                if count[r] == 0:
                    touched[n_touched] = r
                    n_touched += 1
                    low[r] = high[r] = a
                count[r] += 1
                low[r], high[r] = min(low[r], a), max(high[r], a)
        for i in range(n_touched):
            r = touched[i]
            most[r] += high[r]
            if count[r] == n_alive:
                least[r] += low[r]
            count[r] = 0
    return least, most


@njit(nogil=True, cache=True, error_model="numpy")
def drop_columns(columns: Columns, alive: Flags, least: Floats, slack: Floats) -> int:
    """Drop columns that leave others too little of a row; return how many."""
    n_rows = len(columns.limit)
    low, count = np.empty(n_rows), np.zeros(n_rows, np.int64)
    dropped = 0
    for o in range(len(columns.start) - 1):
        begin, end = columns.start[o], columns.start[o + 1]
        n_alive = 0
        for j in range(begin, end):
            if not alive[j]:
                continue
            n_alive += 1
            for e in range(columns.use_start[j], columns.use_start[j + 1]):
                r, a = columns.use_row[e], columns.amount[e]
                low[r] = a if count[r] == 0 else min(low[r], a)
                count[r] += 1
        for j in range(begin, end):
            keep = alive[j]
            for e in range(columns.use_start[j], columns.use_start[j + 1]):
                r = columns.use_row[e]
                own = low[r] if count[r] == n_alive else 0.0
                over = least[r] - own + columns.amount[e] - columns.limit[r]
                keep = keep and over <= slack[r]
            if alive[j] and not keep:
                # Its count stays, so that the bound of this pass stays valid.
                alive[j] = False
                dropped += 1
        for j in range(begin, end):
            for e in range(columns.use_start[j], columns.use_start[j + 1]):
                count[columns.use_row[e]] = 0
    return dropped


def settle(problem: Problem) -> Settled:
    """Drop columns and rows that cannot matter, or say which row cannot be kept."""
    columns = problem.columns
    alive = np.ones(len(columns.cost), np.bool_)
    # Beyond rounding: what is dropped here is dropped for good.
    slack = np.where(problem.whole_row, 0.0, TOLERANCE * columns.limit)
    while True:
        least, most = row_extremes(columns, alive)
        over = np.flatnonzero(least > columns.limit + slack)
        if len(over):
            return Settled(problem, _too_little(problem, over, least))
        dropped = drop_columns(columns, alive, least, slack)
        left = np.add.reduceat(alive.astype(np.int64), columns.start[:-1])
        if not left.all():
            order = int(np.argmin(left))
            reason = (
                f"order {order}: each of its columns takes a row over its capacity, "
                f"whatever the other orders choose"
            )
            return Settled(problem, reason)
        if not dropped:
            break
    return Settled(_keep(problem, alive, most > columns.limit), "")


def _too_little(problem: Problem, rows: Integers, least: Floats) -> str:
    """Say which rows cannot be kept by any choice."""
    parts = [
        f"row {problem.row[r]}: the least possible usage is "
        f"{least[r] / problem.row_unit[r]:g}, its capacity "
        f"{problem.columns.limit[r] / problem.row_unit[r]:g}"
        for r in rows[:5].tolist()
    ]
    more = f"; and {len(rows) - 5} more rows" if len(rows) > 5 else ""  # noqa: PLR2004 - as above
    return "; ".join(parts) + more


def _keep(problem: Problem, alive: Flags, kept_row: Flags) -> Problem:
    """Return the problem with some columns and rows."""
    columns = problem.columns.select(alive)
    entries = kept_row[columns.use_row]
    ends = np.concatenate([[0], np.cumsum(entries)])
    number = np.cumsum(kept_row) - 1
    return problem._replace(
        columns=columns._replace(
            use_start=ends[columns.use_start],
            use_row=number[columns.use_row[entries]],
            amount=columns.amount[entries],
            limit=columns.limit[kept_row],
        ),
        column=problem.column[alive],
        row=problem.row[kept_row],
        row_unit=problem.row_unit[kept_row],
        whole_row=problem.whole_row[kept_row],
    )
