"""Choices for tiny order books against enumeration, and what holds for all of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from book_cases import brute_force, lists, many, seeds, some, tiny_book
from greenroute.plan.termination import Termination
from greenroute.solver.book.book import NO_COLUMN, Book, BookChoice
from greenroute.solver.book.book_evaluate import evaluate, least_grams
from greenroute.solver.book.solve_book import solve_book
from greenroute.solver.stop import Rounds, Stop, Watch


def solve(book: Book, rounds: int = 3) -> BookChoice:
    return solve_book(book, stop=Rounds(rounds), seed=1)


def assert_true(book: Book, choice: BookChoice) -> None:
    found = evaluate(book, choice.columns, choice.boxes)
    assert found.complaints == ()
    assert found.objective == choice.objective
    assert choice.bound <= choice.objective


def two_orders(**changes: object) -> Book:
    """Return a book of two orders: a shared box for 10, or alone for 7 each."""
    book = Book(
        mass=np.array([3, 3]),
        volume=np.array([1, 1]),
        unserved_cost=np.array([100, 100]),
        first_column=np.array([0, 2, 4]),
        route=np.array([0, 1, 0, 1], np.int32),
        cost=np.array([0, 7, 0, 7]),
        grams=np.array([5, 1, 5, 1]),
        route_groups=lists([[0], []]),
        route_rows=lists([[], [0]]),
        row_measure=np.array([0], np.int8),
        capacity=np.array([6]),
        box_mass=np.array([6]),
        box_volume=np.array([6]),
        box_cost=np.array([10]),
        fixed_cost=np.array([0]),
        max_boxes=np.array([9]),
        group_rows=lists([[]]),
        group_use=np.array([], np.int64),
        budget_of_order=np.array([[0], [0]], np.int32),
        budget=np.array([10]),
        carbon_price=0.0,
        commitment_row=np.array([], np.int32),
        least=np.array([], np.int64),
        short_cost=np.array([], np.float64),
    )
    return replace(book, **changes)  # type: ignore[arg-type]  # fields of the tests below


def test_orders_share_a_box_that_neither_would_pay_alone() -> None:
    choice = solve(two_orders())

    assert choice.termination is Termination.OPTIMAL
    assert choice.objective == 10  # one box of 10, against 7 + 7
    assert choice.boxes.tolist() == [1]


def test_a_budget_moves_both_orders_where_one_box_alone_costs_more() -> None:
    choice = solve(two_orders(budget=np.array([6])))

    assert choice.objective == 14  # 5 + 1 g would fit, but 10 + 7 costs more than 7 + 7
    assert choice.columns.tolist() == [1, 3]


def test_a_full_row_leaves_the_box() -> None:
    # Loose goods may weigh 3 of the 6: one alone for 7 and a box of 10, or the box for both.
    choice = solve(two_orders(capacity=np.array([3])))

    assert choice.objective == 10


def test_a_minimum_is_met_or_paid() -> None:
    minimum = {"commitment_row": np.array([0], np.int32), "least": np.array([6])}
    dear = solve(two_orders(**minimum, short_cost=np.array([1.0])))
    cheap = solve(two_orders(**minimum, short_cost=np.array([0.5])))

    assert dear.objective == 14  # 7 + 7 uses 6; the box would pay 10 + 6 x 1
    assert cheap.objective == 13  # 10 + 6 x 0.5


def test_a_budget_below_the_least_emission_is_infeasible() -> None:
    book = two_orders(budget=np.array([1]))

    choice = solve(book)

    assert least_grams(book).tolist() == [2]
    assert choice.termination is Termination.INFEASIBLE
    assert choice.objective == np.inf
    assert choice.columns.tolist() == [NO_COLUMN, NO_COLUMN]


def test_a_book_without_orders_costs_nothing() -> None:
    book = two_orders(
        mass=np.zeros(0, np.int64),
        volume=np.zeros(0, np.int64),
        unserved_cost=np.zeros(0, np.int64),
        first_column=np.zeros(1, np.int64),
        route=np.zeros(0, np.int32),
        cost=np.zeros(0, np.int64),
        grams=np.zeros(0, np.int64),
        budget_of_order=np.zeros((0, 1), np.int32),
    )

    choice = solve(book)

    assert (choice.termination, choice.objective) == (Termination.OPTIMAL, 0.0)


def test_evaluation_names_everything_over_a_limit() -> None:
    book = two_orders(budget=np.array([1]), capacity=np.array([5]))
    found = evaluate(book, np.array([1, 3]))
    foreign = evaluate(book, np.array([2, 3]))

    assert found.objective == 14
    assert found.complaints == (
        "use of row 0 is 6, expected at most 5",
        "grams of budget 0 is 2, expected at most 1",
    )
    assert foreign.complaints == ("order 0 takes column 2, which is not its own",)


@pytest.mark.slow
@many
@given(seed=seeds)
def test_the_optimum_is_that_of_enumeration(seed: int) -> None:
    book = tiny_book(seed)
    least = brute_force(book)

    choice = solve(book)

    if choice.termination is Termination.INFEASIBLE:
        assert least == np.inf
        return
    assert_true(book, choice)
    assert choice.bound <= least + 1e-6
    assert choice.objective >= least - 1e-6
    assert choice.objective == pytest.approx(least, abs=1e-6)


@pytest.mark.slow
@some
@given(seed=seeds)
def test_more_room_and_larger_budgets_never_cost_more(seed: int) -> None:
    book = tiny_book(seed)
    larger = replace(
        book,
        capacity=book.capacity + 2,
        budget=book.budget + 2,
        max_boxes=book.max_boxes + 1,
    )

    assert solve(larger).objective <= solve(book).objective + 1e-6


@pytest.mark.slow
@some
@given(seed=seeds)
def test_the_order_of_the_orders_does_not_matter(seed: int) -> None:
    book = tiny_book(seed)
    turn = np.random.default_rng(seed).permutation(book.n_orders)
    first, last = book.first_column[:-1][turn], book.first_column[1:][turn]
    column = np.concatenate(
        [np.arange(0), *(np.arange(a, b) for a, b in zip(first, last, strict=True))]
    ).astype(np.int64)
    turned = replace(
        book,
        mass=book.mass[turn],
        volume=book.volume[turn],
        unserved_cost=book.unserved_cost[turn],
        first_column=np.cumsum([0, *(last - first)]),
        route=book.route[column],
        cost=book.cost[column],
        grams=book.grams[column],
        budget_of_order=book.budget_of_order[turn],
    )

    assert solve(turned).objective == pytest.approx(solve(book).objective, abs=1e-6)


@pytest.mark.slow
@some
@given(seed=seeds)
def test_an_interrupted_run_returns_a_valid_choice(seed: int) -> None:
    book = tiny_book(seed)
    watch = Watch(Stop())
    watch.interrupted = True

    choice = solve_book(book, stop=Stop(), watch=watch)

    if choice.termination is not Termination.INFEASIBLE:
        assert_true(book, choice)


@pytest.mark.slow
@some
@given(seed=seeds)
def test_a_given_start_and_prices_are_never_lost(seed: int) -> None:
    book = tiny_book(seed)
    first = solve(book)
    if first.termination is Termination.INFEASIBLE:
        return
    watch = Watch(Stop())
    watch.interrupted = True

    again = solve_book(
        book, stop=Stop(), start=first.columns, prices=first.prices, watch=watch
    )

    assert again.objective <= evaluate(book, first.columns).objective


def test_a_run_that_is_ended_while_it_tells_returns_what_it_has() -> None:
    watch = Watch(Stop())
    told: list[float] = []

    def end(_: int, __: float, ___: float, ____: float, gap: float) -> None:
        told.append(gap)
        watch.interrupted = True

    choice = solve_book(two_orders(), stop=Stop(), watch=watch, progress=end)

    assert told
    assert_true(two_orders(), choice)
