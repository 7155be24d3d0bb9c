"""What can go wrong for a user, as few named errors.

Every error is a `GreenrouteError`; each also derives from the built-in error that a
caller would expect, so that code which knows nothing of greenroute can catch it.
"""

from enum import StrEnum
from typing import TypeVar

Kind = TypeVar("Kind", bound=StrEnum)


class GreenrouteError(Exception):
    """Root of the errors that greenroute raises on purpose."""


class DataError(GreenrouteError, ValueError):
    """An input says something that cannot be: where, what is there, what was expected."""


class UnknownCategoryError(GreenrouteError, LookupError):
    """A TOC, mode, gateway kind, passage or UN number that no data set knows."""


class UnknownPlaceError(UnknownCategoryError):
    """A place that cannot be found; the message names the nearest matches."""


class CorruptDataError(DataError):
    """A data folder is incomplete or a digest differs; the message names the file."""


def one_of(kind: type[Kind], text: str, what: str) -> Kind:
    """Return the member of a closed set.

    Raises
    ------
    UnknownCategoryError
        Naming the members there are.
    """
    try:
        return kind(text)
    except ValueError:
        msg = f"{what} is {text!r}, expected one of {', '.join(kind)}"
        raise UnknownCategoryError(msg) from None
