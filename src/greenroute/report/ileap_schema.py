"""What iLEAP 1.0.0 says of its entities, and whether data keep to it.

Enumerations will grow, so that an unknown word is a warning. Arithmetic, and what the JSON
schemas leave open, is in `ileap_check`.

References
----------
.. [1] iLEAP Technical Specifications 1.0.0 (27 May 2025), SINE Foundation and Smart Freight
   Centre, chapter 6.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from greenroute.network.lane import Mode
from greenroute.rating.energy_carrier import EnergyCarrier, Feedstock
from greenroute.statement.scope3 import Incoterm

#: Any JSON object of iLEAP.
Entity = dict[str, Any]

MODE_WORDS: Mapping[Mode, str] = {
    Mode.ROAD: "Road",
    Mode.RAIL: "Rail",
    Mode.AIR: "Air",
    Mode.SEA: "Sea",
    Mode.INLAND_WATERWAY: "InlandWaterway",
}
HUB_TYPES = (
    "Transshipment",
    "StorageAndTransshipment",
    "Warehouse",
    "LiquidBulkTerminal",
    "MaritimeContainerTerminal",
)
TKM, TEUKM, TONNES, TEU = "tkm", "TEUkm", "tonnes", "TEU"
CONTAINER_TEU, CONTAINER_FEU = "Container-TEU", "Container-FEU"
PACKAGING = ("Box", "Pallet", CONTAINER_TEU, CONTAINER_FEU, "Container")
_DECIMAL = re.compile(r"^-?\d+(\.\d+)?$")
_COUNTRY = re.compile(r"^[A-Z]{2}$")


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class IleapFinding:
    """Something wrong with iLEAP data.

    Attributes
    ----------
    pointer
        JSON pointer to it (RFC 6901).
    text
        What is there and what was expected.
    severity
        Errors must not be sent or used; warnings may.
    """

    pointer: str
    text: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.pointer}: {self.text}"


class _Kind(StrEnum):
    TEXT = "a text"
    DECIMAL = "a decimal number as a text, like '36.801'"
    INTEGER = "a whole number"
    TIME = "a time, ISO 8601 in UTC"
    COUNTRY = "two capital letters"
    IDS = "a list of texts"
    ENTITY = "an object"
    ENTITIES = "a list of objects, not empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    kind: _Kind = _Kind.TEXT
    required: bool = False
    words: tuple[str, ...] = ()
    entity: str = ""
    not_empty: bool = False


def _text(*, required: bool = False) -> _Field:
    return _Field(required=required)


def _decimal(*, required: bool = False) -> _Field:
    return _Field(kind=_Kind.DECIMAL, required=required)


def _word(*words: str, required: bool = False) -> _Field:
    return _Field(words=words, required=required)


def _entity(name: str, *, required: bool = False) -> _Field:
    return _Field(kind=_Kind.ENTITY, entity=name, required=required)


def _entities(name: str, *, required: bool = False) -> _Field:
    return _Field(kind=_Kind.ENTITIES, entity=name, required=required)


_TIME, _IDS = _Field(kind=_Kind.TIME), _Field(kind=_Kind.IDS)
_AMOUNT = _Field(kind=_Kind.INTEGER)
_CERTIFICATIONS = _Field(kind=_Kind.IDS, not_empty=True)
_MODES = tuple(MODE_WORDS.values())
ENTITIES: Mapping[str, Mapping[str, _Field]] = {
    "ShipmentFootprint": {
        "mass": _decimal(required=True),
        "volume": _decimal(),
        "shipmentId": _text(required=True),
        "tces": _entities("TCE", required=True),
    },
    "TCE": {
        "tceId": _text(required=True),
        "prevTceIds": _IDS,
        "tocId": _text(),
        "hocId": _text(),
        "shipmentId": _text(required=True),
        "consignmentId": _text(),
        "mass": _decimal(required=True),
        "packagingOrTrEqType": _word(*PACKAGING),
        "packagingOrTrEqAmount": _decimal(),
        "distance": _entity("GLECDistance", required=True),
        "origin": _entity("Location"),
        "destination": _entity("Location"),
        "transportActivity": _decimal(required=True),
        "departureAt": _TIME,
        "arrivalAt": _TIME,
        "flightNo": _text(),
        "voyageNo": _text(),
        "incoterms": _word(*Incoterm),
        "co2eWTW": _decimal(required=True),
        "co2eTTW": _decimal(required=True),
        "noxTTW": _decimal(),
        "soxTTW": _decimal(),
        "ch4TTW": _decimal(),
        "pmTTW": _decimal(),
    },
    "TOC": {
        "tocId": _text(required=True),
        "certifications": _CERTIFICATIONS,
        "description": _text(),
        "mode": _word(*_MODES, required=True),
        "loadFactor": _decimal(),
        "emptyDistanceFactor": _decimal(),
        "temperatureControl": _word("ambient", "refrigerated", "mixed"),
        "truckLoadingSequence": _word("LTL", "FTL"),
        "airShippingOption": _word("belly freight", "freighter"),
        "flightLength": _word("short-haul", "long-haul"),
        "energyCarriers": _entities("EnergyCarrier", required=True),
        "co2eIntensityWTW": _decimal(required=True),
        "co2eIntensityTTW": _decimal(required=True),
        "transportActivityUnit": _word(TKM, TEUKM, required=True),
    },
    "HOC": {
        "hocId": _text(required=True),
        "description": _text(),
        "certifications": _CERTIFICATIONS,
        "hubType": _word(*HUB_TYPES, required=True),
        "temperatureControl": _word("ambient", "refrigerated", "mixed"),
        "hubLocation": _entity("Location"),
        "inboundTransportMode": _word(*_MODES),
        "outboundTransportMode": _word(*_MODES),
        "packagingOrTrEqType": _word(*PACKAGING),
        "packagingOrTrEqAmount": _AMOUNT,
        "energyCarriers": _entities("EnergyCarrier", required=True),
        "co2eIntensityWTW": _decimal(required=True),
        "co2eIntensityTTW": _decimal(required=True),
        "hubActivityUnit": _word(TONNES, TEU, required=True),
    },
    "EnergyCarrier": {
        "energyCarrier": _word(*EnergyCarrier, required=True),
        "relativeShare": _decimal(required=True),
        "feedstocks": _entities("Feedstock"),
        "energyConsumption": _decimal(),
        "energyConsumptionUnit": _word("l", "kg", "kWh", "MJ"),
        "emissionFactorWTW": _decimal(required=True),
        "emissionFactorTTW": _decimal(required=True),
    },
    "Feedstock": {
        "feedstock": _word(*Feedstock, required=True),
        "feedstockShare": _decimal(),
        "regionProvenance": _text(),
    },
    "GLECDistance": {"actual": _decimal(), "gcd": _decimal(), "sfd": _decimal()},
    "Location": {
        "street": _text(),
        "zip": _text(),
        "city": _text(required=True),
        "country": _Field(kind=_Kind.COUNTRY, required=True),
        "iata": _text(),
        "locode": _text(),
        "uic": _text(),
        "lat": _decimal(),
        "lng": _decimal(),
    },
}


def structure_findings(value: object, entity: str, pointer: str) -> list[IleapFinding]:
    """Return where an object does not have the fields of its entity.

    Parameters
    ----------
    value
        What is to be checked.
    entity
        Name of the entity, like "TCE".
    pointer
        Where the object stands.
    """
    if not isinstance(value, dict):
        text = f"{value!r:.40}, expected {_Kind.ENTITY}"
        return [IleapFinding(pointer=pointer, text=text)]
    found = []
    for name, field in ENTITIES[entity].items():
        place = f"{pointer}/{name}"
        if value.get(name) is None:
            if field.required:
                text = f"{name} is missing, expected {field.kind}"
                found.append(IleapFinding(pointer=place, text=text))
        else:
            found += _field_findings(value[name], field, place)
    if entity == "GLECDistance" and not any(value.get(n) for n in ENTITIES[entity]):
        text = "there is no distance, expected actual, gcd or sfd"
        found.append(IleapFinding(pointer=pointer, text=text))
    return found


def _field_findings(value: object, field: _Field, place: str) -> Iterator[IleapFinding]:
    if not _is_kind(value, field.kind):
        yield IleapFinding(
            pointer=place, text=f"{value!r:.40}, expected {field.kind.value}"
        )
    elif field.kind is _Kind.ENTITY:
        yield from structure_findings(value, field.entity, place)
    elif field.kind is _Kind.ENTITIES and isinstance(value, list):
        for number, part in enumerate(value):
            yield from structure_findings(part, field.entity, f"{place}/{number}")
    elif field.not_empty and not value:
        yield IleapFinding(pointer=place, text="the list is empty, expected an element")
    elif field.words and value not in field.words:
        text = f"{value!r} is not known, expected one of {', '.join(field.words)}"
        yield IleapFinding(pointer=place, text=text, severity=Severity.WARNING)


def _is_kind(value: object, kind: _Kind) -> bool:
    match kind:
        case _Kind.ENTITY:
            return isinstance(value, dict)
        case _Kind.ENTITIES:
            return isinstance(value, list) and len(value) > 0
        case _Kind.IDS:
            return isinstance(value, list) and all(isinstance(x, str) for x in value)
        case _Kind.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case _Kind.TEXT | _Kind.DECIMAL | _Kind.TIME | _Kind.COUNTRY:
            return isinstance(value, str) and _is_text(value, kind)


def _is_text(text: str, kind: _Kind) -> bool:
    if kind is _Kind.TIME:
        return is_utc(text)
    pattern = {_Kind.DECIMAL: _DECIMAL, _Kind.COUNTRY: _COUNTRY}.get(kind)
    return pattern is None or bool(pattern.match(text))


def is_utc(text: str) -> bool:
    """Return whether a text is a time in UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    offset = moment.utcoffset()
    return offset is not None and not offset
