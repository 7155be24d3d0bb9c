"""Broken chains files, the errors they must give, and the good rows that come out."""

import shutil
from pathlib import Path

import pytest

from greenroute.errors import DataError
from greenroute.rating.factors import FactorSet
from greenroute.statement import Rejection, read_chains, state_emissions

BROKEN = Path(__file__).parents[1] / "data" / "broken" / "chains"
CASES = sorted(path.with_suffix("") for path in BROKEN.glob("*.txt"))


def line_of(rejection: Rejection) -> tuple[int, str]:
    line = rejection.where.rpartition(":")[2]
    return int(line), f"{line}: {rejection.text}"


def agrees(found: str, expected: str) -> bool:
    """Return whether two lines agree, up to an ellipsis."""
    return found == expected or (
        expected.endswith("…") and found.startswith(expected.removesuffix("…"))
    )


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_error_of_every_row_is_named(
    case: Path, factors: FactorSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (source,) = (p for p in BROKEN.glob(f"{case.name}.*") if p.suffix != ".txt")
    shutil.copy(source, tmp_path)
    monkeypatch.chdir(tmp_path)

    statement = state_emissions(read_chains(source.name), factors)

    found = [text for _, text in sorted(map(line_of, statement.rejected))]
    expected = case.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert len(found) == len(expected), "\n".join(found)
    assert [
        (f, e) for f, e in zip(found, expected, strict=True) if not agrees(f, e)
    ] == []
    assert all(r.where.startswith(f"{source.name}:") for r in statement.rejected)
    assert "good" in statement.elements["shipment_id"].to_pylist()
    assert "good" not in statement.incomplete


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", "a.csv: the file is empty"),
        (
            "a.csv",
            "shipment_id,tce_id,kind\nA,1,hub\n",
            "a.csv: column mass_kg is missing; there are shipment_id, tce_id, kind",
        ),
        (
            "a.csv",
            "shipment_id,tce_id,kind,mass_kg,wtw_g_tkm\nA,1,hub,1,2\n",
            "a.csv: column 'wtw_g_tkm' is not known, expected 'wtw_g_per_tkm'",
        ),
        (
            "a.csv",
            "shipment_id,tce_id,kind,mass_kg,kind\nA,1,hub,1,hub\n",
            "a.csv:1: column kind is there twice, expected once",
        ),
        ("a.json", "[{", "a.json:1: "),
        ("a.json", '[{"shipment_id": "A"} {', "a.json:1: the list is not closed"),
        ("a.json", '[{"shipment_id": "A"}', "a.json:1: the list is not closed"),
        (
            "a.txt",
            "",
            "a.txt: expected a file ending in .csv, .json, .jsonl or .parquet",
        ),
        ("a.parquet", "x", "a.parquet: cannot be read as Parquet"),
    ],
)
def test_a_file_that_is_broken_as_a_whole_is_refused(
    name: str, text: str, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text, encoding="utf-8")

    with pytest.raises(DataError) as error:
        read_chains(name)

    assert str(error.value).startswith(message)


def test_bytes_that_are_no_text_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"shipment_id,tce_id,kind,mass_kg\nA,1,hub,1\n\xff,1,hub,1\n")

    with pytest.raises(DataError, match=r"a\.csv:3: .*UTF8"):
        read_chains(path)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no\.csv: there is no such file"):
        read_chains(tmp_path / "no.csv")
