"""Many shipments at once: an order book as columns, and the orders that it rejects."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.orders.shipment import Cargo
from greenroute.tables import Coded
from greenroute.units import CENTS_PER_USD

#: Cargoes in the order of `OrderBook.cargo`.
CARGOES: tuple[Cargo, ...] = tuple(Cargo)
#: An order says no time.
NO_TIME = np.iinfo(np.int64).min


class ErrorCode(StrEnum):
    """Why an order is not planned."""

    MISSING = "missing"
    INVALID = "invalid"
    DUPLICATE = "duplicate"
    UNKNOWN_PLACE = "unknown_place"
    SAME_PLACE = "same_place"
    UNKNOWN_CATEGORY = "unknown_category"
    NO_WAY = "no_way"
    NOT_WITHIN_LIMITS = "not_within_limits"
    NO_ROOM = "no_room"


#: Errors that another plan, or later capacity, may heal without a change of the order.
RETRYABLE = frozenset({ErrorCode.NO_ROOM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """What is wrong with one order.

    Attributes
    ----------
    row
        Of the table it stands in.
    code, field
        Kind of error, and the column that it is about.
    text
        Where, what is there, what was expected.
    """

    row: int
    code: ErrorCode
    field: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBook:
    """Orders that can be planned, as columns, (n_orders,) each, sorted by `order_id`.

    A number column that no order has takes no room, and cannot be written to.

    Attributes
    ----------
    source
        File it was read from.
    table
        All columns as they were read, unknown ones too.
    order_id
        Unique.
    origin, destination
        Places as texts; a destination may be a set, "A;B;C".
    customer_id, un_number
        "" where an order says none.
    mass_kg, volume_m3
        Mass and volume with packaging [kg], [m³]; a volume is NaN where it is not given.
    cargo
        Position in `CARGOES`.
    ready_s, due_s
        Seconds since 1970; `NO_TIME` where not given.
    is_local
        The times have no offset: they are local to origin and destination.
    value_usd
        Value of the goods [USD]; NaN where not given.
    import_tax_rate
        Share of it that is due at the destination; NaN where not given.
    max_cost_usd, max_wtw_kg_co2e
        Most that the order may cost [USD] and emit [kg CO2e]; NaN without such a limit.
    rejected
        Rows with errors: their columns, and `error_code, error_field, error, retryable`.
    """

    source: str
    table: pa.Table
    order_id: pa.Array
    origin: Coded
    destination: Coded
    customer_id: Coded
    un_number: Coded
    mass_kg: NDArray[np.float64]
    volume_m3: NDArray[np.float64]
    cargo: NDArray[np.int8]
    ready_s: NDArray[np.int64]
    due_s: NDArray[np.int64]
    is_local: NDArray[np.bool_]
    value_usd: NDArray[np.float64]
    import_tax_rate: NDArray[np.float64]
    max_cost_usd: NDArray[np.float64]
    max_wtw_kg_co2e: NDArray[np.float64]
    rejected: pa.Table

    def __len__(self) -> int:
        return len(self.mass_kg)


def import_tax_cents(book: OrderBook) -> NDArray[np.int64]:
    """Return the import tax of orders [US cent]; -1 where a rate is one of no value."""
    rate = np.nan_to_num(book.import_tax_rate)
    tax = np.rint(rate * np.nan_to_num(book.value_usd) * CENTS_PER_USD)
    return np.where((rate > 0) & np.isnan(book.value_usd), -1, tax).astype(np.int64)


def lacking_values(book: OrderBook) -> list[Rejection]:
    """Return the orders with an import tax that is one of no value."""
    return [
        Rejection(
            row=row,
            code=ErrorCode.MISSING,
            field="value_usd",
            text=(
                f"order {book.order_id[row].as_py()!r}: value_usd is empty, expected a "
                "value: import_tax_rate is a share of it"
            ),
        )
        for row in np.flatnonzero(import_tax_cents(book) < 0).tolist()
    ]


def rejected_rows(table: pa.Table, rejections: Sequence[Rejection]) -> pa.Table:
    """Return the rows of a table that are rejected, in order, with what is wrong.

    The code and the field are those of a row's first error; the text has all of them.
    """
    by_row: dict[int, list[Rejection]] = {}
    for rejection in rejections:
        by_row.setdefault(rejection.row, []).append(rejection)
    rows = sorted(by_row)
    first = [by_row[row][0] for row in rows]
    texts = ["; ".join(one.text for one in by_row[row]) for row in rows]
    retryable = [all(one.code in RETRYABLE for one in by_row[row]) for row in rows]
    found: dict[str, Any] = {
        "error_code": pa.array([str(one.code) for one in first], pa.string()),
        "error_field": pa.array([one.field for one in first], pa.string()),
        "error": pa.array(texts, pa.string()),
        "retryable": pa.array(retryable, pa.bool_()),
    }
    chosen = table.take(pa.array(rows, pa.int64()))
    kept = [name for name in chosen.column_names if name not in found]
    return pa.table({**{name: chosen[name] for name in kept}, **found})
