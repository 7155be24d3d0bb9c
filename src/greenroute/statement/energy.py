"""From energy used to emissions: carriers, blends, vehicles, hubs.

References
----------
.. [1] ISO 14083:2023, 5.2 and 6: G = Σ E · (EF operation + EF provision) + leaks, over
   loaded and empty running.
.. [2] Regulation (EU) 2023/1805 (FuelEU Maritime), Annex I: CO2 equivalent of a fuel from
   its CO2, CH4 and N2O and their GWP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from greenroute.errors import DataError
from greenroute.rating.energy_carrier import EnergyCarrier, EnergyShare, Feedstock
from greenroute.statement import exact
from greenroute.units import G_PER_KG

__all__ = ["EnergyCarrier", "EnergyShare", "Feedstock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyFactor:
    """What a unit of an energy carrier emits.

    Attributes
    ----------
    wtw_kg_co2e, ttw_kg_co2e
        Well to wheel, and in operation [kg CO2e per unit].
    """

    wtw_kg_co2e: Decimal
    ttw_kg_co2e: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyUse:
    """Energy that a vehicle or a hub used, over loaded and empty running.

    Attributes
    ----------
    amount
        In the unit of the factor.
    factor
        What a unit emits.
    """

    amount: Decimal
    factor: EnergyFactor


@dataclass(frozen=True, slots=True, kw_only=True)
class Emissions:
    """Emissions well to wheel, and the part of operation.

    Attributes
    ----------
    wtw_kg_co2e, ttw_kg_co2e
        [kg CO2e].
    """

    wtw_kg_co2e: Decimal
    ttw_kg_co2e: Decimal

    @property
    def wtt_kg_co2e(self) -> Decimal:
        """Energy provision [kg CO2e]."""
        return exact.add(self.wtw_kg_co2e, -self.ttw_kg_co2e)

    def share(self, of_one: Decimal) -> "Emissions":
        """Return a share of the emissions."""
        return Emissions(
            wtw_kg_co2e=exact.multiply(self.wtw_kg_co2e, of_one),
            ttw_kg_co2e=exact.multiply(self.ttw_kg_co2e, of_one),
        )

    def per(self, activity: Decimal) -> "Emissions":
        """Return the emission intensity: emissions per unit of activity [kg CO2e]."""
        return Emissions(
            wtw_kg_co2e=exact.divide(self.wtw_kg_co2e, activity),
            ttw_kg_co2e=exact.divide(self.ttw_kg_co2e, activity),
        )


def energy_emissions(
    uses: Sequence[EnergyUse], *, leak_kg_co2e: Decimal = Decimal(0)
) -> Emissions:
    """Return the emissions of energy used, and of refrigerants that leaked.

    Parameters
    ----------
    uses
        Energy by carrier, loaded and empty running together.
    leak_kg_co2e
        Refrigerants, mass times GWP [kg CO2e]; they count as operation.
    """
    wtw = (exact.multiply(use.amount, use.factor.wtw_kg_co2e) for use in uses)
    ttw = (exact.multiply(use.amount, use.factor.ttw_kg_co2e) for use in uses)
    return Emissions(
        wtw_kg_co2e=exact.add(*wtw, leak_kg_co2e),
        ttw_kg_co2e=exact.add(*ttw, leak_kg_co2e),
    )


def hub_intensity(
    uses: Sequence[EnergyUse],
    outgoing_t: Decimal,
    *,
    leak_kg_co2e: Decimal = Decimal(0),
) -> Emissions:
    """Return the intensity of a hub from its energy use [kg CO2e per tonne leaving it].

    Raises
    ------
    DataError
        If nothing leaves the hub.
    """
    if outgoing_t <= 0:
        msg = f"outgoing_t is {outgoing_t}, expected a number > 0"
        raise DataError(msg)
    return energy_emissions(uses, leak_kg_co2e=leak_kg_co2e).per(outgoing_t)


def blend(parts: Sequence[tuple[Decimal, EnergyFactor]]) -> EnergyFactor:
    """Return the factor of a blend by energy share; factors are per unit of energy.

    Raises
    ------
    DataError
        If the shares do not add up to 1.
    """
    whole = exact.add(*(share for share, _ in parts))
    if whole != 1:
        msg = f"the shares of a blend add up to {whole}, expected 1"
        raise DataError(msg)
    return EnergyFactor(
        wtw_kg_co2e=exact.add(*(exact.multiply(s, f.wtw_kg_co2e) for s, f in parts)),
        ttw_kg_co2e=exact.add(*(exact.multiply(s, f.ttw_kg_co2e) for s, f in parts)),
    )


def factor_per_kg(
    lcv_mj_per_kg: Decimal, *, wtt_g_per_mj: Decimal, ttw_g_per_mj: Decimal
) -> EnergyFactor:
    """Return what a kilogram of fuel emits, from factors by its energy.

    Parameters
    ----------
    lcv_mj_per_kg
        Lower calorific value [MJ/kg].
    wtt_g_per_mj, ttw_g_per_mj
        Provision and operation [g CO2e/MJ].
    """
    kg_per_g = exact.one_per(G_PER_KG)
    ttw = exact.multiply(lcv_mj_per_kg, ttw_g_per_mj, kg_per_g)
    wtt = exact.multiply(lcv_mj_per_kg, wtt_g_per_mj, kg_per_g)
    return EnergyFactor(wtw_kg_co2e=exact.add(ttw, wtt), ttw_kg_co2e=ttw)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipFuel:
    """What burning a kilogram of a marine fuel emits, gas by gas.

    Attributes
    ----------
    co2_kg, ch4_kg, n2o_kg
        [kg per kg of fuel].
    slip
        Share of the fuel that escapes unburnt [1]; it counts as methane.
    """

    co2_kg: Decimal
    ch4_kg: Decimal
    n2o_kg: Decimal
    slip: Decimal = Decimal(0)

    def ttw_kg_per_kg(self, *, ch4_gwp: Decimal, n2o_gwp: Decimal) -> Decimal:
        """Return the emissions of operation [kg CO2e per kg of fuel].

        Parameters
        ----------
        ch4_gwp, n2o_gwp
            GWP100 of methane and nitrous oxide, of one assessment report.
        """
        burnt = exact.add(Decimal(1), -self.slip)
        gases = exact.add(
            self.co2_kg,
            exact.multiply(self.ch4_kg, ch4_gwp),
            exact.multiply(self.n2o_kg, n2o_gwp),
        )
        return exact.add(
            exact.multiply(burnt, gases), exact.multiply(self.slip, ch4_gwp)
        )

    def wtw_g_per_mj(
        self,
        lcv_mj_per_kg: Decimal,
        wtt_g_per_mj: Decimal,
        *,
        ch4_gwp: Decimal,
        n2o_gwp: Decimal,
    ) -> Decimal:
        """Return the emissions well to wake [g CO2e/MJ].

        Parameters
        ----------
        lcv_mj_per_kg
            Lower calorific value [MJ/kg].
        wtt_g_per_mj
            Energy provision [g CO2e/MJ].
        ch4_gwp, n2o_gwp
            GWP100 of methane and nitrous oxide, of one assessment report.
        """
        kg = self.ttw_kg_per_kg(ch4_gwp=ch4_gwp, n2o_gwp=n2o_gwp)
        g_per_mj = exact.divide(exact.multiply(kg, Decimal(G_PER_KG)), lcv_mj_per_kg)
        return exact.add(wtt_g_per_mj, g_per_mj)
