"""Shares of boxes: what each order pays of the boxes that it travels in."""

import numpy as np
from numpy.typing import NDArray

#: Parts of a box that shares are counted in.
_PARTS = 1_000_000


def chargeable_parts(
    mass_kg: NDArray[np.float64],
    volume_m3: NDArray[np.float64],
    *,
    payload_kg: NDArray[np.float64],
    loadable_m3: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the larger share of mass and volume that goods take of a box, at least 1."""
    share = np.maximum(mass_kg / payload_kg, volume_m3 / loadable_m3)
    return np.asarray(np.maximum(np.rint(share * _PARTS), 1), dtype=np.int64)


def shares(
    total: NDArray[np.int64], group: NDArray[np.int64], parts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Split totals among members by their parts, to the last cent.

    By largest remainder; among equals the member that stands first gets the cent.

    Parameters
    ----------
    total
        Of each group, >= 0, (n_groups,).
    group
        Group of each member, (n_members,).
    parts
        What it takes, > 0, (n_members,).

    Returns
    -------
    ndarray
        int64 (n_members,); the sum over a group is its total, if it has a member.
    """
    all_parts = np.zeros(len(total), np.int64)
    np.add.at(all_parts, group, parts)
    # Python's integers where a product might not fit 64 bits.
    wide = (
        int(total.max(initial=0)) * int(parts.max(initial=0)) >= np.iinfo(np.int64).max
    )
    kind = np.dtype(object) if wide else np.dtype(np.int64)
    product = total[group].astype(kind) * parts.astype(kind)
    given = product // all_parts[group].astype(kind)
    rest = product - given * all_parts[group].astype(kind)
    given = given.astype(np.int64)
    left = total.copy()
    np.subtract.at(left, group, given)
    order = np.lexsort((-rest.astype(np.float64), group))
    count = np.bincount(group, minlength=len(total))
    rank = np.arange(len(group)) - np.repeat(np.cumsum(count) - count, count)
    more = np.zeros(len(group), np.int64)
    more[order] = rank < left[group[order]]
    return given + more
