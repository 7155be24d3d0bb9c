"""Itineraries and columns of the orders of a book on a network with dates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.order_book import (
    CARGOES,
    NO_TIME,
    ErrorCode,
    OrderBook,
    Rejection,
)
from greenroute.orders.shipment import SET_SEPARATOR, Shipment
from greenroute.rating.read import Rates
from greenroute.solver.columns.column import goods_at
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.columns.search_key import Places
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.again import Again, wait_since
from greenroute.solver.dated_plans.dated_columns import (
    DatedColumns,
    Pay,
    rate_itineraries,
)
from greenroute.solver.dated_plans.dated_lanes import DatedLanes
from greenroute.solver.dated_plans.dated_paths import Ground, Itineraries
from greenroute.solver.graph import NONE, RUN
from greenroute.solver.problem import Problem, state_problem
from greenroute.solver.route import _search as search_front
from greenroute.solver.route import _why_not as why_not

#: Departures of a lane, next first, that are tried in turn when there are too many ways.
FEWER_DEPARTURES = (8, 4, 2, 1)


def lacking(
    orders: OrderBook, network: Network, ready: NDArray[np.int64]
) -> list[Rejection]:
    """Return the orders that do not say what a plan by dates needs."""
    duty = bool((network.lanes.duty_rate > 0).any())
    found = []
    for hit, field, expected in (
        (ready == NO_TIME, "ready_at", "a time: lanes leave at their departures"),
        (
            np.isnan(orders.value_usd) & duty,
            "value_usd",
            "a value: lanes charge duties on it",
        ),
    ):
        for row in np.flatnonzero(hit).tolist():
            text = (
                f"order {orders.order_id[row].as_py()!r}: {field} is empty, expected "
                f"{expected}"
            )
            found.append(
                Rejection(row=row, code=ErrorCode.MISSING, field=field, text=text)
            )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the columns of orders rest on.

    Attributes
    ----------
    plain
        Network without what goods share; `places` has the whole one.
    pay
        Value [USD], import tax [cents] and due date [minutes since 1970] of each order,
        (n_orders,) each.
    late_cents
        What a minute after the due date costs.
    most
        Most itineraries of an order.
    periods
        From when and until when each order may travel, minutes since 1970, (n_orders,)
        each.
    again
        How things stand, if this plan follows another one.
    rejections
        Orders that got no column.
    """

    orders: OrderBook
    places: Places
    plain: Network
    rates: Rates
    steps: StepTable
    dated: DatedLanes
    goods: Goods
    pay: tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]
    late_cents: float
    most: int
    periods: tuple[NDArray[np.int64], NDArray[np.int64]]
    rejections: list[Rejection]
    again: Again | None = None

    def columns(
        self, planned: NDArray[np.int64]
    ) -> tuple[list[tuple[int, Itineraries, DatedColumns]], bool]:
        """Return itineraries and columns of each order, and whether they are all."""
        listed: dict[tuple[object, ...], tuple[Itineraries, bool, bool]] = {}
        parts, complete = [], True
        for row in planned.tolist():
            alike = self._alike(row)
            if alike not in listed:
                listed[alike] = self._list(row)
            found, whole, reachable = listed[alike]
            complete &= whole
            columns = rate_itineraries(self._pay(row), found, self.steps, self.dated)
            if len(columns.cents):
                parts.append((row, found, columns))
            else:
                self.rejections.append(
                    self._no_column(row, len(found), reachable=reachable)
                )
        return parts, complete

    def _alike(self, row: int) -> tuple[object, ...]:
        orders, (ready, due) = self.orders, self.periods
        return (
            int(orders.origin.codes[row]),
            int(orders.destination.codes[row]),
            int(orders.cargo[row]),
            int(orders.un_number.codes[row]),
            int(ready[row]),
            int(due[row]),
            None if self.again is None else self.again.alike(row),
        )

    def _pay(self, row: int) -> Pay:
        value, tax, due = self.pay
        return Pay(
            goods=goods_at(self.goods, np.array([row])),
            value_usd=float(value[row]),
            tax_cents=int(tax[row]),
            due=int(due[row]),
            late_cents=self.late_cents,
        )

    def _list(self, row: int) -> tuple[Itineraries, bool, bool]:
        """Return itineraries of an order, whether they are all, and if there is a way."""
        ready, due = (int(minutes[row]) for minutes in self.periods)
        problem = self._problem(row, self.plain, mass_kg=1.0)
        usable = None if self.again is None else self.again.usable(row)
        if self.again is not None:
            ready = max(ready, self.again.leaves(row))
        ground = Ground(problem, self.steps, self.dated, usable)
        found = ground.list_itineraries(ready, due, most=self.most)
        if found is not None:
            return self._since(row, found), True, ground.reachable
        candidates = self._candidate_lanes(row)
        usable = candidates if usable is None else candidates & usable
        ground = Ground(problem, self.steps, self.dated, usable)
        for most in FEWER_DEPARTURES:
            found = ground.list_itineraries(
                ready, due, most=self.most, next_departures=most
            )
            if found is not None and len(found):
                return self._since(row, found), False, True
        return _none(), False, ground.reachable

    def _since(self, row: int, found: Itineraries) -> Itineraries:
        """Return the itineraries of goods that have waited since they were ready."""
        ready = int(self.periods[0][row])
        if self.again is None or not len(found) or found.begins[0] <= ready:
            return found
        return wait_since(found, ready, self.steps, self.dated)

    def _candidate_lanes(self, row: int) -> NDArray[np.bool_]:
        """Return the lanes of the frontier of an order without dates."""
        problem = self._whole_problem(row)
        front = search_front(problem, problem.max_weights)
        usable = np.zeros(self.steps.n_lanes, np.bool_)
        for path in range(len(front.costs)):
            arcs = front.path(path)
            run = problem.graph.steps[arcs[arcs < len(problem.graph.tail)], RUN]
            usable[run[run != NONE]] = True
        return usable

    def _whole_problem(self, row: int) -> Problem:
        mass = float(self.goods.mass_kg[row])
        return self._problem(row, self.places.network, mass_kg=mass)

    def _problem(self, row: int, network: Network, *, mass_kg: float) -> Problem:
        """Return the search of an order without dates, its ends by their nodes."""
        orders, places = self.orders, self.places
        ids, code = network.gateways.id, int(orders.destination.codes[row])
        ends = (ids[node].as_py() for node in places.destinations[code])
        volume = float(self.goods.volume_m3[row])
        shipment = Shipment(
            origin=ids[int(places.origin[orders.origin.codes[row]])].as_py(),
            destination=SET_SEPARATOR.join(ends),
            mass_kg=mass_kg,
            volume_m3=volume * mass_kg / float(self.goods.mass_kg[row]),
            cargo=CARGOES[int(orders.cargo[row])],
            un_number=orders.un_number[row] or None,
            value_usd=float(self.pay[0][row]),
        )
        charges = self.steps.charges
        return state_problem(shipment, network, self.rates, charges=charges)

    def _no_column(self, row: int, n_ways: int, *, reachable: bool) -> Rejection:
        orders = self.orders
        name = f"order {orders.order_id[row].as_py()!r}"
        if not reachable:
            return Rejection(
                row=row,
                code=ErrorCode.NO_WAY,
                field="destination",
                text=f"{name}: {why_not(self._whole_problem(row))}",
            )
        what = (
            f"none of {n_ways:,} itineraries keeps its limits of cost and CO2e, or takes "
            "its mass"
            if n_ways
            else "no departures were found that bring it there by due_at"
        )
        return Rejection(
            row=row,
            code=ErrorCode.NOT_WITHIN_LIMITS,
            field="due_at",
            text=f"{name}: {what}",
        )


def _none() -> Itineraries:
    none = np.empty(0, np.int64)
    return Itineraries(
        first=np.zeros(1, np.int64),
        step=none,
        begins=none,
        ends=none,
        waits=none,
        departure=none,
    )
