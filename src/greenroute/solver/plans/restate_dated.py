"""States an order book by dates again of which some orders are on their way already."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.leg import LegKind
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.book.book import Lists
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.columns.search_key import find_places
from greenroute.solver.dated_plans.again import Again
from greenroute.solver.dated_plans.dated_plan import Stated, state_dated
from greenroute.solver.plans.match_plan import Earlier, departures
from greenroute.tables import positions
from greenroute.units import SECONDS_PER_MINUTE

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def first_runs(earlier: Earlier) -> Integers:
    """Return when the first run of each assignment departs, minutes since 1970."""
    legs = earlier.legs
    runs = legs.filter(pc.equal(legs["kind"], str(LegKind.TRANSPORT)))
    at = positions(
        earlier.assignments["order_id"].combine_chunks().cast(pa.string()),
        runs["shipment_id"].combine_chunks().cast(pa.string()),
    )
    return _minutes(runs["departs_at"])[at]


def _minutes(column: pa.ChunkedArray) -> Integers:
    seconds = column.combine_chunks().cast(pa.timestamp("s", "UTC")).cast(pa.int64())
    return np.asarray(pc.fill_null(seconds, 0)) // SECONDS_PER_MINUTE


def state_again(  # noqa: PLR0913 - those of `state_dated`, and how things stand
    orders: OrderBook,
    network: Network,
    rates: Rates,
    params: PlanParams,
    *,
    earlier: Earlier,
    stands: tuple[int, Integers, Flags, Flags],
    shut: pa.Array,
    charges: Charges | None = None,
) -> Stated:
    """Return the columns of a book by dates when part of an earlier plan is under way.

    Parameters
    ----------
    stands
        Now, in minutes since 1970; assignment of each order, -1 without; who has
        departed; and whose goods are ready when they were.
    shut
        Ids of lanes that only goods on their way may still use.
    """
    now, row, gone, same = stands
    joined = find_places(orders, network).network
    ids = joined.lanes.id
    lanes = _own_lanes(orders, earlier, np.flatnonzero(gone), ids)
    before = np.append(departures(earlier.assignments), 0)[row]
    arrives = np.append(_minutes(earlier.assignments["arrives_at"]), 0)[row]
    again = Again(
        now=now,
        gone=gone,
        since=np.where(gone | same, before, 0),
        arrives=arrives,
        lanes=lanes,
        open_lanes=~np.asarray(pc.is_in(ids, value_set=shut), dtype=np.bool_),
    )
    return state_dated(orders, network, rates, params, charges=charges, again=again)


def _own_lanes(
    orders: OrderBook, earlier: Earlier, gone: Integers, ids: pa.Array
) -> dict[int, Flags]:
    """Return the lanes that orders which have departed are on."""
    legs = earlier.legs
    mine = legs.filter(pc.equal(legs["kind"], str(LegKind.TRANSPORT)))
    lane = positions(mine["lane"].combine_chunks().cast(pa.string()), ids)
    order = positions(
        mine["shipment_id"].combine_chunks().cast(pa.string()),
        orders.order_id.take(pa.array(gone)),
    )
    lost = np.flatnonzero((order >= 0) & (lane < 0))
    if len(lost):
        one = mine.slice(int(lost[0]), 1).to_pylist()[0]
        msg = (
            f"order {one['shipment_id']!r} has departed by lane {one['lane']!r}, which the "
            "network does not have; expected every lane that goods are on"
        )
        raise DataError(msg)
    found = {}
    for place, number in enumerate(gone.tolist()):
        on = np.zeros(len(ids), np.bool_)
        on[lane[order == place]] = True
        found[number] = on
    return found


def keep_columns(stated: Stated, kept: Flags) -> Stated:
    """Return what was stated with some of its columns."""
    rated, routes, dates = stated.rated, stated.routes, stated.dates
    options, rows = rated.options, np.flatnonzero(kept)
    count = np.bincount(stated.owner[rows], minlength=len(options.columns))
    rest = {
        name: column[rows]
        for name, column in options._asdict().items()
        if name != "columns"
    }
    return stated._replace(
        rated=replace(
            rated, options=options._replace(columns=count.astype(np.int32), **rest)
        ),
        routes=replace(
            routes,
            of_column=np.arange(len(rows), dtype=np.int32),
            path=routes.path[rows],
            groups=_lists_of(routes.groups, rows),
            rows=_lists_of(routes.rows, rows),
        ),
        owner=stated.owner[rows],
        starts=stated.starts._replace(row=stated.starts.row[rows], hold=rest["hold"]),
        dates=replace(dates, box=dates.box[rows]),
    )


def _lists_of(lists: Lists, rows: Integers) -> Lists:
    count = np.diff(lists.start)[rows]
    start = np.concatenate([[0], np.cumsum(count)])
    at = np.arange(start[-1]) + np.repeat(lists.start[rows] - start[:-1], count)
    return Lists(start=start.astype(np.int32), items=lists.items[at])
