"""Two threads anneal a choice; what the second did is kept only where it still pays."""

import numpy as np
import pytest

from book_cases import dense_book
from greenroute.solver.book.book_anneal import Annealer
from greenroute.solver.book.book_state import (
    State,
    make_state,
    penalised_cost,
    place,
)
from greenroute.solver.book.book_tables import Tables, make_tables


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
