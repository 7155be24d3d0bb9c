"""Rows of text, and numbers in them that keep every digit."""

import csv
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

INPUTS = Path(__file__).parents[1] / "inputs"
G_PER_KG = 1000
#: Decimals of an intensity in g CO2e/tkm: a hundredth of the last digit of the sources.
STEP = Decimal("0.0001")
_SHORT = {
    "<=": "upto-",
    ">": "over-",
    " teu": "",
    "without radiative forcing": "without-rf",
    "with radiative forcing (x1.7 on co2)": "with-rf",
    " (gb mix diesel/electric)": "",
    " (gb)": "",
}

Row = dict[str, str]


def read_input(name: str) -> list[Row]:
    """Return the rows of a curated input."""
    with (INPUTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> Path:
    """Write a table; a cell that a row does not have stays empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def slug(text: str) -> str:
    """Return a name for ids: lower case, words joined by hyphens."""
    text = text.lower()
    for long, short in _SHORT.items():
        text = text.replace(long, short)
    return re.sub(r"[^a-z0-9+.%]+", "-", text).strip("-")


def grams(kg: str) -> Decimal:
    """Return kilograms in grams."""
    return Decimal(kg) * G_PER_KG


def rounded(number: Decimal, step: Decimal = STEP) -> str:
    """Return a number to the decimals of a table, without zeros that say nothing."""
    return format(number.quantize(step).normalize(), "f")
