"""States what transport chains emit: resolves, computes, sums up."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from greenroute.network.lane import Mode
from greenroute.plan.leg import LegKind
from greenroute.plan.plan import Plan
from greenroute.rating.factors import DataType, FactorSet
from greenroute.rating.read import Rates
from greenroute.statement import exact
from greenroute.statement.chain import (
    CarriedShipment,
    TransportChains,
    chains_of_itineraries,
)
from greenroute.statement.compute import (
    activity_columns,
    emission_columns,
    intensity_columns,
    is_run,
)
from greenroute.statement.disclosure import (
    NOT_STATED,
    exclusions_of,
    period_of,
    remarks_of,
)
from greenroute.statement.groups import group_rows
from greenroute.statement.lineage import read_lineage
from greenroute.statement.market import MarketInstruments, market_result
from greenroute.statement.plan_chains import chains_of_plan
from greenroute.statement.quality import quality_shares
from greenroute.statement.resolve import resolve
from greenroute.statement.scope3 import Flow, Incoterm, Payer, scope3_category
from greenroute.statement.stated_factors import names_of, stated_factors
from greenroute.statement.statement import About, EmissionStatement, Totals
from greenroute.statement.totals import sum_up, sums_of

#: Columns that a statement adds to those of the chains, or fills.
RESULT_COLUMNS = {
    "activity_km": "distance of the activity [km]; empty at a hub",
    "activity_basis": "which distance it is: sfd, gcd, gcd+95 or actual",
    "applied_daf": "distance adjustment factor on the intensity [1]",
    "activity_tkm": "transport activity [t·km]; empty at a hub",
    "hub_t": "hub activity [t]; empty for a run",
    "wtw_g_per_tkm": "intensity used, well to wheel [g CO2e/(t·km)]",
    "ttw_g_per_tkm": "likewise, operation",
    "wtw_kg_per_t": "intensity used at a hub [kg CO2e/t]",
    "ttw_kg_per_t": "likewise, operation",
    "wtw_kg_co2e": "emissions, well to wheel [kg CO2e]; empty: not included",
    "ttw_kg_co2e": "emissions of operation [kg CO2e]; empty: not stated",
    "factor_id": "intensity used",
    "data_type": "its class",
    "month": "month of departure",
    "scope3": "where the reporting company puts it",
    "factor": "position in the statement's factors; -1 without one",
}
_MONTH = 7


def state_emissions(
    chains: TransportChains | Plan | Sequence[CarriedShipment],
    factors: FactorSet | Rates,
    *,
    market: MarketInstruments | None = None,
    about: About | None = None,
) -> EmissionStatement:
    """State what transport chains emit, by the equations of ISO 14083.

    Rows that cannot be stated are left out and listed under `rejected`, with those that
    were left out on reading; their shipments are listed under `incomplete`.

    Parameters
    ----------
    chains
        Elements as `read_chains`, `read_plan_chains` or `chains_of` give them, or a plan, or
        shipments with the itinerary that each takes.
    factors
        Factor set for intensities that the chains leave open.
    market
        Retired attributes and offsets, told beside the result.
    about
        What the reporting company says.

    References
    ----------
    .. [1] ISO 14083:2023, 5.4 to 5.6, 13.3, 13.4.3.
    """
    factors = factors.factors if isinstance(factors, Rates) else factors
    if isinstance(chains, Plan):
        chains = chains_of_plan(chains)
    elif not isinstance(chains, TransportChains):
        chains = chains_of_itineraries(chains, factors)
    lineage = read_lineage(factors)
    chains, cases = resolve(chains, factors, lineage)
    run = is_run(chains)
    activity = activity_columns(chains, cases, run)
    intensity = intensity_columns(chains, cases)
    emissions = emission_columns(chains, activity, intensity)
    del activity["size"]
    used, codes = stated_factors(chains, cases, factors, lineage)
    added = activity | intensity | emissions | names_of(used, codes) | _sorting(chains)
    elements = _with_columns(chains.table, added)
    parts = sums_of(elements, ("kind", "mode", "data_type")).to_pylist()
    runs = [part for part in parts if part["kind"] == LegKind.TRANSPORT]
    modes = {
        mode: sum_up(part for part in runs if part["mode"] == mode)
        for mode in Mode
        if any(part["mode"] == mode for part in runs)
    }
    total = sum_up(parts)
    about = About() if about is None else about
    return EmissionStatement(
        elements=elements,
        total=total,
        modes=modes,
        hubs=sum_up(part for part in parts if part["kind"] == LegKind.HUB),
        quality=quality_shares(
            {kind: sums.wtw_kg_co2e for kind, sums in _by_type(parts).items()},
            {kind: sums.activity_tkm for kind, sums in _by_type(runs).items()},
        ),
        factors=used,
        correlation=factors.correlation,
        factor_set=factors.name,
        factor_set_version=factors.version,
        factor_set_sha256=factors.sha256,
        attributions=lineage.attributions,
        hub_types=lineage.hub_types,
        period=about.period or period_of(elements),
        distance_types=tuple(
            sorted(set(elements["activity_basis"].unique().to_pylist()) - {None})
        ),
        gwp_bases=tuple(
            sorted({str(factor.gwp_basis or NOT_STATED) for factor in used})
        ),
        exclusions=exclusions_of(elements, chains.rejected),
        remarks=remarks_of(elements, used, chains.carried()),
        biogenic_kg_co2=_biogenic(elements),
        market=market_result(
            {mode: sums.wtw_kg_co2e for mode, sums in modes.items()},
            total.wtw_kg_co2e,
            MarketInstruments() if market is None else market,
        ),
        about=about,
        incomplete=tuple(
            sorted({r.shipment_id for r in chains.rejected if r.shipment_id})
        ),
        rejected=chains.rejected,
        source=chains.source,
    )


def _with_columns(table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    for name, column in columns.items():
        if name in table.column_names:
            place = table.column_names.index(name)
            table = table.set_column(place, name, column)
        else:
            table = table.append_column(name, column)
    return table


def _sorting(chains: TransportChains) -> dict[str, pa.Array]:
    """Return what a statement is sorted by besides what stands in the chains."""
    departs = chains.column("departs_at")
    if departs is None:
        departs = pa.nulls(len(chains), pa.string())
    return {
        "month": pc.utf8_slice_codeunits(departs, 0, _MONTH),
        "scope3": _scopes(chains),
    }


def _scopes(chains: TransportChains) -> pa.Array:
    names = ("flow", "payer", "incoterm")
    columns = {n: c for n in names if (c := chains.column(n)) is not None}
    group, first = group_rows(list(columns.values()), len(chains))
    scopes = []
    for row in first.tolist():
        words = {name: column[row].as_py() for name, column in columns.items()}
        flow, payer, incoterm = (words.get(name) for name in names)
        scope = scope3_category(
            Flow(flow) if flow else None,
            payer=Payer(payer) if payer else None,
            incoterm=Incoterm(incoterm) if incoterm else None,
        )
        scopes.append(str(scope))
    return pa.array(scopes, pa.string()).take(pa.array(group))


def _by_type(parts: list[dict[str, Any]]) -> dict[DataType, Totals]:
    return {
        kind: sum_up(part for part in parts if part["data_type"] == kind)
        for kind in DataType
    }


def _biogenic(elements: pa.Table) -> Decimal | None:
    if "biogenic_kg_co2" not in elements.column_names:
        return None
    return exact.total(elements["biogenic_kg_co2"])
