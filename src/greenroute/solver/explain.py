"""What each leg of an itinerary costs and why: price lines, hours, and the equation of its CO2e."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np
import pyarrow.compute as pc

from greenroute.errors import DataError
from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network
from greenroute.network.schedule import add_departures, weekly_departures
from greenroute.orders.shipment import Shipment
from greenroute.plan.check_dates import leaves_by_date
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.plan.moment import minute_of, moment_of
from greenroute.rating.carbon_cost import CarbonPrices
from greenroute.rating.charges import Charges
from greenroute.rating.cost_line import (
    CostCode,
    CostLine,
    add_up,
    rounded_once,
)
from greenroute.rating.explain import explain_operation, explain_price
from greenroute.rating.factors import CARGOES, FactorSet
from greenroute.rating.money import CENT, Money, decimal_of, to_cent, to_usd
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.option_lanes import card_shares
from greenroute.rating.rate import CargoUnit, rate_operations, size_cargo
from greenroute.rating.read import Rates
from greenroute.solver.problem import Problem, state_problem
from greenroute.units import CENTS_PER_USD, G_PER_KG, KG_PER_TONNE

#: Code of what an option adds to a rate card for the usual fuel.
OPTION = "OPTION"
#: Half of the last digit, and what floats lose.
_HALF = 0.501
_OTHERWISE = "expected the shipment, rates, options and charges it was found with"


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
    wtw_kg_per_t
        Emissions of a hub operation per tonne of goods; None for a run, and where they are
        not included.
    cut_off_at
        Until when the departure of a run takes goods, UTC; None if it has no date.
    shared_h
        Part of the hours of a hub operation until a unit that goods share is full, or
        unpacked [h].
    """

    leg: Leg
    lines: tuple[CostLine, ...]
    activity_tkm: float | None = None
    wtw_g_per_tkm: float | None = None
    distance_adjustment: float | None = None
    wtw_kg_per_t: float | None = None
    cut_off_at: datetime | None = None
    shared_h: float = 0.0


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
        If the itinerary is not one of this network, or was found for other goods, rates,
        options or charges: what is said here adds up to its legs, or nothing is said.
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
        explained = replace(explained, lines=(*explained.lines, *held))
        _check(explained, self._cargo)
        return explained

    def _run(self, leg: Leg) -> LegExplanation:
        network, factors = self._problem.network, self._rates.factors
        row = pc.index(network.lanes.id, leg.lane).as_py()
        if row < 0:
            msg = f"the network has no lane {leg.lane!r}, expected the one of the itinerary"
            raise DataError(msg)
        toc = factors.tocs.code(leg.category, factors.name)
        kind = CARGOES.index(self._cargo.cargo)
        factor = _factor(leg, factors)
        return LegExplanation(
            leg=leg,
            lines=(*self._freight(row), *_priced(self._carbon, row, leg)),
            activity_tkm=self._cargo.mass_kg / KG_PER_TONNE * leg.distance_km,
            wtw_g_per_tkm=float(factors.wtw_g_per_tkm[factor]),
            distance_adjustment=float(factors.tocs.adjustment[toc, kind]),
            cut_off_at=self._cut_off(leg, row),
        )

    def _cut_off(self, leg: Leg, row: int) -> datetime | None:
        """Return until when the departure of a run takes goods; None if it has no date."""
        rows = np.array([row])
        lanes = self._problem.network.lanes.take(rows)
        if leg.departs_at is None or not leaves_by_date(lanes)[0]:
            return None
        at = minute_of(leg.departs_at)
        weekly = weekly_departures(
            lanes,
            self._problem.network.gateways,
            since=at,
            until=at,
            cut_off_h=self._problem.lane_rating.cutoff_h[rows],
        )
        departures = add_departures(lanes, weekly).departures
        found = np.flatnonzero(departures.departs == at)
        if not len(found):
            msg = (
                f"lane {leg.lane!r} has no departure at {leg.departs_at.isoformat()}, "
                "expected the one of the itinerary"
            )
            raise DataError(msg)
        return moment_of(int(departures.cut_off[found[0]]))

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
        if not (share and lines):
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

    def _holding(self, leg: Leg) -> tuple[CostLine, ...]:
        """Return the lines of what the goods cost during a leg."""
        if self._problem.charges is None:
            return ()
        first = not self._under_way and leg.duration_h > 0
        self._under_way |= first
        lines = self._problem.charges.holding_lines(
            leg.duration_h, _cents(leg.holding_usd), first=first
        )
        exact = sum((to_usd(line.money, line.rate) for line in lines), Decimal(0))
        # Rounded along the way, a leg is up to a cent from its own sum.
        if abs(exact - _cents(leg.holding_usd)) > 2 * CENT:
            msg = (
                f"{leg.operation} {leg.lane or leg.origin}: value and time say "
                f"{exact:.2f} USD of holding costs, the itinerary {leg.holding_usd:.2f}; "
                f"{_OTHERWISE}"
            )
            raise DataError(msg)
        return lines

    def _operation(self, leg: Leg) -> LegExplanation:
        network = self._problem.network
        gateway = network.place_index.row_of.get(leg.origin)
        if gateway is None:
            msg = f"the network has no node {leg.origin!r}, expected the one of the itinerary"
            raise DataError(msg)
        operation, mode = Operation(leg.operation), Mode(leg.mode)
        lines = explain_operation(
            operation,
            mode,
            gateway,
            gateways=network.gateways,
            cargo=self._cargo,
            tariff=self._rates.tariff,
        )
        alone, rating = (
            rate_operations(
                np.array([OPERATIONS.index(operation)], np.int8),
                np.array([MODES.index(mode)], np.int8),
                np.array([gateway], np.int32),
                network.gateways,
                self._cargo,
                self._rates,
                shared=shared,
            )
            for shared in (False, True)
        )
        carbon = None
        if self._problem.charges is not None:
            carbon = self._problem.charges.hub_carbon_prices(rating)
        per_t = float(rating.wtw_kg[0]) / (self._cargo.mass_kg / KG_PER_TONNE)
        return LegExplanation(
            leg=leg,
            lines=(*lines, *_priced(carbon, 0, leg)),
            wtw_kg_per_t=per_t if rating.included[0] else None,
            shared_h=float(rating.duration_h[0] - alone.duration_h[0]),
        )


def _factor(leg: Leg, factors: FactorSet) -> int:
    """Return the code of a leg's factor."""
    try:
        return factors.ids.index(leg.factor_id)
    except ValueError:
        msg = (
            f"factor set {factors.name!r} has no factor {leg.factor_id!r}, which lane "
            f"{leg.lane!r} was rated with; {_OTHERWISE}"
        )
        raise DataError(msg) from None


def _priced(carbon: CarbonPrices | None, row: int, leg: Leg) -> tuple[CostLine, ...]:
    """Return the lines of what the emissions of a leg cost."""
    if carbon is None:
        return ()
    try:
        return add_up(carbon.lines(row), _cents(leg.carbon_usd))
    except ArithmeticError as error:
        msg = f"{leg.operation} {leg.lane or leg.origin}: {error}; {_OTHERWISE}"
        raise DataError(msg) from None


def _check(explained: LegExplanation, cargo: CargoUnit) -> None:
    """Raise a named error unless an explanation adds up to its leg."""
    leg = explained.leg
    if explained.activity_tkm is None:
        kg = (explained.wtw_kg_per_t or 0.0) * cargo.mass_kg / KG_PER_TONNE
    else:
        tkm, adjustment = explained.activity_tkm, explained.distance_adjustment or 1.0
        kg = tkm * (explained.wtw_g_per_tkm or 0.0) * adjustment / G_PER_KG
    usd = sum((line.usd for line in explained.lines), Decimal(0))
    for said, true, unit, least in (
        (float(usd), leg.cost_usd, "USD", 1 / CENTS_PER_USD),
        (kg, leg.wtw_kg_co2e, "kg CO2e", 1 / G_PER_KG),
    ):
        if abs(said - true) > _HALF * least:
            msg = (
                f"{leg.operation} {leg.lane or leg.origin}: its lines add up to {said:g} "
                f"{unit}, the itinerary says {true:g}; {_OTHERWISE}"
            )
            raise DataError(msg)


def _cents(usd: float) -> Decimal:
    return to_cent(decimal_of(usd))
