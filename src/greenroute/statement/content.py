"""What a report on a statement must say, in the order in which it is read.

References
----------
.. [1] ISO 14083:2023, 13.2 and 13.3: content of reports, values by mode.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from greenroute.rating.factors import DataType
from greenroute.statement import exact
from greenroute.statement.statement import EmissionStatement, StatedFactor, Totals
from greenroute.statement.uncertainty import HIGH, LOW, Interval

#: Figures that are shown.
FIGURES = 3
_SHOWN = Context(prec=FIGURES, rounding=ROUND_HALF_EVEN)
_PERCENT = 100
NOT_STATED = "not stated"
METHOD = "ISO 14083:2023 equations"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One line of a report.

    Attributes
    ----------
    heading
        What it is about.
    text
        What it says.
    """

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """All that a report must say.

    Attributes
    ----------
    claim
        The sentence that may be said of the result.
    physical
        Ledger A: the result by ISO 14083, and what it rests on.
    apart
        Lines that are not part of it: market-based result, biogenic CO2, offsets, aviation
        effects other than CO2e.
    """

    claim: str
    physical: tuple[ReportLine, ...]
    apart: tuple[ReportLine, ...]


def report_content(
    statement: EmissionStatement, interval: Interval | None = None
) -> ReportContent:
    """Return what a report on a statement must say.

    Parameters
    ----------
    statement
        What was stated.
    interval
        Where its total may lie; None leaves it out.
    """
    total, about = statement.total, statement.about
    glec = f", GLEC Framework {about.glec_version}" if about.glec_version else ""
    period = "not known" if statement.period is None else " to ".join(statement.period)
    modes = (
        ReportLine(heading=f"{mode}", text=_totals(sums))
        for mode, sums in statement.modes.items()
    )
    physical = (
        ReportLine(heading="method", text=f"{METHOD}{glec}"),
        *(
            (ReportLine(heading="company", text=about.company),)
            if about.company
            else ()
        ),
        ReportLine(heading="period", text=period),
        ReportLine(heading="total GHG", text=_with_interval(total, interval)),
        ReportLine(heading="operation GHG", text=_operation(total)),
        ReportLine(
            heading="transport activity", text=f"{shown(total.activity_tkm)} t·km"
        ),
        ReportLine(heading="distance type", text=_distances(statement)),
        ReportLine(heading="emission intensity", text=_intensity(total)),
        *modes,
        ReportLine(heading="hubs", text=_hubs(statement)),
        ReportLine(heading="data types", text=_shares(statement)),
        *(
            ReportLine(heading="factor source", text=text)
            for text in factor_sources(statement.factors)
        ),
        ReportLine(heading="GWP basis", text=", ".join(statement.gwp_bases) or "none"),
        *(
            ReportLine(heading="excluded", text=exclusion)
            for exclusion in statement.exclusions
        ),
        ReportLine(heading="allocation", text=about.allocation),
        ReportLine(heading="air allocation", text=about.air_allocation),
        ReportLine(heading="verification", text=about.verification),
        ReportLine(
            heading="factor set",
            text=f"{statement.factor_set} {statement.factor_set_version}, sha256 "
            f"{statement.factor_set_sha256}",
        ),
        *(ReportLine(heading="remark", text=remark) for remark in statement.remarks),
        *(
            ReportLine(heading="attribution", text=text)
            for text in statement.attributions
        ),
    )
    return ReportContent(
        claim=claim_of(statement), physical=physical, apart=_apart(statement)
    )


def claim_of(statement: EmissionStatement) -> str:
    """Return the sentence that may be said of a statement (no claim of conformity)."""
    sources = factor_sources(
        [f for f in statement.factors if f.data_type is not DataType.PRIMARY]
    )
    defaults = f" and {'; '.join(sources)} values" if sources else ""
    share = statement.quality.primary_data_share_pct
    primary = "" if share is None else f"; primary data {exact.text_of(share)} %"
    return f"Calculated with {METHOD}{defaults}{primary}."


def factor_sources(factors: Sequence[StatedFactor]) -> tuple[str, ...]:
    """Return the sources of intensities with their years, each once."""
    texts = {
        f"{factor.source}{'' if factor.year is None else f' ({factor.year})'}"
        for factor in factors
    }
    return tuple(sorted(texts))


def content_text(content: ReportContent) -> str:
    """Return the content of a report as plain text."""
    width = max(len(line.heading) for line in (*content.physical, *content.apart))
    lines = [content.claim, ""]
    for title, part in (
        ("Ledger A: physical emissions", content.physical),
        ("Apart from it", content.apart),
    ):
        lines += [title, *(f"  {x.heading:<{width}}  {x.text}" for x in part), ""]
    return "\n".join(lines).rstrip() + "\n"


def shown(number: Decimal) -> str:
    """Return a number with three significant figures, thousands parted."""
    rounded = _SHOWN.plus(number)
    return f"{exact.plain(rounded):,f}"


def shown_kg(kg: Decimal) -> str:
    """Return a mass of emissions with three significant figures."""
    return f"{shown(kg)} kg CO2e"


def _totals(sums: Totals) -> str:
    return (
        f"{shown_kg(sums.wtw_kg_co2e)}, operation {_operation(sums)}, "
        f"{shown(sums.activity_tkm)} t·km, {_intensity(sums)}"
    )


def _operation(sums: Totals) -> str:
    if sums.operation_not_stated == 0:
        return shown_kg(sums.ttw_kg_co2e)
    if sums.operation_not_stated + sums.not_included == sums.elements:
        return NOT_STATED
    return f"{shown_kg(sums.ttw_kg_co2e)}, {sums.operation_not_stated:,} elements {NOT_STATED}"


def _intensity(sums: Totals) -> str:
    g = sums.wtw_g_per_tkm
    return "no activity" if g is None else f"{shown(g)} g CO2e/(t·km)"


def _with_interval(total: Totals, interval: Interval | None) -> str:
    text = shown_kg(total.wtw_kg_co2e)
    if interval is None:
        return text
    low, high = (
        shown(exact.nearest(kg)) for kg in (interval.low_kg_co2e, interval.high_kg_co2e)
    )
    return f"{text} ({LOW * _PERCENT:g}-{HIGH * _PERCENT:g} %: {low} to {high})"


def _distances(statement: EmissionStatement) -> str:
    words = {
        "sfd": "shortest feasible distance",
        "gcd": "great-circle distance",
        "gcd+95": "great-circle distance + 95 km per flight",
        "actual": "distance as run",
    }
    return ", ".join(words[kind] for kind in statement.distance_types) or "no runs"


def _hubs(statement: EmissionStatement) -> str:
    hubs = statement.hubs
    if hubs.elements == 0:
        return "no hub operations"
    text = f"{shown_kg(hubs.wtw_kg_co2e)}, {shown(hubs.hub_t)} t"
    if hubs.not_included == 0:
        return text
    if hubs.not_included == hubs.elements:
        return f"not included, {hubs.elements:,} operations without a value"
    return f"{text}; {hubs.not_included:,} of {hubs.elements:,} operations not included"


def _shares(statement: EmissionStatement) -> str:
    parts = []
    for what, shares in (
        ("emissions", statement.quality.by_emissions_pct),
        ("activity", statement.quality.by_activity_pct),
    ):
        if shares is not None:
            words = ", ".join(
                f"{kind} {exact.text_of(share)} %" for kind, share in shares.items()
            )
            parts.append(f"by {what}: {words}")
    return "; ".join(parts) or "nothing to share"


def _apart(statement: EmissionStatement) -> tuple[ReportLine, ...]:
    market = statement.market
    based = "no attributes retired"
    if market.market_based_kg_co2e is not None:
        taken = ", ".join(
            f"{mode} {shown_kg(kg)}" for mode, kg in market.applied_kg_co2e.items()
        )
        based = f"{shown_kg(market.market_based_kg_co2e)} after {taken} retired"
        for mode, kg in market.surplus_kg_co2e.items():
            based += f"; {shown_kg(kg)} for {mode} beyond its emissions, not counted"
    offsets = "none"
    if market.offsets_kg_co2e > 0:
        offsets = (
            f"climate contribution of {shown_kg(market.offsets_kg_co2e)}; "
            "transport emissions are unchanged"
        )
    biogenic = NOT_STATED
    if statement.biogenic_kg_co2 is not None:
        biogenic = f"{shown(statement.biogenic_kg_co2)} kg CO2"
    return (
        ReportLine(heading="ledger B, market-based", text=based),
        ReportLine(heading="ledger C, offsets", text=offsets),
        ReportLine(heading="biogenic CO2", text=biogenic),
        ReportLine(heading="aviation other than CO2e", text=NOT_STATED),
    )
