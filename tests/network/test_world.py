"""The world network that ships with greenroute."""

import csv
from pathlib import Path

import numpy as np
import pytest

import greenroute as gr
from greenroute import report
from greenroute.network.distance import sea_distance_km
from greenroute.units import KM_PER_NM

REFERENCE = Path(__file__).parents[2] / "tools/world/inputs/sea_distance_reference.csv"


@pytest.fixture(scope="module")
def world() -> gr.Network:
    return gr.read_network()


@pytest.mark.slow
def test_it_is_sound(world: gr.Network) -> None:
    found = report.check_with_rates(world, gr.read_rates(), world_wide=True)

    assert [f"{f.name}: {f.detail}" for f in found.findings if not f.passed] == []


def test_distances_at_sea_agree_with_published_ones(world: gr.Network) -> None:
    with REFERENCE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert world.seaway is not None
    ends = [
        np.array([(float(r[f"{end}_lat"]), float(r[f"{end}_lon"])) for r in rows])
        for end in ("from", "to")
    ]
    reference_nm = np.array([float(row["reference_nm"]) for row in rows])
    nm = sea_distance_km(world.seaway, *ends) / KM_PER_NM

    # Figures of distance tables; 1.55 % is what the sea network was measured to have.
    assert len(rows) == 25
    assert np.abs(nm / reference_nm - 1).mean() <= 0.016


@pytest.mark.parametrize(
    ("origin", "destination", "closed", "reference_nm"),
    [
        # Regression values of the sea network (docs/network.md); Hormuz cuts the Gulf off.
        ("CNSHA", "NLRTM", "suez", 13_481),
        ("CNSHA", "USNYC", "panama", 12_376),
        ("SGSIN", "NLRTM", "malacca", 9_108),
        ("AEJEA", "NLRTM", "bab_el_mandeb", 11_067),
        ("SGSIN", "DEHAM", "dover", 9_186),
        ("AEJEA", "NLRTM", "hormuz", np.nan),
    ],
)
def test_a_closed_passage_makes_the_known_detour(
    world: gr.Network, origin: str, destination: str, closed: str, reference_nm: float
) -> None:
    km = world.distance_km([origin], [destination], mode="sea", closed=(closed,))

    assert km / KM_PER_NM == pytest.approx([reference_nm], rel=0.01, nan_ok=True)
    assert np.isfinite(world.distance_km([origin], [destination], mode="sea")).all()


def test_lanes_through_a_closed_passage_take_longer_or_are_gone(
    world: gr.Network,
) -> None:
    closed = world.close(["suez"])
    before = dict(
        zip(world.lanes.id.to_pylist(), world.lanes.distance_km.tolist(), strict=True)
    )
    after = dict(
        zip(closed.lanes.id.to_pylist(), closed.lanes.distance_km.tolist(), strict=True)
    )
    longer = [key for key, km in after.items() if km > before[key] + 1]

    assert len(longer) > 500
    assert all(km >= before[key] - 1e-6 for key, km in after.items())
    assert "suez" not in {
        gate
        for row in range(len(closed.lanes))
        for gate in closed.lanes.passages[row].split(";")
    }


@pytest.mark.parametrize(
    ("text", "name", "iso2"),
    [
        ("CNSZX", "Shenzhen", "CN"),
        ("DEFRA", "Frankfurt am Main", "DE"),
        ("IATA:PVG", "Shanghai Pudong International Airport", "CN"),
        ("NA", "Windhoek", "NA"),  # Namibia is no missing value
        ("Lyon, FR", "Lyon", "FR"),
        ("-33.92,18.42", "-33.92,18.42", "ZA"),
    ],
)
def test_places_of_the_world_are_found(
    world: gr.Network, text: str, name: str, iso2: str
) -> None:
    place = world.find_place(text)

    assert (place.name, place.iso2) == (name, iso2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CNSHX", "CNSHA (Shanghai)"),
        ("Frankfrt, DE", "city:de-frankfurt-am-main (Frankfurt am Main)"),
        ("UK", "GB (United Kingdom)"),
        ("Rotterdm", "city:nl-rotterdam (Rotterdam)"),
    ],
)
def test_nearest_matches_are_what_was_meant(
    world: gr.Network, text: str, words: str
) -> None:
    with pytest.raises(gr.UnknownPlaceError) as caught:
        world.find_place(text)

    assert words in str(caught.value)
