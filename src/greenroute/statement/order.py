"""The order of elements in a chain: ids once, names that exist, no circle."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from greenroute.statement.chain_file import ChainTexts

#: Stands between two ids; no file that can be read as text holds it in an id.
_BETWEEN = "\x1f"


def keys_of(shipment_id: pa.Array, tce_id: pa.Array) -> pa.Array:
    """Return shipment and element as one text, (n_rows,)."""
    return pc.binary_join_element_wise(
        shipment_id, tce_id, _BETWEEN, null_handling="replace", null_replacement=""
    )


def links_of(
    shipment_id: pa.Array, tce_id: pa.Array, prev: pa.Array
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each element that names one before it, and the row of that one.

    Parameters
    ----------
    shipment_id, tce_id
        Ids, (n_rows,).
    prev
        Ids of the elements immediately before, lists (n_rows,).

    Returns
    -------
    tuple of ndarray
        Row of the later and of the earlier element, (n_links,) each; -1 where there is no
        such element in the shipment.
    """
    later = np.asarray(pc.list_parent_indices(prev), dtype=np.int64)
    named = pc.list_flatten(prev)
    wanted = keys_of(shipment_id.take(pa.array(later)), named)
    keys = keys_of(shipment_id, tce_id)
    earlier = pc.fill_null(pc.index_in(wanted, value_set=keys), -1)
    return later, np.asarray(earlier, dtype=np.int64)


def order_errors(
    columns: Mapping[str, pa.Array], texts: ChainTexts
) -> list[tuple[int, str]]:
    """Return rows whose ids or order cannot be, and why.

    Parameters
    ----------
    columns
        Checked columns of a chains file.
    texts
        The file as it stands, to name lines.
    """
    shipment_id, tce_id = columns["shipment_id"], columns["tce_id"]
    problems = _duplicates(shipment_id, tce_id, texts)
    prev = columns.get("prev_tce_ids")
    if prev is None or prev.null_count == len(prev):
        return problems
    later, earlier = links_of(shipment_id, tce_id, prev)
    named = pc.list_flatten(prev)
    for link in np.flatnonzero(earlier < 0).tolist():
        row = int(later[link])
        text = (
            f"prev_tce_ids names {named[link].as_py()!r}, expected elements of shipment "
            f"{shipment_id[row].as_py()!r}"
        )
        problems.append((row, text))
    known = earlier >= 0
    for row in in_circle(later[known], earlier[known], len(tce_id)):
        text = (
            f"prev_tce_ids leads from {tce_id[row].as_py()!r} back to itself, "
            "expected an order without circles"
        )
        problems.append((row, text))
    return problems


def _duplicates(
    shipment_id: pa.Array, tce_id: pa.Array, texts: ChainTexts
) -> list[tuple[int, str]]:
    keys = keys_of(shipment_id, tce_id)
    codes = np.asarray(pc.dictionary_encode(keys).indices)
    _, first, of = np.unique(codes, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[of] != np.arange(len(codes)))
    filled = np.asarray(pc.and_(pc.is_valid(shipment_id), pc.is_valid(tce_id)))
    problems = []
    for row in again[filled[again]].tolist():
        first_place = texts.where(int(first[of[row]]))
        text = (
            f"tce_id is {tce_id[row].as_py()!r} as in {first_place}, "
            f"expected it once in shipment {shipment_id[row].as_py()!r}"
        )
        problems.append((row, text))
    return problems


def in_circle(
    later: NDArray[np.int64], earlier: NDArray[np.int64], count: int
) -> list[int]:
    """Return the rows that lie on a circle of links."""
    graph = csr_array(
        (np.ones(len(later), dtype=np.int8), (later, earlier)), shape=(count, count)
    )
    _, component = connected_components(graph, directed=True, connection="strong")
    size = np.bincount(component, minlength=1)
    on_circle = size[component] > 1
    on_circle[later[later == earlier]] = True
    return [int(row) for row in np.flatnonzero(on_circle)]
