"""Proves price, time and emissions of the legs of an itinerary, from the tables again."""

import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from greenroute.network.calendar import OpeningHours
from greenroute.network.lane import MODES, Mode
from greenroute.network.network import Network
from greenroute.plan.check_dates import TrueHours, check_dates, leaves_by_date
from greenroute.plan.leg import Leg, LegKind
from greenroute.rating.cargo import CargoUnit
from greenroute.rating.charges import DayCharges
from greenroute.rating.holding import holding_lines
from greenroute.rating.money import to_usd
from greenroute.rating.operation import OPERATIONS, Operation
from greenroute.rating.rate import rate_lanes, rate_operations
from greenroute.rating.read import Rates
from greenroute.units import CENTS_PER_USD, G_PER_KG, MINUTES_PER_HOUR

#: Half of the last digit that the solver counts in: cent, gram, minute.
HALF_CENT_USD = 0.5 / CENTS_PER_USD
HALF_GRAM_KG = 0.5 / G_PER_KG
HALF_MINUTE_H = 0.5 / MINUTES_PER_HOUR
ROUNDING = 1e-6


class Tables:
    """Price, time and emissions of every leg, from the tables again."""

    def __init__(
        self,
        legs: Sequence[Leg],
        network: Network,
        rates: Rates,
        *,
        cargo: CargoUnit,
        charges: DayCharges | None,
    ) -> None:
        self._legs, self._network = legs, network
        self._runs = [i for i, leg in enumerate(legs) if leg.kind is LegKind.TRANSPORT]
        self._hubs = [i for i, leg in enumerate(legs) if leg.kind is LegKind.HUB]
        self._rows = np.array(
            [pc.index(network.lanes.id, legs[i].lane).as_py() for i in self._runs],
            dtype=np.int64,
        )
        hubs = [legs[i] for i in self._hubs]
        # A lane that there is not is complained of where its leg is followed.
        self._all_known = bool((self._rows >= 0).all())
        rows = np.maximum(self._rows, 0)
        cards = None
        if charges is not None and charges.cards is not None:
            cards = charges.cards.take(rows)
        self._lane = rate_lanes(network.lanes.take(rows), cargo, rates, cards=cards)
        self._hub = rate_operations(
            np.array([OPERATIONS.index(Operation(h.operation)) for h in hubs], np.int8),
            np.array([MODES.index(Mode(h.mode)) for h in hubs], np.int8),
            np.array([network.place_index.row_of[h.origin] for h in hubs], np.int32),
            network.gateways,
            cargo,
            rates,
            shared=True,
        )
        self._carbon_usd = np.zeros(len(legs))
        if charges is not None:
            carbon = charges.carbon_prices(network, rows, self._lane)
            if carbon is not None:
                self._carbon_usd[self._runs] = carbon.total_usd(len(rows))
            carbon = charges.hub_carbon_prices(self._hub)
            if carbon is not None:
                self._carbon_usd[self._hubs] = carbon.total_usd(len(hubs))

    def complain(
        self, ready_at: datetime | None, opening_hours: OpeningHours | None
    ) -> list[str]:
        """Return what differs from the tables."""
        if not self._all_known:
            return []
        hours = self._hours()
        by_date = np.zeros(len(self._legs), dtype=np.bool_)
        complaints = []
        if ready_at is not None:
            rows = np.zeros(len(self._legs), dtype=np.int64)
            rows[self._runs] = self._rows
            complaints = check_dates(
                self._legs,
                rows.tolist(),
                self._network,
                hours=hours,
                ready_at=ready_at,
                opening_hours=opening_hours,
            )
            lanes = self._network.lanes.take(self._rows)
            by_date[self._runs] = leaves_by_date(lanes)
            # What lasts until a departure or an opening is proven there.
            by_date[:-1] |= by_date[1:]
            by_date[self._hubs] |= opening_hours is not None
        return complaints + self._differences(hours, by_date)

    def _hours(self) -> TrueHours:
        """Return what the tables say of the time of legs."""
        handling_h, wait_h, cutoff_h = np.zeros((3, len(self._legs)))
        handling_h[self._hubs] = self._hub.duration_h
        wait_h[[run - 1 for run in self._runs]] = self._lane.wait_h
        cutoff_h[self._runs] = self._lane.cutoff_h
        return TrueHours(handling_h=handling_h, wait_h=wait_h, cutoff_h=cutoff_h)

    def _differences(self, hours: TrueHours, by_date: NDArray[np.bool_]) -> list[str]:
        legs, lane, hub = self._legs, self._lane, self._hub
        complaints = []
        for i, at in enumerate(self._runs):
            leg = legs[at]
            if not lane.allowed[i]:
                complaints.append(f"{leg.lane} may not carry it")
            lasts_h = leg.duration_h if by_date[at] else lane.transit_h[i]
            complaints += _differ(
                leg.lane, leg, lane.cost_usd[i], lasts_h, lane.wtw_kg[i]
            )
            complaints += self._carbon(leg.lane, at)
            if leg.card != lane.card_of(i):
                complaints.append(
                    f"{leg.lane}: priced by {leg.card!r} instead of {lane.card_of(i)!r}"
                )
        for i, at in enumerate(self._hubs):
            leg = legs[at]
            name = f"{leg.operation} {leg.origin}"
            lasts_h = hub.duration_h[i] + hours.wait_h[at]
            if by_date[at]:
                lasts_h = leg.duration_h
            complaints += _differ(name, leg, hub.cost_usd[i], lasts_h, hub.wtw_kg[i])
            complaints += self._carbon(name, at)
            if leg.emissions_included != bool(hub.included[i]):
                complaints.append(
                    f"{name}: emissions are wrongly declared as included or not"
                )
        return complaints

    def _carbon(self, name: str, at: int) -> list[str]:
        """Return whether what the emissions of a leg cost differs from the tables."""
        said, true = self._legs[at].carbon_usd, self._carbon_usd[at]
        if abs(said - true) <= HALF_CENT_USD + ROUNDING:
            return []
        return [f"{name}: {said:g} USD for its emissions, the tables say {true:g}"]


def _differ(name: str, leg: Leg, usd: float, hours: float, kg: float) -> list[str]:
    price_usd = leg.cost_usd - leg.carbon_usd - leg.holding_usd
    pairs = (
        ("USD", price_usd, usd, HALF_CENT_USD),
        # Two roundings: handling and waiting are rounded apart.
        ("h", leg.duration_h, hours, 2 * HALF_MINUTE_H),
        ("kg CO2e", leg.wtw_kg_co2e, kg, HALF_GRAM_KG),
    )
    return [
        f"{name}: {said:g} {unit}, the tables say {true:g}"
        for unit, said, true, most in pairs
        if abs(said - true) > most + ROUNDING
    ]


def check_holding(legs: Sequence[Leg], charges: DayCharges | None) -> list[str]:
    """Return where holding costs are not those of the time until then."""
    complaints = []
    said_usd = hours = 0.0
    holding = None if charges is None else charges.holding
    for number, leg in enumerate(legs, start=1):
        hours += leg.duration_h
        said_usd += leg.holding_usd
        lines = () if holding is None or hours == 0 else holding_lines(holding, hours)
        true_usd = math.fsum(float(to_usd(line.money, line.rate)) for line in lines)
        if abs(said_usd - true_usd) > HALF_CENT_USD + ROUNDING:
            complaints.append(
                f"leg {number}: {said_usd:.2f} USD of holding costs until its end, the "
                f"value and the time say {true_usd:.4f}"
            )
    return complaints
