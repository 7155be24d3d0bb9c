"""What a mistyped or partial place may mean: nearest names and codes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from greenroute.network.gateway import Gateways
from greenroute.network.market import Markets
from greenroute.network.place_index import PlaceIndex, fold, read_index

#: Least likeness of a name to be named at all, of 100.
LEAST_SCORE = 60.0
#: Matches that are put in order; more than are shown, for likeness is a rough measure:
#: within a grade of it, the better known comes first.
_POOL, _GRADE, _BEST_SCORE = 300, 5, 100
#: Least length of a name over that of the text.
_SHORTEST = 0.6
_LOCODE_LENGTH = 5
_CODE = re.compile(r"(?:IATA|air|port):.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """All that can be meant, the better known first, (n,) each.

    Attributes
    ----------
    texts
        What to type.
    names
        Names for people.
    folded
        Names for comparison.
    markets
        ISO 3166-1 alpha-2.
    """

    texts: list[str]
    names: list[str]
    folded: list[str]
    markets: list[str]


def candidates(gateways: Gateways, markets: Markets, index: PlaceIndex) -> Candidates:
    """Return gateways, markets, UN/LOCODEs and towns, in this order."""
    texts = [*gateways.id.to_pylist(), *markets.iso2.to_pylist()]
    names = [*gateways.name.to_pylist(), *markets.name.to_pylist()]
    iso2 = np.array(gateways.iso2.names)[gateways.iso2.codes].tolist()
    iso2 += markets.iso2.to_pylist()
    locodes, towns = read_index(index.locodes), read_index(index.towns)
    if locodes is not None:
        texts += locodes["locode"].to_pylist()
        names += locodes["name"].to_pylist()
        iso2 += locodes["iso2"].to_pylist()
    folded = [fold(name) for name in names]
    if towns is not None:
        town_names, town_markets = towns["name"].to_pylist(), towns["iso2"].to_pylist()
        named = zip(town_names, town_markets, strict=True)
        texts += [f"{name}, {market}" for name, market in named]
        names += town_names
        iso2 += town_markets
        folded += [fold(name) for name in towns["ascii_name"].to_pylist()]
    return Candidates(texts=texts, names=names, folded=folded, markets=iso2)


def nearest_places(wanted: str, among: Candidates, *, count: int) -> list[int]:
    """Return the rows of the candidates nearest to a text, best first.

    Codes like it come first, then names; of "name, ISO2" the names of that market. Of
    candidates with one name in one market, the best known stands for all.
    """
    name, comma, market = wanted.rpartition(",")
    rows = _by_code(wanted.strip(), among)
    if comma:
        iso2 = market.strip().upper()
        mine = [row for row, its in enumerate(among.markets) if its == iso2]
        rows += _by_name(fold(name), among, mine)
    if not _CODE.fullmatch(wanted.strip()):
        rows += _by_name(fold(name or wanted), among, range(len(among.texts)))
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        first.setdefault((among.folded[row], among.markets[row]), row)
    return list(first.values())[:count]


def _by_code(wanted: str, among: Candidates) -> list[int]:
    """Return the rows whose code is the text, or differs from it in one letter."""
    kind, _, code = wanted.upper().rpartition(":")
    sort = {"IATA": "AIR", "": "PORT"}.get(kind, kind)
    exact, close = [], []
    for row, text in enumerate(among.texts):
        its_kind, _, its_code = text.upper().rpartition(":")
        if len(its_code) != len(code) or its_kind not in {"", sort, "AIR"}:
            continue
        if its_code == code:
            exact.append(row)
        elif len(code) == _LOCODE_LENGTH or (kind and its_kind):
            same = sum(a == b for a, b in zip(its_code, code, strict=True))
            if same == len(code) - 1 and text[-len(code) :].isupper():
                close.append((its_code[:-1] != code[:-1], row))
    named = [
        row
        for row, text in enumerate(among.texts)
        if len(text) == len("DE") == len(code) and _initials(among.names[row]) == code
    ]
    # A wrong last letter comes first: codes of one market agree in front.
    return [*exact, *named, *(row for _, row in sorted(close))]


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _by_name(wanted: str, among: Candidates, rows: Sequence[int]) -> list[int]:
    """Return the rows whose name is the text, begins with it, or is like it."""
    choices = [among.folded[row] for row in rows]
    ranked = [
        (found != wanted, 0, position)
        for position, found in enumerate(choices)
        if found.startswith(wanted)
    ]
    hits = process.extract(
        wanted, choices, scorer=fuzz.WRatio, limit=_POOL, score_cutoff=LEAST_SCORE
    )
    ranked += [
        (True, 1 + int(_BEST_SCORE - score) // _GRADE, position)
        for found, score, position in hits
        if len(found) >= _SHORTEST * len(wanted) and not found.startswith(wanted)
    ]
    return [rows[position] for *_, position in sorted(ranked)]
