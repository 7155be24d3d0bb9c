"""Options that several commands share, and how their texts are read."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"


def number(text: str) -> float:
    """Return a number that a user typed.

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    try:
        return float(text)
    except ValueError:
        msg = f"{text!r} is no number, expected one without unit, like 12000"
        raise typer.BadParameter(msg) from None


def whole(least: int) -> Callable[[str], int]:
    """Return what reads a whole number that a user typed, no less than this."""

    def read(text: str) -> int:
        if (
            not text.strip().isascii()
            or not text.strip().isdigit()
            or int(text) < least
        ):
            msg = (
                f"{text!r} is no whole number >= {least}, expected one like {least + 2}"
            )
            raise typer.BadParameter(msg)
        return int(text)

    return read


def moment(text: str) -> datetime:
    """Return a time that a user typed, naive if it has no offset.

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        msg = (
            f"{text!r} is no time, expected ISO 8601 like 2026-12-01, 2026-12-01T08:00 "
            "or 2026-12-01T08:00+08:00"
        )
        raise typer.BadParameter(msg) from None


NetworkFolder = Annotated[
    Path | None,
    typer.Option(
        "--network",
        metavar="DIR",
        help="Network folder; without it the world network of the package.",
    ),
]
TariffFolder = Annotated[
    Path | None,
    typer.Option(
        "--tariff",
        metavar="DIR",
        help="Tariff folder; without it the default tariff of the package.",
    ),
]
FactorsFolder = Annotated[
    Path | None,
    typer.Option(
        "--factors",
        metavar="DIR",
        help="Folder of a factor set; without it that of the package.",
    ),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option(
        "--format",
        help="Without it: the ending of --out, else table on a terminal and json "
        "elsewhere.",
    ),
]
OutputFile = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="File to write instead of the terminal; complete or not at all.",
    ),
]
