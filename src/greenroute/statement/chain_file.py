"""Reads chains files of every format into columns of texts, with the line of each row."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.statement.chain_json import SEPARATOR, read_json
from greenroute.statement.groups import one_array

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
    columns, line, unreadable = read_json(path)
    return _without_blank_rows(path, columns, line, unreadable)
