import csv
import io
import json

import greenroute as gr
from greenroute import report
from greenroute.report import Sheet

SHEET = Sheet(
    name="things",
    columns=("name", "count", "share", "there", "lat", "lon"),
    rows=(
        ("[b]A,B[/b]", 1200, 0.25, True, 1.5, 2.25),
        ("C", 1, None, False, 0.0, -1.0),
    ),
    notes=("A note.",),
)


def test_a_table_shows_all_cells_and_the_notes() -> None:
    lines = report.plain_page(lambda _: report.sheet_table(SHEET)).splitlines()

    assert lines[0].split() == ["name", "count", "share", "there", "lat", "lon"]
    assert lines[1].split() == ["[b]A,B[/b]", "1,200", "0.25", "yes", "1.50", "2.25"]
    assert lines[2].split() == ["C", "1", "–", "no", "0.00", "-1.00"]
    assert lines[3] == "A note."


def test_json_holds_the_rows_under_their_name() -> None:
    assert json.loads(report.sheet_json(SHEET)) == {"things": SHEET.records()}


def test_csv_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(report.sheet_csv(SHEET))))

    assert [row["name"] for row in rows] == ["[b]A,B[/b]", "C"]
    assert rows[1]["share"] == ""


def test_geojson_holds_points() -> None:
    found = json.loads(report.sheet_geojson(SHEET))["features"]

    assert found[0]["geometry"] == {"type": "Point", "coordinates": [2.25, 1.5]}
    assert found[1]["properties"]["name"] == "C"


def test_an_empty_sheet_is_written_in_every_format() -> None:
    empty = Sheet(name="things", columns=("lat", "lon"), rows=())

    assert json.loads(report.sheet_json(empty)) == {"things": []}
    assert report.sheet_csv(empty) == "lat,lon\n"
    assert json.loads(report.sheet_geojson(empty))["features"] == []


def test_markets_have_their_hub(basis: report.Basis) -> None:
    [china, germany, _] = report.markets_sheet(basis.network).records()

    assert (china["iso2"], china["hub_name"], china["un_member"]) == (
        "CN",
        "Shenzhen",
        True,
    )
    assert germany["customs_territory"] == "EU"


def test_a_distance_by_sea_comes_in_nautical_miles_as_well(basis: report.Basis) -> None:
    sheet = report.distance_sheet(basis.network, ("CNYTN", "NLRTM"), mode="sea")

    assert sheet is not None
    [row] = sheet.records()

    assert (row["distance_km"], row["distance_nm"]) == (18500.0, 9989.2)  # / 1.852
    assert row["distance_basis"] == "sfd"


def test_a_distance_by_air_is_a_great_circle(basis: report.Basis) -> None:
    sheet = report.distance_sheet(basis.network, ("CNSZX", "DEFRA"), mode="air")

    assert sheet is not None
    assert sheet.records()[0]["distance_basis"] == "gcd"


def test_a_closed_passage_leaves_no_way(basis: report.Basis) -> None:
    ends = ("CNYTN", "NLRTM")

    assert (
        report.distance_sheet(basis.network, ends, mode="sea", closed=("suez",)) is None
    )


def test_the_toy_network_is_sound_with_its_rates(basis: report.Basis) -> None:
    found = report.check_with_rates(basis.network, basis.rates)

    assert [f.name for f in found.findings if not f.passed] == []
    assert {"no absurd price", "no absurd intensity"} <= {
        f.name for f in found.findings
    }


def test_the_doctor_finds_nothing_wrong(basis: report.Basis) -> None:
    sheet, well = report.doctor_sheet(basis.network.folder)

    assert [row for row in sheet.records() if not row["ok"]] == []
    assert well


def test_the_doctor_says_what_to_do_about_damaged_data(basis: report.Basis) -> None:
    sheet, well = report.doctor_sheet(basis.network.folder / "nowhere")
    [ill] = [row for row in sheet.records() if not row["ok"]]

    assert not well
    assert ill["what"] == "network"
    assert "there is no such file" in str(ill["found"])
    assert ill["what_to_do"] == "restore the files, or name another folder"
    assert gr.read_network(basis.network.folder).name == "toy"
