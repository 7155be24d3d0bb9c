"""`greenroute matrix` and `greenroute doctor --warm` as commands."""

import hashlib
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
    assert about["exact"] is True
    assert "exact: true at 1 USD, 1 h, 1 kg" in done.err


def test_a_tolerance_is_told_in_the_file_and_on_the_screen(
    call: Command, tmp_path: Path
) -> None:
    out = tmp_path / "pairs.parquet"

    done = call(
        "matrix", "--market", "DE", "--market", "CH", "--epsilon", "0.05", "--out", out
    )

    assert done.code == 0, done.err
    assert "exact: false, epsilon 0.05" in done.err
    about = json.loads(pq.read_schema(out).metadata[b"greenroute"])
    assert (about["exact"], about["epsilon"]) == (False, 0.05)
    assert about["resolution"] is None


@pytest.mark.slow
def test_parts_with_another_tolerance_are_not_mixed_in(
    call: Command, tmp_path: Path
) -> None:
    out = tmp_path / "pairs.parquet"
    words = ("matrix", "--market", "DE", "--market", "CH", "--out", out)
    assert call(*words, "--epsilon", "0.05").code == 0
    about = pq.read_schema(out).metadata[b"greenroute"]
    # What a run leaves behind that was stopped before its first market.
    parts = out.with_name(out.name + ".parts")
    parts.mkdir()
    (parts / "about.json").write_text(hashlib.sha256(about).hexdigest())
    out.unlink()

    other = call(*words, "--epsilon", "0.01")
    same = call(*words, "--epsilon", "0.05")

    assert other.code == 2
    assert "holds parts of a matrix with other data or settings" in other.err
    assert same.code == 0, same.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--market", "DE"), "1 markets make no pair"),
        (("--market", "DE", "--market", "XX"), "the network has no market XX"),
        (("--mass-kg", "-5"), "mass_kg is -5"),
        (("--step-usd", "0"), "is finer than a cent"),
        (("--epsilon", "5"), "epsilon is 5.0, expected a share"),
        (("--epsilon", "-0.1"), "epsilon is -0.1, expected a share"),
        (("--epsilon", "5%"), "is no number"),
        (("--epsilon", "0.05", "--step-usd", "5"), "and a resolution is given"),
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
