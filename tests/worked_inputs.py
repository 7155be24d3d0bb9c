"""What worked examples are given and what they find."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Inputs = Mapping[str, Any]
Found = dict[str, Any]


def number(value: object) -> Decimal:
    """Return a number of JSON by the digits that it prints."""
    return Decimal(str(value))
