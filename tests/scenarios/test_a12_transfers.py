"""A12: at most so many transfers between main runs."""

from dataclasses import replace

import pytest

import greenroute as gr
from departing import READY, departing
from networks import network_of
from oracle import non_dominated
from walk import HOME, START, State, Walker, Weight

RATES = gr.read_rates()
SHIPMENT = gr.Shipment(
    origin="AAAAA", destination="AADDD", mass_kg=12_000, volume_m3=48
)
#: One ship all the way is dear; two or three lanes are cheaper each.
NETWORK = network_of("""
    AAAAA -sea 9000km 300h 1/week cost_usd_per_shipment=9000-> AADDD
    AAAAA -sea 4000km 150h 1/week cost_usd_per_shipment=2000-> AABBB
    AABBB -sea 4000km 150h 1/week cost_usd_per_shipment=2000-> AADDD
    AAAAA -rail 900km 20h 7/week gauge_mm=1435 cost_usd_per_shipment=300-> AACCC
    AACCC -sea 3000km 150h 1/week cost_usd_per_shipment=900-> AABBB
    AABBB -rail 900km 20h 7/week gauge_mm=1435 cost_usd_per_shipment=300-> AAEEE
    AAEEE -road 300km 6h-> AADDD
    AAAAA -road 1000km 20h cost_usd_per_shipment=3000-> AACCC
    AAAAA -road 20000km 400h cost_usd_per_shipment=20000-> AADDD
""")


def main_runs(itinerary: gr.Itinerary) -> int:
    return sum(
        leg.operation == "carry" and leg.mode != "road" for leg in itinerary.legs
    )


def walked(most_runs: int) -> list[tuple[int, ...]]:
    """Return the front of all ways with so many main runs, by walking each."""
    walker = Walker(SHIPMENT, NETWORK, RATES)
    start, end = (NETWORK.find_place(p).node for p in ("AAAAA", "AADDD"))
    found: set[tuple[int, ...]] = set()

    def go(state: State, weight: Weight, runs: int, seen: frozenset[State]) -> None:
        if state[:4] == (end, "", 0, False) and state[4] in {START, HOME}:
            found.add(weight)
            return
        for after, more in walker.moves(state, (start, end)):
            ran = runs + (after[0] != state[0] and after[1] != "road")
            if after not in seen and ran <= most_runs:
                total = weight[0] + more[0], weight[1] + more[1], weight[2] + more[2]
                go(after, total, ran, seen | {after})

    first: State = (start, "", 0, False, START)
    go(first, (0, 0, 0), 0, frozenset({first}))
    return non_dominated(found)


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_the_frontier_within_a_number_of_transfers_is_what_walking_finds(
    most: int,
) -> None:
    frontier = gr.route(SHIPMENT, NETWORK, RATES, max_transfers=most)
    found = [
        (round(i.cost_usd * 100), round(i.transit_h * 60), round(i.wtw_kg_co2e * 1000))
        for i in frontier.itineraries
    ]

    assert found == walked(most + 1)
    assert frontier.exact
    assert all(main_runs(i) <= most + 1 for i in frontier.itineraries)


def test_trucks_are_no_transfers() -> None:
    road = network_of("""
        AAAAA -road 300km 5h-> AABBB
        AABBB -road 300km 5h-> AACCC
        AACCC -road 300km 5h-> AADDD
    """)
    frontier = gr.route(SHIPMENT, road, RATES, max_transfers=0)

    assert len(frontier.itineraries) == 1


def test_a_limit_works_with_dates() -> None:
    dated = departing(
        NETWORK, {1: [(40, 60, 210)], 2: [(260, 300, 450), (400, 420, 570)]}
    )
    shipment = replace(SHIPMENT, ready_at=READY)
    free, one = (
        gr.route(shipment, dated, RATES, max_transfers=most) for most in (None, 1)
    )

    assert max(map(main_runs, free.itineraries)) == 3
    assert max(map(main_runs, one.itineraries)) == 2
    assert {i.id for i in free.itineraries if main_runs(i) <= 2} <= {
        i.id for i in one.itineraries
    }
    for itinerary in one.itineraries:
        assert gr.check_itinerary(itinerary, shipment, dated, RATES) == ()


def test_too_few_transfers_name_the_least_number() -> None:
    chain = network_of("""
        AAAAA -rail 300km 5h 7/week gauge_mm=1435-> AABBB
        AABBB -sea 300km 5h 7/week-> AACCC
        AACCC -rail 300km 5h 7/week gauge_mm=1435-> AADDD
    """)
    frontier = gr.route(SHIPMENT, chain, RATES, max_transfers=1)

    assert frontier.termination is gr.Termination.INFEASIBLE
    assert "at most 1 transfers; the least is 2" in frontier.reason
    assert len(gr.route(SHIPMENT, chain, RATES, max_transfers=2).itineraries) == 1


def test_a_negative_number_is_an_error() -> None:
    with pytest.raises(
        gr.DataError, match="max_transfers is -1, expected a number >= 0"
    ):
        gr.route(SHIPMENT, NETWORK, RATES, max_transfers=-1)
