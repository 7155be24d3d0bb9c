"""A statement as JSON, CSV and Parquet: the same figures in each."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from greenroute.statement import exact
from greenroute.statement.chain_json import SEPARATOR
from greenroute.statement.content import content_text, report_content
from greenroute.statement.rejection import Rejection
from greenroute.statement.statement import EmissionStatement, Totals
from greenroute.statement.totals import totals_by
from greenroute.statement.uncertainty import Interval

#: Columns of elements that only serve greenroute itself.
_INNER = ("line", "factor")
#: What other readers of Parquet can hold; finer figures are rounded on writing.
_WIDE = pa.decimal128(38, 18)
#: Columns that totals are written by, where elements say them.
GROUPS = ("customer_id", "partner", "market", "lane", "month", "scope3")
#: Rows of JSON made at once.
_ROWS_AT_ONCE = 50_000


def write_statement(
    statement: EmissionStatement,
    folder: Path | str,
    *,
    interval: Interval | None = None,
) -> None:
    """Write a statement to a folder.

    `statement.txt` is the report, `statement.json` all of it but the elements, which stand
    in `elements.csv` (exact) and `elements.parquet` (18 decimal places); `shipments.csv`
    has totals by shipment, `by_*.csv` by customer, partner, market, lane, month and scope 3
    category as far as the chains say them, `rejected.csv` the errors of rows left out.

    Parameters
    ----------
    folder
        Made if it is not there.
    interval
        Where the total may lie; None leaves it out.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    text = content_text(report_content(statement, interval))
    (folder / "statement.txt").write_text(text, encoding="utf-8")
    head = json.dumps(statement_head(statement, interval), ensure_ascii=False, indent=1)
    (folder / "statement.json").write_text(f"{head}\n", encoding="utf-8")
    elements = statement.elements.drop_columns(list(_there(statement.elements)))
    pyarrow.csv.write_csv(as_texts(elements), folder / "elements.csv")
    pyarrow.parquet.write_table(
        _narrow(elements), folder / "elements.parquet", compression="zstd"
    )
    shipments = totals_by(statement, "shipment_id")
    pyarrow.csv.write_csv(as_texts(shipments), folder / "shipments.csv")
    for name in GROUPS:
        path = folder / f"by_{name}.csv"
        if _is_said(elements, name):
            pyarrow.csv.write_csv(as_texts(totals_by(statement, name)), path)
        else:
            path.unlink(missing_ok=True)
    rejected = folder / "rejected.csv"
    if statement.rejected:
        pyarrow.csv.write_csv(_rejected(statement), rejected)
    else:
        rejected.unlink(missing_ok=True)


def statement_json(
    statement: EmissionStatement, interval: Interval | None = None
) -> str:
    """Return a statement with its elements as JSON; decimal numbers are texts."""
    head = json.dumps(statement_head(statement, interval), ensure_ascii=False)
    elements = statement.elements.drop_columns(list(_there(statement.elements)))
    rows = []
    for first in range(0, len(elements), _ROWS_AT_ONCE):
        block = as_texts(elements.slice(first, _ROWS_AT_ONCE), lists=True)
        for row in block.to_pylist():
            cells = {n: value for n, value in row.items() if value is not None}
            rows.append(json.dumps(cells, ensure_ascii=False))
    listed = ",\n".join(rows)
    return f'{head[:-1]},\n"elements": [\n{listed}\n]}}\n'


def statement_csv(statement: EmissionStatement) -> str:
    """Return the elements of a statement as CSV, exact."""
    sink = io.BytesIO()
    elements = statement.elements.drop_columns(list(_there(statement.elements)))
    pyarrow.csv.write_csv(as_texts(elements), sink)
    return sink.getvalue().decode()


def statement_head(
    statement: EmissionStatement, interval: Interval | None = None
) -> dict[str, Any]:
    """Return all of a statement but its elements, as JSON values."""
    left_out = {"elements", "modes", "hubs", "total", "rejected"}
    plain = {
        field.name: _plain(getattr(statement, field.name))
        for field in fields(statement)
        if field.name not in left_out
    }
    return {
        "claim": report_content(statement).claim,
        "total": _totals(statement.total),
        "interval": None if interval is None else asdict(interval),
        "modes": {str(mode): _totals(sums) for mode, sums in statement.modes.items()},
        "hubs": _totals(statement.hubs),
        **plain,
        "rejected": [_plain(rejection) for rejection in statement.rejected],
    }


def _totals(sums: Totals) -> dict[str, Any]:
    names = [field.name for field in fields(sums)]
    names += ["wtt_kg_co2e", "wtw_g_per_tkm", "ttw_g_per_tkm"]
    return {name: _plain(getattr(sums, name)) for name in names}


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of a statement
    """Return a value in the words of JSON, decimals as texts."""
    if isinstance(value, Decimal):
        return exact.text_of(value)
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {
            field.name: _plain(getattr(value, field.name)) for field in fields(value)
        }
    return value


def _there(elements: pa.Table) -> list[str]:
    return [name for name in _INNER if name in elements.column_names]


def _is_said(elements: pa.Table, name: str) -> bool:
    return name in elements.column_names and elements[name].null_count < len(elements)


def as_texts(table: pa.Table, *, lists: bool = False) -> pa.Table:
    """Return a table with its decimals as exact texts, and lists joined unless kept."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        kind = column.type
        if pa.types.is_decimal(kind):
            chunks = [exact.texts_of(chunk) for chunk in column.chunks]
            column = pa.chunked_array(chunks, pa.string())
        elif pa.types.is_list(kind) and not lists:
            column = pc.binary_join(column, SEPARATOR)
        columns[name] = column
    return pa.table(columns)


def _narrow(table: pa.Table) -> pa.Table:
    """Return a table whose decimals other readers can hold."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_decimal256(column.type):
            rounded = pc.round(column, _WIDE.scale, round_mode="half_to_even")
            column = rounded.cast(pa.decimal256(76, _WIDE.scale)).cast(_WIDE)
        columns[name] = column
    return pa.table(columns)


def _rejected(statement: EmissionStatement) -> pa.Table:
    names = [field.name for field in fields(Rejection)]
    return pa.table(
        {
            ("error" if name == "text" else name): [
                str(getattr(rejection, name)) for rejection in statement.rejected
            ]
            for name in names
        }
    )
