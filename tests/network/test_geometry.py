import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroute.network.geometry import (
    cut_at_antimeridian,
    great_circle_km,
    great_circle_line,
    nearest,
    unwrap,
)
from greenroute.units import EARTH_RADIUS_KM

DEGREE_KM = np.pi * EARTH_RADIUS_KM / 180
POINTS = st.tuples(st.integers(-180, 180), st.integers(-89, 89))


@pytest.mark.parametrize(
    ("a", "b", "degrees"),
    [
        ((0, 0), (0, 1), 1),
        ((0, 179), (0, -179), 2),
        ((90, 0), (-90, 77), 180),
        ((60, 0), (60, 180), 60),  # over the pole
        ((12, 34), (12, 34), 0),
    ],
)
def test_great_circles_are_measured_in_degrees_of_the_sphere(
    a: tuple[float, float], b: tuple[float, float], degrees: float
) -> None:
    assert great_circle_km(*a, *b) == pytest.approx(degrees * DEGREE_KM)


def test_a_great_circle_agrees_with_a_published_one() -> None:
    # Paris (48.8567, 2.3508) to New York (40.7128, -74.0060): 5,837 km on the sphere.
    assert great_circle_km(48.8567, 2.3508, 40.7128, -74.0060) == pytest.approx(
        5837, abs=1
    )


@given(POINTS, POINTS)
def test_a_great_circle_is_as_long_as_its_line(
    a: tuple[int, int], b: tuple[int, int]
) -> None:
    line = great_circle_line(a, b)
    pieces = great_circle_km(line[:-1, 1], line[:-1, 0], line[1:, 1], line[1:, 0])

    assert tuple(line[0]) == a
    assert tuple(line[-1]) == b
    assert pieces.sum() == pytest.approx(
        float(great_circle_km(a[1], a[0], b[1], b[0])), abs=1e-3
    )


@given(POINTS, POINTS)
def test_the_parts_of_a_cut_line_stay_on_their_side(
    a: tuple[int, int], b: tuple[int, int]
) -> None:
    parts = cut_at_antimeridian(great_circle_line(a, b))

    assert parts
    for part in parts:
        assert np.abs(part[:, 0]).max() <= 180 + 1e-9
        assert (np.abs(np.diff(part[:, 0])) <= 180).all()


def test_a_line_over_the_antimeridian_is_cut_at_its_latitude() -> None:
    parts = cut_at_antimeridian(np.array([[170.0, 0.0], [-170.0, 20.0]]))

    assert [part.tolist() for part in parts] == [
        [[170, 0], [180, 10]],
        [[-180, 10], [-170, 20]],
    ]


def test_a_line_that_stays_on_its_side_is_not_cut() -> None:
    line = np.array([[-10.0, 0.0], [20.0, 5.0]])

    assert [part.tolist() for part in cut_at_antimeridian(line)] == [line.tolist()]


def test_a_point_is_a_line_of_no_length() -> None:
    point = np.array([[5.0, 5.0], [5.0, 5.0]])

    assert len(cut_at_antimeridian(point)) == 1


def test_longitudes_go_on_past_the_antimeridian() -> None:
    line = unwrap(np.array([[170.0, 0.0], [-175.0, 0.0], [-160.0, 0.0]]))

    assert line[:, 0].tolist() == [170, 185, 200]


@given(st.lists(POINTS, min_size=1, max_size=20), st.lists(POINTS, min_size=1))
def test_nearest_is_the_nearest_by_distance(
    among: list[tuple[int, int]], points: list[tuple[int, int]]
) -> None:
    lon, lat = np.array(among, dtype=float).T
    x, y = np.array(points, dtype=float).T
    rows = nearest(y, x, lat, lon)
    km = great_circle_km(y[:, None], x[:, None], lat, lon)

    assert km[np.arange(len(points)), rows] == pytest.approx(km.min(axis=1), abs=1e-2)
