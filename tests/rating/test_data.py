"""What holds for the tariff, the factor set and the dangerous goods table as shipped."""

import csv
import tomllib
from pathlib import Path

import numpy as np
import pytest

from greenroute.network.lane import MODES
from greenroute.orders.shipment import Cargo
from greenroute.rating.factors import CARGOES, NO_FACTOR
from greenroute.rating.read import Rates
from greenroute.tables import data_folder
from tools.seal import seal

DATA = data_folder()
DESCRIPTIONS = sorted(
    path
    for kind in (
        "calendars",
        "carbon-costs",
        "cargo",
        "embargoes",
        "factors",
        "money",
        "tariffs",
    )
    for path in (DATA / kind).glob("*/*.toml")
)
TOCS = {
    *(
        f"sea-container-{size}"
        for size in (
            "8000",
            "5000-7999",
            "3000-4999",
            "2000-2999",
            "1000-1999",
            "0-999",
        )
    ),
    "sea-roro-ferry",
    *(
        f"air-{plane}-{haul}"
        for plane in ("belly", "freighter")
        for haul in ("long-haul", "short-haul", "domestic")
    ),
    *("rail-freight", "rail-freight-us", "road-artic", "road-artic-us"),
    *("road-drayage", "road-drayage-us", "iww-barge"),
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "description", DESCRIPTIONS, ids=lambda p: f"{p.parents[1].name}/{p.parent.name}"
)
def test_every_column_has_a_meaning_and_every_table_a_licence(
    description: Path,
) -> None:
    about = tomllib.loads(description.read_text(encoding="utf-8"))

    assert about["tables"]
    for table in about["tables"].values():
        rows = rows_of(description.parent / table["file"])

        assert list(rows[0]) == list(table["columns"])
        assert table["rows"] == len(rows)
        assert table["licence"]


@pytest.mark.parametrize(
    "description", DESCRIPTIONS, ids=lambda p: f"{p.parents[1].name}/{p.parent.name}"
)
def test_sealing_a_data_set_again_changes_nothing(
    description: Path, tmp_path: Path
) -> None:
    for path in description.parent.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    copy = tmp_path / description.name

    seal(copy)

    assert copy.read_bytes() == description.read_bytes()


@pytest.mark.parametrize("table", ["equipment", "lanes", "operations"])
def test_every_row_of_the_tariff_has_a_source(table: str) -> None:
    rows = rows_of(DATA / "tariffs" / "default-2026" / f"{table}.csv")

    assert all(row["source"] and row["year"] and row["confidence"] for row in rows)


def test_tariff_and_factor_set_know_the_same_tocs(rates: Rates) -> None:
    options = set(rates.options.of_toc())

    assert set(rates.tariff.tocs) == TOCS | options
    assert set(rates.factors.tocs.names) >= TOCS | options


def test_dry_and_dangerous_goods_have_a_factor_on_every_toc(rates: Rates) -> None:
    for cargo in (Cargo.DRY, Cargo.DANGEROUS):
        assert (rates.factors.tocs.factor[:, CARGOES.index(cargo)] != NO_FACTOR).all()


def test_reefers_have_one_only_by_road_and_rail(rates: Rates) -> None:
    tocs = rates.factors.tocs
    has = tocs.factor[:, CARGOES.index(Cargo.REEFER)] != NO_FACTOR

    assert {str(MODES[mode]) for mode in tocs.mode[has]} == {"rail", "road"}
    assert {str(MODES[mode]) for mode in tocs.mode[~has]} == {
        "sea",
        "air",
        "inland_waterway",
    }


def test_distances_are_adjusted_by_mode(rates: Rates) -> None:
    tocs = rates.factors.tocs
    adjustment = {
        str(MODES[mode]): set(tocs.adjustment[row].tolist())
        for row, mode in enumerate(tocs.mode)
    }

    assert rates.factors.air_added_km == 95
    assert adjustment["sea"] <= {1.15, 1.0}
    assert tocs.adjustment[tocs.names.index("sea-container-8000"), 0] == 1.15
    assert adjustment["road"] == {1.05}
    assert adjustment["rail"] == adjustment["air"] == {1.0}
    assert adjustment["inland_waterway"] == {1.0}


def test_belly_and_freighter_differ_as_tocs_but_not_in_value(rates: Rates) -> None:
    tocs = rates.factors.tocs
    belly, freighter = (
        tocs.names.index(f"air-{plane}-long-haul") for plane in ("belly", "freighter")
    )

    assert tocs.air_shipping[belly] != tocs.air_shipping[freighter]
    assert tocs.factor[belly].tolist() == tocs.factor[freighter].tolist()


def test_hubs_have_no_value_and_say_so(rates: Rates) -> None:
    hubs = rates.factors.hubs

    assert np.isnan(hubs.wtw_kg_per_t).all()
    assert [
        n for n, moves in zip(hubs.names, hubs.moves, strict=True) if not moves
    ] == ["customs"]


def test_unknown_traction_is_less_sure_than_trucks(rates: Rates) -> None:
    gsd = dict(zip(rates.factors.ids, rates.factors.gsd.tolist(), strict=True))

    assert gsd["desnz-2026:rail:freight-train"] == 1.6
    assert gsd["desnz-2026:sea:container-8000+"] == 1.5
    assert gsd["desnz-2026:air:freight-short-haul-without-rf"] == 1.3
    assert gsd["epa-2025:road:truck"] == 1.25
    assert gsd["default-2026:sea:container-8000+:slow"] == 1.5
    assert gsd["default-2026:rail:freight-train:electric:FR"] == 1.2


def test_no_figure_is_taken_from_the_glec_tables() -> None:
    for path in sorted((DATA / "factors").glob("*/*")):
        assert "glec" not in path.read_text(encoding="utf-8").lower()
