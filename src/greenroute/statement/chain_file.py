"""Reads chains files of every format into columns of texts, with the line of each row."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.statement.groups import one_array

#: Joins ids in one cell.
SEPARATOR = ";"
#: Objects of JSON turned into columns at once; bounds the memory of reading.
OBJECTS_AT_ONCE = 50_000
_FIRST_DATA_LINE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainTexts:
    """A chains file as it stands there.

    Attributes
    ----------
    path
        Where it was read from.
    columns
        Texts by column, "" where a cell is empty, (n_rows,).
    line
        Line, or row of a Parquet file, of each row, (n_rows,).
    unreadable
        Line and what is wrong with rows that are no rows.
    """

    path: Path
    columns: dict[str, pa.Array]
    line: NDArray[np.int64]
    unreadable: tuple[tuple[int, str], ...]

    def where(self, row: int) -> str:
        """Return the place of a row, for an error message."""
        return self.place(int(self.line[row]))

    def place(self, line: int) -> str:
        """Return the place of a line."""
        return place_of(str(self.path), line)

    def __len__(self) -> int:
        return len(self.line)


def place_of(source: str, line: int) -> str:
    """Return a line of a file, or a row of one that has no lines."""
    row = "row " if source.endswith(".parquet") else ""
    return f"{source}:{row}{line}"


def read_texts(path: Path) -> ChainTexts:
    """Read a chains file: `.csv`, `.json`, `.jsonl` or `.parquet`.

    Raises
    ------
    DataError
        If the file as a whole cannot be read.
    """
    if not path.is_file():
        msg = f"{path}: there is no such file"
        raise DataError(msg)
    match path.suffix:
        case ".csv":
            return _read_csv(path)
        case ".json" | ".jsonl" | ".ndjson":
            return _read_json(path)
        case ".parquet":
            return _read_parquet(path)
        case _:
            msg = f"{path}: expected a file ending in .csv, .json, .jsonl or .parquet"
            raise DataError(msg)


def _read_csv(path: Path) -> ChainTexts:
    data = path.read_bytes()
    if not data.strip():
        msg = f"{path}: the file is empty, expected a row of column names"
        raise DataError(msg)
    broken: list[tuple[int, str]] = []

    def note(row: pyarrow.csv.InvalidRow) -> str:
        if row.text.strip():
            found = f"{row.actual_columns} cells, expected {row.expected_columns}"
            broken.append((row.number, found))
        else:
            broken.append((row.number, ""))
        return "skip"

    parse = pyarrow.csv.ParseOptions(
        invalid_row_handler=note, ignore_empty_lines=False, newlines_in_values=True
    )
    read = pyarrow.csv.ReadOptions(use_threads=False)
    try:
        header = _header(path, data)
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=read,
            parse_options=parse,
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                strings_can_be_null=False,
            ),
        ).combine_chunks()
    except pa.ArrowInvalid as error:
        msg = f"{path}{_undecodable(data)}: {str(error).splitlines()[0]}"
        raise DataError(msg) from None
    columns = {name: one_array(table, name) for name in header}
    lines, left_out = _csv_lines(columns, [place for place, _ in broken], len(table))
    unreadable = zip(left_out, (text for _, text in broken), strict=True)
    return _without_blank_rows(
        path, columns, lines, tuple((line, text) for line, text in unreadable if text)
    )


def _header(path: Path, data: bytes) -> list[str]:
    first = data.split(b"\n", 1)[0] + b"\n"
    names = pyarrow.csv.read_csv(pa.BufferReader(first)).column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"{path}:1: column {', '.join(twice)} is there twice, expected once"
        raise DataError(msg)
    return [str(name) for name in names]


def _undecodable(data: bytes) -> str:
    """Return the line of the first byte that is no UTF-8, like ":17"."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        newlines = data.count(b"\n", 0, error.start)
        return f":{newlines + 1}"
    return ""


def _csv_lines(
    columns: dict[str, pa.Array], skipped: list[int], count: int
) -> tuple[NDArray[np.int64], list[int]]:
    """Return the line on which each row begins, and each of those that were left out.

    Lines inside quoted cells push the rows after them down.
    """
    places = np.arange(_FIRST_DATA_LINE, count + len(skipped) + _FIRST_DATA_LINE)
    kept = places[~np.isin(places, skipped)]
    breaks = np.zeros(count + 1, dtype=np.int64)
    for texts in columns.values():
        if pc.any(pc.match_substring(texts, "\n")).as_py():
            breaks[1:] += np.asarray(pc.count_substring(texts, "\n"))
    pushed = np.cumsum(breaks)
    before = np.searchsorted(kept, skipped)
    return kept + pushed[:-1], [
        place + int(pushed[row]) for place, row in zip(skipped, before, strict=True)
    ]


def _without_blank_rows(
    path: Path,
    columns: dict[str, pa.Array],
    line: NDArray[np.int64],
    unreadable: tuple[tuple[int, str], ...],
) -> ChainTexts:
    columns = {name: pc.utf8_trim_whitespace(texts) for name, texts in columns.items()}
    blank = np.ones(len(line), dtype=np.bool_)
    for texts in columns.values():
        blank &= np.asarray(pc.equal(texts, ""), dtype=np.bool_)
        if not blank.any():
            break
    if blank.any():
        keep = pa.array(~blank)
        columns = {name: texts.filter(keep) for name, texts in columns.items()}
        line = line[~blank]
    return ChainTexts(path=path, columns=columns, line=line, unreadable=unreadable)


def _read_parquet(path: Path) -> ChainTexts:
    try:
        table = pyarrow.parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        msg = f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}"
        raise DataError(msg) from None
    columns = {}
    for name in table.column_names:
        column = one_array(table, name)
        if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            column = pc.binary_join(column.cast(pa.list_(pa.string())), SEPARATOR)
        try:
            texts = column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            msg = (
                f"{path}: column {name} holds {column.type}, expected texts or numbers"
            )
            raise DataError(msg) from None
        columns[name] = pc.fill_null(texts, "")
    line = np.arange(1, table.num_rows + 1)
    return _without_blank_rows(path, columns, line, ())


def _read_json(path: Path) -> ChainTexts:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        msg = f"{path}: byte {error.start} is no UTF-8, expected a text"
        raise DataError(msg) from None
    rows = _Rows()
    unreadable: list[tuple[int, str]] = []
    for line, value in _objects(path, text):
        cells, problem = _cells(value)
        if problem:
            unreadable.append((line, problem))
        else:
            rows.add(line, cells)
    line_of = np.array(rows.lines, dtype=np.int64)
    return _without_blank_rows(path, rows.columns(), line_of, tuple(unreadable))


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
