"""What a shipment may be charged beside the tariff: rate cards, carbon costs, holding costs.

Nothing here counts unless asked for. `Charges` says what counts; `DayCharges` is the same
for one network and one day.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.orders.shipment import Shipment
from greenroute.rating.carbon_cost import CarbonOptions, CarbonPrices, CarbonTerms
from greenroute.rating.cost_line import CostLine
from greenroute.rating.holding import (
    Holding,
    holding_lines,
    inventory_cents_per_minute,
)
from greenroute.rating.match_card import prepare_cards
from greenroute.rating.money import NO_EXCHANGE, USD, ExchangeRate, Money, decimal_of
from greenroute.rating.option_lanes import usual_rows
from greenroute.rating.price import has_own_price
from greenroute.rating.price_carbon import (
    EUR,
    price_carbon,
    price_hub_carbon,
    settled_in,
)
from greenroute.rating.pricing import Pricing
from greenroute.rating.rate import LaneRating, OperationRating
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from greenroute.units import CENTS_PER_USD

#: Counts no carbon cost.
NO_CARBON = CarbonOptions()
#: For prices that are the same on all days.
_ANY_DAY = date.min
_HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """What counts beside the tariff.

    Attributes
    ----------
    pricing
        Rate cards, exchange rates and carbon rules, by `read_pricing`.
    carbon
        Which carbon costs count; none by default.
    annual_rate
        Cost of capital, storage and decay of the goods [1/year]; 0 leaves it out.
    insurance_share
        Premium as a share of the insured value; 0 leaves it out.
    on
        Day of rate cards, exchange rates and carbon rules; None takes the day of
        `ready_at`, as it is written there.
    """

    pricing: Pricing
    carbon: CarbonOptions = NO_CARBON
    annual_rate: float = 0.0
    insurance_share: float = 0.0
    on: date | None = None

    @property
    def counts_carbon(self) -> bool:
        """Some carbon cost counts."""
        options = self.carbon
        return bool(
            options.ets
            or options.fueleu
            or options.corsia_share
            or options.internal_usd_per_t
        )

    @property
    def counts_holding(self) -> bool:
        """Capital or insurance counts."""
        return bool(self.annual_rate or self.insurance_share)

    def day(self, ready_at: datetime | None) -> date:
        """Return the day that counts.

        Raises
        ------
        DataError
            If there is none and something depends on it.
        """
        if self.on is not None:
            return self.on
        if ready_at is not None:
            return ready_at.date()
        if self.pricing.cards is None and not (self.carbon.ets or self.carbon.fueleu):
            return _ANY_DAY
        what = "carbon costs by law" if self.pricing.cards is None else "rate cards"
        msg = (
            f"{what} depend on the day, and neither ready_at nor the day of the charges "
            "(on) is given, expected one of them"
        )
        raise DataError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCharges:
    """What counts beside the tariff for one shipment, network and day.

    Attributes
    ----------
    cards
        Rate cards, matched to the lanes; None if there are none.
    carbon
        Which carbon costs count; None if none does.
    holding
        What the goods are worth and what that costs; None if it does not count.
    """

    cards: PreparedCards | None
    carbon: CarbonTerms | None
    holding: Holding | None

    def carbon_prices(
        self, network: Network, rows: NDArray[np.int64] | None, rating: LaneRating
    ) -> CarbonPrices | None:
        """Return what the emissions of lanes cost; None if they cost nothing.

        Parameters
        ----------
        network
            Lanes and gateways.
        rows
            Lanes that were rated; None for all.
        rating
            By `rate_lanes`, with the same cards.
        """
        if self.carbon is None:
            return None
        lanes = network.lanes if rows is None else network.lanes.take(rows)
        settled = settled_in(
            rating.card,
            has_own_price(lanes),
            cards=self.cards,
            options=self.carbon.options,
        )
        return price_carbon(
            lanes,
            network.gateways,
            self.carbon,
            wtw_kg=rating.wtw_kg,
            ttw_kg=rating.ttw_kg,
            settled=settled,
        )

    def hub_carbon_prices(self, rating: OperationRating) -> CarbonPrices | None:
        """Return what the emissions of hub operations cost; None if they cost nothing."""
        if self.carbon is None:
            return None
        return price_hub_carbon(rating.wtw_kg, self.carbon)

    def holding_cents(self, minutes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what goods cost that are under way for so long [US cent].

        Rounded once, half up, so that differences along a way add up to its total; the
        premium falls due in the first minute.
        """
        if self.holding is None:
            return np.zeros(len(minutes), dtype=np.int64)
        per_minute = inventory_cents_per_minute(self.holding)
        exact = self.premium_cents + minutes * per_minute
        cents = np.floor(exact + _HALF).astype(np.int64)
        return np.where(minutes > 0, cents, 0)

    @property
    def premium_cents(self) -> float:
        """Premium of the insurance, not rounded [US cent]."""
        if self.holding is None:
            return 0.0
        insured_usd = float(self.holding.value_usd) * (1 + self.holding.uplift)
        return insured_usd * self.holding.insurance_share * CENTS_PER_USD

    def holding_lines(
        self, transit_h: float, total_usd: Decimal, *, first: bool
    ) -> tuple[CostLine, ...]:
        """Return the cost lines of one leg; they add up to its holding costs.

        Parameters
        ----------
        transit_h
            How long the leg lasts [h].
        total_usd
            What it was charged, in cents [USD].
        first
            The goods have not been under way before: the premium is of this leg.
        """
        if self.holding is None:
            return ()
        holding = self.holding if first else replace(self.holding, insurance_share=0.0)
        lines = [
            line for line in holding_lines(holding, transit_h) if line.money.amount
        ]
        if lines:
            # Legs are rounded along the way; the last line takes what that leaves over.
            before = sum((line.usd for line in lines[:-1]), Decimal(0))
            lines[-1] = replace(lines[-1], usd=total_usd - before)
        return tuple(lines)

    def exchange(self) -> tuple[ExchangeRate, ...]:
        """Return the exchange rates that count, sorted by currency."""
        found = {} if self.cards is None else dict(self.cards.exchange)
        if self.carbon is not None:
            options = self.carbon.options
            if options.ets or (options.fueleu and options.pool_usd_per_t is None):
                found[EUR] = self.carbon.exchange.rate(EUR, self.carbon.on)
        return tuple(found[name] for name in sorted(found) if name != USD)


def charges_of_day(
    charges: Charges, shipment: Shipment, network: Network, rates: Rates
) -> DayCharges:
    """Match charges to a network on the day of a shipment.

    Parameters
    ----------
    network
        All its lanes, those of doors and options too.

    Raises
    ------
    DataError
        If a day, the value of the goods or an exchange rate is missing.
    UnknownPlaceError
        If a rate card names a place or lane that the network does not have.
    """
    on = charges.day(shipment.ready_at)
    pricing = charges.pricing
    cards = carbon = None
    if pricing.cards is not None:
        cards = prepare_cards(
            pricing.cards,
            network,
            on=on,
            exchange=pricing.exchange,
            usual=usual_rows(network.lanes, rates.options),
        )
    if charges.counts_carbon:
        carbon = CarbonTerms(
            options=charges.carbon,
            rules=pricing.carbon_rules,
            exchange=pricing.exchange,
            on=on,
        )
    return DayCharges(cards=cards, carbon=carbon, holding=_holding(charges, shipment))


def _holding(charges: Charges, shipment: Shipment) -> Holding | None:
    if not charges.counts_holding:
        return None
    if shipment.value_usd is None:
        msg = "annual_rate or insurance_share without value_usd, expected both"
        raise DataError(msg)
    return Holding(
        value=Money(amount=decimal_of(shipment.value_usd), currency=USD),
        exchange=NO_EXCHANGE,
        annual_rate=charges.annual_rate,
        insurance_share=charges.insurance_share,
    )
