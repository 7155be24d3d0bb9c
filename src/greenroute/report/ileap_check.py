"""Whether iLEAP data hold together: what no schema checks.

Exactly one of TOC and HOC · lists not empty · one shipment id · activity = mass × distance ·
emissions = activity × intensity · TTW at most WTW · shares that add up · no circle in
`prevTceIds` · every TOC and HOC published.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from greenroute.report.ileap_schema import (
    CONTAINER_FEU,
    CONTAINER_TEU,
    TEUKM,
    TKM,
    TONNES,
    Entity,
    IleapFinding,
    Severity,
    structure_findings,
)
from greenroute.report.ileap_schema import TEU as TEU_UNIT
from greenroute.statement import exact
from greenroute.statement.allocation import teu_of
from greenroute.statement.distance import AIR_ADDED_KM
from greenroute.statement.order import in_circle
from greenroute.units import KG_PER_TONNE

#: What another system's rounding may make of a product.
ROUNDING = Decimal("0.001")
_HALF = Decimal("0.5")
_FEU_FT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class IleapData:
    """Footprints of shipments, and the categories that they rest on.

    Attributes
    ----------
    shipments, tocs, hocs
        ShipmentFootprint, TOC and HOC of iLEAP 1.0.0, as JSON objects.
    factor_of
        Factor id of a statement by "toc:" or "hoc:" and the id of the category.
    """

    shipments: tuple[Entity, ...]
    tocs: tuple[Entity, ...]
    hocs: tuple[Entity, ...]
    factor_of: Mapping[str, str] = field(default_factory=dict)

    def errors(self) -> tuple[IleapFinding, ...]:
        """Return what must not be sent or used."""
        found = check_ileap(self)
        return tuple(f for f in found if f.severity is Severity.ERROR)


def check_ileap(data: IleapData) -> tuple[IleapFinding, ...]:
    """Return what is wrong with iLEAP data, structure first."""
    found: list[IleapFinding] = []
    for name, entity, parts in (
        ("shipments", "ShipmentFootprint", data.shipments),
        ("tocs", "TOC", data.tocs),
        ("hocs", "HOC", data.hocs),
    ):
        for number, part in enumerate(parts):
            found += structure_findings(part, entity, f"/{name}/{number}")
    if any(finding.severity is Severity.ERROR for finding in found):
        return tuple(found)
    tocs = {toc["tocId"]: toc for toc in data.tocs}
    hocs = {hoc["hocId"]: hoc for hoc in data.hocs}
    for name, parts in (("tocs", data.tocs), ("hocs", data.hocs)):
        for number, category in enumerate(parts):
            found += category_findings(category, f"/{name}/{number}")
    for number, shipment in enumerate(data.shipments):
        found += shipment_findings(shipment, tocs, hocs, f"/shipments/{number}")
    return tuple(found)


def category_findings(category: Entity, pointer: str) -> Iterator[IleapFinding]:
    """Yield what is wrong with the numbers of a TOC or HOC."""
    wtw, ttw = (Decimal(category[f"co2eIntensity{x}"]) for x in ("WTW", "TTW"))
    if ttw > wtw:
        text = f"{ttw}, expected at most co2eIntensityWTW, {wtw}"
        yield IleapFinding(pointer=f"{pointer}/co2eIntensityTTW", text=text)
    carriers = category["energyCarriers"]
    place = f"{pointer}/energyCarriers"
    shares = [Decimal(carrier["relativeShare"]) for carrier in carriers]
    if not all(0 < share <= 1 for share in shares) or exact.add(*shares) != 1:
        text = (
            f"relativeShare {', '.join(map(str, shares))}, expected > 0, adding up to 1"
        )
        yield IleapFinding(pointer=place, text=text)
    for number, carrier in enumerate(carriers):
        yield from _carrier_findings(carrier, f"{place}/{number}")
    for name, low, high in (("loadFactor", 0, 1), ("emptyDistanceFactor", 0, 1)):
        value = category.get(name)
        if value is not None and not low <= Decimal(value) <= high:
            text = f"{value}, expected {low} to {high}"
            yield IleapFinding(pointer=f"{pointer}/{name}", text=text)


def _carrier_findings(carrier: Entity, place: str) -> Iterator[IleapFinding]:
    if (carrier.get("energyConsumption") is None) != (
        carrier.get("energyConsumptionUnit") is None
    ):
        text = (
            "one of energyConsumption and energyConsumptionUnit, expected both or none"
        )
        yield IleapFinding(pointer=place, text=text)
    given = [f.get("feedstockShare") for f in carrier.get("feedstocks") or []]
    shares = [Decimal(share) for share in given if share is not None]
    if any(not 0 <= share <= 1 for share in shares) or exact.add(*shares) > 1:
        text = (
            f"feedstockShare {', '.join(map(str, shares))}, expected at most 1 together"
        )
        yield IleapFinding(pointer=place, text=text)


def shipment_findings(
    shipment: Entity,
    tocs: Mapping[str, Entity],
    hocs: Mapping[str, Entity],
    pointer: str,
) -> list[IleapFinding]:
    """Return what is wrong with a footprint whose structure is right."""
    found: list[IleapFinding] = []
    tces: Sequence[Entity] = shipment["tces"]
    for number, tce in enumerate(tces):
        place = f"{pointer}/tces/{number}"
        if tce["shipmentId"] != shipment["shipmentId"]:
            text = f"{tce['shipmentId']!r}, expected {shipment['shipmentId']!r}"
            found.append(
                IleapFinding(
                    pointer=f"{place}/shipmentId", text=text, severity=Severity.WARNING
                )
            )
        found += tce_findings(tce, tocs, hocs, place)
    return [*found, *_order_findings(tces, pointer)]


def _order_findings(tces: Sequence[Entity], pointer: str) -> Iterator[IleapFinding]:
    row_of: dict[str, int] = {}
    for row, tce in enumerate(tces):
        if row_of.setdefault(tce["tceId"], row) != row:
            text = f"{tce['tceId']!r} again, expected it once"
            yield IleapFinding(pointer=f"{pointer}/tces/{row}/tceId", text=text)
    links = []
    for row, tce in enumerate(tces):
        for before in tce.get("prevTceIds") or []:
            if before in row_of:
                links.append((row, row_of[before]))
            else:
                # Its footprint may come from another carrier.
                yield IleapFinding(
                    pointer=f"{pointer}/tces/{row}/prevTceIds",
                    text=f"{before!r} is not in this footprint",
                    severity=Severity.WARNING,
                )
    later, earlier = np.array(links, dtype=np.int64).reshape(-1, 2).T
    for row in in_circle(later, earlier, len(tces)):
        text = "leads back to itself, expected an order without circles"
        yield IleapFinding(pointer=f"{pointer}/tces/{row}/prevTceIds", text=text)


def tce_findings(
    tce: Entity, tocs: Mapping[str, Entity], hocs: Mapping[str, Entity], place: str
) -> Iterator[IleapFinding]:
    """Yield what is wrong with the numbers of an element."""
    toc_id, hoc_id = tce.get("tocId"), tce.get("hocId")
    if (toc_id is None) == (hoc_id is None):
        text = f"tocId is {toc_id!r} and hocId is {hoc_id!r}, expected one of them"
        yield IleapFinding(pointer=place, text=text)
        return
    wtw, ttw = Decimal(tce["co2eWTW"]), Decimal(tce["co2eTTW"])
    if ttw > wtw:
        text = f"{ttw}, expected at most co2eWTW, {wtw}"
        yield IleapFinding(pointer=f"{place}/co2eTTW", text=text)
    category = tocs.get(str(toc_id)) if hoc_id is None else hocs.get(str(hoc_id))
    if toc_id is not None:
        yield from _activity_findings(tce, category, place)
    if category is None:
        name = "tocId" if hoc_id is None else "hocId"
        text = f"{toc_id or hoc_id!r} is not published with the footprint"
        yield IleapFinding(
            pointer=f"{place}/{name}", text=text, severity=Severity.WARNING
        )
        return
    amount = amount_of(tce, category)
    if amount is None:
        text = (
            "packagingOrTrEqType and Amount are missing, expected TEU for this category"
        )
        yield IleapFinding(pointer=place, text=text)
        return
    for name, kg in (("WTW", wtw), ("TTW", ttw)):
        expected = exact.multiply(amount, Decimal(category[f"co2eIntensity{name}"]))
        if not agrees(tce[f"co2e{name}"], expected):
            text = f"{kg}, expected activity × intensity, {exact.text_of(expected)}"
            yield IleapFinding(pointer=f"{place}/co2e{name}", text=text)


def _activity_findings(
    tce: Entity, category: Entity | None, place: str
) -> Iterator[IleapFinding]:
    mode = None if category is None else category["mode"]
    expected = [
        exact.multiply(Decimal(tce["mass"]), km, exact.one_per(KG_PER_TONNE))
        for km in distances_of(tce, may_add=mode in (None, "Air"))
    ]
    if not any(agrees(tce["transportActivity"], tkm) for tkm in expected):
        given = ", ".join(exact.text_of(tkm) for tkm in expected)
        text = f"{tce['transportActivity']}, expected mass × distance / 1000, {given}"
        yield IleapFinding(pointer=f"{place}/transportActivity", text=text)


def distances_of(tce: Entity, *, may_add: bool) -> list[Decimal]:
    """Return the distances that an activity may rest on [km]."""
    distance = tce["distance"]
    given = [Decimal(distance[n]) for n in ("sfd", "gcd", "actual") if distance.get(n)]
    if may_add and distance.get("gcd"):
        given.append(exact.add(Decimal(distance["gcd"]), AIR_ADDED_KM))
    return given


def amount_of(tce: Entity, category: Entity) -> Decimal | None:
    """Return what an intensity multiplies; None if TEU are missing."""
    unit = category.get("transportActivityUnit") or category.get("hubActivityUnit")
    if unit == TKM:
        return Decimal(tce["transportActivity"])
    if unit == TONNES:
        return exact.multiply(Decimal(tce["mass"]), exact.one_per(KG_PER_TONNE))
    teu = teu_in(tce)
    if teu is None or unit == TEU_UNIT:
        return teu
    if unit == TEUKM:
        tonnes = exact.multiply(Decimal(tce["mass"]), exact.one_per(KG_PER_TONNE))
        km = exact.divide(Decimal(tce["transportActivity"]), tonnes)
        return exact.multiply(teu, km)
    return None


def teu_in(tce: Entity) -> Decimal | None:
    """Return the TEU of an element; None if it does not say."""
    amount = tce.get("packagingOrTrEqAmount")
    kind = tce.get("packagingOrTrEqType")
    if amount is None or kind not in (CONTAINER_TEU, CONTAINER_FEU):
        return None
    per_unit = Decimal(1) if kind == CONTAINER_TEU else teu_of(_FEU_FT)
    return exact.multiply(Decimal(amount), per_unit)


def agrees(text: str, expected: Decimal) -> bool:
    """Return whether a number is a product, up to the rounding of who wrote it."""
    given = Decimal(text)
    places = max(-int(given.as_tuple().exponent), 0)
    half_digit = _HALF.scaleb(-places)
    return abs(given - expected) <= abs(expected) * ROUNDING + half_digit
