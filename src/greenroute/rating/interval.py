"""How far a total may be off: the interval of a sum of uncertain emissions."""

import numpy as np
from numpy.typing import NDArray

from greenroute.rating.factors import FactorSet

#: Standard normal quantile of 95 %: between its two signs lie 90 of 100 draws.
_Z95 = 1.6448536269514722


def interval_kg(
    kg: NDArray[np.float64], factors: FactorSet
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 5-95 % interval of totals [kg CO2e], (n_totals,) each.

    Every factor is a log-normal variable with its value as the median. All emissions that
    rest on one factor err together; factors of one family (mode and source) are
    correlated; others are independent. Their sum is taken as log-normal, with its first
    two moments matched.

    Parameters
    ----------
    kg
        Emissions by total and factor [kg CO2e], (n_totals, n_factors).
    factors
        Factor set that they rest on.

    References
    ----------
    .. [1] L. F. Fenton, "The sum of log-normal probability distributions in scatter
       transmission systems", IRE Trans. Commun. Syst. 8 (1960) 57-67.
    .. [2] A. A. Abu-Dayya, N. C. Beaulieu, "Outage probabilities in the presence of
       correlated lognormal interferers", IEEE Trans. Veh. Technol. 43 (1994) 164-173:
       the same for correlated terms.
    .. [3] IPCC 2006 Guidelines, vol. 1, ch. 3: propagation of uncertainty.
    """
    used = np.flatnonzero(kg.any(axis=0))
    sigma = np.log(factors.gsd[used])
    family = np.unique(np.array(factors.family)[used], return_inverse=True)[1]
    correlation = factors.correlation * (family[:, None] == family[None, :])
    np.fill_diagonal(correlation, 1.0)
    # E[e^(a+b)] / E[e^a] E[e^b] - 1 of two normal variables is e^cov(a, b) - 1.
    spread = np.expm1(correlation * np.outer(sigma, sigma))
    means = kg[:, used] * np.exp(sigma**2 / 2)
    mean = means.sum(axis=1)
    variance = np.einsum("ti,ij,tj->t", means, spread, means, optimize=True)
    empty = mean == 0
    safe = np.where(empty, 1.0, mean)
    log_variance = np.log1p(variance / safe**2)
    median = np.where(empty, 0.0, safe * np.exp(-log_variance / 2))
    reach = np.exp(_Z95 * np.sqrt(log_variance))
    return median / reach, median * reach
