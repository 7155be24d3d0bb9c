"""Checks rows of a chains file, all rules on all rows, and types their columns."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from greenroute.errors import DataError
from greenroute.plan.leg import LegKind
from greenroute.rating.energy_carrier import energy_errors
from greenroute.statement import exact
from greenroute.statement.chain_file import ChainTexts
from greenroute.statement.chain_json import SEPARATOR
from greenroute.statement.columns import (
    CHAIN_COLUMNS,
    INTENSITIES,
    PER_T,
    PER_TEU,
    PER_TEUKM,
    PER_TKM,
    CellKind,
    column_type,
)
from greenroute.statement.order import order_errors
from greenroute.statement.rejection import ChainRule, Findings

#: From this likeness on, an unknown column is a typing error of a known one [%].
TYPING_ERROR = 81
#: Columns that a table of elements has even if the file says nothing there.
ALWAYS_THERE = ("mode", "toc", "hoc", "distance_km", "distance_basis")
_DATE = (
    r"^(\d{4}-\d{2}-\d{2})"
    r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?"
    r"(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?)?$"
)
_YEAR = r"^(19|20)\d\d$"
_DAY = 10


def check_rows(texts: ChainTexts, findings: Findings) -> pa.Table:
    """Check all rows and return their columns, typed; rows at fault are null there.

    Parameters
    ----------
    texts
        Rows as they stand in the file.
    findings
        Takes the errors.

    Returns
    -------
    pyarrow.Table
        Known columns, typed; then the unknown ones, unchanged.

    Raises
    ------
    DataError
        If a column is missing, or looks like a misspelt one.
    """
    _check_header(texts)
    columns: dict[str, pa.Array] = {}
    for name in CHAIN_COLUMNS:
        if name in texts.columns:
            columns[name] = _typed(name, texts.columns[name], findings)
    cells = _Cells(texts, columns)
    for column, rule, hit, text in _row_rules(cells):
        findings.flag(hit, column, rule, partial(_in_words, text, cells))
    for row, text in order_errors(columns, texts):
        findings.add(row, "prev_tce_ids", ChainRule.ORDER, text)
    for name in ALWAYS_THERE:
        columns.setdefault(name, pa.nulls(len(texts), column_type(name)))
    others = {n: t for n, t in texts.columns.items() if n not in CHAIN_COLUMNS}
    return pa.table(columns | others)


def _check_header(texts: ChainTexts) -> None:
    there = texts.columns
    missing = [n for n, c in CHAIN_COLUMNS.items() if c.required and n not in there]
    if missing:
        msg = (
            f"{texts.path}: column {', '.join(missing)} is missing; "
            f"there are {', '.join(there) or 'none'}"
        )
        raise DataError(msg)
    unused = [name for name in CHAIN_COLUMNS if name not in there]
    for name in there:
        if name in CHAIN_COLUMNS:
            continue
        near = process.extract(
            name.lower(), unused, scorer=fuzz.ratio, limit=1, score_cutoff=TYPING_ERROR
        )
        for known, _, _ in near:
            msg = (
                f"{texts.path}: column {name!r} is not known, expected {known!r}? "
                "(columns of your own are carried through, but need other names)"
            )
            raise DataError(msg)


def _typed(name: str, texts: pa.Array, findings: Findings) -> pa.Array:
    """Return a column in its type, null where a cell is empty or wrong."""
    column = CHAIN_COLUMNS[name]
    empty = np.asarray(pc.equal(texts, ""), dtype=np.bool_)
    if column.required:
        findings.flag(
            empty,
            name,
            ChainRule.MISSING,
            lambda _: f"{name} is empty, expected a value",
        )
    filled = pc.if_else(pa.array(empty), pa.scalar(None, pa.string()), texts)
    match column.kind:
        case CellKind.TEXT | CellKind.WORD:
            return _words(name, filled, findings)
        case CellKind.NUMBER:
            return _numbers(name, filled, findings)
        case CellKind.YEAR:
            return _years(filled, findings)
        case CellKind.TIME:
            return _keep(name, filled, filled, _is_time(filled), findings)
        case CellKind.IDS:
            return _ids(filled)
        case CellKind.ENERGY:
            return _energies(filled, findings)


def _words(name: str, texts: pa.Array, findings: Findings) -> pa.Array:
    choices = CHAIN_COLUMNS[name].choices
    if not choices:
        return texts
    known = pc.or_(pc.is_in(texts, value_set=pa.array(choices)), pc.is_null(texts))
    return _keep(name, texts, texts, known, findings)


def _years(texts: pa.Array, findings: Findings) -> pa.Array:
    good = pc.match_substring_regex(texts, _YEAR)
    years = pc.if_else(good, texts, pa.scalar(None, pa.string()))
    return _keep("source_year", texts, years, good, findings).cast(pa.int16())


def _keep(
    name: str, texts: pa.Array, values: pa.Array, good: pa.Array, findings: Findings
) -> pa.Array:
    """Return the values of good cells, null else; note the wrong ones."""
    wrong = ~np.asarray(pc.fill_null(good, fill_value=True), dtype=np.bool_)
    column = CHAIN_COLUMNS[name]
    wanted = {
        CellKind.YEAR: "a year like 2026",
        CellKind.TIME: "ISO 8601 like 2026-11-24 or 2026-11-24T08:00Z",
    }.get(column.kind, column.wanted() if column.choices else "")
    if column.kind is CellKind.NUMBER:
        wanted = column.wanted()
    rule = (
        ChainRule.NOT_ALLOWED
        if column.kind is CellKind.WORD
        else ChainRule.OUT_OF_RANGE
    )
    findings.flag(
        wrong,
        name,
        rule,
        lambda row: f"{name} is {texts[row].as_py()!r}, expected {wanted}",
    )
    if not wrong.any():
        return values
    return pc.if_else(pa.array(wrong), pa.scalar(None, values.type), values)


def _numbers(name: str, texts: pa.Array, findings: Findings) -> pa.Array:
    column = CHAIN_COLUMNS[name]
    numbers = exact.decimals(texts, column.decimals)
    good = pc.is_valid(numbers)
    for bound, holds in (
        (column.above, pc.greater),
        (column.least, pc.greater_equal),
        (column.most, pc.less_equal),
    ):
        if bound is not None:
            limit = pa.scalar(bound, exact.RESULT)
            good = pc.and_kleene(good, holds(numbers.cast(exact.RESULT), limit))
    blank = pc.is_null(texts)
    good = pc.or_(pc.fill_null(good, fill_value=False), blank)
    return _keep(name, texts, numbers, good, findings)


def _is_time(texts: pa.Array) -> pa.Array:
    encoded = pc.dictionary_encode(texts)  # many elements share a day or a minute
    good = _are_times(encoded.dictionary).take(encoded.indices)
    return pc.fill_null(good, fill_value=True)


def _are_times(texts: pa.Array) -> pa.Array:
    shaped = pc.match_substring_regex(texts, _DATE)
    days = pc.utf8_slice_codeunits(texts, 0, _DAY)
    days = pc.if_else(shaped, days, pa.scalar(None, pa.string()))
    parsed = pc.strptime(days, format="%Y-%m-%d", unit="s", error_is_null=True)
    back = pc.equal(pc.strftime(parsed, format="%Y-%m-%d"), days)
    return pc.fill_null(back, fill_value=False)


def _ids(texts: pa.Array) -> pa.Array:
    """Return joined ids as lists; null where none are given."""
    filled = pc.fill_null(texts, "")
    if not pc.any(pc.not_equal(filled, "")).as_py():
        return pa.nulls(len(texts), pa.list_(pa.string()))
    return pc.split_pattern(texts, SEPARATOR)


def _energies(texts: pa.Array, findings: Findings) -> pa.Array:
    encoded = pc.dictionary_encode(texts)
    problems = energy_errors(encoded.dictionary.to_pylist())
    wrong = np.array([*(bool(p) for p in problems), False], dtype=np.bool_)
    codes = np.asarray(pc.fill_null(encoded.indices, len(problems)))
    findings.flag(
        wrong[codes], "energy", ChainRule.ENERGY, lambda row: problems[codes[row]]
    )
    return texts


class _Cells:
    """Which cells are there, and what they hold."""

    def __init__(self, texts: ChainTexts, columns: dict[str, pa.Array]) -> None:
        self._texts = texts
        self._columns = columns

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, name: str, row: int) -> str:
        """Return a cell as it stands in the file."""
        found = self._texts.columns.get(name)
        return "" if found is None else str(found[row].as_py())

    def has(self, name: str) -> NDArray[np.bool_]:
        """Return which cells of a column are filled."""
        texts = self._texts.columns.get(name)
        if texts is None:
            return np.zeros(len(self), dtype=np.bool_)
        return np.asarray(pc.not_equal(texts, ""), dtype=np.bool_)

    def is_kind(self, kind: LegKind) -> NDArray[np.bool_]:
        """Return which rows are of a kind."""
        equal = pc.equal(self._columns["kind"], str(kind))
        return np.asarray(pc.fill_null(equal, fill_value=False), dtype=np.bool_)

    def exceeds(self, name: str, other: str) -> NDArray[np.bool_]:
        """Return where one number is larger than another."""
        if name not in self._columns or other not in self._columns:
            return np.zeros(len(self), dtype=np.bool_)
        larger = pc.greater(self._columns[name], self._columns[other])
        return np.asarray(pc.fill_null(larger, fill_value=False), dtype=np.bool_)

    def is_zero(self, name: str) -> NDArray[np.bool_]:
        """Return where a number is 0."""
        if name not in self._columns:
            return np.zeros(len(self), dtype=np.bool_)
        zero = pc.equal(self._columns[name], pa.scalar(Decimal(0), exact.INTENSITY))
        return np.asarray(pc.fill_null(zero, fill_value=False), dtype=np.bool_)


_Rule = tuple[str, ChainRule, NDArray[np.bool_], str]


def _row_rules(cells: _Cells) -> Iterator[_Rule]:
    """Yield what rows may not say: column, rule, which rows, and the words for it."""
    run, hub = cells.is_kind(LegKind.TRANSPORT), cells.is_kind(LegKind.HUB)
    toc, hoc = cells.has("toc"), cells.has("hoc")
    xor = ChainRule.TOC_XOR_HOC
    yield (
        "toc",
        xor,
        toc & hoc,
        "toc is {toc!r} and hoc is {hoc!r}, expected one of them",
    )
    neither = "toc and hoc are empty, expected one of them"
    yield "toc", xor, (run | hub) & ~toc & ~hoc, neither
    yield "hoc", xor, run & hoc & ~toc, "hoc is {hoc!r} for a run, expected a toc"
    yield "toc", xor, hub & toc & ~hoc, "toc is {toc!r} for a hub, expected a hoc"
    for name in ("mode", "distance_km", "distance_basis"):
        text = f"{name} is empty, expected a value for kind transport"
        yield name, ChainRule.MISSING, run & ~cells.has(name), text
    nothing = "distance_km is '0', expected a number > 0 for kind transport"
    yield (
        "distance_km",
        ChainRule.OUT_OF_RANGE,
        run & cells.has("distance_km") & cells.is_zero("distance_km"),
        nothing,
    )
    moved = hub & cells.has("distance_km") & ~cells.is_zero("distance_km")
    text = "distance_km is {distance_km!r} for kind hub, expected 0 or nothing"
    yield "distance_km", ChainRule.OUT_OF_RANGE, moved, text
    yield from _intensity_rules(cells, run, hub)


def _intensity_rules(
    cells: _Cells, run: NDArray[np.bool_], hub: NDArray[np.bool_]
) -> Iterator[_Rule]:
    rule = ChainRule.INTENSITY
    for wtw, ttw in INTENSITIES:
        has_wtw, has_ttw = cells.has(wtw), cells.has(ttw)
        text = f"{ttw} is {{{ttw}!r}} and {wtw} is empty, expected both, or the total"
        yield ttw, rule, has_ttw & ~has_wtw, text
        text = f"{ttw} is {{{ttw}!r}}, expected at most {wtw}, {{{wtw}}}"
        yield ttw, rule, cells.exceeds(ttw, wtw), text
    for (wtw, _), kind, wrong in (
        (PER_TKM, LegKind.HUB, hub),
        (PER_TEUKM, LegKind.HUB, hub),
        (PER_T, LegKind.TRANSPORT, run),
        (PER_TEU, LegKind.TRANSPORT, run),
    ):
        text = f"{wtw} is {{{wtw}!r}} for kind {kind}, expected nothing"
        yield wtw, rule, wrong & cells.has(wtw), text
    for (by_mass, _), (by_teu, _) in ((PER_TKM, PER_TEUKM), (PER_T, PER_TEU)):
        both = cells.has(by_mass) & cells.has(by_teu)
        yield (
            by_teu,
            rule,
            both,
            f"{by_mass} and {by_teu} are given, expected one of them",
        )
        lacking = cells.has(by_teu) & ~cells.has("teu")
        yield (
            "teu",
            ChainRule.MISSING,
            lacking,
            f"teu is empty, expected it with {by_teu}",
        )


def _in_words(text: str, cells: _Cells, row: int) -> str:
    """Return the words of a rule with the cells of a row in them."""
    return text.format_map(_Row(cells, row))


class _Row:
    """Cells of one row by name."""

    def __init__(self, cells: _Cells, row: int) -> None:
        self._cells = cells
        self._row = row

    def __getitem__(self, name: str) -> str:
        return self._cells.text(name, self._row)
