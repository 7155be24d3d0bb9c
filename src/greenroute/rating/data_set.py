"""A data set on disk: its description, its tables, their digests."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from greenroute.errors import CorruptDataError, DataError
from greenroute.tables import (
    MAX_ERRORS_IN_WORDS,
    Table,
    data_folder,
    read_toml,
    verify_digests,
)

#: How many choices an error lists in full; of more it names the nearest few.
MAX_CHOICES, SUGGESTIONS = 30, 3
_FIRST_DATA_LINE = 2


def line_of(row: int) -> int:
    """Return the line of a CSV file that holds a row of its table."""
    return row + _FIRST_DATA_LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """What the description of a data set says, with its digests verified.

    Attributes
    ----------
    name, version
        From the description.
    sha256
        One digest over all tables.
    about
        The whole description.
    path
        File that holds it.
    files
        Tables by name.
    """

    name: str
    version: str
    sha256: str
    about: Mapping[str, Any]
    path: Path
    files: Mapping[str, Path]

    def parameter(self, name: str, *, least: float, most: float) -> float:
        """Return the value of a parameter.

        Raises
        ------
        DataError
            If it is missing or outside the bounds.
        """
        entry = self.about.get("parameters", {}).get(name)
        value = entry.get("value") if isinstance(entry, dict) else entry
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
            if math.isfinite(number) and least <= number <= most:
                return number
        msg = (
            f"{self.path}: [parameters.{name}] value is {value!r}, expected a number "
            f">= {least:g} <= {most:g}"
        )
        raise DataError(msg)


def open_data_set(folder: Path, description: str, tables: tuple[str, ...]) -> DataSet:
    """Read the description of a data set and verify its digests.

    Parameters
    ----------
    folder
        Where it lies.
    description
        Name of its `.toml` file.
    tables
        Tables that it must have.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If the description lacks something.
    """
    path = folder / description
    about = read_toml(path)
    for key in ("name", "version"):
        if not isinstance(about.get(key), str):
            msg = f"{path}: {key} is {about.get(key)!r}, expected a text"
            raise DataError(msg)
    entries = about.get("tables", {})
    missing = [name for name in tables if name not in entries]
    if missing:
        msg = f"{path}: [tables.{missing[0]}] is missing, expected {', '.join(tables)}"
        raise DataError(msg)
    sha256 = verify_digests(folder, entries)
    return DataSet(
        name=about["name"],
        version=about["version"],
        sha256=sha256,
        about=about,
        path=path,
        files={name: folder / str(entry["file"]) for name, entry in entries.items()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReference:
    """A data set that another one draws on.

    Attributes
    ----------
    name
        Its name, and that of its folder.
    sha256
        Its digest when the other one was made.
    """

    name: str
    sha256: str


def sets_of(data: DataSet) -> tuple[SetReference, ...]:
    """Return the `[[sets]]` that a data set draws on; none if it says so.

    Raises
    ------
    DataError
        If one of them lacks its name or digest.
    """
    found = []
    for number, entry in enumerate(data.about.get("sets", []), start=1):
        words = [entry.get(key) for key in ("name", "sha256")]
        if not all(isinstance(word, str) and word for word in words):
            msg = f"{data.path}: set {number} is {entry!r}, expected name and sha256"
            raise DataError(msg)
        found.append(SetReference(name=words[0], sha256=words[1]))
    return tuple(found)


def folder_of_set(data: DataSet, name: str) -> Path:
    """Return where a set lies: beside the one that draws on it, else in the package."""
    beside = data.path.parent.absolute().parent / name
    return beside if beside.is_dir() else data_folder() / "factors" / name


def open_set(
    data: DataSet, reference: SetReference, description: str, tables: tuple[str, ...]
) -> DataSet:
    """Open a set that another one draws on.

    Raises
    ------
    CorruptDataError
        If it is not the one that the other was made with.
    """
    folder = folder_of_set(data, reference.name)
    found = open_data_set(folder, description, tables)
    if found.sha256 != reference.sha256:
        msg = (
            f"{data.path}: set {reference.name!r} has sha256 {reference.sha256[:12]}…, "
            f"expected {found.sha256[:12]}…, that of {folder}: one of the two was changed"
        )
        raise CorruptDataError(msg)
    return found


def refuse(path: Path, problems: Iterable[tuple[int, str]]) -> None:
    """Raise an error that names every line with a problem, if there is any.

    Parameters
    ----------
    path
        File of the table.
    problems
        Row of the table and what is wrong there.

    Raises
    ------
    DataError
        With the first twenty problems in words.
    """
    found = sorted(set(problems))
    lines = [
        f"{path}:{line_of(row)}: {what}" for row, what in found[:MAX_ERRORS_IN_WORDS]
    ]
    if len(found) > MAX_ERRORS_IN_WORDS:
        lines.append(f"… and {len(found) - MAX_ERRORS_IN_WORDS} more errors")
    if lines:
        raise DataError("\n".join(lines))


def unique_texts(table: Table, column: str) -> tuple[str, ...]:
    """Return a column whose texts must all differ."""
    texts = table.text(column).to_pylist()
    once(table, column, texts)
    return tuple(texts)


def once(table: Table, column: str, keys: Sequence[object]) -> None:
    """Check that no key of a column, or of a set of columns, comes twice."""
    first: dict[object, int] = {}
    refuse(
        table.path,
        (
            (
                row,
                f"{column} is {_shown(key)} as in line {line_of(first[key])}, expected once",
            )
            for row, key in enumerate(keys)
            if first.setdefault(key, row) != row
        ),
    )


def codes_in(table: Table, column: str, known: Sequence[str]) -> NDArray[np.int64]:
    """Return where each text of a column stands in a list; it must."""
    place = {name: code for code, name in enumerate(known)}
    texts = table.text(column).to_pylist()
    refuse(
        table.path,
        (
            (row, f"{column} is {text!r}, expected one of {_choice(text, known)}")
            for row, text in enumerate(texts)
            if text not in place
        ),
    )
    return np.array([place[text] for text in texts], dtype=np.int64)


def codes_in_lists(
    table: Table, column: str, known: Sequence[str]
) -> list[tuple[int, int]]:
    """Return row and place in a list of each of the texts joined by ';' in a column."""
    found: list[tuple[int, int]] = []
    problems: list[tuple[int, str]] = []
    for row, text in enumerate(table.text(column).to_pylist()):
        for word in text.split(";"):
            if word in known:
                found.append((row, list(known).index(word)))
            else:
                expected = f"{', '.join(known)}, joined by ';'"
                problems.append(
                    (row, f"{column} is {text!r}, expected some of {expected}")
                )
    refuse(table.path, problems)
    return found


def _choice(text: str, known: Sequence[str]) -> str:
    """Return what there is to choose from, or what is near if that is much."""
    if len(known) <= MAX_CHOICES:
        return ", ".join(name or "nothing" for name in known)
    near = process.extract(text, known, scorer=fuzz.ratio, limit=SUGGESTIONS)
    return f"{len(known)}; near ones are {', '.join(name for name, _, _ in near)}"


def _shown(key: object) -> str:
    return ", ".join(map(str, key)) if isinstance(key, tuple) else repr(key)
