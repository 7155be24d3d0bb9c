"""A plan of 500 shipments as iLEAP: schemas, rules, sums, and the way back."""

from decimal import Decimal
from pathlib import Path

import pytest

import greenroute as gr
from greenroute.report import check_ileap, read_ileap, write_ileap
from greenroute.report.ileap import COMPANION
from greenroute.statement import (
    CarriedShipment,
    EmissionStatement,
    Flow,
    Payer,
    exact,
    state_emissions,
    totals_by,
)
from ileap_validator import schema_errors
from networks import network_of

RATES = gr.read_rates()
SHIPMENTS = 500
NETWORK = """
    AAAAA -road 100km 2h toc=road-drayage-> BBBBB
    EEEEE -road 180.5km 4h-> BBBBB
    BBBBB -sea 8765.4km 300h 2/week toc=sea-container-8000-> CCCCC
    BBBBB -sea 2345.6km 90h 3/week toc=sea-container-0-999-> FFFFF
    FFFFF -sea 6789.1km 220h 1/week toc=sea-container-5000-7999-> CCCCC
    BBBBB -rail 7123.4km 200h 7/week gauge_mm=1435-> CCCCC
    BBBBB -air 5432.1km 8h 7/week toc=air-freighter-long-haul-> CCCCC
    CCCCC -inland_waterway 310km 40h 7/week-> DDDDD
    CCCCC -road 290.3km 6h-> DDDDD
    CCCCC -rail 305.7km 9h 7/week gauge_mm=1435-> GGGGG
    CCCCC: hub_h=12 hub_wtw_kg_per_t=1.7
"""
PAIRS = [("AAAAA", "DDDDD"), ("EEEEE", "DDDDD"), ("AAAAA", "GGGGG"), ("EEEEE", "GGGGG")]


@pytest.fixture(scope="module")
def plan() -> list[CarriedShipment]:
    """Every itinerary of four frontiers in turn, for 500 shipments of many masses."""
    network = network_of(NETWORK)
    goods = [
        gr.Shipment(origin=a, destination=b, mass_kg=1000 * n + 0.125)
        for n in range(1, 8)
        for a, b in PAIRS
    ]
    ways = [(g, i) for g in goods for i in gr.route(g, network, RATES).itineraries]
    chosen = [ways[n * 7 % len(ways)] for n in range(SHIPMENTS)]
    return [
        CarriedShipment(
            shipment_id=f"order-{n:03}",
            mass_kg=shipment.mass_kg,
            itinerary=itinerary,
            customer_id=f"c{n % 9}",
            flow=Flow.OUTBOUND,
            payer=Payer.REPORTER,
        )
        for n, (shipment, itinerary) in enumerate(chosen)
    ]


@pytest.fixture(scope="module")
def statement(plan: list[CarriedShipment]) -> EmissionStatement:
    return state_emissions(plan, RATES)


@pytest.fixture(scope="module")
def folder(
    statement: EmissionStatement, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("ileap")
    data = write_ileap(statement, path)

    errors = [e for s in data.shipments for e in schema_errors("shipment-footprint", s)]
    errors += [error for toc in data.tocs for error in schema_errors("toc", toc)]
    errors += [error for hoc in data.hocs for error in schema_errors("hoc", hoc)]
    tces = [tce for shipment in data.shipments for tce in shipment["tces"]]
    assert errors == []
    assert check_ileap(data) == ()
    assert len(data.shipments) == SHIPMENTS
    assert exact.add(*(Decimal(t["co2eWTW"]) for t in tces)) == (
        statement.total.wtw_kg_co2e
    )
    assert exact.add(*(Decimal(t["transportActivity"]) for t in tces)) == (
        statement.total.activity_tkm
    )
    return path


@pytest.mark.usefixtures("folder")
def test_500_shipments_pass_schemas_and_rules(statement: EmissionStatement) -> None:
    assert len(set(statement.elements["mode"].to_pylist())) >= 4
    assert statement.hubs.not_included > 0
    assert any(factor.own for factor in statement.factors)


def test_500_shipments_come_back_as_the_same_statement(
    statement: EmissionStatement, folder: Path
) -> None:
    back = state_emissions(read_ileap(folder), RATES)

    assert back.rejected == ()
    for name in ("total", "modes", "hubs", "quality", "factors", "exclusions"):
        assert getattr(back, name) == getattr(statement, name), name
    for key in ("shipment_id", "customer_id", "lane", "scope3"):
        assert totals_by(back, key).equals(totals_by(statement, key))


def test_500_shipments_keep_their_figures_without_the_companion(
    statement: EmissionStatement, folder: Path, tmp_path: Path
) -> None:
    for path in folder.iterdir():
        if path.name != COMPANION:
            (tmp_path / path.name).write_bytes(path.read_bytes())

    back = state_emissions(read_ileap(tmp_path), RATES)

    assert back.rejected == ()
    assert back.total.wtw_kg_co2e == statement.total.wtw_kg_co2e
    assert back.total.ttw_kg_co2e == statement.total.ttw_kg_co2e
    assert back.total.activity_tkm == statement.total.activity_tkm


def test_half_a_gram_a_leg_holds_for_the_whole_plan(
    plan: list[CarriedShipment], statement: EmissionStatement
) -> None:
    legs = sum(len(shipment.itinerary.legs) for shipment in plan)
    grams = sum(
        round(leg.wtw_kg_co2e * 1000)
        for shipment in plan
        for leg in shipment.itinerary.legs
    )

    assert abs(statement.total.wtw_kg_co2e * 1000 - grams) <= Decimal(legs) / 2
