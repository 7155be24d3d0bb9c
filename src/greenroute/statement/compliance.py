"""What the EU asks of ships for their emissions: allowances and the FuelEU penalty.

References
----------
.. [1] Directive 2003/87/EC as amended in 2023, maritime transport: phase-in, and the shares
   of voyages within and out of the Union.
.. [2] Regulation (EU) 2023/1805 (FuelEU Maritime), Annex I and Annex IV part B.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from greenroute.errors import DataError
from greenroute.statement import exact

#: Share of emissions that allowances are due for, by year of emission [1].
ETS_PHASE_IN: Mapping[int, Decimal] = {
    2024: Decimal("0.4"),
    2025: Decimal("0.7"),
    2026: Decimal(1),
}
#: Share of a voyage between the Union and elsewhere [1].
ETS_EXTRA_SHARE = Decimal("0.5")
#: FuelEU Annex IV B: energy of a tonne of VLSFO [MJ], and its penalty [EUR].
FUELEU_MJ_PER_T, FUELEU_EUR_PER_T = Decimal(41_000), Decimal(2_400)


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
    first, last = min(ETS_PHASE_IN), max(ETS_PHASE_IN)
    if year < first:
        msg = f"year is {year}, expected {first} or later"
        raise DataError(msg)
    due = exact.add(intra_t, exact.multiply(ETS_EXTRA_SHARE, extra_t))
    return exact.multiply(due, ETS_PHASE_IN[min(year, last)])


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
    per_unit = exact.multiply(intensity_g_per_mj, FUELEU_MJ_PER_T)
    tonnes = exact.divide(-balance, per_unit)
    return FuelEuBalance(
        balance_g_co2e=balance, penalty_eur=exact.multiply(tonnes, FUELEU_EUR_PER_T)
    )
