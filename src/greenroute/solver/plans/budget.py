"""Objective → solver words: carbon budgets, the price of carbon, and of not serving."""

from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import UnknownCategoryError
from greenroute.orders.order_book import OrderBook
from greenroute.orders.shipment import SET_SEPARATOR
from greenroute.solver.columns.column import Rated
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.plans.objective import (
    BudgetScope,
    CarbonBudget,
    CarbonPrice,
    LeastCost,
    Objective,
)
from greenroute.units import CENTS_PER_USD, G_PER_KG, KG_PER_TONNE

#: Carbon price above which an order is better not served [cents/g]: 10,000 USD/t.
HIGHEST_PRICE = 1.0
LANE_JOIN = ">"
_G_PER_TONNE = KG_PER_TONNE * G_PER_KG


def unserved_cents(
    owner: NDArray[np.int32], rated: Rated, objective: Objective
) -> NDArray[np.int64]:
    """Return prices of not serving: twice the dearest column at the highest price.

    Carbon costs nothing where least cost is asked for. Nothing where there is no column to
    choose.
    """
    options, price = rated.options, max(HIGHEST_PRICE, cents_per_gram(objective))
    if isinstance(objective, LeastCost):
        price = 0.0
    dearest = np.zeros(len(options.columns), np.int64)
    worth = options.alone_cents
    if price:
        worth = worth + np.ceil(options.grams * price).astype(np.int64)
    np.maximum.at(dearest, owner, worth)
    return np.where(options.columns > 0, 2 * dearest + 1, 0)


def cents_per_gram(objective: Objective) -> float:
    """Return the price of carbon [cents/g]; 0 without one."""
    if isinstance(objective, CarbonPrice):
        return objective.usd_per_tonne * CENTS_PER_USD / _G_PER_TONNE
    return 0.0


def budgets_of(
    orders: OrderBook, steps: StepTable, objective: Objective
) -> tuple[NDArray[np.int32], NDArray[np.int64], tuple[str, ...]]:
    """Return the budget of each order, the limits [g], and what each is for."""
    if not isinstance(objective, CarbonBudget):
        return np.full((len(orders), 1), -1, np.int32), np.empty(0, np.int64), ()
    tonnes = objective.by_name()
    limits = np.floor(np.array(list(tonnes.values())) * _G_PER_TONNE).astype(np.int64)
    names = tuple(tonnes)
    if objective.scope is BudgetScope.TOTAL:
        return np.zeros((len(orders), 1), np.int32), limits, names
    of_text = _scope_names(orders, steps, objective.scope)
    unknown = sorted(set(names) - set(of_text))
    if unknown:
        have = ", ".join(sorted(set(of_text))[:10]) or "none"
        msg = (
            f"budget is for {objective.scope} {unknown[0]!r}, which no order has; "
            f"expected like {have}"
        )
        raise UnknownCategoryError(msg)
    number = {name: position for position, name in enumerate(names)}
    of_order = np.array([number.get(name, -1) for name in of_text], np.int32)
    return of_order[:, None], limits, names


def _scope_names(orders: OrderBook, steps: StepTable, scope: BudgetScope) -> list[str]:
    match scope:
        case BudgetScope.CUSTOMER:
            return [orders.customer_id[row] for row in range(len(orders))]
        case BudgetScope.LANE:
            return [
                f"{orders.origin[row]}{LANE_JOIN}{orders.destination[row]}"
                for row in range(len(orders))
            ]
        case BudgetScope.MARKET:
            find = steps.network.find_place
            market = [
                find(text.split(SET_SEPARATOR)[0]).iso2
                for text in orders.destination.names
            ]
            return [market[code] for code in orders.destination.codes.tolist()]
        case BudgetScope.TOTAL:
            return [""] * len(orders)
        case _:
            assert_never(scope)
