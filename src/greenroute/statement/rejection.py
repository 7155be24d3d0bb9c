"""Rows that cannot be stated: where, what is there, what was expected."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Rows named in a message; the rest are counted.
NAMED = 20


class ChainRule(StrEnum):
    """Which rule a row breaks; fixed, for programs."""

    UNREADABLE = "unreadable"
    MISSING = "missing"
    NOT_ALLOWED = "not_allowed"
    OUT_OF_RANGE = "out_of_range"
    DUPLICATE = "duplicate"
    TOC_XOR_HOC = "toc_xor_hoc"
    UNKNOWN_CATEGORY = "unknown_category"
    DISTANCE = "distance"
    MIXED_DISTANCE = "mixed_distance"
    INTENSITY = "intensity"
    ENERGY = "energy"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One error of one row.

    Attributes
    ----------
    where
        File and line, or row.
    shipment_id, tce_id
        Ids of the row, as far as they are there.
    column
        Column at fault.
    rule
        Which rule the row breaks.
    text
        What is there and what was expected.
    """

    where: str
    shipment_id: str
    tce_id: str
    column: str
    rule: ChainRule
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


@dataclass(slots=True)
class Findings:
    """Collects the errors of a table while it is checked.

    Attributes
    ----------
    where
        Names a row.
    shipment_id, tce_id
        Ids by row.
    bad
        Rows with an error, bool (n_rows,).
    rejected
        Errors found.
    """

    where: Callable[[int], str]
    shipment_id: Callable[[int], str]
    tce_id: Callable[[int], str]
    bad: NDArray[np.bool_]
    rejected: list[tuple[int, Rejection]] = field(default_factory=list)

    def add(self, row: int, column: str, rule: ChainRule, text: str) -> None:
        """Note an error of a row."""
        self.bad[row] = True
        rejection = Rejection(
            where=self.where(row),
            shipment_id=self.shipment_id(row),
            tce_id=self.tce_id(row),
            column=column,
            rule=rule,
            text=text,
        )
        self.rejected.append((row, rejection))

    def flag(
        self,
        hit: NDArray[Any],
        column: str,
        rule: ChainRule,
        text: Callable[[int], str],
    ) -> None:
        """Note an error of each row of a mask, in the words that `text` finds."""
        for row in np.flatnonzero(hit).tolist():
            self.add(row, column, rule, text(row))

    def in_order(self) -> tuple[Rejection, ...]:
        """Return the errors in the order of the rows."""
        return tuple(
            rejection
            for _, rejection in sorted(self.rejected, key=lambda item: item[0])
        )


def rejected_in_words(rejected: Iterable[Rejection], *, named: int = NAMED) -> str:
    """Return errors as lines of text, those past the first ones counted."""
    everything = list(rejected)
    lines = [str(rejection) for rejection in everything[:named]]
    if len(everything) > named:
        lines.append(f"… and {len(everything) - named} more errors")
    return "\n".join(lines)
