"""Surcharges of a rate card: what a cell may say, and what it adds to the base price."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


class SurchargeBasis(StrEnum):
    """What a surcharge is counted by; the value is what follows the number in a cell."""

    UNIT = "/unit"
    SHIPMENT = "/shipment"
    KG = "/kg"
    CHARGEABLE_KG = "/chargeable_kg"
    PERCENT = "%"
    INCLUDED = "incl"


#: Bases in the order of their codes.
BASES: tuple[SurchargeBasis, ...] = tuple(SurchargeBasis)
PREFIX = "surcharge_"
#: Largest amount that a cell may hold: more is a typing error.
MAX_AMOUNT = 1e9
MAX_PERCENT = 1_000.0
#: Percent that are the whole.
WHOLE_PCT = 100
EXPECTED = "a number >= 0 (per unit), one with /unit, /shipment, /kg, /chargeable_kg or %, or incl"
_CODE = r"[A-Z][A-Z0-9]{1,7}"
_CELL = (
    r"^(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"(?P<basis>/unit|/shipment|/kg|/chargeable_kg|%)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """One surcharge of all rows of a rate card, (n_rows,) each.

    Attributes
    ----------
    code
        Like "BAF".
    basis
        Position in `BASES`.
    amount
        In the currency of the row, or percent of the base price; 0 where the cell is
        empty or says that the base includes it.
    """

    code: str
    basis: NDArray[np.int8]
    amount: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> "Surcharge":
        """Return the surcharge of other rows."""
        return Surcharge(
            code=self.code, basis=self.basis[rows], amount=self.amount[rows]
        )

    def is_basis(self, basis: SurchargeBasis) -> NDArray[np.bool_]:
        """Return which rows are counted so."""
        return np.equal(self.basis, BASES.index(basis))

    def is_by_unit(self) -> NDArray[np.bool_]:
        """Return which rows have an amount by unit."""
        return self.is_basis(SurchargeBasis.UNIT) & (self.amount > 0)

    def settles(self) -> NDArray[np.bool_]:
        """Return which rows settle this surcharge: by an amount, or as included."""
        return self.is_basis(SurchargeBasis.INCLUDED) | (self.amount > 0)


def is_code(text: str) -> bool:
    """Return whether a text can be the code of a surcharge: BAF, PSS, ETS, ..."""
    return bool(pc.match_substring_regex(text, f"^{_CODE}$").as_py())


def parse_surcharge(code: str, texts: pa.Array) -> tuple[Surcharge, NDArray[np.bool_]]:
    """Return a column of surcharges, and which cells cannot be read.

    Parameters
    ----------
    code
        Code of the surcharge.
    texts
        Cells, trimmed; empty for none.
    """
    encoded = pc.dictionary_encode(texts)
    cells = encoded.dictionary
    parts = pc.extract_regex(cells, _CELL)
    number = pc.struct_field(parts, "number").cast(pa.float64())
    words = pc.fill_null(pc.struct_field(parts, "basis"), "")
    blank = np.asarray(pc.equal(cells, ""), dtype=np.bool_)
    included = np.asarray(pc.equal(cells, SurchargeBasis.INCLUDED), dtype=np.bool_)
    amount = np.asarray(
        pc.fill_null(number, np.nan).to_numpy(zero_copy_only=False), dtype=np.float64
    )
    amount = np.where(blank | included, 0.0, amount)
    known = pa.array([basis.value for basis in BASES])
    basis = pc.fill_null(pc.index_in(words, value_set=known), 0)
    basis = np.asarray(basis.to_numpy(zero_copy_only=False), dtype=np.int8)
    basis[included] = BASES.index(SurchargeBasis.INCLUDED)
    percent = basis == BASES.index(SurchargeBasis.PERCENT)
    bad = ~(amount <= np.where(percent, MAX_PERCENT, MAX_AMOUNT))
    codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    surcharge = Surcharge(code=code, basis=basis[codes], amount=amount[codes])
    return surcharge, bad[codes]
