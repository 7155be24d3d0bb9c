"""Compiles every kernel once, so that no later command has to.

Compiling is work for one core, and a compiled kernel is found on disk by all processes.
So two of them share the work by parts that have few kernels in common, and a whole plan
at the end compiles what both left over. Without the collector of cyclic garbage, which
would go through all that the compiler keeps again and again.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from tempfile import TemporaryFile
from time import perf_counter
from typing import Self

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_array

from greenroute.errors import GreenrouteError
from greenroute.network.read import read_network
from greenroute.orders.order_book import OrderBook
from greenroute.orders.read import check_orders
from greenroute.orders.shipment import Shipment
from greenroute.rating.read import read_rates
from greenroute.solver.book.book import BY_VOLUME, Book, Lists
from greenroute.solver.book.book_anneal import Annealer
from greenroute.solver.book.book_boxes import move_boxes
from greenroute.solver.book.book_run import Run
from greenroute.solver.book.book_slack import slack_of_groups
from greenroute.solver.book.reduce_book import reduce_book
from greenroute.solver.book.solve_book import solve_book
from greenroute.solver.choose.choose_columns import choose_columns
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.flow.flow_design import flow_design
from greenroute.solver.plans.objective import LeastCost
from greenroute.solver.plans.plan_problem import state_book
from greenroute.solver.plans.solve import plan
from greenroute.solver.route import route
from greenroute.solver.search.contract import Arcs, contract
from greenroute.solver.search.one_to_all import OneToAll
from greenroute.solver.search.one_to_all_apex import OneToAllApex
from greenroute.solver.search.one_to_one import OneToOne
from greenroute.solver.search.pareto import pareto_front
from greenroute.solver.search.shortest_tree import shortest_tree
from greenroute.solver.stop import Rounds, Watch


def warm() -> Iterator[tuple[str, float]]:
    """Use everything compiled on a tiny instance; yield its name and seconds [s].

    Raises
    ------
    GreenrouteError
        If one of them fails elsewhere, with what it said.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        with _Other(OTHER_SHARE) as other:
            yield from map(_timed, SHARE)
            yield from other.ends()
        yield _timed(LAST)
    finally:
        if collects:
            gc.enable()


def use(name: str) -> None:
    """Use what a name of `TASKS` stands for, in this process."""
    TASKS[name]()


def use_all(names: Sequence[str]) -> None:
    """Use some in turn, and write name and seconds [s] of each as a line of JSON."""
    for name in names:
        sys.stdout.write(json.dumps(_timed(name)) + "\n")
        sys.stdout.flush()


def _timed(name: str) -> tuple[str, float]:
    begin = perf_counter()
    use(name)
    return name, perf_counter() - begin


class _Other:
    """A process that uses a share of the tasks meanwhile; killed if this one stops."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        code = f"import gc; gc.disable(); from {__name__} import use_all; use_all({names!r})"
        self._said = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed below
        self._process = subprocess.Popen(  # noqa: S603 - this Python, and names of `TASKS`
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            stderr=self._said,
            encoding="utf-8",
        )

    def ends(self) -> Iterator[tuple[str, float]]:
        """Yield name and seconds [s] of each task when it ends."""
        for line in self._process.stdout or ():
            name, seconds = json.loads(line)
            yield name, seconds
        if self._process.wait():
            self._said.seek(0)
            last = (self._said.read().strip().splitlines() or ["no message"])[-1]
            msg = f"compiling for {', '.join(self.names)} failed: {last}"
            raise GreenrouteError(msg)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()


# Two ways of two arcs each, and neither beats the other.
_TAIL, _HEAD = np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3])
_WEIGHTS = np.array([[1, 4, 1], [4, 1, 1], [1, 4, 1], [4, 1, 1]])


def _orders() -> OrderBook:
    """Return a few orders: whole boxes, shared ones and loose goods."""
    n = 4
    orders = pa.table(
        {
            "order_id": [f"O{i}" for i in range(n)],
            "customer_id": [f"C{i % 2}" for i in range(n)],
            # Places and whole markets, near and far: some ways are searched with a guide.
            "origin": ["CNBJS", "CNCTU", "CN", "CNBJS"],
            "destination": ["MMMDL", "USNYC", "MMMDL", "MA"],
            "mass_kg": [500.0 + 9_000.0 * i for i in range(n)],
            "volume_m3": [2.0 + 24.0 * i for i in range(n)],
            "ready_at": ["2026-07-06T08:00:00Z"] * n,
            "due_at": ["2026-10-05T08:00:00Z", ""] * (n // 2),
        }
    )
    return check_orders(orders, source="orders to warm up with")


def _plan() -> None:
    plan(_orders(), read_network(), read_rates(), stop=Rounds(2))


def _columns() -> None:
    state_book(
        _orders(),
        read_network(),
        read_rates(),
        objective=LeastCost(),
        # Some ways are searched exactly, the others under a few prices.
        params=PlanParams(exact_searches=2),
        watch=Watch(Rounds(1)),
    )


def _routes() -> None:
    shipment = Shipment(origin="CNSHA", destination="NLRTM", mass_kg=10_000)
    route(shipment, read_network(), read_rates())


def _book() -> None:
    """Choose for orders that share boxes, room and a carbon budget, or go loose."""
    n, n_groups = 12, 2
    ways = np.arange(2 * n_groups, dtype=np.int32)
    none, nowhere = np.zeros(n_groups, np.int64), np.zeros(n_groups, np.int32)
    ends = np.arange(n_groups + 1, dtype=np.int32)
    group, order = np.arange(n) % n_groups, np.arange(n)
    mass = 500 + 37 * order % 3_000
    cost = np.column_stack([order % 7, 3 * mass]).ravel()
    book = Book(
        mass=mass,
        volume=4 * mass,
        unserved_cost=np.full(n, 1_000_000),
        first_column=np.arange(0, 2 * n + 1, 2),
        route=np.column_stack([group, group + n_groups]).ravel().astype(np.int32),
        cost=cost,
        grams=np.column_stack([mass, mass // 2]).ravel(),
        route_groups=Lists(
            start=np.concatenate([ends, nowhere + n_groups]), items=ways[:n_groups]
        ),
        route_rows=Lists(
            start=np.concatenate([nowhere, ends]), items=ways[:n_groups] % 2
        ),
        row_measure=np.full(2, BY_VOLUME, np.int8),
        capacity=np.full(2, 20_000),
        box_mass=none + 20_000,
        box_volume=none + 60_000,
        box_cost=none + 9_000,
        fixed_cost=none + 500,
        max_boxes=none + 50,
        group_rows=Lists(start=ends, items=ways[:n_groups] % 2),
        group_use=none + 5_000,
        budget_of_order=np.zeros((n, 1), np.int32),
        budget=np.array([int(0.9 * mass.sum())]),
        carbon_price=0.001,
        commitment_row=np.array([0], np.int32),
        least=np.array([5_000]),
        short_cost=np.array([0.5]),
    )
    # Where volumes are agreed on, nothing is taken out.
    none = np.empty(0, np.int64)
    reduce_book(
        replace(
            book,
            commitment_row=none.astype(np.int32),
            least=none,
            short_cost=none.astype(np.float64),
        )
    )
    solve_book(book, stop=Rounds(2))
    # What only books of many orders need.
    run = Run(book, watch=Watch(Rounds(1)), seed=0, progress=None)
    run.raise_prices(None)
    run.begin(None)
    move_boxes(run.tables, run.state, run.room, turns=1, seed=[0], look=run.look)
    annealer = Annealer(run.tables, run.state, run.room, seed=0, both=True)
    annealer.aim(slack_of_groups(run.tables, run.state, run.proof))
    annealer.ruin(1.0)
    annealer.close()


def _front() -> None:
    pareto_front(4, _TAIL, _HEAD, _WEIGHTS, 0, 3)
    pareto_front(4, _TAIL, _HEAD, _WEIGHTS, 0, 3, epsilon=0.1)


def _all_pairs() -> None:
    arcs = Arcs(_TAIL, _HEAD, _WEIGHTS, _WEIGHTS, np.zeros(4, np.uint8))
    kept = np.array([True, False, False, True])
    arcs = contract(4, arcs, kept)
    ends = np.array([3])
    graph = OneToAll(4, arcs, ends, np.array([-1, -1, -1, 3]), first=0)
    graph.searcher().fronts(0)
    OneToOne(graph).front(0, 3)
    OneToAllApex(4, arcs, ends, epsilon=0.1, first=0).searcher().fronts(0)


def _tree() -> None:
    shortest_tree(4, _TAIL, _HEAD, _WEIGHTS[:, 0], 0)


def _flow() -> None:
    flow_design(2, [0], [1], [1], [1], [0], [(0, 1, 1)])


def _choice() -> None:
    choose_columns([0, 0], [1, 2], csr_array([[2.0, 1.0]]), [1])


#: Name and use of each.
TASKS: Mapping[str, Callable[[], None]] = {
    "choice for a book": _book,
    "choice of columns": _choice,
    "columns of a book": _columns,
    "route": _routes,
    "three-objective paths": _front,
    "matrix": _all_pairs,
    "flow design": _flow,
    "shortest paths": _tree,
    "plan": _plan,
}
#: What another process uses meanwhile, since it has few kernels in common with the rest;
#: about as long. What is last finds all of it, and compiles what is left.
OTHER_SHARE = ("choice for a book", "choice of columns")
LAST = "plan"
SHARE = tuple(name for name in TASKS if name not in {*OTHER_SHARE, LAST})
