"""What searches for the orders of a book rest on."""

from dataclasses import dataclass, field

from greenroute.orders.order_book import OrderBook
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.columns.pace import Pace
from greenroute.solver.columns.rate_orders import Goods
from greenroute.solver.columns.search_key import SearchKeys
from greenroute.solver.columns.step_table import StepTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a search for one order rests on.

    Attributes
    ----------
    orders, goods
        Order book, and its orders as they are rated.
    keys
        Commodities.
    steps
        What steps cost, on the network with its doors.
    params
        How many ways are searched.
    pace
        Ends the searches in time.
    """

    orders: OrderBook
    goods: Goods
    keys: SearchKeys
    steps: StepTable
    params: PlanParams
    pace: Pace = field(default_factory=Pace)
