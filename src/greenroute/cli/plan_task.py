"""What `greenroute plan` does: reads, solves, writes the folder, and tells of it."""

import json
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import typer

import greenroute as gr
from greenroute import report
from greenroute.cli.answers import answer_with
from greenroute.cli.charges import charges_of
from greenroute.cli.options import Format
from greenroute.cli.output import Answer, say, write
from greenroute.plan.termination import Termination
from greenroute.solver.plans.objective import (
    CarbonBudget,
    CarbonPrice,
    LeastCost,
    Objective,
)
from greenroute.solver.stop import Watch

EXIT_SOME_FAILED, EXIT_INFEASIBLE = 3, 4
#: What tells how far the making of columns is.
PACE = "greenroute.solver.columns.pace"
#: Why an order is not planned although it could be read.
_NOT_SERVED = frozenset({"no_way", "not_within_limits", "no_room"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is planned, and how."""

    orders: Path
    objective: Objective
    seed: int
    watch: Watch
    folders: tuple[Path | None, Path | None, Path | None]
    cards: tuple[Path | None, Path | None, Path | None] = (None, None, None)
    late_usd_per_day: float | None = None
    commitments: Path | None = None

    def read(self) -> "tuple[gr.OrderBook, gr.Network, gr.Rates, gr.Charges | None]":
        """Read what it rests on."""
        from greenroute.orders.read import read_orders  # noqa: PLC0415 - pyarrow is slow
        from greenroute.solver.columns.compiled import is_compiled  # noqa: PLC0415 - likewise

        network, tariff, factors = self.folders
        with report.waiting("reading the orders and the network"):
            book = read_orders(self.orders)
            world, rates = gr.read_network(network), gr.read_rates(tariff, factors)
            charges = charges_of(world, rates, self.cards)
        say(f"planning {len(book):,} orders")
        if not is_compiled():
            say(
                "the first plan on a machine compiles for about a minute; "
                "'greenroute doctor --warm' does so ahead"
            )
        return book, world, rates, charges

    def params(self) -> "gr.PlanParams":
        """Read what is agreed; the rest of the params stays as it is."""
        from greenroute.plan.commitment import read_commitments  # noqa: PLC0415 - likewise
        from greenroute.solver.columns.column import PlanParams  # noqa: PLC0415 - likewise

        agreed = (
            None if self.commitments is None else read_commitments(self.commitments)
        )
        return PlanParams(late_usd_per_day=self.late_usd_per_day, commitments=agreed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is to be kept of an earlier plan, as it was typed."""

    folder: Path | None
    departed_before: datetime | None
    stability_usd: float
    avoid: tuple[str, ...]

    def check(self) -> None:
        """Raise where one option needs another."""
        if self.folder is not None and self.departed_before is None:
            msg = "expected --departed-before as well"
            raise typer.BadParameter(msg, param_hint="--from")
        for name, given in (
            ("--departed-before", self.departed_before is not None),
            ("--stability-usd", self.stability_usd != 0),
            ("--avoid", bool(self.avoid)),
        ):
            if given and self.folder is None:
                msg = "expected --from as well"
                raise typer.BadParameter(msg, param_hint=name)


def explain_folder(folder: Path, ids: tuple[str, ...], form: Format | None) -> None:
    """Tell why orders of a plan go their ways, from its folder."""
    # The solver loads numba: half a second that other commands need not wait.
    from greenroute.report import plan_explain  # noqa: PLC0415 - see above

    if not ids:
        msg = f"{folder} is a folder, expected an order book, or --explain ORDER_ID"
        raise typer.BadParameter(msg, param_hint="ORDERS")
    found = [plan_explain.read_order_explanation(folder, name) for name in ids]
    told = [plan_explain.explanation_json(one) for one in found]
    answer = Answer(
        page=lambda _: [
            part for one in found for part in (*plan_explain.explanation_table(one), "")
        ],
        texts={Format.JSON: lambda: _json({"explained": told})},
    )
    write(answer, form, None)


def tell_frontier(task: Task, folder: Path, points: int, form: Format | None) -> None:
    """Plan at several prices of carbon, and write a folder for each."""
    from greenroute.report import plan_folder, plan_table  # noqa: PLC0415 - see above
    from greenroute.solver.plans.frontier import plan_frontier  # noqa: PLC0415 - see above

    with _interruptible(task.watch):
        params = task.params()
        book, world, rates, charges = task.read()
        curve = plan_frontier(
            book,
            world,
            rates,
            points=points,
            seed=task.seed,
            watch=task.watch,
            progress=_progress,
            charges=charges,
            params=params,
        )
    first = curve.points[0].result
    if first.plan is None:
        _end(first, folder, None)
    basis = plan_folder.PlanBasis(
        network=world,
        rates=rates,
        orders=task.orders,
        objective=_words(task.objective),
        commitments=task.commitments,
        charges=charges,
    )
    plan_folder.write_frontier_folder(curve, folder, basis)
    write(answer_with(plan_table.frontier_sheet(curve)), form, None)
    _end(first, folder, None)


def plan_once(
    task: Task, folder: Path, keep: Keep, ids: tuple[str, ...], form: Format | None
) -> None:
    """Plan, write the folder, tell what came of it and what of it was asked for."""
    from greenroute.report import plan_explain, plan_folder  # noqa: PLC0415 - see above

    with _interruptible(task.watch):
        params = task.params()
        book, world, rates, charges = task.read()
        found = _solve(task, keep, (book, world, rates, charges, params), ids)
    if found.result.rate_cards:
        say(f"rate cards: {found.result.rate_cards}")
    basis = plan_folder.PlanBasis(
        network=world,
        rates=rates,
        orders=task.orders,
        objective=_words(task.objective),
        commitments=task.commitments,
        charges=charges,
    )
    if found.result.plan is not None:
        tables = {
            plan_explain.ALTERNATIVES: found.ways,
            plan_explain.CHANGES: found.changes,
        }
        more = {name: table for name, table in tables.items() if table is not None}
        plan_explain.write_explained_folder(found.result, folder, basis, more)
    write(_answer(found, ids, basis), form, None)
    _end(found.result, folder, found.conflict)


def _answer(found: "_Found", ids: tuple[str, ...], basis: Any) -> Answer:  # noqa: ANN401 - the type would load pyarrow
    from greenroute.report import (  # noqa: PLC0415 - see above
        plan_explain,
        plan_folder,
        plan_table,
    )
    from greenroute.solver.plans.explain_plan import read_explanation  # noqa: PLC0415 - likewise

    result = found.result
    explained = [
        read_explanation(found.ways, result.shadow_prices, name, result.plan.rejected)
        for name in ids
        if result.plan is not None
    ]

    def page(_: int) -> list[Any]:
        parts: list[Any] = list(plan_table.plan_table(result, basis.objective))
        if found.changes is not None:
            parts += ["", *plan_explain.changes_table(found.changes)]
        for one in explained:
            parts += ["", *plan_explain.explanation_table(one)]
        return parts

    def text() -> str:
        told = plan_folder.plan_summary(result, basis)
        if found.changes is not None:
            told["changes"] = plan_explain.count_changes(found.changes)
        if found.conflict is not None:
            told["conflict"] = found.conflict.text()
        if explained:
            told["explained"] = [plan_explain.explanation_json(o) for o in explained]
        return _json(told)

    return Answer(page=page, texts={Format.JSON: text})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A plan, and what is told of it."""

    result: "gr.PlanResult"
    ways: Any
    conflict: Any
    changes: Any


def _solve(
    task: Task,
    keep: Keep,
    basis: "tuple[gr.OrderBook, gr.Network, gr.Rates, gr.Charges | None, gr.PlanParams]",
    ids: tuple[str, ...],
) -> _Found:
    from greenroute.report.plan_explain import read_earlier  # noqa: PLC0415 - see above
    from greenroute.solver.plans import explain_plan, replan  # noqa: PLC0415 - see above

    book, world, rates, charges, params = basis
    _check_ids(book, ids)
    if keep.folder is None or keep.departed_before is None:
        result, ways, conflict = explain_plan.plan_with_ways(
            book,
            world,
            rates,
            objective=task.objective,
            watch=task.watch,
            seed=task.seed,
            progress=_progress,
            order_ids=ids,
            charges=charges,
            params=params,
        )
        return _Found(result=result, ways=ways, conflict=conflict, changes=None)
    again = replan.replan(
        book,
        world,
        rates,
        keep=replan.Changes(
            earlier=read_earlier(keep.folder),
            departed_before=keep.departed_before,
            stability_usd=keep.stability_usd,
            avoid=keep.avoid,
        ),
        objective=task.objective,
        seed=task.seed,
        watch=task.watch,
        progress=_progress,
        charges=charges,
        params=params,
    )
    ways, conflict = explain_plan.ways_and_conflict(
        again.problem, again.result, again.choice, ids
    )
    return _Found(
        result=again.result, ways=ways, conflict=conflict, changes=again.changes
    )


def _check_ids(book: "gr.OrderBook", ids: tuple[str, ...]) -> None:
    """Raise for a name that no order of a book has."""
    if not ids:
        return
    known = {*book.order_id.to_pylist(), *book.rejected["order_id"].to_pylist()}
    for name in ids:
        if name not in known:
            msg = f"the order book has no order {name!r}"
            raise typer.BadParameter(msg, param_hint="--explain")


def _end(result: "gr.PlanResult", folder: Path, conflict: Any) -> None:  # noqa: ANN401 - the type would load ortools
    """Say what was not done, and end with the exit code for it."""
    if result.termination is Termination.INFEASIBLE or result.plan is None:
        say(f"greenroute: {result.reason}")
        raise typer.Exit(EXIT_INFEASIBLE)
    if not len(result.plan.rejected):
        return
    if conflict is not None:
        say(f"greenroute: {conflict.text()}")
    count = len(result.plan.rejected)
    say(f"greenroute: {count:,} orders are not planned; see {folder}")
    codes = set(result.plan.rejected["error_code"].to_pylist())
    nothing_fits = not len(result.plan.assignments) and codes & _NOT_SERVED
    raise typer.Exit(EXIT_INFEASIBLE if nothing_fits else EXIT_SOME_FAILED)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


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
    """Let Ctrl-C end the search, and not the program; tell how columns get on.

    A second Ctrl-C ends the program.
    """

    def stop(_: int, __: FrameType | None) -> None:
        if watch.interrupted:
            raise KeyboardInterrupt
        watch.interrupted = True
        say("greenroute: stopping; the best plan so far is written")

    before = signal.signal(signal.SIGINT, stop)
    pace, teller = logging.getLogger(PACE), logging.StreamHandler()
    pace.addHandler(teller)
    pace.setLevel(logging.INFO)
    try:
        yield
    finally:
        pace.removeHandler(teller)
        signal.signal(signal.SIGINT, before)
