"""What a user can get wrong: a clear message, exit code 2 or 4, nothing partial."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands import Command

BROKEN = Path(__file__).parents[1] / "data" / "broken" / "networks"
ROUTE = ("route", "CNSZX", "DEFRA")
MASS = ("--mass-kg", "12000")
CHLORINE = ("--cargo", "dangerous", "--un-number", "UN1017")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (ROUTE, "Missing option '--mass-kg'"),
        ((*ROUTE, "--mass-kg", "12t"), "'--mass-kg': '12t' is no number"),
        ((*ROUTE, "--mass-kg", "12,000"), "'--mass-kg': '12,000' is no number"),
        ((*ROUTE, "--mass-kg", ""), "'--mass-kg': '' is no number"),
        ((*ROUTE, "--mass-kg", "nan"), "mass_kg is nan, expected a number > 0"),
        ((*ROUTE, "--mass-kg", "-5"), "mass_kg is -5"),
        ((*ROUTE, "--mass-kg", "0"), "mass_kg is 0"),
        ((*ROUTE, "--mass-kg", "1e400"), "mass_kg is inf"),
        ((*ROUTE, "--mass-kg", "1e12"), "mass_kg is 1e+12"),
        ((*ROUTE, *MASS, "--volume-m3", "nan"), "volume_m3 is nan"),
        ((*ROUTE, *MASS, "--volume-m3", "0.001"), "check the units"),
        (("route", "CNSZX", "CNSZX", *MASS), "are the same place (Shenzhen, CN)"),
        (("route", "CNSZX", "Shenzhen, CN", *MASS), "are the same place"),
        (("route", "CNSZX", "DEFRX", *MASS), "nearest matches: DEFRA"),
        (("route", "Shenzen, CN", "DEFRA", *MASS), "nearest matches: CNSZX (Shenzhen)"),
        (("route", "", "DEFRA", *MASS), "a place is empty"),
        (("route", "CNSZX", " ; ", *MASS), "destination is empty"),
        (("route", "0,-150", "DEFRA", *MASS), "the nearest town is"),
        (
            (*ROUTE, *MASS, "--ready", "2026-12-02", "--due", "2026-12-01"),
            "due_at is 2026-12-01T00:00:00, expected a time after ready_at",
        ),
        ((*ROUTE, *MASS, "--due", "2026-12-01"), "due_at is given without ready_at"),
        ((*ROUTE, *MASS, "--ready", "tomorrow"), "'tomorrow' is no time, expected ISO"),
        ((*ROUTE, *MASS, "--ready", "2026-02-30"), "'2026-02-30' is no time"),
        ((*ROUTE, *MASS, "--cargo", "wet"), "Invalid value for '--cargo'"),
        ((*ROUTE, *MASS, "--cargo", "dangerous"), "un_number is None, expected UN and"),
        (
            (*ROUTE, *MASS, "--cargo", "dangerous", "--un-number", "UN0000"),
            "un_number is 'UN0000', expected one of",
        ),
        ((*ROUTE, *MASS, "--un-number", "UN3481"), "expected dangerous"),
        ((*ROUTE, *MASS, "--avoid", "bosporus"), "place 'bosporus' is unknown"),
        ((*ROUTE, *MASS, "--avoid", "CN"), "is where the shipment starts or ends"),
        ((*ROUTE, *MASS, "--via", "XXXXX"), "place 'XXXXX' is unknown"),
        ((*ROUTE, *MASS, "--max-cost-usd", "nan"), "max_cost_usd is nan"),
        ((*ROUTE, *MASS, "--top", "0"), "'0' is no whole number >= 1"),
        ((*ROUTE, *MASS, "--top", "3", "--all"), "expected --top N or --all, not both"),
        ((*ROUTE, *MASS, "--format", "yaml"), "'table', 'json', 'csv', 'geojson'"),
        ((*ROUTE, *MASS, "--mas", "1"), "No such option"),
        (("rout",), "No such command 'rout'"),
        (("distance", "CNSZX", "DEFRA", "--mode", "ship"), "mode is 'ship', expected"),
        (
            ("distance", "CNYTN", "NLRTM", "--mode", "sea", "--close", "panama"),
            "no passage 'panama'; the network has: suez",
        ),
        (("network", "info", "--format", "geojson"), "expected table, json, csv"),
        (("places",), "Missing argument 'QUERY'"),
    ],
)
def test_wrong_usage_is_explained(
    toy: Command, words: tuple[str, ...], message: str
) -> None:
    answer = toy(*words)

    assert answer.code == 2
    assert answer.out == ""
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert len(answer.err.splitlines()) <= 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--avoid", "suez", "--avoid", "air", "--avoid", "rail"), "no way from CNSZX"),
        (("--max-cost-usd", "10"), "the least cost is"),
        (("--max-wtw-kg", "1"), "the least CO2e is"),
        (("--ready", "2026-12-01", "--due", "2026-12-02"), "the least time is"),
        (
            (*CHLORINE, "--avoid", "sea", "--avoid", "rail"),
            "no way from CNSZX",
        ),
    ],
)
@pytest.mark.parametrize("form", ["table", "csv", "geojson"])
def test_what_cannot_be_done_is_infeasible(
    toy: Command, tmp_path: Path, words: tuple[str, ...], message: str, form: str
) -> None:
    out = tmp_path / "out"
    answer = toy(*ROUTE, *MASS, *words, "--format", form, "--out", out)

    assert answer.code == 4
    assert message in answer.err
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_done_is_said_in_json_as_well(toy: Command) -> None:
    answer = toy(*ROUTE, *MASS, "--max-cost-usd", "10")

    assert answer.code == 4
    assert '"termination": "infeasible"' in answer.out
    assert '"itineraries": [\n\n]' in answer.out


def test_no_way_by_one_mode_is_infeasible(toy: Command) -> None:
    words = ("distance", "CNYTN", "NLRTM", "--mode", "sea", "--close", "suez")
    answer = toy(*words)

    assert (answer.code, answer.out) == (4, "")
    assert "no way by sea from CNYTN to NLRTM with suez closed" in answer.err


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda path: path.name)
def test_a_broken_network_is_named(call: Command, folder: Path) -> None:
    for words in ((*ROUTE, *MASS), ("network", "check"), ("markets",)):
        answer = call(*words, "--network", folder)

        assert answer.code == 2
        assert answer.out == ""
        assert (folder / "message.txt").read_text().strip() in answer.err


@pytest.mark.parametrize("option", ["--network", "--tariff", "--factors"])
def test_a_folder_that_is_not_there_is_named(
    toy: Command, call: Command, tmp_path: Path, option: str
) -> None:
    run = call if option == "--network" else toy
    answer = run(*ROUTE, *MASS, option, tmp_path / "nowhere")

    assert answer.code == 2
    assert str(tmp_path / "nowhere") in answer.err
    assert "there is no such file" in answer.err


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(
    toy: Command, tmp_path: Path
) -> None:
    answer = toy(*ROUTE, *MASS, "--out", tmp_path / "no" / "such" / "frontier.json")

    assert answer.code == 2
    assert "frontier.json cannot be written: No such file or directory" in answer.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_overwritten_by_a_file(toy: Command, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    answer = toy(*ROUTE, *MASS, "--out", tmp_path / "out")

    assert answer.code == 2
    assert "cannot be written" in answer.err
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failed_run_leaves_the_old_file(toy: Command, tmp_path: Path) -> None:
    out = tmp_path / "frontier.json"
    out.write_text("old")
    toy("route", "CNSZX", "XXXXX", *MASS, "--out", out)

    assert out.read_text() == "old"


def test_a_network_cut_off_while_it_was_copied_is_named(
    call: Command, toy_folder: Path, tmp_path: Path
) -> None:
    copy = shutil.copytree(toy_folder, tmp_path / "copy")
    lanes = copy / "lanes.csv"
    lanes.write_bytes(lanes.read_bytes()[:300])
    answer = call(*ROUTE, *MASS, "--network", copy)

    assert answer.code == 2
    assert f"{lanes}: sha256 is" in answer.err


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=4)
)
def test_no_words_end_in_an_internal_error(toy: Command, words: list[str]) -> None:
    answer = toy("route", *words, "--mass-kg", "10")

    assert answer.code in {0, 2, 4}
