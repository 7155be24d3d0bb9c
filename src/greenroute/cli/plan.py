"""`greenroute plan`: one plan for all orders of a book."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

import greenroute as gr
from greenroute import report
from greenroute.cli.answers import answer_with
from greenroute.cli.options import (
    FactorsFolder,
    Format,
    NetworkFolder,
    OutputFormat,
    TariffFolder,
    number,
)
from greenroute.cli.output import Answer, say, write
from greenroute.plan.termination import Termination
from greenroute.solver.objective import (
    CarbonBudget,
    CarbonPrice,
    LeastCost,
    Objective,
)
from greenroute.solver.stop import Stop, Watch

EXIT_SOME_FAILED, EXIT_INFEASIBLE = 3, 4
_SHARED = "Options of all"


def plan(
    orders: Annotated[
        Path,
        typer.Argument(
            metavar="ORDERS",
            help="Order book: .csv, .parquet, or JSON lines.",
        ),
    ],
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for the plan; complete or not at all.",
            rich_help_panel=_SHARED,
        ),
    ],
    carbon_budget_t: Annotated[
        float | None,
        typer.Option(
            metavar="T", parser=number, help="Most that the plan may emit, in t CO2e."
        ),
    ] = None,
    carbon_price_usd: Annotated[
        float | None,
        typer.Option(
            metavar="USD", parser=number, help="What a tonne of CO2e counts, in USD."
        ),
    ] = None,
    frontier: Annotated[
        int | None,
        typer.Option(
            min=2,
            metavar="N",
            help="Plans from least cost to least CO2e, at N prices of carbon: a folder "
            "each, and frontier.json.",
        ),
    ] = None,
    gap: Annotated[
        float,
        typer.Option(
            min=0, metavar="SHARE", help="Stop at this distance from the bound."
        ),
    ] = 0.005,
    time_limit_s: Annotated[
        float,
        typer.Option(min=0, metavar="S", help="Stop after this time, in s."),
    ] = 600.0,
    rounds: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Stop after N rounds, for the same plan every time.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the search.")] = 0,
    network: NetworkFolder = None,
    tariff: TariffFolder = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
) -> None:
    """Plan all orders of a book together: least cost, a carbon price or a budget.

    Orders with errors are set aside and named in rejected.parquet; the others are planned
    and the exit code is 3. Ctrl-C ends the search with the best plan so far and its bound.
    """
    # The solver loads numba: half a second that other commands need not wait.
    from greenroute.orders.read import read_orders  # noqa: PLC0415 - likewise pyarrow
    from greenroute.report import plan_folder, plan_table  # noqa: PLC0415 - see above
    from greenroute.solver import solve  # noqa: PLC0415 - see above
    from greenroute.solver.frontier import plan_frontier  # noqa: PLC0415 - see above

    if frontier is not None and (carbon_budget_t, carbon_price_usd) != (None, None):
        msg = "expected it without a budget or a price"
        raise typer.BadParameter(msg, param_hint="--frontier")
    objective = _objective(carbon_budget_t, carbon_price_usd)
    plan_folder.check_target(out)
    most_rounds = inf if rounds is None else rounds
    watch = Watch(Stop(gap=gap, seconds=time_limit_s, rounds=most_rounds))
    with _interruptible(watch):
        with report.waiting("reading the orders and the network"):
            book = read_orders(orders)
            world, rates = gr.read_network(network), gr.read_rates(tariff, factors)
        say(f"planning {len(book):,} orders")
        if frontier is not None:
            curve = plan_frontier(
                book, world, rates, points=frontier, seed=seed, watch=watch
            )
        else:
            result = solve.plan(
                book,
                world,
                rates,
                objective=objective,
                seed=seed,
                watch=watch,
                progress=_progress,
            )
    words = _words(objective)
    basis = plan_folder.PlanBasis(
        network=world, rates=rates, orders=orders, objective=words
    )
    if frontier is not None:
        plan_folder.write_frontier_folder(curve, out, basis)
        sheet = plan_table.frontier_sheet(curve)
        write(answer_with(sheet), form, None)
        result = curve.points[0].result
    else:
        if result.plan is not None:
            plan_folder.write_plan_folder(result, out, basis)
        answer = Answer(
            page=lambda _: plan_table.plan_table(result, words),
            texts={Format.JSON: lambda: plan_folder.summary_json(result, basis)},
        )
        write(answer, form, None)
    if result.termination is Termination.INFEASIBLE:
        say(f"greenroute: {result.reason}")
        raise typer.Exit(EXIT_INFEASIBLE)
    if result.plan is not None and len(result.plan.rejected):
        count = len(result.plan.rejected)
        say(f"greenroute: {count:,} orders are not planned; see {out}")
        raise typer.Exit(EXIT_SOME_FAILED)


def _objective(budget_t: float | None, price_usd: float | None) -> Objective:
    if budget_t is not None and price_usd is not None:
        msg = "expected a budget or a price, not both"
        raise typer.BadParameter(msg, param_hint="--carbon-budget-t")
    if budget_t is not None:
        return CarbonBudget(tonnes=budget_t)
    if price_usd is not None:
        return CarbonPrice(usd_per_tonne=price_usd)
    return LeastCost()


def _words(objective: Objective) -> str:
    match objective:
        case LeastCost():
            return "least cost"
        case CarbonPrice():
            return f"carbon price {objective.usd_per_tonne:g} USD/t"
        case CarbonBudget():
            return f"carbon budget {objective.tonnes:g} t"


def _progress(
    rounds: int, seconds: float, objective: float, bound: float, gap: float
) -> None:
    """Tell what was reached: one line that is written over on a terminal."""
    text = (
        f"round {rounds:,}, {seconds:.0f} s: objective {objective:,.0f} USD, bound "
        f"{bound:,.0f} USD, gap {gap:.2%}"
    )
    if sys.stderr.isatty():
        print(f"\r{text:<79}", end="", file=sys.stderr, flush=True)
    else:
        say(text)


@contextmanager
def _interruptible(watch: Watch) -> Iterator[None]:
    """Let Ctrl-C end the search, and not the program; a second one ends the program."""

    def stop(_: int, __: FrameType | None) -> None:
        if watch.interrupted:
            raise KeyboardInterrupt
        watch.interrupted = True
        say("greenroute: stopping; the best plan so far is written")

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
