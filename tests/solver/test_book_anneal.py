"""Two threads anneal a choice; what the second did is kept only where it still pays."""

import numpy as np
import pytest

from book_cases import lists
from greenroute.solver.book.book import Book, Lists
from greenroute.solver.book.book_anneal import Annealer
from greenroute.solver.book.book_state import (
    State,
    make_state,
    penalised_cost,
    place,
)
from greenroute.solver.book.book_tables import Tables, make_tables

N_ORDERS, N_GROUPS = 120, 6


def dense_book(seed: int) -> Book:
    """Return orders that all compete for the same boxes of a few groups, or go loose."""
    rng = np.random.default_rng(seed)
    mass = rng.integers(1, 40, N_ORDERS)
    loose = 16 * mass + rng.integers(0, 60, N_ORDERS)
    boxed = rng.integers(0, 60, (N_ORDERS, N_GROUPS))
    n_columns = N_ORDERS * (N_GROUPS + 1)
    none = np.empty(0, np.int32)
    return Book(
        mass=mass,
        volume=rng.integers(1, 40, N_ORDERS),
        unserved_cost=np.full(N_ORDERS, 10_000),
        first_column=np.arange(0, n_columns + 1, N_GROUPS + 1),
        route=np.tile(np.arange(N_GROUPS + 1, dtype=np.int32), N_ORDERS),
        cost=np.column_stack([loose, boxed]).ravel(),
        grams=np.zeros(n_columns, np.int64),
        route_groups=lists([[], *([g] for g in range(N_GROUPS))]),
        route_rows=lists([[]] * (N_GROUPS + 1)),
        row_measure=np.empty(0, np.int8),
        capacity=np.empty(0, np.int64),
        box_mass=np.full(N_GROUPS, 100),
        box_volume=np.full(N_GROUPS, 100),
        box_cost=rng.integers(500, 600, N_GROUPS),
        fixed_cost=np.zeros(N_GROUPS, np.int64),
        max_boxes=np.full(N_GROUPS, 99),
        group_rows=Lists(start=np.zeros(N_GROUPS + 1, np.int32), items=none),
        group_use=np.empty(0, np.int64),
        budget_of_order=np.empty((N_ORDERS, 0), np.int32),
        budget=np.empty(0, np.int64),
        carbon_price=0.0,
        commitment_row=none,
        least=np.empty(0, np.int64),
        short_cost=np.empty(0),
    )


def begin(seed: int) -> tuple[Tables, State, Annealer]:
    tables = make_tables(dense_book(seed))
    state = make_state(tables, np.empty(0), np.empty(0), box_penalty=1e6)
    place(tables, state, tables.first[:-1].copy())
    room = tables.groups["box_cost"].astype(np.float64)
    return tables, state, Annealer(tables, state, room, seed=seed, both=True)


def cost_of(tables: Tables, state: State) -> float:
    return penalised_cost(tables, state)[0]


@pytest.mark.parametrize("seed", range(3))
def test_two_threads_in_the_same_boxes_never_make_a_cold_choice_dearer(
    seed: int,
) -> None:
    tables, state, annealer = begin(seed)
    loose = cost_of(tables, state)
    for _ in range(3):
        annealer.ruin(20.0)
    costs = [cost_of(tables, state)]
    for _ in range(8):
        annealer.ruin(1e-9)
        costs.append(cost_of(tables, state))
    annealer.close()

    assert (np.diff(costs) <= 1e-6).all()
    assert costs[-1] < 0.95 * loose
    again = make_state(tables, np.empty(0), np.empty(0), box_penalty=1e6)
    place(tables, again, state.column)
    assert (again.groups == state.groups).all()


def test_two_threads_repeat_by_seed() -> None:
    columns = []
    for _ in range(2):
        _, state, annealer = begin(7)
        for _ in range(3):
            annealer.ruin(20.0)
        annealer.close()
        columns.append(state.column.copy())

    assert (columns[0] == columns[1]).all()
