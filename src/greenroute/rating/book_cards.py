"""Rate cards of an order book: one day's prices for all of it."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.orders.order_book import NO_TIME, OrderBook
from greenroute.rating.charges import Charges
from greenroute.rating.data_set import line_of
from greenroute.rating.match_card import prepare_cards
from greenroute.rating.money import ExchangeTable
from greenroute.rating.option_lanes import usual_rows
from greenroute.rating.rate_card import NO_CARD, PreparedCards, RateCards
from greenroute.rating.read import Rates
from greenroute.units import (
    HOURS_PER_DAY,
    SECONDS_PER_HOUR,
)

_DAY_S = HOURS_PER_DAY * SECONDS_PER_HOUR
_EPOCH = date(1970, 1, 1)


def cards_of_book(
    charges: Charges | None, orders: OrderBook, network: Network, rates: Rates
) -> PreparedCards | None:
    """Match rate cards to a network for all orders of a book.

    The prices are those of the day of the charges, else of the first day on which an order
    is ready, in UTC where `ready_at` has an offset; so are the exchange rates.

    Parameters
    ----------
    charges
        Their rate cards count; None for none.
    network
        All its lanes, those of doors too.

    Returns
    -------
    PreparedCards or None
        None where there are no rate cards, or no orders.

    Raises
    ------
    DataError
        If a plan cannot count what the charges ask for, no day is known, or the prices of
        a lane change from one order to another.
    UnknownPlaceError
        If a rate card names a place or lane that the network does not have.
    """
    if charges is None:
        return None
    if charges.counts_carbon or charges.counts_holding:
        msg = (
            "the charges of a plan count carbon costs, annual_rate or insurance_share, "
            "expected rate cards only; a CarbonPrice is an objective of a plan"
        )
        raise DataError(msg)
    if charges.pricing.cards is None or not len(orders):
        return None
    what = (charges.pricing.cards, charges.pricing.exchange)
    days = _days(charges, orders)
    first = _prepare(what, network, rates, int(days[0]))
    before = _winners(first)
    for day in _days_after_changes(first, days).tolist():
        other = _prepare(what, network, rates, day)
        _check_same(first, before, other, network, days)
    return first


def _days(charges: Charges, orders: OrderBook) -> NDArray[np.int64]:
    """Return the days that count, as days since 1970, ascending."""
    ready = orders.ready_s[orders.ready_s != NO_TIME]
    if charges.on is not None or not len(ready):
        return np.array([(charges.day(None) - _EPOCH).days])
    return np.unique(ready // _DAY_S)


def _prepare(
    what: tuple[RateCards, ExchangeTable], network: Network, rates: Rates, day: int
) -> PreparedCards:
    return prepare_cards(
        what[0],
        network,
        on=_EPOCH + timedelta(days=day),
        exchange=what[1],
        usual=usual_rows(network.lanes, rates.options),
    )


def _days_after_changes(
    first: PreparedCards, days: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return days after the first one, at least one between any two changes of rows."""
    cards = first.cards
    changes = np.unique(
        np.concatenate([cards.valid_from, cards.valid_to.astype(np.int64) + 1])
    )
    changes = changes[(changes > days[0]) & (changes <= days[-1])]
    return np.asarray(days[np.unique(np.searchsorted(days, changes))])


def _winners(cards: PreparedCards) -> NDArray[np.int64]:
    """Return equipment, lane and row of each price, (n_prices, 3)."""
    parts = [
        np.column_stack(
            [
                np.full(len(match.lane), match.equipment),
                match.lane,
                match.offers.row[match.first],
            ]
        )
        for match in cards.matches
    ]
    return np.concatenate([np.empty((0, 3), np.int64), *parts])


def _check_same(
    first: PreparedCards,
    before: NDArray[np.int64],
    other: PreparedCards,
    network: Network,
    days: NDArray[np.int64],
) -> None:
    """Raise an error if a lane has another row on another day."""
    after = _winners(other)
    rows = np.concatenate([before, after])
    distinct, count = np.unique(rows, axis=0, return_counts=True)
    changed = distinct[count == 1]
    if not len(changed):
        return
    equipment, lane, row = changed[0].tolist()
    cards = first.cards
    there = [_row_of(found, equipment, lane) for found in (before, after)]
    then = [f"by line {line_of(r)}" if r != NO_CARD else "by none" for r in there]
    name = cards.equipment_names[equipment] if equipment >= 0 else "any equipment"
    first_day, last_day = (_EPOCH + timedelta(days=int(d)) for d in (days[0], days[-1]))
    msg = (
        f"{cards.path}:{line_of(row)}: lane {network.lanes.id[lane].as_py()!r} is priced "
        f"{then[0]} in {name} on {first.on} and {then[1]} on {other.on}; the orders are "
        f"ready from {first_day} to {last_day} and a plan has the prices of one day, "
        "expected orders of one period, or a day for all (`on` of the charges)"
    )
    raise DataError(msg)


def _row_of(found: NDArray[np.int64], equipment: int, lane: int) -> int:
    hit = np.flatnonzero((found[:, 0] == equipment) & (found[:, 1] == lane))
    return int(found[hit[0], 2]) if len(hit) else NO_CARD
