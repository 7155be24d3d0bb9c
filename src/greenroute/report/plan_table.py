"""A plan for a terminal: what it costs and emits, what is proven, what it saves."""

from collections.abc import Sequence

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from greenroute.plan.plan import Plan
from greenroute.plan.termination import Termination
from greenroute.report.sheet import Sheet
from greenroute.solver.plans.frontier import PlanFrontier
from greenroute.solver.plans.result import PlanResult, ShadowPrice
from greenroute.units import KG_PER_TONNE

#: Shadow prices and kinds of errors that are listed.
LISTED = 8
_PERCENT = 100


def plan_table(result: PlanResult, objective: str) -> list[RenderableType]:
    """Return a plan as parts of a page.

    Parameters
    ----------
    objective
        What was asked for, in words.
    """
    if result.plan is None:
        return [
            Text(f"{objective}: {result.termination}", style="bold"),
            Text(result.reason),
        ]
    plan = result.plan
    head = Text.assemble(
        (f"{len(plan.assignments):,} orders planned", "bold"),
        f", {len(plan.rejected):,} rejected; {objective}",
    )
    parts: list[RenderableType] = [head, _proof(result), "", _beside_greedy(result)]
    if plan.late_orders:
        parts.append(_lateness(plan))
    if len(plan.commitments):
        parts += ["", _commitments(plan)]
    modes = _modes(result)
    if modes is not None:
        parts += ["", modes]
    if result.shadow_prices:
        parts += ["", _prices(result.shadow_prices)]
    if len(plan.rejected):
        parts += ["", _errors(result)]
    note = (
        "USD from door to door, boxes shared by chargeable volume. CO2e well to wheel. "
        "Greedy: every order its cheapest way by itself, first come, first served."
    )
    return [*parts, "", Text(note, style="dim")]


def _proof(result: PlanResult) -> Text:
    share = f"{result.gap * _PERCENT:.2f} %"
    text = (
        f"objective {result.objective_usd:,.0f} USD, bound {result.bound_usd:,.0f} USD, "
        f"gap {share} over {result.columns:,} candidate columns"
    )
    if result.termination is Termination.OPTIMAL:
        text += " (optimal among them)"
    full = (
        "unknown" if result.full_gap is None else f"{result.full_gap * _PERCENT:.2f} %"
    )
    return Text(f"{text}; gap to all itineraries: {full}")


def _lateness(plan: Plan) -> Text:
    hours = np.asarray(plan.assignments["late_h"])
    ids = plan.assignments["order_id"].to_pylist()
    worst = int(np.argmax(hours))
    orders = "order" if plan.late_orders == 1 else "orders"
    return Text(
        f"{plan.late_orders:,} {orders} late for {plan.late_usd:,.2f} USD; latest: "
        f"{ids[worst]}, {hours[worst]:,.1f} h"
    )


def _commitments(plan: Plan) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("commitment", overflow="fold")
    for heading in ("least t", "used t", "short t", "USD"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in plan.commitments.to_pylist():
        usd = row["short_usd"]
        table.add_row(
            Text(row["commitment_id"]),
            f"{row['least_t']:,.1f}",
            f"{row['used_t']:,.1f}",
            f"{row['short_t']:,.1f}",
            "" if usd is None else f"{usd:,.0f}",
        )
    return table


def _beside_greedy(result: PlanResult) -> Table:
    plan, greedy = result.plan, result.greedy
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for heading in ("plan", "greedy", "saving"):
        table.add_column(heading, justify="right", no_wrap=True)
    if plan is None:
        return table
    for name, mine, other, form in (
        ("USD", plan.cost_usd, greedy.cost_usd, ",.0f"),
        (
            "t CO2e",
            plan.wtw_kg_co2e / KG_PER_TONNE,
            greedy.wtw_kg_co2e / KG_PER_TONNE,
            ",.1f",
        ),
    ):
        saved = "–" if not other else f"{(other - mine) / other * _PERCENT:.1f} %"
        table.add_row(name, format(mine, form), format(other, form), saved)
    table.add_row("orders", f"{len(plan.assignments):,}", f"{greedy.assigned:,}", "")
    return table


def _modes(result: PlanResult) -> Table | None:
    if result.plan is None or not len(result.plan.assignments):
        return None
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("by", overflow="fold")
    for heading in ("orders", "USD", "t CO2e"):
        table.add_column(heading, justify="right", no_wrap=True)
    sums = (
        result.plan.assignments.group_by("modes")
        .aggregate([("modes", "count"), ("cost_usd", "sum"), ("wtw_kg_co2e", "sum")])
        .sort_by([("modes_count", "descending"), ("modes", "ascending")])
    )
    for row in sums.slice(0, LISTED).to_pylist():
        table.add_row(
            Text(row["modes"] or "–"),
            f"{row['modes_count']:,}",
            f"{row['cost_usd_sum']:,.0f}",
            f"{row['wtw_kg_co2e_sum'] / KG_PER_TONNE:,.1f}",
        )
    return table


def _prices(prices: Sequence[ShadowPrice]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("scarce", overflow="fold")
    table.add_column("week", no_wrap=True)
    table.add_column("USD per t more", justify="right", no_wrap=True)
    for price in prices[:LISTED]:
        name = f"{price.what} {price.name}".strip()
        table.add_row(Text(name), price.week, f"{price.usd_per_tonne:,.2f}")
    return table


def _errors(result: PlanResult) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rejected because of", overflow="fold")
    table.add_column("orders", justify="right", no_wrap=True)
    if result.plan is None:
        return table
    counts = result.plan.rejected["error_code"].value_counts().to_pylist()
    for row in sorted(counts, key=lambda one: (-one["counts"], one["values"])):
        table.add_row(Text(row["values"]), f"{row['counts']:,}")
    first = result.plan.rejected["error"][0].as_py()
    table.add_row(Text(f"first: {first}", style="dim"), "")
    return table


def frontier_sheet(curve: PlanFrontier) -> Sheet:
    """Return the plans of a frontier, and what each step to the next one costs."""
    steps = [None, *curve.steps()]
    rows = tuple(
        (
            point.carbon_price_usd,
            point.cost_usd,
            point.wtw_tonnes,
            point.gap * _PERCENT,
            None if step is None else step.usd_per_tonne,
            None if step is None else sum(move.orders for move in step.moves),
        )
        for point, step in zip(curve.points, steps, strict=True)
    )
    return Sheet(
        name="frontier",
        columns=(
            "carbon_price_usd",
            "cost_usd",
            "wtw_tonnes",
            "gap_percent",
            "abatement_usd_per_tonne",
            "orders_moved",
        ),
        rows=rows,
        notes=("Gap: to the bound on cost at the same CO2e, among the columns.",),
    )
