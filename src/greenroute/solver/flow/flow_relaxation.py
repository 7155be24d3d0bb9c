"""Column and row generation within limits of the modules, and designs made from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.flow.flow_ascent import climb
from greenroute.solver.flow.flow_cuts import Separator
from greenroute.solver.flow.flow_master import FIRST_PENALTY, Answer, Master
from greenroute.solver.flow.flow_paths import Forest, build_forest, cheapest_paths
from greenroute.solver.flow.flow_problem import FlowProblem
from greenroute.solver.flow.flow_rows import Priced, price, sum_prices
from greenroute.solver.stop import Watch

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Limits = tuple[Integers, Integers]

#: Shares below this are rounding.
LEAST_SHARE = 1e-9
#: A design may exceed its modules by this share of one.
TOLERANCE = 1e-6
#: The master is solved once its value is this near to the bound.
CLOSE = 1e-9
#: Sums of costs are exact to this share of the mean cost of a commodity.
ROUNDING = 1e-9
#: More penalty than this is no cure.
MOST_RAISES = 12
#: Rounds of cuts at the root and below.
CUT_ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Flows that serve what must be served, and the modules they need.

    Attributes
    ----------
    objective
        Unit costs and fixed costs less revenues, summed over the flows.
    commodity, arc, amount
        What flows where, (n,).
    modules
        Modules on each arc, (n_arcs,).
    served
        Amount of each commodity that arrives, (n_commodities,).
    """

    objective: float
    commodity: Integers
    arc: Integers
    amount: Floats
    modules: Integers
    served: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """What the relaxation says within limits of the modules.

    Attributes
    ----------
    bound
        Proven by prices: no design within the limits costs less.
    priced
        Best of the bounds that the prices of these limits gave themselves.
    module
        Reduced costs that belong to it, (n_arcs,).
    answer
        Last solution of the master; None if the limits were proven useless before.
    """

    bound: float
    priced: float
    module: Floats
    answer: Answer | None


class Relaxation:
    """A design problem without whole modules, and the best design met on the way.

    Attributes
    ----------
    problem
        The design problem.
    best
        Cheapest design so far.
    rounds
        Masters solved so far.
    rounding
        Bounds nearer to the best design than this differ from it by rounding only.
    """

    def __init__(self, problem: FlowProblem, watch: Watch) -> None:
        self.problem = problem
        self.watch = watch
        self.best: Design | None = None
        self.rounds = 0
        # Without modules the last digits are cheap, and worth it: an objective is often
        # the difference of much larger costs and revenues.
        self.gap_share = 0.99 if problem.most.any() else 0.01
        rows = np.arange(problem.n_commodities)
        if not problem.most.any():
            rows = np.zeros_like(rows)
        self.forest: Forest = build_forest(problem, rows)
        first = self._first_paths()
        self.reached = problem.optional | np.isfinite(first[0])
        self.separator = Separator(problem)
        per_unit = np.where(np.isfinite(first[0]), first[0], 0.0) + problem.revenue
        cost = per_unit * problem.demand
        unit = float(cost[cost > 0].mean()) if (cost > 0).any() else 1.0
        self.rounding = ROUNDING * unit
        dearest = float(per_unit.max()) + unit / max(float(problem.demand.max()), 1e-9)
        self.master = Master(
            problem,
            unit=unit,
            penalty=np.full(problem.n_commodities, FIRST_PENALTY * dearest),
        )
        self.master.add_paths(*first[1:])
        if not problem.most.any():
            self._begin(float(cost.sum() / max(float(problem.demand.sum()), 1e-300)))

    @property
    def objective(self) -> float:
        """Cost of the best design; infinite while there is none."""
        return np.inf if self.best is None else self.best.objective

    def cutoff(self) -> float:
        """Return the bound from which on limits of the modules are of no use."""
        if self.best is None:
            return np.inf
        gap = self.gap_share * self.watch.stop.gap * abs(self.best.objective)
        return self.best.objective - max(gap, self.rounding)

    def run(
        self,
        limits: Limits,
        *,
        cut_rounds: int = 0,
        least: float = -np.inf,
        most_rounds: float = np.inf,
    ) -> Relaxed:
        """Generate paths and rows until the bound is reached, or is of no more use.

        Parameters
        ----------
        limits
            Fewest and most modules of each arc.
        cut_rounds
            Most rounds of cuts.
        least
            Bound known before.
        most_rounds
            Most masters to solve; the bound is true after any number.
        """
        self.master.limit_modules(*limits)
        state = Relaxed(
            bound=least, priced=-np.inf, module=self.problem.fixed_cost, answer=None
        )
        raises, end = 0, self.rounds + most_rounds
        while not self.watch.done(rounds=self.rounds) and self.rounds < end:
            answer = self.master.solve()
            self.rounds += 1
            if answer is None:
                return state
            priced = self._price(answer, limits)
            better = priced.bound > state.priced
            state = Relaxed(
                bound=max(state.bound, priced.bound),
                priced=priced.bound if better else state.priced,
                module=priced.module if better else state.module,
                answer=answer,
            )
            self._keep(answer)
            if state.bound >= self.cutoff():
                return state
            if self._improve(answer, priced, state.bound):
                continue
            if self._leaves_behind(answer):
                if raises == MOST_RAISES:
                    return state
                raises += 1
                self.master.raise_penalty(10.0)
            elif cut_rounds and self._cut(answer):
                cut_rounds -= 1
            else:
                return state
        return state

    def infeasible(self) -> bool:
        """Return whether prices prove that not all can be served that must be."""
        self.master.count_costs(costs=False)
        limits = (np.zeros_like(self.problem.most), self.problem.most)
        self.master.limit_modules(*limits)
        bound = 0.0
        while not self.watch.done(rounds=self.rounds) and bound <= TOLERANCE:
            answer = self.master.solve()
            self.rounds += 1
            if answer is None:
                break
            priced = self._price(answer, limits)
            bound = max(bound, priced.bound)
            if not self._improve(answer, priced, bound):
                break
        self.master.count_costs(costs=True)
        return bound > TOLERANCE

    def _first_paths(self) -> tuple[Floats, Integers, Integers, Integers]:
        problem = self.problem
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(problem.most > 0, problem.fixed_cost / problem.module, 0.0)
        prices = (problem.unit_cost + np.nan_to_num(share, posinf=0.0))[None, :]
        rows = np.zeros(problem.n_commodities, np.int64)
        forest = build_forest(problem, rows)
        worth = np.where(problem.demand > 0, np.inf, -np.inf)
        return cheapest_paths(forest, prices, worth)

    def _begin(self, worth: float) -> None:
        """Give the master the paths and capacities that an ascent of prices comes by."""
        climbed = climb(self.problem, self.forest, worth=worth, done=self.watch.done)
        for row in self.separator.capacities(climbed.scarce):
            self.master.add_row(row)
        self.master.add_paths(climbed.commodity, climbed.start, climbed.arcs)

    def _price(self, answer: Answer, limits: Limits) -> Priced:
        prices = sum_prices(
            self.problem, self.master.rows, answer.duals, costs=self.master.costs
        )
        return price(
            self.problem,
            self.forest,
            prices,
            limits=limits,
            worth=answer.worth - CLOSE * np.maximum(np.abs(answer.worth), CLOSE),
            unserved=self.master.unserved(),
        )

    def _improve(self, answer: Answer, priced: Priced, bound: float) -> bool:
        """Add paths and rows that the solution lacks; return whether there are any."""
        share = np.where(answer.share > LEAST_SHARE, answer.share, 0.0)
        flows = self.master.flows(share)
        rows = self.separator.needed(flows, answer.modules)
        for row in rows:
            self.master.add_row(row)
        if rows and not self.problem.most.any():
            # A master of many commodities goes on from its basis with new rows, or with
            # new paths; with both it begins anew.
            return True
        if not rows and answer.value - bound <= CLOSE * abs(answer.value):
            return False
        new = self.master.add_paths(priced.commodity, priced.start, priced.arcs)
        return bool(rows) or new > 0

    def _cut(self, answer: Answer) -> bool:
        """Add cuts that the solution violates; return whether there are any."""
        if not self.problem.most.any():
            return False
        share = np.where(answer.share > LEAST_SHARE, answer.share, 0.0)
        rows = self.separator.cuts(self.master.flows(share), answer.modules)
        for row in rows:
            self.master.add_row(row)
        return bool(rows)

    def _leaves_behind(self, answer: Answer) -> bool:
        left = max(float(answer.left.max()), answer.short)
        return left > TOLERANCE / 10

    def _keep(self, answer: Answer) -> None:
        """Make a design of the flows of a solution, and keep it if it is the best."""
        if self._leaves_behind(answer):
            return
        design = make_design(self.problem, self.master, answer)
        if design is not None and design.objective < self.objective:
            self.best = design


def make_design(problem: FlowProblem, master: Master, answer: Answer) -> Design | None:
    """Count the modules that the flows of a solution need; None if they do not fit."""
    share = np.where(answer.share > LEAST_SHARE, answer.share, 0.0)
    commodity = np.array(master.commodity, np.int64)
    total = np.bincount(commodity, share, problem.n_commodities)
    # What must be served is served in full; nothing is served more than in full.
    whole = ~problem.optional | (total > 1.0)
    if (total[~problem.optional] <= 0).any():
        return None
    factor = np.where(whole & (total > 0), 1.0 / np.where(total > 0, total, 1.0), 1.0)
    share *= factor[commodity]
    served = problem.demand * np.bincount(commodity, share, problem.n_commodities)
    k, arc, amount = master.flows(share)
    some = amount > 0
    k, arc, amount = k[some], arc[some], amount[some]
    load = np.bincount(arc, amount, problem.n_arcs).astype(np.float64)
    priced = problem.most > 0
    steps = np.divide(load, problem.module, out=np.zeros(problem.n_arcs), where=priced)
    modules = np.ceil(np.maximum(steps - TOLERANCE, 0.0)).astype(np.int64)
    modules = np.where(priced & (load > 0), np.maximum(modules, 1), 0)
    room = problem.module * np.where(priced, problem.most, 1)
    if (load > room * (1 + TOLERANCE)).any():
        return None
    objective = (
        float((problem.unit_cost[arc] * amount).sum())
        + float((problem.fixed_cost * modules).sum())
        - float((problem.revenue * served).sum())
    )
    return Design(
        objective=objective,
        commodity=k,
        arc=arc,
        amount=amount,
        modules=modules,
        served=served,
    )
