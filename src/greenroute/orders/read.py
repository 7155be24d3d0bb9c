"""Reads order books; rows with errors are set aside and named, the rest can be planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.orders.order_book import (
    CARGOES,
    NO_TIME,
    ErrorCode,
    OrderBook,
    Rejection,
    rejected_rows,
)
from greenroute.orders.shipment import (
    MAX_DENSITY_KG_PER_M3,
    MAX_MASS_KG,
    MAX_VOLUME_M3,
    MIN_DENSITY_KG_PER_M3,
    Cargo,
)
from greenroute.tables import Column, ColumnKind, Table, read_table

_REQUIRED = ("order_id", "origin", "destination", "mass_kg")
_ANY, _ZERO = float("-inf"), 0.0
#: Number columns: least, whether the least itself is allowed, most.
_NUMBERS: Mapping[str, Column] = {
    "mass_kg": Column(kind=ColumnKind.NUMBER, above=_ZERO, most=MAX_MASS_KG),
    "volume_m3": Column(kind=ColumnKind.NUMBER, above=_ZERO, most=MAX_VOLUME_M3),
    "packages": Column(kind=ColumnKind.INTEGER, least=_ZERO),
    "temperature_c": Column(kind=ColumnKind.NUMBER, least=-273.15),
    "value_usd": Column(kind=ColumnKind.NUMBER, least=_ZERO),
    "import_tax_rate": Column(kind=ColumnKind.NUMBER, least=_ZERO),
    "max_cost_usd": Column(kind=ColumnKind.NUMBER, least=_ZERO),
    "max_wtw_kg_co2e": Column(kind=ColumnKind.NUMBER, least=_ZERO),
}
_WORDS: Mapping[str, tuple[str, ...]] = {
    "cargo": tuple(CARGOES),
    "service": ("standard", "reduced"),
}
_TIMES = ("ready_at", "due_at")
_UN_NUMBER = r"^UN\d{4}$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})
#: Columns that JSON lines may not turn into times or numbers.
_TEXTS = (*_REQUIRED[:3], "customer_id", "un_number", "incoterm", "payer")
_FIRST_DATA_LINE = 2


def read_orders(path: Path | str) -> OrderBook:
    """Read an order book from CSV, Parquet or JSON lines.

    Parameters
    ----------
    path
        File with the columns of an order book; unknown ones are carried along.

    Returns
    -------
    OrderBook
        Orders without errors, sorted by id; `rejected` has the others.

    Raises
    ------
    DataError
        If the file as a whole cannot be read, or a required column is missing.
    """
    path = Path(path)
    if path.suffix not in _JSON_LINES:
        return check_orders(read_table(path, {}).data, source=str(path))
    if not path.is_file():
        msg = f"{path}: there is no such file"
        raise DataError(msg)
    schema = pa.schema([(n, pa.string()) for n in (*_TEXTS, *_WORDS, *_TIMES)])
    parse = pyarrow.json.ParseOptions(explicit_schema=schema)
    try:
        table = pyarrow.json.read_json(path, parse_options=parse)
    except pa.ArrowInvalid as error:
        reason = str(error).splitlines()[0]
        msg = f"{path}: cannot be read as JSON lines: {reason}"
        raise DataError(msg) from None
    absent = [
        name
        for name in table.column_names
        if table[name].null_count == len(table) and name in schema.names
    ]
    return check_orders(table.drop_columns(absent), source=str(path))


def check_orders(table: pa.Table, *, source: str) -> OrderBook:
    """Return an order book from a table, rows with errors set aside.

    Parameters
    ----------
    table
        Columns of an order book, texts or typed.
    source
        Where it comes from, for messages.

    Raises
    ------
    DataError
        If a required column is missing.
    """
    book = _check(table, source)
    # Texts that were looked at are gone now: a large book should not keep their memory.
    pa.default_memory_pool().release_unused()
    return book


def _check(table: pa.Table, source: str) -> OrderBook:
    missing = [name for name in _REQUIRED if name not in table.column_names]
    if missing:
        have = ", ".join(table.column_names) or "none"
        msg = f"{source}: column {', '.join(missing)} is missing; there are {have}"
        raise DataError(msg)
    reading = _Reading(source=source, table=table.combine_chunks(), found=[])
    texts = {name: reading.text(name) for name in ("customer_id", *_REQUIRED[:3])}
    numbers = {name: reading.number(name) for name in _NUMBERS}
    words = {name: reading.word(name, choices) for name, choices in _WORDS.items()}
    un_number = reading.un_number(words["cargo"])
    ready, due, is_local = reading.times()
    reading.ids(texts["order_id"])
    reading.density(numbers["mass_kg"], numbers["volume_m3"])
    bad = np.zeros(len(table), dtype=np.bool_)
    bad[[rejection.row for rejection in reading.found]] = True
    rows = np.flatnonzero(~bad)
    ids = texts["order_id"].take(pa.array(rows))
    rows = rows[np.asarray(pc.array_sort_indices(ids), dtype=np.int64)]
    keep = pa.array(rows)
    coded = {
        name: Table(path=Path(source), data=pa.table({"column": column})).coded(
            "column"
        )
        for name, column in (
            *((n, texts[n].take(keep)) for n in ("origin", "destination")),
            ("customer_id", texts["customer_id"].take(keep)),
            ("un_number", un_number.take(keep)),
        )
    }
    kept = {
        # A column that is absent takes no room.
        name: values[rows]
        if name in table.column_names
        else np.broadcast_to(np.nan, len(rows))
        for name, values in numbers.items()
    }
    return OrderBook(
        source=source,
        table=reading.table.take(keep),
        order_id=texts["order_id"].take(keep),
        origin=coded["origin"],
        destination=coded["destination"],
        customer_id=coded["customer_id"],
        un_number=coded["un_number"],
        mass_kg=kept["mass_kg"],
        volume_m3=kept["volume_m3"],
        cargo=_cargo(words["cargo"].take(keep)),
        ready_s=ready[rows],
        due_s=due[rows],
        is_local=is_local[rows],
        value_usd=kept["value_usd"],
        import_tax_rate=kept["import_tax_rate"],
        max_cost_usd=kept["max_cost_usd"],
        max_wtw_kg_co2e=kept["max_wtw_kg_co2e"],
        rejected=rejected_rows(reading.table, reading.found),
    )


def _cargo(words: pa.Array) -> NDArray[np.int8]:
    """Return the codes of cargoes; an order that names none is dry, as a `Shipment` is."""
    codes = pc.fill_null(
        pc.index_in(words, value_set=pa.array(map(str, CARGOES))),
        CARGOES.index(Cargo.DRY),
    )
    return np.asarray(codes, dtype=np.int8)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A table while it is checked, and what was found wrong."""

    source: str
    table: pa.Table
    found: list[Rejection]

    def _column(self, name: str) -> pa.Array:
        """Return a column as trimmed texts, "" where a cell is empty or absent."""
        if name not in self.table.column_names:
            return pa.array([""] * len(self.table), pa.string())
        column = self.table[name].combine_chunks().cast(pa.string())
        return pc.utf8_trim_whitespace(pc.fill_null(column, ""))

    def _reject(
        self,
        hit: NDArray[np.bool_],
        code: ErrorCode,
        field: str,
        expected: str,
        texts: pa.Array | None = None,
    ) -> None:
        row_word = "row " if self.source.endswith(".parquet") else ""
        json_lines = Path(self.source).suffix in _JSON_LINES
        first = 1 if row_word or json_lines else _FIRST_DATA_LINE
        column = self._column(field) if texts is None else texts
        for row in np.flatnonzero(hit).tolist():
            where = f"{self.source}:{row_word}{row + first}"
            text = f"{where}: {field} is {column[row].as_py()!r}, expected {expected}"
            self.found.append(Rejection(row=row, code=code, field=field, text=text))

    def text(self, name: str) -> pa.Array:
        column = self._column(name)
        if name in _REQUIRED:
            blank = np.asarray(pc.equal(column, ""))
            self._reject(blank, ErrorCode.MISSING, name, "a text")
        return column

    def word(self, name: str, choices: tuple[str, ...]) -> pa.Array:
        column = self._column(name)
        known = pc.is_in(column, value_set=pa.array(["", *map(str, choices)]))
        expected = f"one of {', '.join(choices)}"
        unknown = ~np.asarray(known)
        self._reject(unknown, ErrorCode.UNKNOWN_CATEGORY, name, expected)
        return column

    def number(self, name: str) -> NDArray[np.float64]:
        """Return a number column, NaN where a cell is empty or wrong."""
        if name not in self.table.column_names:
            return np.full(len(self.table), np.nan)
        column, rule = self._column(name), _NUMBERS[name]
        looks = pc.match_substring_regex(column, _NUMBER)
        numeric = pc.if_else(looks, column, pa.scalar(None, pa.string()))
        values = np.asarray(
            numeric.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64
        )
        blank = np.asarray(pc.equal(column, ""))
        bad = ~np.isfinite(values) & ~blank
        with np.errstate(invalid="ignore"):
            if rule.above is not None:
                bad |= values <= rule.above
            if rule.least is not None:
                bad |= values < rule.least
            if rule.most is not None:
                bad |= values > rule.most
            if rule.kind is ColumnKind.INTEGER:
                bad |= (values != np.floor(values)) & ~blank
        if name in _REQUIRED:
            self._reject(blank, ErrorCode.MISSING, name, rule.wanted())
        self._reject(bad, ErrorCode.INVALID, name, rule.wanted())
        return np.where(bad, np.nan, values)

    def un_number(self, cargo: pa.Array) -> pa.Array:
        column = self._column("un_number")
        given = ~np.asarray(pc.equal(column, ""))
        dangerous = np.asarray(pc.equal(cargo, str(Cargo.DANGEROUS)))
        looks = np.asarray(pc.match_substring_regex(column, _UN_NUMBER))
        expected = "UN and four digits, like UN3481, for dangerous cargo"
        self._reject(dangerous & ~looks, ErrorCode.INVALID, "un_number", expected)
        expected = "it empty, or cargo 'dangerous'"
        self._reject(given & ~dangerous, ErrorCode.INVALID, "un_number", expected)
        return column

    def times(
        self,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Return seconds of ready and due, and whether they are local times."""
        (ready, ready_local), (due, due_local) = (self._times(name) for name in _TIMES)
        has_ready, has_due = ready != NO_TIME, due != NO_TIME
        alone = has_due & ~has_ready
        self._reject(alone, ErrorCode.INVALID, "due_at", "ready_at with it")
        both = has_ready & has_due
        mixed = both & (ready_local != due_local)
        expected = "a UTC offset in both or in neither of ready_at and due_at"
        self._reject(mixed, ErrorCode.INVALID, "due_at", expected)
        early = both & ~mixed & (due <= ready)
        self._reject(early, ErrorCode.INVALID, "due_at", "a time after ready_at")
        return ready, due, ready_local & has_ready

    def _times(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return seconds, and where they have no offset; distinct texts are few."""
        encoded = pc.dictionary_encode(self._column(name))
        parsed = [_seconds(text) for text in encoded.dictionary.to_pylist()]
        codes = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)
        seconds = np.array([s for s, _, _ in parsed] or [NO_TIME], np.int64)[codes]
        is_local = np.array([n for _, n, _ in parsed] or [False])[codes]
        bad = np.array([b for _, _, b in parsed] or [False])[codes]
        expected = "ISO 8601 like 2026-12-01T08:00 or 2026-12-01T08:00+08:00"
        self._reject(bad, ErrorCode.INVALID, name, expected)
        return seconds, is_local

    def ids(self, order_id: pa.Array) -> None:
        """Reject every row of an id that is there twice: which one counts is unknown."""
        codes = np.asarray(pc.dictionary_encode(order_id).indices)
        count = np.bincount(codes, minlength=1)
        twice = (count[codes] > 1) & ~np.asarray(pc.equal(order_id, ""))
        self._reject(twice, ErrorCode.DUPLICATE, "order_id", "it in one row only")

    def density(
        self, mass_kg: NDArray[np.float64], volume_m3: NDArray[np.float64]
    ) -> None:
        with np.errstate(invalid="ignore"):
            ratio = mass_kg / volume_m3
            bad = (ratio < MIN_DENSITY_KG_PER_M3) | (ratio > MAX_DENSITY_KG_PER_M3)
        expected = (
            f"a volume at which mass_kg makes {MIN_DENSITY_KG_PER_M3:g} to "
            f"{MAX_DENSITY_KG_PER_M3:g} kg/m3"
        )
        self._reject(bad, ErrorCode.INVALID, "volume_m3", expected)


def _seconds(text: str) -> tuple[int, bool, bool]:
    """Return seconds since 1970, whether the time is local, whether it is none."""
    if not text:
        return NO_TIME, False, False
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return NO_TIME, False, True
    is_local = moment.tzinfo is None
    if is_local:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp()), is_local, False
