"""Joins the factors of a set with those of the sets that it draws on."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greenroute.errors import DataError
from greenroute.rating.data_set import (
    DataSet,
    codes_in,
    folder_of_set,
    open_set,
    refuse,
    sets_of,
    unique_texts,
)
from greenroute.rating.factor_rows import FACTOR_COLUMNS, INTENSITY, check_rows
from greenroute.rating.factors import DataType, Use
from greenroute.tables import Column, Table, positions, read_table

#: Description of a set that has factors, and the tables that hold them.
DESCRIPTION = "factors.toml"
FACTORS, OPTION_FACTORS = "factors", "option_factors"
#: Column of the joined table that says which set a row is from.
SET_NAME = "set_name"
#: Column that names the factor which one of an option was computed from.
BASE = "base_factor_id"
#: Which spread the factor of an option has.
OPTION_SPREAD = "option of a default"
OPTION_FACTOR_COLUMNS = {
    "factor_id": Column(),
    "base_factor_id": Column(),
    "option": Column(),
    "region": Column(),
    "wtw_g_per_tkm": INTENSITY,
    "ttw_g_per_tkm": INTENSITY,
    "wtt_g_per_tkm": INTENSITY,
    "energy": Column(required=False, empty=True),
    "gwp_basis": Column(),
    "licence": Column(),
}
#: What a row of an option has from its base.
_OF_BASE = ("mode", "temperature", "distance_basis", "source", "year")
#: What all rows of options say.
_OF_ALL = {
    "section": "computed by its formula",
    "wtt_basis": "modelled",
    "data_type": DataType.MODELLED,
    "spread": OPTION_SPREAD,
    "use": Use.OPTION,
    "confidence": "computed",
    "notes": "",
}


def read_all_factors(data: DataSet) -> Table:
    """Return the factors of all sets that a set draws on, its own last.

    Raises
    ------
    DataError
        If a row says something that cannot be, or a factor is in two sets.
    """
    parts: list[tuple[str, Table]] = []
    for reference in sets_of(data):
        if (folder_of_set(data, reference.name) / DESCRIPTION).is_file():
            drawn = open_set(data, reference, DESCRIPTION, ())
            parts += _factors_of(drawn, parts)
    parts += _factors_of(data, parts)
    if not parts:
        msg = f"{data.path}: there are no factors, expected [tables.{FACTORS}] or [[sets]]"
        raise DataError(msg)
    return Table(path=parts[-1][1].path, data=_joined(parts))


def _joined(parts: list[tuple[str, Table]]) -> pa.Table:
    """Return the rows of all sets; a column that a set may do without is empty there."""
    return pa.concat_tables(
        pa.table(
            {
                **{
                    column: part.data[column] if part.has(column) else part.text(column)
                    for column in (*FACTOR_COLUMNS, BASE)
                },
                SET_NAME: pa.repeat(pa.scalar(name), len(part)),
            }
        )
        for name, part in parts
    ).combine_chunks()


def _factors_of(
    data: DataSet, before: list[tuple[str, Table]]
) -> list[tuple[str, Table]]:
    """Return the factors of a set; no factor may have been there before."""
    found: list[tuple[str, Table]] = []
    if FACTORS in data.files:
        table = read_table(data.files[FACTORS], FACTOR_COLUMNS)
        found.append((data.name, _checked(table, before)))
    if OPTION_FACTORS in data.files:
        table = read_table(data.files[OPTION_FACTORS], OPTION_FACTOR_COLUMNS)
        base = [*before, *found]
        completed = _completed(table, pa.concat_tables(_of_base(base)))
        found.append((data.name, _checked(completed, base)))
    return found


def _checked(table: Table, before: list[tuple[str, Table]]) -> Table:
    ids = table.text("factor_id")
    if pc.count_distinct(ids).as_py() < len(ids):
        unique_texts(table, "factor_id")
    for name, part in before:
        twice = positions(ids, part.text("factor_id")) >= 0
        refuse(
            table.path,
            (
                (
                    row,
                    f"factor_id is {ids[row].as_py()!r} as in set {name!r}, expected once",
                )
                for row in np.flatnonzero(twice).tolist()
            ),
        )
    check_rows(table)
    return table


def _of_base(parts: list[tuple[str, Table]]) -> list[pa.Table]:
    """Return what options need of their base."""
    columns = ["factor_id", "vehicle_class", *_OF_BASE]
    return [part.data.select(columns) for _, part in parts]


def _completed(table: Table, base: pa.Table) -> Table:
    """Return the rows of options with what they have from their base."""
    ids = base["factor_id"].combine_chunks()
    rows = positions(table.text("base_factor_id"), ids)
    if (rows < 0).any():
        codes_in(table, "base_factor_id", ids.to_pylist())
    taken = base.take(pa.array(rows))
    columns = {name: taken[name] for name in _OF_BASE}
    columns["vehicle_class"] = pc.binary_join_element_wise(
        taken["vehicle_class"].combine_chunks(), table.text("option"), "; "
    )
    columns |= {
        name: pa.repeat(pa.scalar(str(text)), len(table))
        for name, text in _OF_ALL.items()
    }
    columns |= {
        name: table.data[name]
        for name in OPTION_FACTOR_COLUMNS
        if name != "option" and table.has(name)
    }
    return Table(path=table.path, data=pa.table(columns))
