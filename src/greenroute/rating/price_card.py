"""Prices by rate cards: of all lanes that a card prices, for one shipment, in arrays."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import DataError
from greenroute.network.lane import Lanes
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.factors import CARGOES
from greenroute.rating.rate_card import NO_CARD, EquipmentMatches, Offers, PreparedCards
from greenroute.rating.tariff import NO_EQUIPMENT, Equipment


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A shipment as one equipment counts it.

    Attributes
    ----------
    mass_kg
        Mass with packaging [kg].
    units
        Units of the equipment; 0 where the price needs none.
    chargeable_kg
        Chargeable mass [kg]: by volume where equipment is sold by the part, else the mass.
    """

    mass_kg: float
    units: float
    chargeable_kg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePrices:
    """What lanes charge, by rate cards alone or whatever prices them, (n_lanes,) each.

    Attributes
    ----------
    cost_usd
        Price [USD]; NaN where nothing prices the lane for this cargo.
    equipment
        Code into the equipment of the tariff, or `NO_EQUIPMENT`.
    card
        Row of the rate cards, or `NO_CARD`.
    """

    cost_usd: NDArray[np.float64]
    equipment: NDArray[np.int16]
    card: NDArray[np.int64]


def own_m3(lanes: Lanes) -> NDArray[np.float64]:
    """Return what a unit of the equipment that a lane names takes [m³]; NaN if it says not."""
    named = ~lanes.equipment.mask(frozenset({""}))
    return np.where(named, lanes.equipment_m3, np.nan)


def load_of(
    cargo: CargoUnit, equipment: Equipment, code: int, *, own_m3: float = np.nan
) -> Load:
    """Return a shipment as one equipment counts it.

    Parameters
    ----------
    own_m3
        What the lane says that a unit takes [m³]; NaN if it says nothing.
    """
    if code == NO_EQUIPMENT:
        return Load(mass_kg=cargo.mass_kg, units=0.0, chargeable_kg=cargo.mass_kg)
    known = code < len(equipment.names)
    # Equipment of a lane that the tariff does not know is sold in whole units.
    one = Equipment(
        names=(),
        whole=equipment.whole[[code]] if known else np.ones(1, dtype=np.bool_),
        payload_kg=equipment.payload_kg[[code]] if known else np.array([np.inf]),
        loadable_m3=(
            np.array([own_m3])
            if not np.isnan(own_m3)
            else equipment.loadable_m3[[code]]
        ),
        takes=np.ones((1, 1), dtype=np.bool_),
    )
    units = float(one.units(cargo.mass_kg, cargo.volume_m3)[0])
    by_part = not one.whole[0]
    chargeable_kg = units * one.payload_kg[0] if by_part else cargo.mass_kg
    return Load(mass_kg=cargo.mass_kg, units=units, chargeable_kg=float(chargeable_kg))


def price_by_cards(
    lanes: Lanes, cargo: CargoUnit, cards: PreparedCards, equipment: Equipment
) -> LanePrices:
    """Return what rate cards charge for all lanes: the cheapest equipment of each.

    Each equipment of a lane has the most specific row that names it; of those that take
    the cargo the cheapest wins, the first one among equals.

    Parameters
    ----------
    lanes
        Those that the cards were prepared for.
    cargo
        What moves.
    cards
        By `prepare_cards`.
    equipment
        Equipment of the tariff that the cards were read for.

    Raises
    ------
    DataError
        If the cards were prepared for other lanes or another tariff.
    """
    _check(lanes, cards, equipment)
    prices = LanePrices(
        cost_usd=np.full(len(lanes), np.nan),
        equipment=np.full(len(lanes), NO_EQUIPMENT, dtype=np.int16),
        card=np.full(len(lanes), NO_CARD, dtype=np.int64),
    )
    takes = equipment.takes[:, CARGOES.index(cargo.cargo)]
    for match in cards.matches:
        if 0 <= match.equipment < len(takes) and not takes[match.equipment]:
            continue
        for part, m3 in _by_size(match, lanes):
            load = load_of(cargo, equipment, match.equipment, own_m3=m3)
            scale = _Scale.of(match.offers, load)
            usd, offer = scale.cheapest(
                part.first, part.count, lanes.distance_km.take(part.lane)
            )
            cheaper = np.flatnonzero(~(usd >= prices.cost_usd.take(part.lane)))
            rows = part.lane.take(cheaper)
            prices.cost_usd[rows] = usd.take(cheaper)
            prices.equipment[rows] = match.equipment
            prices.card[rows] = match.offers.row.take(offer.take(cheaper))
    return prices


def _by_size(
    match: EquipmentMatches, lanes: Lanes
) -> Iterator[tuple[EquipmentMatches, float]]:
    """Yield the matches by what lanes say that a unit of their equipment takes [m³]."""
    if match.equipment == NO_EQUIPMENT or np.isnan(lanes.equipment_m3).all():
        yield match, np.nan
        return
    m3 = own_m3(lanes)[match.lane]
    for size in np.unique(m3).tolist():
        rows = np.flatnonzero(np.isnan(m3) if np.isnan(size) else m3 == size)
        yield (
            EquipmentMatches(
                equipment=match.equipment,
                offers=match.offers,
                lane=match.lane[rows],
                first=match.first[rows],
                count=match.count[rows],
            ),
            size,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Offers as a function of distance, for one load, (n_offers,) each.

    The price `max(minimum, base) · (1 + share) + more` is `max(least, fixed + km · per_km)`
    with share and surcharges in all three.
    """

    fixed: NDArray[np.float64]
    per_km: NDArray[np.float64]
    least: NDArray[np.float64]
    offered: NDArray[np.bool_]

    @classmethod
    def of(cls, offers: Offers, load: Load) -> "_Scale":
        base = offers.base
        # Goods may be declared as heavy as the break that makes them cheaper.
        chargeable_kg = np.maximum(load.chargeable_kg, offers.break_from_kg)
        whole = 1 + offers.share
        more = (
            offers.more_per_shipment
            + load.units * offers.more_per_unit
            + load.mass_kg * offers.more_per_kg
            + chargeable_kg * offers.more_per_chargeable_kg
        )
        fixed = (
            base.per_shipment
            + load.units * base.per_unit
            + load.mass_kg * base.per_kg
            + chargeable_kg * base.per_chargeable_kg
        )
        return cls(
            fixed=fixed * whole + more,
            per_km=(base.per_km + load.units * base.per_unit_km) * whole,
            least=base.minimum * whole + more,
            # A lighter break does not hold once a heavier one is reached.
            offered=~_outgrown(offers.break_from_kg, load.chargeable_kg),
        )

    def cheapest(
        self,
        first: NDArray[np.int64],
        count: NDArray[np.int64],
        km: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the lowest price over the weight breaks, and its offer."""
        best = self._price(first, km)
        chosen = first
        if int(count.max(initial=1)) > 1:
            best = np.where(self._holds(first, count, 0), best, np.nan)
            chosen = first.copy()
            for step in range(1, int(count.max())):
                rows = np.flatnonzero(count > step)
                usd = self._price(first[rows] + step, km[rows])
                holds = self._holds(first[rows], count[rows], step)
                cheaper = holds & ~(usd >= best[rows])
                best[rows[cheaper]] = usd[cheaper]
                chosen[rows[cheaper]] = first[rows[cheaper]] + step
        return best, chosen

    def _holds(
        self, first: NDArray[np.int64], count: NDArray[np.int64], step: int
    ) -> NDArray[np.bool_]:
        """Return whether a break holds: the last one does, others if not outgrown."""
        return np.asarray((count == step + 1) | self.offered[first + step])

    def _price(
        self, offer: NDArray[np.int64], km: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        usd = self.per_km.take(offer)
        usd *= km
        usd += self.fixed.take(offer)
        return np.maximum(usd, self.least.take(offer), out=usd)


def _outgrown(
    break_from_kg: NDArray[np.float64], chargeable_kg: float
) -> NDArray[np.bool_]:
    """Return where the next row is a heavier break that the goods reach."""
    following = np.append(break_from_kg[1:], np.inf)
    return (following > break_from_kg) & (following <= chargeable_kg)


def _check(lanes: Lanes, cards: PreparedCards, equipment: Equipment) -> None:
    same = cards.lane_id is lanes.id or cards.lane_id.equals(lanes.id)
    known = cards.cards.equipment_names[: cards.cards.n_tariff_equipment]
    if not same or known != equipment.names:
        what = "equipment of the tariff" if same else "lanes"
        msg = (
            f"rate cards {cards.cards.path} were prepared for other {what}, expected the "
            "same: prepare them again"
        )
        raise DataError(msg)
