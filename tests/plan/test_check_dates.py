"""The check of dates: each wrong date is found, by a sum of its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

import greenroute as gr
from departing import READY, departing
from networks import network_of

RATES = gr.read_rates()
SHIPMENT = gr.Shipment(
    origin="AAAAA", destination="AABBB", mass_kg=12_000, volume_m3=48, ready_at=READY
)
NETWORK = departing(
    network_of("""
        AAAAA -rail 800km 20h gauge_mm=1435-> AABBB
        AAAAA: hub_h=4
        AABBB: hub_h=4
    """),
    {0: [(1, 6, 26), (4, 12, 33), (20, 24, 44)]},
)
Change = Callable[[gr.Itinerary], gr.Itinerary]


def found() -> gr.Itinerary:
    [itinerary] = gr.route(SHIPMENT, NETWORK, RATES).itineraries
    return itinerary


def shifted(hours: dict[int, tuple[float, float]]) -> Change:
    """Return what moves begin and end of legs by hours."""

    def change(itinerary: gr.Itinerary) -> gr.Itinerary:
        legs = list(itinerary.legs)
        for number, (begin, end) in hours.items():
            leg = legs[number]
            assert leg.departs_at is not None
            assert leg.arrives_at is not None
            waits = (end - begin) if number == 0 else 0.0
            legs[number] = replace(
                leg,
                departs_at=leg.departs_at + timedelta(hours=begin),
                arrives_at=leg.arrives_at + timedelta(hours=end),
                duration_h=leg.duration_h + end - begin,
                wait_h=leg.wait_h + waits,
            )
        return replace(itinerary, legs=tuple(legs))

    return change


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        # An hour before the goods are ready.
        (shifted({0: (-1, 0)}), "leg 1: starts before the goods are ready"),
        # A run an hour later than any departure.
        (
            shifted({0: (0, 1), 1: (1, 1), 2: (1, 1)}),
            "leg 2: its lane has no departure then",
        ),
        # The departure of 6 h closes after 1 h; goods are loaded after 2 h.
        (
            shifted({0: (0, -6), 1: (-6, -7), 2: (-7, -7)}),
            "leg 2: the goods come 60 minutes after the cut-off",
        ),
        (
            shifted({1: (0, -1), 2: (-1, -1)}),
            "leg 2: its departure arrives at another time",
        ),
        # Unloading takes 2 h and nothing is waited for.
        (shifted({2: (0, 1)}), "leg 3: ends 60 minutes after what the tables say"),
        # Loading takes 2 h; here it ends after 1 h, and the train has left.
        (
            shifted({0: (0, -11), 1: (-11, -11), 2: (-11, -11)}),
            "leg 1: ends 60 minutes before it can be done",
        ),
    ],
)
def test_a_wrong_date_is_found(change: Change, complaint: str) -> None:
    right = found()

    assert gr.check_itinerary(right, SHIPMENT, NETWORK, RATES) == ()
    assert complaint in gr.check_itinerary(change(right), SHIPMENT, NETWORK, RATES)


def test_a_dated_shipment_needs_dates() -> None:
    without = replace(
        found(),
        legs=tuple(
            replace(leg, departs_at=None, arrives_at=None) for leg in found().legs
        ),
    )

    complaints = gr.check_itinerary(without, SHIPMENT, NETWORK, RATES)
    assert "a leg has no dates, although ready_at is given" in complaints


def test_another_departure_that_goods_reach_is_true_as_well() -> None:
    # The last train: 12 h later, 44 h instead of 33 h.
    later = shifted({0: (0, 12), 1: (12, 11), 2: (11, 11)})(found())

    assert gr.check_itinerary(later, SHIPMENT, NETWORK, RATES) == ()
