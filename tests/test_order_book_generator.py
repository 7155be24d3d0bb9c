"""Made-up order books: the same again by seed, and what they look like."""

from pathlib import Path

import numpy as np

from benchmarks.order_book import make_book
from greenroute.orders.read import check_orders, read_orders

EXAMPLE = Path(__file__).parents[1] / "examples" / "orders.csv"


def test_the_same_seed_gives_the_same_book() -> None:
    assert make_book(50, seed=3).equals(make_book(50, seed=3))
    assert not make_book(50, seed=3).equals(make_book(50, seed=4))


def test_every_order_can_be_read() -> None:
    book = check_orders(make_book(2_000, seed=5), source="made")

    assert len(book) == 2_000
    assert len(book.rejected) == 0


def test_few_lanes_carry_most_orders() -> None:
    table = make_book(5_000, seed=1).to_pandas()
    lanes = table.groupby([table.origin.str[:2], table.destination.str[:2]]).size()
    busiest = np.sort(lanes.to_numpy())[::-1]

    assert busiest[: len(busiest) // 10].sum() > 0.4 * len(table)
    assert len(set(table.origin.str[:2]) | set(table.destination.str[:2])) > 150


def test_the_example_has_500_orders_over_60_markets() -> None:
    table = read_orders(EXAMPLE).table.to_pandas()

    assert len(table) == 500
    assert len(set(table.origin.str[:2]) | set(table.destination.str[:2])) >= 60
