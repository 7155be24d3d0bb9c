"""Every way through a small network, found by walking; the judge of `solver/graph.py`.

Walks over gateways with plain Python, one hub operation and one lane at a time, from the
rules in `docs/formulation.md` and the ratings alone. No graph, no dominance inside the walk:
a gateway's yard is not entered twice and a berth not passed twice, which loses nothing,
for a way that returns to a state is never better than the one that skips the loop.
"""

from collections.abc import Iterator

import numpy as np

from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.rate import rate_lanes, rate_operations, size_cargo
from greenroute.rating.read import Rates

Weight = tuple[int, int, int]
#: Where the goods are: yard (mode "" and gauge 0), aboard or arrived by a mode; and whether
#: they are at the start, on the way (exported), or at home (imported).
State = tuple[int, str, int, bool, str]
START, WAY, HOME = "start", "way", "home"


class Walker:
    """Ratings by lane and operation, looked up one at a time."""

    def __init__(self, shipment: Shipment, network: Network, rates: Rates) -> None:
        self.network = network
        self.rates = rates
        self.cargo = size_cargo(shipment, rates)
        self.lanes = rate_lanes(network.lanes, self.cargo, rates)
        self.operations: dict[tuple[Operation, str, int], Weight] = {}
        markets = network.markets
        of_market = dict(
            zip(
                markets.iso2.to_pylist(),
                markets.customs_territory.to_pylist(),
                strict=True,
            )
        )
        self.territory = [
            of_market.get(network.gateways.iso2[g], network.gateways.iso2[g])
            for g in range(len(network.gateways))
        ]
        self.leaving: dict[int, list[int]] = {}
        for row in range(len(network.lanes)):
            if self.lanes.allowed[row]:
                self.leaving.setdefault(int(network.lanes.origin[row]), []).append(row)

    def operation(self, operation: Operation, mode: str, place: int) -> Weight:
        """Return cents, minutes and grams of an operation."""
        key = operation, mode, place
        if key not in self.operations:
            rating = rate_operations(
                np.array([OPERATIONS.index(operation)], np.int8),
                np.array([MODES.index(Mode(mode))], np.int8),
                np.array([place], np.int32),
                self.network.gateways,
                self.cargo,
                self.rates,
            )
            self.operations[key] = (
                round(float(rating.cost_usd[0]) * 100),
                round(float(rating.duration_h[0]) * 60),
                round(float(rating.wtw_kg[0]) * 1000),
            )
        return self.operations[key]

    def run(self, row: int) -> Weight:
        """Return cents, minutes with waiting, and grams of a lane."""
        return (
            round(float(self.lanes.cost_usd[row]) * 100),
            round(float(self.lanes.transit_h[row]) * 60)
            + round(float(self.lanes.wait_h[row]) * 60),
            round(float(self.lanes.wtw_kg[row]) * 1000),
        )

    def moves(
        self, state: State, ends: tuple[int, int]
    ) -> Iterator[tuple[State, Weight]]:
        """Yield what can happen next."""
        place, mode, gauge, arrived, stage = state
        lanes = self.network.lanes
        handled = lanes.handled_as()
        if not mode:
            berths = {
                (str(MODES[handled[row]]), int(lanes.gauge_mm[row]))
                for row in self.leaving.get(place, ())
            }
            for by, width in sorted(berths):
                yield (
                    (place, by, width, False, stage),
                    self.operation(Operation.LOAD, by, place),
                )
        elif arrived:
            yield from self._handle(state)
        else:
            for row in self.leaving.get(place, ()):
                if str(MODES[handled[row]]) != mode or lanes.gauge_mm[row] != gauge:
                    continue
                there = int(lanes.destination[row])
                for after_stage, customs in self._customs(
                    mode, (place, there), ends, stage=stage
                ):
                    after = there, mode, gauge, True, after_stage
                    yield after, _plus(self.run(row), customs)

    def _handle(self, state: State) -> Iterator[tuple[State, Weight]]:
        """Yield what can happen to goods that have arrived."""
        place, mode, gauge, _, stage = state
        lanes = self.network.lanes
        handled = lanes.handled_as()
        unload = self.operation(Operation.UNLOAD, mode, place)
        yield (place, "", 0, False, stage), unload
        if mode == Mode.ROAD:
            return
        widths = {
            int(lanes.gauge_mm[row])
            for row in self.leaving.get(place, ())
            if str(MODES[handled[row]]) == mode
        }
        for width in sorted(widths):
            kind = Operation.TRANSHIP
            if width != gauge:
                if not width or not gauge:
                    continue
                kind = Operation.CHANGE_OF_GAUGE
            after = place, mode, width, False, stage
            yield after, self.operation(kind, mode, place)

    def _customs(
        self, mode: str, run: tuple[int, int], ends: tuple[int, int], *, stage: str
    ) -> Iterator[tuple[str, Weight]]:
        """Yield where the goods then are, and what customs take."""
        here, beyond = (self.territory[place] for place in run)
        if here == beyond:
            yield stage, (0, 0, 0)
            return
        if stage == HOME:
            return  # imported goods stay
        weight = (0, 0, 0)
        if stage == START:
            weight = self.operation(Operation.CUSTOMS_EXPORT, mode, run[0])
        yield WAY, weight
        if beyond == self.territory[ends[1]]:
            clearance = self.operation(Operation.CUSTOMS_IMPORT, mode, run[1])
            yield HOME, _plus(weight, clearance)


def walk_all(shipment: Shipment, network: Network, rates: Rates) -> list[Weight]:
    """Return the non-dominated (cents, minutes, grams) of every way, sorted.

    The shipment's places must be nodes of the network.
    """
    walker = Walker(shipment, network, rates)
    start = network.find_place(shipment.origin).node
    end = network.find_place(shipment.destination).node
    domestic = walker.territory[start] == walker.territory[end]
    done = {START, HOME} if domestic else {HOME}
    found: set[Weight] = set()

    def go(state: State, weight: Weight, seen: frozenset[State]) -> None:
        if state[:4] == (end, "", 0, False) and state[4] in done:
            found.add(weight)
            return
        for after, more in walker.moves(state, (start, end)):
            if after not in seen:
                go(after, _plus(weight, more), seen | {after})

    first: State = (start, "", 0, False, START)
    go(first, (0, 0, 0), frozenset({first}))
    return sorted(
        w
        for w in found
        if not any(
            o != w and all(a <= b for a, b in zip(o, w, strict=True)) for o in found
        )
    )


def _plus(a: Weight, b: Weight) -> Weight:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]
