from dataclasses import replace

import pytest

import greenroute as gr
from frontiers import frontier_of, leg_of


def itinerary_by(*runs: tuple[str, float]) -> gr.Itinerary:
    """Return an itinerary of runs: mode and distance [km]."""
    legs = tuple(
        replace(leg_of(1.0, 1.0, 1.0), mode=mode, distance_km=km) for mode, km in runs
    )
    return replace(frontier_of([(1.0, 1.0, 1.0)]).itineraries[0], legs=legs)


@pytest.mark.parametrize(
    ("runs", "modes"),
    [
        ([("road", 30.0), ("sea", 9000.0), ("road", 40.0)], "sea"),
        (
            [("road", 30.0), ("sea", 9000.0), ("sea", 500.0), ("rail", 600.0)],
            "sea-rail",
        ),
        # 1,000 km of 10,000 are a tenth: that truck is no drayage any more.
        ([("rail", 9000.0), ("road", 400.0), ("road", 600.0)], "rail-road"),
        ([("rail", 9001.0), ("road", 400.0), ("road", 599.0)], "rail"),
        ([("sea", 5000.0), ("road", 30.0), ("sea", 5000.0)], "sea"),
        ([("road", 500.0)], "road"),
    ],
)
def test_main_modes_leave_drayage_out(
    runs: list[tuple[str, float]], modes: str
) -> None:
    assert itinerary_by(*runs).main_modes == modes


def test_modes_name_every_change() -> None:
    runs = [("road", 30.0), ("sea", 900.0), ("sea", 90.0), ("road", 40.0)]

    assert itinerary_by(*runs).modes == ("road", "sea", "road")


def test_an_itinerary_is_found_by_its_id() -> None:
    frontier = frontier_of([(1.0, 3.0, 5.0), (2.0, 1.0, 4.0)])

    assert frontier["i1"] is frontier.itineraries[1]
    with pytest.raises(KeyError, match="i7"):
        frontier["i7"]


def test_an_itinerary_may_be_picked_for_more_than_one_goal() -> None:
    # i0 is cheapest and greenest, i1 fastest and, in the middle of the two, balanced.
    frontier = frontier_of([(1.0, 3.0, 4.0), (2.0, 1.0, 5.0)])

    assert frontier.pick_names() == {
        "i0": ("cheapest", "greenest"),
        "i1": ("fastest", "balanced"),
    }
