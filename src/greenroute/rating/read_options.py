"""Reads which TOC an option makes of a base TOC, from the folder of a factor set."""

from pathlib import Path

from greenroute.rating.options import OptionToc
from greenroute.tables import Column, read_table

#: Table of a factor set that names the TOCs of its options; its digest is verified with
#: the others of the set.
OPTION_TOCS = "options.csv"
COLUMNS = {
    "option": Column(),
    "base_toc": Column(),
    "toc": Column(),
    "grid_iso2": Column(empty=True),
}


def read_option_tocs(folder: Path) -> tuple[OptionToc, ...]:
    """Return the TOCs of all options; none if the factor set has no such table.

    Raises
    ------
    DataError
        If the table says something that cannot be.
    """
    path = folder / OPTION_TOCS
    if not path.is_file():
        return ()
    table = read_table(path, COLUMNS)
    columns = (table.text(name).to_pylist() for name in COLUMNS)
    return tuple(
        OptionToc(option=option, base_toc=base, toc=toc, area=area)
        for option, base, toc, area in zip(*columns, strict=True)
    )
