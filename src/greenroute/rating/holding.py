"""What goods cost while they are under way: capital tied up, and insurance.

Neither is part of a freight price: both are asked for, and shown apart.

References
----------
.. [1] Incoterms 2020, CIP and CIF: insurance covers at least the price and 10 percent.
"""

import math
from dataclasses import dataclass
from decimal import Decimal

from greenroute.errors import DataError
from greenroute.rating.cost_line import CostCode, CostLine, Part, lines_of
from greenroute.rating.money import ExchangeRate, Money, decimal_of, to_usd
from greenroute.units import CENTS_PER_USD, HOURS_PER_DAY, MINUTES_PER_HOUR

#: Days of the year by which interest is counted (the convention "actual/365").
DAY_COUNT = 365
#: Part of the value that is insured on top of it [1].
UPLIFT = 0.10


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What goods are worth, and what that costs.

    Attributes
    ----------
    value
        Value of the goods, in any currency.
    exchange
        Rate of that currency into USD.
    annual_rate
        Cost of capital, storage and decay [1/year]; 0 leaves inventory out.
    insurance_share
        Premium as a share of the insured value [1]; 0 leaves insurance out.
    uplift
        Part of the value that is insured on top of it [1].

    Raises
    ------
    DataError
        If a number cannot be, or the rate is of another currency.
    """

    value: Money
    exchange: ExchangeRate
    annual_rate: float = 0.0
    insurance_share: float = 0.0
    uplift: float = UPLIFT

    def __post_init__(self) -> None:
        if not (self.value.amount.is_finite() and self.value.amount >= 0):
            msg = f"value is {self.value.amount}, expected a number >= 0"
            raise DataError(msg)
        if self.exchange.currency != self.value.currency:
            msg = (
                f"exchange rate is of {self.exchange.currency}, expected one of "
                f"{self.value.currency}, the currency of the value"
            )
            raise DataError(msg)
        for name in ("annual_rate", "insurance_share", "uplift"):
            number = getattr(self, name)
            if not (math.isfinite(number) and 0 <= number <= 1):
                msg = f"{name} is {number:g}, expected a number >= 0 and <= 1"
                raise DataError(msg)

    @property
    def value_usd(self) -> Decimal:
        """Value of the goods [USD]."""
        return to_usd(self.value, self.exchange)


def inventory_cents_per_minute(holding: Holding) -> float:
    """Return what a minute under way costs [US cent/min], to add to the weights of arcs."""
    minutes = DAY_COUNT * HOURS_PER_DAY * MINUTES_PER_HOUR
    return float(holding.value_usd) * holding.annual_rate * CENTS_PER_USD / minutes


def holding_lines(holding: Holding, transit_h: float) -> tuple[CostLine, ...]:
    """Return the cost lines of inventory and insurance; none for what was left out.

    Parameters
    ----------
    holding
        What the goods are worth, and what that costs.
    transit_h
        From ready to delivered, waiting included [h].
    """
    lines: tuple[CostLine, ...] = ()
    value = holding.value.amount
    if holding.annual_rate:
        share = decimal_of(holding.annual_rate) * decimal_of(transit_h)
        amount = value * share / (DAY_COUNT * HOURS_PER_DAY)
        source = f"value x {holding.annual_rate:g} a year x {transit_h:g} h"
        part = Part(code=CostCode.INVENTORY, amount=amount)
        lines += lines_of([part], source, holding.exchange)
    if holding.insurance_share:
        insured = value * (1 + decimal_of(holding.uplift))
        amount = insured * decimal_of(holding.insurance_share)
        source = f"value + {holding.uplift:.0%}, x {holding.insurance_share:g}"
        part = Part(code=CostCode.INSURANCE, amount=amount)
        lines += lines_of([part], source, holding.exchange)
    return lines
