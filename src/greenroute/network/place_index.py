"""Tables that places are looked up in, and how names are compared."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceIndex:
    """Tables that places are looked up in.

    Attributes
    ----------
    row_of
        Node id → row in the gateways table.
    towns
        Parquet file of towns (name, ascii_name, iso2, lat, lon, population), largest
        first; None in a network without one.
    locodes
        Parquet file of UN/LOCODEs (locode, name, iso2, lat, lon, node); None likewise.
    """

    row_of: Mapping[str, int] = field(repr=False)
    towns: Path | None = None
    locodes: Path | None = None


@lru_cache(maxsize=8)
def read_index(path: Path | None) -> pa.Table | None:
    """Return a table of the index; read once, for the folder never changes under us."""
    return None if path is None else pyarrow.parquet.read_table(path).combine_chunks()


def fold(text: str) -> str:
    """Return a text without accents and case, for comparison."""
    if text.isascii():
        plain = text
    else:
        marks = unicodedata.normalize("NFKD", text)
        plain = "".join(mark for mark in marks if not unicodedata.combining(mark))
    return " ".join(plain.casefold().replace("-", " ").split())
