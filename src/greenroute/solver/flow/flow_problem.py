"""A flow design, checked: arcs with capacities and modules, and what has to flow."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.errors import DataError
from greenroute.solver.search.search_graph import (
    LARGEST_COUNT,
    whole_number,
    whole_numbers,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Source, target, demand; a fourth column is the revenue.
N_FIELDS = 3
#: Floats are whole up to here.
LARGEST_WHOLE = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowProblem:
    """Arcs and commodities of a flow design.

    Attributes
    ----------
    n_nodes
        Number of nodes; they are 0 .. n_nodes-1.
    tail, head, unit_cost, fixed_cost
        Ends, cost per unit of flow and cost per module of each arc, (n_arcs,).
    module
        Capacity of one module, (n_arcs,). At most what could flow at all where a module
        has a price; infinite where capacity is free and has no limit.
    most
        Most modules that are of use, (n_arcs,); zero where they cost nothing.
    source, target, demand
        Ends and amount of each commodity, (n_commodities,).
    revenue
        Per unit that is served, (n_commodities,); zero where all must be served.
    optional
        Whether a commodity may be left behind, as one that is nothing, (n_commodities,).
    """

    n_nodes: int
    tail: Integers
    head: Integers
    unit_cost: Floats
    fixed_cost: Floats
    module: Floats
    most: Integers
    source: Integers
    target: Integers
    demand: Floats
    revenue: Floats
    optional: NDArray[np.bool_]

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    @property
    def n_commodities(self) -> int:
        """Number of commodities."""
        return len(self.demand)


def state_flow_problem(  # noqa: PLR0913, PLR0917 - the interface fixes the arguments
    n_nodes: int,
    tail: ArrayLike,
    head: ArrayLike,
    capacity: ArrayLike,
    unit_cost: ArrayLike,
    fixed_cost: ArrayLike,
    commodities: ArrayLike | Iterable[ArrayLike],
    max_modules: ArrayLike | None,
) -> FlowProblem:
    """Check the arguments of `flow_design` and say what they mean.

    Raises
    ------
    DataError
        Naming the argument, the place in it, what is there and what was expected.
    """
    n_nodes = whole_number("n_nodes", n_nodes, 1, LARGEST_COUNT)
    tails = whole_numbers("tail", tail, 1)
    n_arcs = len(tails)
    heads = whole_numbers("head", head, 1, n_rows=n_arcs)
    _check_ends("tail", tails, n_nodes)
    _check_ends("head", heads, n_nodes)
    capacities = amounts("capacity", capacity, n_arcs, infinite=True)
    unit_costs = amounts("unit_cost", unit_cost, n_arcs)
    fixed_costs = amounts("fixed_cost", fixed_cost, n_arcs)
    table = commodity_table(commodities, n_nodes)
    priced = fixed_costs > 0
    demand = table[:, 2]
    total = float(demand.sum())
    module = np.where(priced, np.minimum(capacities, total), capacities)
    with np.errstate(divide="ignore", invalid="ignore"):
        useful = np.where(priced & (module > 0), np.ceil(total / module), 0.0)
    most = np.minimum(useful, module_limits(max_modules, n_arcs))
    if n_arcs and most.max() > LARGEST_WHOLE:
        at = int(most.argmax())
        msg = f"capacity[{at}] is {capacities[at]:g}, too small to count modules of it"
        raise DataError(msg)
    return FlowProblem(
        n_nodes=n_nodes,
        tail=tails,
        head=heads,
        unit_cost=unit_costs,
        fixed_cost=fixed_costs,
        module=module,
        most=most.astype(np.int64),
        source=table[:, 0].astype(np.int64),
        target=table[:, 1].astype(np.int64),
        demand=demand,
        revenue=np.nan_to_num(table[:, 3]),
        optional=~np.isnan(table[:, 3]) | (demand == 0),
    )


def amounts(
    name: str, values: ArrayLike, n_rows: int, *, infinite: bool = False
) -> Floats:
    """Return an argument as float64 (n_rows,), every number >= 0, or a named error."""
    array = _numbers(name, values)
    if array.shape != (n_rows,):
        msg = f"{name} has the shape {array.shape}, expected ({n_rows},)"
        raise DataError(msg)
    wrong = ~(array >= 0) | (False if infinite else np.isinf(array))
    if wrong.any():
        at = int(np.argmax(wrong))
        what = "a number >= 0" if infinite else "a finite number >= 0"
        msg = f"{name}[{at}] is {array[at]}, expected {what}"
        raise DataError(msg)
    return array


def commodity_table(
    commodities: ArrayLike | Iterable[ArrayLike], n_nodes: int
) -> Floats:
    """Return source, target, demand and revenue per commodity; NaN without a revenue."""
    if isinstance(commodities, np.ndarray):
        rows = _numbers("commodities", commodities)
        if rows.ndim != 2 or rows.shape[1] not in (N_FIELDS, N_FIELDS + 1):  # noqa: PLR2004 - rows and columns
            msg = f"commodities has the shape {rows.shape}, expected (n, 3) or (n, 4)"
            raise DataError(msg)
        given = np.full(len(rows), rows.shape[1])
        table = np.full((len(rows), N_FIELDS + 1), np.nan)
        table[:, : rows.shape[1]] = rows
    else:
        table, given = _table_of_rows(commodities)
    if not len(table):
        msg = "commodities is empty, expected at least one (source, target, demand)"
        raise DataError(msg)
    _check_commodities(table, given, n_nodes)
    return table


def module_limits(max_modules: ArrayLike | None, n_arcs: int) -> Floats:
    """Return the most modules of each arc; infinite where there is no limit."""
    if max_modules is None:
        return np.full(n_arcs, np.inf)
    array = _numbers("max_modules", max_modules)
    if array.shape not in ((), (n_arcs,)):
        msg = f"max_modules has the shape {array.shape}, expected () or ({n_arcs},)"
        raise DataError(msg)
    wrong = np.atleast_1d(~(array >= 1) | (np.isfinite(array) & (array % 1 != 0)))
    if wrong.any():
        at = int(np.argmax(wrong))
        msg = (
            f"max_modules[{at}] is {np.atleast_1d(array)[at]}, expected an integer >= 1"
        )
        raise DataError(msg)
    return np.broadcast_to(array, n_arcs).astype(np.float64)


def _check_ends(name: str, nodes: Integers, n_nodes: int) -> None:
    """Raise a named error for the first node that does not exist."""
    wrong = (nodes < 0) | (nodes >= n_nodes)
    if wrong.any():
        at = int(np.argmax(wrong))
        msg = f"{name}[{at}] is {nodes[at]}, expected a node, 0 to {n_nodes - 1}"
        raise DataError(msg)


def _numbers(name: str, values: object) -> Floats:
    """Return an argument as an array of floats, or a named error."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        msg = f"{name} is not an array: {error}"
        raise DataError(msg) from None
    if array.size and array.dtype.kind not in "iuf":
        msg = f"{name} has the type {array.dtype}, expected numbers"
        raise DataError(msg)
    return array.astype(np.float64)


def _table_of_rows(
    commodities: ArrayLike | Iterable[ArrayLike],
) -> tuple[Floats, Integers]:
    """Return the table of commodities of different lengths, and these lengths."""
    if not isinstance(commodities, Iterable):
        msg = f"commodities is {commodities!r}, expected a row per commodity"
        raise DataError(msg)
    rows = [_numbers(f"commodities[{i}]", row) for i, row in enumerate(commodities)]
    table = np.full((len(rows), N_FIELDS + 1), np.nan)
    for i, row in enumerate(rows):
        if row.shape not in ((N_FIELDS,), (N_FIELDS + 1,)):
            msg = (
                f"commodities[{i}] has the shape {row.shape}, expected "
                f"(source, target, demand) or (source, target, demand, revenue)"
            )
            raise DataError(msg)
        table[i, : len(row)] = row
    return table, np.array([len(row) for row in rows], np.int64)


def _check_commodities(table: Floats, given: Integers, n_nodes: int) -> None:
    """Raise a named error for the first commodity that cannot be."""
    ends, demand = table[:, :2], table[:, 2]
    node = f"a node, 0 to {n_nodes - 1}"
    no_node = ~((ends >= 0) & (ends < n_nodes) & (ends % 1 == 0))
    no_demand = ~(demand >= 0) | np.isinf(demand)
    no_revenue = (given > N_FIELDS) & ~np.isfinite(table[:, 3])
    for wrong, column, expected in (
        (no_node[:, 0], 0, f"a source that is {node}"),
        (no_node[:, 1], 1, f"a target that is {node}"),
        (ends[:, 0] == ends[:, 1], 1, "a target other than the source"),
        (no_demand, 2, "a demand that is a finite number >= 0"),
        (no_revenue, 3, "a revenue that is a finite number"),
    ):
        if wrong.any():
            at = int(np.argmax(wrong))
            msg = f"commodities[{at}][{column}] is {table[at, column]:g}, expected {expected}"
            raise DataError(msg)
