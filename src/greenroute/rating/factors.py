"""Factor set: emission intensities by TOC and HOC, and how sure they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from greenroute.errors import UnknownCategoryError
from greenroute.orders.shipment import Cargo
from greenroute.rating.data_set import SetReference
from greenroute.rating.factor_error import FactorError
from greenroute.units import G_PER_KG, KG_PER_TONNE

#: Kinds of cargo in the order of their codes.
CARGOES: tuple[Cargo, ...] = tuple(Cargo)
#: Codes of "no factor" and "no HOC".
NO_FACTOR = NO_HOC = -1
#: Factor id of emissions that a gateway of the network states itself.
NETWORK_HUB = "network:hub_wtw_kg_per_t"
#: Mode of hub intensities in the table of spreads.
HUB = "hub"
#: How many near TOCs an error names.
_NEAR = 4

Numbers = TypeVar("Numbers", float, NDArray[np.float64])


class DataType(StrEnum):
    """Where an intensity comes from (ISO 14083, 13.4.3)."""

    PRIMARY = "primary"
    MODELLED = "modelled"
    DEFAULT = "default"


class Use(StrEnum):
    """What a factor may be used for."""

    #: May be chosen for a TOC.
    DEFAULT = "default"
    #: Computed for a fuel or vehicle: only for the TOC of an option.
    OPTION = "option"
    #: May be chosen for a TOC if nothing better is known, with a warning.
    LAST_RESORT = "last resort"
    #: All others are shown, and never chosen.
    SENSITIVITY = "sensitivity"
    INFORMATION = "information"
    INCOMPLETE = "incomplete"
    PLACEHOLDER = "placeholder"
    PENDING_CHECK = "pending check"
    STALE = "stale"
    VALIDATION_ONLY = "validation only"
    NO = "no"


class AirShipping(StrEnum):
    """What an air TOC flies on; blank for other modes."""

    BELLY = "belly"
    FREIGHTER = "freighter"


@dataclass(frozen=True, slots=True, kw_only=True)
class TocFactors:
    """Which factor a TOC has, as columns, (n_tocs,) or (n_tocs, n_cargoes).

    Attributes
    ----------
    names
        TOCs.
    mode
        Position in `MODES`, (n_tocs,).
    factor
        Code of the factor, (n_tocs, n_cargoes); `NO_FACTOR` where there is none.
    adjustment
        Distance adjustment factor (DAF), likewise.
    air_shipping
        What it flies on, (n_tocs,); None for other modes.
    """

    names: tuple[str, ...]
    mode: NDArray[np.int8]
    factor: NDArray[np.int16]
    adjustment: NDArray[np.float64]
    air_shipping: tuple[AirShipping | None, ...]

    def code(self, toc: str, factor_set: str) -> int:
        """Return the position of a TOC.

        Raises
        ------
        UnknownCategoryError
            Naming the TOCs there are.
        """
        try:
            return self.names.index(toc)
        except ValueError:
            near = process.extract(toc, self.names, scorer=fuzz.ratio, limit=_NEAR)
            msg = (
                f"factor set {factor_set!r} has no TOC {toc!r}, expected one of "
                f"{len(self.names)}; near ones are {', '.join(n for n, _, _ in near)}"
            )
            raise UnknownCategoryError(msg) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class HocFactors:
    """Emission intensities of hub operations, as columns, (n_hocs,) each.

    Attributes
    ----------
    names
        HOCs.
    hub_type
        Hub type of iLEAP, (n_hocs,); "" for paperwork.
    source
        Where the category or its intensity comes from, (n_hocs,).
    of
        Code of the HOC by operation and mode, (n_operations, n_modes); `NO_HOC` where the
        mode has no such operation.
    moves
        Goods are moved; else the operation is paperwork and emits nothing.
    factor
        Code of the factor; `NO_FACTOR` where no intensity is known.
    wtw_kg_per_t, ttw_kg_per_t
        Intensity of a whole passage [kg CO2e/t]; NaN where it is not known.
    """

    names: tuple[str, ...]
    hub_type: tuple[str, ...]
    source: tuple[str, ...]
    of: NDArray[np.int16]
    moves: NDArray[np.bool_]
    factor: NDArray[np.int16]
    wtw_kg_per_t: NDArray[np.float64]
    ttw_kg_per_t: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorNotes:
    """What a factor set says of its factors besides numbers, texts (n_notes,) each.

    Hubs, whose ids come last, have none: they are described by their HOC. The texts stay
    in Arrow: few of them are ever looked at.

    Attributes
    ----------
    set_name
        Set that the factor is in.
    vehicle_class, region, temperature
        What it was measured on, and where.
    source, section, year, licence
        Document, place in it, edition, under which licence.
    base
        Factor that it was computed from; "" if it was not.
    energy
        What it runs on (`energy_carrier.parse_energy`); "" for the carrier of its mode.
    gwp_basis, distance_basis
        Whose GWP100 weigh the gases; distance that the intensity was built on.
    spread, confidence
        Which spread applies; how the figure was read.
    use
        What it may be used for (`Use`).
    """

    set_name: pa.Array
    vehicle_class: pa.Array
    region: pa.Array
    temperature: pa.Array
    source: pa.Array
    section: pa.Array
    year: NDArray[np.int16]
    licence: pa.Array
    base: pa.Array
    energy: pa.Array
    gwp_basis: pa.Array
    distance_basis: pa.Array
    spread: pa.Array
    confidence: pa.Array
    use: pa.Array

    def __len__(self) -> int:
        return len(self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSet:
    """Emission intensities in arrays.

    Attributes
    ----------
    name, version, sha256
        Of the data set.
    folder
        Where it lies.
    ids
        Factor ids, (n_factors,); those of hubs last.
    family
        Mode and source of each factor, (n_factors,): factors of one family err together.
    data_type
        Class of each intensity, (n_factors,).
    wtw_g_per_tkm, ttw_g_per_tkm
        Intensity [g CO2e/(t·km)], (n_factors,); NaN for hubs.
    gsd
        Geometric standard deviation of each intensity, (n_factors,).
    usual_gsd
        The same by mode (or hub) and data type, of an intensity that is in no set.
    notes
        What the set says of its factors besides numbers.
    sets
        Sets that it draws on.
    attributions
        What the licences of the sources ask to be shown.
    correlation
        Between two factors of one family.
    air_added_km
        Distance that each flight adds to the great circle [km].
    tocs
        Which factor a TOC has.
    hubs
        Intensities of hub operations.
    """

    name: str
    version: str
    sha256: str
    folder: Path
    ids: tuple[str, ...]
    family: tuple[str, ...]
    data_type: tuple[DataType, ...]
    wtw_g_per_tkm: NDArray[np.float64]
    ttw_g_per_tkm: NDArray[np.float64]
    gsd: NDArray[np.float64]
    usual_gsd: Mapping[tuple[str, DataType], float]
    notes: FactorNotes
    sets: tuple[SetReference, ...]
    attributions: tuple[str, ...]
    correlation: float
    air_added_km: float
    tocs: TocFactors
    hubs: HocFactors

    def id_of(self, code: int) -> str:
        """Return the id of a factor; "" for `NO_FACTOR`."""
        return "" if code == NO_FACTOR else self.ids[code]

    def error_of(self, code: int) -> FactorError:
        """Return what the error of a factor depends on."""
        described = code < len(self.notes)
        base, energy = (
            column[code].as_py() if described else ""
            for column in (self.notes.base, self.notes.energy)
        )
        return FactorError(
            name=self.ids[code], family=self.family[code], base=base, energy=energy
        )

    def data_type_of(self, code: int) -> DataType:
        """Return the class of a factor; of no factor, default."""
        return DataType.DEFAULT if code == NO_FACTOR else self.data_type[code]


def transport_kg(
    mass_kg: float,
    distance_km: Numbers,
    *,
    g_per_tkm: Numbers,
    adjustment: Numbers,
) -> Numbers:
    """Return the emissions of a run [kg CO2e].

    Parameters
    ----------
    mass_kg
        Mass of the goods with the shipper's packaging [kg].
    distance_km
        Distance of the transport activity [km].
    g_per_tkm
        Emission intensity [g CO2e/(t·km)].
    adjustment
        Distance adjustment factor.

    References
    ----------
    .. [1] ISO 14083:2023, 5.4.2 transport activity T = mass · distance, 5.4.4 distance
       adjustment factor DAF: G = T · g · DAF.
    """
    activity_tkm = mass_kg / KG_PER_TONNE * distance_km
    return activity_tkm * g_per_tkm * adjustment / G_PER_KG


def hub_kg(
    mass_kg: float, kg_per_t: NDArray[np.float64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the emissions of hub operations [kg CO2e].

    Parameters
    ----------
    mass_kg
        Mass that leaves the hub [kg].
    kg_per_t
        Intensity of a whole passage [kg CO2e/t].
    share
        Share of a passage that the operation is.

    References
    ----------
    .. [1] ISO 14083:2023, 5.5.2 hub activity H = mass that leaves the hub: G = H · g.
    """
    return mass_kg / KG_PER_TONNE * kg_per_t * share
