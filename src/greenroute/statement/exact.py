"""Exact decimal arithmetic on columns and single numbers.

A column holds 256-bit integers with fixed decimal places (Arrow decimals), so that sums
and products of whole columns are exact and fast. An input finer than the places below is
rounded half to even, once, when it is read; nothing is rounded after that.

    mass            1e-6 kg          intensity                  1e-15 g or kg
    distance        1e-9 km          distance adjustment, TEU   1e-6

A distance as run that is brought to the shortest feasible one is a quotient, and rounded to
1e-9 km. The product of all four has 42 places, with the change from gram to kilogram and to
tonne; it fits the 76 digits that a column can hold.
"""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: Masses [kg], up to a billion tonnes.
MASS = pa.decimal128(18, 6)
#: Distances [km].
DISTANCE = pa.decimal128(15, 9)
#: Intensities [g or kg CO2e per unit of activity].
INTENSITY = pa.decimal128(22, 15)
#: Distance adjustment factors, TEU, shares [1].
RATIO = pa.decimal128(9, 6)
#: Results: wide enough for sums of any length.
RESULT = pa.decimal256(76, 42)

#: Digits of a quotient, which cannot be exact.
QUOTIENT_DIGITS = 28
#: From this many rows a distinct value on, each value is written once.
_FEW = 4
_EXACT = Context(prec=200)
_QUOTIENT = Context(prec=QUOTIENT_DIGITS, rounding=ROUND_HALF_EVEN)

_PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)$"
_SCIENTIFIC = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
#: Longer texts, and those with an exponent, are rewritten one by one.
_LONG = 28
_PARSED = pa.decimal256(76, 30)
_TOO_LARGE = Decimal(10) ** 30
_NINTH = Decimal(1).scaleb(-9)


def decimals(texts: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return texts as decimals; null where a text is no number or too large.

    Parameters
    ----------
    texts
        Numbers as a person or a program writes them: `12`, `-0.5`, `1e-05`.
    kind
        Decimal type of the result; finer input is rounded half to even.
    """
    texts = _rewritten(texts)
    plain = pc.match_substring_regex(texts, _PLAIN)
    numbers = pc.if_else(plain, texts, pa.scalar(None, pa.string())).cast(_PARSED)
    rounded = pc.round(numbers, kind.scale, round_mode="half_to_even")
    bound = pa.scalar(Decimal(10) ** (kind.precision - kind.scale)).cast(_PARSED)
    fits = pc.less(pc.abs(rounded), bound)
    return pc.if_else(fits, rounded, pa.scalar(None, _PARSED)).cast(kind)


def _rewritten(texts: pa.Array) -> pa.Array:
    """Return long numbers, and those in scientific notation, in a short plain one."""
    marked = pc.or_(
        pc.greater(pc.binary_length(texts), _LONG),
        pc.match_substring_regex(texts, "[eE]"),
    )
    rows = np.flatnonzero(pc.fill_null(marked, fill_value=False))
    if len(rows) == 0:
        return texts
    short = texts.to_pylist()
    for row in rows.tolist():
        text = short[row]
        number = _EXACT.create_decimal(text) if _SCIENTIFIC.match(text) else _TOO_LARGE
        short[row] = f"{number:.30f}" if abs(number) < _TOO_LARGE else "no number"
    return pa.array(short, pa.string())


def column_of(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Return numbers or None as decimals, a float by the digits that it prints.

    Raises
    ------
    ArithmeticError
        If a number is too large for its column.
    """
    texts = [None if value is None else str(value) for value in values]
    column = decimals(pa.array(texts, pa.string()), kind)
    if column.null_count != texts.count(None):
        msg = f"a number does not fit {kind}: {max(map(str, texts), key=len)}"
        raise ArithmeticError(msg)
    return column


def times(*factors: pa.Array) -> pa.Array:
    """Return the product of columns (or scalars), exactly, null where one is null."""
    wide = [
        factor.cast(pa.decimal256(factor.type.precision, factor.type.scale))
        for factor in factors
    ]
    return reduce(pc.multiply, wide)


def constant(number: Decimal) -> pa.Scalar:
    """Return a number as a factor with just the digits that it needs."""
    _, digits, exponent = plain(number).as_tuple()
    scale = max(-int(exponent), 0)
    precision = max(len(digits) + max(int(exponent), 0), scale + 1)
    return pa.scalar(number, pa.decimal256(precision, scale))


def quotient_column(top: pa.Array, bottom: pa.Array, kind: pa.DataType) -> pa.Array:
    """Return a quotient of columns, rounded half to even into its type."""
    digits = kind.scale + bottom.type.scale + 12
    wide = top.cast(pa.decimal256(kind.precision + 12 + bottom.type.scale, digits))
    exact = pc.divide(wide, bottom.cast(pa.decimal256(*_size(bottom))))
    return pc.round(exact, kind.scale, round_mode="half_to_even").cast(kind)


def _size(column: pa.Array) -> tuple[int, int]:
    return column.type.precision, column.type.scale


def total(column: pa.Array | pa.ChunkedArray) -> Decimal:
    """Return the sum of a column, exactly; 0 if it is empty."""
    found = pc.sum(column.cast(RESULT)).as_py()
    return Decimal(0) if found is None else plain(found)


def plain(number: Decimal) -> Decimal:
    """Return a number without zeros at its end."""
    text = f"{number:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def text_of(number: Decimal) -> str:
    """Return a number as a text without exponent and without zeros at its end."""
    text = f"{plain(number):f}"
    return "0" if text == "-0" else text


def texts_of(column: pa.Array) -> pa.Array:
    """Return decimals as texts, like `text_of`; null where there is none."""
    encoded = pc.dictionary_encode(column)
    if len(encoded.dictionary) * _FEW > len(column):
        return _texts(column)
    return _texts(encoded.dictionary).take(encoded.indices)


def _texts(column: pa.Array) -> pa.Array:
    zero = pc.equal(column, pa.scalar(Decimal(0), column.type))
    texts = pc.if_else(zero, "0", column.cast(pa.string()))
    scientific = pc.match_substring(texts, "E")
    fraction = pc.match_substring(texts, ".")
    trimmed = pc.utf8_rtrim(pc.utf8_rtrim(texts, "0"), ".")
    texts = pc.if_else(pc.and_not(fraction, scientific), trimmed, texts)
    rows = np.flatnonzero(pc.fill_null(scientific, fill_value=False))
    if len(rows) == 0:
        return texts
    rewritten = texts.to_pylist()
    for row in rows.tolist():
        rewritten[row] = text_of(column[row].as_py())
    return pa.array(rewritten, pa.string())


def nearest(number: float) -> Decimal:
    """Return a float by the digits that it prints, to nine decimal places.

    That is more than any source has, and takes off what binary arithmetic left behind.
    """
    exactly = _EXACT.create_decimal(repr(float(number)))
    return plain(exactly.quantize(_NINTH, rounding=ROUND_HALF_EVEN, context=_EXACT))


def add(*numbers: Decimal) -> Decimal:
    """Return a sum, exactly."""
    return plain(reduce(_EXACT.add, numbers, Decimal(0)))


def multiply(*numbers: Decimal) -> Decimal:
    """Return a product, exactly."""
    return plain(reduce(_EXACT.multiply, numbers, Decimal(1)))


def divide(top: Decimal, bottom: Decimal) -> Decimal:
    """Return a quotient to 28 digits."""
    return _QUOTIENT.divide(top, bottom)


def one_per(number: int) -> Decimal:
    """Return 1/n of a power of ten, exactly: 0.001 tonnes per kilogram."""
    return plain(_QUOTIENT.divide(Decimal(1), Decimal(number)))


def floats(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """Return decimals as floats, NaN where there is none."""
    numbers = column.cast(pa.float64())
    if isinstance(numbers, pa.ChunkedArray):
        numbers = numbers.combine_chunks()
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def shares_pct(parts: list[Decimal], *, places: int = 4) -> list[Decimal] | None:
    """Return the parts of a sum in percent, which add up to 100 exactly.

    What rounding leaves over goes to the largest remainders.

    Parameters
    ----------
    places
        Decimal places of a share.

    Returns
    -------
    list of Decimal
        None if the sum is 0.
    """
    whole = add(*parts)
    if whole == 0:
        return None
    scale = 10**places
    exact = [divide(part, whole) * 100 * scale for part in parts]
    floors = [int(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - exact[i], i))
    for i in by_remainder[: 100 * scale - sum(floors)]:
        floors[i] += 1
    return [Decimal(value).scaleb(-places) for value in floors]
