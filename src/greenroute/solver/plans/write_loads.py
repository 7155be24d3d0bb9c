"""Solver words → freight words: boxes that are filled and capacities that are used, by week."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.lane import MODES
from greenroute.plan.plan import UTC_SECONDS, PlanLegs
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.plans.chosen import Chosen
from greenroute.solver.plans.plan_problem import PlanProblem
from greenroute.units import CENTS_PER_USD, SECONDS_PER_MINUTE


def box_loads(
    problem: PlanProblem, chosen: Chosen, legs: PlanLegs, boxes: NDArray[np.int64]
) -> pa.Table:
    """Return the boxes of a choice, a row for those of one chain, kind and week."""
    routes, chains, steps = problem.routes, problem.rated.chains, problem.steps
    chain = routes.group_chain[chosen.groups]
    equipment = routes.group_equipment[chosen.groups]
    count = boxes[chosen.groups]
    start, end = chains.first_chain_step[chain], chains.first_chain_step[chain + 1] - 1
    first, last = chains.chain_step[start], chains.chain_step[end]
    _, mode, origin = steps.operation_of(first.astype(np.int64))
    _, _, destination = steps.operation_of(last.astype(np.int64))
    rows = np.flatnonzero(chosen.load >= 0)
    # Most legs of an order in a box follow each other: one of those is enough.
    new = np.ones(len(rows), np.bool_)
    for part in (chosen.load, chosen.of):
        new[1:] &= part[rows[1:]] == part[rows[:-1]]
    new[1:] = ~new[1:]
    rows = rows[new]
    n_assignments = max(len(chosen.order), 1)
    pairs = np.unique(chosen.load[rows] * np.int64(n_assignments) + chosen.of[rows])
    load, of = np.divmod(pairs, n_assignments)
    order = chosen.order[of]
    goods, size = problem.rated.goods, len(chosen.groups)
    per_load = (
        np.bincount(load, minlength=size),
        np.bincount(load, weights=goods.mass_kg[order], minlength=size),
        np.bincount(load, weights=goods.volume_m3[order], minlength=size),
    )
    return _load_table(
        problem,
        kind="boxes",
        lane=pa.nulls(size, pa.string()),
        ends=(origin, destination),
        mode=mode,
        week=routes.group_week[chosen.groups],
        equipment=pa.array(legs.equipment_names).take(pa.array(equipment)),
        boxes=count,
        used=per_load,
        room=(
            count * steps.payload_kg[equipment],
            count * steps.loadable_m3[equipment],
        ),
        cents=count * chains.box_cents[chain, equipment],
    )


def capacity_loads(problem: PlanProblem, chosen: Chosen) -> pa.Table:
    """Return the use of every lane that has a capacity, by week of departure."""
    steps, lanes = problem.steps, problem.steps.network.lanes
    limited = np.flatnonzero(np.isfinite(steps.week_kg)[chosen.step])
    lane = chosen.step[limited].astype(np.int64)
    of, first_step = chosen.of[limited], problem.rated.paths.first_step
    limited += first_step[chosen.path[of]] - chosen.first[of]
    departs = problem.rated.times.departs[limited]
    week = (problem.starts.of(chosen.column[of]) + departs) // WEEK_MINUTES
    n_weeks = int(week.max(initial=0)) + 1
    distinct, row = np.unique(lane * n_weeks + week, return_inverse=True)
    lane, week = np.divmod(distinct, n_weeks)
    order, size = chosen.order[of], len(distinct)
    goods = problem.rated.goods
    used = (
        np.bincount(row.reshape(-1), minlength=size),
        np.bincount(row.reshape(-1), weights=goods.mass_kg[order], minlength=size),
        np.bincount(row.reshape(-1), weights=goods.volume_m3[order], minlength=size),
    )
    return _load_table(
        problem,
        kind="capacity",
        lane=lanes.id.take(pa.array(lane)),
        ends=(lanes.origin[lane], lanes.destination[lane]),
        mode=lanes.mode[lane],
        week=week,
        equipment=pa.nulls(size, pa.string()),
        boxes=None,
        used=used,
        room=(steps.week_kg[lane], None),
        cents=None,
    )


def _load_table(  # noqa: PLR0913 - a column each
    problem: PlanProblem,
    *,
    kind: str,
    lane: pa.Array,
    ends: tuple[NDArray[Any], NDArray[Any]],
    mode: NDArray[Any],
    week: NDArray[np.int64],
    equipment: pa.Array,
    boxes: NDArray[np.int64] | None,
    used: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
    room: tuple[NDArray[np.float64], NDArray[np.float64] | None],
    cents: NDArray[np.int64] | None,
) -> pa.Table:
    size, gateways = len(week), problem.steps.network.gateways
    origin, destination = (gateways.id.take(pa.array(end)) for end in ends)
    monday = (problem.monday + week * WEEK_MINUTES) * SECONDS_PER_MINUTE
    nothing = pa.nulls(size, pa.float64())
    return pa.table(
        {
            "load_id": pa.array(np.arange(size), pa.int32())
            if boxes is not None
            else pa.nulls(size, pa.int32()),
            "kind": pa.array([kind] * size, pa.string()),
            "lane": lane.cast(pa.string()),
            "origin": origin,
            "destination": destination,
            "mode": pa.array([str(MODES[code]) for code in mode], pa.string()),
            "week": pa.array(monday.astype(np.int64)).cast(UTC_SECONDS),
            "equipment": equipment.cast(pa.string()),
            "boxes": pa.nulls(size, pa.int64())
            if boxes is None
            else pa.array(boxes.astype(np.int64)),
            "orders": pa.array(np.asarray(used[0]).astype(np.int64)),
            "mass_kg": pa.array(np.asarray(used[1], np.float64)),
            "volume_m3": pa.array(np.asarray(used[2], np.float64)),
            "capacity_kg": pa.array(np.asarray(room[0], np.float64)),
            "capacity_m3": nothing if room[1] is None else pa.array(room[1]),
            "cost_usd": nothing if cents is None else pa.array(cents / CENTS_PER_USD),
        }
    )
