"""Finds intensity, distance rule and factor of every element: its own, or of the set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import process

from greenroute.errors import DataError
from greenroute.network.lane import MODES, Mode
from greenroute.orders.shipment import Cargo
from greenroute.plan.leg import LegKind
from greenroute.rating.factors import CARGOES, NO_FACTOR, DataType, FactorSet
from greenroute.statement import exact
from greenroute.statement.chain import TransportChains
from greenroute.statement.columns import PER_T, PER_TEU, PER_TEUKM, PER_TKM
from greenroute.statement.distance import (
    ActivityBasis,
    Adjustment,
    DistanceRule,
    IntensityBasis,
    distance_rule,
)
from greenroute.statement.groups import group_rows
from greenroute.statement.lineage import Lineage
from greenroute.statement.rejection import ChainRule, Findings

#: How many near names an error names.
NEAR = 4
#: Rule of a hub operation, which has no distance.
_NO_DISTANCE = DistanceRule(
    added_km=Decimal(0),
    adjustment=Adjustment.NONE,
    default_daf=Decimal(1),
    activity=ActivityBasis.SFD,
)
#: What decides the case of an element, as far as it is words.
CASE_COLUMNS = (
    "kind",
    "mode",
    "toc",
    "hoc",
    "cargo",
    "distance_basis",
    "intensity_distance_basis",
    "data_type",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What elements that say the same have in common.

    Attributes
    ----------
    rule
        How the distance becomes that of the activity.
    own
        The element brings its intensity along.
    wtw, ttw
        Intensity of the factor set [g/(t·km), or kg/t of a hub]; None if it is the
        element's own, or not known.
    factor_id
        Factor of the set; "" for an own intensity, or where none is known.
    data_type
        Class of the intensity.
    intensity_basis
        Distance that the intensity was built on.
    """

    rule: DistanceRule
    own: bool
    wtw: Decimal | None
    ttw: Decimal | None
    factor_id: str
    data_type: DataType
    intensity_basis: IntensityBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The case of every element.

    Attributes
    ----------
    of
        Position in `cases`, (n_rows,).
    cases
        None where it is an error.
    """

    of: NDArray[np.int64]
    cases: tuple[Case | None, ...]

    def column(self, value: Callable[[Case], object], kind: pa.DataType) -> pa.Array:
        """Return a value of each element's case, (n_rows,)."""
        values = [None if case is None else value(case) for case in self.cases]
        return pa.array(values, kind).take(pa.array(self.of))

    def mask(self, holds: Callable[[Case], bool]) -> NDArray[np.bool_]:
        """Return for which elements something holds, bool (n_rows,)."""
        found = [case is not None and holds(case) for case in self.cases]
        return np.array([*found, False], dtype=np.bool_)[self.of]


def find_cases(
    chains: TransportChains, factors: FactorSet, lineage: Lineage, findings: Findings
) -> Cases:
    """Return the case of every element; those without one are noted as errors."""
    count = len(chains)
    columns = {
        name: column
        for name in CASE_COLUMNS
        if (column := chains.column(name)) is not None
    }
    flags = {
        name: _filled(chains, name)
        for name in ("daf", PER_TKM[0], PER_TEUKM[0], PER_T[0], PER_TEU[0])
    }
    of, first = group_rows([*columns.values(), *flags.values()], count)
    cases: list[Case | None] = []
    for case, row in enumerate(first.tolist()):
        words = {name: column[row].as_py() for name, column in columns.items()}
        own = any(flags[pair[0]][row] for pair in (PER_TKM, PER_TEUKM, PER_T, PER_TEU))
        element = _Element(words=words, own=own, has_daf=bool(flags["daf"][row]))
        try:
            cases.append(_case(element, factors, lineage))
        except _CaseError as error:
            cases.append(None)
            for wrong in np.flatnonzero(of == case).tolist():
                findings.add(wrong, error.column, error.rule, error.text)
    return Cases(of=of, cases=tuple(cases))


def _filled(chains: TransportChains, name: str) -> NDArray[np.bool_]:
    column = chains.column(name)
    if column is None:
        return np.zeros(len(chains), dtype=np.bool_)
    return np.asarray(pc.is_valid(column), dtype=np.bool_)


class _CaseError(Exception):
    """Elements that say something that cannot be stated."""

    def __init__(self, text: str, *, column: str, rule: ChainRule) -> None:
        super().__init__(text)
        self.column = column
        self.rule = rule
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    """The words of an element."""

    words: Mapping[str, str | None]
    own: bool
    has_daf: bool

    def word(self, name: str) -> str:
        return self.words.get(name) or ""


def _case(element: _Element, factors: FactorSet, lineage: Lineage) -> Case:
    if element.word("kind") == LegKind.HUB:
        return _hub_case(element, factors)
    toc, mode = element.word("toc"), Mode(element.word("mode"))
    code = _position(factors.tocs.names, toc)
    if code is None and not element.own:
        raise _unknown(toc, factors, factors.tocs.names, column="toc")
    if code is not None and MODES[factors.tocs.mode[code]] is not mode:
        text = f"mode is '{mode}', expected {MODES[factors.tocs.mode[code]]}, that of toc {toc!r}"
        raise _CaseError(text, column="mode", rule=ChainRule.UNKNOWN_CATEGORY)
    if element.own or code is None:
        basis = element.word("intensity_distance_basis") or IntensityBasis.UNDECLARED
        return _own_case(element, _rule(element, mode, IntensityBasis(basis), factors))
    cargo = CARGOES.index(Cargo(element.word("cargo") or Cargo.DRY))
    factor = int(factors.tocs.factor[code, cargo])
    if factor == NO_FACTOR:
        text = (
            f"cargo is '{CARGOES[cargo]}', expected an own intensity: factor set "
            f"{factors.name!r} has none for toc {toc!r}"
        )
        raise _CaseError(text, column="cargo", rule=ChainRule.UNKNOWN_CATEGORY)
    built_on = lineage.notes[factors.ids[factor]].distance_basis
    daf = exact.nearest(float(factors.tocs.adjustment[code, cargo]))
    return Case(
        rule=_rule(element, mode, built_on, factors, daf),
        own=False,
        wtw=_intensity(factors.wtw_g_per_tkm[factor]),
        ttw=_intensity(factors.ttw_g_per_tkm[factor]),
        factor_id=factors.ids[factor],
        data_type=factors.data_type[factor],
        intensity_basis=built_on,
    )


def _rule(
    element: _Element,
    mode: Mode,
    intensity: IntensityBasis,
    factors: FactorSet,
    daf: Decimal | None = None,
) -> DistanceRule:
    try:
        return distance_rule(
            mode,
            ActivityBasis(element.word("distance_basis")),
            intensity,
            has_daf=element.has_daf,
            default_daf=daf,
            air_added_km=exact.nearest(factors.air_added_km),
        )
    except DataError as error:
        raise _CaseError(
            str(error), column="distance_basis", rule=ChainRule.DISTANCE
        ) from None


def _own_case(element: _Element, rule: DistanceRule) -> Case:
    basis = element.word("intensity_distance_basis") or IntensityBasis.UNDECLARED
    return Case(
        rule=rule,
        own=True,
        wtw=None,
        ttw=None,
        factor_id="",
        data_type=DataType(element.word("data_type") or DataType.DEFAULT),
        intensity_basis=IntensityBasis(basis),
    )


def _hub_case(element: _Element, factors: FactorSet) -> Case:
    hoc, hubs = element.word("hoc"), factors.hubs
    if element.own:
        return _own_case(element, _NO_DISTANCE)
    code = _position(hubs.names, hoc)
    if code is None:
        raise _unknown(hoc, factors, hubs.names, column="hoc")
    factor = int(hubs.factor[code])
    wtw = ttw = None
    if factor != NO_FACTOR:
        wtw = _intensity(hubs.wtw_kg_per_t[code])
        ttw = _intensity(hubs.ttw_kg_per_t[code])
    elif not hubs.moves[code]:
        wtw = ttw = Decimal(0)
    return Case(
        rule=_NO_DISTANCE,
        own=False,
        wtw=wtw,
        ttw=ttw,
        factor_id=factors.id_of(factor),
        data_type=factors.data_type_of(factor),
        intensity_basis=IntensityBasis.UNDECLARED,
    )


def _intensity(number: np.float64) -> Decimal:
    """Return an intensity of the factor set without the noise of its float."""
    return exact.nearest(float(number))


def _position(names: Sequence[str], name: str) -> int | None:
    return names.index(name) if name in names else None


def _unknown(
    name: str, factors: FactorSet, known: Sequence[str], *, column: str
) -> _CaseError:
    near = ", ".join(text for text, _, _ in process.extract(name, known, limit=NEAR))
    text = (
        f"{column} is {name!r} without an own intensity, expected one of the {len(known)} "
        f"of factor set {factors.name!r}; near ones are {near}"
    )
    return _CaseError(text, column=column, rule=ChainRule.UNKNOWN_CATEGORY)
