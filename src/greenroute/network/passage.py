"""Passages: straits and canals that ships go through and that can be closed."""

from collections.abc import Iterable
from dataclasses import dataclass

from greenroute.errors import UnknownCategoryError

#: Separates the names of passages in a cell of a table.
SEPARATOR = ";"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A strait or canal, drawn as a gate line that ships cross.

    Attributes
    ----------
    name
        Name used in `closed` and `--close`.
    open
        Whether ships use it unless told otherwise.
    note
        What to know about it.
    """

    name: str
    open: bool
    note: str


def check_passages(
    names: Iterable[str], passages: tuple[Passage, ...]
) -> frozenset[str]:
    """Return the names as a set.

    Raises
    ------
    UnknownCategoryError
        If one of them is no passage of the network.
    """
    known = {passage.name for passage in passages}
    wanted = frozenset(names)
    unknown = sorted(wanted - known)
    if unknown:
        have = ", ".join(sorted(known)) or "none"
        msg = f"no passage {', '.join(map(repr, unknown))}; the network has: {have}"
        raise UnknownCategoryError(msg)
    return wanted
