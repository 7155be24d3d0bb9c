"""What a chains file may say: its columns, one line each."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import pyarrow as pa

from greenroute.network.lane import Mode
from greenroute.orders.shipment import Cargo
from greenroute.plan.leg import LegKind
from greenroute.rating.factors import DataType
from greenroute.statement import exact
from greenroute.statement.distance import ActivityBasis, DistanceSource, IntensityBasis
from greenroute.statement.scope3 import Flow, Incoterm, Payer


class GwpBasis(StrEnum):
    """Assessment report of the IPCC whose GWP100 weigh the gases."""

    AR4 = "AR4"
    AR5 = "AR5"
    AR6 = "AR6"


class CellKind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    WORD = "word"
    NUMBER = "number"
    YEAR = "year"
    TIME = "time"
    IDS = "ids"
    ENERGY = "energy"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainColumn:
    """What a column of a chains file holds.

    Attributes
    ----------
    meaning
        In words, with the unit.
    kind
        What a cell holds.
    required
        The column must be there, and no cell may be empty.
    choices
        Words allowed.
    decimals
        Decimal type of a number.
    above, least, most
        Bounds of a number.
    """

    meaning: str
    kind: CellKind = CellKind.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    decimals: pa.DataType = exact.RESULT
    above: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None

    def wanted(self) -> str:
        """Return what was expected, for an error message."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        bounds = ((">", self.above), (">=", self.least), ("<=", self.most))
        words = [f"{sign} {exact.text_of(x)}" for sign, x in bounds if x is not None]
        return f"a number {' and '.join(words)}"


def _word(meaning: str, words: type[StrEnum], *, required: bool = False) -> ChainColumn:
    return ChainColumn(
        meaning=meaning, kind=CellKind.WORD, required=required, choices=tuple(words)
    )


def _number(
    meaning: str, decimals: pa.DataType, most: int, *, zero: bool = False
) -> ChainColumn:
    return ChainColumn(
        meaning=meaning,
        kind=CellKind.NUMBER,
        required=False,
        decimals=decimals,
        above=None if zero else Decimal(0),
        least=Decimal(0) if zero else None,
        most=Decimal(most),
    )


#: Largest numbers that are no typing error: mass [kg], distance [km], intensities [g per
#: t·km, g per TEU·km, kg per t, kg per TEU].
MOST_KG, MOST_KM = 1_000_000_000, 100_000
MOST_G_PER_TKM, MOST_G_PER_TEUKM, MOST_KG_PER_T, MOST_KG_PER_TEU = (
    100_000,
    1_000_000,
    10_000,
    100_000,
)
#: Intensity columns, well to wheel and operation, by what they multiply.
PER_TKM = ("wtw_g_per_tkm", "ttw_g_per_tkm")
PER_TEUKM = ("wtw_g_per_teukm", "ttw_g_per_teukm")
PER_T = ("wtw_kg_per_t", "ttw_kg_per_t")
PER_TEU = ("wtw_kg_per_teu", "ttw_kg_per_teu")
INTENSITIES = (PER_TKM, PER_TEUKM, PER_T, PER_TEU)

CHAIN_COLUMNS: Mapping[str, ChainColumn] = {
    "shipment_id": ChainColumn(meaning="shipment, one transport chain", required=True),
    "tce_id": ChainColumn(meaning="element; differs within a shipment", required=True),
    "prev_tce_ids": ChainColumn(
        meaning="elements immediately before, joined by ';' (or a list); empty: none given",
        kind=CellKind.IDS,
    ),
    "kind": _word("run or hub operation", LegKind, required=True),
    "mode": _word("mode of a run", Mode),
    "toc": ChainColumn(meaning="transport operation category of a run"),
    "hoc": ChainColumn(meaning="hub operation category of a hub operation"),
    "mass_kg": ChainColumn(
        meaning="mass with the shipper's packaging [kg]; never chargeable weight",
        kind=CellKind.NUMBER,
        required=True,
        decimals=exact.MASS,
        above=Decimal(0),
        most=Decimal(MOST_KG),
    ),
    "distance_km": _number(
        "distance of a run [km]", exact.DISTANCE, MOST_KM, zero=True
    ),
    "distance_basis": _word("which distance it is", ActivityBasis),
    "energy": ChainColumn(
        meaning="energy carrier, or a blend by energy share: Diesel:0.93;HVO:0.07",
        kind=CellKind.ENERGY,
    ),
    "wtw_g_per_tkm": _number(
        "own intensity, well to wheel [g CO2e/(t·km)]; empty: of the factor set",
        exact.INTENSITY,
        MOST_G_PER_TKM,
        zero=True,
    ),
    "ttw_g_per_tkm": _number(
        "likewise, operation only", exact.INTENSITY, MOST_G_PER_TKM, zero=True
    ),
    "wtw_kg_per_t": _number(
        "own intensity of a hub, well to wheel [kg CO2e/t]",
        exact.INTENSITY,
        MOST_KG_PER_T,
        zero=True,
    ),
    "ttw_kg_per_t": _number(
        "likewise, operation only", exact.INTENSITY, MOST_KG_PER_T, zero=True
    ),
    "intensity_distance_basis": _word(
        "distance that an own intensity was built on; empty: undeclared", IntensityBasis
    ),
    "data_type": _word("class of an own intensity; empty: default", DataType),
    "source": ChainColumn(meaning="where an own intensity comes from"),
    "daf": _number("own distance adjustment factor [1]", exact.RATIO, 10),
    "teu": _number("containers, in TEU", exact.RATIO, 100),
    "wtw_g_per_teukm": _number(
        "own intensity of containers [g CO2e/(TEU·km)]",
        exact.INTENSITY,
        MOST_G_PER_TEUKM,
        zero=True,
    ),
    "ttw_g_per_teukm": _number(
        "likewise, operation only", exact.INTENSITY, MOST_G_PER_TEUKM, zero=True
    ),
    "wtw_kg_per_teu": _number(
        "own intensity of a hub [kg CO2e/TEU]",
        exact.INTENSITY,
        MOST_KG_PER_TEU,
        zero=True,
    ),
    "ttw_kg_per_teu": _number(
        "likewise, operation only", exact.INTENSITY, MOST_KG_PER_TEU, zero=True
    ),
    "passage_share": ChainColumn(
        meaning="share of a passage through the hub [1]; empty: all of it",
        kind=CellKind.NUMBER,
        decimals=exact.RATIO,
        above=Decimal(0),
        most=Decimal(1),
    ),
    "biogenic_kg_co2": _number(
        "biogenic CO2, told apart [kg]", exact.INTENSITY, MOST_KG, zero=True
    ),
    "cargo": _word("how the goods are carried; empty: dry", Cargo),
    "gwp_basis": _word("GWP basis of an own intensity", GwpBasis),
    "source_year": ChainColumn(meaning="year of the source", kind=CellKind.YEAR),
    "distance_source": _word("how the distance was found", DistanceSource),
    "factor_id": ChainColumn(meaning="name of an own intensity"),
    "lane": ChainColumn(
        meaning="lane; runs on one lane share the error of its distance"
    ),
    "origin": ChainColumn(meaning="where a run starts, or the hub: 'city, ISO2'"),
    "destination": ChainColumn(meaning="where a run ends"),
    "departs_at": ChainColumn(meaning="ISO 8601", kind=CellKind.TIME),
    "arrives_at": ChainColumn(meaning="ISO 8601", kind=CellKind.TIME),
    "consignment_id": ChainColumn(meaning="transport document"),
    "customer_id": ChainColumn(meaning="whose goods"),
    "partner": ChainColumn(meaning="who carries"),
    "market": ChainColumn(meaning="market that the shipment belongs to"),
    "flow": _word("way of the goods, seen by the reporting company", Flow),
    "payer": _word("who pays the transport", Payer),
    "incoterm": _word("rule of delivery", Incoterm),
}


def column_type(name: str) -> pa.DataType:
    """Return the Arrow type of a column once it is checked."""
    column = CHAIN_COLUMNS[name]
    match column.kind:
        case CellKind.NUMBER:
            return column.decimals
        case CellKind.IDS:
            return pa.list_(pa.string())
        case CellKind.YEAR:
            return pa.int16()
        case CellKind.TEXT | CellKind.WORD | CellKind.TIME | CellKind.ENERGY:
            return pa.string()
