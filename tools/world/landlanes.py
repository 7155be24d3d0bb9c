"""What lanes over land have in common: pairs of places, speeds, operation categories."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.world.land import Floats
from tools.world.landpatches import without_trade
from tools.world.tables import HOUR_DECIMALS, KM_DECIMALS, read_input

# Emission factors of North America are their own; a lane inside it uses them.
NORTH_AMERICA = frozenset({"CA", "MX", "US"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One lane; the way back is another.

    Attributes
    ----------
    id
        Name of the lane.
    origin, destination
        Node ids.
    mode, toc, service
        What runs on it.
    distance_km
        Shortest feasible distance [km].
    transit_h
        Running time [h].
    departures_per_week
        Departures [1/week], none where it runs on demand.
    capacity_t
        What one departure takes [t], none where it is not known.
    gauge_mm
        Track gauge [mm] of a rail lane.
    """

    id: str
    origin: str
    destination: str
    mode: str
    toc: str
    service: str
    distance_km: float
    transit_h: float
    departures_per_week: float | None = None
    capacity_t: float | None = None
    gauge_mm: int | None = None

    def row(self) -> dict[str, object]:
        """Return the lane as a row of the lanes table."""
        return {
            "id": self.id,
            "origin": self.origin,
            "destination": self.destination,
            "mode": self.mode,
            "toc": self.toc,
            "service": self.service,
            "distance_km": round(self.distance_km, KM_DECIMALS),
            "distance_basis": "sfd",
            "transit_h": round(self.transit_h, HOUR_DECIMALS),
            "departures_per_week": self.departures_per_week,
            "capacity_t_per_departure": self.capacity_t,
            "gauge_mm": self.gauge_mm,
            "passages": "",
            "speed_kmh": None,
        }


def category(stem: str, *markets: str) -> str:
    """Return the operation category of a lane that touches these markets."""
    return f"{stem}-us" if NORTH_AMERICA.issuperset(markets) else stem


def table_value(
    name: str,
    column: str,
    *,
    iso2: Iterable[str],
    continent_of: Mapping[str, str],
) -> Floats:
    """Return a value of each market from a table by market or, failing that, continent.

    Parameters
    ----------
    name
        File of `inputs/` with columns iso2 and continent, one of them filled per row.
    column
        Column of numbers.
    iso2
        Markets, (n,).
    continent_of
        Continent of each market.

    Raises
    ------
    ValueError
        If neither the market nor its continent has a row.
    """
    rows = read_input(name)
    of_market = {row["iso2"]: float(row[column]) for row in rows if row["iso2"]}
    of_continent = {
        row["continent"]: float(row[column]) for row in rows if row["continent"]
    }
    values = []
    for market in iso2:
        continent = continent_of[market]
        if market not in of_market and continent not in of_continent:
            msg = f"{name}: has no row for {market} or its continent {continent}"
            raise ValueError(msg)
        values.append(of_market.get(market, of_continent.get(continent, 0.0)))
    return np.array(values)


def nearest_columns(
    km: Floats, wanted: NDArray[np.bool_], count: int, limit_km: float
) -> NDArray[np.bool_]:
    """Return the `count` nearest wanted columns of each row; ties to the first column.

    Parameters
    ----------
    km
        Distance from row to column [km], (n_rows, n_columns).
    wanted
        Which columns may be taken, (n_rows, n_columns).
    count
        How many of them.
    limit_km
        Farthest [km].

    Returns
    -------
    ndarray
        bool (n_rows, n_columns).
    """
    allowed = np.where(wanted & (km <= limit_km), km, np.inf)
    order = np.argsort(allowed, axis=1, kind="stable")[:, :count]
    taken = np.zeros(km.shape, dtype=np.bool_)
    np.put_along_axis(taken, order, values=True, axis=1)
    return taken & np.isfinite(allowed)


def may_trade(one: NDArray[np.str_], other: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Return which states of two lists trade over land, (n_one, n_other)."""
    barred = without_trade()
    states = sorted({*one.tolist(), *other.tolist()})
    row_of = {iso2: row for row, iso2 in enumerate(states)}
    open_pairs = np.array(
        [["-".join(sorted((a, b))) not in barred for b in states] for a in states]
    )
    rows = [row_of[iso2] for iso2 in one.tolist()]
    columns = [row_of[iso2] for iso2 in other.tolist()]
    return np.asarray(open_pairs[np.ix_(rows, columns)])


def pairs_of(chosen: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Return the pairs chosen from either side, each once, lower row first."""
    either = np.triu(chosen | chosen.T, k=1)
    for a, b in zip(*np.nonzero(either), strict=True):
        yield int(a), int(b)


def symmetric(km: Floats) -> Floats:
    """Return the shorter of both directions, so that both have the same length."""
    return np.minimum(km, km.T)


def mean_of_ends(values: Floats, a: int, b: int) -> float:
    """Return the mean of a value of two places."""
    return float((values[a] + values[b]) / 2)


def either_is(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each pair whether one of both has the flag, (n, n)."""
    return flags[:, None] | flags[None, :]


def both_are(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each pair whether both have the flag, (n, n)."""
    return flags[:, None] & flags[None, :]
