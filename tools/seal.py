"""Writes the digests of hand-made tables into the description of their data set.

    python -m tools.seal data/tariffs/default-2026/tariff.toml

Only the lines `sha256` and `rows` of each `[tables.name]` change; everything else of the
description is written by hand and stays as it is.
"""

import csv
import hashlib
import re
import sys
from pathlib import Path

_TABLE = re.compile(
    r"(?P<head>\[tables\.(?P<name>\w+)\]\n"
    r'file = "(?P<file>[^"]+)"\n)'
    r'sha256 = "[0-9a-f]*"\n'
    r"rows = \d+\n"
)


def seal(description: Path) -> None:
    """Write digest and number of rows of each table into a description."""

    def sealed(table: re.Match[str]) -> str:
        path = description.parent / table["file"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with path.open(encoding="utf-8", newline="") as file:
            rows = sum(1 for _ in csv.DictReader(file))
        return f'{table["head"]}sha256 = "{digest}"\nrows = {rows}\n'

    text = description.read_text(encoding="utf-8")
    found = len(_TABLE.findall(text))
    if found != len(re.findall(r"^\[tables\.\w+\]$", text, re.MULTILINE)):
        msg = f"{description}: a table lacks its lines file, sha256 and rows, in this order"
        raise ValueError(msg)
    description.write_text(_TABLE.sub(sealed, text), encoding="utf-8")
    print(f"{description}: {found} tables sealed")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        seal(Path(name))
