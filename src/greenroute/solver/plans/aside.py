"""Puts what a plan needs before and after its search on disk while the search goes on.

A million orders have hundreds of megabytes of columns, paths and times that no step of the
search looks at.
"""

import mmap
import tempfile
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

#: Arrays of fewer bytes stay in memory.
_LEAST_BYTES = 1 << 20

_Tree = TypeVar("_Tree")


class Aside:
    """Arrays on disk, in files without names that end with the process.

    They are arrays as before: what is looked at comes back into memory, until `rest`.
    """

    def __init__(self) -> None:
        self._maps: list[mmap.mmap] = []

    def put(self, tree: _Tree) -> _Tree:
        """Return dataclasses and tuples with their large arrays on disk.

        Those for which the disk has no room stay in memory.
        """
        return cast("_Tree", self._put(tree, {}))

    def rest(self) -> None:
        """Take what was looked at out of memory again, where the system can."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for one in self._maps:
                one.madvise(mmap.MADV_DONTNEED)

    def _put(self, tree: object, known: dict[int, object]) -> object:
        """Put a tree; an array that stands in several places is put once."""
        if id(tree) in known:
            return known[id(tree)]
        found = tree
        if isinstance(tree, np.ndarray):
            found = self._on_disk(tree)
        elif is_dataclass(tree) and not isinstance(tree, type):
            parts = ((f.name, getattr(tree, f.name)) for f in fields(tree))
            found = replace(tree, **{name: self._put(x, known) for name, x in parts})
        elif isinstance(tree, tuple):
            items = [self._put(item, known) for item in tree]
            found = tree._make(items) if hasattr(tree, "_make") else tuple(items)
        known[id(tree)] = found
        return found

    def _on_disk(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        if array.nbytes < _LEAST_BYTES or not array.flags.c_contiguous:
            return array
        try:
            with tempfile.TemporaryFile() as file:
                file.write(array.data)
                file.flush()
                # Shared with the file: what is written to the array is not lost by `rest`.
                there = mmap.mmap(file.fileno(), array.nbytes)
        except OSError:
            return array
        self._maps.append(there)
        return np.ndarray(array.shape, array.dtype, there)
