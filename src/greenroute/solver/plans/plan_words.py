"""Solver words → freight words: names of steps and of itineraries of a plan."""

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.lane import MODES, Lanes
from greenroute.orders.order_book import CARGOES
from greenroute.plan.itinerary import MAIN_ROAD_SHARE
from greenroute.plan.leg import LegKind
from greenroute.rating.operation import OPERATIONS
from greenroute.rating.rate import LaneRating, OperationRating
from greenroute.solver.columns.path_set import Paths
from greenroute.solver.columns.step_table import StepTable

_ID_LENGTH = 10


def step_words(steps: StepTable, key: NDArray[np.int64]) -> pa.Table:
    """Return what is done in steps, as a leg says it.

    Parameters
    ----------
    key
        `step * len(CARGOES) + cargo` of each: factors differ by cargo.
    """
    step, cargo = np.divmod(key, len(CARGOES))
    rows = []
    for number, kind in zip(step.tolist(), cargo.tolist(), strict=True):
        if number < steps.n_lanes:
            rows.append(_run(steps.network.lanes, steps.lane_ratings[kind], number))
        else:
            operation, mode, gateway = (
                int(part[0]) for part in steps.operation_of(np.array([number]))
            )
            rating = steps.operation_ratings[kind]
            rows.append(_hub(rating, number - steps.n_lanes, operation, mode, gateway))
    names = _NAMES if not rows else tuple(rows[0])
    table = {name: [row[name] for row in rows] for name in names}
    gateways = steps.network.gateways
    ends = {
        f"{end}{suffix}": source.take(pa.array(table[end], pa.int64()))
        for end in ("origin", "destination")
        for suffix, source in (("", gateways.id), ("_name", gateways.name))
    }
    return pa.table(
        {
            **{n: pa.array(table[n], _TYPES.get(n, pa.string())) for n in names},
            **ends,
            "cargo": pa.array([str(CARGOES[code]) for code in cargo], pa.string()),
            "minutes": steps.minutes[step],
            "wait_minutes": steps.wait_minutes[step],
            "wtw_g_per_kg": steps.grams_per_kg[cargo, step],
            "ttw_g_per_kg": steps.ttw_grams_per_kg[cargo, step],
        }
    )


_NAMES = (
    "kind",
    "operation",
    "origin",
    "destination",
    "mode",
    "toc",
    "hoc",
    "service",
    "lane",
    "distance_km",
    "distance_basis",
    "emissions_included",
    "factor_id",
    "data_type",
)
_TYPES = {
    "origin": pa.int64(),
    "destination": pa.int64(),
    "distance_km": pa.float64(),
    "emissions_included": pa.bool_(),
}


def _run(lanes: Lanes, rating: LaneRating, row: int) -> dict[str, Any]:
    return {
        "kind": str(LegKind.TRANSPORT),
        "operation": "carry",
        "origin": int(lanes.origin[row]),
        "destination": int(lanes.destination[row]),
        "mode": str(MODES[lanes.mode[row]]),
        "toc": lanes.toc[row],
        "hoc": "",
        "service": lanes.service[row],
        "lane": lanes.id[row].as_py(),
        "distance_km": float(rating.activity_km[row]),
        "distance_basis": rating.activity_basis_of(row),
        "emissions_included": True,
        "factor_id": rating.factor_of(row),
        "data_type": str(rating.data_type_of(row)),
    }


def _hub(
    rating: OperationRating, row: int, operation: int, mode: int, gateway: int
) -> dict[str, Any]:
    return {
        "kind": str(LegKind.HUB),
        "operation": str(OPERATIONS[operation]),
        "origin": gateway,
        "destination": gateway,
        "mode": str(MODES[mode]),
        "toc": "",
        "hoc": rating.category_of(row),
        "service": "",
        "lane": "",
        "distance_km": 0.0,
        "distance_basis": "",
        "emissions_included": bool(rating.included[row]),
        "factor_id": rating.factor_of(row),
        "data_type": str(rating.data_type_of(row)),
    }


def path_words(
    paths: Paths, chosen: NDArray[np.int64], steps: StepTable
) -> tuple[list[str], list[str]]:
    """Return id and main modes of paths, as an `Itinerary` has them.

    Parameters
    ----------
    chosen
        Paths to name.
    """
    ids, modes = [], []
    lanes = steps.network.lanes
    names: dict[int, str] = {}
    for path in chosen.tolist():
        mine = paths.step[paths.first_step[path] : paths.first_step[path + 1]].tolist()
        for step in mine:
            if step not in names:
                names[step] = _line(step, steps)
        what = "\n".join(names[step] for step in mine)
        ids.append(hashlib.sha256(what.encode()).hexdigest()[:_ID_LENGTH])
        modes.append(_main_modes([s for s in mine if s < steps.n_lanes], lanes))
    return ids, modes


def _line(step: int, steps: StepTable) -> str:
    ids, lanes = steps.network.gateways.id, steps.network.lanes
    if step < steps.n_lanes:
        return f"carry {ids[int(lanes.origin[step])].as_py()} {lanes.id[step].as_py()}"
    operation, _, gateway = (int(p[0]) for p in steps.operation_of(np.array([step])))
    return f"{OPERATIONS[operation]} {ids[gateway].as_py()} "


def _main_modes(runs: list[int], lanes: Lanes) -> str:
    least_km = MAIN_ROAD_SHARE * float(lanes.distance_km[runs].sum())
    stages: list[tuple[str, float]] = []
    for run in runs:
        mode, km = str(MODES[lanes.mode[run]]), float(lanes.distance_km[run])
        if stages and stages[-1][0] == mode:
            km += stages.pop()[1]
        stages.append((mode, km))
    main = [mode for mode, km in stages if mode != "road" or km >= least_km]
    return "-".join(
        mode for i, mode in enumerate(main) if i == 0 or mode != main[i - 1]
    )
