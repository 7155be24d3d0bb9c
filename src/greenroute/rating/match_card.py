"""Matches rate cards to the lanes of a network on a day: the most specific one wins.

Of all rows that name a lane and its equipment, the winner is the one that names

1. the lane itself, before places;
2. the narrower pair of places: the wider end of the two is compared first, then the
   narrower one, then the origin;
3. the TOC, before the mode alone;
4. the later first day, where the days of one lie within those of the other.

Nothing else can be equal: the reader refuses what is. A lane that names its equipment has
the rows for that and those that need none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from greenroute.errors import DataError, UnknownPlaceError
from greenroute.network.network import Network
from greenroute.rating.card_equipment import check_own_equipment, check_sizes, runs_in
from greenroute.rating.card_place import Places, find_level, place_codes
from greenroute.rating.data_set import line_of
from greenroute.rating.money import ExchangeRate, ExchangeTable
from greenroute.rating.rate_card import (
    ANYWHERE,
    CONTINENT_PREFIX,
    CUSTOMS_PREFIX,
    BasePrice,
    EquipmentMatches,
    Level,
    Offers,
    PreparedCards,
    RateCards,
)
from greenroute.rating.surcharge import WHOLE_PCT, SurchargeBasis
from greenroute.tables import Coded, positions

_EPOCH = date(1970, 1, 1).toordinal()
_SUGGESTIONS = 3
_LEVELS = len(Level)
#: Rank of a row that names its lane: above all pairs of places, with and without TOC.
_BY_LANE = 2 * _LEVELS**3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choices:
    """What the valid rows price, one entry per price with its weight breaks.

    Attributes
    ----------
    row
        First row of each, (n_choices,).
    first, count
        Where its weight breaks stand in `rows`.
    rows
        Valid rows, weight breaks together, lightest first.
    """

    row: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]
    rows: NDArray[np.int64]


def prepare_cards(
    cards: RateCards,
    network: Network,
    *,
    on: date,
    exchange: ExchangeTable,
    usual: NDArray[np.int64] | None = None,
) -> PreparedCards:
    """Match rate cards to all lanes of a network, once per network and day.

    Parameters
    ----------
    cards
        Cards as read.
    network
        Its lanes are priced; a place of a card must be one of its gateways, their
        UN/LOCODEs, its markets, their customs territories or continents.
    on
        Day on which the goods are ready.
    exchange
        Rates into USD.
    usual
        For lanes on other fuels the row of the lane as it usually runs, -1 for all other
        lanes, (n_lanes,): they have the cards of that lane unless one names them or
        their TOC.

    Raises
    ------
    UnknownPlaceError
        If a card names a place or lane that the network does not have.
    UnknownCategoryError
        If a card is for equipment of a lane that does not say what it takes.
    DataError
        If a currency has no rate on or before the day, or a card is for a lane in other
        equipment than the lane has.
    """
    day = on.toordinal() - _EPOCH
    expired, too_new = cards.valid_to < day, cards.valid_from > day
    valid = ~expired & ~too_new
    choices = _choices(cards, np.flatnonzero(valid))
    lane, choice = _winners(cards, choices, network, usual)
    worth = _exchange(cards, choices.row[choice], exchange, on=on)
    usd = {name: float(rate.usd_per_unit) for name, rate in worth.items()}
    equipment = cards.equipment[choices.row[choice]]
    matches = []
    for code in np.unique(equipment).tolist():
        hit = equipment == code
        used, place = np.unique(choice[hit], return_inverse=True)
        count = choices.count[used]
        first = np.cumsum(count) - count
        rows = choices.rows[_ranges(choices.first[used], count)]
        matches.append(
            EquipmentMatches(
                equipment=code,
                offers=_offers(cards, rows, usd),
                lane=lane[hit],
                first=first[place],
                count=count[place],
            )
        )
    return PreparedCards(
        cards=cards,
        on=on,
        lane_id=network.lanes.id,
        matches=tuple(matches),
        exchange=worth,
        expired=int(np.count_nonzero(expired)),
        not_yet_valid=int(np.count_nonzero(too_new)),
        superseded=int(np.count_nonzero(valid)) - len(choices.rows),
        unmatched=len(choices.rows) - sum(len(match.offers.row) for match in matches),
    )


def _exchange(
    cards: RateCards, rows: NDArray[np.int64], exchange: ExchangeTable, *, on: date
) -> dict[str, ExchangeRate]:
    """Return the rates of the currencies of some rows; an error names the first row."""
    codes, first = np.unique(cards.currency.codes[rows], return_index=True)
    found = {}
    for code, place in zip(codes.tolist(), first.tolist(), strict=True):
        name = cards.currency.names[code]
        try:
            found[name] = exchange.rate(name, on)
        except DataError as error:
            line = line_of(int(rows[place]))
            msg = f"{cards.path}:{line}: currency is {name!r}; {error}"
            raise DataError(msg) from None
    return found


def _choices(cards: RateCards, valid: NDArray[np.int64]) -> _Choices:
    """Return the prices that hold: of each group the rows that start last."""
    group, start = cards.group[valid], cards.valid_from[valid]
    order = np.lexsort((cards.break_from_kg[valid], -start, group))
    valid, group, start = valid[order], group[order], start[order]
    heads = np.flatnonzero(np.concatenate([[True], np.diff(group) != 0])[: len(valid)])
    sizes = np.diff(np.append(heads, len(valid)))
    newest = np.repeat(start[heads], sizes) == start
    rows = valid[newest]
    count = np.add.reduceat(newest.astype(np.int64), heads) if len(heads) else sizes
    first = np.cumsum(count) - count
    return _Choices(row=rows[first], first=first, count=count, rows=rows)


def _winners(
    cards: RateCards,
    choices: _Choices,
    network: Network,
    usual: NDArray[np.int64] | None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return lanes and the choice that wins for each lane and equipment."""
    found = list(_by_place(cards, choices, network))
    found.append(_by_lane(cards, choices, network))
    lane, choice, rank = (np.concatenate(part) for part in zip(*found, strict=True))
    if usual is not None:
        lane, choice, rank = _for_options((lane, choice, rank), usual)
    equipment = cards.equipment[choices.row[choice]]
    runs = runs_in(cards, network.lanes, lane, equipment)
    lane, choice, rank, equipment = (
        part[runs] for part in (lane, choice, rank, equipment)
    )
    check_sizes(cards, network.lanes, lane, choices.row[choice])
    order = np.lexsort((-rank, lane, equipment))
    lane, choice, equipment = lane[order], choice[order], equipment[order]
    best = np.concatenate([[True], (np.diff(lane) != 0) | (np.diff(equipment) != 0)])
    best = best[: len(lane)]
    return lane[best], choice[best]


Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _for_options(found: Pairs, usual: NDArray[np.int64]) -> Pairs:
    """Return the pairs with those that lanes on other fuels have from the usual lane.

    Of their own they keep what names the lane or its TOC, and that comes first.
    """
    lane, choice, rank = found
    named = (rank >= _BY_LANE) | (rank % 2 == 1)
    option = usual[lane] >= 0
    rank = np.where(option, rank + 2 * _BY_LANE, rank)
    order = np.argsort(lane, kind="stable")
    rows = np.flatnonzero(usual >= 0)
    left = np.searchsorted(lane[order], usual[rows], side="left")
    count = np.searchsorted(lane[order], usual[rows], side="right") - left
    taken = order[_ranges(left, count)]
    kept = ~option | named
    return (
        np.concatenate([lane[kept], np.repeat(rows, count)]),
        np.concatenate([choice[kept], choice[taken]]),
        np.concatenate([rank[kept], rank[taken]]),
    )


def _by_lane(cards: RateCards, choices: _Choices, network: Network) -> Pairs:
    """Return the choices that name their lane: lanes, choices and ranks."""
    named = np.flatnonzero(~cards.lane.mask(frozenset({""}))[choices.row])
    rows = choices.row[named]
    place = positions(pa.array(cards.lane.names, pa.string()), network.lanes.id)
    lane = place[cards.lane.codes[rows]] if len(rows) else rows
    unknown = np.flatnonzero(lane < 0)
    if len(unknown):
        row = int(rows[unknown[0]])
        near = process.extract(
            cards.lane[row],
            network.lanes.id.to_pylist(),
            scorer=fuzz.ratio,
            limit=_SUGGESTIONS,
        )
        _unknown(cards, row, "lane", [name for name, _, _ in near])
    wrong = np.flatnonzero(network.lanes.mode[lane] != cards.mode[rows])
    if len(wrong):
        row = int(rows[wrong[0]])
        msg = (
            f"{cards.path}:{line_of(row)}: lane is {cards.lane[row]!r}, expected a lane "
            "of the mode that the row says"
        )
        raise DataError(msg)
    check_own_equipment(cards, network.lanes, lane, rows)
    with_toc = ~cards.toc.mask(frozenset({""}))[rows]
    fits = ~with_toc | (_toc_of(cards, network)[lane] == cards.toc.codes[rows])
    rank = np.full(len(rows), _BY_LANE, dtype=np.int64) + with_toc
    return lane[fits], named[fits], rank[fits]


def _by_place(cards: RateCards, choices: _Choices, network: Network) -> Iterator[Pairs]:
    """Yield lanes, choices and ranks, by how narrow both places are and if by TOC."""
    lanes = network.lanes
    at_places = np.flatnonzero(cards.lane.mask(frozenset({""}))[choices.row])
    rows = choices.row[at_places]
    codes = place_codes(network)
    ends = [
        _resolve(cards, rows, name, column, codes)
        for name, column in (
            ("origin", cards.origin),
            ("destination", cards.destination),
        )
    ]
    with_toc = ~cards.toc.mask(frozenset({""}))[rows]
    lane_toc = _toc_of(cards, network)
    kinds = (ends[0][0] * _LEVELS + ends[1][0]) * 2 + with_toc
    for kind in np.flatnonzero(np.bincount(kinds)).tolist():
        origin, destination = divmod(kind // 2, _LEVELS)
        toc = kind % 2
        chosen = np.flatnonzero(kinds == kind)
        wanted = _mixed(
            ends[0][1][chosen],
            ends[1][1][chosen],
            cards.mode[rows[chosen]],
            cards.toc.codes[rows[chosen]] if toc else 0,
        )
        there = _mixed(
            codes[Level(origin)].of_gateway[lanes.origin],
            codes[Level(destination)].of_gateway[lanes.destination],
            lanes.mode,
            lane_toc if toc else 0,
        )
        order = np.argsort(wanted, kind="stable")
        wanted = wanted[order]
        left = np.searchsorted(wanted, there, side="left")
        count = np.searchsorted(wanted, there, side="right") - left
        lane = np.repeat(np.arange(len(lanes)), count)
        choice = at_places[chosen[order[_ranges(left, count)]]]
        wide, narrow = sorted((origin, destination))
        rank = ((wide * _LEVELS + narrow) * _LEVELS + origin) * 2 + toc
        yield lane, choice, np.full(len(lane), rank, dtype=np.int64)


def _resolve(
    cards: RateCards,
    rows: NDArray[np.int64],
    name: str,
    column: Coded,
    codes: Mapping[Level, Places],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return level and code of the place of each row."""
    level = np.zeros(len(column.names), dtype=np.int64)
    code = np.full(len(column.names), -1, dtype=np.int64)
    used = np.unique(column.codes[rows]).tolist()
    for position in used:
        level[position], code[position] = find_level(column.names[position], codes)
    unknown = np.flatnonzero(code[column.codes[rows]] < 0)
    if len(unknown):
        row = int(rows[unknown].min())
        names = [text for places in codes.values() for text in places.code]
        near = process.extract(
            column[row], names, scorer=fuzz.ratio, limit=_SUGGESTIONS
        )
        _unknown(cards, row, name, [text for text, _, _ in near])
    return level[column.codes[rows]], code[column.codes[rows]]


def _unknown(cards: RateCards, row: int, name: str, near: list[str]) -> None:
    """Raise an error for a place or lane that the network does not have."""
    column = {"lane": cards.lane, "origin": cards.origin}.get(name, cards.destination)
    text, expected = column[row], "a lane"
    if name != "lane":
        expected = (
            f"a gateway, UN/LOCODE or market, {CUSTOMS_PREFIX}NAME, {CONTINENT_PREFIX}NAME "
            f"or {ANYWHERE}"
        )
    msg = (
        f"{cards.path}:{line_of(row)}: {name} is {text!r}, expected {expected} of the "
        f"network; near ones are {', '.join(near)}"
    )
    raise UnknownPlaceError(msg)


def _toc_of(cards: RateCards, network: Network) -> NDArray[np.int64]:
    """Return the TOC of each lane as a code of the cards, -1 where they have none."""
    place = positions(
        pa.array(network.lanes.toc.names, pa.string()),
        pa.array(cards.toc.names, pa.string()),
    )
    return np.asarray(place[network.lanes.toc.codes])


def _mixed(
    origin: NDArray[np.int64],
    destination: NDArray[np.int64],
    mode: NDArray[np.int8],
    toc: NDArray[np.int64] | NDArray[np.int32] | int,
) -> NDArray[np.int64]:
    """Return one key of a lane; negative where the lane has no such place or TOC."""
    # 20 bits each for places, 4 for the mode, 12 for the TOC.
    key = ((origin << 20 | destination) << 4 | mode.astype(np.int64)) << 12 | toc
    nowhere = (origin < 0) | (destination < 0) | (np.asarray(toc) < 0)
    return np.asarray(np.where(nowhere, -1, key))


def _ranges(first: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return first, first + 1, ... of each range, one after the other."""
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    starts = np.repeat(first - (ends - count), count)
    return np.asarray(np.arange(total, dtype=np.int64) + starts)


def _offers(
    cards: RateCards, rows: NDArray[np.int64], worth: Mapping[str, float]
) -> Offers:
    """Return the prices of rows in USD."""
    by_code = np.array([worth.get(name, np.nan) for name in cards.currency.names])
    usd = by_code[cards.currency.codes[rows]] if len(rows) else np.zeros(0)
    base = cards.base.take(rows)
    sums = {basis: np.zeros(len(rows)) for basis in SurchargeBasis}
    for surcharge in cards.surcharges:
        part = surcharge.take(rows)
        for basis in SurchargeBasis:
            sums[basis] += part.is_basis(basis) * part.amount
    return Offers(
        row=rows,
        break_from_kg=cards.break_from_kg[rows],
        base=BasePrice(
            per_shipment=base.per_shipment * usd,
            per_unit=base.per_unit * usd,
            per_kg=base.per_kg * usd,
            per_chargeable_kg=base.per_chargeable_kg * usd,
            per_km=base.per_km * usd,
            per_unit_km=base.per_unit_km * usd,
            minimum=base.minimum * usd,
        ),
        share=sums[SurchargeBasis.PERCENT] / WHOLE_PCT,
        more_per_shipment=sums[SurchargeBasis.SHIPMENT] * usd,
        more_per_unit=sums[SurchargeBasis.UNIT] * usd,
        more_per_kg=sums[SurchargeBasis.KG] * usd,
        more_per_chargeable_kg=sums[SurchargeBasis.CHARGEABLE_KG] * usd,
    )
