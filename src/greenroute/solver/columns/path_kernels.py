"""Compiled kernels that walk along all paths of a large book: times, chains, loads."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

#: What a step is for a chain of boxes.
PLAIN, LOADS, CUSTOMS = range(3)
NO_CHAIN = -1


@njit(nogil=True, cache=True, error_model="numpy")
def pass_times(
    first_step: NDArray[np.int64],
    step: NDArray[np.int32],
    minutes: NDArray[np.int64],
    wait: NDArray[np.int64],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return when goods depart for each step, and the time of paths."""
    departs = np.empty(step.size, np.int32)
    total = np.zeros(first_step.size - 1, np.int64)
    for path in range(total.size):
        clock = 0
        for k in range(first_step[path], first_step[path + 1]):
            clock += wait[step[k]]
            departs[k] = clock
            clock += minutes[step[k]]
        total[path] = clock
    return departs, total


@njit(nogil=True, cache=True, error_model="numpy")
def chains_of_paths(
    first_step: NDArray[np.int64],
    step: NDArray[np.int32],
    kind: NDArray[np.int8],
    odd: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.uint64], NDArray[np.int64]]:
    """Return where the chains of each path begin, and what they are.

    That is the place of each step's chain in its path, 64 bits that tell each chain from
    others, and its first step. Chains begin where goods are loaded; customs belong to none.
    """
    n_paths = first_step.size - 1
    first = np.zeros(n_paths + 1, np.int64)
    for path in range(n_paths):
        first[path + 1] = first[path]
        for k in range(first_step[path], first_step[path + 1]):
            first[path + 1] += kind[step[k]] == LOADS
    place = np.full(step.size, NO_CHAIN, np.int16)
    digest, begin = np.zeros(first[-1], np.uint64), np.empty(first[-1], np.int64)
    for path in range(n_paths):
        chain, nth = first[path] - 1, 0
        for k in range(first_step[path], first_step[path + 1]):
            what = kind[step[k]]
            if what == LOADS:
                chain, nth = chain + 1, 0
                begin[chain] = k
            if what == CUSTOMS:
                continue
            place[k] = chain - first[path]
            if chain >= first[path]:
                digest[chain] += np.uint64(step[k] + 1) * odd[nth]
                nth += 1
    return first, place, digest, begin


@njit(nogil=True, cache=True, error_model="numpy")
def steps_of_chains(
    begin: NDArray[np.int64],
    end: NDArray[np.int64],
    step: NDArray[np.int32],
    kind: NDArray[np.int8],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the steps of chains, without customs: where they begin, and all of them.

    Parameters
    ----------
    begin, end
        First step of each chain, and where its path ends.
    """
    first = np.zeros(begin.size + 1, np.int64)
    for chain in range(begin.size):
        n = 0
        for k in range(begin[chain], end[chain]):
            if k > begin[chain] and kind[step[k]] == LOADS:
                break
            n += kind[step[k]] != CUSTOMS
        first[chain + 1] = first[chain] + n
    steps, at = np.empty(first[-1], np.int32), 0
    for chain in range(begin.size):
        for k in range(begin[chain], end[chain]):
            if k > begin[chain] and kind[step[k]] == LOADS:
                break
            if kind[step[k]] != CUSTOMS:
                steps[at] = step[k]
                at += 1
    return first, steps


@njit(nogil=True, cache=True, error_model="numpy")
def sharers(
    first_path: NDArray[np.int64],
    first_chain: NDArray[np.int64],
    chain: NDArray[np.int32],
    orders: NDArray[np.int64],
    n_chains: int,
) -> NDArray[np.int64]:
    """Return how many orders may use each chain: those of the keys with a path on it."""
    count, last = np.zeros(n_chains, np.int64), np.full(n_chains, -1, np.int64)
    for key in range(first_path.size - 1):
        for path in range(first_path[key], first_path[key + 1]):
            for k in range(first_chain[path], first_chain[path + 1]):
                if last[chain[k]] != key:
                    last[chain[k]] = key
                    count[chain[k]] += orders[key]
    return count


@njit(nogil=True, cache=True, error_model="numpy")
def week_loads(
    first_path: NDArray[np.int64],
    first_step: NDArray[np.int64],
    step: NDArray[np.int32],
    mass_kg: NDArray[np.float64],
    n_lanes: int,
) -> NDArray[np.float64]:
    """Return what each lane would take if all orders of all keys with paths on it used it.

    A key counts once on a lane, however many of its paths go there.
    """
    load, last = np.zeros(n_lanes), np.full(n_lanes, -1, np.int64)
    for key in range(first_path.size - 1):
        for k in range(first_step[first_path[key]], first_step[first_path[key + 1]]):
            if step[k] < n_lanes and last[step[k]] != key:
                last[step[k]] = key
                load[step[k]] += mass_kg[key]
    return load


@njit(nogil=True, cache=True, error_model="numpy")
def loads_of_paths(
    first_step: NDArray[np.int64],
    step: NDArray[np.int32],
    mass_kg: NDArray[np.float64],
    n_lanes: int,
) -> NDArray[np.float64]:
    """Return what each lane would take if each path carried so much."""
    load = np.zeros(n_lanes)
    for path in range(first_step.size - 1):
        for k in range(first_step[path], first_step[path + 1]):
            if step[k] < n_lanes:
                load[step[k]] += mass_kg[path]
    return load


@njit(nogil=True, cache=True, error_model="numpy")
def paths_on(
    first_step: NDArray[np.int64], step: NDArray[np.int32], lanes: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which paths use one of the lanes."""
    found = np.zeros(first_step.size - 1, np.bool_)
    for path in range(found.size):
        for k in range(first_step[path], first_step[path + 1]):
            if step[k] < lanes.size and lanes[step[k]]:
                found[path] = True
                break
    return found
