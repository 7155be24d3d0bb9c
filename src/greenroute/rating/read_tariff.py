"""Reads a tariff folder: strictly, with its digests verified."""

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
    unique_texts,
)
from greenroute.rating.equipment_code import (
    DEFAULT_EQUIPMENT_CODES,
    read_equipment_codes,
)
from greenroute.rating.factors import CARGOES
from greenroute.rating.operation import OPERATIONS, exists
from greenroute.rating.tariff import Equipment, OptionTerms, Price, Tariff
from greenroute.tables import Column, ColumnKind, Table, data_folder, read_table

_NUMBER = ColumnKind.NUMBER
_USD = Column(kind=_NUMBER, least=0, most=1_000_000)
_RATIO = Column(kind=_NUMBER, least=1, most=10)
_HOURS = Column(kind=_NUMBER, least=0, most=1_000)
_MORE_HOURS = Column(kind=_NUMBER, required=False, least=0, most=1_000)
_ORIGIN = {
    "source": Column(),
    "year": Column(kind=ColumnKind.INTEGER, least=1990, most=2100),
    "confidence": Column(choices=("high", "medium", "low")),
}
_RANGE = {
    "low_share": Column(kind=_NUMBER, empty=True, above=0, most=1),
    "high_share": Column(kind=_NUMBER, empty=True, least=1),
}
_PRICE = {
    "usd_per_shipment": _USD,
    "usd_per_unit": _USD,
    "usd_minimum": _USD,
}
EQUIPMENT_COLUMNS = {
    "equipment": Column(),
    "name": Column(),
    "sold": Column(choices=("whole", "part")),
    "payload_kg": Column(kind=_NUMBER, above=0, most=10_000_000),
    "loadable_m3": Column(kind=_NUMBER, above=0, most=100_000),
    "cargo": Column(),
    **_ORIGIN,
}
LANE_COLUMNS = {
    "toc": Column(),
    "equipment": Column(),
    **_PRICE,
    "usd_per_unit_km": Column(kind=_NUMBER, least=0, most=100),
    **_RANGE,
    **_ORIGIN,
}
OPERATION_COLUMNS = {
    "operation": Column(choices=tuple(OPERATIONS)),
    "mode": Column(choices=tuple(MODES)),
    "equipment": Column(empty=True),
    **_PRICE,
    **_RANGE,
    **_ORIGIN,
}
HANDLING_COLUMNS = {
    "operation": Column(choices=tuple(OPERATIONS)),
    "mode": Column(choices=tuple(MODES)),
    "duration_h": _HOURS,
    "p95_ratio": _RATIO,
    "part_h": _MORE_HOURS,
    "part_p95_h": _MORE_HOURS,
    **_ORIGIN,
}
RUNNING_COLUMNS = {
    "toc": Column(),
    "cutoff_h": _HOURS,
    "p95_ratio": _RATIO,
    **_ORIGIN,
}
OPTION_COLUMNS = {
    "option": Column(),
    "base_toc": Column(),
    "price_share": Column(kind=_NUMBER, above=-1, most=10),
    "low_share": Column(kind=_NUMBER, above=-1, most=10),
    "high_share": Column(kind=_NUMBER, above=-1, most=10),
    "transit_share": Column(kind=_NUMBER, above=-1, most=10),
    "max_distance_km": Column(kind=_NUMBER, empty=True, above=0),
    "markets": Column(empty=True),
    **_ORIGIN,
}
#: Separates the markets of an option.
LIST_SEPARATOR = ";"
TABLES = ("equipment", "handling_times", "lanes", "operations", "running_times")


def read_tariff(folder: Path) -> Tariff:
    """Read a tariff folder.

    Parameters
    ----------
    folder
        Folder with `tariff.toml` and the tables `equipment`, `lanes`, `operations`,
        `handling_times` and `running_times`, and optionally `options`.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table says something that cannot be.
    """
    data = open_data_set(folder, "tariff.toml", TABLES)
    currency = data.about.get("currency")
    if currency != "USD":
        msg = f"{data.path}: currency is {currency!r}, expected USD"
        raise DataError(msg)
    equipment = _equipment(read_table(data.files["equipment"], EQUIPMENT_COLUMNS))
    codes = read_equipment_codes(data_folder() / "cargo" / DEFAULT_EQUIPMENT_CODES)
    running = read_table(data.files["running_times"], RUNNING_COLUMNS)
    tocs = unique_texts(running, "toc")
    lanes = read_table(data.files["lanes"], LANE_COLUMNS)
    operations = read_table(data.files["operations"], OPERATION_COLUMNS)
    handling = read_table(data.files["handling_times"], HANDLING_COLUMNS)
    return Tariff(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        folder=folder,
        currency=currency,
        price_year=int(data.parameter("price_year", least=1990, most=2100)),
        density_kg_per_m3=data.parameter("density_kg_per_m3", least=1, most=22_590),
        equipment=equipment,
        equipment_codes=codes.codes(equipment),
        tocs=tocs,
        lane_price=_lane_price(lanes, tocs, equipment),
        cutoff_h=running.number("cutoff_h"),
        transit_p95_ratio=running.number("p95_ratio"),
        operation_price=_operation_price(operations, equipment),
        operation_h=_hours(handling, "duration_h"),
        operation_p95_ratio=_hours(handling, "p95_ratio"),
        part_h=_hours(handling, "part_h"),
        part_p95_h=_hours(handling, "part_p95_h"),
        options=(
            _options(read_table(data.files["options"], OPTION_COLUMNS), tocs)
            if "options" in data.files
            else ()
        ),
    )


def _equipment(table: Table) -> Equipment:
    takes = np.zeros((len(table), len(CARGOES)), dtype=np.bool_)
    for row, cargo in codes_in_lists(table, "cargo", CARGOES):
        takes[row, cargo] = True
    return Equipment(
        names=unique_texts(table, "equipment"),
        whole=np.array([sold == "whole" for sold in table.text("sold").to_pylist()]),
        payload_kg=table.number("payload_kg"),
        loadable_m3=table.number("loadable_m3"),
        takes=takes,
    )


def _options(table: Table, tocs: tuple[str, ...]) -> tuple[OptionTerms, ...]:
    codes_in(table, "base_toc", tocs)
    once(table, "option, base_toc", _keys(table, "option", "base_toc"))
    for low, share, high in zip(
        *(table.number(n) for n in ("low_share", "price_share", "high_share")),
        strict=True,
    ):
        if not low <= share <= high:
            msg = (
                f"{table.path}: price_share {share:g} is outside its range "
                f"{low:g} to {high:g}"
            )
            raise DataError(msg)
    return tuple(
        OptionTerms(
            option=option,
            base_toc=base,
            price_share=float(price),
            transit_share=float(transit),
            max_distance_km=float(most),
            markets=frozenset(markets.split(LIST_SEPARATOR)) - {""},
        )
        for option, base, price, transit, most, markets in zip(
            table.text("option").to_pylist(),
            table.text("base_toc").to_pylist(),
            table.number("price_share"),
            table.number("transit_share"),
            np.nan_to_num(table.number("max_distance_km"), nan=np.inf),
            table.text("markets").to_pylist(),
            strict=True,
        )
    )


def _lane_price(table: Table, tocs: tuple[str, ...], equipment: Equipment) -> Price:
    cells = (
        codes_in(table, "toc", tocs),
        codes_in(table, "equipment", equipment.names),
    )
    once(table, "toc, equipment", _keys(table, "toc", "equipment"))
    price = _price(table, cells, (len(tocs), len(equipment.names)))
    for toc, offered in zip(tocs, price.offered, strict=True):
        if not offered.any():
            msg = f"{table.path}: there is no price for TOC {toc!r}, expected one"
            raise DataError(msg)
    return price


def _operation_price(table: Table, equipment: Equipment) -> Price:
    cells = (
        codes_in(table, "operation", OPERATIONS),
        codes_in(table, "mode", MODES),
        codes_in(table, "equipment", (*equipment.names, "")),
    )
    keys = _keys(table, "operation", "mode", "equipment")
    once(table, "operation, mode, equipment", keys)
    shape = (len(OPERATIONS), len(MODES), len(equipment.names) + 1)
    price = _price(table, cells, shape)
    takes = np.vstack([equipment.takes, np.ones((1, len(CARGOES)), dtype=np.bool_)])
    priced = price.offered.astype(np.int64) @ takes.astype(np.int64) > 0
    for operation, mode, cargo in np.argwhere(~priced):
        if exists(OPERATIONS[operation], MODES[mode]):
            what = f"{OPERATIONS[operation]} of {CARGOES[cargo]} cargo by {MODES[mode]}"
            msg = f"{table.path}: there is no price for {what}, expected one"
            raise DataError(msg)
    return price


def _price(
    table: Table, cells: tuple[NDArray[np.int64], ...], shape: tuple[int, ...]
) -> Price:
    """Return the prices of a table in a grid, NaN where it has none."""
    names = ("usd_per_shipment", "usd_per_unit", "usd_per_unit_km", "usd_minimum")
    grids = {name: np.full(shape, np.nan) for name in names}
    for name, grid in grids.items():
        grid[cells] = table.number(name) if table.has(name) else 0.0
    return Price(**grids)


def _hours(table: Table, column: str) -> NDArray[np.float64]:
    """Return a column by operation and mode; 0 where the mode or the table has none."""
    once(table, "operation, mode", _keys(table, "operation", "mode"))
    cells = (codes_in(table, "operation", OPERATIONS), codes_in(table, "mode", MODES))
    grid = np.full((len(OPERATIONS), len(MODES)), np.nan)
    grid[cells] = table.number(column) if table.has(column) else 0.0
    for operation, mode in np.argwhere(np.isnan(grid)):
        if exists(OPERATIONS[operation], MODES[mode]):
            what = f"{OPERATIONS[operation]} by {MODES[mode]}"
            msg = f"{table.path}: there is no row for {what}, expected one"
            raise DataError(msg)
    return np.asarray(np.nan_to_num(grid))


def _keys(table: Table, *columns: str) -> list[tuple[str, ...]]:
    return list(zip(*(table.text(name).to_pylist() for name in columns), strict=True))
