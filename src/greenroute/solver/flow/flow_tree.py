"""Branch and bound over modules, every bound proven by prices."""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.flow.flow_relaxation import Limits, Relaxation, Relaxed

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Modules nearer to a whole number than this are whole.
WHOLE = 1e-6
#: Arcs tried before one is branched on, and how often an arc is tried at all.
MOST_TRIED = 8
MOST_TRIALS = 3
#: Rounds of cuts below the root.
CUT_ROUNDS = 2


class Node(NamedTuple):
    """Limits of the modules, what is proven within them, and where the master stood.

    Attributes
    ----------
    bound, number
        Proven bound; order of creation, which decides between equal bounds.
    limits
        Fewest and most modules of each arc.
    modules
        Modules in the solution of the master, (n_arcs,).
    value
        Cost of this solution.
    """

    bound: float
    number: int
    limits: Limits
    modules: Floats
    value: float


class Tree:
    """An unfinished search.

    Attributes
    ----------
    relaxation
        The problem; it keeps the best design.
    bound
        No design costs less, or than the best one.
    """

    def __init__(self, relaxation: Relaxation, root: Node) -> None:
        self.relaxation = relaxation
        self._open = [root]
        self._closed = np.inf
        self._count = 1
        n_arcs = relaxation.problem.n_arcs
        # Gain in cost per module by which a limit was moved: sums and trials, down and up.
        self._gain = np.zeros((2, n_arcs))
        self._trials = np.zeros((2, n_arcs))

    @property
    def bound(self) -> float:
        """What is proven about all designs."""
        least = min(self._closed, self._open[0].bound if self._open else np.inf)
        return min(least, self.relaxation.objective)

    def grow(self, most_rounds: int) -> None:
        """Branch until the gap is closed, the watch ends it, or after enough masters."""
        relaxation = self.relaxation
        end = relaxation.rounds + most_rounds
        while self._open and self._open[0].bound < relaxation.cutoff():
            if relaxation.rounds >= end or relaxation.watch.done(
                rounds=relaxation.rounds
            ):
                return
            node = heapq.heappop(self._open)
            arc = self._choose(node)
            if arc < 0:
                self._closed = min(self._closed, node.bound)
                continue
            self._branch(node, arc)

    def _branch(self, node: Node, arc: int) -> None:
        for up in (0, 1):
            limits = split(node, arc, up=up)
            relaxed = self.relaxation.run(
                limits, cut_rounds=CUT_ROUNDS, least=node.bound
            )
            if relaxed.answer is not None:
                self._learn(node, arc, up, max(relaxed.answer.value, relaxed.bound))
            self._count += 1
            if relaxed.bound >= self.relaxation.cutoff():
                self._closed = min(self._closed, relaxed.bound)
                continue
            child = node_of(self.relaxation, limits, relaxed, self._count)
            if child is None:
                # The watch ended this node before anything was known of it.
                child = node._replace(limits=limits, number=self._count)
            heapq.heappush(self._open, child)

    def _learn(self, node: Node, arc: int, up: int, value: float) -> None:
        part = node.modules[arc] - np.floor(node.modules[arc])
        moved = max(1.0 - part if up else part, WHOLE)
        most = max(self.relaxation.objective - node.value, 0.0)
        gain = min(max(value - node.value, 0.0), most)
        self._gain[up, arc] += gain / moved
        self._trials[up, arc] += 1

    def _choose(self, node: Node) -> int:
        """Return the arc to branch on; -1 if no module count of the node is broken."""
        part = node.modules - np.floor(node.modules)
        least, most = node.limits
        broken = np.flatnonzero((part > WHOLE) & (part < 1.0 - WHOLE) & (least < most))
        if not len(broken):
            return self._spread(node)
        fixed = self.relaxation.problem.fixed_cost
        guess = fixed[broken] * np.minimum(part[broken], 1.0 - part[broken])
        new = broken[np.argsort(-guess, kind="stable")]
        new = new[self._trials[:, new].min(axis=0) < MOST_TRIALS][:MOST_TRIED]
        for arc in new.tolist():
            self._try(node, arc)
        known = self._trials[:, broken].min(axis=0) > 0
        if not known.any():
            return int(broken[np.argmax(guess)])
        rate = self._gain[:, broken] / np.maximum(self._trials[:, broken], 1.0)
        down = np.maximum(rate[0] * part[broken], 1e-9)
        up = np.maximum(rate[1] * (1.0 - part[broken]), 1e-9)
        score = np.where(known, down * up, 0.0)
        return int(broken[np.argmax(score)])

    def _try(self, node: Node, arc: int) -> None:
        """Solve the masters of both sides as they are, without new paths or rows."""
        for up in (0, 1):
            self.relaxation.master.limit_modules(*split(node, arc, up=up))
            answer = self.relaxation.master.solve()
            if answer is not None:
                self._learn(node, arc, up, answer.value)

    def _spread(self, node: Node) -> int:
        """Return an arc whose limits differ, though its module count is whole."""
        least, most = node.limits
        wide = np.flatnonzero(least < most)
        cost = self.relaxation.problem.fixed_cost
        return int(wide[np.argmax(cost[wide])]) if len(wide) else -1


def split(node: Node, arc: int, *, up: int) -> Limits:
    """Return the limits of a node with more, or fewer, modules of an arc."""
    least, most = node.limits[0].copy(), node.limits[1].copy()
    middle = min(max(int(np.floor(node.modules[arc])), least[arc]), most[arc] - 1)
    if up:
        least[arc] = middle + 1
    else:
        most[arc] = middle
    return least, most


def node_of(
    relaxation: Relaxation, limits: Limits, relaxed: Relaxed, number: int
) -> Node | None:
    """Return a node with the limits narrowed by reduced costs; None without a master.

    A module whose reduced cost exceeds what is left to the best design is not taken.
    """
    if relaxed.answer is None:
        return None
    least, most = limits
    room = relaxation.objective - relaxed.priced
    if np.isfinite(room):
        room = max(room, 0.0) + 1e-9 * abs(relaxation.objective)
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.floor(np.abs(room / relaxed.module))
        steps = np.where(relaxed.module == 0, most - least, steps)
        steps = np.minimum(steps, most - least).astype(np.int64)
        most = np.where(relaxed.module > 0, np.minimum(most, least + steps), most)
        least = np.where(relaxed.module < 0, np.maximum(least, most - steps), least)
    modules = np.clip(relaxed.answer.modules, least, most)
    return Node(relaxed.bound, number, (least, most), modules, relaxed.answer.value)
