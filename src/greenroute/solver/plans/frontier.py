"""Plans between least cost and least CO2e, by a sweep over prices of carbon.

A price p bounds every plan there is: cost + p * CO2e >= b(p). So the cost of a plan that
emits e is at least the largest b(p) - p * e over all prices tried.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.plan import Plan
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.book.book import BookChoice
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.objective import CarbonPrice
from greenroute.solver.plans.plan_problem import state_book, with_objective
from greenroute.solver.plans.result import PlanResult
from greenroute.solver.plans.solve import DEFAULT_STOP, solve_problem
from greenroute.solver.stop import Stop, Watch, relative_gap
from greenroute.units import KG_PER_TONNE

#: Lowest and highest price of a sweep besides zero [USD/t CO2e].
LOWEST_PRICE, HIGHEST_PRICE = 10.0, 5_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """One plan of a frontier.

    Attributes
    ----------
    carbon_price_usd
        Price at which it was found [USD/t CO2e].
    cost_usd, wtw_tonnes
        What it costs [USD] and emits [t CO2e]; orders not served count at their penalty.
    bound_usd
        No plan among the candidate columns that emits as little costs less.
    gap
        (cost - bound) / cost.
    result
        The plan and what was proven at its price.
    """

    carbon_price_usd: float
    cost_usd: float
    wtw_tonnes: float
    bound_usd: float
    gap: float
    result: PlanResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Orders that change their modes from one plan to the next."""

    before: str
    after: str
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbatementStep:
    """From one plan of a frontier to the next greener one.

    Attributes
    ----------
    abated_tonnes
        What it emits less [t CO2e].
    usd_per_tonne
        What a tonne of that costs [USD/t CO2e].
    moves
        Orders that go another way, by modes before and after, most first.
    """

    abated_tonnes: float
    usd_per_tonne: float
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFrontier:
    """Plans of which none is beaten by another on cost and CO2e, cheapest first."""

    points: tuple[FrontierPoint, ...]

    def steps(self) -> tuple[AbatementStep, ...]:
        """Return the marginal abatement cost curve, and what changes at each step."""
        found = []
        for before, after in zip(self.points, self.points[1:], strict=False):
            abated = before.wtw_tonnes - after.wtw_tonnes
            found.append(
                AbatementStep(
                    abated_tonnes=abated,
                    usd_per_tonne=(after.cost_usd - before.cost_usd) / abated,
                    moves=_moves(before.result.plan, after.result.plan),
                )
            )
        return tuple(found)


def plan_frontier(  # noqa: PLR0913 - as `plan`, and the points
    orders: OrderBook,
    network: Network,
    rates: Rates,
    *,
    points: int = 12,
    stop: Stop = DEFAULT_STOP,
    params: PlanParams | None = None,
    seed: int = 0,
    watch: Watch | None = None,
    charges: Charges | None = None,
) -> PlanFrontier:
    """Return plans between least cost and least CO2e.

    Parameters
    ----------
    points
        Prices of carbon that are tried, zero first; a plan that another one beats is left
        out, so that there may be fewer points.
    stop
        Of all points together: its time is shared out among them, its rounds are for each.
    charges
        Rate cards; None for none.
    """
    watch = Watch(stop) if watch is None else watch
    params = PlanParams() if params is None else params
    problem = state_book(
        orders,
        network,
        rates,
        objective=CarbonPrice(0.0),
        params=params,
        watch=watch,
        charges=charges,
    )
    prices = np.concatenate(
        [[0.0], np.geomspace(LOWEST_PRICE, HIGHEST_PRICE, points - 1)]
    )
    found: list[tuple[float, PlanResult]] = []
    choice: BookChoice | None = None
    for number, price in enumerate(prices.tolist()):
        if watch.interrupted:
            break
        objective = CarbonPrice(price)
        share = watch.seconds_left() / (points - number)
        part = Watch(Stop(gap=watch.stop.gap, seconds=share, rounds=watch.stop.rounds))
        result, choice = solve_problem(
            with_objective(problem, objective),
            objective,
            watch=part,
            seed=seed,
            start=choice,
        )
        found.append((price, result))
    return PlanFrontier(points=_points(found))


def _points(found: list[tuple[float, PlanResult]]) -> tuple[FrontierPoint, ...]:
    """Return the plans that no other beats, with the bounds of all prices.

    Without any plan, the first result tells why.
    """
    found = [(p, result) for p, result in found if result.plan is not None] or found[:1]
    rows = []
    for price, result in found:
        tonnes = _tonnes(result)
        rows.append((result.objective_usd - price * tonnes, tonnes, price, result))
    points: list[FrontierPoint] = []
    for cost, tonnes, price, result in sorted(rows, key=lambda row: row[:3]):
        if points and tonnes >= points[-1].wtw_tonnes:
            continue
        bound = max(other.bound_usd - p * tonnes for p, other in found)
        points.append(
            FrontierPoint(
                carbon_price_usd=price,
                cost_usd=cost,
                wtw_tonnes=tonnes,
                bound_usd=min(bound, cost),
                gap=relative_gap(cost, min(bound, cost)),
                result=result,
            )
        )
    return tuple(points)


def _tonnes(result: PlanResult) -> float:
    return 0.0 if result.plan is None else result.plan.wtw_kg_co2e / KG_PER_TONNE


def _moves(before: Plan | None, after: Plan | None) -> tuple[Move, ...]:
    if before is None or after is None:
        return ()
    old, new = (
        dict(
            zip(
                plan.assignments["order_id"].to_pylist(),
                zip(
                    plan.assignments["itinerary_id"].to_pylist(),
                    plan.assignments["modes"].to_pylist(),
                    strict=True,
                ),
                strict=True,
            )
        )
        for plan in (before, after)
    )
    nowhere = ("", "not served")
    changes = Counter(
        (old.get(order, nowhere)[1], new.get(order, nowhere)[1])
        for order in sorted({*old, *new})
        if old.get(order, nowhere)[0] != new.get(order, nowhere)[0]
    )
    ranked = sorted(changes.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Move(before=b, after=a, orders=n) for (b, a), n in ranked)
