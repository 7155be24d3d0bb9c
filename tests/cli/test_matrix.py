"""`greenroute matrix` and `greenroute doctor --warm` as commands."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from commands import Command


def test_the_pairs_of_three_markets_are_written(call: Command, tmp_path: Path) -> None:
    out = tmp_path / "pairs.parquet"
    markets = [word for iso2 in ("DE", "CH", "KE") for word in ("--market", iso2)]

    done = call("matrix", *markets, "--out", out)

    assert done.code == 0, done.err
    assert "of 6 pairs" in done.err
    table = pq.read_table(out)
    pairs = {(row["origin"], row["destination"]) for row in table.to_pylist()}
    assert len(pairs) == 6
    about = json.loads(table.schema.metadata[b"greenroute"])
    assert about["markets"] == ["CH", "DE", "KE"]
    assert about["resolution"] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--market", "DE"), "1 markets make no pair"),
        (("--market", "DE", "--market", "XX"), "the network has no market XX"),
        (("--mass-kg", "-5"), "mass_kg is -5"),
        (("--step-usd", "0"), "is finer than a cent"),
        (("--with", "magic"), "there is no option 'magic'"),
    ],
)
def test_what_cannot_be_is_named(
    call: Command, words: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    out = tmp_path / "pairs.parquet"

    done = call("matrix", *words, "--out", out)

    assert done.code == 2
    assert message in done.err
    assert not out.exists()


def test_warming_names_every_search(call: Command) -> None:
    done = call("doctor", "--warm", "--format", "json")

    assert done.code == 0, done.err
    for name in ("route", "matrix", "flow design", "choice of columns"):
        assert f"{name}: " in done.err
