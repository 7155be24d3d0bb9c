"""Broken tariffs and factor sets, and the messages they must give."""

import csv
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from factor_folders import user_set
from greenroute.errors import CorruptDataError, DataError
from greenroute.rating.data_set import open_data_set
from greenroute.rating.read import read_rates
from greenroute.rating.read_factors import read_factors
from greenroute.rating.read_tariff import read_tariff
from greenroute.tables import data_folder
from tools.seal import seal

BROKEN = Path(__file__).parents[1] / "data" / "broken"
TARIFF = data_folder() / "tariffs" / "default-2026"
FACTORS = data_folder() / "factors" / "default-2026"


def copy_set(source: Path, folder: Path) -> None:
    """Copy a data set; of factors, as one folder without other sets."""
    if source == FACTORS:
        user_set(folder)
    else:
        shutil.copytree(source, folder, dirs_exist_ok=True)


def edited(case: Path, source: Path, folder: Path) -> str:
    """Copy a data set, change the one cell that a case names, and return the message."""
    told = tomllib.loads(case.read_text(encoding="utf-8"))
    copy_set(source, folder)
    path = folder / f"{told['table']}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[told["line"] - 1][rows[0].index(told["column"])] = told["value"]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    for description in folder.glob("*.toml"):
        seal(description)
    return str(told["message"])


@pytest.mark.parametrize(
    ("case", "source", "read"),
    [
        pytest.param(case, source, read, id=f"{kind}/{case.stem}")
        for kind, source, read in (
            ("tariffs", TARIFF, read_tariff),
            ("factors", FACTORS, read_factors),
        )
        for case in sorted((BROKEN / kind).glob("*.toml"))
    ],
)
def test_a_broken_data_set_says_where_what_and_what_was_expected(
    case: Path, source: Path, read: Callable[[Path], object], tmp_path: Path
) -> None:
    message = edited(case, source, tmp_path)

    with pytest.raises(DataError) as error:
        read(tmp_path)

    assert str(error.value).replace(f"{tmp_path}/", "") == message


def test_all_errors_of_all_rows_are_named(tmp_path: Path) -> None:
    shutil.copytree(TARIFF, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "lanes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    for row in range(1, 26):
        lines[row] = lines[row].replace("sea-", "see-").replace("air-", "luft-")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    seal(tmp_path / "tariff.toml")

    with pytest.raises(DataError) as error:
        read_tariff(tmp_path)
    message = str(error.value).splitlines()

    assert len(message) == 21
    assert "lanes.csv:2: toc is 'see-container-8000'" in message[0]
    assert message[20] == "… and 5 more errors"


@pytest.mark.parametrize(
    ("source", "file", "read"),
    [(TARIFF, "lanes.csv", read_tariff), (FACTORS, "factors.csv", read_factors)],
)
def test_a_table_that_was_edited_or_cut_short_names_the_file(
    source: Path, file: str, read: Callable[[Path], object], tmp_path: Path
) -> None:
    copy_set(source, tmp_path)
    path = tmp_path / file
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(
        CorruptDataError, match=rf"{file}: sha256 is .* expected .*damaged"
    ):
        read(tmp_path)


def test_a_missing_table_names_the_file(tmp_path: Path) -> None:
    shutil.copytree(FACTORS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "tocs.csv").unlink()

    with pytest.raises(CorruptDataError, match=r"tocs\.csv: the file is missing"):
        read_rates(factors=tmp_path)


def test_a_folder_without_description_names_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"tariff\.toml: there is no such file"):
        read_rates(tariff=tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            'currency = "USD"',
            'currency = "EUR"',
            "currency is 'EUR', expected USD",
        ),
        (
            "value = 250",
            "value = 0",
            "value is 0, expected a number >= 1 <= 22590",
        ),
        (
            "[parameters.density_kg_per_m3]",
            "[parameters.density]",
            "value is None, expected a number >= 1 <= 22590",
        ),
        ('version = "2026.11"', "", "version is None, expected a text"),
        (
            "[tables.lanes",
            "[tables.ways",
            "[tables.lanes] is missing, expected equipment, handling_times, lanes, operations, running_times",
        ),
    ],
)
def test_a_broken_description_says_what_is_wrong(
    before: str, after: str, message: str, tmp_path: Path
) -> None:
    shutil.copytree(TARIFF, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "tariff.toml"
    text = path.read_text(encoding="utf-8")

    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")

    with pytest.raises(DataError) as error:
        read_tariff(tmp_path)

    assert str(error.value).startswith(f"{path}: ")
    assert str(error.value).endswith(message)


def test_a_tariff_needs_a_price_for_every_operation_and_cargo(tmp_path: Path) -> None:
    shutil.copytree(TARIFF, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "operations.csv"
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("unload,rail,40RF")
    ]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    seal(tmp_path / "tariff.toml")

    with pytest.raises(DataError) as error:
        read_tariff(tmp_path)

    assert str(error.value).endswith(
        "operations.csv: there is no price for unload of reefer cargo by rail, "
        "expected one"
    )


def test_a_folder_may_be_given_as_text(tmp_path: Path) -> None:
    shutil.copytree(TARIFF, tmp_path, dirs_exist_ok=True)

    rates = read_rates(tariff=str(tmp_path))

    assert rates.tariff.folder == tmp_path
    assert rates.tariff.sha256 == open_data_set(TARIFF, "tariff.toml", ()).sha256
