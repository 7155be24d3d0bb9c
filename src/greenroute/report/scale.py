"""Scales of an axis: from values to pixels, with round numbers to mark."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: From this ratio of the largest to the smallest value on, steps are factors.
_LOG_FROM = 8.0
_ROUND = (1.0, 2.0, 5.0)
_MARKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Straight or logarithmic scale.

    Attributes
    ----------
    low, high
        Values at the ends.
    start, end
        Pixels at the ends.
    logarithmic
        Equal steps are equal factors.
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        low, high = self._bent(self.low), self._bent(self.high)
        share = (self._bent(value) - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def marks(self) -> list[float]:
        """Return round values to mark."""
        if self.logarithmic:
            first = math.floor(math.log10(self.low))
            last = math.ceil(math.log10(self.high))
            tens = [10.0**power for power in range(first, last + 1)]
            found = [t * m for t in tens for m in _ROUND if self._inside(t * m)]
            return found if len(found) > 1 else [self.low, self.high]
        step = self._step()
        first = math.ceil(self.low / step)
        last = math.floor(self.high / step)
        return [number * step for number in range(first, last + 1)]

    def _bent(self, value: float) -> float:
        return math.log(value) if self.logarithmic else value

    def _inside(self, value: float) -> bool:
        return self.low <= value <= self.high

    def _step(self) -> float:
        rough = (self.high - self.low) / _MARKS
        ten = 10.0 ** math.floor(math.log10(rough))
        return next(ten * m for m in (*_ROUND, 10.0) if ten * m >= rough)


def fit_scale(values: Sequence[float], start: float, end: float) -> Scale:
    """Return a scale that holds the values with some room around them.

    Parameters
    ----------
    start, end
        Pixels of the ends.
    """
    low, high = min(values), max(values)
    if low > 0 and high / low >= _LOG_FROM:
        room = (high / low) ** 0.06
        low, high, bent = low / room, high * room, True
    else:
        room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
        low, high, bent = max(low - room, min(low, 0.0)), high + room, False
    return Scale(low=low, high=high, start=start, end=end, logarithmic=bent)
