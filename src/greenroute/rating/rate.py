"""Rates all lanes and all hub operations for one shipment, in arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.lane import BASES, MODES, DistanceBasis, Lanes, Mode
from greenroute.rating.cargo import CargoUnit, size_cargo
from greenroute.rating.factors import (
    CARGOES,
    NO_FACTOR,
    AirShipping,
    DataType,
    FactorSet,
    transport_kg,
)
from greenroute.rating.lane_terms import apply_terms
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.operation_rating import OperationRating, rate_operations
from greenroute.rating.option_lanes import price_with_options
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
    used = np.bincount(lanes.toc.codes, minlength=len(lanes.toc.names)) > 0
    # Of each name of a TOC, of which there are few; lanes take theirs once, at the end.
    toc = _codes(lanes, used, lambda name: factors.tocs.code(name, factors.name))
    priced_toc = _codes(lanes, used, tariff.toc_code)
    _check_modes(lanes, factors.tocs.mode[toc].take(lanes.toc.codes))
    kind = CARGOES.index(cargo.cargo)
    factor = factors.tocs.factor[toc, kind].take(lanes.toc.codes)
    prices = price_with_options(lanes, cargo, rates, cards=cards)
    prices, equipment_names = apply_terms(prices, lanes, cargo, tariff, cards=cards)
    reasons: dict[str, int] = {}
    allowed = np.ones(len(lanes), dtype=np.bool_)
    for reason, hit in _hindrances(lanes, cargo, rates, toc=toc, factor=factor):
        _forbid(allowed, reasons, reason, hit)
    no_equipment = f"no equipment for {cargo.cargo} cargo in the tariff"
    _forbid(allowed, reasons, no_equipment, np.isnan(prices.cost_usd))
    if not allowed.all():
        factor = np.where(allowed, factor, np.int16(NO_FACTOR))
    by_air = lanes.is_mode(Mode.AIR)
    activity_km = lanes.distance_km + factors.air_added_km * by_air
    wtw_kg, ttw_kg = (
        activity_km
        * transport_kg(
            cargo.mass_kg,
            np.ones(len(toc)),
            # The last place stands for NO_FACTOR.
            g_per_tkm=np.append(intensity, np.nan)[factors.tocs.factor[toc, kind]],
            adjustment=factors.tocs.adjustment[toc, kind],
        ).take(lanes.toc.codes)
        for intensity in (factors.wtw_g_per_tkm, factors.ttw_g_per_tkm)
    )
    headway_h = HOURS_PER_WEEK / lanes.departures_per_week
    own_cutoff = ~np.isnan(lanes.cut_off_h)
    cutoff_h = tariff.cutoff_h[priced_toc].take(lanes.toc.codes)
    np.copyto(cutoff_h, lanes.cut_off_h, where=own_cutoff)
    p95_ratio = tariff.transit_p95_ratio[priced_toc].take(lanes.toc.codes)
    return LaneRating(
        allowed=allowed,
        cost_usd=_where_allowed(allowed, prices.cost_usd),
        transit_h=lanes.transit_h,
        transit_p95_h=lanes.transit_h * p95_ratio,
        wait_h=_wait_h(EXPECTED_WAIT, headway_h, cutoff_h),
        wait_p95_h=_wait_h(P95_WAIT, headway_h, cutoff_h),
        headway_h=headway_h,
        cutoff_h=cutoff_h,
        wtw_kg=_where_allowed(allowed, wtw_kg),
        ttw_kg=_where_allowed(allowed, ttw_kg),
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


def _where_allowed(
    allowed: NDArray[np.bool_], column: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a column with NaN where lanes are not allowed; in place, it is ours."""
    if not allowed.all():
        np.copyto(column, np.nan, where=~allowed)
    return column


def _wait_h(
    share: float, headway_h: NDArray[np.float64], cutoff_h: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a share of the headway and the cut-off; 0 for lanes on demand."""
    wait_h = headway_h * share
    wait_h += cutoff_h
    np.copyto(wait_h, 0.0, where=np.isnan(wait_h))
    return wait_h


def _codes(
    lanes: Lanes, used: NDArray[np.bool_], code_of: Callable[[str], int]
) -> NDArray[np.int16]:
    """Return the code of each TOC of the lanes in another list, (n_names,); 0 if unused."""
    codes = np.zeros(len(used), dtype=np.int16)
    rows = np.flatnonzero(used)
    codes[rows] = [code_of(lanes.toc.names[row]) for row in rows.tolist()]
    return codes


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
            found.append((reason, flown[toc].take(lanes.toc.codes)))
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
