"""One day's rate cards for an order book: which day, and what cannot be."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from books import book_of
from greenroute.errors import DataError
from greenroute.orders.order_book import OrderBook
from greenroute.rating.book_cards import cards_of_book
from greenroute.rating.carbon_cost import CarbonOptions
from greenroute.rating.charges import Charges
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from networks import network_of
from rate_cards import charges_by

NETWORK = network_of("CNAAA -sea 9000km 300h-> CNBBB")
HEADER = "origin destination mode equipment valid_from valid_to currency base_per_unit"
YEAR = "CN CN sea 40HC 2026-01-01 2026-12-31 EUR 1000"
OFFER = "CN CN sea 40HC 2026-06-10 2026-06-20 EUR 900"


def book(*days: str) -> OrderBook:
    rows = [f"O{n} CNAAA CNBBB 1000 {day}" for n, day in enumerate(days)]
    return book_of("\n".join(["order_id origin destination mass_kg ready_at", *rows]))


def card(folder: Path, *rows: str) -> Charges:
    return charges_by(folder, "\n".join((HEADER, *rows)), NETWORK)


def matched(
    charges: Charges, orders: OrderBook, rates: Rates
) -> tuple[PreparedCards, list[int]]:
    cards = cards_of_book(charges, orders, NETWORK, rates)
    assert cards is not None
    return cards, [int(row) for match in cards.matches for row in match.offers.row]


def test_the_day_is_that_of_the_first_order(tmp_path: Path, rates: Rates) -> None:
    charges = card(tmp_path, YEAR, OFFER)
    late, early = "2026-06-20T23:00Z", "2026-06-10T01:00Z"
    cards, rows = matched(charges, book(late, early, "-"), rates)

    assert (cards.on, rows) == (date(2026, 6, 10), [1])
    assert [str(rate.date) for rate in cards.exchange.values()] == ["2026-01-01"]


def test_a_day_given_is_the_day(tmp_path: Path, rates: Rates) -> None:
    charges = replace(card(tmp_path, YEAR, OFFER), on=date(2026, 6, 21))
    cards, rows = matched(
        charges, book("2026-06-01T00:00Z", "2026-06-12T00:00Z"), rates
    )

    assert (cards.on, rows) == (date(2026, 6, 21), [0])


def test_rows_that_change_for_no_lane_do_not_matter(
    tmp_path: Path, rates: Rates
) -> None:
    other = "CN CN air AIR 2026-06-05 2026-06-07 EUR 1"
    _, rows = matched(
        card(tmp_path, YEAR, other), book("2026-06-01", "2026-06-09"), rates
    )

    assert rows == [0]


@pytest.mark.parametrize(
    ("rows", "days", "message"),
    [
        (
            [YEAR, OFFER],
            ["2026-06-09", "2026-06-10"],
            "by line 3 on 2026-06-10; the orders are ready from 2026-06-09 to 2026-06-10",
        ),
        # Within the offer and back: the change is in the middle.
        (
            [YEAR, OFFER],
            ["2026-06-01", "2026-06-15", "2026-06-25"],
            "by line 2 in 40HC on 2026-06-01 and by line 3 on 2026-06-15",
        ),
        (
            [OFFER],
            ["2026-06-20", "2026-06-21"],
            "by line 2 in 40HC on 2026-06-20 and by none on 2026-06-21",
        ),
        (
            [OFFER],
            ["2026-06-01", "2026-06-11"],
            "by none in 40HC on 2026-06-01 and by line 2 on 2026-06-11",
        ),
    ],
)
def test_prices_that_change_from_order_to_order_are_an_error(
    tmp_path: Path, rates: Rates, rows: list[str], days: list[str], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        matched(card(tmp_path, *rows), book(*days), rates)


def test_orders_without_a_day_need_one(tmp_path: Path, rates: Rates) -> None:
    with pytest.raises(DataError, match="rate cards depend on the day"):
        matched(card(tmp_path, YEAR), book("-"), rates)


@pytest.mark.parametrize("what", ["carbon", "capital", "insurance"])
def test_what_a_plan_does_not_count_is_refused(
    tmp_path: Path, rates: Rates, what: str
) -> None:
    charges = card(tmp_path, YEAR)
    asked = {
        "carbon": replace(charges, carbon=CarbonOptions(ets=True)),
        "capital": replace(charges, annual_rate=0.1),
        "insurance": replace(charges, insurance_share=0.01),
    }[what]

    with pytest.raises(DataError, match="expected rate cards only"):
        matched(asked, book("2026-06-01"), rates)


def test_without_cards_there_are_none(tmp_path: Path, rates: Rates) -> None:
    charges = card(tmp_path, YEAR)
    plain = replace(charges, pricing=replace(charges.pricing, cards=None))

    assert cards_of_book(plain, book("2026-06-01"), NETWORK, rates) is None
    assert cards_of_book(None, book("2026-06-01"), NETWORK, rates) is None
