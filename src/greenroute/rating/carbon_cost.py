"""Carbon costs: EU ETS and FuelEU by sea, CORSIA by air, an internal price; by choice."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.rating.cost_line import CostCode, CostLine, Part, lines_of
from greenroute.rating.money import ExchangeRate, ExchangeTable, decimal_of

Key = TypeVar("Key", int, date)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonRules:
    """Dated parameters of what emissions cost by law.

    Attributes
    ----------
    name, version, sha256
        Of the data set.
    eea
        Markets whose ports count as within the European Economic Area.
    phase_in
        Share of emissions that allowances are due for, by year [1].
    fueleu_reduction
        Reduction from the reference intensity, by first year [1].
    eua_eur_per_t
        Price of an allowance by day [EUR/t CO2e].
    ets_extra_share
        Share of a voyage between the area and elsewhere that counts [1].
    ets_all_gases_from
        First year in which methane and nitrous oxide count.
    ets_co2_share
        Carbon dioxide in the operation emissions of a ship [1].
    fueleu_extra_share
        Share of the energy of such a voyage that counts [1].
    fueleu_reference_g_per_mj
        Intensity that reductions start from [g CO2e/MJ].
    fueleu_wtw_g_per_mj, fueleu_ttw_g_per_mj
        Intensity of the fuel that a lane is taken to burn [g CO2e/MJ].
    fueleu_mj_per_t, fueleu_eur_per_t
        Energy of a tonne of the fuel that the penalty is stated for [MJ], and the penalty
        [EUR].
    corsia_usd_per_t
        Price of an eligible unit [USD/t CO2e].
    """

    name: str
    version: str
    sha256: str
    eea: frozenset[str]
    phase_in: Mapping[int, float]
    fueleu_reduction: Mapping[int, float]
    eua_eur_per_t: Mapping[date, float]
    ets_extra_share: float
    ets_all_gases_from: float
    ets_co2_share: float
    fueleu_extra_share: float
    fueleu_reference_g_per_mj: float
    fueleu_wtw_g_per_mj: float
    fueleu_ttw_g_per_mj: float
    fueleu_mj_per_t: float
    fueleu_eur_per_t: float
    corsia_usd_per_t: float

    def ets_share(self, year: int) -> float:
        """Return the share of emissions that allowances are due for; 0 before the first."""
        return latest(self.phase_in, year, default=0.0)

    def fueleu_target_g_per_mj(self, year: int) -> float:
        """Return the limit of a year [g CO2e/MJ]; infinite before the first one."""
        reduction = latest(self.fueleu_reduction, year, default=-np.inf)
        return self.fueleu_reference_g_per_mj * (1 - reduction)

    def eua_price(self, on: date) -> float:
        """Return the price of an allowance [EUR/t CO2e].

        Raises
        ------
        DataError
            If there is no price on or before the day.
        """
        price = latest(self.eua_eur_per_t, on, default=np.nan)
        if np.isnan(price):
            msg = (
                f"carbon costs {self.name!r} have no price of an EU allowance on or before "
                f"{on}, expected one; give a price of your own"
            )
            raise DataError(msg)
        return price


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonOptions:
    """Which carbon costs to count; none by default.

    Attributes
    ----------
    ets, fueleu
        EU ETS and FuelEU, by sea.
    corsia_share
        Share of the emissions of international flights to offset under CORSIA [1]: the
        growth factor of the sector, which is not shipped.
    internal_usd_per_t
        Price that the user sets on all emissions, well to wheel, those of hub operations
        too [USD/t CO2e].
    eua_eur_per_t
        Price of an allowance; None takes the shipped one of the day [EUR/t CO2e].
    pool_usd_per_t
        Price of a surplus of FuelEU bought from a pool [USD/t CO2e]; None takes the
        penalty.
    on_tariff
        Count EU ETS and FuelEU on prices of the tariff too, although its levels hold the
        surcharges of carriers.

    Raises
    ------
    DataError
        If a number cannot be.
    """

    ets: bool = False
    fueleu: bool = False
    corsia_share: float = 0.0
    internal_usd_per_t: float = 0.0
    eua_eur_per_t: float | None = None
    pool_usd_per_t: float | None = None
    on_tariff: bool = False

    def __post_init__(self) -> None:
        for name in (
            "corsia_share",
            "internal_usd_per_t",
            "eua_eur_per_t",
            "pool_usd_per_t",
        ):
            number = getattr(self, name)
            if number is not None and not (np.isfinite(number) and number >= 0):
                msg = f"{name} is {number:g}, expected a number >= 0"
                raise DataError(msg)
        if self.corsia_share > 1:
            msg = f"corsia_share is {self.corsia_share:g}, expected a number <= 1"
            raise DataError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonTerms:
    """Which carbon costs to count, and by what.

    Attributes
    ----------
    options
        Which costs to count.
    rules
        Parameters of the schemes.
    exchange
        Rates into USD.
    on
        Day on which the goods are ready.
    """

    options: CarbonOptions
    rules: CarbonRules
    exchange: ExchangeTable
    on: date

    def eua_eur_per_t(self) -> float:
        """Return the price of an allowance: the user's own, else that of the day [EUR/t]."""
        own = self.options.eua_eur_per_t
        return self.rules.eua_price(self.on) if own is None else own


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonPrices:
    """What the emissions of lanes or of hub operations cost, (n,) each.

    Attributes
    ----------
    cost_usd
        By scheme [USD]; only those that were asked for.
    amount
        The same in the currency of the scheme.
    exchange
        Rate of that currency, by scheme.
    source
        What it rests on, by scheme.
    """

    cost_usd: Mapping[CostCode, NDArray[np.float64]]
    amount: Mapping[CostCode, NDArray[np.float64]]
    exchange: Mapping[CostCode, ExchangeRate]
    source: Mapping[CostCode, str]

    def total_usd(self, count: int) -> NDArray[np.float64]:
        """Return the sum over schemes [USD], to add to so many prices."""
        return sum(self.cost_usd.values(), np.zeros(count))

    def lines(self, row: int) -> tuple[CostLine, ...]:
        """Return the cost lines of a row; schemes that ask nothing of it are left out."""
        found: tuple[CostLine, ...] = ()
        for code, amount in self.amount.items():
            if amount[row] > 0:
                part = Part(code=code, amount=decimal_of(amount[row]))
                found += lines_of([part], self.source[code], self.exchange[code])
        return found


def latest(values: Mapping[Key, float], key: Key, *, default: float) -> float:
    """Return the value of the last key until this one; the default before the first."""
    keys = sorted(values)
    place = bisect_right(keys, key)
    return values[keys[place - 1]] if place else default
