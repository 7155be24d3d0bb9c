"""Reads a rate-card file: a million rows at once, with all their errors."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from greenroute.errors import DataError
from greenroute.network.lane import MODES
from greenroute.rating.data_set import line_of
from greenroute.rating.equipment_code import EquipmentCodes
from greenroute.rating.money import ExchangeTable, day_of
from greenroute.rating.overlap import find_overlaps
from greenroute.rating.rate_card import ANYWHERE, OPEN_END, BasePrice, RateCards
from greenroute.rating.row_errors import RowErrors
from greenroute.rating.surcharge import (
    EXPECTED,
    MAX_AMOUNT,
    PREFIX,
    Surcharge,
    is_code,
    parse_surcharge,
)
from greenroute.rating.tariff import NO_EQUIPMENT, Tariff
from greenroute.tables import Coded, Table, positions, read_table

#: Column of the file by part of the base price.
PRICE_COLUMNS = {
    "base_per_shipment": "per_shipment",
    "base_per_unit": "per_unit",
    "base_per_kg": "per_kg",
    "base_per_chargeable_kg": "per_chargeable_kg",
    "base_per_km": "per_km",
    "base_per_unit_km": "per_unit_km",
    "minimum": "minimum",
}
BREAK = "break_from_kg"
REQUIRED = ("mode", "equipment", "valid_from", "currency")
OPTIONAL = ("card", "lane", "origin", "destination", "toc", "valid_to", "note")
COLUMNS = (*REQUIRED, *OPTIONAL, BREAK, *PRICE_COLUMNS)
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MAX_NEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A file while it is checked.

    Attributes
    ----------
    table
        Cells as texts.
    errors
        What was found so far.
    """

    table: Table
    errors: RowErrors

    def texts(self, name: str) -> pa.Array:
        """Return a column, trimmed; "" where a cell is empty or the column absent."""
        if not self.table.has(name):
            return pa.repeat("", len(self.table))
        column = self.table.data[name].combine_chunks()
        if not pa.types.is_string(column.type):
            column = column.cast(pa.string())
        return pc.utf8_trim_whitespace(pc.fill_null(column, ""))

    def coded(self, name: str) -> Coded:
        """Return a column of few values."""
        return _coded(self.texts(name))

    def amounts(self, name: str) -> NDArray[np.float64]:
        """Return numbers >= 0, 0 where a cell is empty."""
        if not self.table.has(name):
            return np.zeros(len(self.table))
        texts = self.texts(name)
        numbers = _numbers(texts)
        bad = ~((numbers >= 0) & (numbers <= MAX_AMOUNT))
        expected = f"a number >= 0 and <= {MAX_AMOUNT:,.0f}"
        self.errors.add(name, bad, texts, expected)
        return numbers

    def keys(self, name: str) -> NDArray[np.int64]:
        """Return a code of each cell: the same for the same text."""
        encoded = pc.dictionary_encode(self.texts(name))
        return np.asarray(
            encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64
        )

    def codes(
        self,
        name: str,
        known: Mapping[str, int],
        *,
        expected: str,
        empty: int | None = None,
    ) -> NDArray[np.int64]:
        """Return the code of each cell; `empty` is that of an empty one, if it may be."""
        if empty is not None:
            known = {**known, "": empty}
        texts = self.texts(name)
        place = positions(texts, pa.array(list(known), pa.string()))
        self.errors.add(name, place < 0, texts, expected)
        return np.array(list(known.values()), dtype=np.int64)[np.maximum(place, 0)]

    def days(self, name: str, *, empty: int | None = None) -> NDArray[np.int32]:
        """Return days since 1970-01-01; an unreadable one is told, and is `OPEN_END`."""
        texts = self.texts(name)
        encoded = pc.dictionary_encode(texts)
        looks = np.asarray(pc.match_substring_regex(encoded.dictionary, _DAY))
        days = np.full(len(looks), OPEN_END, dtype=np.int32)
        bad = np.ones(len(looks), dtype=np.bool_)
        for row in np.flatnonzero(looks).tolist():
            day = day_of(encoded.dictionary[row].as_py())
            if day is not None:
                days[row], bad[row] = day.toordinal() - _EPOCH, False
        if empty is not None:
            blank = np.asarray(pc.equal(encoded.dictionary, ""))
            days[blank], bad[blank] = empty, False
        place = np.asarray(encoded.indices.to_numpy(zero_copy_only=False))
        self.errors.add(name, bad[place], texts, "a day like 2026-01-31")
        return np.asarray(days[place])


def read_rate_cards(
    path: Path,
    tariff: Tariff,
    *,
    exchange: ExchangeTable,
    equipment_codes: EquipmentCodes,
    errors_to: Path | None = None,
    lane_equipment: Collection[str] = (),
) -> RateCards:
    """Read a rate-card file.

    Parameters
    ----------
    path
        CSV or Parquet; `docs/rate-cards.md` tells its columns.
    tariff
        Its equipment and TOCs are those that a card may name.
    exchange
        Currencies there are.
    equipment_codes
        Other names of equipment.
    errors_to
        CSV file that gets all errors, if there are any.
    lane_equipment
        Names of equipment that lanes of the network bring along; a card may have them too.

    Raises
    ------
    DataError
        With the first twenty errors in words and the number of the others.
    """
    sheet = _Sheet(table=read_table(path, {}), errors=RowErrors(path=path))
    _check_header(path, sheet.table.data.column_names)
    codes = equipment_codes.codes(tariff.equipment)
    own = sorted({*lane_equipment} - {*codes, ""})
    names = (*tariff.equipment.names, *own)
    codes |= {name: len(tariff.equipment.names) + n for n, name in enumerate(own)}
    mode, equipment = _check_names(sheet, tariff, exchange=exchange, codes=codes)
    valid_from = sheet.days("valid_from")
    valid_to = sheet.days("valid_to", empty=int(OPEN_END))
    backwards = (valid_to < valid_from) & (valid_from != OPEN_END)
    expected = "a day on or after valid_from"
    sheet.errors.add("valid_to", backwards, sheet.texts("valid_to"), expected)
    _check_places(sheet)
    base = BasePrice(
        **{part: sheet.amounts(name) for name, part in PRICE_COLUMNS.items()}
    )
    surcharges = _surcharges(sheet)
    break_from_kg = sheet.amounts(BREAK)
    _check_prices(sheet, base, surcharges, equipment)
    keys = map(sheet.keys, ("lane", "origin", "destination", "toc"))
    group = _group([*keys, mode, equipment])
    _check_overlaps(sheet, group, (valid_from, valid_to), break_from_kg)
    sheet.errors.refuse(errors_to)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return RateCards(
        path=path,
        sha256=sha256,
        equipment_names=names,
        equipment_codes=codes,
        n_tariff_equipment=len(tariff.equipment.names),
        card=sheet.coded("card"),
        lane=sheet.coded("lane"),
        origin=sheet.coded("origin"),
        destination=sheet.coded("destination"),
        mode=mode.astype(np.int8),
        toc=sheet.coded("toc"),
        equipment=equipment.astype(np.int16),
        valid_from=valid_from,
        valid_to=valid_to,
        currency=sheet.coded("currency"),
        break_from_kg=break_from_kg,
        base=base,
        surcharges=surcharges,
        group=group,
    )


def _check_header(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        msg = (
            f"{path}: column {', '.join(missing)} is missing; there are "
            f"{', '.join(names)}"
        )
        raise DataError(msg)
    for number, name in enumerate(names, start=1):
        if name in COLUMNS or (
            name.startswith(PREFIX) and is_code(name[len(PREFIX) :])
        ):
            continue
        near = process.extract(
            name, [*COLUMNS, f"{PREFIX}BAF"], scorer=fuzz.ratio, limit=_MAX_NEAR
        )
        msg = (
            f"{path}:1: column {number} is {name!r}, expected a column of rate cards "
            f"or {PREFIX}CODE with 2 to 8 capitals or digits; near ones are "
            f"{', '.join(text for text, _, _ in near)}"
        )
        raise DataError(msg)


def _surcharges(sheet: _Sheet) -> tuple[Surcharge, ...]:
    found = []
    for name in sheet.table.data.column_names:
        if name.startswith(PREFIX):
            texts = sheet.texts(name)
            surcharge, bad = parse_surcharge(name[len(PREFIX) :], texts)
            sheet.errors.add(name, bad, texts, EXPECTED)
            found.append(surcharge)
    return tuple(sorted(found, key=lambda surcharge: surcharge.code))


def _check_names(
    sheet: _Sheet,
    tariff: Tariff,
    *,
    exchange: ExchangeTable,
    codes: Mapping[str, int],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Check names of closed sets, and return the codes of modes and equipment."""
    modes = {mode.value: code for code, mode in enumerate(MODES)}
    mode = sheet.codes("mode", modes, expected=f"one of {', '.join(MODES)}")
    tocs = dict.fromkeys(tariff.tocs, 0)
    sheet.codes("toc", tocs, expected=f"one of {', '.join(tocs)}", empty=0)
    expected = f"one of the {len(exchange.currencies)} codes of ISO 4217"
    sheet.codes("currency", exchange.currencies, expected=expected)
    equipment = sheet.codes(
        "equipment",
        codes,
        expected=f"one of {', '.join(tariff.equipment.names)}, a trade name or ISO 6346 "
        "code of one, or equipment of a lane",
        empty=NO_EQUIPMENT,
    )
    return mode, equipment


def _check_places(sheet: _Sheet) -> None:
    by_lane = np.asarray(pc.not_equal(sheet.texts("lane"), ""))
    for name in ("origin", "destination"):
        texts = sheet.texts(name)
        empty = np.asarray(pc.equal(texts, ""))
        expected = "nothing, for the row names a lane"
        sheet.errors.add(name, by_lane & ~empty, texts, expected)
        expected = f"a place or {ANYWHERE}, for the row names no lane"
        sheet.errors.add(name, ~by_lane & empty, texts, expected)


def _check_prices(
    sheet: _Sheet,
    base: BasePrice,
    surcharges: tuple[Surcharge, ...],
    equipment: NDArray[np.int64],
) -> None:
    """Check that there is a base price, and equipment where prices are by unit."""
    given = np.zeros(len(sheet.table), dtype=np.bool_)
    for name in PRICE_COLUMNS:
        if sheet.table.has(name):
            given |= np.asarray(pc.not_equal(sheet.texts(name), ""))
    names = ", ".join(PRICE_COLUMNS)
    currency = sheet.texts("currency")
    expected = f"an amount of it in one of {names}"
    sheet.errors.add("currency", ~given, currency, expected)
    by_unit = (base.per_unit > 0) | (base.per_unit_km > 0)
    for surcharge in surcharges:
        by_unit |= surcharge.is_by_unit()
    expected = "a name of equipment, for the row has prices by unit"
    texts = sheet.texts("equipment")
    sheet.errors.add(
        "equipment", by_unit & (equipment == NO_EQUIPMENT), texts, expected
    )


def _check_overlaps(
    sheet: _Sheet,
    group: NDArray[np.int64],
    days: tuple[NDArray[np.int32], NDArray[np.int32]],
    break_from_kg: NDArray[np.float64],
) -> None:
    # Of a row that cannot be read it is not known what it prices, or when.
    read = np.flatnonzero(~sheet.errors.hit(len(sheet.table)))
    start, end = (day[read] for day in days)
    found = find_overlaps(group[read], start, end, break_from_kg[read])
    if len(found.rows):
        lines = pa.array(read[found.others] + line_of(0)).cast(pa.string())
        words = pc.binary_join_element_wise(
            "days that do not overlap those of line ",
            lines,
            ", which prices the same, or lie within them and start later",
            "",
        )
        bad = np.zeros(len(sheet.table), dtype=np.bool_)
        bad[read[found.rows]] = True
        sheet.errors.add("valid_from", bad, sheet.texts("valid_from"), words)


def _group(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return one code for all keys of a row."""
    group = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        wide = key - int(key.min(initial=0))
        # Codes stay below the number of rows, and so does each factor.
        mixed = group * (int(wide.max(initial=0)) + 1) + wide
        group = np.unique(mixed, return_inverse=True)[1].astype(np.int64)
    return group


def _numbers(texts: pa.Array) -> NDArray[np.float64]:
    """Return texts as numbers: 0 where there is none, NaN where it cannot be read."""
    filled = pc.if_else(pc.equal(texts, ""), "0", texts)
    try:
        numbers = filled.cast(pa.float64())
    except pa.ArrowInvalid:
        looks = pc.match_substring_regex(
            filled, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
        )
        readable = pc.if_else(looks, filled, pa.scalar(None, pa.string()))
        numbers = pc.fill_null(readable.cast(pa.float64()), np.nan)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)


def _coded(texts: pa.Array) -> Coded:
    encoded = pc.dictionary_encode(texts)
    order = np.asarray(pc.array_sort_indices(encoded.dictionary))
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False))
    names = encoded.dictionary.take(pa.array(order)).to_pylist()
    return Coded(codes=rank[codes], names=tuple(names))
