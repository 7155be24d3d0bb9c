"""Money: decimal amounts with an ISO 4217 code, and dated exchange rates into USD."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from pathlib import Path

from rapidfuzz import fuzz, process

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.data_set import once, open_data_set, refuse
from greenroute.tables import Column, ColumnKind, Table, read_table

#: Currency of all results.
USD = "USD"
#: How many near currencies an error names.
SUGGESTIONS = 3
#: Smallest part of USD that a price has.
CENT = Decimal("0.01")
CURRENCY_COLUMNS = {
    "currency": Column(),
    "name": Column(),
    "decimals": Column(kind=ColumnKind.INTEGER, least=0, most=4),
}
RATE_COLUMNS = {
    "currency": Column(),
    "date": Column(),
    "usd_per_unit": Column(),
    "source": Column(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of money.

    Attributes
    ----------
    amount
        How much, in units of the currency.
    currency
        ISO 4217 code.
    """

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRate:
    """What a unit of a currency was worth on a day.

    Attributes
    ----------
    currency
        ISO 4217 code.
    date
        Day of the rate; None for USD itself.
    usd_per_unit
        Worth [USD].
    source
        Who says so.
    """

    currency: str
    date: date | None
    usd_per_unit: Decimal
    source: str


#: USD in USD.
NO_EXCHANGE = ExchangeRate(
    currency=USD, date=None, usd_per_unit=Decimal(1), source="no exchange"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeTable:
    """Currencies there are, and dated rates of some.

    Attributes
    ----------
    name, version, sha256
        Of the data set.
    path
        File of the rates.
    currencies
        Decimal places of an amount by ISO 4217 code.
    rates
        Rates by currency, oldest first.
    """

    name: str
    version: str
    sha256: str
    path: Path
    currencies: Mapping[str, int]
    rates: Mapping[str, tuple[ExchangeRate, ...]]

    def check_currency(self, currency: str) -> None:
        """Check that a code is one of ISO 4217.

        Raises
        ------
        UnknownCategoryError
            Naming near codes.
        """
        if currency not in self.currencies:
            near = process.extract(
                currency, sorted(self.currencies), scorer=fuzz.ratio, limit=SUGGESTIONS
            )
            msg = (
                f"currency is {currency!r}, expected one of the {len(self.currencies)} "
                f"of ISO 4217; near ones are {', '.join(name for name, _, _ in near)}"
            )
            raise UnknownCategoryError(msg)

    def rate(self, currency: str, on: date) -> ExchangeRate:
        """Return the rate of a day: the last one published until then.

        Raises
        ------
        UnknownCategoryError
            If the code is not one of ISO 4217.
        DataError
            If there is no rate on or before the day.
        """
        self.check_currency(currency)
        if currency == USD:
            return NO_EXCHANGE
        known = self.rates.get(currency, ())
        place = bisect_right([rate.date or date.min for rate in known], on)
        if place == 0:
            there = (
                f"the first is of {known[0].date}" if known else "there is none at all"
            )
            msg = (
                f"{self.path}: no rate of {currency} on or before {on}, expected one "
                f"({there}); give a table of your own"
            )
            raise DataError(msg)
        return known[place - 1]

    def with_rates(self, path: Path) -> "ExchangeTable":
        """Return the table with a user's rates; of a currency in both, the user's count.

        Parameters
        ----------
        path
            CSV or Parquet with `currency`, `date`, `usd_per_unit` and `source`.

        Raises
        ------
        DataError
            If the file says something that cannot be.
        """
        own = _rates(read_table(path, RATE_COLUMNS), self.currencies)
        return replace(self, path=path, rates={**self.rates, **own})


def to_usd(money: Money, rate: ExchangeRate) -> Decimal:
    """Return what an amount is worth [USD], not rounded."""
    return money.amount * rate.usd_per_unit


def to_cent(usd: Decimal) -> Decimal:
    """Return an amount to the cent, half to even."""
    return usd.quantize(CENT, rounding=ROUND_HALF_EVEN)


def decimal_of(number: float) -> Decimal:
    """Return a float by the digits that it prints: exact for up to 15 of them."""
    return Decimal(repr(float(number)))


def split_cents(parts: list[Decimal], total: Decimal) -> list[Decimal]:
    """Return parts rounded to cents that add up to a total in cents.

    What rounding leaves over goes, cent by cent, to the largest remainders.

    Parameters
    ----------
    parts
        Amounts, not rounded.
    total
        Their sum, rounded.
    """
    rounded = [to_cent(part) for part in parts]
    cents = int((total - sum(rounded)) / CENT)
    step = CENT if cents > 0 else -CENT
    by_remainder = sorted(
        range(len(parts)), key=lambda i: ((rounded[i] - parts[i]) * step, i)
    )
    for turn in range(abs(cents)):
        rounded[by_remainder[turn % len(parts)]] += step
    return rounded


def read_exchange(folder: Path) -> ExchangeTable:
    """Read an exchange table.

    Parameters
    ----------
    folder
        Folder with `exchange.toml` and the tables `currencies` and `rates`.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table says something that cannot be.
    """
    data = open_data_set(folder, "exchange.toml", ("currencies", "rates"))
    table = read_table(data.files["currencies"], CURRENCY_COLUMNS)
    codes = table.text("currency").to_pylist()
    once(table, "currency", codes)
    decimals = table.number("decimals")
    currencies = {code: int(decimals[row]) for row, code in enumerate(codes)}
    return ExchangeTable(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        path=data.files["rates"],
        currencies=currencies,
        rates=_rates(read_table(data.files["rates"], RATE_COLUMNS), currencies),
    )


def _rates(
    table: Table, currencies: Mapping[str, int]
) -> dict[str, tuple[ExchangeRate, ...]]:
    columns = {name: table.text(name).to_pylist() for name in RATE_COLUMNS}
    once(table, "currency, date", list(zip(*list(columns.values())[:2], strict=True)))
    days = [day_of(text) for text in columns["date"]]
    worths = [_worth_of(text) for text in columns["usd_per_unit"]]
    problems: list[tuple[int, str]] = []
    for row, code in enumerate(columns["currency"]):
        if code not in currencies or code == USD:
            problems.append(
                (row, f"currency is {code!r}, expected a code of ISO 4217 but USD")
            )
        if days[row] is None:
            text = columns["date"][row]
            problems.append((row, f"date is {text!r}, expected a day like 2026-01-31"))
        if worths[row] is None:
            text = columns["usd_per_unit"][row]
            problems.append((row, f"usd_per_unit is {text!r}, expected a number > 0"))
    refuse(table.path, problems)
    found: dict[str, list[ExchangeRate]] = {}
    for row in sorted(range(len(table)), key=columns["date"].__getitem__):
        code, worth = columns["currency"][row], worths[row]
        if worth is not None:
            rate = ExchangeRate(
                currency=code,
                date=days[row],
                usd_per_unit=worth,
                source=columns["source"][row],
            )
            found.setdefault(code, []).append(rate)
    return {code: tuple(rates) for code, rates in found.items()}


def day_of(text: str) -> date | None:
    """Return a day written like 2026-01-31; None if the text is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _worth_of(text: str) -> Decimal | None:
    try:
        worth = Decimal(text)
    except InvalidOperation:
        return None
    return worth if worth.is_finite() and worth > 0 else None
