"""What a unit of an energy carrier emits, and which carrier stands for a mode."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from greenroute.errors import UnknownCategoryError
from greenroute.network.lane import Mode
from greenroute.rating.data_set import DataSet, once, open_data_set, open_set, sets_of
from greenroute.rating.energy_carrier import (
    EnergyCarrier,
    EnergyShare,
    Feedstock,
    parse_energy,
)
from greenroute.rating.read_factors import HUB
from greenroute.statement import exact
from greenroute.statement.energy import EnergyFactor
from greenroute.tables import Column, ColumnKind, data_folder, read_table
from greenroute.units import G_PER_KG

DEFAULT_CARRIERS, DEFAULT_GRID = "fuels-2026", "grid-2026"
#: Table of carriers that stand for none unless their feedstock is named.
BIO = "bio_carriers"
_KG = Column(kind=ColumnKind.NUMBER, least=0, most=1_000)
CARRIER_COLUMNS = {
    "carrier": Column(choices=tuple(EnergyCarrier)),
    "unit": Column(choices=("l", "kg", "kWh", "MJ")),
    "wtw_kg_per_unit": _KG,
    "ttw_kg_per_unit": _KG,
    "feedstock": Column(choices=tuple(Feedstock)),
    "source": Column(),
}
GRID_COLUMNS = {
    "iso2": Column(),
    "wtw_g_per_kwh": Column(kind=ColumnKind.NUMBER, least=0, most=3_000),
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
        What it is made from.
    """

    unit: str
    factor: EnergyFactor
    feedstock: Feedstock


@dataclass(frozen=True, slots=True, kw_only=True)
class Carriers:
    """Energy carriers.

    Attributes
    ----------
    name, version
        Of the data set.
    factors
        By carrier and feedstock.
    usual
        What stands for a carrier whose feedstock is not named.
    areas
        A kilowatt-hour from the grid, by ISO2.
    of_mode
        What stands for a mode, or for "hub", where chains name no carrier.
    """

    name: str
    version: str
    factors: Mapping[tuple[EnergyCarrier, Feedstock], CarrierFactor]
    usual: Mapping[EnergyCarrier, CarrierFactor]
    areas: Mapping[str, CarrierFactor]
    of_mode: Mapping[str, tuple[EnergyShare, ...]]

    def find(self, share: EnergyShare) -> CarrierFactor:
        """Return what a unit of a part of a blend emits.

        Raises
        ------
        UnknownCategoryError
            If there is no value: bio and e-fuels need a feedstock, or that of their batch.
        """
        if share.area and share.carrier is EnergyCarrier.ELECTRIC:
            return self._of_area(share)
        found = (
            self.usual.get(share.carrier)
            if share.feedstock is None
            else self.factors.get((share.carrier, share.feedstock))
        )
        if found is None:
            known = ", ".join(f"{carrier}/{made}" for carrier, made in self.factors)
            made = "" if share.feedstock is None else f"/{share.feedstock}"
            msg = (
                f"data set {self.name!r} has no energy carrier '{share.carrier}{made}', "
                f"expected one of {known}; give a set that has it"
            )
            raise UnknownCategoryError(msg)
        return found

    def _of_area(self, share: EnergyShare) -> CarrierFactor:
        found = self.areas.get(share.area)
        if share.feedstock is not Feedstock.GRID or found is None:
            msg = (
                f"data set {self.name!r} has no energy carrier "
                f"'{share.carrier}/{share.feedstock}/{share.area}', expected Electric/Grid "
                f"and one of {len(self.areas)} areas"
            )
            raise UnknownCategoryError(msg)
        return found


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
    modes = read_table(data.files["modes"], MODE_COLUMNS)
    of_mode = zip(
        modes.text("mode").to_pylist(), modes.text("energy").to_pylist(), strict=True
    )
    usual = _factors(data.files["carriers"])
    others = _factors(data.files[BIO]) if BIO in data.files else {}
    return Carriers(
        name=data.name,
        version=data.version,
        factors=others | usual,
        usual={carrier: factor for (carrier, _), factor in usual.items()},
        areas=_areas(data),
        of_mode={mode: parse_energy(text) for mode, text in of_mode},
    )


def _factors(path: Path) -> dict[tuple[EnergyCarrier, Feedstock], CarrierFactor]:
    """Return what a table of carriers says, by carrier and feedstock."""
    table = read_table(path, CARRIER_COLUMNS)
    names = [EnergyCarrier(text) for text in table.text("carrier").to_pylist()]
    made = [Feedstock(text) for text in table.text("feedstock").to_pylist()]
    once(table, "carrier, feedstock", list(zip(names, made, strict=True)))
    units = table.text("unit").to_pylist()
    wtw, ttw = (table.number(f"{part}_kg_per_unit").tolist() for part in ("wtw", "ttw"))
    return {
        (name, made[row]): CarrierFactor(
            unit=units[row],
            factor=EnergyFactor(
                wtw_kg_co2e=exact.nearest(wtw[row]), ttw_kg_co2e=exact.nearest(ttw[row])
            ),
            feedstock=made[row],
        )
        for row, name in enumerate(names)
    }


def _areas(data: DataSet) -> dict[str, CarrierFactor]:
    """Return a kilowatt-hour of each area of the grid set that a set draws on, if any."""
    for reference in sets_of(data):
        if reference.name == DEFAULT_GRID:
            grid = open_set(data, reference, "grid.toml", ("grid",))
            table = read_table(grid.files["grid"], GRID_COLUMNS)
            names, grams = table.text("iso2"), table.number("wtw_g_per_kwh")
            per_kg = exact.one_per(G_PER_KG)
            return {
                name: CarrierFactor(
                    unit="kWh",
                    factor=EnergyFactor(
                        wtw_kg_co2e=exact.multiply(exact.nearest(g), per_kg),
                        ttw_kg_co2e=exact.multiply(exact.nearest(0.0), per_kg),
                    ),
                    feedstock=Feedstock.GRID,
                )
                for name, g in zip(names.to_pylist(), grams.tolist(), strict=True)
            }
    return {}
