"""Entry point: makes the world network folder from its sources.

Run from the project's top folder as ``python -m tools.world``, or as
``python -m tools.world.build --out data/networks/world --cache build/archives``.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tools.world.air import air_lanes
from tools.world.airports import main_airports
from tools.world.archives import ARCHIVES, Archives, fetch_archives, read_text
from tools.world.borders import Borders, read_borders
from tools.world.description import network_toml, table_texts
from tools.world.gates import Gate, edge_passages, read_gates
from tools.world.geonames import read_iso_numbers
from tools.world.locodes import Location, locode_table
from tools.world.marnet import add_patches, read_marnet
from tools.world.nodes import (
    build_nodes,
    harbour_of_port,
    hub_points,
    locations,
    market_rows,
    read_points,
    sea_calls,
)
from tools.world.outline import land_outline
from tools.world.overland import overland_tables, rail_terminals, read_overland
from tools.world.places import SMALLEST_PLACE, place_table
from tools.world.points import Kind, Node, node_table
from tools.world.port_tiers import connected_countries, port_tiers
from tools.world.sea import (
    WINDING_LAND_KM,
    SeaWays,
    check_regressions,
    compare_with_reference,
)
from tools.world.sealanes import (
    Connector,
    check_calls,
    ferry_calls,
    port_connectors,
    sea_graph_tables,
    sea_lanes,
    sea_tables,
)
from tools.world.services import Service, read_services
from tools.world.sources import check_counts, node_counts, source_counts
from tools.world.tables import (
    TableText,
    Written,
    read_input,
    write_csv,
    write_parquet,
    write_text,
)
from tools.world.terminals import gauge_hubs

OUT = Path("data/networks/world")
CACHE = Path(".cache/archives")

HEAD = {
    "name": "world",
    "version": "2026.11",
    "date": "2026-11-24",
    "description": (
        "Cities, ports, airports and terminals of the world, and the lanes between"
        " them. Made from public data; services are typical of their trade and are"
        " no carrier's schedule."
    ),
}

Log = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeaSide:
    """What is known of the sea before lanes are made.

    Attributes
    ----------
    ways
        Sea network with its gates.
    services
        Liner services.
    """

    ways: SeaWays
    services: tuple[Service, ...]


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, help="network folder")
    parser.add_argument("--cache", type=Path, default=CACHE, help="archive folder")
    told = parser.parse_args(arguments)
    build(told.out, told.cache, _logger())


def build(out: Path, cache: Path, log: Log) -> None:
    """Make every table of the network folder and its description.

    Parameters
    ----------
    out
        Network folder; files there are replaced.
    cache
        Folder that keeps the archives.
    log
        Is told what is being done.
    """
    archives = fetch_archives(cache)
    log("archives are the pinned ones")
    sea = read_sea(archives, log)
    points = read_points(archives, sea.ways.graph, _calls(sea.services))
    located = locations(points)
    borders = _borders(archives, "10m")
    log("places and borders are read")

    ports = sea_calls(points)
    check_calls(sea.services, {port.locode for port in ports})
    port_nodes, ends = port_connectors(ports, sea.ways.graph, borders)
    _log_connectors(ends, log)
    tiers = port_tiers(
        ports,
        sea.services,
        connected=connected_countries(points.ports, points.same),
        harbours=harbour_of_port(points),
    )
    distances = sea_tables(sea.ways, ports, port_nodes, ends)
    log("distances by sea are known")

    overland = read_overland(archives, borders)
    candidates = build_nodes(points, tiers, located)
    nodes = node_table(
        [
            *(node for node in candidates if node.kind is not Kind.RAIL_TERMINAL),
            *rail_terminals(
                _rail_candidates(candidates),
                overland,
                borders,
                seaports=[node for node in candidates if node.kind is Kind.SEAPORT],
            ),
        ]
    )
    log("nodes are chosen, rail terminals among them have tracks")

    airports = [node for node in candidates if node.kind is Kind.AIRPORT]
    hubs = frozenset(one.node.id for one in points.cities if one.is_hub)
    lanes = {
        "lanes_sea": sea_lanes(sea.services, ports, distances, tiers),
        "lanes_air": air_lanes(
            airports, main_airports(points.airports, hub_points(points.cities))
        ),
        **overland_tables(nodes, overland, borders, markets=points.markets, hubs=hubs),
    }
    markets = market_rows(points)
    check_counts(node_counts(nodes, markets) | _lane_counts(lanes))
    _write(
        out,
        tables={
            "nodes": nodes,
            "places": place_table(points.all_cities, smallest=SMALLEST_PLACE),
            "locodes": _known_locations(located, nodes),
            **lanes,
            **dict(
                zip(("sea_nodes", "sea_edges"), sea_graph_tables(sea.ways), strict=True)
            ),
        },
        csvs={"markets": markets, "passages": _passage_rows(sea.ways.gates)},
        outline=land_outline(_borders(archives, "110m")),
        log=log,
    )


def read_sea(archives: Archives, log: Log) -> SeaSide:
    """Read the sea network and check it against what is known of it.

    Parameters
    ----------
    archives
        Checked archives.
    log
        Is told how well it fits published distances.
    """
    marnet = read_marnet(archives)
    check_counts(source_counts(archives, marnet))
    graph = add_patches(marnet)
    gates = read_gates()
    ways = SeaWays(graph=graph, gates=gates, flags=edge_passages(graph, gates))
    check_regressions(ways)
    compared = compare_with_reference(ways)
    mean = sum(abs(one.error) for one in compared) / len(compared)
    log(f"sea network fits {len(compared)} published distances to {mean:.2%}")
    return SeaSide(ways=ways, services=read_services())


def _calls(services: tuple[Service, ...]) -> frozenset[str]:
    """Every LOCODE that a service or a ferry calls at."""
    return frozenset(ferry_calls().union(*(service.calls for service in services)))


def _borders(archives: Archives, scale: str) -> Borders:
    text = read_text(archives, "borders", f"package/countries-{scale}.json")
    return read_borders(json.load(text), read_iso_numbers(archives))


def _rail_candidates(nodes: list[Node]) -> list[Node]:
    """Candidates, and the breaks of gauge in their place where both are told."""
    hubs = gauge_hubs(read_input("gauge_hubs.csv"))
    known = {node.id for node in hubs}
    rail = [node for node in nodes if node.kind is Kind.RAIL_TERMINAL]
    return [*hubs, *(node for node in rail if node.id not in known)]


def _known_locations(located: tuple[Location, ...], nodes: pa.Table) -> pa.Table:
    """Locations, checked to stand for nodes that are there."""
    known = set(nodes.column("id").to_pylist())
    for location in located:
        if location.node is not None and location.node not in known:
            msg = f"locodes: {location.locode} stands for {location.node}, no node"
            raise ValueError(msg)
    return locode_table(located)


def _lane_counts(lanes: Mapping[str, pa.Table]) -> dict[str, float]:
    return {f"built {name}": table.num_rows for name, table in sorted(lanes.items())}


def _passage_rows(gates: tuple[Gate, ...]) -> list[dict[str, str]]:
    names = {gate.name for gate in gates}
    rows = [row for row in read_input("passages.csv") if row["name"] in names]
    columns = ("name", "lon1", "lat1", "lon2", "lat2", "default_open", "note")
    ordered = sorted(rows, key=lambda row: row["name"])
    return [{column: row[column] for column in columns} for row in ordered]


def _log_connectors(ends: tuple[Connector, ...], log: Log) -> None:
    """Tell which ports lie behind land, whose way to the sea is a guess."""
    behind = sorted(
        (one for one in ends if one.land_km > WINDING_LAND_KM),
        key=lambda one: (-one.land_km, one.locode),
    )
    told = ", ".join(
        f"{one.locode} {one.land_km:.0f} of {one.km:.0f} km" for one in behind
    )
    log(f"{len(behind)} ports reach the sea over land: {told}")


def _write(
    out: Path,
    *,
    tables: Mapping[str, pa.Table],
    csvs: Mapping[str, list[dict[str, str]]],
    outline: str,
    log: Log,
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    texts: Mapping[str, TableText] = table_texts()
    written: list[Written] = [
        *(
            write_parquet(table, name, folder=out, text=texts[name])
            for name, table in tables.items()
        ),
        *(
            write_csv(rows, name, folder=out, text=texts[name])
            for name, rows in csvs.items()
        ),
        write_text(outline, "land", ending="geojson", folder=out, text=texts["land"]),
    ]
    description = network_toml(HEAD, ARCHIVES, written)
    (out / "network.toml").write_text(description, encoding="utf-8", newline="")
    for one in sorted(written, key=lambda table: table.name):
        log(f"{one.file}: {one.rows} rows, {one.size_bytes / 1e6:.2f} MB")


def _logger() -> Log:
    start = time.monotonic()

    def log(message: str) -> None:
        print(f"{time.monotonic() - start:7.1f} s  {message}", file=sys.stderr)

    return log


if __name__ == "__main__":
    main()
