"""`greenroute plan`: one plan for all orders of a book."""

from datetime import datetime
from math import inf, isfinite
from pathlib import Path
from typing import Annotated

import typer

from greenroute.cli.charges import (
    CardErrors,
    CardFile,
    OwnRates,
    check_card_errors,
)
from greenroute.cli.options import (
    FactorsFolder,
    NetworkFolder,
    OutputFormat,
    TariffFolder,
    moment,
    number,
)
from greenroute.cli.plan_task import (
    Keep,
    Task,
    explain_folder,
    plan_once,
    tell_frontier,
)
from greenroute.solver.plans.objective import (
    CarbonBudget,
    CarbonPrice,
    LeastCost,
    Objective,
)
from greenroute.solver.stop import Stop, Watch

_SHARED = "Options of all"


def plan(
    orders: Annotated[
        Path,
        typer.Argument(
            metavar="ORDERS",
            help="Order book: .csv, .parquet, or JSON lines; or, to explain an order of "
            "it, the folder of a plan.",
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for the plan; complete or not at all.",
            rich_help_panel=_SHARED,
        ),
    ] = None,
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
    explain: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORDER_ID",
            help="Say why this order goes its way, and what others would cost; may be "
            "repeated.",
        ),
    ] = None,
    lateness_usd_per_day: Annotated[
        float | None,
        typer.Option(
            metavar="USD",
            parser=number,
            help="Orders may arrive up to two weeks after they are due, at this price of a "
            "day, in USD; without it due dates are kept.",
        ),
    ] = None,
    commitments: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Least volumes agreed with carriers, by lane and week: .csv or .parquet.",
        ),
    ] = None,
    earlier: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Plan again from the plan in this folder: what has departed stays.",
        ),
    ] = None,
    departed_before: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            metavar="T",
            help="With --from: what departs before has departed; ISO 8601 with offset.",
        ),
    ] = None,
    stability_usd: Annotated[
        float,
        typer.Option(
            metavar="USD",
            parser=number,
            help="With --from: what it must save to move an order, in USD.",
        ),
    ] = 0.0,
    avoid: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="With --from: passage, mode, service:NAME, embargo:LIST, market or place "
            "that cannot be used from now on; may be repeated.",
        ),
    ] = None,
    card: CardFile = None,
    own_rates: OwnRates = None,
    card_errors: CardErrors = None,
    network: NetworkFolder = None,
    tariff: TariffFolder = None,
    factors: FactorsFolder = None,
    form: OutputFormat = None,
) -> None:
    """Plan all orders of a book together: least cost, a carbon price or a budget.

    Orders with errors are set aside and named in rejected.parquet; the others are planned
    and the exit code is 3. If none can be served, it is 4. Ctrl-C ends the search with the
    best plan so far and its bound.
    """
    ids = tuple(explain or ())
    if orders.is_dir():
        explain_folder(orders, ids, form)
        return
    folder = _target(out)
    check_card_errors(card, card_errors)
    objective = _objective(carbon_budget_t, carbon_price_usd)
    _check_frontier(frontier, objective, plain=not ids and earlier is None)
    keep = Keep(
        folder=earlier,
        departed_before=departed_before,
        stability_usd=stability_usd,
        avoid=tuple(avoid or ()),
    )
    keep.check()
    most_rounds = inf if rounds is None else rounds
    watch = Watch(Stop(gap=gap, seconds=time_limit_s, rounds=most_rounds))
    task = Task(
        orders=orders,
        objective=objective,
        seed=seed,
        watch=watch,
        folders=(network, tariff, factors),
        late_usd_per_day=_at_least_0(lateness_usd_per_day, "--lateness-usd-per-day"),
        commitments=commitments,
        cards=(card, own_rates, card_errors),
    )
    if frontier is not None:
        tell_frontier(task, folder, frontier, form)
    else:
        plan_once(task, folder, keep, ids, form)


def _target(out: Path | None) -> Path:
    from greenroute.report import plan_folder  # noqa: PLC0415 - it loads the solver

    if out is None:
        msg = "expected a folder for the plan"
        raise typer.BadParameter(msg, param_hint="--out")
    plan_folder.check_target(out)
    return out


def _at_least_0(value: float | None, name: str) -> float | None:
    if value is not None and not (isfinite(value) and value >= 0):
        msg = f"{value:g} is too little, expected a number >= 0"
        raise typer.BadParameter(msg, param_hint=name)
    return value


def _check_frontier(frontier: int | None, objective: Objective, *, plain: bool) -> None:
    if frontier is None:
        return
    if not isinstance(objective, LeastCost):
        msg = "expected it without a budget or a price"
        raise typer.BadParameter(msg, param_hint="--frontier")
    if not plain:
        msg = "expected it without --explain and --from"
        raise typer.BadParameter(msg, param_hint="--frontier")


def _objective(budget_t: float | None, price_usd: float | None) -> Objective:
    if budget_t is not None and price_usd is not None:
        msg = "expected a budget or a price, not both"
        raise typer.BadParameter(msg, param_hint="--carbon-budget-t")
    if budget_t is not None:
        return CarbonBudget(tonnes=budget_t)
    if price_usd is not None:
        return CarbonPrice(usd_per_tonne=price_usd)
    return LeastCost()
