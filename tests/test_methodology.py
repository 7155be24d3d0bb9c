"""`docs/methodology.md`: every number on the page is computed again."""

import re
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest

from greenroute.network.lane import Mode
from greenroute.rating.factors import DataType
from greenroute.rating.read import read_rates
from greenroute.report import ileap_of
from greenroute.statement import (
    Drop,
    Emissions,
    EmissionStatement,
    EnergyFactor,
    EnergyUse,
    MarketInstruments,
    RetiredAttribute,
    ShipFuel,
    TransportChains,
    blend,
    compare_emissions,
    emission_interval,
    ets_allowances,
    exact,
    fueleu_balance,
    hub_intensity,
    probability_lower,
    read_chains,
    share_by_mass,
    share_round,
    state_emissions,
)
from greenroute.statement.content import shown

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "methodology.md").read_text(encoding="utf-8")
CHAINS = read_chains(ROOT / "tests" / "data" / "golden" / "shenzhen-frankfurt.csv")
FACTORS = read_rates().factors


def state(shipment: str, market: MarketInstruments | None = None) -> EmissionStatement:
    mine = pc.equal(CHAINS.table["shipment_id"], shipment)
    chains = TransportChains(table=CHAINS.table.filter(mine), source=CHAINS.source)
    statement = state_emissions(chains, FACTORS, market=market)
    assert statement.rejected == ()
    return statement


@pytest.fixture(scope="module")
def statement() -> EmissionStatement:
    return state("sea-rail")


def table_of(heading: str) -> list[list[str]]:
    """Return the rows of the table whose first line starts like this."""
    lines = PAGE.splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(heading))
    rows = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def text(number: Decimal | None) -> str:
    return "" if number is None else exact.text_of(number)


def says(*texts: str) -> None:
    page = re.sub(r"\s+", " ", PAGE.replace("{,}", ","))
    assert [words for words in texts if words not in page] == []


def test_the_elements_are_those_of_the_statement(statement: EmissionStatement) -> None:
    found = []
    for row in statement.elements.to_pylist():
        hub = row["kind"] == "hub"
        found.append(
            [
                text(row["activity_km"]),
                "" if hub else text(row["applied_daf"]),
                text(row["hub_t"] if hub else row["activity_tkm"]),
                text(row["wtw_kg_per_t"] if hub else row["wtw_g_per_tkm"]),
                text(row["wtw_kg_co2e"]),
                text(row["ttw_kg_co2e"]),
            ]
        )

    assert [row[1:] for row in table_of("| element |")] == found
    says("12 \\cdot 14,762.8 = 177,153.6", "177,153.6 \\cdot 15.53 \\cdot 1.15 / 1000")


def test_the_totals_are_those_of_the_statement(statement: EmissionStatement) -> None:
    sums = [
        *(statement.modes[mode] for mode in (Mode.SEA, Mode.RAIL, Mode.ROAD)),
        statement.hubs,
        statement.total,
    ]

    assert [row[1:] for row in table_of("| | activity")] == [
        [
            text(total.activity_tkm) if total.activity_tkm else "",
            text(total.wtw_kg_co2e),
            text(total.ttw_kg_co2e),
        ]
        for total in sums
    ]
    total = statement.total
    says(
        f"the difference, {text(total.wtt_kg_co2e)} kg",
        f"= {total.wtw_g_per_tkm:.3f} g",
    )
    assert (statement.hubs.not_included, statement.hubs.elements) == (2, 3)


def test_distances_shares_and_scope_are_as_told(statement: EmissionStatement) -> None:
    emissions = statement.quality.by_emissions_pct
    activity = statement.quality.by_activity_pct
    assert emissions is not None
    assert activity is not None
    flight = state("air").elements.to_pylist()[1]

    assert (flight["distance_km"], flight["activity_km"]) == (
        Decimal("9020.7"),
        Decimal("9115.7"),
    )
    for shares in (emissions, activity):
        says(
            f"primary {text(shares[DataType.PRIMARY])} %, "
            f"default {text(shares[DataType.DEFAULT])} %"
        )
    assert set(statement.elements["scope3"].to_pylist()) == {"scope 3 category 4"}


def test_the_uncertainty_is_as_told(statement: EmissionStatement) -> None:
    interval = emission_interval(statement)
    low, high = (
        shown(exact.nearest(kg)) for kg in (interval.low_kg_co2e, interval.high_kg_co2e)
    )
    by_air = state("air")
    apart, together = (
        probability_lower(80, 100, gsd_a=1.3, gsd_b=1.3, correlation=rho)
        for rho in (0, 0.5)
    )

    says(f"of the chain is {low} to {high} kg")
    says(f"gives {apart:.4f}, with correlation 0.5 {together:.4f}")
    says(f"by air ({text(by_air.total.wtw_kg_co2e)} kg)")
    assert compare_emissions(statement, by_air).probability_lower == 1


def test_the_spreads_are_those_of_the_factor_set() -> None:
    lines = (ROOT / "data/factors/default-2026/spreads.csv").read_text().splitlines()
    spreads = {tuple(line.split(",")[:3]): line.split(",")[3] for line in lines}

    assert {spreads[m, "primary", ""] for m in Mode} == {"1.05"}
    assert {spreads[m, "modelled", ""] for m in Mode} == {"1.15"}
    says(
        f"default road {spreads['road', 'default', '']}, "
        f"rail {spreads['rail', 'default', '']}, sea {spreads['sea', 'default', '']}, "
        f"air {spreads['air', 'default', '']} "
        f"({spreads['air', 'default', 'belly or freighter unknown']} if belly",
        f"hub {spreads['hub', 'default', '']}.",
    )


def test_the_ledgers_are_as_told() -> None:
    attribute = RetiredAttribute(
        mode=Mode.SEA,
        kg_co2e=Decimal(1000),
        registry="R",
        batch="B",
        first_serial=1,
        last_serial=1,
        tier="shipper",
    )
    market = MarketInstruments(attributes=(attribute,), offsets_kg_co2e=Decimal(2000))
    statement = state("sea-rail", market)

    found = [row[2] for row in table_of("| ledger |")]
    based = statement.market.market_based_kg_co2e
    assert found[0] == f"{text(statement.total.wtw_kg_co2e)} kg"
    assert found[1] == f"{text(based)} kg"
    assert found[2] == f"{text(statement.market.offsets_kg_co2e)} kg, A and B unchanged"


def test_the_small_examples_are_as_told() -> None:
    diesel = EnergyFactor(wtw_kg_co2e=Decimal("3.2"), ttw_kg_co2e=Decimal("2.6"))
    power = EnergyFactor(wtw_kg_co2e=Decimal("0.2"), ttw_kg_co2e=Decimal(0))
    hub = hub_intensity(
        [
            EnergyUse(amount=Decimal(10_000), factor=power),
            EnergyUse(amount=Decimal(500), factor=diesel),
        ],
        Decimal(4_000),
    )
    mix = blend([(Decimal("0.75"), diesel), (Decimal("0.25"), power)])
    drops = [
        Drop(quantity=Decimal(t), depot_km=Decimal(km))
        for t, km in ((2, 30), (1, 60), (4, 20))
    ]
    hundred = Emissions(wtw_kg_co2e=Decimal(100), ttw_kg_co2e=Decimal(80))
    flight = Emissions(wtw_kg_co2e=Decimal(216_498), ttw_kg_co2e=Decimal(180_010))
    belly, _ = share_by_mass(flight, [Decimal("0.08"), Decimal("0.92")])
    hfo = ShipFuel(
        co2_kg=Decimal("3.114"), ch4_kg=Decimal("0.00005"), n2o_kg=Decimal("0.00018")
    )
    g = hfo.wtw_g_per_mj(
        Decimal("40.5"), Decimal("13.5"), ch4_gwp=Decimal(25), n2o_gwp=Decimal(298)
    )
    energy_mj = Decimal(1000 * 1000) * Decimal("40.5")
    fueleu = fueleu_balance(g, energy_mj, target_g_per_mj=Decimal("89.3368"))
    due = ets_allowances(2025, intra_t=Decimal(1000), extra_t=Decimal(2000))

    says(f"emits {text(hub.wtw_kg_co2e)} kg/t", f"is {text(mix.wtw_kg_co2e)} kg")
    assert [s.wtw_kg_co2e for s in share_round(hundred, drops)] == [30, 30, 40]
    says(f"bears {belly.wtw_kg_co2e:,.0f} kg", f"{g:.3f} g/MJ with the GWP")
    says(f"cost {fueleu.penalty_eur:,.0f} EUR", f"are {due:,.0f} allowances")


def test_the_exported_intensity_is_as_told(statement: EmissionStatement) -> None:
    data = ileap_of(
        statement, hub_types={"genova-terminal": "MaritimeContainerTerminal"}
    )
    toc = next(t for t in data.tocs if t["tocId"] == "sea-container-8000")

    says(f"{toc['co2eIntensityWTW']} kg/(t·km) for element 3")


def test_every_gap_is_listed() -> None:
    gaps = PAGE[PAGE.index("## Gaps") :]

    words = [
        *("hub", "inland-waterway", "parcel", "container-lane", "distance basis"),
        *("GWP", "Ember", "clause 13", "rounding", "CountEmissionsEU", "LNG"),
        *("VLSFO/LFO", "Bio and e-fuels", "Prices", "Refrigerants", "PACT v3"),
        *("test case 008", "worked example from inside ISO 14083 or GLEC"),
    ]
    assert [word for word in words if word not in gaps] == []
