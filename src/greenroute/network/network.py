"""The network: gateways, lanes, markets and passages, and what can be asked of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import scipy
from numpy.typing import NDArray

from greenroute.errors import one_of
from greenroute.network.distance import Seaway, sea_distance_km
from greenroute.network.gateway import GatewayKind, Gateways
from greenroute.network.geometry import great_circle_km
from greenroute.network.lane import Lanes, Mode
from greenroute.network.market import Markets
from greenroute.network.passage import Passage, check_passages
from greenroute.network.place_index import PlaceIndex
from greenroute.network.places import (
    Place,
    find_place,
    gateway_at,
    search_places,
)
from greenroute.network.reroute import reroute
from greenroute.network.source import Source

#: How far a place may lie from a terminal of the mode that serves it [km].
TERMINAL_REACH_KM = 60.0
#: Road distance over great-circle distance for the last miles (DATA_SOURCES § 6.8).
ROAD_DETOUR = 1.35


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What can carry goods, as arrays.

    Attributes
    ----------
    name, version
        From `network.toml`.
    sha256
        One digest over all tables.
    gateways, lanes, markets
        Tables; lanes refer to rows of gateways.
    passages
        Straits and canals that can be closed.
    seaway
        Graph of shipping routes; None in a network that has only lanes.
    place_index
        Tables that places are looked up in.
    folder
        Where it was read from.
    sources
        What its tables were made from.
    """

    name: str
    version: str
    sha256: str
    gateways: Gateways
    lanes: Lanes
    markets: Markets
    passages: tuple[Passage, ...]
    seaway: Seaway | None
    place_index: PlaceIndex
    folder: Path
    sources: tuple[Source, ...] = ()

    def find_place(self, text: str) -> Place:
        """Return the place that a text names (INTERFACE: places).

        Raises
        ------
        UnknownPlaceError
            Naming the nearest matches.
        """
        return find_place(text, self.gateways, self.markets, self.place_index)

    def search_places(self, query: str, *, limit: int = 10) -> list[Place]:
        """Return the places whose name or code is nearest to a query, best first."""
        return search_places(
            query, self.gateways, self.markets, self.place_index, limit=limit
        )

    def distance_km(
        self,
        origins: Sequence[str],
        destinations: Sequence[str],
        *,
        mode: str,
        closed: Collection[str] = (),
    ) -> NDArray[np.float64]:
        """Return distances between pairs of places by one mode [km].

        Parameters
        ----------
        origins, destinations
            Places, (n,) each.
        mode
            "sea": shortest way on the graph of shipping routes; "air": great circle;
            "rail", "road", "inland_waterway": shortest way over the lanes of the mode.
        closed
            Passages closed besides those closed by default; for "sea" only.

        Returns
        -------
        ndarray
            float64 (n,), NaN where there is no way.

        Raises
        ------
        UnknownPlaceError, UnknownCategoryError
            For a place, mode or passage that is not known.
        """
        chosen = one_of(Mode, mode, "mode")
        shut = check_passages(closed, self.passages)
        start = [self._point(text, chosen) for text in origins]
        end = [self._point(text, chosen) for text in destinations]
        a = np.array([(p.lat, p.lon) for p in start]).reshape(-1, 2)
        b = np.array([(p.lat, p.lon) for p in end]).reshape(-1, 2)
        if chosen is Mode.AIR:
            return great_circle_km(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
        if chosen is not Mode.SEA:
            return self._lane_distance_km(start, end, chosen)
        if self.seaway is None:
            return self.close(shut)._lane_distance_km(start, end, chosen)  # noqa: SLF001 - its own class
        return sea_distance_km(self.seaway, a, b, closed=shut)

    def close(self, names: Collection[str]) -> "Network":
        """Return the network with these passages closed.

        Sea lanes through them sail the shortest way that is left and take longer
        accordingly; those with no way left are gone.

        Raises
        ------
        UnknownCategoryError
            For a passage that the network does not have.
        """
        shut = check_passages(names, self.passages)
        passages = tuple(
            replace(passage, open=passage.open and passage.name not in shut)
            for passage in self.passages
        )
        seaway = None
        if self.seaway is not None:
            seaway = replace(self.seaway, closed=self.seaway.closed | shut)
        lanes = reroute(
            self.lanes, self.gateways, shut, before=self.seaway, after=seaway
        )
        return replace(self, passages=passages, seaway=seaway, lanes=lanes)

    def _point(self, text: str, mode: Mode) -> Place:
        """Return the place; by sea, the port of a location and not its city."""
        if mode is Mode.SEA:
            kind = GatewayKind.SEAPORT
            row = gateway_at(text.strip().upper(), self.gateways, kind)
            if row >= 0 and self.gateways.is_kind(kind)[row]:
                return self.find_place(self.gateways.id[row].as_py())
        return self.find_place(text)

    def _lane_distance_km(
        self, start: list[Place], end: list[Place], mode: Mode
    ) -> NDArray[np.float64]:
        chosen = np.flatnonzero(self.lanes.is_mode(mode))
        size = len(self.gateways)
        tail, head = self.lanes.origin[chosen], self.lanes.destination[chosen]
        km = self.lanes.distance_km[chosen]
        order = np.lexsort((km, head, tail))
        tail, head, km = tail[order], head[order], km[order]
        first = np.ones(len(km), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        graph = scipy.sparse.csr_array(
            (km[first], (tail[first], head[first])), shape=(size, size)
        )
        served = np.zeros(size, dtype=np.bool_)
        served[tail] = served[head] = True
        a = [self._terminal(place, served, mode) for place in start]
        b = [self._terminal(place, served, mode) for place in end]
        sources = sorted({node for node, _ in a if node >= 0})
        row = {node: position for position, node in enumerate(sources)}
        tree = (
            scipy.sparse.csgraph.dijkstra(graph, indices=sources)
            if sources
            else np.empty((0, size))
        )
        found = np.full(len(a), np.nan)
        for pair, ((i, i_km), (j, j_km)) in enumerate(zip(a, b, strict=True)):
            if min(i, j) >= 0 and np.isfinite(tree[row[i], j]):
                found[pair] = i_km + tree[row[i], j] + j_km
        return found

    def _terminal(
        self, place: Place, served: NDArray[np.bool_], mode: Mode
    ) -> tuple[int, float]:
        """Return the node that serves a place by a mode and the way there [km]."""
        if place.node >= 0 and served[place.node]:
            return place.node, 0.0
        choice = served
        if mode is Mode.ROAD:
            choice = served & self.gateways.is_kind(GatewayKind.CITY)
        rows = np.flatnonzero(choice)
        if not len(rows):
            return -1, np.nan
        gap = great_circle_km(
            place.lat, place.lon, self.gateways.lat[rows], self.gateways.lon[rows]
        )
        best = int(np.argmin(gap))
        if gap[best] > TERMINAL_REACH_KM:
            return -1, np.nan
        way_km = float(gap[best]) * ROAD_DETOUR if mode is Mode.ROAD else 0.0
        return int(rows[best]), way_km


def ids_of(values: pa.Array, rows: NDArray[np.int64]) -> list[str]:
    """Return the texts at these rows."""
    return [str(text) for text in values.take(pa.array(rows)).to_pylist()]
