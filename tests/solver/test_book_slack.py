"""Ruins begin where the choice is far from the bound."""

import numpy as np
import pytest
from numpy.typing import NDArray

from book_cases import DENSE, dense_book
from greenroute.solver.book.book_climb import Steps, climb
from greenroute.solver.book.book_duals import make_duals
from greenroute.solver.book.book_ruin import MOST_OUT, ruin
from greenroute.solver.book.book_slack import slack_of_groups
from greenroute.solver.book.book_state import (
    State,
    make_state,
    penalised_cost,
    place,
)
from greenroute.solver.book.book_tables import Tables, kernel, make_tables

STEPS = Steps(first=0.4, last=0.01, move=0.3)


def placed(t: Tables, columns: NDArray[np.int64]) -> State:
    state = make_state(t, np.empty(0), np.empty(0), box_penalty=1e6)
    place(t, state, columns)
    return state


@pytest.mark.parametrize("seed", range(3))
def test_slack_adds_up_to_the_distance_from_the_bound(seed: int) -> None:
    t = make_tables(dense_book(seed))
    parts = np.linspace(0.0, 1.0, 60)
    bound = climb(t, make_duals(t), parts=parts, steps=STEPS)
    # Each order in some group: what goes loose is in none.
    group = np.random.default_rng(seed).integers(0, DENSE[1], DENSE[0])
    state = placed(t, t.first[:-1] + 1 + group)

    slack = slack_of_groups(t, state, bound)

    assert (slack >= 0.0).all()
    assert slack.sum() == pytest.approx(penalised_cost(t, state)[0] - bound.total)


@kernel
def drawn(
    t: Tables, s: State, until: NDArray[np.float64], seed: int, tries: int
) -> NDArray[np.int64]:
    """Return how often each order was taken out."""
    np.random.seed(seed)  # noqa: NPY002 - numba's own
    often, out = np.zeros(len(t.orders), np.int64), np.empty(MOST_OUT, np.int64)
    for _ in range(tries):
        n = ruin(t, s, out, until)
        for m in range(n):
            often[out[m]] += 1
    return often


@pytest.mark.parametrize("heavy", range(DENSE[1]))
def test_a_heavy_group_is_emptied_and_offered_to_others(heavy: int) -> None:
    t = make_tables(dense_book(0))
    group = np.arange(DENSE[0]) % DENSE[1]
    state = placed(t, t.first[:-1] + 1 + group)
    weight = np.zeros(DENSE[1])
    weight[heavy] = 100.0

    often = drawn(t, state, np.cumsum(weight), 1, 2_000)

    assert often[group == heavy].mean() > 2 * often[group != heavy].mean()
    assert (often > 0).all()


def test_without_weights_all_groups_are_ruined_alike() -> None:
    t = make_tables(dense_book(0))
    group = np.arange(DENSE[0]) % DENSE[1]
    state = placed(t, t.first[:-1] + 1 + group)

    often = drawn(t, state, np.zeros(DENSE[1]), 1, 2_000)

    shares = np.bincount(group, often) / often.sum()
    assert shares == pytest.approx(np.full(DENSE[1], 1 / DENSE[1]), rel=0.15)


def test_a_book_without_groups_is_ruined_too() -> None:
    t = make_tables(dense_book(0))
    state = placed(t, t.first[:-1].copy())

    assert drawn(t, state, np.empty(0), 1, 2_000).sum() >= 2_000
