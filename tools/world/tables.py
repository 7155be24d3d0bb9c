"""Tables of the network folder: their columns, and files that are the same twice."""

import csv
import hashlib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

INPUTS = Path(__file__).parent / "inputs"

NODE_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("name", pa.string()),
        ("iso2", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("tier", pa.int8()),
        ("population", pa.int64()),
        ("locode", pa.string()),
        ("iata", pa.string()),
        ("hub_h", pa.float64()),
        ("hub_wtw_kg_per_t", pa.float64()),
        ("hub_cost_usd_per_t", pa.float64()),
    ]
)

LANE_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("origin", pa.string()),
        ("destination", pa.string()),
        ("mode", pa.string()),
        ("toc", pa.string()),
        ("service", pa.string()),
        ("distance_km", pa.float64()),
        ("distance_basis", pa.string()),
        ("transit_h", pa.float64()),
        ("departures_per_week", pa.float64()),
        ("capacity_t_per_departure", pa.float64()),
        ("gauge_mm", pa.int32()),
        ("passages", pa.string()),
        ("speed_kmh", pa.float64()),
    ]
)

SEA_NODE_SCHEMA = pa.schema([("lat", pa.float64()), ("lon", pa.float64())])

SEA_EDGE_SCHEMA = pa.schema(
    [
        ("a", pa.int32()),
        ("b", pa.int32()),
        ("km", pa.float64()),
        ("passages", pa.string()),
    ]
)

PLACE_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("ascii_name", pa.string()),
        ("iso2", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("population", pa.int64()),
    ]
)

LOCODE_SCHEMA = pa.schema(
    [
        ("locode", pa.string()),
        ("name", pa.string()),
        ("iso2", pa.string()),
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("node", pa.string()),
    ]
)

# Beyond this a kilometre or an hour carries no information in this data.
KM_DECIMALS = 1
HOUR_DECIMALS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A table as it lies on disk.

    Attributes
    ----------
    name
        Name of the table, without folder and ending.
    file
        Name of the file.
    sha256
        Digest of the file.
    rows
        Number of rows.
    size_bytes
        Size of the file [B].
    licence
        Licence of this table.
    attribution
        Text that must go with it.
    columns
        Unit and meaning of each column.
    """

    name: str
    file: str
    sha256: str
    rows: int
    size_bytes: int
    licence: str
    attribution: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableText:
    """What is said about a table: where it may go and what its columns mean.

    Attributes
    ----------
    licence
        Licence of the table.
    attribution
        Text that must go with it.
    columns
        Unit and meaning of each column.
    """

    licence: str
    attribution: str
    columns: Mapping[str, str]


def read_input(name: str) -> list[dict[str, str]]:
    """Read a curated table of `inputs/`; every row as text by column."""
    with (INPUTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table_of(rows: Iterable[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """Columns of the schema from rows that name every one of them."""
    listed = list(rows)
    columns = [
        pa.array([row[field.name] for row in listed], type=field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def lanes_of(rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Lane table from rows, rounded and sorted by id.

    Raises
    ------
    ValueError
        If two lanes have the same id.
    """
    table = table_of(sorted(rows, key=lambda row: str(row["id"])), LANE_SCHEMA)
    ids = table.column("id").to_pylist()
    doubles = sorted({one for one, other in itertools.pairwise(ids) if one == other})
    if doubles:
        msg = f"lanes: id {doubles[0]!r} is there twice, expected once"
        raise ValueError(msg)
    return table


def write_parquet(
    table: pa.Table, name: str, *, folder: Path, text: TableText
) -> Written:
    """Write a table so that the same rows give the same bytes.

    Parameters
    ----------
    table
        Sorted rows.
    name
        Name of the table.
    folder
        Where the file goes.
    text
        Licence, attribution and the meaning of the columns.
    """
    _check_columns(name, table.column_names, text.columns)
    metadata = {"licence": text.licence, "attribution": text.attribution}
    path = folder / f"{name}.parquet"
    pq.write_table(
        table.replace_schema_metadata(metadata),
        path,
        compression="zstd",
        compression_level=19,
        version="2.6",
        data_page_version="1.0",
        row_group_size=max(table.num_rows, 1),
    )
    return _written(path, name, rows=table.num_rows, text=text)


def write_csv(
    rows: list[dict[str, str]], name: str, *, folder: Path, text: TableText
) -> Written:
    """Write rows of text, columns in the order `text` names them."""
    path = folder / f"{name}.csv"
    for row in rows:
        _check_columns(name, list(row), text.columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(text.columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return _written(path, name, rows=len(rows), text=text)


def write_text(
    content: str, name: str, *, ending: str, folder: Path, text: TableText
) -> Written:
    """Write a text file that is no table of columns; its rows are its lines."""
    path = folder / f"{name}.{ending}"
    path.write_text(content, encoding="utf-8", newline="")
    return _written(path, name, rows=content.count("\n"), text=text)


def _check_columns(name: str, found: list[str], told: Mapping[str, str]) -> None:
    if found != list(told):
        msg = f"table {name}: has columns {found}, expected {list(told)}"
        raise ValueError(msg)


def _written(path: Path, name: str, *, rows: int, text: TableText) -> Written:
    content = path.read_bytes()
    return Written(
        name=name,
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        rows=rows,
        size_bytes=len(content),
        licence=text.licence,
        attribution=text.attribution,
        columns=text.columns,
    )
