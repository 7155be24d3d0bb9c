"""Factors as sheets of rows: all of them, those that words find, one with its lineage."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from greenroute.errors import UnknownCategoryError, one_of
from greenroute.network.lane import Mode
from greenroute.rating.factor_entry import FactorEntry
from greenroute.rating.factor_library import (
    FactorLibrary,
    NotAvailable,
    read_library,
    search,
    search_not_available,
)
from greenroute.report.sheet import Cell, Sheet

NOT_AVAILABLE = "not available"
_COLUMNS = (
    "factor_id",
    "mode",
    "what",
    "region",
    "wtw",
    "ttw",
    "unit",
    "use",
    "data_type",
    "gwp_basis",
    "distance_basis",
    "set",
    "source",
    "year",
    "licence",
    "notes",
)
_UNTOLD = frozenset(
    {"what", "gwp_basis", "distance_basis", "set", "source", "year", "licence", "notes"}
)


def factors_sheet(
    folder: Path | str | None = None,
    *,
    mode: str | None = None,
    set_name: str | None = None,
) -> Sheet:
    """Return the factors of a set and of the sets that it draws on, one a row.

    Parameters
    ----------
    mode
        Only those of a mode.
    set_name
        Only those of a set.

    Raises
    ------
    UnknownCategoryError
        For a mode or a set that there is not.
    """
    library = read_library(folder)
    if mode is not None:
        one_of(Mode, mode, "mode")
    if set_name is not None and set_name not in library.sets:
        msg = f"set is {set_name!r}, expected one of {', '.join(library.sets)}"
        raise UnknownCategoryError(msg)
    entries = (
        entry
        for entry in library.entries.values()
        if mode in (None, entry.mode) and set_name in (None, entry.set_name)
    )
    return _sheet(entries, ())


def found_factors_sheet(folder: Path | str | None, words: str) -> Sheet:
    """Return the factors that words find, and what is not available of that name."""
    library = read_library(folder)
    return _sheet(search(library, words), search_not_available(library, words))


def factor_sheet(folder: Path | str | None, factor_id: str) -> Sheet:
    """Return one factor with its lineage.

    Raises
    ------
    UnknownCategoryError
        If there is none of this id.
    """
    library = read_library(folder)
    entry = library.find(factor_id)
    about = library.sets[entry.set_name]
    told: dict[str, Cell] = dict(zip(_COLUMNS, _row(entry), strict=True))
    told["wtt"], told["biogenic_co2"] = entry.wtt, entry.biogenic
    told |= {
        "section": entry.section,
        "confidence": entry.confidence,
        "spread": entry.spread or None,
        "formula": entry.formula or None,
        **_formula(library, entry),
        "inputs": "; ".join(_inputs(library, entry)) or None,
        "tocs": ", ".join(library.tocs.get(factor_id, ())) or None,
        "set_version": about.version,
        "set_sha256": about.sha256,
        "attribution": "; ".join(_attributions(library, entry)) or None,
    }
    return Sheet(
        name="factors",
        columns=tuple(told),
        rows=(tuple(told.values()),),
        upright=True,
    )


def _sheet(entries: Iterable[FactorEntry], absent: Sequence[NotAvailable]) -> Sheet:
    rows = [_row(entry) for entry in entries]
    rows += [_absent_row(row) for row in absent]
    return Sheet(
        name="factors",
        columns=_COLUMNS,
        rows=tuple(rows),
        untold=_UNTOLD,
        notes=tuple(
            f"{row.option} of {row.base_tocs.replace(';', ', ')} is not available: "
            f"{row.reason}. Needed: {row.needed}."
            for row in absent
        ),
    )


def _row(entry: FactorEntry) -> tuple[Cell, ...]:
    return (
        entry.factor_id,
        entry.mode or None,
        entry.what,
        entry.region or None,
        entry.wtw,
        entry.ttw,
        entry.unit,
        entry.use,
        entry.data_type or None,
        entry.gwp_basis,
        entry.distance_basis or None,
        entry.set_name,
        entry.source,
        str(entry.year),
        entry.licence,
        entry.notes or None,
    )


def _absent_row(row: NotAvailable) -> tuple[Cell, ...]:
    told: dict[str, Cell] = dict.fromkeys(_COLUMNS)
    told |= {
        "factor_id": f"{NOT_AVAILABLE}:{row.option}",
        "what": f"{row.option} of {row.base_tocs}",
        "use": NOT_AVAILABLE,
        "source": row.source,
        "notes": f"{row.reason}; needed: {row.needed}",
    }
    return tuple(told.values())


def _formula(library: FactorLibrary, entry: FactorEntry) -> dict[str, Cell]:
    """Return the formula of a factor in words."""
    row = library.formulas.get(entry.formula)
    if row is None:
        return {}
    parts = ("ttw", "wtt", "biogenic")
    said = {f"{part}_formula": row[f"{part}_g_per_tkm"] or None for part in parts}
    return {**said, "meaning": row["meaning"] or None}


def _inputs(library: FactorLibrary, entry: FactorEntry) -> Iterable[str]:
    """Return the inputs of a factor, each with its figure and source."""
    for name, value in entry.inputs.items():
        found = library.entries.get(value)
        if found is None:
            yield f"{name} = {value}"
        else:
            figures = f"WTW {found.wtw:g}, TTW {found.ttw:g} {found.unit}"
            yield f"{name} = {value} ({figures})"
    row = library.formulas.get(entry.formula)
    for name in filter(None, "" if row is None else row["parameters"].split(";")):
        said = library.parameters[name]
        yield f"{name} = {said['value']} ({said['source']}, {said['confidence']})"


def _attributions(library: FactorLibrary, entry: FactorEntry) -> list[str]:
    """Return what the sets of a factor and of its inputs ask to be shown."""
    used = [entry.set_name]
    used += [
        library.entries[value].set_name
        for value in entry.inputs.values()
        if value in library.entries
    ]
    found: dict[str, None] = {}
    for name in used:
        found |= dict.fromkeys(library.sets[name].attributions)
    return list(found)
