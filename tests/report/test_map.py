import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import greenroute as gr
from greenroute import report
from greenroute.report import itinerary_map

SVG = "{http://www.w3.org/2000/svg}"
LAND = """{"type": "FeatureCollection", "features": [
    {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon",
     "coordinates": [[[0, 40], [20, 40], [20, 60], [0, 60], [0, 40]]]}},
    {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon",
     "coordinates": [[[[-60, -30], [-50, -30], [-50, -20], [-60, -30]]]]}}]}"""


@pytest.fixture
def itinerary(frontier: gr.Frontier) -> gr.Itinerary:
    assert frontier.picks is not None
    return frontier[frontier.picks.cheapest]


def drawn(svg: str) -> list[list[tuple[float, float]]]:
    """Return the lines of the legs in pixels; coasts have another width."""
    ways = re.findall(r'<path d="M([^"Z]+)" fill="none"[^>]*stroke-width="2.6"', svg)
    return [
        [(float(x), float(y)) for x, y in re.findall(r"([-\d.]+) ([-\d.]+)", way)]
        for way in ways
    ]


def test_every_run_is_drawn_and_every_stop_named(
    itinerary: gr.Itinerary, basis: report.Basis
) -> None:
    svg = itinerary_map(itinerary, basis.network)
    words = [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - made here

    assert len(drawn(svg)) == sum(bool(leg.lane) for leg in itinerary.legs)
    assert {"Shenzhen", "Yantian", "Rotterdam", "Frankfurt am Main"} <= set(words)
    assert {"road", "sea", "inland waterway"} <= set(words)


def test_lines_hang_together_and_stay_in_the_window(
    itinerary: gr.Itinerary, basis: report.Basis
) -> None:
    lines = drawn(itinerary_map(itinerary, basis.network))

    for before, after in pairwise(lines):
        assert before[-1] == pytest.approx(after[0])
    assert all(0 <= x <= 760 for line in lines for x, _ in line)


def test_a_way_over_the_antimeridian_is_one_line(
    itinerary: gr.Itinerary, basis: report.Basis
) -> None:
    gateways = basis.network.gateways
    lon = gateways.lon.copy()
    for name, degrees in (("NLRTM", -125.0), ("DEFRA", -120.0)):
        lon[gateways.id.to_pylist().index(name)] = degrees
    moved = replace(basis.network, gateways=replace(gateways, lon=lon))
    for line in drawn(itinerary_map(itinerary, moved)):
        steps = [abs(a[0] - b[0]) for a, b in pairwise(line)]

        assert max(steps) < 100  # no line back across the picture


def test_land_near_the_way_is_drawn_and_other_land_is_not(
    itinerary: gr.Itinerary, basis: report.Basis, tmp_path: Path
) -> None:
    (tmp_path / "land.geojson").write_text(LAND)
    svg = itinerary_map(itinerary, replace(basis.network, folder=tmp_path))

    assert svg.count('fill="#ded9cc"') == 1
    assert itinerary_map(itinerary, basis.network).count('fill="#ded9cc"') == 0


def test_names_are_escaped(itinerary: gr.Itinerary, basis: report.Basis) -> None:
    legs = tuple(replace(leg, origin_name="<A> & B") for leg in itinerary.legs)
    svg = itinerary_map(replace(itinerary, legs=legs), basis.network)

    assert "&lt;A&gt; &amp; B" in svg
    ET.fromstring(svg)  # noqa: S314 - made here


def test_a_map_needs_nothing_from_elsewhere(
    itinerary: gr.Itinerary, basis: report.Basis
) -> None:
    svg = itinerary_map(itinerary, basis.network)

    assert re.findall(r'(?:href|src)="', svg) == []
    assert svg.count("http") == 1  # the name of the SVG language
