"""All errors of a large table: the first in words, the rest counted or in a file."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.rating.data_set import line_of
from greenroute.tables import MAX_ERRORS_IN_WORDS

_SCHEMA = pa.schema(
    {
        "line": pa.int64(),
        "column": pa.string(),
        "value": pa.string(),
        "expected": pa.string(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errors:
    """Errors of one kind in one column.

    Attributes
    ----------
    column
        Name of the column.
    rows
        Where, ascending.
    values
        What is there.
    expected
        What was expected: one text, or one per row.
    """

    column: str
    rows: NDArray[np.int64]
    values: pa.Array
    expected: str | pa.Array

    def in_words(self, position: int) -> str:
        """Return one error without its place."""
        expected = self.expected
        if not isinstance(expected, str):
            expected = expected[position].as_py()
        value = self.values[position].as_py()
        return f"{self.column} is {value!r}, expected {expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowErrors:
    """Errors found in a table so far, as arrays.

    Attributes
    ----------
    path
        File of the table.
    found
        Errors by column and kind.
    """

    path: Path
    found: list[_Errors] = field(default_factory=list)

    def add(
        self,
        column: str,
        bad: NDArray[np.bool_],
        values: pa.Array,
        expected: str | pa.Array,
    ) -> None:
        """Note errors of a column.

        Parameters
        ----------
        column
            Its name.
        bad
            Which rows are wrong, (n_rows,).
        values
            The column, (n_rows,).
        expected
            What was expected; if texts, one per bad row.
        """
        rows = np.flatnonzero(bad)
        if len(rows):
            there = values.take(pa.array(rows))
            self.found.append(
                _Errors(column=column, rows=rows, values=there, expected=expected)
            )

    def hit(self, n_rows: int) -> NDArray[np.bool_]:
        """Return which rows have an error so far, (n_rows,)."""
        hit = np.zeros(n_rows, dtype=np.bool_)
        for errors in self.found:
            hit[errors.rows] = True
        return hit

    def refuse(self, errors_to: Path | None = None) -> None:
        """Raise an error if there are any.

        Parameters
        ----------
        errors_to
            CSV file that gets all of them: line, column, value, expected.

        Raises
        ------
        DataError
            With the first twenty in words and the number of the others.
        """
        count = sum(len(errors.rows) for errors in self.found)
        if not count:
            return
        first = sorted(
            (int(row), kind, position)
            for kind, errors in enumerate(self.found)
            for position, row in enumerate(errors.rows[:MAX_ERRORS_IN_WORDS])
        )
        lines = [
            f"{self.path}:{line_of(row)}: {self.found[kind].in_words(position)}"
            for row, kind, position in first[:MAX_ERRORS_IN_WORDS]
        ]
        if errors_to is not None:
            self._write(errors_to)
        if count > MAX_ERRORS_IN_WORDS:
            lines.append(f"… and {count - MAX_ERRORS_IN_WORDS} more errors")
        if errors_to is not None:
            lines.append(f"all {count} are in {errors_to}")
        raise DataError("\n".join(lines))

    def _write(self, path: Path) -> None:
        with pyarrow.csv.CSVWriter(path, _SCHEMA) as writer:
            for errors in self.found:
                expected = errors.expected
                if isinstance(expected, str):
                    expected = pa.repeat(expected, len(errors.rows))
                columns = [
                    pc.add(pa.array(errors.rows), line_of(0)),
                    pa.repeat(errors.column, len(errors.rows)),
                    errors.values.cast(pa.string()),
                    expected,
                ]
                writer.write_table(pa.table(columns, schema=_SCHEMA))
