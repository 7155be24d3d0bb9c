"""Freight words → solver words: one shipment as a graph with integer weights.

The one place where money, time and carbon are rounded: each step of an arc to the cent,
the minute and the gram. Weights of arcs are sums of rounded steps, so that totals are the
sums of the legs, exactly.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.network.schedule import Entries
from greenroute.orders.shipment import Shipment
from greenroute.plan.moment import utc_at, whole_minute
from greenroute.rating.carbon_cost import CarbonPrices
from greenroute.rating.charges import Charges, DayCharges, charges_of_day
from greenroute.rating.option_lanes import add_options
from greenroute.rating.rate import (
    CargoUnit,
    LaneRating,
    OperationRating,
    rate_lanes,
    rate_operations,
    size_cargo,
)
from greenroute.rating.read import Rates
from greenroute.solver.avoid import leave_out, nodes_at
from greenroute.solver.ends import join_ends
from greenroute.solver.graph import NONE, Graph, build_graph, layer
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
)

#: Columns of the weights.
CENTS, MINUTES, GRAMS = range(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcEntries:
    """When arcs can be taken, in minutes after the goods are ready.

    Attributes
    ----------
    entries
        Those of the step of each arc that depends on the date; none of the others.
    by_date
        Which arcs depend on it, bool (n_arcs,); without an entry they cannot be taken.
    """

    entries: Entries
    by_date: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When steps can be taken, in minutes after the goods are ready.

    Attributes
    ----------
    runs
        Departures of each lane, those that are still to come.
    dated
        Lanes that leave then only, bool (n_lanes,).
    operations
        When each operation starts that cannot do so at any time.
    opened
        Which ones these are, bool (n_operations,).
    """

    runs: Entries
    dated: NDArray[np.bool_]
    operations: Entries
    opened: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One shipment in the solver's words.

    Attributes
    ----------
    shipment
        What was asked, with assumed values filled in.
    assumed
        Fields of it that were assumed.
    network
        Network in use: passages closed, doors joined.
    graph
        Nodes and arcs.
    lane_rating, operation_rating
        What each lane and operation costs.
    lane_weights, operation_weights
        The same, rounded: cents, minutes (waiting included, unless the schedule tells
        it), grams; (n, 3).
    weights
        Weights of the arcs, (n_arcs, 3).
    source, targets
        Nodes of the origin and of the destinations.
    max_weights
        Upper limits, (3,); the largest integer where there is none.
    ready_at, due_at
        UTC; None if they are not given. Goods that are ready within a minute are so at its
        end.
    option_of_toc
        Fuel, vehicle or speed that a TOC stands for, where it is not the usual one.
    schedule
        Departures and opening hours; None where time is the same at any time.
    arcs
        When arcs can be taken, if there is a schedule.
    max_transfers
        Most changes between main runs; None if there is no limit.
    charges
        What counts beside the tariff; None if nothing does. Holding costs are in no
        weight: they follow from the minutes of a whole way.
    lane_carbon, operation_carbon
        Part of the cents of each lane and operation that its emissions cost, (n,); None
        without.
    """

    shipment: Shipment
    assumed: tuple[str, ...]
    network: Network
    graph: Graph
    lane_rating: LaneRating
    operation_rating: OperationRating
    lane_weights: NDArray[np.int64]
    operation_weights: NDArray[np.int64]
    weights: NDArray[np.int64]
    source: int
    targets: tuple[int, ...]
    max_weights: NDArray[np.int64]
    ready_at: datetime | None
    due_at: datetime | None
    option_of_toc: Mapping[str, str]
    schedule: Schedule | None = None
    arcs: ArcEntries | None = None
    max_transfers: int | None = None
    charges: DayCharges | None = None
    lane_carbon: NDArray[np.int64] | None = None
    operation_carbon: NDArray[np.int64] | None = None


def state_problem(  # noqa: PLR0913 - those of `route`
    shipment: Shipment,
    network: Network,
    rates: Rates,
    *,
    via: Collection[str] = (),
    avoid: Collection[str] = (),
    options: Collection[str] = (),
    charges: Charges | DayCharges | None = None,
    shared: bool = False,
) -> Problem:
    """Translate a shipment.

    Parameters
    ----------
    via
        Places to pass, in this order.
    avoid
        Passages, modes, markets or gateways not to use.
    options
        Fuels, vehicles and speeds that lanes may run on besides their usual ones.
    charges
        Rate cards, carbon costs and holding costs; None for none.
    shared
        Goods that go by the part of a unit wait until it is full, and until it is
        unpacked. The planner leaves it out: its hours do not depend on sizes of orders.

    Raises
    ------
    DataError
        If the shipment contradicts itself or the network, or what it is charged lacks
        something.
    UnknownPlaceError, UnknownCategoryError
        If something it names is not known.
    """
    network, origin, destinations = join_ends(shipment, network)
    if options:
        network = add_options(network, rates, options)
    network, usable = leave_out(network, avoid, (origin, *destinations))
    stops = tuple(nodes_at(network, text) for text in via)
    cargo = size_cargo(shipment, rates)
    of_day = None
    if charges is not None:
        of_day = (
            charges
            if isinstance(charges, DayCharges)
            else charges_of_day(charges, shipment, network, rates)
        )
    territory = territories(network)
    weighed = weigh(
        network,
        cargo,
        rates,
        usable=usable,
        ends=(
            frozenset({int(territory[origin.node])}),
            frozenset(int(territory[place.node]) for place in destinations),
        ),
        charges=of_day,
        shared=shared,
    )
    graph = weighed.graph
    first = 1 if stops and origin.node in stops[0] else 0
    if stops:
        graph = layer(graph, stops)
    size = graph.n_nodes // (len(stops) + 1)
    ready_at = whole_minute(utc_at(shipment.ready_at, origin, "ready_at"))
    due_at = utc_at(shipment.due_at, destinations[0], "due_at")
    return Problem(
        shipment=replace(shipment, volume_m3=cargo.volume_m3),
        assumed=cargo.assumed,
        network=network,
        graph=graph,
        lane_rating=weighed.lane_rating,
        operation_rating=weighed.operation_rating,
        lane_weights=weighed.lane_weights,
        operation_weights=weighed.operation_weights,
        weights=graph.weigh(weighed.lane_weights, weighed.operation_weights),
        source=int(graph.start[origin.node]) + size * first,
        targets=tuple(
            int(node) + size * len(stops)
            for place in destinations
            for node in (graph.home[place.node], graph.start[place.node])
            if node != NONE
        ),
        max_weights=_limits(shipment, ready_at, due_at),
        ready_at=ready_at,
        due_at=due_at,
        option_of_toc=rates.options.of_toc() if options else {},
        charges=of_day,
        lane_carbon=weighed.lane_carbon,
        operation_carbon=weighed.operation_carbon,
    )


class Weighed(NamedTuple):
    """A graph with what its lanes and operations cost, as `Problem` has them."""

    graph: Graph
    lane_rating: LaneRating
    operation_rating: OperationRating
    lane_weights: NDArray[np.int64]
    operation_weights: NDArray[np.int64]
    lane_carbon: NDArray[np.int64] | None = None
    operation_carbon: NDArray[np.int64] | None = None


def weigh(  # noqa: PLR0913 - what is carried by what, and what is left out
    network: Network,
    cargo: CargoUnit,
    rates: Rates,
    *,
    usable: NDArray[np.bool_],
    ends: tuple[frozenset[int], frozenset[int]],
    charges: DayCharges | None = None,
    shared: bool = False,
) -> Weighed:
    """Rate a network for a cargo, and round it.

    Parameters
    ----------
    usable
        Lanes that may be used, bool (n_lanes,).
    ends
        Customs territories of origins and destinations.
    charges
        What counts beside the tariff, for these lanes.
    shared
        Goods that go by the part of a unit wait for it to be filled and unpacked.
    """
    cards = None if charges is None else charges.cards
    lane_rating = rate_lanes(network.lanes, cargo, rates, cards=cards)
    graph = build_graph(
        network.lanes,
        np.flatnonzero(usable & lane_rating.allowed),
        len(network.gateways),
        territory=territories(network),
        ends=ends,
    )
    operations = graph.operations
    operation_rating = rate_operations(
        operations.operation,
        operations.mode,
        operations.gateway,
        network.gateways,
        cargo,
        rates,
        shared=shared,
    )
    lane_weights = _rounded(
        lane_rating.cost_usd,
        lane_rating.transit_h,
        lane_rating.wtw_kg,
        used=lane_rating.allowed,
    )
    lane_weights[:, MINUTES] += minutes(lane_rating.wait_h)
    operation_weights = _rounded(
        operation_rating.cost_usd,
        operation_rating.duration_h,
        operation_rating.wtw_kg,
        used=np.ones(len(operation_rating.cost_usd), dtype=np.bool_),
    )
    lane_carbon = operation_carbon = None
    if charges is not None:
        lane_carbon = _carbon_cents(
            charges.carbon_prices(network, None, lane_rating), lane_rating.allowed
        )
        operation_carbon = _carbon_cents(
            charges.hub_carbon_prices(operation_rating), operation_rating.included
        )
    for weights, carbon in (
        (lane_weights, lane_carbon),
        (operation_weights, operation_carbon),
    ):
        if carbon is not None:
            weights[:, CENTS] += carbon
    return Weighed(
        graph,
        lane_rating,
        operation_rating,
        lane_weights,
        operation_weights,
        lane_carbon,
        operation_carbon,
    )


def _carbon_cents(
    prices: CarbonPrices | None, used: NDArray[np.bool_]
) -> NDArray[np.int64] | None:
    """Return what emissions cost [US cent]; None if nothing counts."""
    if prices is None:
        return None
    cents = np.rint(np.where(used, prices.total_usd(len(used)), 0.0) * CENTS_PER_USD)
    return np.asarray(cents.astype(np.int64))


def minutes(hours: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole minutes, not-a-number as zero."""
    return np.rint(np.nan_to_num(hours) * MINUTES_PER_HOUR).astype(np.int64)


def grams(kg: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole grams, not-a-number as zero."""
    return np.rint(np.nan_to_num(kg) * G_PER_KG).astype(np.int64)


def _rounded(
    usd: NDArray[np.float64],
    hours: NDArray[np.float64],
    kg: NDArray[np.float64],
    *,
    used: NDArray[np.bool_],
) -> NDArray[np.int64]:
    cents = np.rint(np.where(used, usd, 0.0) * CENTS_PER_USD).astype(np.int64)
    return np.column_stack(
        [cents, minutes(np.where(used, hours, 0.0)), grams(np.where(used, kg, 0.0))]
    )


def territories(network: Network) -> NDArray[np.int32]:
    """Return the customs territory of each gateway as a number."""
    markets = network.markets
    territory = dict(
        zip(
            markets.iso2.to_pylist(), markets.customs_territory.to_pylist(), strict=True
        )
    )
    names = [territory.get(iso2, iso2) for iso2 in network.gateways.iso2.names]
    codes = pa.array(names).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return np.asarray(codes, dtype=np.int32)[network.gateways.iso2.codes]


def _limits(
    shipment: Shipment, ready_at: datetime | None, due_at: datetime | None
) -> NDArray[np.int64]:
    limits = np.full(3, np.iinfo(np.int64).max)
    if shipment.max_cost_usd is not None:
        limits[CENTS] = int(shipment.max_cost_usd * CENTS_PER_USD)
    if due_at is not None and ready_at is not None:
        seconds = (due_at - ready_at).total_seconds()
        limits[MINUTES] = int(seconds // SECONDS_PER_MINUTE)
    if shipment.max_wtw_kg_co2e is not None:
        limits[GRAMS] = int(shipment.max_wtw_kg_co2e * G_PER_KG)
    return limits
