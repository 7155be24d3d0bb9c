"""What a plan is to achieve: least cost, at a price of carbon or within a budget."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from greenroute.errors import DataError, one_of


class BudgetScope(StrEnum):
    """What each budget is for."""

    TOTAL = "total"
    CUSTOMER = "customer"
    MARKET = "market"
    LANE = "lane"


@dataclass(frozen=True, slots=True)
class LeastCost:
    """The cheapest plan, whatever it emits."""


@dataclass(frozen=True, slots=True)
class CarbonPrice:
    """The cheapest plan if emissions cost this much.

    Attributes
    ----------
    usd_per_tonne
        Price [USD/t CO2e]; it steers the choice and is no part of the plan's cost.
    """

    usd_per_tonne: float

    def __post_init__(self) -> None:
        if not (isfinite(self.usd_per_tonne) and self.usd_per_tonne >= 0):
            msg = f"usd_per_tonne is {self.usd_per_tonne:g}, expected a number >= 0"
            raise DataError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonBudget:
    """The cheapest plan that emits no more than a budget.

    Attributes
    ----------
    tonnes
        Most that may be emitted [t CO2e]; or, by the name of a customer, a market or a
        lane, that of each one named.
    per
        What the budgets are for: "total", "customer" (`customer_id`), "market" (of the
        destination, like "DE"), or "lane" ("origin>destination", as the orders say them).
    """

    tonnes: float | Mapping[str, float]
    per: str = BudgetScope.TOTAL

    def __post_init__(self) -> None:
        scope = one_of(BudgetScope, self.per, "per")
        if isinstance(self.tonnes, Mapping) == (scope is BudgetScope.TOTAL):
            msg = (
                f"tonnes is {self.tonnes!r} for a budget per {scope}, expected a number "
                "for the total, else a mapping from names to numbers"
            )
            raise DataError(msg)
        for name, tonnes in self.by_name().items():
            if not (isfinite(tonnes) and tonnes >= 0):
                msg = f"tonnes{f' of {name}' if name else ''} is {tonnes:g}, expected a number >= 0"
                raise DataError(msg)

    @property
    def scope(self) -> BudgetScope:
        """What the budgets are for."""
        return BudgetScope(self.per)

    def by_name(self) -> dict[str, float]:
        """Return the budgets [t CO2e]; the name of the total is ""."""
        if isinstance(self.tonnes, Mapping):
            return dict(self.tonnes)
        return {"": self.tonnes}


Objective = LeastCost | CarbonPrice | CarbonBudget
