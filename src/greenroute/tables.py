"""Reads CSV, Parquet and TOML strictly; every error names file, line and column.

A reader states the columns it needs as `Column`s. All rows are checked at once, in
arrays, and all errors of all rows are reported together (the first twenty in words).
"""

import csv
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, assert_never

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from greenroute.errors import CorruptDataError, DataError

MAX_ERRORS_IN_WORDS = 20
_FIRST_DATA_LINE = 2
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


class ColumnKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What a reader expects of one column.

    Attributes
    ----------
    kind
        What a cell holds.
    required
        The column must be there.
    empty
        A cell may be empty (NaN, or "" for text).
    above
        Numbers must be greater than this.
    least, most
        Smallest and largest number allowed.
    choices
        Texts allowed; none means any.
    """

    kind: ColumnKind = ColumnKind.TEXT
    required: bool = True
    empty: bool = False
    above: float | None = None
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def wanted(self) -> str:
        """Return what was expected, for an error message."""
        match self.kind:
            case ColumnKind.TEXT:
                return f"one of {', '.join(self.choices)}" if self.choices else "a text"
            case ColumnKind.NUMBER:
                words = ["a number"]
            case ColumnKind.INTEGER:
                words = ["a whole number"]
            case _:
                assert_never(self.kind)
        if self.above is not None:
            words.append(f"> {self.above:g}")
        if self.least is not None:
            words.append(f">= {self.least:g}")
        if self.most is not None:
            words.append(f"<= {self.most:g}")
        return " ".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A text column of few values: row i holds `names[codes[i]]`.

    Attributes
    ----------
    codes
        Position in `names`, int32 (n_rows,).
    names
        The distinct texts, sorted.
    """

    codes: NDArray[np.int32]
    names: tuple[str, ...]

    def take(self, rows: NDArray[Any]) -> "Coded":
        """Return the same column for other rows (indices or mask)."""
        return Coded(codes=self.codes[rows], names=self.names)

    def mask(self, chosen: frozenset[str]) -> NDArray[np.bool_]:
        """Return which rows hold one of the chosen texts, bool (n_rows,)."""
        hit = np.array([name in chosen for name in self.names], dtype=np.bool_)
        return hit[self.codes] if len(self.names) else np.zeros(len(self), np.bool_)

    def __getitem__(self, row: int) -> str:
        return self.names[int(self.codes[row])]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A checked table and where it came from.

    Attributes
    ----------
    path
        File it was read from.
    data
        Its columns; the ones a reader asked for are checked and typed.
    """

    path: Path
    data: pa.Table

    def __len__(self) -> int:
        return int(self.data.num_rows)

    def has(self, name: str) -> bool:
        """Return whether the column is there."""
        return name in self.data.column_names

    def text(self, name: str) -> pa.Array:
        """Return a text column, "" where a cell is empty or the column is absent."""
        if not self.has(name):
            return pa.array([""] * len(self), pa.string())
        return _filled(_one_chunk(self.data[name]))

    def number(self, name: str) -> NDArray[np.float64]:
        """Return a numeric column, NaN where empty or absent, float64 (n_rows,)."""
        if not self.has(name):
            return np.full(len(self), np.nan)
        column = _one_chunk(self.data[name]).cast(pa.float64())
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)

    def coded(self, name: str) -> Coded:
        """Return a text column as codes into its sorted distinct values."""
        encoded = pc.dictionary_encode(self.text(name))
        names = encoded.dictionary.to_pylist()
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), dtype=np.int32)
        rank[order] = np.arange(len(names), dtype=np.int32)
        codes = encoded.indices.to_numpy(zero_copy_only=False)
        return Coded(
            codes=rank[codes].astype(np.int32),
            names=tuple(names[position] for position in order),
        )


def read_table(path: Path, columns: Mapping[str, Column]) -> Table:
    """Read a CSV or Parquet file and check the columns asked for.

    Parameters
    ----------
    path
        File ending in `.csv` or `.parquet`.
    columns
        What is expected; other columns are kept as they are.

    Returns
    -------
    Table
        Text columns as strings, numbers as float64.

    Raises
    ------
    DataError
        With every row and column that is wrong.
    """
    raw = _load(path)
    missing = [
        n for n, c in columns.items() if c.required and n not in raw.schema.names
    ]
    if missing:
        msg = (
            f"{path}: column {', '.join(missing)} is missing; "
            f"there are {', '.join(raw.schema.names)}"
        )
        raise DataError(msg)
    problems: list[tuple[int, str]] = []
    checked: dict[str, pa.Array] = {}
    for name, column in columns.items():
        if name in raw.schema.names:
            checked[name], found = _check(_one_chunk(raw[name]), name, column)
            problems.extend(found)
    if problems:
        raise DataError(_in_words(path, problems))
    data = {name: checked.get(name, raw[name]) for name in raw.schema.names}
    return Table(path=path, data=pa.table(data))


def find_table(folder: Path, stem: str) -> Path:
    """Return `stem.parquet` or `stem.csv` in a folder.

    Raises
    ------
    DataError
        If neither is there.
    """
    for ending in (".parquet", ".csv"):
        path = folder / f"{stem}{ending}"
        if path.is_file():
            return path
    msg = f"{folder}: there is no {stem}.parquet or {stem}.csv, expected one of them"
    raise DataError(msg)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    DataError
        If it cannot be read; the message has the line and column.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        msg = f"{path}: there is no such file, expected the description of a data set"
        raise DataError(msg) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: {error}, expected TOML"
        raise DataError(msg) from None


def sha256_of(path: Path) -> str:
    """Return the hex digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify_digests(folder: Path, tables: Mapping[str, Any]) -> str:
    """Compare the files of a data set with the digests in its description.

    Tables map a name to its "file" and "sha256". The digest of the whole set is returned:
    sha256 over the sorted lines `file sha256`.

    Raises
    ------
    CorruptDataError
        Naming the file that is missing or differs.
    """
    lines = []
    for name in sorted(tables):
        entry = tables[name]
        if not isinstance(entry, dict) or not {"file", "sha256"} <= set(entry):
            msg = f"{folder}: table {name!r} has no file and sha256 in the description"
            raise CorruptDataError(msg)
        path = folder / str(entry["file"])
        if not path.is_file():
            msg = f"{path}: the file is missing; restore the data set or remake it"
            raise CorruptDataError(msg)
        found = sha256_of(path)
        if found != entry["sha256"]:
            msg = (
                f"{path}: sha256 is {found[:12]}…, expected {entry['sha256'][:12]}…; "
                "the file is damaged or was edited: restore it or remake the data set"
            )
            raise CorruptDataError(msg)
        lines.append(f"{entry['file']} {found}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def data_folder() -> Path:
    """Return the folder of data sets: inside an installed wheel, or beside `src/`."""
    here = Path(__file__).resolve().parent
    inside = here / "data"
    return inside if inside.is_dir() else here.parents[1] / "data"


def positions(values: pa.Array, known: pa.Array) -> NDArray[np.int64]:
    """Return where each value stands in `known`, -1 where it does not, (n_values,)."""
    found = pc.fill_null(pc.index_in(values, value_set=known), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _load(path: Path) -> pa.Table:
    if not path.is_file():
        msg = f"{path}: there is no such file"
        raise DataError(msg)
    try:
        if path.suffix == ".parquet":
            with pyarrow.parquet.ParquetFile(path) as file:
                return file.read()
        with path.open(encoding="utf-8-sig", newline="") as text:
            header = next(csv.reader(text), [])  # Arrow parses a megabyte for that
        return pyarrow.csv.read_csv(
            path,
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        msg = f"{path}: cannot be read as {path.suffix[1:] or 'a table'}: {reason}"
        raise DataError(msg) from None


def _check(
    values: pa.Array, name: str, column: Column
) -> tuple[pa.Array, list[tuple[int, str]]]:
    if column.kind is ColumnKind.TEXT:
        return _check_text(values, name, column)
    texts = pc.utf8_trim_whitespace(_filled(values.cast(pa.string())))
    blank = np.asarray(pc.equal(texts, ""))
    if pa.types.is_string(values.type):
        numbers = _parse_numbers(texts)
    else:
        numbers = np.asarray(
            values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64
        )
    bad = ~np.isfinite(numbers)
    with np.errstate(invalid="ignore"):
        if column.above is not None:
            bad |= numbers <= column.above
        if column.least is not None:
            bad |= numbers < column.least
        if column.most is not None:
            bad |= numbers > column.most
        if column.kind is ColumnKind.INTEGER:
            bad |= numbers != np.floor(numbers)
    bad = bad & ~blank | blank & (not column.empty)
    cleaned = np.where(blank, np.nan, numbers)
    return pa.array(cleaned, from_pandas=True), _problems(texts, bad, name, column)


def _check_text(
    values: pa.Array, name: str, column: Column
) -> tuple[pa.Array, list[tuple[int, str]]]:
    texts = pc.utf8_trim_whitespace(_filled(values.cast(pa.string())))
    if column.choices:
        allowed = (*column.choices, "") if column.empty else column.choices
        good = pc.is_in(texts, value_set=pa.array(allowed, pa.string()))
    elif not column.empty:
        good = pc.not_equal(texts, "")
    else:
        return texts, []
    if pc.all(good).as_py() is not False:
        return texts, []
    return texts, _problems(texts, ~np.asarray(good), name, column)


def _parse_numbers(texts: pa.Array) -> NDArray[np.float64]:
    """Return numbers, NaN where a text is none."""
    nothing = pa.scalar(None, pa.string())
    filled = pc.if_else(pc.equal(texts, ""), nothing, texts)
    try:
        numbers = filled.cast(pa.float64())
    except pa.ArrowInvalid:  # some text is no number: look at each
        looks = pc.match_substring_regex(filled, _NUMBER)
        numbers = pc.if_else(looks, filled, nothing).cast(pa.float64())
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array, without a copy where it is one already."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _filled(texts: pa.Array) -> pa.Array:
    return pc.fill_null(texts, "") if texts.null_count else texts


def _problems(
    texts: pa.Array, bad: NDArray[np.bool_], name: str, column: Column
) -> list[tuple[int, str]]:
    return [
        (int(row), f"{name} is {texts[int(row)].as_py()!r}, expected {column.wanted()}")
        for row in np.flatnonzero(bad)
    ]


def _in_words(path: Path, problems: list[tuple[int, str]]) -> str:
    problems = sorted(problems)
    lines = [
        f"{path}:{row + _FIRST_DATA_LINE}: {what}"
        for row, what in problems[:MAX_ERRORS_IN_WORDS]
    ]
    if len(problems) > MAX_ERRORS_IN_WORDS:
        lines.append(f"… and {len(problems) - MAX_ERRORS_IN_WORDS} more errors")
    return "\n".join(lines)
