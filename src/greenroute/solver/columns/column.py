"""Columns of an order book: every order on the paths of its commodity, rated and dated."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.orders.order_book import NO_TIME, OrderBook, import_tax_cents
from greenroute.plan.commitment import Commitments
from greenroute.rating.rate_card import RateCards
from greenroute.rating.read import Rates
from greenroute.solver.columns.card_table import card_words
from greenroute.solver.columns.path_kernels import week_loads
from greenroute.solver.columns.path_set import Paths, passes
from greenroute.solver.columns.rate_orders import (
    Goods,
    Options,
    Ways,
    rate_orders,
)
from greenroute.solver.columns.search_key import volumes
from greenroute.solver.columns.step_kernels import Prices, StepPrices
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.columns.wanted_lane import worth_of_paths
from greenroute.solver.dated_plans.box_chain import (
    BoxChains,
    PathTimes,
    find_chains,
    time_paths,
)
from greenroute.solver.dated_plans.dated_route import WEEK_MINUTES
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    HOURS_PER_DAY,
    MINUTES_PER_HOUR,
)

MINUTES_PER_DAY = HOURS_PER_DAY * MINUTES_PER_HOUR
#: No limit of minutes, cents or grams.
FREE = 2**62
#: Orders that one thread rates at a time.
_CHUNK = 20_000
_THREADS = 2
#: 1970-01-01 was a Thursday: minutes from the Monday before.
_THURSDAY = 3 * MINUTES_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanParams:
    """How an order book becomes columns.

    Attributes
    ----------
    columns_per_order
        Most columns of an order; None keeps fewer the larger the book.
    hold_weeks
        Most weeks that goods may be held back for a later departure.
    exact_searches
        Up to this many commodities get their exact frontier; more get supported paths.
    paths_per_search
        Paths that are kept of an exact frontier.
    box_fill
        How full shared boxes are thought to be when columns are picked, 0 to 1.
    detours
        How often ways around crowded lanes are searched.
    last_searches
        Most orders, without a column, that are searched for by themselves.
    late_usd_per_day
        What a day after its due date costs an order, by the minute [USD]; None keeps all
        due dates.
    most_days_late
        Latest that an order may arrive after its due date, where that has a price [d].
    commitments
        Least volumes that are agreed; None for none.
    itineraries
        On networks with dates: up to this many itineraries of all orders together, shared
        out evenly, are all listed. An order with more gets candidates.
    """

    columns_per_order: int | None = None
    hold_weeks: int = 1
    exact_searches: int = 40
    paths_per_search: int = 24
    box_fill: float = 0.8
    detours: int = 3
    last_searches: int = 100
    itineraries: int = 200_000
    late_usd_per_day: float | None = None
    most_days_late: float = 14.0
    commitments: Commitments | None = None

    def __post_init__(self) -> None:
        for name in ("late_usd_per_day", "most_days_late"):
            value = getattr(self, name)
            if value is not None and not (isfinite(value) and value >= 0):
                msg = f"{name} is {value:g}, expected a number >= 0"
                raise DataError(msg)

    @property
    def most_minutes_late(self) -> int:
        """Minutes after its due date that an order may arrive."""
        days = 0.0 if self.late_usd_per_day is None else self.most_days_late
        return round(days * MINUTES_PER_DAY)

    @property
    def late_cents_per_minute(self) -> float:
        """What a minute after its due date costs an order [US cent]."""
        return (self.late_usd_per_day or 0.0) * CENTS_PER_USD / MINUTES_PER_DAY

    def most_columns(self, n_orders: int) -> int:
        """Return the most columns of an order."""
        if self.columns_per_order is not None:
            return self.columns_per_order
        for most_orders, columns in _COLUMNS:
            if n_orders <= most_orders:
                return columns
        return _FEWEST


#: Most orders, and columns of each.
_COLUMNS = ((2_000, 32), (20_000, 20), (200_000, 12))
_FEWEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """Paths with their times and chains, and the columns of orders on them.

    Attributes
    ----------
    paths, times, chains
        Paths of the search keys.
    goods
        Orders as they are rated.
    options
        Columns, those of an order side by side.
    """

    paths: Paths
    times: PathTimes
    chains: BoxChains
    goods: Goods
    options: Options


def goods_of(
    book: OrderBook,
    rates: Rates,
    key: NDArray[np.int64],
    ready: NDArray[np.int64],
    due: NDArray[np.int64],
    *,
    params: PlanParams,
) -> Goods:
    """Return orders as they are rated; `ready` and `due` in minutes, or `NO_TIME`."""
    limited = due != NO_TIME
    minutes_due = np.where(limited, due - np.where(limited, ready, 0), FREE)
    most_cents = _limit(book.max_cost_usd, CENTS_PER_USD)
    tax = np.maximum(import_tax_cents(book), 0)
    return Goods(
        mass_kg=book.mass_kg,
        volume_m3=volumes(book, rates),
        cargo=book.cargo,
        key=key,
        minutes_due=minutes_due,
        minutes_left=np.where(limited, minutes_due + params.most_minutes_late, FREE),
        # What is left for freight when the tax is paid.
        most_cents=np.where(most_cents < FREE, most_cents - tax, FREE),
        most_grams=_limit(book.max_wtw_kg_co2e, G_PER_KG),
    )


def late_cents(minutes: NDArray[np.int64], params: PlanParams) -> NDArray[np.int64]:
    """Return what it costs to be late."""
    return np.asarray(np.rint(minutes * params.late_cents_per_minute), np.int64)


def goods_at(goods: Goods, rows: NDArray[np.int64]) -> Goods:
    """Return the goods of some orders."""
    return Goods(
        mass_kg=goods.mass_kg[rows],
        volume_m3=goods.volume_m3[rows],
        cargo=goods.cargo[rows],
        key=goods.key[rows],
        minutes_due=goods.minutes_due[rows],
        minutes_left=goods.minutes_left[rows],
        most_cents=goods.most_cents[rows],
        most_grams=goods.most_grams[rows],
    )


def rate_book(
    goods: Goods,
    orders: NDArray[np.int64],
    paths: Paths,
    steps: StepTable,
    params: PlanParams,
) -> Rated:
    """Rate orders on the paths of their keys.

    Parameters
    ----------
    orders
        Orders to rate; the others get no columns.
    """
    n_keys = len(paths.first_path) - 1
    key = goods.key[orders]
    chains = find_chains(paths, steps, np.bincount(key, minlength=n_keys))
    times = time_paths(paths, steps)
    options = rate_columns(goods, orders, (paths, times, chains), steps, params)
    return Rated(paths=paths, times=times, chains=chains, goods=goods, options=options)


def used_paths(rated: Rated) -> Rated:
    """Return the columns without the paths that none of them is on."""
    paths, times, chains = rated.paths, rated.times, rated.chains
    used = np.zeros(len(times.total), np.bool_)
    used[rated.options.path] = True
    ends = np.concatenate([[0], np.cumsum(used)])
    on_used = np.repeat(used, np.diff(paths.first_step))
    count, n_chains = np.diff(paths.first_step)[used], np.diff(chains.first_chain)
    return Rated(
        paths=Paths(
            first_path=ends[paths.first_path],
            first_step=np.concatenate([[0], np.cumsum(count)]),
            step=paths.step[on_used],
        ),
        times=PathTimes(departs=times.departs[on_used], total=times.total[used]),
        chains=replace(
            chains,
            first_chain=np.concatenate([[0], np.cumsum(n_chains[used])]),
            chain=chains.chain[np.repeat(used, n_chains)],
            of_step=chains.of_step[on_used],
        ),
        goods=rated.goods,
        options=rated.options._replace(path=ends.astype(np.int32)[rated.options.path]),
    )


def rate_columns(
    goods: Goods,
    orders: NDArray[np.int64],
    on: tuple[Paths, PathTimes, BoxChains],
    steps: StepTable,
    params: PlanParams,
) -> Options:
    """Return the columns of orders on paths whose times and chains are known."""
    paths, times, chains = on
    key = goods.key[orders]
    ways = Ways(
        first_path=paths.first_path,
        first_step=paths.first_step,
        step=paths.step,
        minutes=times.total,
        tight=_tight(paths, steps, (key, goods.mass_kg[orders])),
        worth=worth_of_paths(paths, steps, params.commitments),
        first_chain=chains.first_chain,
        chain=chains.chain,
        first_chain_step=chains.first_chain_step,
        chain_step=chains.chain_step,
        box_cents=chains.box_cents,
    )
    prices = prices_of(steps)
    limits = (
        params.most_columns(len(goods.mass_kg)),
        params.hold_weeks + 1,
        params.box_fill,
        WEEK_MINUTES,
        params.late_cents_per_minute,
    )

    def rate(first: int) -> Options:
        return rate_orders(orders[first : first + _CHUNK], goods, prices, ways, limits)

    with ThreadPoolExecutor(_THREADS) as pool:
        parts = list(pool.map(rate, range(0, len(orders), _CHUNK))) or [rate(0)]
    fields = [list(field) for field in zip(*parts, strict=True)]
    # A field after the other, so that few columns are there twice.
    del parts
    count = np.zeros(len(goods.mass_kg), np.int32)
    count[orders] = np.concatenate(fields.pop(0))
    return Options(count, *(np.concatenate(fields.pop(0)) for _ in range(len(fields))))


def _tight(
    paths: Paths,
    steps: StepTable,
    loads: tuple[NDArray[np.int64], NDArray[np.float64]],
) -> NDArray[np.bool_]:
    """Return the paths on a lane that all orders together could fill in one week.

    Parameters
    ----------
    loads
        Key and mass [kg] of each order.
    """
    mass_kg = np.bincount(*loads, minlength=len(paths.first_path) - 1).astype(
        np.float64
    )
    load_kg = week_loads(
        paths.first_path, paths.first_step, paths.step, mass_kg, steps.n_lanes
    )
    return passes(paths, load_kg > steps.week_kg[: steps.n_lanes])


def prices_of(steps: StepTable) -> Prices:
    """Return the prices of steps for the kernels."""
    plain = StepPrices(
        row=steps.price_row,
        km=steps.km,
        usd_per_kg=steps.usd_per_kg,
        shipment=steps.prices.shipment,
        unit=steps.prices.unit,
        unit_km=steps.prices.unit_km,
        least=steps.prices.least,
        payload_kg=steps.payload_kg,
        loadable_m3=steps.loadable_m3,
        whole=steps.whole,
        takes=steps.takes,
        grams_per_kg=steps.grams_per_kg,
        most_kg=steps.most_kg,
        n_lanes=steps.n_lanes,
    )
    return Prices(plain, card_words(steps.card_prices, len(steps.price_row)))


def cards_of(steps: StepTable) -> RateCards | None:
    """Return the rate cards of a plan; None if there are none."""
    prepared = None if steps.charges is None else steps.charges.cards
    return None if prepared is None else prepared.cards


def monday_before(ready: NDArray[np.int64]) -> int:
    """Return the Monday, midnight UTC, of the first week in which an order is ready.

    In minutes since 1970; the Monday after Christmas 1969 where no order says when.
    """
    given = ready[ready != NO_TIME]
    first = int(given.min()) if len(given) else -_THURSDAY
    return (first + _THURSDAY) // WEEK_MINUTES * WEEK_MINUTES - _THURSDAY


def _limit(most: NDArray[np.float64], scale: int) -> NDArray[np.int64]:
    given = ~np.isnan(most)
    return np.where(given, np.where(given, most, 0) * scale, FREE).astype(np.int64)
