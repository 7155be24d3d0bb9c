"""Paths of many searches in flat arrays, each path of a key once."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from greenroute.solver.columns.path_kernels import paths_on
from greenroute.solver.graph import NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Paths of the search keys, as steps in the order of travel.

    Attributes
    ----------
    first_path
        Paths of key i are `first_path[i] : first_path[i + 1]`, (n_keys + 1,).
    first_step
        Steps of path p are `step[first_step[p] : first_step[p + 1]]`, (n_paths + 1,).
    step
        Steps as `StepTable` numbers them.
    """

    first_path: NDArray[np.int64]
    first_step: NDArray[np.int64]
    step: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPaths:
    """Paths as they are found: key of each, its number of steps, and all steps."""

    key: NDArray[np.int64]
    count: NDArray[np.int64]
    step: NDArray[np.int32]


def flat_paths(
    codes: NDArray[np.int64], of_path: NDArray[np.int64], key: NDArray[np.int64]
) -> FoundPaths:
    """Return paths from the steps of their arcs.

    Parameters
    ----------
    codes
        Steps of each arc, `NONE` where it has fewer, (n_arcs, n_places).
    of_path
        Path of each arc, (n_arcs,).
    key
        Of each path, (n_paths,).
    """
    there = codes != NONE
    count = np.bincount(of_path, weights=there.sum(axis=1), minlength=len(key))
    return FoundPaths(
        key=key, count=count.astype(np.int64), step=codes[there].astype(np.int32)
    )


def join_paths(found: list[FoundPaths]) -> FoundPaths:
    """Return the paths of all parts, one after the other."""
    none = np.empty(0, np.int64)
    return FoundPaths(
        key=np.concatenate([none, *(part.key for part in found)]),
        count=np.concatenate([none, *(part.count for part in found)]),
        step=np.concatenate([none.astype(np.int32), *(part.step for part in found)]),
    )


def distinct_paths(found: list[FoundPaths]) -> FoundPaths:
    """Return distinct paths in the order of their keys, then as found."""
    every = join_paths(found)
    begin = np.cumsum(every.count) - every.count
    there = np.flatnonzero(every.count)
    key, count, begin = every.key[there], every.count[there], begin[there]
    # Two paths of one key are told apart by 64 bits of their steps.
    digest = digests(every.step, begin)
    order = np.lexsort((digest, key))
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(key[order]) != 0) | (np.diff(digest[order]) != 0)
    kept = np.sort(order[new])
    kept = kept[np.argsort(key[kept], kind="stable")]
    step = _runs(every.step, begin[kept], count[kept])
    return FoundPaths(key=key[kept], count=count[kept], step=step)


def merge_paths(found: list[FoundPaths], n_keys: int) -> Paths:
    """Return distinct paths in the order of their keys, then as found."""
    kept = distinct_paths(found)
    return Paths(
        first_path=np.searchsorted(kept.key, np.arange(n_keys + 1)).astype(np.int64),
        first_step=np.concatenate([[0], np.cumsum(kept.count)]).astype(np.int64),
        step=kept.step,
    )


def found_again(paths: Paths) -> FoundPaths:
    """Return paths as they are found."""
    n_keys = len(paths.first_path) - 1
    return FoundPaths(
        key=np.repeat(np.arange(n_keys), np.diff(paths.first_path)),
        count=np.diff(paths.first_step),
        step=paths.step,
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _runs(
    step: NDArray[np.int32], begin: NDArray[np.int64], count: NDArray[np.int64]
) -> NDArray[np.int32]:
    """Return runs of steps one after the other."""
    out = np.empty(count.sum(), np.int32)
    at = 0
    for i in range(begin.size):
        for k in range(begin[i], begin[i] + count[i]):
            out[at] = step[k]
            at += 1
    return out


def passes(paths: Paths, lanes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which paths use one of the lanes, bool (n_paths,)."""
    return paths_on(paths.first_step, paths.step, lanes)


def digests(step: NDArray[np.integer], begin: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return 64 bits of each run of steps; runs are not empty and begin at `begin`."""
    if not len(begin):
        return np.empty(0, np.uint64)
    ends = np.append(begin, len(step))
    longest = int(np.diff(ends).max())
    return _digests(
        step.astype(np.int32, copy=False),
        ends,
        mixed(np.arange(longest)) | np.uint64(1),
    )


@njit(nogil=True, cache=True, error_model="numpy")
def _digests(
    step: NDArray[np.int32], ends: NDArray[np.int64], odd: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Add up steps, each times an odd number of its place."""
    out = np.zeros(ends.size - 1, np.uint64)
    for i in range(out.size):
        for k in range(ends[i], ends[i + 1]):
            out[i] += np.uint64(step[k] + 1) * odd[k - ends[i]]
    return out


def mixed(number: NDArray[np.integer]) -> NDArray[np.uint64]:
    """Return 64 bits of each whole number, by the steps of splitmix64."""
    with np.errstate(over="ignore"):
        z = (number.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)), np.uint64)
