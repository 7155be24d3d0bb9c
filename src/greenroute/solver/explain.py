"""What each leg of an itinerary costs and why: price lines, hours, and the equation of its CO2e."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pyarrow.compute as pc

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.rating.carbon_cost import CarbonPrices
from greenroute.rating.charges import Charges
from greenroute.rating.cost_line import (
    CostCode,
    CostLine,
    add_up,
    rounded_once,
)
from greenroute.rating.explain import explain_operation, explain_price
from greenroute.rating.factors import CARGOES
from greenroute.rating.money import Money, decimal_of, to_cent
from greenroute.rating.operation import Operation
from greenroute.rating.option_lanes import card_shares
from greenroute.rating.rate import CargoUnit, size_cargo
from greenroute.rating.read import Rates
from greenroute.solver.problem import Problem, state_problem
from greenroute.units import KG_PER_TONNE

#: Code of what an option adds to a rate card for the usual fuel.
OPTION = "OPTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegExplanation:
    """One leg, taken apart.

    Attributes
    ----------
    leg
        What is explained.
    lines
        Parts of its price, carbon and holding costs last; they add up to it to the cent.
    activity_tkm, wtw_g_per_tkm, distance_adjustment
        Factors of the emissions of a run; None at a hub.
    """

    leg: Leg
    lines: tuple[CostLine, ...]
    activity_tkm: float | None
    wtw_g_per_tkm: float | None
    distance_adjustment: float | None


def explain(  # noqa: PLR0913 - as `route`
    itinerary: Itinerary,
    shipment: Shipment,
    network: Network,
    rates: Rates,
    *,
    avoid: Collection[str] = (),
    options: Collection[str] = (),
    charges: Charges | None = None,
) -> tuple[LegExplanation, ...]:
    """Return why each leg of an itinerary costs, takes and emits what it does.

    Parameters
    ----------
    itinerary
        One of the itineraries that `route` found for the shipment.
    shipment, network, rates, avoid, options, charges
        As they were given to `route`.

    Raises
    ------
    DataError
        If the itinerary is not one of this network.
    """
    problem = state_problem(
        shipment, network, rates, avoid=avoid, options=options, charges=charges
    )
    explainer = _Explainer(problem, size_cargo(shipment, rates), rates)
    return tuple(explainer.leg(leg) for leg in itinerary.legs)


class _Explainer:
    """Explains the legs of one itinerary, in the order of travel."""

    def __init__(self, problem: Problem, cargo: CargoUnit, rates: Rates) -> None:
        self._problem, self._cargo, self._rates = problem, cargo, rates
        self._carbon: CarbonPrices | None = None
        self._under_way = False
        if problem.charges is not None:
            self._carbon = problem.charges.carbon_prices(
                problem.network, None, problem.lane_rating
            )

    def leg(self, leg: Leg) -> LegExplanation:
        """Return one leg, taken apart."""
        runs = leg.kind is LegKind.TRANSPORT
        explained = self._run(leg) if runs else self._operation(leg)
        held = self._holding(leg)
        return replace(explained, lines=(*explained.lines, *held))

    def _run(self, leg: Leg) -> LegExplanation:
        network, factors = self._problem.network, self._rates.factors
        row = pc.index(network.lanes.id, leg.lane).as_py()
        if row < 0:
            msg = f"the network has no lane {leg.lane!r}, expected the one of the itinerary"
            raise DataError(msg)
        toc = factors.tocs.code(leg.category, factors.name)
        kind = CARGOES.index(self._cargo.cargo)
        factor = factors.ids.index(leg.factor_id)
        return LegExplanation(
            leg=leg,
            lines=(*self._freight(row), *self._emissions(leg, row)),
            activity_tkm=self._cargo.mass_kg / KG_PER_TONNE * leg.distance_km,
            wtw_g_per_tkm=float(factors.wtw_g_per_tkm[factor]),
            distance_adjustment=float(factors.tocs.adjustment[toc, kind]),
        )

    def _freight(self, row: int) -> tuple[CostLine, ...]:
        """Return the lines of the price of a lane, without carbon and holding costs."""
        charges, rows = self._problem.charges, np.array([row])
        lanes = self._problem.network.lanes.take(rows)
        cards = None if charges is None else charges.cards
        taken = None if cards is None else cards.take(rows)
        [lines] = explain_price(lanes, self._cargo, self._rates.tariff, cards=taken)
        if cards is None:
            return lines
        card = self._problem.lane_rating.card[rows]
        [share] = card_shares(lanes, card, cards.cards, self._rates.options)
        if not share:
            return lines
        option = self._problem.option_of_toc.get(lanes.toc[0], lanes.toc[0])
        of_card = [
            line.money.amount
            for line in lines
            if line.code not in (CostCode.DEPARTURE, CostCode.DUTY)
        ]
        more = replace(
            lines[0],
            code=OPTION,
            money=Money(
                amount=sum(of_card, Decimal(0)) * decimal_of(share),
                currency=lines[0].money.currency,
            ),
            source=f"option {option}: {share:+.4g} of the rate card",
        )
        return rounded_once((*lines, more))

    def _emissions(self, leg: Leg, row: int) -> tuple[CostLine, ...]:
        """Return the lines of what the emissions of a run cost."""
        if self._carbon is None:
            return ()
        return add_up(self._carbon.lines(row), _cents(leg.carbon_usd))

    def _holding(self, leg: Leg) -> tuple[CostLine, ...]:
        """Return the lines of what the goods cost during a leg."""
        if self._problem.charges is None:
            return ()
        first = not self._under_way and leg.duration_h > 0
        self._under_way |= first
        return self._problem.charges.holding_lines(
            leg.duration_h, _cents(leg.holding_usd), first=first
        )

    def _operation(self, leg: Leg) -> LegExplanation:
        network = self._problem.network
        lines = explain_operation(
            Operation(leg.operation),
            Mode(leg.mode),
            network.place_index.row_of[leg.origin],
            gateways=network.gateways,
            cargo=self._cargo,
            tariff=self._rates.tariff,
        )
        return LegExplanation(
            leg=leg,
            lines=lines,
            activity_tkm=None,
            wtw_g_per_tkm=None,
            distance_adjustment=None,
        )


def _cents(usd: float) -> Decimal:
    return to_cent(decimal_of(usd))
