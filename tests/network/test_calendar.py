"""Working days of markets, and opening hours."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from greenroute.errors import CorruptDataError, DataError, UnknownCategoryError
from greenroute.network.calendar import (
    DESKS,
    Desk,
    opening_entries,
    read_opening_hours,
    working_days,
)
from greenroute.network.gateway import KINDS, GatewayKind
from greenroute.network.network import Network
from greenroute.network.read import read_network
from greenroute.network.schedule import Entries, through_at
from greenroute.tables import data_folder
from networks import network_of
from tools.seal import seal

SHIPPED = data_folder() / "calendars" / "default-2026"


def minute(text: str) -> int:
    return int(np.datetime64(text, "m").astype(np.int64))


def utc(minutes: int) -> str:
    return str(np.datetime64(minutes, "m"))


def opening(network: Network, *, desk: Desk, minutes: int) -> Entries:
    return opening_entries(
        network.gateways,
        np.array([0]),
        np.array([minutes]),
        desk=np.array([DESKS.index(desk)], dtype=np.int8),
        hours=read_opening_hours(),
        period=(minute("2026-12-01T00:00"), minute("2027-01-10T00:00")),
    )


@pytest.mark.parametrize(
    ("iso2", "day", "works"),
    [
        ("DE", date(2026, 12, 24), True),
        ("DE", date(2026, 12, 25), False),
        ("DE", date(2026, 12, 27), False),  # Sunday
        ("SA", date(2026, 12, 4), False),  # Friday
        ("SA", date(2026, 12, 6), True),  # Sunday
        ("CN", date(2026, 2, 14), True),  # Saturday worked for the spring festival
        ("CN", date(2026, 2, 18), False),
    ],
)
def test_markets_have_their_own_weekends_and_holidays(
    iso2: str, day: date, *, works: bool
) -> None:
    assert working_days(iso2, day, 1).tolist() == [works]


def test_a_market_without_a_calendar_is_an_error() -> None:
    with pytest.raises(
        UnknownCategoryError, match="no calendar of public holidays for 'XX'"
    ):
        working_days("XX", date(2026, 1, 1), 1)


@pytest.mark.slow
def test_every_market_of_the_world_has_a_calendar() -> None:
    for iso2 in read_network().markets.iso2.to_pylist():
        assert working_days(iso2, date(2026, 1, 1), 31).any()


def test_customs_open_on_working_days_by_the_local_clock() -> None:
    network = network_of("""
        DEFRA -rail 900km 24h gauge_mm=1435-> NLRTM
        DEFRA: kind=rail_terminal lat=50.1 lon=8.7
    """)
    # 08:00 to 17:00 in Frankfurt is 07:00 to 16:00 UTC; clearing takes 30 h.
    customs = opening(network, desk=Desk.CUSTOMS, minutes=30 * 60)

    for ready, cleared in [
        ("2026-12-03T12:00", "2026-12-04T18:00"),  # Thursday: at once
        ("2026-12-03T16:00", "2026-12-04T22:00"),  # closing time still counts
        ("2026-12-04T16:01", "2026-12-08T13:00"),  # Friday evening: Monday 07:00
        ("2026-12-24T20:00", "2026-12-29T13:00"),  # over Christmas and a weekend
    ]:
        assert utc(int(through_at(customs, np.array([minute(ready)]))[0])) == cleared


def test_a_port_never_closes() -> None:
    network = network_of("""
        DEHAM -sea 900km 24h-> NLRTM
        DEHAM: kind=seaport lat=53.5 lon=9.9
    """)
    handling = opening(network, desk=Desk.HANDLING, minutes=60)
    christmas = minute("2026-12-25T03:00")

    assert through_at(handling, np.array([christmas])).tolist() == [christmas + 60]


def test_a_place_in_no_known_market_is_an_error_where_it_keeps_working_days() -> None:
    network = network_of("XXAAA -road 900km 24h-> XXBBB")

    with pytest.raises(UnknownCategoryError, match="'XX'"):
        opening(network, desk=Desk.HANDLING, minutes=60)


def test_hours_are_those_of_the_data_set() -> None:
    hours = read_opening_hours()
    at = DESKS.index(Desk.CUSTOMS), KINDS.index(GatewayKind.SEAPORT)

    assert (hours.name, hours.version) == ("default-2026", "2026.11")
    assert (hours.opens[at], hours.closes[at]) == (8 * 60, 18 * 60)
    assert hours.working_days_only[at]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "city,handling,working,07:00",
            "city,handling,working,7:00",
            "2: opens is '7:00'",
        ),
        ("07:00,18:00", "18:00,18:00", "2: closes is not after opens"),
        ("08:00,18:00", "08:00,24:01", "closes is '24:01', expected HH:MM up to 24:00"),
        ("city,customs", "city,handling", "8: city handling comes twice"),
        ("city,customs", "city,police", "what is 'police', expected one of"),
    ],
)
def test_wrong_opening_hours_are_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    copied(tmp_path, old, new)

    with pytest.raises(DataError, match=message):
        read_opening_hours(tmp_path)


def test_a_missing_desk_is_named(tmp_path: Path) -> None:
    line = (SHIPPED / "hours.csv").read_text().splitlines(keepends=True)[7]
    copied(tmp_path, line, "")

    with pytest.raises(DataError, match="there is no row of city customs"):
        read_opening_hours(tmp_path)


def test_edited_hours_are_noticed(tmp_path: Path) -> None:
    copied(tmp_path, "07:00", "07:30", sealed=False)

    with pytest.raises(CorruptDataError, match=r"hours.csv: sha256 is"):
        read_opening_hours(tmp_path)


def copied(folder: Path, old: str, new: str, *, sealed: bool = True) -> None:
    for path in SHIPPED.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":
            assert old in text

            text = text.replace(old, new, 1)
        (folder / path.name).write_text(text, encoding="utf-8")
    if sealed:
        seal(folder / "calendar.toml")
