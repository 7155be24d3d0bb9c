"""`route` with dates: departures and weekdays against walking every way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import greenroute as gr
from dated_walk import Dates, minute, walk_dated
from greenroute.network.departure import sort_departures
from networks import network_of

RATES = gr.read_rates()
READY = datetime(2026, 3, 2, 6, tzinfo=UTC)  # a Monday
SHIPMENT = gr.Shipment(
    origin="AAAAA", destination="BBDDD", mass_kg=12_000, volume_m3=48, ready_at=READY
)
LANES = """
    AAAAA -rail 800km 20h 3/week gauge_mm=1435-> AACCC
    AAAAA -rail 800km 24h 3/week gauge_mm=1435 cost_usd_per_shipment=200-> AACCC
    AACCC -rail 700km 20h 3/week gauge_mm=1435-> BBDDD
    AAAAA -sea 2000km 70h 1/week-> AACCC
    AACCC -sea 600km 24h 2/week toc=sea-container-0-999-> BBDDD
    AACCC -air 1500km 3h 7/week toc=air-freighter-short-haul-> BBDDD
    AAAAA -road 900km 16h-> AACCC
    AACCC -road 400km 8h-> BBDDD
"""
NETWORK = network_of(LANES)
#: Departures of a lane: first one, headway, cut-off before, and running time [6 h].
TIMES = st.tuples(
    st.integers(-30, 20), st.integers(1, 12), st.integers(0, 3), st.integers(1, 8)
)


def vectors(frontier: gr.Frontier) -> list[tuple[int, int, int]]:
    return [
        (round(i.cost_usd * 100), round(i.transit_h * 60), round(i.wtw_kg_co2e * 1000))
        for i in frontier.itineraries
    ]


def leaving(network: gr.Network, dates: Dates) -> gr.Network:
    """Return the network with dated departures, minutes after the goods are ready."""
    rows = [(lane, *one) for lane, departures in dates.items() for one in departures]
    lane, cut_off, departs, arrives = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    more = sort_departures(
        lane,
        departs + minute(READY),
        arrives + minute(READY),
        cut_off=cut_off + minute(READY),
        capacity_t=np.full(len(lane), np.nan),
        n_lanes=len(network.lanes),
    )
    return replace(network, lanes=gr.add_departures(network.lanes, more))


def timetable(first: int, headway: int, before: int, run: int) -> list[tuple[int, ...]]:
    leaves = [60 * 6 * (first + headway * k) for k in range(4)]
    return [(t - 360 * before, t, t + 360 * run) for t in leaves]


@given(st.dictionaries(st.integers(0, 7), TIMES, min_size=1))
@settings(max_examples=20)
def test_a_dated_frontier_is_what_walking_every_way_finds(
    times: dict[int, tuple[int, int, int, int]],
) -> None:
    dates: Dates = {
        lane: [(a, b, c) for a, b, c in timetable(*of)] for lane, of in times.items()
    }
    network = leaving(NETWORK, dates)

    frontier = gr.route(SHIPMENT, network, RATES)

    assert vectors(frontier) == walk_dated(SHIPMENT, network, RATES, dates)
    assert frontier.exact
    for itinerary in frontier.itineraries:
        assert gr.check_itinerary(itinerary, SHIPMENT, network, RATES) == ()


def test_a_dated_frontier_of_several_destinations_is_the_best_of_each() -> None:
    dates: Dates = {0: [(0, 1440, 3000)], 2: [(6000, 6000, 8000)]}
    network = leaving(NETWORK, dates)
    both = [
        row
        for place in ("AACCC", "BBDDD")
        for row in vectors(
            gr.route(replace(SHIPMENT, destination=place), network, RATES)
        )
    ]
    either = gr.route(replace(SHIPMENT, destination="AACCC;BBDDD"), network, RATES)

    assert set(vectors(either)) <= set(both)
    for row in both:
        assert any(
            all(a <= b for a, b in zip(best, row, strict=True))
            for best in vectors(either)
        )


def test_via_works_with_dates() -> None:
    dates: Dates = {2: [(6000, 6000, 8000)]}
    network = leaving(NETWORK, dates)

    frontier = gr.route(SHIPMENT, network, RATES, via=["AACCC"])

    # Every way passes it anyhow.
    assert vectors(frontier) == walk_dated(SHIPMENT, network, RATES, dates)


def test_ready_within_a_minute_is_ready_at_its_end() -> None:
    late = replace(SHIPMENT, ready_at=READY + timedelta(seconds=1))
    dates: Dates = {0: [(360, 1440, 3000)], 2: [(6000, 6000, 8000)]}
    network = leaving(NETWORK, dates)
    frontier = gr.route(late, network, RATES)

    assert frontier.itineraries[0].departs_at == READY + timedelta(minutes=1)
    for itinerary in frontier.itineraries:
        assert gr.check_itinerary(itinerary, late, network, RATES) == ()


def test_what_has_left_is_gone_and_the_reason_says_so() -> None:
    network = leaving(
        network_of("AAAAA -rail 800km 20h gauge_mm=1435-> BBDDD"),
        {0: [(-60, 0, 1200), (60, 120, 1320)]},
    )

    frontier = gr.route(SHIPMENT, network, RATES)

    assert frontier.termination is gr.Termination.INFEASIBLE
    assert "with the departures that are left after ready_at" in frontier.reason
    # The second one can be caught in 60 minutes, but loading takes longer.
    assert "1 departures after it, the last one 2026-03-02T08:00" in frontier.reason


def test_a_lane_whose_departures_are_all_gone_is_gone() -> None:
    network = leaving(NETWORK, {2: [(-600, -300, 900)], 4: [(-60, 0, 900)]})
    frontier = gr.route(SHIPMENT, network, RATES)

    assert frontier.itineraries
    assert vectors(frontier) == walk_dated(SHIPMENT, network, RATES, {2: [], 4: []})


def test_dated_departures_without_ready_at_are_an_error() -> None:
    network = leaving(
        network_of("AAAAA -rail 800km 20h gauge_mm=1435-> BBDDD"), {0: [(1, 2, 3)]}
    )

    with pytest.raises(gr.DataError, match="expected ready_at, from which"):
        gr.route(replace(SHIPMENT, ready_at=None), network, RATES)


def test_without_ready_at_a_frequency_is_enough() -> None:
    without = replace(SHIPMENT, ready_at=None)
    network = leaving(NETWORK, {0: [(0, 1440, 3000)]})

    assert vectors(gr.route(without, network, RATES)) == vectors(
        gr.route(without, NETWORK, RATES)
    )


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("waiting=no", "waiting is not allowed at 'AACCC'"),
        ("storage_usd_per_m3_day=0.5", "storage has a price at 'AACCC'"),
    ],
)
def test_what_a_route_cannot_hold_is_an_error(column: str, words: str) -> None:
    network = network_of(LANES + f"    AACCC: {column}\n")

    with pytest.raises(gr.DataError, match=f"{words}.*greenroute plan does"):
        gr.route(SHIPMENT, network, RATES)


def test_opening_hours_without_ready_at_are_an_error() -> None:
    with pytest.raises(gr.DataError, match="without ready_at"):
        gr.route(
            replace(SHIPMENT, ready_at=None),
            NETWORK,
            RATES,
            opening_hours=gr.read_opening_hours(),
        )


def test_without_a_due_date_weekly_itineraries_last_120_days_at_most() -> None:
    slow = network_of("AAAAA -sea 2000km 2900h departs_on=mon-> BBDDD")

    frontier = gr.route(SHIPMENT, slow, RATES)

    # 2,900 h are 120.8 days.
    assert frontier.termination is gr.Termination.INFEASIBLE
    assert "without a due date itineraries last 120 d at most" in frontier.reason
