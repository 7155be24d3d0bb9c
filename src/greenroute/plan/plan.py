"""A plan for an order book: which way each order goes, in which boxes, leg by leg."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from greenroute.plan.commitment import no_commitments
from greenroute.rating.rate_card import NO_CARD, RateCards
from greenroute.units import (
    CENTS_PER_USD,
    G_PER_KG,
    MINUTES_PER_HOUR,
    SECONDS_PER_MINUTE,
)

#: Goods of a leg travel for themselves, in no shared box.
NO_LOAD = -1
NO_EQUIPMENT = -1
#: Columns of steps that a leg says in its own way.
_HIDDEN = ("minutes", "g_per_kg")
UTC_SECONDS = pa.timestamp("s", "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLegs:
    """Legs of all assigned orders in flat arrays; `table` writes them out.

    Attributes
    ----------
    first
        Legs of assignment i are rows `first[i] : first[i + 1]`, (n_assigned + 1,).
    order_id
        Of each assignment.
    mass_kg
        Of each assignment [kg].
    starts
        When the goods are ready, minutes since 1970; `untimed` where the order does not
        say when.
    untimed
        bool (n_assigned,).
    step
        Row of `steps`, (n_legs,).
    cents
        Price of each leg, with the share of shared boxes.
    equipment
        Position in `equipment_names`, or `NO_EQUIPMENT`.
    load
        Position in the loads of the plan, or `NO_LOAD`.
    steps
        What is done in a step: one row for each distinct run and hub operation, with
        minutes, and grams of CO2e per kilogram of goods.
    equipment_names
        Words for the codes.
    card
        Row of the rate cards that prices each leg, or `NO_CARD`; None if there are none.
    cards
        Rate cards of the plan; None if there are none.
    """

    first: NDArray[np.int64]
    order_id: pa.Array
    mass_kg: NDArray[np.float64]
    starts: NDArray[np.int64]
    untimed: NDArray[np.bool_]
    step: NDArray[np.int32]
    cents: NDArray[np.int64]
    equipment: NDArray[np.int16]
    load: NDArray[np.int32]
    steps: pa.Table
    equipment_names: tuple[str, ...]
    card: NDArray[np.int32] | None = None
    cards: RateCards | None = None

    def __len__(self) -> int:
        return len(self.step)

    def wtw_grams(self, begin: int = 0, end: int | None = None) -> NDArray[np.int64]:
        """Return what the legs of some assignments emit, well to wheel [g CO2e]."""
        return self._grams("wtw_g_per_kg", begin, end)

    def ttw_grams(self, begin: int = 0, end: int | None = None) -> NDArray[np.int64]:
        """Return what they emit in operation [g CO2e]."""
        return self._grams("ttw_g_per_kg", begin, end)

    def _grams(self, name: str, begin: int, end: int | None) -> NDArray[np.int64]:
        end = len(self.order_id) if end is None else end
        rows = slice(int(self.first[begin]), int(self.first[end]))
        count = np.diff(self.first[begin : end + 1])
        of_step: NDArray[np.float64] = self.steps[name].to_numpy()
        grams = of_step[self.step[rows]] * np.repeat(self.mass_kg[begin:end], count)
        return np.rint(grams).astype(np.int64)

    def table(self, begin: int = 0, end: int | None = None) -> pa.Table:
        """Return the legs of assignments `begin` to `end`, one row each.

        The columns are those of a `Leg`, with `shipment_id`, `tce_id`, `prev_tce_ids` and
        `mass_kg` as a chains file names them, and `load_id` of the box.
        """
        end = len(self.order_id) if end is None else end
        rows = slice(int(self.first[begin]), int(self.first[end]))
        count = np.diff(self.first[begin : end + 1])
        of = np.repeat(np.arange(begin, end), count)
        number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count) + 1
        ids = self.order_id.take(pa.array(of))
        texts = np.char.mod("-%d", number)
        tce = pa.compute.binary_join_element_wise(ids, pa.array(texts), "")
        before = pa.compute.if_else(
            pa.array(number > 1),
            pa.concat_arrays([pa.array([""]), tce.slice(0, max(len(tce) - 1, 0))])
            if len(tce)
            else tce,
            "",
        )
        done = self.steps.take(pa.array(self.step[rows]))
        taken = np.asarray(done["minutes"])
        wait_before = np.asarray(done["wait_minutes"])
        wait = _next_wait(wait_before, number)
        begins = _clock(taken + wait_before, count) - taken
        departs = self._moments(of, begins)
        arrives = self._moments(of, begins + taken + wait)
        shown = [name for name in done.column_names if not name.endswith(_HIDDEN)]
        names = pa.array([*self.equipment_names, ""])
        return pa.table(
            {
                "shipment_id": ids,
                "tce_id": tce,
                "prev_tce_ids": before,
                **{name: done[name] for name in shown},
                "equipment": names.take(pa.array(self.equipment[rows] % len(names))),
                "card": self._cards(rows),
                "load_id": pa.array(self.load[rows], mask=self.load[rows] == NO_LOAD),
                "mass_kg": self.mass_kg[of],
                "departs_at": departs,
                "arrives_at": arrives,
                "duration_h": (taken + wait) / MINUTES_PER_HOUR,
                "wait_h": wait / MINUTES_PER_HOUR,
                "cost_usd": self.cents[rows] / CENTS_PER_USD,
                "wtw_kg_co2e": self.wtw_grams(begin, end) / G_PER_KG,
                "ttw_kg_co2e": self.ttw_grams(begin, end) / G_PER_KG,
            }
        )

    def _cards(self, rows: slice) -> pa.Array:
        """Return file, line and name of the rate card of legs; "" where there is none."""
        n_legs = rows.stop - rows.start
        if self.card is None or self.cards is None:
            return pa.repeat("", n_legs)
        card, of = np.unique(self.card[rows], return_inverse=True)
        names = [
            "" if row == NO_CARD else self.cards.source_of(row) for row in card.tolist()
        ]
        return pa.array(names, pa.string()).take(pa.array(of.reshape(-1)))

    def _moments(self, of: NDArray[np.int64], minutes: NDArray[np.int64]) -> pa.Array:
        seconds = (self.starts[of] + minutes) * SECONDS_PER_MINUTE
        return pa.array(seconds, mask=self.untimed[of]).cast(UTC_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One plan for all orders of a book.

    Attributes
    ----------
    assignments
        A row per order that is planned: its own columns, then `itinerary_id, modes,
        departs_at, arrives_at, transit_h, held_h, equipment, cost_usd, wtw_kg_co2e,
        ttw_kg_co2e, late_h, late_usd`; `cost_usd` is without `late_usd`.
    legs
        How each of them gets there.
    loads
        A row per set of shared boxes and per capacity used: `load_id, kind` ("boxes",
        "capacity"), `lane, origin, destination, mode, week, equipment, boxes, orders,
        mass_kg, volume_m3, capacity_kg, capacity_m3, cost_usd`.
    rejected
        Orders that are not planned, with `error_code, error_field, error, retryable`.
    commitments
        A row per commitment: `commitment_id, from_week, to_week, least_t, used_t, short_t,
        short_usd`.
    """

    assignments: pa.Table
    legs: PlanLegs
    loads: pa.Table
    rejected: pa.Table
    commitments: pa.Table = field(default_factory=no_commitments)

    @property
    def cost_usd(self) -> float:
        """Price of all orders, of lateness and of what commitments lack [USD]."""
        late, short = self.assignments["late_usd"], self.commitments["short_usd"]
        cents = int(self.legs.cents.sum()) + _total(late, CENTS_PER_USD)
        return (cents + _total(short, CENTS_PER_USD)) / CENTS_PER_USD

    @property
    def late_orders(self) -> int:
        """Orders that arrive after they are due."""
        return int(np.count_nonzero(np.asarray(self.assignments["late_h"]) > 0))

    @property
    def late_usd(self) -> float:
        """Price of lateness [USD]."""
        return _total(self.assignments["late_usd"], CENTS_PER_USD) / CENTS_PER_USD

    @property
    def short_usd(self) -> float:
        """Price of what commitments lack [USD]."""
        return _total(self.commitments["short_usd"], CENTS_PER_USD) / CENTS_PER_USD

    @property
    def wtw_kg_co2e(self) -> float:
        """Emissions well to wheel [kg CO2e]."""
        return _total(self.assignments["wtw_kg_co2e"], G_PER_KG) / G_PER_KG

    @property
    def ttw_kg_co2e(self) -> float:
        """Emissions of operation [kg CO2e]."""
        return _total(self.assignments["ttw_kg_co2e"], G_PER_KG) / G_PER_KG


def _total(values: pa.ChunkedArray, scale: int) -> int:
    """Return the sum of what are whole numbers at a scale; 0 where there is none."""
    known = np.nan_to_num(values.to_numpy().astype(np.float64))
    return int(np.rint(known * scale).sum())


def _next_wait(wait: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the wait for the run that follows: it is spent at the hub before."""
    following = np.append(wait[1:], 0)
    ends = np.ones(len(number), dtype=np.bool_)
    ends[:-1] = number[1:] == 1
    return np.where(ends, 0, following)


def _clock(minutes: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the minutes from the start of each itinerary to the end of each step."""
    clock = np.concatenate([[0], np.cumsum(minutes)])
    ends = np.cumsum(count)
    return np.asarray(clock[1:] - np.repeat(clock[ends - count], count))
