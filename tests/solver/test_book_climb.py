"""While prices move, choices that are nearly as good count as well, as their heat says."""

from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from book_cases import DENSE, dense_book, lists
from greenroute.solver.book.book import BY_MASS, Book
from greenroute.solver.book.book_choose import (
    ROW_HEAT,
    choose_boxes,
    choose_columns,
)
from greenroute.solver.book.book_climb import Bound, Steps, climb
from greenroute.solver.book.book_duals import make_duals
from greenroute.solver.book.book_fill import PART_HEAT, make_room
from greenroute.solver.book.book_pairs import Choices, Moves, make_choices, make_moves
from greenroute.solver.book.book_tables import Tables, make_tables
from greenroute.solver.book.solve_book import solve_book
from greenroute.solver.stop import Stop

STEPS = Steps(first=0.4, last=0.01, move=0.3)


def climbed(book: Book) -> tuple[Tables, Bound]:
    tables = make_tables(book)
    bound = climb(
        tables, make_duals(tables), parts=np.linspace(0.0, 1.0, 60), steps=STEPS
    )
    return tables, bound


def chosen(t: Tables, bound: Bound, heat: float) -> tuple[Moves, Choices]:
    """Let all orders choose at the prices of a bound; return slopes and choices."""
    moves = make_moves(t, bound.duals, bound.pairs)
    moves.price[:] = bound.price
    choices = make_choices(t)
    choices.keep[0] = 1.0
    room = make_room(t, len(t.orders))
    room.heat[0] = heat
    d, p = bound.duals, bound.pairs
    choose_columns(t, d, p, moves, choices, room, np.zeros(3), 0, len(t.orders))
    return moves, choices


def taken(t: Tables, bound: Bound, heat: float) -> NDArray[np.float64]:
    """Return the part of each pair that its group takes."""
    moves = make_moves(t, bound.duals, bound.pairs)
    moves.price[:] = bound.price
    room = make_room(t, len(t.orders))
    room.heat[0] = heat
    d, p = bound.duals, bound.pairs
    choose_boxes(t, d, p, moves, make_choices(t), room, 0, len(t.groups))
    return -moves.slope.astype(np.float64)


@pytest.mark.parametrize("seed", range(3))
def test_columns_count_by_how_much_more_they_cost(seed: int) -> None:
    t, bound = climbed(dense_book(seed))
    moves, choices = chosen(t, bound, 0.1)
    paid, scale = bound.column_prices(t), bound.pairs.scale
    for i in range(len(t.orders)):
        mine = slice(t.first[i], t.first[i + 1])
        pairs = slice(bound.pairs.start[i], bound.pairs.start[i + 1])
        above = (paid[mine] - paid[mine].min()) / (0.1 * scale[pairs].max())
        weight = np.exp(-above)
        # What is far off does not count.
        np.testing.assert_allclose(choices.mean[mine], weight / weight.sum(), atol=2e-3)
        # The first column is loose, each of the others is in one group.
        np.testing.assert_allclose(
            moves.slope[pairs], choices.mean[mine][1:], atol=1e-6
        )
        assert choices.of_order[i] == pytest.approx(paid[mine].min())


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_used_by_choices_that_are_hotter_still(seed: int) -> None:
    # What goes loose uses a row with room for all.
    book = replace(
        dense_book(seed),
        route_rows=lists([[0], *([[]] * DENSE[1])]),
        row_measure=np.array([BY_MASS], np.int8),
        capacity=np.array([10**6]),
    )
    t, bound = climbed(book)
    moves, choices, room = (
        make_moves(t, bound.duals, bound.pairs),
        make_choices(t),
        make_room(t, len(t.orders)),
    )
    moves.price[:] = bound.price
    room.heat[0] = 0.05
    d, p = bound.duals, bound.pairs
    choose_columns(t, d, p, moves, choices, room, np.zeros(3), 0, len(t.orders))

    paid, used = bound.column_prices(t), 0.0
    for i in range(len(t.orders)):
        mine = slice(t.first[i], t.first[i + 1])
        scale = bound.pairs.scale[p.start[i] : p.start[i + 1]].max()
        above = (paid[mine] - paid[mine].min()) / (ROW_HEAT * 0.05 * scale)
        weight = np.exp(-above)
        used += book.mass[i] * weight[0] / weight.sum()
    assert ROW_HEAT > 1.0
    assert room.row[0] == pytest.approx(used, rel=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_without_heat_only_the_best_counts(seed: int) -> None:
    t, bound = climbed(dense_book(seed))
    _, choices = chosen(t, bound, 0.0)
    paid = bound.column_prices(t)
    for i in range(len(t.orders)):
        mine = slice(t.first[i], t.first[i + 1])
        best = paid[mine] == paid[mine].min()
        np.testing.assert_allclose(choices.mean[mine], best / best.sum())


@pytest.mark.parametrize(
    ("seed", "n"), [(0, 7), (1, 7), (2, 7), (3, 7), (4, 7), (0, 11)]
)
def test_sets_of_few_orders_count_by_what_they_bring(seed: int, n: int) -> None:
    book = few_of(dense_book(seed), n)
    t, bound = climbed(book)
    # At other prices some sets are nearly as good.
    rng = np.random.default_rng(seed)
    price = rng.uniform(0.0, 300.0, len(bound.price))
    bound.price[:] = price
    share = taken(t, bound, 0.4)
    compared = 0
    for g in range(DENSE[1]):
        pairs = bound.pairs.member[
            bound.pairs.member_start[g] : bound.pairs.member_start[g + 1]
        ]
        rows = bound.pairs.order[
            bound.pairs.member_start[g] : bound.pairs.member_start[g + 1]
        ]
        cost = float(book.box_cost[g])
        if price[pairs].sum() <= cost:
            assert not share[pairs].any()
            continue
        sets = list(
            chain.from_iterable(
                combinations(range(len(pairs)), size) for size in range(len(pairs) + 1)
            )
        )
        brings = np.array(
            [
                price[pairs[list(some)]].sum() - cost * boxes(book, rows[list(some)])
                for some in sets
            ]
        )
        weight = np.exp((brings - brings.max()) / (PART_HEAT * 0.4 * cost))
        expected = np.zeros(len(pairs))
        for some, part in zip(sets, weight / weight.sum(), strict=True):
            expected[list(some)] += part
        np.testing.assert_allclose(share[pairs], expected, atol=0.05)
        compared += 1
    assert compared


@pytest.mark.parametrize("seed", range(3))
def test_parts_differ_only_where_orders_are_about_as_good(seed: int) -> None:
    t, bound = climbed(dense_book(seed))
    cold, hot = taken(t, bound, 0.0), taken(t, bound, 0.2)
    assert ((hot >= 0.0) & (hot <= 1.0)).all()
    # Both take the same orders, but for those that are about as good.
    assert np.abs(hot - cold).max() > 0.1
    assert (np.abs(hot - cold) < 0.5 + 1e-6).mean() > 0.95
    assert hot.sum() == pytest.approx(cold.sum(), rel=0.25)


def test_a_group_that_takes_too_long_to_pack_waits_longer_each_time() -> None:
    t, bound = climbed(few_of(dense_book(1), 25))
    moves, choices = make_moves(t, bound.duals, bound.pairs), make_choices(t)
    moves.price[:] = bound.price
    room = make_room(t, len(t.orders))

    def brought(steps: int) -> float:
        room.steps[0] = steps
        d, p = bound.duals, bound.pairs
        choose_boxes(t, d, p, moves, choices, room, 0, len(t.groups))
        return -float(choices.of_group.sum())

    in_parts = brought(0)
    pauses = []
    for _ in range(12):
        assert brought(1) == pytest.approx(in_parts)
        pauses.append(int(choices.pause.max()))
    assert pauses == [1, 1, 3, 3, 3, 3, 7, 7, 7, 7, 7, 7]
    choices.wait[:] = 0
    # Whole orders bring less than parts: a better bound.
    assert brought(1_000_000) < in_parts
    assert (choices.pause == 0).all()


def test_bounds_are_told_while_prices_rise() -> None:
    book = dense_book(0)
    told: list[float] = []
    t = make_tables(book)
    parts = np.linspace(0.0, 1.0, 60)
    bound = climb(t, make_duals(t), parts=parts, steps=STEPS, seen=told.append)

    assert len(told) > 10
    assert (np.diff(told) > 0.0).all()
    assert told[-1] <= bound.total + 1e-6


def test_a_search_tells_a_bound_before_its_prices_are_found() -> None:
    told: list[tuple[float, ...]] = []
    book = dense_book(0)
    choice = solve_book(
        book,
        stop=Stop(gap=0.0, rounds=1),
        start=book.first_column[:-1].copy(),
        progress=lambda *line: told.append(line),
    )

    _, _, objective, bound, _ = told[0]
    assert np.isfinite(objective)
    assert np.isfinite(bound)
    # Prices in proportion to room, the first ones, do not prove so much.
    assert bound < 0.999 * choice.bound


def few_of(book: Book, n: int) -> Book:
    """Return a book of the first n orders."""
    last = int(book.first_column[n])
    return replace(
        book,
        mass=book.mass[:n],
        volume=book.volume[:n],
        unserved_cost=book.unserved_cost[:n],
        first_column=book.first_column[: n + 1],
        route=book.route[:last],
        cost=book.cost[:last],
        grams=book.grams[:last],
        budget_of_order=book.budget_of_order[:n],
    )


def boxes(book: Book, rows: NDArray[np.integer]) -> int:
    by_mass = -(-int(book.mass[rows].sum()) // 100)
    return max(by_mass, -(-int(book.volume[rows].sum()) // 100))
