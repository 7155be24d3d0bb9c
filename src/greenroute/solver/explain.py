"""What each leg of an itinerary costs and why: price lines, hours, and the equation of its CO2e."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.rating.cost_line import CostLine
from greenroute.rating.explain import explain_operation, explain_price
from greenroute.rating.factors import CARGOES
from greenroute.rating.operation import Operation
from greenroute.rating.rate import CargoUnit, size_cargo
from greenroute.rating.read import Rates
from greenroute.solver.problem import state_problem
from greenroute.units import KG_PER_TONNE


@dataclass(frozen=True, slots=True, kw_only=True)
class LegExplanation:
    """One leg, taken apart.

    Attributes
    ----------
    leg
        What is explained.
    lines
        Parts of its price; they add up to it to the cent.
    activity_tkm, wtw_g_per_tkm, distance_adjustment
        Factors of the emissions of a run; None at a hub.
    """

    leg: Leg
    lines: tuple[CostLine, ...]
    activity_tkm: float | None
    wtw_g_per_tkm: float | None
    distance_adjustment: float | None


def explain(
    itinerary: Itinerary,
    shipment: Shipment,
    network: Network,
    rates: Rates,
    *,
    avoid: Collection[str] = (),
    options: Collection[str] = (),
) -> tuple[LegExplanation, ...]:
    """Return why each leg of an itinerary costs, takes and emits what it does.

    Parameters
    ----------
    itinerary
        One of the itineraries that `route` found for the shipment.
    shipment, network, rates, avoid, options
        As they were given to `route`.

    Raises
    ------
    DataError
        If the itinerary is not one of this network.
    """
    used = state_problem(shipment, network, rates, avoid=avoid, options=options).network
    cargo = size_cargo(shipment, rates)
    return tuple(
        _run(leg, used, cargo, rates)
        if leg.kind is LegKind.TRANSPORT
        else _operation(leg, used, cargo, rates)
        for leg in itinerary.legs
    )


def _run(leg: Leg, network: Network, cargo: CargoUnit, rates: Rates) -> LegExplanation:
    row = pc.index(network.lanes.id, leg.lane).as_py()
    if row < 0:
        msg = f"the network has no lane {leg.lane!r}, expected the one of the itinerary"
        raise DataError(msg)
    [lines] = explain_price(network.lanes.take(np.array([row])), cargo, rates.tariff)
    factors = rates.factors
    toc, kind = (
        factors.tocs.code(leg.category, factors.name),
        CARGOES.index(cargo.cargo),
    )
    factor = factors.ids.index(leg.factor_id)
    return LegExplanation(
        leg=leg,
        lines=lines,
        activity_tkm=cargo.mass_kg / KG_PER_TONNE * leg.distance_km,
        wtw_g_per_tkm=float(factors.wtw_g_per_tkm[factor]),
        distance_adjustment=float(factors.tocs.adjustment[toc, kind]),
    )


def _operation(
    leg: Leg, network: Network, cargo: CargoUnit, rates: Rates
) -> LegExplanation:
    lines = explain_operation(
        Operation(leg.operation),
        Mode(leg.mode),
        network.place_index.row_of[leg.origin],
        gateways=network.gateways,
        cargo=cargo,
        tariff=rates.tariff,
    )
    return LegExplanation(
        leg=leg,
        lines=lines,
        activity_tkm=None,
        wtw_g_per_tkm=None,
        distance_adjustment=None,
    )
