"""How far a total may be off: the interval of a sum of uncertain emissions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.rating.factor_error import loadings
from greenroute.rating.factors import FactorSet
from greenroute.tables import Coded

#: Geometric standard deviation of a distance that was routed over a network, and of one
#: that is a great circle times a factor (project decision).
ROUTED_GSD, DETOUR_GSD = 1.03, 1.12
#: TOCs of short hauls, whose distance is a great circle times a factor, begin like this.
DRAYAGE = "road-drayage"
#: Standard normal quantile of 95 %: between its two signs lie 90 of 100 draws.
_Z95 = 1.6448536269514722


def distance_variance(tocs: Coded) -> NDArray[np.float64]:
    """Return the relative variance of the distance of lanes, (n_lanes,)."""
    gsd = [
        DETOUR_GSD if name.startswith(DRAYAGE) else ROUTED_GSD for name in tocs.names
    ]
    return np.asarray(np.expm1(np.log(gsd) ** 2)[tocs.codes])


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Emissions that totals are made of, (n_terms,) each, in any order.

    Attributes
    ----------
    total
        Total that a term belongs to.
    factor
        Factor that it rests on.
    kg
        Emissions, above 0 or 0 [kg CO2e].
    variance
        Relative variance by the distance.
    """

    total: NDArray[np.int64]
    factor: NDArray[np.int64]
    kg: NDArray[np.float64]
    variance: NDArray[np.float64]


def interval_kg(
    kg: NDArray[np.float64],
    factors: FactorSet,
    *,
    distance: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 5-95 % interval of totals that stand in a matrix, as `interval_of_terms`.

    Parameters
    ----------
    kg
        Emissions by total and factor [kg CO2e], (n_totals, n_factors).
    factors
        Factor set that they rest on.
    distance
        Relative variance of each of these by the distances, (n_totals, n_factors); none
        if None.
    """
    total, factor = np.nonzero(kg)
    amounts = kg[total, factor]
    variance = np.zeros(len(total)) if distance is None else distance[total, factor]
    terms = Terms(total=total, factor=factor, kg=amounts, variance=variance)
    return interval_of_terms(terms, len(kg), factors)


def interval_of_terms(
    terms: Terms, n_totals: int, factors: FactorSet
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 5-95 % interval of totals [kg CO2e], (n_totals,) each.

    Every factor is a log-normal variable with its value as the median. All emissions that
    rest on one factor err together; factors of one family (mode and source), of one base
    and of one fuel are correlated (`factor_error`). The distances of different lanes err alone. The
    sum is taken as a shifted log-normal with the same mean, variance and skewness.

    Parameters
    ----------
    terms
        What the totals are made of; those of one total and factor add up.
    n_totals
        How many totals there are; one without terms lies between 0 and 0.
    factors
        Factor set that they rest on.

    References
    ----------
    .. [1] L. F. Fenton, "The sum of log-normal probability distributions in scatter
       transmission systems", IRE Trans. Commun. Syst. 8 (1960) 57-67: matching moments.
    .. [2] A. A. Abu-Dayya, N. C. Beaulieu, "Outage probabilities in the presence of
       correlated lognormal interferers", IEEE Trans. Veh. Technol. 43 (1994) 164-173:
       the moments of correlated terms.
    .. [3] J. Aitchison, J. A. C. Brown, "The Lognormal Distribution" (1957), 2.8: the
       three-parameter log-normal, whose w is `growth` here.
    """
    low, high = np.zeros(n_totals), np.zeros(n_totals)
    rows, factor, kg, by_distance = _table_of(_added_up(terms))
    if not len(rows):
        return low, high
    sigma = np.log(factors.gsd)[factor]
    used, code = np.unique(factor, return_inverse=True)
    errors = [factors.error_of(one) for one in used.tolist()]
    code = code.reshape(factor.shape)
    correlation = loadings(errors, factors.correlation).correlation()[
        code[:, :, None], code[:, None, :]
    ]
    own = np.arange(factor.shape[1])
    excess = np.expm1(correlation * sigma[:, :, None] * sigma[:, None, :])
    excess[:, own, own] += (1 + excess[:, own, own]) * by_distance
    means = kg * np.exp(sigma**2 / 2) * np.sqrt(1 + by_distance)
    mean, variance, third = _moments(means, excess)
    # Without spread there is no shape: a certain total is its own interval.
    spread = np.where(variance > 0, variance, 1.0)
    skewness = np.where(variance > 0, third / spread**1.5, 1.0)
    root = np.cbrt(1 + skewness**2 / 2 + skewness * np.sqrt(1 + skewness**2 / 4))
    growth = root + 1 / root - 1
    median = np.sqrt(variance / (growth * (growth - 1)))
    shift = mean - median * np.sqrt(growth)
    reach = np.exp(_Z95 * np.sqrt(np.log(growth)))
    low[rows], high[rows] = shift + median / reach, shift + median * reach
    return low, high


def _added_up(terms: Terms) -> Terms:
    """Return one term for each total and factor, sorted; those of 0 kg are left out."""
    width = int(terms.factor.max(initial=0)) + 1
    there = terms.kg > 0
    key = terms.total[there].astype(np.int64) * width + terms.factor[there]
    distinct, place = np.unique(key, return_inverse=True)
    given, size = terms.kg[there], len(distinct)
    kg = np.asarray(np.bincount(place, weights=given, minlength=size), np.float64)
    squares = np.bincount(
        place, weights=given**2 * terms.variance[there], minlength=size
    )
    return Terms(
        total=distinct // width,
        factor=distinct % width,
        kg=kg,
        variance=squares / kg**2,
    )


def _table_of(
    terms: Terms,
) -> tuple[
    NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]
]:
    """Return the totals that have terms, and their terms side by side.

    Returns
    -------
    tuple
        Totals, (n_rows,); factor, emissions and relative variance of their terms,
        (n_rows, most_terms), 0 where a total has fewer.
    """
    rows, first, count = np.unique(terms.total, return_index=True, return_counts=True)
    row = np.repeat(np.arange(len(rows)), count)
    column = np.arange(len(terms.total)) - np.repeat(first, count)
    shape = len(rows), int(count.max(initial=0))
    factor = np.zeros(shape, dtype=np.int64)
    kg, variance = np.zeros(shape), np.zeros(shape)
    factor[row, column] = terms.factor
    kg[row, column], variance[row, column] = terms.kg, terms.variance
    return rows, factor, kg, variance


def _moments(
    means: NDArray[np.float64], excess: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return mean, variance and third central moment of sums of log-normals.

    Parameters
    ----------
    means
        Means of the terms, (n_totals, n_terms).
    excess
        `E[XY] / (E[X] E[Y]) - 1` of every two terms, (n_totals, n_terms, n_terms).
    """
    # E[XYZ] is E[X] E[Y] E[Z] times (1 + excess) of each of the three pairs.
    shared = (excess @ means[:, :, None])[:, :, 0]
    variance = (means * shared).sum(axis=1)
    chains = excess @ (means[:, :, None] * excess)
    pairs = means[:, :, None] * means[:, None, :] * excess
    third = (pairs * chains).sum(axis=(1, 2)) + 3 * (means * shared**2).sum(axis=1)
    return means.sum(axis=1), variance, third
