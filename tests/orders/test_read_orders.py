"""Order books: what is read, and what is set aside with its reason."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from books import book_of
from greenroute.errors import DataError
from greenroute.orders.order_book import NO_TIME
from greenroute.orders.read import read_orders

TEXT = """\
order_id,origin,destination,mass_kg,volume_m3,cargo,un_number,ready_at,due_at,colour
B,CNSZX,DEFRA,1200,5,dry,,2026-08-03T08:00,2026-09-20,blue
A,CNSZX,NLRTM;DEFRA,300.5,,dangerous,UN1263,2026-08-03T08:00+08:00,,red
"""


def test_csv_parquet_and_json_lines_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(TEXT, encoding="utf-8")
    table = pyarrow.csv.read_csv(
        tmp_path / "orders.csv",
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={"ready_at": pa.string(), "due_at": pa.string()}
        ),
    )
    pyarrow.parquet.write_table(table, tmp_path / "orders.parquet")
    lines = table.to_pandas().to_json(orient="records", lines=True)
    (tmp_path / "orders.jsonl").write_text(lines, encoding="utf-8")

    books = [
        read_orders(tmp_path / f"orders.{end}") for end in ("csv", "parquet", "jsonl")
    ]

    for book in books:
        assert book.order_id.to_pylist() == ["A", "B"]
        assert book.mass_kg.tolist() == [300.5, 1200.0]
        assert book.destination.names == ("DEFRA", "NLRTM;DEFRA")
        assert book.table["colour"].to_pylist() == ["red", "blue"]
        assert len(book.rejected) == 0


def test_times_without_offset_are_kept_as_local() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  ready_at
        A         X       Y            1        2026-08-03T08:00
        B         X       Y            1        2026-08-03T08:00+08:00
        C         X       Y            1        -
    """)
    eight, midnight = (
        int(datetime(2026, 8, 3, hour, tzinfo=UTC).timestamp()) for hour in (8, 0)
    )

    assert book.ready_s.tolist() == [eight, midnight, NO_TIME]
    assert book.is_local.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("row", "code", "field", "text"),
    [
        (
            "A X Y 0 - - - - -",
            "invalid",
            "mass_kg",
            "mass_kg is '0', expected a number > 0",
        ),
        ("A X Y ten - - - - -", "invalid", "mass_kg", "mass_kg is 'ten', expected"),
        ("A X Y - - - - - -", "missing", "mass_kg", "mass_kg is '', expected"),
        ("A - Y 1 - - - - -", "missing", "origin", "origin is '', expected a text"),
        ("- X Y 1 - - - - -", "missing", "order_id", "order_id is ''"),
        ("A X Y 1 -2 - - - -", "invalid", "volume_m3", "volume_m3 is '-2'"),
        ("A X Y 1 500 - - - -", "invalid", "volume_m3", "expected a volume at which"),
        ("A X Y 1 - wet - - -", "unknown_category", "cargo", "one of dry, reefer"),
        ("A X Y 1 - dangerous - - -", "invalid", "un_number", "expected UN and four"),
        ("A X Y 1 - dry UN1263 - -", "invalid", "un_number", "expected it empty"),
        ("A X Y 1 - - - tomorrow -", "invalid", "ready_at", "expected ISO 8601"),
        (
            "A X Y 1 - - - - 2026-08-03",
            "invalid",
            "due_at",
            "expected ready_at with it",
        ),
        (
            "A X Y 1 - - - 2026-08-03 2026-08-02",
            "invalid",
            "due_at",
            "due_at is '2026-08-02', expected a time after ready_at",
        ),
        (
            "A X Y 1 - - - 2026-08-03 2026-08-04T00:00+00:00",
            "invalid",
            "due_at",
            "expected a UTC offset in both or in neither",
        ),
    ],
)
def test_a_row_with_an_error_is_set_aside_and_named(
    row: str, code: str, field: str, text: str
) -> None:
    book = book_of(f"""
        order_id origin destination mass_kg volume_m3 cargo un_number ready_at due_at
        GOOD X Y 1 - - - - -
        {row}
    """)
    found = book.rejected.to_pylist()

    assert book.order_id.to_pylist() == ["GOOD"]
    assert [(one["error_code"], one["error_field"]) for one in found] == [(code, field)]
    assert found[0]["error"].startswith("orders.csv:3: ")
    assert text in found[0]["error"]
    assert found[0]["retryable"] is False


def test_all_errors_of_a_row_are_told() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg  volume_m3
        A         -       Y            -1       -2
    """)
    error = book.rejected["error"][0].as_py()

    assert all(name in error for name in ("origin is ''", "mass_kg is", "volume_m3 is"))


def test_every_row_of_an_id_that_is_there_twice_is_set_aside() -> None:
    book = book_of("""
        order_id  origin  destination  mass_kg
        A         X       Y            1
        B         X       Y            1
        A         X       Z            2
    """)

    assert book.order_id.to_pylist() == ["B"]
    assert book.rejected["error_code"].to_pylist() == ["duplicate", "duplicate"]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = ["A X Y 1", "B Z Y 2", "C X Z 3"]
    head = "order_id origin destination mass_kg\n"
    forth, back = (book_of(head + "\n".join(r)) for r in (rows, rows[::-1]))

    assert forth.table.equals(back.table)
    assert forth.mass_kg.tolist() == back.mass_kg.tolist()


def test_a_number_that_no_order_has_takes_no_room() -> None:
    book = book_of("order_id origin destination mass_kg\nA X Y 10\nB X Y 9")

    assert np.isnan(book.value_usd).tolist() == [True, True]
    assert book.value_usd.strides == (0,)
    assert book.mass_kg.tolist() == [10.0, 9.0]


def test_a_missing_column_is_an_error_that_names_those_there_are() -> None:
    with pytest.raises(
        DataError, match="mass_kg is missing; there are order_id, origin"
    ):
        book_of("order_id origin destination\nA X Y")


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    path.write_text('{"order_id": "A"\n', encoding="utf-8")

    with pytest.raises(DataError, match="cannot be read as JSON lines"):
        read_orders(path)
    with pytest.raises(DataError, match="there is no such file"):
        read_orders(tmp_path / "nothing.jsonl")


def test_an_empty_book_has_no_orders() -> None:
    book = book_of("order_id origin destination mass_kg")

    assert len(book) == 0
    assert len(book.rejected) == 0
