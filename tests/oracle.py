"""Slow and simple answers to compare the solver with."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Costs = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multigraph:
    """Arcs with three weights each, and two nodes to join."""

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weights: NDArray[np.int64]
    source: int
    target: int

    def arcs_from(self, node: int) -> Iterator[tuple[int, Costs]]:
        """Yield head and weights of the arcs out of a node."""
        for arc in np.flatnonzero(self.tail == node):
            yield int(self.head[arc]), tuple(self.weights[arc].tolist())


def non_dominated(costs: set[Costs]) -> list[Costs]:
    """Return the vectors that no other one is below, by comparing all with all."""
    return sorted(
        vector
        for vector in costs
        if not any(
            other != vector and all(a <= b for a, b in zip(other, vector, strict=True))
            for other in costs
        )
    )


def front_of_all_paths(graph: Multigraph) -> list[Costs]:
    """Return the front by walking every path that visits no node twice."""
    found: set[Costs] = set()

    def walk(node: int, costs: Costs, visited: frozenset[int]) -> None:
        if node == graph.target:
            found.add(costs)
            return
        for head, weights in graph.arcs_from(node):
            if head not in visited:
                walk(head, add(costs, weights), visited | {head})

    walk(graph.source, (0, 0, 0), frozenset({graph.source}))
    return non_dominated(found)


def front_by_labels(graph: Multigraph) -> list[Costs]:
    """Return the front by Martins' label setting, without bounds or pruning.

    References
    ----------
    .. [1] E. Q. V. Martins, "On a multicriteria shortest path problem", European Journal
       of Operational Research 16 (1984) 236-245.
    """
    settled: list[list[Costs]] = [[] for _ in range(graph.n_nodes)]
    arcs = [list(graph.arcs_from(node)) for node in range(graph.n_nodes)]
    queue: list[tuple[Costs, int]] = [((0, 0, 0), graph.source)]
    while queue:
        costs, node = heapq.heappop(queue)
        if covered(costs, settled[node]):
            continue
        settled[node].append(costs)
        for head, weights in arcs[node]:
            total = add(costs, weights)
            if not covered(total, settled[head]):
                heapq.heappush(queue, (total, head))
    return sorted(settled[graph.target])


def covered(costs: Costs, others: list[Costs]) -> bool:
    """Return whether one of the others is nowhere above."""
    return any(
        all(a <= b for a, b in zip(other, costs, strict=True)) for other in others
    )


def add(costs: Costs, weights: Costs) -> Costs:
    """Return the sum of two vectors."""
    return tuple(a + b for a, b in zip(costs, weights, strict=True))
