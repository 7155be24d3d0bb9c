"""Prices emissions: EU ETS and FuelEU by sea, CORSIA by air, an own price of all.

None is part of a price unless asked for. Levels of the default tariff by sea are set to
all-in spot indices, which hold the surcharges of carriers for the EU ETS and FuelEU: to add
either to a price of the tariff would count it twice. The same goes for a rate card with a
surcharge `ETS` or `FUELEU`, by an amount or as included.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from greenroute.network.gateway import Gateways
from greenroute.network.lane import Lanes, Mode
from greenroute.rating.carbon_cost import (
    CarbonOptions,
    CarbonPrices,
    CarbonTerms,
)
from greenroute.rating.carbon_rules import allowances_due, fueleu_deficit_t
from greenroute.rating.cost_line import CostCode
from greenroute.rating.money import USD, ExchangeRate
from greenroute.rating.rate_card import NO_CARD, PreparedCards
from greenroute.units import G_PER_KG, KG_PER_TONNE

EUR = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charge:
    """What one scheme asks, (n_lanes,), in a currency, and on what grounds."""

    amount: NDArray[np.float64]
    exchange: ExchangeRate
    source: str


def price_carbon(
    lanes: Lanes,
    gateways: Gateways,
    terms: CarbonTerms,
    *,
    wtw_kg: NDArray[np.float64],
    ttw_kg: NDArray[np.float64],
    settled: Mapping[CostCode, NDArray[np.bool_]],
) -> CarbonPrices:
    """Return what the emissions of all lanes cost.

    A lane by sea counts as one voyage between its two ports. A ship that calls elsewhere
    on the way makes several, of which only those from or to the area count: for such lanes
    the figure is an upper bound.

    Parameters
    ----------
    lanes, gateways
        Of the network.
    terms
        Which costs to count, and by what.
    wtw_kg, ttw_kg
        Emissions of the shipment, well to wheel and in operation [kg CO2e], (n_lanes,).
    settled
        Lanes whose price holds a scheme already, by `settled_in`.

    Raises
    ------
    DataError
        If there is no price of an allowance, or no rate of its currency, on the day.
    """
    options, rules = terms.options, terms.rules
    # NaN stands where a lane is not allowed; it costs nothing there.
    wtw_t, ttw_t = (np.nan_to_num(kg) / KG_PER_TONNE for kg in (wtw_kg, ttw_kg))
    intra, extra = _voyages(lanes, gateways, rules.eea)
    charges: dict[CostCode, _Charge] = {}
    if options.ets:
        charges[CostCode.ETS] = _ets(ttw_t, intra, extra, terms)
    if options.fueleu:
        charges[CostCode.FUELEU] = _fueleu(ttw_t, intra, extra, terms)
    usd = terms.exchange.rate(USD, terms.on)
    if options.corsia_share:
        due_t = _abroad(lanes, gateways) * ttw_t * options.corsia_share
        charges[CostCode.CORSIA] = _Charge(
            amount=due_t * rules.corsia_usd_per_t,
            exchange=usd,
            source=f"{rules.name}: eligible unit at {rules.corsia_usd_per_t:g} USD/t, "
            f"for {options.corsia_share:g} of emissions",
        )
    if options.internal_usd_per_t:
        charges[CostCode.INTERNAL] = _internal(wtw_t, terms)
    for code, done in settled.items():
        if code in charges:
            left = np.where(done, 0.0, charges[code].amount)
            charges[code] = replace(charges[code], amount=left)
    return _prices(charges)


def price_hub_carbon(wtw_kg: NDArray[np.float64], terms: CarbonTerms) -> CarbonPrices:
    """Return what the emissions of hub operations cost: an own price counts all of them.

    No scheme by law asks anything of them here: what a ship emits at berth is part of its
    voyage.

    Parameters
    ----------
    wtw_kg
        Emissions of the shipment, well to wheel [kg CO2e], (n_operations,); 0 where they
        are not included.
    terms
        Which costs to count, and by what.
    """
    charges = {}
    if terms.options.internal_usd_per_t:
        charges[CostCode.INTERNAL] = _internal(wtw_kg / KG_PER_TONNE, terms)
    return _prices(charges)


def settled_in(
    card: NDArray[np.int64],
    own: NDArray[np.bool_],
    *,
    cards: PreparedCards | None,
    options: CarbonOptions,
) -> dict[CostCode, NDArray[np.bool_]]:
    """Return which lanes have a price that holds a scheme already.

    Parameters
    ----------
    card
        Row of the rate cards by lane, or `NO_CARD`.
    own
        Lanes that bring a price along.
    cards
        Rate cards that `card` refers to.
    options
        Says whether prices of the tariff hold them.
    """
    by_card = card != NO_CARD
    by_tariff = ~by_card & ~own
    found = {}
    for code in (CostCode.ETS, CostCode.FUELEU):
        done = by_tariff & (not options.on_tariff)
        for surcharge in () if cards is None else cards.cards.surcharges:
            if surcharge.code == code:
                rows = card[by_card]
                done[by_card] |= surcharge.take(rows).settles()
        found[code] = done
    return found


def _prices(charges: Mapping[CostCode, _Charge]) -> CarbonPrices:
    return CarbonPrices(
        cost_usd={
            code: charge.amount * float(charge.exchange.usd_per_unit)
            for code, charge in charges.items()
        },
        amount={code: charge.amount for code, charge in charges.items()},
        exchange={code: charge.exchange for code, charge in charges.items()},
        source={code: charge.source for code, charge in charges.items()},
    )


def _internal(wtw_t: NDArray[np.float64], terms: CarbonTerms) -> _Charge:
    price = terms.options.internal_usd_per_t
    return _Charge(
        amount=wtw_t * price,
        exchange=terms.exchange.rate(USD, terms.on),
        source=f"internal price of {price:g} USD/t",
    )


def _ets(
    ttw_t: NDArray[np.float64],
    intra: NDArray[np.bool_],
    extra: NDArray[np.bool_],
    terms: CarbonTerms,
) -> _Charge:
    rules, year = terms.rules, terms.on.year
    price = terms.eua_eur_per_t()
    counted_t = ttw_t * (
        1.0 if year >= rules.ets_all_gases_from else rules.ets_co2_share
    )
    due_t = allowances_due(
        counted_t * intra,
        counted_t * extra,
        extra_share=np.full(len(ttw_t), rules.ets_extra_share),
        phase_in=np.full(len(ttw_t), rules.ets_share(year)),
    )
    return _Charge(
        amount=due_t * price,
        exchange=terms.exchange.rate(EUR, terms.on),
        source=f"{rules.name}: EU allowance at {price:g} EUR/t on {terms.on}",
    )


def _fueleu(
    ttw_t: NDArray[np.float64],
    intra: NDArray[np.bool_],
    extra: NDArray[np.bool_],
    terms: CarbonTerms,
) -> _Charge:
    rules, pool = terms.rules, terms.options.pool_usd_per_t
    gap = rules.fueleu_wtw_g_per_mj - rules.fueleu_target_g_per_mj(terms.on.year)
    mj = ttw_t * KG_PER_TONNE * G_PER_KG / rules.fueleu_ttw_g_per_mj
    deficit_g = mj * (intra + rules.fueleu_extra_share * extra) * max(gap, 0.0)
    if pool is not None:
        return _Charge(
            amount=deficit_g / (KG_PER_TONNE * G_PER_KG) * pool,
            exchange=terms.exchange.rate(USD, terms.on),
            source=f"FuelEU surplus of a pool at {pool:g} USD/t",
        )
    fuel_t = fueleu_deficit_t(
        deficit_g,
        np.full(len(ttw_t), rules.fueleu_wtw_g_per_mj),
        mj_per_t=np.full(len(ttw_t), rules.fueleu_mj_per_t),
    )
    return _Charge(
        amount=fuel_t * rules.fueleu_eur_per_t,
        exchange=terms.exchange.rate(EUR, terms.on),
        source=f"{rules.name}: FuelEU penalty of {rules.fueleu_eur_per_t:g} EUR/t",
    )


def _voyages(
    lanes: Lanes, gateways: Gateways, eea: frozenset[str]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which lanes are voyages within the area, and which cross its border."""
    inside = gateways.iso2.mask(eea)
    starts, ends = inside[lanes.origin], inside[lanes.destination]
    by_sea = lanes.is_mode(Mode.SEA)
    return by_sea & starts & ends, by_sea & (starts != ends)


def _abroad(lanes: Lanes, gateways: Gateways) -> NDArray[np.bool_]:
    """Return which lanes are flights from one market to another."""
    market = gateways.iso2.codes
    differs = market[lanes.origin] != market[lanes.destination]
    return np.asarray(lanes.is_mode(Mode.AIR) & differs)
