"""Small books solved to a proven optimum, against enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from book_cases import brute_force, lists, many, seeds, tiny_book
from greenroute.plan.termination import Termination
from greenroute.solver.book.book import NO_COLUMN, Book
from greenroute.solver.book.book_evaluate import evaluate, least_grams
from greenroute.solver.book.exact_book import PROVEN, is_small, solve_exactly
from greenroute.solver.stop import Rounds, Stop, Watch


def small_book(seed: int, carbon_price: float = 0.0) -> Book:
    """Return a book without minima, and without capacities that boxes use."""
    book = tiny_book(seed)
    return replace(
        book,
        carbon_price=carbon_price,
        group_rows=lists([[] for _ in range(book.n_groups)]),
        group_use=np.empty(0, np.int64),
        commitment_row=np.empty(0, np.int32),
        least=np.empty(0, np.int64),
        short_cost=np.empty(0),
    )


def nothing_served(book: Book) -> np.ndarray:
    return np.full(book.n_orders, NO_COLUMN)


@many
@given(seed=seeds, price=st.sampled_from([0.0, 0.37, 1.5]))
def test_the_optimum_is_that_of_enumeration(seed: int, price: float) -> None:
    book = small_book(seed, price)
    assert is_small(book)
    if (least_grams(book) > book.budget).any():
        return
    choice = solve_exactly(book, watch=Watch(Stop()), start=nothing_served(book))
    best = brute_force(book)

    assert choice.termination is Termination.OPTIMAL
    assert best <= choice.objective <= best + PROVEN
    judged = evaluate(book, choice.columns)
    assert not judged.complaints
    assert judged.objective == choice.objective == choice.bound


@pytest.mark.parametrize("seed", range(6))
def test_an_end_before_the_proof_leaves_a_plan_and_a_bound(seed: int) -> None:
    book = small_book(seed, 0.37)
    optimum = brute_force(book)
    for rounds in (0, 1):
        watch = Watch(Rounds(rounds) | Stop(gap=0.0))
        choice = solve_exactly(book, watch=watch, start=nothing_served(book))

        assert not evaluate(book, choice.columns).complaints
        assert choice.bound <= optimum + PROVEN
        assert choice.objective >= optimum
        assert choice.rounds == min(rounds, choice.rounds)


def test_an_interrupt_between_search_and_proof_is_heard() -> None:
    book = small_book(3)
    watch = Watch(Stop(gap=0.0))
    told: list[float] = []

    def end(_: int, __: float, ___: float, ____: float, gap: float) -> None:
        told.append(gap)
        watch.interrupted = True

    choice = solve_exactly(book, watch=watch, start=nothing_served(book), progress=end)

    assert len(told) <= 1
    assert not evaluate(book, choice.columns).complaints
    assert choice.bound <= choice.objective
