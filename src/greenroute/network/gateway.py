"""Gateways: the nodes of a network, where goods change hands, vehicle or status."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.tables import Coded


class GatewayKind(StrEnum):
    """What stands at a node."""

    CITY = "city"
    SEAPORT = "seaport"
    AIRPORT = "airport"
    RAIL_TERMINAL = "rail_terminal"
    INLAND_TERMINAL = "inland_terminal"
    RIVER_PORT = "river_port"


#: Kinds in the order of `Gateways.kind`.
KINDS: tuple[GatewayKind, ...] = tuple(GatewayKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateways:
    """All nodes of a network as columns, (n_gateways,) each.

    Attributes
    ----------
    id
        Id of the node, unique.
    kind
        Position in `KINDS`.
    name
        Name for people.
    iso2
        Market it lies in, ISO 3166-1 alpha-2.
    lat, lon
        WGS 84 [degree].
    tier
        1 (main hub) to 4 (minor); 0 where it is not graded.
    locode
        UN/LOCODE of the location, "" where it has none.
    hub_h, hub_cost_usd_per_t, hub_wtw_kg_per_t
        Time [h], cost [USD/t] and emissions [kg CO2e/t] of one passage through this
        gateway; NaN where the tariff and the factor set know them.
    storage_usd_per_m3_day
        Price of storage while goods wait here [USD/(m³·d)]; NaN if none.
    waiting
        Goods may wait here, bool; where they may not, they go on at once or not at all.
    """

    id: pa.Array
    kind: NDArray[np.int8]
    name: pa.Array
    iso2: Coded
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    tier: NDArray[np.int8]
    locode: pa.Array
    hub_h: NDArray[np.float64]
    hub_cost_usd_per_t: NDArray[np.float64]
    hub_wtw_kg_per_t: NDArray[np.float64]
    storage_usd_per_m3_day: NDArray[np.float64]
    waiting: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.lat)

    def is_kind(self, kind: GatewayKind) -> NDArray[np.bool_]:
        """Return which nodes are of this kind, bool (n_gateways,)."""
        return np.equal(self.kind, KINDS.index(kind))
