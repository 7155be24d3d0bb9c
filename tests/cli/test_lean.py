"""What a process leaves out, and what it still imports."""

import subprocess
import sys
from pathlib import Path

import pytest

TOY = Path(__file__).parents[2] / "data" / "networks" / "toy"
ROUTE = ["route", "CNSZX", "DEFRA", "--mass-kg", "12000", "--network", str(TOY)]
#: Says at the end which modules there are.
RUN = """
import atexit, sys
names = ("pandas", "scipy.linalg", "numba", "pyarrow")
atexit.register(lambda: print([n for n in names if n in sys.modules], file=sys.stderr))
from greenroute.cli import main
main()
"""
OTHERS = """
from greenroute.cli.lean import BLAS, PANDAS, leave_out
leave_out(PANDAS | BLAS)
import sys
import pyarrow.compute
pyarrow.compute.equal(pyarrow.nulls(1, "string"), "a")
assert "pandas" not in sys.modules
import numba.np.arraymath
assert "scipy.linalg" not in sys.modules
import scipy.linalg, pandas
print(pandas.Series([1]).sum() + scipy.linalg.norm([3, 4]))
"""


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_route_needs_neither_pandas_nor_linear_algebra() -> None:
    done = python(RUN, *ROUTE)

    assert (done.returncode, done.stderr) == (0, "['numba', 'pyarrow']\n")
    assert done.stdout.startswith('{"network"')


@pytest.mark.slow
def test_around_a_closed_passage_it_finds_what_it_needs() -> None:
    # Sea paths are searched with SciPy, which imports its linear algebra.
    done = python(RUN, *ROUTE, "--avoid", "suez")

    assert done.returncode == 0, done.stderr


def test_who_wants_the_modules_gets_them() -> None:
    done = python(OTHERS)

    assert (done.stderr, done.stdout) == ("", "6.0\n")
