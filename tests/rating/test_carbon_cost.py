"""Carbon costs of lanes, worked by hand; a euro is 1.25 USD in the first half of 2026."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.rating.carbon_cost import (
    CarbonOptions,
    CarbonPrices,
    CarbonRules,
    CarbonTerms,
)
from greenroute.rating.cost_line import CostCode
from greenroute.rating.money import Money, read_exchange
from greenroute.rating.price import has_own_price
from greenroute.rating.price_carbon import price_carbon, settled_in
from greenroute.rating.read_carbon_cost import read_carbon_rules
from greenroute.statement import ets_allowances, fueleu_balance
from greenroute.tables import data_folder
from networks import network_of
from rate_cards import JUNE, Basis, cargo_of

LANES = """
    CNSHA -sea 900km 30h-> NLRTM
    BEANR -sea 900km 30h-> NLRTM
    CNSHA -sea 900km 30h-> SGSIN
    NLRTM -road 900km 30h-> BEANR
    CNSHA -air 900km 30h-> NLRTM
    NLRTM -air 900km 30h toc=air-freighter-domestic-> NLAMS
    GBFXT -sea 900km 30h-> NOOSL
"""
CARGO_KG = 1_000.0


@pytest.fixture(scope="module")
def network() -> Network:
    return network_of(LANES)


@pytest.fixture(scope="module")
def rules() -> CarbonRules:
    return read_carbon_rules(data_folder() / "carbon-costs" / "carbon-costs-2026")


@pytest.fixture
def basis(tmp_path: Path) -> Basis:
    return Basis.with_round_rates(tmp_path)


def prices_of(
    network: Network,
    basis: Basis,
    rules: CarbonRules,
    *,
    on: date = JUNE,
    **options: float | bool | None,
) -> CarbonPrices:
    """Return what one tonne TTW and 1.2 t WTW cost on each lane."""
    count = len(network.lanes)
    terms = CarbonTerms(
        options=CarbonOptions(**options),  # type: ignore[arg-type]  # by name of the test
        rules=rules,
        exchange=basis.exchange,
        on=on,
    )
    return price_carbon(
        network.lanes,
        network.gateways,
        terms,
        wtw_kg=np.full(count, 1_200.0),
        ttw_kg=np.full(count, CARGO_KG),
        settled={},
    )


def test_allowances_are_due_by_where_both_ports_lie(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    found = prices_of(network, basis, rules, ets=True, eua_eur_per_t=80)

    # 1 t x 80 EUR x 1.25: half of it from China, all of it from Belgium, none beyond; no
    # truck, no flight; Norway is in the area, the United Kingdom is not.
    expected = [50, 100, 0, 0, 0, 0, 50]
    assert found.cost_usd[CostCode.ETS].tolist() == pytest.approx(expected)
    [line] = found.lines(0)
    assert line.code == "ETS"
    assert line.money == Money(amount=Decimal(40), currency="EUR")
    assert line.usd == 50
    assert line.source.startswith("carbon-costs-2026: EU allowance at 80 EUR/t")
    assert found.lines(2) == ()


@pytest.mark.parametrize(
    ("year", "eur"),
    [
        (2023, 0.0),  # ships were not in the scheme
        (2024, 31.504),  # 80 x 40 % x 98.45 % carbon dioxide
        (2025, 55.132),  # 80 x 70 % x 98.45 %
        (2026, 80.0),
        (2031, 80.0),
    ],
)
def test_allowances_are_phased_in_and_all_gases_count_from_2026(
    network: Network, basis: Basis, rules: CarbonRules, year: int, eur: float
) -> None:
    shipped = replace(
        basis, exchange=read_exchange(data_folder() / "money" / "exchange-2026")
    )
    on = date(year, 6, 15)
    if year < 2024:
        with pytest.raises(DataError, match="no rate of EUR on or before 2023-06-15"):
            prices_of(network, shipped, rules, on=on, ets=True, eua_eur_per_t=80)
        assert rules.ets_share(year) == eur
        return

    found = prices_of(network, shipped, rules, on=on, ets=True, eua_eur_per_t=80)

    assert found.amount[CostCode.ETS][1] == pytest.approx(eur)


def test_the_price_of_an_allowance_is_the_last_one_before_the_day(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    found = prices_of(network, basis, rules, on=date(2026, 3, 3), ets=True)

    assert found.amount[CostCode.ETS][1] == pytest.approx(88)  # of 5 January 2026
    assert rules.eua_price(date(2026, 3, 4)) == 70.76
    with pytest.raises(
        DataError, match="no price of an EU allowance on or before 2024"
    ):
        rules.eua_price(date(2024, 12, 31))


def test_lanes_and_ships_are_priced_by_one_formula(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    found = prices_of(network, basis, rules, ets=True, eua_eur_per_t=1, fueleu=True)

    due = ets_allowances(2026, intra_t=Decimal(1), extra_t=Decimal(0))
    ship = fueleu_balance(
        Decimal("91.7442"),
        Decimal(1_000_000) / Decimal("78.1012"),  # MJ of a tonne TTW
        target_g_per_mj=Decimal("89.3368"),
    )
    assert found.amount[CostCode.ETS][1] == pytest.approx(float(due))
    assert found.amount[CostCode.FUELEU][1] == pytest.approx(float(ship.penalty_eur))


def test_fueleu_asks_a_penalty_above_the_target_of_the_year(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    found = prices_of(network, basis, rules, fueleu=True)
    pooled = prices_of(network, basis, rules, fueleu=True, pool_usd_per_t=300)

    # 1 t TTW / 78.1012 g/MJ = 12,803.9 MJ; x (91.7442 - 89.3368) g = 30,824.1 g;
    # / (91.7442 x 41,000) = 0.0081947 t x 2,400 = 19.667 EUR; half of it from China.
    eur = found.amount[CostCode.FUELEU]
    assert eur.tolist() == pytest.approx(
        [9.8336, 19.6672, 0, 0, 0, 0, 9.8336], abs=1e-3
    )
    # Or 30,824.1 g bought from a pool at 300 USD/t.
    assert pooled.cost_usd[CostCode.FUELEU][1] == pytest.approx(9.2472, abs=1e-3)
    assert rules.fueleu_target_g_per_mj(2025) == pytest.approx(89.3368)
    assert rules.fueleu_target_g_per_mj(2031) == pytest.approx(85.6904)
    early = replace(rules, fueleu_reduction={2030: 0.06})
    none = prices_of(network, basis, early, fueleu=True)
    assert not none.amount[CostCode.FUELEU].any()


def test_corsia_counts_flights_abroad_by_the_share_that_the_user_gives(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    found = prices_of(network, basis, rules, corsia_share=0.15)

    # 1 t x 15 % x 21.70 USD; the flight within the Netherlands is not in it.
    expected = [0, 0, 0, 0, 3.255, 0, 0]
    assert found.cost_usd[CostCode.CORSIA].tolist() == pytest.approx(expected)


def test_an_internal_price_counts_all_emissions_well_to_wheel(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    found = prices_of(network, basis, rules, internal_usd_per_t=100)

    assert found.cost_usd[CostCode.INTERNAL].tolist() == pytest.approx([120.0] * 7)
    assert found.total_usd(7).tolist() == pytest.approx([120.0] * 7)


def test_nothing_is_counted_unless_asked_for(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    found = prices_of(network, basis, rules)

    assert found.cost_usd == {}
    assert not found.total_usd(7).any()
    assert found.lines(0) == ()


def test_a_lane_that_is_not_allowed_costs_nothing(
    network: Network, basis: Basis, rules: CarbonRules
) -> None:
    terms = CarbonTerms(
        options=CarbonOptions(ets=True, internal_usd_per_t=1),
        rules=rules,
        exchange=basis.exchange,
        on=JUNE,
    )
    nowhere = np.full(len(network.lanes), np.nan)

    found = price_carbon(
        network.lanes,
        network.gateways,
        terms,
        wtw_kg=nowhere,
        ttw_kg=nowhere,
        settled={},
    )

    assert not found.total_usd(len(network.lanes)).any()


def test_what_a_price_holds_already_is_not_counted_twice(
    basis: Basis, rules: CarbonRules, tmp_path: Path
) -> None:
    network = network_of("""
        CNSHA -sea 900km 30h-> NLRTM
        CNNGB -sea 900km 30h-> NLRTM
        CNTAO -sea 900km 30h-> NLRTM
        CNDLC -sea 900km 30h-> NLRTM
        CNXMN -sea 900km 30h cost_usd_per_shipment=70-> NLRTM
    """)
    text = """
        origin destination mode equipment valid_from currency base_per_unit surcharge_ETS
        CNNGB  NLRTM       sea  40HC      2026-01-01 USD      1000          30
        CNTAO  NLRTM       sea  40HC      2026-01-01 USD      1000          incl
        CNDLC  NLRTM       sea  40HC      2026-01-01 USD      1000          -
    """
    cards = basis.prepare(basis.cards(tmp_path, text), network)
    prices = basis.price(network, cargo_of(9_000), cards)
    own = has_own_price(network.lanes)

    charged = {}
    for on_tariff in (False, True):
        options = CarbonOptions(ets=True, eua_eur_per_t=80, on_tariff=on_tariff)
        terms = CarbonTerms(
            options=options, rules=rules, exchange=basis.exchange, on=JUNE
        )
        kg = np.full(len(network.lanes), CARGO_KG)
        found = price_carbon(
            network.lanes,
            network.gateways,
            terms,
            wtw_kg=kg,
            ttw_kg=kg,
            settled=settled_in(prices.card, own, cards=cards, options=options),
        )
        charged[on_tariff] = found.cost_usd[CostCode.ETS].tolist()

    # The tariff's levels hold carriers' surcharges; so do the first two cards.
    assert charged[False] == pytest.approx([0, 0, 0, 50, 50])
    assert charged[True] == pytest.approx([50, 0, 0, 50, 50])


def test_every_market_of_the_area_is_listed(rules: CarbonRules) -> None:
    members = (
        "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI"
    )

    assert {*members.split(), "ES", "SE", "IS", "LI", "NO"} <= rules.eea
    assert not {"GB", "CH", "TR", "MA", "EG", "GL", "FO", "RS"} & rules.eea


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"internal_usd_per_t": -1},
            "internal_usd_per_t is -1, expected a number >= 0",
        ),
        ({"eua_eur_per_t": float("inf")}, "eua_eur_per_t is inf, expected"),
        ({"corsia_share": 1.5}, "corsia_share is 1.5, expected a number <= 1"),
    ],
)
def test_an_option_that_cannot_be_is_an_error(
    options: dict[str, float], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        CarbonOptions(**options)  # type: ignore[arg-type]  # wrong on purpose
