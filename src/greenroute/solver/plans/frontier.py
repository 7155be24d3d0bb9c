"""Plans between least cost and least CO2e, by a sweep over prices of carbon.

A price p bounds every plan there is: cost + p * CO2e >= b(p). So the cost of a plan that
emits e is at least the largest b(p) - p * e over all prices tried.
"""

from collections import Counter
from dataclasses import dataclass, replace
from math import isinf

import numpy as np

from greenroute.network.network import Network
from greenroute.orders.order_book import OrderBook
from greenroute.plan.plan import Plan
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.solver.book.book import BookChoice
from greenroute.solver.book.solve_book import Progress
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.objective import CarbonPrice
from greenroute.solver.plans.plan_problem import state_book, with_objective
from greenroute.solver.plans.result import PlanResult
from greenroute.solver.plans.solve import DEFAULT_STOP, solve_problem
from greenroute.solver.stop import Stop, Watch, relative_gap
from greenroute.units import KG_PER_TONNE

#: Lowest and highest price of a sweep besides zero [USD/t CO2e].
LOWEST_PRICE, HIGHEST_PRICE = 10.0, 5_000.0
#: Share of the time for the way from the lowest price to the highest; the rest is for the
#: way back.
OUT = 0.5


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What was found at a price of carbon [USD/t CO2e]."""

    price: float
    result: PlanResult
    choice: BookChoice | None

    @property
    def tonnes(self) -> float:
        """What the plan emits [t CO2e]."""
        plan = self.result.plan
        return 0.0 if plan is None else plan.wtw_kg_co2e / KG_PER_TONNE

    @property
    def cost(self) -> float:
        """What the plan costs without the price of carbon [USD]."""
        return self.result.objective_usd - self.price * self.tonnes


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
    progress: Progress | None = None,
    charges: Charges | None = None,
) -> PlanFrontier:
    """Return plans between least cost and least CO2e.

    From the lowest price to the highest, each begins with the plan and the prices of the
    one before; on the way back, with the plan that is best at its price of all found.

    Parameters
    ----------
    points
        Prices of carbon that are tried, zero first; a plan that another one beats is left
        out, so that there may be fewer points.
    stop
        Of all points together: its time is shared out among them; its rounds are for each
        search, of which there are two a price unless the first one closes the gap.
    progress
        Is told, now and then, rounds, seconds, objective [USD], bound [USD] and gap of the
        plan that is searched for.
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
    tried: list[_Tried] = []
    choice: BookChoice | None = None

    def search(price: float, seconds: float, start: BookChoice | None) -> _Tried:
        objective = CarbonPrice(price)
        result, choice = solve_problem(
            with_objective(problem, objective),
            objective,
            watch=Watch(replace(watch.stop, seconds=seconds), part_of=watch),
            seed=seed,
            start=start,
            progress=progress,
        )
        return _Tried(price=price, result=result, choice=choice)

    kept = 0.0 if isinf(watch.stop.seconds) else (1 - OUT) * watch.stop.seconds
    for number, price in enumerate(prices.tolist()):
        if tried and watch.interrupted:
            break
        share = max(watch.seconds_left() - kept, 0.0) / (points - number)
        tried.append(search(price, share, choice))
        choice = tried[-1].choice
    for number, one in enumerate(reversed(tried.copy())):
        start = _best_start(one, tried)
        if watch.interrupted or start is None:
            break
        own = one.choice is not None and start.columns is one.choice.columns
        if own and one.result.gap <= watch.stop.gap:
            continue
        share = watch.seconds_left() / (points - number)
        tried.append(search(one.price, share, start))
    return PlanFrontier(points=_points(tried))


def _best_start(one: _Tried, tried: list[_Tried]) -> BookChoice | None:
    """Return the choice that is best at the price of a plan, with the prices found there."""
    best = min(tried, key=lambda other: other.cost + one.price * other.tonnes)
    if one.choice is None or best.choice is None:
        return None
    return replace(best.choice, prices=one.choice.prices)


def _points(tried: list[_Tried]) -> tuple[FrontierPoint, ...]:
    """Return the plans that no other beats, the best one a price, with all bounds.

    Without any plan, the first result tells why.
    """
    planned = [one for one in tried if one.result.plan is not None] or tried[:1]
    best: dict[float, _Tried] = {}
    for one in sorted(planned, key=lambda one: one.result.objective_usd):
        best.setdefault(one.price, one)
    points: list[FrontierPoint] = []
    for one in sorted(best.values(), key=lambda one: (one.cost, one.tonnes, one.price)):
        if points and one.tonnes >= points[-1].wtw_tonnes:
            continue
        bound = max(
            other.result.bound_usd - other.price * one.tonnes for other in planned
        )
        points.append(
            FrontierPoint(
                carbon_price_usd=one.price,
                cost_usd=one.cost,
                wtw_tonnes=one.tonnes,
                bound_usd=min(bound, one.cost),
                gap=relative_gap(one.cost, min(bound, one.cost)),
                result=one.result,
            )
        )
    return tuple(points)


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
