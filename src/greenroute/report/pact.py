"""Footprints of PACT version 2, the envelope of iLEAP.

References
----------
.. [1] iLEAP Technical Specifications 1.0.0 (27 May 2025), 7.2: integration into PACT v2.
.. [2] WBCSD, PACT Technical Specifications 2.3, OpenAPI document.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from greenroute.errors import DataError
from greenroute.rating.factors import DataType
from greenroute.report.ileap_check import IleapData
from greenroute.report.ileap_schema import TEU, TEUKM, Entity
from greenroute.statement import exact
from greenroute.statement.allocation import TONNES_PER_TEU, Load
from greenroute.statement.columns import GwpBasis
from greenroute.statement.content import METHOD
from greenroute.statement.statement import EmissionStatement, StatedFactor
from greenroute.units import KG_PER_TONNE

logger = logging.getLogger(__name__)

VERSION = "2.1.0"
#: Classification of logistics services.
CPC = "83117"
EXTENSION_VERSION = "2.0.0"
DOCUMENTATION = "https://sine-fdn.github.io/ileap-extension/"
SCHEMAS = "https://api.ileap.sine.dev/"
ISO_RULE = "ISO 14083:2023"
#: Field that says the unit of an intensity.
_UNITS = {"toc": "transportActivityUnit", "hoc": "hubActivityUnit"}
#: Bases that version 2 has a word for.
DECLARABLE = (GwpBasis.AR5, GwpBasis.AR6)
#: Largest share that PACT lets a footprint leave out [%]; stated where it is not known.
MOST_EXEMPTED_PCT = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Who owns the data.

    Attributes
    ----------
    name
        Name of the company.
    ids
        URNs that identify it.
    assigned_by
        Who gave shipments their ids: "vendor" (who organises transport) or "buyer".
    """

    name: str
    ids: tuple[str, ...]
    assigned_by: str = "vendor"

    def __post_init__(self) -> None:
        wrong = [text for text in self.ids if not text.lower().startswith("urn:")]
        if not self.name or not self.ids or wrong:
            msg = f"company {self.name!r} has ids {self.ids}, expected a name and URNs"
            raise DataError(msg)
        if self.assigned_by not in ("vendor", "buyer"):
            msg = f"assigned_by is {self.assigned_by!r}, expected vendor or buyer"
            raise DataError(msg)


def pact_footprints(
    statement: EmissionStatement,
    data: IleapData,
    company: Company,
    *,
    created_at: datetime,
) -> tuple[Entity, ...]:
    """Return footprints of PACT v2, one for each shipment, TOC and HOC.

    Parameters
    ----------
    statement
        What was stated.
    data
        The same as iLEAP data, by `ileap_of`.
    company
        Who owns the data.
    created_at
        When; aware. The same input gives the same footprints, ids included.

    Raises
    ------
    DataError
        If the period is not known, or a GWP basis is none that PACT v2 has a word for.
    """
    if created_at.tzinfo is None:
        msg = f"created_at is {created_at.isoformat()}, expected a time with its offset"
        raise DataError(msg)
    if statement.period is None:
        msg = "the period of the statement is not known, expected it in About"
        raise DataError(msg)
    logger.warning(
        "fossilCarbonContent holds kg CO2e, as iLEAP 1.0 asks for, not kg of carbon"
    )
    about = _Envelope(statement, data, company, created_at)
    shipments = _by_shipment(statement)
    return (
        *(about.shipment(s, shipments[s["shipmentId"]]) for s in data.shipments),
        *(about.category(toc, "toc") for toc in data.tocs),
        *(about.category(hoc, "hoc") for hoc in data.hocs),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shipment:
    """What the envelope of a shipment says besides its footprint."""

    factors: tuple[StatedFactor, ...]
    primary_pct: float
    not_included: int


def _by_shipment(statement: EmissionStatement) -> dict[str, _Shipment]:
    columns = ("shipment_id", "factor", "data_type", "wtw_kg_co2e")
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in statement.elements.select(columns).to_pylist():
        rows.setdefault(row["shipment_id"], []).append(row)
    return {
        shipment_id: _of_shipment(elements, statement.factors)
        for shipment_id, elements in rows.items()
    }


def _of_shipment(
    rows: Sequence[Mapping[str, Any]], factors: Sequence[StatedFactor]
) -> _Shipment:
    known = [row for row in rows if row["wtw_kg_co2e"] is not None]
    codes = sorted({row["factor"] for row in known if row["factor"] >= 0})
    total = exact.add(*(row["wtw_kg_co2e"] for row in known))
    primary = exact.add(
        *(row["wtw_kg_co2e"] for row in known if row["data_type"] == DataType.PRIMARY)
    )
    share = Decimal(0) if total == 0 else exact.divide(primary * 100, total)
    return _Shipment(
        factors=tuple(factors[code] for code in codes),
        primary_pct=round(float(share), 4),
        not_included=len(rows) - len(known),
    )


class _Envelope:
    """Puts iLEAP entities of a statement into footprints."""

    def __init__(
        self,
        statement: EmissionStatement,
        data: IleapData,
        company: Company,
        created_at: datetime,
    ) -> None:
        self._statement = statement
        self._data = data
        self._company = company
        self._created = _utc(created_at)

    def shipment(self, footprint: Entity, known: _Shipment) -> Entity:
        """Return the footprint of a shipment."""
        kg = exact.add(*(Decimal(tce["co2eWTW"]) for tce in footprint["tces"]))
        tkm = exact.add(
            *(Decimal(tce["transportActivity"]) for tce in footprint["tces"])
        )
        if tkm <= 0:
            msg = (
                f"shipment {footprint['shipmentId']!r} has no transport activity, expected "
                "some: PACT declares emissions per tonne-kilometre"
            )
            raise DataError(msg)
        exempted: dict[str, Any] = {
            "exemptedEmissionsPercent": 0.0,
            "exemptedEmissionsDescription": "",
        }
        if known.not_included:
            exempted = {
                "exemptedEmissionsPercent": MOST_EXEMPTED_PCT,
                "exemptedEmissionsDescription": "Emissions of "
                f"{known.not_included} hub operations are not included: no value is known, "
                "nor is their share; the most that may be left out is stated.",
            }
        return self._footprint(
            footprint,
            kind="shipment",
            name=footprint["shipmentId"],
            schema="shipment-footprint.json",
            pcf={
                "declaredUnit": "ton kilometer",
                "unitaryProductAmount": exact.text_of(tkm),
                "productMassPerDeclaredUnit": footprint["mass"],
                **_emissions(kg),
                **exempted,
                "primaryDataShare": known.primary_pct,
                **_gwp(known.factors, f"shipment {footprint['shipmentId']!r}"),
                **_sources(known.factors),
            },
        )

    def category(self, entity: Entity, kind: str) -> Entity:
        """Return the footprint of a TOC or HOC."""
        name = entity[f"{kind}Id"]
        kg = Decimal(entity["co2eIntensityWTW"])
        if entity[_UNITS[kind]] in (TEUKM, TEU):
            kg = exact.divide(kg, TONNES_PER_TEU[Load.DEFAULT])
        unit = ("ton kilometer", "1", "1")
        if kind == "hoc":
            unit = ("kilogram", str(KG_PER_TONNE), str(KG_PER_TONNE))
        factors = self._factors_of(f"{kind}:{name}")
        primary = all(factor.data_type is DataType.PRIMARY for factor in factors)
        return self._footprint(
            entity,
            kind=kind,
            name=name,
            schema=f"{kind}.json",
            pcf={
                "declaredUnit": unit[0],
                "unitaryProductAmount": unit[1],
                "productMassPerDeclaredUnit": unit[2],
                **_emissions(kg),
                "exemptedEmissionsPercent": 0.0,
                "exemptedEmissionsDescription": "",
                "primaryDataShare": 100.0 if primary else 0.0,
                **_gwp(factors, f"{kind} {name!r}"),
                **_sources(factors),
            },
        )

    def _factors_of(self, key: str) -> tuple[StatedFactor, ...]:
        wanted = self._data.factor_of.get(key)
        return tuple(f for f in self._statement.factors if f.factor_id == wanted)

    def _footprint(
        self, entity: Entity, *, kind: str, name: str, schema: str, pcf: Entity
    ) -> Entity:
        company, (first, last) = self._company, self._period()
        urn = f"urn:pathfinder:product:customcode:{company.assigned_by}-assigned"
        what = {"shipment": "shipment", "toc": "transport", "hoc": "hub operations"}[
            kind
        ]
        key = json.dumps([company.ids, entity, pcf, self._created], sort_keys=True)
        return {
            "id": str(uuid5(NAMESPACE_URL, key)),
            "specVersion": VERSION,
            "version": 0,
            "created": self._created,
            "status": "Active",
            "companyName": company.name,
            "companyIds": list(company.ids),
            "productDescription": f"Logistics emissions of {what} {name}",
            "productIds": [f"{urn}:{kind}:{name}"],
            "productCategoryCpc": CPC,
            "productNameCompany": f"{kind.upper() if kind != 'shipment' else kind} {name}",
            "comment": "",
            "pcf": {
                **pcf,
                "crossSectoralStandardsUsed": ["GHG Protocol Product standard"],
                "productOrSectorSpecificRules": [
                    {
                        "operator": "Other",
                        "otherOperatorName": "ISO",
                        "ruleNames": [ISO_RULE],
                    }
                ],
                "boundaryProcessesDescription": f"{METHOD}, well to wheel: energy "
                "provision and operation, loaded and empty; not: making of vehicles and "
                "infrastructure, offsets, traded allowances",
                "allocationRulesDescription": self._statement.about.allocation,
                "referencePeriodStart": first,
                "referencePeriodEnd": last,
                "packagingEmissionsIncluded": False,
            },
            "extensions": [
                {
                    "specVersion": EXTENSION_VERSION,
                    "dataSchema": f"{SCHEMAS}{schema}",
                    "documentation": DOCUMENTATION,
                    "data": entity,
                }
            ],
        }

    def _period(self) -> tuple[str, str]:
        """Return start, and end of the period, which is the day after its last."""
        first, last = self._statement.period or ("", "")
        day = date.fromisoformat(last) + timedelta(days=1)
        return f"{first}T00:00:00Z", f"{day.isoformat()}T00:00:00Z"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _emissions(kg: Decimal) -> Entity:
    text = exact.text_of(kg)
    return {
        "pCfExcludingBiogenic": text,
        "fossilGhgEmissions": text,
        "fossilCarbonContent": text,
        "biogenicCarbonContent": "0",
    }


def _gwp(factors: Sequence[StatedFactor], what: str) -> Entity:
    bases = {factor.gwp_basis for factor in factors}
    wrong = sorted(
        f"{factor.factor_id} ({factor.gwp_basis or 'not declared'})"
        for factor in factors
        if factor.gwp_basis not in DECLARABLE
    )
    if wrong:
        msg = (
            f"{what} rests on {', '.join(wrong)}, expected GWP basis AR5 or AR6: "
            "PACT v2 cannot declare another"
        )
        raise DataError(msg)
    words = [str(basis) for basis in DECLARABLE if basis in bases]
    if not words:
        words = [str(GwpBasis.AR5)]
    return {
        "characterizationFactors": words[0],
        "ipccCharacterizationFactorsSources": words,
    }


def _sources(factors: Sequence[StatedFactor]) -> Entity:
    """Return where secondary data come from; nothing if all are primary."""
    sources = {
        (factor.source, "not stated" if factor.year is None else str(factor.year))
        for factor in factors
        if factor.data_type is not DataType.PRIMARY
    }
    if not sources:
        return {}
    found = [{"name": name, "version": version} for name, version in sorted(sources)]
    return {"secondaryEmissionFactorSources": found}
