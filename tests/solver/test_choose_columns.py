"""Whole orders that choose one column each, against all choices and a direct MIP."""

import itertools
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, sparse

import published
from greenroute.errors import DataError
from greenroute.plan.termination import Termination
from greenroute.solver.choose import choose_columns as module
from greenroute.solver.choose.choose_columns import Choice, choose_columns
from greenroute.solver.stop import Gap, Rounds, TimeLimit
from published import needs

CASES = published.instances("orderbook")
many = settings(max_examples=200, deadline=None)
some = settings(max_examples=40, deadline=None)


class Instance(NamedTuple):
    order: NDArray[np.int64]
    cost: NDArray[Any]
    usage: NDArray[np.float64]
    capacity: NDArray[np.float64]

    def choose(self, **options: Any) -> Choice:  # noqa: ANN401 - of choose_columns
        usage = sparse.csc_array(self.usage)
        return choose_columns(self.order, self.cost, usage, self.capacity, **options)


@st.composite
def instances(draw: st.DrawFn, *, most_orders: int = 5, most_rows: int = 3) -> Instance:
    counts = draw(st.lists(st.integers(1, 4), min_size=1, max_size=most_orders))
    n_columns, n_rows = sum(counts), draw(st.integers(0, most_rows))

    def numbers(size: int, number: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(number, min_size=size, max_size=size))

    usage = numbers(n_rows * n_columns, st.sampled_from([0, 0, 1, 2, 3]))
    capacity = numbers(
        n_rows, st.one_of(st.integers(0, 3 * len(counts)), st.just(math.inf))
    )
    order = draw(st.permutations(np.repeat(np.arange(len(counts)), counts).tolist()))
    return Instance(
        np.array(order),
        np.array(numbers(n_columns, st.integers(-4, 6))),
        np.array(usage, float).reshape(n_rows, n_columns),
        np.array(capacity, float),
    )


def least_of_all(instance: Instance) -> float:
    n_orders = int(instance.order.max()) + 1
    own = [np.flatnonzero(instance.order == o).tolist() for o in range(n_orders)]
    costs = (
        float(instance.cost[list(columns)].sum())
        for columns in itertools.product(*own)
        if (instance.usage[:, columns].sum(axis=1) <= instance.capacity).all()
    )
    return min(costs, default=math.inf)


def least_by_mip(instance: Instance) -> float:
    n_orders, n_columns = int(instance.order.max()) + 1, len(instance.order)
    each = np.equal.outer(np.arange(n_orders), instance.order).astype(float)
    found = optimize.milp(
        instance.cost,
        constraints=[
            optimize.LinearConstraint(each, 1, 1),
            optimize.LinearConstraint(instance.usage, -np.inf, instance.capacity),
        ],
        integrality=np.ones(n_columns, np.int64),
        bounds=optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    return float(found.fun) if found.success else math.inf


def random_instance(
    seed: int, *, n_orders: int, tightness: float, whole: bool = True
) -> Instance:
    random = np.random.default_rng(seed)
    order = np.repeat(np.arange(n_orders), 4)
    n_columns, n_rows = len(order), 6
    usage = random.integers(1, 9, (n_rows, n_columns)) * (
        random.uniform(size=(n_rows, n_columns)) < 0.4
    )
    cost = random.integers(10, 100, n_columns)
    noise = 0.0 if whole else random.uniform(0, 0.5, n_columns)
    capacity = tightness * usage.sum(axis=1) / 4
    return Instance(
        order,
        cost + noise,
        (usage * (1 + noise)).astype(np.float64),
        np.floor(capacity) + (not whole) / 3,
    )


def assert_keeps_its_word(choice: Choice, instance: Instance) -> None:
    n_orders = int(instance.order.max()) + 1
    assert instance.order[choice.columns].tolist() == list(range(n_orders))
    load = instance.usage[:, choice.columns].sum(axis=1)
    assert (load <= instance.capacity * (1 + 1e-9)).all()
    assert choice.objective == pytest.approx(instance.cost[choice.columns].sum())
    assert choice.bound <= choice.objective
    assert choice.gap == pytest.approx(
        (choice.objective - choice.bound) / max(abs(choice.objective), 1e-12)
    )
    assert (choice.row_duals >= 0).all()
    # The duals alone prove a bound that is no better than the one stated.
    limited = np.isfinite(instance.capacity)
    assert (choice.row_duals[~limited] == 0).all()
    reduced = instance.cost + choice.row_duals @ instance.usage
    least = [reduced[instance.order == o].min() for o in range(n_orders)]
    proven = sum(least) - choice.row_duals[limited] @ instance.capacity[limited]
    assert proven <= choice.bound + 1e-6 * (1 + abs(choice.bound))


def assert_is_the_least(choice: Choice, instance: Instance, least: float) -> None:
    if math.isinf(least):
        assert choice.termination is Termination.INFEASIBLE
        assert choice.reason
        assert len(choice.columns) == 0
        assert choice.objective == math.inf
        return
    assert_keeps_its_word(choice, instance)
    assert choice.termination is Termination.OPTIMAL
    assert choice.objective == pytest.approx(least, rel=1e-7)
    assert choice.reason == ""


@many
@given(instance=instances())
def test_choice_is_the_least_of_all(instance: Instance) -> None:
    assert_is_the_least(instance.choose(), instance, least_of_all(instance))


@some
@given(instance=instances(), power=st.integers(1, 6))
def test_decimals_are_added_exactly(instance: Instance, power: int) -> None:
    # In float64, 0.1 + 0.2 > 0.3.
    scale = 10.0**power
    decimals = instance._replace(
        cost=instance.cost / scale,
        usage=instance.usage / scale,
        capacity=instance.capacity / scale,
    )
    choice, least = decimals.choose(), least_of_all(instance)

    if math.isinf(least):
        assert choice.termination is Termination.INFEASIBLE
    else:
        assert choice.objective == pytest.approx(least / scale, rel=1e-12)


@some
@given(instance=instances())
def test_limits_do_nothing_when_infinite(instance: Instance) -> None:
    free = instance._replace(capacity=np.full(len(instance.capacity), np.inf))
    choice = free.choose()

    cheapest = [
        instance.cost[instance.order == o].min()
        for o in range(int(instance.order.max()) + 1)
    ]
    assert choice.objective == sum(cheapest)
    assert choice.termination is Termination.OPTIMAL


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("tightness", [0.55, 0.7, 0.8, 1.0])
def test_choice_is_that_of_a_direct_mip(*, tightness: float, whole: bool) -> None:
    for seed in range(8):
        instance = random_instance(seed, n_orders=12, tightness=tightness, whole=whole)
        assert_is_the_least(instance.choose(), instance, least_by_mip(instance))


def test_what_one_exact_model_leaves_is_found_by_branching_and_proven(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "FIRST_STEPS", 1e-6)
    rounds = []
    for seed in range(4):
        whole = bool(seed % 2)
        instance = random_instance(seed, n_orders=16, tightness=0.62, whole=whole)
        choice = instance.choose()
        assert_is_the_least(choice, instance, least_by_mip(instance))
        rounds.append(choice.rounds)
    assert max(rounds) > 1


def test_sifted_columns_reach_the_bound_of_the_whole_relaxation() -> None:
    instance = random_instance(3, n_orders=2_500, tightness=0.75)
    choice = instance.choose(stop=Rounds(0))

    n_orders = 2_500
    each = sparse.csr_array(
        (np.ones(10_000), (instance.order, np.arange(10_000))), (n_orders, 10_000)
    )
    relaxed = optimize.linprog(  # type: ignore[call-overload]  # sparse arrays are right
        instance.cost,
        A_ub=sparse.csr_array(instance.usage),
        b_ub=instance.capacity,
        A_eq=each,
        b_eq=np.ones(n_orders),
    )
    # Costs are whole: the bound is the relaxation's, rounded up.
    assert choice.bound == math.ceil(relaxed.fun - 1e-6)
    assert_keeps_its_word(choice, instance)
    assert choice.gap < 0.001


def test_same_seed_gives_the_same_choice() -> None:
    instance = random_instance(5, n_orders=60, tightness=0.62)
    first, second = (instance.choose(stop=Rounds(2), seed=7) for _ in range(2))
    assert first.columns.tolist() == second.columns.tolist()
    assert first.bound == second.bound


def test_order_of_the_columns_does_not_change_the_cost() -> None:
    instance = random_instance(6, n_orders=12, tightness=0.7)
    shuffled = np.random.default_rng(0).permutation(len(instance.order))
    other = Instance(
        instance.order[shuffled],
        instance.cost[shuffled],
        instance.usage[:, shuffled],
        instance.capacity,
    )
    assert other.choose().objective == instance.choose().objective


def test_gap_stop_comes_with_a_bound_within_it() -> None:
    instance = random_instance(8, n_orders=200, tightness=0.7)
    choice = instance.choose(stop=Gap(0.05))
    assert_keeps_its_word(choice, instance)
    assert choice.gap <= 0.05


def test_no_time_at_all_still_gives_a_bound() -> None:
    instance = random_instance(9, n_orders=40, tightness=0.7)
    choice = instance.choose(stop=TimeLimit(0))
    assert choice.bound <= least_by_mip(instance)
    if choice.termination is Termination.NO_PLAN_FOUND:
        assert choice.reason == "a limit came before the first choice"
        assert choice.gap == math.inf
    else:
        assert_keeps_its_word(choice, instance)


def test_row_with_too_little_capacity_is_named() -> None:
    usage = sparse.csc_array([[0, 0, 0], [3, 4, 5]])
    choice = choose_columns([0, 0, 1], [1, 1, 1], usage, [1, 7.5])
    assert choice.termination is Termination.INFEASIBLE
    # Order 0 uses at least 3, order 1 uses 5.
    assert choice.reason == "row 1: the least possible usage is 8, its capacity 7"


def test_order_that_fits_nowhere_is_named() -> None:
    # Order 1 has a column for each row, and neither has room for it.
    usage = sparse.csc_array([[0, 2, 0], [0, 0, 2]])
    choice = choose_columns([0, 1, 1], [1, 1, 1], usage, [1, 1])
    assert choice.termination is Termination.INFEASIBLE
    assert choice.reason.startswith("order 1: ")


def test_rows_that_fractions_cannot_keep_together_are_named() -> None:
    # Each of three orders takes 1 of row 1 or of row 2, which have room for 1 each.
    usage = sparse.csc_array([[9, 9, 9, 9, 9, 9], [1, 0] * 3, [0, 1] * 3])
    order = [0, 0, 1, 1, 2, 2]
    choice = choose_columns(order, [1] * 6, usage, [math.inf, 1, 1])
    assert choice.termination is Termination.INFEASIBLE
    assert choice.reason.startswith("rows 1, 2 cannot be kept together, even by fract")


def test_rows_that_only_fractions_keep_are_named() -> None:
    # Three orders of 2 on two rows with room for 3: 6 in all, but one order a row.
    usage = sparse.csc_array([[2, 0] * 3, [0, 2] * 3])
    choice = choose_columns([0, 0, 1, 1, 2, 2], [1] * 6, usage, [3, 3])
    assert choice.termination is Termination.INFEASIBLE
    assert choice.bound == math.inf
    assert choice.reason.endswith(
        "cannot be kept together by whole columns, only by fractions"
    )


def test_row_dual_is_what_one_more_unit_saves() -> None:
    # Four orders of 1 and room for 2: a third one on the row would save 10.
    usage = sparse.csc_array([[1, 0] * 4])
    order = np.repeat(np.arange(4), 2)
    cost = [5, 15, 5, 15, 5, 15, 5, 15]
    choice = choose_columns(order, cost, usage, [2])
    assert choice.objective == 40  # 2 x 5 + 2 x 15
    assert choice.row_duals.tolist() == pytest.approx([10])


ROW = sparse.csr_array([[1.0, 2.0]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [], sparse.csr_array((1, 0)), [1]), "at least one column"),
        (([[0, 0]], [1, 2], ROW, [1]), r"order_of_column has the shape \(1, 2\)"),
        (([0.0, 0.0], [1, 2], ROW, [1]), "order_of_column has the type float64"),
        (([0, -1], [1, 2], ROW, [1]), r"order_of_column\[1\] is -1, expected 0 to 1"),
        (([1, 1], [1, 2], ROW, [1]), "order 0 has no column"),
        (([0, 2], [1, 2], ROW, [1]), r"order_of_column\[1\] is 2, expected 0 to 1"),
        (([0, 0], [1], ROW, [1]), r"cost has the shape \(1,\), expected \(n_columns,"),
        (([0, 0], ["a", "b"], ROW, [1]), "cost has the type <U1, expected numbers"),
        (([0, 0], [True, False], ROW, [1]), "cost has the type bool"),
        (([0, 0], [1, [2]], ROW, [1]), "cost is not an array"),
        (([0, 0], [1, math.nan], ROW, [1]), r"cost\[1\] is nan, expected a finite"),
        (([0, 0], [math.inf, 1], ROW, [1]), r"cost\[0\] is inf, expected a finite"),
        (([0, 0], [1e308, 1e308], ROW, [1]), "too large"),
        (([0, 0], [1, 2], [[1, 2]], [1]), "usage is list, expected a scipy.sparse"),
        (([0, 0], [1, 2], sparse.csr_array([[1.0]]), [1]), r"usage has the shape \(1,"),
        (([0, 0], [1, 2], -ROW, [1]), r"usage\[0, 0\] is -1, expected a number >= 0"),
        (([0, 0], [1, 2], ROW * math.nan, [1]), r"usage.data\[0\] is nan"),
        (
            ([0, 0], [1, 2], ROW.astype(complex), [1]),
            "usage.data has the type complex128",
        ),
        (([0, 0], [1, 2], ROW, [1, 1]), r"capacity has the shape \(2,\)"),
        (([0, 0], [1, 2], ROW, [-1]), r"capacity\[0\] is -1, expected a number >= 0"),
        (([0, 0], [1, 2], ROW, [math.nan]), r"capacity\[0\] is nan, expected a number"),
    ],
)
def test_bad_input_is_named(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        choose_columns(*arguments)


def test_bad_seed_is_named() -> None:
    with pytest.raises(DataError, match="seed is -1, expected 0 to"):
        choose_columns([0, 0], [1, 2], ROW, [1], seed=-1)


@needs(CASES)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_books_are_proven_optimal(path: Path) -> None:
    from_file = json.loads(path.read_text(encoding="utf-8"))
    optimum = json.loads(path.with_suffix(".expected.json").read_text())["optimum"]
    n_legs = len(from_file["capacity_teu"])
    order, cost, usage = [], [], []
    for number, each in enumerate(from_file["orders"]):
        for route in each["routes"]:
            load = np.zeros(n_legs + 1)
            load[route["legs"]], load[n_legs] = each["teu"], route["co2"]
            order.append(number)
            cost.append(route["cost"])
            usage.append(load)
        order.append(number)
        cost.append(each["outsource_cost"])
        usage.append(np.zeros(n_legs + 1))
    capacity = [*from_file["capacity_teu"], from_file["co2_budget"]]
    choice = choose_columns(order, cost, sparse.csc_array(np.array(usage).T), capacity)
    assert choice.termination is Termination.OPTIMAL
    assert choice.objective == choice.bound == optimum
