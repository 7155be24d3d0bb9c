"""Networks written as text, so that a test shows what it rests on.

    network = network_of('''
        AAAAA -road 300km 5h-> CCCCC
        AAAAA -rail 250km 6h 2/week gauge_mm=1435-> BBBBB
        AAAAA -sea 9000km 300h 1/week toc=sea-container-8000 via=suez;malacca-> BBBBB
        BBBBB: kind=seaport hub_h=12
    ''')

One lane a line: mode, distance, running time, then what else the lane says, in any order:

    7/week          departures_per_week; without it the lane runs on demand
    30t             capacity_t_per_departure
    toc=...         TOC; without it the usual one of the mode (`TOCS`)
    via=a;b         passages on the way; each one becomes a passage of the network
    column=value    any other column of the lanes table, as `network/read.py` names it

A line `ID: column=value ...` says more of a node. A node is a city unless `kinds` or its
line says otherwise; its market is the first two letters of its id. Nodes lie on the
equator, one degree apart, in the order in which they are named. Everything goes through
the public reader.
"""

import csv
import hashlib
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from greenroute.network.network import Network
from greenroute.network.read import read_network

#: TOC of a lane that names none.
TOCS = {
    "sea": "sea-container-8000",
    "air": "air-freighter-long-haul",
    "rail": "rail-freight",
    "road": "road-artic",
    "inland_waterway": "iww-barge",
}
LANE = re.compile(r"(?P<origin>\S+) -(?P<what>[^>]+)-> (?P<destination>\S+)")
NODE = re.compile(r"(?P<id>\S+): (?P<what>.+)")

Rows = list[dict[str, str]]


def network_of(
    text: str,
    *,
    kinds: Mapping[str, str] | None = None,
    markets: Mapping[str, tuple[str, str]] | None = None,
) -> Network:
    """Return the network that a text describes.

    Parameters
    ----------
    text
        Lanes and nodes, as the module says.
    kinds
        Kind of gateway by node id.
    markets
        Hub and customs territory by market; none without it.
    """
    lanes: Rows = []
    nodes: dict[str, dict[str, str]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        if lane := LANE.fullmatch(line):
            lanes.append(_lane(lane, number=len(lanes) + 1))
            for end in (lane["origin"], lane["destination"]):
                nodes.setdefault(end, {})
        elif node := NODE.fullmatch(line):
            more = dict(word.split("=", 1) for word in node["what"].split())
            nodes.setdefault(node["id"], {}).update(more)
        else:
            msg = f"line is {line!r}, expected a lane 'A -road 300km 5h-> B' or 'A: kind=city'"
            raise ValueError(msg)
    for number, (name, node_row) in enumerate(nodes.items()):
        fixed = {
            "id": name,
            "name": name,
            "iso2": name[:2],
            "lat": "0",
            "lon": str(number),
        }
        nodes[name] = {"kind": (kinds or {}).get(name, "city"), **fixed, **node_row}
    with tempfile.TemporaryDirectory() as folder:
        place = write_network(
            Path(folder), lanes, list(nodes.values()), _markets(markets or {})
        )
        return read_network(place)


def _markets(markets: Mapping[str, tuple[str, str]]) -> Rows:
    return [
        {
            "iso2": iso2,
            "name": iso2,
            "continent": "X",
            "un_member": "1",
            "customs_territory": territory,
            "hub": hub,
        }
        for iso2, (hub, territory) in markets.items()
    ]


def write_network(
    folder: Path, lanes: Rows, nodes: Rows, markets: Rows | None = None
) -> Path:
    """Write a network folder from rows of its tables, and return it."""
    gates = sorted(
        {gate for row in lanes for gate in row["passages"].split(";") if gate}
    )
    tables = {
        "nodes": nodes,
        "lanes": lanes,
        "markets": markets or [],
        "passages": [{"name": gate, "default_open": "1", "note": ""} for gate in gates],
    }
    about = ['name = "text"', 'version = "1"']
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if not rows:
            continue
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        about += [f"[tables.{name}]", f'file = "{path.name}"', f'sha256 = "{digest}"']
    (folder / "network.toml").write_text("\n".join(about) + "\n", encoding="utf-8")
    return folder


def _lane(lane: re.Match[str], *, number: int) -> dict[str, str]:
    mode, *words = lane["what"].split()
    row = {
        "id": f"{number}:{lane['origin']}-{mode}-{lane['destination']}",
        "origin": lane["origin"],
        "destination": lane["destination"],
        "mode": mode,
        "toc": TOCS[mode],
        "service": "",
        "distance_basis": "gcd" if mode == "air" else "sfd",
        "passages": "",
    }
    units = {
        "km": "distance_km",
        "h": "transit_h",
        "/week": "departures_per_week",
        "t": "capacity_t_per_departure",
    }
    for word in words:
        if "=" in word:
            column, _, value = word.partition("=")
            row["passages" if column == "via" else column] = value
        elif amount := re.fullmatch(r"([\d.]+)(km|h|/week|t)", word):
            row[units[amount[2]]] = amount[1]
        else:
            msg = f"lane says {word!r}, expected like '300km', '5h', '7/week', '30t' or 'toc=x'"
            raise ValueError(msg)
    return row
