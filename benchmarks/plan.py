"""Plans made-up order books and prints what was reached: `python -m benchmarks.plan`.

One line per book: seconds of making the columns and of the search, objective, bound, the
gap among the columns, the saving against greedy, and the peak of memory. Each book runs in
a process of its own, so that the peak is its own.

    python -m benchmarks.plan --orders 100 1000 10000 --seconds 60

With `--plain`, two lines more per book: CP-SAT and HiGHS on the whole book as one plain
model, for as long as the search took here. With `--points 12` the frontier of cost and CO2e
of each book, in four times the seconds of one plan: a line per point, with its gap.
"""

import argparse
import platform
import resource
import subprocess
import sys
from time import perf_counter

import greenroute as gr
from benchmarks.order_book import make_book
from benchmarks.plain_models import by_cpsat, by_highs
from greenroute.orders.read import check_orders
from greenroute.plan.check_plan import check_plan
from greenroute.solver.book.book import Book
from greenroute.solver.columns.column import PlanParams
from greenroute.solver.plans.frontier import plan_frontier
from greenroute.solver.plans.objective import LeastCost
from greenroute.solver.plans.plan_problem import state_book
from greenroute.solver.plans.solve import solve_problem
from greenroute.solver.stop import Stop, Watch, relative_gap
from greenroute.units import CENTS_PER_USD

#: Orders, and seconds in all that the interface of the planner allows for them.
BOOKS = {100: 10, 1_000: 60, 10_000: 180, 100_000: 300, 1_000_000: 600}
HEAD = (
    "  orders  columns  make s  solve s    objective        bound    gap %"
    "  USD saved %  CO2e saved %  GB  complaints"
)
FRONTIER_HEAD = (
    "  orders  USD/t CO2e         cost USD     t CO2e    gap %   seconds  GB"
)
#: A frontier may take so many times the seconds of one plan.
FRONTIER_TIMES = 4
_CHECKED = 20_000
PLAIN = {"plain CP-SAT": by_cpsat, "plain HiGHS": by_highs}


def run(n_orders: int, seconds: float, seed: int, *, plain: bool) -> str:
    """Plan one book and return its line, and those of plain models."""
    network, rates = gr.read_network(), gr.read_rates()
    orders = check_orders(make_book(n_orders, seed=seed), source="benchmark")
    watch, begin = Watch(Stop(gap=0.001, seconds=seconds)), perf_counter()
    objective = LeastCost()
    problem = state_book(
        orders, network, rates, objective=objective, params=PlanParams(), watch=watch
    )
    made = perf_counter() - begin
    result, _ = solve_problem(problem, objective, watch=watch, seed=seed)
    took = perf_counter() - begin - made
    plan, greedy = result.plan, result.greedy
    assert plan is not None
    complaints = (
        str(len(check_plan(plan, orders, network, rates)))
        if n_orders <= _CHECKED
        else "-"
    )
    saved_usd = 100 * (1 - plan.cost_usd / greedy.cost_usd)
    saved_kg = 100 * (1 - plan.wtw_kg_co2e / greedy.wtw_kg_co2e)
    line = (
        f"{n_orders:8,} {result.columns:8,} {made:7.1f} {took:8.1f} "
        f"{result.objective_usd:12,.0f} {result.bound_usd:12,.0f} {100 * result.gap:8.2f} "
        f"{saved_usd:12.2f} {saved_kg:13.2f} {_peak_gb():4.1f} {complaints:>10}"
    )
    if not plain:
        return line
    return "\n".join([line, *(_plain_line(name, problem.book, took) for name in PLAIN)])


def frontier(n_orders: int, seconds: float, seed: int, *, points: int) -> str:
    """Return a line per point of the frontier of one book."""
    network, rates = gr.read_network(), gr.read_rates()
    orders = check_orders(make_book(n_orders, seed=seed), source="benchmark")
    begin = perf_counter()
    stop = Stop(gap=0.001, seconds=FRONTIER_TIMES * seconds)
    found = plan_frontier(orders, network, rates, points=points, stop=stop, seed=seed)
    took = perf_counter() - begin
    return "\n".join(
        f"{n_orders:8,} {point.carbon_price_usd:11,.1f} {point.cost_usd:16,.0f} "
        f"{point.wtw_tonnes:10,.1f} {100 * point.gap:8.2f} {took:9.1f} {_peak_gb():3.1f}"
        for point in found.points
    )


def _peak_gb() -> float:
    # The system counts in KiB.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def _plain_line(name: str, book: Book, seconds: float) -> str:
    begin = perf_counter()
    objective, bound = (cents / CENTS_PER_USD for cents in PLAIN[name](book, seconds))
    gap = 100 * relative_gap(objective, min(bound, objective))
    return (
        f"{name:>26} {perf_counter() - begin:8.1f} "
        f"{objective:12,.0f} {bound:12,.0f} {gap:8.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Plan made-up order books.")
    parser.add_argument("--orders", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument(
        "--seconds", type=float, help="limit in all; else that of BOOKS"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="plain models as well")
    parser.add_argument("--points", type=int, help="the frontier, with so many points")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.inside:
        seconds = words.seconds or BOOKS.get(words.orders[0], 60)
        if words.points:
            print(frontier(words.orders[0], seconds, words.seed, points=words.points))
        else:
            print(run(words.orders[0], seconds, words.seed, plain=words.plain))
        return
    print(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}"
    )
    print(FRONTIER_HEAD if words.points else HEAD, flush=True)
    for n_orders in words.orders:
        more = [] if words.seconds is None else ["--seconds", str(words.seconds)]
        more += ["--plain"] if words.plain else []
        more += [f"--points={words.points}"] if words.points else []
        subprocess.run(
            [
                sys.executable,
                "-m",
                "benchmarks.plan",
                "--inside",
                "--orders",
                str(n_orders),
                "--seed",
                str(words.seed),
                *more,
            ],
            check=True,
        )


if __name__ == "__main__":
    main()
