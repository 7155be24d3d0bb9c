"""Proves an itinerary from the tables, without graph or search.

Nothing here is shared with the solver: the legs are followed one by one, as a person with
the tables at hand would.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import pyarrow.compute as pc

from greenroute.network.calendar import OpeningHours
from greenroute.network.door import join_door
from greenroute.network.lane import MODES
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.plan.check_tables import (
    HALF_CENT_USD,
    HALF_GRAM_KG,
    HALF_MINUTE_H,
    ROUNDING,
    Tables,
    check_holding,
)
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.plan.moment import utc_at, whole_minute
from greenroute.rating.cargo import size_cargo
from greenroute.rating.charges import Charges, charges_of_day
from greenroute.rating.operation import Operation
from greenroute.rating.option_lanes import add_options
from greenroute.rating.read import Rates
from greenroute.units import SECONDS_PER_HOUR


@dataclass(slots=True)
class _State:
    """Where the goods are while the legs are followed."""

    place: str
    vehicle: str = ""
    arrived: bool = False
    gauge_mm: int = 0
    complaints: list[str] = field(default_factory=list)


def check_itinerary(  # noqa: PLR0913 - what `route` was given
    itinerary: Itinerary,
    shipment: Shipment,
    network: Network,
    rates: Rates,
    *,
    options: Collection[str] = (),
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
    options
        Fuels, vehicles and speeds that its lanes might run on, as given to `route`.
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
    ready_at = whole_minute(utc_at(shipment.ready_at, origin, "ready_at"))
    ends = []
    for text in shipment.destinations:
        network, place = join_door(network, network.find_place(text))
        ends.append(place)
    if options:
        network = add_options(network, rates, options)
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
    if state.place not in [ids[place.node].as_py() for place in ends]:
        state.complaints.append(f"ends at {state.place}, not at the destination")
    if state.vehicle:
        state.complaints.append(f"ends aboard by {state.vehicle}")
    return (
        *state.complaints,
        *_times(itinerary.legs),
        *_customs(itinerary.legs, network),
        *Tables(
            itinerary.legs,
            network,
            rates,
            cargo=size_cargo(shipment, rates),
            charges=of_day,
        ).complain(ready_at, opening_hours),
        *check_holding(itinerary.legs, of_day),
        *_limits(itinerary, shipment),
        *_due(itinerary, utc_at(shipment.due_at, ends[0], "due_at")),
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
        if most_allowed is not None and total > most_allowed + ROUNDING:
            complaints.append(
                f"{name} is {most_allowed:g}, the itinerary has {total:g}"
            )
    if any(leg.ttw_kg_co2e > leg.wtw_kg_co2e + HALF_GRAM_KG for leg in itinerary.legs):
        complaints.append("a leg emits more in operation than well to wheel")
    return complaints


def _due(itinerary: Itinerary, due_at: datetime | None) -> list[str]:
    """Return whether the goods come late if all goes as usual."""
    arrives_at = itinerary.arrives_at
    if due_at is None or arrives_at is None or arrives_at <= due_at:
        return []
    return [f"arrives at {arrives_at.isoformat()}, due_at is {due_at.isoformat()}"]
