"""Rows of the master problem, and the bound that their prices prove.

Every row reads: modules times coefficients, less the flow of some commodities over some
arcs, is at least a constant. Capacities, links and cuts are all of this kind, so that one
function turns prices into the bound of a Lagrangian relaxation of all rows: each
commodity takes its cheapest path, each arc its cheapest number of modules. It holds for
any prices >= 0, whatever the solver that gave them claims.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.solver.flow.flow_paths import Forest, cheapest_paths
from greenroute.solver.flow.flow_problem import FlowProblem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """coefficient @ modules[priced] - flow of the members over the arcs >= least.

    Attributes
    ----------
    priced, coefficient
        Arcs whose modules are counted, and how, (n,).
    arcs
        Arcs whose flow is counted.
    members
        Commodities whose flow is counted; None for all.
    least
        Right side.
    scale
        What the row is divided by before a solver sees it.
    """

    priced: Integers
    coefficient: Floats
    arcs: Integers
    members: Integers | None
    least: float
    scale: float


class Prices(NamedTuple):
    """What the rows say that flow and modules cost.

    Attributes
    ----------
    flow
        Price per unit by row of commodities and arc, (n_rows, n_arcs).
    module
        Reduced cost of a module, (n_arcs,).
    constant
        Worth of the right sides, less the revenue of all that could be served.
    """

    flow: Floats
    module: Floats
    constant: float


class Priced(NamedTuple):
    """A bound, and the paths that would improve the master.

    Attributes
    ----------
    bound
        No design within the limits of the modules costs less.
    module
        Reduced cost of a module, (n_arcs,).
    commodity, start, arcs
        Paths, as from `cheapest_paths`.
    """

    bound: float
    module: Floats
    commodity: Integers
    start: Integers
    arcs: Integers


def sum_prices(
    problem: FlowProblem, rows: list[Row], duals: Floats, *, costs: bool
) -> Prices:
    """Add the prices of the rows to the costs, or to nothing.

    Parameters
    ----------
    duals
        Price of each row; what is below zero counts as zero.
    costs
        Whether the costs count. Without them only what is left behind does.
    """
    n_rows = problem.n_commodities if problem.most.any() else 1
    factor = 1.0 if costs else 0.0
    flow = np.tile(problem.unit_cost * factor, (n_rows, 1))
    module = problem.fixed_cost * factor
    constant = -factor * float((problem.demand * problem.revenue).sum())
    for at in np.flatnonzero(duals > 0):
        row, dual = rows[at], duals[at]
        module[row.priced] -= dual * row.coefficient
        constant += dual * row.least
        if row.members is None:
            flow[:, row.arcs] += dual
        else:
            flow[np.ix_(row.members, row.arcs)] += dual
    return Prices(flow, module, constant)


def price(
    problem: FlowProblem,
    forest: Forest,
    prices: Prices,
    *,
    limits: tuple[Integers, Integers],
    worth: Floats,
    unserved: Floats,
) -> Priced:
    """Return the bound of the prices, and the paths below what commodities are worth.

    Parameters
    ----------
    limits
        Fewest and most modules of each arc.
    worth
        A path of a commodity that is cheaper per unit than this is wanted.
    unserved
        Cost per unit that stays behind: lost revenue, or infinite where none may.
    """
    distance, commodity, start, arcs = cheapest_paths(forest, prices.flow, worth)
    least, most = limits
    some = problem.demand > 0
    per_unit = np.minimum(distance, unserved)[some]
    bound = (
        prices.constant
        + float(np.minimum(prices.module * least, prices.module * most).sum())
        + float((problem.demand[some] * per_unit).sum())
    )
    return Priced(bound, prices.module, commodity, start, arcs)


def capacity_row(problem: FlowProblem, arc: int) -> Row:
    """Return: what flows over an arc fits its modules."""
    module = float(problem.module[arc])
    free = problem.most[arc] == 0
    return Row(
        priced=np.array([], np.int64) if free else np.array([arc]),
        coefficient=np.array([]) if free else np.array([module]),
        arcs=np.array([arc]),
        members=None,
        least=-module if free else 0.0,
        scale=module,
    )


def link_row(problem: FlowProblem, arc: int, commodity: int) -> Row:
    """Return: one commodity flows over an arc only as far as there are modules."""
    most = float(min(problem.demand[commodity], problem.module[arc]))
    return Row(
        priced=np.array([arc]),
        coefficient=np.array([most]),
        arcs=np.array([arc]),
        members=np.array([commodity]),
        least=0.0,
        scale=most,
    )
