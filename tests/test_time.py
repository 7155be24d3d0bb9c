"""The worked examples of docs/time.md, recomputed."""

from pathlib import Path

import numpy as np
import pytest

from folders import network_folder
from greenroute.network.calendar import (
    DESKS,
    Desk,
    opening_entries,
    read_opening_hours,
)
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.network.schedule import (
    Entries,
    always,
    compose,
    on_departures,
    through_at,
    weekly_departures,
)
from greenroute.rating.reliability import arrival_times
from greenroute.rating.waiting import NO_DEPARTURES, StepRating, step_times

PAGE = (Path(__file__).parents[1] / "docs" / "time.md").read_text(encoding="utf-8")
TABLES = {
    "nodes": """
        id,kind,name,iso2,lat,lon
        CNSHA,seaport,Shanghai,CN,31.2,121.5
        NLRTM,seaport,Rotterdam,NL,51.9,4.1
        """,
    "lanes": """
        id,origin,destination,mode,toc,distance_km,transit_h,departs_on,cut_off_h
        sea,CNSHA,NLRTM,sea,sea-container-8000,19000,620,thu 08:00,36
        """,
}


def minute(text: str) -> int:
    return int(np.datetime64(text, "m").astype(np.int64))


def after(steps: Entries, minutes: int) -> str:
    return str(np.datetime64(int(through_at(steps, np.array([minutes]))[0]), "m"))


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return read_network(network_folder(tmp_path, **TABLES))


@pytest.fixture
def ship(network: Network) -> Entries:
    weekly = weekly_departures(
        network.lanes,
        network.gateways,
        since=minute("2026-12-01"),
        until=minute("2027-02-01"),
    )
    return on_departures(weekly)


@pytest.fixture
def customs(network: Network) -> Entries:
    return opening_entries(
        network.gateways,
        network.lanes.destination.astype(np.int64),
        np.array([24 * 60]),
        desk=np.array([DESKS.index(Desk.CUSTOMS)], dtype=np.int8),
        hours=read_opening_hours(),
        period=(minute("2026-12-01"), minute("2027-02-01")),
    )


def test_the_worked_example_is_what_the_page_says(
    ship: Entries, customs: Entries
) -> None:
    ready = minute("2026-12-01T01:00")
    loading = always(np.array([12 * 60]))
    loaded = after(loading, ready)
    sailed = compose(loading, ship)
    arrived = after(sailed, ready)
    cleared = after(compose(sailed, customs), ready)
    cut_offs = [str(np.datetime64(int(m), "m")) for m in ship.ready_by[:2]]
    opens = str(
        np.datetime64(int(customs.earliest[customs.earliest > minute(arrived)][0]), "m")
    )
    leaves = str(np.datetime64(int(ship.earliest[1]), "m"))

    assert cut_offs[0] < loaded < cut_offs[1]
    for what, when in [
        ("| ready |", "2026-12-01T01:00"),
        ("| loaded, 12 h later |", loaded),
        ("| cut-off of Thursday's ship: an hour ago |", cut_offs[0]),
        ("| the next ship leaves |", leaves),
        ("| it arrives 620 h later |", arrived),
        ("| customs opens |", opens),
        ("| cleared, 24 h later |", cleared),
    ]:
        line = next(line for line in PAGE.splitlines() if line.startswith(what))

        assert line.endswith(f"| {when} |")


def test_an_hour_less_of_loading_is_a_week(ship: Entries) -> None:
    ready = minute("2026-12-01T01:00")
    arrivals = [
        through_at(compose(always(np.array([hours * 60])), ship), np.array([ready]))[0]
        for hours in (11, 12)
    ]

    assert arrivals[1] - arrivals[0] == 7 * 24 * 60


def test_the_reliability_of_a_run_is_what_the_page_says() -> None:
    steps = step_times(
        np.array([0]),
        StepRating(
            typical_h=np.array([100.0]),
            p95_h=np.array([130.0]),
            is_run=np.array([True]),
            headway_h=np.array([0.0]),
            cutoff_h=np.array([0.0]),
        ),
        lane=np.array([NO_DEPARTURES]),
    )
    within = arrival_times(steps, 1).probability(np.array([110.0]))[0]

    assert f"= {steps.sigma[0]:.3f}$" in PAGE
    assert within == pytest.approx(0.794, abs=0.002)
    assert r"\Phi(\ln(20/10)/0.843) = 0.794" in PAGE
