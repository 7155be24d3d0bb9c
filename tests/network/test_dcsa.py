"""Carrier schedules by DCSA Commercial Schedules 1.0; the answers are our own."""

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from greenroute.errors import DataError, UnknownPlaceError
from greenroute.network.dcsa import Imported, read_dcsa
from greenroute.network.network import Network
from networks import network_of

NETWORK = """
    sea:CNSHA -sea 20000km 720h-> sea:SGSIN
    sea:SGSIN -sea 15000km 500h 800t-> sea:NLRTM
    sea:CNSHA -sea 19000km 700h-> sea:NLRTM
    sea:NLRTM -inland_waterway 500km 40h-> DEDUI
    sea:CNSHA: kind=seaport locode=CNSHA iso2=CN
    sea:SGSIN: kind=seaport locode=SGSIN iso2=SG
    sea:NLRTM: kind=seaport locode=NLRTM iso2=NL
    DEDUI: kind=river_port
    city:CNSHA: kind=city locode=CNSHA iso2=CN
    city:CNSHA -road 40km 1h-> sea:CNSHA
"""


def place(code: str, time: str) -> dict[str, Any]:
    return {
        "facilityTypeCode": "POTE",
        "location": {"locationName": code, "UNLocationCode": code},
        "dateTime": time,
    }


def leg(mode: str, origin: str, departs: str, destination: str, arrives: str) -> Any:  # noqa: ANN401 - JSON
    return {
        "sequenceNumber": 1,
        "transport": {"modeOfTransport": mode},
        "departure": place(origin, departs),
        "arrival": place(destination, arrives),
    }


ROUTE: dict[str, Any] = {
    "placeOfReceipt": place("CNSHA", "2026-12-01T00:00:00+08:00"),
    "placeOfDelivery": place("DEDUI", "2027-01-20T00:00:00+01:00"),
    "cutOffTimes": [
        {"cutOffDateTimeCode": "DCO", "cutOffDateTime": "2026-11-29T09:00:00+08:00"},
        {"cutOffDateTimeCode": "FCO", "cutOffDateTime": "2026-11-30T09:00:00+08:00"},
    ],
    "solutionNumber": 1,
    "transitTime": 50,
    "legs": [
        leg(
            "VESSEL",
            "CNSHA",
            "2026-12-01T08:00:00+08:00",
            "SGSIN",
            "2026-12-08T08:00:00+08:00",
        ),
        leg(
            "VESSEL",
            "SGSIN",
            "2026-12-10T08:00:00+08:00",
            "NLRTM",
            "2027-01-10T08:00:00+01:00",
        ),
        leg(
            "BARGE",
            "NLRTM",
            "2027-01-12T08:00:00+01:00",
            "DEDUI",
            "2027-01-13T20:00:00+01:00",
        ),
        leg(
            "RAIL_TRUCK",
            "DEDUI",
            "2027-01-14T08:00:00+01:00",
            "NLRTM",
            "2027-01-15T08:00:00+01:00",
        ),
    ],
}


def call(
    code: str, *stamps: tuple[str, str, str], cargo: bool = True
) -> dict[str, Any]:
    return {
        "transportCallReference": code,
        "carrierImportVoyageNumber": "2103N",
        "isCargoOperationalCall": cargo,
        "location": {"UNLocationCode": code},
        "timestamps": [
            {"eventTypeCode": event, "eventClassifierCode": kind, "eventDateTime": time}
            for event, kind, time in stamps
        ],
    }


SERVICE: dict[str, Any] = {
    "carrierServiceName": "Lion",
    "carrierServiceCode": "FE1",
    "vesselSchedules": [
        {
            "isDummyVessel": True,
            "transportCalls": [
                call("CNSHA", ("DEPA", "PLN", "2026-12-01T08:00:00+08:00")),
                call(
                    "SGSIN",
                    ("ARRI", "EST", "2026-12-08T20:00:00+08:00"),
                    ("ARRI", "PLN", "2026-12-08T08:00:00+08:00"),
                    ("DEPA", "PLN", "2026-12-09T08:00:00+08:00"),
                ),
                call(
                    "EGSUZ", ("ARRI", "PLN", "2026-12-25T08:00:00+02:00"), cargo=False
                ),
                call("NLRTM", ("ARRI", "PLN", "2027-01-09T08:00:00+01:00")),
            ],
        }
    ],
}


@pytest.fixture
def network() -> Network:
    return network_of(NETWORK)


def imported(folder: Path, network: Network, *answer: Any) -> Imported:  # noqa: ANN401 - JSON
    path = folder / "answer.json"
    path.write_text(json.dumps(answer), encoding="utf-8")
    return read_dcsa(path, network)


def minutes(*texts: str) -> list[int]:
    return [int(np.datetime64(text, "m").astype(np.int64)) for text in texts]


def test_legs_of_a_route_become_departures(tmp_path: Path, network: Network) -> None:
    found = imported(tmp_path, network, ROUTE, ROUTE)
    departures = found.departures

    assert found.lanes == 3
    assert departures.lane.tolist() == [0, 1, 3]
    assert departures.departs.tolist() == minutes(
        "2026-12-01T00:00", "2026-12-10T00:00", "2027-01-12T07:00"
    )
    assert departures.arrives[2] == minutes("2027-01-13T19:00")[0]
    # The cut-off of the route is of its first leg, and not that for documents.
    assert departures.cut_off.tolist() == minutes(
        "2026-11-30T01:00", "2026-12-10T00:00", "2027-01-12T07:00"
    )
    assert departures.capacity_t[1] == 800


def test_what_no_lane_stands_for_is_told(tmp_path: Path, network: Network) -> None:
    found = imported(tmp_path, network, ROUTE)

    assert found.without_lane == ("RAIL_TRUCK DEDUI-NLRTM",)


def test_a_ship_gives_a_run_for_each_pair_of_calls(
    tmp_path: Path, network: Network
) -> None:
    found = imported(tmp_path, network, SERVICE)

    assert found.departures.lane.tolist() == [0, 1, 2]
    # The estimate counts before the plan; the canal is no call.
    assert found.departures.arrives.tolist() == minutes(
        "2026-12-08T12:00", "2027-01-09T07:00", "2027-01-09T07:00"
    )
    assert found.without_lane == ()


def changed(path: str, value: object) -> dict[str, Any]:
    route = copy.deepcopy(ROUTE)
    *keys, last = path.split(".")
    item: Any = route
    for key in keys:
        item = item[int(key)] if key.isdigit() else item[key]
    item[last] = value
    return route


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            "legs.0.arrival.dateTime",
            "2026-11-01T00:00:00Z",
            "it arrives before it departs",
        ),
        ("cutOffTimes.1.cutOffDateTime", "2026-12-02T00:00:00Z", "cut-off is after"),
        ("legs.1.departure.dateTime", "2026-12-10T08:00:00", "a time with an offset"),
        ("legs.1.departure.dateTime", "soon", "dateTime is 'soon', expected ISO 8601"),
        ("legs.1.departure.dateTime", None, "dateTime is None, expected ISO 8601"),
        ("legs.0.transport", {}, "there is no transport.modeOfTransport"),
        (
            "legs.0.transport.modeOfTransport",
            "SHIP",
            "is 'SHIP', expected one of VESSEL",
        ),
        ("legs.2.arrival.location", {}, "there is no arrival.location.UNLocationCode"),
        ("legs", None, "neither legs nor vesselSchedules"),
    ],
)
def test_what_is_wrong_with_a_route_is_named(
    tmp_path: Path, network: Network, path: str, value: object, message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        imported(tmp_path, network, changed(path, value))

    assert f"{tmp_path / 'answer.json'}:[0]" in str(caught.value)


def test_a_place_that_the_network_lacks_is_named(
    tmp_path: Path, network: Network
) -> None:
    route = changed("legs.1.arrival.location.UNLocationCode", "BEANR")

    with pytest.raises(
        UnknownPlaceError, match=r"legs\[1\]: UNLocationCode is 'BEANR'"
    ):
        imported(tmp_path, network, route)


def test_an_event_of_an_unknown_kind_is_named(tmp_path: Path, network: Network) -> None:
    service = copy.deepcopy(SERVICE)
    calls = service["vesselSchedules"][0]["transportCalls"]
    calls[0]["timestamps"][0]["eventClassifierCode"] = "REQ"

    with pytest.raises(
        DataError, match=r"transportCalls\[0\].timestamps\[0\] is 'DEPA', 'REQ'"
    ):
        imported(tmp_path, network, service)


@pytest.mark.parametrize("text", ["{", '{"legs": []}', "[1]"])
def test_what_is_no_schedule_is_an_error(
    tmp_path: Path, network: Network, text: str
) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=r"answer\.json"):
        read_dcsa(path, network)
