from dataclasses import replace
from datetime import datetime

import pytest

import greenroute as gr
from greenroute import report


def page(
    frontier: gr.Frontier, basis: report.Basis, *, width: int = 100, count: int = 12
) -> str:
    shown = report.well_spread(frontier, count)
    return report.plain_page(
        lambda columns: report.route_table(frontier, shown, basis, width=columns),
        width=width,
    )


def test_the_head_says_what_was_asked_and_what_was_assumed(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    head = page(frontier, basis).splitlines()

    assert head[:2] == [
        "Shenzhen, CN → Frankfurt am Main, DE",
        "12,000 kg, 48 m3 (assumed), dry cargo",
    ]
    assert head[2].startswith("network toy 1, factors default-2026")
    assert head[3].startswith(f"{len(frontier.itineraries)} itineraries (the complete")


def test_what_limits_a_shipment_is_said(
    shipment: gr.Shipment, basis: report.Basis
) -> None:
    limited = replace(
        shipment,
        volume_m3=50.0,
        ready_at=datetime(2026, 12, 1, 8),  # noqa: DTZ001 - local to the place
        due_at=datetime(2027, 3, 1),  # noqa: DTZ001 - local to the place
        max_cost_usd=9000.0,
        max_wtw_kg_co2e=5000.0,
    )
    via, avoid = ("NLRTM",), ("air",)
    frontier = gr.route(limited, basis.network, basis.rates, via=via, avoid=avoid)
    lines = page(frontier, replace(basis, via=via, avoid=avoid), width=200).splitlines()

    assert lines[1] == (
        "12,000 kg, 50 m3, dry cargo, ready 2026-12-01T08:00, due 2027-03-01T00:00, at most "
        "9,000 USD, at most 5,000 kg CO2e, via NLRTM, without air"
    )


def test_every_pick_is_told_leg_by_leg_and_once(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    text = page(frontier, basis)

    for key, names in frontier.pick_names().items():
        assert text.count(f"[{key}]") == 1
        assert f"{', '.join(names)}: " in text
    for leg in (leg for key in frontier.pick_names() for leg in frontier[key].legs):
        assert leg.factor_id in text.replace("\n  ", " ")


def test_a_leg_shows_its_numbers(frontier: gr.Frontier, basis: report.Basis) -> None:
    [sea, *_] = [
        line for line in page(frontier, basis).splitlines() if "  sea  " in line
    ]
    leg = next(i for i in frontier.itineraries[0].legs if i.mode == "sea" and i.lane)

    assert "Yantian → Rotterdam" in sea
    for number in ("18,500", f"{leg.cost_usd:,.0f}", f"{leg.wtw_kg_co2e:,.0f}"):
        assert number in sea


def test_hubs_without_values_are_marked_and_explained(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    text = page(frontier, basis)

    assert "– not included" in text
    assert "nobody publishes open emission values for 2 to 6 of the hub operations" in (
        " ".join(text.split())
    )


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_a_page_fits_its_width(
    frontier: gr.Frontier, basis: report.Basis, width: int
) -> None:
    assert max(map(len, page(frontier, basis, width=width).splitlines())) <= width


def test_a_selection_says_how_to_see_the_rest(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    part = " ".join(page(frontier, basis, count=4).split())

    assert f"Listed: 4 of {len(frontier.itineraries)} itineraries" in part
    assert "--all lists all" in part
    assert "Listed:" not in page(frontier, basis)


def test_names_are_no_markup(frontier: gr.Frontier, basis: report.Basis) -> None:
    first, *rest = frontier.itineraries
    legs = tuple(replace(leg, origin_name="[bold]A[/]") for leg in first.legs)
    odd = replace(frontier, itineraries=(replace(first, legs=legs), *rest))

    assert "[bold]A[/]" in page(odd, basis)


def test_attributions_are_named(frontier: gr.Frontier, basis: report.Basis) -> None:
    source = replace(basis.network.sources[0], attribution="© Somebody")
    network = replace(basis.network, sources=(source,))

    assert "Data: © Somebody" in page(frontier, replace(basis, network=network))


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, ">99.9%"),
        (0.9995, ">99.9%"),
        (0.99899, "99.8%"),
        (0.94999, "94.9%"),
        (0.5, "50.0%"),
        (0.0004, "<0.1%"),
        (0.0, "0.0%"),
    ],
)
def test_what_is_nearly_certain_does_not_read_as_certain(
    frontier: gr.Frontier, basis: report.Basis, probability: float, words: str
) -> None:
    likely = tuple(
        replace(one, on_time_probability=probability) for one in frontier.itineraries
    )
    text = page(replace(frontier, itineraries=likely), basis, width=200)

    assert f"in time with {words}  [" in text
    assert "100%" not in text


def test_a_pick_says_within_what_half_and_nearly_all_arrive(
    frontier: gr.Frontier, basis: report.Basis
) -> None:
    timed = tuple(
        replace(one, transit_p50_h=240.0, transit_p95_h=hours)
        for one, hours in zip(
            frontier.itineraries,
            [float("inf")] + [360.0] * len(frontier.itineraries),
            strict=False,
        )
    )
    text = page(replace(frontier, itineraries=timed), basis, width=200)

    assert "50 % within 10.0, 95 % within 15.0 days" in text
    assert "50 % within 10.0, 95 % within – days" in text
