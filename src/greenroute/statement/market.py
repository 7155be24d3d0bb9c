"""Ledgers beside the statement: market-based result, and offsets as information.

Ledger A is the statement itself; nothing here changes it. Ledger B takes retired attributes
off, of the same mode only and never below zero. Ledger C is told and never subtracted.

References
----------
.. [1] Smart Freight Centre and World Economic Forum, Voluntary Market Based Measures
   Framework for Logistics Emissions Accounting and Reporting (June 2023).
.. [2] ISO 14083:2023, 5.2.7: offsets and traded allowances are outside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from greenroute.errors import DataError
from greenroute.network.lane import Mode
from greenroute.statement import exact


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredAttribute:
    """A low-emission profile that was booked, claimed and retired.

    Attributes
    ----------
    mode
        Mode that it was produced for; it counts for no other.
    kg_co2e
        Emissions that the profile takes off [kg CO2e].
    registry, batch, first_serial, last_serial
        Units that were retired.
    tier
        Whose claim it is: carrier, forwarder, shipper. A unit is retired once per tier.
    """

    mode: Mode
    kg_co2e: Decimal
    registry: str
    batch: str
    first_serial: int
    last_serial: int
    tier: str

    def __post_init__(self) -> None:
        if self.kg_co2e < 0:
            msg = f"kg_co2e is {self.kg_co2e}, expected a number >= 0"
            raise DataError(msg)
        if self.first_serial > self.last_serial:
            msg = (
                f"first_serial is {self.first_serial} after last_serial "
                f"{self.last_serial}, expected a range"
            )
            raise DataError(msg)

    def shares_units_with(self, other: "RetiredAttribute") -> bool:
        """Return whether a unit is in both, for the same tier."""
        same = (self.registry, self.batch, self.tier) == (
            other.registry,
            other.batch,
            other.tier,
        )
        return (
            same
            and self.first_serial <= other.last_serial
            and other.first_serial <= self.last_serial
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketInstruments:
    """What was bought beside the transport.

    Attributes
    ----------
    attributes
        Retired attributes, for ledger B.
    offsets_kg_co2e
        Retired credits, for ledger C [kg CO2e].
    """

    attributes: tuple[RetiredAttribute, ...] = ()
    offsets_kg_co2e: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketResult:
    """Ledgers B and C.

    Attributes
    ----------
    market_based_kg_co2e
        Ledger B: emissions after retired attributes [kg CO2e]; None if none were retired.
    applied_kg_co2e
        What was taken off, by mode [kg CO2e].
    surplus_kg_co2e
        What was retired beyond the emissions of its mode; it counts for nothing [kg CO2e].
    offsets_kg_co2e
        Ledger C, for information [kg CO2e].
    """

    market_based_kg_co2e: Decimal | None
    applied_kg_co2e: Mapping[Mode, Decimal]
    surplus_kg_co2e: Mapping[Mode, Decimal]
    offsets_kg_co2e: Decimal


def market_result(
    by_mode_kg: Mapping[Mode, Decimal],
    total_kg: Decimal,
    instruments: MarketInstruments,
) -> MarketResult:
    """Return ledgers B and C: per mode `B = A - min(sum retired, A)`.

    Parameters
    ----------
    by_mode_kg
        Ledger A, well to wheel, by mode [kg CO2e].
    total_kg
        Ledger A, hubs included [kg CO2e].
    instruments
        What was bought.

    Raises
    ------
    DataError
        If a unit is retired twice for a tier.
    """
    _check_once(instruments.attributes)
    applied: dict[Mode, Decimal] = {}
    surplus: dict[Mode, Decimal] = {}
    for mode in Mode:
        retired = exact.add(
            *(a.kg_co2e for a in instruments.attributes if a.mode is mode)
        )
        emitted = by_mode_kg.get(mode, Decimal(0))
        if retired > 0:
            applied[mode] = min(retired, emitted)
            surplus[mode] = exact.add(retired, -applied[mode])
    based = exact.add(total_kg, *(-kg for kg in applied.values()))
    return MarketResult(
        market_based_kg_co2e=based if instruments.attributes else None,
        applied_kg_co2e=applied,
        surplus_kg_co2e={mode: kg for mode, kg in surplus.items() if kg > 0},
        offsets_kg_co2e=instruments.offsets_kg_co2e,
    )


def _check_once(attributes: Sequence[RetiredAttribute]) -> None:
    for place, attribute in enumerate(attributes):
        for before in attributes[:place]:
            if attribute.shares_units_with(before):
                msg = (
                    f"units {attribute.first_serial} to {attribute.last_serial} of batch "
                    f"{attribute.batch!r} at {attribute.registry!r} are retired twice for "
                    f"tier {attribute.tier!r}, expected once"
                )
                raise DataError(msg)


def saving_per_unit(saved_kg_co2e: Decimal, amount: Decimal) -> Decimal:
    """Return what a unit of a fuel saves [kg CO2e per unit].

    Parameters
    ----------
    saved_kg_co2e
        Emissions saved [kg CO2e].
    amount
        Fuel, in litres or kilograms.
    """
    return exact.divide(saved_kg_co2e, amount)


def reduction_pct(intensity: Decimal, baseline: Decimal) -> Decimal:
    """Return by how much an intensity lies below a baseline [%]."""
    return exact.multiply(exact.divide(baseline - intensity, baseline), Decimal(100))
