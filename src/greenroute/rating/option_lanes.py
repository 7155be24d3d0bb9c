"""Lanes that run on other fuels, vehicles or speeds, beside the usual ones."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.errors import UnknownCategoryError
from greenroute.network.gateway import Gateways
from greenroute.network.lane import Lanes
from greenroute.network.network import Network
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.factors import CARGOES, NO_FACTOR, FactorSet
from greenroute.rating.options import Options, OptionToc
from greenroute.rating.price import price_lanes
from greenroute.rating.price_card import LanePrices
from greenroute.rating.rate_card import NO_CARD, PreparedCards, RateCards
from greenroute.rating.read import Rates
from greenroute.rating.tariff import OptionTerms
from greenroute.tables import Coded, positions

#: Joins the id of a lane and the option it runs on.
ID_JOIN = "+"


def add_options(network: Network, rates: Rates, names: Collection[str]) -> Network:
    """Return the network with a lane more for every lane and option that fits it.

    Electricity is that of the market the lane lies in; between two markets that of the one
    with the higher intensity, so that no run is cleaner than either end of it.

    Parameters
    ----------
    network
        Lanes as they usually run.
    rates
        Which options there are, and what they emit.
    names
        Options to add; "all" for all of them.

    Raises
    ------
    UnknownCategoryError
        For an option that there is not.
    """
    lanes, options = network.lanes, rates.options
    found = [
        more
        for option in options.chosen(names)
        for pair, terms in options.terms.items()
        if pair[0] == option
        for more in _fitting(
            lanes, network.gateways, terms, options.tocs[pair], rates.factors
        )
    ]
    if not found:
        return network
    count = len(lanes)
    rows = np.concatenate([np.arange(count), *(more.rows for more in found)])
    toc_names = tuple(dict.fromkeys((*lanes.toc.names, *(m.toc for m in found))))
    place = {name: code for code, name in enumerate(toc_names)}
    times = {"price": np.ones(len(rows)), "transit": np.ones(len(rows))}
    codes = lanes.toc.codes[rows]
    first = count
    suffixes = []
    for more in found:
        last = first + len(more.rows)
        codes[first:last] = place[more.toc]
        times["price"][first:last] += more.terms.price_share
        times["transit"][first:last] += more.terms.transit_share
        suffixes += [f"{ID_JOIN}{more.terms.option}"] * len(more.rows)
        first = last
    taken = lanes.take(rows)
    ids = pc.binary_join_element_wise(
        taken.id[count:], pa.array(suffixes, pa.string()), ""
    )
    priced = {
        name: getattr(taken, name) * times["price"]
        for name in (
            "cost_usd_per_shipment",
            "cost_usd_per_kg",
            "cost_usd_per_equipment",
            "cost_usd_per_departure",
        )
    }
    return replace(
        network,
        lanes=replace(
            taken,
            id=pa.concat_arrays([taken.id[:count], ids]),
            toc=Coded(codes=codes, names=toc_names),
            transit_h=taken.transit_h * times["transit"],
            departures=taken.departures.delay(
                taken.transit_h * (times["transit"] - 1.0)
            ),
            **priced,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitting:
    """Lanes that may run on an option, (n_fitting,), and the TOC they then have."""

    terms: OptionTerms
    toc: str
    rows: NDArray[np.int64]


def _fitting(
    lanes: Lanes,
    gateways: Gateways,
    terms: OptionTerms,
    tocs: tuple[OptionToc, ...],
    factors: FactorSet,
) -> Iterator[_Fitting]:
    rows = np.flatnonzero(
        lanes.toc.mask(frozenset({terms.base_toc}))
        & (lanes.distance_km <= terms.max_distance_km)
    )
    start, end = (
        gateways.iso2.codes[ends[rows]] for ends in (lanes.origin, lanes.destination)
    )
    if terms.markets:
        inside = np.array([name in terms.markets for name in gateways.iso2.names])
        keep = inside[start] & inside[end]
        rows, start, end = rows[keep], start[keep], end[keep]
    if tocs[0].area == "":
        if len(rows):
            yield _Fitting(terms=terms, toc=tocs[0].toc, rows=rows)
        return
    of_area = {toc.area: number for number, toc in enumerate(tocs)}
    number = np.array([of_area.get(name, -1) for name in gateways.iso2.names])
    intensity = np.array([_dirtiest(toc.toc, factors) for toc in tocs])
    a, b = number[start], number[end]
    dirtier = np.where(intensity[a] >= intensity[b], a, b)
    dirtier[(a < 0) | (b < 0)] = -1
    for which in np.unique(dirtier[dirtier >= 0]).tolist():
        yield _Fitting(terms=terms, toc=tocs[which].toc, rows=rows[dirtier == which])


def _dirtiest(toc: str, factors: FactorSet) -> float:
    """Return the highest intensity of a TOC over the kinds of cargo [g CO2e/(t·km)]."""
    codes = factors.tocs.factor[factors.tocs.code(toc, factors.name)]
    known = codes[codes != NO_FACTOR]
    if not len(known):
        cargoes = ", ".join(CARGOES)
        msg = f"factor set {factors.name!r} has no factor for {toc!r} ({cargoes})"
        raise UnknownCategoryError(msg)
    return float(factors.wtw_g_per_tkm[known].max())


def usual_rows(lanes: Lanes, options: Options) -> NDArray[np.int64] | None:
    """Return for lanes by `add_options` the row of the lane as it usually runs.

    It is -1 for all other lanes, (n_lanes,); None where there are no such lanes.
    """
    rows = np.flatnonzero(lanes.toc.mask(frozenset(options.of_toc())))
    if not len(rows):
        return None
    ids = lanes.id.take(pa.array(rows))
    usual = np.full(len(lanes), -1, dtype=np.int64)
    stems = pc.replace_substring_regex(ids, r"\+[^+]*$", "")
    usual[rows] = positions(stems, lanes.id)
    # A lane whose own TOC is that of an option stands for itself.
    usual[usual == np.arange(len(lanes))] = -1
    return usual


def card_shares(
    lanes: Lanes, card: NDArray[np.int64], cards: RateCards, options: Options
) -> NDArray[np.float64]:
    """Return what options add to prices by rate cards, as a share of them, (n_lanes,).

    A row that names neither the lane nor its TOC prices the usual fuel only.

    Parameters
    ----------
    lanes
        Lanes of the network.
    card
        Row of the rate cards by lane, or `NO_CARD`.
    cards
        Rate cards.
    options
        What each option costs.
    """
    by_toc = {
        toc.toc: options.terms[pair].price_share
        for pair, tocs in options.tocs.items()
        for toc in tocs
    }
    share = np.array([by_toc.get(name, 0.0) for name in lanes.toc.names])
    shares = share[lanes.toc.codes] * (card != NO_CARD)
    rows = np.flatnonzero(shares)
    row = card[rows]
    toc = positions(
        pa.array(lanes.toc.names, pa.string()), pa.array(cards.toc.names, pa.string())
    )
    own = positions(
        lanes.id.take(pa.array(rows)), pa.array(cards.lane.names, pa.string())
    )
    named = (cards.toc.codes[row] == toc[lanes.toc.codes[rows]]) | (
        cards.lane.codes[row] == own
    )
    shares[rows[named]] = 0.0
    return np.asarray(shares)


def price_with_options(
    lanes: Lanes, cargo: CargoUnit, rates: Rates, *, cards: PreparedCards | None
) -> LanePrices:
    """Return the prices of lanes; options come on top of rate cards for the usual fuel."""
    prices = price_lanes(lanes, cargo, rates.tariff, cards=cards)
    if cards is None:
        return prices
    shares = card_shares(lanes, prices.card, cards.cards, rates.options)
    return replace(prices, cost_usd=prices.cost_usd * (1.0 + shares))
