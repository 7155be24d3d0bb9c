"""Finds the columns of a problem that an earlier plan took."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.plan.plan import UTC_SECONDS
from greenroute.solver.book.book import NO_COLUMN
from greenroute.solver.plans.chosen import spread_columns
from greenroute.solver.plans.order_moves import places
from greenroute.solver.plans.plan_problem import PlanProblem
from greenroute.solver.plans.plan_words import path_words
from greenroute.tables import positions
from greenroute.units import HOURS_PER_WEEK, MINUTES_PER_HOUR, SECONDS_PER_MINUTE

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A plan as its folder has it.

    Attributes
    ----------
    assignments
        As in a `Plan`.
    legs
        As `PlanLegs.table` writes them.
    """

    assignments: pa.Table
    legs: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What of an earlier plan is found again.

    Attributes
    ----------
    row
        Assignment of each order, -1 where it had none, (n_orders,).
    same
        Columns with the itinerary and the departure of before, bool (n_columns,).
    column
        The one of these that travels in the same boxes, else the cheapest of them;
        `NO_COLUMN` where there is none, (n_orders,).
    """

    row: Integers
    same: Flags
    column: Integers


def match_plan(problem: PlanProblem, earlier: Earlier) -> Match:
    """Return the columns that an earlier plan took, by itinerary and departure."""
    assigned = earlier.assignments
    row = positions(
        problem.orders.order_id,
        assigned["order_id"].combine_chunks().cast(pa.string()),
    )
    owner = problem.owner
    mine = np.flatnonzero(row[owner] >= 0)
    path = problem.rated.options.path[mine].astype(np.int64)
    distinct, of = np.unique(path, return_inverse=True)
    ids, _ = path_words(problem.rated.paths, distinct, problem.steps)
    here = pa.array(ids, pa.string()).take(pa.array(of.reshape(-1)))
    before = assigned["itinerary_id"].combine_chunks().take(pa.array(row[owner[mine]]))
    alike = np.asarray(pc.equal(here, before), dtype=np.bool_)
    alike &= _starts(problem)[mine] == departures(assigned)[row[owner[mine]]]
    if problem.dates is not None:
        # One itinerary that begins on one day may catch several departures.
        hours = assigned["transit_h"].to_numpy()[row[owner[mine]]]
        minutes = np.rint(hours * MINUTES_PER_HOUR).astype(np.int64)
        alike &= minutes == problem.rated.times.total[path]
    same = np.zeros(len(owner), dtype=np.bool_)
    same[mine[alike]] = True
    return Match(row=row, same=same, column=_by_boxes(problem, row, same, earlier.legs))


def departures(assigned: pa.Table) -> Integers:
    """Return when assignments depart, minutes since 1970; hours held where untimed."""
    # Parquet has no seconds: a plan that was read counts milliseconds.
    moments = assigned["departs_at"].combine_chunks().cast(UTC_SECONDS)
    seconds = moments.cast(pa.int64())
    held = np.rint(assigned["held_h"].to_numpy()).astype(np.int64)
    known = np.asarray(pc.is_valid(seconds), dtype=np.bool_)
    minutes = np.asarray(pc.fill_null(seconds, 0)) // SECONDS_PER_MINUTE
    return np.where(known, minutes, held)


def _starts(problem: PlanProblem) -> Integers:
    """Return what `departures` says of columns."""
    held = problem.rated.options.hold.astype(np.int64) * HOURS_PER_WEEK
    timed = problem.timed[problem.owner]
    return np.where(timed, problem.starts.of(np.s_[:]) + problem.monday, held)


def _by_boxes(
    problem: PlanProblem, row: Integers, same: Flags, legs: pa.Table
) -> Integers:
    """Return the columns whose legs travel in the boxes of before."""
    worth = np.where(same, problem.alone_cents, np.iinfo(np.int64).max)
    found = np.full(len(row), NO_COLUMN)
    candidates = np.flatnonzero(same)
    order = problem.owner[candidates]
    ranked = candidates[np.lexsort((worth[candidates], order))]
    place = places(problem.owner[ranked])
    names = problem.steps.rates.tariff.equipment.names
    old = _old_boxes(legs, names)
    fits = np.zeros(len(row), dtype=np.bool_)
    for turn in range(int(place.max(initial=-1)) + 1):
        tried = np.full(len(row), NO_COLUMN)
        now = ranked[place == turn]
        tried[problem.owner[now]] = now
        first = (found == NO_COLUMN) & (tried != NO_COLUMN)
        found[first] = tried[first]
        alike = np.zeros(len(row), dtype=np.bool_)
        asked = np.flatnonzero(tried != NO_COLUMN)
        alike[asked] = _same_boxes(problem, tried, row, old)
        better = alike & ~fits
        found[better] = tried[better]
        fits |= alike
    return found


def _old_boxes(legs: pa.Table, names: tuple[str, ...]) -> tuple[Integers, Integers]:
    """Return where the legs of each assignment begin, and the box of each leg or -1."""
    ids = legs["shipment_id"].combine_chunks()
    first = np.ones(len(ids), dtype=np.bool_)
    if len(ids) > 1:
        first[1:] = np.asarray(pc.not_equal(ids.slice(1), ids.slice(0, len(ids) - 1)))
    boxed = np.asarray(pc.is_valid(legs["load_id"].combine_chunks()), dtype=np.bool_)
    code = positions(
        legs["equipment"].combine_chunks().cast(pa.string()),
        pa.array(names, pa.string()),
    )
    begin = np.append(np.flatnonzero(first), len(ids)).astype(np.int64)
    return begin, np.where(boxed, code, -1)


def _same_boxes(
    problem: PlanProblem,
    columns: Integers,
    row: Integers,
    old: tuple[Integers, Integers],
) -> Flags:
    """Return which columns box their legs as their orders did, (n_tried,)."""
    begin, box = old
    chosen = spread_columns(problem, columns)
    count = np.diff(chosen.first)
    assignment = row[chosen.order]
    equal = count == np.diff(begin)[assignment]
    place = np.arange(len(chosen.of)) - chosen.first[chosen.of]
    at = begin[assignment][chosen.of] + place
    before = box[np.minimum(at, len(box) - 1)]
    wrong = np.bincount(
        chosen.of, weights=before != chosen.box, minlength=len(chosen.order)
    )
    return np.asarray(equal & (wrong == 0))
