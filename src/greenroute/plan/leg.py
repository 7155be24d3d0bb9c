"""One leg: a run on a lane, or an operation at a gateway."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from greenroute.rating.factors import DataType


class LegKind(StrEnum):
    """What a leg is, in the words of ISO 14083."""

    TRANSPORT = "transport"
    HUB = "hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One element of an itinerary; ISO 14083 calls it a transport chain element.

    Attributes
    ----------
    kind
        Run on a lane or operation at a gateway.
    operation
        What is done: "carry" on a lane; "load", "unload", "tranship", ... at a hub.
    origin, destination
        Ids of the gateways; the same for a hub.
    origin_name, destination_name
        Their names.
    mode
        Mode of the run, or the one that a hub operation serves.
    category
        TOC of a run, HOC of a hub operation.
    service
        What the lane belongs to; "" at a hub.
    lane
        Id of the lane; "" at a hub.
    equipment
        What the goods are in.
    distance_km
        Distance of the transport activity [km]; 0 at a hub.
    distance_basis
        "sfd", "gcd" or "gcd+95"; "" at a hub.
    departs_at, arrives_at
        UTC; None if the shipment says not when it is ready. A wait for the departure
        comes before `departs_at`.
    duration_h
        From the end of the leg before to the end of this one [h].
    wait_h
        Part of it that is spent waiting: for opening hours, and for the departure that
        follows [h].
    cost_usd, wtw_kg_co2e, ttw_kg_co2e
        Price [USD] and emissions [kg CO2e].
    emissions_included
        False where no intensity is known: the zero stands for "not included".
    factor_id
        Row of the factor set; "" where emissions are not included.
    data_type
        Class of the intensity.
    option
        Fuel, vehicle or speed, where it is not the usual one of the lane.
    carbon_usd, holding_usd
        Parts of the price: what its emissions cost, and what capital tied up and
        insurance cost, the premium with the first leg [USD].
    card
        File, line and name of the rate card that prices the run; "" if none does.
    """

    kind: LegKind
    operation: str
    origin: str
    destination: str
    origin_name: str
    destination_name: str
    mode: str
    category: str
    service: str
    lane: str
    equipment: str
    distance_km: float
    distance_basis: str
    departs_at: datetime | None
    arrives_at: datetime | None
    duration_h: float
    wait_h: float
    cost_usd: float
    wtw_kg_co2e: float
    ttw_kg_co2e: float
    emissions_included: bool
    factor_id: str
    data_type: DataType
    option: str = ""
    carbon_usd: float = 0.0
    holding_usd: float = 0.0
    card: str = ""
