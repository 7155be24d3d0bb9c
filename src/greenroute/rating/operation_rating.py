"""Rates hub operations for one shipment, in arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.network.gateway import Gateways
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.factors import NETWORK_HUB, NO_HOC, DataType, FactorSet, hub_kg
from greenroute.rating.operation import OPERATIONS, PASSAGE_SHARE
from greenroute.rating.price import goes_by_part, price_operations
from greenroute.rating.read import Rates
from greenroute.units import KG_PER_TONNE

_SHARES = np.array([PASSAGE_SHARE[operation] for operation in OPERATIONS])


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRating:
    """What each hub operation costs this shipment, (n_operations,) each.

    Attributes
    ----------
    cost_usd
        Price [USD].
    duration_h, p95_h
        Time, and what 95 of 100 keep [h].
    wtw_kg, ttw_kg
        Emissions [kg CO2e]; 0 where they are not included.
    included
        Emissions are in the figure; False says "hub emissions not included".
    hoc
        Code into the HOCs of the factor set.
    factor
        Code into its ids; `NO_FACTOR` where emissions are not included or nothing moves.
    factors
        Factor set that was used.
    """

    cost_usd: NDArray[np.float64]
    duration_h: NDArray[np.float64]
    p95_h: NDArray[np.float64]
    wtw_kg: NDArray[np.float64]
    ttw_kg: NDArray[np.float64]
    included: NDArray[np.bool_]
    hoc: NDArray[np.int16]
    factor: NDArray[np.int16]
    factors: FactorSet

    def category_of(self, row: int) -> str:
        """Return the HOC; "" where the mode has no such operation."""
        code = int(self.hoc[row])
        return "" if code == NO_HOC else self.factors.hubs.names[code]

    def factor_of(self, row: int) -> str:
        """Return the factor id; "" where there is none."""
        return self.factors.id_of(int(self.factor[row]))

    def data_type_of(self, row: int) -> DataType:
        """Return the class of the intensity."""
        return self.factors.data_type_of(int(self.factor[row]))


def rate_operations(  # noqa: PLR0913 - the operations, and what they are rated by
    operation: NDArray[np.int8],
    mode: NDArray[np.int8],
    gateway: NDArray[np.int32],
    gateways: Gateways,
    cargo: CargoUnit,
    rates: Rates,
    *,
    shared: bool = False,
) -> OperationRating:
    """Rate hub operations for a shipment.

    What a gateway says of itself (`hub_h`, `hub_cost_usd_per_t`, `hub_wtw_kg_per_t`) is of
    one passage and wins: half of it is charged to unloading and half to loading, the
    whole to transhipment and change of gauge, nothing to customs, which keeps the hours
    and prices of the tariff.

    Parameters
    ----------
    operation, mode
        Positions in `OPERATIONS` and `MODES`, (n_operations,).
    gateway
        Rows of the gateways, (n_operations,).
    gateways
        Gateways of the network.
    cargo
        What moves, by `size_cargo`.
    rates
        Tariff, factor set and dangerous goods.
    shared
        Goods that go by the part of a unit wait until it is full, and until it is
        unpacked.
    """
    tariff, hubs = rates.tariff, rates.factors.hubs
    mass_t = cargo.mass_kg / KG_PER_TONNE
    share = _SHARES[operation]
    moves = share > 0

    cost_usd = price_operations(cargo, tariff)[operation, mode]
    own_usd = gateways.hub_cost_usd_per_t[gateway] * mass_t * share
    cost_usd = np.where(moves & ~np.isnan(own_usd), own_usd, cost_usd)

    typical_h = tariff.operation_h[operation, mode]
    own_h = gateways.hub_h[gateway] * share
    has_own = moves & ~np.isnan(own_h)
    duration_h = np.where(has_own, own_h, typical_h)
    p95_h = duration_h * tariff.operation_p95_ratio[operation, mode]
    if shared:
        by_part = goes_by_part(cargo, tariff)[operation, mode] & ~has_own
        duration_h = duration_h + by_part * tariff.part_h[operation, mode]
        p95_h = p95_h + by_part * tariff.part_p95_h[operation, mode]

    hoc = hubs.of[operation, mode]
    # Where the mode has no such operation, nothing moves.
    moves = moves & (hoc != NO_HOC)
    own_kg_per_t = gateways.hub_wtw_kg_per_t[gateway]
    own = moves & ~np.isnan(own_kg_per_t)
    wtw_kg = hub_kg(
        cargo.mass_kg, np.where(own, own_kg_per_t, hubs.wtw_kg_per_t[hoc]), share
    )
    # A gateway states no TTW: none of its emissions are counted as operation.
    ttw_kg = hub_kg(cargo.mass_kg, np.where(own, 0.0, hubs.ttw_kg_per_t[hoc]), share)
    network_hub = np.int16(rates.factors.ids.index(NETWORK_HUB))
    return OperationRating(
        cost_usd=cost_usd,
        duration_h=duration_h,
        p95_h=p95_h,
        wtw_kg=np.nan_to_num(wtw_kg),
        ttw_kg=np.nan_to_num(ttw_kg),
        included=~np.isnan(wtw_kg) | ~moves,
        hoc=hoc,
        factor=np.where(own, network_hub, hubs.factor[hoc]),
        factors=rates.factors,
    )
