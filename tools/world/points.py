"""A node of the network, and the table of them."""

import itertools
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

import pyarrow as pa

from tools.world.tables import NODE_SCHEMA, table_of

DEGREE_DECIMALS = 5


class Kind(StrEnum):
    """What stands at a node."""

    CITY = "city"
    SEAPORT = "seaport"
    AIRPORT = "airport"
    RAIL_TERMINAL = "rail_terminal"
    INLAND_TERMINAL = "inland_terminal"
    RIVER_PORT = "river_port"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place where goods start, end or change vehicle.

    Attributes
    ----------
    id
        Kind and code or slug: `port:CNYTN`.
    kind
        What stands there.
    name
        Name to show.
    iso2
        Country or territory.
    lat
        Latitude [degrees].
    lon
        Longitude [degrees].
    tier
        1 (main) to 4 (small), 0 where the kind has no tiers.
    population
        Inhabitants of a city.
    locode
        UN/LOCODE.
    iata
        IATA code of an airport.
    """

    id: str
    kind: Kind
    name: str
    iso2: str
    lat: float
    lon: float
    tier: int = 0
    population: int | None = None
    locode: str | None = None
    iata: str | None = None


def node_table(nodes: Iterable[Node]) -> pa.Table:
    """Table of nodes sorted by id; hub time, carbon and cost are left to the data.

    Raises
    ------
    ValueError
        If two nodes have the same id.
    """
    ordered = sorted(nodes, key=lambda one: one.id)
    for one, other in itertools.pairwise(ordered):
        if one.id == other.id:
            msg = f"nodes: id {one.id!r} is there twice, expected once"
            raise ValueError(msg)
    empty = {"hub_h": None, "hub_wtw_kg_per_t": None, "hub_cost_usd_per_t": None}
    rows = [
        asdict(one)
        | empty
        | {
            "kind": one.kind.value,
            "lat": round(one.lat, DEGREE_DECIMALS),
            "lon": round(one.lon, DEGREE_DECIMALS),
        }
        for one in ordered
    ]
    return table_of(rows, NODE_SCHEMA)
