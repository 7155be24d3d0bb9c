"""What a solver claims of a plan, and what it is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass

from greenroute.plan.plan import Plan
from greenroute.plan.termination import Termination
from greenroute.rating.money import ExchangeRate


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowPrice:
    """What more of a scarce thing would save.

    Attributes
    ----------
    what
        "budget" or "capacity".
    name
        What the budget is for ("" for the total), or the lane.
    week
        Monday of the week of a capacity, ISO 8601; "" for a budget.
    usd_per_tonne
        Saving by a tonne more: of CO2e for a budget, where it is the marginal cost of
        abatement; of goods for a capacity [USD/t].
    """

    what: str
    name: str
    week: str
    usd_per_tonne: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Totals of a plan that another one is compared with.

    Attributes
    ----------
    cost_usd, wtw_kg_co2e
        Its price [USD] and emissions [kg CO2e].
    assigned
        Orders that it serves.
    """

    cost_usd: float
    wtw_kg_co2e: float
    assigned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """A plan and what is proven about it.

    Attributes
    ----------
    termination
        OPTIMAL where the bound equals the objective; INFEASIBLE if no plan keeps the
        budgets; NO_PLAN_FOUND if no order can be planned.
    plan
        The best plan found; None if there is none.
    objective_usd
        What was minimised: cost, and emissions at the carbon price, if one was given; an
        order that is not served counts at its penalty.
    bound_usd
        No choice among the candidate columns has a lower objective.
    gap
        (objective - bound) / objective: the pool gap.
    full_gap
        Gap to all itineraries of the network; None as long as nothing proves it.
    reason
        Why there is no plan; "" otherwise.
    shadow_prices
        Of what is scarce, dearest first.
    greedy
        Every order for itself, first come, first served.
    columns
        Candidate columns that the bound holds for.
    rounds, seconds
        What the search took; `seconds` from reading columns to the end [s].
    seed
        Of the search.
    rate_cards
        Which rows of the rate cards count, in words; "" without rate cards.
    exchange
        Exchange rates that count.
    """

    termination: Termination
    plan: Plan | None
    objective_usd: float
    bound_usd: float
    gap: float
    full_gap: float | None
    reason: str
    shadow_prices: tuple[ShadowPrice, ...]
    greedy: Compared
    columns: int
    rounds: int
    seconds: float
    seed: int
    rate_cards: str = ""
    exchange: tuple[ExchangeRate, ...] = ()

    @property
    def pool_gap(self) -> float:
        """Gap among the candidate columns."""
        return self.gap

    def abatement_usd_per_tonne(self) -> Mapping[str, float]:
        """Return what a tonne of CO2e less would cost, by budget [USD/t]."""
        return {
            price.name: price.usd_per_tonne
            for price in self.shadow_prices
            if price.what == "budget"
        }
