"""A linear program with whole variables, on plain arrays; HiGHS and CP-SAT take it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]


class Program(NamedTuple):
    """Find values from 0 up, of least cost.

    Attributes
    ----------
    cost, highest
        Of each variable, (n_variables,).
    whole
        1 where the variable has to be told to be whole, 0 where it is whole if the others
        are, (n_variables,).
    matrix, lowest_row, highest_row
        Coefficients (n_rows, n_variables), least and most of each row (n_rows,).
    """

    cost: Floats
    highest: Floats
    whole: NDArray[np.int64]
    matrix: csr_array
    lowest_row: Floats
    highest_row: Floats


class Effort(NamedTuple):
    """How long a program may be tried.

    Attributes
    ----------
    steps
        In the solver's own count of work, the same on every machine: nodes for HiGHS.
    seconds
        By the clock.
    """

    steps: float
    seconds: float
