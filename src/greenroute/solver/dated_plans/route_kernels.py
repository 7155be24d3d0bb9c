"""Compiled kernels: in which weeks columns use lanes, and boxes of chains."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.columns.rate_orders import CHAIN_BITS, MOST_CHAINS

#: Box of a variant at one chain: its bits.
_MASK = (1 << CHAIN_BITS) - 1
MOST_EQUIPMENT = 1 << CHAIN_BITS


class Walk(NamedTuple):
    """Paths as goods walk along them.

    `departs` is the time before each step, `of_step` the place of its chain in the path;
    `chain` are the chains of a path from `first_chain` on. Steps below `n_lanes` are runs.
    """

    first_step: NDArray[np.int64]
    step: NDArray[np.int32]
    departs: NDArray[np.integer]
    of_step: NDArray[np.int16]
    first_chain: NDArray[np.int64]
    chain: NDArray[np.int32]
    n_lanes: int


class Uses(NamedTuple):
    """What routes use, by route and in the order of travel.

    Route i uses `key[start[i] : start[i + 1]]`: a thing, times the number of weeks, plus
    the week.
    """

    start: NDArray[np.int32]
    key: NDArray[np.int64]


@njit(nogil=True, cache=True, error_model="numpy")
def count_crossings(
    path: NDArray[np.int32],
    starts: NDArray[np.integer],
    walk: Walk,
    week_minutes: int,
) -> NDArray[np.int16]:
    """Return how many runs slip into a later week because goods leave late in theirs.

    The later in the week, the more runs slip: their number says which ones.
    """
    late = np.zeros(path.size, np.int16)
    for column in range(path.size):
        phase = starts[column] % week_minutes
        for k in range(
            walk.first_step[path[column]], walk.first_step[path[column] + 1]
        ):
            if walk.step[k] < walk.n_lanes:
                late[column] += phase + walk.departs[k] % week_minutes >= week_minutes
    return late


@njit(nogil=True, cache=True, error_model="numpy")
def lanes_used(
    path: NDArray[np.int32],
    start: NDArray[np.int64],
    walk: Walk,
    counts: NDArray[np.bool_],
    weeks: tuple[int, int],
) -> Uses:
    """Return the use of lanes that count; `weeks` are minutes of a week, and their number."""
    week_minutes, n_weeks = weeks
    first = np.zeros(path.size + 1, np.int32)
    for route in range(path.size):
        n = 0
        for k in range(walk.first_step[path[route]], walk.first_step[path[route] + 1]):
            n += walk.step[k] < walk.n_lanes and counts[walk.step[k]]
        first[route + 1] = first[route] + n
    key, at = np.empty(first[-1], np.int64), 0
    for route in range(path.size):
        for k in range(walk.first_step[path[route]], walk.first_step[path[route] + 1]):
            if walk.step[k] < walk.n_lanes and counts[walk.step[k]]:
                week = (start[route] + walk.departs[k]) // week_minutes
                key[at] = walk.step[k] * n_weeks + week
                at += 1
    return Uses(first, key)


@njit(nogil=True, cache=True, error_model="numpy")
def boxes_used(
    routes: tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]],
    walk: Walk,
    cargo: NDArray[np.int8],
    n_cargoes: int,
    weeks: tuple[int, int],
) -> Uses:
    """Return the boxes at the chains of routes: chain, equipment and cargo in a number.

    They go by the first run of their chain. `routes` are path, variant and start of each,
    `weeks` minutes of a week, and their number.
    """
    path, variant, start = routes
    week_minutes, n_weeks = weeks
    first = np.zeros(path.size + 1, np.int32)
    for route in range(path.size):
        n = 0
        for place in range(MOST_CHAINS):
            n += (variant[route] >> (place * CHAIN_BITS)) & _MASK != 0
        first[route + 1] = first[route] + n
    key, at = np.empty(first[-1], np.int64), 0
    for route in range(path.size):
        mine, last = path[route], -1
        for k in range(walk.first_step[mine], walk.first_step[mine + 1]):
            place = walk.of_step[k]
            if walk.step[k] >= walk.n_lanes or place <= last or place >= MOST_CHAINS:
                continue
            last = place
            box = (variant[route] >> np.int64(place * CHAIN_BITS)) & _MASK
            if box:
                chain = np.int64(walk.chain[walk.first_chain[mine] + place])
                number = chain * MOST_EQUIPMENT + box - 1
                week = (start[route] + walk.departs[k]) // week_minutes
                key[at] = (number * n_cargoes + cargo[mine]) * n_weeks + week
                at += 1
    return Uses(first, key)
