"""What lanes say of their price themselves: equipment, departures, duty."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.lane import Lanes
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.factors import CARGOES
from greenroute.rating.price import has_own_price
from greenroute.rating.price_card import LanePrices
from greenroute.rating.rate_card import NO_CARD, PreparedCards
from greenroute.rating.tariff import NO_EQUIPMENT, Equipment, Tariff


def apply_terms(
    prices: LanePrices,
    lanes: Lanes,
    cargo: CargoUnit,
    tariff: Tariff,
    *,
    cards: PreparedCards | None = None,
) -> tuple[LanePrices, tuple[str, ...]]:
    """Return the prices with what the lanes say, and the names of all equipment.

    A lane that names its equipment is priced in that; any name that means an equipment of
    the tariff will do. `equipment_m3` wins over what the
    tariff says of it, and is enough for equipment that the tariff does not know, which is
    sold in whole units. The price of a departure and the duty come on top of any price. A
    price by a rate card is one in that equipment already.

    Parameters
    ----------
    prices
        By `price_lanes`.
    lanes
        Lanes of the network.
    cargo
        What moves.
    tariff
        Prices of lanes that have no others.
    cards
        Rate cards that the prices were made with.

    Raises
    ------
    UnknownCategoryError
        If neither the tariff nor `equipment_m3` tells what a lane's equipment takes.
    DataError
        If a lane has an equipment that nothing is charged by, or charges a duty on goods
        without a value.
    """
    fees_usd = _fees(lanes, cargo)
    names = tariff.equipment.names if cards is None else cards.cards.equipment_names
    speaks = ~lanes.equipment.mask(frozenset({""})) | ~np.isnan(lanes.equipment_m3)
    rows = np.flatnonzero(speaks & (prices.card == NO_CARD))
    if not len(rows):
        return replace(prices, cost_usd=prices.cost_usd + fees_usd), names
    used = [
        lanes.equipment.names[code] for code in np.unique(lanes.equipment.codes[rows])
    ]
    place = {**tariff.equipment_codes, **{n: c for c, n in enumerate(names)}}
    names = (*names, *(name for name in used if name and name not in place))
    place |= {name: code for code, name in enumerate(names)}
    of_name = [place.get(name, NO_EQUIPMENT) for name in lanes.equipment.names]
    code = np.array(of_name, dtype=np.int16)[lanes.equipment.codes[rows]]
    cost_usd, equipment = prices.cost_usd.copy(), prices.equipment.copy()
    cost_usd[rows] = _price(lanes.take(rows), cargo, tariff, code=code)
    equipment[rows] = code
    return replace(prices, cost_usd=cost_usd + fees_usd, equipment=equipment), names


def _fees(lanes: Lanes, cargo: CargoUnit) -> NDArray[np.float64]:
    """Return the price of a departure and the duty [USD]; one shipment pays them all."""
    fees_usd = np.nan_to_num(lanes.cost_usd_per_departure)
    taxed = np.flatnonzero(lanes.duty_rate > 0)
    if not len(taxed):
        return fees_usd
    if cargo.value_usd is None:
        msg = (
            f"lane {lanes.id[int(taxed[0])].as_py()!r} charges a duty of "
            f"{lanes.duty_rate[taxed[0]]:g} of the value of the goods and value_usd is not "
            f"given, expected a value ({len(taxed)} such lanes)"
        )
        raise DataError(msg)
    return fees_usd + np.nan_to_num(lanes.duty_rate) * cargo.value_usd


def _price(
    lanes: Lanes, cargo: CargoUnit, tariff: Tariff, *, code: NDArray[np.int16]
) -> NDArray[np.float64]:
    """Return the price of lanes in their equipment [USD]; NaN where there is none."""
    known = (code != NO_EQUIPMENT) & (code < len(tariff.equipment.names))
    row = np.where(known, code, 0)
    own = has_own_price(lanes)
    _check(lanes, known, own)
    equipment = tariff.equipment
    loadable_m3 = np.where(known, equipment.loadable_m3[row], np.nan)
    has_m3 = ~np.isnan(lanes.equipment_m3)
    units = Equipment(
        names=(),
        whole=equipment.whole[row] | ~known,
        payload_kg=np.where(known, equipment.payload_kg[row], np.inf),
        loadable_m3=np.where(has_m3, lanes.equipment_m3, loadable_m3),
        takes=equipment.takes[row],
    ).units(cargo.mass_kg, cargo.volume_m3)
    own_usd = (
        np.nan_to_num(lanes.cost_usd_per_shipment)
        + np.nan_to_num(lanes.cost_usd_per_kg) * cargo.mass_kg
        + np.nan_to_num(lanes.cost_usd_per_equipment) * units
    )
    tocs = [
        tariff.toc_code(name) if used else 0
        for name, used in zip(
            lanes.toc.names,
            np.bincount(lanes.toc.codes, minlength=len(lanes.toc.names)) > 0,
            strict=True,
        )
    ]
    toc = np.array(tocs, dtype=np.int64)[lanes.toc.codes]
    price = tariff.lane_price
    per_unit = price.usd_per_unit[toc, row]
    per_unit = per_unit + price.usd_per_unit_km[toc, row] * lanes.distance_km
    usd = price.usd_per_shipment[toc, row] + units * per_unit
    usd = np.where(own, own_usd, np.maximum(price.usd_minimum[toc, row], usd))
    takes = equipment.takes[row, CARGOES.index(cargo.cargo)] | ~known
    return np.asarray(np.where(takes, usd, np.nan))


def _check(lanes: Lanes, known: NDArray[np.bool_], own: NDArray[np.bool_]) -> None:
    """Raise a named error for the first lane whose equipment tells no price."""
    has_m3 = ~np.isnan(lanes.equipment_m3)
    unknown = np.flatnonzero(~known & ~has_m3)
    if len(unknown):
        row = int(unknown[0])
        msg = (
            f"lane {lanes.id[row].as_py()!r}: equipment is {lanes.equipment[row]!r}, which "
            f"the tariff does not know, expected one that it knows or an equipment_m3 "
            f"({len(unknown)} such lanes)"
        )
        raise UnknownCategoryError(msg)
    unpriced = np.flatnonzero(~known & ~own)
    if len(unpriced):
        row = int(unpriced[0])
        msg = (
            f"lane {lanes.id[row].as_py()!r} has equipment {lanes.equipment[row]!r} of "
            f"{lanes.equipment_m3[row]:g} m3 that the tariff does not price, expected a "
            f"price of the lane, like cost_usd_per_equipment, or a rate card "
            f"({len(unpriced)} such lanes)"
        )
        raise DataError(msg)
