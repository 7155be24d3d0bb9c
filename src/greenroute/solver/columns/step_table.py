"""What a step costs, whoever takes it: lanes and hub operations under one numbering.

Step `l` is the run on lane `l`; step `n_lanes + (operation * n_modes + mode) * n_gateways
+ gateway` is a hub operation. Prices stay a formula of the goods here, so that a million
orders are rated from one table; for one shipment `rate_lanes` and `rate_operations` give
the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.network.lane import MODES, Lanes
from greenroute.network.network import Network
from greenroute.orders.order_book import CARGOES
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.charges import DayCharges
from greenroute.rating.operation import OPERATIONS, PASSAGE_SHARE, Operation
from greenroute.rating.price import has_own_price
from greenroute.rating.rate import (
    LaneRating,
    OperationRating,
    rate_lanes,
    rate_operations,
)
from greenroute.rating.rate_card import PreparedCards
from greenroute.rating.read import Rates
from greenroute.rating.tariff import NO_EQUIPMENT, Price
from greenroute.solver.columns.card_table import CardPrices, card_table
from greenroute.solver.problem import minutes
from greenroute.units import G_PER_KG, KG_PER_TONNE


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRows:
    """Prices as `max(least, shipment + units · (unit + km · unit_km))`, in USD.

    (n_rows, n_equipment + 1) each; the last place needs no equipment and counts no units.
    `unit` is NaN where the equipment is not offered.
    """

    shipment: NDArray[np.float64]
    unit: NDArray[np.float64]
    unit_km: NDArray[np.float64]
    least: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTable:
    """All steps of a network, (n_steps,) each unless said otherwise.

    Attributes
    ----------
    network, rates
        What the steps were rated from; doors are joined.
    n_lanes, n_gateways
        By which steps are numbered.
    price_row
        Row of `prices`.
    km
        Distance that a price depends on [km]; 0 for operations.
    usd_per_kg
        Price by mass besides [USD/kg].
    prices
        Formulas that steps share.
    charges
        Rate cards of the plan; None if there are none.
    card_prices
        What they offer, by lane; it wins.
    payload_kg, loadable_m3, whole
        Of each equipment, (n_equipment,).
    takes
        Which equipment takes which cargo, bool (n_cargoes, n_equipment + 1).
    grams_per_kg, ttw_grams_per_kg
        Emissions per kilogram of goods [g CO2e/kg], (n_cargoes, n_steps); NaN where the
        step may not carry the cargo.
    minutes, wait_minutes
        Running or handling time, and the expected wait before a run.
    p95_minutes
        Both, as 95 of 100 keep them.
    most_kg
        What one departure takes [kg]; infinite where unknown, and for operations.
    week_kg
        What all departures of a week take [kg]; likewise.
    lane_ratings, operation_ratings
        What the tables say by cargo, for names and factors.
    """

    network: Network
    rates: Rates
    n_lanes: int
    n_gateways: int
    price_row: NDArray[np.int32]
    km: NDArray[np.float64]
    usd_per_kg: NDArray[np.float64]
    prices: PriceRows
    charges: DayCharges | None
    card_prices: CardPrices
    payload_kg: NDArray[np.float64]
    loadable_m3: NDArray[np.float64]
    whole: NDArray[np.bool_]
    takes: NDArray[np.bool_]
    grams_per_kg: NDArray[np.float64]
    ttw_grams_per_kg: NDArray[np.float64]
    minutes: NDArray[np.int64]
    wait_minutes: NDArray[np.int64]
    p95_minutes: NDArray[np.int64]
    most_kg: NDArray[np.float64]
    week_kg: NDArray[np.float64]
    lane_ratings: dict[int, LaneRating]
    operation_ratings: dict[int, OperationRating]

    @property
    def cards_used(self) -> str:
        """Which rows of the rate cards count, in words; "" without rate cards."""
        cards = None if self.charges is None else self.charges.cards
        return "" if cards is None else cards.used()

    def operation_step(
        self,
        operation: NDArray[np.int64],
        mode: NDArray[np.int64],
        gateway: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """Return the steps of hub operations."""
        kind = operation * len(MODES) + mode
        return self.n_lanes + kind * self.n_gateways + gateway

    def operation_of(
        self, step: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return operation, mode and gateway of steps; nonsense for runs."""
        kind, gateway = np.divmod(step - self.n_lanes, self.n_gateways)
        operation, mode = np.divmod(kind, len(MODES))
        return operation, mode, gateway


def build_steps(
    network: Network,
    rates: Rates,
    cargoes: NDArray[np.int8],
    *,
    cards: PreparedCards | None = None,
) -> StepTable:
    """Rate all steps of a network.

    Parameters
    ----------
    network
        Doors joined.
    rates
        Tariff and factor set.
    cargoes
        Cargoes to rate, positions in `CARGOES`.
    cards
        Rate cards, prepared for these lanes.

    Raises
    ------
    UnknownCategoryError
        If a TOC is unknown to the tariff or the factor set.
    """
    lanes, tariff = network.lanes, rates.tariff
    n_gateways, n_modes = len(network.gateways), len(MODES)
    kinds = np.repeat(np.arange(len(OPERATIONS) * n_modes), n_gateways)
    operation, mode = (part.astype(np.int8) for part in np.divmod(kinds, n_modes))
    gateway = np.tile(np.arange(n_gateways, dtype=np.int32), len(OPERATIONS) * n_modes)
    n_steps = len(lanes) + len(kinds)
    wtw = np.full((len(CARGOES), n_steps), np.nan)
    ttw = np.full((len(CARGOES), n_steps), np.nan)
    lane_ratings, operation_ratings = {}, {}
    for code in np.unique(cargoes).tolist() or [0]:
        # A kilogram in a litre: emissions are linear in the mass.
        unit = CargoUnit(
            mass_kg=1.0,
            volume_m3=1 / KG_PER_TONNE,
            cargo=CARGOES[code],
            un_number=None,
            assumed=(),
            # Prices are formulas of their own: a duty on this unit is of no use.
            value_usd=0.0,
        )
        lane = rate_lanes(lanes, unit, rates, cards=cards)
        hub = rate_operations(operation, mode, gateway, network.gateways, unit, rates)
        nan = np.where(lane.allowed, 0.0, np.nan)
        wtw[code] = np.append(lane.wtw_kg + nan, hub.wtw_kg) * G_PER_KG
        ttw[code] = np.append(lane.ttw_kg + nan, hub.ttw_kg) * G_PER_KG
        lane_ratings[code], operation_ratings[code] = lane, hub
    some_lane, some_hub = lane, hub
    prices, price_row = _price_rows(lanes, tariff.lane_price, rates)
    own_usd, price_of_hub = _hub_prices(network, operation, mode, gateway, rates)
    equipment = tariff.equipment
    takes = np.ones((len(CARGOES), len(equipment.names) + 1), dtype=np.bool_)
    takes[:, :-1] = equipment.takes.T
    week = np.nan_to_num(lanes.departures_per_week, nan=np.inf)
    most_kg = np.nan_to_num(lanes.capacity_t_per_departure * KG_PER_TONNE, nan=np.inf)
    nothing = np.full(len(kinds), np.inf)
    first_hub_row = len(prices.unit) - len(OPERATIONS) * n_modes - 1
    return StepTable(
        network=network,
        rates=rates,
        n_lanes=len(lanes),
        n_gateways=n_gateways,
        price_row=np.append(price_row, first_hub_row + price_of_hub).astype(np.int32),
        km=np.append(lanes.distance_km, np.zeros(len(kinds))),
        usd_per_kg=np.append(np.nan_to_num(lanes.cost_usd_per_kg), own_usd),
        prices=prices,
        charges=(
            None
            if cards is None
            else DayCharges(cards=cards, carbon=None, holding=None)
        ),
        card_prices=card_table(cards, lanes, rates),
        payload_kg=equipment.payload_kg,
        loadable_m3=equipment.loadable_m3,
        whole=equipment.whole,
        takes=takes,
        grams_per_kg=wtw,
        ttw_grams_per_kg=ttw,
        minutes=minutes(np.append(some_lane.transit_h, some_hub.duration_h)),
        wait_minutes=minutes(np.append(some_lane.wait_h, np.zeros(len(kinds)))),
        p95_minutes=minutes(
            np.append(some_lane.transit_p95_h + some_lane.wait_p95_h, some_hub.p95_h)
        ),
        most_kg=np.append(most_kg, nothing),
        week_kg=np.append(np.where(most_kg > 0, most_kg * week, 0.0), nothing),
        lane_ratings=lane_ratings,
        operation_ratings=operation_ratings,
    )


def _price_rows(
    lanes: Lanes, price: Price, rates: Rates
) -> tuple[PriceRows, NDArray[np.int64]]:
    """Return all formulas, and that of each lane.

    Rows: those of the TOCs, those of lanes that bring their own price or equipment, those
    of the operations by mode, and one that charges nothing.
    """
    tariff = rates.tariff
    toc = np.array(
        [
            tariff.toc_code(name) if used else 0
            for name, used in zip(
                lanes.toc.names,
                np.bincount(lanes.toc.codes, minlength=len(lanes.toc.names)) > 0,
                strict=True,
            )
        ],
        dtype=np.int64,
    )[lanes.toc.codes]
    n_equipment = len(tariff.equipment.names)
    named = ~lanes.equipment.mask(frozenset({""}))
    own = np.flatnonzero(has_own_price(lanes) | named)
    own_rows = _own_rows(lanes.take(own), price, toc[own], rates)
    none = np.full((len(price.usd_per_unit), 1), np.nan)
    toc_rows = tuple(
        np.hstack([part, none])
        for part in (
            price.usd_per_shipment,
            price.usd_per_unit,
            price.usd_per_unit_km,
            price.usd_minimum,
        )
    )
    hubs = tariff.operation_price
    hub_rows = tuple(
        part.reshape(-1, n_equipment + 1)
        for part in (
            hubs.usd_per_shipment,
            hubs.usd_per_unit,
            np.zeros_like(hubs.usd_per_unit),
            hubs.usd_minimum,
        )
    )
    free = np.zeros((1, n_equipment + 1))
    free_unit = np.full((1, n_equipment + 1), np.nan)
    free_unit[0, -1] = 0.0
    free_row = (free, free_unit, free, free)
    stacked = [
        np.vstack(parts)
        for parts in zip(toc_rows, own_rows, hub_rows, free_row, strict=True)
    ]
    row = toc.copy()
    row[own] = len(price.usd_per_unit) + np.arange(len(own))
    rows = PriceRows(
        shipment=stacked[0], unit=stacked[1], unit_km=stacked[2], least=stacked[3]
    )
    return rows, row


def _own_rows(
    lanes: Lanes, price: Price, toc: NDArray[np.int64], rates: Rates
) -> tuple[NDArray[np.float64], ...]:
    """Return the formulas of lanes that bring their own price or name their equipment."""
    tariff, brings = rates.tariff, has_own_price(lanes)[:, None]
    n_equipment = len(tariff.equipment.names)
    # A lane that names its equipment has no other.
    codes = [tariff.equipment_codes.get(n, NO_EQUIPMENT) for n in lanes.equipment.names]
    named = ~lanes.equipment.mask(frozenset({""}))[:, None]
    kind = np.array(codes, np.int64)[lanes.equipment.codes]
    has = kind[:, None] == np.arange(n_equipment)
    by_toc = price.offered[toc] & (has | ~named)
    per_unit = lanes.cost_usd_per_equipment[:, None]
    # By unit: the lane's equipment, else the fewest whole units of its TOC.
    usable = np.where(named, has, by_toc & tariff.equipment.whole)
    usable = np.where(brings, usable & ~np.isnan(per_unit), by_toc)
    usd = np.where(brings, per_unit, price.usd_per_unit[toc])
    unit = np.full((len(lanes), n_equipment + 1), np.nan)
    unit[:, :-1] = np.where(usable, usd, np.nan)
    # Else no equipment at all.
    unit[brings[:, 0] & np.isnan(per_unit[:, 0]), -1] = 0.0
    fee, none = np.zeros((2, len(lanes), 1))
    fee[:, 0] = np.nan_to_num(lanes.cost_usd_per_shipment)
    shipment, unit_km, least = (
        np.hstack([np.where(brings, own_usd, part[toc]), np.where(brings, own_usd, 0)])
        for own_usd, part in (
            (fee, price.usd_per_shipment),
            (none, price.usd_per_unit_km),
            (none, price.usd_minimum),
        )
    )
    return shipment, unit, unit_km, least


def _hub_prices(
    network: Network,
    operation: NDArray[np.int8],
    mode: NDArray[np.int8],
    gateway: NDArray[np.int32],
    rates: Rates,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return each operation's own price [USD/kg], and its row among those of operations."""
    shares = np.array([PASSAGE_SHARE[Operation(name)] for name in OPERATIONS])
    share = shares[operation]
    own = network.gateways.hub_cost_usd_per_t[gateway] * share / KG_PER_TONNE
    is_own = (share > 0) & ~np.isnan(own)
    row = operation.astype(np.int64) * len(MODES) + mode
    free = rates.tariff.operation_price.usd_per_unit[..., 0].size
    return np.where(is_own, own, 0.0), np.where(is_own, free, row)
