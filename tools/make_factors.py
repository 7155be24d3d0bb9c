"""Makes the factor sets in `data/factors/` from the curated inputs.

    python -m tools.make_factors

Inputs are facts restated with their source in `inputs/`: factors of DESNZ and EPA
(`factors.csv`, `hubs.csv`), fuels (`fuels.csv`), electricity (`grid_electricity.csv`), and
what completes them: ratios (`factor_rules.csv`), areas (`grid_areas.csv`), parameters and
formulas of fuels and vehicles (`option_*.csv`). Of `default-2026`, the rows of base TOCs in
`tocs.csv`, `hocs.csv` and `spreads.csv` are written by hand. Every number is exact decimal
arithmetic on what the inputs say.
"""

import csv
import re
import shutil
from pathlib import Path

from greenroute.rating.data_set import open_data_set
from greenroute.tables import data_folder
from tools.factors.energy import (
    FUEL_COLUMNS,
    FUELS,
    GRID,
    GRID_COLUMNS,
    fuel_factors,
    grid_factors,
)
from tools.factors.options import FACTOR_COLUMNS, OPTION_COLUMNS, SET, make_options
from tools.factors.published import (
    COLUMNS,
    DESNZ,
    EPA,
    SPEND_COLUMNS,
    published_factors,
    spend_factors,
)
from tools.factors.rows import INPUTS, Row, write_rows
from tools.seal import seal

FOLDER = data_folder() / "factors"
DESCRIPTIONS = {
    DESNZ: "factors.toml",
    EPA: "factors.toml",
    GRID: "grid.toml",
    FUELS: "fuels.toml",
}
TOCS = "tocs.csv"
#: Tables of the selection that are the inputs themselves.
COPIED = {
    "formulas.csv": "option_formulas.csv",
    "options_not_available.csv": "options_not_available.csv",
    "parameters.csv": "option_parameters.csv",
}
_SET = re.compile(r'(\[\[sets\]\]\nname = "([^"]+)"\nsha256 = ")[0-9a-f]*"')


def make_factors(folder: Path) -> list[Path]:
    """Write the tables of all factor sets below a folder, and return them.

    Parameters
    ----------
    folder
        Folder of the sets; `default-2026/tocs.csv` must be there for its base TOCs.
    """
    factors = published_factors()
    grid = grid_factors()
    selection = folder / SET
    with (selection / TOCS).open(encoding="utf-8", newline="") as file:
        tocs = list(csv.DictReader(file))
    base = [toc for toc in tocs if toc["factor_id"] in factors]
    made = make_options(base, factors, grid)
    written = [
        *(
            write_rows(
                folder / name / "factors.csv",
                COLUMNS,
                (row for key, row in factors.items() if key.startswith(name)),
            )
            for name in (DESNZ, EPA)
        ),
        write_rows(folder / EPA / "spend.csv", SPEND_COLUMNS, spend_factors()),
        write_rows(folder / FUELS / "fuels.csv", FUEL_COLUMNS, fuel_factors()),
        write_rows(folder / GRID / "grid.csv", GRID_COLUMNS, grid),
        write_rows(
            selection / "option_factors.csv",
            FACTOR_COLUMNS,
            (made.factors[factor_id] for factor_id in sorted(made.factors)),
        ),
        write_rows(selection / TOCS, tuple(tocs[0]), [*base, *_sorted(made.tocs)]),
        write_rows(selection / "options.csv", OPTION_COLUMNS, _sorted(made.options)),
    ]
    for name, source in COPIED.items():
        written.append(Path(shutil.copyfile(INPUTS / source, selection / name)))
    print(f"{len(factors)} published factors, {len(made.factors)} of options")
    return written


def _sorted(rows: list[Row]) -> list[Row]:
    """Return rows by the base and the name of their TOC, cargo as before."""
    return sorted(rows, key=lambda row: row["toc"])


def seal_factors(folder: Path) -> None:
    """Write the digests of all sets, those that others draw on first."""
    for name, description in (*DESCRIPTIONS.items(), (SET, "factors.toml")):
        seal_set(folder, folder / name / description)


def seal_set(folder: Path, path: Path) -> None:
    """Write the digests of a set and of those that it draws on into its description."""
    seal(path)

    def sealed(entry: re.Match[str]) -> str:
        head, name = entry.groups()
        data = open_data_set(folder / name, DESCRIPTIONS[name], ())
        return f'{head}{data.sha256}"'

    text = path.read_text(encoding="utf-8")
    path.write_text(_SET.sub(sealed, text), encoding="utf-8")


if __name__ == "__main__":
    make_factors(FOLDER)
    seal_factors(FOLDER)
