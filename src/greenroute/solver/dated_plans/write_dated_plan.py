"""Solver words → freight words: a choice of dated columns as a plan."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.lane import MODES
from greenroute.orders.order_book import CARGOES
from greenroute.plan.plan import NO_EQUIPMENT, NO_LOAD, UTC_SECONDS, PlanLegs
from greenroute.solver.book.book import NO_COLUMN
from greenroute.solver.columns.card_table import NO_LIMIT
from greenroute.solver.columns.column import cards_of, goods_at, prices_of
from greenroute.solver.columns.rate_legs import rate_legs
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.columns.step_kernels import Prices
from greenroute.solver.dated_plans.dated_columns import TOO_MUCH, Pay, own_cents
from greenroute.solver.dated_plans.dated_groups import runs_by_date
from greenroute.solver.dated_plans.dated_lanes import LOOSE
from greenroute.solver.dated_plans.dated_paths import NO_DEPARTURE, Itineraries
from greenroute.solver.dated_plans.dated_plan import DatedBook
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.solver.plans.load_share import chargeable_parts, shares
from greenroute.solver.plans.plan_problem import PlanProblem
from greenroute.solver.plans.plan_words import step_words
from greenroute.units import CENTS_PER_USD, SECONDS_PER_MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedLegs:
    """Legs of a choice beside what they use, (n_legs,) each unless said otherwise.

    Attributes
    ----------
    legs
        As the plan has them.
    order
        Row of the order book.
    departure
        Of runs by date; `NO_DEPARTURE` elsewhere.
    load_box, load_departure, load_cargo, load_boxes
        What each load is, and its boxes, (n_loads,).
    """

    legs: PlanLegs
    order: NDArray[np.int64]
    departure: NDArray[np.int64]
    load_box: NDArray[np.int64]
    load_departure: NDArray[np.int64]
    load_cargo: NDArray[np.int64]
    load_boxes: NDArray[np.int64]


def dated_legs(
    problem: PlanProblem, dates: DatedBook, columns: NDArray[np.int64]
) -> DatedLegs:
    """Return the legs of a choice: the column of each order, or `NO_COLUMN`."""
    steps, found, boxes = problem.steps, dates.found, dates.dated.boxes
    order = np.flatnonzero(columns != NO_COLUMN)
    column = columns[order]
    path = problem.rated.options.path[column].astype(np.int64)
    count = np.diff(found.first)[path]
    first = np.concatenate([[0], np.cumsum(count)])
    of = np.repeat(np.arange(len(order)), count)
    flat = np.arange(first[-1]) + np.repeat(found.first[path] - first[:-1], count)
    box = np.full(len(flat), LOOSE)
    run_of, place, run = runs_by_date(found, path)
    box[first[run_of] + run - found.first[path[run_of]]] = dates.box[
        column[run_of], place
    ]
    departure, step = found.departure[flat], found.step[flat]
    goods = goods_at(problem.rated.goods, order)
    mass, cargo = goods.mass_kg[of], goods.cargo[of].astype(np.int64)
    boxed = np.flatnonzero(box != LOOSE)
    key = np.stack([departure[boxed], box[boxed], cargo[boxed]])
    loads, number = np.unique(key, axis=1, return_inverse=True)
    number = number.reshape(-1)
    load = np.full(len(flat), NO_LOAD)
    load[boxed] = number
    load_boxes = _boxes_of(dates, loads[1], number, (mass, goods.volume_m3[of]), boxed)
    cents, equipment, card = _own_cents(problem, dates, order, path, box)
    parts = _parts(dates, box, goods, of)
    cents[boxed] += shares(load_boxes * boxes.cents[loads[1]], number, parts[boxed])
    cents += _fixed_shares(dates, departure, step, parts)
    taken, waits = found.ends[flat] - found.begins[flat], _gaps(found)[flat]
    starts = found.begins[found.first[path]]
    words = np.stack([step * len(CARGOES) + cargo, taken, waits])
    distinct, row = np.unique(words, axis=1, return_inverse=True)
    table = step_words(steps, distinct[0])
    for name, values in (("minutes", distinct[1]), ("wait_minutes", distinct[2])):
        table = table.set_column(table.column_names.index(name), name, pa.array(values))
    last = first[1:] - 1
    cents[last] += dates.tax_cents[order]
    legs = PlanLegs(
        first=first,
        order_id=problem.orders.order_id.take(pa.array(order)),
        mass_kg=goods.mass_kg,
        starts=starts,
        untimed=np.zeros(len(order), np.bool_),
        step=row.reshape(-1).astype(np.int32),
        cents=cents,
        equipment=equipment,
        load=load.astype(np.int32),
        steps=table,
        equipment_names=boxes.names,
        card=card,
        cards=cards_of(steps),
    )
    return DatedLegs(
        legs=legs,
        order=order[of],
        departure=departure,
        load_box=loads[1],
        load_departure=loads[0],
        load_cargo=loads[2],
        load_boxes=load_boxes,
    )


def _gaps(found: Itineraries) -> NDArray[np.int64]:
    """Return the minutes between the step before and each step: waits for a run."""
    gaps = np.zeros(len(found.step), np.int64)
    gaps[1:] = found.begins[1:] - found.ends[:-1]
    gaps[found.first[:-1]] = 0
    return gaps


def _boxes_of(
    dates: DatedBook,
    box: NDArray[np.int64],
    load: NDArray[np.int64],
    sizes: tuple[NDArray[np.float64], NDArray[np.float64]],
    rows: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the boxes that hold the goods of each load."""
    boxes = dates.dated.boxes
    count = np.zeros(len(box), np.int64)
    for size, room in zip(sizes, (boxes.payload_kg, boxes.loadable_m3), strict=True):
        total = np.bincount(load, weights=size[rows], minlength=len(box))
        parts = np.ceil(np.round(total / room[box], _DIGITS))
        count = np.maximum(count, parts.astype(np.int64))
    return count


_DIGITS = 9


def _own_cents(
    problem: PlanProblem,
    dates: DatedBook,
    order: NDArray[np.int64],
    path: NDArray[np.int64],
    box: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.int32]]:
    """Return what orders pay at each leg besides boxes, the equipment and the card."""
    steps, found, boxes = problem.steps, dates.found, dates.dated.boxes
    prices = prices_of(steps)
    cents, equipment, card = [], [], []
    at = 0
    for row, number in zip(order.tolist(), path.tolist(), strict=True):
        goods = goods_at(problem.rated.goods, np.array([row]))
        mine = _one(found, number)
        pay = Pay(goods=goods, value_usd=float(dates.value_usd[row]), tax_cents=0)
        own = own_cents(pay, mine, steps, dates.dated)
        here = box[at : at + len(mine.step)]
        kind = np.append(boxes.equipment, NO_EQUIPMENT)[here]
        # Boxes of lanes with a price of their own are unknown to the tariff's formulas.
        lane = np.minimum(mine.step, steps.n_lanes - 1)
        boxed = (here != LOOSE) & ~boxes.own[lane]
        loose, _, _ = _legs(goods, prices, mine.step, np.full(len(here), LOOSE))
        paid, used, rows = _legs(goods, prices, mine.step, np.where(boxed, kind, LOOSE))
        card.append(rows)
        cents.append(np.where(boxed, own - np.minimum(loose, TOO_MUCH) + paid, own))
        equipment.append(np.where(here == LOOSE, used, kind))
        at += len(mine.step)
    none = np.empty(0, np.int64)
    return (
        np.concatenate([none, *cents]).astype(np.int64),
        np.concatenate([none, *equipment]).astype(np.int16),
        np.concatenate([none, *card]).astype(np.int32),
    )


def _legs(
    goods: Goods, prices: Prices, step: NDArray[np.int64], box: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.int32]]:
    first = np.array([0, len(step)])
    return rate_legs(goods, prices, first, step.astype(np.int32), box.astype(np.int16))


def _one(found: Itineraries, number: int) -> Itineraries:
    """Return one of the itineraries, its wait on the step before each run."""
    rows = slice(int(found.first[number]), int(found.first[number + 1]))
    return Itineraries(
        first=np.array([0, rows.stop - rows.start]),
        step=found.step[rows],
        begins=found.begins[rows],
        ends=found.ends[rows],
        waits=found.waits[rows],
        departure=found.departure[rows],
    )


def _parts(
    dates: DatedBook, box: NDArray[np.int64], goods: Goods, of: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return by what goods share: parts of their box, of a cubic metre where loose."""
    boxes = dates.dated.boxes
    return chargeable_parts(
        goods.mass_kg[of],
        goods.volume_m3[of],
        payload_kg=np.append(boxes.payload_kg, NO_LIMIT)[box],
        loadable_m3=np.append(boxes.loadable_m3, 1.0)[box],
    )


def _fixed_shares(
    dates: DatedBook,
    departure: NDArray[np.int64],
    step: NDArray[np.int64],
    parts: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return each leg's share of the price of its departure."""
    shared = np.zeros(len(step), np.int64)
    rows = np.flatnonzero(departure != NO_DEPARTURE)
    distinct, group = np.unique(departure[rows], return_inverse=True)
    lane = dates.dated.departures.lane[distinct]
    shared[rows] = shares(dates.dated.fixed_cents[lane], group.reshape(-1), parts[rows])
    return shared


def dated_loads(problem: PlanProblem, dates: DatedBook, found: DatedLegs) -> pa.Table:
    """Return boxes by departure, and the departures that are used."""
    dated, goods = dates.dated, problem.rated.goods
    boxes, box = dated.boxes, found.load_box
    n_loads = len(box)
    runs = np.flatnonzero(found.departure != NO_DEPARTURE)
    used, of_run = np.unique(found.departure[runs], return_inverse=True)
    boxed = np.flatnonzero(found.legs.load != NO_LOAD)
    capacity_kg = dated.capacity_kg[used]
    parts = (
        (found.load_departure, found.legs.load[boxed], boxed, n_loads),
        (used, of_run.reshape(-1), runs, len(used)),
    )
    departure = np.concatenate([part[0] for part in parts])
    sums = [
        np.concatenate(
            [
                np.bincount(member, weights=size[found.order[rows]], minlength=n)
                for _, member, rows, n in parts
            ]
        )
        for size in (np.ones(len(goods.mass_kg)), goods.mass_kg, goods.volume_m3)
    ]
    lanes, gateways = problem.steps.network.lanes, problem.steps.network.gateways
    lane = dated.departures.lane[departure]
    fixed = dated.fixed_cents[dated.departures.lane[used]]
    cents = np.concatenate([found.load_boxes * boxes.cents[box], fixed])
    leaves = dated.departures.departs[departure]
    monday = leaves - (leaves - problem.monday) % WEEK_MINUTES
    room_kg = np.concatenate([found.load_boxes * boxes.payload_kg[box], capacity_kg])
    room_m3 = found.load_boxes * boxes.loadable_m3[box]
    names = np.array(boxes.names, dtype=object)[boxes.equipment[box]]
    kinds = ["boxes"] * n_loads + ["departure"] * len(used)
    return pa.table(
        {
            "load_id": pa.array([*range(n_loads), *[None] * len(used)], pa.int32()),
            "kind": pa.array(kinds, pa.string()),
            "lane": lanes.id.take(pa.array(lane)).cast(pa.string()),
            "origin": gateways.id.take(pa.array(lanes.origin[lane])),
            "destination": gateways.id.take(pa.array(lanes.destination[lane])),
            "mode": pa.array([str(MODES[m]) for m in lanes.mode[lane]], pa.string()),
            "week": _moments(monday),
            "departs_at": _moments(leaves),
            "equipment": pa.array([*names, *[None] * len(used)], pa.string()),
            "boxes": pa.array(
                [*found.load_boxes.tolist(), *[None] * len(used)], pa.int64()
            ),
            "orders": pa.array(sums[0].astype(np.int64)),
            "mass_kg": pa.array(sums[1].astype(np.float64)),
            "volume_m3": pa.array(sums[2].astype(np.float64)),
            "capacity_kg": _limits(room_kg),
            "capacity_m3": _limits(
                np.concatenate([room_m3, np.full(len(used), np.inf)])
            ),
            "cost_usd": pa.array(cents / CENTS_PER_USD),
        }
    )


def _moments(minutes: NDArray[np.int64]) -> pa.Array:
    return pa.array(minutes * SECONDS_PER_MINUTE).cast(UTC_SECONDS)


def _limits(room: NDArray[np.float64]) -> pa.Array:
    """Return limits; null where there is none."""
    return pa.array(room, mask=room >= NO_LIMIT)
