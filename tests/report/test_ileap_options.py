"""What other fuels and vehicles run on, in iLEAP: by lane option, there and back."""

from decimal import Decimal
from pathlib import Path

import pytest

import greenroute as gr
from chains import chains_of_text
from factor_folders import SETS, rows_of
from greenroute.network.read import read_network
from greenroute.rating.energy_carrier import parse_energy
from greenroute.rating.option_lanes import add_options
from greenroute.report.ileap import COMPANION, ileap_of, write_ileap
from greenroute.report.ileap_check import IleapData, check_ileap
from greenroute.report.ileap_read import read_ileap
from greenroute.statement import (
    CarriedShipment,
    EmissionStatement,
    read_carriers,
    state_emissions,
)
from greenroute.tables import data_folder
from ileap_validator import schema_errors

RATES = gr.read_rates()
TOY = data_folder() / "networks" / "toy"
CHAINS = """
    S 01 road road-artic                    1000kg 100km
    S 02 road road-artic-hvo                1000kg 100km
    S 03 road road-artic-battery-DE         1000kg 100km
    S 04 rail rail-freight-electric-CN      1000kg 100km
    S 05 rail rail-freight-diesel           1000kg 100km
    S 06 sea  sea-container-8000            1000kg 100km
    S 07 sea  sea-container-8000-b30        1000kg 100km
    S 08 sea  sea-container-8000-b100       1000kg 100km
    S 09 sea  sea-container-8000-slow       1000kg 100km
    S 10 air  air-belly-long-haul-saf30     1000kg 5000gcd
    S 11 inland_waterway iww-barge-hvo      1000kg 100km
"""
#: Carrier, feedstock, area and share of the energy, by TOC.
RUNS_ON = {
    "road-artic": [("Diesel", "Fossil", None, "1")],
    "road-artic-hvo": [("HVO", "Cooking oil", None, "1")],
    "road-artic-battery-DE": [("Electric", "Grid", "DE", "1")],
    "rail-freight-electric-CN": [("Electric", "Grid", "CN", "1")],
    "rail-freight-diesel": [("Diesel", "Fossil", None, "1")],
    "sea-container-8000": [("HFO", "Fossil", None, "1")],
    "sea-container-8000-b30": [
        ("HFO", "Fossil", None, "0.7"),
        ("Diesel", "Cooking oil", None, "0.3"),
    ],
    "sea-container-8000-b100": [("Diesel", "Cooking oil", None, "1")],
    "sea-container-8000-slow": [("HFO", "Fossil", None, "1")],
    "air-belly-long-haul-saf30": [
        ("Aviation fuel", "Fossil", None, "0.7"),
        ("Aviation fuel", "Cooking oil", None, "0.3"),
    ],
    "iww-barge-hvo": [("HVO", "Cooking oil", None, "1")],
}


def told(data: IleapData) -> dict[str, list[tuple[str, str, str | None, str]]]:
    """Return what each TOC says it runs on."""
    return {
        toc["tocId"]: [
            (
                carrier["energyCarrier"],
                carrier["feedstocks"][0]["feedstock"],
                carrier["feedstocks"][0].get("regionProvenance"),
                carrier["relativeShare"],
            )
            for carrier in toc["energyCarriers"]
        ]
        for toc in data.tocs
    }


def errors_of(data: IleapData) -> list[str]:
    return [
        *(e for s in data.shipments for e in schema_errors("shipment-footprint", s)),
        *(error for toc in data.tocs for error in schema_errors("toc", toc)),
        *(error for hoc in data.hocs for error in schema_errors("hoc", hoc)),
        *(str(finding) for finding in check_ileap(data)),
    ]


@pytest.fixture(scope="module")
def statement() -> EmissionStatement:
    stated = state_emissions(chains_of_text(CHAINS), RATES)
    assert stated.rejected == ()
    return stated


def test_every_option_is_exported_with_what_it_runs_on(
    statement: EmissionStatement,
) -> None:
    data = ileap_of(statement)

    assert told(data) == RUNS_ON
    assert errors_of(data) == []


def test_electricity_is_exported_with_the_figure_of_its_area(
    statement: EmissionStatement,
) -> None:
    tocs = {toc["tocId"]: toc for toc in ileap_of(statement).tocs}
    (carrier,) = tocs["road-artic-battery-DE"]["energyCarriers"]
    germany = next(
        row for row in rows_of(SETS / "grid-2026" / "grid.csv") if row["iso2"] == "DE"
    )

    assert Decimal(carrier["emissionFactorWTW"]) * 1000 == Decimal(
        germany["wtw_g_per_kwh"]
    )
    assert carrier["emissionFactorTTW"] == "0"


def test_a_chain_that_names_its_carrier_is_believed() -> None:
    stated = state_emissions(
        chains_of_text("S 1 road road-artic-hvo 1000kg 100km energy=Diesel"), RATES
    )

    assert told(ileap_of(stated)) == {
        "road-artic-hvo": [("Diesel", "Fossil", None, "1")]
    }


@pytest.mark.parametrize("companion", [True, False], ids=["ours", "of another system"])
def test_options_come_back_with_what_they_run_on(
    companion: bool,  # noqa: FBT001 - a case
    statement: EmissionStatement,
    tmp_path: Path,
) -> None:
    write_ileap(statement, tmp_path)
    if not companion:
        (tmp_path / COMPANION).unlink()

    back = state_emissions(read_ileap(tmp_path), RATES)

    assert back.rejected == ()
    assert back.total.wtw_kg_co2e == statement.total.wtw_kg_co2e
    assert back.total.ttw_kg_co2e == statement.total.ttw_kg_co2e
    assert told(ileap_of(back)) == RUNS_ON
    if companion:
        assert back.factors == statement.factors


def test_every_factor_of_an_option_runs_on_something_that_has_a_figure() -> None:
    carriers = read_carriers()
    base = {"road": "Diesel", "rail": "Diesel", "sea": "HFO", "air": "Aviation fuel"}
    for row in rows_of(SETS / "default-2026" / "option_factors.csv"):
        mode = row["base_factor_id"].split(":")[1]
        shares = parse_energy(row["energy"] or base[mode])

        assert sum(share.share for share in shares) == 1
        assert [carriers.find(share) for share in shares]
        assert (row["energy"] == "") == (row["formula"] == "slow")
        if row["formula"] in {"battery", "electric"}:
            assert row["energy"] == f"Electric/Grid/{row['region']}"
            assert row["inputs"] == f"grid=grid-2026:{row['region']}"
        if "share=" in row["inputs"]:
            share = Decimal(row["inputs"].removeprefix("share="))
            assert shares[-1].share == share


def test_a_routed_shipment_on_all_options_goes_there_and_back(tmp_path: Path) -> None:
    network = add_options(read_network(TOY), RATES, ["all"])
    goods = gr.Shipment(origin="CNSZX", destination="DEFRA", mass_kg=12_345.6)
    ways = gr.route(goods, network, RATES).itineraries
    stated = state_emissions(
        [
            CarriedShipment(shipment_id=f"S{n}", mass_kg=12_345.6, itinerary=way)
            for n, way in enumerate(ways)
        ],
        RATES,
    )
    data = write_ileap(stated, tmp_path)
    runs_on = told(data)
    back = state_emissions(read_ileap(tmp_path), RATES)

    assert errors_of(data) == []
    assert {
        ("HVO", "Cooking oil"),
        ("Electric", "Grid"),
        ("Diesel", "Cooking oil"),
    } <= {carrier[:2] for carriers in runs_on.values() for carrier in carriers}
    assert (back.total, back.modes, back.factors) == (
        stated.total,
        stated.modes,
        stated.factors,
    )
