import json
import tomllib

import numpy as np
import pyarrow as pa
import pytest
import shapely

from tools.world.archives import Archive, Registry
from tools.world.borders import Borders
from tools.world.description import network_toml, table_texts
from tools.world.outline import land_outline
from tools.world.sources import CountError, check_counts, node_counts
from tools.world.tables import LANE_SCHEMA, NODE_SCHEMA, SEA_EDGE_SCHEMA, Written
from tools.world.terminals import waterway_node_ids


def borders_of(*polygons: shapely.Polygon) -> Borders:
    return Borders(
        polygons=np.array(polygons, dtype=object),
        iso2=np.full(len(polygons), "AA"),
        land=np.zeros(len(polygons), dtype=np.int32),
    )


def test_neighbours_are_drawn_as_one_land() -> None:
    text = land_outline(
        borders_of(shapely.box(0, 0, 1.004, 1), shapely.box(1.004, 0, 2, 1))
    )

    content = json.loads(text)

    assert len(content["features"]) == 1
    ring = content["features"][0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert {tuple(point) for point in ring} >= {(0, 0), (2, 0), (2, 1), (0, 1)}


def test_the_far_south_is_left_out() -> None:
    assert (
        json.loads(land_outline(borders_of(shapely.box(0, -80, 9, -70))))["features"]
        == []
    )


def test_a_wrong_count_is_named() -> None:
    with pytest.raises(CountError, match="marnet nodes is 3, expected 9708"):
        check_counts({"marnet nodes": 3})


def test_a_count_nobody_expects_is_named() -> None:
    with pytest.raises(CountError, match="has no 'unicorns', found 1"):
        check_counts({"unicorns": 1})


def test_nodes_are_counted_by_kind_and_members_by_coast() -> None:
    nodes = pa.table(
        {
            "kind": ["city", "seaport", "seaport", "airport"],
            "iso2": ["AA", "AA", "BB", "CC"],
        }
    )
    markets = [
        {"iso2": "AA", "un_member": "1"},
        {"iso2": "BB", "un_member": "0"},
        {"iso2": "CC", "un_member": "1"},
    ]

    assert node_counts(nodes, markets) == {
        "built airport": 1,
        "built city": 1,
        "built seaport": 2,
        "built markets": 3,
        "built UN members": 2,
        "built UN members with a seaport": 1,
        "built UN members with an airport": 1,
    }


def test_the_description_reads_back_as_it_was_told() -> None:
    archive = Archive(
        id="sea",
        title='a "quoted" title',
        registry=Registry.PYPI,
        requirement="sea==1.0",
        filename="sea-1.0.tar.gz",
        sha256="00",
        licence="Apache-2.0",
        attribution="©",
    )
    table = Written(
        name="nodes",
        file="nodes.parquet",
        sha256="11",
        rows=2,
        size_bytes=3,
        licence="CC-BY-4.0",
        attribution="who",
        columns={"lat": "latitude [degrees]"},
    )

    told = tomllib.loads(network_toml({"name": "world"}, [archive], [table]))

    assert told["name"] == "world"
    assert told["sources"][0]["title"] == 'a "quoted" title'
    assert told["tables"]["nodes"] == {
        "file": "nodes.parquet",
        "sha256": "11",
        "licence": "CC-BY-4.0",
        "attribution": "who",
        "rows": 2,
        "columns": {"lat": "latitude [degrees]"},
    }


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("nodes", NODE_SCHEMA),
        ("lanes_sea", LANE_SCHEMA),
        ("sea_edges", SEA_EDGE_SCHEMA),
    ],
)
def test_every_column_has_its_meaning(name: str, schema: pa.Schema) -> None:
    assert list(table_texts()[name].columns) == schema.names


def test_a_barge_port_with_ships_is_the_seaport_and_a_confluence_is_none() -> None:
    nodes = waterway_node_ids()

    assert nodes["Rotterdam", "NL"] == "port:NLRTM"
    assert nodes["Basel", "CH"] == "river:ch-basel"
    assert nodes["Main mouth", "DE"] == ""
