"""Every way through a small network with dates, found by walking; see `walk.py`.

Goods wait for *any* departure that they can still reach, not only for the first: which one
is best is for the comparison to tell.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import greenroute as gr
from greenroute.network.lane import MODES
from greenroute.rating.operation import Operation
from oracle import non_dominated
from walk import HOME, START, State, Walker, Weight

#: Departures of a lane: cut-off, departure and arrival in minutes after goods are ready.
Dates = dict[int, list[tuple[int, int, int]]]
Step = tuple[State, Weight]


class DatedWalker(Walker):
    """Ratings by lane and operation, and departures by lane."""

    def __init__(
        self,
        shipment: gr.Shipment,
        network: gr.Network,
        rates: gr.Rates,
        *,
        dates: Dates,
    ) -> None:
        super().__init__(shipment, network, rates)
        self.dates = dates

    def steps(
        self, state: State, weight: Weight, ends: tuple[int, int]
    ) -> Iterator[Step]:
        """Yield what can happen next to goods that are here at this time."""
        place, mode, gauge, arrived, stage = state
        if not mode or arrived:
            for after, more in self.moves(state, ends):
                yield after, _sum(weight, more)
            return
        lanes = self.network.lanes
        for row in self.leaving.get(place, ()):
            by = str(MODES[lanes.handled_as()[row]])
            if by != mode or lanes.gauge_mm[row] != gauge:
                continue
            there = int(lanes.destination[row])
            for stage_after, _ in self._customs(
                mode, (place, there), ends, stage=stage
            ):
                after = there, mode, gauge, True, stage_after
                exported = weight
                crosses = self.territory[place] != self.territory[there]
                if crosses and stage == START:
                    export = self.operation(Operation.CUSTOMS_EXPORT, mode, place)
                    exported = _sum(weight, export)
                for run in self.runs(row, exported):
                    cleared = run
                    if crosses and stage_after == HOME:
                        clear = self.operation(Operation.CUSTOMS_IMPORT, mode, there)
                        cleared = _sum(run, clear)
                    yield after, cleared

    def runs(self, row: int, weight: Weight) -> Iterator[Weight]:
        """Yield the goods after a run, one for each departure that they reach."""
        cents, minutes, grams = self.run(row)
        if row not in self.dates:
            yield _sum(weight, (cents, minutes, grams))
            return
        for cut_off, _, arrives in self.dates[row]:
            if weight[1] <= cut_off:
                yield weight[0] + cents, arrives, weight[2] + grams


def walk_dated(
    shipment: gr.Shipment, network: gr.Network, rates: gr.Rates, dates: Dates
) -> list[Weight]:
    """Return the non-dominated (cents, minutes, grams) of every way and departure."""
    walker = DatedWalker(shipment, network, rates, dates=dates)
    start = network.find_place(shipment.origin).node
    end = network.find_place(shipment.destination).node
    domestic = walker.territory[start] == walker.territory[end]
    done = {START, HOME} if domestic else {HOME}
    found: set[tuple[int, ...]] = set()

    def go(state: State, weight: Weight, seen: frozenset[State]) -> None:
        if state[:4] == (end, "", 0, False) and state[4] in done:
            found.add(weight)
            return
        for after, later in walker.steps(state, weight, (start, end)):
            if after not in seen:
                go(after, later, seen | {after})

    first: State = (start, "", 0, False, START)
    go(first, (0, 0, 0), frozenset({first}))
    return [(a, b, c) for a, b, c in non_dominated(found)]


def minute(moment: datetime) -> int:
    """Return the minute of a moment since 1970."""
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 60)


def _sum(a: Weight, b: Weight) -> Weight:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]
