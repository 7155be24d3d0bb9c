"""What freight emits: the statement, and what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from greenroute.network.lane import Mode
from greenroute.rating.factors import DataType
from greenroute.statement import exact
from greenroute.statement.columns import GwpBasis
from greenroute.statement.distance import IntensityBasis
from greenroute.statement.market import MarketResult
from greenroute.statement.quality import QualityShares
from greenroute.statement.rejection import Rejection
from greenroute.units import G_PER_KG


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over elements, unrounded.

    Attributes
    ----------
    elements
        How many.
    activity_tkm
        Transport activity of the runs [t·km].
    hub_t
        Hub activity: mass that leaves hubs [t].
    wtw_kg_co2e, ttw_kg_co2e
        Well to wheel, and operation [kg CO2e].
    not_included
        Elements whose emissions are not known and not in the sums.
    operation_not_stated
        Elements that are in `wtw_kg_co2e` but whose operation part is not known.
    """

    elements: int
    activity_tkm: Decimal
    hub_t: Decimal
    wtw_kg_co2e: Decimal
    ttw_kg_co2e: Decimal
    not_included: int
    operation_not_stated: int

    @property
    def wtt_kg_co2e(self) -> Decimal:
        """Energy provision [kg CO2e]."""
        return exact.add(self.wtw_kg_co2e, -self.ttw_kg_co2e)

    @property
    def wtw_g_per_tkm(self) -> Decimal | None:
        """Emission intensity [g CO2e/(t·km)], 28 digits; None without activity."""
        return self._per_tkm(self.wtw_kg_co2e)

    @property
    def ttw_g_per_tkm(self) -> Decimal | None:
        """Emission intensity of operation, likewise."""
        return self._per_tkm(self.ttw_kg_co2e)

    def _per_tkm(self, kg: Decimal) -> Decimal | None:
        if self.activity_tkm == 0:
            return None
        return exact.divide(exact.multiply(kg, Decimal(G_PER_KG)), self.activity_tkm)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFactor:
    """An intensity that figures rest on.

    Attributes
    ----------
    factor_id
        Row of the factor set, or the name of an own intensity.
    own
        Brought along by the chains, not of the factor set.
    mode
        Mode; "hub" for hub operations.
    family
        Mode and source: factors of one family err together.
    data_type
        Class.
    gsd
        Geometric standard deviation.
    source, year, licence
        Document, edition, licence.
    gwp_basis
        Whose GWP100 weigh the gases; None if it is not declared.
    distance_basis
        Distance that it was built on.
    base
        Factor that it was computed from; "" if it was not.
    energy
        What it runs on; "" where that is not said.
    """

    factor_id: str
    own: bool
    mode: str
    family: str
    data_type: DataType
    gsd: float
    source: str
    year: int | None
    licence: str
    gwp_basis: GwpBasis | None
    distance_basis: IntensityBasis
    base: str = ""
    energy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the reporting company says of a statement.

    Attributes
    ----------
    company
        Who reports.
    period
        First and last day; None takes them from the elements.
    allocation
        How emissions of a vehicle are shared out.
    air_allocation
        Method for air freight: ISO 14083 or IATA RP1678.
    verification
        Status, with the verifier if there is one.
    glec_version
        Version of the GLEC Framework, if figures follow it.
    """

    company: str = ""
    period: tuple[str, str] | None = None
    allocation: str = "by mass and distance (t·km) within each TOC, ISO 14083 5.6"
    air_allocation: str = "as the source of the factor does; not declared there"
    verification: str = "not verified"
    glec_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissionStatement:
    """What transport chains emit, and what the figures rest on.

    Attributes
    ----------
    elements
        One row per element: the columns of the chains and those of `state.RESULT_COLUMNS`.
    total
        Sums over all elements.
    modes
        Sums over the runs of each mode.
    hubs
        Sums over the hub operations.
    quality
        Shares of primary, modelled and default data.
    factors
        Intensities used, sorted by id; `elements` names them by position.
    correlation
        Between two factors of one family.
    factor_set, factor_set_version, factor_set_sha256
        Factor set.
    attributions
        What the licences of its sources ask to be shown.
    hub_types
        Hub type of iLEAP by HOC of the factor set.
    period
        First and last day; None if no element says when it ran.
    distance_types
        Distances that the activities are given by.
    gwp_bases
        Bases of the factors used; more than one is a mixture.
    exclusions
        What is not in the totals.
    remarks
        What a reader must know besides.
    biogenic_kg_co2
        Biogenic CO2, told apart [kg]; None where no element says so.
    market
        Ledgers B and C, beside the totals.
    about
        What the company says.
    incomplete
        Shipments of which a row was left out.
    rejected
        Errors of rows that were left out.
    source
        Where the chains come from.
    """

    elements: pa.Table
    total: Totals
    modes: Mapping[Mode, Totals]
    hubs: Totals
    quality: QualityShares
    factors: tuple[StatedFactor, ...]
    correlation: float
    factor_set: str
    factor_set_version: str
    factor_set_sha256: str
    attributions: tuple[str, ...]
    hub_types: Mapping[str, str]
    period: tuple[str, str] | None
    distance_types: tuple[str, ...]
    gwp_bases: tuple[str, ...]
    exclusions: tuple[str, ...]
    remarks: tuple[str, ...]
    biogenic_kg_co2: Decimal | None
    market: MarketResult
    about: About
    incomplete: tuple[str, ...]
    rejected: tuple[Rejection, ...]
    source: str
