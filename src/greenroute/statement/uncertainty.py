"""How far totals may be off, and how likely one is below another.

Every factor is a log-normal variable whose median is the stated value. It is drawn once and
shared by everything that rests on it, so that equal elements cancel in a comparison.
Factors of one family (mode and source), base or fuel are correlated (`factor_error`);
distances add an error of their own, drawn once per lane.

References
----------
.. [1] IPCC 2006 Guidelines for National Greenhouse Gas Inventories, vol. 1, ch. 3,
   approach 2 (Monte Carlo).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import ndtr

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.rating.factor_error import FactorError, loadings
from greenroute.rating.interval import DETOUR_GSD, ROUTED_GSD
from greenroute.statement import exact
from greenroute.statement.distance import ActivityBasis, DistanceSource
from greenroute.statement.groups import group_rows, one_array
from greenroute.statement.stated_factors import NO_FACTOR
from greenroute.statement.statement import EmissionStatement, StatedFactor

#: Geometric standard deviation of a distance, by how it was found (project decision).
DISTANCE_GSD: Mapping[DistanceSource, float] = {
    DistanceSource.MEASURED: 1.0,
    DistanceSource.ROUTED: ROUTED_GSD,
    DistanceSource.DETOUR_FACTOR: DETOUR_GSD,
}
#: Bounds of the interval.
LOW, HIGH = 0.05, 0.95
DRAWS = 10_000
#: From which probability on a difference is called so (project decision).
LOWER_FROM, LIKELY_FROM = 0.90, 0.66
#: Draws made at once, and totals kept at once; they bound the memory.
_DRAWS_AT_ONCE = 100
_TOTALS_AT_ONCE = 100_000_000
#: Below this share of the largest amount, a difference is rounding.
_NOISE = 1e-12


class Wording(StrEnum):
    """What may be said of a comparison."""

    LOWER = "lower-carbon"
    LIKELY_LOWER = "likely lower"
    NO_DIFFERENCE = "no significant difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where a total lies in 90 of 100 cases.

    Attributes
    ----------
    low_kg_co2e, high_kg_co2e
        5 % and 95 % quantile [kg CO2e].
    draws, seed
        How it was found.
    """

    low_kg_co2e: float
    high_kg_co2e: float
    draws: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How likely A emits less than B.

    Attributes
    ----------
    probability_lower
        P(A < B), half of the cases in which both are equal counted.
    wording
        What may be said of A.
    """

    probability_lower: float
    wording: Wording


def wording_of(probability: float) -> Wording:
    """Return what may be said of an option that is lower with this probability."""
    if probability >= LOWER_FROM:
        return Wording.LOWER
    return Wording.LIKELY_LOWER if probability >= LIKELY_FROM else Wording.NO_DIFFERENCE


def probability_lower(
    a_kg: float, b_kg: float, *, gsd_a: float, gsd_b: float, correlation: float = 0.0
) -> float:
    """Return how likely A is below B, in closed form, of two log-normal variables.

    Parameters
    ----------
    a_kg, b_kg
        Medians [kg CO2e].
    gsd_a, gsd_b
        Geometric standard deviations.
    correlation
        Of the two logarithms.

    Raises
    ------
    DataError
        If a number cannot be.
    """
    if min(a_kg, b_kg) <= 0 or min(gsd_a, gsd_b) < 1 or abs(correlation) > 1:
        msg = (
            f"medians {a_kg:g} and {b_kg:g}, GSD {gsd_a:g} and {gsd_b:g}, correlation "
            f"{correlation:g}: expected medians > 0, GSD >= 1, correlation from -1 to 1"
        )
        raise DataError(msg)
    sigma_a, sigma_b = math.log(gsd_a), math.log(gsd_b)
    covariance = correlation * sigma_a * sigma_b
    variance = sigma_a**2 + sigma_b**2 - 2 * covariance
    gap = math.log(b_kg / a_kg)
    if variance <= 0:
        return 0.5 if gap == 0 else float(gap > 0)
    return float(ndtr(gap / math.sqrt(variance)))


def emission_interval(
    statement: EmissionStatement, *, draws: int = DRAWS, seed: int = 0
) -> Interval:
    """Return where the total of a statement lies in 90 of 100 cases."""
    table = emission_intervals(statement, draws=draws, seed=seed)
    low, high = (table[f"{end}_kg_co2e"][0].as_py() for end in ("low", "high"))
    return Interval(low_kg_co2e=low, high_kg_co2e=high, draws=draws, seed=seed)


def emission_intervals(
    statement: EmissionStatement,
    *columns: str,
    of: str = "wtw_kg_co2e",
    draws: int = DRAWS,
    seed: int = 0,
) -> pa.Table:
    """Return where totals lie in 90 of 100 cases.

    Parameters
    ----------
    statement
        What was stated.
    *columns
        Columns of the elements to sum by, as in `totals_by`; none gives one total.
    of
        Column that is summed: "wtw_kg_co2e" or "ttw_kg_co2e".
    draws
        Number of draws.
    seed
        Seed of the draws; the same seed gives the same interval.

    Returns
    -------
    pyarrow.Table
        The columns, `stated_kg_co2e`, `low_kg_co2e`, `high_kg_co2e`, sorted.
    """
    elements = statement.elements
    for name in (*columns, of):
        if name not in elements.column_names:
            msg = f"there is no column {name!r}, expected one of {', '.join(elements.column_names)}"
            raise UnknownCategoryError(msg)
    keys = [
        pc.fill_null(one_array(elements, name).cast(pa.string()), "")
        for name in columns
    ]
    group, first = group_rows(keys, elements.num_rows)
    count = len(first) if columns else 1
    weights = _weights([statement], [group], of=of)
    low, high = _quantiles(weights, count, draws=draws, seed=seed)
    stated = np.bincount(weights.group, weights=weights.kg.sum(axis=1), minlength=count)
    found = {n: key.take(pa.array(first)) for n, key in zip(columns, keys, strict=True)}
    table = pa.table(
        found
        | {
            "stated_kg_co2e": stated,
            "low_kg_co2e": low,
            "high_kg_co2e": high,
        }
    )
    return (
        table.sort_by([(name, "ascending") for name in columns]) if columns else table
    )


def compare_emissions(
    a: EmissionStatement, b: EmissionStatement, *, draws: int = DRAWS, seed: int = 0
) -> Comparison:
    """Return how likely one statement's total is below another's.

    Factors and lanes that both rest on are drawn once, so that equal elements cancel.
    """
    groups = [np.zeros(len(s.elements), dtype=np.int64) for s in (a, b)]
    weights = _weights([a, b], [groups[0], groups[1] + 1], of="wtw_kg_co2e")
    # What both have in the same amount would only add rounding to the difference.
    sign = np.where(weights.group == 0, -1.0, 1.0)
    shape = (len(weights.factors), len(weights.group))
    rows = np.arange(len(weights.group))
    difference = csr_array(
        csr_array((sign, (weights.factor, rows)), shape) @ weights.kg
    )
    largest = np.max(np.abs(weights.kg.data), initial=0.0)
    difference.data[np.abs(difference.data) <= _NOISE * largest] = 0.0
    difference.eliminate_zeros()
    if difference.nnz == 0:
        return Comparison(probability_lower=0.5, wording=Wording.NO_DIFFERENCE)
    apart = replace(
        weights,
        kg=difference,
        group=np.zeros(len(weights.factors), dtype=np.int64),
        factor=np.arange(len(weights.factors)),
    )
    lower = 0.0
    for _, block in _draw(apart, 1, draws=draws, seed=seed):
        lower += float(np.count_nonzero(block > 0) + np.count_nonzero(block == 0) / 2)
    probability = lower / draws
    return Comparison(probability_lower=probability, wording=wording_of(probability))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """Stated emissions, by group and factor in rows and by lane in columns [kg CO2e].

    The groups of rows ascend.
    """

    kg: csr_array
    group: NDArray[np.int64]
    factor: NDArray[np.int64]
    factors: tuple[StatedFactor, ...]
    lane_sigma: NDArray[np.float64]
    correlation: float

    def of_groups(self, first: int, last: int) -> "_Weights":
        """Return the rows of some groups, which then count from 0."""
        rows = slice(*np.searchsorted(self.group, (first, last)))
        return replace(
            self,
            kg=self.kg[rows],
            group=self.group[rows] - first,
            factor=self.factor[rows],
        )


def _weights(
    statements: Sequence[EmissionStatement],
    groups: Sequence[NDArray[np.int64]],
    *,
    of: str,
) -> _Weights:
    factors = sorted(
        {factor for s in statements for factor in s.factors},
        key=lambda factor: (factor.factor_id, repr(factor)),
    )
    place = {factor: code for code, factor in enumerate(factors)}
    codes, lanes, sigmas, kgs = [], [], [], []
    for statement in statements:
        own = np.array([place[f] for f in statement.factors] + [NO_FACTOR])
        codes.append(own[np.asarray(one_array(statement.elements, "factor"))])
        lanes.append(_lanes(statement.elements))
        sigmas.append(_distance_sigma(statement.elements))
        kgs.append(np.nan_to_num(exact.floats(one_array(statement.elements, of))))
    code, group, kg = (np.concatenate(x) for x in (codes, groups, kgs))
    sigma, lane_text = np.concatenate(sigmas), pa.concat_arrays(lanes)
    known = (code != NO_FACTOR) & (kg != 0)
    code, group, kg, sigma = code[known], group[known], kg[known], sigma[known]
    lane, first_lane = _sorted_groups(lane_text.filter(pa.array(known)), sigma)
    found, row = np.unique(group * (len(factors) + 1) + code, return_inverse=True)
    return _Weights(
        kg=csr_array((kg, (row, lane)), shape=(len(found), len(first_lane))),
        group=found // (len(factors) + 1),
        factor=found % (len(factors) + 1),
        factors=tuple(factors),
        lane_sigma=sigma[first_lane],
        correlation=max(s.correlation for s in statements),
    )


def _sorted_groups(
    texts: pa.Array, sigma: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return groups of equal lane and sigma, numbered by name whatever the row order is."""
    group, first = group_rows([texts, sigma], len(texts))
    names = texts.take(pa.array(first)).to_pylist()
    order = sorted(range(len(first)), key=lambda g: (names[g], sigma[first[g]]))
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first))
    return rank[group], first[order]


def _column(elements: pa.Table, name: str) -> pa.Array:
    if name in elements.column_names:
        return one_array(elements, name)
    return pa.nulls(len(elements), pa.string())


def _lanes(elements: pa.Table) -> pa.Array:
    """Return the lane of each element; where it is not known, its mode.

    All elements of a mode whose lanes are not known share one error, which makes the
    interval wider than it need be.
    """
    lane, mode = _column(elements, "lane"), _column(elements, "mode")
    ends = pc.binary_join_element_wise(
        mode, _column(elements, "origin"), _column(elements, "destination"), "|"
    )
    return pc.coalesce(lane, ends, mode, pa.scalar(""))


def _distance_sigma(elements: pa.Table) -> NDArray[np.float64]:
    """Return how far the distance of each element may be off, as a log; 0 for a hub."""
    default = pc.if_else(
        pc.equal(elements["activity_basis"], str(ActivityBasis.ACTUAL)),
        str(DistanceSource.MEASURED),
        str(DistanceSource.ROUTED),
    ).combine_chunks()
    if isinstance(default, pa.ChunkedArray):
        default = pa.concat_arrays(default.chunks)
    source = pc.coalesce(_column(elements, "distance_source"), default)
    words = pa.array([str(source) for source in DistanceSource])
    place = np.asarray(pc.fill_null(pc.index_in(source, value_set=words), 0))
    sigma = np.array([math.log(DISTANCE_GSD[source]) for source in DistanceSource])
    return np.asarray(sigma[place])


def _quantiles(
    weights: _Weights, count: int, *, draws: int, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the bounds of the interval of every group, (count,) each."""
    low, high = np.empty(count), np.empty(count)
    step = max(1, _TOTALS_AT_ONCE // draws)
    for first in range(0, count, step):
        last = min(first + step, count)
        totals = np.empty((last - first, draws), dtype=np.float32)
        part = weights.of_groups(first, last)
        for start, block in _draw(part, last - first, draws=draws, seed=seed):
            totals[:, start : start + block.shape[1]] = block
        low[first:last], high[first:last] = np.quantile(totals, (LOW, HIGH), axis=1)
    return low, high


def _error(factor: StatedFactor, number: int) -> FactorError:
    """Return what the error of a factor depends on; own ones of one name err apart."""
    name = f"{factor.factor_id}#{number}" if factor.own else factor.factor_id
    return FactorError(
        name=name, family=factor.family, base=factor.base, energy=factor.energy
    )


def _draw(
    weights: _Weights, count: int, *, draws: int, seed: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield totals by group and draw, a block of draws at a time, with its start."""
    factors = weights.factors
    sigma = np.array([math.log(factor.gsd) for factor in factors])[:, None]
    errors = [_error(factor, number) for number, factor in enumerate(factors)]
    loaded = loadings(errors, weights.correlation)
    load = csr_array(
        (loaded.weight, (loaded.factor, loaded.variable)),
        shape=(len(factors), sum(loaded.sizes)),
    )
    by_factor, by_lane = np.random.default_rng(seed).spawn(2)
    kg = weights.kg.astype(np.float32)
    rows = np.arange(len(weights.group))
    ones = np.ones(len(rows), dtype=np.float32)
    sums = csr_array((ones, (weights.group, rows)), shape=(count, len(rows)))
    lane_sigma = weights.lane_sigma.astype(np.float32)[:, None]
    for start in range(0, draws, _DRAWS_AT_ONCE):
        width = min(_DRAWS_AT_ONCE, draws - start)
        drawn = [by_factor.standard_normal((size, width)) for size in loaded.sizes]
        factor = np.exp(sigma * (load @ np.concatenate(drawn))).astype(np.float32)
        lane = by_lane.standard_normal((len(lane_sigma), width), dtype=np.float32)
        lane *= lane_sigma
        np.exp(lane, out=lane)
        terms = kg @ lane
        terms *= factor[weights.factor]
        yield start, np.asarray(sums @ terms)
