"""Every table of quality, one after another: `python benchmarks/quality [CASES] [--write]`.

CASES is the folder of published instances, `../shared/cases` unless told otherwise; it is
no part of the project, and each table says so where its instances are missing. With
--write the tables go to `benchmarks/RESULTS.md` as well, with the machine they ran on.
"""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
CASES = Path("../shared/cases")
RESULTS = HERE.parent / "RESULTS.md"
#: Tables, the folders of cases that each takes, and what it shows.
TABLES = {
    "mosp.py": (
        ("mosp",),
        "Three-objective shortest paths: fronts and expansions against the stored ones",
    ),
    "flow.py": (
        ("mcnd", "linerlib"),
        "Network design and cargo flow: gap to the stored optima",
    ),
    "choose.py": (("orderbook",), "Whole orders under shared capacities"),
}
#: What tables take besides.
MORE = {"flow.py": ("--generated",)}


def main() -> int:
    """Run every table and return 1 if one of them differs from what is proven."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("cases", nargs="?", type=Path, default=CASES)
    words.add_argument("--write", action="store_true")
    asked = words.parse_args()
    worst = 0
    pages = [_head()]
    for table, (folders, title) in TABLES.items():
        folder_words = [str(asked.cases / folder) for folder in folders]
        done = subprocess.run(
            [sys.executable, str(HERE / table), *folder_words, *MORE.get(table, ())],
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        print(done.stdout)
        worst = max(worst, done.returncode)
        pages.append(f"## {title}\n\n```text\n{done.stdout.rstrip()}\n```\n")
    if asked.write:
        RESULTS.write_text("\n".join(pages), encoding="utf-8")
    return worst


def _head() -> str:
    today = datetime.now(UTC).date().isoformat()
    return (
        "# Results\n\n"
        f"Written by `python benchmarks/quality --write` on {today}: Python "
        f"{platform.python_version()}, {os.cpu_count()} cores of {platform.machine()}, shared "
        f"with others (load {os.getloadavg()[0]:.1f}). Compare ratios and counts; seconds "
        "move with the load.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
