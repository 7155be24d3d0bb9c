"""Published instances with proven answers, and the reference of the examples.

They lie in `shared/` beside a checkout, as they are not ours to ship; the checks of the
project run where they are.
"""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[2] / "shared"
#: Worked examples of emissions.
WORKED_EXAMPLES = _FOLDER / "reference" / "emissions" / "worked_examples_dev.json"


def instances(kind: str) -> list[Path]:
    """Return the instances of a kind without their answers."""
    found = (_FOLDER / "cases" / kind).glob("*.json")
    return sorted(path for path in found if "expected" not in path.name)


def needs(paths: list[Path]) -> pytest.MarkDecorator:
    """Return the mark of a test that only runs where all of these files are."""
    there = bool(paths) and all(path.is_file() for path in paths)
    return pytest.mark.skipif(
        not there,
        reason="needs the published instances in ../shared: others own them, so that a "
        "clone has none; small instances of our own are tested beside",
    )
