"""The factor sets as shipped: made from their inputs, each figure as its source has it."""

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from factor_folders import SETS, rows_of
from greenroute.rating.data_set import open_data_set
from greenroute.rating.factors import CARGOES
from greenroute.rating.read import Rates
from tools.make_factors import DESCRIPTIONS, make_factors, seal_factors

INPUTS = Path(__file__).parents[2] / "tools" / "inputs"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The factor sets, made again from a copy of what is written by hand."""
    folder = tmp_path_factory.mktemp("factors")
    shutil.copytree(SETS, folder, dirs_exist_ok=True)
    make_factors(folder)
    seal_factors(folder)
    return folder


def test_the_sets_are_made_from_the_curated_inputs(made: Path) -> None:
    shipped = sorted(path.relative_to(SETS) for path in SETS.glob("*/*"))

    assert [
        p for p in shipped if (made / p).read_bytes() != (SETS / p).read_bytes()
    ] == []


def test_the_selection_names_the_sets_it_draws_on_by_digest() -> None:
    about = open_data_set(SETS / "default-2026", "factors.toml", ()).about
    found = {
        name: open_data_set(SETS / name, description, ()).sha256
        for name, description in DESCRIPTIONS.items()
    }

    assert {entry["name"]: entry["sha256"] for entry in about["sets"]} == found


def test_base_tocs_have_the_figures_of_their_source(rates: Rates) -> None:
    facts = {
        (row["mode"], row["vehicle_or_class"]): row
        for row in rows_of(INPUTS / "factors.csv")
    }
    tocs = rates.factors.tocs
    for toc, mode, named in (
        ("road-artic", "road", "artic >33t diesel, dry, avg laden"),
        ("rail-freight", "rail", "Freight train (GB mix diesel/electric)"),
        ("sea-container-8000", "sea", "container 8000+ TEU"),
    ):
        code = tocs.factor[tocs.code(toc, ""), CARGOES.index(CARGOES[0])]
        kg = facts[mode, named]

        assert rates.factors.wtw_g_per_tkm[code] == pytest.approx(
            float(kg["wtw"]) * 1000
        )
        assert rates.factors.ttw_g_per_tkm[code] == pytest.approx(
            float(kg["ttw"]) * 1000
        )


def test_energy_provision_of_epa_rows_is_modelled_from_the_fuel() -> None:
    rows = {r["factor_id"]: r for r in rows_of(SETS / "epa-2025" / "factors.csv")}
    truck = rows["epa-2025:road:truck"]

    assert {row["wtt_basis"] for row in rows.values()} == {"modelled"}
    assert float(truck["wtt_g_per_tkm"]) == pytest.approx(115.975 * 0.2365, abs=1e-4)
    assert "0.2365" in truck["notes"]
    assert truck["inputs"] == "ttw=115.975;ratio=0.2365"


def test_a_battery_van_emits_nothing_in_operation() -> None:
    rows = {r["factor_id"]: r for r in rows_of(SETS / "desnz-2026" / "factors.csv")}
    van = rows["desnz-2026:road:van-average-bev"]

    assert (van["ttw_g_per_tkm"], van["wtt_g_per_tkm"]) == ("0", "203.32")
    assert "published as 146.99 + 56.33" in van["notes"]


def test_no_base_toc_uses_radiative_forcing_or_a_load_factor_study(
    rates: Rates,
) -> None:
    factors = rates.factors
    notes = factors.notes
    used = [code for code in np.unique(factors.tocs.factor).tolist() if code >= 0]

    assert {notes.use[code].as_py() for code in used} == {"default", "option"}
    assert {notes.set_name[code].as_py() for code in used} == {
        *("desnz-2026", "epa-2025", "default-2026")
    }


def test_what_is_spent_is_a_last_resort_and_no_factor_of_a_toc(rates: Rates) -> None:
    rows = rows_of(SETS / "epa-2025" / "spend.csv")

    assert sorted(row["wtw_kg_per_usd"] for row in rows) == ["0.244", "0.595", "0.816"]
    assert {row["use"] for row in rows} == {"last resort"}
    assert not {row["factor_id"] for row in rows} & set(rates.factors.ids)


def test_every_area_has_electricity_with_losses_and_upstream() -> None:
    grid = {row["iso2"]: row for row in rows_of(SETS / "grid-2026" / "grid.csv")}
    germany = grid["DE"]

    assert len(grid) == 233
    # 380.95 x (1 + 0.01299/0.13096 + 0.04041/0.13096) g/kWh, DESNZ parts of Great Britain
    assert float(germany["losses_g_per_kwh"]) == pytest.approx(37.787, abs=1e-3)
    assert float(germany["upstream_g_per_kwh"]) == pytest.approx(117.549, abs=1e-3)
    assert float(germany["wtw_g_per_kwh"]) == pytest.approx(536.285, abs=2e-3)
    assert grid["GB"]["wtw_g_per_kwh"] == "184.36"
    for row in grid.values():
        parts = [
            Decimal(row[f"{p}_g_per_kwh"]) for p in ("generation", "losses", "upstream")
        ]
        assert abs(sum(parts) - Decimal(row["wtw_g_per_kwh"])) <= Decimal("0.002")
        assert Decimal(row["generation_g_per_kwh"]) > 0


def test_areas_without_a_usable_figure_say_what_stands_in() -> None:
    grid = {row["iso2"]: row for row in rows_of(SETS / "grid-2026" / "grid.csv")}

    assert (grid["CF"]["status"], grid["CF"]["generation_g_per_kwh"]) == (
        "estimate",
        "25",
    )
    assert (grid["EH"]["status"], grid["EH"]["taken_from"]) == ("neighbour", "MAR")
    assert "instead of 666.667 of 2009" in grid["EH"]["notes"]
    for area in ("AD", "FM", "LI", "MC", "MH", "PW", "SM", "TV"):
        assert grid[area]["status"] == "neighbour"
        assert grid[area]["confidence"] == "unverified"
    assert "above 1000 g/kWh" in grid["TM"]["notes"]


def test_the_validation_set_is_not_shipped() -> None:
    for path in sorted(SETS.glob("*/*.csv")):
        assert "co2.js" not in path.read_text(encoding="utf-8")


def test_fuels_keep_what_they_may_be_used_for() -> None:
    rows = {row["fuel_id"]: row for row in rows_of(SETS / "fuels-2026" / "fuels.csv")}
    with (INPUTS / "fuels.csv").open(encoding="utf-8", newline="") as file:
        facts = list(csv.DictReader(file))

    assert len(rows) == len(facts) == 260
    assert rows["fuels-2026:bio-diesel:all-ices:ar5"]["use"] == "placeholder"
    assert rows["fuels-2026:fossil-hfo:all-ices:ar4"]["use"] == (
        "default (FuelEU compliance)"
    )
    assert rows["fuels-2026:hvo"]["use"] == "incomplete"


@pytest.mark.parametrize(
    ("carrier", "fuel", "lcv"),
    [
        ("HFO", "fossil-hfo", "40.5"),
        ("MGO", "fossil-diesel", "42.7"),
        ("Hydrogen", "fossil-h2", "120"),
        ("Methanol", "fossil-methanol", "19.9"),
    ],
)
def test_energy_carriers_are_the_fuels_by_mass(
    carrier: str, fuel: str, lcv: str
) -> None:
    fuels = {row["fuel_id"]: row for row in rows_of(SETS / "fuels-2026" / "fuels.csv")}
    carriers = {r["carrier"]: r for r in rows_of(SETS / "fuels-2026" / "carriers.csv")}
    row = fuels[f"fuels-2026:{fuel}:all-ices:ar5"]
    ttw, wtt = Decimal(row["ttw_g_per_mj"]), Decimal(row["wtt_g_per_mj"])

    assert row["lcv_mj_per_kg"] == lcv
    assert Decimal(carriers[carrier]["ttw_kg_per_unit"]) == Decimal(lcv) * ttw / 1000
    assert Decimal(carriers[carrier]["wtw_kg_per_unit"]) == (
        Decimal(lcv) * (ttw + wtt) / 1000
    )
