"""A plan as a folder: summary, assignments, legs, loads, rejected orders, inputs."""

import json
import math
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from greenroute.errors import DataError
from greenroute.network.network import Network
from greenroute.plan.plan import Plan
from greenroute.rating.charges import Charges
from greenroute.rating.read import Rates
from greenroute.report.route_json import rate_of
from greenroute.report.version import greenroute_version
from greenroute.solver.plans.frontier import PlanFrontier
from greenroute.solver.plans.result import PlanResult
from greenroute.tables import sha256_of

SUMMARY, FRONTIER = "summary.json", "frontier.json"
#: Assignments whose legs are written at once.
_AT_ONCE = 20_000
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBasis:
    """What a plan rests on.

    Attributes
    ----------
    network, rates
        What it was planned on.
    orders
        File of the order book.
    commitments
        File of what is agreed with carriers; None for nothing.
    objective
        In words, like "CarbonBudget(tonnes=120.0)".
    charges
        Rate cards; None for none.
    """

    network: Network
    rates: Rates
    orders: Path
    objective: str
    commitments: Path | None = None
    charges: Charges | None = None


def write_plan_folder(result: PlanResult, folder: Path | str, basis: PlanBasis) -> None:
    """Write a plan to a folder: all of it, or nothing.

    The files are written aside; a folder of an older plan is replaced.

    Parameters
    ----------
    folder
        Made, or replaced if it holds a plan.

    Raises
    ------
    DataError
        If the folder holds something that is no plan, or there is no plan to write.
    """
    folder = Path(folder)
    if result.plan is None:
        msg = f"there is no plan to write to {folder}: {result.reason}"
        raise DataError(msg)
    plan = result.plan
    with _replaced(folder) as aside:
        _write(result, plan, aside, basis)


def write_frontier_folder(
    curve: PlanFrontier, folder: Path | str, basis: PlanBasis
) -> None:
    """Write the plans of a frontier, each to a folder of its own: `01`, `02`, ….

    `frontier.json` has cost, CO2e, bound and gap of each, and what changes from one to the
    next. All of it is written, or nothing.
    """
    with _replaced(Path(folder)) as aside:
        points = []
        for number, point in enumerate(curve.points, start=1):
            name = f"{number:02d}"
            values = {
                field: _finite(getattr(point, field))
                for field in (
                    "carbon_price_usd",
                    "cost_usd",
                    "wtw_tonnes",
                    "bound_usd",
                    "gap",
                )
            }
            points.append({"plan": name, **values})
            if point.result.plan is not None:
                (aside / name).mkdir()
                price = f"carbon price {point.carbon_price_usd:g} USD/t"
                mine = replace(basis, objective=price)
                _write(point.result, point.result.plan, aside / name, mine)
        steps = [asdict(step) for step in curve.steps()]
        _write_json(aside / FRONTIER, {"points": points, "steps": steps})


@contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """Give a folder aside to write to, and put it in place when all is written."""
    check_target(folder)
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        yield aside
        old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
        if folder.exists():
            folder.rename(old)
        aside.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def check_target(folder: Path) -> None:
    """Raise unless a plan can be written to a folder.

    Raises
    ------
    DataError
        If it is a file, or holds something that is no plan.
    """
    if folder.is_file():
        msg = f"{folder} is a file, expected a folder"
        raise DataError(msg)
    known = any((folder / name).is_file() for name in (SUMMARY, FRONTIER))
    if folder.is_dir() and any(folder.iterdir()) and not known:
        msg = (
            f"{folder} holds files that are no plan, expected a new or an empty folder"
        )
        raise DataError(msg)


def plan_summary(result: PlanResult, basis: PlanBasis) -> dict[str, Any]:
    """Return the totals of a plan and what is proven about it, as JSON values."""
    plan = result.plan
    assigned = 0 if plan is None else len(plan.assignments)
    rejected = 0 if plan is None else len(plan.rejected)
    return {
        "termination": str(result.termination),
        "objective": basis.objective,
        "cost_usd": None if plan is None else plan.cost_usd,
        "wtw_kg_co2e": None if plan is None else plan.wtw_kg_co2e,
        "ttw_kg_co2e": None if plan is None else plan.ttw_kg_co2e,
        "late_orders": 0 if plan is None else plan.late_orders,
        "late_usd": None if plan is None else plan.late_usd,
        "short_usd": None if plan is None else plan.short_usd,
        "commitments": [] if plan is None else _commitments(plan),
        "objective_usd": _finite(result.objective_usd),
        "bound_usd": _finite(result.bound_usd),
        "gap": _finite(result.gap),
        "pool_gap": _finite(result.pool_gap),
        "full_gap": result.full_gap,
        "reason": result.reason,
        "orders": assigned + rejected,
        "assigned": assigned,
        "rejected": rejected,
        "seed": result.seed,
        "rounds": result.rounds,
        "columns": result.columns,
        "shadow_prices": [
            asdict(price) | {"usd_per_tonne": round(price.usd_per_tonne, _DIGITS)}
            for price in result.shadow_prices
        ],
        "greedy": asdict(result.greedy),
        "rate_cards": result.rate_cards or None,
        "exchange": [rate_of(rate) for rate in result.exchange],
        "versions": _versions(basis),
        "seconds": round(result.seconds, 1),
    }


def _commitments(plan: Plan) -> list[dict[str, Any]]:
    told = plan.commitments.select(["commitment_id", "least_t", "used_t", "short_t"])
    return [
        row | {"short_usd": usd}
        for row, usd in zip(
            told.to_pylist(), plan.commitments["short_usd"].to_pylist(), strict=True
        )
    ]


def summary_json(result: PlanResult, basis: PlanBasis) -> str:
    """Return the summary of a plan as JSON."""
    return _json(plan_summary(result, basis))


def _finite(value: float) -> float | None:
    return round(value, _DIGITS) if math.isfinite(value) else None


def _versions(basis: PlanBasis) -> dict[str, str]:
    tariff, factors = basis.rates.tariff, basis.rates.factors
    return {
        "greenroute": greenroute_version(),
        "python": platform.python_version(),
        "network": f"{basis.network.name} {basis.network.version}",
        "tariff": f"{tariff.name} {tariff.version}",
        "factors": f"{factors.name} {factors.version}",
    }


def _write(result: PlanResult, plan: Plan, folder: Path, basis: PlanBasis) -> None:
    tables = {
        "assignments": plan.assignments,
        "loads": plan.loads,
        "rejected": plan.rejected,
    }
    if len(plan.commitments):
        tables["commitments"] = plan.commitments
    for name, table in tables.items():
        path = folder / f"{name}.parquet"
        pyarrow.parquet.write_table(_plain(table), path, compression="zstd")
    _write_legs(plan, folder / "legs.parquet")
    _write_json(folder / SUMMARY, plan_summary(result, basis))
    _write_json(folder / "manifest.json", _manifest(basis))


def _plain(table: pa.Table) -> pa.Table:
    """Return a table without columns that Parquet has no type for."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        columns[name] = column.cast(pa.string()) if column.type == pa.null() else column
    return pa.table(columns)


def _write_legs(plan: Plan, path: Path) -> None:
    writer = None
    size = len(plan.assignments)
    for begin in range(0, max(size, 1), _AT_ONCE):
        table = plan.legs.table(begin, min(begin + _AT_ONCE, size))
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(
                path, table.schema, compression="zstd"
            )
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _manifest(basis: PlanBasis) -> dict[str, Any]:
    inputs = {"orders": {"file": basis.orders.name, "sha256": sha256_of(basis.orders)}}
    for name, one in (
        ("network", basis.network),
        ("tariff", basis.rates.tariff),
        ("factors", basis.rates.factors),
    ):
        inputs[name] = {"name": one.name, "version": one.version, "sha256": one.sha256}
    agreed = basis.commitments
    if agreed is not None:
        inputs["commitments"] = {"file": agreed.name, "sha256": sha256_of(agreed)}
    if basis.charges is not None:
        exchange, cards = basis.charges.pricing.exchange, basis.charges.pricing.cards
        inputs["exchange"] = {
            "name": exchange.name,
            "version": exchange.version,
            "sha256": exchange.sha256,
        }
        path = exchange.path
        inputs["exchange_rates"] = {"file": path.name, "sha256": sha256_of(path)}
        if cards is not None:
            inputs["rate_cards"] = {"file": cards.path.name, "sha256": cards.sha256}
    return {"inputs": inputs}


def _write_json(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(_json(value), encoding="utf-8")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_number) + "\n"


def _number(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    msg = f"{value!r} has no form in JSON"
    raise TypeError(msg)
