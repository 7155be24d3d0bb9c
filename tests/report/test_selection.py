import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontiers import frontier_of
from greenroute.report import well_spread

GOALS = st.lists(
    st.tuples(*[st.integers(0, 50)] * 3), min_size=1, max_size=30, unique=True
)

# A line from cheap and slow to dear and fast; i4 is the balanced one.
LINE = [(100.0 * 2**n, 1000.0 / 2**n, 50.0) for n in range(9)]


def test_picks_come_first_of_all() -> None:
    chosen = well_spread(frontier_of(LINE), 3)

    assert [itinerary.id for itinerary in chosen] == ["i0", "i4", "i8"]


def test_the_next_one_is_the_farthest_from_all_before() -> None:
    # Between i0, i4 and i8 the middles are i2 and i6; the first of equals is taken.
    chosen = well_spread(frontier_of(LINE), 4)

    assert [itinerary.id for itinerary in chosen] == ["i0", "i2", "i4", "i8"]


def test_all_are_taken_if_there_is_room() -> None:
    frontier = frontier_of(LINE)

    assert well_spread(frontier, None) == frontier.itineraries
    assert well_spread(frontier, 100) == frontier.itineraries


def test_fewer_than_the_picks_keeps_the_balanced_one() -> None:
    assert [i.id for i in well_spread(frontier_of(LINE), 1)] == ["i4"]


@given(GOALS, st.integers(1, 40))
def test_a_selection_is_a_part_of_the_frontier_in_its_order(
    goals: list[tuple[int, int, int]], count: int
) -> None:
    frontier = frontier_of([(float(a), float(b), float(c)) for a, b, c in goals])
    chosen = [itinerary.id for itinerary in well_spread(frontier, count)]
    order = [i.id for i in frontier.itineraries if i.id in chosen]

    assert len(chosen) == min(count, len(goals))
    assert chosen == order
    if count >= 4:
        assert set(frontier.pick_names()) <= set(chosen)


@pytest.mark.parametrize("count", [2, 5, 8])
def test_a_selection_is_the_same_every_time(count: int) -> None:
    assert well_spread(frontier_of(LINE), count) == well_spread(
        frontier_of(LINE), count
    )
