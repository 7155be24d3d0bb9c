"""Reads the arguments of `choose_columns`, strictly."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from greenroute.errors import DataError
from greenroute.solver.choose.choose_problem import (
    LARGEST_WHOLE,
    TOLERANCE,
    Columns,
    Floats,
    Integers,
    Problem,
    whole_limits,
    whole_unit,
    whole_units,
)


def read_problem(
    order_of_column: ArrayLike, cost: ArrayLike, usage: object, capacity: ArrayLike
) -> Problem:
    """Return the arguments as a problem, columns sorted by order.

    Raises
    ------
    DataError
        Naming the argument, what is there and what was expected.
    """
    order = _orders(order_of_column)
    costs = _numbers("cost", cost, len(order), "n_columns")
    matrix = _usage(usage, len(order))
    capacities = _numbers("capacity", capacity, matrix.shape[0], "n_rows", most=np.inf)
    _at_least_zero("capacity", capacities)
    count = np.bincount(order)
    if not count.all():
        msg = f"order {int(np.argmin(count))} has no column, expected at least one"
        raise DataError(msg)
    with np.errstate(over="ignore"):
        totals = np.append(abs(matrix).sum(axis=1), np.abs(costs).sum())
    if not np.isfinite(totals).all():
        msg = "cost or usage is too large, expected numbers whose sums are finite"
        raise DataError(msg)
    ranks = np.argsort(order, kind="stable")
    limited = np.flatnonzero(np.isfinite(capacities))
    matrix = sparse.csc_array(matrix.tocsr()[limited].tocsc()[:, ranks])
    return _in_units(
        Columns(
            start=np.concatenate([[0], np.cumsum(count)]),
            cost=costs[ranks],
            use_start=matrix.indptr.astype(np.int64),
            use_row=matrix.indices.astype(np.int64),
            amount=matrix.data,
            limit=capacities[limited],
        ),
        ranks,
        limited,
        n_rows=len(capacities),
    )


def _in_units(
    columns: Columns, column: Integers, row: Integers, *, n_rows: int
) -> Problem:
    """Count in whole units what can be."""
    cost_unit = whole_unit(columns.cost)
    largest = np.maximum.reduceat(np.abs(columns.cost), columns.start[:-1])
    if cost_unit * largest.sum() >= LARGEST_WHOLE:
        cost_unit = 0.0
    unit = whole_units(columns.use_row, columns.amount, len(row))
    used = np.bincount(columns.use_row, columns.amount, minlength=len(row))
    unit[unit * np.maximum(used, columns.limit) >= LARGEST_WHOLE] = 0.0
    whole = unit > 0
    unit[~whole] = 1.0
    amount = columns.amount * unit[columns.use_row]
    exact = whole[columns.use_row]
    amount[exact] = np.rint(amount[exact])
    scaled = columns.cost * (cost_unit or 1.0)
    return Problem(
        columns=columns._replace(
            cost=np.rint(scaled) if cost_unit else scaled,
            amount=amount,
            limit=np.where(
                whole,
                whole_limits(columns.limit, unit),
                columns.limit * (1 + TOLERANCE),
            ),
        ),
        column=column,
        row=row,
        n_rows=n_rows,
        cost_unit=cost_unit or 1.0,
        row_unit=unit,
        whole_cost=cost_unit > 0,
        whole_row=whole,
    )


def _array(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return an argument as an array, or a named error."""
    try:
        return np.asarray(values)
    except ValueError as error:
        msg = f"{name} is not an array: {error}"
        raise DataError(msg) from None


def _orders(order_of_column: ArrayLike) -> Integers:
    """Return the order of each column."""
    array = _array("order_of_column", order_of_column)
    if array.ndim != 1 or not array.size:
        msg = (
            f"order_of_column has the shape {array.shape}, expected (n_columns,) with "
            f"at least one column"
        )
        raise DataError(msg)
    if not np.issubdtype(array.dtype, np.integer):
        msg = f"order_of_column has the type {array.dtype}, expected integers"
        raise DataError(msg)
    # More orders than columns would leave one without.
    wrong = (array < 0) | (array >= len(array))
    if wrong.any():
        at = int(np.argmax(wrong))
        msg = (
            f"order_of_column[{at}] is {array[at]}, expected 0 to {len(array) - 1}: "
            f"orders are numbered from 0, and each has a column"
        )
        raise DataError(msg)
    return array.astype(np.int64)


def _numbers(
    name: str, values: ArrayLike, length: int, axis: str, *, most: float = 0.0
) -> Floats:
    """Return an argument as float64; infinite ones only where `most` is."""
    array = _array(name, values)
    if array.shape != (length,):
        msg = f"{name} has the shape {array.shape}, expected ({axis},) = ({length},)"
        raise DataError(msg)
    return _finite(name, array, most=most)


def _finite(name: str, array: NDArray[Any], *, most: float = 0.0) -> Floats:
    """Return numbers as float64, or a named error for the first that is not one."""
    kinds = (np.integer, np.floating)
    if array.size and not any(np.issubdtype(array.dtype, kind) for kind in kinds):
        msg = f"{name} has the type {array.dtype}, expected numbers"
        raise DataError(msg)
    numbers = array.astype(np.float64)
    wrong = ~np.isfinite(numbers) & ~((numbers == np.inf) & (most == np.inf))
    if wrong.any():
        at = int(np.argmax(wrong))
        wanted = "a number or inf" if most == np.inf else "a finite number"
        msg = f"{name}[{at}] is {numbers[at]:g}, expected {wanted}"
        raise DataError(msg)
    return numbers


def _at_least_zero(name: str, numbers: Floats) -> None:
    """Raise a named error for the first number below zero."""
    if (numbers < 0).any():
        at = int(np.argmax(numbers < 0))
        msg = f"{name}[{at}] is {numbers[at]:g}, expected a number >= 0"
        raise DataError(msg)


def _usage(usage: object, n_columns: int) -> "sparse.csc_array[np.float64]":
    """Return the usage with its entries summed and without zeros."""
    if not sparse.issparse(usage):
        msg = f"usage is {type(usage).__name__}, expected a scipy.sparse matrix"
        raise DataError(msg)
    entries: Any = usage
    if len(entries.shape) != 2 or entries.shape[1] != n_columns:  # noqa: PLR2004 - a matrix
        msg = (
            f"usage has the shape {entries.shape}, expected (n_rows, n_columns) with "
            f"{n_columns} columns"
        )
        raise DataError(msg)
    entries = sparse.coo_array(entries)
    data = _finite("usage.data", np.asarray(entries.data))
    if (data < 0).any():
        at = int(np.argmax(data < 0))
        row, column = entries.coords[0][at], entries.coords[1][at]
        msg = f"usage[{row}, {column}] is {data[at]:g}, expected a number >= 0"
        raise DataError(msg)
    matrix = sparse.csc_array((data, entries.coords), shape=entries.shape)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix
