"""Reads the dated parameters of what emissions cost by law."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from greenroute.rating.carbon_cost import CarbonRules
from greenroute.rating.data_set import once, open_data_set, refuse, unique_texts
from greenroute.rating.money import day_of
from greenroute.tables import Column, ColumnKind, Table, read_table

TABLES = ("eea", "eua_prices", "fueleu_targets", "phase_in")
_SHARE = Column(kind=ColumnKind.NUMBER, least=0, most=1)
_YEAR = Column(kind=ColumnKind.INTEGER, least=2000, most=2100)
#: Smallest and largest value by parameter.
PARAMETERS: Mapping[str, tuple[float, float]] = {
    "ets_extra_share": (0, 1),
    "ets_all_gases_from": (2000, 2100),
    "ets_co2_share": (0, 1),
    "fueleu_extra_share": (0, 1),
    "fueleu_reference_g_per_mj": (1, 1_000),
    "fueleu_wtw_g_per_mj": (1, 1_000),
    "fueleu_ttw_g_per_mj": (1, 1_000),
    "fueleu_mj_per_t": (1, 1_000_000),
    "fueleu_eur_per_t": (0, 1_000_000),
    "corsia_usd_per_t": (0, 10_000),
}


def read_carbon_rules(folder: Path) -> CarbonRules:
    """Read the parameters of carbon costs.

    Parameters
    ----------
    folder
        Folder with `carbon-costs.toml` and the tables `eea`, `eua_prices`,
        `fueleu_targets` and `phase_in`.

    Raises
    ------
    CorruptDataError
        If a file is missing or its digest differs from the description.
    DataError
        If a table or parameter says something that cannot be.
    """
    data = open_data_set(folder, "carbon-costs.toml", TABLES)
    eea = read_table(data.files["eea"], {"iso2": Column()})
    years = read_table(data.files["phase_in"], {"year": _YEAR, "share": _SHARE})
    columns = {"year": _YEAR, "reduction": _SHARE}
    targets = read_table(data.files["fueleu_targets"], columns)
    price = Column(kind=ColumnKind.NUMBER, least=0, most=10_000)
    columns = {"date": Column(), "eur_per_t": price}
    prices = read_table(data.files["eua_prices"], columns)
    parameters = {
        name: data.parameter(name, least=least, most=most)
        for name, (least, most) in PARAMETERS.items()
    }
    return CarbonRules(
        name=data.name,
        version=data.version,
        sha256=data.sha256,
        eea=frozenset(unique_texts(eea, "iso2")),
        phase_in=_by_year(years, "share"),
        fueleu_reduction=_by_year(targets, "reduction"),
        eua_eur_per_t=_by_day(prices, "eur_per_t"),
        **parameters,
    )


def _by_year(table: Table, column: str) -> dict[int, float]:
    years = [int(year) for year in table.number("year")]
    once(table, "year", years)
    return dict(zip(years, table.number(column).tolist(), strict=True))


def _by_day(table: Table, column: str) -> dict[date, float]:
    texts = table.text("date").to_pylist()
    once(table, "date", texts)
    days = [day_of(text) for text in texts]
    refuse(
        table.path,
        (
            (row, f"date is {text!r}, expected a day like 2026-01-31")
            for row, (day, text) in enumerate(zip(days, texts, strict=True))
            if day is None
        ),
    )
    values = table.number(column).tolist()
    return {day: usd for day, usd in zip(days, values, strict=True) if day is not None}
