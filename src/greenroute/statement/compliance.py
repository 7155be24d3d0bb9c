"""What the EU asks of ships for their emissions: allowances and the FuelEU penalty.

References
----------
.. [1] Directive 2003/87/EC as amended in 2023, maritime transport: phase-in, and the shares
   of voyages within and out of the Union.
.. [2] Regulation (EU) 2023/1805 (FuelEU Maritime), Annex I and Annex IV part B.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import cache

from greenroute.errors import DataError
from greenroute.rating.carbon_cost import CarbonRules
from greenroute.rating.carbon_rules import allowances_due, fueleu_deficit_t
from greenroute.rating.money import decimal_of
from greenroute.rating.pricing import DEFAULT_CARBON_RULES
from greenroute.rating.read_carbon_cost import read_carbon_rules
from greenroute.statement import exact
from greenroute.tables import data_folder

#: Digits that hold any product of the few factors here exactly.
_EXACT_DIGITS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelEuBalance:
    """How a ship stands against the FuelEU target.

    Attributes
    ----------
    balance_g_co2e
        Compliance balance [g CO2e]; negative is a deficit.
    penalty_eur
        Penalty [EUR]; 0 without a deficit.
    """

    balance_g_co2e: Decimal
    penalty_eur: Decimal


def ets_allowances(year: int, *, intra_t: Decimal, extra_t: Decimal) -> Decimal:
    """Return the EU allowances due for the emissions of a year [t CO2e].

    Parameters
    ----------
    year
        Year of the emissions.
    intra_t
        Emissions within the Union and at its berths [t CO2e].
    extra_t
        Emissions between the Union and elsewhere [t CO2e].

    Raises
    ------
    DataError
        If ships were not in the scheme in that year.
    """
    rules = _rules()
    first = min(rules.phase_in)
    if year < first:
        msg = f"year is {year}, expected {first} or later"
        raise DataError(msg)
    with localcontext(prec=_EXACT_DIGITS):
        due = allowances_due(
            intra_t,
            extra_t,
            extra_share=decimal_of(rules.ets_extra_share),
            phase_in=decimal_of(rules.ets_share(year)),
        )
    return exact.plain(due)


def fueleu_balance(
    intensity_g_per_mj: Decimal, energy_mj: Decimal, *, target_g_per_mj: Decimal
) -> FuelEuBalance:
    """Return how a ship stands against the FuelEU target.

    Parameters
    ----------
    intensity_g_per_mj
        Well to wake, with the GWP of the regulation [g CO2e/MJ].
    energy_mj
        Energy in scope [MJ].
    target_g_per_mj
        Limit of the year [g CO2e/MJ].
    """
    gap = exact.add(target_g_per_mj, -intensity_g_per_mj)
    balance = exact.multiply(gap, energy_mj)
    if balance >= 0:
        return FuelEuBalance(balance_g_co2e=balance, penalty_eur=Decimal(0))
    rules = _rules()
    with localcontext(prec=exact.QUOTIENT_DIGITS):
        fuel_t = fueleu_deficit_t(
            -balance, intensity_g_per_mj, mj_per_t=decimal_of(rules.fueleu_mj_per_t)
        )
    penalty_eur = exact.multiply(fuel_t, decimal_of(rules.fueleu_eur_per_t))
    return FuelEuBalance(balance_g_co2e=balance, penalty_eur=penalty_eur)


@cache
def _rules() -> CarbonRules:
    """Return the shipped parameters."""
    return read_carbon_rules(data_folder() / "carbon-costs" / DEFAULT_CARBON_RULES)
