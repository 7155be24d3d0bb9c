"""A statement for a terminal: the total, by mode, leg by leg."""

from collections.abc import Mapping
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from greenroute.plan.leg import LegKind
from greenroute.rating.energy_carrier import parse_energy
from greenroute.statement import exact
from greenroute.statement.content import claim_of, shown
from greenroute.statement.disclosure import NOT_STATED
from greenroute.statement.statement import EmissionStatement, StatedFactor, Totals
from greenroute.statement.totals import totals_by
from greenroute.statement.uncertainty import Interval

#: From this width on there is room for the columns that explain [columns].
WIDE = 96
#: Elements and factors that are listed; of more elements the largest shipments are.
LISTED = 40
NOT_INCLUDED = "not included"
_EMPTY = "–"


def statement_table(
    statement: EmissionStatement, interval: Interval | None = None, *, width: int
) -> list[RenderableType]:
    """Return a statement as parts of a page.

    Parameters
    ----------
    interval
        Where the total may lie.
    width
        Of the terminal [columns]; a narrow one gets fewer columns.
    """
    wide = width >= WIDE
    parts: list[RenderableType] = [*_head(statement, interval), "", _modes(statement)]
    if 0 < statement.total.elements <= LISTED:
        parts += ["", _elements(statement, wide=wide)]
    elif statement.total.elements:
        parts += ["", _largest(statement)]
    if statement.factors:
        parts += ["", _factors(statement)]
    return [*parts, "", *_notes(statement)]


def _head(statement: EmissionStatement, interval: Interval | None) -> list[Text]:
    total = statement.total
    shipments = len(statement.elements["shipment_id"].unique())
    line = Text.assemble(
        (f"{shown(total.wtw_kg_co2e)} kg CO2e", "bold"), " well to wheel"
    )
    if interval is not None:
        low, high = (
            shown(exact.nearest(kg))
            for kg in (interval.low_kg_co2e, interval.high_kg_co2e)
        )
        line.append(f", 5-95 %: {low} to {high}")
    if total.operation_not_stated == 0:
        line.append(f"; operation {shown(total.ttw_kg_co2e)}")
    about = (
        f"{_counted(shipments, 'shipment')}, {_counted(total.elements, 'element')}, "
        f"{shown(total.activity_tkm)} t·km"
    )
    data = f"factors {statement.factor_set} {statement.factor_set_version}"
    if statement.period is not None:
        data = f"{' to '.join(statement.period)}, {data}"
    return [
        Text(about),
        line,
        Text(claim_of(statement), style="dim"),
        Text(data, style="dim"),
    ]


def _modes(statement: EmissionStatement) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("by mode", no_wrap=True)
    for heading in ("t·km", "kg CO2e", "operation", "g/(t·km)", "share"):
        table.add_column(heading, justify="right", no_wrap=True)
    for mode, sums in statement.modes.items():
        name = str(mode).replace("inland_waterway", "waterway")
        table.add_row(name, *_sums(sums, statement.total))
    if statement.hubs.elements:
        table.add_row("hubs", *_sums(statement.hubs, statement.total))
    table.add_row("total", *_sums(statement.total, statement.total), style="bold")
    return table


def _sums(sums: Totals, total: Totals) -> tuple[str, ...]:
    if sums.elements == sums.not_included:
        return _EMPTY, NOT_INCLUDED, _EMPTY, _EMPTY, _EMPTY
    intensity = sums.wtw_g_per_tkm
    share = _EMPTY
    if total.wtw_kg_co2e > 0:
        share = f"{exact.divide(sums.wtw_kg_co2e * 100, total.wtw_kg_co2e):.1f} %"
    known = sums.operation_not_stated == 0
    return (
        shown(sums.activity_tkm) if sums.activity_tkm else _EMPTY,
        shown(sums.wtw_kg_co2e),
        shown(sums.ttw_kg_co2e) if known else "not stated",
        _EMPTY if intensity is None else shown(intensity),
        share,
    )


def _elements(statement: EmissionStatement, *, wide: bool) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("element", overflow="fold")
    table.add_column("by", no_wrap=True)
    table.add_column("category", overflow="fold", no_wrap=wide)
    for heading in ("km", "g/(t·km)", "kg CO2e"):
        table.add_column(heading, justify="right", no_wrap=True)
    if wide:
        table.add_column("data", no_wrap=True)
        table.add_column("runs on", overflow="fold")
    before = ""
    for row in statement.elements.to_pylist():
        if row["shipment_id"] != before:
            before = row["shipment_id"]
            table.add_row(Text(before, style="bold"))
        factor = statement.factors[row["factor"]] if row["factor"] >= 0 else None
        table.add_row(*_element(row, factor, wide=wide))
    return table


def _element(
    row: Mapping[str, Any], factor: StatedFactor | None, *, wide: bool
) -> list[Text]:
    run = row["kind"] == LegKind.TRANSPORT
    mode = (row["mode"] or "").replace("inland_waterway", "waterway")
    km = f"{shown(row['activity_km'])} {row['activity_basis']}" if run else ""
    g = row["wtw_g_per_tkm"]
    known = row["wtw_kg_co2e"] is not None
    cells = [
        f"  {row['tce_id']}",
        mode if run else "hub",
        row["toc"] if run else row["hoc"],
        km,
        "" if g is None else shown(exact.multiply(g, row["applied_daf"])),
        shown(row["wtw_kg_co2e"]) if known else NOT_INCLUDED,
    ]
    if wide:
        energy = row.get("energy") or ("" if factor is None else factor.energy)
        cells += [(row["data_type"] or "") if known else "", _runs_on(energy)]
    return [Text(cell, style="" if run else "dim") for cell in cells]


def _runs_on(energy: str) -> str:
    """Return a carrier or a blend in words, like "HFO 70 %, Diesel of cooking oil 30 %"."""
    if not energy:
        return ""
    words = []
    for share in parse_energy(energy):
        made = share.area
        if not made and share.feedstock is not None:
            made = f"of {str(share.feedstock).lower()}"
        percent = "" if share.share == 1 else f"{shown(share.share * 100)} %"
        words.append(" ".join(filter(None, (str(share.carrier), made, percent))))
    return ", ".join(words)


def _factors(statement: EmissionStatement) -> Table:
    """Return the intensities that the elements rest on, those that emit most first."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("factor", overflow="fold")
    for heading in ("data", "GWP"):
        table.add_column(heading, no_wrap=True)
    table.add_column("kg CO2e", justify="right", no_wrap=True)
    sums = totals_by(statement, "factor_id")
    kg = dict(
        zip(sums["factor_id"].to_pylist(), sums["wtw_kg_co2e"].to_pylist(), strict=True)
    )
    by_kg = sorted(
        {factor.factor_id: factor for factor in statement.factors}.values(),
        key=lambda factor: (-kg[factor.factor_id], factor.factor_id),
    )
    for factor in by_kg[:LISTED]:
        table.add_row(
            Text(factor.factor_id),
            str(factor.data_type),
            str(factor.gwp_basis or NOT_STATED),
            shown(kg[factor.factor_id]),
        )
    return table


def _largest(statement: EmissionStatement) -> Table:
    """Return the shipments that emit most."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("largest shipments", overflow="fold")
    for heading in ("elements", "t·km", "kg CO2e", "hubs not included"):
        table.add_column(heading, justify="right", no_wrap=True)
    sums = totals_by(statement, "shipment_id").sort_by(
        [("wtw_kg_co2e", "descending"), ("shipment_id", "ascending")]
    )
    for row in sums.slice(0, LISTED // 4).to_pylist():
        table.add_row(
            Text(row["shipment_id"]),
            f"{row['elements']:,}",
            shown(row["activity_tkm"]),
            shown(row["wtw_kg_co2e"]),
            f"{row['not_included']:,}" if row["not_included"] else "",
        )
    return table


def _notes(statement: EmissionStatement) -> list[Text]:
    notes = [
        f"Excluded: {statement.exclusions[0]}.",
        *(f"Note: {remark}" for remark in statement.remarks),
    ]
    market = statement.market
    if market.market_based_kg_co2e is not None:
        kg = shown(market.market_based_kg_co2e)
        notes.append(f"Apart from it: market-based result {kg} kg CO2e (ledger B).")
    if market.offsets_kg_co2e > 0:
        kg = shown(market.offsets_kg_co2e)
        notes.append(
            f"Apart from it: climate contribution of {kg} kg CO2e; transport emissions "
            "are unchanged (ledger C)."
        )
    texts = [Text(note, style="dim") for note in notes]
    if statement.incomplete:
        missing = (
            f"Incomplete: {_counted(len(statement.incomplete), 'shipment')}, of which "
        )
        texts.append(
            Text(f"{missing}rows with errors were left out.", style="bold red")
        )
    return texts


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
