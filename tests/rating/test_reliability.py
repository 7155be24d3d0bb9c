"""When itineraries arrive, against simulation and against sums worked out by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.departure import sort_departures
from greenroute.network.schedule import Entries, on_departures
from greenroute.rating.reliability import ArrivalTimes, arrival_times
from greenroute.rating.waiting import NO_DEPARTURES, Z95, StepRating, step_times

RUNS = 100_000
#: Typical hours, 95 % ratio, headway, dated lane.
Step = tuple[float, float, float, int]
DOOR = (10.0, 1.3, 0.0, NO_DEPARTURES)
LOAD = (12.0, 2.0, 0.0, NO_DEPARTURES)


def times_of(
    paths: list[list[Step]],
    *,
    departures: Entries | None = None,
    runs: tuple[bool, ...] = (),
) -> ArrivalTimes:
    rows = np.array([step for path in paths for step in path], dtype=np.float64)
    typical_h, ratio, headway_h, lane = rows.reshape(-1, 4).T
    steps = step_times(
        np.repeat(np.arange(len(paths)), [len(path) for path in paths]),
        StepRating(
            typical_h=typical_h,
            p95_h=typical_h * ratio,
            is_run=np.array(runs) if runs else np.ones(len(rows), dtype=np.bool_),
            headway_h=headway_h,
            cutoff_h=np.zeros(len(rows)),
        ),
        lane=lane.astype(np.int64),
    )
    return arrival_times(steps, len(paths), departures=departures)


def timetable(*lanes: tuple[list[int], int, int]) -> Entries:
    """Return departures [h], cut-off before them [h] and running time [h] by lane."""
    lane = np.repeat(np.arange(len(lanes)), [len(hours) for hours, _, _ in lanes])
    departs = np.array([h * 60 for hours, _, _ in lanes for h in hours])
    before = np.array([lanes[i][1] * 60 for i in lane])
    run = np.array([lanes[i][2] * 60 for i in lane])
    return on_departures(
        sort_departures(
            lane,
            departs,
            departs + run,
            cut_off=departs - before,
            capacity_t=np.full(len(lane), np.nan),
            n_lanes=len(lanes),
        )
    )


def simulated(
    path: list[Step],
    rng: np.random.Generator,
    lanes: tuple[tuple[list[int], int, int], ...] = (),
    *,
    least: float = 0.9,
) -> NDArray[np.float64]:
    """Return arrivals of random runs, by the words of the documentation alone."""
    clock = np.zeros(RUNS)
    for typical, ratio, headway, lane in path:
        scale = typical * (1 - least)
        sigma = np.log((ratio - least) / (1 - least)) / 1.6448536
        if lane >= 0:
            hours, before, run = lanes[lane]
            late = np.exp(sigma * rng.standard_normal(RUNS)) - 1
            leaves = np.full(RUNS, np.inf)
            for hour in reversed(hours):
                leaves = np.where(clock <= hour - before, hour, leaves)
            clock = leaves + run + scale * late
        else:
            clock = clock + headway * rng.random(RUNS) + least * typical
            clock = clock + scale * np.exp(sigma * rng.standard_normal(RUNS))
    return clock


@pytest.mark.parametrize(
    "path",
    [
        [(600.0, 1.3, 0.0, -1)],
        [(13.0, 2.0, 24.0, -1)],
        [
            LOAD,
            (620.0, 1.3, 84.0, -1),
            (24.0, 3.0, 0.0, -1),
            (44.0, 1.5, 56.0, -1),
            DOOR,
        ],
        [(2.0, 1.3, 0.0, -1)] * 15,
        [(100.0, 1.6, 168.0, -1), (1.0, 2.0, 24.0, -1)],
    ],
)
def test_simulation_gives_the_same_p50_and_p95(path: list[Step]) -> None:
    runs = simulated(path, np.random.default_rng(1))
    found = times_of([path])

    assert found.quantile_h(0.5)[0] == pytest.approx(np.quantile(runs, 0.5), rel=0.01)
    assert found.quantile_h(0.95)[0] == pytest.approx(np.quantile(runs, 0.95), rel=0.01)


def test_simulation_gives_the_same_with_missed_connections() -> None:
    weekly = ([0, 168, 336, 504, 672, 840, 1008, 1176], 24, 300)
    lanes = (weekly, ([h + 60 for h in range(0, 1400, 84)], 6, 40))
    path = [LOAD, (300.0, 1.3, 0.0, 0), (24.0, 3.0, 0.0, -1), (40.0, 1.5, 0.0, 1), DOOR]
    runs = simulated(path, np.random.default_rng(2), lanes)
    found = times_of([path], departures=timetable(*lanes))

    assert found.quantile_h(0.5)[0] == pytest.approx(np.quantile(runs, 0.5), rel=0.01)
    assert found.quantile_h(0.95)[0] == pytest.approx(np.quantile(runs, 0.95), rel=0.01)
    # 12 h to the ship of hour 168 (cut-off 144): usually there at 468, through at 492;
    # the next train closes at 60 + 6 x 84 - 6 = 558.
    on_time = float((runs <= 700).mean())

    assert found.probability(np.array([700.0]))[0] == pytest.approx(on_time, abs=0.01)
    assert 0.5 < found.kept[0] < 1


def test_a_missed_ship_means_the_next_one() -> None:
    # Goods are there after an even wait of up to 10 h; ships close at 4 and at 50 and take
    # 20 h: four in ten catch the first one.
    path = [(0.0, 1.0, 10.0, NO_DEPARTURES), (20.0, 1.0, 0.0, 0)]
    found = times_of([path], departures=timetable(([4, 50], 0, 20)))

    assert found.probability(np.array([24.0]))[0] == pytest.approx(0.4, abs=0.003)
    assert found.probability(np.array([69.9]))[0] == pytest.approx(0.4, abs=0.003)
    assert found.probability(np.array([70.0]))[0] == pytest.approx(1.0, abs=0.003)
    assert found.quantile_h(0.35)[0] == pytest.approx(24, abs=0.01)
    assert found.quantile_h(0.95)[0] == pytest.approx(70, abs=0.01)
    # Usually the wait is 5 h, so that the second ship is the one that is planned.
    assert found.kept[0] == pytest.approx(1.0, abs=0.003)


def test_who_finds_no_departure_never_arrives() -> None:
    path = [(0.0, 1.0, 10.0, NO_DEPARTURES), (20.0, 1.0, 0.0, 0)]
    found = times_of([path], departures=timetable(([4], 0, 20)))

    assert found.probability(np.array([1e6]))[0] == pytest.approx(0.4, abs=0.003)
    assert found.quantile_h(0.35)[0] == pytest.approx(24, abs=0.01)
    assert found.quantile_h(0.5)[0] == np.inf


def test_certain_times_are_exact_to_the_minute() -> None:
    # 3 h of loading reach the cut-off of hour 3 and not that of hour 2.
    path = [(3.0, 1.0, 0.0, NO_DEPARTURES), (20.0, 1.0, 0.0, 0)]
    found = times_of([path], departures=timetable(([2, 3, 9], 0, 20)))

    assert found.quantile_h(0.5)[0] == pytest.approx(23, abs=1e-4)
    assert found.quantile_h(0.95)[0] == pytest.approx(23, abs=1e-4)
    assert found.kept[0] == 1


def test_one_step_keeps_its_stated_time_in_half_and_its_p95_in_95_of_100_runs() -> None:
    found = times_of(
        [[(100.0, 1.3, 0.0, -1)], [(12.0, 3.0, 0.0, -1)]], runs=(True, False)
    )

    assert found.quantile_h(0.5) == pytest.approx([100, 12], rel=0.002)
    assert found.quantile_h(0.95) == pytest.approx([130, 36], rel=0.005)
    # A run takes 0.9 of its time at the least, an operation half of it.
    assert found.probability(np.array([90.0, 6.0])) == pytest.approx([0, 0], abs=0.001)


def test_an_even_wait_is_even() -> None:
    found = times_of([[(5.0, 1.0, 168.0, -1)]])

    # 5 h and a share of the week: 5 + 0.25 x 168 = 47.
    assert found.quantile_h(0.25)[0] == pytest.approx(47, abs=0.5)
    assert found.quantile_h(0.95)[0] == pytest.approx(5 + 0.95 * 168, abs=0.5)


def test_itineraries_do_not_depend_on_their_neighbours() -> None:
    lanes = (([100, 200, 300, 400], 0, 50), (list(range(0, 900, 7)), 0, 50))
    paths = [
        [LOAD, (50.0, 1.3, 0.0, 0), DOOR],
        [DOOR],
        [LOAD, (50.0, 2.0, 0.0, 1), LOAD, (50.0, 2.0, 0.0, 1)],
    ]
    departures = timetable(*lanes)
    together = times_of(paths, departures=departures)
    alone = [times_of([path], departures=departures) for path in paths]

    for share in (0.05, 0.5, 0.95):
        expected = [float(one.quantile_h(share)[0]) for one in alone]

        assert together.quantile_h(share) == pytest.approx(expected, rel=1e-9)
    assert together.kept == pytest.approx([float(one.kept[0]) for one in alone])


def test_more_itineraries_than_one_batch_stay_in_order() -> None:
    hours = np.linspace(1, 100, 2500)
    found = times_of([[(float(h), 1.0, 0.0, -1)] for h in hours])

    assert found.quantile_h(0.5) == pytest.approx(hours, rel=1e-6)


def test_no_itinerary_has_no_times() -> None:
    nothing = times_of([])

    assert nothing.quantile_h(0.5).shape == (0,)
    assert nothing.kept.shape == (0,)


def test_a_p95_below_the_typical_time_is_an_error() -> None:
    with pytest.raises(
        DataError, match="95 of 100 keep 9 h of a time that is typically 10 h"
    ):
        times_of([[(10.0, 0.9, 0.0, -1)]])


def test_the_quantile_of_the_normal_distribution_is_known() -> None:
    # NIST/SEMATECH e-Handbook, 1.3.6.7.1: 1.645 at 0.95.
    assert pytest.approx(1.645, abs=5e-4) == Z95
