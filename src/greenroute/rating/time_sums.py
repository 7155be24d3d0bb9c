"""Sums of independent times as distributions, by convolution on grids."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from greenroute.rating.waiting import StepTimes, cumulants

#: Cells of the grid, and of the first one that tells how wide it must be; with them,
#: quantiles are good to some tenths of a percent.
CELLS, _COARSE_CELLS = 192, 64
#: The grid reaches to this probability; later arrivals are not told apart.
_REACH = 0.9995
#: The first grid reaches so many standard deviations beyond the mean, or as far as steps
#: do when each takes the time that one in 150,000 exceeds.
_DEVIATIONS, _EXTREME = 8.0, 4.35
#: Times nearer than this are the same, whatever floats say; and the width of the grid of
#: what is certain [h].
SAME_H = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Distributions of sums of times, (n_sums,) each unless said otherwise.

    Attributes
    ----------
    least_h
        Least value [h].
    cell_h
        Width of a cell of the grid [h].
    below
        Probability of a value below each edge of the cells, (n_sums, n_edges); the first
        edge is half a cell below the least value.
    """

    least_h: NDArray[np.float64]
    cell_h: NDArray[np.float64]
    below: NDArray[np.float64]

    @property
    def most_h(self) -> NDArray[np.float64]:
        """End of the grid [h]."""
        return np.asarray(self.least_h + self.cell_h * self.below.shape[1])

    def at_most(
        self, rows: NDArray[np.int64], hours: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the probability that a sum takes no longer, in the shape of `hours`.

        Parameters
        ----------
        rows
            Which sum, (n,).
        hours
            Times [h], (n, ...).
        """
        wide = (len(rows), *(1,) * (hours.ndim - 1))
        least, cell = (v[rows].reshape(wide) for v in (self.least_h, self.cell_h))
        last = self.below.shape[1] - 1
        place = np.clip((hours - least) / cell + 0.5, 0, last)
        left = np.minimum(place.astype(np.int64), last - 1)
        row = rows.reshape(wide)
        low, high = self.below[row, left], self.below[row, left + 1]
        found = low + (high - low) * (place - left)
        found = np.where(hours < least - SAME_H, 0.0, found)
        return np.asarray(found, dtype=np.float64)


def add_up(steps: StepTimes, part: NDArray[np.int64], n_parts: int) -> Sums:
    """Return the distribution of the sum of the steps of each part.

    A coarse grid tells how far sums reach, a fine one over just that what they are.
    """
    mean, variance = cumulants(steps)
    most = steps.scale_h * np.exp(_EXTREME * steps.sigma) + steps.headway_h
    mean_h, square_h2, most_h = (
        np.bincount(part, weights=v, minlength=n_parts)
        for v in (mean - steps.least_h, variance, most)
    )
    reach_h = np.minimum(most_h, mean_h + _DEVIATIONS * np.sqrt(square_h2))
    coarse = _convolve(steps, part, reach_h, _COARSE_CELLS)
    cells = 1 + (coarse.below < _REACH).sum(axis=1)
    return _convolve(steps, part, np.minimum(reach_h, cells * coarse.cell_h), CELLS)


def _convolve(
    steps: StepTimes, part: NDArray[np.int64], reach_h: NDArray[np.float64], cells: int
) -> Sums:
    """Return the sums on grids of so many cells that reach so far, (n_parts,)."""
    n_parts = len(reach_h)
    least_h = np.bincount(part, weights=steps.least_h, minlength=n_parts)
    cell_h = np.maximum(reach_h, SAME_H) / (cells - 1)
    late = np.flatnonzero(steps.scale_h > 0)
    wait = np.flatnonzero(steps.headway_h > 0)
    owner = np.concatenate([part[late], part[wait]])
    below, lost_h = _below(steps, late, wait, cell_h=cell_h[owner], cells=cells)
    # No step takes less than nothing: what lies beyond the grid does not come back into
    # it, as long as sums have room to be twice as wide.
    below[:, 1:] -= below[:, :-1].copy()
    waves = scipy.fft.rfft(below, 2 * cells, axis=1)
    order = np.argsort(owner, kind="stable")
    owners, begin = np.unique(owner[order], return_index=True)
    product = np.ones((n_parts, cells + 1), dtype=np.complex64)
    if len(owners):
        product[owners] = np.multiply.reduceat(waves[order], begin, axis=0)
    total = scipy.fft.irfft(product, 2 * cells, axis=1)[:, :cells]
    # A time that is certain is kept by who has exactly that time.
    found = np.repeat(np.where(reach_h > 0, 0.0, 1.0)[:, None], cells + 1, axis=1)
    found[:, 1:] = np.clip(np.cumsum(total, axis=1), found[:, 1:], 1.0)
    shift_h = np.bincount(owner, weights=lost_h, minlength=n_parts)
    return Sums(
        least_h=np.asarray(least_h + shift_h, np.float64), cell_h=cell_h, below=found
    )


def _below(
    steps: StepTimes,
    late: NDArray[np.int64],
    wait: NDArray[np.int64],
    *,
    cell_h: NDArray[np.float64],
    cells: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distributions on their grids, and the mean that the grids lose [h].

    First those of the delays of steps `late`, then of the waits of steps `wait`. A value
    counts as that of the cell it lies in, which takes the mean from what is narrower than
    a cell.
    """
    n_late = len(late)
    edges = np.arange(cells, dtype=np.float32) + np.float32(0.5)
    # Half the width is twice as fast, and seven digits are enough for probabilities.
    below = np.multiply.outer(cell_h.astype(np.float32), edges)
    end_h = cell_h * cells
    scale, sigma = steps.scale_h[late], steps.sigma[late]
    delays = below[:n_late]
    delays /= scale[:, None].astype(np.float32)
    np.log(delays, out=delays)
    delays /= sigma[:, None].astype(np.float32)
    scipy.special.ndtr(delays, out=delays)
    waits = below[n_late:]
    waits /= steps.headway_h[wait][:, None].astype(np.float32)
    np.minimum(waits, 1.0, out=waits)
    # The mean of what is cut off at the end of the grid, exactly and on the grid.
    far = np.log(end_h[:n_late] / scale) / sigma
    inside = scale * np.exp(sigma**2 / 2) * scipy.special.ndtr(far - sigma)
    beyond = end_h[:n_late] * scipy.special.ndtr(-far)
    mean = np.concatenate([inside + beyond, steps.headway_h[wait] / 2])
    return below, mean - cell_h * (cells - below.sum(axis=1, dtype=np.float64))
