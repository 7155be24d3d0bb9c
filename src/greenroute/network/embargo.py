"""Markets that are not shipped to or through, by the list of who forbids it."""

from collections.abc import Mapping
from pathlib import Path

from greenroute.errors import UnknownCategoryError
from greenroute.tables import (
    Column,
    data_folder,
    find_table,
    read_table,
    read_toml,
    verify_digests,
)

DEFAULT_EMBARGOES = "embargoes-2026"
MARKET_COLUMNS = {
    "list": Column(),
    "iso2": Column(),
    "since": Column(),
    "scope": Column(),
    "source": Column(),
}


def read_embargoes(folder: Path | None = None) -> Mapping[str, frozenset[str]]:
    """Return the markets (ISO2) of each list; without a folder, of those in the package.

    Raises
    ------
    CorruptDataError, DataError
        If a file is missing, differs from its digest or cannot be read.
    """
    place = (
        data_folder() / "embargoes" / DEFAULT_EMBARGOES if folder is None else folder
    )
    verify_digests(place, read_toml(place / "embargoes.toml")["tables"])
    table = read_table(find_table(place, "markets"), MARKET_COLUMNS)
    markets: dict[str, set[str]] = {}
    rows = zip(
        table.text("list").to_pylist(), table.text("iso2").to_pylist(), strict=True
    )
    for name, iso2 in rows:
        markets.setdefault(name, set()).add(iso2)
    return {name: frozenset(iso2s) for name, iso2s in sorted(markets.items())}


def embargoed(name: str) -> frozenset[str]:
    """Return the markets of a list.

    Raises
    ------
    UnknownCategoryError
        Naming the lists there are.
    """
    lists = read_embargoes()
    if name not in lists:
        msg = f"there is no embargo {name!r}, expected one of {', '.join(lists)}"
        raise UnknownCategoryError(msg)
    return lists[name]
