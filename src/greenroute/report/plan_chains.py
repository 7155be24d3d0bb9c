"""The legs of a plan as transport chains, so that they can be stated by ISO 14083."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from greenroute.plan.leg import LegKind
from greenroute.rating.factors import NETWORK_HUB
from greenroute.rating.operation import PASSAGE_SHARE, Operation
from greenroute.statement.chain import TransportChains, chains_of_rows
from greenroute.units import KG_PER_TONNE

_TOLD = ("shipment_id", "tce_id", "kind", "mode", "mass_kg", "cargo")
_OF_RUN = ("toc", "distance_km", "distance_basis", "lane")


def read_plan_chains(folder: Path | str) -> TransportChains:
    """Read the transport chains of a plan folder."""
    path = Path(folder) / "legs.parquet"
    return chains_of_legs(pyarrow.parquet.read_table(path), source=str(path))


def chains_of_legs(legs: pa.Table, *, source: str = "plan") -> TransportChains:
    """Return the legs of a plan as transport chains; paperwork is no element.

    Parameters
    ----------
    legs
        As `PlanLegs.table` writes them.
    source
        Where they come from.
    """
    rows: list[dict[str, object]] = []
    before = {"shipment_id": "", "tce_id": ""}
    for leg in legs.to_pylist():
        share = None
        if leg["kind"] == LegKind.HUB:
            share = PASSAGE_SHARE[Operation(leg["operation"])]
            if share == 0:
                continue
        row = _element(leg, share)
        if before["shipment_id"] == leg["shipment_id"]:
            row["prev_tce_ids"] = (before["tce_id"],)
        rows.append(row)
        before = leg
    return chains_of_rows(rows, source=source)


def _element(leg: Mapping[str, Any], share: float | None) -> dict[str, object]:
    row = {name: leg[name] for name in _TOLD}
    for name in ("departs_at", "arrives_at"):
        if leg[name] is not None:
            row[name] = leg[name].isoformat()
    if share is None:
        return row | {name: leg[name] for name in _OF_RUN}
    row |= {"hoc": leg["hoc"], "passage_share": share}
    if leg["factor_id"] == NETWORK_HUB:
        mass_t = leg["mass_kg"] * share / KG_PER_TONNE
        row |= {
            "wtw_kg_per_t": leg["wtw_kg_co2e"] / mass_t,
            "ttw_kg_per_t": leg["ttw_kg_co2e"] / mass_t,
            "data_type": leg["data_type"],
            "source": "gateways of the network",
            "factor_id": NETWORK_HUB,
        }
    return row
