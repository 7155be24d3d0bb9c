"""Main runs and transfers: how often goods change from one vehicle to another.

A *main run* is a run other than by road; a truck on a ferry counts as road. A *transfer* is
the change from one main run to the next, whether the goods are transhipped or a truck
carries them from one to the other. So a way of n main runs has n - 1 transfers, and one by
road alone has none.
"""

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.lane import Lanes, Mode, mode_code
from greenroute.solver.graph import NONE, RUN, Graph


def main_runs(graph: Graph, lanes: Lanes) -> NDArray[np.bool_]:
    """Return which arcs are main runs, bool (n_arcs,)."""
    run = graph.steps[:, RUN]
    main = lanes.handled_as() != mode_code(Mode.ROAD)
    return np.asarray((run != NONE) & main[np.maximum(run, 0)], dtype=np.bool_)


def check_transfers(most: int | None) -> None:
    """Raise a named error unless it is a number of transfers.

    Raises
    ------
    DataError
        If it is negative.
    """
    if most is not None and most < 0:
        msg = f"max_transfers is {most}, expected a number >= 0"
        raise DataError(msg)
