"""A03: limits on cost, carbon and the day of delivery."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import greenroute as gr
from networks import network_of

NETWORK = """
    AAAAA -sea 10000km 500h 1/week cost_usd_per_shipment=1000-> ZZZZZ
    AAAAA -air 8000km 12h 7/week cost_usd_per_shipment=40000-> ZZZZZ
"""
SHIPMENT = gr.Shipment(origin="AAAAA", destination="ZZZZZ", mass_kg=12_000)
READY = datetime(2026, 12, 1, tzinfo=UTC)


def modes(frontier: gr.Frontier) -> list[str]:
    return [itinerary.main_modes for itinerary in frontier.itineraries]


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        ({}, ["sea", "air"]),
        ({"max_cost_usd": 20_000.0}, ["sea"]),
        ({"max_wtw_kg_co2e": 10_000.0}, ["sea"]),
        ({"ready_at": READY, "due_at": READY + timedelta(days=7)}, ["air"]),
        ({"ready_at": READY, "due_at": READY + timedelta(days=90)}, ["sea", "air"]),
    ],
)
def test_what_breaks_a_limit_is_not_shown(
    limits: dict[str, Any], left: list[str]
) -> None:
    shipment = replace(SHIPMENT, **limits)

    assert modes(gr.route(shipment, network_of(NETWORK), gr.read_rates())) == left


def test_a_limit_that_is_just_kept_is_kept() -> None:
    network, rates = network_of(NETWORK), gr.read_rates()
    [sea, _] = gr.route(SHIPMENT, network, rates).itineraries
    exact = replace(
        SHIPMENT,
        max_cost_usd=sea.cost_usd,
        max_wtw_kg_co2e=sea.wtw_kg_co2e,
        ready_at=READY,
        due_at=READY + timedelta(hours=sea.transit_h),
    )

    assert modes(gr.route(exact, network, rates)) == ["sea"]
    short = replace(exact, max_cost_usd=sea.cost_usd - 0.01)

    assert modes(gr.route(short, network, rates)) == []


def test_limits_that_contradict_each_other_are_named() -> None:
    shipment = replace(
        SHIPMENT,
        max_cost_usd=20_000.0,
        ready_at=READY,
        due_at=READY + timedelta(days=7),
    )
    frontier = gr.route(shipment, network_of(NETWORK), gr.read_rates())

    assert frontier.termination is gr.Termination.INFEASIBLE
    assert "each limit can be kept alone, but not all together" in frontier.reason
