"""One shipment: what has to move, from where to where, by when."""

import math
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from greenroute.errors import DataError

#: More than the largest ship carries [kg]: a typing error, not a shipment.
MAX_MASS_KG = 250_000_000.0
#: Likewise by volume [m³].
MAX_VOLUME_M3 = 1_000_000.0
#: Osmium weighs 22,590 kg/m³; anything denser, or lighter than foam, is a typing error.
MIN_DENSITY_KG_PER_M3, MAX_DENSITY_KG_PER_M3 = 1.0, 22_590.0
#: Separates the places of a destination set.
SET_SEPARATOR = ";"
_UN_NUMBER = re.compile(r"^UN\d{4}$")


class Cargo(StrEnum):
    """How the goods must be carried."""

    DRY = "dry"
    REEFER = "reefer"
    DANGEROUS = "dangerous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Freight of one order, from shipper to final consignee.

    Attributes
    ----------
    origin, destination
        Places, as a user types them; the destination may be a set, "A;B;C".
    mass_kg
        Mass with its packaging [kg].
    volume_m3
        Volume with its packaging [m³]; None lets the tariff assume a density.
    cargo
        How the goods must be carried.
    un_number
        UN number of dangerous goods, like "UN3481".
    ready_at, due_at
        When the goods can leave and when they must be there; aware, or local to the
        place if naive.
    max_cost_usd, max_wtw_kg_co2e
        Most that an itinerary may cost [USD] and emit [kg CO2e].
    value_usd
        Value of the goods [USD], of which lanes may charge a duty.

    Raises
    ------
    DataError
        If a value cannot be.
    """

    origin: str
    destination: str
    mass_kg: float
    volume_m3: float | None = None
    cargo: Cargo = Cargo.DRY
    un_number: str | None = None
    ready_at: datetime | None = None
    due_at: datetime | None = None
    max_cost_usd: float | None = None
    max_wtw_kg_co2e: float | None = None
    value_usd: float | None = None

    def __post_init__(self) -> None:
        _number("mass_kg", self.mass_kg, MAX_MASS_KG)
        if self.volume_m3 is not None:
            _number("volume_m3", self.volume_m3, MAX_VOLUME_M3)
            density = self.mass_kg / self.volume_m3
            if not MIN_DENSITY_KG_PER_M3 <= density <= MAX_DENSITY_KG_PER_M3:
                msg = (
                    f"mass_kg {self.mass_kg:g} in volume_m3 {self.volume_m3:g} is "
                    f"{density:.3g} kg/m3, expected {MIN_DENSITY_KG_PER_M3:g} to "
                    f"{MAX_DENSITY_KG_PER_M3:g}: check the units"
                )
                raise DataError(msg)
        for name in ("max_cost_usd", "max_wtw_kg_co2e", "value_usd"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                msg = f"{name} is {value:g}, expected a number >= 0"
                raise DataError(msg)
        self._check_dates()
        self._check_cargo()

    @property
    def destinations(self) -> tuple[str, ...]:
        """Places of the destination set, any one of which will do."""
        places = (text.strip() for text in self.destination.split(SET_SEPARATOR))
        return tuple(text for text in places if text)

    def _check_dates(self) -> None:
        if self.due_at is None:
            return
        if self.ready_at is None:
            msg = "due_at is given without ready_at, expected both"
            raise DataError(msg)
        if (self.ready_at.tzinfo is None) != (self.due_at.tzinfo is None):
            msg = (
                "one of ready_at and due_at has a UTC offset, expected both or neither"
            )
            raise DataError(msg)
        if self.due_at <= self.ready_at:
            msg = (
                f"due_at is {self.due_at.isoformat()}, expected a time after ready_at "
                f"{self.ready_at.isoformat()}"
            )
            raise DataError(msg)

    def _check_cargo(self) -> None:
        if self.cargo is Cargo.DANGEROUS:
            if self.un_number is None or not _UN_NUMBER.match(self.un_number):
                msg = (
                    f"un_number is {self.un_number!r}, expected UN and four digits "
                    "(like UN3481) for dangerous cargo"
                )
                raise DataError(msg)
        elif self.un_number is not None:
            msg = f"un_number {self.un_number} is given for cargo {self.cargo}, expected dangerous"
            raise DataError(msg)


def _number(name: str, value: float, most: float) -> None:
    if not math.isfinite(value) or value <= 0 or value > most:
        msg = f"{name} is {value:g}, expected a number > 0 and <= {most:,.0f}"
        raise DataError(msg)
