"""Golden statements: a change of a figure is a change of results, for the changelog.

To write them again: `python tests/statement/test_golden.py`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from greenroute.rating.read import read_rates
from greenroute.report import statement_json
from greenroute.statement import emission_interval, read_chains, state_emissions

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
CHAINS = sorted(GOLDEN.glob("*.csv"))
#: What changes with the place of the file, or with factors that the chain does not use.
PASSING = ("source", "factor_set_sha256", "interval")


def stated(path: Path) -> dict[str, Any]:
    statement = state_emissions(read_chains(path), read_rates().factors)
    head: dict[str, Any] = json.loads(
        statement_json(statement, emission_interval(statement))
    )
    return {name: value for name, value in head.items() if name not in PASSING}


@pytest.mark.parametrize("path", CHAINS, ids=lambda path: path.stem)
def test_the_statement_is_the_golden_one(path: Path) -> None:
    golden = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))

    assert stated(path) == golden


def test_there_are_golden_statements() -> None:
    assert CHAINS


if __name__ == "__main__":
    for chains in CHAINS:
        text = json.dumps(stated(chains), ensure_ascii=False, indent=1)
        chains.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")
