"""Dangerous goods by UN number, and which aircraft may carry them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.data_set import open_data_set
from greenroute.tables import Column, ColumnKind, read_table

#: How many near UN numbers an error names.
SUGGESTIONS = 4
_YES_OR_NO = Column(kind=ColumnKind.INTEGER, least=0, most=1)
UN_COLUMNS = {
    "un_number": Column(),
    "name": Column(),
    "class": Column(),
    "passenger_aircraft": _YES_OR_NO,
    "cargo_aircraft": _YES_OR_NO,
    "limits": Column(empty=True),
    "source": Column(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerousEntry:
    """What the rules say of one UN number.

    Attributes
    ----------
    un_number
        Like "UN3480".
    name
        Proper shipping name, shortened.
    hazard_class
        Class or division.
    passenger_aircraft, cargo_aircraft
        May fly in the belly of a passenger aircraft; on a freighter.
    limits
        Limits per package, in words.
    source
        Rule that says so.
    """

    un_number: str
    name: str
    hazard_class: str
    passenger_aircraft: bool
    cargo_aircraft: bool
    limits: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerousGoods:
    """The dangerous goods table.

    Attributes
    ----------
    name, version, sha256
        Of the data set.
    path
        File of the table.
    entries
        By UN number.
    """

    name: str
    version: str
    sha256: str
    path: Path
    entries: Mapping[str, DangerousEntry]

    def find(self, un_number: str) -> DangerousEntry:
        """Return what the rules say of a UN number.

        Raises
        ------
        UnknownCategoryError
            Naming near numbers of the table.
        """
        try:
            return self.entries[un_number]
        except KeyError:
            near = process.extract(un_number, sorted(self.entries), limit=SUGGESTIONS)
            names = ", ".join(f"{key} ({self.entries[key].name})" for key, _, _ in near)
            msg = (
                f"un_number is {un_number!r}, expected one of the {len(self.entries)} in "
                f"{self.path}; near ones are {names}"
            )
            raise UnknownCategoryError(msg) from None


def read_dangerous(folder: Path) -> DangerousGoods:
    """Read a dangerous goods table.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If the table says something that cannot be; all errors are named.
    """
    data = open_data_set(folder, "dangerous-goods.toml", ("un_numbers",))
    path = data.files["un_numbers"]
    table = read_table(path, UN_COLUMNS)
    columns = {
        name: table.text(name).to_pylist()
        for name in UN_COLUMNS
        if name[-8:] != "aircraft"
    }
    passenger, cargo = (
        table.number("passenger_aircraft"),
        table.number("cargo_aircraft"),
    )
    entries: dict[str, DangerousEntry] = {}
    for row, number in enumerate(columns["un_number"]):
        if number in entries:
            msg = f"{path}:{row + 2}: un_number is {number!r} again, expected it once"
            raise DataError(msg)
        if passenger[row] > cargo[row]:
            msg = (
                f"{path}:{row + 2}: {number} may fly on passenger aircraft but not on "
                "cargo aircraft, expected the reverse at most"
            )
            raise DataError(msg)
        entries[number] = DangerousEntry(
            un_number=number,
            name=columns["name"][row],
            hazard_class=columns["class"][row],
            passenger_aircraft=bool(passenger[row]),
            cargo_aircraft=bool(cargo[row]),
            limits=columns["limits"][row],
            source=columns["source"][row],
        )
    return DangerousGoods(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        path=path,
        entries=entries,
    )
