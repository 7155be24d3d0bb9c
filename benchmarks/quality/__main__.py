"""Every table of quality, one after another: `python benchmarks/quality [CASES]`.

CASES is the folder of published instances, `../shared/cases` unless told otherwise; it is
no part of the project, and each table says so where its instances are missing.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CASES = Path("../shared/cases")


def main(arguments: list[str]) -> int:
    """Run every table and return 1 if one of them differs from what is proven."""
    cases = Path(arguments[0]) if arguments else CASES
    done = subprocess.run(
        [sys.executable, str(HERE / "mosp.py"), str(cases / "mosp")], check=False
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
