"""Money, currencies and dated exchange rates."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.money import (
    ExchangeTable,
    Money,
    decimal_of,
    read_exchange,
    split_cents,
    to_cent,
    to_usd,
)
from greenroute.tables import data_folder


@pytest.fixture(scope="module")
def shipped() -> ExchangeTable:
    return read_exchange(data_folder() / "money" / "exchange-2026")


def test_at_least_twenty_currencies_have_a_rate_that_names_its_source(
    shipped: ExchangeTable,
) -> None:
    wanted = {"EUR", "GBP", "CNY", "JPY", "INR", "KES", "AED", "SGD", "CHF", "BRL"}

    assert wanted <= set(shipped.rates)
    assert len(shipped.rates) >= 20
    assert set(shipped.rates) <= set(shipped.currencies)
    assert all(rate.source for rates in shipped.rates.values() for rate in rates)


def test_a_rate_holds_until_the_next_one(shipped: ExchangeTable) -> None:
    # ECB: EUR/USD 1.1355 on 30 September and 1.1172 on 30 October 2026.
    days = (date(2026, 9, 30), date(2026, 10, 29), date(2026, 10, 30))
    found = [shipped.rate("EUR", day) for day in days]

    assert [rate.date for rate in found] == [days[0], days[0], days[2]]
    assert [str(rate.usd_per_unit) for rate in found] == ["1.1355", "1.1355", "1.1172"]


def test_a_cross_rate_is_the_quotient_of_two_reference_rates(
    shipped: ExchangeTable,
) -> None:
    # On 30 October 2026 a euro was worth 1.1172 USD and 175.68 JPY.
    rate = shipped.rate("JPY", date(2026, 11, 1))

    assert rate.usd_per_unit == pytest.approx(Decimal("1.1172") / Decimal("175.68"))


def test_the_dollar_needs_no_rate(shipped: ExchangeTable) -> None:
    rate = shipped.rate("USD", date(1990, 1, 1))

    assert (rate.usd_per_unit, rate.date) == (Decimal(1), None)


def test_a_currency_without_a_rate_is_an_error_with_currency_and_day(
    shipped: ExchangeTable,
) -> None:
    with pytest.raises(
        DataError, match=r"no rate of KES on or before 2024-05-01.*2025"
    ):
        shipped.rate("KES", date(2024, 5, 1))
    with pytest.raises(DataError, match=r"no rate of XOF .*there is none at all"):
        shipped.rate("XOF", date(2026, 5, 1))


def test_a_code_that_iso_4217_does_not_have_is_an_error(shipped: ExchangeTable) -> None:
    with pytest.raises(
        UnknownCategoryError, match="currency is 'EURO', expected one of"
    ):
        shipped.rate("EURO", date(2026, 5, 1))


def test_rates_of_the_user_replace_those_of_their_currency(
    shipped: ExchangeTable, tmp_path: Path
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "currency,date,usd_per_unit,source\nEUR,2026-03-01,1.25,contract\n"
        "XOF,2026-01-01,0.002,bank\n"
    )

    own = shipped.with_rates(path)

    assert own.rate("EUR", date(2026, 5, 1)).usd_per_unit == Decimal("1.25")
    assert own.rate("XOF", date(2026, 5, 1)).source == "bank"
    assert own.rate("GBP", date(2026, 5, 1)) == shipped.rate("GBP", date(2026, 5, 1))
    with pytest.raises(DataError, match="no rate of EUR on or before 2026-02-01"):
        own.rate("EUR", date(2026, 2, 1))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("EUR,01.03.2026,1.25,x", "date is '01.03.2026', expected a day like"),
        ("EUR,20260301,1.25,x", "date is '20260301', expected a day like"),
        ("EUR,2026-03-01,-1,x", "usd_per_unit is '-1', expected a number > 0"),
        ("EUR,2026-03-01,nan,x", "usd_per_unit is 'nan', expected a number > 0"),
        ("EUR,2026-03-01,one,x", "usd_per_unit is 'one', expected a number > 0"),
        ("EURO,2026-03-01,1,x", "currency is 'EURO', expected a code of ISO 4217"),
        ("USD,2026-03-01,2,x", "currency is 'USD', expected a code .* but USD"),
        ("EUR,2026-03-01,1,", "source is '', expected a text"),
    ],
)
def test_a_rate_that_cannot_be_is_an_error_with_its_line(
    shipped: ExchangeTable, tmp_path: Path, row: str, message: str
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(f"currency,date,usd_per_unit,source\nGBP,2026-01-01,1.3,x\n{row}\n")

    with pytest.raises(DataError, match=rf"own\.csv:3: {message}"):
        shipped.with_rates(path)


def test_two_rates_of_one_day_are_an_error(
    shipped: ExchangeTable, tmp_path: Path
) -> None:
    path = tmp_path / "own.csv"
    row = "EUR,2026-03-01,1.25,x\n"
    path.write_text(f"currency,date,usd_per_unit,source\n{row}{row}")

    with pytest.raises(
        DataError, match=r"own\.csv:3: currency, date is .* as in line 2"
    ):
        shipped.with_rates(path)


def test_money_is_worth_its_amount_times_the_rate(shipped: ExchangeTable) -> None:
    rate = shipped.rate("EUR", date(2026, 10, 30))

    # 1,234.56 x 1.1172 = 1,379.250432
    usd = to_usd(Money(amount=Decimal("1234.56"), currency="EUR"), rate)

    assert usd == Decimal("1379.250432")
    assert to_cent(usd) == Decimal("1379.25")


def test_a_float_becomes_the_decimal_that_it_was_read_from() -> None:
    assert decimal_of(0.1) == Decimal("0.1")
    assert decimal_of(123456789.12345) == Decimal("123456789.12345")


@given(parts=st.lists(st.integers(0, 5_000), min_size=1, max_size=12))
def test_parts_in_cents_add_up_and_are_off_by_less_than_a_cent(
    parts: list[int],
) -> None:
    exact = [Decimal(part) / 300 for part in parts]
    total = to_cent(sum(exact, Decimal(0)))

    cents = split_cents(exact, total)

    assert sum(cents) == total
    assert all(
        abs(cent - part) < Decimal("0.01")
        for cent, part in zip(cents, exact, strict=True)
    )
