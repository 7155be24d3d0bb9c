"""Statements as iLEAP 1.0.0, judged by the JSON schemas and by the rules beyond them."""

import json
import logging
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chains import chains_of_text
from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.read import read_rates
from greenroute.report.ileap import COMPANION, ileap_of, write_ileap
from greenroute.report.ileap_check import IleapData, check_ileap
from greenroute.report.ileap_read import read_ileap
from greenroute.statement import (
    EmissionStatement,
    exact,
    state_emissions,
    totals_by,
)
from ileap_validator import schema_errors

FACTORS = read_rates().factors
#: Two shipments with all that iLEAP can say: adjusted distances, a flight, containers,
#: a blend, hubs with, without and with a part of a value, times, places, an Incoterm.
CHAINS = """
    S 1   road road-artic 12000kg 300km lane=l1 departs_at=2026-03-01T08:00+08:00 incoterm=FCA energy=Diesel:0.75;LPG:0.25
    S 2<1 hub  port-container-terminal 12000kg
    S 3<2 sea  sea-container-8000 12000kg 9000.25km arrives_at=2026-04-02T10:00:00Z teu=2
    S 4<3 hub  own-hub 12000kg wtw=1.25 ttw=0.5 passage_share=0.5 data_type=primary
    S 5<4 road own-road 12000kg 345actual wtw=90 ttw=70 basis=sfd daf=1.15 source=meter
    T 1   air  air-belly-long-haul 345.678kg 5000gcd customer_id=c7 colour=blue
    T 2<1 rail rail-freight 345.678kg 1000km
    T 3<2 sea  box-ship 345.678kg 1000km teu=1.5 basis=sfd wtw_g_per_teukm=150 ttw_g_per_teukm=120
"""
HUBS = {"own-hub": "Warehouse"}


def state(text: str = CHAINS) -> EmissionStatement:
    statement = state_emissions(chains_of_text(text), FACTORS)
    assert statement.rejected == ()
    return statement


def export(text: str = CHAINS) -> tuple[EmissionStatement, IleapData]:
    statement = state(text)
    return statement, ileap_of(statement, hub_types=HUBS)


def test_every_entity_passes_its_schema() -> None:
    _, data = export()

    for name, parts in (
        ("shipment-footprint", data.shipments),
        ("toc", data.tocs),
        ("hoc", data.hocs),
    ):
        assert parts
        assert [error for part in parts for error in schema_errors(name, part)] == []


def test_the_rules_beyond_the_schemas_hold() -> None:
    _, data = export()

    assert check_ileap(data) == ()


def test_sums_are_those_of_the_statement() -> None:
    statement, data = export()
    tces = [tce for shipment in data.shipments for tce in shipment["tces"]]

    def total(name: str) -> Decimal:
        return exact.add(*(Decimal(tce[name]) for tce in tces))

    assert total("co2eWTW") == statement.total.wtw_kg_co2e
    assert total("co2eTTW") == statement.total.ttw_kg_co2e
    assert total("transportActivity") == statement.total.activity_tkm


def test_an_element_says_what_the_statement_says() -> None:
    _, data = export()
    first, second = data.shipments[0]["tces"][:2]
    toc = next(t for t in data.tocs if t["tocId"] == first["tocId"])

    # 12 t x 300 km x 96.34 g x 1.05; the hub without a value is passed over.
    assert first == {
        "tceId": "1",
        "tocId": "road-artic",
        "shipmentId": "S",
        "mass": "12000",
        "distance": {"sfd": "300"},
        "transportActivity": "3600",
        "co2eWTW": "364.1652",
        "co2eTTW": "296.163",
        "prevTceIds": [],
        "departureAt": "2026-03-01T00:00:00Z",
        "incoterms": "FCA",
    }
    assert (second["tceId"], second["prevTceIds"]) == ("3", ["1"])
    assert (second["packagingOrTrEqType"], second["packagingOrTrEqAmount"]) == (
        "Container-TEU",
        "2",
    )
    assert toc["co2eIntensityWTW"] == "0.101157"  # 96.34 g x 1.05
    assert "distance adjustment factor 1.05 included" in toc["description"]
    assert [c["relativeShare"] for c in toc["energyCarriers"]] == ["0.75", "0.25"]


def test_a_flight_carries_the_distance_of_its_activity() -> None:
    _, data = export()
    flight = data.shipments[1]["tces"][0]

    assert flight["distance"] == {"gcd": "5095"}
    assert flight["transportActivity"] == "1761.22941"  # 0.345678 t x 5095 km


def test_no_certification_is_claimed_and_nothing_is_null() -> None:
    _, data = export()
    text = json.dumps([*data.shipments, *data.tocs, *data.hocs])

    assert "certifications" not in text
    assert "null" not in text


def same(a: EmissionStatement, b: EmissionStatement) -> None:
    """Assert that two statements say the same, whatever file they come from."""
    left_out = {"elements", "source", "rejected"}
    for name in EmissionStatement.__dataclass_fields__.keys() - left_out:
        assert getattr(a, name) == getattr(b, name), name
    rows = [
        [
            {n: v for n, v in row.items() if n != "line" and v not in (None, [])}
            for row in statement.elements.to_pylist()
        ]
        for statement in (a, b)
    ]
    assert rows[0] == rows[1]


def test_import_gives_back_the_same_statement(tmp_path: Path) -> None:
    statement = state()
    write_ileap(statement, tmp_path, hub_types=HUBS)

    back = state_emissions(read_ileap(tmp_path), FACTORS)

    same(statement, back)
    # The hub that iLEAP cannot say is there again.
    assert back.total.not_included == 1
    assert back.exclusions == statement.exclusions


def test_import_without_the_companion_keeps_every_figure(tmp_path: Path) -> None:
    statement = state()
    write_ileap(statement, tmp_path, hub_types=HUBS)
    (tmp_path / COMPANION).unlink()

    chains = read_ileap(tmp_path)
    back = state_emissions(chains, FACTORS)

    assert chains.rejected == ()
    assert back.total.wtw_kg_co2e == statement.total.wtw_kg_co2e
    assert back.total.ttw_kg_co2e == statement.total.ttw_kg_co2e
    assert back.total.activity_tkm == statement.total.activity_tkm
    # The share of a passage is in the intensity: iLEAP has no field for it.
    names = ("shipment_id", "tce_id", "activity_tkm", "wtw_kg_co2e", "ttw_kg_co2e")
    rows = [totals_by(s, *names[:2]).to_pylist() for s in (statement, back)]
    known = [[r[n] for n in names] for r in rows[0] if not r["not_included"]]
    assert [[row[n] for n in names] for row in rows[1]] == known


def test_files_that_were_changed_count_and_the_companion_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_ileap(state(), tmp_path, hub_types=HUBS)
    path = tmp_path / "shipment-footprints.json"
    path.write_text(
        path.read_text().replace('"co2eWTW": "364.1652"', '"co2eWTW": "360"')
    )

    with caplog.at_level(logging.WARNING):
        chains = read_ileap(tmp_path)

    assert "shipment-footprints.json changed since" in caplog.text
    assert [(r.shipment_id, r.tce_id, r.column) for r in chains.rejected] == [
        ("S", "1", "co2eWTW")
    ]
    assert "expected activity × intensity, 364.1652" in chains.rejected[0].text


@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["road road-artic", "sea sea-container-8000", "rail own"]),
            st.sampled_from(["1", "999.999", "24000"]),
            st.sampled_from(["0.5", "1234.567", "18000"]),
            st.sampled_from(["", "wtw=7.000000001 ttw=0", "wtw=0 ttw=0"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_write_then_read_gives_the_same(
    tmp_path: Path, rows: list[tuple[str, str, str, str]]
) -> None:
    text = "\n".join(
        f"S{n % 2} {n} {what} {mass}kg {km}km {own or ('own' in what) * 'wtw=1 ttw=1'}"
        for n, (what, mass, km, own) in enumerate(rows)
    )
    statement = state(text)
    write_ileap(statement, tmp_path)

    same(statement, state_emissions(read_ileap(tmp_path), FACTORS))


def test_a_statement_without_operation_cannot_be_said() -> None:
    statement = state("S 1 sea own 1000kg 1000km wtw=10")

    with pytest.raises(DataError, match=r"1 elements have no operation emissions"):
        ileap_of(statement)


def test_a_hub_needs_a_type_that_ileap_knows() -> None:
    statement = state("S 1 hub shed 1000kg wtw=1 ttw=1")

    with pytest.raises(
        DataError, match="hoc 'shed' has hub type None, expected one of"
    ):
        ileap_of(statement)
    assert ileap_of(state("S 1 hub Warehouse 1000kg wtw=1 ttw=1")).hocs[0][
        "hubType"
    ] == ("Warehouse")


def test_a_carrier_without_a_value_is_not_made_up() -> None:
    statement = state("S 1 road road-artic 1000kg 100km energy=HVO")

    with pytest.raises(UnknownCategoryError, match="has no energy carrier 'HVO'"):
        ileap_of(statement)


def test_one_toc_with_two_intensities_is_two(tmp_path: Path) -> None:
    statement = state(
        """
        S 1 road own 1000kg 100km wtw=90 ttw=70
        S 2 road own 1000kg 100km wtw=80 ttw=60
        """
    )

    data = write_ileap(statement, tmp_path)

    assert [toc["tocId"] for toc in data.tocs] == ["own:1", "own:2"]
    assert check_ileap(data) == ()
