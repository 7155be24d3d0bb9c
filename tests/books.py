"""Order books written as text, so that a test shows what it rests on.

    book = book_of('''
        order_id  origin  destination  mass_kg
        A         AAAAA   BBBBB        1000
    ''')

Columns are parted by blanks; "-" is an empty cell.
"""

import pyarrow as pa

from greenroute.orders.order_book import OrderBook
from greenroute.orders.read import check_orders


def book_of(text: str, *, source: str = "orders.csv") -> OrderBook:
    """Return the order book that a text describes."""
    header, *rows = (line.split() for line in text.strip().splitlines())
    cells = [["" if cell == "-" else cell for cell in row] for row in rows]
    columns = {
        name: pa.array([row[place] for row in cells], pa.string())
        for place, name in enumerate(header)
    }
    return check_orders(pa.table(columns), source=source)
