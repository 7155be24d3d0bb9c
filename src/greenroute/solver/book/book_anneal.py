"""Anneals a choice: in one thread, or in two that each have a state of their own."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from greenroute.solver.book.book_search import Work, anneal, follow, make_work, repeat
from greenroute.solver.book.book_state import State, twin
from greenroute.solver.book.book_tables import Floats, Tables

#: Ruins between two looks.
CHUNK = 2_000
#: What makes the random numbers of the second thread others.
OTHER_SEED = 0x5BD1E995


class Annealer:
    """Ruins and recreates a state.

    Parameters
    ----------
    both
        Use two threads: what the second did is done again after the first, where it still
        pays. The same seed gives the same state again in either case.
    """

    def __init__(
        self, t: Tables, state: State, room: Floats, *, seed: int, both: bool
    ) -> None:
        self.t, self.state, self.room = t, state, room
        self._seed, self._turn = seed, 0
        self._until = np.zeros(len(t.groups))
        self._work, self._other_work = (make_work(CHUNK, self._until) for _ in range(2))
        self._other = twin(state) if both else None
        self._pool = ThreadPoolExecutor(1) if both else None

    def aim(self, weight: Floats) -> None:
        """Begin ruins at groups by their weight."""
        np.cumsum(weight, out=self._until)

    def ruin(self, heat: float) -> None:
        """Do a chunk of ruins in each thread."""
        self._turn += 1
        seed = (self._seed * 1_000_003 + self._turn) % 2**32
        if self._other is None or self._pool is None:
            self._ruin(self.state, self._work, heat, seed)
            return
        other = self._other
        follow(self.t, other, self.state.column)
        task = self._pool.submit(
            self._ruin, other, self._other_work, heat, seed ^ OTHER_SEED
        )
        self._ruin(self.state, self._work, heat, seed)
        task.result()
        repeat(self.t, self.state, self._other_work)

    def _ruin(self, state: State, work: Work, heat: float, seed: int) -> None:
        anneal(self.t, state, self.room, work, CHUNK, heat, seed)

    def close(self) -> None:
        """End the second thread."""
        if self._pool is not None:
            self._pool.shutdown()
