"""Shares emissions of a vehicle, a round or a hub out to what it carried.

References
----------
.. [1] ISO 14083:2023, 5.6: avoid allocation by the definition of TOCs, else by transport
   activity; passengers and freight by mass.
.. [2] PTV, emission allocation; GHG Protocol, Technical Guidance for Calculating Scope 3
   Emissions; CLECAT guide: a round is shared by quantity times the distance from the depot,
   never by the distance driven one stop after another.
.. [3] iLEAP Technical Specifications 1.0.0: TEU of containers, tonnes per TEU.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import Mode
from greenroute.statement import exact
from greenroute.statement.energy import Emissions
from greenroute.units import KG_PER_TONNE


class Load(StrEnum):
    """How heavy the goods in a container are."""

    DEFAULT = "default"
    LIGHT = "light"
    HEAVY = "heavy"


#: TEU of a container by its length [ft].
TEU_OF_FT: Mapping[int, Decimal] = {
    20: Decimal(1),
    40: Decimal(2),
    45: Decimal("2.25"),
}
#: Mass of goods in a TEU [t].
TONNES_PER_TEU: Mapping[Load, Decimal] = {
    Load.DEFAULT: Decimal(10),
    Load.LIGHT: Decimal(6),
    Load.HEAVY: Decimal("14.5"),
}
#: What a refrigerated intensity is of an ambient one, where a set has none. Rail +12 %;
#: road DESNZ 2026, 0.11147 / 0.09634.
REEFER_RATIO: Mapping[Mode, Decimal] = {
    Mode.RAIL: Decimal("1.12"),
    Mode.ROAD: Decimal("1.157"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """What a round delivers to, or collects from, one stop.

    Attributes
    ----------
    quantity
        Mass [t], or another quantity, the same for all stops.
    depot_km
        Distance between depot and stop, SFD or GCD, the same for all stops [km].
    """

    quantity: Decimal
    depot_km: Decimal

    def __post_init__(self) -> None:
        for name in ("quantity", "depot_km"):
            if getattr(self, name) <= 0:
                msg = f"{name} is {getattr(self, name)}, expected a number > 0"
                raise DataError(msg)

    @property
    def activity(self) -> Decimal:
        """Notional transport activity, a key to share by [t·km]."""
        return exact.multiply(self.quantity, self.depot_km)


def share_out(total: Emissions, keys: Sequence[Decimal]) -> tuple[Emissions, ...]:
    """Return the shares of emissions by a key; they add up to the total exactly.

    Parameters
    ----------
    total
        Emissions to share.
    keys
        What to share by, one number per part.

    Raises
    ------
    DataError
        If a key is negative, or all are 0.
    """
    whole = exact.add(*keys)
    if whole <= 0 or min(keys) < 0:
        msg = f"keys are {', '.join(map(str, keys))}, expected numbers >= 0, not all 0"
        raise DataError(msg)
    wtw, ttw = (
        _parts(kg, keys, whole) for kg in (total.wtw_kg_co2e, total.ttw_kg_co2e)
    )
    return tuple(
        Emissions(wtw_kg_co2e=a, ttw_kg_co2e=b) for a, b in zip(wtw, ttw, strict=True)
    )


def _parts(kg: Decimal, keys: Sequence[Decimal], whole: Decimal) -> list[Decimal]:
    """Return parts of an amount; the largest takes what division leaves over."""
    parts = [exact.divide(exact.multiply(kg, key), whole) for key in keys]
    largest = max(range(len(keys)), key=lambda i: keys[i])
    others = [part for i, part in enumerate(parts) if i != largest]
    parts[largest] = exact.add(kg, *(-part for part in others))
    return parts


def share_round(total: Emissions, drops: Sequence[Drop]) -> tuple[Emissions, ...]:
    """Return what each stop of a collection or delivery round has to bear.

    Parameters
    ----------
    total
        Emissions of the round, with its empty running.
    drops
        Stops of the round.
    """
    return share_out(total, [drop.activity for drop in drops])


def share_by_mass(
    total: Emissions, masses_kg: Sequence[Decimal]
) -> tuple[Emissions, ...]:
    """Return what passengers and freight of one vehicle have to bear, by their mass."""
    return share_out(total, masses_kg)


def teu_of(container_ft: int) -> Decimal:
    """Return the TEU of a container by its length [ft].

    Raises
    ------
    UnknownCategoryError
        If there is no such container.
    """
    try:
        return TEU_OF_FT[container_ft]
    except KeyError:
        known = ", ".join(map(str, TEU_OF_FT))
        msg = f"container_ft is {container_ft}, expected one of {known}"
        raise UnknownCategoryError(msg) from None


def mass_of_teu_kg(teu: Decimal, load: Load = Load.DEFAULT) -> Decimal:
    """Return the mass of goods that containers hold, where it is not known [kg]."""
    return exact.multiply(teu, TONNES_PER_TEU[load], Decimal(KG_PER_TONNE))


def reefer_intensity(ambient: Decimal, mode: Mode) -> Decimal:
    """Return a refrigerated intensity made from an ambient one.

    Raises
    ------
    UnknownCategoryError
        If there is no ratio for the mode: the user must bring an intensity.
    """
    try:
        return exact.multiply(ambient, REEFER_RATIO[mode])
    except KeyError:
        msg = f"mode is {mode}, expected an own intensity: refrigerated has no default there"
        raise UnknownCategoryError(msg) from None


def transport_activity_tkm(mass_kg: Decimal, distance_km: Decimal) -> Decimal:
    """Return the transport activity of a run [t·km]: mass times distance."""
    return exact.multiply(mass_kg, distance_km, exact.one_per(KG_PER_TONNE))
