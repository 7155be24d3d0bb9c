"""Reads chains files of JSON, as an array or in lines, into columns of texts.

Two readers: lines that are all alike go through Arrow at once; anything else, and every
error, through a patient one that keeps each digit and knows each line.
"""

import codecs
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.statement.columns import CHAIN_COLUMNS, CellKind
from greenroute.statement.groups import one_array

#: Joins ids in one cell.
SEPARATOR = ";"
#: Objects of JSON turned into columns at once; bounds the memory of reading.
OBJECTS_AT_ONCE = 50_000
#: What decides whether lines are all alike, and how much is parsed at a time.
_SAMPLE_BYTES, _SAMPLE_LINES, _BLOCK_BYTES = 1 << 20, 200, 1 << 22
#: More digits than any column holds: a number past them is left to the patient reader.
_DIGITS = pa.decimal256(60, 24)


class JsonTexts(NamedTuple):
    """Texts by column, line of each row, and lines that are no rows."""

    columns: dict[str, pa.Array]
    line: NDArray[np.int64]
    unreadable: tuple[tuple[int, str], ...]


def read_json(path: Path) -> JsonTexts:
    """Read a JSON array of objects, or JSON lines.

    Raises
    ------
    DataError
        If the file as a whole cannot be read.
    """
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    plain = _read_plain_lines(data)
    if plain is not None:
        return plain
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        msg = f"{path}: byte {error.start} is no UTF-8, expected a text"
        raise DataError(msg) from None
    del data
    rows = _Rows()
    unreadable: list[tuple[int, str]] = []
    for line, value in _objects(path, text):
        cells, problem = _cells(value)
        if problem:
            unreadable.append((line, problem))
        else:
            rows.add(line, cells)
    line_of = np.array(rows.lines, dtype=np.int64)
    return JsonTexts(rows.columns(), line_of, tuple(unreadable))


def _read_plain_lines(data: bytes) -> JsonTexts | None:
    """Read JSON lines at once; None if they need the patient reader.

    Plain are lines of one object each, with the columns and the kinds of cells of the
    first ones, and numbers in known columns only: digits of others must not change.
    """
    kinds = _kinds_of(data[:_SAMPLE_BYTES].splitlines()[:_SAMPLE_LINES])
    if kinds is None:
        return None
    options = pyarrow.json.ParseOptions(
        explicit_schema=pa.schema(kinds), unexpected_field_behavior="error"
    )
    try:
        table = pyarrow.json.read_json(
            pa.BufferReader(data),
            parse_options=options,
            read_options=pyarrow.json.ReadOptions(block_size=_BLOCK_BYTES),
        )
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    if table.num_rows != lines:  # blank lines, or objects over several lines
        return None
    columns = {name: _as_text(one_array(table, name)) for name in table.column_names}
    return JsonTexts(columns, np.arange(1, lines + 1), ())


def _kinds_of(lines: Sequence[bytes]) -> list[tuple[str, pa.DataType]] | None:
    """Return the type of each column by the first lines; None if they are not plain."""
    kinds: dict[str, pa.DataType] = {}
    for line in lines[:-1] or lines:
        try:
            value = json.loads(line)
        except ValueError:
            return None
        if not isinstance(value, dict):
            return None
        for name, cell in value.items():
            kind = _kind_of(name, cell)
            if kind is None or kinds.setdefault(name, kind) != kind:
                return None
    return list(kinds.items())


def _kind_of(name: str, cell: object) -> pa.DataType | None:
    known = CHAIN_COLUMNS.get(name)
    is_number = known is not None and known.kind is CellKind.NUMBER
    match cell:
        case bool():
            return None
        case int() | float():
            return _DIGITS if is_number else None
        case str():
            return None if is_number else pa.string()
        case list():
            return pa.list_(pa.string()) if name == "prev_tce_ids" else None
        case _:
            return None


def _as_text(column: pa.Array) -> pa.Array:
    """Return a column as texts, "" where it is null; numbers without closing zeros."""
    if pa.types.is_list(column.type):
        column = pc.binary_join(column, SEPARATOR)
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.string())
        column = pc.replace_substring_regex(column, r"^([^E]*?)\.?0+$", r"\1")
    return pc.fill_null(column, "")


class _Rows:
    """Gathers rows of texts into columns, a block at a time."""

    def __init__(self) -> None:
        self.lines: list[int] = []
        self._cells: list[dict[str, str]] = []
        self._blocks: list[_Block] = []

    def add(self, line: int, cells: dict[str, str]) -> None:
        """Add a row."""
        self.lines.append(line)
        self._cells.append(cells)
        if len(self._cells) == OBJECTS_AT_ONCE:
            self._close_block()

    def columns(self) -> dict[str, pa.Array]:
        """Return all rows as columns, "" where a row says nothing."""
        self._close_block()
        names = dict.fromkeys(name for block in self._blocks for name in block.names)
        return {
            name: pa.concat_arrays([block.column(name) for block in self._blocks])
            for name in names
        }

    def _close_block(self) -> None:
        if self._cells:
            self._blocks.append(_Block(self._cells))
            self._cells = []


class _Block:
    """Some rows of texts, as one array of structures."""

    def __init__(self, cells: list[dict[str, str]]) -> None:
        names = dict.fromkeys([*cells[0], *sorted(set().union(*cells))])
        self.names = tuple(names)
        kind = pa.struct([(name, pa.string()) for name in names])
        self._rows = pa.array(cells, kind)

    def column(self, name: str) -> pa.Array:
        """Return a column, "" where a row says nothing."""
        if name not in self.names:
            return pa.array([""] * len(self._rows), pa.string())
        return pc.fill_null(self._rows.field(self.names.index(name)), "")


def _objects(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """Yield the objects of a JSON array, or of JSON lines, with the line of each.

    Numbers stay the texts that they are, so that no digit is lost.
    """
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    position = _skip(text, 0)
    in_array = text[position : position + 1] == "["
    if in_array:
        position = _skip(text, position + 1)
    line, counted = 1, 0
    while position < len(text) and not (in_array and text[position] == "]"):
        line += text.count("\n", counted, position)
        counted = position
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            msg = f"{path}:{error.lineno}: {error.msg} in column {error.colno}, expected JSON"
            raise DataError(msg) from None
        yield line, value
        position = _skip(text, position)
        if in_array and text[position : position + 1] == ",":
            position = _skip(text, position + 1)
        elif in_array and text[position : position + 1] != "]":
            where = text.count("\n", 0, position) + 1
            msg = f"{path}:{where}: the list is not closed, expected ',' or ']'"
            raise DataError(msg)
    if in_array and position >= len(text):
        msg = f"{path}: the list is not closed, expected ']' at the end"
        raise DataError(msg)


def _skip(text: str, position: int) -> int:
    """Return the position of the next character that is no white space."""
    while position < len(text) and text[position] in " \t\r\n":
        position += 1
    return position


def _cells(value: object) -> tuple[dict[str, str], str]:
    """Return an object as cells, and what is wrong with it."""
    cells: dict[str, str] = {}
    if not isinstance(value, dict):
        return cells, f"{value!r:.40}, expected an object"
    if set(map(type, value.values())) <= {str}:
        return value, ""
    for name, cell in value.items():
        if isinstance(cell, str):
            cells[name] = cell
        elif isinstance(cell, list) and all(isinstance(part, str) for part in cell):
            cells[name] = SEPARATOR.join(cell)
        elif cell is not None:
            return {}, f"{name} is {cell!r:.40}, expected a text or a number"
    return cells, ""
