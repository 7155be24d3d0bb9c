"""Checks the rows of a filled template, all of them, and converts their units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from rapidfuzz import process

from greenroute.network.lane import Mode
from greenroute.orders.shipment import Cargo
from greenroute.rating.factor_rows import (
    RANGE_G_PER_TKM,
    first_word,
    knows_distance,
    knows_gwp,
)
from greenroute.rating.factors import HUB, DataType
from greenroute.rating.import_template import (
    IMPORT_MODES,
    LANES,
    MAY_BE_EMPTY,
    TEMPLATES,
    Evidence,
    ImportKind,
)
from greenroute.units import G_PER_KG, KG_PER_SHORT_TON, KG_PER_TONNE, KM_PER_MILE

#: Intensities of fleets lie in here [g CO2e/(t·km)]: narrower than what a single vehicle
#: may have, so that kilograms for grams are seen in every mode.
FLEET_G_PER_TKM: dict[Mode, tuple[float, float]] = {
    **RANGE_G_PER_TKM,
    Mode.SEA: (1.0, 500.0),
    Mode.AIR: (100.0, 10_000.0),
    Mode.RAIL: (0.5, 300.0),
    Mode.INLAND_WATERWAY: (1.0, 500.0),
}
HUB_KG_PER_T = (0.01, 200.0)
#: Sum and parts may differ by this share of the sum, as printed tables are rounded.
ROUNDING_SHARE = Decimal("0.02")
_SHORT_TKM = Decimal(str(KG_PER_SHORT_TON)) / KG_PER_TONNE * Decimal(str(KM_PER_MILE))
#: g CO2e/tkm in one unit; of units by TEU, times tonnes per TEU.
TKM_UNITS = {
    "g CO2e/tkm": Decimal(1),
    "kg CO2e/tkm": Decimal(G_PER_KG),
    "g CO2e/short-ton-mile": 1 / _SHORT_TKM,
    "kg CO2e/short-ton-mile": G_PER_KG / _SHORT_TKM,
}
TEU_UNITS = {"g CO2e/TEU-km": Decimal(1), "kg CO2e/TEU-km": Decimal(G_PER_KG)}
#: kg CO2e/t in one unit.
HUB_UNITS = {"kg CO2e/t": Decimal(1), "g CO2e/t": 1 / Decimal(G_PER_KG)}
_YEARS = (1990, 2100)
_NEAR = 3

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the set has that the rows are checked against.

    Attributes
    ----------
    modes
        Mode by TOC.
    hocs
        Hub operation categories.
    provision
        Energy provision over operation, by fuel.
    """

    modes: Mapping[str, str]
    hocs: frozenset[str]
    provision: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A row that can be used: [g CO2e/(t·km)], or [kg CO2e/t] of a hub."""

    words: Words
    wtw: Decimal
    ttw: Decimal
    data_type: DataType


@dataclass(slots=True)
class _Row:
    """A row under check, and what is wrong with it."""

    words: Words
    problems: list[str] = field(default_factory=list)

    def wrong(self, column: str, expected: str, rule: str) -> None:
        value = self.words.get(column, "")
        self.problems.append(
            f"{column} is {value!r}, expected {expected} (rule: {rule})"
        )

    def number(self, column: str) -> Decimal | None:
        """Return a number >= 0; None if the cell is empty or wrong."""
        text = self.words.get(column, "")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            self.wrong(column, "a number >= 0", "number")
            return None
        return number


def check_import_row(
    words: Words, kind: ImportKind, known: Known
) -> tuple[Imported | None, list[str]]:
    """Return a row in the units of a factor set, and what is wrong with it."""
    row = _Row(words)
    for column in TEMPLATES[kind]:
        if not words[column] and column not in MAY_BE_EMPTY[kind]:
            row.wrong(column, "something", "required")
    _check_words(row, known)
    by_ton_mile = kind is ImportKind.SMARTWAY
    figures = _smartway(row, known) if by_ton_mile else _figures(row)
    if row.problems or figures is None:
        return None, row.problems
    wtw, ttw = figures
    data_type = _data_type(words)
    return Imported(words=words, wtw=wtw, ttw=ttw, data_type=data_type), []


def _data_type(words: Words) -> DataType:
    """Return the class: measured by one carrier is primary, a model is modelled."""
    match words.get("evidence"):
        case Evidence.MEASURED if words.get("carrier"):
            return DataType.PRIMARY
        case Evidence.MODELLED:
            return DataType.MODELLED
        case _:
            return DataType.DEFAULT


def _check_words(row: _Row, known: Known) -> None:
    words = row.words
    _one_of(row, "mode", IMPORT_MODES)
    _one_of(row, "cargo", tuple(Cargo))
    _one_of(row, "temperature", ("ambient", "refrigerated"))
    _one_of(row, "evidence", tuple(Evidence))
    if words.get("lane"):
        _named(row, "lane", LANES)
    _such(row, "gwp_basis", knows_gwp, "AR4, AR5, AR6 or 'not stated'")
    _such(row, "distance_basis", knows_distance, "actual, sfd, gcd, gcd+95, undeclared")
    _check_distance(row)
    year = row.number("year")
    if year is not None and (year != int(year) or not _YEARS[0] <= year <= _YEARS[1]):
        row.wrong("year", f"a year from {_YEARS[0]} to {_YEARS[1]}", "year")
    mode, toc = words["mode"], words["toc"]
    if mode == HUB:
        _named(row, "toc", tuple(sorted(known.hocs)))
    elif toc:
        _named(row, "toc", tuple(known.modes))
        if mode in IMPORT_MODES and known.modes.get(toc, mode) != mode:
            row.wrong("mode", f"{known.modes[toc]}, that of toc {toc!r}", "mode")


def _check_distance(row: _Row) -> None:
    """Refuse great circles by surface: there is no factor that brings them to a route."""
    basis = first_word(row.words["distance_basis"])
    if basis.startswith("gcd") and row.words["mode"] not in (Mode.AIR, HUB):
        row.wrong("distance_basis", "actual, sfd or undeclared by surface", "distance")
    if basis == "gcd" and row.words["mode"] == Mode.AIR:
        row.wrong("distance_basis", "gcd+95, actual or undeclared by air", "distance")


def _one_of(row: _Row, column: str, choices: tuple[str, ...]) -> None:
    value = row.words.get(column)
    if value and value not in choices:
        row.wrong(column, f"one of {', '.join(choices)}", column)


def _named(row: _Row, column: str, choices: tuple[str, ...]) -> None:
    value = row.words[column]
    if value not in choices:
        near = process.extract(value, choices, limit=_NEAR)
        names = ", ".join(name for name, _, _ in near)
        row.wrong(column, f"one of {len(choices)}; near ones are {names}", column)


def _such(row: _Row, column: str, knows: Callable[[str], bool], expected: str) -> None:
    value = row.words.get(column)
    if value and not knows(value):
        row.wrong(column, expected, column)


def _figures(row: _Row) -> tuple[Decimal, Decimal] | None:
    """Return WTW and TTW in the unit of a factor set."""
    wtw, ttw, wtt = (row.number(name) for name in ("wtw", "ttw", "wtt"))
    scale = _scale(row)
    if wtw is None or ttw is None:
        return None
    if ttw > wtw:
        row.wrong("ttw", f"at most wtw, {wtw}", "ttw <= wtw")
    elif wtt is not None and abs(ttw + wtt - wtw) > ROUNDING_SHARE * wtw:
        row.wrong("wtt", f"wtw less ttw, {wtw - ttw}", "wtw = ttw + wtt")
    if scale is None:
        return None
    _check_magnitude(row, "wtw", wtw * scale)
    return wtw * scale, ttw * scale


def _scale(row: _Row) -> Decimal | None:
    """Return what a figure is multiplied with; None if the unit is not one there is."""
    unit, mode = row.words["unit"], row.words["mode"]
    units = HUB_UNITS if mode == HUB else TKM_UNITS
    if unit in units:
        return units[unit]
    if unit in TEU_UNITS and mode in (Mode.SEA, Mode.INLAND_WATERWAY):
        tonnes = row.number("t_per_teu")
        if not tonnes:
            row.wrong("t_per_teu", "a number > 0 for a unit by TEU", "unit")
            return None
        return TEU_UNITS[unit] / tonnes
    if unit:
        by_teu = () if mode == HUB else tuple(TEU_UNITS)
        row.wrong("unit", f"one of {', '.join((*units, *by_teu))}", "unit")
    return None


def _check_magnitude(row: _Row, column: str, figure: Decimal) -> None:
    """Refuse a figure that only another unit explains; a 0 is meant."""
    mode = row.words["mode"]
    if mode not in IMPORT_MODES or figure == 0:
        return
    hub = mode == HUB
    least, most = HUB_KG_PER_T if hub else FLEET_G_PER_TKM[Mode(mode)]
    if not Decimal(str(least)) <= figure <= Decimal(str(most)):
        unit = "kg CO2e/t" if hub else "g CO2e/tkm"
        expected = f"{least:g} to {most:g} {unit} for {mode}, it is {figure:.6g} there"
        row.wrong(column, expected, "magnitude")


def _smartway(row: _Row, known: Known) -> tuple[Decimal, Decimal] | None:
    """Return WTW and TTW of CO2 from the exhaust, with provision by the fuel."""
    co2 = row.number("co2_g_per_short_ton_mile")
    fuel = row.words["fuel"]
    if fuel and fuel not in known.provision:
        row.wrong("fuel", f"one of {', '.join(sorted(known.provision))}", "fuel")
        return None
    if co2 is None or not fuel:
        return None
    ttw = co2 / _SHORT_TKM
    _check_magnitude(row, "co2_g_per_short_ton_mile", ttw)
    return ttw * (1 + known.provision[fuel]), ttw
