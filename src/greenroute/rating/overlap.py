"""Validity of rate-card rows for the same thing: one inside another, never crossing."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaps:
    """Rows that contradict earlier ones, (n_overlaps,) each.

    Attributes
    ----------
    rows
        Rows at fault, ascending.
    others
        The row that each contradicts.
    """

    rows: NDArray[np.int64]
    others: NDArray[np.int64]


def find_overlaps(
    group: NDArray[np.int64],
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    break_kg: NDArray[np.float64],
) -> Overlaps:
    """Return rows of one group whose days overlap without one lying inside the other.

    Rows with the same days are weight breaks of one price and must differ in the break.
    Days inside those of another row, with a later start, are a special offer and allowed.

    Parameters
    ----------
    group
        What a row prices, as a code, (n_rows,).
    start, end
        First and last day, (n_rows,).
    break_kg
        Where its weight break starts [kg], (n_rows,).
    """
    order = np.lexsort((break_kg, end, start, group))
    same_days = (
        (np.diff(group[order]) == 0)
        & (np.diff(start[order]) == 0)
        & (np.diff(end[order]) == 0)
    )
    twice = same_days & (np.diff(break_kg[order]) == 0)
    spans = order[np.concatenate([[True], ~same_days])] if len(order) else order
    rows, others = _crossings(spans, group, start=start, end=end)
    rows = np.concatenate([order[1:][twice], rows])
    others = np.concatenate([order[:-1][twice], others])
    found, first = np.unique(rows, return_index=True)
    return Overlaps(rows=found, others=others[first])


def _crossings(
    spans: NDArray[np.int64],
    group: NDArray[np.int64],
    *,
    start: NDArray[np.int32],
    end: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return spans that cross an earlier one of their group, and that one.

    Parameters
    ----------
    spans
        Rows sorted by group, start and end, each span once.
    """
    code = np.unique(group[spans], return_inverse=True)[1]
    # Days of one group lie wholly above those of the group before.
    first, last = start[spans].astype(np.int64), end[spans].astype(np.int64)
    lift = code * (last.max(initial=0) - first.min(initial=0) + 1)
    latest = np.maximum.accumulate(last + lift)
    meets = np.concatenate([[False], (first + lift)[1:] <= latest[:-1]])[: len(spans)]
    # Few prices have offers within them: only those are walked one by one.
    walked = np.flatnonzero(np.isin(code, code[meets]))
    rows, others = [], []
    open_spans: list[tuple[int, int, int, int]] = []
    for row, where, begins, ends in zip(
        spans[walked].tolist(),
        code[walked].tolist(),
        first[walked].tolist(),
        last[walked].tolist(),
        strict=True,
    ):
        while open_spans and (open_spans[-1][1] != where or open_spans[-1][3] < begins):
            open_spans.pop()
        if open_spans and (ends > open_spans[-1][3] or begins == open_spans[-1][2]):
            rows.append(row)
            others.append(open_spans[-1][0])
        else:
            open_spans.append((row, where, begins, ends))
    return np.array(rows, dtype=np.int64), np.array(others, dtype=np.int64)
