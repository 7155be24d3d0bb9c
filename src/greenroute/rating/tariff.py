"""Tariff: what moving and handling goods costs, and how long it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroute.errors import UnknownCategoryError

#: Code of "no equipment": the price does not depend on what the goods are in.
NO_EQUIPMENT = -1
#: Digits to which units are counted: a container that is full but for the rounding of a
#: float is one container.
_UNIT_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What goods travel in, as columns, (n_equipment,) each.

    Attributes
    ----------
    names
        Like "40HC" or "LTL".
    whole
        Sold in whole units (a second container costs a second container); else by the
        part of a unit that is charged.
    payload_kg, loadable_m3
        What one unit takes [kg], [m³]. Equipment sold in parts has the tonne as its unit,
        and the volume that is charged like a tonne.
    takes
        Which cargo it takes, (n_equipment, n_cargoes).
    """

    names: tuple[str, ...]
    whole: NDArray[np.bool_]
    payload_kg: NDArray[np.float64]
    loadable_m3: NDArray[np.float64]
    takes: NDArray[np.bool_]

    def units(self, mass_kg: float, volume_m3: float) -> NDArray[np.float64]:
        """Return how many units of each equipment the goods fill, (n_equipment,)."""
        parts = np.maximum(mass_kg / self.payload_kg, volume_m3 / self.loadable_m3)
        return np.where(self.whole, np.ceil(np.round(parts, _UNIT_DIGITS)), parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Prices as `max(minimum, shipment + units · (unit + km · unit_km))`.

    Attributes
    ----------
    usd_per_shipment, usd_per_unit, usd_per_unit_km, usd_minimum
        Parts of the price [USD]; NaN where the equipment is not offered.
    """

    usd_per_shipment: NDArray[np.float64]
    usd_per_unit: NDArray[np.float64]
    usd_per_unit_km: NDArray[np.float64]
    usd_minimum: NDArray[np.float64]

    @property
    def offered(self) -> NDArray[np.bool_]:
        """Which equipment is offered, in the shape of the prices."""
        return ~np.isnan(self.usd_per_unit)

    def at(self, row: int) -> "Price":
        """Return the prices of one row."""
        return Price(
            usd_per_shipment=self.usd_per_shipment[row],
            usd_per_unit=self.usd_per_unit[row],
            usd_per_unit_km=self.usd_per_unit_km[row],
            usd_minimum=self.usd_minimum[row],
        )

    def only(self, chosen: NDArray[np.bool_]) -> "Price":
        """Return the prices with all equipment but the chosen not offered."""
        return replace(self, usd_per_unit=np.where(chosen, self.usd_per_unit, np.nan))


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTerms:
    """What an option costs on a base TOC, as the tariff says it.

    Attributes
    ----------
    option
        Name, like "hvo".
    base_toc
        TOC that it replaces.
    price_share, transit_share
        What it adds to the price and to the running time of the base, as a share.
    max_distance_km
        Longest run [km]; infinite where there is no limit.
    markets
        Markets (ISO2) both ends of a lane must lie in; none means any.
    """

    option: str
    base_toc: str
    price_share: float
    transit_share: float
    max_distance_km: float
    markets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """Prices and hours in arrays.

    Attributes
    ----------
    name, version, sha256
        Of the data set.
    folder
        Where it lies.
    currency, price_year
        Of all prices.
    density_kg_per_m3
        Density assumed for goods whose volume is not given [kg/m³].
    equipment
        What goods travel in.
    equipment_codes
        Position of equipment by every name that means it: its own, other trade names and
        its ISO 6346 size-type code.
    tocs
        TOCs that are priced, (n_tocs,).
    lane_price
        Price of a run, (n_tocs, n_equipment) each.
    cutoff_h
        Time between the cut-off and the departure [h], (n_tocs,).
    transit_p95_ratio
        Running time that 95 of 100 runs keep, over the stated one, (n_tocs,).
    operation_price
        Price of a hub operation, (n_operations, n_modes, n_equipment + 1) each; the last
        place is a price that does not depend on the equipment.
    operation_h
        Typical hours of a hub operation [h], (n_operations, n_modes).
    operation_p95_ratio
        Hours that 95 of 100 operations keep, over the typical ones, likewise.
    part_h, part_p95_h
        Hours more for goods that go by the part of a unit: to fill and to unpack what they
        share, and what 95 of 100 keep, likewise.
    options
        What fuels, vehicles and speeds besides the usual ones cost.
    """

    name: str
    version: str
    sha256: str
    folder: Path
    currency: str
    price_year: int
    density_kg_per_m3: float
    equipment: Equipment
    equipment_codes: Mapping[str, int]
    tocs: tuple[str, ...]
    lane_price: Price
    cutoff_h: NDArray[np.float64]
    transit_p95_ratio: NDArray[np.float64]
    operation_price: Price
    operation_h: NDArray[np.float64]
    operation_p95_ratio: NDArray[np.float64]
    part_h: NDArray[np.float64]
    part_p95_h: NDArray[np.float64]
    options: tuple[OptionTerms, ...]

    def toc_code(self, toc: str) -> int:
        """Return the position of a TOC.

        Raises
        ------
        UnknownCategoryError
            Naming the TOCs there are.
        """
        try:
            return self.tocs.index(toc)
        except ValueError:
            msg = (
                f"tariff {self.name!r} has no TOC {toc!r}, "
                f"expected one of {', '.join(self.tocs)}"
            )
            raise UnknownCategoryError(msg) from None
