"""Flow design against a direct mixed-integer program, and what its flows have to keep."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ortools.math_opt.python import mathopt

from greenroute.errors import DataError
from greenroute.plan.termination import Termination
from greenroute.solver.flow.flow_design import FlowDesign, Proof, flow_design
from greenroute.solver.flow.flow_mip import solve_arc_program
from greenroute.solver.flow.flow_problem import state_flow_problem
from greenroute.solver.flow.flow_relaxation import Relaxation
from greenroute.solver.stop import Gap, Rounds, Stop, TimeLimit, Watch

many = settings(max_examples=200, deadline=None)
some = settings(max_examples=60, deadline=None)
few = settings(max_examples=25, deadline=None)

Arc = tuple[int, int, float, float, float]
Commodity = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Arcs (tail, head, capacity, unit cost, fixed cost) and commodities."""

    n_nodes: int
    arcs: list[Arc]
    commodities: list[Commodity]
    max_modules: list[int] | int | None


def columns_of(case: Case) -> tuple[Any, Any, Any, Any, Any, Any]:
    columns = [np.array(column) for column in zip(*case.arcs, strict=True)]
    tail, head, capacity, unit_cost, fixed_cost = columns or [np.array([])] * 5
    ends = tail.astype(np.int64), head.astype(np.int64)
    return *ends, capacity, unit_cost, fixed_cost, case.commodities


def solve(case: Case, stop: Stop | None = None) -> FlowDesign:
    return flow_design(
        case.n_nodes,
        *columns_of(case),
        max_modules=case.max_modules,
        stop=Gap(1e-6) if stop is None else stop,
    )


@st.composite
def cases(
    draw: st.DrawFn, *, most_nodes: int = 5, most_arcs: int = 12, optional: bool = True
) -> Case:
    """Draw few nodes, coarse numbers, zeros, parallel arcs and infinite capacities."""
    n_nodes = draw(st.integers(2, most_nodes))
    node = st.integers(0, n_nodes - 1)
    capacity = st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0, math.inf])
    arc = st.tuples(
        node,
        node,
        capacity,
        st.sampled_from([0.0, 1.0, 2.0, 5.0]),
        st.sampled_from([0.0, 0.0, 1.0, 4.0, 9.0]),
    )
    arcs = draw(st.lists(arc, min_size=1, max_size=most_arcs))
    commodities = []
    for _ in range(draw(st.integers(1, 4))):
        source, target = draw(st.lists(node, min_size=2, max_size=2, unique=True))
        commodity: Commodity = (source, target, draw(st.sampled_from([0, 1, 2, 3, 4])))
        if optional and draw(st.booleans()):
            commodity += (draw(st.sampled_from([0.0, 3.0, 6.0, 20.0])),)
        commodities.append(commodity)
    limits = [None, 1, 2, [1 + i % 2 for i in range(len(arcs))]]
    return Case(
        n_nodes=n_nodes,
        arcs=arcs,
        commodities=commodities,
        max_modules=draw(st.sampled_from(limits)),
    )


@st.composite
def crowded(draw: st.DrawFn) -> Case:
    """Draw a ring with chords, no modules, and more goods than it can carry."""
    n_nodes, rng = draw(st.integers(4, 8)), np.random.default_rng(draw(st.integers(0)))
    ring = np.arange(n_nodes)
    ends = np.column_stack([ring, np.roll(ring, -1)])
    chords = rng.integers(n_nodes, size=(2 * n_nodes, 2))
    chords = chords[chords[:, 0] != chords[:, 1]]
    arcs = [
        (int(tail), int(head), float(rng.integers(1, 9)), float(rng.integers(6)), 0.0)
        for tail, head in np.concatenate([ends, chords])
    ]
    commodities: list[Commodity] = [
        (
            int(source),
            int((source + rng.integers(1, n_nodes)) % n_nodes),
            float(rng.integers(1, 6)),
            float(rng.integers(40)),
        )
        for source in rng.integers(n_nodes, size=12)
    ]
    if draw(st.booleans()):
        # What must be served may not fit.
        commodities[0] = commodities[0][:3]
    return Case(n_nodes=n_nodes, arcs=arcs, commodities=commodities, max_modules=None)


def direct(case: Case) -> float:
    """Return the optimum of the plain program over arcs; infinite if there is none."""
    model = mathopt.Model()
    total = sum(commodity[2] for commodity in case.commodities)
    costs: Any = 0.0
    flows = []
    served = []
    for _, _, demand, *revenue in case.commodities:
        least = 0.0 if revenue else demand
        served.append(model.add_variable(lb=least, ub=demand))
        costs -= revenue[0] * served[-1] if revenue else 0.0
        flows.append([model.add_variable(lb=0.0, ub=total) for _ in case.arcs])
    for a, (_, _, capacity, unit_cost, fixed_cost) in enumerate(case.arcs):
        load = sum(flow[a] for flow in flows)
        costs += unit_cost * load
        if fixed_cost:
            limit = case.max_modules
            most = limit[a] if isinstance(limit, list) else limit
            upper = math.inf if most is None else most
            modules = model.add_integer_variable(lb=0, ub=upper)
            costs += fixed_cost * modules
            model.add_linear_constraint(load <= min(capacity, total) * modules)
        elif math.isfinite(capacity):
            model.add_linear_constraint(load <= capacity)
    for k, (source, target, *_) in enumerate(case.commodities):
        for node in range(case.n_nodes):
            out = sum(flows[k][a] for a, arc in enumerate(case.arcs) if arc[0] == node)
            back = sum(flows[k][a] for a, arc in enumerate(case.arcs) if arc[1] == node)
            balance = served[k] * ((node == source) - (node == target))
            model.add_linear_constraint(out - back - balance == 0)
    model.minimize(costs)
    result = mathopt.solve(model, mathopt.SolverType.GSCIP)
    if result.termination.reason is mathopt.TerminationReason.INFEASIBLE:
        return math.inf
    assert result.termination.reason is mathopt.TerminationReason.OPTIMAL
    return float(result.objective_value())


def assert_flows_keep_all_rows(design: FlowDesign, case: Case) -> None:
    load = np.zeros(len(case.arcs))
    balance = np.zeros((len(case.commodities), case.n_nodes))
    cost = 0.0
    for k, a, amount in design.flows.tolist():
        tail, head, _, unit_cost, _ = case.arcs[a]
        assert amount > 0
        load[a] += amount
        balance[k, tail] += amount
        balance[k, head] -= amount
        cost += unit_cost * amount
    for k, (source, target, demand, *revenue) in enumerate(case.commodities):
        expected = np.zeros(case.n_nodes)
        expected[int(source)] += design.served[k]
        expected[int(target)] -= design.served[k]
        assert balance[k] == pytest.approx(expected, abs=1e-6)
        assert design.served[k] <= demand + 1e-9
        if revenue:
            cost -= revenue[0] * design.served[k]
        else:
            assert design.served[k] == pytest.approx(demand)
    for a, (_, _, capacity, _, fixed_cost) in enumerate(case.arcs):
        modules = int(design.modules[a])
        limit = case.max_modules
        most = limit[a] if isinstance(limit, list) else limit
        assert modules <= (math.inf if most is None else most)
        cost += fixed_cost * modules
        room = capacity * modules if fixed_cost and modules else capacity
        assert load[a] <= room + 1e-5
        assert not (fixed_cost and load[a] > 1e-6 and not modules)
    assert design.objective == pytest.approx(cost)


def assert_optimal(case: Case) -> None:
    design, optimum = solve(case), direct(case)
    if math.isinf(optimum):
        assert design.termination is Termination.INFEASIBLE
        assert design.reason
        assert math.isinf(design.objective)
        assert math.isinf(design.gap)
        assert not len(design.flows)
        return
    assert design.termination is Termination.OPTIMAL
    assert design.proof is Proof.PRICES
    assert design.objective == pytest.approx(optimum, rel=2e-6, abs=1e-6)
    assert design.bound <= optimum + 1e-6 * max(1.0, abs(optimum))
    assert design.gap <= 1e-6
    assert_flows_keep_all_rows(design, case)


@pytest.mark.slow
@many
@given(case=cases())
def test_design_is_that_of_a_direct_program(case: Case) -> None:
    assert_optimal(case)


@some
@given(case=cases(most_nodes=7, most_arcs=24, optional=False))
def test_larger_design_is_that_of_a_direct_program(case: Case) -> None:
    assert_optimal(case)


@some
@given(case=crowded())
def test_crowded_network_is_that_of_a_direct_program(case: Case) -> None:
    assert_optimal(case)


@pytest.mark.slow
@some
@given(case=cases(), seed=st.integers(0, 2**16))
def test_order_of_the_arcs_does_not_matter(case: Case, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(case.arcs)).tolist()
    limits = case.max_modules
    turned = replace(
        case,
        arcs=[case.arcs[i] for i in order],
        max_modules=[limits[i] for i in order] if isinstance(limits, list) else limits,
    )

    assert solve(turned).objective == pytest.approx(solve(case).objective, abs=1e-5)


@pytest.mark.slow
@some
@given(case=cases())
def test_same_input_gives_the_same_bytes(case: Case) -> None:
    first, second = solve(case), solve(case)

    assert first.flows.tobytes() == second.flows.tobytes()
    assert (first.objective, first.bound) == (second.objective, second.bound)


@few
@given(case=cases())
def test_program_over_arcs_keeps_the_optimum_with_the_rows_of_the_master(
    case: Case,
) -> None:
    optimum = direct(case)
    assume(math.isfinite(optimum))
    problem = state_flow_problem(case.n_nodes, *columns_of(case), case.max_modules)
    relaxation = Relaxation(problem, Watch(Gap(1e-6)))
    whole = np.zeros_like(problem.most), problem.most
    relaxation.run(whole, cut_rounds=30)

    answer = solve_arc_program(
        problem, whole, relaxation.master.rows, known=None, gap=1e-6, seconds=math.inf
    )

    assert answer.modules is not None
    assert answer.bound == pytest.approx(optimum, rel=2e-6, abs=1e-5)


#: A line of two arcs and a dearer bypass with modules.
LINE: dict[str, Any] = {
    "n_nodes": 3,
    "tail": [0, 1, 0],
    "head": [1, 2, 2],
    "capacity": [5.0, 5.0, 4.0],
    "unit_cost": [1.0, 1.0, 3.0],
    "fixed_cost": [0.0, 0.0, 7.0],
    "commodities": [(0, 2, 6)],
}


def test_what_does_not_fit_the_line_opens_the_bypass() -> None:
    design = flow_design(**LINE)

    assert design.objective == pytest.approx(20.0)  # 5 x 2 + 1 x 3 + 7
    assert design.modules.tolist() == [0, 0, 1]
    assert design.flows["arc"].tolist() == [0, 1, 2]
    assert design.flows["amount"] == pytest.approx([5.0, 5.0, 1.0])


def test_revenue_decides_what_is_served() -> None:
    design = flow_design(**{**LINE, "commodities": [(0, 2, 6, 4.0)]})

    # 5 x (4 - 2) on the line; the sixth unit earns 4 - 3 and would need a module for 7.
    assert design.objective == pytest.approx(-10.0)
    assert design.served.tolist() == [5.0]


def test_capacity_that_costs_nothing_is_there_once() -> None:
    design = flow_design(2, [0], [1], [5.0], [1.0], [0.0], [(0, 1, 6)])

    assert design.termination is Termination.INFEASIBLE


def test_modules_are_bought_as_often_as_needed() -> None:
    design = flow_design(2, [0], [1], [5.0], [1.0], [3.0], [(0, 1, 11)])

    assert design.objective == pytest.approx(20.0)  # 11 + 3 x 3
    assert design.modules.tolist() == [3]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"commodities": [(0, 2, 10)]}, "capacities cannot carry"),
        (
            {"commodities": [(0, 2, 1), (2, 0, 1)]},
            "from 2 to 0, the ends of commodity 1",
        ),
        ({"capacity": [0.0, 5.0, 0.0]}, "from 0 to 2, the ends of commodity 0"),
        (
            {key: [] for key in LINE if key not in ("n_nodes", "commodities")},
            "from 0 to 2",
        ),
    ],
)
def test_what_cannot_be_served_is_stated(changes: dict[str, Any], reason: str) -> None:
    design = flow_design(**{**LINE, **changes}, max_modules=1)

    assert design.termination is Termination.INFEASIBLE
    assert reason in design.reason
    assert (design.objective, design.bound, design.gap) == (math.inf,) * 3
    assert design.served.tolist() == [0.0] * len(design.served)
    assert not len(design.flows)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_nodes": 0}, "n_nodes is 0"),
        ({"tail": [0, 1]}, r"head has the shape \(3,\), expected \(2,\)"),
        ({"tail": [0.0, 1.0, 0.0]}, "tail has the type float64, expected integers"),
        ({"tail": [0, 3, 0]}, r"tail\[1\] is 3, expected a node, 0 to 2"),
        ({"head": [1, -1, 2]}, r"head\[1\] is -1, expected a node, 0 to 2"),
        ({"capacity": [5.0, 5.0]}, r"capacity has the shape \(2,\), expected \(3,\)"),
        ({"capacity": [5.0, -1.0, 4.0]}, r"capacity\[1\] is -1.0"),
        ({"capacity": [5.0, math.nan, 4.0]}, r"capacity\[1\] is nan"),
        ({"capacity": ["a", "b", "c"]}, "capacity has the type"),
        ({"capacity": [[1.0], [1.0, 2.0], [1.0]]}, "capacity is not an array"),
        ({"unit_cost": [1.0, math.inf, 1.0]}, r"unit_cost\[1\] is inf"),
        ({"unit_cost": [1.0, -2.0, 1.0]}, r"unit_cost\[1\] is -2.0"),
        ({"fixed_cost": [0.0, 0.0, math.nan]}, r"fixed_cost\[2\] is nan"),
        ({"commodities": []}, "commodities is empty"),
        ({"commodities": 3}, "expected a row per commodity"),
        ({"commodities": np.zeros((2, 5))}, r"the shape \(2, 5\), expected \(n, 3\)"),
        ({"commodities": [(0, 2, 1), (0, 2)]}, r"commodities\[1\] has the shape"),
        ({"commodities": [(0, 3, 1)]}, r"commodities\[0\]\[1\] is 3"),
        ({"commodities": [(0.5, 2, 1)]}, r"commodities\[0\]\[0\] is 0.5"),
        ({"commodities": [(2, 2, 1)]}, "a target other than the source"),
        ({"commodities": [(0, 2, -1)]}, r"commodities\[0\]\[2\] is -1"),
        ({"commodities": [(0, 2, math.nan)]}, r"commodities\[0\]\[2\] is nan"),
        ({"commodities": [(0, 2, 1, math.nan)]}, r"commodities\[0\]\[3\] is nan"),
        ({"max_modules": 0}, r"max_modules\[0\] is 0.0"),
        ({"max_modules": [1, 2]}, r"max_modules has the shape \(2,\)"),
        ({"max_modules": [1, 1.5, 1]}, r"max_modules\[1\] is 1.5"),
    ],
)
def test_malformed_input_is_a_named_error(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        flow_design(**{**LINE, **changes})


def test_limit_before_any_design_says_so() -> None:
    for stop in (Rounds(0), TimeLimit(0.0)):
        design = flow_design(**LINE, stop=stop)

        assert design.termination is Termination.NO_PLAN_FOUND
        assert design.reason
        assert math.isinf(design.objective)
        assert design.bound <= 20.0


@few
@given(case=cases(), rounds=st.integers(0, 4))
def test_limit_leaves_a_true_bound(case: Case, rounds: int) -> None:
    design, optimum = solve(case, Gap(1e-6) | Rounds(rounds)), direct(case)

    assert design.bound <= optimum + 1e-6 * max(1.0, abs(optimum))
    assert design.objective >= optimum - 1e-5
    if len(design.flows):
        assert_flows_keep_all_rows(design, case)
