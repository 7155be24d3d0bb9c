"""The frontiers of all ordered pairs of markets, one search per market of origin."""

import os
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import MODES
from greenroute.network.network import Network
from greenroute.orders.shipment import Cargo, Shipment
from greenroute.rating.option_lanes import add_options
from greenroute.rating.rate import size_cargo
from greenroute.rating.read import Rates
from greenroute.solver.matrix_graph import arcs_of_pairs, only_goals
from greenroute.solver.problem import CENTS, GRAMS, MINUTES, territories, weigh
from greenroute.solver.search.contract import contract, renumber
from greenroute.solver.search.one_to_all import OneToAll
from greenroute.solver.search.one_to_all_apex import OneToAllApex
from greenroute.solver.search.one_to_one import OneToOne
from greenroute.units import CENTS_PER_USD, G_PER_KG, MINUTES_PER_HOUR

#: Modes by the bits that are set.
MODE_WORDS = tuple(
    " ".join(str(mode) for place, mode in enumerate(MODES) if marks >> place & 1)
    for marks in range(2 ** len(MODES))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What two itineraries must differ by to be told apart.

    Each arc of the graph is rounded to it, so that fronts are exact among rounded
    itineraries; what is told of each is not rounded.

    Attributes
    ----------
    cost_usd, transit_h, wtw_kg_co2e
        Steps of cost [USD], time [h] and emissions [kg CO2e]; at least a cent, a minute
        and a gram.
    """

    cost_usd: float = 1.0
    transit_h: float = 1.0
    wtw_kg_co2e: float = 1.0

    def steps(self) -> NDArray[np.int64]:
        """Return the steps in cents, minutes and grams, (3,).

        Raises
        ------
        DataError
            If one is no whole number of these, or less than one.
        """
        given = np.array(
            [
                self.cost_usd * CENTS_PER_USD,
                self.transit_h * MINUTES_PER_HOUR,
                self.wtw_kg_co2e * G_PER_KG,
            ]
        )
        whole = np.rint(given)
        if not np.isfinite(given).all() or (np.abs(given - whole) > 1e-6).any():  # noqa: PLR2004 - digits of a float
            msg = f"{self} is no whole number of cents, minutes and grams"
            raise DataError(msg)
        if whole.min() < 1:
            msg = f"{self} is finer than a cent, a minute and a gram"
            raise DataError(msg)
        return np.asarray(whole, dtype=np.int64)


class MarketFronts(NamedTuple):
    """All frontiers out of one market.

    Attributes
    ----------
    origin
        Market, ISO2.
    table
        One row per itinerary: origin, destination, cost_usd, transit_h, wtw_kg_co2e, modes.
    labels
        Labels that the search settled.
    """

    origin: str
    table: pa.Table
    labels: int


class Matrix:
    """All pairs of markets for one kind of shipment, ready to be searched.

    Attributes
    ----------
    markets
        Markets (ISO2) of the pairs, in the order of the network.
    n_nodes, n_arcs, n_kept
        Size of the graph, and the arcs that are left when it is contracted.
    epsilon
        Every itinerary is covered: some row of its pair costs, takes and emits at most
        (1 + epsilon) times as much.
    """

    def __init__(  # noqa: PLR0913 - one argument per thing that steers
        self,
        shipment: Shipment,
        network: Network,
        rates: Rates,
        *,
        markets: Collection[str] | None = None,
        options: Collection[str] = (),
        resolution: Resolution | None = None,
        epsilon: float = 0.0,
    ) -> None:
        """Rate and lay out the graph of all pairs.

        Parameters
        ----------
        shipment
            What moves; its places do not matter.
        network, rates
            What can carry it, and what that costs.
        markets
            Markets (ISO2) to take; all if None.
        options
            Fuels, vehicles and speeds that lanes may run on besides their usual ones.
        resolution
            Steps of cost, time and emissions.
        epsilon
            Tolerance of the frontiers, a share; 0.0 for exact ones. It is of the sums in
            cents, minutes and grams, which no resolution rounds then.

        Raises
        ------
        UnknownCategoryError
            For a market or an option that is not known.
        DataError
            If epsilon is no share, or a resolution is given with it.
        """
        self.epsilon = _share(epsilon, resolution)
        if options:
            network = add_options(network, rates, options)
        cargo = size_cargo(shipment, rates)
        self.markets, hubs = _hubs(network, markets)
        territory = territories(network)
        ends = frozenset(territory[hubs].tolist())
        weighed = weigh(
            network,
            cargo,
            rates,
            usable=np.ones(len(network.lanes), np.bool_),
            ends=(ends, ends),
            shared=True,
        )
        graph = weighed.graph
        weights = graph.weigh(weighed.lane_weights, weighed.operation_weights)
        source, target = graph.start[hubs], graph.home[hubs]
        steps = (
            np.ones(3, np.int64) if epsilon else (resolution or Resolution()).steps()
        )
        arcs = arcs_of_pairs(graph, weights, steps, network)
        keep = np.zeros(graph.n_nodes, np.bool_)
        keep[source] = keep[target] = True
        nodes, arcs = renumber(contract(graph.n_nodes, arcs, keep), keep)
        self._source, self._target = np.searchsorted(nodes, (source, target))
        self.n_nodes, self.n_arcs = graph.n_nodes, len(graph.tail)
        self.n_kept = len(arcs.tail)
        self._search: OneToAll | OneToAllApex
        if epsilon:
            self._search = OneToAllApex(
                len(nodes), arcs, self._target, epsilon=self.epsilon, first=GRAMS
            )
        else:
            goal = only_goals(graph, territory, hubs)[nodes]
            goal[goal >= 0] = np.searchsorted(nodes, goal[goal >= 0])
            self._search = OneToAll(len(nodes), arcs, self._target, goal, first=GRAMS)
        self._pairs: OneToOne | None = None

    def front(self, origin: str, destination: str) -> MarketFronts:
        """Return the exact frontier of one pair of the markets.

        Of itineraries that are equal at the resolution, another may be told than by
        `search`. The first call takes longer: it lays out what all later ones share. Threads
        must not call it at the same time.

        Parameters
        ----------
        origin, destination
            Two markets (ISO2).

        Raises
        ------
        DataError
            If the matrix has an epsilon.
        UnknownCategoryError
            For a market that it does not have.
        """
        if isinstance(self._search, OneToAllApex):
            msg = f"epsilon is {self.epsilon:g}, expected 0: single pairs are exact"
            raise DataError(msg)
        if self._pairs is None:
            self._pairs = OneToOne(self._search)
        start, end = self._place(origin), self._place(destination)
        found = self._pairs.front(int(self._source[start]), int(self._target[end]))
        place = np.full(len(found.sums), end, np.int32)
        return MarketFronts(
            origin=origin,
            table=self._table(origin, place, found.sums, found.marks),
            labels=found.labels,
        )

    def _place(self, market: str) -> int:
        """Return the place of a market among the markets."""
        if market not in self.markets:
            msg = f"the matrix has no market {market}; it has {len(self.markets)}"
            raise UnknownCategoryError(msg)
        return self.markets.index(market)

    def search(
        self, origins: Sequence[str] | None = None, *, threads: int | None = None
    ) -> Iterator[MarketFronts]:
        """Yield the frontiers out of each market, in the order asked for.

        Parameters
        ----------
        origins
            Markets to start from; all if None.
        threads
            Searches at a time; as many as there are processors if None.
        """
        chosen = list(self.markets if origins is None else origins)
        count = threads or os.cpu_count() or 1
        idle = [self._search.searcher() for _ in range(count)]

        def fronts_from(market: str) -> MarketFronts:
            searcher = idle.pop()
            try:
                found = searcher.fronts(int(self._source[self.markets.index(market)]))
            finally:
                idle.append(searcher)
            place = np.empty(self.n_nodes, np.int32)
            place[self._target] = np.arange(len(self.markets))
            return MarketFronts(
                origin=market,
                table=self._table(market, place[found.target], found.sums, found.marks),
                labels=found.labels,
            )

        with ThreadPoolExecutor(count) as pool:
            yield from pool.map(fronts_from, chosen)

    def _table(
        self,
        origin: str,
        destination: NDArray[np.int32],
        sums: NDArray[np.int64],
        marks: NDArray[np.uint8],
    ) -> pa.Table:
        apart = destination != self.markets.index(origin)
        destination, sums, marks = destination[apart], sums[apart], marks[apart]
        order = np.lexsort((*sums.T[::-1], destination))
        destination, sums, marks = destination[order], sums[order], marks[order]
        names = pa.array(self.markets, pa.string())
        return pa.table(
            {
                "origin": pa.DictionaryArray.from_arrays(
                    pa.array(
                        np.full(len(sums), self.markets.index(origin), np.int32),
                        pa.int32(),
                    ),
                    names,
                ),
                "destination": pa.DictionaryArray.from_arrays(
                    pa.array(destination, pa.int32()), names
                ),
                "cost_usd": sums[:, CENTS] / CENTS_PER_USD,
                "transit_h": sums[:, MINUTES] / MINUTES_PER_HOUR,
                "wtw_kg_co2e": sums[:, GRAMS] / G_PER_KG,
                "modes": pa.DictionaryArray.from_arrays(
                    pa.array(marks.astype(np.int32), pa.int32()),
                    pa.array(MODE_WORDS, pa.string()),
                ),
            }
        )


def matrix(  # noqa: PLR0913 - one argument per thing that steers
    network: Network,
    rates: Rates,
    *,
    mass_kg: float,
    volume_m3: float | None = None,
    cargo: Cargo = Cargo.DRY,
    markets: Collection[str] | None = None,
    options: Collection[str] = (),
    resolution: Resolution | None = None,
    epsilon: float = 0.0,
) -> pa.Table:
    """Return the frontiers of all ordered pairs of markets.

    Parameters
    ----------
    network, rates
        What can carry goods, and what that costs.
    mass_kg, volume_m3, cargo
        What moves between the hubs of each pair.
    markets
        Markets (ISO2) to take; all if None.
    options
        Fuels, vehicles and speeds that lanes may run on besides their usual ones.
    resolution
        What two itineraries must differ by to be told apart; a USD, an hour and a kilogram
        if None.
    epsilon
        Tolerance, a share: with 0.05 every itinerary is missed by 5 % at most, in cost,
        time and emissions, at a cent, a minute and a gram. 0.0 for exact frontiers.

    Returns
    -------
    pyarrow.Table
        One row per itinerary on a frontier: origin, destination, cost_usd, transit_h,
        wtw_kg_co2e and the modes used.

    Raises
    ------
    DataError, UnknownCategoryError
        If the goods cannot be, a market or option is not known, epsilon is no share, or a
        resolution is given with it.
    """
    shipment = Shipment(
        origin="", destination="", mass_kg=mass_kg, volume_m3=volume_m3, cargo=cargo
    )
    pairs = Matrix(
        shipment,
        network,
        rates,
        markets=markets,
        options=options,
        resolution=resolution,
        epsilon=epsilon,
    )
    return pa.concat_tables(fronts.table for fronts in pairs.search())


def _share(epsilon: object, resolution: Resolution | None) -> float:
    """Return epsilon as a number, or a named error."""
    if not (isinstance(epsilon, (int, float)) and 0 <= epsilon < 1):
        msg = (
            f"epsilon is {epsilon!r}, expected a share from 0 to below 1 (0.05 is 5 %)"
        )
        raise DataError(msg)
    if epsilon and resolution is not None:
        msg = (
            f"epsilon is {epsilon:g} and a resolution is given, expected one of them: "
            "a tolerance is of cents, minutes and grams"
        )
        raise DataError(msg)
    return float(epsilon)


def _hubs(
    network: Network, markets: Collection[str] | None
) -> tuple[list[str], NDArray[np.int64]]:
    """Return the markets, and the gateways that are their hubs."""
    known = dict(
        zip(network.markets.iso2.to_pylist(), network.markets.hub, strict=True)
    )
    if markets is None:
        markets = known
    unknown = sorted(set(markets) - known.keys())
    if unknown:
        msg = f"the network has no market {', '.join(unknown)}; it has {len(known)}"
        raise UnknownCategoryError(msg)
    chosen = [iso2 for iso2 in known if iso2 in set(markets)]
    if len(chosen) < 2:  # noqa: PLR2004 - a pair
        msg = f"{len(chosen)} markets make no pair, expected two or more"
        raise DataError(msg)
    return chosen, np.array([known[iso2] for iso2 in chosen], np.int64)
