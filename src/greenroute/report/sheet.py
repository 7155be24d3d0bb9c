"""Small answers: a sheet of rows, written as a table, JSON, CSV or GeoJSON."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

Cell = str | int | float | bool | None
_LONGITUDE, _LATITUDE = "lon", "lat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Rows of one kind.

    Attributes
    ----------
    name
        What the rows are; the key of them in JSON.
    columns
        Names, with the unit at the end.
    rows
        Cells in the order of the columns; None where there is nothing to say.
    notes
        Sentences below the table.
    upright
        A table shows one cell a line: few rows, many columns.
    untold
        Columns that a table leaves out.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    upright: bool = False
    untold: frozenset[str] = frozenset()

    def records(self) -> list[dict[str, Cell]]:
        """Return the rows as mappings."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def sheet_table(sheet: Sheet) -> Sequence[RenderableType]:
    """Return a sheet for a terminal."""
    table = Table(
        box=None, pad_edge=False, header_style="bold", show_header=not sheet.upright
    )
    if sheet.upright:
        for row in sheet.rows:
            for name, cell in zip(sheet.columns, row, strict=True):
                words = Text(name.replace("_", " "), style="bold")
                table.add_row(words, Text(_shown(name, cell)))
        return [table, *(Text(note, style="dim") for note in sheet.notes)]
    told = [name for name in sheet.columns if name not in sheet.untold]
    records = sheet.records()
    for name in told:
        cells = [record[name] for record in records if record[name] is not None]
        table.add_column(
            name.replace("_", "\n", 1).replace("_", " "),
            justify="right" if all(map(_is_number, cells)) else "left",
            overflow="fold",
        )
    for record in records:
        table.add_row(*(Text(_shown(name, record[name])) for name in told))
    return [table, *(Text(note, style="dim") for note in sheet.notes)]


def sheet_json(sheet: Sheet) -> str:
    """Return a sheet as JSON: an object with the rows under its name."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in sheet.records())
    return f'{{"{sheet.name}": [\n{lines}\n]}}\n'


def sheet_csv(sheet: Sheet) -> str:
    """Return a sheet as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows(sheet.rows)
    return file.getvalue()


def sheet_geojson(sheet: Sheet) -> str:
    """Return a sheet with the columns lon and lat as points."""
    features: list[dict[str, Any]] = []
    for record in sheet.records():
        point = [record.pop(_LONGITUDE), record.pop(_LATITUDE)]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": point},
                "properties": record,
            }
        )
    document = {"type": "FeatureCollection", "features": features}
    return f"{json.dumps(document, ensure_ascii=False)}\n"


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _shown(column: str, cell: Cell) -> str:
    match cell:
        case None:
            return "–"
        case bool():
            return "yes" if cell else "no"
        case int():
            return f"{cell:,}"
        case float() if column in {_LATITUDE, _LONGITUDE}:
            return f"{cell:.2f}"
        case float():
            return f"{cell:,.1f}" if abs(cell) >= 1 else f"{cell:.3g}"
        case str():
            return cell
