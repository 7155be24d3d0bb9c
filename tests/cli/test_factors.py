"""`greenroute factors`."""

import csv
import io
import json
from pathlib import Path

import pytest

from commands import Command
from factor_folders import user_set
from greenroute.rating.import_template import TEMPLATES, ImportKind

BATTERY = "default-2026:road:artic-over-33t-diesel-dry-avg-laden:battery:DE"


def test_without_a_command_all_factors_are_listed(call: Command) -> None:
    plain, listed = call("factors"), call("factors", "list")
    rows = json.loads(plain.out)["factors"]

    assert plain.out == listed.out
    assert {row["set"] for row in rows} == {
        *("desnz-2026", "epa-2025", "fuels-2026", "grid-2026", "default-2026")
    }
    # 76 + 7 + 3 by money, 260 fuels, 233 areas, 1445 options
    assert len(rows) == 2_024


def test_a_list_is_filtered_by_mode_and_set(call: Command) -> None:
    done = call("factors", "--mode", "rail", "--set", "epa-2025", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))

    assert [row["factor_id"] for row in rows] == [
        *("epa-2025:rail:freight-rail", "epa-2025:rail:freight-rail-reefer")
    ]
    assert float(rows[0]["wtw"]) == 18.7058


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("list", "--mode", "camel"), "mode is 'camel', expected one of sea, air"),
        (("list", "--set", "ours"), "set is 'ours', expected one of desnz-2026"),
        (("show", "epa-2025:road:truk"), "near ones are epa-2025:road:truck"),
    ],
)
def test_what_there_is_not_is_named(
    call: Command, words: tuple[str, ...], message: str
) -> None:
    done = call("factors", *words)

    assert done.code == 2
    assert message in done.err


def test_show_tells_formula_inputs_sources_and_tocs(call: Command) -> None:
    (row,) = json.loads(call("factors", "show", BATTERY).out)["factors"]

    assert row["tocs"] == "road-artic-battery-DE"
    assert row["ttw"] == 0
    assert row["wtw"] == pytest.approx(72.9624)
    assert "grid = grid-2026:DE (WTW 536.285" in row["inputs"]
    assert "base = desnz-2026:road:artic-over-33t-diesel-dry-avg-laden" in row["inputs"]
    assert "van_battery_g_per_tkm = 203.32" in row["inputs"]
    assert row["wtt_formula"].endswith("* grid")
    assert len(row["set_sha256"]) == 64
    assert "Our World in Data; Ember; Energy Institute" in row["attribution"]
    assert "Open Government Licence" in row["attribution"]
    assert (row["gwp_basis"], row["distance_basis"]) == (
        "not stated",
        "undeclared; treat as actual",
    )


def test_a_search_takes_all_words_and_names_what_is_not_available(
    call: Command,
) -> None:
    found = json.loads(call("factors", "search", "methanol", "rfnbo").out)["factors"]
    table = call("factors", "search", "methanol", "--format", "table").out
    absent = [row for row in found if row["use"] == "not available"]

    assert {row["what"].partition(",")[0] for row in found if row not in absent} == {
        "RFNBO Methanol"
    }
    assert [row["factor_id"] for row in absent] == ["not available:methanol"]
    assert "methanol of sea-container, sea-roro-ferry is not available: " in " ".join(
        table.split()
    )


def test_a_search_with_a_slip_of_the_pen_finds_like_words(call: Command) -> None:
    done = call("factors", "search", "waterborn", "crafft")

    assert "epa-2025:sea:waterborne-craft" in done.out


def test_a_search_without_a_hit_says_so(call: Command) -> None:
    done = call("factors", "search", "zzzzzz", "qqqqqq")

    assert done.code == 4
    assert "no factor has 'zzzzzz qqqqqq'" in done.err


def test_a_user_folder_is_listed_as_well(call: Command, tmp_path: Path) -> None:
    done = call("factors", "--factors", user_set(tmp_path / "own"))

    assert len(json.loads(done.out)["factors"]) == 83


@pytest.mark.parametrize("kind", list(ImportKind))
def test_a_template_has_the_columns_of_its_kind(
    call: Command, kind: ImportKind
) -> None:
    done = call("factors", "template", kind)

    assert done.out.strip().split(",") == list(TEMPLATES[kind])


def test_an_import_needs_the_right(call: Command, tmp_path: Path) -> None:
    file = tmp_path / "carrier.csv"
    row = (
        "Line A,measured,rail-freight,,rail,block train,DE,ambient,12,0,g CO2e/tkm,"
        "actual,AR5,,report,2031,1"
    )
    file.write_text(f"{call('factors', 'template', 'carrier').out}{row}\n", "utf-8")
    words = ("factors", "import", file, "--from", "carrier", "--out", tmp_path / "own")

    refused = call(*words)
    done = call(*words, "--i-have-the-right")

    assert refused.code == 2
    assert "--i-have-the-right" in refused.err
    assert (done.code, done.out) == (0, "")
    assert "1 factors in" in done.err
    shown = call("factors", "search", "block", "train", "--factors", tmp_path / "own")
    (found,) = json.loads(shown.out)["factors"]
    assert (found["wtw"], found["data_type"], found["licence"]) == (
        *(12, "primary", "user-held"),
    )


def test_an_import_with_errors_leaves_nothing_behind(
    call: Command, tmp_path: Path
) -> None:
    file = tmp_path / "carrier.csv"
    file.write_text(f"{call('factors', 'template', 'carrier').out}A,,,,,\n", "utf-8")
    out = tmp_path / "own"

    done = call(
        *("factors", "import", file, "--from", "carrier", "--out", out),
        "--i-have-the-right",
    )

    assert done.code == 2
    assert not out.exists()
