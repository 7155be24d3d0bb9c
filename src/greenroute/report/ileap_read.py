"""iLEAP 1.0.0 files, of this or another system, as transport chains.

An element is stated with the intensity of its TOC or HOC, so that the statement can be
compared with what the file says; one whose numbers do not hold together is rejected. Files
that `write_ileap` wrote and nobody changed come back with all that iLEAP has no field for.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from greenroute.errors import DataError
from greenroute.plan.leg import LegKind
from greenroute.rating.energy_carrier import (
    MADE,
    PART,
    SHARE,
    EnergyCarrier,
    Feedstock,
    is_area,
)
from greenroute.report.ileap import COMPANION, ILEAP_FILES
from greenroute.report.ileap_check import (
    IleapData,
    agrees,
    category_findings,
    distances_of,
    shipment_findings,
    teu_in,
)
from greenroute.report.ileap_companion import FORMAT
from greenroute.report.ileap_schema import (
    MODE_WORDS,
    TEU,
    TEUKM,
    Entity,
    IleapFinding,
    Severity,
    structure_findings,
)
from greenroute.statement import exact
from greenroute.statement.chain import TransportChains, chains_of_rows
from greenroute.statement.columns import PER_T, PER_TEU, PER_TEUKM, PER_TKM
from greenroute.statement.rejection import ChainRule, Rejection
from greenroute.tables import sha256_of
from greenroute.units import G_PER_KG, KG_PER_TONNE

logger = logging.getLogger(__name__)

_MODE_OF = {word: mode for mode, word in MODE_WORDS.items()}
_Cells = dict[str, object]


def read_ileap(path: Path | str) -> TransportChains:
    """Read iLEAP 1.0.0 data as transport chains.

    Parameters
    ----------
    path
        Folder as `write_ileap` writes it; or a JSON file with footprints of shipments, TOCs
        and HOCs, alone, in a list, or inside footprints of PACT.

    Returns
    -------
    TransportChains
        Elements that hold together; the others are under `rejected`, by JSON pointer.

    Raises
    ------
    DataError
        If a file cannot be read, or there is no footprint of a shipment.
    """
    path = Path(path)
    if path.is_dir():
        companion = _companion(path)
        if companion is not None:
            return chains_of_rows(companion, source=str(path))
    data, where = _gather(path)
    tocs, toc_findings = _good_categories(data.tocs, "TOC", where)
    hocs, hoc_findings = _good_categories(data.hocs, "HOC", where)
    rows: list[_Cells] = []
    rejected = [
        _rejection(finding, "", "") for finding in (*toc_findings, *hoc_findings)
    ]
    for shipment in data.shipments:
        pointer = where[id(shipment)]
        for cells, rejection in _elements(shipment, tocs, hocs, pointer):
            if rejection is None:
                rows.append(cells)
            else:
                rejected.append(rejection)
    chains = chains_of_rows(rows, source=str(path))
    return TransportChains(
        table=chains.table,
        rejected=(*rejected, *chains.rejected),
        source=chains.source,
    )


def _companion(folder: Path) -> list[dict[str, Any]] | None:
    """Return the chains that `write_ileap` noted, if its files are as it wrote them."""
    path = folder / COMPANION
    if not path.is_file():
        return None
    value = _load(path)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        msg = f"{path}: the format is not {FORMAT!r}, expected a file of write_ileap"
        raise DataError(msg)
    digests = value["sha256"]
    changed = [
        name
        for name in ILEAP_FILES
        if not (folder / name).is_file() or sha256_of(folder / name) != digests[name]
    ]
    if changed:
        logger.warning("%s is not used: %s changed since", path, ", ".join(changed))
        return None
    elements: list[dict[str, Any]] = value["elements"]
    return elements


def _load(path: Path) -> object:
    try:
        value: object = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: there is no such file"
        raise DataError(msg) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: {error}, expected JSON"
        raise DataError(msg) from None
    return value


def _gather(path: Path) -> tuple[IleapData, dict[int, str]]:
    """Return all entities of a file or folder, and where each stands."""
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.glob("*.json") if p.name != COMPANION)
    found: dict[str, list[Entity]] = {"shipmentId": [], "tocId": [], "hocId": []}
    where: dict[int, str] = {}
    for file in files:
        for entity, pointer in _entities(_load(file), ""):
            kind = "shipmentId" if "tces" in entity else None
            kind = kind or next((k for k in ("tocId", "hocId") if k in entity), None)
            if kind is not None:
                found[kind].append(entity)
                where[id(entity)] = f"{file}#{pointer}"
    if not found["shipmentId"]:
        msg = f"{path}: there is no ShipmentFootprint, expected iLEAP data"
        raise DataError(msg)
    data = IleapData(
        shipments=tuple(found["shipmentId"]),
        tocs=tuple(found["tocId"]),
        hocs=tuple(found["hocId"]),
    )
    return data, where


def _entities(value: object, pointer: str) -> Iterator[tuple[Entity, str]]:
    """Yield the iLEAP entities in a document, those inside footprints of PACT as well."""
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from _entities(part, f"{pointer}/{number}")
    elif isinstance(value, dict):
        inside = [key for key in ("data", "extensions") if key in value]
        for key in inside:
            yield from _entities(value[key], f"{pointer}/{key}")
        if not inside:
            yield value, pointer


def _good_categories(
    categories: tuple[Entity, ...], entity: str, where: Mapping[int, str]
) -> tuple[dict[str, Entity], list[IleapFinding]]:
    """Return the categories that hold together by id, and what is wrong with others."""
    good: dict[str, Entity] = {}
    findings: list[IleapFinding] = []
    for category in categories:
        pointer = where[id(category)]
        found = structure_findings(category, entity, pointer)
        if not _errors(found):
            found += category_findings(category, pointer)
        if _errors(found):
            findings += _errors(found)
        else:
            _warn(found)
            good[category[f"{entity.lower()}Id"]] = category
    return good, findings


def _errors(findings: list[IleapFinding]) -> list[IleapFinding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def _warn(findings: list[IleapFinding]) -> None:
    for finding in findings:
        if finding.severity is Severity.WARNING:
            logger.warning("%s", finding)


def _rejection(finding: IleapFinding, shipment_id: str, tce_id: str) -> Rejection:
    return Rejection(
        where=finding.pointer,
        shipment_id=shipment_id,
        tce_id=tce_id,
        column=finding.pointer.rpartition("/")[2],
        rule=ChainRule.UNREADABLE,
        text=finding.text,
    )


def _elements(
    shipment: Entity,
    tocs: Mapping[str, Entity],
    hocs: Mapping[str, Entity],
    pointer: str,
) -> Iterator[tuple[_Cells, Rejection | None]]:
    """Yield the cells of each element of a footprint, or why it is left out."""
    found = structure_findings(shipment, "ShipmentFootprint", pointer)
    shipment_id = str(shipment.get("shipmentId", ""))
    if not _errors(found):
        found += shipment_findings(shipment, tocs, hocs, pointer)
    _warn(found)
    tces = shipment["tces"] if isinstance(shipment["tces"], list) else []
    places = [f"{pointer}/tces/{number}" for number in range(len(tces))]
    bad: set[str] = set()
    for finding in _errors(found):
        within = [p for p in places if f"{finding.pointer}/".startswith(f"{p}/")]
        bad.update(within or places)
        number = places.index(within[0]) if within else -1
        tce = tces[number] if within and isinstance(tces[number], dict) else {}
        yield {}, _rejection(finding, shipment_id, str(tce.get("tceId", "")))
    known = {tce["tceId"] for tce, p in zip(tces, places, strict=True) if p not in bad}
    for tce, place in zip(tces, places, strict=True):
        if place in bad:
            continue
        toc = tocs.get(tce.get("tocId", ""))
        if tce.get("tocId") is not None and (
            toc is None or toc["mode"] not in _MODE_OF
        ):
            finding = IleapFinding(
                pointer=f"{place}/tocId",
                text=f"{tce['tocId']!r} is not published with a mode that is known, "
                "expected its TOC: nothing else says the mode",
            )
            yield {}, _rejection(finding, shipment_id, tce["tceId"])
            continue
        hoc = hocs.get(tce.get("hocId", ""))
        cells = _run_cells(tce, toc) if toc is not None else _hub_cells(tce, hoc)
        yield _about(tce, known) | cells | {"shipment_id": shipment_id}, None


def _about(tce: Entity, known: set[str]) -> _Cells:
    """Return what a run and a hub operation both say."""
    prev = tce.get("prevTceIds")
    cells: _Cells = {
        "tce_id": tce["tceId"],
        "mass_kg": tce["mass"],
        "prev_tce_ids": None if prev is None else [b for b in prev if b in known],
        "consignment_id": tce.get("consignmentId"),
        "teu": teu_in(tce),
        "origin": _place(tce.get("origin")),
        "destination": _place(tce.get("destination")),
        "departs_at": tce.get("departureAt"),
        "arrives_at": tce.get("arrivalAt"),
        "incoterm": tce.get("incoterms"),
    }
    return {name: value for name, value in cells.items() if value is not None}


def _place(location: Entity | None) -> str | None:
    return None if location is None else f"{location['city']}, {location['country']}"


def _run_cells(tce: Entity, toc: Entity) -> _Cells:
    mode = _MODE_OF[toc["mode"]]
    km, basis = _distance(tce, by_air=toc["mode"] == "Air")
    per_teu = toc["transportActivityUnit"] == TEUKM
    wtw, ttw = PER_TEUKM if per_teu else PER_TKM
    grams = Decimal(G_PER_KG)
    return {
        "kind": LegKind.TRANSPORT,
        "mode": mode,
        "toc": toc["tocId"],
        "distance_km": exact.text_of(km),
        "distance_basis": basis,
        "intensity_distance_basis": basis,
        wtw: exact.text_of(exact.multiply(Decimal(toc["co2eIntensityWTW"]), grams)),
        ttw: exact.text_of(exact.multiply(Decimal(toc["co2eIntensityTTW"]), grams)),
        "source": toc.get("description") or "iLEAP TOC",
        "factor_id": f"ileap:{toc['tocId']}",
    } | _energy(toc)


def _distance(tce: Entity, *, by_air: bool) -> tuple[Decimal, str]:
    """Return the distance that the activity rests on, and which it is."""
    distance = tce["distance"]
    per_t = exact.one_per(KG_PER_TONNE)
    for name in ("sfd", "gcd", "actual"):
        if not distance.get(name):
            continue
        km = Decimal(distance[name])
        tkm = exact.multiply(Decimal(tce["mass"]), km, per_t)
        if agrees(tce["transportActivity"], tkm):
            return km, "gcd+95" if by_air and name == "gcd" else name
    return distances_of(tce, may_add=False)[0], "gcd"


def _hub_cells(tce: Entity, hoc: Entity | None) -> _Cells:
    cells: _Cells = {"kind": LegKind.HUB, "hoc": tce["hocId"]}
    if hoc is None:
        tonnes = exact.multiply(Decimal(tce["mass"]), exact.one_per(KG_PER_TONNE))
        return cells | {
            name: exact.divide(Decimal(tce[field]), tonnes)
            for name, field in zip(PER_T, ("co2eWTW", "co2eTTW"), strict=True)
        }
    wtw, ttw = PER_TEU if hoc["hubActivityUnit"] == TEU else PER_T
    return (
        cells
        | {
            wtw: hoc["co2eIntensityWTW"],
            ttw: hoc["co2eIntensityTTW"],
            "source": hoc.get("description") or "iLEAP HOC",
            "factor_id": f"ileap:{hoc['hocId']}",
        }
        | _energy(hoc)
    )


def _energy(category: Entity) -> _Cells:
    """Return the energy carriers of a category, if all of them are known."""
    carriers = category["energyCarriers"]
    if any(c["energyCarrier"] not in set(EnergyCarrier) for c in carriers):
        return {}
    shares: dict[str, Decimal] = {}
    for carrier in carriers:
        name = MADE.join((carrier["energyCarrier"], *_made_from(carrier)))
        share = Decimal(carrier["relativeShare"])
        shares[name] = exact.add(shares.get(name, Decimal(0)), share)
    if len(shares) == 1:
        return {"energy": next(iter(shares))}
    parts = (f"{name}{SHARE}{exact.text_of(x)}" for name, x in shares.items())
    return {"energy": PART.join(parts)}


def _made_from(carrier: Entity) -> Iterator[str]:
    """Yield the feedstock of a carrier if it is one that is known, and its area."""
    feedstocks = carrier.get("feedstocks") or []
    if len(feedstocks) == 1 and feedstocks[0]["feedstock"] in set(Feedstock):
        yield feedstocks[0]["feedstock"]
        area = feedstocks[0].get("regionProvenance") or ""
        if is_area(area):
            yield area
