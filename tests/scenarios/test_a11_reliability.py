"""A11: how late an itinerary may be, and itineraries that keep a due date."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

import greenroute as gr
from departing import READY, departing
from networks import network_of

RATES = gr.read_rates()
SHIPMENT = gr.Shipment(
    origin="AAAAA", destination="AAZZZ", mass_kg=12_000, volume_m3=48, ready_at=READY
)
RUNS = 100_000
#: A truck to the port, then a ship of every week: closes after 50 h, leaves after 60.
SHIP = [(50 + 168 * k, 60 + 168 * k, 160 + 168 * k) for k in range(12)]
#: Two ways to the port: one that comes half an hour before the cut-off, and a dearer one
#: with 20 h to spare. Loading takes 0 h at the door, 4 h of 8 at the port.
PORT = departing(
    network_of("""
        AAAAA -road 500km 43.5h cost_usd_per_shipment=500-> AAPRT
        AAAAA -road 900km 24h cost_usd_per_shipment=900-> AAPRT
        AAPRT -sea 4000km 100h-> AAZZZ
        AAAAA: hub_h=0
        AAPRT: hub_h=4
        AAZZZ: hub_h=4
    """),
    {2: SHIP},
)


def test_a_dominated_itinerary_is_found_if_it_is_the_reliable_one() -> None:
    # Either truck reaches the same ship: the dear one is dominated.
    due = replace(SHIPMENT, due_at=READY + timedelta(hours=230))
    [cheap] = gr.route(due, PORT, RATES).itineraries
    frontier = gr.route(due, PORT, RATES, on_time=0.9)
    [safe] = frontier.itineraries

    assert cheap.on_time_probability is not None
    assert safe.on_time_probability is not None
    assert cheap.on_time_probability < 0.7
    assert safe.on_time_probability >= 0.9
    assert safe.transit_h == cheap.transit_h == 162
    assert round(safe.cost_usd - cheap.cost_usd, 2) == 400
    # It was searched for, and not proven to be all.
    assert not frontier.exact
    assert gr.check_itinerary(safe, due, PORT, RATES) == ()


def test_a_frontier_that_is_reliable_as_it_is_is_complete() -> None:
    due = replace(SHIPMENT, due_at=READY + timedelta(hours=230))
    free, kept = (gr.route(due, PORT, RATES, on_time=share) for share in (None, 0.2))

    assert kept.itineraries == free.itineraries
    assert kept.exact


def test_no_reliable_itinerary_says_what_the_best_one_is() -> None:
    due = replace(SHIPMENT, due_at=READY + timedelta(hours=163))
    frontier = gr.route(due, PORT, RATES, on_time=0.99)

    assert frontier.termination is gr.Termination.NO_PLAN_FOUND
    assert not frontier.exact
    assert "no itinerary was found that keeps due_at with 99.00%" in frontier.reason
    assert "the best of those found has" in frontier.reason


@pytest.mark.parametrize(
    ("share", "due_h", "message"),
    [
        (0.9, None, "on_time is 0.9 without due_at, expected both"),
        (0.0, 230, "on_time is 0, expected a probability > 0 and <= 0.999"),
        (1.0, 230, "on_time is 1, expected a probability > 0 and <= 0.999"),
        (95.0, 230, "on_time is 95, expected a probability"),
    ],
)
def test_a_probability_that_cannot_be_is_an_error(
    share: float, due_h: float | None, message: str
) -> None:
    due_at = None if due_h is None else READY + timedelta(hours=due_h)

    with pytest.raises(gr.DataError, match=message):
        gr.route(replace(SHIPMENT, due_at=due_at), PORT, RATES, on_time=share)


def test_a_frequency_has_a_probability_too() -> None:
    network = network_of("AAAAA -sea 4000km 100h 1/week-> AAZZZ")
    shipment = replace(SHIPMENT, due_at=READY + timedelta(days=365))
    [found] = gr.route(shipment, network, RATES, on_time=0.95).itineraries

    assert found.on_time_probability == pytest.approx(1, abs=0.001)
    assert found.transit_p50_h is not None
    assert found.transit_p50_h < found.transit_p95_h


def test_who_may_find_no_departure_never_arrives() -> None:
    # One ship only: the truck that comes half an hour before it often misses it.
    last = departing(
        network_of("""
            AAAAA -road 500km 43.5h cost_usd_per_shipment=500-> AAPRT
            AAPRT -sea 4000km 100h-> AAZZZ
            AAAAA: hub_h=0
            AAPRT: hub_h=4
            AAZZZ: hub_h=4
        """),
        {1: SHIP[:1]},
    )
    [found] = gr.route(SHIPMENT, last, RATES).itineraries

    assert found.transit_p95_h == np.inf
    assert found.on_time_probability is None


def test_simulation_gives_the_p50_and_p95_of_a_routed_itinerary() -> None:
    """100,000 random runs by the words of docs/time.md, leg by leg."""
    due = replace(SHIPMENT, due_at=READY + timedelta(hours=230))
    [found] = gr.route(due, PORT, RATES).itineraries
    rng = np.random.default_rng(7)
    clock = np.zeros(RUNS)
    for leg in found.legs:
        runs = leg.operation == "carry"
        typical, least = leg.duration_h - leg.wait_h, 0.9 if runs else 0.5
        ratio = _ratio(leg)
        scale = typical * (1 - least)
        sigma = np.log((ratio - least) / (1 - least)) / 1.6448536
        late = scale * np.exp(sigma * rng.standard_normal(RUNS))
        if leg.mode == "sea" and runs:
            leaves = np.full(RUNS, np.inf)
            for cut_off, departs, _ in reversed(SHIP):
                leaves = np.where(clock <= cut_off, departs, leaves)
            clock = leaves
        clock = clock + typical * least + late

    p50, p95 = np.quantile(clock, [0.5, 0.95])
    assert found.transit_p50_h == pytest.approx(p50, rel=0.01)
    assert found.transit_p95_h == pytest.approx(p95, rel=0.01)
    assert found.on_time_probability == pytest.approx((clock <= 230).mean(), abs=0.01)


@pytest.mark.parametrize("ready", [None, READY])
def test_simulation_gives_the_p50_and_p95_where_only_frequencies_are_known(
    ready: datetime | None,
) -> None:
    """100,000 random runs: every departure is waited for up to a headway."""
    network = network_of("""
        AAAAA -road 400km 8h-> AAPRT
        AAPRT -sea 4000km 100h 1/week-> AABBB
        AABBB -rail 900km 30h 7/week-> AACCC
        AACCC -sea 900km 40h 3/week toc=sea-container-0-999-> AAPOR
        AAPOR -road 200km 4h-> AAZZZ
    """)
    shipment = replace(SHIPMENT, ready_at=ready)
    [found] = gr.route(shipment, network, RATES).itineraries
    per_week = {"sea AAPRT": 1, "rail AABBB": 7, "sea AACCC": 3}
    cutoff_h = {"sea AAPRT": 36, "rail AABBB": 18, "sea AACCC": 36}
    rng = np.random.default_rng(11)
    total = np.zeros(RUNS)
    for leg in found.legs:
        runs = leg.operation == "carry"
        typical, least = leg.duration_h - leg.wait_h, 0.9 if runs else 0.5
        name = f"{leg.mode} {leg.origin}"
        if runs and name in per_week:
            total += cutoff_h[name] + 168 / per_week[name] * rng.random(RUNS)
        sigma = np.log((_ratio(leg) - least) / (1 - least)) / 1.6448536
        late = np.exp(sigma * rng.standard_normal(RUNS))
        total += typical * (least + (1 - least) * late)

    p50, p95 = np.quantile(total, [0.5, 0.95])
    assert found.transit_p50_h == pytest.approx(p50, rel=0.01)
    assert found.transit_p95_h == pytest.approx(p95, rel=0.01)
    assert found.on_time_probability is None


def _ratio(leg: gr.Leg) -> float:
    """Return what the tariff says of the lateness of a leg (p95_ratio of its tables)."""
    what = leg.category if leg.operation == "carry" else leg.mode
    return {
        ("carry", "road-artic"): 1.3,
        ("carry", "sea-container-8000"): 1.3,
        ("carry", "sea-container-0-999"): 1.6,
        ("carry", "rail-freight"): 1.6,
        ("load", "road"): 2.0,
        ("unload", "road"): 2.0,
        ("load", "sea"): 2.0,
        ("unload", "sea"): 2.5,
        ("load", "rail"): 2.0,
        ("unload", "rail"): 2.5,
    }[leg.operation, what]
