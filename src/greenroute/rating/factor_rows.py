"""Rows of factors: their columns, and what must hold in each row."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greenroute.network.lane import MODES, Mode
from greenroute.rating.data_set import refuse
from greenroute.rating.energy_carrier import ONE_CARRIER, energy_errors
from greenroute.rating.factors import DataType, Use
from greenroute.tables import Column, ColumnKind, Table

_NUMBER = ColumnKind.NUMBER
#: Nothing that moves freight emits more per tonne-kilometre [g CO2e/(t·km)].
MOST_G_PER_TKM = 10_000.0
#: What a mode emits at least, if not nothing, and at most [g CO2e/(t·km)]: a figure
#: outside is in another unit. Wide enough for a van and for a train on hydropower.
RANGE_G_PER_TKM: dict[Mode, tuple[float, float]] = {
    Mode.SEA: (0.2, 1_000.0),
    Mode.AIR: (20.0, MOST_G_PER_TKM),
    Mode.RAIL: (0.2, 1_000.0),
    Mode.ROAD: (1.5, MOST_G_PER_TKM),
    Mode.INLAND_WATERWAY: (0.2, 1_000.0),
}
#: What operation and energy provision may differ from the total by [g CO2e/(t·km)].
ROUNDING_G_PER_TKM = 0.02
#: What the words of a basis start with.
GWP_WORDS = ("AR4", "AR5", "AR6", "not stated")
DISTANCE_WORDS = ("actual", "sfd", "gcd", "gcd+95", "undeclared")
INTENSITY = Column(kind=_NUMBER, empty=True, least=0, most=MOST_G_PER_TKM)
FACTOR_COLUMNS = {
    "factor_id": Column(),
    "mode": Column(choices=tuple(MODES)),
    "vehicle_class": Column(),
    "region": Column(),
    "temperature": Column(choices=("ambient", "refrigerated")),
    "wtw_g_per_tkm": INTENSITY,
    "ttw_g_per_tkm": INTENSITY,
    "wtt_g_per_tkm": INTENSITY,
    "wtt_basis": Column(choices=("published", "modelled", "none")),
    "energy": Column(required=False, empty=True),
    "gwp_basis": Column(),
    "distance_basis": Column(),
    "data_type": Column(choices=tuple(DataType)),
    "spread": Column(empty=True),
    "use": Column(choices=tuple(Use)),
    "source": Column(),
    "section": Column(),
    "year": Column(kind=ColumnKind.INTEGER, least=1990, most=2100),
    "licence": Column(),
    "confidence": Column(),
    "notes": Column(empty=True),
}


def first_word(text: str) -> str:
    """Return what a basis starts with, like "undeclared" of "undeclared; as actual"."""
    return text.partition(";")[0].partition(" ")[0]


def knows_gwp(text: str) -> bool:
    """Return whether a GWP basis is one there is."""
    return text == GWP_WORDS[-1] or first_word(text) in GWP_WORDS


def knows_distance(text: str) -> bool:
    """Return whether a distance basis is one there is."""
    return first_word(text) in DISTANCE_WORDS


def check_rows(table: Table) -> None:
    """Check that intensities add up, are in the unit they should be in and have a basis.

    Raises
    ------
    DataError
        With every row that is wrong.
    """
    refuse(table.path, [*_wrong_numbers(table), *_wrong_words(table)])


def _wrong_numbers(table: Table) -> Iterable[tuple[int, str]]:
    wtw, ttw, wtt = (table.number(f"{n}_g_per_tkm") for n in ("wtw", "ttw", "wtt"))
    mode = np.asarray(pc.index_in(table.text("mode"), value_set=pa.array(MODES)))
    least, most = np.array([RANGE_G_PER_TKM[mode] for mode in MODES])[mode].T
    with np.errstate(invalid="ignore"):
        small, large = (wtw > 0) & (wtw < least), wtw > most
        above = ttw > wtw
        apart = np.abs(ttw + wtt - wtw) > ROUNDING_G_PER_TKM
    for row in np.flatnonzero(small):
        expected = f"0 or a number >= {least[row]:g} (is it in kg?)"
        yield int(row), f"wtw_g_per_tkm is {wtw[row]:g}, expected {expected}"
    for row in np.flatnonzero(large):
        expected = f"a number <= {most[row]:g} for {MODES[mode[row]]}"
        yield int(row), f"wtw_g_per_tkm is {wtw[row]:g}, expected {expected}"
    for row in np.flatnonzero(above):
        expected = f"at most wtw_g_per_tkm, {wtw[row]:g}"
        yield int(row), f"ttw_g_per_tkm is {ttw[row]:g}, expected {expected}"
    for row in np.flatnonzero(apart & ~above):
        expected = f"the sum of ttw and wtt, {ttw[row] + wtt[row]:g}"
        yield int(row), f"wtw_g_per_tkm is {wtw[row]:g}, expected {expected}"
    chosen = pa.array([Use.DEFAULT, Use.OPTION, Use.LAST_RESORT])
    usable = np.asarray(pc.is_in(table.text("use"), value_set=chosen))
    for row in np.flatnonzero(usable & np.isnan(wtw + ttw)):
        use = table.text("use")[int(row)].as_py()
        expected = f"numbers for use {use!r}"
        yield int(row), f"wtw or ttw_g_per_tkm is empty, expected {expected}"


def _wrong_words(table: Table) -> Iterable[tuple[int, str]]:
    for column, knows, words in (
        ("gwp_basis", knows_gwp, GWP_WORDS),
        ("distance_basis", knows_distance, DISTANCE_WORDS),
    ):
        texts = table.text(column)
        unknown = [text for text in pc.unique(texts).to_pylist() if not knows(text)]
        if not unknown:
            continue
        wrong = pc.is_in(texts, value_set=pa.array(unknown, pa.string()))
        for row in np.flatnonzero(wrong).tolist():
            expected = f"one that starts with {', '.join(words)}"
            yield row, f"{column} is {texts[row].as_py()!r}, expected {expected}"
    energy = table.text("energy")
    known = pc.match_substring_regex(energy, f"^$|{ONE_CARRIER}")
    named = pc.unique(energy.filter(pc.invert(known))).to_pylist()
    for text, error in zip(named, energy_errors(named), strict=True):
        if error:
            for row in np.flatnonzero(pc.equal(energy, text)).tolist():
                yield row, error
