import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import greenroute as gr
from frontiers import frontier_of
from greenroute import report
from greenroute.report import frontier_chart
from greenroute.report.scale import fit_scale

SVG = "{http://www.w3.org/2000/svg}"
GOALS = st.lists(
    st.tuples(*[st.integers(0, 9).map(lambda n: float(n * n * 37))] * 3),
    min_size=1,
    max_size=25,
    unique=True,
)


def words(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - made here


def test_the_picks_and_the_axes_are_named(frontier: gr.Frontier) -> None:
    found = words(frontier_chart(frontier))

    assert {"cost [USD]", "CO2e, well to wheel [kg]", "days"} <= set(found)
    for name in ("cheapest", "fastest", "greenest", "balanced"):
        assert any(name in text for text in found)


def test_a_dot_stands_for_each_itinerary() -> None:
    # Far apart, so that no two fall on one square; picks have a larger one on top.
    frontier = frontier_of(
        [(100.0, 9.0, 900.0), (300.0, 5.0, 500.0), (900.0, 1.0, 100.0)]
    )
    dots = list(ET.fromstring(frontier_chart(frontier)).iter(f"{SVG}circle"))  # noqa: S314 - made here

    assert len(dots) == 3 + len(frontier.pick_names())


def test_dear_and_dirty_stands_right_and_up() -> None:
    frontier = frontier_of([(100.0, 9.0, 100.0), (900.0, 1.0, 900.0)])
    svg = frontier_chart(frontier)
    dots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="6"', svg)
    (x_a, y_a), (x_b, y_b) = sorted((float(x), float(y)) for x, y in dots)

    assert x_a < x_b
    assert y_a > y_b  # pixels count downwards


def test_the_staircase_leaves_out_what_two_goals_alone_would_beat() -> None:
    # (200, 400) is only there because it is fast: (100, 300) beats it in cost and CO2e.
    frontier = frontier_of(
        [(100.0, 9.0, 300.0), (200.0, 1.0, 400.0), (300.0, 5.0, 100.0)]
    )
    stairs = re.findall(
        r'<path d="M([^"]+)"[^>]*stroke="#888888"', frontier_chart(frontier)
    )

    assert len(stairs) == 1
    assert stairs[0].count("L") == 3  # first, corner, second, and on to the right edge


def test_names_are_escaped() -> None:
    svg = frontier_chart(frontier_of([(1.0, 1.0, 1.0)], name='<A> & "B"'))

    assert any('<A> & "B"' in text for text in words(svg))


def test_an_infeasible_frontier_says_why(
    basis: report.Basis, shipment: gr.Shipment
) -> None:
    network, rates = basis.network, basis.rates
    frontier = gr.route(shipment, network, rates, avoid=["suez", "air", "rail"])

    assert any(
        "No itinerary: no way" in text for text in words(frontier_chart(frontier))
    )


@given(GOALS)
def test_any_frontier_is_drawn_inside_the_picture(
    goals: list[tuple[float, float, float]],
) -> None:
    root = ET.fromstring(frontier_chart(frontier_of(goals)))  # noqa: S314 - made here

    for dot in root.iter(f"{SVG}circle"):
        assert 0 <= float(dot.attrib["cx"]) <= 760
        assert 0 <= float(dot.attrib["cy"]) <= 480


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([0.0, 10.0], [0, 5, 10]),
        ([5.0, 5.0], [4.6, 4.8, 5.0, 5.2, 5.4]),
        ([100.0, 10_000.0], [100, 200, 500, 1000, 2000, 5000, 10_000]),
    ],
)
def test_marks_of_an_axis_are_round(values: list[float], marks: list[float]) -> None:
    assert fit_scale(values, 0.0, 100.0).marks() == pytest.approx(marks)
