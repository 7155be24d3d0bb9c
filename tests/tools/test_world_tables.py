import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tools.world.points import Kind, Node, node_table
from tools.world.tables import (
    SEA_NODE_SCHEMA,
    TableText,
    lanes_of,
    table_of,
    write_csv,
    write_parquet,
)

SEA_TEXT = TableText(
    licence="Apache-2.0",
    attribution="who made it",
    columns={"lat": "degrees", "lon": "degrees"},
)


def lane(name: str) -> dict[str, object]:
    return {
        "id": name,
        "origin": "port:AAAAA",
        "destination": "port:BBBBB",
        "mode": "sea",
        "toc": "sea-container-8000",
        "service": "loop",
        "distance_km": 100.0,
        "distance_basis": "sfd",
        "transit_h": 5.0,
        "departures_per_week": 1.0,
        "capacity_t_per_departure": None,
        "gauge_mm": None,
        "passages": "",
        "speed_kmh": 20.0,
    }


def node(name: str, *, lat: float = 0.0) -> Node:
    return Node(id=name, kind=Kind.CITY, name=name, iso2="XX", lat=lat, lon=0.0)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [{"lat": 0.5 * row, "lon": -1.5 * row} for row in range(1000)]
    digests = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        table = table_of(rows, SEA_NODE_SCHEMA)
        written = write_parquet(table, "sea_nodes", folder=folder, text=SEA_TEXT)
        content = (folder / "sea_nodes.parquet").read_bytes()
        digests.append(hashlib.sha256(content).hexdigest())

        assert written.sha256 == digests[-1]
        assert written.rows == 1000

    assert digests[0] == digests[1]


def test_a_parquet_file_carries_its_licence_and_attribution(tmp_path: Path) -> None:
    table = table_of([{"lat": 1.0, "lon": 2.0}], SEA_NODE_SCHEMA)
    write_parquet(table, "sea_nodes", folder=tmp_path, text=SEA_TEXT)

    metadata = pq.read_schema(tmp_path / "sea_nodes.parquet").metadata

    assert metadata[b"licence"] == b"Apache-2.0"
    assert metadata[b"attribution"] == b"who made it"


def test_a_column_nobody_explains_is_refused(tmp_path: Path) -> None:
    table = pa.table({"lat": [1.0], "depth": [2.0]})

    with pytest.raises(ValueError, match=r"has columns \['lat', 'depth'\], expected"):
        write_parquet(table, "sea_nodes", folder=tmp_path, text=SEA_TEXT)


def test_csv_ends_its_lines_the_same_way_everywhere(tmp_path: Path) -> None:
    write_csv([{"lat": "1", "lon": "2"}], "here", folder=tmp_path, text=SEA_TEXT)

    assert (tmp_path / "here.csv").read_bytes() == b"lat,lon\n1,2\n"


def test_lanes_come_sorted_by_id() -> None:
    table = lanes_of([lane("sea:b"), lane("sea:a")])

    assert table.column("id").to_pylist() == ["sea:a", "sea:b"]


def test_a_doubled_lane_is_named() -> None:
    with pytest.raises(ValueError, match="'sea:a' is there twice"):
        lanes_of([lane("sea:a"), lane("sea:b"), lane("sea:a")])


def test_nodes_come_sorted_with_rounded_coordinates() -> None:
    table = node_table([node("city:b"), node("city:a", lat=1.23456789)])

    assert table.column("id").to_pylist() == ["city:a", "city:b"]
    assert table.column("lat").to_pylist() == [1.23457, 0.0]
    assert table.column("hub_h").to_pylist() == [None, None]


def test_a_doubled_node_is_named() -> None:
    with pytest.raises(ValueError, match="'city:a' is there twice"):
        node_table([node("city:a"), node("city:a")])
