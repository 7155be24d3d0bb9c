"""Solver words → freight words: paths through the graph as itineraries."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from greenroute.network.lane import MODES
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.rating.factors import NO_FACTOR
from greenroute.rating.interval import distance_variance, interval_kg
from greenroute.rating.rate import OPERATIONS
from greenroute.solver.path_steps import Spent, Steps, gather, lateness, steps_of, walk
from greenroute.solver.problem import CENTS, GRAMS, Problem, grams
from greenroute.units import CENTS_PER_USD, G_PER_KG, MINUTES_PER_HOUR

_ID_LENGTH = 10


def write_itineraries(
    problem: Problem, paths: Sequence[NDArray[np.int64]]
) -> tuple[Itinerary, ...]:
    """Return one itinerary per path, in order.

    Parameters
    ----------
    problem
        What was solved.
    paths
        Arcs of each path.
    """
    steps = steps_of(problem, paths)
    spent = walk(problem, steps)
    numbers = _numbers(problem, steps, spent)
    legs = _legs(problem, steps, numbers)
    late = lateness(problem, steps, spent, len(paths))
    low, high = (kg.tolist() for kg in _interval(problem, steps, numbers, len(paths)))
    ends = np.flatnonzero(np.diff(steps.path, append=len(paths))) + 1
    starts = np.concatenate([[0], ends[:-1]])
    return tuple(
        Itinerary(
            id=_id(legs[first:last]),
            legs=tuple(legs[first:last]),
            transit_p50_h=late[i].p50_h,
            transit_p95_h=late[i].p95_h,
            on_time_probability=late[i].on_time,
            wtw_low_kg_co2e=low[i],
            wtw_high_kg_co2e=high[i],
        )
        for i, (first, last) in enumerate(zip(starts, ends, strict=True))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers:
    """What each step takes, (n_steps,) each: cents, minutes, grams.

    `cents` has carbon and holding in it; `begin` is when the step begins.
    """

    cents: NDArray[np.int64]
    carbon: NDArray[np.int64]
    holding: NDArray[np.int64]
    begin: NDArray[np.int64]
    minutes: NDArray[np.int64]
    wait: NDArray[np.int64]
    grams: NDArray[np.int64]
    ttw_grams: NDArray[np.int64]


def _numbers(problem: Problem, steps: Steps, spent: Spent) -> _Numbers:
    """Return the rounded numbers; a wait is spent in the hub step before the run."""
    weights = gather(steps, problem.lane_weights, problem.operation_weights)
    waiting = np.where(steps.is_run, 0, spent.wait)
    waiting[:-1] += np.where(steps.is_run, spent.wait, 0)[1:]
    ttw = gather(
        steps,
        grams(np.where(problem.lane_rating.allowed, problem.lane_rating.ttw_kg, 0.0)),
        grams(problem.operation_rating.ttw_kg),
    )
    taken = spent.taken + waiting
    begin = _begin(steps, taken)
    carbon = holding = np.zeros(len(taken), dtype=np.int64)
    if problem.lane_carbon is not None and problem.operation_carbon is not None:
        carbon = gather(steps, problem.lane_carbon, problem.operation_carbon)
    if problem.charges is not None:
        until = problem.charges.holding_cents
        holding = until(begin + taken) - until(begin)
    return _Numbers(
        cents=weights[:, CENTS] + holding,
        carbon=carbon,
        holding=holding,
        begin=begin,
        minutes=taken,
        wait=waiting,
        grams=weights[:, GRAMS],
        ttw_grams=ttw,
    )


def _begin(steps: Steps, taken: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return when each step begins, in minutes after the goods are ready."""
    starts = np.concatenate([[True], np.diff(steps.path) > 0])
    begin = np.cumsum(taken) - taken
    return np.asarray(begin - begin[np.flatnonzero(starts)][np.cumsum(starts) - 1])


def _legs(problem: Problem, steps: Steps, numbers: _Numbers) -> list[Leg]:
    words = _Words(problem)
    columns = zip(
        steps.is_run.tolist(),
        steps.row.tolist(),
        numbers.cents.tolist(),
        numbers.minutes.tolist(),
        numbers.wait.tolist(),
        numbers.grams.tolist(),
        numbers.ttw_grams.tolist(),
        numbers.begin.tolist(),
        numbers.carbon.tolist(),
        numbers.holding.tolist(),
        strict=True,
    )
    legs = []
    for is_run, row, cents, taken, wait, wtw, ttw, start, carbon, held in columns:
        fixed = words.run(row) if is_run else words.operation(row)
        legs.append(
            Leg(
                **fixed,
                departs_at=_moment(problem.ready_at, start),
                arrives_at=_moment(problem.ready_at, start + taken),
                duration_h=taken / MINUTES_PER_HOUR,
                wait_h=wait / MINUTES_PER_HOUR,
                cost_usd=cents / CENTS_PER_USD,
                wtw_kg_co2e=wtw / G_PER_KG,
                ttw_kg_co2e=ttw / G_PER_KG,
                carbon_usd=carbon / CENTS_PER_USD,
                holding_usd=held / CENTS_PER_USD,
            )
        )
    return legs


class _Words:
    """Names of lanes and operations; each is written once, however often it is used."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._runs: dict[int, dict[str, Any]] = {}
        self._operations: dict[int, dict[str, Any]] = {}

    def run(self, row: int) -> dict[str, Any]:
        """Return the fields of a leg that a lane gives it."""
        if row not in self._runs:
            self._runs[row] = self._run(row)
        return self._runs[row]

    def operation(self, row: int) -> dict[str, Any]:
        """Return the fields of a leg that a hub operation gives it."""
        if row not in self._operations:
            self._operations[row] = self._operation(row)
        return self._operations[row]

    def _ends(self, origin: int, destination: int) -> dict[str, str]:
        gateways = self._problem.network.gateways
        return {
            "origin": gateways.id[origin].as_py(),
            "destination": gateways.id[destination].as_py(),
            "origin_name": gateways.name[origin].as_py(),
            "destination_name": gateways.name[destination].as_py(),
        }

    def _run(self, row: int) -> dict[str, Any]:
        lanes, rating = self._problem.network.lanes, self._problem.lane_rating
        return {
            **self._ends(int(lanes.origin[row]), int(lanes.destination[row])),
            "kind": LegKind.TRANSPORT,
            "operation": "carry",
            "mode": str(MODES[lanes.mode[row]]),
            "category": lanes.toc[row],
            "service": lanes.service[row],
            "lane": lanes.id[row].as_py(),
            "equipment": rating.equipment_of(row),
            "distance_km": float(rating.activity_km[row]),
            "distance_basis": rating.activity_basis_of(row),
            "emissions_included": True,
            "factor_id": rating.factor_of(row),
            "data_type": rating.data_type_of(row),
            "card": rating.card_of(row),
            "option": self._problem.option_of_toc.get(lanes.toc[row], ""),
        }

    def _operation(self, row: int) -> dict[str, Any]:
        operations = self._problem.graph.operations
        rating = self._problem.operation_rating
        place = int(operations.gateway[row])
        return {
            **self._ends(place, place),
            "kind": LegKind.HUB,
            "operation": str(OPERATIONS[operations.operation[row]]),
            "mode": str(MODES[operations.mode[row]]),
            "category": rating.category_of(row),
            "service": "",
            "lane": "",
            "equipment": "",
            "distance_km": 0.0,
            "distance_basis": "",
            "emissions_included": bool(rating.included[row]),
            "factor_id": rating.factor_of(row),
            "data_type": rating.data_type_of(row),
        }


def _moment(ready_at: datetime | None, after: int) -> datetime | None:
    return None if ready_at is None else ready_at + timedelta(minutes=after)


def _id(legs: Sequence[Leg]) -> str:
    """Return a name that depends only on what is done where, in which order."""
    what = "\n".join(f"{leg.operation} {leg.origin} {leg.lane}" for leg in legs)
    return hashlib.sha256(what.encode()).hexdigest()[:_ID_LENGTH]


def _interval(
    problem: Problem, steps: Steps, numbers: _Numbers, n_paths: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what holds the emissions of each path with 90 % [kg CO2e], (n_paths,)."""
    lanes, rating = problem.network.lanes, problem.lane_rating
    factor = gather(steps, rating.factor, problem.operation_rating.factor)
    known = factor != NO_FACTOR
    place = steps.path[known], factor[known]
    step_kg = numbers.grams[known] / G_PER_KG
    run = steps.row[known & steps.is_run]
    variance = np.zeros(len(step_kg))
    variance[steps.is_run[known]] = distance_variance(lanes.toc.take(run))
    kg = np.zeros((n_paths, len(rating.factors.ids)))
    np.add.at(kg, place, step_kg)
    squares = np.zeros_like(kg)
    np.add.at(squares, place, step_kg**2 * variance)
    distance = np.divide(squares, kg**2, out=squares, where=kg > 0)
    return interval_kg(kg, rating.factors, distance=distance)
