"""Solver words → freight words: a choice of columns as a plan."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.orders.order_book import (
    CARGOES,
    ErrorCode,
    Rejection,
    rejected_rows,
)
from greenroute.plan.commitment import no_commitments, tell_commitments
from greenroute.plan.plan import UTC_SECONDS, Plan, PlanLegs
from greenroute.solver.book.book import NO_COLUMN
from greenroute.solver.columns.column import cards_of, goods_at, late_cents, prices_of
from greenroute.solver.columns.rate_legs import rate_legs
from greenroute.solver.dated_plans.box_chain import step_box_cents
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.dated_plans.write_dated_plan import dated_legs, dated_loads
from greenroute.solver.plans.chosen import Chosen, numbered, spread_columns
from greenroute.solver.plans.commitment_rows import used_kg
from greenroute.solver.plans.load_share import chargeable_parts, shares
from greenroute.solver.plans.plan_problem import PlanProblem
from greenroute.solver.plans.plan_words import path_words, step_words
from greenroute.solver.plans.write_loads import box_loads, capacity_loads
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
)

#: Assignments, or loads, whose legs are looked at together: there are millions of legs.
_AT_ONCE = 20_000


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
    legs, loads = _legs_and_loads(problem, columns, boxes)
    problem.rest()
    return Plan(
        assignments=_assignments(problem, columns, legs),
        legs=legs,
        loads=loads,
        rejected=_rejected(problem, columns),
        commitments=_commitments(problem, columns),
    )


def _legs_and_loads(
    problem: PlanProblem, columns: NDArray[np.int64], boxes: NDArray[np.int64]
) -> tuple[PlanLegs, pa.Table]:
    """Return the legs of a choice, and the boxes and capacities that they use."""
    chosen = spread_columns(problem, columns)
    if problem.dates is None:
        problem.rest()
        legs = _legs(problem, chosen, boxes)
        problem.rest()
        loads = box_loads(problem, chosen, legs, boxes)
    else:
        found = dated_legs(problem, problem.dates, columns)
        legs, loads = found.legs, dated_loads(problem, problem.dates, found)
    tables = [loads, capacity_loads(problem, chosen)]
    return legs, pa.concat_tables(tables, promote_options="default")


def _commitments(problem: PlanProblem, columns: NDArray[np.int64]) -> pa.Table:
    agreed = problem.params.commitments
    if agreed is None:
        return no_commitments()
    return tell_commitments(agreed, used_kg(problem.book, columns))


def _legs(problem: PlanProblem, chosen: Chosen, boxes: NDArray[np.int64]) -> PlanLegs:
    steps, goods = problem.steps, problem.rated.goods
    mine, cards = goods_at(goods, chosen.order), cards_of(steps)
    cents, equipment, card = rate_legs(
        mine, prices_of(steps), chosen.first, chosen.step, chosen.box
    )
    _add_box_shares(cents, problem, chosen, boxes)
    kinds = len(steps.price_row) * len(CARGOES)
    key = chosen.step * np.int32(len(CARGOES))
    key += mine.cargo[chosen.of]
    distinct, row = numbered(key, kinds)
    cents[chosen.first[1:] - 1] += problem.tax_cents[chosen.order]
    starts = problem.starts.of(chosen.column) + problem.monday
    return PlanLegs(
        first=chosen.first,
        order_id=problem.orders.order_id.take(pa.array(chosen.order)),
        mass_kg=mine.mass_kg,
        starts=starts,
        untimed=~problem.timed[chosen.order],
        step=row,
        cents=cents,
        equipment=equipment,
        load=chosen.load,
        steps=step_words(steps, distinct),
        equipment_names=steps.rates.tariff.equipment.names,
        card=None if cards is None else card,
        cards=cards,
    )


def _add_box_shares(
    cents: NDArray[np.int64],
    problem: PlanProblem,
    chosen: Chosen,
    boxes: NDArray[np.int64],
) -> None:
    """Add to the cents of legs their shares of boxes."""
    for begin in range(0, len(chosen.groups), _AT_ONCE):
        mine = (chosen.load >= begin) & (chosen.load < begin + _AT_ONCE)
        rows = np.flatnonzero(mine)
        cents[rows] += _box_shares(rows, problem, chosen, boxes)


def _box_shares(
    rows: NDArray[np.int64],
    problem: PlanProblem,
    chosen: Chosen,
    boxes: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the cents that legs pay of boxes: all legs of some loads."""
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
    key = chosen.load[rows] * np.int64(len(steps.price_row)) + step
    distinct, first, group = np.unique(key, return_index=True, return_inverse=True)
    each = step_box_cents(steps, step[first])[
        np.arange(len(distinct)), equipment[first]
    ]
    count = boxes[chosen.groups[chosen.load[rows][first]]]
    return shares(np.maximum(each, 0) * count, group.reshape(-1), parts)


def _assignments(
    problem: PlanProblem, columns: NDArray[np.int64], legs: PlanLegs
) -> pa.Table:
    order, paths = np.flatnonzero(columns != NO_COLUMN), problem.rated.paths
    column = columns[order]
    path = problem.rated.options.path[column]
    distinct, of = numbered(path, len(paths.first_step) - 1)
    ids, modes = path_words(paths, distinct, problem.steps)
    carried = problem.orders.table.take(pa.array(order))
    total = problem.rated.times.total[path]
    held = problem.rated.options.hold[column].astype(np.int64) * WEEK_MINUTES
    late = problem.late(column)
    wtw, ttw = _emissions(legs)
    found = {
        "itinerary_id": pa.array(ids, pa.string()).take(pa.array(of)),
        "modes": pa.array(modes, pa.string()).take(pa.array(of)),
        "departs_at": _moments(legs.starts, legs.untimed),
        "arrives_at": _moments(legs.starts + total, legs.untimed),
        "transit_h": (total + held) / MINUTES_PER_HOUR,
        "held_h": held / MINUTES_PER_HOUR,
        "equipment": _equipment_words(legs),
        "cost_usd": np.add.reduceat(legs.cents, legs.first[:-1]) / CENTS_PER_USD,
        "wtw_kg_co2e": wtw / G_PER_KG,
        "ttw_kg_co2e": ttw / G_PER_KG,
        "late_h": late / MINUTES_PER_HOUR,
        "late_usd": late_cents(late, problem.params) / CENTS_PER_USD,
    }
    kept = [name for name in carried.column_names if name not in found]
    return pa.table({**{name: carried[name] for name in kept}, **found})


def _moments(minutes: NDArray[np.int64], untimed: NDArray[np.bool_]) -> pa.Array:
    return pa.array(minutes * SECONDS_PER_MINUTE, mask=untimed).cast(UTC_SECONDS)


def _parts(legs: PlanLegs) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Yield assignments in parts: from, to, and where their legs begin in the part."""
    n = len(legs.order_id)
    for begin in range(0, n, _AT_ONCE):
        end = min(begin + _AT_ONCE, n)
        yield begin, end, legs.first[begin:end] - legs.first[begin]


def _emissions(legs: PlanLegs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what assignments emit, well to wheel and in operation [g CO2e]."""
    wtw, ttw = np.zeros((2, len(legs.order_id)), np.int64)
    for begin, end, first in _parts(legs):
        wtw[begin:end] = np.add.reduceat(legs.wtw_grams(begin, end), first)
        ttw[begin:end] = np.add.reduceat(legs.ttw_grams(begin, end), first)
    return wtw, ttw


def _equipment_words(legs: PlanLegs) -> pa.Array:
    """Return what the goods of each assignment travel in, like "FTL, 40HC"."""
    # The last place is for legs without equipment.
    bit = np.append(1 << np.arange(len(legs.equipment_names)), 0)
    bits = np.zeros(len(legs.order_id), np.int64)
    for begin, end, first in _parts(legs):
        rows = slice(int(legs.first[begin]), int(legs.first[end]))
        bits[begin:end] = np.bitwise_or.reduceat(bit[legs.equipment[rows]], first)
    distinct, where = np.unique(bits, return_inverse=True)
    words = [
        ", ".join(n for i, n in enumerate(legs.equipment_names) if mask >> i & 1)
        for mask in distinct.tolist()
    ]
    return pa.array(words, pa.string()).take(pa.array(where.reshape(-1)))


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
