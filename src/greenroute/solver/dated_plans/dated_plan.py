"""An order book on a network with dated departures, as a `Book` in whole numbers.

Every itinerary of an order is a column if there are not too many of them: then the bound
of the book is one for all itineraries of the network.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.network.departure import starts
from greenroute.network.network import Network
from greenroute.orders.order_book import (
    CARGOES,
    NO_TIME,
    OrderBook,
    Rejection,
    import_tax_cents,
)
from greenroute.rating.book_cards import cards_of_book
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.charges import Charges
from greenroute.rating.rate import LaneRating, rate_lanes
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from greenroute.solver.book.book import BY_MASS, Book, Lists
from greenroute.solver.columns.card_table import NO_LIMIT
from greenroute.solver.columns.column import (
    FREE,
    PlanParams,
    Rated,
    goods_of,
    monday_before,
)
from greenroute.solver.columns.path_kernels import NO_CHAIN
from greenroute.solver.columns.path_set import Paths
from greenroute.solver.columns.rate_orders import Options
from greenroute.solver.columns.search_key import build_keys, find_places, utc_minutes
from greenroute.solver.columns.step_table import StepTable, build_steps
from greenroute.solver.dated import HORIZON_DAYS
from greenroute.solver.dated_plans.again import Again
from greenroute.solver.dated_plans.box_chain import BoxChains, PathTimes
from greenroute.solver.dated_plans.dated_columns import MINUTES_PER_DAY, DatedColumns
from greenroute.solver.dated_plans.dated_groups import NO_BOX, groups_of, rows_of
from greenroute.solver.dated_plans.dated_lanes import (
    LOOSE,
    DatedLanes,
    date_lanes,
    plain_network,
)
from greenroute.solver.dated_plans.dated_orders import Desk, lacking
from greenroute.solver.dated_plans.dated_paths import NO_DEPARTURE, Itineraries
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES, DatedRoutes, Starts
from greenroute.units import KG_PER_TONNE

#: Fewest itineraries of an order that are looked at.
_FEWEST = 100
_LITRES_PER_M3 = KG_PER_TONNE
_DIGITS = 6
_MANY_BOXES = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedBook:
    """What a plan by dates knows besides a `PlanProblem`.

    Attributes
    ----------
    dated
        Departures and boxes.
    found
        Itineraries; their number is the path of a column.
    box
        Box of each run by date of each column, (n_columns, most runs by date).
    value_usd, tax_cents
        Value and import tax of each order, (n_orders,).
    complete
        Whether all itineraries are columns.
    group_box, group_departure
        Box of each group, or -1 for its departure alone; departure of each,
        (n_groups,).
    group_pays
        Which groups pay their departure, bool (n_groups,).
    row_departure
        Departure of each capacity row; `NO_DEPARTURE` where it is a week of a lane.
    """

    dated: DatedLanes
    found: Itineraries
    box: NDArray[np.int64]
    value_usd: NDArray[np.float64]
    tax_cents: NDArray[np.int64]
    complete: bool
    group_box: NDArray[np.int64]
    group_departure: NDArray[np.int64]
    group_pays: NDArray[np.bool_]
    row_departure: NDArray[np.int64]


class Stated(NamedTuple):
    """Parts of a `PlanProblem` on a network with dates."""

    steps: StepTable
    rated: Rated
    routes: DatedRoutes
    owner: NDArray[np.int32]
    starts: Starts
    monday: int
    timed: NDArray[np.bool_]
    due: NDArray[np.int64]
    rejections: tuple[Rejection, ...]
    dates: DatedBook


def state_dated(
    orders: OrderBook,
    network: Network,
    rates: Rates,
    params: PlanParams,
    *,
    charges: Charges | None = None,
    again: Again | None = None,
) -> Stated:
    """List and rate the itineraries of all orders.

    Parameters
    ----------
    again
        How things stand, if this plan follows another one.

    Orders need `ready_at`; without `due_at`, itineraries of up to `HORIZON_DAYS` count, and
    the list is not said to be complete.

    Raises
    ------
    DataError
        If a lane has a price by departure and no departures, or rate cards and prices of
        its own for the same orders.
    UnknownCategoryError
        If nothing tells what a box of a lane takes.
    """
    places = find_places(orders, network)
    keys, rejections = build_keys(orders, places, rates)
    cards = cards_of_book(charges, orders, places.network, rates)
    plain = plain_network(places.network, cards)
    steps = build_steps(plain, rates, orders.cargo, cards=cards)
    ready, due = utc_minutes(orders, places)
    if again is not None:
        ready = np.where(ready == NO_TIME, ready, again.ready(ready))
    monday = monday_before(ready)
    rejections += lacking(orders, places.network, ready)
    value, tax = np.nan_to_num(orders.value_usd), import_tax_cents(orders)
    key = keys.of_order.copy()
    key[[one.row for one in rejections]] = -1
    horizon = ready + HORIZON_DAYS * MINUTES_PER_DAY
    promised = np.where(due != NO_TIME, due, FREE)
    limited = promised < horizon - params.most_minutes_late
    latest = np.where(limited, promised + params.most_minutes_late, horizon)
    goods = goods_of(orders, rates, key, ready, due, params=params)
    if again is not None:
        latest = np.where(again.gone, again.arrives, latest)
        goods = again.freed(goods)
    planned = np.flatnonzero(key >= 0)
    rating = _full_rating(places.network, rates, orders, cards)
    dated = date_lanes(
        places.network,
        steps,
        rating,
        period=(
            int(ready[planned].min()) if len(planned) else monday,
            int(latest[planned].max()) if len(planned) else monday + WEEK_MINUTES,
        ),
    )
    # A lane by date has the capacity of its departures, and none by week.
    hubs = np.zeros(len(steps.week_kg) - steps.n_lanes, np.bool_)
    free = np.append(dated.by_date, hubs)
    steps = replace(
        steps,
        most_kg=np.where(free, np.inf, steps.most_kg),
        week_kg=np.where(free, np.inf, steps.week_kg),
    )
    desk = Desk(
        orders=orders,
        places=places,
        plain=plain,
        rates=rates,
        steps=steps,
        dated=dated,
        goods=goods,
        pay=(value, tax, promised),
        late_cents=params.late_cents_per_minute,
        most=max(params.itineraries // max(len(planned), 1), _FEWEST),
        periods=(ready, latest),
        again=again,
        rejections=[],
    )
    parts, complete = desk.columns(planned)
    rejections += desk.rejections
    found, columns, count = _joined(parts, len(orders))
    owner = np.repeat(np.arange(len(orders), dtype=np.int32), count)
    rated = Rated(
        paths=Paths(
            first_path=np.array([0, len(found)]),
            first_step=found.first,
            step=found.step.astype(np.int32),
        ),
        times=_times(found),
        chains=_no_chains(found),
        goods=goods,
        options=_options(columns, count),
    )
    uses = groups_of(found, columns, goods.cargo[owner].astype(np.int64), dated)
    rows, row_lists = rows_of(found, columns, steps, dated, monday)
    n = len(columns.cents)
    routes = DatedRoutes(
        of_column=np.arange(n, dtype=np.int32),
        path=columns.itinerary.astype(np.int32),
        groups=uses.lists,
        rows=row_lists,
        group_chain=np.full(len(uses.box), NO_CHAIN, np.int64),
        group_week=(dated.departures.departs[uses.departure] - monday) // WEEK_MINUTES,
        group_equipment=np.append(dated.boxes.equipment, NO_BOX)[uses.box],
        row_lane=rows[0],
        row_week=rows[1],
    )
    return Stated(
        steps=steps,
        rated=rated,
        routes=routes,
        owner=owner,
        starts=Starts(
            found.begins[found.first[:-1]] - monday,
            rated.options.path,
            rated.options.hold,
        ),
        monday=monday,
        timed=ready != NO_TIME,
        due=promised,
        rejections=tuple(rejections),
        dates=DatedBook(
            dated=dated,
            found=found,
            box=columns.box,
            value_usd=value,
            tax_cents=tax,
            complete=complete and bool(limited[planned].all()),
            group_box=uses.box,
            group_departure=uses.departure,
            group_pays=uses.pays,
            row_departure=rows[2],
        ),
    )


def _full_rating(
    network: Network, rates: Rates, orders: OrderBook, cards: PreparedCards | None
) -> LaneRating:
    """Rate the lanes with what goods share: raises where nothing tells their price."""
    unit = CargoUnit(
        mass_kg=1.0,
        volume_m3=1 / KG_PER_TONNE,
        cargo=CARGOES[int(orders.cargo[0]) if len(orders) else 0],
        un_number=None,
        assumed=(),
        # Of no use here: duties are shares of the value of each order.
        value_usd=0.0,
    )
    return rate_lanes(network.lanes, unit, rates, cards=cards)


def _joined(
    parts: list[tuple[int, Itineraries, DatedColumns]], n_orders: int
) -> tuple[Itineraries, DatedColumns, NDArray[np.int64]]:
    """Return all itineraries, all columns, and how many columns each order has."""
    distinct: dict[int, int] = {}
    lists: list[Itineraries] = []
    offset = 0
    for _, found, _ in parts:
        if id(found) not in distinct:
            distinct[id(found)] = offset
            offset += len(found)
            lists.append(found)
    count = np.zeros(n_orders, np.int64)
    count[[row for row, _, _ in parts]] = [len(c.cents) for _, _, c in parts]
    none = np.empty(0, np.int64)
    widest = max((c.box.shape[1] for _, _, c in parts), default=0)
    boxes = [np.full((0, widest), LOOSE)]
    for _, _, c in parts:
        more = ((0, 0), (0, widest - c.box.shape[1]))
        boxes.append(np.pad(c.box, more, constant_values=LOOSE))
    columns = DatedColumns(
        itinerary=np.concatenate(
            [none, *(c.itinerary + distinct[id(f)] for _, f, c in parts)]
        ),
        box=np.concatenate(boxes),
        cents=np.concatenate([none, *(c.cents for _, _, c in parts)]),
        alone_cents=np.concatenate([none, *(c.alone_cents for _, _, c in parts)]),
        grams=np.concatenate([none, *(c.grams for _, _, c in parts)]),
    )
    found = Itineraries(
        first=starts(np.concatenate([none, *(np.diff(f.first) for f in lists)])),
        step=np.concatenate([none, *(f.step for f in lists)]),
        begins=np.concatenate([none, *(f.begins for f in lists)]),
        ends=np.concatenate([none, *(f.ends for f in lists)]),
        waits=np.concatenate([none, *(f.waits for f in lists)]),
        departure=np.concatenate([none, *(f.departure for f in lists)]),
    )
    return found, columns, count


def _times(found: Itineraries) -> PathTimes:
    """Return times after the goods are ready: when their first step begins."""
    ready = found.begins[found.first[:-1]]
    return PathTimes(
        departs=found.begins - ready[found.of_step],
        total=found.ends[found.first[1:] - 1] - ready,
    )


def _no_chains(found: Itineraries) -> BoxChains:
    """Return that boxes go by departures here, and not by chains of steps."""
    none = np.empty(0, np.int32)
    return BoxChains(
        first_chain=np.zeros(len(found) + 1, np.int64),
        chain=none,
        of_step=np.full(len(found.step), NO_CHAIN, np.int16),
        first_chain_step=np.zeros(1, np.int64),
        chain_step=none,
        box_cents=np.empty((0, 0), np.int64),
    )


def _options(columns: DatedColumns, count: NDArray[np.int64]) -> Options:
    n = len(columns.cents)
    return Options(
        columns=count.astype(np.int32),
        path=columns.itinerary.astype(np.int32),
        variant=np.zeros(n, np.int64),
        hold=np.zeros(n, np.int8),
        cents=columns.cents,
        alone_cents=columns.alone_cents,
        grams=columns.grams,
    )


def dated_book(
    stated: Stated,
    *,
    unserved_cost: NDArray[np.int64],
    budgets: tuple[NDArray[np.int32], NDArray[np.int64]],
    carbon_price: float,
) -> Book:
    """Return the book of what was stated."""
    dates, dated, goods = stated.dates, stated.dates.dated, stated.rated.goods
    options, routes, boxes = stated.rated.options, stated.routes, dated.boxes
    by_box, box = dates.group_box != NO_BOX, dates.group_box
    n_groups = len(box)
    lane = dated.departures.lane[dates.group_departure]
    payload = np.where(by_box, np.append(boxes.payload_kg, NO_LIMIT)[box], NO_LIMIT)
    m3 = np.where(by_box, np.append(boxes.loadable_m3, NO_LIMIT)[box], NO_LIMIT)
    kg = np.where(
        dates.row_departure == NO_DEPARTURE,
        stated.steps.week_kg[routes.row_lane],
        np.append(dated.capacity_kg, 0)[dates.row_departure],
    )
    none = np.empty(0, np.int32)
    return Book(
        mass=np.ceil(np.round(goods.mass_kg, _DIGITS)).astype(np.int64),
        volume=np.ceil(np.round(goods.volume_m3 * _LITRES_PER_M3, _DIGITS)).astype(
            np.int64
        ),
        unserved_cost=unserved_cost,
        first_column=starts(options.columns.astype(np.int64)),
        route=routes.of_column,
        cost=options.cents,
        grams=options.grams,
        route_groups=routes.groups,
        route_rows=routes.rows,
        row_measure=np.full(len(kg), BY_MASS, np.int8),
        capacity=np.floor(kg).astype(np.int64),
        box_mass=np.floor(payload).astype(np.int64),
        box_volume=np.floor(np.round(m3 * _LITRES_PER_M3, _DIGITS)).astype(np.int64),
        box_cost=np.where(by_box, np.append(boxes.cents, 0)[box], 0),
        fixed_cost=np.where(dates.group_pays, dated.fixed_cents[lane], 0),
        max_boxes=np.full(n_groups, _MANY_BOXES, np.int64),
        group_rows=Lists(start=np.zeros(n_groups + 1, np.int32), items=none),
        group_use=np.empty(0, np.int64),
        budget_of_order=budgets[0],
        budget=budgets[1],
        carbon_price=carbon_price,
        commitment_row=none,
        least=np.empty(0, np.int64),
        short_cost=np.empty(0, np.float64),
    )
