"""An order book in the solver's words: which route each order may take, in whole numbers.

The types only; `solve_book` chooses. Units are chosen by the translator and the same in
all places: cents, grams of CO2e, mass and volume in whole units (kg and litres).

min   sum of cost over the chosen columns (an order without column pays `unserved_cost`)
    + sum over groups of  box_cost * boxes + fixed_cost * (boxes > 0)
    + carbon_price * grams over the chosen columns
    + sum over commitments of  short_cost * shortfall

s.t.  each order takes exactly one of its columns, or none
      mass and volume of the orders in a group fit its boxes;  boxes <= max_boxes
      use of each capacity row, by boxes and by loose goods, <= capacity
      grams of the orders of each budget <= limit
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.plan.termination import Termination

#: What a capacity row or a commitment counts of the loose goods of an order.
BY_MASS, BY_VOLUME, BY_ORDER = range(3)
#: Column of an order that is not served.
NO_COLUMN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Lists of different length, one per row: row i holds `items[start[i]:start[i + 1]]`.

    Attributes
    ----------
    start
        int32 (n_rows + 1,).
    items
        int32 (n_items,).
    """

    start: NDArray[np.int32]
    items: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All that the choice needs.

    Attributes
    ----------
    mass, volume
        Of each order, int64 (n_orders,).
    unserved_cost
        Price of not serving an order, int64 (n_orders,): more than its dearest column at
        the highest carbon price, or not serving becomes a cheap way to save carbon.
    first_column
        Columns of order i are `first_column[i] : first_column[i + 1]`, int64
        (n_orders + 1,); an order without columns stays unserved.
    route
        Route of each column, int32 (n_columns,).
    cost, grams
        Of each column, int64 (n_columns,): what the order pays there whatever others do
        (loose goods, lateness, inventory), and what it emits.
    route_groups
        Groups in whose boxes goods on a route travel.
    route_rows
        Capacity rows that goods on a route use loose.
    row_measure
        `BY_MASS`, `BY_VOLUME` or `BY_ORDER` (one per order), int8 (n_rows,).
    capacity
        int64 (n_rows,).
    box_mass, box_volume
        What a box of a group takes, int64 (n_groups,).
    box_cost, fixed_cost
        Of a box, and of the first one besides, int64 (n_groups,).
    max_boxes
        int64 (n_groups,).
    group_rows
        Capacity rows that a box of a group uses.
    group_use
        How much of each, int64 (n_items of group_rows,).
    budget_of_order
        Budgets that an order counts to, int32 (n_orders, n_levels); -1 for none.
    budget
        Most that the orders of a budget may emit [g], int64 (n_budgets,).
    carbon_price
        Cents per gram.
    commitment_row
        Capacity rows with a minimum, int32 (n_commitments,).
    least, short_cost
        Minimum use, and cents per unit below it, int64 and float64 (n_commitments,).
    """

    mass: NDArray[np.int64]
    volume: NDArray[np.int64]
    unserved_cost: NDArray[np.int64]
    first_column: NDArray[np.int64]
    route: NDArray[np.int32]
    cost: NDArray[np.int64]
    grams: NDArray[np.int64]
    route_groups: Lists
    route_rows: Lists
    row_measure: NDArray[np.int8]
    capacity: NDArray[np.int64]
    box_mass: NDArray[np.int64]
    box_volume: NDArray[np.int64]
    box_cost: NDArray[np.int64]
    fixed_cost: NDArray[np.int64]
    max_boxes: NDArray[np.int64]
    group_rows: Lists
    group_use: NDArray[np.int64]
    budget_of_order: NDArray[np.int32]
    budget: NDArray[np.int64]
    carbon_price: float
    commitment_row: NDArray[np.int32]
    least: NDArray[np.int64]
    short_cost: NDArray[np.float64]

    @property
    def n_orders(self) -> int:
        """Number of orders."""
        return len(self.mass)

    @property
    def n_groups(self) -> int:
        """Number of consolidation groups."""
        return len(self.box_cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Dual prices of a book, by which a bound is computed again; cents per unit.

    Attributes
    ----------
    row, budget
        Of capacity rows (n_rows,) and of budgets (n_budgets,), float64, >= 0; that of a
        row with a commitment may be negative: more use of it is wanted.
    """

    row: NDArray[np.float64]
    budget: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookChoice:
    """A choice for every order, and what is proven about it.

    Attributes
    ----------
    termination
        OPTIMAL only with a bound that equals the objective.
    columns
        Chosen column of each order, int64 (n_orders,); `NO_COLUMN` where it is not served.
    boxes
        Boxes of each group, int64 (n_groups,).
    objective, bound
        Cents; the bound holds for whole orders and the columns given.
    gap
        (objective - bound) / objective.
    prices
        Prices that prove the bound; those of budgets are what a gram less costs.
    rounds, seconds
        What it took.
    """

    termination: Termination
    columns: NDArray[np.int64]
    boxes: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    prices: Prices
    rounds: int
    seconds: float
