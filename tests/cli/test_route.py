import csv
import io
import json
from pathlib import Path

import pytest

from commands import Command

ROUTE = ("route", "CNSZX", "DEFRA", "--mass-kg", "12000")


def test_elsewhere_than_on_a_terminal_the_answer_is_json(toy: Command) -> None:
    answer = toy(*ROUTE)
    found = json.loads(answer.out)

    assert (answer.code, answer.err) == (0, "")
    assert found["network"]["name"] == "toy"
    assert found["frontier"]["exact"] is True


def test_a_table_can_be_asked_for_and_is_plain_text(toy: Command) -> None:
    answer = toy(*ROUTE, "--format", "table")

    assert answer.code == 0
    assert answer.out.startswith("Shenzhen, CN → Frankfurt am Main, DE\n")
    assert "\x1b" not in answer.out


def test_csv_has_the_whole_frontier(toy: Command) -> None:
    rows = list(csv.DictReader(io.StringIO(toy(*ROUTE, "--format", "csv").out)))
    found = json.loads(toy(*ROUTE).out)["frontier"]["itineraries"]

    assert [row["id"] for row in rows] == [i["id"] for i in found]


def test_geojson_has_the_picks(toy: Command) -> None:
    found = json.loads(toy(*ROUTE, "--format", "geojson").out)["features"]
    picks = json.loads(toy(*ROUTE).out)["frontier"]["picks"]

    assert {f["properties"]["itinerary"] for f in found} == set(picks.values())


def test_two_runs_give_the_same_bytes(toy: Command) -> None:
    first, second = (toy(*ROUTE).out.partition('\n"run": ') for _ in range(2))

    assert first[:2] == second[:2]


def test_a_seed_has_no_effect(toy: Command) -> None:
    with_seed = toy(*ROUTE, "--format", "csv", "--seed", "7")

    assert with_seed.out == toy(*ROUTE, "--format", "csv").out


def test_top_shows_so_many(toy: Command) -> None:
    found = json.loads(toy(*ROUTE, "--top", "2").out)["frontier"]

    assert len(found["itineraries"]) == 2
    assert found["itineraries_found"] > 2
    assert "Listed: 2 of" in toy(*ROUTE, "--top", "2", "--format", "table").out


def test_all_shows_all(toy: Command) -> None:
    assert "Listed:" not in toy(*ROUTE, "--all", "--format", "table").out


def test_a_file_gets_what_stdout_would(toy: Command, tmp_path: Path) -> None:
    out = tmp_path / "frontier.csv"
    answer = toy(*ROUTE, "--out", out)

    assert (answer.code, answer.out) == (0, "")
    assert out.read_text() == toy(*ROUTE, "--format", "csv").out
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.json", '{"network"'),
        ("a.geojson", '{"type": "FeatureCollection"'),
        ("a.CSV", '"id"'),
        ("a.txt", '{"network"'),
    ],
)
def test_the_ending_of_a_file_says_its_format(
    toy: Command, tmp_path: Path, name: str, start: str
) -> None:
    toy(*ROUTE, "--out", tmp_path / name)

    assert (tmp_path / name).read_text().startswith(start)


def test_the_format_wins_over_the_ending(toy: Command, tmp_path: Path) -> None:
    toy(*ROUTE, "--out", tmp_path / "a.csv", "--format", "table")

    assert (tmp_path / "a.csv").read_text().startswith("Shenzhen")


def test_a_place_can_be_passed(toy: Command) -> None:
    answer = toy(*ROUTE, "--via", "NLRTM")

    for itinerary in json.loads(answer.out)["frontier"]["itineraries"]:
        assert "NLRTM" in {leg["origin"] for leg in itinerary["legs"]}


@pytest.mark.parametrize("what", ["air", "suez", "NL", "CNYTN"])
def test_what_is_avoided_is_not_used(toy: Command, what: str) -> None:
    answer = toy(*ROUTE, "--avoid", what)
    legs = [
        leg
        for itinerary in json.loads(answer.out)["frontier"]["itineraries"]
        for leg in itinerary["legs"]
    ]
    gone = {"air": "air", "suez": "sea", "NL": "sea", "CNYTN": "sea"}[what]

    assert legs
    assert gone not in {leg["mode"] for leg in legs}


def test_a_limit_is_kept(toy: Command) -> None:
    answer = toy(*ROUTE, "--max-cost-usd", "5000", "--max-wtw-kg", "4500")

    for itinerary in json.loads(answer.out)["frontier"]["itineraries"]:
        assert itinerary["cost_usd"] <= 5000
        assert itinerary["wtw_kg_co2e"] <= 4500


def test_a_destination_may_be_a_set(toy: Command) -> None:
    answer = toy("route", "CNSZX", "DEFRA;NLRTM", "--mass-kg", "12000")
    ends = {
        itinerary["legs"][-1]["destination"]
        for itinerary in json.loads(answer.out)["frontier"]["itineraries"]
    }

    assert ends <= {"DEFRA", "NLRTM"}
    assert "NLRTM" in ends  # cheaper than to go on to Frankfurt


def test_dates_are_local_to_their_places(toy: Command) -> None:
    answer = toy(*ROUTE, "--ready", "2026-12-01T08:00", "--due", "2027-03-01")
    [first, *_] = json.loads(answer.out)["frontier"]["itineraries"]

    assert first["departs_at"] == "2026-12-01T00:00:00+00:00"  # UTC+8 in Shenzhen


def test_dangerous_goods_are_routed_where_they_may_go(toy: Command) -> None:
    words = ("--cargo", "dangerous", "--un-number", "UN3481")

    assert toy(*ROUTE, *words).code == 0


def test_a_latitude_in_the_south_is_no_option(toy: Command) -> None:
    answer = toy("route", "-22.5,114.1", "DEFRA", "--mass-kg", "10")

    assert answer.code == 2
    assert "place '-22.5,114.1': the nearest town is" in answer.err
