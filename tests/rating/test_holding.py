"""Inventory carrying cost and insurance."""

from datetime import date
from decimal import Decimal

import pytest

from greenroute.errors import DataError
from greenroute.rating.holding import (
    Holding,
    holding_lines,
    inventory_cents_per_minute,
)
from greenroute.rating.money import NO_EXCHANGE, ExchangeRate, Money

EURO = ExchangeRate(
    currency="EUR",
    date=date(2026, 1, 1),
    usd_per_unit=Decimal("1.25"),
    source="round",
)


def euros(amount: int, **more: float) -> Holding:
    value = Money(amount=Decimal(amount), currency="EUR")
    return Holding(value=value, exchange=EURO, **more)


def test_inventory_is_value_times_rate_times_time() -> None:
    # 73,000 EUR x 12 % x 30 d / 365 d = 720 EUR = 900 USD
    [line] = holding_lines(euros(73_000, annual_rate=0.12), 720.0)

    assert line.code == "INVENTORY"
    assert line.money == Money(amount=Decimal(720), currency="EUR")
    assert line.usd == 900
    assert line.rate.date == date(2026, 1, 1)


def test_a_minute_costs_its_share_of_a_year() -> None:
    # 73,000 EUR = 91,250 USD; x 12 % = 10,950 USD a year = 1,095,000 cents / 525,600 min
    cents = inventory_cents_per_minute(euros(73_000, annual_rate=0.12))

    assert cents == pytest.approx(1_095_000 / 525_600)
    assert cents * 30 * 24 * 60 == pytest.approx(90_000)  # the 900 USD of 30 days


def test_insurance_covers_the_value_and_ten_percent() -> None:
    # (80,000 + 10 %) x 0.3 % = 264 EUR = 330 USD
    [line] = holding_lines(euros(80_000, insurance_share=0.003), 720.0)

    assert line.code == "INSURANCE"
    assert line.money == Money(amount=Decimal(264), currency="EUR")
    assert line.usd == 330
    assert line.source == "value + 10%, x 0.003"


def test_nothing_is_counted_unless_asked_for() -> None:
    holding = euros(80_000)

    assert holding_lines(holding, 720.0) == ()
    assert inventory_cents_per_minute(holding) == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"annual_rate": -0.1}, "annual_rate is -0.1, expected a number >= 0"),
        ({"annual_rate": 12.0}, "annual_rate is 12, expected a number >= 0 and <= 1"),
        ({"insurance_share": float("nan")}, "insurance_share is nan"),
    ],
)
def test_a_rate_that_cannot_be_is_an_error(
    more: dict[str, float], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        euros(1, **more)


def test_the_exchange_rate_must_be_that_of_the_value() -> None:
    value = Money(amount=Decimal(1), currency="EUR")

    with pytest.raises(DataError, match="is of USD, expected one of EUR"):
        Holding(value=value, exchange=NO_EXCHANGE)


def test_a_negative_value_is_an_error() -> None:
    with pytest.raises(DataError, match="value is -5, expected a number >= 0"):
        euros(-5)
