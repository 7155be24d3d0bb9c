import json
from dataclasses import replace
from typing import Any

import pytest

import greenroute as gr
from greenroute import report


def features(
    frontier: gr.Frontier, basis: report.Basis, count: int | None = None
) -> list[dict[str, Any]]:
    shown = report.well_spread(frontier, count)
    found = json.loads(report.route_geojson(frontier, shown, basis))

    assert found["type"] == "FeatureCollection"
    return list(found["features"])


def test_a_feature_per_run(frontier: gr.Frontier, basis: report.Basis) -> None:
    runs = [leg for i in frontier.itineraries for leg in i.legs if leg.lane]
    found = features(frontier, basis)

    assert [f["properties"]["destination"] for f in found] == [
        leg.destination for leg in runs
    ]
    assert [f["properties"]["cost_usd"] for f in found] == [
        leg.cost_usd for leg in runs
    ]


def test_a_line_runs_from_gateway_to_gateway(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    for feature in features(frontier, basis):
        line = feature["geometry"]["coordinates"]
        ends = [
            basis.network.find_place(feature["properties"][end])
            for end in ("origin", "destination")
        ]

        assert feature["geometry"]["type"] == "LineString"
        assert [line[0], line[-1]] == [[place.lon, place.lat] for place in ends]


def test_picks_are_named(frontier: gr.Frontier, basis: report.Basis) -> None:
    named = {
        name for f in features(frontier, basis) for name in f["properties"]["picks"]
    }

    assert named == {"cheapest", "fastest", "greenest", "balanced"}


def test_a_line_over_the_antimeridian_is_cut(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    gateways = basis.network.gateways
    lon = gateways.lon.copy()
    lon[gateways.id.to_pylist().index("NLRTM")] = -120.0
    moved = replace(basis.network, gateways=replace(gateways, lon=lon))
    found = features(frontier, replace(basis, network=moved), 1)
    sea = [
        f["geometry"]
        for f in features(frontier, replace(basis, network=moved))
        if f["properties"]["mode"] == "sea"
    ]

    assert found
    assert {shape["type"] for shape in sea} == {"MultiLineString"}
    for part in (part for shape in sea for part in shape["coordinates"]):
        assert all(-180 <= x <= 180 for x, _ in part)


def test_a_door_is_drawn_where_it_is(basis: report.Basis) -> None:
    shipment = gr.Shipment(origin="22.6,114.1", destination="DEFRA", mass_kg=1000)
    frontier = gr.route(shipment, basis.network, basis.rates)
    [first, *_] = features(frontier, basis)

    assert first["geometry"]["coordinates"][0] == pytest.approx([114.1, 22.6])
