"""A statement as iLEAP 1.0.0: footprints of shipments, their TOCs and HOCs.

iLEAP has no field for a distance adjustment factor: a TOC carries the intensity times the
factor, so that emissions are activity × intensity. Data that iLEAP has no field for stand
in a file of their own beside (`ileap_companion`), so that nothing is lost on the way back.
Hub operations without a value are not written, since iLEAP knows no "not included". Nothing
of ledgers B and C is written.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.orders.shipment import Cargo
from greenroute.plan.leg import LegKind
from greenroute.rating.energy_carrier import EnergyShare, parse_energy
from greenroute.rating.read_factors import HUB
from greenroute.report.ileap_check import IleapData, check_ileap
from greenroute.report.ileap_companion import companion_of
from greenroute.report.ileap_schema import (
    CONTAINER_TEU,
    HUB_TYPES,
    MODE_WORDS,
    TEU,
    TEUKM,
    TKM,
    TONNES,
    Entity,
    Severity,
)
from greenroute.statement import exact
from greenroute.statement.carriers import Carriers, read_carriers
from greenroute.statement.columns import PER_T, PER_TEU, PER_TEUKM, PER_TKM
from greenroute.statement.statement import EmissionStatement, StatedFactor
from greenroute.tables import sha256_of
from greenroute.units import G_PER_KG

SHIPMENTS, TOCS, HOCS = "shipment-footprints.json", "tocs.json", "hocs.json"
COMPANION = "greenroute.json"
ILEAP_FILES = (SHIPMENTS, TOCS, HOCS)
_PLACE = ", "

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Category:
    """What tells one TOC or HOC from another."""

    kind: LegKind
    name: str
    mode: str
    unit: str
    wtw_kg: Decimal
    ttw_kg: Decimal
    energy: str
    reefer: bool
    about: str
    factor_id: str


def write_ileap(
    statement: EmissionStatement,
    folder: Path | str,
    *,
    carriers: Carriers | None = None,
    hub_types: Mapping[str, str] | None = None,
) -> IleapData:
    """Write a statement as iLEAP 1.0.0 files.

    Parameters
    ----------
    statement
        What was stated.
    folder
        Where to write `shipment-footprints.json`, `tocs.json`, `hocs.json`, and
        `greenroute.json` with what iLEAP has no field for.
    carriers
        Energy carriers; None takes the set in the package.
    hub_types
        Hub type of iLEAP of HOCs that the factor set does not know.

    Raises
    ------
    DataError
        If iLEAP cannot say what the statement says.
    """
    data = ileap_of(statement, carriers=carriers, hub_types=hub_types)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    parts = (data.shipments, data.tocs, data.hocs)
    for name, entities in zip(ILEAP_FILES, parts, strict=True):
        _write(folder / name, entities)
    digests = {name: sha256_of(folder / name) for name in ILEAP_FILES}
    _write(folder / COMPANION, companion_of(statement, digests))
    return data


def _write(path: Path, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    path.write_text(f"{text}\n", encoding="utf-8")


def ileap_of(
    statement: EmissionStatement,
    *,
    carriers: Carriers | None = None,
    hub_types: Mapping[str, str] | None = None,
) -> IleapData:
    """Return a statement as iLEAP data, checked as `write_ileap` does."""
    carriers = read_carriers() if carriers is None else carriers
    types = {**statement.hub_types, **({} if hub_types is None else hub_types)}
    rows = statement.elements.to_pylist()
    _refuse_open_operation(rows)
    categories = {
        key: _category(row, statement.factors[row["factor"]])
        for key, row in {_key(row): row for row in rows if _is_known(row)}.items()
    }
    names = _names(set(categories.values()))
    shipments: dict[str, list[Row]] = {}
    for row in rows:
        shipments.setdefault(row["shipment_id"], []).append(row)
    footprints = []
    for shipment_id, elements in shipments.items():
        tces = list(_tces(elements, categories, names))
        if tces:
            mass_kg = max(row["mass_kg"] for row in elements)
            footprints.append(
                {
                    "mass": exact.text_of(mass_kg),
                    "shipmentId": shipment_id,
                    "tces": tces,
                }
            )
    ordered = sorted(names, key=names.__getitem__)
    data = IleapData(
        shipments=tuple(footprints),
        tocs=tuple(
            _toc(c, names[c], carriers) for c in ordered if c.kind is LegKind.TRANSPORT
        ),
        hocs=tuple(
            _hoc(c, names[c], carriers, types) for c in ordered if c.kind is LegKind.HUB
        ),
        factor_of={
            f"{'toc' if c.kind is LegKind.TRANSPORT else 'hoc'}:{names[c]}": c.factor_id
            for c in ordered
        },
    )
    errors = [f for f in check_ileap(data) if f.severity is Severity.ERROR]
    if errors:
        raise DataError("\n".join(map(str, errors)))
    return data


def _refuse_open_operation(rows: Sequence[Row]) -> None:
    open_rows = [row for row in rows if _is_known(row) and row["ttw_kg_co2e"] is None]
    if open_rows:
        first = open_rows[0]
        msg = (
            f"{len(open_rows)} elements have no operation emissions (the first is "
            f"{first['tce_id']!r} of shipment {first['shipment_id']!r}), expected "
            "ttw intensities: iLEAP wants co2eTTW of every element"
        )
        raise DataError(msg)


def _is_known(row: Row) -> bool:
    return row["wtw_kg_co2e"] is not None


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(
        row.get(name)
        for name in (
            *("kind", "mode", "toc", "hoc", "energy", "cargo", "applied_daf"),
            *("passage_share", *PER_TKM, *PER_TEUKM, *PER_T, *PER_TEU),
            "factor",
        )
    )


def _category(row: Row, factor: StatedFactor) -> _Category:
    run = row["kind"] == LegKind.TRANSPORT
    by_mass, by_teu = (PER_TKM, PER_TEUKM) if run else (PER_T, PER_TEU)
    per_teu = row.get(by_teu[0]) is not None
    wtw, ttw = (row[name] for name in (by_teu if per_teu else by_mass))
    factors = [exact.one_per(G_PER_KG), row["applied_daf"]]
    if not run:
        factors = [row.get("passage_share") or Decimal(1)]
    units = {
        (True, False): TKM,
        (True, True): TEUKM,
        (False, False): TONNES,
        (False, True): TEU,
    }
    return _Category(
        kind=LegKind(row["kind"]),
        name=row["toc"] if run else row["hoc"],
        mode=row["mode"] if run else HUB,
        unit=units[run, per_teu],
        wtw_kg=exact.multiply(wtw, *factors),
        ttw_kg=exact.multiply(ttw, *factors),
        energy=row.get("energy") or factor.energy,
        reefer=row.get("cargo") == Cargo.REEFER,
        about=_about(row, factor, run=run),
        factor_id=factor.factor_id,
    )


def _about(row: Row, factor: StatedFactor, *, run: bool) -> str:
    """Return where an intensity comes from, in words."""
    year = "" if factor.year is None else f" ({factor.year})"
    words = [f"{factor.source}{year}", f"{factor.data_type} data"]
    if run and row["applied_daf"] != 1:
        daf = exact.text_of(row["applied_daf"])
        words.append(f"distance adjustment factor {daf} included")
    if run and row["activity_basis"] == "gcd+95":
        words.append("gcd includes 95 km per flight")
    if not run and row.get("passage_share") not in (None, Decimal(1)):
        share = exact.text_of(row["passage_share"])
        words.append(f"share {share} of a passage included")
    return "; ".join(words)


def _names(categories: set[_Category]) -> dict[_Category, str]:
    """Return an id for every category; those of one name are numbered."""
    ordered = sorted(categories, key=repr)
    count: dict[tuple[LegKind, str], int] = {}
    for category in ordered:
        key = category.kind, category.name
        count[key] = count.get(key, 0) + 1
    seen: dict[tuple[LegKind, str], int] = {}
    names = {}
    for category in ordered:
        key = category.kind, category.name
        seen[key] = seen.get(key, 0) + 1
        single = count[key] == 1
        names[category] = category.name if single else f"{category.name}:{seen[key]}"
    return names


def _tces(
    rows: Sequence[Row],
    categories: Mapping[tuple[Any, ...], _Category],
    names: Mapping[_Category, str],
) -> Iterator[Entity]:
    """Yield the elements of a shipment that have emissions, linked past the others."""
    before = _links(rows)
    for row in rows:
        if not _is_known(row):
            continue
        category = categories[_key(row)]
        run = category.kind is LegKind.TRANSPORT
        km = exact.text_of(row["activity_km"]) if run else "0"
        basis = row["activity_basis"].partition("+")[0] if run else "sfd"
        teu = row.get("teu")
        optional = {
            "prevTceIds": before.get(row["tce_id"]),
            "consignmentId": row.get("consignment_id"),
            "packagingOrTrEqType": None if teu is None else CONTAINER_TEU,
            "packagingOrTrEqAmount": None if teu is None else exact.text_of(teu),
            "origin": _location(row.get("origin")),
            "destination": _location(row.get("destination")),
            "departureAt": _utc(row.get("departs_at")),
            "arrivalAt": _utc(row.get("arrives_at")),
            "incoterms": row.get("incoterm"),
        }
        yield {
            "tceId": row["tce_id"],
            "tocId" if run else "hocId": names[category],
            "shipmentId": row["shipment_id"],
            "mass": exact.text_of(row["mass_kg"]),
            "distance": {basis: km},
            "transportActivity": exact.text_of(row["activity_tkm"]) if run else "0",
            "co2eWTW": exact.text_of(row["wtw_kg_co2e"]),
            "co2eTTW": exact.text_of(row["ttw_kg_co2e"]),
        } | {name: value for name, value in optional.items() if value is not None}


def _links(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the elements before each one, those without emissions passed over."""
    given = {row["tce_id"]: row.get("prev_tce_ids") for row in rows}
    if all(prev is None for prev in given.values()):
        return {}
    known = {row["tce_id"] for row in rows if _is_known(row)}

    def reach(tce_id: str) -> list[str]:
        found: list[str] = []
        for before in given.get(tce_id) or []:
            found += [before] if before in known else reach(before)
        return list(dict.fromkeys(found))

    return {tce_id: reach(tce_id) for tce_id in known}


def _location(text: str | None) -> Entity | None:
    """Return a place like "Shenzhen, CN" as a Location; None if it is no such text."""
    city, _, country = (text or "").rpartition(_PLACE)
    good = city and len(country) == 2 and country.isalpha() and country.isupper()  # noqa: PLR2004 - ISO 3166-1 alpha-2
    return {"city": city, "country": country} if good else None


def _utc(text: str | None) -> str | None:
    """Return a time in UTC; None if it has no offset, and so no place on the clock."""
    moment = None if text is None else datetime.fromisoformat(text)
    if moment is None or moment.tzinfo is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _toc(category: _Category, name: str, carriers: Carriers) -> Entity:
    return {
        "tocId": name,
        "description": category.about,
        "mode": MODE_WORDS[Mode(category.mode)],
        "temperatureControl": "refrigerated" if category.reefer else "ambient",
        "energyCarriers": _carriers(category, carriers),
        "co2eIntensityWTW": exact.text_of(category.wtw_kg),
        "co2eIntensityTTW": exact.text_of(category.ttw_kg),
        "transportActivityUnit": category.unit,
    }


def _hoc(
    category: _Category, name: str, carriers: Carriers, types: Mapping[str, str]
) -> Entity:
    hub_type = category.name if category.name in HUB_TYPES else types.get(category.name)
    if hub_type not in HUB_TYPES:
        msg = (
            f"hoc {category.name!r} has hub type {hub_type!r}, expected one of "
            f"{', '.join(HUB_TYPES)}: name it in hub_types"
        )
        raise DataError(msg)
    return {
        "hocId": name,
        "description": category.about,
        "hubType": hub_type,
        "energyCarriers": _carriers(category, carriers),
        "co2eIntensityWTW": exact.text_of(category.wtw_kg),
        "co2eIntensityTTW": exact.text_of(category.ttw_kg),
        "hubActivityUnit": category.unit,
    }


def _carriers(category: _Category, carriers: Carriers) -> list[Entity]:
    """Return the energy carriers of a category.

    Those that the chain names, else those of its factor, else those of its mode.
    """
    shares: tuple[EnergyShare, ...] = (
        parse_energy(category.energy)
        if category.energy
        else carriers.of_mode[category.mode]
    )
    return [_carrier(share, carriers) for share in shares]


def _carrier(share: EnergyShare, carriers: Carriers) -> Entity:
    known = carriers.find(share)
    feedstock = {"feedstock": str(known.feedstock)}
    return {
        "energyCarrier": str(share.carrier),
        "relativeShare": exact.text_of(share.share),
        "emissionFactorWTW": exact.text_of(known.factor.wtw_kg_co2e),
        "emissionFactorTTW": exact.text_of(known.factor.ttw_kg_co2e),
        "feedstocks": [
            feedstock | ({"regionProvenance": share.area} if share.area else {})
        ],
    }
