"""Running times and waits as distributions: what each step of an itinerary may take."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError

#: Share of the stated time that a run and a hub operation take at the least: ships and
#: trains hardly gain on their timetable, a yard may be empty. Project decision.
LEAST_RUN, LEAST_OPERATION = 0.9, 0.5
#: Standard normal quantile of 95 %.
Z95 = 1.6448536269514722
_LEAST_SKEW = 0.01
#: Departure of a step that has no dated one.
NO_DEPARTURES = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTimes:
    """Times of the steps of itineraries, one after another, (n_steps,) each.

    A step takes `wait + least_h + scale_h · exp(sigma · Z)` with Z standard normal; the
    wait is even over `headway_h`, or until the next dated departure.

    Attributes
    ----------
    path
        Itinerary of the step, rising from 0; its steps in their order.
    least_h
        Least time [h].
    scale_h
        Half of all times are shorter than `least_h + scale_h` [h].
    sigma
        Spread of the logarithm; 0 where the time is certain.
    headway_h
        Time between departures [h]; 0 where there is no wait.
    lane
        List of dated departures that the step waits for, or `NO_DEPARTURES`.
    """

    path: NDArray[np.int64]
    least_h: NDArray[np.float64]
    scale_h: NDArray[np.float64]
    sigma: NDArray[np.float64]
    headway_h: NDArray[np.float64]
    lane: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRating:
    """What the rating says of the time of steps, (n_steps,) each.

    Attributes
    ----------
    typical_h, p95_h
        Time without the wait, and what 95 of 100 keep [h].
    is_run
        The step is a run, else a hub operation.
    headway_h, cutoff_h
        Time between departures, and between cut-off and departure [h]; not a number, or
        0, where goods need not wait. Neither counts for steps with dated departures.
    """

    typical_h: NDArray[np.float64]
    p95_h: NDArray[np.float64]
    is_run: NDArray[np.bool_]
    headway_h: NDArray[np.float64]
    cutoff_h: NDArray[np.float64]


def step_times(
    path: NDArray[np.int64], rating: StepRating, *, lane: NDArray[np.int64]
) -> StepTimes:
    """Return the times of the steps of itineraries.

    Parameters
    ----------
    path
        Itinerary of each step, rising from 0, (n_steps,).
    rating
        What the rating says of them.
    lane
        List of dated departures that each waits for, or `NO_DEPARTURES`.
    """
    least_h, scale_h, sigma = spread(
        rating.typical_h,
        rating.p95_h,
        np.where(rating.is_run, LEAST_RUN, LEAST_OPERATION),
    )
    by_headway = rating.is_run & (lane == NO_DEPARTURES)
    return StepTimes(
        path=path,
        least_h=least_h + np.where(by_headway, np.nan_to_num(rating.cutoff_h), 0.0),
        scale_h=scale_h,
        sigma=sigma,
        headway_h=np.where(by_headway, np.nan_to_num(rating.headway_h), 0.0),
        lane=lane,
    )


def spread(
    typical_h: NDArray[np.float64],
    p95_h: NDArray[np.float64],
    least_share: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return `least_h, scale_h, sigma` of times with a median and a 95 % quantile.

    A shifted log-normal distribution: late by more than early, never below the least.

    Parameters
    ----------
    typical_h
        Stated time, which half of all runs keep [h].
    p95_h
        Time that 95 of 100 keep [h].
    least_share
        Least time over the stated one [1].

    Raises
    ------
    DataError
        If a p95 lies below its typical time.
    """
    if (p95_h < typical_h).any():
        worst = int(np.argmax(typical_h - p95_h))
        msg = (
            f"95 of 100 keep {p95_h[worst]:g} h of a time that is typically "
            f"{typical_h[worst]:g} h, expected no less"
        )
        raise DataError(msg)
    scale_h = typical_h * (1 - least_share)
    certain = (p95_h == typical_h) | (scale_h == 0)
    least_h = np.where(certain, typical_h, typical_h - scale_h)
    scale_h = np.where(certain, 0.0, scale_h)
    over = np.where(certain, 1.0, p95_h - least_h) / np.where(certain, 1.0, scale_h)
    return least_h, scale_h, np.log(over) / Z95


Moments = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def cumulants(steps: StepTimes) -> Moments:
    """Return mean, variance and third central moment of steps [h], [h²], [h³].

    Waits for dated departures are not in them.
    """
    growth = np.exp(steps.sigma**2)
    mean = steps.least_h + steps.scale_h * np.sqrt(growth) + steps.headway_h / 2
    # The variance of an even distribution is a twelfth of its square width.
    variance = steps.scale_h**2 * growth * (growth - 1) + steps.headway_h**2 / 12
    third = steps.scale_h**3 * growth**1.5 * (growth - 1) ** 2 * (growth + 2)
    return mean, variance, third


def matched(
    mean: NDArray[np.float64],
    variance: NDArray[np.float64],
    third: NDArray[np.float64],
) -> Moments:
    """Return `least_h, scale_h, sigma` of times with these moments.

    Parameters
    ----------
    mean, variance, third
        By `cumulants`; without variance the time is certain.

    References
    ----------
    .. [1] J. Aitchison, J. A. C. Brown, "The Lognormal Distribution" (1957), 2.8: the
       three-parameter log-normal, whose w is `growth` here.
    """
    certain = variance <= 0
    # Even waits have no skewness; so little of it has the same quantiles as none.
    skewness = np.maximum(third / np.where(certain, 1.0, variance) ** 1.5, _LEAST_SKEW)
    root = np.cbrt(1 + skewness**2 / 2 + skewness * np.sqrt(1 + skewness**2 / 4))
    growth = root + 1 / root - 1
    scale_h = np.sqrt(np.maximum(variance, 0.0) / (growth * (growth - 1)))
    sigma = np.where(certain, 0.0, np.sqrt(np.log(growth)))
    return mean - scale_h * np.sqrt(growth), scale_h, sigma
