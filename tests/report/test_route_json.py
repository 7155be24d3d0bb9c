import json
import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import greenroute as gr
from greenroute import report

ITINERARY = {
    "id",
    "cost_usd",
    "transit_h",
    "transit_p95_h",
    "wtw_kg_co2e",
    "wtw_low_kg_co2e",
    "wtw_high_kg_co2e",
    "ttw_kg_co2e",
    "modes",
    "departs_at",
    "arrives_at",
    "legs",
}
LEG = {
    "kind",
    "origin",
    "destination",
    "mode",
    "distance_km",
    "distance_basis",
    "departs_at",
    "arrives_at",
    "duration_h",
    "cost_usd",
    "wtw_kg_co2e",
    "ttw_kg_co2e",
    "factor_id",
    "data_type",
}


@pytest.fixture(scope="module")
def document(frontier: gr.Frontier, basis: report.Basis) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        report.route_json(frontier, frontier.itineraries, basis)
    )
    return found


def test_the_fields_of_the_interface_are_there(document: dict[str, Any]) -> None:
    assert {"network", "factors", "shipment", "frontier", "run"} <= set(document)
    assert set(document["network"]) == {"name", "version", "sha256"}
    assert document["shipment"]["assumed"] == ["volume_m3"]
    assert set(document["frontier"]["resolution"]) == {
        "cost_usd",
        "transit_h",
        "wtw_kg_co2e",
    }
    for itinerary in document["frontier"]["itineraries"]:
        assert set(itinerary) >= ITINERARY
        for leg in itinerary["legs"]:
            assert set(leg) >= LEG
            assert ("toc" in leg) == (leg["kind"] == "transport")
            assert ("hoc" in leg) == (leg["kind"] == "hub")


def test_picks_are_ids_of_itineraries(document: dict[str, Any]) -> None:
    ids = {itinerary["id"] for itinerary in document["frontier"]["itineraries"]}

    assert set(document["frontier"]["picks"]) == {
        "cheapest",
        "fastest",
        "greenest",
        "balanced",
    }
    assert set(document["frontier"]["picks"].values()) <= ids


@pytest.mark.parametrize(
    ("total", "part"),
    [
        ("cost_usd", "cost_usd"),
        ("transit_h", "duration_h"),
        ("wtw_kg_co2e", "wtw_kg_co2e"),
        ("ttw_kg_co2e", "ttw_kg_co2e"),
    ],
)
def test_totals_are_the_sums_of_the_legs(
    document: dict[str, Any], total: str, part: str
) -> None:
    for itinerary in document["frontier"]["itineraries"]:
        legs = math.fsum(leg[part] for leg in itinerary["legs"])

        assert itinerary[total] == pytest.approx(legs, abs=1e-9)


def test_what_is_not_included_has_no_factor(document: dict[str, Any]) -> None:
    legs = [leg for i in document["frontier"]["itineraries"] for leg in i["legs"]]
    silent = [leg for leg in legs if not leg["emissions_included"]]

    assert silent
    assert {(leg["factor_id"], leg["data_type"]) for leg in silent} == {(None, None)}
    assert all(leg["factor_id"] for leg in legs if leg["kind"] == "transport")


def test_without_a_ready_time_no_leg_has_a_date(document: dict[str, Any]) -> None:
    for itinerary in document["frontier"]["itineraries"]:
        assert itinerary["departs_at"] is None
        assert {leg["arrives_at"] for leg in itinerary["legs"]} == {None}


def test_dates_follow_from_the_ready_time(
    shipment: gr.Shipment, basis: report.Basis
) -> None:
    ready = datetime(2026, 12, 1, 8, tzinfo=UTC)
    frontier = gr.route(replace(shipment, ready_at=ready), basis.network, basis.rates)
    found = json.loads(report.route_json(frontier, frontier.itineraries, basis))

    for itinerary in found["frontier"]["itineraries"]:
        hours = datetime.fromisoformat(itinerary["arrives_at"]) - ready

        assert itinerary["departs_at"] == "2026-12-01T08:00:00+00:00"
        assert hours.total_seconds() / 3600 == pytest.approx(itinerary["transit_h"])


def test_the_same_input_gives_the_same_bytes(
    shipment: gr.Shipment, basis: report.Basis
) -> None:
    texts = []
    for _ in range(2):
        frontier = gr.route(shipment, basis.network, basis.rates)
        text = report.route_json(frontier, frontier.itineraries, basis)
        texts.append(text.partition('\n"run": ')[0])

    assert texts[0] == texts[1]
    assert '"search_s"' not in texts[0]


def test_no_way_is_an_empty_frontier_with_a_reason(
    shipment: gr.Shipment, basis: report.Basis
) -> None:
    avoid = ("suez", "air", "rail")
    frontier = gr.route(shipment, basis.network, basis.rates, avoid=avoid)
    found = json.loads(report.route_json(frontier, (), replace(basis, avoid=avoid)))

    assert found["frontier"]["itineraries"] == []
    assert found["frontier"]["picks"] is None
    assert found["frontier"]["termination"] == "infeasible"
    assert "no way from CNSZX to DEFRA" in found["frontier"]["reason"]
    assert found["shipment"]["avoid"] == ["suez", "air", "rail"]


def test_a_part_of_the_frontier_says_how_many_there_are(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    shown = frontier.itineraries[:2]
    found = json.loads(report.route_json(frontier, shown, basis))["frontier"]

    assert found["itineraries_found"] == len(frontier.itineraries)
    assert [i["id"] for i in found["itineraries"]] == [i.id for i in shown]
