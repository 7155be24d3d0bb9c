"""Prices of all lanes and operations: the cheapest equipment that takes the cargo."""

import numpy as np
from numpy.typing import NDArray

from greenroute.network.lane import Lanes
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.factors import CARGOES
from greenroute.rating.price_card import LanePrices, price_by_cards
from greenroute.rating.rate_card import NO_CARD, PreparedCards
from greenroute.rating.tariff import NO_EQUIPMENT, Price, Tariff


def price_lanes(
    lanes: Lanes,
    cargo: CargoUnit,
    tariff: Tariff,
    *,
    cards: PreparedCards | None = None,
) -> LanePrices:
    """Return the prices of all lanes.

    A lane takes the equipment that is cheapest for this cargo among those of its TOC. A
    lane that brings a price along keeps that: its prices by shipment, by kilogram and by
    unit of equipment add up, and the tariff adds nothing. A rate card that prices the lane
    for this cargo wins over both.

    Parameters
    ----------
    lanes
        Lanes of the network.
    cargo
        What moves.
    tariff
        Prices of lanes that have no others.
    cards
        Rate cards, prepared for these lanes.

    Raises
    ------
    UnknownCategoryError
        If the tariff does not know a TOC.
    DataError
        If the cards were prepared for other lanes.
    """
    units = tariff.equipment.units(cargo.mass_kg, cargo.volume_m3)
    takes = tariff.equipment.takes[:, CARGOES.index(cargo.cargo)]
    # Sorted by TOC, so that each is one slice; 16-bit codes sort in one linear pass.
    order = np.argsort(lanes.toc.codes.astype(np.uint16), kind="stable")
    km = lanes.distance_km[order]
    usd = np.empty(len(lanes))
    codes = np.empty(len(lanes), dtype=np.int16)
    last = np.cumsum(np.bincount(lanes.toc.codes, minlength=len(lanes.toc.names)))
    for name, start, end in zip(lanes.toc.names, (0, *last), last, strict=False):
        if start < end:
            price = tariff.lane_price.at(tariff.toc_code(name)).only(takes)
            usd[start:end], codes[start:end] = _cheapest(price, units, km[start:end])
    prices = LanePrices(
        cost_usd=np.empty_like(usd),
        equipment=np.empty_like(codes),
        card=np.full(len(lanes), NO_CARD, dtype=np.int64),
    )
    prices.cost_usd[order] = usd
    prices.equipment[order] = codes
    _keep_own(prices, lanes, cargo, tariff)
    if cards is not None:
        by_card = price_by_cards(lanes, cargo, cards, tariff.equipment)
        priced = by_card.card != NO_CARD
        np.copyto(prices.cost_usd, by_card.cost_usd, where=priced)
        np.copyto(prices.equipment, by_card.equipment, where=priced)
        np.copyto(prices.card, by_card.card)
    return prices


def has_own_price(lanes: Lanes) -> NDArray[np.bool_]:
    """Return which lanes bring a price along, bool (n_lanes,)."""
    return ~(
        np.isnan(lanes.cost_usd_per_shipment)
        & np.isnan(lanes.cost_usd_per_kg)
        & np.isnan(lanes.cost_usd_per_equipment)
    )


def price_operations(cargo: CargoUnit, tariff: Tariff) -> NDArray[np.float64]:
    """Return the price of each operation by mode [USD], (n_operations, n_modes).

    It is 0 where the mode has no such operation.
    """
    cheapest = _operation_usd(cargo, tariff).min(axis=-1)
    return np.asarray(np.where(np.isfinite(cheapest), cheapest, 0.0))


def goes_by_part(cargo: CargoUnit, tariff: Tariff) -> NDArray[np.bool_]:
    """Return which operations take the goods by the part of a unit, (n_operations, n_modes).

    The equipment is that of their price: the cheapest.
    """
    by_part = np.append(~tariff.equipment.whole, [False])
    return np.asarray(by_part[_operation_usd(cargo, tariff).argmin(axis=-1)])


def _operation_usd(cargo: CargoUnit, tariff: Tariff) -> NDArray[np.float64]:
    """Return prices of operations by equipment [USD]; infinite where there is none."""
    units = np.append(tariff.equipment.units(cargo.mass_kg, cargo.volume_m3), 0.0)
    takes = np.append(tariff.equipment.takes[:, CARGOES.index(cargo.cargo)], [True])
    price = tariff.operation_price
    usd = np.maximum(
        price.usd_minimum, price.usd_per_shipment + units * price.usd_per_unit
    )
    return np.where(takes & price.offered, usd, np.inf)


def _keep_own(
    prices: LanePrices, lanes: Lanes, cargo: CargoUnit, tariff: Tariff
) -> None:
    """Put the prices of lanes that bring their own in the place of the tariff's."""
    rows = np.flatnonzero(has_own_price(lanes))
    per_unit = lanes.cost_usd_per_equipment[rows]
    fewest = {
        code: _fewest_units(tariff, tariff.toc_code(lanes.toc.names[code]), cargo)
        for code in np.unique(lanes.toc.codes[rows[~np.isnan(per_unit)]]).tolist()
    }
    units = np.ones(len(rows))
    equipment = np.full(len(rows), NO_EQUIPMENT, dtype=np.int16)
    for code, (kind, count) in fewest.items():
        hit = (lanes.toc.codes[rows] == code) & ~np.isnan(per_unit)
        equipment[hit], units[hit] = kind, count
    prices.equipment[rows] = equipment
    prices.cost_usd[rows] = (
        np.nan_to_num(lanes.cost_usd_per_shipment[rows])
        + np.nan_to_num(lanes.cost_usd_per_kg[rows]) * cargo.mass_kg
        + np.where(np.isnan(per_unit), 0.0, per_unit * units)
    )


def _cheapest(
    price: Price, units: NDArray[np.float64], km: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int16]]:
    """Return the lowest price and its equipment, (n_rows,); the first one among equals."""
    best = np.full(len(km), np.nan)
    chosen = np.full(len(km), NO_EQUIPMENT, dtype=np.int16)
    for code in np.flatnonzero(price.offered):
        usd = units[code] * price.usd_per_unit_km[code] * km
        usd += price.usd_per_shipment[code] + units[code] * price.usd_per_unit[code]
        np.maximum(usd, price.usd_minimum[code], out=usd)
        cheaper = ~(usd >= best)  # also where there is no price yet
        np.copyto(best, usd, where=cheaper)
        np.copyto(chosen, np.int16(code), where=cheaper)
    return best, chosen


def _fewest_units(tariff: Tariff, toc: int, cargo: CargoUnit) -> tuple[int, float]:
    """Return the equipment of a TOC of which the fewest whole units are needed.

    The count is NaN where the TOC has no such equipment for the cargo.
    """
    units = tariff.equipment.units(cargo.mass_kg, cargo.volume_m3)
    suitable = np.flatnonzero(
        tariff.lane_price.at(toc).offered
        & tariff.equipment.whole
        & tariff.equipment.takes[:, CARGOES.index(cargo.cargo)]
    )
    if not len(suitable):
        return NO_EQUIPMENT, np.nan
    best = int(suitable[np.argmin(units[suitable])])
    return best, float(units[best])
