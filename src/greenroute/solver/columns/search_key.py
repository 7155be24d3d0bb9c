"""Commodities: orders that may take the same paths, and what is searched for them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from tzfpy import get_tz

from greenroute.errors import DataError, GreenrouteError, UnknownPlaceError
from greenroute.network.door import join_door
from greenroute.network.network import Network
from greenroute.network.places import Place
from greenroute.orders.order_book import (
    CARGOES,
    NO_TIME,
    ErrorCode,
    OrderBook,
    Rejection,
    lacking_values,
)
from greenroute.orders.shipment import SET_SEPARATOR, Cargo
from greenroute.rating.read import Rates
from greenroute.tables import Coded
from greenroute.units import KG_PER_TONNE, SECONDS_PER_MINUTE

#: Upper ends of the size classes but the last [t], by the larger of mass and of volume at
#: the density that the tariff assumes.
SIZE_ENDS_T = (1.0, 8.0)
#: What stands for a class in searches [t]; the last one fills a container, and several.
SIZE_T = (0.3, 3.0, 16.0)
FULL = len(SIZE_T) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Ends of the orders as nodes of a network that has their doors.

    Attributes
    ----------
    network
        Doors joined.
    origin
        Node of each distinct origin text; -1 where it cannot be, (n_origins,).
    destinations
        Nodes of each distinct destination text; none where it cannot be.
    origin_zone, destination_zone
        Time zone of each text.
    origin_error, destination_error
        Why a text cannot be; None where it can.
    """

    network: Network
    origin: NDArray[np.int64]
    destinations: tuple[tuple[int, ...], ...]
    origin_zone: tuple[str, ...]
    destination_zone: tuple[str, ...]
    origin_error: tuple[GreenrouteError | None, ...]
    destination_error: tuple[GreenrouteError | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchKeys:
    """What is searched: distinct (origin, destinations, cargo, UN number, size, room).

    Attributes
    ----------
    of_order
        Key of each order, -1 for rejected ones, (n_orders,).
    origin
        Node, (n_keys,).
    destination, destination_nodes
        Place of each key's destination text, (n_keys,), and nodes of each text, any of
        which will do.
    cargo
        Position in `CARGOES`, (n_keys,).
    un, un_names
        Place of each key's UN number in the names, (n_keys,); "" for none.
    size
        Size class, (n_keys,).
    room
        Class of what a departure must take: the lanes that take one order of a key take
        all of them, (n_keys,).
    mass_kg
        Of its heaviest order [kg], (n_keys,).
    pool
        Keys of one pool share the paths that are found for any of them, (n_keys,).
    """

    of_order: NDArray[np.int64]
    origin: NDArray[np.int64]
    destination: NDArray[np.int64]
    destination_nodes: tuple[tuple[int, ...], ...]
    cargo: NDArray[np.int8]
    un: NDArray[np.int64]
    un_names: tuple[str, ...]
    size: NDArray[np.int64]
    room: NDArray[np.int64]
    mass_kg: NDArray[np.float64]
    pool: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.origin)

    @property
    def n_pools(self) -> int:
        """Number of pools."""
        return int(self.pool.max(initial=-1)) + 1

    def pool_of_order(self) -> NDArray[np.int64]:
        """Return the pool of each order, -1 for rejected ones, (n_orders,)."""
        return np.append(self.pool, -1)[self.of_order]


def find_places(book: OrderBook, network: Network) -> Places:
    """Find every distinct place once, and join the doors."""
    origins, destinations = [], []
    for text in book.origin.names:
        network, found = _find(text, network)
        origins.append(found)
    for text in book.destination.names:
        network, found = _find(text, network)
        destinations.append(found)
    return Places(
        network=network,
        origin=np.array(
            [p[0].node if isinstance(p, list) else -1 for p in origins], np.int64
        ),
        destinations=tuple(
            tuple(place.node for place in p) if isinstance(p, list) else ()
            for p in destinations
        ),
        origin_zone=tuple(_zone(p) for p in origins),
        destination_zone=tuple(_zone(p) for p in destinations),
        origin_error=tuple(None if isinstance(p, list) else p for p in origins),
        destination_error=tuple(
            None if isinstance(p, list) else p for p in destinations
        ),
    )


def build_keys(
    book: OrderBook, places: Places, rates: Rates
) -> tuple[SearchKeys, list[Rejection]]:
    """Group orders by what is searched for them; those that cannot be are rejected."""
    rejections = [
        *_place_errors(book, places),
        *_un_errors(book, rates),
        *lacking_values(book),
    ]
    same = _same_place(book, places)
    for row in np.flatnonzero(same).tolist():
        text = (
            f"order {book.order_id[row].as_py()!r}: destination "
            f"{book.destination[row]!r} is where it starts ({book.origin[row]!r}), "
            "expected another place"
        )
        rejections.append(
            Rejection(
                row=row, code=ErrorCode.SAME_PLACE, field="destination", text=text
            )
        )
    good = np.ones(len(book), dtype=np.bool_)
    good[[rejection.row for rejection in rejections]] = False
    rows = np.flatnonzero(good)
    size = size_classes(book.mass_kg, volumes(book, rates), rates)
    parts: tuple[NDArray[np.integer], ...] = (
        places.origin[book.origin.codes] if len(book) else np.empty(0, np.int64),
        book.destination.codes,
        book.cargo,
        book.un_number.codes,
        size,
        _rooms(book.mass_kg, places.network),
    )
    first, of = _distinct([part[rows].astype(np.int64) for part in parts])
    of_order = np.full(len(book), -1, dtype=np.int64)
    of_order[rows] = of
    heaviest = np.zeros(len(first))
    np.maximum.at(heaviest, of, book.mass_kg[rows])
    origin, destination, cargo, un, of_size, room = (
        part[rows[first]] for part in parts
    )
    keys = SearchKeys(
        of_order=of_order,
        origin=origin.astype(np.int64),
        destination=destination.astype(np.int64),
        destination_nodes=places.destinations,
        cargo=cargo.astype(np.int8),
        un=un.astype(np.int64),
        un_names=book.un_number.names,
        size=of_size.astype(np.int64),
        room=room.astype(np.int64),
        mass_kg=heaviest,
        pool=np.arange(len(first)),
    )
    return keys, rejections


def pool_keys(keys: SearchKeys) -> SearchKeys:
    """Return the keys with one pool for all sizes of the same goods between two places.

    What suits one size may suit another one, and orders of a large book share more tables.
    """
    parts = keys.origin, keys.destination, keys.cargo.astype(np.int64), keys.un
    _, pool = _distinct(parts)
    return replace(keys, pool=pool)


def _distinct(
    parts: Sequence[NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where distinct rows of columns >= 0 come first, sorted, and which each is."""
    number = np.zeros(len(parts[0]), np.int64)
    for part in parts:
        # Ranks of what there was so far: products of two counts fit 64 bits.
        distinct, rank = np.unique(number, return_inverse=True)
        size = int(part.max(initial=0)) + 1
        assert len(distinct) * size < 2**62  # noqa: S101 - fewer rows than that fit memory
        number = rank.reshape(-1) * size + part
    _, first, of = np.unique(number, return_index=True, return_inverse=True)
    return first, of.reshape(-1)


def volumes(book: OrderBook, rates: Rates) -> NDArray[np.float64]:
    """Return volumes [m³], assumed from the density of the tariff where not given."""
    assumed = book.mass_kg / rates.tariff.density_kg_per_m3
    return np.where(np.isnan(book.volume_m3), assumed, book.volume_m3)


def size_classes(
    mass_kg: NDArray[np.float64], volume_m3: NDArray[np.float64], rates: Rates
) -> NDArray[np.int64]:
    """Return the size class of orders."""
    dense_kg = volume_m3 * rates.tariff.density_kg_per_m3
    tonnes = np.maximum(mass_kg, dense_kg) / KG_PER_TONNE
    return np.searchsorted(SIZE_ENDS_T, tonnes).astype(np.int64)


def _rooms(mass_kg: NDArray[np.float64], network: Network) -> NDArray[np.int64]:
    """Return between which capacities of departures each mass lies."""
    one_kg = network.lanes.capacity_t_per_departure * KG_PER_TONNE
    known = np.unique(one_kg[~np.isnan(one_kg)])
    return np.searchsorted(known, mass_kg).astype(np.int64)


def utc_minutes(
    book: OrderBook, places: Places
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return minutes of ready and due since 1970, UTC; `NO_TIME` where not given."""
    return (
        _minutes(book.ready_s, book, book.origin, places.origin_zone),
        _minutes(book.due_s, book, book.destination, places.destination_zone),
    )


def _minutes(
    seconds: NDArray[np.int64], book: OrderBook, ends: Coded, zones: tuple[str, ...]
) -> NDArray[np.int64]:
    given = seconds != NO_TIME
    utc = np.where(given, seconds, 0)
    local = given & book.is_local
    names, of_text = np.unique(np.array(zones, dtype=np.str_), return_inverse=True)
    zone_of = of_text[ends.codes] if len(zones) else np.empty(0, np.int64)
    order = np.argsort(np.where(local, zone_of, -1), kind="stable")
    ends_of = np.cumsum(np.bincount(np.where(local, zone_of, -1) + 1))
    for zone, (start, end) in enumerate(pairwise(ends_of.tolist())):
        rows = order[start:end]
        if not len(rows):
            continue
        there = pa.array(utc[rows], pa.timestamp("s"))
        aware = pc.assume_timezone(
            there,
            str(names[zone]) or "UTC",
            ambiguous="earliest",
            nonexistent="earliest",
        )
        utc[rows] = np.asarray(aware.cast(pa.int64()))
    return np.where(given, utc // SECONDS_PER_MINUTE, NO_TIME)


def _find(text: str, network: Network) -> tuple[Network, list[Place] | GreenrouteError]:
    """Return the places of a set, joined to the network, or why there are none."""
    names = [name for name in text.split(SET_SEPARATOR) if name.strip()]
    if not names:
        return network, DataError(f"place is {text!r}, expected one or a set 'A;B;C'")
    places = []
    try:
        for name in names:
            network, place = join_door(network, network.find_place(name))
            places.append(place)
    except (DataError, UnknownPlaceError) as error:
        return network, error
    return network, places


def _zone(found: list[Place] | GreenrouteError) -> str:
    if not isinstance(found, list):
        return ""
    name = str(get_tz(found[0].lon, found[0].lat))
    return str(ZoneInfo(name).key)


def _same_place(book: OrderBook, places: Places) -> NDArray[np.bool_]:
    pairs = np.stack([book.origin.codes, book.destination.codes]).astype(np.int64)
    distinct, of = np.unique(pairs, axis=1, return_inverse=True)
    same = [
        places.origin[o] >= 0 and int(places.origin[o]) in places.destinations[d]
        for o, d in distinct.T.tolist()
    ]
    return np.array(same, dtype=np.bool_)[of.reshape(-1)]


def _place_errors(book: OrderBook, places: Places) -> list[Rejection]:
    found = []
    for field, ends, errors in (
        ("origin", book.origin, places.origin_error),
        ("destination", book.destination, places.destination_error),
    ):
        wrong = np.array([error is not None for error in errors], dtype=np.bool_)
        hit = wrong[ends.codes] if len(errors) else np.zeros(0, np.bool_)
        for row in np.flatnonzero(hit).tolist():
            text = f"order {book.order_id[row].as_py()!r}: {errors[ends.codes[row]]}"
            code = ErrorCode.UNKNOWN_PLACE
            found.append(Rejection(row=row, code=code, field=field, text=text))
    return found


def _un_errors(book: OrderBook, rates: Rates) -> list[Rejection]:
    found = []
    dangerous = book.cargo == CARGOES.index(Cargo.DANGEROUS)
    for code, name in enumerate(book.un_number.names):
        try:
            if name:
                rates.dangerous.find(name)
        except GreenrouteError as error:
            rows = np.flatnonzero(dangerous & (book.un_number.codes == code))
            found += [
                Rejection(
                    row=row,
                    code=ErrorCode.UNKNOWN_CATEGORY,
                    field="un_number",
                    text=f"order {book.order_id[row].as_py()!r}: {error}",
                )
                for row in rows.tolist()
            ]
    return found
