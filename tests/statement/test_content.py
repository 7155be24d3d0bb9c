"""What a report must say, and what it must not."""

from decimal import Decimal

import pytest

from chains import chains_of_text
from greenroute.network.lane import Mode
from greenroute.rating.factors import FactorSet
from greenroute.statement import (
    About,
    EmissionStatement,
    MarketInstruments,
    RetiredAttribute,
    content_text,
    emission_interval,
    report_content,
    state_emissions,
)
from greenroute.statement.content import shown

#: What EMISSIONS asks every report for, in this order.
MANDATORY = [
    *("method", "company", "period", "total GHG", "operation GHG"),
    *("transport activity", "distance type", "emission intensity"),
    *("sea", "road", "hubs", "data types", "factor source", "GWP basis", "excluded"),
    *("allocation", "verification", "factor set"),
]
APART = ["ledger B, market-based", "ledger C, offsets", "biogenic CO2"]
APART += ["aviation other than CO2e"]
#: Words that no report may use before a verifier has signed.
FORBIDDEN = ["conformant", "compliant", "certified", "carbon neutral", "zero-emission"]
CHAINS = """
    S 1 road road-artic 12000kg 300km departs_at=2026-03-01
    S 2 hub port-container-terminal 12000kg
    S 3 sea sea-container-8000 12000kg 9000km arrives_at=2026-04-02
"""


@pytest.fixture
def statement(factors: FactorSet) -> EmissionStatement:
    about = About(company="Acme", glec_version="v3.2")
    return state_emissions(chains_of_text(CHAINS), factors, about=about)


def lines_of(statement: EmissionStatement) -> dict[str, str]:
    content = report_content(statement)
    return {line.heading: line.text for line in (*content.physical, *content.apart)}


def test_a_report_has_all_that_it_must(statement: EmissionStatement) -> None:
    content = report_content(statement)
    headings = [line.heading for line in content.physical]

    assert [heading for heading in headings if heading in MANDATORY] == sorted(
        (h for h in headings if h in MANDATORY), key=MANDATORY.index
    )
    assert set(MANDATORY) <= set(headings)
    assert [line.heading for line in content.apart] == APART


def test_a_report_says_what_the_numbers_are(statement: EmissionStatement) -> None:
    lines = lines_of(statement)

    # road 3600 t·km x 96.34 x 1.05 = 364 kg; sea 108000 x 15.53 x 1.15 = 1929 kg
    assert lines["total GHG"] == "2,290 kg CO2e"
    assert lines["transport activity"] == "112,000 t·km"
    assert lines["distance type"] == "shortest feasible distance"
    assert lines["hubs"] == "not included, 1 operations without a value"
    assert lines["period"] == "2026-03-01 to 2026-04-02"
    assert lines["method"] == "ISO 14083:2023 equations, GLEC Framework v3.2"
    assert lines["GWP basis"] == "AR5"
    assert lines["verification"] == "not verified"
    assert lines["road"].startswith("364 kg CO2e, operation 296 kg CO2e, 3,600 t·km")


def test_a_report_claims_equations_and_no_conformity(
    statement: EmissionStatement,
) -> None:
    content = report_content(statement)
    text = content_text(content)

    assert content.claim.startswith(
        "Calculated with ISO 14083:2023 equations and UK DESNZ"
    )
    assert content.claim.endswith("values; primary data 0 %.")
    assert [word for word in FORBIDDEN if word in text.lower()] == []


def test_the_interval_stands_beside_the_total(statement: EmissionStatement) -> None:
    interval = emission_interval(statement)

    text = content_text(report_content(statement, interval))

    assert "total GHG" in text
    assert "kg CO2e (5-95 %: " in text


def test_ledgers_b_and_c_are_told_apart(factors: FactorSet) -> None:
    attribute = RetiredAttribute(
        mode=Mode.AIR,
        kg_co2e=Decimal(11_000),
        registry="R",
        batch="B",
        first_serial=1,
        last_serial=2,
        tier="shipper",
    )
    statement = state_emissions(
        chains_of_text("S 1 air own 10000kg 905gcd wtw=1000 ttw=800"),
        factors,
        market=MarketInstruments(
            attributes=(attribute,), offsets_kg_co2e=Decimal(6_000)
        ),
    )

    lines = lines_of(statement)

    assert lines["total GHG"] == "10,000 kg CO2e"
    assert lines["ledger B, market-based"] == (
        "0 kg CO2e after air 10,000 kg CO2e retired; 1,000 kg CO2e for air beyond its "
        "emissions, not counted"
    )
    assert lines["ledger C, offsets"] == (
        "climate contribution of 6,000 kg CO2e; transport emissions are unchanged"
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("1234.5", "1,230"),
        ("99.95", "100"),
        ("0.0012345", "0.00123"),
        ("12", "12"),
        ("9876543", "9,880,000"),
    ],
)
def test_three_figures_are_shown(number: str, text: str) -> None:
    assert shown(Decimal(number)) == text
