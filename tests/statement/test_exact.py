"""The arithmetic of columns is that of `Decimal`, digit by digit."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroute.statement import exact

WIDE = Context(prec=200, rounding=ROUND_HALF_EVEN)
#: Numbers with more digits than their column keeps, on a grid that brings ties.
masses = st.decimals(0, 10**9, places=7, allow_nan=False).map(abs)
distances = st.decimals(0, 10**5, places=10, allow_nan=False).map(abs)
intensities = st.decimals(0, 10**5, places=16, allow_nan=False).map(abs)
ratios = st.decimals("0.5", 10, places=6, allow_nan=False)


def kept(number: Decimal, kind: pa.DataType) -> Decimal:
    """Return a number with the places of its column, as `Decimal` rounds."""
    return number.quantize(Decimal(1).scaleb(-kind.scale), context=WIDE)


@settings(deadline=None)
@given(
    st.lists(st.tuples(masses, distances, intensities, ratios), min_size=1, max_size=9)
)
def test_products_and_their_sum_are_those_of_decimal(
    rows: list[tuple[Decimal, Decimal, Decimal, Decimal]],
) -> None:
    kinds = (exact.MASS, exact.DISTANCE, exact.INTENSITY, exact.RATIO)
    columns = [
        exact.column_of([row[place] for row in rows], kind)
        for place, kind in enumerate(kinds)
    ]

    products = exact.times(*columns)

    expected = []
    for row in rows:
        product = Decimal(1)
        for number, kind in zip(row, kinds, strict=True):
            product = WIDE.multiply(product, kept(number, kind))
        expected.append(product)
    total = Decimal(0)
    for product in expected:
        total = WIDE.add(total, product)
    assert products.to_pylist() == expected
    assert exact.total(products) == total


@settings(deadline=None)
@given(distances, ratios)
def test_a_quotient_is_off_by_half_its_last_place_at_most(
    top: Decimal, bottom: Decimal
) -> None:
    columns = (
        exact.column_of([top], exact.DISTANCE),
        exact.column_of([bottom], exact.RATIO),
    )

    found = exact.quotient_column(*columns, exact.DISTANCE)[0].as_py()

    true = Fraction(columns[0][0].as_py()) / Fraction(bottom)
    assert abs(Fraction(found) - true) <= Fraction(1, 2 * 10**9)


@settings(deadline=None)
@given(st.floats(0, 1e8, allow_nan=False))
def test_a_float_counts_by_the_digits_that_it_prints(number: float) -> None:
    column = exact.column_of([number], exact.MASS)

    assert column[0].as_py() == kept(Decimal(repr(number)), exact.MASS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("+0.5", "0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e-05", "0.00001"),
        ("2.5E2", "250"),
        ("0.0000005", "0"),  # a tie goes to the even digit
        ("0.0000015", "0.000002"),
        ("0.1000000000000000055511151231257827", "0.1"),
    ],
)
def test_numbers_are_read_as_people_and_programs_write_them(
    text: str, number: str
) -> None:
    assert exact.decimals(pa.array([text]), exact.MASS)[0].as_py() == Decimal(number)


@pytest.mark.parametrize("text", ["", "x", "1,5", "1 000", "nan", "inf", "1e40", "0x1"])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert exact.decimals(pa.array([text]), exact.MASS)[0].as_py() is None


@settings(deadline=None)
@given(st.lists(st.decimals(-(10**9), 10**9, places=12, allow_nan=False), max_size=20))
def test_texts_of_a_column_are_plain_and_short(numbers: list[Decimal]) -> None:
    texts = exact.texts_of(pa.array(numbers, exact.RESULT)).to_pylist()

    assert texts == [exact.text_of(number) for number in numbers]
    assert all("E" not in text and text != "-0" for text in texts)
    assert [Decimal(text) for text in texts] == numbers


def test_a_number_too_large_for_its_column_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="does not fit"):
        exact.column_of([10**12], exact.MASS)


@settings(deadline=None)
@given(st.lists(st.decimals(0, 1000, places=3, allow_nan=False), max_size=8))
def test_shares_add_up_to_100_exactly(parts: list[Decimal]) -> None:
    shares = exact.shares_pct(parts)

    if sum(parts) == 0:
        assert shares is None
    else:
        assert shares is not None
        assert sum(shares) == 100
        assert all(
            abs(share - 100 * part / sum(parts)) < Decimal("0.0001")
            for share, part in zip(shares, parts, strict=True)
        )
