"""Where the intensities of a factor set come from, by factor id."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from greenroute.rating.factor_rows import first_word
from greenroute.rating.factors import HUB, NETWORK_HUB, DataType, FactorSet
from greenroute.statement.columns import GwpBasis
from greenroute.statement.distance import IntensityBasis


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
    base
        Factor that it was computed from; "" if it was not.
    energy
        What it runs on; "" for the carrier that stands for its mode.
    """

    source: str
    year: int | None
    licence: str
    gwp_basis: GwpBasis | None
    distance_basis: IntensityBasis
    base: str
    energy: str


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
    """Return where the intensities of a factor set come from."""
    said, hubs = factors.notes, factors.hubs
    gwp = {text: _gwp(text) for text in pc.unique(said.gwp_basis).to_pylist()}
    distance = {
        text: IntensityBasis(first_word(text))
        for text in pc.unique(said.distance_basis).to_pylist()
    }
    rows = zip(
        factors.ids,
        said.source.to_pylist(),
        said.year.tolist(),
        said.licence.to_pylist(),
        said.gwp_basis.to_pylist(),
        said.distance_basis.to_pylist(),
        said.base.to_pylist(),
        said.energy.to_pylist(),
        strict=False,  # hubs, whose ids come last, have no notes
    )
    notes = {
        factor_id: FactorNote(
            source=source,
            year=year,
            licence=licence,
            gwp_basis=gwp[weighed],
            distance_basis=distance[built_on],
            base=base,
            energy=energy,
        )
        for factor_id, source, year, licence, weighed, built_on, base, energy in rows
    }
    for hoc, source in zip(hubs.names, hubs.source, strict=True):
        notes.setdefault(hoc, _hub_note(source))
    notes[NETWORK_HUB] = _hub_note("gateways of the network")
    return Lineage(
        notes=notes,
        gsd=factors.usual_gsd,
        hub_types={
            hoc: kind
            for hoc, kind in zip(hubs.names, hubs.hub_type, strict=True)
            if kind
        },
        attributions=factors.attributions,
    )


def _hub_note(source: str) -> FactorNote:
    return FactorNote(
        source=source,
        year=None,
        licence="",
        gwp_basis=None,
        distance_basis=IntensityBasis.UNDECLARED,
        base="",
        energy="",
    )


def _gwp(text: str) -> GwpBasis | None:
    """Return the basis that a text starts with, like "AR5 (unverified)"."""
    return next((basis for basis in GwpBasis if text.startswith(basis)), None)


def gsd_of(lineage: Lineage, mode: str, data_type: DataType) -> float:
    """Return the usual spread of a mode (or hub) and data type."""
    return lineage.gsd[mode or HUB, data_type]
