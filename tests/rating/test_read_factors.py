"""What a factor set may say, what it draws on, and what may stand for a TOC."""

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from factor_folders import SETS, rows_of, user_set, write_rows
from greenroute.errors import CorruptDataError, DataError, UnknownCategoryError
from greenroute.rating.factors import Use
from greenroute.rating.read import Rates
from greenroute.rating.read_factors import read_factors
from tools.seal import seal


def edit(folder: Path, table: str, line: int, **cells: str) -> None:
    """Change cells in a line of a table, and seal the set."""
    path = folder / f"{table}.csv"
    rows = rows_of(path)
    rows[line - 2] |= cells
    write_rows(path, rows)
    seal(folder / "factors.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return user_set(tmp_path / "own")


@pytest.fixture
def selection(tmp_path: Path) -> Path:
    """The selection of the package, with its own copy of one of its sets beside it."""
    for name in ("default-2026", "epa-2025"):
        shutil.copytree(SETS / name, tmp_path / name)
    return tmp_path / "default-2026"


def test_a_folder_with_its_own_table_needs_no_other_set(folder: Path) -> None:
    factors = read_factors(folder)

    assert factors.sets == ()
    assert len(factors.tocs.names) == 20
    assert {text.as_py() for text in factors.notes.set_name} == {"default-2026"}


def test_a_copied_selection_finds_its_sets_in_the_package(tmp_path: Path) -> None:
    copy = shutil.copytree(SETS / "default-2026", tmp_path / "copy")

    assert read_factors(copy).ids == read_factors(SETS / "default-2026").ids


def test_a_set_that_is_not_the_one_it_was_made_with_is_refused(selection: Path) -> None:
    edit(selection.parent / "epa-2025", "factors", 3, notes="another note")

    with pytest.raises(CorruptDataError) as error:
        read_factors(selection)

    assert "factors.toml: set 'epa-2025' has sha256" in str(error.value)
    assert "one of the two was changed" in str(error.value)


def test_a_set_that_was_edited_without_its_digest_names_the_file(
    selection: Path,
) -> None:
    path = selection.parent / "epa-2025" / "factors.csv"
    path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(CorruptDataError, match=r"epa-2025/factors\.csv: sha256 is"):
        read_factors(selection)


def test_the_factor_of_an_option_stands_only_for_its_own_toc(selection: Path) -> None:
    factor = "default-2026:road:artic-over-33t-diesel-dry-avg-laden:hvo"
    rows = rows_of(selection / "tocs.csv")
    line = 2 + next(i for i, row in enumerate(rows) if row["toc"] == "road-artic")
    edit(selection, "tocs", line, factor_id=factor)

    with pytest.raises(DataError) as error:
        read_factors(selection)

    assert str(error.value) == (
        f"{selection / 'tocs.csv'}:{line}: factor_id has use 'option', expected use "
        "'default', or a TOC of options.csv"
    )


def test_a_last_resort_is_taken_with_a_warning(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    line = 2 + [row["factor_id"] for row in rows_of(folder / "factors.csv")].index(
        "desnz-2026:sea:container-8000+"
    )
    edit(folder, "factors", line, use=Use.LAST_RESORT)

    with caplog.at_level(logging.WARNING):
        read_factors(folder)

    assert [record.getMessage() for record in caplog.records] == [
        (
            f"{folder / 'tocs.csv'}: TOC 'sea-container-8000' has factor "
            "'desnz-2026:sea:container-8000+', a last resort"
        )
    ] * 2  # dry and dangerous


@pytest.mark.parametrize(
    "use",
    [use for use in Use if use not in (Use.DEFAULT, Use.LAST_RESORT, Use.OPTION)],
)
def test_no_other_use_may_stand_for_a_toc(folder: Path, use: Use) -> None:
    line = 2 + [row["factor_id"] for row in rows_of(folder / "factors.csv")].index(
        "desnz-2026:sea:container-8000+"
    )
    edit(folder, "factors", line, use=use)

    with pytest.raises(DataError, match=rf"tocs\.csv:2: factor_id has use '{use}'"):
        read_factors(folder)


def test_an_intensity_of_0_stays_0(folder: Path) -> None:
    nothing = {f"{part}_g_per_tkm": "0" for part in ("wtw", "ttw", "wtt")}
    line = 2 + [row["factor_id"] for row in rows_of(folder / "factors.csv")].index(
        "desnz-2026:sea:container-8000+"
    )
    edit(folder, "factors", line, **nothing)

    factors = read_factors(folder)
    code = factors.tocs.factor[factors.tocs.code("sea-container-8000", ""), 0]

    assert factors.wtw_g_per_tkm[code] == 0
    assert factors.ttw_g_per_tkm[code] == 0


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"gwp_basis": "AR7"},
            "gwp_basis is 'AR7', expected one that starts with AR4, AR5, AR6, not stated",
        ),
        (
            {"distance_basis": "crow"},
            (
                "distance_basis is 'crow', expected one that starts with actual, sfd, gcd, "
                "gcd+95, undeclared"
            ),
        ),
        (
            {"energy": "Diesel:0.9;HVO:0.2"},
            "energy is 'Diesel:0.9;HVO:0.2', expected shares that add up to 1, not 1.1",
        ),
        ({"energy": "Coal"}, "energy is 'Coal', expected one of Diesel, HVO, "),
        ({"use": "perhaps"}, "use is 'perhaps', expected one of default, option, "),
        ({"mode": "camel"}, "mode is 'camel', expected one of sea, air, rail, road, "),
        (  # 5178 g/tkm as kilograms
            {
                "wtw_g_per_tkm": "5.178",
                "ttw_g_per_tkm": "4.604",
                "wtt_g_per_tkm": ".574",
            },
            "wtw_g_per_tkm is 5.178, expected 0 or a number >= 20 (is it in kg?)",
        ),
    ],
)
def test_a_row_that_cannot_be_says_where_and_what(
    folder: Path, cells: dict[str, str], message: str
) -> None:
    edit(folder, "factors", 2, **cells)

    with pytest.raises(DataError) as error:
        read_factors(folder)

    assert str(error.value).startswith(f"{folder / 'factors.csv'}:2: {message}")


def test_a_factor_may_be_in_one_set_only(selection: Path) -> None:
    rows = rows_of(selection / "option_factors.csv")
    rows[0]["factor_id"] = "epa-2025:road:truck"
    write_rows(selection / "option_factors.csv", rows)
    seal(selection / "factors.toml")

    with pytest.raises(DataError) as error:
        read_factors(selection)

    assert str(error.value) == (
        f"{selection / 'option_factors.csv'}:2: factor_id is 'epa-2025:road:truck' as in "
        "set 'epa-2025', expected once"
    )


def test_an_option_of_an_unknown_factor_names_near_ones(selection: Path) -> None:
    edit(selection, "option_factors", 2, base_factor_id="epa-2025:road:trucks")

    with pytest.raises(
        DataError, match=r"option_factors\.csv:2: base_factor_id is .*near"
    ):
        read_factors(selection)


def test_a_folder_without_factors_says_what_it_needs(selection: Path) -> None:
    path = selection / "factors.toml"
    text = path.read_text(encoding="utf-8").replace("[[sets]]", "[[no_sets]]")
    text = text.replace("[tables.option_factors", "[tables.other_factors")
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=r"there are no factors, expected \[tables"):
        read_factors(selection)


def test_a_set_without_a_digest_is_named(selection: Path) -> None:
    path = selection / "factors.toml"
    text = path.read_text(encoding="utf-8").replace("[[sets]]\nname", "[[sets]]\nlabel")
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=r"set 1 is .*, expected name and sha256"):
        read_factors(selection)


def test_a_factor_carries_where_it_comes_from(rates: Rates) -> None:
    factors = rates.factors
    code = factors.ids.index("epa-2025:road:truck")
    notes = factors.notes

    assert len(notes) == len(factors.ids) - 1  # gateways of the network come last
    assert notes.source[code].as_py() == "US EPA GHG Emission Factors Hub, 2025 edition"
    assert notes.year[code] == 2025
    assert notes.licence[code].as_py() == "US Government work, public domain"
    assert notes.gwp_basis[code].as_py() == "AR5 28/265"
    assert notes.distance_basis[code].as_py() == "actual (unverified)"
    assert notes.vehicle_class[code].as_py() == "medium/heavy-duty truck"
    assert notes.use[code].as_py() == "default"
    assert notes.region[code].as_py() == "US"
    option = factors.ids.index("default-2026:road:truck:hvo")
    assert (
        notes.vehicle_class[option].as_py().startswith("medium/heavy-duty truck; HVO")
    )
    assert notes.source[option] == notes.source[code]
    hubs = dict(zip(factors.hubs.names, factors.hubs.hub_type, strict=True))
    assert hubs["port-container-terminal"] == "MaritimeContainerTerminal"


def test_an_unknown_toc_names_near_ones(rates: Rates) -> None:
    with pytest.raises(UnknownCategoryError) as error:
        rates.factors.tocs.code("road-artic-batery-DE", rates.factors.name)

    assert "near ones are road-artic-battery-DE" in str(error.value)


def test_operation_is_never_above_the_total(rates: Rates) -> None:
    wtw, ttw = rates.factors.wtw_g_per_tkm, rates.factors.ttw_g_per_tkm
    known = ~np.isnan(wtw) & ~np.isnan(ttw)

    assert known.sum() > 1_500
    assert (ttw[known] <= wtw[known]).all()
