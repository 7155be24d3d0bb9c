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
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from greenroute.errors import DataError, UnknownCategoryError, one_of
from greenroute.statement import exact
from greenroute.units import G_PER_KG


class EnergyCarrier(StrEnum):
    """Energy carriers, in the words of iLEAP 1.0.0."""

    DIESEL = "Diesel"
    HVO = "HVO"
    PETROL = "Petrol"
    CNG = "CNG"
    LNG = "LNG"
    LPG = "LPG"
    HFO = "HFO"
    MGO = "MGO"
    AVIATION_FUEL = "Aviation fuel"
    HYDROGEN = "Hydrogen"
    METHANOL = "Methanol"
    ELECTRIC = "Electric"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyShare:
    """Part of a blend.

    Attributes
    ----------
    carrier
        What it is.
    share
        Share of the energy [1].
    """

    carrier: EnergyCarrier
    share: Decimal


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


def parse_energy(text: str) -> tuple[EnergyShare, ...]:
    """Return what an `energy` cell says: one carrier, or a blend by energy share.

    Raises
    ------
    UnknownCategoryError
        If a carrier is not known.
    DataError
        If shares do not add up to 1.
    """
    parts = [part.strip() for part in text.split(";")]
    if len(parts) == 1 and ":" not in text:
        return (EnergyShare(carrier=_carrier(text), share=Decimal(1)),)
    shares = []
    for part in parts:
        name, _, number = part.partition(":")
        try:
            share = Decimal(number.strip())
        except InvalidOperation:
            share = Decimal(0)
        if not 0 < share <= 1:
            msg = f"energy is {text!r}, expected a share > 0 and <= 1 in {part!r}"
            raise DataError(msg)
        shares.append(EnergyShare(carrier=_carrier(name), share=share))
    whole = exact.add(*(share.share for share in shares))
    if whole != 1:
        msg = f"energy is {text!r}, expected shares that add up to 1, not {whole}"
        raise DataError(msg)
    if len({share.carrier for share in shares}) < len(shares):
        msg = f"energy is {text!r}, expected each carrier once"
        raise DataError(msg)
    return tuple(shares)


def _carrier(name: str) -> EnergyCarrier:
    return one_of(EnergyCarrier, name.strip(), "energy")


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


def check_carriers(text: str) -> str:
    """Return what is wrong with an `energy` cell; "" if nothing is."""
    try:
        parse_energy(text)
    except (DataError, UnknownCategoryError) as error:
        return str(error)
    return ""
