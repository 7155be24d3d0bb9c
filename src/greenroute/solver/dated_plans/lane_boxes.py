"""Boxes that lanes offer: by rate cards, by prices of their own, else by the tariff."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError, UnknownCategoryError
from greenroute.network.departure import starts
from greenroute.network.lane import Lanes
from greenroute.orders.order_book import CARGOES
from greenroute.rating.tariff import Equipment
from greenroute.solver.columns.card_table import (
    NAMELESS,
    NO_LIMIT,
    box_words,
    covered,
)
from greenroute.solver.columns.step_table import StepTable
from greenroute.solver.dated_plans.box_chain import NO_BOX, step_box_cents
from greenroute.units import CENTS_PER_USD

_DIGITS = 9
#: More boxes than a lane has.
_MOST_KINDS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Boxes that lanes offer, those of a lane side by side.

    Attributes
    ----------
    start
        Boxes of lane l are rows `start[l] : start[l + 1]`, (n_lanes + 1,).
    equipment
        Position in `names`, (n_boxes,).
    payload_kg, loadable_m3
        What one takes, (n_boxes,).
    cents
        Price of one, (n_boxes,).
    takes
        Which cargo, bool (n_boxes, n_cargoes).
    names
        Equipment of the tariff, then that of lanes.
    own
        Lanes that have a price by box of their own, (n_lanes,).
    only
        Lanes where all goods go in boxes: these, and those that rate cards price by shared
        boxes alone, (n_lanes,).
    """

    start: NDArray[np.int64]
    equipment: NDArray[np.int64]
    payload_kg: NDArray[np.float64]
    loadable_m3: NDArray[np.float64]
    cents: NDArray[np.int64]
    takes: NDArray[np.bool_]
    names: tuple[str, ...]
    own: NDArray[np.bool_]
    only: NDArray[np.bool_]

    def units(
        self, rows: NDArray[np.int64], mass_kg: float, volume_m3: float
    ) -> NDArray[np.int64]:
        """Return how many of each of these boxes some goods fill."""
        parts = np.maximum(
            mass_kg / self.payload_kg[rows], volume_m3 / self.loadable_m3[rows]
        )
        return np.ceil(np.round(parts, _DIGITS)).astype(np.int64)


class _Offered(NamedTuple):
    """Boxes as they are offered, (n,) each; `takes` is (n, n_cargoes).

    `fee_usd` and `fee_usd_per_kg` is what an order pays besides.
    """

    lane: NDArray[np.int64]
    kind: NDArray[np.int64]
    payload_kg: NDArray[np.float64]
    loadable_m3: NDArray[np.float64]
    cents: NDArray[np.int64]
    takes: NDArray[np.bool_]
    fee_usd: NDArray[np.float64]
    fee_usd_per_kg: NDArray[np.float64]


def boxes_of(lanes: Lanes, steps: StepTable) -> Boxes:
    """Return the boxes of lanes.

    Parameters
    ----------
    lanes
        With what goods share.
    steps
        Of the same lanes without that.

    Raises
    ------
    UnknownCategoryError
        If nothing tells what a box of a lane takes.
    DataError
        If a lane has a price by box of its own, and a rate card for some of the cargoes.
    """
    names = box_words(lanes, steps.rates)
    own, only = _boxed(lanes, steps)
    parts = (_by_card(steps), *_by_lane(lanes, steps, names, own))
    found = _Offered(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    kept = _useful(found)
    return Boxes(
        start=starts(np.bincount(found.lane[kept], minlength=len(lanes))),
        equipment=found.kind[kept],
        payload_kg=found.payload_kg[kept],
        loadable_m3=found.loadable_m3[kept],
        cents=found.cents[kept],
        takes=found.takes[kept],
        names=names,
        own=own,
        only=only,
    )


def _boxed(
    lanes: Lanes, steps: StepTable
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the lanes with a price by box of their own, and those with boxes only."""
    cards = steps.card_prices
    own = ~np.isnan(lanes.cost_usd_per_equipment)
    by_cargo = covered(cards)[:, list(steps.lane_ratings)]
    half = np.flatnonzero(own & by_cargo.any(axis=1) & ~by_cargo.all(axis=1))
    if len(half):
        first = int(half[0])
        row = int(cards.row[cards.start[first]])
        cargo = CARGOES[list(steps.lane_ratings)[int(np.argmin(by_cargo[first]))]]
        source = (
            "a rate card"
            if steps.charges is None or steps.charges.cards is None
            else steps.charges.cards.cards.source_of(row)
        )
        msg = (
            f"lane {lanes.id[first].as_py()!r} has cost_usd_per_equipment, and is priced by "
            f"{source}, which does not take {cargo} cargo; expected one of the two, or a "
            f"row for that cargo ({len(half)} such lanes)"
        )
        raise DataError(msg)
    whole = by_cargo.all(axis=1)
    lane = np.repeat(np.arange(len(lanes)), np.diff(cards.start))
    apart = np.bincount(lane[~cards.shared], minlength=len(lanes)) > 0
    own &= ~whole
    return own, own | (whole & ~apart)


def _by_card(steps: StepTable) -> _Offered:
    """Return the boxes of rate cards that many orders may share."""
    cards = steps.card_prices
    lane = np.repeat(np.arange(steps.n_lanes), np.diff(cards.start))
    rows = np.flatnonzero(cards.shared)
    return _Offered(
        lane=lane[rows],
        kind=cards.equipment[rows],
        payload_kg=cards.payload_kg[rows],
        loadable_m3=cards.loadable_m3[rows],
        cents=_cents(cards.box_usd[rows]),
        takes=cards.takes[:, rows].T,
        fee_usd=cards.fee_usd[rows],
        fee_usd_per_kg=cards.fee_usd_per_kg[rows],
    )


def _by_lane(
    lanes: Lanes, steps: StepTable, names: tuple[str, ...], own: NDArray[np.bool_]
) -> tuple[_Offered, _Offered]:
    """Return the boxes of the tariff, and those with a price of their lane."""
    tariff = steps.rates.tariff
    equipment, n_known = tariff.equipment, len(tariff.equipment.names)
    place = {name: code for code, name in enumerate(names)} | dict(
        tariff.equipment_codes
    )
    code = np.array([place.get(name, NO_BOX) for name in lanes.equipment.names], int)
    named = code[lanes.equipment.codes]
    sized = ~np.isnan(lanes.equipment_m3)
    single = own & ((named != NO_BOX) | sized)
    _check_sizes(lanes, (named >= n_known) & ~sized)
    cents = _tariff_cents(lanes, steps, own=own)
    # A lane that names its equipment has no other.
    other = (named != NO_BOX)[:, None] & (named[:, None] != np.arange(n_known))
    cents[other | single[:, None]] = NO_BOX
    lane, kind = np.nonzero(cents != NO_BOX)
    alone = np.flatnonzero(single)
    alone_kind = np.where(named[alone] == NO_BOX, place[NAMELESS], named[alone])
    price = lanes.cost_usd_per_equipment[alone]
    row = steps.price_row[lane]
    return (
        _sized(lanes, equipment, lane, kind)._replace(
            cents=cents[cents != NO_BOX],
            fee_usd=np.where(own[lane], 0.0, steps.prices.shipment[row, kind]),
        ),
        _sized(lanes, equipment, alone, alone_kind)._replace(cents=_cents(price)),
    )


def _sized(
    lanes: Lanes,
    equipment: Equipment,
    lane: NDArray[np.int64],
    kind: NDArray[np.int64],
) -> _Offered:
    """Return boxes without their price; what a lane says of their size wins."""
    known = kind < len(equipment.names)
    row = np.where(known, kind, 0)
    m3, own_m3 = (
        np.where(known, equipment.loadable_m3[row], NO_LIMIT),
        lanes.equipment_m3[lane],
    )
    zero = np.zeros(len(lane))
    return _Offered(
        lane=lane,
        kind=kind.astype(np.int64),
        payload_kg=np.where(known, equipment.payload_kg[row], NO_LIMIT),
        loadable_m3=np.where(np.isnan(own_m3), m3, own_m3),
        cents=zero.astype(np.int64),
        takes=equipment.takes[row] | ~known[:, None],
        fee_usd=zero,
        fee_usd_per_kg=zero,
    )


def _tariff_cents(
    lanes: Lanes, steps: StepTable, *, own: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return prices of boxes that the tariff knows, (n_lanes, n_equipment).

    Those that rate cards price are left out.
    """
    tariff, cards = steps.rates.tariff, steps.card_prices
    equipment: Equipment = tariff.equipment
    cents = step_box_cents(steps, np.arange(len(lanes)))
    used = np.bincount(lanes.toc.codes, minlength=len(lanes.toc.names)) > 0
    toc = np.array(
        [
            tariff.toc_code(name) if there else 0
            for name, there in zip(lanes.toc.names, used, strict=True)
        ],
        np.int64,
    )[lanes.toc.codes]
    offered = tariff.lane_price.offered[toc] & equipment.whole
    price = _cents(np.nan_to_num(lanes.cost_usd_per_equipment))
    by_lane = np.where(offered, price[:, None], NO_BOX)
    cents = np.where(own[:, None], by_lane, np.where(cents > 0, cents, NO_BOX))
    lane = np.repeat(np.arange(len(lanes)), np.diff(cards.start))
    by_card = (cards.equipment >= 0) & (cards.equipment < cents.shape[1])
    cents[lane[by_card], cards.equipment[by_card]] = NO_BOX
    return np.asarray(cents, np.int64)


def _cents(usd: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(usd * CENTS_PER_USD).astype(np.int64)


def _check_sizes(lanes: Lanes, unknown: NDArray[np.bool_]) -> None:
    rows = np.flatnonzero(unknown)
    if len(rows):
        row = int(rows[0])
        msg = (
            f"lane {lanes.id[row].as_py()!r}: equipment is {lanes.equipment[row]!r}, which "
            f"the tariff does not know, expected one that it knows or an equipment_m3 "
            f"({len(rows)} such lanes)"
        )
        raise UnknownCategoryError(msg)


def _useful(found: _Offered) -> NDArray[np.int64]:
    """Return the boxes, by lane, that no other one of their lane beats."""
    order = np.lexsort(
        (-found.loadable_m3, -found.payload_kg, found.fee_usd, found.cents, found.lane)
    )
    kept: list[int] = []
    for row in order.tolist():
        beaten = any(_beats(found, other, row) for other in kept[-_MOST_KINDS:])
        if not beaten:
            kept.append(row)
    return np.array(kept, np.int64)


def _beats(found: _Offered, other: int, row: int) -> bool:
    """Return whether a box that is no dearer by itself is as good in all else."""
    return bool(
        found.lane[other] == found.lane[row]
        and found.fee_usd[other] <= found.fee_usd[row]
        and found.fee_usd_per_kg[other] <= found.fee_usd_per_kg[row]
        and found.payload_kg[other] >= found.payload_kg[row]
        and found.loadable_m3[other] >= found.loadable_m3[row]
        and (found.takes[other] | ~found.takes[row]).all()
    )
