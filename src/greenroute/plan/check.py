"""Proves an itinerary from the tables, without graph or search.

Nothing here is shared with the solver: the legs are followed one by one, as a person with
the tables at hand would.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.network.calendar import OpeningHours
from greenroute.network.door import join_door
from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.plan.check_dates import TrueHours, check_dates, leaves_by_date
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.plan.moment import utc_at, whole_minute
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.charges import Charges, DayCharges, charges_of_day
from greenroute.rating.holding import holding_lines
from greenroute.rating.money import to_usd
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.rate import rate_lanes, rate_operations, size_cargo
from greenroute.rating.read import Rates
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    MINUTES_PER_HOUR,
    SECONDS_PER_HOUR,
)

#: Half of the last digit that the solver counts in: cent, gram, minute.
HALF_CENT_USD = 0.5 / CENTS_PER_USD
HALF_GRAM_KG = 0.5 / G_PER_KG
HALF_MINUTE_H = 0.5 / MINUTES_PER_HOUR
_ROUNDING = 1e-6


@dataclass(slots=True)
class _State:
    """Where the goods are while the legs are followed."""

    place: str
    vehicle: str = ""
    arrived: bool = False
    gauge_mm: int = 0
    complaints: list[str] = field(default_factory=list)


def check_itinerary(
    itinerary: Itinerary,
    shipment: Shipment,
    network: Network,
    rates: Rates,
    *,
    opening_hours: OpeningHours | None = None,
    charges: Charges | None = None,
) -> tuple[str, ...]:
    """Return what is wrong with an itinerary; nothing means that it holds.

    Parameters
    ----------
    itinerary
        What to prove.
    shipment
        What it is for; its limits are checked.
    network
        Network it runs on, with the passages closed that were avoided.
    rates
        Tariff and factors by which legs are priced again.
    opening_hours
        Hours that gateways and customs keep; None if they were left out.
    charges
        Rate cards, carbon costs and holding costs that count; None for none.

    Returns
    -------
    tuple of str
        One line per complaint.
    """
    origin = network.find_place(shipment.origin)
    network, origin = join_door(network, origin)
    ready_at = whole_minute(utc_at(shipment.ready_at, origin))
    ends = []
    for text in shipment.destination.split(";"):
        network, place = join_door(network, network.find_place(text))
        ends.append(place.node)
    of_day = None
    if charges is not None:
        of_day = charges_of_day(charges, shipment, network, rates)
    ids = network.gateways.id
    state = _State(place=ids[origin.node].as_py())
    for number, leg in enumerate(itinerary.legs, start=1):
        before = len(state.complaints)
        _follow(leg, state, network)
        state.complaints[before:] = [
            f"leg {number} ({leg.operation} {leg.origin}): {text}"
            for text in state.complaints[before:]
        ]
    if state.place not in [ids[node].as_py() for node in ends]:
        state.complaints.append(f"ends at {state.place}, not at the destination")
    if state.vehicle:
        state.complaints.append(f"ends aboard by {state.vehicle}")
    return (
        *state.complaints,
        *_times(itinerary.legs),
        *_customs(itinerary.legs, network),
        *_Tables(
            itinerary.legs,
            network,
            rates,
            cargo=size_cargo(shipment, rates),
            charges=of_day,
        ).complain(ready_at, opening_hours),
        *_holding(itinerary.legs, of_day),
        *_limits(itinerary, shipment),
    )


def _follow(leg: Leg, state: _State, network: Network) -> None:
    if leg.origin != state.place:
        state.complaints.append(
            f"starts at {leg.origin}, the goods are at {state.place}"
        )
    if leg.kind is LegKind.TRANSPORT:
        _run(leg, state, network)
    else:
        _operate(leg, state)
    state.place = leg.destination


def _run(leg: Leg, state: _State, network: Network) -> None:
    row = pc.index(network.lanes.id, leg.lane).as_py()
    if row < 0:
        state.complaints.append(f"there is no lane {leg.lane!r}")
        return
    lanes, ids = network.lanes, network.gateways.id
    ends = ids[int(lanes.origin[row])].as_py(), ids[int(lanes.destination[row])].as_py()
    if ends != (leg.origin, leg.destination):
        state.complaints.append(f"lane {leg.lane!r} runs {ends[0]} to {ends[1]}")
    if str(MODES[lanes.mode[row]]) != leg.mode or lanes.toc[row] != leg.category:
        state.complaints.append(f"lane {leg.lane!r} is of another mode or TOC")
    vehicle = str(MODES[lanes.handled_as()[row]])
    if state.vehicle != vehicle or state.arrived:
        state.complaints.append(f"the goods were not loaded for {leg.mode}")
    if state.gauge_mm not in (0, int(lanes.gauge_mm[row])):
        state.complaints.append(f"the wagon is on {state.gauge_mm} mm")
    state.arrived = True
    state.gauge_mm = int(lanes.gauge_mm[row])


def _operate(leg: Leg, state: _State) -> None:
    if leg.origin != leg.destination:
        state.complaints.append("a hub operation moves the goods")
    aboard = state.vehicle != ""
    match Operation(leg.operation):
        case Operation.LOAD:
            possible = not aboard
            state.vehicle, state.arrived, state.gauge_mm = leg.mode, False, 0
        case Operation.UNLOAD:
            possible = aboard and state.arrived and state.vehicle == leg.mode
            state.vehicle, state.arrived, state.gauge_mm = "", False, 0
        case Operation.TRANSHIP:
            possible = aboard and state.arrived and state.vehicle == leg.mode
            state.arrived = False
        case Operation.CHANGE_OF_GAUGE:
            possible = aboard and state.arrived and state.gauge_mm > 0
            state.arrived, state.gauge_mm = False, 0
        case Operation.CUSTOMS_EXPORT:
            possible = aboard and not state.arrived
        case Operation.CUSTOMS_IMPORT:
            possible = aboard and state.arrived
    if not possible:
        state.complaints.append(f"{leg.operation} is not possible here")


def _times(legs: Sequence[Leg]) -> list[str]:
    complaints = []
    for number, leg in enumerate(legs, start=1):
        if leg.duration_h < leg.wait_h or leg.wait_h < 0:
            complaints.append(f"leg {number}: lasts {leg.duration_h:g} h")
        if leg.departs_at is None or leg.arrives_at is None:
            continue
        lasted = (leg.arrives_at - leg.departs_at).total_seconds()
        if not math.isclose(lasted, leg.duration_h * SECONDS_PER_HOUR, abs_tol=1):
            complaints.append(f"leg {number}: the dates do not fit its duration")
    for number, (leg, after) in enumerate(pairwise(legs), start=1):
        if leg.arrives_at != after.departs_at:
            complaints.append(f"leg {number}: the next one does not start at its end")
    return complaints


def _customs(legs: Sequence[Leg], network: Network) -> list[str]:
    """Return where the first run out of a territory or the last into one is not cleared."""
    territory: dict[str, str] = dict(
        zip(
            network.markets.iso2.to_pylist(),
            network.markets.customs_territory.to_pylist(),
            strict=True,
        )
    )

    def of(place: str) -> str:
        iso2 = network.gateways.iso2[network.place_index.row_of[place]]
        return territory.get(iso2, iso2)

    done = [leg.operation for leg in legs]
    crossing = [
        i for i, leg in enumerate(legs) if of(leg.origin) != of(leg.destination)
    ]
    wanted = {}
    if crossing:
        wanted[crossing[0] - 1] = Operation.CUSTOMS_EXPORT
        wanted[crossing[-1] + 1] = Operation.CUSTOMS_IMPORT
    found = {
        i: Operation(name)
        for i, name in enumerate(done)
        if name in (Operation.CUSTOMS_EXPORT, Operation.CUSTOMS_IMPORT)
    }
    return [
        f"leg {i + 1}: {found.get(i, 'no customs')} instead of {wanted.get(i, 'none')}"
        for i in sorted(wanted.keys() | found.keys())
        if wanted.get(i) != found.get(i)
    ]


class _Tables:
    """Price, time and emissions of every leg, from the tables again."""

    def __init__(
        self,
        legs: Sequence[Leg],
        network: Network,
        rates: Rates,
        *,
        cargo: CargoUnit,
        charges: DayCharges | None,
    ) -> None:
        self._legs, self._network = legs, network
        self._runs = [i for i, leg in enumerate(legs) if leg.kind is LegKind.TRANSPORT]
        self._hubs = [i for i, leg in enumerate(legs) if leg.kind is LegKind.HUB]
        self._rows = np.array(
            [pc.index(network.lanes.id, legs[i].lane).as_py() for i in self._runs],
            dtype=np.int64,
        )
        hubs = [legs[i] for i in self._hubs]
        # A lane that there is not is complained of where its leg is followed.
        self._all_known = bool((self._rows >= 0).all())
        rows = np.maximum(self._rows, 0)
        cards = None
        if charges is not None and charges.cards is not None:
            cards = charges.cards.take(rows)
        self._lane = rate_lanes(network.lanes.take(rows), cargo, rates, cards=cards)
        self._carbon_usd = np.zeros(len(rows))
        if charges is not None:
            carbon = charges.carbon_prices(network, rows, self._lane)
            if carbon is not None:
                self._carbon_usd = carbon.total_usd(len(rows))
        self._hub = rate_operations(
            np.array([OPERATIONS.index(Operation(h.operation)) for h in hubs], np.int8),
            np.array([MODES.index(Mode(h.mode)) for h in hubs], np.int8),
            np.array([network.place_index.row_of[h.origin] for h in hubs], np.int32),
            network.gateways,
            cargo,
            rates,
        )

    def complain(
        self, ready_at: datetime | None, opening_hours: OpeningHours | None
    ) -> list[str]:
        """Return what differs from the tables."""
        if not self._all_known:
            return []
        hours = self._hours()
        by_date = np.zeros(len(self._legs), dtype=np.bool_)
        complaints = []
        if ready_at is not None:
            rows = np.zeros(len(self._legs), dtype=np.int64)
            rows[self._runs] = self._rows
            complaints = check_dates(
                self._legs,
                rows.tolist(),
                self._network,
                hours=hours,
                ready_at=ready_at,
                opening_hours=opening_hours,
            )
            lanes = self._network.lanes.take(self._rows)
            by_date[self._runs] = leaves_by_date(lanes)
            # What lasts until a departure or an opening is proven there.
            by_date[:-1] |= by_date[1:]
            by_date[self._hubs] |= opening_hours is not None
        return complaints + self._differences(hours, by_date)

    def _hours(self) -> TrueHours:
        """Return what the tables say of the time of legs."""
        handling_h, wait_h, cutoff_h = np.zeros((3, len(self._legs)))
        handling_h[self._hubs] = self._hub.duration_h
        wait_h[[run - 1 for run in self._runs]] = self._lane.wait_h
        cutoff_h[self._runs] = self._lane.cutoff_h
        return TrueHours(handling_h=handling_h, wait_h=wait_h, cutoff_h=cutoff_h)

    def _differences(self, hours: TrueHours, by_date: NDArray[np.bool_]) -> list[str]:
        legs, lane, hub = self._legs, self._lane, self._hub
        complaints = []
        for i, at in enumerate(self._runs):
            leg = legs[at]
            if not lane.allowed[i]:
                complaints.append(f"{leg.lane} may not carry it")
            lasts_h = leg.duration_h if by_date[at] else lane.transit_h[i]
            complaints += _differ(
                leg.lane, leg, lane.cost_usd[i], lasts_h, lane.wtw_kg[i]
            )
            if abs(leg.carbon_usd - self._carbon_usd[i]) > HALF_CENT_USD + _ROUNDING:
                complaints.append(
                    f"{leg.lane}: {leg.carbon_usd:g} USD for its emissions, the tables "
                    f"say {self._carbon_usd[i]:g}"
                )
            if leg.card != lane.card_of(i):
                complaints.append(
                    f"{leg.lane}: priced by {leg.card!r} instead of {lane.card_of(i)!r}"
                )
        for i, at in enumerate(self._hubs):
            leg = legs[at]
            name = f"{leg.operation} {leg.origin}"
            lasts_h = hub.duration_h[i] + hours.wait_h[at]
            if by_date[at]:
                lasts_h = leg.duration_h
            complaints += _differ(name, leg, hub.cost_usd[i], lasts_h, hub.wtw_kg[i])
            if leg.emissions_included != bool(hub.included[i]):
                complaints.append(
                    f"{name}: emissions are wrongly declared as included or not"
                )
        return complaints


def _differ(name: str, leg: Leg, usd: float, hours: float, kg: float) -> list[str]:
    price_usd = leg.cost_usd - leg.carbon_usd - leg.holding_usd
    pairs = (
        ("USD", price_usd, usd, HALF_CENT_USD),
        # Two roundings: handling and waiting are rounded apart.
        ("h", leg.duration_h, hours, 2 * HALF_MINUTE_H),
        ("kg CO2e", leg.wtw_kg_co2e, kg, HALF_GRAM_KG),
    )
    return [
        f"{name}: {said:g} {unit}, the tables say {true:g}"
        for unit, said, true, most in pairs
        if abs(said - true) > most + _ROUNDING
    ]


def _holding(legs: Sequence[Leg], charges: DayCharges | None) -> list[str]:
    """Return where holding costs are not those of the time until then."""
    complaints = []
    said_usd = hours = 0.0
    holding = None if charges is None else charges.holding
    for number, leg in enumerate(legs, start=1):
        hours += leg.duration_h
        said_usd += leg.holding_usd
        lines = () if holding is None or hours == 0 else holding_lines(holding, hours)
        true_usd = math.fsum(float(to_usd(line.money, line.rate)) for line in lines)
        if abs(said_usd - true_usd) > HALF_CENT_USD + _ROUNDING:
            complaints.append(
                f"leg {number}: {said_usd:.2f} USD of holding costs until its end, the "
                f"value and the time say {true_usd:.4f}"
            )
    return complaints


def _limits(itinerary: Itinerary, shipment: Shipment) -> list[str]:
    complaints = []
    sums = (
        ("cost_usd", itinerary.cost_usd, HALF_CENT_USD),
        ("wtw_kg_co2e", itinerary.wtw_kg_co2e, HALF_GRAM_KG),
        ("transit_h", itinerary.transit_h, HALF_MINUTE_H),
    )
    for name, total, most in sums:
        field_name = "duration_h" if name == "transit_h" else name
        legs = math.fsum(getattr(leg, field_name) for leg in itinerary.legs)
        if abs(legs - total) > most:
            complaints.append(f"{name} is {total:g}, its legs sum to {legs:g}")
    for name, total, most_allowed in (
        ("max_cost_usd", itinerary.cost_usd, shipment.max_cost_usd),
        ("max_wtw_kg_co2e", itinerary.wtw_kg_co2e, shipment.max_wtw_kg_co2e),
    ):
        if most_allowed is not None and total > most_allowed + _ROUNDING:
            complaints.append(
                f"{name} is {most_allowed:g}, the itinerary has {total:g}"
            )
    if any(leg.ttw_kg_co2e > leg.wtw_kg_co2e + HALF_GRAM_KG for leg in itinerary.legs):
        complaints.append("a leg emits more in operation than well to wheel")
    return complaints
