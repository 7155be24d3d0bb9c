"""All factors of a set and of the sets it draws on, with where each comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.data_set import (
    DataSet,
    folder_of_set,
    open_data_set,
    open_set,
    sets_of,
)
from greenroute.rating.factor_entry import (
    FactorEntry,
    fuel_entry,
    grid_entry,
    option_entry,
    spend_entry,
    transport_entry,
)
from greenroute.rating.factor_rows import FACTOR_COLUMNS
from greenroute.rating.factor_tables import (
    DESCRIPTION,
    FACTORS,
    OPTION_FACTOR_COLUMNS,
    OPTION_FACTORS,
)
from greenroute.tables import Column, data_folder, read_table

DEFAULT_SET = "default-2026"
FUELS, GRID, SPEND = "fuels", "grid", "spend"
#: How many near ids a failed look-up names, and how alike they must be.
_NEAR, _LIKE = 4, 70


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAvailable:
    """A fuel or vehicle without an intensity, and why.

    Attributes
    ----------
    option
        Its name.
    base_tocs
        TOCs, or the beginning of them.
    reason, needed, source
        Why there is none, what it would take, what was looked at.
    """

    option: str
    base_tocs: str
    reason: str
    needed: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAbout:
    """What a set says of itself.

    Attributes
    ----------
    name, version, sha256
        Name, version, digest over its tables.
    attributions
        What its licences ask to be shown.
    """

    name: str
    version: str
    sha256: str
    attributions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorLibrary:
    """Factors of a set and of the sets that it draws on.

    Attributes
    ----------
    name
        Of the set that was asked for.
    entries
        By factor id.
    sets
        By name.
    not_available
        Fuels and vehicles without an intensity.
    formulas
        Rows of the formulas by name.
    parameters
        Rows of their parameters by name.
    tocs
        TOCs by the id of their factor.
    """

    name: str
    entries: Mapping[str, FactorEntry]
    sets: Mapping[str, SetAbout]
    not_available: tuple[NotAvailable, ...]
    formulas: Mapping[str, Mapping[str, str]]
    parameters: Mapping[str, Mapping[str, str]]
    tocs: Mapping[str, tuple[str, ...]]

    def find(self, factor_id: str) -> FactorEntry:
        """Return a factor.

        Raises
        ------
        UnknownCategoryError
            Naming near ids.
        """
        try:
            return self.entries[factor_id]
        except KeyError:
            found = process.extract(factor_id, list(self.entries), limit=_NEAR)
            near = ", ".join(name for name, _, _ in found)
            msg = (
                f"factor set {self.name!r} has no factor {factor_id!r}, expected one of "
                f"{len(self.entries)}; near ones are {near}"
            )
            raise UnknownCategoryError(msg) from None


def read_library(folder: Path | str | None = None) -> FactorLibrary:
    """Read a factor set with the sets it draws on; without a folder, that of the package.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table says something that cannot be.
    """
    if folder is None:
        folder = data_folder() / "factors" / DEFAULT_SET
    data = open_data_set(Path(folder), DESCRIPTION, ())
    entries: dict[str, FactorEntry] = {}
    sets = {}
    drawn = [
        open_set(data, reference, _description(folder_of_set(data, reference.name)), ())
        for reference in sets_of(data)
    ]
    texts: dict[str, list[Mapping[str, str]]] = {}
    for part in (*drawn, data):
        _add_entries(entries, part)
        sets[part.name] = _about(part)
        for name in ("formulas", "parameters", "options_not_available"):
            texts.setdefault(name, []).extend(_texts(part, name))
    tocs: dict[str, dict[str, None]] = {}
    for row in _texts(data, "tocs"):
        tocs.setdefault(row["factor_id"], {})[row["toc"]] = None
    return FactorLibrary(
        name=data.name,
        entries=entries,
        sets=sets,
        not_available=tuple(NotAvailable(**r) for r in texts["options_not_available"]),
        formulas={row["formula"]: row for row in texts["formulas"]},
        parameters={row["parameter"]: row for row in texts["parameters"]},
        tocs={factor_id: tuple(names) for factor_id, names in tocs.items()},
    )


def search(library: FactorLibrary, words: str) -> list[FactorEntry]:
    """Return the factors that have all words; if none has, those with like words."""
    wanted = words.lower().split()
    texts = {entry.factor_id: entry.text() for entry in library.entries.values()}
    hits = [i for i, text in texts.items() if all(word in text for word in wanted)]
    if not hits:
        near = process.extract(
            words.lower(), texts, scorer=fuzz.partial_ratio, score_cutoff=_LIKE
        )
        hits = [factor_id for _, _, factor_id in near]
    return [library.entries[factor_id] for factor_id in hits]


def search_not_available(library: FactorLibrary, words: str) -> list[NotAvailable]:
    """Return the fuels and vehicles without an intensity that have one of the words."""
    wanted = words.lower().replace("-", " ").split()
    return [
        row
        for row in library.not_available
        if any(word in row.option.split("-") for word in wanted)
    ]


def _description(folder: Path) -> str:
    """Return the name of the one `.toml` of a set."""
    found = sorted(path.name for path in folder.glob("*.toml"))
    if len(found) != 1:
        msg = f"{folder}: there are {len(found)} descriptions (.toml), expected one"
        raise DataError(msg)
    return found[0]


def _about(data: DataSet) -> SetAbout:
    sources: Sequence[Mapping[str, Any]] = data.about.get("sources", [])
    return SetAbout(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        attributions=tuple(
            source["attribution"] for source in sources if source.get("attribution")
        ),
    )


def _texts(data: DataSet, table: str) -> list[Mapping[str, str]]:
    """Return the rows of a table as texts; none if the set does not have it."""
    if table not in data.files:
        return []
    read = read_table(data.files[table], {})
    columns = {name: Column(empty=True) for name in read.data.column_names}
    return list(read_table(data.files[table], columns).data.to_pylist())


def _add_entries(entries: dict[str, FactorEntry], data: DataSet) -> None:
    found: list[FactorEntry] = []
    if FACTORS in data.files:
        rows = read_table(data.files[FACTORS], FACTOR_COLUMNS).data.to_pylist()
        found += [transport_entry(row, data.name) for row in rows]
    found += [fuel_entry(row, data.name) for row in _texts(data, FUELS)]
    found += [grid_entry(row, data.name) for row in _texts(data, GRID)]
    found += [spend_entry(row, data.name) for row in _texts(data, SPEND)]
    entries |= {entry.factor_id: entry for entry in found}
    if OPTION_FACTORS in data.files:
        path = data.files[OPTION_FACTORS]
        for row in read_table(path, OPTION_FACTOR_COLUMNS).data.to_pylist():
            base = entries[row["base_factor_id"]]
            entries[row["factor_id"]] = option_entry(row, base, data.name)
