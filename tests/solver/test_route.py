"""`route`: the frontier of a shipment through the public interface."""

import re
from datetime import UTC, datetime

import pytest

import greenroute as gr
from networks import network_of
from walk import walk_all

RATES = gr.read_rates()
SHIPMENT = gr.Shipment(
    origin="AAAAA", destination="DDDDD", mass_kg=12_000, volume_m3=48
)
#: Five gateways, four modes, two gauges, transhipment, a dead end and two markets.
NETWORK = """
    AAAAA -road 900km 16h-> BBBBB
    AAAAA -road 200km 4h-> AACCC
    AACCC -road 300km 6h-> BBBBB
    AAAAA -rail 800km 20h 3/week gauge_mm=1435-> AACCC
    AACCC -rail 700km 20h 3/week gauge_mm=1520-> DDDDD
    AACCC -rail 900km 30h 7/week gauge_mm=1435-> BBBBB
    BBBBB -rail 300km 9h 7/week gauge_mm=1435-> DDDDD
    AACCC -sea 2000km 70h 1/week toc=sea-container-8000-> BBBBB
    BBBBB -sea 600km 24h 2/week toc=sea-container-0-999-> DDDDD
    AACCC -air 1500km 3h 7/week toc=air-freighter-short-haul-> DDDDD
    BBBBB -road 250km 5h-> DDDDD
    BBBBB -road 100km 2h-> EEEEE
    EEEEE -road 100km 2h-> BBBBB
"""


def vectors(frontier: gr.Frontier) -> list[tuple[int, int, int]]:
    """Return cents, minutes and grams of each itinerary."""
    return [
        (round(i.cost_usd * 100), round(i.transit_h * 60), round(i.wtw_kg_co2e * 1000))
        for i in frontier.itineraries
    ]


def test_the_frontier_is_what_walking_every_way_finds() -> None:
    network = network_of(NETWORK)

    frontier = gr.route(SHIPMENT, network, RATES)

    assert vectors(frontier) == walk_all(SHIPMENT, network, RATES)
    assert len(frontier.itineraries) >= 3
    assert frontier.exact


def test_every_itinerary_passes_the_independent_check() -> None:
    network = network_of(NETWORK)

    frontier = gr.route(SHIPMENT, network, RATES)

    assert [
        gr.check_itinerary(i, SHIPMENT, network, RATES) for i in frontier.itineraries
    ] == [()] * len(frontier.itineraries)


def test_picks_are_the_best_in_their_goal() -> None:
    frontier = gr.route(SHIPMENT, network_of(NETWORK), RATES)
    picks = frontier.picks

    assert picks is not None
    assert frontier[picks.cheapest].cost_usd == min(
        i.cost_usd for i in frontier.itineraries
    )
    assert frontier[picks.fastest].transit_h == min(
        i.transit_h for i in frontier.itineraries
    )
    assert frontier[picks.greenest].wtw_kg_co2e == min(
        i.wtw_kg_co2e for i in frontier.itineraries
    )


def test_a_limit_cuts_the_frontier_and_nothing_else() -> None:
    network = network_of(NETWORK)
    free = gr.route(SHIPMENT, network, RATES)
    most = sorted(i.wtw_kg_co2e for i in free.itineraries)[len(free.itineraries) // 2]
    limited = gr.Shipment(
        origin="AAAAA",
        destination="DDDDD",
        mass_kg=12_000,
        volume_m3=48,
        max_wtw_kg_co2e=most,
    )

    frontier = gr.route(limited, network, RATES)

    assert vectors(frontier) == [v for v in vectors(free) if v[2] <= round(most * 1000)]


def test_an_impossible_due_date_names_the_least_time() -> None:
    late = gr.Shipment(
        origin="AAAAA",
        destination="DDDDD",
        mass_kg=12_000,
        ready_at=datetime(2026, 12, 1, 8, tzinfo=UTC),
        due_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    )

    frontier = gr.route(late, network_of(NETWORK), RATES)

    assert frontier.termination is gr.Termination.INFEASIBLE
    assert re.search(r"least time is \d+\.\d\d d, the limit 0\.04 d", frontier.reason)


def test_dates_follow_from_ready_at() -> None:
    ready = datetime(2026, 12, 1, 8, tzinfo=UTC)
    shipment = gr.Shipment(
        origin="AAAAA",
        destination="DDDDD",
        mass_kg=12_000,
        volume_m3=48,
        ready_at=ready,
    )

    frontier = gr.route(shipment, network_of(NETWORK), RATES)

    for itinerary in frontier.itineraries:
        assert itinerary.departs_at == ready
        assert itinerary.arrives_at is not None
        taken = (itinerary.arrives_at - ready).total_seconds() / 3600
        assert taken == pytest.approx(itinerary.transit_h)


def test_via_makes_every_itinerary_pass_the_stop() -> None:
    frontier = gr.route(SHIPMENT, network_of(NETWORK), RATES, via=["EEEEE"])

    assert frontier.itineraries
    assert all("EEEEE" in [leg.origin for leg in i.legs] for i in frontier.itineraries)


@pytest.mark.parametrize("avoid", ["rail", "AACCC", "sea"])
def test_avoid_keeps_every_itinerary_off(avoid: str) -> None:
    frontier = gr.route(SHIPMENT, network_of(NETWORK), RATES, avoid=[avoid])

    assert frontier.itineraries
    for itinerary in frontier.itineraries:
        assert avoid not in itinerary.modes
        assert avoid not in [leg.origin for leg in itinerary.legs]


def test_avoiding_the_origin_itself_is_an_error() -> None:
    with pytest.raises(gr.DataError, match="where the shipment starts or ends"):
        gr.route(SHIPMENT, network_of(NETWORK), RATES, avoid=["AAAAA"])


def test_a_destination_set_takes_the_best_of_each() -> None:
    network = network_of(NETWORK)
    either = gr.Shipment(
        origin="AAAAA", destination="DDDDD;EEEEE", mass_kg=12_000, volume_m3=48
    )
    only = gr.Shipment(
        origin="AAAAA", destination="EEEEE", mass_kg=12_000, volume_m3=48
    )
    union = vectors(gr.route(SHIPMENT, network, RATES)) + vectors(
        gr.route(only, network, RATES)
    )
    best = sorted(
        v
        for v in set(union)
        if not any(
            w != v and all(a <= b for a, b in zip(w, v, strict=True)) for w in union
        )
    )

    assert vectors(gr.route(either, network, RATES)) == best


def test_the_same_place_twice_is_an_error() -> None:
    same = gr.Shipment(origin="AAAAA", destination="AAAAA", mass_kg=1)

    with pytest.raises(gr.DataError, match="are the same place"):
        gr.route(same, network_of(NETWORK), RATES)


def test_an_unreachable_place_says_so() -> None:
    back = gr.Shipment(origin="DDDDD", destination="AAAAA", mass_kg=1)

    frontier = gr.route(back, network_of(NETWORK), RATES)

    assert frontier.termination is gr.Termination.INFEASIBLE
    assert "no way from DDDDD to AAAAA" in frontier.reason


def test_a_wait_is_spent_at_the_hub_before_the_departure() -> None:
    frontier = gr.route(
        gr.Shipment(origin="AAAAA", destination="AABBB", mass_kg=12_000, volume_m3=48),
        network_of("AAAAA -rail 800km 20h 7/week-> AABBB"),
        RATES,
    )
    load, run, *_ = frontier.itineraries[0].legs

    assert load.operation == "load"
    assert load.wait_h >= 12.0  # half of a day between departures, and the cut-off
    assert run.duration_h == pytest.approx(20.0)


def test_one_more_lane_never_makes_a_pick_worse() -> None:
    before = gr.route(SHIPMENT, network_of(NETWORK), RATES)
    after = gr.route(
        SHIPMENT, network_of(NETWORK + "AAAAA -road 950km 15h-> DDDDD"), RATES
    )

    for old in vectors(before):
        assert any(
            all(a <= b for a, b in zip(new, old, strict=True)) for new in vectors(after)
        )


def test_the_order_of_lanes_does_not_matter() -> None:
    turned = "\n".join(reversed(NETWORK.strip().splitlines()))

    before = gr.route(SHIPMENT, network_of(NETWORK), RATES)
    after = gr.route(SHIPMENT, network_of(turned), RATES)

    assert vectors(before) == vectors(after)
