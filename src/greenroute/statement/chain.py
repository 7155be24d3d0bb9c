"""Transport chains as columns; the translator from plans to the words of ISO 14083."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.orders.shipment import Cargo
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import Leg, LegKind
from greenroute.rating.factors import NETWORK_HUB, DataType, FactorSet
from greenroute.rating.interval import DRAYAGE
from greenroute.rating.operation import PASSAGE_SHARE, Operation
from greenroute.statement import exact
from greenroute.statement.chain_file import ChainTexts, read_texts
from greenroute.statement.chain_json import SEPARATOR
from greenroute.statement.check import check_rows
from greenroute.statement.columns import CHAIN_COLUMNS, GwpBasis
from greenroute.statement.distance import ActivityBasis, DistanceSource, IntensityBasis
from greenroute.statement.groups import one_array
from greenroute.statement.rejection import (
    ChainRule,
    Findings,
    Rejection,
    rejected_in_words,
)
from greenroute.statement.scope3 import Flow, Incoterm, Payer
from greenroute.units import KG_PER_TONNE

#: Kinds of gateways whose ids start with a country code.
_WITH_COUNTRY = frozenset({"city", "port", "rail", "river", "depot"})
_ISO2 = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportChains:
    """Elements of transport chains, one row each.

    Attributes
    ----------
    table
        Columns as `columns.CHAIN_COLUMNS` names and types them, as far as they are there,
        and others that are carried through.
    rejected
        Errors of rows that were left out.
    source
        File that they were read from, or what made them.
    """

    table: pa.Table
    rejected: tuple[Rejection, ...] = ()
    source: str = ""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> pa.Array | None:
        """Return a column as one array; None if it is not there."""
        return self.required(name) if name in self.table.column_names else None

    def required(self, name: str) -> pa.Array:
        """Return a column that is always there."""
        return one_array(self.table, name)

    def carried(self) -> tuple[str, ...]:
        """Return the names of columns that are only carried through."""
        return tuple(n for n in self.table.column_names if n not in CHAIN_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportChainElement:
    """One element of a transport chain: a run, or a hub operation.

    A number may be a Decimal, an int, a float (taken by the digits that it prints) or a
    text. `columns.CHAIN_COLUMNS` says what each field means.

    Attributes
    ----------
    shipment_id, tce_id, prev_tce_ids
        Chain, element, and elements immediately before; None if the order is not given.
    kind, mode, toc, hoc
        What it is: a run has a mode and a TOC, a hub operation an HOC.
    mass_kg, distance_km, distance_basis
        What moved how far.
    wtw_g_per_tkm, ttw_g_per_tkm, wtw_kg_per_t, ttw_kg_per_t
        Own intensity; None takes that of the factor set.
    intensity_distance_basis, data_type, source, source_year, gwp_basis, factor_id
        What the own intensity is.
    daf, teu, passage_share, biogenic_kg_co2, cargo, energy, distance_source
        What else counts.
    lane, origin, destination, departs_at, arrives_at, consignment_id
        Where and when.
    customer_id, partner, market, flow, payer, incoterm
        Whose it is.
    """

    shipment_id: str
    tce_id: str
    kind: LegKind
    mass_kg: Decimal | float | str
    mode: Mode | None = None
    toc: str | None = None
    hoc: str | None = None
    distance_km: Decimal | float | str | None = None
    distance_basis: ActivityBasis | None = None
    prev_tce_ids: tuple[str, ...] | None = None
    wtw_g_per_tkm: Decimal | float | str | None = None
    ttw_g_per_tkm: Decimal | float | str | None = None
    wtw_kg_per_t: Decimal | float | str | None = None
    ttw_kg_per_t: Decimal | float | str | None = None
    intensity_distance_basis: IntensityBasis | None = None
    data_type: DataType | None = None
    source: str | None = None
    source_year: int | None = None
    gwp_basis: GwpBasis | None = None
    factor_id: str | None = None
    daf: Decimal | float | str | None = None
    teu: Decimal | float | str | None = None
    passage_share: Decimal | float | str | None = None
    biogenic_kg_co2: Decimal | float | str | None = None
    cargo: Cargo | None = None
    energy: str | None = None
    distance_source: DistanceSource | None = None
    lane: str | None = None
    origin: str | None = None
    destination: str | None = None
    departs_at: str | None = None
    arrives_at: str | None = None
    consignment_id: str | None = None
    customer_id: str | None = None
    partner: str | None = None
    market: str | None = None
    flow: Flow | None = None
    payer: Payer | None = None
    incoterm: Incoterm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedShipment:
    """A shipment with the itinerary that it takes.

    Attributes
    ----------
    shipment_id
        Name of the shipment, one transport chain.
    mass_kg
        Mass with packaging [kg].
    itinerary
        Legs from door to door.
    cargo
        How the goods are carried.
    customer_id, partner, market
        What to sum by.
    flow, payer, incoterm
        What decides the scope 3 category.
    """

    shipment_id: str
    mass_kg: float
    itinerary: Itinerary
    cargo: Cargo = Cargo.DRY
    customer_id: str | None = None
    partner: str | None = None
    market: str | None = None
    flow: Flow | None = None
    payer: Payer | None = None
    incoterm: Incoterm | None = None


def read_chains(path: Path | str) -> TransportChains:
    """Read a chains file: CSV, JSON, JSON lines or Parquet.

    Rows at fault are left out and listed under `rejected`, all their errors with file,
    line, column and rule; the good rows come out.

    Raises
    ------
    DataError
        If the file as a whole cannot be read, or a column is missing.
    """
    return checked(read_texts(Path(path)))


def checked(texts: ChainTexts) -> TransportChains:
    """Return rows as transport chains; those at fault are left out and listed."""
    findings = Findings(
        where=texts.where,
        shipment_id=lambda row: str(texts.columns["shipment_id"][row].as_py()),
        tce_id=lambda row: str(texts.columns["tce_id"][row].as_py()),
        bad=np.zeros(len(texts), dtype=np.bool_),
    )
    table = check_rows(texts, findings)
    table = table.append_column("line", pa.array(texts.line, pa.int64()))
    good = table.filter(pa.array(~findings.bad)) if findings.bad.any() else table
    unreadable = tuple(
        Rejection(
            where=texts.place(line),
            shipment_id="",
            tce_id="",
            column="",
            rule=ChainRule.UNREADABLE,
            text=text,
        )
        for line, text in texts.unreadable
    )
    rejected = (*unreadable, *findings.in_order())
    return TransportChains(table=good, rejected=rejected, source=str(texts.path))


def chains_of(
    elements: Iterable[TransportChainElement], *, source: str = "elements"
) -> TransportChains:
    """Return elements as transport chains, checked by the rules of a chains file.

    Raises
    ------
    DataError
        With all errors of all elements.
    """
    names = [field.name for field in fields(TransportChainElement)]
    rows = [
        {n: value for n in names if (value := getattr(element, n)) is not None}
        for element in elements
    ]
    chains = chains_of_rows(rows, source=source)
    if chains.rejected:
        raise DataError(rejected_in_words(chains.rejected))
    return chains


def chains_of_rows(
    rows: Sequence[Mapping[str, object]], *, source: str
) -> TransportChains:
    """Return rows of cells as transport chains, like `read_chains` does with a file.

    Parameters
    ----------
    rows
        Cells by column, without the empty ones.
    source
        What the rows come from.
    """
    required = [name for name, column in CHAIN_COLUMNS.items() if column.required]
    names = dict.fromkeys([*required, *(name for row in rows for name in row)])
    columns = {
        name: pa.array([_text(row.get(name)) for row in rows], pa.string())
        for name in names
    }
    texts = ChainTexts(
        path=Path(source),
        columns=columns,
        line=np.arange(1, len(rows) + 1),
        unreadable=(),
    )
    return checked(texts)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return SEPARATOR.join(map(str, value))
    return str(value)


def chains_of_itineraries(
    shipments: Sequence[CarriedShipment], factors: FactorSet
) -> TransportChains:
    """Return planned itineraries as transport chains.

    Every leg that moves goods is an element. A hub operation takes its HOC from the leg
    and its share of the passage from the operation; paperwork is none. What a gateway of
    the network states itself becomes an own intensity of that hub.

    Parameters
    ----------
    shipments
        Shipments with the itinerary that each takes.
    factors
        Factor set that rated the legs.
    """
    elements = []
    for shipment in shipments:
        before: tuple[str, ...] = ()
        for number, leg in enumerate(shipment.itinerary.legs, start=1):
            if not _moves_goods(leg):
                continue
            tce_id = f"{shipment.shipment_id}-{number}"
            elements.append(_element(shipment, leg, tce_id, before))
            before = (tce_id,)
    return chains_of(elements, source=f"plan rated by {factors.name}")


def _moves_goods(leg: Leg) -> bool:
    if leg.kind is LegKind.TRANSPORT:
        return True
    return PASSAGE_SHARE[Operation(leg.operation)] > 0


def _element(
    shipment: CarriedShipment, leg: Leg, tce_id: str, before: tuple[str, ...]
) -> TransportChainElement:
    about = _about(shipment) | {
        "tce_id": tce_id,
        "prev_tce_ids": before,
        "kind": leg.kind,
        "mode": Mode(leg.mode),
        "origin": place_name(leg.origin, leg.origin_name),
        "destination": place_name(leg.destination, leg.destination_name),
        "departs_at": None if leg.departs_at is None else leg.departs_at.isoformat(),
        "arrives_at": None if leg.arrives_at is None else leg.arrives_at.isoformat(),
    }
    if leg.kind is LegKind.TRANSPORT:
        by_detour = leg.category.startswith(DRAYAGE)
        return TransportChainElement(
            **about,
            toc=leg.category,
            distance_km=leg.distance_km,
            distance_basis=ActivityBasis(leg.distance_basis),
            distance_source=(
                DistanceSource.DETOUR_FACTOR if by_detour else DistanceSource.ROUTED
            ),
            lane=leg.lane,
        )
    share = Decimal(str(PASSAGE_SHARE[Operation(leg.operation)]))
    return TransportChainElement(
        **about,
        hoc=leg.category,
        passage_share=share,
        **_own_hub_intensity(shipment, leg, share),
    )


def place_name(node: str, name: str) -> str:
    """Return a gateway as "city, ISO2", or its name where its id has no country."""
    kind, _, rest = node.partition(":")
    country = rest[:_ISO2].upper()
    return f"{name}, {country}" if kind in _WITH_COUNTRY else name


def _about(shipment: CarriedShipment) -> dict[str, Any]:
    names = ("customer_id", "partner", "market", "flow", "payer", "incoterm")
    return {
        "shipment_id": shipment.shipment_id,
        "mass_kg": shipment.mass_kg,
        "cargo": shipment.cargo,
    } | {name: getattr(shipment, name) for name in names}


def _own_hub_intensity(
    shipment: CarriedShipment, leg: Leg, share: Decimal
) -> Mapping[str, Any]:
    """Return what a gateway states of itself, read back from the leg, per passage."""
    if leg.factor_id != NETWORK_HUB:
        return {}
    mass_t = exact.multiply(
        Decimal(str(shipment.mass_kg)), share, exact.one_per(KG_PER_TONNE)
    )
    wtw, ttw = (
        exact.nearest(float(exact.divide(Decimal(str(kg)), mass_t)))
        for kg in (leg.wtw_kg_co2e, leg.ttw_kg_co2e)
    )
    return {
        "wtw_kg_per_t": wtw,
        "ttw_kg_per_t": ttw,
        "data_type": leg.data_type,
        "source": "gateways of the network",
        "factor_id": NETWORK_HUB,
    }
