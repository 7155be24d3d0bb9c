"""Order books whose orders choose one route each, beside their proven optima.

    python benchmarks/quality/choose.py FOLDER [--orders N]...

FOLDER holds `NAME.json` (orders with routes, capacities of legs, a CO2e budget) and
`NAME.expected.json` (the optimum). To be outsourced is one more column of an order. Then
come books of our own of the same kind: their gap is that to our own bound. Exits 1 if an
optimum differs.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from greenroute.solver.choose.choose_columns import Choice, choose_columns
from greenroute.solver.stop import Gap, TimeLimit

ORDERS = (40, 120, 500, 2_000)
#: Time for a book of our own [s].
SECONDS = 60.0
HEADER = (
    f"{'book':14} {'orders':>7} {'columns':>8} {'rows':>5} {'objective':>14} "
    f"{'bound':>14} {'gap':>9} {'claims':9} {'rounds':>6} {'seconds':>8} answer"
)


class Book(NamedTuple):
    """The arguments of `choose_columns`."""

    order: NDArray[np.int64]
    cost: NDArray[np.int64]
    usage: "sparse.csr_array[np.float64]"
    capacity: NDArray[np.float64]


def read_book(instance: dict[str, Any]) -> Book:
    """Return an instance as arrays; the last row is the CO2e budget."""
    order: list[int] = []
    cost: list[int] = []
    entries: list[tuple[int, int, int]] = []
    capacity = [*instance["capacity_teu"], instance["co2_budget"]]
    for number, each in enumerate(instance["orders"]):
        for route in each["routes"]:
            entries += [(leg, len(cost), each["teu"]) for leg in route["legs"]]
            entries.append((len(capacity) - 1, len(cost), route["co2"]))
            order.append(number)
            cost.append(route["cost"])
        order.append(number)
        cost.append(each["outsource_cost"])
    row, column, amount = np.array(entries).T
    usage = sparse.csr_array(
        (amount.astype(float), (row, column)), shape=(len(capacity), len(cost))
    )
    return Book(np.array(order), np.array(cost), usage, np.array(capacity, float))


def random_book(n_orders: int, *, n_routes: int = 6, seed: int = 0) -> Book:
    """Return a book like those of the cases: whole orders, full legs, scarce CO2e.

    A dear route is a clean one; there is a leg for every four orders, up to a thousand.
    """
    random = np.random.default_rng(seed)
    n_legs = min(max(n_orders // 4, 12), 1_000)
    n_columns = n_orders * (n_routes + 1)
    order = np.repeat(np.arange(n_orders), n_routes + 1)
    outsourced = np.arange(n_columns) % (n_routes + 1) == n_routes
    teu = random.integers(1, 9, n_orders)
    base = random.uniform(500, 1_500, n_orders)
    clean = random.uniform(size=n_columns)
    price = base[order] * np.where(
        outsourced, random.uniform(2.0, 3.2, n_columns), 1.0 + 1.2 * clean
    )
    co2 = np.rint(teu[order] * (600 + 1_200 * (1 - clean)))
    co2[outsourced] = 0
    legs = random.integers(0, n_legs, (n_columns, 3))
    used = np.arange(3) < random.integers(1, 4, n_columns)[:, None]
    used &= ~outsourced[:, None]
    # A leg twice in a route counts once.
    used[:, 1] &= legs[:, 1] != legs[:, 0]
    used[:, 2] &= (legs[:, 2] != legs[:, 0]) & (legs[:, 2] != legs[:, 1])
    column, place = np.nonzero(used)
    usage = sparse.csr_array(
        (
            np.concatenate([teu[order[column]], co2]).astype(float),
            (
                np.concatenate([legs[column, place], np.full(n_columns, n_legs)]),
                np.concatenate([column, np.arange(n_columns)]),
            ),
        ),
        shape=(n_legs + 1, n_columns),
    )
    cost = np.rint(teu[order] * price).astype(np.int64)
    cheapest = cost.reshape(n_orders, -1).argmin(axis=1)
    load = usage[:, np.arange(n_orders) * (n_routes + 1) + cheapest].sum(axis=1)
    capacity = np.rint(2.3 * teu.sum() / n_legs * random.uniform(0.8, 1.2, n_legs + 1))
    capacity[n_legs] = np.rint(0.85 * load[n_legs])
    return Book(order, cost, usage, capacity)


def describe(
    name: str, book: Book, choice: Choice, *, seconds: float, answer: str
) -> str:
    """Return a line of the table."""
    n_rows, n_columns = book.usage.shape
    return (
        f"{name:14} {book.order[-1] + 1:7,} {n_columns:8,} {n_rows:5,} "
        f"{choice.objective:14,.0f} {choice.bound:14,.0f} {choice.gap:9.2e} "
        f"{choice.termination:9} {choice.rounds:6} {seconds:8.2f} {answer}"
    )


def run_cases(folder: Path) -> Iterator[bool]:
    """Solve the cases; yield whether each optimum is the proven one."""
    for path in sorted(folder.glob("*.expected.json")):
        name = path.name.removesuffix(".expected.json")
        expected = json.loads(path.read_text(encoding="utf-8"))["optimum"]
        text = path.with_name(f"{name}.json").read_text(encoding="utf-8")
        book = read_book(json.loads(text))
        begin = perf_counter()
        choice = choose_columns(*book)
        seconds = perf_counter() - begin
        same = choice.objective == expected and choice.bound == expected
        answer = "proven" if same else f"DIFFERS from {expected}"
        print(describe(name, book, choice, seconds=seconds, answer=answer), flush=True)
        yield same


def main() -> int:
    """Run every book; 0 if all optima are the proven ones or there are no cases."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder with the instances")
    parser.add_argument(
        "--orders", type=int, action="append", help="size of a book of our own"
    )
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="most time for such a book"
    )
    arguments = parser.parse_args()
    # The first choice of a process waits for the compiled kernels.
    choose_columns([0, 0], [1, 2], sparse.csr_array([[2.0, 1.0]]), [1])
    print(HEADER)
    results = list(run_cases(arguments.folder))
    if results:
        print(f"{sum(results)} of {len(results)} optima are the proven ones")
    else:
        print(f"{arguments.folder}: no instances (NAME.expected.json)")
    for n_orders in arguments.orders or ORDERS:
        book = random_book(n_orders)
        begin = perf_counter()
        choice = choose_columns(
            *book, stop=Gap(1e-6) | TimeLimit(arguments.seconds), seed=0
        )
        line = describe(
            f"random{n_orders}",
            book,
            choice,
            seconds=perf_counter() - begin,
            answer="our bound",
        )
        print(line, flush=True)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
