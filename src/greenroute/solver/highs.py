"""Integer models by HiGHS: it finds good answers fast, what it claims is not a proof.

HiGHS 1.12 (scipy 1.17) has called answers optimal that were not: of 2,000 orders that
choose among seven columns, one book in thirty. Its bounds are therefore not used; CP-SAT
and our own prices prove.
"""

import ctypes
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from greenroute.solver.program import Effort, Floats, Program

#: Costs are scaled to at most this: the tolerances, 1e-6, are absolute.
LARGEST = 1e6
#: What it answers where it searched to the end.
_SOLVED, _NO_ANSWER = 0, 2


class Found(NamedTuple):
    """What HiGHS found.

    Attributes
    ----------
    values
        Of the variables, whole ones up to 1e-6, (n_variables,); None if it found none.
    ended
        Whether it takes them for the best.
    """

    values: Floats | None
    ended: bool


def find(program: Program, *, effort: Effort) -> Found:
    """Look for values of least cost."""
    options: dict[str, Any] = {"mip_rel_gap": 0.0}
    if math.isfinite(effort.steps):
        options["node_limit"] = int(effort.steps)
    if math.isfinite(effort.seconds):
        options["time_limit"] = max(effort.seconds, 0.1)
    scale = float(np.abs(program.cost).max(initial=0.0)) / LARGEST
    with _quiet():
        answer = milp(
            program.cost / scale if scale > 0 else program.cost,
            constraints=LinearConstraint(
                program.matrix, program.lowest_row, program.highest_row
            ),
            integrality=program.whole,
            bounds=Bounds(0.0, program.highest),
            options=options,  # type: ignore[arg-type]  # its TypedDict is private
        )
    return Found(answer.x, ended=answer.status in (_SOLVED, _NO_ANSWER))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what C code prints off stdout: a line left in HiGHS would spoil our answers."""
    if os.name != "posix":
        yield
        return
    flush = ctypes.CDLL(None).fflush
    sys.stdout.flush()
    flush(None)
    try:
        kept = os.dup(1)
    except OSError:  # Nobody listens.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    try:
        yield
    finally:
        flush(None)
        os.dup2(kept, 1)
        os.close(kept)
