"""Solver words → freight words: a choice of columns as a plan."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.lane import MODES
from greenroute.orders.order_book import (
    CARGOES,
    ErrorCode,
    Rejection,
    rejected_rows,
)
from greenroute.plan.plan import NO_LOAD, UTC_SECONDS, Plan, PlanLegs
from greenroute.solver.book.book import NO_COLUMN
from greenroute.solver.columns.column import goods_at, prices_of
from greenroute.solver.columns.rate_orders import CHAIN_BITS, rate_legs
from greenroute.solver.dated_plans.box_chain import step_box_cents
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.dated_plans.write_dated_plan import dated_legs, dated_loads
from greenroute.solver.plans.load_share import chargeable_parts, shares
from greenroute.solver.plans.plan_problem import PlanProblem
from greenroute.solver.plans.plan_words import path_words, step_words
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Orders that are served, and their legs before they have words.

    Attributes
    ----------
    order, column, path
        Of each assignment.
    first, of, flat
        Where its legs begin; assignment of each leg; position of each leg in the paths.
    step
        Of each leg.
    box, load
        Equipment and load of each leg; -1 where loose.
    groups
        Group of each load.
    """

    order: NDArray[np.int64]
    column: NDArray[np.int64]
    path: NDArray[np.int64]
    first: NDArray[np.int64]
    of: NDArray[np.int64]
    flat: NDArray[np.int64]
    step: NDArray[np.int32]
    box: NDArray[np.int16]
    load: NDArray[np.int64]
    groups: NDArray[np.int64]


def write_plan(
    problem: PlanProblem, columns: NDArray[np.int64], boxes: NDArray[np.int64]
) -> Plan:
    """Return the plan that a choice stands for.

    Parameters
    ----------
    columns
        Column of each order, or `NO_COLUMN`.
    boxes
        Boxes of each group.
    """
    chosen = _chosen(problem, columns)
    if problem.dates is None:
        legs = _legs(problem, chosen, boxes)
        loads = _box_loads(problem, chosen, legs, boxes)
    else:
        found = dated_legs(problem, problem.dates, columns)
        legs, loads = found.legs, dated_loads(problem, problem.dates, found)
    return Plan(
        assignments=_assignments(problem, chosen, legs),
        legs=legs,
        loads=pa.concat_tables(
            [loads, _capacities(problem, chosen)], promote_options="default"
        ),
        rejected=_rejected(problem, columns),
    )


def _chosen(problem: PlanProblem, columns: NDArray[np.int64]) -> _Chosen:
    order = np.flatnonzero(columns != NO_COLUMN)
    column = columns[order]
    paths, chains, routes = problem.rated.paths, problem.rated.chains, problem.routes
    path = problem.rated.options.path[column].astype(np.int64)
    count = np.diff(paths.first_step)[path]
    first = np.concatenate([[0], np.cumsum(count)])
    of = np.repeat(np.arange(len(order)), count)
    flat = np.arange(first[-1]) + np.repeat(paths.first_step[path] - first[:-1], count)
    place = chains.of_step[flat].astype(np.int64)
    variant = problem.rated.options.variant[column]
    box = _box_of(variant[of], place)
    # Groups of a route stand in the order of its boxed chains.
    before = _boxed_before(variant[of], place)
    route = routes.of_column[column].astype(np.int64)[of]
    boxed = box >= 0
    group = np.full(len(of), NO_LOAD, np.int64)
    at = routes.groups.start[route[boxed]] + before[boxed]
    group[boxed] = routes.groups.items[at]
    groups, load = np.unique(group[boxed], return_inverse=True)
    loads = np.full(len(of), NO_LOAD, np.int64)
    loads[boxed] = load.reshape(-1)
    return _Chosen(
        order=order,
        column=column,
        path=path,
        first=first,
        of=of,
        flat=flat,
        step=paths.step[flat],
        box=box,
        load=loads,
        groups=groups,
    )


def _box_of(variant: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int16]:
    mask = (1 << CHAIN_BITS) - 1
    shift = np.clip(place * CHAIN_BITS, 0, np.iinfo(np.int64).bits - 2)
    bits = np.where(place >= 0, (variant >> shift) & mask, 0)
    return (bits - 1).astype(np.int16)


def _boxed_before(
    variant: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many chains before a place are boxed."""
    before = np.zeros(len(variant), np.int64)
    for k in range(int(place.max(initial=0))):
        here = np.full(len(variant), k)
        before += (place > k) & (_box_of(variant, here) >= 0)
    return before


def _legs(problem: PlanProblem, chosen: _Chosen, boxes: NDArray[np.int64]) -> PlanLegs:
    steps, goods = problem.steps, problem.rated.goods
    mine = goods_at(goods, chosen.order)
    cents, equipment = rate_legs(
        mine, prices_of(steps), chosen.first, chosen.step, chosen.box
    )
    cents += _box_shares(problem, chosen, boxes)
    mass, cargo = mine.mass_kg[chosen.of], mine.cargo[chosen.of].astype(np.int64)
    step = chosen.step.astype(np.int64)
    distinct, row = np.unique(step * len(CARGOES) + cargo, return_inverse=True)
    starts = problem.starts[chosen.column] + problem.monday
    return PlanLegs(
        first=chosen.first,
        order_id=problem.orders.order_id.take(pa.array(chosen.order)),
        mass_kg=mine.mass_kg,
        starts=starts,
        untimed=~problem.timed[chosen.order],
        step=row.reshape(-1).astype(np.int32),
        cents=cents,
        grams=_whole(steps.grams_per_kg[cargo, step] * mass),
        ttw_grams=_whole(steps.ttw_grams_per_kg[cargo, step] * mass),
        equipment=equipment,
        load=chosen.load.astype(np.int32),
        steps=step_words(steps, distinct),
        equipment_names=steps.rates.tariff.equipment.names,
    )


def _whole(grams: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(grams).astype(np.int64)


def _box_shares(
    problem: PlanProblem, chosen: _Chosen, boxes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the cents of each leg's share of boxes; 0 where it is loose."""
    shared = np.zeros(len(chosen.of), np.int64)
    rows = np.flatnonzero(chosen.box >= 0)
    if not len(rows):
        return shared
    steps, goods = problem.steps, problem.rated.goods
    equipment = chosen.box[rows].astype(np.int64)
    order = chosen.order[chosen.of[rows]]
    parts = chargeable_parts(
        goods.mass_kg[order],
        goods.volume_m3[order],
        payload_kg=steps.payload_kg[equipment],
        loadable_m3=steps.loadable_m3[equipment],
    )
    step = chosen.step[rows].astype(np.int64)
    # A chain passes a step once: load and step make one sum to split.
    key = chosen.load[rows] * len(steps.price_row) + step
    distinct, first, group = np.unique(key, return_index=True, return_inverse=True)
    each = step_box_cents(steps, step[first])[
        np.arange(len(distinct)), equipment[first]
    ]
    count = boxes[chosen.groups[chosen.load[rows][first]]]
    shared[rows] = shares(np.maximum(each, 0) * count, group.reshape(-1), parts)
    return shared


def _assignments(problem: PlanProblem, chosen: _Chosen, legs: PlanLegs) -> pa.Table:
    distinct, of = np.unique(chosen.path, return_inverse=True)
    ids, modes = path_words(problem.rated.paths, distinct, problem.steps)
    rows = pa.array(chosen.order)
    carried = problem.orders.table.take(rows)
    total = problem.rated.times.total[chosen.path]
    held = problem.rated.options.hold[chosen.column].astype(np.int64) * WEEK_MINUTES
    found = {
        "itinerary_id": pa.array(ids, pa.string()).take(pa.array(of.reshape(-1))),
        "modes": pa.array(modes, pa.string()).take(pa.array(of.reshape(-1))),
        "departs_at": _moments(legs.starts, legs.untimed),
        "arrives_at": _moments(legs.starts + total, legs.untimed),
        "transit_h": (total + held) / MINUTES_PER_HOUR,
        "held_h": held / MINUTES_PER_HOUR,
        "equipment": _equipment_words(legs),
        "cost_usd": _sums(legs.cents, legs.first) / CENTS_PER_USD,
        "wtw_kg_co2e": _sums(legs.grams, legs.first) / G_PER_KG,
        "ttw_kg_co2e": _sums(legs.ttw_grams, legs.first) / G_PER_KG,
    }
    kept = [name for name in carried.column_names if name not in found]
    return pa.table({**{name: carried[name] for name in kept}, **found})


def _moments(minutes: NDArray[np.int64], untimed: NDArray[np.bool_]) -> pa.Array:
    return pa.array(minutes * SECONDS_PER_MINUTE, mask=untimed).cast(UTC_SECONDS)


def _sums(values: NDArray[np.int64], first: NDArray[np.int64]) -> NDArray[np.int64]:
    clock = np.concatenate([[0], np.cumsum(values)])
    return np.diff(clock[first])


def _equipment_words(legs: PlanLegs) -> pa.Array:
    """Return what the goods of each assignment travel in, like "FTL, 40HC"."""
    count = np.diff(legs.first)
    of = np.repeat(np.arange(len(count)), count)
    used = np.flatnonzero(legs.equipment >= 0)
    bits = np.zeros(len(count), np.int64)
    np.bitwise_or.at(bits, of[used], 1 << legs.equipment[used].astype(np.int64))
    distinct, where = np.unique(bits, return_inverse=True)
    words = [
        ", ".join(n for i, n in enumerate(legs.equipment_names) if mask >> i & 1)
        for mask in distinct.tolist()
    ]
    return pa.array(words, pa.string()).take(pa.array(where.reshape(-1)))


def _box_loads(
    problem: PlanProblem, chosen: _Chosen, legs: PlanLegs, boxes: NDArray[np.int64]
) -> pa.Table:
    routes, chains, steps = problem.routes, problem.rated.chains, problem.steps
    chain = routes.group_chain[chosen.groups]
    equipment = routes.group_equipment[chosen.groups]
    count = boxes[chosen.groups]
    start, end = chains.first_chain_step[chain], chains.first_chain_step[chain + 1] - 1
    first, last = chains.chain_step[start], chains.chain_step[end]
    _, mode, origin = steps.operation_of(first.astype(np.int64))
    _, _, destination = steps.operation_of(last.astype(np.int64))
    rows = np.flatnonzero(chosen.load >= 0)
    pairs = np.unique(np.stack([chosen.load[rows], chosen.of[rows]]), axis=1)
    order = chosen.order[pairs[1]]
    goods, size = problem.rated.goods, len(chosen.groups)
    per_load = (
        np.bincount(pairs[0], minlength=size),
        np.bincount(pairs[0], weights=goods.mass_kg[order], minlength=size),
        np.bincount(pairs[0], weights=goods.volume_m3[order], minlength=size),
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


def _capacities(problem: PlanProblem, chosen: _Chosen) -> pa.Table:
    """Return the use of every lane that has a capacity, by week of departure."""
    steps, lanes = problem.steps, problem.steps.network.lanes
    limited = np.flatnonzero(np.isfinite(steps.week_kg[chosen.step]))
    lane = chosen.step[limited].astype(np.int64)
    departs = problem.rated.times.departs[chosen.flat[limited]]
    of = chosen.of[limited]
    week = (problem.starts[chosen.column[of]] + departs) // WEEK_MINUTES
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


def _rejected(problem: PlanProblem, columns: NDArray[np.int64]) -> pa.Table:
    """Return the orders that could not be read, searched or served."""
    orders = problem.orders
    told = {rejection.row for rejection in problem.rejections}
    unserved = [
        Rejection(
            row=row,
            code=ErrorCode.NO_ROOM,
            field="",
            text=(
                f"order {orders.order_id[row].as_py()!r}: every way it has is full, or "
                "beyond the carbon budget; expected more capacity or budget, or a later "
                "due_at"
            ),
        )
        for row in np.flatnonzero(columns == NO_COLUMN).tolist()
        if row not in told
    ]
    more = rejected_rows(orders.table, [*problem.rejections, *unserved])
    return pa.concat_tables([orders.rejected, more], promote_options="permissive")
