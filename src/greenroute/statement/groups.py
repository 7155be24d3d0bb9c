"""Rows that say the same in some columns, and sums over them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: Past this many combinations, codes are numbered anew; keeps them in 64 bits.
_MOST_CODES = 2**40


def group_rows(
    columns: Sequence[pa.Array | NDArray[Any]], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the group of each row, and the first row of each group.

    Parameters
    ----------
    columns
        What must be equal for two rows to be of one group, (n_rows,) each.
    count
        Number of rows.

    Returns
    -------
    tuple of ndarray
        Group of each row, (n_rows,), and first row of each group, (n_groups,).
    """
    codes = np.zeros(count, dtype=np.int64)
    size = 1
    for column in columns:
        encoded = pc.dictionary_encode(pa.array(column), null_encoding="encode")
        width = max(len(encoded.dictionary), 1)
        codes = codes * width + np.asarray(encoded.indices, dtype=np.int64)
        size *= width
        if size > _MOST_CODES:
            found, codes = np.unique(codes, return_inverse=True)
            size = len(found)
    _, first, group = np.unique(codes, return_index=True, return_inverse=True)
    return group.astype(np.int64), first.astype(np.int64)


def sums_by(
    group: NDArray[np.int64], columns: dict[str, pa.Array], n_groups: int
) -> dict[str, pa.Array]:
    """Return the exact sum of each column by group, null where there is nothing to add."""
    table = pa.table({"_group": pa.array(group)} | columns)
    asked = [(name, "sum") for name in columns]
    summed = table.group_by("_group", use_threads=False).aggregate(asked)
    rows = np.asarray(summed["_group"], dtype=np.int64)
    place = np.full(n_groups, -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    order = pa.array(place, mask=place < 0)
    found = {name: summed[f"{name}_sum"].take(order) for name in columns}
    return {name: column.combine_chunks() for name, column in found.items()}


def one_array(table: pa.Table, name: str) -> pa.Array:
    """Return a column of a table as one array."""
    column = table[name].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        return pa.concat_arrays(column.chunks)
    return column
