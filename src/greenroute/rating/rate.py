"""Rates all lanes and all hub operations for one shipment, in arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.gateway import Gateways
from greenroute.network.lane import BASES, MODES, DistanceBasis, Lanes, Mode
from greenroute.rating.cargo import CargoUnit, size_cargo
from greenroute.rating.factors import (
    CARGOES,
    NETWORK_HUB,
    NO_FACTOR,
    NO_HOC,
    AirShipping,
    DataType,
    FactorSet,
    hub_kg,
    transport_kg,
)
from greenroute.rating.lane_terms import apply_terms
from greenroute.rating.operation import OPERATIONS, PASSAGE_SHARE, Operation
from greenroute.rating.option_lanes import price_with_options
from greenroute.rating.price import price_operations
from greenroute.rating.rate_card import NO_CARD, PreparedCards
from greenroute.rating.read import Rates
from greenroute.rating.tariff import NO_EQUIPMENT
from greenroute.units import HOURS_PER_WEEK, KG_PER_TONNE

__all__ = [
    "OPERATIONS",
    "CargoUnit",
    "LaneRating",
    "Operation",
    "OperationRating",
    "rate_lanes",
    "rate_operations",
    "size_cargo",
]

#: Wait for the next departure, in headways, of goods that are ready at any time alike:
#: expected, and what 95 of 100 wait at most.
EXPECTED_WAIT, P95_WAIT = 0.5, 0.95
_SHARES = np.array([PASSAGE_SHARE[operation] for operation in OPERATIONS])


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRating:
    """What each lane costs this shipment, (n_lanes,) each.

    Attributes
    ----------
    allowed
        The lane may carry the shipment.
    cost_usd
        Price [USD]; NaN where not allowed.
    transit_h, transit_p95_h
        Running time, and what 95 of 100 runs keep [h].
    wait_h, wait_p95_h
        Wait for the next departure, cut-off included [h]: expected, and what 95 of 100
        shipments wait at most; 0 for lanes on demand.
    headway_h
        Time between departures [h]; NaN for lanes on demand.
    cutoff_h
        Time between cut-off and departure [h]: the lane's, else the tariff's.
    wtw_kg, ttw_kg
        Emissions [kg CO2e]; NaN where not allowed.
    activity_km
        Distance of the transport activity [km].
    activity_basis
        Position in `basis_names`: "sfd", "gcd", "actual", or "gcd+95" for flights.
    equipment
        Code into `equipment_names`; `NO_EQUIPMENT` where the lane's own price needs none.
    factor
        Code into the ids of the factor set; `NO_FACTOR` where there is none.
    card
        Row of the rate cards, or `NO_CARD`.
    reasons
        Why lanes are not allowed, and how many.
    basis_names, equipment_names
        Words for the codes.
    factors
        Factor set that was used.
    cards
        Rate cards that were used; None if there were none.
    """

    allowed: NDArray[np.bool_]
    cost_usd: NDArray[np.float64]
    transit_h: NDArray[np.float64]
    transit_p95_h: NDArray[np.float64]
    wait_h: NDArray[np.float64]
    wait_p95_h: NDArray[np.float64]
    headway_h: NDArray[np.float64]
    cutoff_h: NDArray[np.float64]
    wtw_kg: NDArray[np.float64]
    ttw_kg: NDArray[np.float64]
    activity_km: NDArray[np.float64]
    activity_basis: NDArray[np.int8]
    equipment: NDArray[np.int16]
    factor: NDArray[np.int16]
    card: NDArray[np.int64]
    reasons: dict[str, int]
    basis_names: tuple[str, ...]
    equipment_names: tuple[str, ...]
    factors: FactorSet
    cards: PreparedCards | None

    def equipment_of(self, row: int) -> str:
        """Return what the goods are in; "" where the lane's own price needs none."""
        code = int(self.equipment[row])
        return "" if code == NO_EQUIPMENT else self.equipment_names[code]

    def factor_of(self, row: int) -> str:
        """Return the factor id; "" where there is none."""
        return self.factors.id_of(int(self.factor[row]))

    def data_type_of(self, row: int) -> DataType:
        """Return the class of the intensity."""
        return self.factors.data_type_of(int(self.factor[row]))

    def card_of(self, row: int) -> str:
        """Return file, line and name of the rate card; "" where there is none."""
        code = int(self.card[row])
        if self.cards is None or code == NO_CARD:
            return ""
        return self.cards.cards.source_of(code)

    def activity_basis_of(self, row: int) -> str:
        """Return which distance the activity has: "sfd", or "gcd+95" by air."""
        return self.basis_names[int(self.activity_basis[row])]


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


def rate_lanes(
    lanes: Lanes,
    cargo: CargoUnit,
    rates: Rates,
    *,
    cards: PreparedCards | None = None,
) -> LaneRating:
    """Rate all lanes for a shipment.

    Parameters
    ----------
    lanes
        Lanes of the network.
    cargo
        What moves, by `size_cargo`.
    rates
        Tariff, factor set and dangerous goods.
    cards
        Rate cards, prepared for these lanes.

    Raises
    ------
    UnknownCategoryError
        If a lane has a TOC that the tariff or the factor set does not know.
    DataError
        If a lane's mode is not that of its TOC, or its price cannot be told: it names an
        equipment that nobody knows, or charges a duty on goods without a value.
    """
    factors, tariff = rates.factors, rates.tariff
    toc = _codes(lanes, lambda name: factors.tocs.code(name, factors.name))
    priced_toc = _codes(lanes, tariff.toc_code)
    _check_modes(lanes, factors.tocs.mode[toc])
    kind = CARGOES.index(cargo.cargo)
    factor = factors.tocs.factor[:, kind][toc]
    prices = price_with_options(lanes, cargo, rates, cards=cards)
    prices, equipment_names = apply_terms(prices, lanes, cargo, tariff)
    reasons: dict[str, int] = {}
    allowed = np.ones(len(lanes), dtype=np.bool_)
    for reason, hit in _hindrances(lanes, cargo, rates, toc=toc, factor=factor):
        _forbid(allowed, reasons, reason, hit)
    no_equipment = f"no equipment for {cargo.cargo} cargo in the tariff"
    _forbid(allowed, reasons, no_equipment, np.isnan(prices.cost_usd))
    factor = np.where(allowed, factor, np.int16(NO_FACTOR))
    by_air = lanes.is_mode(Mode.AIR)
    activity_km = lanes.distance_km + factors.air_added_km * by_air
    wtw_kg, ttw_kg = (
        transport_kg(
            cargo.mass_kg,
            activity_km,
            # The last place stands for NO_FACTOR.
            g_per_tkm=np.append(intensity, np.nan)[factor],
            adjustment=factors.tocs.adjustment[:, kind][toc],
        )
        for intensity in (factors.wtw_g_per_tkm, factors.ttw_g_per_tkm)
    )
    headway_h = HOURS_PER_WEEK / lanes.departures_per_week
    own_cutoff = ~np.isnan(lanes.cut_off_h)
    cutoff_h = np.where(own_cutoff, lanes.cut_off_h, tariff.cutoff_h[priced_toc])
    return LaneRating(
        allowed=allowed,
        cost_usd=np.where(allowed, prices.cost_usd, np.nan),
        transit_h=lanes.transit_h,
        transit_p95_h=lanes.transit_h * tariff.transit_p95_ratio[priced_toc],
        wait_h=np.nan_to_num(EXPECTED_WAIT * headway_h + cutoff_h),
        wait_p95_h=np.nan_to_num(P95_WAIT * headway_h + cutoff_h),
        headway_h=headway_h,
        cutoff_h=cutoff_h,
        wtw_kg=wtw_kg,
        ttw_kg=ttw_kg,
        activity_km=activity_km,
        activity_basis=np.where(by_air, np.int8(len(BASES)), lanes.distance_basis),
        equipment=prices.equipment,
        factor=factor,
        card=prices.card,
        reasons=reasons,
        basis_names=(*map(str, BASES), f"{DistanceBasis.GCD}+{factors.air_added_km:g}"),
        equipment_names=equipment_names,
        factors=factors,
        cards=cards,
    )


def rate_operations(
    operation: NDArray[np.int8],
    mode: NDArray[np.int8],
    gateway: NDArray[np.int32],
    gateways: Gateways,
    cargo: CargoUnit,
    rates: Rates,
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
    duration_h = np.where(moves & ~np.isnan(own_h), own_h, typical_h)
    p95_ratio = tariff.operation_p95_ratio[operation, mode]

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
        p95_h=duration_h * p95_ratio,
        wtw_kg=np.nan_to_num(wtw_kg),
        ttw_kg=np.nan_to_num(ttw_kg),
        included=~np.isnan(wtw_kg) | ~moves,
        hoc=hoc,
        factor=np.where(own, network_hub, hubs.factor[hoc]),
        factors=rates.factors,
    )


def _codes(lanes: Lanes, code_of: Callable[[str], int]) -> NDArray[np.int16]:
    """Return the code of each lane's TOC in another list, (n_lanes,)."""
    names = lanes.toc.names
    used = np.flatnonzero(np.bincount(lanes.toc.codes, minlength=len(names)))
    codes = np.zeros(len(names), dtype=np.int16)
    codes[used] = [code_of(names[position]) for position in used]
    return codes[lanes.toc.codes]


def _check_modes(lanes: Lanes, expected: NDArray[np.int8]) -> None:
    wrong = np.flatnonzero(lanes.mode != expected)
    if len(wrong):
        row = int(wrong[0])
        msg = (
            f"lane {lanes.id[row].as_py()!r}: mode is {MODES[lanes.mode[row]]}, expected "
            f"{MODES[expected[row]]}, the mode of its TOC {lanes.toc[row]!r} "
            f"({len(wrong)} such lanes)"
        )
        raise DataError(msg)


def _hindrances(
    lanes: Lanes,
    cargo: CargoUnit,
    rates: Rates,
    *,
    toc: NDArray[np.int16],
    factor: NDArray[np.int16],
) -> list[tuple[str, NDArray[np.bool_]]]:
    """Return why lanes cannot carry the cargo, and which, bool (n_lanes,) each."""
    by_air = lanes.is_mode(Mode.AIR)
    found = []
    unrated = factor == NO_FACTOR
    if unrated.any():
        for code in np.unique(lanes.mode[unrated]):
            reason = f"no {cargo.cargo} factor for {MODES[code]}"
            found.append((reason, unrated & (lanes.mode == code)))
    for basis in (DistanceBasis.GCD, DistanceBasis.ACTUAL):
        hit = ~by_air & (lanes.distance_basis == BASES.index(basis))
        reason = f"distance_basis is {basis}, an activity by surface needs sfd"
        found.append((reason, hit))
    too_heavy = lanes.capacity_t_per_departure * KG_PER_TONNE < cargo.mass_kg
    found.append(("one departure takes less than the shipment", too_heavy))
    if cargo.un_number is not None:
        entry = rates.dangerous.find(cargo.un_number)
        shipping = rates.factors.tocs.air_shipping
        for kind, aircraft, may in (
            (AirShipping.BELLY, "passenger", entry.passenger_aircraft),
            (AirShipping.FREIGHTER, "cargo", entry.cargo_aircraft),
        ):
            flown = np.array([s is kind and not may for s in shipping])
            reason = f"{cargo.un_number} is forbidden on {aircraft} aircraft"
            found.append((reason, flown[toc]))
    return found


def _forbid(
    allowed: NDArray[np.bool_],
    reasons: dict[str, int],
    reason: str,
    hit: NDArray[np.bool_],
) -> None:
    """Forbid lanes, counting those that nothing has forbidden before."""
    count = int(np.count_nonzero(allowed & hit))
    if count:
        reasons[reason] = count
        allowed &= ~hit
