"""A shipment as the tariff counts it."""

from dataclasses import dataclass

from greenroute.orders.shipment import Cargo, Shipment
from greenroute.rating.read import Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class CargoUnit:
    """A shipment as the tariff counts it.

    Attributes
    ----------
    mass_kg
        Mass with packaging [kg].
    volume_m3
        Volume with packaging [m³].
    cargo
        How the goods must be carried.
    un_number
        UN number of dangerous goods, else None.
    assumed
        Fields of the shipment that were assumed.
    value_usd
        Value of the goods [USD]; None if it is not given.
    """

    mass_kg: float
    volume_m3: float
    cargo: Cargo
    un_number: str | None
    assumed: tuple[str, ...]
    value_usd: float | None = None


def size_cargo(shipment: Shipment, rates: Rates) -> CargoUnit:
    """Return a shipment as the tariff counts it, its volume assumed if not given.

    Raises
    ------
    UnknownCategoryError
        If the dangerous goods table does not know the UN number.
    """
    if shipment.un_number is not None:
        rates.dangerous.find(shipment.un_number)
    volume_m3 = shipment.volume_m3
    assumed: tuple[str, ...] = ()
    if volume_m3 is None:
        volume_m3 = shipment.mass_kg / rates.tariff.density_kg_per_m3
        assumed = ("volume_m3",)
    return CargoUnit(
        mass_kg=shipment.mass_kg,
        volume_m3=volume_m3,
        cargo=shipment.cargo,
        un_number=shipment.un_number,
        assumed=assumed,
        value_usd=shipment.value_usd,
    )
