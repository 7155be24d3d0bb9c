"""Sources: what the tables of a data set were made from, and on what terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenroute.errors import DataError


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source of a data set.

    Attributes
    ----------
    title
        What it is.
    licence
        Licence of the data, as an SPDX expression where there is one.
    attribution
        Words to show with anything that is made from it; "" if none are asked for.
    """

    title: str
    licence: str
    attribution: str


def sources_of(about: Mapping[str, Any], path: Path) -> tuple[Source, ...]:
    """Return the `[[sources]]` of a description.

    Raises
    ------
    DataError
        If one of them lacks a title, licence or attribution.
    """
    sources = []
    for number, entry in enumerate(about.get("sources", []), start=1):
        words: dict[str, str] = {}
        for key in ("title", "licence", "attribution"):
            word = entry.get(key) if isinstance(entry, dict) else None
            if not isinstance(word, str):
                msg = f"{path}: {key} of source {number} is {word!r}, expected a text"
                raise DataError(msg)
            words[key] = word
        sources.append(Source(**words))
    return tuple(sources)
