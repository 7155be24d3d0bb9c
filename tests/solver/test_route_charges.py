"""`route` with rate cards, carbon costs and holding costs, summed by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import greenroute as gr
from charged import RATES, check_all, pricing_of
from greenroute.plan.leg import LegKind
from greenroute.rating.carbon_cost import CarbonOptions
from greenroute.rating.charges import Charges
from networks import network_of
from rate_cards import JUNE
from walk import START, State, Walker, Weight

MARKETS = {"CN": ("CNSHA", "CN"), "NL": ("NLRTM", "EU")}
WAYS = """
    CNSHA -sea 18500km 620h 1/week-> NLRTM
    CNSHA -rail 11000km 300h 3/week-> NLRTM
    CNSHA -air 9000km 12h 7/week-> NLRTM
"""
#: 30 t take two boxes of 26.5 t.
SHIPMENT = gr.Shipment(
    origin="CNSHA", destination="NLRTM", mass_kg=30_000, volume_m3=48
)
CARD = """
    card origin destination mode equipment valid_from valid_to   currency base_per_unit surcharge_BAF surcharge_PSS surcharge_SEC
    ACME CN     NL          sea  40HC      2026-01-01 2026-12-31 EUR      1000          120           10%           12/shipment
"""
#: 36,500 USD at 12 % a year are 12 USD a day; the premium is 36,500 x 1.1 x 0.3 %.
VALUE_USD, PREMIUM_USD = 36_500.0, 120.45
PER_HOUR_USD = 0.5


def run_by(frontier: gr.Frontier, mode: str) -> gr.Leg:
    [leg] = [
        leg
        for itinerary in frontier.itineraries
        for leg in itinerary.legs
        if leg.kind is LegKind.TRANSPORT and leg.mode == mode and not leg.option
    ]
    return leg


def test_a_rate_card_prices_its_lane_and_is_shown_on_the_leg(tmp_path: Path) -> None:
    network = network_of(WAYS, markets=MARKETS)
    charges = Charges(pricing=pricing_of(tmp_path, CARD), on=JUNE)

    frontier = gr.route(SHIPMENT, network, RATES, charges=charges)

    # (2 x 1000) x 1.10 + 2 x 120 + 12 = 2,452 EUR x 1.25.
    sea, air = run_by(frontier, "sea"), run_by(frontier, "air")
    assert sea.cost_usd == 3_065.0
    assert (sea.card, air.card) == ("cards.csv:2 (ACME)", "")
    assert [(rate.currency, str(rate.date)) for rate in frontier.exchange] == [
        ("EUR", "2026-01-01")
    ]
    assert frontier.cards_used == "1 rows of cards.csv on 2026-06-15"
    check_all(frontier, SHIPMENT, network, charges)


def test_the_day_is_that_of_ready_at_and_an_expired_row_prices_nothing(
    tmp_path: Path,
) -> None:
    network = network_of(WAYS, markets=MARKETS)
    charges = Charges(pricing=pricing_of(tmp_path, CARD))
    costs = {}
    for year in (2026, 2027):
        ready = replace(SHIPMENT, ready_at=datetime(year, 6, 15, tzinfo=UTC))
        frontier = gr.route(ready, network, RATES, charges=charges)
        check_all(frontier, ready, network, charges)
        costs[year] = run_by(frontier, "sea").cost_usd, frontier.cards_used
    plain = gr.route(SHIPMENT, network, RATES)

    assert costs[2026] == (3_065.0, "1 rows of cards.csv on 2026-06-15")
    assert costs[2027] == (
        run_by(plain, "sea").cost_usd,
        "1 rows of cards.csv on 2027-06-15; 1 expired",
    )


def test_carbon_costs_stand_apart_and_are_part_of_the_price(tmp_path: Path) -> None:
    network = network_of(WAYS, markets=MARKETS)
    charges = Charges(
        pricing=pricing_of(tmp_path, CARD),
        carbon=CarbonOptions(ets=True, eua_eur_per_t=80.0, internal_usd_per_t=50.0),
        on=JUNE,
    )

    frontier = gr.route(SHIPMENT, network, RATES, charges=charges)

    sea, air = run_by(frontier, "sea"), run_by(frontier, "air")
    # One port in the area: half of the emissions x 80 EUR x 1.25 are 50 USD/t.
    ets = sea.ttw_kg_co2e / 1000 * 50
    internal = sea.wtw_kg_co2e / 1000 * 50
    assert sea.carbon_usd == pytest.approx(ets + internal, abs=0.0051)
    assert sea.cost_usd == pytest.approx(3_065 + sea.carbon_usd, abs=0.001)
    assert air.carbon_usd == pytest.approx(air.wtw_kg_co2e / 1000 * 50, abs=0.0051)
    check_all(frontier, SHIPMENT, network, charges)


def test_a_card_that_holds_the_ets_is_not_charged_it_again(tmp_path: Path) -> None:
    network = network_of(WAYS, markets=MARKETS)
    held = CARD.replace("surcharge_SEC", "surcharge_SEC surcharge_ETS").replace(
        "12/shipment", "12/shipment incl"
    )
    carbon = CarbonOptions(ets=True, eua_eur_per_t=80.0)
    charges = Charges(pricing=pricing_of(tmp_path, held), carbon=carbon, on=JUNE)

    frontier = gr.route(SHIPMENT, network, RATES, charges=charges)

    sea = run_by(frontier, "sea")
    assert (sea.cost_usd, sea.carbon_usd) == (3_065.0, 0.0)


@pytest.mark.parametrize("ready", [None, datetime(2026, 6, 15, 7, tzinfo=UTC)])
def test_holding_costs_follow_the_time_of_the_whole_way(
    tmp_path: Path, ready: datetime | None
) -> None:
    # With a date the truck to the weekday train waits, and the wait costs too.
    network = network_of(
        """
        DEAAA -road 300km 5h-> DECCC
        DECCC -rail 900km 20h departs_on=mon;thu departs_local=18:00-> FRBBB
        DEAAA -road 1200km 20h-> FRBBB
        """
        if ready
        else WAYS.replace("CNSHA", "DEAAA").replace("NLRTM", "FRBBB")
    )
    shipment = gr.Shipment(
        origin="DEAAA",
        destination="FRBBB",
        mass_kg=12_000,
        volume_m3=40,
        value_usd=VALUE_USD,
        ready_at=ready,
    )
    charges = Charges(
        pricing=pricing_of(tmp_path), annual_rate=0.12, insurance_share=0.003
    )

    frontier = gr.route(shipment, network, RATES, charges=charges)

    assert len(frontier.itineraries) > 1
    for itinerary in frontier.itineraries:
        held = sum(leg.holding_usd for leg in itinerary.legs)
        by_hand = PER_HOUR_USD * itinerary.transit_h + PREMIUM_USD
        assert held == pytest.approx(by_hand, abs=0.0051)
        assert itinerary.legs[0].holding_usd > PREMIUM_USD
    check_all(frontier, shipment, network, charges)


class HeldWalker(Walker):
    """Walks where a minute costs a cent: 52,560 USD at 10 % a year."""

    def run(self, row: int) -> Weight:
        cents, minutes, grams = super().run(row)
        return cents + minutes, minutes, grams

    def operation(self, operation: object, mode: str, place: int) -> Weight:
        cents, minutes, grams = super().operation(operation, mode, place)  # type: ignore[arg-type]  # handed on
        return cents + minutes, minutes, grams


def walk_held(
    shipment: gr.Shipment, network: gr.Network
) -> tuple[set[Weight], list[Weight]]:
    """Return all ways within one market, and those that no other beats."""
    walker = HeldWalker(shipment, network, RATES)
    start = network.find_place(shipment.origin).node
    end = network.find_place(shipment.destination).node
    found: set[Weight] = set()

    def go(state: State, weight: Weight, seen: frozenset[State]) -> None:
        if state[:4] == (end, "", 0, False):
            found.add(weight)
            return
        for after, more in walker.moves(state, (start, end)):
            if after not in seen:
                added = tuple(a + b for a, b in zip(weight, more, strict=True))
                go(after, added, seen | {after})  # type: ignore[arg-type]  # three numbers

    first: State = (start, "", 0, False, START)
    go(first, (0, 0, 0), frozenset({first}))
    best = sorted(
        w
        for w in found
        if not any(
            o != w and all(a <= b for a, b in zip(o, w, strict=True)) for o in found
        )
    )
    return found, best


def test_the_frontier_with_holding_costs_is_that_of_all_ways(tmp_path: Path) -> None:
    network = network_of("""
        AAAAA -road 900km 16h-> AABBB
        AAAAA -rail 800km 40h 2/week cost_usd_per_shipment=897-> AABBB
        AAAAA -rail 800km 30h 2/week cost_usd_per_shipment=900-> AABBB
        AAAAA -inland_waterway 950km 90h 2/week-> AABBB
        AABBB -sea 600km 24h 2/week-> AADDD
        AABBB -road 700km 12h-> AADDD
        AAAAA -air 1500km 3h 7/week toc=air-freighter-short-haul-> AADDD
    """)
    shipment = gr.Shipment(
        origin="AAAAA",
        destination="AADDD",
        mass_kg=12_000,
        volume_m3=48,
        value_usd=52_560,
    )
    charges = Charges(pricing=pricing_of(tmp_path), annual_rate=0.1)
    _, best = walk_held(shipment, network)

    frontier = gr.route(shipment, network, RATES, charges=charges)
    plain = gr.route(shipment, network, RATES)

    found = [
        (round(i.cost_usd * 100), round(i.transit_h * 60), round(i.wtw_kg_co2e * 1000))
        for i in frontier.itineraries
    ]
    assert found == best
    # Ten hours of a train cost 6 USD, its price is 3 USD more: the slow one is beaten.
    assert 1 < len(found) < len(plain.itineraries)


def test_the_most_it_may_cost_counts_all_charges(tmp_path: Path) -> None:
    network = network_of("DEAAA -road 300km 5h-> FRBBB")
    shipment = gr.Shipment(
        origin="DEAAA",
        destination="FRBBB",
        mass_kg=12_000,
        volume_m3=40,
        value_usd=VALUE_USD,
    )
    charges = Charges(pricing=pricing_of(tmp_path), insurance_share=0.003)
    [plain] = gr.route(shipment, network, RATES).itineraries
    least = plain.cost_usd + PREMIUM_USD

    over, within = (
        gr.route(replace(shipment, max_cost_usd=most), network, RATES, charges=charges)
        for most in (least - 0.01, least)
    )

    assert over.termination == "infeasible"
    assert f"the least cost is {least:,.2f} USD" in over.reason
    assert within.itineraries[0].cost_usd == pytest.approx(least)


def test_on_time_counts_holding_costs_too(tmp_path: Path) -> None:
    network = network_of("DEAAA -road 300km 5h-> FRBBB")
    shipment = gr.Shipment(
        origin="DEAAA",
        destination="FRBBB",
        mass_kg=12_000,
        volume_m3=40,
        value_usd=VALUE_USD,
        ready_at=datetime(2026, 6, 15, tzinfo=UTC),
        due_at=datetime(2026, 6, 25, tzinfo=UTC),
    )
    charges = Charges(pricing=pricing_of(tmp_path), annual_rate=0.12)

    frontier = gr.route(shipment, network, RATES, on_time=0.9, charges=charges)

    [one] = frontier.itineraries
    held = sum(leg.holding_usd for leg in one.legs)
    assert held == pytest.approx(PER_HOUR_USD * one.transit_h, abs=0.0051)
    assert frontier.exact


def test_a_wrong_part_of_a_price_is_complained_of(tmp_path: Path) -> None:
    network = network_of(WAYS, markets=MARKETS)
    shipment = replace(SHIPMENT, value_usd=VALUE_USD)
    charges = Charges(
        pricing=pricing_of(tmp_path, CARD),
        carbon=CarbonOptions(internal_usd_per_t=50.0),
        annual_rate=0.12,
        on=JUNE,
    )
    frontier = gr.route(shipment, network, RATES, charges=charges)
    one = next(i for i in frontier.itineraries if i.main_modes == "sea")
    [place] = [n for n, leg in enumerate(one.legs) if leg.kind is LegKind.TRANSPORT]
    leg = one.legs[place]
    for wrong, words in (
        (replace(leg, carbon_usd=leg.carbon_usd - 1), "USD for its emissions"),
        (replace(leg, holding_usd=leg.holding_usd + 1), "USD of holding costs"),
        (replace(leg, cost_usd=leg.cost_usd + 1), "the tables say 3065"),
        (replace(leg, card="cards.csv:9"), "priced by 'cards.csv:9' instead of"),
    ):
        legs = (*one.legs[:place], wrong, *one.legs[place + 1 :])
        complaints = gr.check_itinerary(
            replace(one, legs=legs), shipment, network, RATES, charges=charges
        )
        assert any(words in text for text in complaints), complaints
    # Without the charges the same itinerary is a false one.
    assert gr.check_itinerary(one, shipment, network, RATES) != ()


@pytest.mark.parametrize(
    ("card", "carbon", "what"),
    [
        (CARD, CarbonOptions(), "rate cards depend on the day"),
        (None, CarbonOptions(ets=True), "carbon costs by law depend on the day"),
    ],
)
def test_what_depends_on_the_day_needs_one(
    tmp_path: Path, card: str | None, carbon: CarbonOptions, what: str
) -> None:
    network = network_of(WAYS, markets=MARKETS)
    charges = Charges(pricing=pricing_of(tmp_path, card), carbon=carbon)

    with pytest.raises(gr.DataError, match=f"{what}, and neither ready_at nor"):
        gr.route(SHIPMENT, network, RATES, charges=charges)


def test_an_internal_price_needs_no_day_and_holding_needs_a_value(
    tmp_path: Path,
) -> None:
    network = network_of(WAYS, markets=MARKETS)
    pricing = pricing_of(tmp_path)
    carbon = CarbonOptions(internal_usd_per_t=50.0)

    found = gr.route(
        SHIPMENT, network, RATES, charges=Charges(pricing=pricing, carbon=carbon)
    )
    assert run_by(found, "air").carbon_usd > 0
    with pytest.raises(gr.DataError, match="without value_usd"):
        gr.route(
            SHIPMENT, network, RATES, charges=Charges(pricing=pricing, annual_rate=0.1)
        )


def test_a_card_before_the_first_rate_of_its_currency_names_its_line(
    tmp_path: Path,
) -> None:
    network = network_of(WAYS, markets=MARKETS)
    early = CARD.replace("2026-01-01 2026-12-31", "2025-01-01 2026-12-31")
    charges = Charges(pricing=pricing_of(tmp_path, early), on=date(2025, 6, 1))

    with pytest.raises(
        gr.DataError, match=r"cards.csv:2: currency is 'EUR'; .* no rate"
    ):
        gr.route(SHIPMENT, network, RATES, charges=charges)


def test_an_internal_price_counts_the_emissions_of_hubs_too(tmp_path: Path) -> None:
    hubs = "CNSHA: hub_wtw_kg_per_t=4\n    NLRTM: hub_wtw_kg_per_t=2"
    network = network_of(f"{WAYS}    {hubs}", markets=MARKETS)
    carbon = CarbonOptions(internal_usd_per_t=50.0)
    charges = Charges(pricing=pricing_of(tmp_path), carbon=carbon)

    frontier = gr.route(SHIPMENT, network, RATES, charges=charges)
    plain = gr.route(SHIPMENT, network, RATES)

    # 30 t x (4 + 2) kg x 0.5 for loading and unloading are 90 kg: 4.50 USD at 50 USD/t.
    usual = {one.id: one.cost_usd for one in plain.itineraries}
    for one in frontier.itineraries:
        hubs_usd = sum(leg.carbon_usd for leg in one.legs if leg.kind is LegKind.HUB)
        all_usd = sum(leg.carbon_usd for leg in one.legs)
        assert hubs_usd == pytest.approx(4.5)
        assert all_usd == pytest.approx(one.wtw_kg_co2e * 0.05, abs=0.0051 * 3)
        assert one.cost_usd == pytest.approx(usual[one.id] + all_usd, abs=0.001)
    check_all(frontier, SHIPMENT, network, charges)


def test_the_line_of_a_hub_names_the_internal_price(tmp_path: Path) -> None:
    network = network_of(f"{WAYS}    CNSHA: hub_wtw_kg_per_t=4", markets=MARKETS)
    carbon = CarbonOptions(ets=True, eua_eur_per_t=80.0, internal_usd_per_t=50.0)
    charges = Charges(pricing=pricing_of(tmp_path), carbon=carbon, on=JUNE)
    [one, *_] = gr.route(SHIPMENT, network, RATES, charges=charges).itineraries

    load, *_ = gr.explain(one, SHIPMENT, network, RATES, charges=charges)

    # 30 t x 4 kg x 0.5 are 60 kg, at 50 USD/t; no law asks anything of a hub.
    line = load.lines[-1]
    assert (load.leg.operation, load.wtw_kg_per_t) == ("load", 2.0)
    assert (line.code, float(line.usd)) == ("INTERNAL", 3.0)
    assert line.source == "internal price of 50 USD/t"
    assert [each.code for each in load.lines].count("ETS") == 0
