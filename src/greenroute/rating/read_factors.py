"""Reads a factor set folder: strictly, with its digests verified."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.lane import MODES
from greenroute.rating.data_set import (
    codes_in,
    codes_in_lists,
    once,
    open_data_set,
    refuse,
    unique_texts,
)
from greenroute.rating.factors import (
    CARGOES,
    NETWORK_HUB,
    NO_FACTOR,
    NO_HOC,
    AirShipping,
    DataType,
    FactorSet,
    HocFactors,
    TocFactors,
)
from greenroute.rating.operation import OPERATIONS, exists
from greenroute.tables import Column, ColumnKind, Table, read_table

_NUMBER = ColumnKind.NUMBER
#: Nothing that moves freight emits more per tonne-kilometre, or less but not nothing
#: [g CO2e/(t·km)]: such a figure is in another unit.
MOST_G_PER_TKM, LEAST_G_PER_TKM = 10_000.0, 0.2
#: What operation and energy provision may differ from the total by [g CO2e/(t·km)].
ROUNDING_G_PER_TKM = 0.02
#: The only use in which a factor may be chosen for a TOC.
DEFAULT_USE = "default"
#: Mode of hub intensities in the table of spreads.
HUB = "hub"
_INTENSITY = Column(kind=_NUMBER, empty=True, least=0, most=MOST_G_PER_TKM)
_KG_PER_T = Column(kind=_NUMBER, empty=True, least=0, most=1_000)
FACTOR_COLUMNS = {
    "factor_id": Column(),
    "mode": Column(choices=tuple(MODES)),
    "vehicle_class": Column(),
    "region": Column(),
    "temperature": Column(choices=("ambient", "refrigerated")),
    "wtw_g_per_tkm": _INTENSITY,
    "ttw_g_per_tkm": _INTENSITY,
    "wtt_g_per_tkm": _INTENSITY,
    "wtt_basis": Column(choices=("published", "modelled", "none")),
    "gwp_basis": Column(),
    "distance_basis": Column(),
    "data_type": Column(choices=tuple(DataType)),
    "spread": Column(empty=True),
    "use": Column(),
    "source": Column(),
    "section": Column(),
    "year": Column(kind=ColumnKind.INTEGER, least=1990, most=2100),
    "licence": Column(),
    "confidence": Column(),
    "notes": Column(empty=True),
}
TOC_COLUMNS = {
    "toc": Column(),
    "mode": Column(choices=tuple(MODES)),
    "air_shipping": Column(empty=True, choices=tuple(AirShipping)),
    "cargo": Column(choices=tuple(CARGOES)),
    "factor_id": Column(),
    "distance_adjustment": Column(kind=_NUMBER, least=1, most=2),
    "note": Column(empty=True),
}
HOC_COLUMNS = {
    "hoc": Column(),
    "hub_type": Column(empty=True),
    "operations": Column(),
    "modes": Column(),
    "moves_goods": Column(kind=ColumnKind.INTEGER, least=0, most=1),
    "wtw_kg_per_t": _KG_PER_T,
    "ttw_kg_per_t": _KG_PER_T,
    "data_type": Column(empty=True, choices=tuple(DataType)),
    "source": Column(),
    "note": Column(empty=True),
}
SPREAD_COLUMNS = {
    "mode": Column(choices=(*MODES, HUB)),
    "data_type": Column(choices=tuple(DataType)),
    "spread": Column(empty=True),
    "gsd": Column(kind=_NUMBER, least=1, most=10),
    "source": Column(),
}
TABLES = ("factors", "hocs", "spreads", "tocs")


def read_factors(folder: Path) -> FactorSet:
    """Read a factor set folder.

    Parameters
    ----------
    folder
        Folder with `factors.toml` and the tables `factors`, `tocs`, `hocs` and `spreads`.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table says something that cannot be.
    """
    data = open_data_set(folder, "factors.toml", TABLES)
    table = read_table(data.files["factors"], FACTOR_COLUMNS)
    tocs = read_table(data.files["tocs"], TOC_COLUMNS)
    hocs = read_table(data.files["hocs"], HOC_COLUMNS)
    spreads = read_table(data.files["spreads"], SPREAD_COLUMNS)
    _check_intensities(table)
    hubs, own = _hubs(hocs, first_code=len(table))
    hub_ids = [hocs.text("hoc")[row].as_py() for row in own]
    kinds = _kinds(table, [hocs.text("data_type")[row].as_py() for row in own])
    return FactorSet(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        folder=folder,
        ids=(*unique_texts(table, "factor_id"), *hub_ids, NETWORK_HUB),
        family=kinds.family,
        data_type=kinds.data_type,
        wtw_g_per_tkm=_padded(table, "wtw_g_per_tkm", len(own) + 1),
        ttw_g_per_tkm=_padded(table, "ttw_g_per_tkm", len(own) + 1),
        gsd=_gsd(spreads, kinds, factors=table.path),
        correlation=data.parameter("family_correlation", least=0, most=1),
        air_added_km=data.parameter("air_added_km", least=0, most=1000),
        tocs=_tocs(tocs, table),
        hubs=hubs,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kinds:
    """What decides how far factors may be off, (n_factors,) each; hubs last."""

    family: tuple[str, ...]
    mode: tuple[str, ...]
    data_type: tuple[DataType, ...]
    spread: tuple[str, ...]


def _kinds(table: Table, hub_types: list[str]) -> _Kinds:
    modes = table.text("mode").to_pylist()
    sources = table.text("source").to_pylist()
    hubs = [*hub_types, DataType.DEFAULT]
    return _Kinds(
        family=(
            *(f"{mode}: {source}" for mode, source in zip(modes, sources, strict=True)),
            *(HUB for _ in hubs),
        ),
        mode=(*modes, *(HUB for _ in hubs)),
        data_type=tuple(
            DataType(text) for text in (*table.text("data_type").to_pylist(), *hubs)
        ),
        spread=(*table.text("spread").to_pylist(), *("" for _ in hubs)),
    )


def _padded(table: Table, column: str, count: int) -> NDArray[np.float64]:
    return np.append(table.number(column), np.full(count, np.nan))


def _gsd(spreads: Table, kinds: _Kinds, *, factors: Path) -> NDArray[np.float64]:
    """Return the geometric standard deviation of each factor."""
    names = ("mode", "data_type", "spread")
    keys = list(zip(*(spreads.text(n).to_pylist() for n in names), strict=True))
    once(spreads, ", ".join(names), keys)
    gsd = dict(zip(keys, spreads.number("gsd").tolist(), strict=True))
    types = [str(kind) for kind in kinds.data_type]
    wanted = list(zip(kinds.mode, types, kinds.spread, strict=True))
    refuse(
        factors,
        (
            (
                row,
                f"{', '.join(names)} are {key}, expected a row of {spreads.path.name}",
            )
            for row, key in enumerate(wanted)
            if key not in gsd
        ),
    )
    return np.array([gsd[key] for key in wanted])


def _check_intensities(table: Table) -> None:
    """Check that intensities add up and are in the unit they should be in."""
    wtw, ttw, wtt = (table.number(f"{n}_g_per_tkm") for n in ("wtw", "ttw", "wtt"))
    uses = table.text("use").to_pylist()
    problems = []
    for row, use in enumerate(uses):
        if 0 < wtw[row] < LEAST_G_PER_TKM:
            expected = f"0 or a number >= {LEAST_G_PER_TKM:g} (is it in kg?)"
            problems.append(
                (row, f"wtw_g_per_tkm is {wtw[row]:g}, expected {expected}")
            )
        if ttw[row] > wtw[row]:
            expected = f"at most wtw_g_per_tkm, {wtw[row]:g}"
            problems.append(
                (row, f"ttw_g_per_tkm is {ttw[row]:g}, expected {expected}")
            )
        elif abs(ttw[row] + wtt[row] - wtw[row]) > ROUNDING_G_PER_TKM:
            expected = f"the sum of ttw and wtt, {ttw[row] + wtt[row]:g}"
            problems.append(
                (row, f"wtw_g_per_tkm is {wtw[row]:g}, expected {expected}")
            )
        if use == DEFAULT_USE and np.isnan(wtw[row] + ttw[row]):
            expected = f"numbers for use {DEFAULT_USE!r}"
            problems.append(
                (row, f"wtw or ttw_g_per_tkm is empty, expected {expected}")
            )
    refuse(table.path, problems)


def _tocs(table: Table, factors: Table) -> TocFactors:
    code = codes_in(table, "factor_id", factors.text("factor_id").to_pylist())
    uses = factors.text("use").to_pylist()
    refuse(
        table.path,
        (
            (row, f"factor_id has use {uses[c]!r}, expected use {DEFAULT_USE!r}")
            for row, c in enumerate(code.tolist())
            if uses[c] != DEFAULT_USE
        ),
    )
    texts = table.text("toc").to_pylist()
    cargo = codes_in(table, "cargo", CARGOES)
    once(
        table,
        "toc, cargo",
        list(zip(texts, table.text("cargo").to_pylist(), strict=True)),
    )
    names = tuple(dict.fromkeys(texts))
    toc = codes_in(table, "toc", names)
    factor = np.full((len(names), len(CARGOES)), NO_FACTOR, dtype=np.int16)
    factor[toc, cargo] = code
    adjustment = np.ones(factor.shape)
    adjustment[toc, cargo] = table.number("distance_adjustment")
    first = [texts.index(name) for name in names]
    _same(table, "mode", first, toc)
    _same(table, "air_shipping", first, toc)
    mode = codes_in(table, "mode", MODES).astype(np.int8)
    shipping = [table.text("air_shipping")[row].as_py() for row in first]
    return TocFactors(
        names=names,
        mode=mode[first],
        factor=factor,
        adjustment=adjustment,
        air_shipping=tuple(AirShipping(text) if text else None for text in shipping),
    )


def _same(table: Table, column: str, first: list[int], toc: NDArray[np.int64]) -> None:
    """Check that all rows of a TOC say the same in a column."""
    texts = table.text(column).to_pylist()
    refuse(
        table.path,
        (
            (row, f"{column} is {text!r}, expected {texts[first[code]]!r} as before")
            for row, (text, code) in enumerate(zip(texts, toc.tolist(), strict=True))
            if text != texts[first[code]]
        ),
    )


def _hubs(table: Table, *, first_code: int) -> tuple[HocFactors, list[int]]:
    """Return the hub intensities, and the rows that have one."""
    names = unique_texts(table, "hoc")
    of = _hoc_of(table)
    wtw, ttw = table.number("wtw_kg_per_t"), table.number("ttw_kg_per_t")
    problems = []
    for row, kind in enumerate(table.text("data_type").to_pylist()):
        if len({bool(np.isnan(wtw[row])), bool(np.isnan(ttw[row])), kind == ""}) > 1:
            expected = "all three or none"
            problems.append(
                (
                    row,
                    f"one of wtw_kg_per_t, ttw_kg_per_t, data_type is empty, expected {expected}",
                )
            )
        if ttw[row] > wtw[row]:
            expected = f"at most wtw_kg_per_t, {wtw[row]:g}"
            problems.append((row, f"ttw_kg_per_t is {ttw[row]:g}, expected {expected}"))
    refuse(table.path, problems)
    own = np.flatnonzero(~np.isnan(wtw)).tolist()
    factor = np.full(len(names), NO_FACTOR, dtype=np.int16)
    factor[own] = first_code + np.arange(len(own))
    hubs = HocFactors(
        names=names,
        of=of,
        moves=table.number("moves_goods") == 1,
        factor=factor,
        wtw_kg_per_t=wtw,
        ttw_kg_per_t=ttw,
    )
    return hubs, own


def _hoc_of(table: Table) -> NDArray[np.int16]:
    """Return the HOC by operation and mode; there must be one for each that exists."""
    of = np.full((len(OPERATIONS), len(MODES)), NO_HOC, dtype=np.int16)
    modes = codes_in_lists(table, "modes", MODES)
    for row, operation in codes_in_lists(table, "operations", OPERATIONS):
        for mode in [mode for same, mode in modes if same == row]:
            if of[operation, mode] != NO_HOC:
                what = f"{OPERATIONS[operation]} by {MODES[mode]}"
                refuse(table.path, [(row, f"{what} has a HOC before, expected one")])
            of[operation, mode] = row
    for operation, mode in np.argwhere(of == NO_HOC):
        if exists(OPERATIONS[operation], MODES[mode]):
            what = f"{OPERATIONS[operation]} by {MODES[mode]}"
            msg = f"{table.path}: there is no HOC for {what}, expected one"
            raise DataError(msg)
    return of
