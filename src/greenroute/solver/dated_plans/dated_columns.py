"""Columns of one order on dated itineraries: in which boxes, at what price."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.columns.column import FREE, prices_of
from greenroute.solver.columns.rate_legs import rate_legs
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.columns.step_kernels import Prices
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.dated_lanes import LOOSE, DatedLanes
from greenroute.solver.dated_plans.dated_paths import NO_DEPARTURE, Itineraries
from greenroute.units import CENTS_PER_USD, HOURS_PER_DAY, MINUTES_PER_HOUR

MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
#: More than any order pays [cents].
TOO_MUCH = 2**50


class DatedColumns(NamedTuple):
    """Columns of an order, (n_columns,) each; `box` is (n_columns, most runs by date).

    `box` is the row of the boxes that goods travel in, in the order of the runs by date;
    `LOOSE` elsewhere. `cents` is what the order pays whatever others do, `alone_cents`
    with boxes and departures of its own.
    """

    itinerary: NDArray[np.int64]
    box: NDArray[np.int64]
    cents: NDArray[np.int64]
    alone_cents: NDArray[np.int64]
    grams: NDArray[np.int64]


class Pay(NamedTuple):
    """What an order pays by: its goods (one row), value [USD], import tax [cents].

    After `due` (minutes since 1970) it pays by the minute.
    """

    goods: Goods
    value_usd: float
    tax_cents: int
    due: int = FREE
    late_cents: float = 0.0


def storage_cents(
    waits: NDArray[np.int64],
    gateway: NDArray[np.int64],
    volume_m3: float | NDArray[np.float64],
    storage_usd: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the price of waiting: every day that begins counts."""
    days = -(-waits // MINUTES_PER_DAY)
    usd = days * volume_m3 * storage_usd[gateway]
    return np.rint(usd * CENTS_PER_USD).astype(np.int64)


def duty_cents(
    rate: NDArray[np.float64], value_usd: float | NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the duty on goods: a share of their value."""
    return np.asarray(np.rint(rate * value_usd * CENTS_PER_USD), np.int64)


def own_cents(
    pay: Pay, found: Itineraries, steps: StepTable, dated: DatedLanes
) -> NDArray[np.int64]:
    """Return what an order pays at each step loose, storage and duty included.

    On a lane with a price by box of its own that is what comes besides the boxes, unless
    it goes at any time: then the order fills boxes alone.
    """
    volume, prices = float(pay.goods.volume_m3[0]), prices_of(steps)
    distinct, of = np.unique(found.step, return_inverse=True)
    cents = _leg_cents(pay.goods, distinct, LOOSE, prices)
    rows = np.flatnonzero(distinct < steps.n_lanes)
    lane = distinct[rows]
    alone = rows[dated.boxes.own[lane] & ~dated.by_date[lane]]
    for row in alone.tolist():
        cents[row] += _own_boxes(int(distinct[row]), pay, dated)
    cents[rows] += duty_cents(
        dated.duty_rate[lane], pay.value_usd if dated.duty_rate.any() else 0.0
    )
    every = np.minimum(cents, TOO_MUCH)[of.reshape(-1)]
    waiting = np.flatnonzero(found.waits)
    where = steps.network.lanes.origin[found.step[waiting]].astype(np.int64)
    every[waiting] += storage_cents(
        found.waits[waiting], where, volume, dated.storage_usd
    )
    return every


def _own_boxes(lane: int, pay: Pay, dated: DatedLanes) -> int:
    """Return what an order pays for boxes of a lane that goes at any time."""
    rows = _boxes_of(lane, pay.goods, dated)
    if not len(rows):
        return TOO_MUCH
    mass, volume = float(pay.goods.mass_kg[0]), float(pay.goods.volume_m3[0])
    units = dated.boxes.units(rows, mass, volume)
    return int((units * dated.boxes.cents[rows]).min())


def _boxes_of(lane: int, goods: Goods, dated: DatedLanes) -> NDArray[np.int64]:
    """Return the boxes of a lane that take the goods."""
    boxes = dated.boxes
    rows = np.arange(int(boxes.start[lane]), int(boxes.start[lane + 1]))
    return np.asarray(rows[boxes.takes[rows, int(goods.cargo[0])]], np.int64)


def _leg_cents(
    goods: Goods, step: NDArray[np.int64], equipment: int, prices: Prices
) -> NDArray[np.int64]:
    cents, _, _ = rate_legs(
        goods,
        prices,
        np.array([0, len(step)]),
        step.astype(np.int32),
        np.full(len(step), equipment, np.int16),
    )
    return cents


class _Choices(NamedTuple):
    """Ways to go on each distinct lane by date: `LOOSE` or a box, and its cents."""

    start: NDArray[np.int64]
    box: NDArray[np.int64]
    more_cents: NDArray[np.int64]


def rate_itineraries(
    pay: Pay, found: Itineraries, steps: StepTable, dated: DatedLanes
) -> DatedColumns:
    """Return the columns of an order: each itinerary in all boxes that it may use.

    Of columns that use the same departures and boxes only those stay that are cheaper, or
    emit less than the cheapest.
    """
    goods, cargo = pay.goods, int(pay.goods.cargo[0])
    n, of_step = len(found), found.of_step
    cents = own_cents(pay, found, steps, dated)
    per_kg = steps.grams_per_kg[cargo, found.step]
    forbidden = np.isnan(per_kg) | (goods.mass_kg[0] > steps.most_kg[found.step])
    by_date = found.departure != NO_DEPARTURE
    heavy = goods.mass_kg[0] > dated.capacity_kg[found.departure[by_date]]
    forbidden[by_date] |= heavy
    gram = np.rint(np.nan_to_num(per_kg) * goods.mass_kg[0]).astype(np.int64)
    total, grams = _sums(cents, of_step, n), _sums(gram, of_step, n)
    fine = _sums(forbidden.astype(np.int64), of_step, n) == 0
    runs, departure = _side_by_side(found, by_date, n)
    lanes = np.unique(found.step[by_date])
    choices = _choices(lanes, pay, steps, dated)
    columns = DatedColumns(
        itinerary=np.flatnonzero(fine),
        box=np.full((int(fine.sum()), runs.shape[1]), LOOSE),
        cents=total[fine],
        alone_cents=total[fine],
        grams=grams[fine],
    )
    for place in range(runs.shape[1]):
        columns = _in_boxes(columns, place, runs, choices, lanes, (goods, dated))
    columns = _keep(
        columns, (columns.cents < TOO_MUCH) & (columns.grams <= goods.most_grams[0])
    )
    columns = _keep(columns, columns.alone_cents <= goods.most_cents[0])
    late = np.maximum(found.ends[found.first[1:] - 1] - pay.due, 0)
    more = pay.tax_cents + np.rint(late * pay.late_cents).astype(np.int64)
    columns = columns._replace(
        cents=columns.cents + more[columns.itinerary],
        alone_cents=columns.alone_cents + more[columns.itinerary],
    )
    return _undominated(columns, found, departure, steps)


def _sums(
    values: NDArray[np.int64], of: NDArray[np.int64], n: int
) -> NDArray[np.int64]:
    total = np.zeros(n, np.int64)
    np.add.at(total, of, values)
    return total


def _side_by_side(
    found: Itineraries, by_date: NDArray[np.bool_], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return lanes and departures of the runs by date, (n, most runs); -1 elsewhere."""
    of = found.of_step[by_date]
    count = np.bincount(of, minlength=n)
    place = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    lane = np.full((n, int(count.max(initial=0))), -1)
    departure = lane.copy()
    lane[of, place] = found.step[by_date]
    departure[of, place] = found.departure[by_date]
    return lane, departure


def _choices(
    lanes: NDArray[np.int64],
    pay: Pay,
    steps: StepTable,
    dated: DatedLanes,
) -> _Choices:
    """Return how goods may go on lanes by date, and what an order pays more than loose."""
    boxes, prices = dated.boxes, prices_of(steps)
    start, box, more = [0], [], []
    for lane in lanes.tolist():
        rows = _boxes_of(lane, pay.goods, dated).tolist()
        own, only = bool(boxes.own[lane]), bool(boxes.only[lane])
        step = np.array([lane])
        plain = int(_leg_cents(pay.goods, step, LOOSE, prices)[0])
        if not only and plain < TOO_MUCH:
            box.append(LOOSE)
            more.append(0)
        for row in rows:
            box.append(row)
            kind = int(boxes.equipment[row])
            boxed = plain if own else int(_leg_cents(pay.goods, step, kind, prices)[0])
            more.append(boxed - min(plain, TOO_MUCH))
        start.append(len(box))
    # One more, so that there is something to read where a run has no place.
    return _Choices(np.array(start), np.array([*box, LOOSE]), np.array([*more, 0]))


def _in_boxes(
    columns: DatedColumns,
    place: int,
    runs: NDArray[np.int64],
    choices: _Choices,
    lanes: NDArray[np.int64],
    what: tuple[Goods, DatedLanes],
) -> DatedColumns:
    """Return the columns with each way to go on the run at a place."""
    goods, dated = what
    lane = runs[columns.itinerary, place]
    there = lane >= 0
    number = np.searchsorted(lanes, np.maximum(lane, 0))
    number = np.where(there, number, 0)
    count = np.where(there, np.diff(choices.start)[number], 1)
    of = np.repeat(np.arange(len(lane)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    row = np.where(there[of], choices.start[number[of]] + nth, 0)
    box = np.where(there[of], choices.box[row], LOOSE)
    more = np.where(there[of], choices.more_cents[row], 0)
    every = np.arange(len(dated.boxes.cents))
    units = dated.boxes.units(every, float(goods.mass_kg[0]), float(goods.volume_m3[0]))
    price = np.append(units * dated.boxes.cents, 0)[box]
    fixed = np.where(there[of], dated.fixed_cents[np.maximum(lane[of], 0)], 0)
    columns = _keep(columns, of)
    boxed = columns.box.copy()
    boxed[:, place] = box
    return columns._replace(
        box=boxed,
        cents=columns.cents + more,
        alone_cents=columns.alone_cents + more + price + fixed,
    )


def _keep(
    columns: DatedColumns, rows: NDArray[np.int64] | NDArray[np.bool_]
) -> DatedColumns:
    return DatedColumns(*(column[rows] for column in columns))


def _undominated(
    columns: DatedColumns,
    found: Itineraries,
    departure: NDArray[np.int64],
    steps: StepTable,
) -> DatedColumns:
    """Return the columns that no other one with the same departures and boxes beats."""
    weekly = np.isfinite(steps.week_kg[found.step])
    weekly &= found.departure == NO_DEPARTURE
    # What shares the capacity of a week is left as it is.
    busy = _sums(weekly.astype(np.int64), found.of_step, len(found)) > 0
    mark = np.where(busy, np.arange(len(found)) + 1, 0)
    key = np.column_stack(
        [departure[columns.itinerary], columns.box, mark[columns.itinerary]]
    )
    _, same = np.unique(key, axis=0, return_inverse=True)
    same = same.reshape(-1)
    order = np.lexsort((columns.grams, columns.cents, same))
    first = np.ones(len(order), np.bool_)
    first[1:] = same[order][1:] != same[order][:-1]
    cheapest = np.repeat(
        columns.grams[order][first],
        np.diff(np.append(np.flatnonzero(first), len(order))),
    )
    kept = order[first | (columns.grams[order] < cheapest)]
    return _keep(columns, np.sort(kept))
