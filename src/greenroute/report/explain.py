"""An itinerary explained on a terminal or as JSON: its legs taken apart, and what would beat it."""

import json
import math
from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from greenroute.plan.alternatives import Rival, rival, winning_prices
from greenroute.plan.frontier import Frontier
from greenroute.plan.leg import Leg, LegKind
from greenroute.rating.cost_line import CostLine
from greenroute.report.basis import Basis
from greenroute.report.route_json import charges_of, moment, rate_of
from greenroute.solver.explain import LegExplanation
from greenroute.units import HOURS_PER_DAY


def explain_table(
    frontier: Frontier, key: str, legs: Sequence[LegExplanation]
) -> list[RenderableType]:
    """Return an itinerary taken apart, as parts of a page.

    Parameters
    ----------
    frontier
        What it stands on.
    key
        Its id.
    legs
        By `explain`.
    """
    one = frontier[key]
    head = Text.assemble(
        (f"{one.id}: {one.main_modes}", "bold"),
        f", {one.cost_usd:,.2f} USD, {one.transit_h / HOURS_PER_DAY:.1f} days, "
        f"{one.wtw_kg_co2e:,.1f} kg CO2e",
    )
    return [
        head,
        "",
        _legs(legs),
        "",
        *_what_would_win(frontier, key),
        "",
        _rivals(frontier, key),
    ]


def explain_json(
    frontier: Frontier, key: str, legs: Sequence[LegExplanation], basis: Basis
) -> str:
    """Return an itinerary taken apart, as JSON: the lines of its legs, and its rivals."""
    one, names = frontier[key], frontier.pick_names()
    prices = winning_prices(frontier, key)
    found = {
        "itinerary": key,
        "picks": names.get(key, ()),
        "cost_usd": one.cost_usd,
        "transit_h": one.transit_h,
        "wtw_kg_co2e": one.wtw_kg_co2e,
        "charges": charges_of(frontier, basis),
        "legs": [_told(explained) for explained in legs],
        "wins_usd_per_t": None
        if prices is None
        else {
            "low": prices.low_usd_per_t,
            "high": prices.high_usd_per_t
            if math.isfinite(prices.high_usd_per_t)
            else None,
        },
        "rivals": [
            _told_rival(rival(one, frontier[other]), picks)
            for other, picks in names.items()
            if other != key
        ],
    }
    return json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _told(explained: LegExplanation) -> dict[str, Any]:
    leg = explained.leg
    return {
        "kind": str(leg.kind),
        "operation": leg.operation,
        "origin": leg.origin,
        "destination": leg.destination,
        "lane": leg.lane or None,
        "card": leg.card or None,
        "cost_usd": leg.cost_usd,
        "lines": [
            {
                "code": str(line.code),
                "usd": float(line.usd),
                "amount": str(line.money.amount),
                "exchange": rate_of(line.rate),
                "source": line.source,
            }
            for line in explained.lines
        ],
        "departs_at": moment(leg.departs_at),
        "arrives_at": moment(leg.arrives_at),
        "cut_off_at": moment(explained.cut_off_at),
        "duration_h": leg.duration_h,
        "wait_h": leg.wait_h,
        "shared_h": explained.shared_h,
        "wtw_kg_co2e": leg.wtw_kg_co2e,
        "activity_tkm": explained.activity_tkm,
        "wtw_g_per_tkm": explained.wtw_g_per_tkm,
        "distance_adjustment": explained.distance_adjustment,
        "wtw_kg_per_t": explained.wtw_kg_per_t,
        "factor_id": leg.factor_id or None,
    }


def _told_rival(against: Rival, picks: Sequence[str]) -> dict[str, Any]:
    return {
        "itinerary": against.itinerary.id,
        "picks": picks,
        "cost_usd": against.cost_usd,
        "transit_h": against.transit_h,
        "wtw_kg_co2e": against.wtw_kg_co2e,
        "break_even_usd_per_t": against.break_even_usd_per_t,
        "break_even_usd_per_day": against.break_even_usd_per_day,
    }


def _legs(legs: Sequence[LegExplanation]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("leg", overflow="fold")
    table.add_column("USD", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for explained in legs:
        leg = explained.leg
        runs = leg.kind is LegKind.TRANSPORT
        table.add_row(
            Text(_name(leg), style="bold" if runs else ""),
            f"{leg.cost_usd:,.2f}",
            Text("\n".join(_reasons(explained)), style="" if runs else "dim"),
        )
    return table


def _name(leg: Leg) -> str:
    if leg.kind is LegKind.TRANSPORT:
        option = f" {leg.option}" if leg.option else ""
        return f"{leg.mode}{option} {leg.origin_name} → {leg.destination_name}"
    return f"{leg.operation.replace('_', ' ')} {leg.origin_name}"


def _reasons(explained: LegExplanation) -> list[str]:
    leg = explained.leg
    reasons = []
    if explained.lines:
        parts = " + ".join(_line(line) for line in explained.lines)
        sources = "; ".join(dict.fromkeys(line.source for line in explained.lines))
        reasons.append(f"{parts} ({sources})")
    waits = f", {leg.wait_h:,.1f} h of it waiting" if leg.wait_h else ""
    if explained.shared_h:
        until = "full" if leg.operation == "load" else "unpacked"
        waits += f", {explained.shared_h:,.1f} h until what the goods share is {until}"
    reasons.append(f"{leg.duration_h:,.1f} h{waits}{_leaves(explained)}")
    if explained.activity_tkm is not None:
        daf = explained.distance_adjustment or 1.0
        adjusted = f" × DAF {daf:g}" if daf != 1.0 else ""
        reasons.append(
            f"{leg.wtw_kg_co2e:,.3f} kg CO2e = {explained.activity_tkm:,.1f} t·km × "
            f"{explained.wtw_g_per_tkm:,.4g} g{adjusted} ({leg.factor_id})"
        )
    elif not leg.emissions_included:
        reasons.append("CO2e not included: no open value for this hub operation")
    elif explained.wtw_kg_per_t:
        mass_t = leg.wtw_kg_co2e / explained.wtw_kg_per_t
        reasons.append(
            f"{leg.wtw_kg_co2e:,.3f} kg CO2e = {mass_t:,.4g} t × "
            f"{explained.wtw_kg_per_t:,.4g} kg ({leg.factor_id})"
        )
    return reasons


def _leaves(explained: LegExplanation) -> str:
    """Return which departure a run takes, if it has a date."""
    leg, cut_off_at = explained.leg, explained.cut_off_at
    if cut_off_at is None or leg.departs_at is None:
        return ""
    departs, closes = (
        at.strftime("%Y-%m-%d %H:%M") for at in (leg.departs_at, cut_off_at)
    )
    return f", departure of {departs} UTC with cut-off {closes}"


def _line(line: CostLine) -> str:
    return f"{line.usd:,.2f} {line.code}"


def _what_would_win(frontier: Frontier, key: str) -> list[RenderableType]:
    prices = winning_prices(frontier, key)
    if prices is None:
        return [
            Text(
                "At no carbon price does it cost least: a cheaper and a greener itinerary "
                "together beat it. It is chosen for its time, or under a limit."
            )
        ]
    high = (
        "on"
        if math.isinf(prices.high_usd_per_t)
        else f"to {prices.high_usd_per_t:,.0f}"
    )
    counted = any(leg.carbon_usd for leg in frontier[key].legs)
    beside = ", beside the carbon costs in its price" if counted else ""
    return [
        Text(
            f"It costs least of all, carbon included, from {prices.low_usd_per_t:,.0f} "
            f"{high} USD per tonne CO2e{beside}."
        )
    ]


def _rivals(frontier: Frontier, key: str) -> Table:
    """Return what the picks have more or less, and the prices at which they win."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("against", overflow="fold")
    for heading in ("USD", "days", "kg CO2e"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("would win", overflow="fold")
    for other, names in frontier.pick_names().items():
        if other == key:
            continue
        against = rival(frontier[key], frontier[other])
        table.add_row(
            f"{', '.join(names)} ({against.itinerary.main_modes})",
            f"{against.cost_usd:+,.0f}",
            f"{against.transit_h / HOURS_PER_DAY:+,.1f}",
            f"{against.wtw_kg_co2e:+,.0f}",
            Text(_would_win(against)),
        )
    return table


def _would_win(against: Rival) -> str:
    words = []
    if against.break_even_usd_per_t is not None:
        side = "above" if against.cost_usd > 0 else "below"
        words.append(f"{side} {against.break_even_usd_per_t:,.0f} USD/t CO2e")
    if against.break_even_usd_per_day is not None:
        side = "above" if against.cost_usd > 0 else "below"
        words.append(f"{side} {against.break_even_usd_per_day:,.0f} USD per day")
    return ", or ".join(words) or "at no carbon price and no value of time"
