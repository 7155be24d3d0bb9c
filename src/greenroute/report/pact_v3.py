"""Footprints of PACT version 2 as version 3.

References
----------
.. [1] WBCSD, PACT Technical Specifications 2.3 and 3.0, OpenAPI documents.
"""

from decimal import Decimal

from greenroute.report.ileap_schema import Entity
from greenroute.report.pact import CPC, ISO_RULE
from greenroute.statement import exact

VERSION = "3.0.0"
_STANDARDS = {
    "GHG Protocol Product standard": "GHGP-Product",
    "ISO Standard 14067": "ISO14067",
    "ISO Standard 14044": "ISO14040-44",
}


def pact_v3(footprint: Entity) -> Entity:
    """Return a footprint of PACT v2 as one of version 3.

    Version 3 has no place for `version`, `updated`, `statusComment`,
    `biogenicAccountingMethodology` and `uncertaintyAssessmentDescription`: they are left out.
    A transport service contains no carbon: `fossilCarbonContent`, which iLEAP fills with
    emissions in version 2, is 0.
    """
    pcf = footprint["pcf"]
    left_out = ("version", "updated", "statusComment", "productCategoryCpc", "pcf")
    cpc = footprint["productCategoryCpc"]
    return {
        **{name: value for name, value in footprint.items() if name not in left_out},
        "specVersion": VERSION,
        "productClassifications": [f"urn:pact:productclassification:un-cpc:{cpc}"],
        "pcf": _pcf_v3(pcf, is_service=cpc == CPC),
    }


#: Names of version 2 and what version 3 calls them.
_RENAMED = {
    "declaredUnit": "declaredUnitOfMeasurement",
    "unitaryProductAmount": "declaredUnitAmount",
    "pCfExcludingBiogenic": "pcfExcludingBiogenicUptake",
    "pCfIncludingBiogenic": "pcfIncludingBiogenicUptake",
    "ipccCharacterizationFactorsSources": "ipccCharacterizationFactors",
    "dLucGhgEmissions": "landUseChangeGhgEmissions",
    "biogenicCarbonWithdrawal": "biogenicCO2Uptake",
    "assurance": "verification",
}
_DROPPED = frozenset(
    {
        "characterizationFactors",
        "crossSectoralStandardsUsed",
        "biogenicAccountingMethodology",
        "uncertaintyAssessmentDescription",
    }
)


def _pcf_v3(pcf: Entity, *, is_service: bool) -> Entity:
    kept = {_RENAMED.get(n, n): v for n, v in pcf.items() if n not in _DROPPED}
    kept.setdefault("pcfIncludingBiogenicUptake", kept["pcfExcludingBiogenicUptake"])
    kept.setdefault("productMassPerDeclaredUnit", "0")
    if is_service:
        kept["fossilCarbonContent"] = "0"
    for name in ("exemptedEmissionsPercent", "primaryDataShare"):
        if name in kept:
            kept[name] = exact.text_of(Decimal(str(kept[name])))
    rules = pcf.get("productOrSectorSpecificRules") or []
    is_iso = any(ISO_RULE in rule["ruleNames"] for rule in rules)
    used = pcf.get("crossSectoralStandardsUsed") or []
    standards = [_STANDARDS.get(name, name) for name in used]
    kept["crossSectoralStandards"] = [*(["ISO14083"] if is_iso else []), *standards]
    return kept
