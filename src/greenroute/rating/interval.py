"""How far a total may be off: the interval of a sum of uncertain emissions."""

import numpy as np
from numpy.typing import NDArray

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


def interval_kg(
    kg: NDArray[np.float64],
    factors: FactorSet,
    *,
    distance: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 5-95 % interval of totals [kg CO2e], (n_totals,) each.

    Every factor is a log-normal variable with its value as the median. All emissions that
    rest on one factor err together; factors of one family (mode and source) are
    correlated; others are independent. The distances of different lanes err alone. The
    sum is taken as a shifted log-normal with the same mean, variance and skewness.

    Parameters
    ----------
    kg
        Emissions by total and factor [kg CO2e], (n_totals, n_factors).
    factors
        Factor set that they rest on.
    distance
        Relative variance of each of these by the distances, (n_totals, n_factors); none
        if None.

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
    low, high = np.zeros(len(kg)), np.zeros(len(kg))
    rows, used = np.flatnonzero(kg.any(axis=1)), np.flatnonzero(kg.any(axis=0))
    sigma = np.log(factors.gsd[used])
    family = np.unique(np.array(factors.family)[used], return_inverse=True)[1]
    correlation = factors.correlation * (family[:, None] == family[None, :])
    np.fill_diagonal(correlation, 1.0)
    by_distance = np.zeros_like(kg) if distance is None else distance
    by_distance = by_distance[np.ix_(rows, used)]
    excess = np.tile(np.expm1(correlation * np.outer(sigma, sigma)), (len(rows), 1, 1))
    own = np.arange(len(used))
    excess[:, own, own] += (1 + excess[:, own, own]) * by_distance
    means = kg[np.ix_(rows, used)] * np.exp(sigma**2 / 2) * np.sqrt(1 + by_distance)
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
