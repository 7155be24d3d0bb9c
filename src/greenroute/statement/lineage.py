"""Where the intensities of a factor set come from, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from greenroute.errors import CorruptDataError
from greenroute.rating.data_set import open_data_set
from greenroute.rating.factors import NETWORK_HUB, DataType, FactorSet
from greenroute.rating.read_factors import (
    FACTOR_COLUMNS,
    HOC_COLUMNS,
    HUB,
    SPREAD_COLUMNS,
    TABLES,
)
from greenroute.statement.columns import GwpBasis
from greenroute.statement.distance import IntensityBasis
from greenroute.tables import read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorNote:
    """What a factor set says of one factor.

    Attributes
    ----------
    source, year, licence
        Document, its edition, under which licence.
    gwp_basis
        Whose GWP100 weigh the gases; None if it is not declared.
    distance_basis
        Distance that the intensity was built on.
    """

    source: str
    year: int | None
    licence: str
    gwp_basis: GwpBasis | None
    distance_basis: IntensityBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What a factor set says of its factors.

    Attributes
    ----------
    notes
        By factor id.
    gsd
        Usual geometric standard deviation by mode (or hub) and data type.
    hub_types
        Hub type of iLEAP by HOC.
    attributions
        What the licences of the sources ask to be shown.
    """

    notes: Mapping[str, FactorNote]
    gsd: Mapping[tuple[str, DataType], float]
    hub_types: Mapping[str, str]
    attributions: tuple[str, ...]


def read_lineage(factors: FactorSet) -> Lineage:
    """Read where the intensities of a factor set come from.

    Raises
    ------
    CorruptDataError
        If a file changed since its digest was written.
    """
    return _read(factors.folder, factors.sha256)


@cache
def _read(folder: Path, sha256: str) -> Lineage:
    """Read a factor set of this digest; the digest makes it safe to keep."""
    data = open_data_set(folder, "factors.toml", TABLES)
    if data.sha256 != sha256:
        msg = f"{folder}: sha256 is {data.sha256}, expected {sha256}: it changed since"
        raise CorruptDataError(msg)
    table = read_table(data.files["factors"], FACTOR_COLUMNS)
    texts = {
        name: table.text(name).to_pylist()
        for name in ("factor_id", "source", "licence", "gwp_basis", "distance_basis")
    }
    years = table.number("year").tolist()
    notes = {
        factor_id: FactorNote(
            source=texts["source"][row],
            year=int(years[row]),
            licence=texts["licence"][row],
            gwp_basis=_gwp(texts["gwp_basis"][row]),
            distance_basis=_basis(texts["distance_basis"][row]),
        )
        for row, factor_id in enumerate(texts["factor_id"])
    }
    hocs = read_table(data.files["hocs"], HOC_COLUMNS)
    names, types, sources = (
        hocs.text(name).to_pylist() for name in ("hoc", "hub_type", "source")
    )
    for hoc, source in zip(names, sources, strict=True):
        notes.setdefault(hoc, _hub_note(source))
    notes[NETWORK_HUB] = _hub_note("gateways of the network")
    spreads = read_table(data.files["spreads"], SPREAD_COLUMNS)
    keys = zip(
        *(spreads.text(n).to_pylist() for n in ("mode", "data_type", "spread")),
        strict=True,
    )
    gsd = {
        (mode, DataType(kind)): float(value)
        for (mode, kind, case), value in zip(keys, spreads.number("gsd"), strict=True)
        if case == ""
    }
    return Lineage(
        notes=notes,
        gsd=gsd,
        hub_types={n: t for n, t in zip(names, types, strict=True) if t},
        attributions=tuple(
            source["attribution"]
            for source in data.about.get("sources", [])
            if source.get("attribution")
        ),
    )


def _hub_note(source: str) -> FactorNote:
    return FactorNote(
        source=source,
        year=None,
        licence="",
        gwp_basis=None,
        distance_basis=IntensityBasis.UNDECLARED,
    )


def _gwp(text: str) -> GwpBasis | None:
    """Return the basis that a text starts with, like "AR5 (unverified)"."""
    return next((basis for basis in GwpBasis if text.startswith(basis)), None)


def _basis(text: str) -> IntensityBasis:
    """Return the basis that a text starts with, like "undeclared; treat as actual"."""
    word = text.partition(";")[0].partition(" ")[0]
    known = word in set(IntensityBasis)
    return IntensityBasis(word) if known else IntensityBasis.UNDECLARED


def gsd_of(lineage: Lineage, mode: str, data_type: DataType) -> float:
    """Return the usual spread of a mode (or hub) and data type."""
    return lineage.gsd[mode or HUB, data_type]
