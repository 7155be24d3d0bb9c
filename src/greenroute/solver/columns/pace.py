"""How long columns are made for: the search for a plan needs time as well."""

import logging
from dataclasses import dataclass

from greenroute.solver.stop import Watch

logger = logging.getLogger(__name__)

#: Part of the time after which only ways are searched without which an order has none.
_SHARE = 0.5
#: Time between two lines that tell how far it is [s].
_TELL_S = 5.0


@dataclass(slots=True)
class Pace:
    """Ends the making of columns in time, and tells how far it is.

    Attributes
    ----------
    watch
        Of the whole plan; None never ends it.
    cut
        Whether something was left out.
    """

    watch: Watch | None = None
    cut: bool = False
    _told: float = 0.0

    def over(self, *, needed: bool) -> bool:
        """Return whether to leave out what comes next, and note that it was.

        Parameters
        ----------
        needed
            Whether orders may be left without any way.
        """
        watch = self.watch
        if watch is None:
            return False
        limit = watch.stop.seconds * (1.0 if needed else _SHARE)
        # An order without any way cannot be in the best plan so far.
        stopped = watch.interrupted and not needed
        over = stopped or watch.seconds() >= limit
        self.cut |= over
        return over

    def tell(self, what: str, done: int, of: int) -> None:
        """Log how far it is, now and then."""
        seconds = 0.0 if self.watch is None else self.watch.seconds()
        if seconds - self._told >= _TELL_S:
            self._told = seconds
            logger.info("%s: %d of %d, %.0f s", what, done, of, seconds)
