"""What holds for the tariff, the factor set and the dangerous goods table as shipped."""

import csv
import tomllib
from pathlib import Path

import numpy as np
import pytest

from greenroute.network.lane import MODES
from greenroute.orders.shipment import Cargo
from greenroute.rating.factors import CARGOES, NO_FACTOR, DataType
from greenroute.rating.read import Rates
from greenroute.tables import data_folder
from tools.make_factors import make_factors
from tools.seal import seal

DATA = data_folder()
DESCRIPTIONS = sorted(
    path
    for kind in ("cargo", "factors", "tariffs")
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


@pytest.mark.parametrize("description", DESCRIPTIONS, ids=lambda p: p.stem)
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


@pytest.mark.parametrize("description", DESCRIPTIONS, ids=lambda p: p.stem)
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


def test_the_factors_are_made_from_the_curated_inputs(tmp_path: Path) -> None:
    made = make_factors(tmp_path)

    shipped = DATA / "factors" / "default-2026" / "factors.csv"

    assert made.read_bytes() == shipped.read_bytes()


def test_tariff_and_factor_set_know_the_same_tocs(rates: Rates) -> None:
    assert set(rates.tariff.tocs) == TOCS
    assert set(rates.factors.tocs.names) == TOCS


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


def test_no_total_uses_radiative_forcing_or_a_load_factor_study(rates: Rates) -> None:
    used = {
        rates.factors.id_of(int(code)) for code in np.unique(rates.factors.tocs.factor)
    }
    table = rows_of(DATA / "factors" / "default-2026" / "factors.csv")

    assert {row["use"] for row in table if row["factor_id"] in used} == {"default"}


def test_energy_provision_of_epa_rows_is_modelled_from_the_fuel() -> None:
    rows = {
        row["factor_id"]: row
        for row in rows_of(DATA / "factors" / "default-2026" / "factors.csv")
    }
    truck = rows["epa-2025:road:truck"]
    epa = [row for key, row in rows.items() if key.startswith("epa-2025:")]

    assert {row["wtt_basis"] for row in epa} == {"modelled"}
    assert float(truck["wtt_g_per_tkm"]) == pytest.approx(115.975 * 0.2365, abs=1e-4)
    assert "0.2365" in truck["notes"]


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
    assert set(rates.factors.data_type) == {DataType.DEFAULT}


def test_no_figure_is_taken_from_the_glec_tables() -> None:
    for path in sorted((DATA / "factors" / "default-2026").iterdir()):
        assert "glec" not in path.read_text(encoding="utf-8").lower()
