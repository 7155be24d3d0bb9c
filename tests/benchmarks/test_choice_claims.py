"""A book on which a solver claims more than is true."""

import pytest

from benchmarks.quality.choose import random_book
from greenroute.plan.termination import Termination
from greenroute.solver.choose.choose_columns import choose_columns
from greenroute.solver.stop import Gap


@pytest.mark.slow
def test_a_false_claim_of_optimality_is_not_believed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    # HiGHS 1.12 calls 11,630,081 optimal, and prints a line of its own.
    choice = choose_columns(*random_book(2_000, seed=2), stop=Gap(1e-9))

    assert choice.objective == choice.bound == 11_630_075
    assert choice.termination is Termination.OPTIMAL
    assert capfd.readouterr().out == ""
