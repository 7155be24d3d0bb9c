"""Rate cards as arrays: what carriers and forwarders charge the user."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.rating.data_set import line_of
from greenroute.rating.money import ExchangeRate
from greenroute.rating.surcharge import Surcharge
from greenroute.rating.tariff import NO_EQUIPMENT
from greenroute.tables import Coded

#: Row of "no card".
NO_CARD = -1
#: Code of equipment that no card names.
OTHER_EQUIPMENT = -2
#: Last day of a row without one.
OPEN_END = np.int32(np.iinfo(np.int32).max)
ANYWHERE = "*"
#: What comes before the name of a customs territory and of a continent.
CUSTOMS_PREFIX, CONTINENT_PREFIX = "customs:", "continent:"


class Level(IntEnum):
    """How narrow a place of a rate card is; the narrower one wins."""

    ANY = 0
    CONTINENT = 1
    CUSTOMS = 2
    MARKET = 3
    LOCODE = 4
    GATEWAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePrice:
    """Base price before surcharges, in the currency of the row, (n_rows,) each.

    Attributes
    ----------
    per_shipment, per_unit
        Once, and by unit of the equipment.
    per_kg, per_chargeable_kg
        By mass, and by chargeable mass.
    per_km, per_unit_km
        By distance, and by distance and unit.
    minimum
        Least base price.
    """

    per_shipment: NDArray[np.float64]
    per_unit: NDArray[np.float64]
    per_kg: NDArray[np.float64]
    per_chargeable_kg: NDArray[np.float64]
    per_km: NDArray[np.float64]
    per_unit_km: NDArray[np.float64]
    minimum: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> "BasePrice":
        """Return the prices of other rows."""
        return BasePrice(
            per_shipment=self.per_shipment[rows],
            per_unit=self.per_unit[rows],
            per_kg=self.per_kg[rows],
            per_chargeable_kg=self.per_chargeable_kg[rows],
            per_km=self.per_km[rows],
            per_unit_km=self.per_unit_km[rows],
            minimum=self.minimum[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCards:
    """Checked rows of a rate-card file, as columns, (n_rows,) each.

    Attributes
    ----------
    path
        File they were read from.
    sha256
        Digest of the file.
    equipment_names
        Equipment of the tariff that the cards were read for, then that of lanes which the
        tariff does not know.
    equipment_codes
        Position in them by every name that means it.
    n_tariff_equipment
        How many of them the tariff knows.
    card
        Name of the card, as the user gives it.
    lane
        Id of the lane; "" where places say what is priced.
    origin, destination
        Places as written: gateway id, UN/LOCODE, market, `customs:EU`, `continent:AS`
        or `*`.
    mode
        Position in `MODES`.
    toc
        TOC; "" for any of the mode.
    equipment
        Code into `equipment_names`; `NO_EQUIPMENT` where the price needs none.
    valid_from, valid_to
        First and last day, as days since 1970-01-01; `OPEN_END` without a last one.
    currency
        ISO 4217 code of all amounts.
    break_from_kg
        Chargeable mass from which the row holds [kg].
    base
        Base price.
    surcharges
        Surcharges by code.
    group
        Code of what a row prices; weight breaks of one price share it.
    """

    path: Path
    sha256: str
    equipment_names: tuple[str, ...]
    equipment_codes: Mapping[str, int]
    n_tariff_equipment: int
    card: Coded
    lane: Coded
    origin: Coded
    destination: Coded
    mode: NDArray[np.int8]
    toc: Coded
    equipment: NDArray[np.int16]
    valid_from: NDArray[np.int32]
    valid_to: NDArray[np.int32]
    currency: Coded
    break_from_kg: NDArray[np.float64]
    base: BasePrice
    surcharges: tuple[Surcharge, ...]
    group: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.mode)

    def equipment_of(self, names: Coded) -> NDArray[np.int64]:
        """Return the code of equipment by its names; `NO_EQUIPMENT` for "".

        Names that the cards could not have are `OTHER_EQUIPMENT`.
        """
        of_name = [
            self.equipment_codes.get(name, OTHER_EQUIPMENT) if name else NO_EQUIPMENT
            for name in names.names
        ]
        return np.array(of_name, dtype=np.int64)[names.codes]

    def source_of(self, row: int) -> str:
        """Return where a row stands, for people."""
        name = self.card[row]
        place = f"{self.path.name}:{line_of(row)}"
        return f"{place} ({name})" if name else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Prices that some lane may take, all in USD, (n_offers,) each.

    Rows of one choice, its weight breaks, stand together, lightest first.

    Attributes
    ----------
    row
        Row of the rate cards.
    break_from_kg
        Chargeable mass from which it holds [kg].
    base
        Base price [USD].
    share
        Surcharges as a share of the base price [1].
    more_per_shipment, more_per_unit, more_per_kg, more_per_chargeable_kg
        Sums of the other surcharges [USD].
    """

    row: NDArray[np.int64]
    break_from_kg: NDArray[np.float64]
    base: BasePrice
    share: NDArray[np.float64]
    more_per_shipment: NDArray[np.float64]
    more_per_unit: NDArray[np.float64]
    more_per_kg: NDArray[np.float64]
    more_per_chargeable_kg: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentMatches:
    """Lanes that a card prices with one equipment, (n_matches,) each.

    Attributes
    ----------
    equipment
        Code of the equipment, or `NO_EQUIPMENT`.
    offers
        Prices with this equipment.
    lane
        Rows of the lanes, ascending.
    first, count
        Where the weight breaks of the lane's choice stand in the offers.
    """

    equipment: int
    offers: Offers
    lane: NDArray[np.int64]
    first: NDArray[np.int64]
    count: NDArray[np.int64]

    def take(self, new_lane: NDArray[np.int64]) -> "EquipmentMatches":
        """Return the matches of other lanes.

        Parameters
        ----------
        new_lane
            Rows of the lanes to keep, (n_lanes,).
        """
        place = np.searchsorted(self.lane, new_lane)
        place = np.minimum(place, max(len(self.lane) - 1, 0))
        hit = self.lane[place] == new_lane if len(self.lane) else new_lane < 0
        return EquipmentMatches(
            equipment=self.equipment,
            offers=self.offers,
            lane=np.flatnonzero(hit),
            first=self.first[place[hit]],
            count=self.count[place[hit]],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCards:
    """Rate cards matched to the lanes of one network on one day.

    Attributes
    ----------
    cards
        Cards as read.
    on
        Day for which they are valid.
    lane_id
        Ids of the lanes that they are matched to, (n_lanes,).
    matches
        Lanes and their prices in USD, by equipment.
    exchange
        Rates used, by currency.
    expired, not_yet_valid, superseded, unmatched
        Rows that are not used: too old, too new, with a later one inside their days, or
        valid but for no lane of the network.
    """

    cards: RateCards
    on: date
    lane_id: pa.Array
    matches: tuple[EquipmentMatches, ...]
    exchange: Mapping[str, ExchangeRate]
    expired: int
    not_yet_valid: int
    superseded: int
    unmatched: int

    def take(self, rows: NDArray[np.int64]) -> "PreparedCards":
        """Return the same cards for some of the lanes, in this order."""
        return PreparedCards(
            cards=self.cards,
            on=self.on,
            lane_id=self.lane_id.take(pa.array(rows)),
            matches=tuple(match.take(rows) for match in self.matches),
            exchange=self.exchange,
            expired=self.expired,
            not_yet_valid=self.not_yet_valid,
            superseded=self.superseded,
            unmatched=self.unmatched,
        )

    def used(self) -> str:
        """Return in words which rows count and which do not."""
        words = [f"{len(self.cards)} rows of {self.cards.path.name} on {self.on}"]
        for count, what in (
            (self.expired, "expired"),
            (self.not_yet_valid, "not yet valid"),
            (self.superseded, "superseded by a later one"),
            (self.unmatched, "the most specific for no lane of the network"),
        ):
            if count:
                words.append(f"{count} {what}")
        return "; ".join(words)
