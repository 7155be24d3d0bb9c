"""A graph with three weights per arc, checked and laid out for searches."""

import operator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.errors import DataError

N_OBJECTIVES = 3
#: No path may weigh more: sums of two such numbers still fit 64 bits.
LARGEST_PATH = 2**62 - 1
#: Nodes and arcs are counted in 32 bits.
LARGEST_COUNT = 2**32 - 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchGraph:
    """Arcs with three weights each, sorted by tail and again by head.

    Attributes
    ----------
    n_nodes
        Number of nodes; they are 0 .. n_nodes-1.
    start, head, weights
        Arcs sorted by tail: where those of a node begin (n_nodes + 1,), head (n_arcs,)
        and weights (3, n_arcs).
    arc
        Index of each of these arcs in the arrays that the graph was built from.
    reverse_start, reverse_tail, reverse_weights
        The same sorted by head.
    """

    n_nodes: int
    start: NDArray[np.uint64]
    head: NDArray[np.uint32]
    weights: NDArray[np.int64]
    arc: NDArray[np.int64]
    reverse_start: NDArray[np.uint64]
    reverse_tail: NDArray[np.uint32]
    reverse_weights: NDArray[np.int64]


def build_search_graph(
    n_nodes: int,
    tail: ArrayLike,
    head: ArrayLike,
    weights: ArrayLike,
    *,
    arc_mask: ArrayLike | None = None,
) -> SearchGraph:
    """Return a graph that can be searched many times.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    tail, head
        Nodes of each arc, (n_arcs,); parallel arcs and loops are allowed.
    weights
        Integer weights >= 0 of each arc, (n_arcs, 3).
    arc_mask
        Which arcs may be used, bool (n_arcs,); all of them if None.

    Raises
    ------
    DataError
        If an array has the wrong shape or type, an arc ends at no node, or a weight is
        negative or so large that a sum over a path might overflow.
    """
    n_nodes, tails, heads, rows = check_arcs(n_nodes, tail, head, weights)
    arcs = np.arange(len(tails))
    if arc_mask is not None:
        arcs = np.flatnonzero(check_mask("arc_mask", arc_mask, len(tails)))
    forward = arcs[np.argsort(tails[arcs], kind="stable")]
    backward = arcs[np.argsort(heads[arcs], kind="stable")]
    return SearchGraph(
        n_nodes=n_nodes,
        start=_starts(tails[arcs], n_nodes),
        head=heads[forward].astype(np.uint32),
        weights=np.ascontiguousarray(rows[forward].T),
        arc=forward,
        reverse_start=_starts(heads[arcs], n_nodes),
        reverse_tail=tails[backward].astype(np.uint32),
        reverse_weights=np.ascontiguousarray(rows[backward].T),
    )


def check_arcs(
    n_nodes: int, tail: ArrayLike, head: ArrayLike, weights: ArrayLike
) -> tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the arguments of `build_search_graph` as numbers, or a named error."""
    n_nodes = whole_number("n_nodes", n_nodes, 1, LARGEST_COUNT)
    tails = whole_numbers("tail", tail, 1)
    heads = whole_numbers("head", head, 1, n_rows=len(tails))
    rows = whole_numbers("weights", weights, 2, n_rows=len(tails))
    within("tail", tails, 0, n_nodes - 1)
    within("head", heads, 0, n_nodes - 1)
    # A path that visits no node twice has fewer arcs than there are nodes.
    within("weights", rows, 0, LARGEST_PATH // n_nodes)
    return n_nodes, tails, heads, rows


def whole_number(name: str, value: object, least: int, most: int) -> int:
    """Return an argument as int; a named error unless it is one, within the limits."""
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # that is the question
    except TypeError:
        msg = f"{name} is {value!r}, expected an integer, {least} to {most}"
        raise DataError(msg) from None
    if not least <= number <= most:
        msg = f"{name} is {number}, expected {least} to {most}"
        raise DataError(msg)
    return number


def whole_numbers(
    name: str, values: ArrayLike, n_axes: int, *, n_rows: int | None = None
) -> NDArray[np.int64]:
    """Return an argument as int64 (n_rows,) or (n_rows, 3), or a named error."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        msg = f"{name} is not an array: {error}"
        raise DataError(msg) from None
    rows = "n_arcs" if n_rows is None else str(n_rows)
    shape = (len(array) if array.ndim and n_rows is None else n_rows, N_OBJECTIVES)
    if array.shape != shape[:n_axes]:
        wanted = f"({rows},)" if n_axes == 1 else f"({rows}, {N_OBJECTIVES})"
        msg = f"{name} has the shape {array.shape}, expected {wanted}"
        raise DataError(msg)
    # An empty list has no integers in it and becomes an array of floats.
    if array.size and not np.issubdtype(array.dtype, np.integer):
        msg = f"{name} has the type {array.dtype}, expected integers"
        raise DataError(msg)
    if array.dtype == np.uint64:
        within(name, array, 0, np.iinfo(np.int64).max)
    return array.astype(np.int64)


def within(name: str, array: NDArray[np.integer], least: int, most: int) -> None:
    """Raise a named error for the first number outside the limits."""
    wrong = (array < least) | (array > most)
    if wrong.any():
        at = np.unravel_index(int(np.argmax(wrong)), array.shape)
        place = ", ".join(str(i) for i in at)
        msg = f"{name}[{place}] is {array[at]}, expected {least} to {most}"
        raise DataError(msg)


def check_mask(name: str, values: ArrayLike, n_arcs: int) -> NDArray[np.bool_]:
    """Return an argument as bool (n_arcs,), or a named error."""
    mask = np.asarray(values)
    if mask.shape != (n_arcs,) or (n_arcs and mask.dtype != np.bool_):
        msg = (
            f"{name} has the shape {mask.shape} and the type {mask.dtype}, "
            f"expected ({n_arcs},) and bool"
        )
        raise DataError(msg)
    return mask.astype(np.bool_)


def _starts(nodes: NDArray[np.int64], n_nodes: int) -> NDArray[np.uint64]:
    """Return where the arcs of each node begin once they are sorted by it."""
    starts = np.zeros(n_nodes + 1, np.int64)
    np.cumsum(np.bincount(nodes, minlength=n_nodes), out=starts[1:])
    return starts.astype(np.uint64)
