"""Exact sums over the elements of a statement."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from greenroute.errors import UnknownCategoryError
from greenroute.statement import exact
from greenroute.statement.groups import group_rows, one_array, sums_by
from greenroute.statement.statement import EmissionStatement, Totals

#: Columns that are added up, and what is counted.
SUMMED = ("activity_tkm", "hub_t", "wtw_kg_co2e", "ttw_kg_co2e")
COUNTED = ("elements", "not_included", "operation_not_stated")


def totals_by(statement: EmissionStatement, *columns: str) -> pa.Table:
    """Return sums by what elements say in some columns.

    Parameters
    ----------
    statement
        What was stated.
    *columns
        Columns of its elements: "shipment_id", "mode", "customer_id", "partner", "market",
        "lane", "month", "scope3", "data_type" or any other.

    Returns
    -------
    pyarrow.Table
        The columns, `elements`, `activity_tkm`, `hub_t`, `wtw_kg_co2e`, `ttw_kg_co2e`,
        `not_included`, `operation_not_stated`; sorted by the columns, "" first.

    Raises
    ------
    UnknownCategoryError
        If there is no such column.
    """
    unknown = [name for name in columns if name not in statement.elements.column_names]
    if unknown:
        known = ", ".join(statement.elements.column_names)
        msg = f"there is no column {unknown[0]!r}, expected one of {known}"
        raise UnknownCategoryError(msg)
    return sums_of(statement.elements, columns)


def sums_of(elements: pa.Table, columns: Iterable[str]) -> pa.Table:
    """Return sums over elements by what they say in some columns, as `totals_by` does."""
    keys = {
        name: pc.fill_null(one_array(elements, name).cast(pa.string()), "")
        for name in columns
    }
    group, first = group_rows(list(keys.values()), elements.num_rows)
    wtw, ttw = (one_array(elements, n) for n in ("wtw_kg_co2e", "ttw_kg_co2e"))
    counts = {
        "elements": pa.array(np.ones(len(group), dtype=np.int64)),
        "not_included": pc.is_null(wtw).cast(pa.int64()),
        "operation_not_stated": pc.and_(pc.is_null(ttw), pc.is_valid(wtw)).cast(
            pa.int64()
        ),
    }
    summed = {name: one_array(elements, name) for name in SUMMED}
    sums = sums_by(group, counts | summed, len(first))
    zero = pa.scalar(Decimal(0), exact.RESULT)
    found = {name: key.take(pa.array(first)) for name, key in keys.items()}
    found |= {"elements": sums["elements"]}
    found |= {n: pc.fill_null(sums[n].cast(exact.RESULT), zero) for n in SUMMED}
    found |= {name: sums[name] for name in COUNTED[1:]}
    return pa.table(found).sort_by([(name, "ascending") for name in keys])


def sum_up(parts: Iterable[Mapping[str, Any]]) -> Totals:
    """Return the sum of rows of `sums_of`."""
    rows = list(parts)
    return Totals(
        elements=sum(row["elements"] for row in rows),
        activity_tkm=exact.add(*(row["activity_tkm"] for row in rows)),
        hub_t=exact.add(*(row["hub_t"] for row in rows)),
        wtw_kg_co2e=exact.add(*(row["wtw_kg_co2e"] for row in rows)),
        ttw_kg_co2e=exact.add(*(row["ttw_kg_co2e"] for row in rows)),
        not_included=sum(row["not_included"] for row in rows),
        operation_not_stated=sum(row["operation_not_stated"] for row in rows),
    )
