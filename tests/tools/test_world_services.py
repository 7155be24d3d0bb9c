import numpy as np
import pytest

from tools.world.feeders import FeederClass, FeederPlan, feeder_lanes, relay_lanes
from tools.world.sea import SeaDistances
from tools.world.services import (
    SeaTable,
    Service,
    ServiceKind,
    VesselClass,
    longest_ride_h,
    ride_hours,
    sea_lane,
    service_lanes,
)

BIG = VesselClass(toc="big", capacity_t=1000.0, sails_kiel_canal=False)
SMALL = VesselClass(toc="small", capacity_t=100.0, sails_kiel_canal=True)
# 10 kn x 1.852 km/nm
TEN_KNOTS_KMH = 18.52


def table_of_line(*stops: tuple[str, float]) -> SeaTable:
    """Return distances of ports on a straight coast, told by their km along it."""
    km = np.array([at for _, at in stops])
    return SeaTable(
        row={port: row for row, (port, _) in enumerate(stops)},
        distances=SeaDistances(
            km=np.abs(km[:, None] - km),
            masks=np.zeros((len(stops), len(stops)), dtype=np.int64),
            gates=(),
        ),
        delay_h={},
    )


def service_of(calls: str, kind: ServiceKind = ServiceKind.REGIONAL) -> Service:
    return Service(
        id="loop",
        kind=kind,
        toc="big",
        departures_per_week=1.0,
        speed_kn=10.0,
        port_stay_h=10.0,
        calls=tuple(calls.split()),
    )


def rides(
    service: Service, table: SeaTable, barred: frozenset[tuple[str, str]] = frozenset()
) -> set[str]:
    lanes = service_lanes(service, table, BIG, barred)
    return {str(lane["id"]).split(":")[2] for lane in lanes}


def test_a_ride_takes_the_legs_and_the_stays_between() -> None:
    hours = ride_hours(["A", "B", "C"], [1.0, 2.0, 4.0], 10.0)

    assert hours["A", "B"] == 1.0
    assert hours["A", "C"] == 13.0  # 1 + stay 10 + 2
    assert hours["C", "B"] == 15.0  # 4 + stay 10 + 1
    assert len(hours) == 6


def test_of_two_calls_at_a_port_the_quicker_ride_counts() -> None:
    # A -1-> B -2-> A -4-> C -8-> A: the second call at A is next to C.
    hours = ride_hours(["A", "B", "A", "C"], [1.0, 2.0, 4.0, 8.0], 10.0)

    assert hours["A", "C"] == 4.0
    assert hours["B", "C"] == 16.0  # 2 + stay 10 + 4
    assert ("A", "A") not in hours


def test_a_passage_on_the_way_takes_its_time() -> None:
    table = SeaTable(
        row={"AAAAA": 0, "BBBBB": 1},
        distances=SeaDistances(
            km=np.array([[0.0, 1852.0], [1852.0, 0.0]]),
            masks=np.array([[0, 2], [2, 0]]),
            gates=("panama", "suez"),
        ),
        delay_h={"suez": 12.0},
    )

    assert table.passages("AAAAA", "BBBBB") == ("suez",)
    assert table.sailing_h("AAAAA", "BBBBB", 10.0) == pytest.approx(112.0)


def test_cargo_does_not_ride_far_round() -> None:
    table = table_of_line(("AAAAA", 0.0), ("BBBBB", 1000.0), ("CCCCC", 10000.0))

    found = rides(service_of("AAAAA BBBBB CCCCC"), table)

    # BBBBB-AAAAA would sail 19,000 km for 1,000 km.
    assert found == {
        "AAAAA-BBBBB",
        "AAAAA-CCCCC",
        "BBBBB-CCCCC",
        "CCCCC-AAAAA",
        "CCCCC-BBBBB",
    }


def test_the_calls_on_the_way_weigh_less_on_a_long_one() -> None:
    assert longest_ride_h(2.0) == 12.0  # 6 x 2
    assert longest_ride_h(100.0) == 196.0  # 1.6 x 100 + 36


def test_no_ride_between_ports_of_one_country_unless_the_service_is_domestic() -> None:
    table = table_of_line(("AAONE", 0.0), ("AATWO", 1000.0), ("BBONE", 2000.0))
    calls = "AAONE AATWO BBONE"

    assert "AAONE-AATWO" not in rides(service_of(calls), table)
    assert "AAONE-AATWO" in rides(service_of(calls, ServiceKind.DOMESTIC), table)


def test_a_domestic_service_is_domestic_at_home_only() -> None:
    table = table_of_line(("AAONE", 0.0), ("BBONE", 1000.0), ("BBTWO", 2000.0))
    service = service_of("AAONE BBONE BBTWO", ServiceKind.DOMESTIC)

    assert "BBONE-BBTWO" not in rides(service, table)


def test_no_ride_between_markets_that_do_not_trade() -> None:
    table = table_of_line(("AAAAA", 0.0), ("BBBBB", 1000.0), ("CCCCC", 2000.0))

    found = rides(service_of("AAAAA BBBBB CCCCC"), table, frozenset({("AA", "BB")}))

    assert "AAAAA-BBBBB" not in found
    assert "AAAAA-CCCCC" in found


def test_a_mainline_ship_leaves_short_ways_to_others() -> None:
    table = table_of_line(("AAAAA", 0.0), ("BBBBB", 499.0), ("CCCCC", 5000.0))
    calls = "AAAAA BBBBB CCCCC"

    assert "AAAAA-BBBBB" not in rides(service_of(calls, ServiceKind.MAINLINE), table)
    assert "AAAAA-BBBBB" in rides(service_of(calls), table)


def test_a_lane_names_its_distance_and_its_time() -> None:
    table = table_of_line(("AAAAA", 0.0), ("BBBBB", 1852.0))

    lane = service_lanes(service_of("AAAAA BBBBB"), table, BIG, frozenset())[0]

    assert lane["id"] == "sea:loop:AAAAA-BBBBB"
    assert lane["origin"] == "port:AAAAA"
    assert lane["distance_km"] == 1852.0
    assert lane["transit_h"] == 100.0  # 1,000 nm at 10 kn
    assert lane["speed_kmh"] == TEN_KNOTS_KMH
    assert lane["capacity_t_per_departure"] == 1000.0


def test_a_ship_faster_than_any_is_refused() -> None:
    with pytest.raises(ValueError, match=r"loop AAAAA-BBBBB takes 10\.0 h for 1000 km"):
        sea_lane(
            service_id="loop",
            pair=("AAAAA", "BBBBB"),
            toc="big",
            distance_km=1000.0,
            transit_h=10.0,
            departures_per_week=1.0,
            capacity_t=1.0,
            passages=(),
            speed_kn=54.0,
        )


def plan_of(
    table: SeaTable,
    tiers: dict[str, int],
    barred: frozenset[tuple[str, str]] = frozenset(),
) -> FeederPlan:
    feeder = FeederClass(
        toc="small", departures_per_week=1.0, speed_kn=10.0, calls_h=5.0
    )
    return FeederPlan(
        table=table,
        tiers=tiers,
        classes={3: feeder, 4: feeder},
        vessels={"small": SMALL},
        barred=barred,
    )


def fed(lanes: list[dict[str, object]]) -> set[str]:
    return {str(lane["id"]).removeprefix("sea:feeder:") for lane in lanes}


def test_a_port_is_fed_by_its_nearest_hubs_and_one_main_hub() -> None:
    stops = ("AAAAA", 0.0), ("BBBBB", 100.0), ("CCCCC", 200.0), ("DDDDD", 900.0)
    plan = plan_of(
        table_of_line(*stops), {"AAAAA": 4, "BBBBB": 2, "CCCCC": 2, "DDDDD": 1}
    )

    assert fed(feeder_lanes(["AAAAA"], plan)) == {
        "AAAAA-BBBBB",
        "BBBBB-AAAAA",
        "AAAAA-CCCCC",
        "CCCCC-AAAAA",
        "AAAAA-DDDDD",
        "DDDDD-AAAAA",
    }


def test_a_hub_next_door_is_no_feeder_hub() -> None:
    stops = ("AAAAA", 0.0), ("BBBBB", 59.0), ("CCCCC", 200.0)
    plan = plan_of(table_of_line(*stops), {"AAAAA": 4, "BBBBB": 1, "CCCCC": 1})

    assert fed(feeder_lanes(["AAAAA"], plan)) == {"AAAAA-CCCCC", "CCCCC-AAAAA"}


def test_american_ports_are_fed_from_abroad() -> None:
    stops = ("USAAA", 0.0), ("USBBB", 100.0), ("MXCCC", 500.0)
    plan = plan_of(table_of_line(*stops), {"USAAA": 4, "USBBB": 1, "MXCCC": 1})

    assert fed(feeder_lanes(["USAAA"], plan)) == {"USAAA-MXCCC", "MXCCC-USAAA"}


def test_a_feeder_takes_its_calls_on_the_way() -> None:
    plan = plan_of(
        table_of_line(("AAAAA", 0.0), ("BBBBB", 185.2)), {"AAAAA": 3, "BBBBB": 1}
    )

    lanes = feeder_lanes(["AAAAA"], plan)

    assert [lane["transit_h"] for lane in lanes] == [15.0, 15.0]  # 100 nm, 10 kn, 5 h


def test_a_relay_is_added_only_where_no_service_is() -> None:
    stops = ("AAAAA", 0.0), ("BBBBB", 100.0)
    plan = plan_of(table_of_line(*stops), {"AAAAA": 2, "BBBBB": 1})

    lanes = relay_lanes(["AAAAA", "BBBBB"], {("AAAAA", "BBBBB")}, plan)

    assert fed(lanes) == {"BBBBB-AAAAA"}
