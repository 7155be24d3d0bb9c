"""Lanes that commitments are agreed for: ways by them count although others beat them."""

import numpy as np
from numpy.typing import NDArray

from greenroute.plan.commitment import Commitments, committed_lanes
from greenroute.solver.columns.path_set import Paths, passes
from greenroute.solver.columns.step_table import StepTable
from greenroute.units import CENTS_PER_USD, KG_PER_TONNE

#: What a tonne is taken to be worth where none may be missing [USD/t].
MUST_USD_PER_T = 10_000.0


def wanted_lanes(agreed: Commitments | None, steps: StepTable) -> NDArray[np.bool_]:
    """Return the distinct sets of lanes that volumes are agreed for, (n_sets, n_lanes)."""
    if agreed is None or not len(agreed):
        return np.zeros((0, steps.n_lanes), np.bool_)
    counts = committed_lanes(agreed, steps.network)
    return np.asarray(np.unique(counts, axis=0))


def worth_of_paths(
    paths: Paths, steps: StepTable, agreed: Commitments | None
) -> NDArray[np.float64]:
    """Return what a kilogram on each path may save of shortfalls [cents], (n_paths,)."""
    worth = np.zeros(len(paths.first_step) - 1)
    if agreed is None or not len(agreed):
        return worth
    usd = np.where(agreed.must, MUST_USD_PER_T, agreed.short_usd_per_t)
    cents = usd * CENTS_PER_USD / KG_PER_TONNE
    for lanes, price in zip(
        committed_lanes(agreed, steps.network), cents.tolist(), strict=True
    ):
        worth = np.maximum(worth, np.where(passes(paths, lanes), price, 0.0))
    return worth
