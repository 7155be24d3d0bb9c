"""Groups and capacity rows of dated columns: boxes of departures, and departures."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.network.departure import starts
from greenroute.orders.order_book import CARGOES
from greenroute.solver.book.book import Lists
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.dated_columns import DatedColumns
from greenroute.solver.dated_plans.dated_lanes import LOOSE, DatedLanes
from greenroute.solver.dated_plans.dated_paths import NO_DEPARTURE, Itineraries
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES

#: A group of a departure that goods use, in whatever box.
NO_BOX = -1


class Uses(NamedTuple):
    """Groups of columns, as in a `DatedBook`; `pays`: whether one pays the departure."""

    lists: Lists
    box: NDArray[np.int64]
    departure: NDArray[np.int64]
    pays: NDArray[np.bool_]


def runs_by_date(
    found: Itineraries, itinerary: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return for each run by date of these itineraries: which one, its place, its step."""
    runs = np.flatnonzero(found.departure != NO_DEPARTURE)
    first = np.searchsorted(runs, found.first)
    count = np.diff(first)[itinerary]
    of = np.repeat(np.arange(len(itinerary)), count)
    place = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    return of, place, runs[first[itinerary][of] + place]


def groups_of(
    found: Itineraries,
    columns: DatedColumns,
    cargo: NDArray[np.int64],
    dated: DatedLanes,
) -> Uses:
    """Return the groups: boxes of a departure by cargo, and departures with a price.

    Where a lane has one kind of box and the book one cargo, the boxes pay the departure.
    """
    of, place, run = runs_by_date(found, columns.itinerary)
    departure, lane = found.departure[run], found.step[run]
    box, n_boxes = columns.box[of, place], len(dated.boxes.cents)
    one = dated.boxes.only & (np.diff(dated.boxes.start) == 1)
    one &= len(np.unique(cargo)) <= 1
    by_box = box != LOOSE
    alone = (dated.fixed_cents[lane] > 0) & ~(one[lane] & by_box)
    kind = np.concatenate([box[by_box] + 1, np.zeros(int(alone.sum()), np.int64)])
    which = np.concatenate([cargo[of[by_box]], np.zeros(int(alone.sum()), np.int64)])
    used = np.concatenate([departure[by_box], departure[alone]])
    key = (used * (n_boxes + 1) + kind) * len(CARGOES) + which
    distinct, group = np.unique(key, return_inverse=True)
    rest = distinct // len(CARGOES)
    group_box, group_departure = rest % (n_boxes + 1) - 1, rest // (n_boxes + 1)
    lists = _lists(
        np.concatenate([of[by_box], of[alone]]), group.reshape(-1), len(columns.cents)
    )
    return Uses(
        lists=lists,
        box=group_box,
        departure=group_departure,
        pays=(group_box == NO_BOX) | one[dated.departures.lane[group_departure]],
    )


def _lists(of: NDArray[np.int64], items: NDArray[np.int64], n: int) -> Lists:
    order = np.argsort(of, kind="stable")
    return Lists(
        start=starts(np.bincount(of, minlength=n)).astype(np.int32),
        items=items[order].astype(np.int32),
    )


def rows_of(
    found: Itineraries,
    columns: DatedColumns,
    steps: StepTable,
    dated: DatedLanes,
    monday: int,
) -> tuple[tuple[NDArray[np.int64], ...], Lists]:
    """Return lane, week and departure of the capacity rows, and which columns use them."""
    runs = found.step < steps.n_lanes
    by_date = found.departure != NO_DEPARTURE
    limited = np.where(
        by_date,
        np.isfinite(np.append(dated.capacity_kg, np.inf)[found.departure]),
        runs & np.isfinite(steps.week_kg[found.step]),
    )
    at = np.flatnonzero(limited)
    week = (found.begins[at] - monday) // WEEK_MINUTES
    # All goods of a departure share its room; else all that leave in a week.
    key = np.column_stack(
        [found.departure[at], np.where(by_date[at], 0, week), found.step[at]]
    )
    distinct, row = np.unique(key.reshape(-1, 3), axis=0, return_inverse=True)
    first = np.searchsorted(at, found.first)
    count = np.diff(first)[columns.itinerary]
    of = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    items = row.reshape(-1)[first[columns.itinerary][of] + nth]
    departure, lane = distinct[:, 0], distinct[:, 2]
    leaves = np.append(dated.departures.departs, 0)[departure]
    by_week = departure == NO_DEPARTURE
    weeks = np.where(by_week, distinct[:, 1], (leaves - monday) // WEEK_MINUTES)
    return (lane, weeks, departure), _lists(of, items, len(count))
