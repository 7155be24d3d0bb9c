"""When a solver stops: by gap, by time, by rounds, or whichever comes first.

The only module of the solver that looks at the clock. A stop is a plain value; `Watch`
holds what changes while a solver runs.
"""

import math
from dataclasses import dataclass
from time import monotonic

from greenroute.errors import DataError


@dataclass(frozen=True, slots=True)
class Stop:
    """Limits, any of which ends a run; infinite or zero where there is none.

    Attributes
    ----------
    gap
        Relative distance to the proven bound that is good enough.
    seconds
        Most time that a run may take [s].
    rounds
        Most rounds that a run may do.
    """

    gap: float = 0.0
    seconds: float = math.inf
    rounds: float = math.inf

    def __post_init__(self) -> None:
        for name, value in (
            ("gap", self.gap),
            ("seconds", self.seconds),
            ("rounds", self.rounds),
        ):
            if not value >= 0 or (name == "gap" and math.isinf(value)):
                msg = f"{name} of a stop is {value:g}, expected a number >= 0"
                raise DataError(msg)

    def __or__(self, other: "Stop") -> "Stop":
        """Return the stop that comes first of two."""
        return Stop(
            gap=max(self.gap, other.gap),
            seconds=min(self.seconds, other.seconds),
            rounds=min(self.rounds, other.rounds),
        )


def Gap(relative: float) -> Stop:  # noqa: N802 - users read it as the name of a stop
    """Stop when the relative distance to the bound is at most this."""
    return Stop(gap=relative)


def TimeLimit(seconds: float) -> Stop:  # noqa: N802 - likewise
    """Stop after this time [s]."""
    return Stop(seconds=seconds)


def Rounds(most: int) -> Stop:  # noqa: N802 - likewise
    """Stop after this many rounds, so that a run can be repeated to the byte."""
    return Stop(rounds=most)


class Watch:
    """A stop that has begun to run.

    Attributes
    ----------
    stop
        What ends the run.
    interrupted
        Set from outside (Ctrl-C) to end the run, and all parts of it, as soon as possible.
    """

    def __init__(self, stop: Stop, *, part_of: "Watch | None" = None) -> None:
        """Begin to run, on its own or as a part of a longer run."""
        self.stop = stop
        self._whole = part_of
        self._interrupted = False
        self._kept = 0.0
        self._begin = monotonic()

    @property
    def interrupted(self) -> bool:
        """Whether to end the run as soon as possible."""
        return self._interrupted or (
            self._whole is not None and self._whole.interrupted
        )

    @interrupted.setter
    def interrupted(self, value: bool) -> None:
        self._interrupted = value

    def seconds(self) -> float:
        """Return the time since the beginning [s]."""
        return monotonic() - self._begin

    def keep(self, seconds: float) -> None:
        """Keep some of the time for what comes after the search [s]."""
        self._kept = seconds

    def seconds_left(self) -> float:
        """Return the time that is left [s]; infinite without a limit."""
        return max(self.stop.seconds - self._kept - self.seconds(), 0.0)

    def done(self, *, gap: float = math.inf, rounds: int = 0) -> bool:
        """Return whether to stop now."""
        return (
            self.interrupted
            or gap <= self.stop.gap
            or rounds >= self.stop.rounds
            or self.seconds_left() <= 0.0
        )


def relative_gap(objective: float, bound: float) -> float:
    """Return the distance of the best solution from the bound, as a share of the solution.

    Zero where both are equal; infinite where one of them is not finite.
    """
    if objective == bound:
        return 0.0
    if not math.isfinite(objective) or not math.isfinite(bound):
        return math.inf
    return abs(objective - bound) / max(abs(objective), 1e-12)
