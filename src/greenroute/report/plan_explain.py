"""Plan folders with the ways of their orders; an order explained, and what a new plan changed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from greenroute.errors import DataError
from greenroute.report import plan_folder
from greenroute.report.plan_folder import PlanBasis
from greenroute.solver.plans.explain_plan import (
    MOST_LISTED,
    OrderExplanation,
    Way,
    read_explanation,
)
from greenroute.solver.plans.match_plan import Earlier
from greenroute.solver.plans.order_ways import price_name
from greenroute.solver.plans.result import PlanResult, ShadowPrice
from greenroute.units import HOURS_PER_DAY

ALTERNATIVES, CHANGES = "alternatives.parquet", "changes.parquet"
#: Changes that are listed on a terminal.
LISTED = 12
_DIGITS = 6


def write_explained_folder(
    result: PlanResult,
    folder: Path | str,
    basis: PlanBasis,
    tables: Mapping[str, pa.Table],
) -> None:
    """Write a plan folder with more tables: all of it, or nothing.

    Parameters
    ----------
    folder
        Made, or replaced if it holds a plan.
    tables
        By the names of their files.

    Raises
    ------
    DataError
        If the folder holds something that is no plan, or there is no plan to write.
    """
    folder = Path(folder)
    if result.plan is None:
        msg = f"there is no plan to write to {folder}: {result.reason}"
        raise DataError(msg)
    with plan_folder._replaced(folder) as aside:  # noqa: SLF001 - one folder, two modules
        plan_folder._write(result, result.plan, aside, basis)  # noqa: SLF001 - likewise
        for name, table in tables.items():
            pyarrow.parquet.write_table(table, aside / name, compression="zstd")


def read_earlier(folder: Path | str) -> Earlier:
    """Read the assignments and the legs of a plan folder, to plan again from them.

    Raises
    ------
    DataError
        If the folder holds no plan.
    """
    tables = _read(Path(folder), ("assignments.parquet", "legs.parquet"))
    return Earlier(
        assignments=tables["assignments.parquet"], legs=tables["legs.parquet"]
    )


def read_order_explanation(folder: Path | str, order_id: str) -> OrderExplanation:
    """Return why an order goes its way, from the folder of its plan.

    Raises
    ------
    DataError
        If the folder holds no plan or not the ways of the order.
    """
    folder = Path(folder)
    if (folder / "summary.json").is_file() and not (folder / ALTERNATIVES).is_file():
        msg = f"{folder} has no {ALTERNATIVES}, expected a plan folder that has it"
        raise DataError(msg)
    tables = _read(folder, (ALTERNATIVES, "rejected.parquet", "assignments.parquet"))
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    prices = tuple(ShadowPrice(**price) for price in summary["shadow_prices"])
    ways = tables[ALTERNATIVES]
    served = tables["assignments.parquet"]["order_id"].to_pylist()
    if order_id in served and order_id not in set(ways["order_id"].to_pylist()):
        msg = (
            f"{folder} does not keep the ways of order {order_id!r}: of a book of more "
            f"than {MOST_LISTED:,} orders only of those asked for; plan with --explain"
        )
        raise DataError(msg)
    return read_explanation(ways, prices, order_id, tables["rejected.parquet"])


def _read(folder: Path, names: Sequence[str]) -> dict[str, pa.Table]:
    missing = [
        name for name in ("summary.json", *names) if not (folder / name).is_file()
    ]
    if missing:
        msg = f"{folder} has no {missing[0]}, expected the folder of a plan"
        raise DataError(msg)
    return {name: pyarrow.parquet.read_table(folder / name) for name in names}


def explanation_table(explained: OrderExplanation) -> list[RenderableType]:
    """Return why an order goes its way, as parts of a page."""
    way = explained.chosen
    head = Text(f"order {explained.order_id}", style="bold")
    if way is None:
        head.append(": not served", style="bold")
    else:
        head.append(f": {_name(way)}, {way.transit_h / HOURS_PER_DAY:.1f} days, ")
        head.append(f"{way.wtw_kg_co2e:,.1f} kg CO2e")
    parts: list[RenderableType] = [head, *map(Text, explanation_words(explained))]
    if explained.rivals:
        parts += ["", _ways(explained)]
    return parts


def explanation_words(explained: OrderExplanation) -> list[str]:
    """Return in sentences why an order goes its way."""
    words = list(_why(explained))
    words += [
        f"{price_name(price)} is scarce: a tonne more of it would save "
        f"{price.usd_per_tonne:,.2f} USD."
        for price in explained.scarce
    ]
    return words


def _why(explained: OrderExplanation) -> Iterator[str]:
    rivals = explained.rivals
    if explained.chosen is None:
        yield f"{explained.reason}."
        for way in rivals:
            if way.blocked_by:
                yield f"{_name(way)} would exceed {', '.join(way.blocked_by)}."
        return
    if not rivals:
        yield "No other candidate keeps its limits."
        return
    if not rivals[0].blocked_by:
        best = rivals[0]
        yield f"Next best: {_name(best)}, {_against(best)}."
        if best.extra_usd < 0 and best.scarcity_usd + best.extra_usd > 0:
            yield (
                f"That is cheaper, but takes {best.scarcity_usd:,.2f} USD more of what is "
                "scarce, at its prices."
            )
    else:
        yield "Every other candidate would exceed a capacity or a budget."
    for way in rivals:
        if way.extra_usd < 0 and way.blocked_by:
            yield (
                f"{_name(way)} would cost {-way.extra_usd:,.2f} USD less, but exceed "
                f"{', '.join(way.blocked_by)}."
            )


def _name(way: Way) -> str:
    held = f", held {way.held_h / HOURS_PER_DAY:.0f} days" if way.held_h else ""
    late = f", {way.late_h:,.1f} h late" if way.late_h else ""
    return f"{way.modes} {way.itinerary_id}{held}{late}"


def _against(way: Way) -> str:
    return (
        f"{way.extra_usd:+,.2f} USD, {way.extra_h / HOURS_PER_DAY:+,.1f} days, "
        f"{way.extra_wtw_kg_co2e:+,.1f} kg CO2e"
    )


def _ways(explained: OrderExplanation) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("would be", overflow="fold")
    for heading in ("USD", "days", "kg CO2e", "scarcity USD"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("exceeds", overflow="fold")
    for way in explained.rivals:
        table.add_row(
            Text(_name(way)),
            f"{way.extra_usd:+,.2f}",
            f"{way.extra_h / HOURS_PER_DAY:+,.1f}",
            f"{way.extra_wtw_kg_co2e:+,.1f}",
            f"{way.scarcity_usd:+,.2f}",
            Text(", ".join(way.blocked_by)),
        )
    return table


def explanation_json(explained: OrderExplanation) -> dict[str, Any]:
    """Return an explanation as JSON values, with its sentences."""

    def told(way: Way) -> dict[str, Any]:
        values = asdict(way)
        for name, value in values.items():
            if isinstance(value, float):
                values[name] = round(value, _DIGITS)
        when = way.departs_at
        return values | {"departs_at": None if when is None else when.isoformat()}

    return {
        "order_id": explained.order_id,
        "chosen": None if explained.chosen is None else told(explained.chosen),
        "rivals": [told(way) for way in explained.rivals],
        "scarce": [asdict(price) for price in explained.scarce],
        "reason": explained.reason,
        "why": explanation_words(explained),
    }


def changes_table(changes: pa.Table) -> list[RenderableType]:
    """Return what a new plan changed, as parts of a page."""
    counts = count_changes(changes)
    words = ", ".join(f"{n:,} {kind.replace('_', ' ')}" for kind, n in counts.items())
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("order", "", "before", "after", "why"):
        table.add_column(heading, overflow="fold")
    rows = [
        row for row in changes.to_pylist() if row["change"] not in {"departed", "kept"}
    ]
    for row in rows[:LISTED]:
        before, after = (
            f"{row[f'modes_{when}']} {row[f'itinerary_id_{when}']}"
            if row.get(f"itinerary_id_{when}")
            else "–"
            for when in ("before", "after")
        )
        table.add_row(
            row["order_id"],
            row["change"].replace("_", " "),
            before,
            after,
            Text(row["reason"]),
        )
    parts: list[RenderableType] = [Text(f"against the plan before: {words}")]
    return [*parts, table] if rows else parts


def count_changes(changes: pa.Table) -> dict[str, int]:
    """Return how many orders each kind of change has, by kind."""
    counts = changes["change"].value_counts().to_pylist()
    return {one["values"]: one["counts"] for one in sorted(counts, key=_by_kind)}


def _by_kind(count: Mapping[str, Any]) -> str:
    return str(count["values"])
