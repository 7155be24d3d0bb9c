"""Least volumes that are agreed with carriers: what counts to each, and what falls short."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import MODES
from greenroute.network.network import Network
from greenroute.tables import Coded, Column, ColumnKind, Table, positions, read_table
from greenroute.units import (
    CENTS_PER_USD,
    KG_PER_TONNE,
    SECONDS_PER_MINUTE,
)

#: What of a lane a commitment may name; lanes that match all of it count.
SELECTORS = (
    "lane_id",
    "mode",
    "toc",
    "service",
    "origin_market",
    "destination_market",
)
_FIRST_DATA_LINE = 2
_MONDAY = 0
_TEXT = Column(required=False, empty=True)
_COLUMNS = {
    "commitment_id": Column(),
    "lane_id": _TEXT,
    "mode": Column(required=False, empty=True, choices=tuple(map(str, MODES))),
    "toc": _TEXT,
    "service": _TEXT,
    "origin_market": _TEXT,
    "destination_market": _TEXT,
    "from_week": Column(),
    "to_week": _TEXT,
    "least_t": Column(kind=ColumnKind.NUMBER, above=0),
    "short_usd_per_t": Column(
        kind=ColumnKind.NUMBER, required=False, empty=True, least=0
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitments:
    """Least volumes that are agreed, (n_commitments,) each.

    An order counts to a commitment once, with its mass in whole kilograms, rounded up, if
    it leaves within the weeks by one of the lanes.

    Attributes
    ----------
    source
        File that they were read from.
    ids
        Their names.
    selectors
        What lanes must match, by the names of `SELECTORS`; "" for anything.
    begins, ends
        First minute of the first week and of the week after the last one, minutes since
        1970 (UTC); weeks begin on Mondays.
    least_kg
        What must leave [kg].
    short_usd_per_t
        What a tonne that is missing costs [USD]; NaN where none may be missing.
    """

    source: str
    ids: tuple[str, ...]
    selectors: dict[str, tuple[str, ...]]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    least_kg: NDArray[np.int64]
    short_usd_per_t: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def must(self) -> NDArray[np.bool_]:
        """Which ones must be kept, bool (n_commitments,)."""
        return np.isnan(self.short_usd_per_t)

    def short_cents(self, short_kg: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what shortfalls cost; nothing where there must be none."""
        usd = np.nan_to_num(self.short_usd_per_t) * short_kg / KG_PER_TONNE
        return np.rint(usd * CENTS_PER_USD).astype(np.int64)


def read_commitments(path: Path | str) -> Commitments:
    """Read commitments from CSV or Parquet.

    Columns: `commitment_id`; of the lanes `lane_id, mode, toc, service, origin_market,
    destination_market`, at least one; `from_week` and, if it ends later, `to_week`
    (Mondays); `least_t`; `short_usd_per_t`, empty where the least must be kept.

    Raises
    ------
    DataError
        With every row and column that is wrong.
    """
    path = Path(path)
    table = read_table(path, _COLUMNS)
    ids = tuple(table.text("commitment_id").to_pylist())
    selectors = {name: tuple(table.text(name).to_pylist()) for name in SELECTORS}
    found: list[str] = []
    first = _weeks(table, "from_week", found)
    last = _weeks(table, "to_week", found)
    last = [
        begin if end is None else end for begin, end in zip(first, last, strict=True)
    ]
    found += _odd_rows(path, ids, selectors, (first, last))
    if found:
        raise DataError("\n".join(sorted(found, key=_line)))
    week = timedelta(weeks=1)
    least_kg = np.ceil(np.round(table.number("least_t") * KG_PER_TONNE, _DIGITS))
    return Commitments(
        source=str(path),
        ids=ids,
        selectors=selectors,
        begins=_minutes([day for day in first if day is not None]),
        ends=_minutes([day + week for day in last if day is not None]),
        least_kg=least_kg.astype(np.int64),
        short_usd_per_t=table.number("short_usd_per_t"),
    )


_DIGITS = 6


def _weeks(table: Table, name: str, found: list[str]) -> list[date | None]:
    """Return Mondays, None where a cell is empty or wrong."""
    weeks: list[date | None] = []
    for row, text in enumerate(table.text(name).to_pylist()):
        day = None
        with suppress(ValueError):
            day = date.fromisoformat(text) if text else None
        if text and (day is None or day.weekday() != _MONDAY):
            found.append(
                f"{table.path}:{row + _FIRST_DATA_LINE}: {name} is {text!r}, expected a "
                "Monday like 2026-08-03"
            )
            day = None
        weeks.append(day)
    return weeks


def _odd_rows(
    path: Path,
    ids: tuple[str, ...],
    selectors: dict[str, tuple[str, ...]],
    weeks: tuple[list[date | None], list[date | None]],
) -> Iterator[str]:
    """Return what is wrong between the cells of a row, or between rows."""
    seen: dict[str, int] = {}
    for row, name in enumerate(ids):
        where = f"{path}:{row + _FIRST_DATA_LINE}"
        if name in seen:
            yield (
                f"{where}: commitment_id is {name!r}, as in line {seen[name]}, expected "
                "each in one row"
            )
        seen.setdefault(name, row + _FIRST_DATA_LINE)
        if not any(texts[row] for texts in selectors.values()):
            yield (
                f"{where}: lane_id is '', expected it or another one of "
                f"{', '.join(SELECTORS[1:])}"
            )
        first, last = weeks[0][row], weeks[1][row]
        if first is not None and last is not None and last < first:
            yield (
                f"{where}: to_week is {last.isoformat()!r}, expected no week before "
                f"from_week {first.isoformat()}"
            )


def _line(text: str) -> tuple[int, str]:
    """Return the line that a complaint is about, to sort by."""
    return int(text.split(": ", 1)[0].rsplit(":", 1)[1]), text


def _minutes(days: list[date]) -> NDArray[np.int64]:
    moments = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in days]
    seconds = [int(moment.timestamp()) for moment in moments]
    return np.array(seconds, np.int64) // SECONDS_PER_MINUTE


def no_commitments() -> pa.Table:
    """Return what is told where nothing was agreed."""
    none = Commitments(
        source="",
        ids=(),
        selectors=dict.fromkeys(SELECTORS, ()),
        begins=np.empty(0, np.int64),
        ends=np.empty(0, np.int64),
        least_kg=np.empty(0, np.int64),
        short_usd_per_t=np.empty(0, np.float64),
    )
    return tell_commitments(none, np.empty(0, np.int64))


def committed_lanes(commitments: Commitments, network: Network) -> NDArray[np.bool_]:
    """Return which lanes count to which commitment, bool (n_commitments, n_lanes).

    Raises
    ------
    UnknownCategoryError
        If one names something that no lane of the network has.
    """
    lanes, market = network.lanes, network.gateways.iso2
    counts = np.ones((len(commitments), len(lanes)), dtype=np.bool_)
    modes = Coded(codes=lanes.mode.astype(np.int32), names=tuple(map(str, MODES)))
    for name, column in (
        ("mode", modes),
        ("toc", lanes.toc),
        ("service", lanes.service),
        ("origin_market", market.take(lanes.origin)),
        ("destination_market", market.take(lanes.destination)),
    ):
        for row, text in enumerate(commitments.selectors[name]):
            if text:
                hit = column.mask(frozenset({text}))
                _check_known(commitments, network, row, (name, text), bool(hit.any()))
                counts[row] &= hit
    at = positions(pa.array(commitments.selectors["lane_id"], pa.string()), lanes.id)
    for row, text in enumerate(commitments.selectors["lane_id"]):
        if text:
            known = bool(at[row] >= 0)
            _check_known(commitments, network, row, ("lane_id", text), known)
            counts[row] &= np.arange(len(lanes)) == at[row]
    return counts


def _check_known(
    commitments: Commitments,
    network: Network,
    row: int,
    what: tuple[str, str],
    known: bool,  # noqa: FBT001 - the answer, not a switch
) -> None:
    if not known:
        name, text = what
        msg = (
            f"{commitments.source}:{row + _FIRST_DATA_LINE}: {name} is {text!r}, expected "
            f"one that a lane of network {network.name} has"
        )
        raise UnknownCategoryError(msg)


def counted_pairs(
    commitments: Commitments,
    counts: NDArray[np.bool_],
    runs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which ways count to which commitments, each pair once, sorted by way.

    Parameters
    ----------
    counts
        By `committed_lanes`.
    runs
        Way, lane and departure [minutes since 1970] of each run.
    """
    way, lane, departs = runs
    none = np.empty(0, np.int64)
    parts = []
    for row in range(len(commitments)):
        there = counts[row][lane] & (departs >= commitments.begins[row])
        there &= departs < commitments.ends[row]
        mine = np.unique(way[there])
        parts.append((mine, np.full(len(mine), row)))
    ways = np.concatenate([none, *(part[0] for part in parts)])
    rows = np.concatenate([none, *(part[1] for part in parts)])
    order = np.lexsort((rows, ways))
    return ways[order], rows[order]


def tell_commitments(commitments: Commitments, used_kg: NDArray[np.int64]) -> pa.Table:
    """Return what was agreed, what leaves and what falls short, a row each."""
    short_kg = np.maximum(commitments.least_kg - used_kg, 0)
    moments = pa.timestamp("s", "UTC")
    week = timedelta(weeks=1)
    last = commitments.ends - int(week.total_seconds()) // SECONDS_PER_MINUTE
    return pa.table(
        {
            "commitment_id": pa.array(commitments.ids, pa.string()),
            "from_week": pa.array(commitments.begins * SECONDS_PER_MINUTE).cast(
                moments
            ),
            "to_week": pa.array(last * SECONDS_PER_MINUTE).cast(moments),
            "least_t": commitments.least_kg / KG_PER_TONNE,
            "used_t": used_kg / KG_PER_TONNE,
            "short_t": short_kg / KG_PER_TONNE,
            "short_usd": pa.array(
                commitments.short_cents(short_kg) / CENTS_PER_USD,
                mask=commitments.must,
            ),
        }
    )
