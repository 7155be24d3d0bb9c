"""Cost lines: what a price is made of, in the currency it was quoted in and in USD."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from greenroute.rating.money import (
    CENT,
    NO_EXCHANGE,
    ExchangeRate,
    Money,
    decimal_of,
    split_cents,
    to_cent,
    to_usd,
)


class CostCode(StrEnum):
    """Parts of a price that have a name of their own; surcharges keep their codes."""

    SHIPMENT = "SHIPMENT"
    UNIT = "UNIT"
    KG = "KG"
    CHARGEABLE_KG = "CHARGEABLE_KG"
    KM = "KM"
    UNIT_KM = "UNIT_KM"
    MINIMUM = "MINIMUM"
    DEPARTURE = "DEPARTURE"
    DUTY = "DUTY"
    ETS = "ETS"
    FUELEU = "FUELEU"
    CORSIA = "CORSIA"
    INTERNAL = "INTERNAL"
    INVENTORY = "INVENTORY"
    INSURANCE = "INSURANCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One part of a price.

    Attributes
    ----------
    code
        What it is: a `CostCode`, or the code of a surcharge.
    money
        Amount as it was quoted, not rounded.
    rate
        Exchange rate and its day.
    usd
        Worth, in cents [USD]; lines of one price add up to it exactly.
    source
        Row of the rate card, or table of the tariff or network.
    """

    code: str
    money: Money
    rate: ExchangeRate
    usd: Decimal
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a price before it is rounded.

    Attributes
    ----------
    code
        As in `CostLine`.
    amount
        In the currency it is quoted in.
    """

    code: str
    amount: Decimal


def lines_of(
    parts: Sequence[Part], source: str, rate: ExchangeRate = NO_EXCHANGE
) -> tuple[CostLine, ...]:
    """Return the lines of a price whose sum is the price to the cent; parts of 0 are left out.

    Parameters
    ----------
    parts
        In one currency.
    source
        Where they come from.
    rate
        Rate of the currency.
    """
    kept = [part for part in parts if part.amount != 0] or list(parts[:1])
    exact = [
        to_usd(Money(amount=each.amount, currency=rate.currency), rate) for each in kept
    ]
    cents = split_cents(exact, to_cent(sum(exact, Decimal(0))))
    return tuple(
        CostLine(
            code=part.code,
            money=Money(amount=part.amount, currency=rate.currency),
            rate=rate,
            usd=usd,
            source=source,
        )
        for part, usd in zip(kept, cents, strict=True)
    )


def add_up(lines: Sequence[CostLine], total_usd: Decimal) -> tuple[CostLine, ...]:
    """Return the lines of one leg rounded anew, so that they add up to its price.

    Lines of freight and of carbon costs are rounded apart; a leg is rounded once.

    Parameters
    ----------
    lines
        Lines of one leg.
    total_usd
        Price of the leg, in cents [USD].

    Raises
    ------
    ArithmeticError
        If they are a cent or more from the price: then they are not its lines.
    """
    exact = [to_usd(line.money, line.rate) for line in lines]
    if abs(sum(exact, Decimal(0)) - total_usd) >= CENT:
        msg = f"cost lines add up to {sum(exact)} USD, expected {total_usd}"
        raise ArithmeticError(msg)
    cents = split_cents(exact, total_usd)
    return tuple(replace(line, usd=usd) for line, usd in zip(lines, cents, strict=True))


def rounded_once(lines: Sequence[CostLine]) -> tuple[CostLine, ...]:
    """Return the lines of one leg, so that they add up to their sum, rounded once."""
    exact = (to_usd(line.money, line.rate) for line in lines)
    return add_up(lines, to_cent(sum(exact, Decimal(0))))


def part(code: str, *factors: float) -> Part:
    """Return a part that is a product of numbers, in decimal arithmetic."""
    amount = Decimal(1)
    for factor in factors:
        amount *= decimal_of(factor)
    return Part(code=code, amount=amount)


def topped_up(parts: list[Part], minimum: Decimal) -> list[Part]:
    """Return parts with what is missing to the minimum, if anything is."""
    missing = minimum - sum((each.amount for each in parts), Decimal(0))
    if missing <= 0:
        return parts
    return [*parts, Part(code=CostCode.MINIMUM, amount=missing)]
