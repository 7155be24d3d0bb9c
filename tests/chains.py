"""Transport chains written as text, so that a test shows what it rests on.

    chains = chains_of_text('''
        S1 1   road road-artic 12000kg 300km wtw=100 ttw=80
        S1 2<1 hub  own-hub    12000kg wtw=2 ttw=1
        S1 3<2 sea  sea-x      12000kg 9000km basis=actual wtw=10 ttw=8
    ''')

One element a line: shipment, element (and the ones before it), mode or `hub`, TOC or HOC,
mass, distance (`300km` is sfd, `300gcd` and `300actual` the others), then what else the line
says, as `column=value`; `wtw` and `ttw` are the own intensity, `basis` the distance it was
built on. Everything goes through the public reader.
"""

import csv
import re
import tempfile
from pathlib import Path

from greenroute.statement import TransportChains, read_chains

_KM = re.compile(r"(?P<km>[\d.]+)(?P<basis>km|gcd|gcd\+95|actual)$")
_COLUMN = re.compile(r"(?P<name>\w+)=(?P<value>.*)$")


def rows_of_text(text: str) -> list[dict[str, str]]:
    """Return the rows of a chains file that a text describes."""
    return [_row(line.split()) for line in text.splitlines() if line.strip()]


def _row(words: list[str]) -> dict[str, str]:
    shipment, element, mode, category, mass, *others = words
    tce, _, before = element.partition("<")
    hub = mode == "hub"
    row = {
        "shipment_id": shipment,
        "tce_id": tce,
        "prev_tce_ids": before,
        "kind": "hub" if hub else "transport",
        "mode": "" if hub else mode,
        "toc": "" if hub else category,
        "hoc": category if hub else "",
        "mass_kg": mass.removesuffix("kg"),
    }
    own = {
        "wtw": "wtw_kg_per_t" if hub else "wtw_g_per_tkm",
        "ttw": "ttw_kg_per_t" if hub else "ttw_g_per_tkm",
        "basis": "intensity_distance_basis",
    }
    for word in others:
        if distance := _KM.match(word):
            row["distance_km"] = distance["km"]
            row["distance_basis"] = distance["basis"].replace("km", "sfd")
        elif column := _COLUMN.match(word):
            row[own.get(column["name"], column["name"])] = column["value"]
        else:
            msg = f"line says {word!r}, expected like '300km' or 'wtw=100'"
            raise ValueError(msg)
    return row


def write_rows(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write rows as a CSV chains file."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def chains_of_text(text: str) -> TransportChains:
    """Return the transport chains that a text describes."""
    with tempfile.TemporaryDirectory() as folder:
        return read_chains(write_rows(Path(folder) / "chains.csv", rows_of_text(text)))
