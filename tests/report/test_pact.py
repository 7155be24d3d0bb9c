"""Footprints of PACT: version 2 as the envelope of iLEAP, and version 3."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chains import chains_of_text
from greenroute.errors import DataError
from greenroute.rating.read import read_rates
from greenroute.report.ileap import ileap_of
from greenroute.report.pact import Company, pact_footprints
from greenroute.report.pact_v3 import pact_v3
from greenroute.statement import EmissionStatement, state_emissions
from ileap_validator import schema_errors

FACTORS = read_rates().factors
CREATED = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
COMPANY = Company(name="Acme Forwarding", ids=("urn:epc:id:sgln:4063973.00000.8",))
CHAINS = """
    S 1 road road-artic 12000kg 300km departs_at=2026-03-01
    S 2 hub port-container-terminal 12000kg
    S 3 sea box 12000kg 1000km teu=2 wtw_g_per_teukm=150 ttw_g_per_teukm=120 basis=sfd gwp_basis=AR6 data_type=primary
    S 4 hub own 12000kg wtw=1.25 ttw=0.5 gwp_basis=AR6 arrives_at=2026-03-09
    T 1 road road-artic 1000kg 100km
"""


def state(text: str = CHAINS) -> EmissionStatement:
    return state_emissions(chains_of_text(text), FACTORS)


def footprints(text: str = CHAINS, company: Company = COMPANY) -> list[dict[str, Any]]:
    statement = state(text)
    data = ileap_of(statement, hub_types={"own": "Warehouse"})
    return list(pact_footprints(statement, data, company, created_at=CREATED))


def kind_of(footprint: dict[str, Any]) -> str:
    return str(footprint["extensions"][0]["dataSchema"].rpartition("/")[2][:-5])


def test_every_footprint_passes_its_schema() -> None:
    found = footprints()

    assert sorted(map(kind_of, found)) == [
        "hoc",
        "shipment-footprint",
        "shipment-footprint",
        "toc",
        "toc",
    ]
    for footprint in found:
        assert schema_errors(f"pcf-{kind_of(footprint)}", footprint) == []


def test_a_shipment_is_declared_by_its_tonne_kilometres() -> None:
    first = footprints()[0]
    pcf = first["pcf"]

    # 3600 + 12000 t·km; 364.1652 + 300 (2 TEU x 1000 km x 150 g) + 15 kg
    assert first["productIds"] == [
        "urn:pathfinder:product:customcode:vendor-assigned:shipment:S"
    ]
    assert first["productCategoryCpc"] == "83117"
    assert (pcf["declaredUnit"], pcf["unitaryProductAmount"]) == (
        "ton kilometer",
        "15600",
    )
    assert pcf["productMassPerDeclaredUnit"] == "12000"
    assert pcf["pCfExcludingBiogenic"] == pcf["fossilGhgEmissions"] == "679.1652"
    assert pcf["biogenicCarbonContent"] == "0"
    assert "pCfIncludingBiogenic" not in pcf
    assert pcf["packagingEmissionsIncluded"] is False
    assert pcf["primaryDataShare"] == pytest.approx(100 * 300 / 679.1652, abs=1e-4)
    assert (pcf["referencePeriodStart"], pcf["referencePeriodEnd"]) == (
        "2026-03-01T00:00:00Z",
        "2026-03-10T00:00:00Z",
    )


def test_bases_that_are_mixed_are_listed_and_hubs_left_out_are_told() -> None:
    pcf, other = (footprint["pcf"] for footprint in footprints()[:2])

    assert pcf["ipccCharacterizationFactorsSources"] == ["AR5", "AR6"]
    assert other["ipccCharacterizationFactorsSources"] == ["AR5"]
    assert "1 hub operations are not included" in pcf["exemptedEmissionsDescription"]
    assert pcf["exemptedEmissionsPercent"] == 5.0
    assert other["exemptedEmissionsPercent"] == 0.0


def test_categories_are_declared_per_unit() -> None:
    by_id = {f["productNameCompany"]: f["pcf"] for f in footprints()}

    road, box, hub = by_id["TOC road-artic"], by_id["TOC box"], by_id["HOC own"]
    assert (road["unitaryProductAmount"], road["pCfExcludingBiogenic"]) == (
        "1",
        "0.101157",
    )
    assert box["pCfExcludingBiogenic"] == "0.015"  # 0.15 kg per TEU·km, 10 t a TEU
    assert (hub["declaredUnit"], hub["unitaryProductAmount"]) == ("kilogram", "1000")
    assert (hub["pCfExcludingBiogenic"], hub["primaryDataShare"]) == ("1.25", 0.0)
    assert box["primaryDataShare"] == 100.0


def test_the_same_input_gives_the_same_footprints() -> None:
    assert footprints() == footprints()
    assert len({footprint["id"] for footprint in footprints()}) == 5


def test_a_basis_that_pact_has_no_word_for_is_not_exported() -> None:
    for more in ("gwp_basis=AR4", ""):
        text = f"S 1 road own 1000kg 100km wtw=9 ttw=8 departs_at=2026-03-01 {more}"

        with pytest.raises(DataError, match="expected GWP basis AR5 or AR6"):
            footprints(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "S 1 road road-artic 1000kg 100km",
            "the period of the statement is not known",
        ),
        (
            "S 1 hub own 1000kg wtw=1 ttw=1 gwp_basis=AR5 departs_at=2026-03-01",
            "shipment 'S' has no transport activity",
        ),
    ],
)
def test_what_pact_cannot_say_is_an_error(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        footprints(text)


def test_a_company_has_a_name_and_urns() -> None:
    with pytest.raises(DataError, match="expected a name and URNs"):
        Company(name="Acme", ids=("123",))
    with pytest.raises(DataError, match="expected vendor or buyer"):
        Company(name="Acme", ids=("urn:x:1",), assigned_by="us")
    buyer = Company(name="Acme", ids=("urn:x:1",), assigned_by="buyer")
    assert "buyer-assigned:shipment:S" in footprints(company=buyer)[0]["productIds"][0]


def test_version_3_renames_and_drops() -> None:
    second = footprints()[0]
    third = pact_v3(second)
    pcf = third["pcf"]

    assert third["specVersion"] == "3.0.0"
    assert third["productClassifications"] == [
        "urn:pact:productclassification:un-cpc:83117"
    ]
    assert not {"version", "updated", "statusComment", "productCategoryCpc"} & set(
        third
    )
    assert pcf["declaredUnitOfMeasurement"] == "ton kilometer"
    assert pcf["declaredUnitAmount"] == "15600"
    assert pcf["pcfExcludingBiogenicUptake"] == pcf["pcfIncludingBiogenicUptake"]
    assert pcf["ipccCharacterizationFactors"] == ["AR5", "AR6"]
    assert pcf["crossSectoralStandards"] == ["ISO14083", "GHGP-Product"]
    assert pcf["exemptedEmissionsPercent"] == "5"
    assert pcf["primaryDataShare"] == "44.1719"
    assert pcf["fossilCarbonContent"] == "0"
    assert not {"characterizationFactors", "crossSectoralStandardsUsed"} & set(pcf)
    assert third["extensions"] == second["extensions"]
    #: What the OpenAPI document of version 3.0 requires of `pcf`.
    assert {
        *("declaredUnitOfMeasurement", "declaredUnitAmount"),
        *("productMassPerDeclaredUnit", "referencePeriodStart", "referencePeriodEnd"),
        *("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"),
        *("fossilGhgEmissions", "fossilCarbonContent", "ipccCharacterizationFactors"),
        *("crossSectoralStandards", "exemptedEmissionsPercent"),
    } <= set(pcf)


def test_nothing_of_ledgers_b_and_c_is_exported() -> None:
    text = str(footprints())

    assert "offset" not in text.replace("offsets, traded allowances", "")
    assert "market" not in text
