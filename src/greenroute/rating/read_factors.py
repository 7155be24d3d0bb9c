"""Reads a factor set folder, and the sets it draws on: strictly, with digests verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.lane import MODES
from greenroute.rating.data_set import (
    codes_in_lists,
    once,
    open_data_set,
    refuse,
    sets_of,
    unique_texts,
)
from greenroute.rating.factor_tables import (
    BASE,
    DESCRIPTION,
    SET_NAME,
    read_all_factors,
)
from greenroute.rating.factors import (
    HUB,
    NETWORK_HUB,
    NO_FACTOR,
    NO_HOC,
    DataType,
    FactorNotes,
    FactorSet,
    HocFactors,
)
from greenroute.rating.operation import OPERATIONS, exists
from greenroute.rating.read_tocs import read_tocs
from greenroute.tables import Column, ColumnKind, Table, read_table

__all__ = ["HUB", "read_factors"]

_NUMBER = ColumnKind.NUMBER
_KG_PER_T = Column(kind=_NUMBER, empty=True, least=0, most=1_000)
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
#: Tables that a factor set must have, besides factors.
TABLES = ("hocs", "spreads", "tocs")
_NOTES = (
    "vehicle_class",
    "region",
    "temperature",
    "source",
    "section",
    "licence",
    "energy",
    "gwp_basis",
    "distance_basis",
    "spread",
    "confidence",
    "use",
)


def read_factors(folder: Path) -> FactorSet:
    """Read a factor set folder and the factors of the sets that it draws on.

    Parameters
    ----------
    folder
        Folder with `factors.toml` and the tables `factors`, `tocs`, `hocs` and `spreads`;
        the sets named in its `[[sets]]` lie beside it, or in the package.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table says something that cannot be.
    """
    data = open_data_set(folder, DESCRIPTION, TABLES)
    table = read_all_factors(data)
    hocs = read_table(data.files["hocs"], HOC_COLUMNS)
    spreads = read_table(data.files["spreads"], SPREAD_COLUMNS)
    hubs, own = _hubs(hocs, first_code=len(table))
    kinds = _kinds(table, [hocs.text("data_type")[row].as_py() for row in own])
    gsd = _gsd_by_kind(spreads)
    return FactorSet(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        folder=folder,
        ids=(
            *table.text("factor_id").to_pylist(),
            *(hubs.names[row] for row in own),
            NETWORK_HUB,
        ),
        family=kinds.family,
        data_type=kinds.data_type,
        wtw_g_per_tkm=_padded(table, "wtw_g_per_tkm", len(own) + 1),
        ttw_g_per_tkm=_padded(table, "ttw_g_per_tkm", len(own) + 1),
        gsd=_gsd(gsd, kinds, table, spreads.path),
        usual_gsd={
            (mode, DataType(kind)): value
            for (mode, kind, case), value in gsd.items()
            if not case
        },
        notes=FactorNotes(
            set_name=table.text(SET_NAME),
            year=table.number("year").astype(np.int16),
            base=table.text(BASE),
            **{name: table.text(name) for name in _NOTES},
        ),
        sets=sets_of(data),
        attributions=tuple(
            source["attribution"]
            for source in data.about.get("sources", [])
            if source.get("attribution")
        ),
        correlation=data.parameter("family_correlation", least=0, most=1),
        air_added_km=data.parameter("air_added_km", least=0, most=1000),
        tocs=read_tocs(data, table),
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
    modes = table.text("mode")
    family = pc.binary_join_element_wise(modes, table.text("source"), ": ")
    hubs = [*hub_types, DataType.DEFAULT]
    types = {str(kind): kind for kind in DataType}
    return _Kinds(
        family=(*family.to_pylist(), *(HUB for _ in hubs)),
        mode=(*modes.to_pylist(), *(HUB for _ in hubs)),
        data_type=tuple(
            types[text] for text in (*table.text("data_type").to_pylist(), *hubs)
        ),
        spread=(*table.text("spread").to_pylist(), *("" for _ in hubs)),
    )


def _padded(table: Table, column: str, count: int) -> NDArray[np.float64]:
    return np.append(table.number(column), np.full(count, np.nan))


_Kind = tuple[str, str, str]


def _gsd_by_kind(spreads: Table) -> dict[_Kind, float]:
    """Return the geometric standard deviation by mode, data type and case."""
    names = ("mode", "data_type", "spread")
    keys = list(zip(*(spreads.text(n).to_pylist() for n in names), strict=True))
    once(spreads, ", ".join(names), keys)
    return dict(zip(keys, spreads.number("gsd").tolist(), strict=True))


def _gsd(
    gsd: Mapping[_Kind, float], kinds: _Kinds, factors: Table, spreads: Path
) -> NDArray[np.float64]:
    """Return the geometric standard deviation of each factor."""
    wanted = list(zip(kinds.mode, kinds.data_type, kinds.spread, strict=True))
    unknown = {key for key in set(wanted) if key not in gsd}
    if unknown:
        # Rows of the set itself come last, before those of hubs.
        own = factors.text(SET_NAME)
        first = pc.index(own, own[len(factors) - 1]).as_py()
        refuse(
            factors.path,
            (
                (
                    row - first,
                    (
                        f"mode, data_type, spread are {tuple(map(str, key))}, "
                        f"expected a row of {spreads.name}"
                    ),
                )
                for row, key in enumerate(wanted)
                if key in unknown
            ),
        )
    return np.array([gsd[key] for key in wanted])


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
        hub_type=tuple(table.text("hub_type").to_pylist()),
        source=tuple(table.text("source").to_pylist()),
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
