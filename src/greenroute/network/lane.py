"""Lanes: services between two gateways, one row per direction."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.network.departure import Departures, join_departures
from greenroute.tables import Coded


class Mode(StrEnum):
    """Mode of transport, in the words of ISO 14083."""

    SEA = "sea"
    AIR = "air"
    RAIL = "rail"
    ROAD = "road"
    INLAND_WATERWAY = "inland_waterway"


class DistanceBasis(StrEnum):
    """Which distance a figure is: shortest feasible, great circle or as run."""

    SFD = "sfd"
    GCD = "gcd"
    ACTUAL = "actual"


#: TOC of a truck ferry: the goods stay on their truck, which is what boards.
TRUCK_FERRY = "sea-roro-ferry"
#: Modes in the order of `Lanes.mode`.
MODES: tuple[Mode, ...] = tuple(Mode)
#: Distance bases in the order of `Lanes.distance_basis`.
BASES: tuple[DistanceBasis, ...] = tuple(DistanceBasis)


def mode_code(mode: Mode) -> int:
    """Return the position of a mode in `MODES`."""
    return MODES.index(mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """All lanes of a network as columns, (n_lanes,) each.

    Attributes
    ----------
    id
        Name of the lane.
    origin, destination
        Rows of the gateways table.
    mode, distance_basis
        Positions in `MODES` and `BASES`.
    toc
        Transport operation category (ISO 14083).
    service
        What the lane belongs to: a rotation, a feeder, a truck run.
    distance_km
        Distance of the transport activity [km]: SFD, or the plain great circle by air.
    transit_h
        Running time from gateway to gateway, without handling and waiting [h].
    departures_per_week
        Departures [1/week]; NaN where the lane runs on demand.
    departs_on
        Weekdays of departure as the network says them, like "mon,thu" (see `schedule`);
        "" where it says none.
    cut_off_h
        Time between the cut-off and the departure [h]; NaN where the tariff says it.
    capacity_t_per_departure
        What one departure can take [t]; NaN where it is not known.
    gauge_mm
        Track gauge of a rail lane [mm]; 0 for other modes or where it is not stated.
    passages
        Passages on the way, names joined by ";".
    speed_kmh
        Speed by which a sea lane is timed again when a passage closes [km/h]; NaN else.
    equipment
        Equipment of this lane; "" where the tariff chooses.
    equipment_m3
        What one unit of it takes [m³]; NaN where the equipment says it.
    cost_usd_per_shipment, cost_usd_per_kg, cost_usd_per_equipment
        Prices of this lane [USD]; NaN where the tariff prices it.
    cost_usd_per_departure
        Price once for each departure used, shared by all goods on it [USD]; NaN if none.
    duty_rate
        Duty of transit, a share of the value of the goods [1]; NaN if none.
    departures
        Dated departures; a lane that has any leaves then only.
    """

    id: pa.Array
    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    mode: NDArray[np.int8]
    distance_basis: NDArray[np.int8]
    toc: Coded
    service: Coded
    distance_km: NDArray[np.float64]
    transit_h: NDArray[np.float64]
    departures_per_week: NDArray[np.float64]
    departs_on: Coded
    cut_off_h: NDArray[np.float64]
    capacity_t_per_departure: NDArray[np.float64]
    gauge_mm: NDArray[np.int32]
    passages: Coded
    speed_kmh: NDArray[np.float64]
    equipment: Coded
    equipment_m3: NDArray[np.float64]
    cost_usd_per_shipment: NDArray[np.float64]
    cost_usd_per_kg: NDArray[np.float64]
    cost_usd_per_equipment: NDArray[np.float64]
    cost_usd_per_departure: NDArray[np.float64]
    duty_rate: NDArray[np.float64]
    departures: Departures

    def __len__(self) -> int:
        return len(self.origin)

    def take(self, rows: NDArray[np.int64]) -> "Lanes":
        """Return the lanes of these rows, in this order."""
        columns: dict[str, Any] = {}
        for field in fields(self):
            column = getattr(self, field.name)
            match column:
                case pa.Array():
                    columns[field.name] = column.take(pa.array(rows))
                case Coded() | Departures():
                    columns[field.name] = column.take(rows)
                case _:
                    columns[field.name] = column[rows]
        return Lanes(**columns)

    def handled_as(self) -> NDArray[np.int8]:
        """Return the mode by which goods are loaded and unloaded, (n_lanes,).

        A truck that boards a ferry is a truck at the quay.
        """
        on_truck = self.toc.mask(frozenset({TRUCK_FERRY}))
        return np.where(on_truck, np.int8(mode_code(Mode.ROAD)), self.mode)

    def is_mode(self, mode: Mode) -> NDArray[np.bool_]:
        """Return which lanes run by this mode, bool (n_lanes,)."""
        return np.equal(self.mode, mode_code(mode))


def join_lanes(parts: Sequence[Lanes]) -> Lanes:
    """Return the lanes of all parts as one, in the order given."""
    if len(parts) == 1:
        return parts[0]
    columns: dict[str, Any] = {}
    for field in fields(Lanes):
        pieces = [getattr(part, field.name) for part in parts]
        match pieces[0]:
            case Coded():
                columns[field.name] = _join_coded(pieces)
            case pa.Array():
                columns[field.name] = pa.concat_arrays(pieces)
            case Departures():
                columns[field.name] = join_departures(pieces)
            case _:
                columns[field.name] = np.concatenate(pieces)
    return Lanes(**columns)


def _join_coded(pieces: list[Coded]) -> Coded:
    names = sorted({name for piece in pieces for name in piece.names})
    place = {name: position for position, name in enumerate(names)}
    codes = [
        np.array([place[name] for name in piece.names], dtype=np.int32)[piece.codes]
        for piece in pieces
        if len(piece)
    ]
    joined = np.concatenate(codes) if codes else np.empty(0, dtype=np.int32)
    return Coded(codes=joined, names=tuple(names))
