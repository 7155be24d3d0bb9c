"""Factor set folders as a user has them: one folder, one table of factors, no sets."""

import csv
import re
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from greenroute.tables import data_folder
from tools.seal import seal

SETS = data_folder() / "factors"
#: Sets whose rows are the factors of base TOCs.
DRAWN = ("desnz-2026", "epa-2025")
_TABLE = '[tables.{name}]\nfile = "{name}.csv"\nsha256 = ""\nrows = 0\n'


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def user_set(folder: Path) -> Path:
    """Write the base TOCs and their factors into one folder, and return it."""
    source = SETS / "default-2026"
    folder.mkdir(parents=True, exist_ok=True)
    factors = [row for name in DRAWN for row in rows_of(SETS / name / "factors.csv")]
    write_rows(folder / "factors.csv", factors)
    known = {row["factor_id"] for row in factors}
    tocs = [row for row in rows_of(source / "tocs.csv") if row["factor_id"] in known]
    write_rows(folder / "tocs.csv", tocs)
    for name in ("hocs", "spreads"):
        shutil.copy(source / f"{name}.csv", folder)
    text = (source / "factors.toml").read_text(encoding="utf-8")
    head = re.sub(r"\[\[sets\]\]\n.*?\n\n", "", text, flags=re.DOTALL)
    tables = "\n".join(
        _TABLE.format(name=name) for name in ("factors", "hocs", "spreads", "tocs")
    )
    description = folder / "factors.toml"
    description.write_text(head.partition("[tables.")[0] + tables, encoding="utf-8")
    with redirect_stdout(StringIO()):
        seal(description)
    return folder
