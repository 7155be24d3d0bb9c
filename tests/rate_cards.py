"""Rate cards written as text, read through the public readers.

    cards = cards_of(tmp_path, '''
        origin destination mode equipment valid_from currency base_per_unit
        CNSHA  NLRTM       sea  40HC      2026-01-01 EUR      1000
    ''')

Columns are separated by blanks; `-` is an empty cell.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroute.network.network import Network
from greenroute.orders.shipment import Cargo
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.charges import Charges
from greenroute.rating.equipment_code import EquipmentCodes, read_equipment_codes
from greenroute.rating.match_card import prepare_cards
from greenroute.rating.money import ExchangeTable
from greenroute.rating.price import price_lanes
from greenroute.rating.price_card import LanePrices
from greenroute.rating.pricing import read_pricing
from greenroute.rating.rate_card import PreparedCards, RateCards
from greenroute.rating.read_rate_card import read_rate_cards
from greenroute.rating.read_tariff import read_tariff
from greenroute.rating.tariff import Tariff
from greenroute.tables import data_folder

DATA = data_folder()
JUNE = date(2026, 6, 15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What rate cards are read with, as shipped."""

    tariff: Tariff
    exchange: ExchangeTable
    equipment_codes: EquipmentCodes

    @classmethod
    def with_round_rates(cls, folder: Path) -> "Basis":
        """Return the shipped tariff, with rates that a reader can check in the head."""
        path = folder / "own_rates.csv"
        path.write_text(
            "currency,date,usd_per_unit,source\n"
            "EUR,2026-01-01,1.25,round\nEUR,2026-07-01,1.5,round\n"
            "JPY,2026-01-01,0.01,round\n",
            encoding="utf-8",
        )
        tariff = read_tariff(DATA / "tariffs" / "default-2026")
        return cls(
            tariff=tariff,
            exchange=read_pricing(tariff, own_rates=path).exchange,
            equipment_codes=read_equipment_codes(
                DATA / "cargo" / "equipment-codes-2026"
            ),
        )

    def cards(
        self,
        folder: Path,
        text: str,
        *,
        errors_to: Path | None = None,
        network: Network | None = None,
    ) -> RateCards:
        path = folder / "cards.csv"
        path.write_text(as_csv(text), encoding="utf-8")
        return self.read(path, errors_to=errors_to, network=network)

    def read(
        self,
        path: Path,
        *,
        errors_to: Path | None = None,
        network: Network | None = None,
    ) -> RateCards:
        return read_rate_cards(
            path,
            self.tariff,
            exchange=self.exchange,
            equipment_codes=self.equipment_codes,
            errors_to=errors_to,
            lane_equipment=() if network is None else network.lanes.equipment.names,
        )

    def prepare(
        self, cards: RateCards, network: Network, *, on: date = JUNE
    ) -> PreparedCards:
        return prepare_cards(cards, network, on=on, exchange=self.exchange)

    def price(
        self, network: Network, cargo: CargoUnit, cards: PreparedCards | None = None
    ) -> LanePrices:
        return price_lanes(network.lanes, cargo, self.tariff, cards=cards)

    def price_some(
        self,
        network: Network,
        cargo: CargoUnit,
        cards: PreparedCards,
        rows: NDArray[np.int64],
    ) -> LanePrices:
        lanes = network.lanes.take(rows)
        return price_lanes(lanes, cargo, self.tariff, cards=cards.take(rows))


def charges_by(
    folder: Path, text: str, network: Network, *, on: date | None = None
) -> Charges:
    """Return rate cards for a plan on a network, with round exchange rates."""
    basis = Basis.with_round_rates(folder)
    cards = basis.cards(folder, text, network=network)
    pricing = read_pricing(basis.tariff, own_rates=folder / "own_rates.csv")
    return Charges(pricing=replace(pricing, cards=cards), on=on)


def as_csv(text: str) -> str:
    lines = [line.split() for line in text.strip().splitlines()]
    return "".join(
        ",".join("" if cell == "-" else cell for cell in line) + "\n" for line in lines
    )


def cargo_of(
    mass_kg: float, volume_m3: float | None = None, cargo: Cargo = Cargo.DRY
) -> CargoUnit:
    volume_m3 = mass_kg / 250 if volume_m3 is None else volume_m3
    return CargoUnit(
        mass_kg=mass_kg, volume_m3=volume_m3, cargo=cargo, un_number=None, assumed=()
    )
