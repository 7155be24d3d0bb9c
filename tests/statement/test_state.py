"""Statements of a few elements, with numbers worked out beside them."""

from decimal import Decimal

import pytest

from chains import chains_of_text
from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import Mode
from greenroute.plan.leg import LegKind
from greenroute.rating.factors import DataType, FactorSet
from greenroute.statement import (
    About,
    ActivityBasis,
    EmissionStatement,
    MarketInstruments,
    RetiredAttribute,
    Scope,
    TransportChainElement,
    chains_of,
    state_emissions,
    totals_by,
)


def state(text: str, factors: FactorSet) -> EmissionStatement:
    statement = state_emissions(chains_of_text(text), factors)
    assert statement.rejected == ()
    return statement


def column(statement: EmissionStatement, name: str) -> list[object]:
    found: list[object] = statement.elements[name].to_pylist()
    return found


def test_emissions_are_activity_times_intensity_times_daf(factors: FactorSet) -> None:
    statement = state("S 1 sea own 12000kg 10000km wtw=10 ttw=8 basis=actual", factors)

    # 12 t x 10000 km = 120000 t·km; x 10 g x 1.15 = 1380 kg, x 8 g = 1104 kg
    assert statement.total.activity_tkm == 120_000
    assert statement.total.wtw_kg_co2e == 1_380
    assert statement.total.ttw_kg_co2e == 1_104
    assert statement.total.wtt_kg_co2e == 276
    assert statement.total.wtw_g_per_tkm == Decimal("11.5")


def test_an_intensity_left_empty_comes_from_the_factor_set(factors: FactorSet) -> None:
    statement = state("S 1 road road-artic 25000kg 800km", factors)

    # 20000 t·km x 96.34 g x 1.05
    assert statement.total.wtw_kg_co2e == Decimal("2023.14")
    (factor,) = statement.factors
    assert factor.factor_id == "desnz-2026:road:artic-over-33t-diesel-dry-avg-laden"
    assert (factor.year, factor.licence, factor.gwp_basis) == (2026, "OGL v3.0", "AR5")
    assert column(statement, "data_type") == ["default"]


def test_an_intensity_of_zero_stays_zero(factors: FactorSet) -> None:
    statement = state(
        "S 1 rail rail-freight 1000kg 100km wtw=0 ttw=0 basis=sfd data_type=primary",
        factors,
    )

    assert column(statement, "wtw_kg_co2e") == [0]
    assert statement.total.wtw_kg_co2e == 0
    assert statement.total.not_included == 0
    assert statement.quality.by_emissions_pct is None


def test_a_hub_without_a_value_is_declared_and_no_silent_zero(
    factors: FactorSet,
) -> None:
    statement = state(
        """
        S 1 road road-artic 1000kg 100km
        S 2 hub  road-dock  1000kg
        """,
        factors,
    )

    assert column(statement, "wtw_kg_co2e")[1] is None
    assert (statement.hubs.elements, statement.hubs.not_included) == (1, 1)
    assert statement.exclusions[0] == (
        "hub emissions not included: no value is known for 1 hub operation (road-dock)"
    )


def test_paperwork_at_a_hub_emits_nothing(factors: FactorSet) -> None:
    statement = state("S 1 hub customs 1000kg", factors)

    assert column(statement, "wtw_kg_co2e") == [0]
    assert statement.total.not_included == 0


def test_a_hub_emits_by_the_mass_that_leaves_it(factors: FactorSet) -> None:
    statement = state(
        """
        S 1 hub own 40000kg wtw=33 ttw=10
        S 2 hub own 40000kg wtw=33 ttw=10 passage_share=0.5
        """,
        factors,
    )

    assert column(statement, "hub_t") == [40, 20]
    assert column(statement, "wtw_kg_co2e") == [1320, 660]
    assert column(statement, "ttw_kg_co2e") == [400, 200]
    assert statement.total.activity_tkm == 0
    assert statement.total.wtw_g_per_tkm is None


def test_a_flight_is_stated_on_the_great_circle_and_95_km(factors: FactorSet) -> None:
    statement = state("S 1 air own 10kg 882.6gcd wtw=1359 ttw=1075", factors)

    assert column(statement, "activity_km") == [Decimal("977.6")]
    assert column(statement, "activity_basis") == ["gcd+95"]
    assert statement.total.wtw_kg_co2e == Decimal("13.285584")


def test_an_actual_distance_is_brought_to_the_basis_of_the_intensity(
    factors: FactorSet,
) -> None:
    statement = state(
        "S 1 sea own 1000kg 1150actual wtw=10 ttw=8 basis=sfd daf=1.15", factors
    )

    assert column(statement, "activity_km") == [1000]
    assert column(statement, "activity_basis") == ["sfd"]
    assert statement.total.wtw_kg_co2e == 10


def test_a_daf_of_the_user_wins_over_the_usual_one(factors: FactorSet) -> None:
    statement = state("S 1 road road-artic 25000kg 800km daf=1.2", factors)

    assert statement.total.wtw_kg_co2e == Decimal("2312.16")  # 20000 x 96.34 x 1.2


def test_containers_may_be_stated_by_teu(factors: FactorSet) -> None:
    statement = state(
        """
        S 1 sea own 20000kg 1000km teu=2 basis=sfd wtw_g_per_teukm=150 ttw_g_per_teukm=120
        S 2 hub own 20000kg teu=2 wtw_kg_per_teu=30 ttw_kg_per_teu=10
        """,
        factors,
    )

    # 2 TEU x 1000 km x 150 g = 300 kg; 2 TEU x 30 kg = 60 kg
    assert column(statement, "wtw_kg_co2e") == [300, 60]
    assert column(statement, "ttw_kg_co2e") == [240, 20]
    assert statement.total.activity_tkm == 20_000  # by mass all the same


def test_refrigerated_goods_take_the_factor_of_their_cargo(factors: FactorSet) -> None:
    statement = state("S 1 road road-artic 25000kg 800km cargo=reefer", factors)

    assert statement.total.wtw_kg_co2e == Decimal("2340.87")  # 20000 x 111.47 x 1.05


def test_refrigerated_goods_by_sea_need_an_own_intensity(factors: FactorSet) -> None:
    chains = chains_of_text("S 1 sea sea-container-8000 1000kg 100km cargo=reefer")

    (rejection,) = state_emissions(chains, factors).rejected

    assert "has none for toc 'sea-container-8000'" in rejection.text
    assert rejection.column == "cargo"


def test_a_total_without_operation_says_so(factors: FactorSet) -> None:
    statement = state("S 1 sea own 1000kg 1000km wtw=10 basis=sfd", factors)

    assert statement.total.wtw_kg_co2e == 10
    assert statement.total.operation_not_stated == 1
    assert column(statement, "ttw_kg_co2e") == [None]
    assert statement.remarks[0].startswith("operation emissions are not stated for 1 ")


def test_an_activity_on_actual_distance_is_remarked(factors: FactorSet) -> None:
    statement = state("S 1 road road-artic 25000kg 800actual", factors)

    assert statement.total.wtw_kg_co2e == Decimal("1926.8")  # no DAF: both sides actual
    assert any("on the distance as run" in text for text in statement.remarks)


MULTIMODAL = """
    S 1   rail own-rail 40000kg 423km wtw=7 ttw=0 basis=sfd data_type=modelled
    S 2<1 hub  own-hub  40000kg wtw=33 ttw=10
    S 3<2 road own-road 40000kg 423km wtw=116 ttw=89 basis=sfd data_type=primary
    T 1   rail own-rail 10000kg 100km wtw=7 ttw=0 basis=sfd data_type=modelled
"""


def test_totals_go_by_mode_with_hubs_apart(factors: FactorSet) -> None:
    statement = state(MULTIMODAL, factors)

    rail, road = statement.modes[Mode.RAIL], statement.modes[Mode.ROAD]
    assert list(statement.modes) == [Mode.RAIL, Mode.ROAD]
    assert rail.wtw_kg_co2e == Decimal("125.44")  # 118.44 + 7
    assert road.wtw_kg_co2e == Decimal("1962.72")
    assert statement.hubs.wtw_kg_co2e == 1_320
    assert statement.total.wtw_kg_co2e == Decimal("3408.16")
    assert statement.total.ttw_kg_co2e == Decimal("1905.88")


def test_shares_of_data_types_add_up(factors: FactorSet) -> None:
    shares = state(MULTIMODAL, factors).quality

    assert shares.by_emissions_pct is not None
    assert sum(shares.by_emissions_pct.values()) == 100
    # 1962.72 / 3408.16, and 16920 of 34840 t·km
    assert shares.primary_data_share_pct == Decimal("57.5888")
    assert shares.by_activity_pct is not None
    assert shares.by_activity_pct[DataType.PRIMARY] == Decimal("48.5649")


def test_totals_go_by_anything_that_elements_say(factors: FactorSet) -> None:
    statement = state(
        """
        S 1 road road-artic 1000kg 100km customer_id=c1 partner=p departs_at=2026-01-31
        S 2 road road-artic 1000kg 200km customer_id=c1 partner=q departs_at=2026-02-01
        T 1 road road-artic 1000kg 300km customer_id=c2 partner=p departs_at=2026-02-28
        """,
        factors,
    )

    def tkm(*columns: str) -> dict[tuple[str, ...], Decimal]:
        rows = totals_by(statement, *columns).to_pylist()
        return {tuple(row[n] for n in columns): row["activity_tkm"] for row in rows}

    assert tkm("customer_id") == {("c1",): 300, ("c2",): 300}
    assert tkm("partner", "month") == {
        ("p", "2026-01"): 100,
        ("p", "2026-02"): 300,
        ("q", "2026-02"): 200,
    }
    assert statement.period == ("2026-01-31", "2026-02-28")
    with pytest.raises(UnknownCategoryError, match="there is no column 'colour'"):
        totals_by(statement, "colour")


def test_scope_3_goes_by_payer_and_open_ones_are_asked_for(factors: FactorSet) -> None:
    statement = state(
        """
        S 1 road road-artic 1000kg 100km flow=outbound payer=reporter
        T 1 road road-artic 1000kg 100km flow=outbound payer=customer
        U 1 road road-artic 1000kg 100km flow=outbound incoterm=FOB
        V 1 road road-artic 1000kg 100km flow=outbound
        """,
        factors,
    )

    assert column(statement, "scope3") == [
        Scope.CATEGORY_4,
        Scope.CATEGORY_9,
        Scope.CATEGORY_9,
        Scope.UNKNOWN,
    ]
    assert any("scope 3 category of 1 element is open" in t for t in statement.remarks)


def test_book_and_claim_and_offsets_never_enter_ledger_a(factors: FactorSet) -> None:
    chains = chains_of_text("S 1 air own 10000kg 905gcd wtw=1000 ttw=800")
    attribute = RetiredAttribute(
        mode=Mode.AIR,
        kg_co2e=Decimal(4_000),
        registry="R",
        batch="B",
        first_serial=1,
        last_serial=2,
        tier="shipper",
    )
    market = MarketInstruments(attributes=(attribute,), offsets_kg_co2e=Decimal(6_000))

    plain = state_emissions(chains, factors)
    statement = state_emissions(chains, factors, market=market)

    # 10 t x (905 + 95) km x 1 kg
    assert plain.total == statement.total
    assert plain.elements.equals(statement.elements)
    assert statement.total.wtw_kg_co2e == 10_000
    assert statement.market.market_based_kg_co2e == 6_000
    assert statement.market.offsets_kg_co2e == 6_000


def test_gwp_bases_that_are_mixed_are_listed(factors: FactorSet) -> None:
    statement = state(
        """
        S 1 road road-artic 1000kg 100km
        S 2 road own 1000kg 100km wtw=90 ttw=70 gwp_basis=AR6
        """,
        factors,
    )

    assert statement.gwp_bases == ("AR5", "AR6")
    assert "the total mixes GWP bases: AR5, AR6" in statement.remarks


def test_a_basis_that_is_not_stated_is_told_and_is_no_mixture(
    factors: FactorSet,
) -> None:
    chains = chains_of_text("""
        S 1 road road-artic            1000kg 100km
        S 2 road road-artic-battery-DE 1000kg 100km
        S 3 road road-artic-battery-GB 1000kg 100km
    """)
    statement = state_emissions(chains, factors)
    about_gwp = [remark for remark in statement.remarks if "GWP" in remark]

    assert statement.gwp_bases == ("AR5", "not stated")
    # Of the electricity of Great Britain DESNZ gives the figure, of that of Germany OWID.
    assert len(about_gwp) == 1
    assert about_gwp[0] == (
        "the sources of 1 of 3 factors state no GWP basis: default-2026:road:"
        "artic-over-33t-diesel-dry-avg-laden:battery:DE; the others are AR5"
    )


def test_columns_of_the_user_are_carried_through(factors: FactorSet) -> None:
    statement = state("S 1 road road-artic 1000kg 100km colour=blue", factors)

    assert column(statement, "colour") == ["blue"]
    assert statement.remarks[-1] == "columns carried through, not used: colour"


def test_a_shipment_of_which_a_row_is_missing_is_incomplete(factors: FactorSet) -> None:
    chains = chains_of_text(
        """
        S 1   road road-artic 1000kg 100km
        S 2<1 road road-artic -1kg   100km
        T 1   road road-artic 1000kg 100km
        """
    )

    statement = state_emissions(chains, factors)

    assert statement.incomplete == ("S",)
    assert statement.total.activity_tkm == 200
    assert statement.exclusions[0] == "1 row with errors, left out"


def test_biogenic_co2_is_told_apart(factors: FactorSet) -> None:
    statement = state(
        "S 1 road own 1000kg 100km wtw=90 ttw=70 basis=sfd biogenic_kg_co2=3.5", factors
    )

    assert statement.biogenic_kg_co2 == Decimal("3.5")
    assert statement.total.wtw_kg_co2e == 9


def test_what_the_company_says_stands_in_the_statement(factors: FactorSet) -> None:
    about = About(company="C", period=("2026-01-01", "2026-12-31"))
    chains = chains_of_text("S 1 road road-artic 1000kg 100km")

    statement = state_emissions(chains, factors, about=about)

    assert statement.period == ("2026-01-01", "2026-12-31")
    assert statement.about.verification == "not verified"


def test_elements_written_in_python_are_checked_like_a_file(factors: FactorSet) -> None:
    element = TransportChainElement(
        shipment_id="S",
        tce_id="1",
        kind=LegKind.TRANSPORT,
        mode=Mode.ROAD,
        toc="road-artic",
        mass_kg=25_000,
        distance_km=800.0,
        distance_basis=ActivityBasis.SFD,
    )

    assert state_emissions(chains_of([element]), factors).total.wtw_kg_co2e == Decimal(
        "2023.14"
    )
    with pytest.raises(DataError, match="elements:1: mass_kg is '-1'"):
        chains_of(
            [
                TransportChainElement(
                    shipment_id="S", tce_id="1", kind=LegKind.HUB, hoc="x", mass_kg=-1
                )
            ]
        )
