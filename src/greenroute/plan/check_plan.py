"""Proves a plan from the tables, without the solver.

Nothing here is shared with the solver: legs are followed, timed, priced and summed again
from what the network, the tariff and the factor set say.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from tzfpy import get_tz

from greenroute.errors import GreenrouteError
from greenroute.network.door import join_door
from greenroute.network.lane import MODES
from greenroute.network.network import Network
from greenroute.orders.order_book import NO_TIME, OrderBook
from greenroute.plan.check_departure_loads import check_dated_loads
from greenroute.plan.check_departures import plans_by_date
from greenroute.plan.check_loads import check_loads
from greenroute.plan.check_promises import check_commitments, check_lateness
from greenroute.plan.commitment import Commitments
from greenroute.plan.followed import Followed, follow, objects, told
from greenroute.plan.plan import Plan
from greenroute.rating.book_cards import cards_of_book
from greenroute.rating.charges import Charges
from greenroute.rating.operation import Operation
from greenroute.rating.read import Rates
from greenroute.tables import Coded, positions
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    KG_PER_TONNE,
    SECONDS_PER_MINUTE,
)

_HALF = 0.5
_ROUNDING = 1e-6
_CARRY = "carry"
#: What may follow what; goods start with a load and end unloaded.
_FOLLOWS: Mapping[str, frozenset[str]] = {
    Operation.LOAD: frozenset({Operation.CUSTOMS_EXPORT, _CARRY}),
    Operation.TRANSHIP: frozenset({Operation.CUSTOMS_EXPORT, _CARRY}),
    Operation.CHANGE_OF_GAUGE: frozenset({Operation.CUSTOMS_EXPORT, _CARRY}),
    Operation.CUSTOMS_EXPORT: frozenset({_CARRY}),
    _CARRY: frozenset(
        {
            Operation.CUSTOMS_IMPORT,
            Operation.UNLOAD,
            Operation.TRANSHIP,
            Operation.CHANGE_OF_GAUGE,
        }
    ),
    Operation.CUSTOMS_IMPORT: frozenset(
        {Operation.UNLOAD, Operation.TRANSHIP, Operation.CHANGE_OF_GAUGE}
    ),
    Operation.UNLOAD: frozenset({Operation.LOAD}),
}


def check_plan(  # noqa: PLR0913 - what the plan was made with
    plan: Plan,
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    budget_tonnes: float | None = None,
    charges: Charges | None = None,
    late_usd_per_day: float | None = None,
    commitments: Commitments | None = None,
) -> tuple[str, ...]:
    """Return what is wrong with a plan; nothing means that it holds.

    Parameters
    ----------
    plan
        What to prove.
    orders
        Order book that it is for.
    network, rates
        What it was planned on.
    budget_tonnes
        Most that all orders together may emit [t CO2e].
    charges
        Rate cards that it was planned with; None for none.
    late_usd_per_day
        What a day after its due date costs an order [USD]; None where none may be late.
    commitments
        What is agreed with carriers; None for nothing.

    Returns
    -------
    tuple of str
        One line per complaint.
    """
    complaints = list(_each_once(plan, orders))
    network, ends, zones = _with_doors(orders, network)
    order = positions(plan.assignments["order_id"].combine_chunks(), orders.order_id)
    if (order < 0).any() or len(plan.assignments) != len(plan.legs.order_id):
        return (*complaints, "assignments and legs are of other orders than the book")
    followed = follow(plan, network, order, zones)
    complaints += _joints(followed, orders, network, ends)
    complaints += _lanes(followed, network)
    complaints += _customs(followed, network)
    complaints += _times(followed, orders)
    due = _utc(orders.due_s, orders.destination, followed, orders)
    complaints += check_lateness(followed, due, late_usd_per_day)
    complaints += check_commitments(followed, orders, network, commitments)
    complaints += _sums(followed, orders, budget_tonnes)
    check = check_dated_loads if plans_by_date(network) else check_loads
    cards = cards_of_book(charges, orders, network, rates)
    complaints += check(followed, orders, network, rates, cards=cards)
    return tuple(complaints)


def _each_once(plan: Plan, orders: OrderBook) -> Iterator[str]:
    assigned = plan.assignments["order_id"].combine_chunks()
    rejected = plan.rejected["order_id"].combine_chunks().cast(pa.string())
    if len(pc.unique(assigned)) != len(assigned):
        yield "an order is assigned twice"
    both = pc.sum(pc.is_in(assigned, value_set=rejected)).as_py() or 0
    if both:
        yield f"{both} orders are assigned and rejected"
    answered = pa.concat_arrays([assigned, rejected])
    lost = np.asarray(pc.invert(pc.is_in(orders.order_id, value_set=answered)))
    yield from told("neither assigned nor rejected", lost, objects(orders.order_id))


def _with_doors(
    orders: OrderBook, network: Network
) -> tuple[Network, dict[str, frozenset[str]], dict[str, str]]:
    """Return the network with the doors of the orders; node ids and zone of each text."""
    nodes: dict[str, list[int]] = {}
    zones: dict[str, str] = {}
    for text in (*orders.origin.names, *orders.destination.names):
        nodes[text] = []
        for name in filter(str.strip, text.split(";")):
            try:
                network, place = join_door(network, network.find_place(name))
            except GreenrouteError:
                continue
            nodes[text].append(place.node)
            zones.setdefault(text, str(get_tz(place.lon, place.lat)))
    ids = network.gateways.id
    found = {
        text: frozenset(ids[node].as_py() for node in there)
        for text, there in nodes.items()
    }
    return network, found, zones


def _joints(
    legs: Followed,
    orders: OrderBook,
    network: Network,
    ends: dict[str, frozenset[str]],
) -> Iterator[str]:
    names = legs.column("tce_id")
    start, end = legs.column("origin"), legs.column("destination")
    broken = ~legs.first
    broken[1:] &= start[1:] != end[:-1]
    yield from told("starts where the goods are not", broken, names)
    done, mode = legs.column("operation"), legs.column("mode")
    wrong = np.array(
        [
            not begins and done[row] not in _FOLLOWS.get(done[row - 1], frozenset())
            for row, begins in enumerate(legs.first.tolist())
        ],
        dtype=np.bool_,
    )
    wrong |= legs.first & (done != str(Operation.LOAD))
    wrong |= legs.last & (done != str(Operation.UNLOAD))
    yield from told("an operation out of order", wrong, names)
    handled = np.array([str(m) for m in MODES])[network.lanes.handled_as()]
    vehicle = np.where(legs.is_run, handled[np.maximum(legs.lane, 0)], mode)
    changes = ~legs.first & (done != str(Operation.LOAD))
    changes[1:] &= vehicle[1:] != vehicle[:-1]
    yield from told("the goods are not aboard this mode", changes, names)
    texts = (orders.origin, orders.destination)
    for at, column, where, word in (
        (legs.first, texts[0], start, "does not start at the origin"),
        (legs.last, texts[1], end, "does not end at a destination"),
    ):
        rows = np.flatnonzero(at)
        wanted = [column[int(row)] for row in legs.order[legs.of[rows]]]
        astray = np.zeros(len(at), dtype=np.bool_)
        astray[rows] = [
            place not in ends[text]
            for place, text in zip(where[rows], wanted, strict=True)
        ]
        yield from told(word, astray, names)


def _lanes(legs: Followed, network: Network) -> Iterator[str]:
    names, run = legs.column("tce_id"), legs.is_run
    lanes, ids = network.lanes, objects(network.gateways.id)
    yield from told("there is no such lane", run & (legs.lane < 0), names)
    known = run & (legs.lane >= 0)
    row = np.maximum(legs.lane, 0)
    other = (ids[lanes.origin[row]] != legs.column("origin")) | (
        ids[lanes.destination[row]] != legs.column("destination")
    )
    yield from told("the lane runs elsewhere", known & other, names)
    toc = np.array(lanes.toc.names, dtype=object)[lanes.toc.codes[row]]
    mode = np.array([str(m) for m in MODES], dtype=object)[lanes.mode[row]]
    other = (toc != legs.column("toc")) | (mode != legs.column("mode"))
    yield from told("the lane is of another mode or TOC", known & other, names)
    gauge = np.where(known, lanes.gauge_mm[row], 0)
    done = legs.column("operation")
    at = np.flatnonzero(np.isin(done, [Operation.TRANSHIP, Operation.CHANGE_OF_GAUGE]))
    runs = np.flatnonzero(known)
    if not len(at) or not len(runs):
        return
    before = runs[np.maximum(np.searchsorted(runs, at) - 1, 0)]
    after = runs[np.minimum(np.searchsorted(runs, at), len(runs) - 1)]
    changed = gauge[before] != gauge[after]
    wrong = np.zeros(len(names), dtype=np.bool_)
    wrong[at] = changed != (done[at] == str(Operation.CHANGE_OF_GAUGE))
    yield from told("the track gauge does not fit", wrong, names)


def _customs(legs: Followed, network: Network) -> Iterator[str]:
    """Goods that change customs territory are exported and imported, else neither."""
    markets = network.markets
    territory = dict(
        zip(
            markets.iso2.to_pylist(), markets.customs_territory.to_pylist(), strict=True
        )
    )
    names = [territory.get(name, name) for name in network.gateways.iso2.names]
    _, of_market = np.unique(np.array(names), return_inverse=True)
    there = of_market[network.gateways.iso2.codes]
    known = np.flatnonzero(legs.is_run & (legs.lane >= 0))
    lane, of = legs.lane[known], legs.of[known]
    crosses = (
        there[network.lanes.origin[lane]] != there[network.lanes.destination[lane]]
    )
    abroad = np.zeros(len(legs.order), dtype=np.bool_)
    abroad[of[crosses]] = True
    done = legs.column("operation")
    for operation in (Operation.CUSTOMS_EXPORT, Operation.CUSTOMS_IMPORT):
        cleared = np.zeros(len(legs.order), dtype=np.bool_)
        cleared[legs.of[done == str(operation)]] = True
        ids = objects(legs.plan.legs.order_id)
        yield from told(f"{operation} is missing", abroad & ~cleared, ids)
        yield from told(f"{operation} within a territory", cleared & ~abroad, ids)


def _times(legs: Followed, orders: OrderBook) -> Iterator[str]:
    ids = objects(legs.plan.legs.order_id)
    timed = ~legs.plan.legs.untimed
    plan = legs.plan.assignments
    for name, minutes in (
        ("departs_at", legs.departs[legs.first]),
        ("arrives_at", legs.arrives[legs.last]),
    ):
        seconds = pc.fill_null(plan[name].combine_chunks().cast(pa.int64()), 0)
        said = np.asarray(seconds) // SECONDS_PER_MINUTE
        yield from told(
            f"{name} is not what its legs say", timed & (said != minutes), ids
        )
    ready = _utc(orders.ready_s, orders.origin, legs, orders)
    early = timed & (legs.departs[legs.first] < ready)
    yield from told("departs before it is ready", early, ids)


def _utc(
    seconds: NDArray[np.int64], texts: Coded, legs: Followed, orders: OrderBook
) -> NDArray[np.int64]:
    """Return times in minutes UTC; those without an offset are local to their place."""
    row = legs.order
    zone = np.array([legs.zones.get(name, "UTC") for name in texts.names] or ["UTC"])
    utc = seconds[row].copy()
    local = orders.is_local[row] & (utc != NO_TIME)
    for name in np.unique(zone):
        rows = np.flatnonzero(local & (zone[texts.codes[row]] == name))
        aware = pc.assume_timezone(
            pa.array(utc[rows], pa.timestamp("s")),
            str(name),
            ambiguous="earliest",
            nonexistent="earliest",
        )
        utc[rows] = np.asarray(aware.cast(pa.int64()))
    return np.where(utc == NO_TIME, NO_TIME, utc // SECONDS_PER_MINUTE)


def _sums(
    legs: Followed, orders: OrderBook, budget_tonnes: float | None
) -> Iterator[str]:
    plan, first = legs.plan, legs.plan.legs.first[:-1]
    ids = objects(plan.legs.order_id)
    pairs = (
        ("cost_usd", plan.legs.cents, CENTS_PER_USD, orders.max_cost_usd),
        ("wtw_kg_co2e", plan.legs.wtw_grams(), G_PER_KG, orders.max_wtw_kg_co2e),
    )
    for name, values, scale, most in pairs:
        total = np.add.reduceat(values, first) if len(first) else values[:0]
        said = np.rint(np.asarray(plan.assignments[name]) * scale).astype(np.int64)
        yield from told(f"{name} is not the sum of its legs", said != total, ids)
        limit = most[legs.order]
        with np.errstate(invalid="ignore"):
            beyond = total > limit * scale + _ROUNDING
        yield from told(f"{name} is beyond the limit of the order", beyond, ids)
    if budget_tonnes is not None:
        grams = int(plan.legs.wtw_grams().sum())
        if grams > budget_tonnes * G_PER_KG * KG_PER_TONNE + _HALF:
            yield (
                f"the plan emits {grams / G_PER_KG / KG_PER_TONNE:,.3f} t CO2e, the "
                f"budget is {budget_tonnes:,.3f} t"
            )
    cleaner = plan.legs.ttw_grams() > plan.legs.wtw_grams()
    names = legs.column("tce_id")
    yield from told("more in operation than well to wheel", cleaner, names)
