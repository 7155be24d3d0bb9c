"""Names of equipment: trade names and ISO 6346 codes of what a tariff prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from greenroute.rating.data_set import open_data_set, unique_texts
from greenroute.rating.tariff import Equipment
from greenroute.tables import Column, read_table

#: Data set in the package.
DEFAULT_EQUIPMENT_CODES = "equipment-codes-2026"
CODE_COLUMNS = {
    "name": Column(),
    "iso6346": Column(),
    "meaning": Column(),
    "note": Column(empty=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentCodes:
    """Trade names of containers and their size-type codes.

    Attributes
    ----------
    name, version, sha256
        Of the data set.
    iso6346
        Size-type code by trade name.
    """

    name: str
    version: str
    sha256: str
    iso6346: Mapping[str, str]

    def codes(self, equipment: Equipment) -> dict[str, int]:
        """Return every name that means an equipment of a tariff, and its code.

        A name that the tariff has itself comes first; then its ISO 6346 code and the other
        names of that code. If several rows of the tariff share a code, the first has it.
        """
        found = {name: code for code, name in enumerate(equipment.names)}
        by_iso: dict[str, int] = {}
        for code, name in enumerate(equipment.names):
            if name in self.iso6346:
                by_iso.setdefault(self.iso6346[name], code)
        for name, iso in self.iso6346.items():
            if iso in by_iso:
                found.setdefault(name, by_iso[iso])
        for iso, code in by_iso.items():
            found.setdefault(iso, code)
        return found


def read_equipment_codes(folder: Path) -> EquipmentCodes:
    """Read a table of equipment codes.

    Parameters
    ----------
    folder
        Folder with `equipment-codes.toml` and the table `codes`.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If the table says something that cannot be.
    """
    data = open_data_set(folder, "equipment-codes.toml", ("codes",))
    table = read_table(data.files["codes"], CODE_COLUMNS)
    names = unique_texts(table, "name")
    codes = table.text("iso6346").to_pylist()
    return EquipmentCodes(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        iso6346=dict(zip(names, codes, strict=True)),
    )
