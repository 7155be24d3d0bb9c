"""Explains prices line by line: of the few legs that are shown, in decimal arithmetic."""

from decimal import Decimal

import numpy as np

from greenroute.network.gateway import Gateways
from greenroute.network.lane import MODES, Lanes, Mode
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.cost_line import (
    CostCode,
    CostLine,
    Part,
    lines_of,
    part,
    rounded_once,
    topped_up,
)
from greenroute.rating.factors import CARGOES
from greenroute.rating.lane_terms import apply_terms
from greenroute.rating.money import decimal_of
from greenroute.rating.operation import OPERATIONS, PASSAGE_SHARE, Operation
from greenroute.rating.price import has_own_price, price_lanes
from greenroute.rating.price_card import load_of, own_m3
from greenroute.rating.rate_card import NO_CARD, PreparedCards, RateCards
from greenroute.rating.surcharge import BASES, WHOLE_PCT, SurchargeBasis
from greenroute.rating.tariff import NO_EQUIPMENT, Equipment, Price, Tariff
from greenroute.units import KG_PER_TONNE

Lines = tuple[CostLine, ...]


def explain_price(
    lanes: Lanes,
    cargo: CargoUnit,
    tariff: Tariff,
    *,
    cards: PreparedCards | None = None,
) -> tuple[Lines, ...]:
    """Return the cost lines of each lane; they add up to its price to the cent.

    Parameters
    ----------
    lanes
        Few lanes: `lanes.take(rows)`.
    cargo
        What moves.
    tariff
        Prices of lanes that have no others.
    cards
        Rate cards prepared for these lanes: `cards.take(rows)`.

    Returns
    -------
    tuple of tuple of CostLine
        Empty for a lane that cannot be priced.
    """
    prices = price_lanes(lanes, cargo, tariff, cards=cards)
    prices, names = apply_terms(prices, lanes, cargo, tariff, cards=cards)
    own = has_own_price(lanes)
    found: list[Lines] = []
    for row in range(len(lanes)):
        equipment, card = int(prices.equipment[row]), int(prices.card[row])
        if np.isnan(prices.cost_usd[row]):
            found.append(())
        elif cards is not None and card != NO_CARD:
            found.append(
                _by_card(
                    cards,
                    card,
                    cargo,
                    lane=lanes.take(np.array([row])),
                    equipment=tariff.equipment,
                )
            )
        else:
            explain = _by_lane if own[row] else _by_tariff
            name = "" if equipment == NO_EQUIPMENT else names[equipment]
            found.append(explain(lanes, row, cargo, tariff, equipment=name))
    return tuple(
        rounded_once((*lines, *_fees(lanes, row, cargo))) if lines else ()
        for row, lines in enumerate(found)
    )


def explain_operation(
    operation: Operation,
    mode: Mode,
    gateway: int,
    *,
    gateways: Gateways,
    cargo: CargoUnit,
    tariff: Tariff,
) -> Lines:
    """Return the cost lines of a hub operation; they add up to its price to the cent.

    Parameters
    ----------
    operation, mode
        What is done, and the mode that it serves.
    gateway
        Row of the gateways.
    gateways
        Gateways of the network; what one says of its price wins.
    cargo
        What moves.
    tariff
        Prices of operations.
    """
    share = PASSAGE_SHARE[operation]
    own_usd = float(gateways.hub_cost_usd_per_t[gateway])
    if share > 0 and not np.isnan(own_usd):
        amount = decimal_of(own_usd) * decimal_of(cargo.mass_kg) * decimal_of(share)
        source = f"network: hub_cost_usd_per_t of {gateways.id[gateway].as_py()}"
        parts = [Part(code=CostCode.KG, amount=amount / KG_PER_TONNE)]
        return lines_of(parts, source)
    price = tariff.operation_price.at(OPERATIONS.index(operation))
    price = price.at(MODES.index(mode))
    units = np.append(tariff.equipment.units(cargo.mass_kg, cargo.volume_m3), 0.0)
    takes = np.append(tariff.equipment.takes[:, CARGOES.index(cargo.cargo)], [True])
    usable = np.flatnonzero(takes & price.offered)
    if not len(usable):
        return ()
    usd = np.maximum(
        price.usd_minimum, price.usd_per_shipment + units * price.usd_per_unit
    )
    best = int(usable[np.argmin(usd[usable])])
    parts = _tariff_parts(price, best, units=float(units[best]), km=0.0)
    names = (*tariff.equipment.names, "any equipment")
    source = f"tariff {tariff.name}: {operation} by {mode}, {names[best]}"
    return lines_of(parts, source)


def _by_tariff(
    lanes: Lanes, row: int, cargo: CargoUnit, tariff: Tariff, *, equipment: str
) -> Lines:
    toc = lanes.toc[row]
    parts = _tariff_parts(
        tariff.lane_price.at(tariff.toc_code(toc)),
        tariff.equipment.names.index(equipment),
        units=_units(lanes, row, cargo, tariff, equipment=equipment),
        km=float(lanes.distance_km[row]),
    )
    return lines_of(parts, f"tariff {tariff.name}: {toc}, {equipment}")


def _units(
    lanes: Lanes, row: int, cargo: CargoUnit, tariff: Tariff, *, equipment: str
) -> float:
    """Return how many units are needed; what the lane says of their volume wins."""
    payload_kg, loadable_m3, whole = np.inf, np.inf, True
    if equipment in tariff.equipment.names:
        code = tariff.equipment.names.index(equipment)
        payload_kg = float(tariff.equipment.payload_kg[code])
        loadable_m3 = float(tariff.equipment.loadable_m3[code])
        whole = bool(tariff.equipment.whole[code])
    if not np.isnan(lanes.equipment_m3[row]):
        loadable_m3 = float(lanes.equipment_m3[row])
    one = Equipment(
        names=(equipment,),
        whole=np.array([whole]),
        payload_kg=np.array([payload_kg]),
        loadable_m3=np.array([loadable_m3]),
        takes=np.ones((1, len(CARGOES)), dtype=np.bool_),
    )
    return float(one.units(cargo.mass_kg, cargo.volume_m3)[0])


def _fees(lanes: Lanes, row: int, cargo: CargoUnit) -> Lines:
    """Return what a lane charges on top of any price: by departure, and duty."""
    parts = []
    if lanes.cost_usd_per_departure[row] > 0:
        parts.append(part(CostCode.DEPARTURE, lanes.cost_usd_per_departure[row]))
    if lanes.duty_rate[row] > 0 and cargo.value_usd is not None:
        parts.append(part(CostCode.DUTY, lanes.duty_rate[row], cargo.value_usd))
    source = f"network: lane {lanes.id[row].as_py()}"
    return lines_of(parts, source) if parts else ()


def _tariff_parts(price: Price, code: int, *, units: float, km: float) -> list[Part]:
    parts = [
        part(CostCode.SHIPMENT, price.usd_per_shipment[code]),
        part(CostCode.UNIT, units, price.usd_per_unit[code]),
    ]
    if km:
        parts.append(part(CostCode.UNIT_KM, units, km, price.usd_per_unit_km[code]))
    return topped_up(parts, decimal_of(price.usd_minimum[code]))


def _by_lane(
    lanes: Lanes, row: int, cargo: CargoUnit, tariff: Tariff, *, equipment: str
) -> Lines:
    units = _units(lanes, row, cargo, tariff, equipment=equipment)
    given = (
        (CostCode.SHIPMENT, lanes.cost_usd_per_shipment[row], 1.0),
        (CostCode.KG, lanes.cost_usd_per_kg[row], cargo.mass_kg),
        (CostCode.UNIT, lanes.cost_usd_per_equipment[row], units),
    )
    parts = [part(code, usd, count) for code, usd, count in given if not np.isnan(usd)]
    return lines_of(parts, f"network: lane {lanes.id[row].as_py()}")


def _by_card(
    prepared: PreparedCards,
    row: int,
    cargo: CargoUnit,
    *,
    lane: Lanes,
    equipment: Equipment,
) -> Lines:
    cards, base = prepared.cards, prepared.cards.base
    m3, km = float(own_m3(lane)[0]), float(lane.distance_km[0])
    load = load_of(cargo, equipment, int(cards.equipment[row]), own_m3=m3)
    chargeable_kg = max(load.chargeable_kg, float(cards.break_from_kg[row]))
    parts = [
        part(CostCode.SHIPMENT, base.per_shipment[row]),
        part(CostCode.UNIT, load.units, base.per_unit[row]),
        part(CostCode.KG, load.mass_kg, base.per_kg[row]),
        part(CostCode.CHARGEABLE_KG, chargeable_kg, base.per_chargeable_kg[row]),
        part(CostCode.KM, km, base.per_km[row]),
        part(CostCode.UNIT_KM, load.units, km, base.per_unit_km[row]),
    ]
    parts = topped_up(parts, decimal_of(base.minimum[row]))
    freight = sum((each.amount for each in parts), Decimal(0))
    counts = {
        SurchargeBasis.UNIT: decimal_of(load.units),
        SurchargeBasis.SHIPMENT: Decimal(1),
        SurchargeBasis.KG: decimal_of(load.mass_kg),
        SurchargeBasis.CHARGEABLE_KG: decimal_of(chargeable_kg),
        SurchargeBasis.PERCENT: freight / WHOLE_PCT,
        SurchargeBasis.INCLUDED: Decimal(0),
    }
    for surcharge in cards.surcharges:
        count = counts[BASES[surcharge.basis[row]]]
        amount = decimal_of(surcharge.amount[row]) * count
        parts.append(Part(code=surcharge.code, amount=amount))
    rate = prepared.exchange[cards.currency[row]]
    return lines_of(parts, _source(cards, row), rate)


def _source(cards: RateCards, row: int) -> str:
    """Return where a price stands and what makes it the one, for people."""
    lane = cards.lane[row]
    where = lane or f"{cards.origin[row]} > {cards.destination[row]}"
    code = int(cards.equipment[row])
    words = [where, cards.toc[row] or MODES[cards.mode[row]]]
    if code != NO_EQUIPMENT:
        words.append(cards.equipment_names[code])
    return f"{cards.source_of(row)}: {', '.join(words)}"
