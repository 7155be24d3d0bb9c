"""Whole programs by CP-SAT: what it proves, and that it can be ended."""

import numpy as np
from scipy.sparse import csr_array

from greenroute.solver.cp_sat import prove
from greenroute.solver.program import Effort, Program

NO_LIMIT = Effort(np.inf, np.inf)


def program(cost: list[int], rows: list[list[int]], most: list[int]) -> Program:
    """Return a program of yes and no, whose rows have to be met exactly."""
    n, limit = len(cost), np.array(most, np.float64)
    return Program(
        cost=np.array(cost, np.float64),
        highest=np.ones(n),
        whole=np.ones(n, np.int64),
        matrix=csr_array(np.array(rows, np.float64)),
        lowest_row=limit,
        highest_row=limit,
    )


def test_the_least_of_all_is_proven() -> None:
    proof = prove(program([5, 4, 3], [[2, 1, 1]], [2]), None, effort=NO_LIMIT)

    assert proof.values is not None
    assert (proof.values.tolist(), proof.bound, proof.ended) == ([1, 0, 0], 5, True)


def test_what_cannot_be_met_costs_more_than_anything() -> None:
    proof = prove(program([1, 1], [[2, 2]], [3]), None, effort=NO_LIMIT)

    assert (proof.values, proof.bound, proof.ended) == (None, np.inf, True)


def test_a_search_without_progress_is_ended_from_outside() -> None:
    # Market split: nobody proves it in a reasonable time, and no bound ever moves.
    random = np.random.default_rng(1)
    rows = random.integers(0, 100, (6, 50))
    hard = program([0] * 50, rows.tolist(), (rows.sum(axis=1) // 2).tolist())
    asked = []

    def interrupted() -> bool:
        asked.append(True)
        return len(asked) >= 3

    proof = prove(hard, None, effort=Effort(np.inf, 30.0), interrupted=interrupted)

    assert len(asked) >= 3
    assert not proof.ended
