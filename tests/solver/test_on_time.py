"""`on_time` against all itineraries one by one."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

import greenroute as gr
from departing import READY, departing
from networks import network_of

RATES = gr.read_rates()
SHIPMENT = gr.Shipment(
    origin="AAAAA",
    destination="AAZZZ",
    mass_kg=12_000,
    volume_m3=48,
    ready_at=READY,
    due_at=READY + timedelta(hours=260),
)
Goals = tuple[float, float, float]


def world(trucks: list[tuple[int, int]], ships: list[tuple[int, int]]) -> gr.Network:
    """Return trucks (hours, USD) to a port, and weekly ships (closing hour, USD) from it."""
    lines = [
        f"AAAAA -road {40 * hours}km {hours}h cost_usd_per_shipment={usd}-> AAPRT"
        for hours, usd in trucks
    ]
    lines += [
        f"AAPRT -sea 4000km 100h cost_usd_per_shipment={usd}-> AAZZZ"
        for _, usd in ships
    ]
    lines += ["AAAAA: hub_h=0", "AAPRT: hub_h=4", "AAZZZ: hub_h=4"]
    weekly = {
        len(trucks) + number: [
            (closes + 84 * k, closes + 10 + 84 * k, closes + 110 + 84 * k)
            for k in range(20)
        ]
        for number, (closes, _) in enumerate(ships)
    }
    return departing(network_of("\n".join(lines)), weekly)


def goals(itinerary: gr.Itinerary) -> Goals:
    return itinerary.cost_usd, itinerary.transit_h, itinerary.wtw_kg_co2e


def beats(a: Goals, b: Goals) -> bool:
    return a != b and all(x <= y for x, y in zip(a, b, strict=True))


HOURS_AND_USD = st.tuples(st.integers(4, 12).map(lambda n: 4 * n), st.integers(1, 9))


@given(
    st.lists(HOURS_AND_USD, min_size=1, max_size=3),
    st.lists(HOURS_AND_USD, min_size=1, max_size=2),
    st.sampled_from([0.3, 0.6, 0.9]),
    st.integers(14, 26),
)
@settings(max_examples=6)
def test_what_is_shown_keeps_the_date_and_exact_means_complete(
    trucks: list[tuple[int, int]],
    ships: list[tuple[int, int]],
    share: float,
    ten_hours: int,
) -> None:
    due = replace(SHIPMENT, due_at=READY + timedelta(hours=10 * ten_hours))
    every = [
        itinerary
        for truck, ship in product(trucks, ships)
        for itinerary in gr.route(due, world([truck], [ship]), RATES).itineraries
    ]
    reliable = [
        goals(i)
        for i in every
        if i.on_time_probability is not None and i.on_time_probability >= share
    ]
    best = {a for a in reliable if not any(beats(b, a) for b in reliable)}

    frontier = gr.route(due, world(trucks, ships), RATES, on_time=share)
    found = {goals(i) for i in frontier.itineraries}

    assert found <= set(reliable)
    assert not any(beats(a, b) for a in found for b in found)
    if frontier.exact:
        assert found == best


def test_the_truck_with_hours_to_spare_is_the_one_that_is_kept() -> None:
    # To unload and to load takes 2 h each: 44 h and 32 h for a ship that closes after 46 h
    # and is there after 156 h, 2 h to unload. The next one comes 84 h later: too late.
    ship = [(46, 100)]
    network = world([(40, 9), (28, 30)], ship)
    due = replace(SHIPMENT, due_at=READY + timedelta(hours=200))
    [near], [far] = (
        gr.route(due, world([truck], ship), RATES).itineraries
        for truck in ((40, 9), (28, 30))
    )

    frontier = gr.route(due, network, RATES, on_time=0.9)
    assert near.on_time_probability is not None
    assert near.on_time_probability < 0.9
    assert [goals(i) for i in frontier.itineraries] == [goals(far)]
    assert frontier.itineraries[0].on_time_probability == far.on_time_probability
