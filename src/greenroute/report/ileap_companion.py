"""What a statement knows and iLEAP has no field for, in a file beside the iLEAP files."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from greenroute.statement import exact
from greenroute.statement.columns import CHAIN_COLUMNS
from greenroute.statement.statement import EmissionStatement, StatedFactor

FORMAT = "greenroute-ileap-companion/1"
#: Columns that a statement fills from the factor set where chains leave them open.
_FILLED = (
    "wtw_g_per_tkm",
    "ttw_g_per_tkm",
    "wtw_kg_per_t",
    "ttw_kg_per_t",
    "factor_id",
    "data_type",
)


def companion_of(
    statement: EmissionStatement, digests: Mapping[str, str]
) -> dict[str, Any]:
    """Return the chains of a statement as they were, for the way back from iLEAP.

    Parameters
    ----------
    statement
        What was stated.
    digests
        sha256 of the iLEAP files by name; once a file differs, the companion is void.
    """
    names = statement.elements.column_names
    own = [name for name in names if name in CHAIN_COLUMNS or _is_carried(name, names)]
    elements = []
    for row in statement.elements.select([*own, "factor"]).to_pylist():
        factor = None if row["factor"] < 0 else statement.factors[row["factor"]]
        elements.append(_cells(row, factor))
    return {
        "format": FORMAT,
        "sha256": dict(digests),
        "factor_set": {
            "name": statement.factor_set,
            "version": statement.factor_set_version,
            "sha256": statement.factor_set_sha256,
        },
        "elements": elements,
    }


def _is_carried(name: str, names: list[str]) -> bool:
    """Return whether a column is one that chains only carry through."""
    first_result = names.index("activity_km")
    return names.index(name) < first_result and name != "line"


def _cells(row: Mapping[str, Any], factor: StatedFactor | None) -> dict[str, Any]:
    """Return the cells of an element as its chain had them, without the empty ones."""
    cells: dict[str, Any] = {}
    is_own = factor is not None and factor.own
    for name, value in row.items():
        if value is None or name == "factor" or (name in _FILLED and not is_own):
            continue
        cells[name] = exact.text_of(value) if isinstance(value, Decimal) else value
    return cells
