"""Every table of quality, one after another: `python benchmarks/quality [CASES]`.

CASES is the folder of published instances, `../shared/cases` unless told otherwise; it is
no part of the project, and each table says so where its instances are missing.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CASES = Path("../shared/cases")
#: Tables, and the folders of cases that each takes.
TABLES = {
    "mosp.py": ("mosp",),
    "flow.py": ("mcnd", "linerlib"),
    "choose.py": ("orderbook",),
}


def main(arguments: list[str]) -> int:
    """Run every table and return 1 if one of them differs from what is proven."""
    cases = Path(arguments[0]) if arguments else CASES
    worst = 0
    for table, folders in TABLES.items():
        words = [str(cases / folder) for folder in folders]
        done = subprocess.run([sys.executable, str(HERE / table), *words], check=False)
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
