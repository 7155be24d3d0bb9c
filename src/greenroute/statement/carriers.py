"""What a unit of an energy carrier emits, and which carrier stands for a mode."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from greenroute.errors import UnknownCategoryError
from greenroute.network.lane import Mode
from greenroute.rating.data_set import open_data_set
from greenroute.rating.read_factors import HUB
from greenroute.statement import exact
from greenroute.statement.energy import (
    EnergyCarrier,
    EnergyFactor,
    EnergyShare,
    parse_energy,
)
from greenroute.tables import Column, ColumnKind, data_folder, read_table

DEFAULT_CARRIERS = "fuels-2026"
_KG = Column(kind=ColumnKind.NUMBER, least=0, most=1_000)
CARRIER_COLUMNS = {
    "carrier": Column(choices=tuple(EnergyCarrier)),
    "unit": Column(choices=("l", "kg", "kWh", "MJ")),
    "wtw_kg_per_unit": _KG,
    "ttw_kg_per_unit": _KG,
    "feedstock": Column(empty=True),
    "source": Column(),
}
MODE_COLUMNS = {
    "mode": Column(choices=(*Mode, HUB)),
    "energy": Column(),
    "source": Column(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierFactor:
    """What a unit of a carrier emits.

    Attributes
    ----------
    unit
        Unit of consumption.
    factor
        Emissions per unit.
    feedstock
        What it is made from, in the words of iLEAP; "" if it is not stated.
    """

    unit: str
    factor: EnergyFactor
    feedstock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """Energy carriers.

    Attributes
    ----------
    name, version
        Of the data set.
    factors
        By carrier.
    of_mode
        What stands for a mode, or for "hub", where chains name no carrier.
    """

    name: str
    version: str
    factors: Mapping[EnergyCarrier, CarrierFactor]
    of_mode: Mapping[str, tuple[EnergyShare, ...]]

    def find(self, carrier: EnergyCarrier) -> CarrierFactor:
        """Return what a unit of a carrier emits.

        Raises
        ------
        UnknownCategoryError
            If there is no value: bio and e-fuels need that of their batch.
        """
        try:
            return self.factors[carrier]
        except KeyError:
            msg = (
                f"data set {self.name!r} has no energy carrier '{carrier}', expected one of "
                f"{', '.join(self.factors)}; give a set that has it"
            )
            raise UnknownCategoryError(msg) from None


def read_carriers(folder: Path | str | None = None) -> Carriers:
    """Read energy carriers; without a folder, the set in the package.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table says something that cannot be.
    """
    if folder is None:
        folder = data_folder() / "factors" / DEFAULT_CARRIERS
    data = open_data_set(Path(folder), "fuels.toml", ("carriers", "modes"))
    table = read_table(data.files["carriers"], CARRIER_COLUMNS)
    names, units, feedstocks = (
        table.text(name).to_pylist() for name in ("carrier", "unit", "feedstock")
    )
    wtw, ttw = (table.number(f"{part}_kg_per_unit").tolist() for part in ("wtw", "ttw"))
    modes = read_table(data.files["modes"], MODE_COLUMNS)
    of_mode = zip(
        modes.text("mode").to_pylist(), modes.text("energy").to_pylist(), strict=True
    )
    return Carriers(
        name=data.name,
        version=data.version,
        factors={
            EnergyCarrier(name): CarrierFactor(
                unit=units[row],
                factor=EnergyFactor(
                    wtw_kg_co2e=_decimal(wtw[row]), ttw_kg_co2e=_decimal(ttw[row])
                ),
                feedstock=feedstocks[row],
            )
            for row, name in enumerate(names)
        },
        of_mode={mode: parse_energy(text) for mode, text in of_mode},
    )


def _decimal(number: float) -> Decimal:
    return exact.nearest(number)
