"""Solvers that a run uses leave Ctrl-C to whoever runs it."""

import subprocess
import sys

import pytest

CODE = """
import os
import signal

caught = []
signal.signal(signal.SIGINT, lambda *_: caught.append("caught"))
{use}
os.kill(os.getpid(), signal.SIGINT)
print(*caught)
"""
BOOK = "from greenroute.solver.warm import use; use('choice for a book')"
CHOICE = """
import numpy as np
from scipy.sparse import csr_array
from greenroute.solver.choose.choose_columns import choose_columns
rng = np.random.default_rng(3)
n = 30
usage = np.zeros((3, 3 * n))
usage[rng.integers(0, 3, 3 * n), np.arange(3 * n)] = rng.integers(5, 40, 3 * n)
cost = rng.integers(10, 99, 3 * n)
choose_columns(np.repeat(np.arange(n), 3), cost, csr_array(usage), [190, 200, 210])
"""


@pytest.mark.parametrize("use", [BOOK, CHOICE])
def test_an_interrupt_after_a_solver_reaches_its_caller(use: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(use=use)],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert (done.returncode, done.stdout) == (0, "caught\n"), done.stderr[-500:]
