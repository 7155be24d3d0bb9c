"""Country borders: which state and which piece of land a point lies in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

# Coasts are drawn coarsely; a pier or a shore road may lie this far off them.
SHORE_DEG = 0.5

# Rounding by the source leaves islets of fewer points, which enclose nothing.
MIN_RING = 4

TURN_DEG = 360.0

#: Features of the source without a number of ISO 3166-1, and the state they count to.
#: What is named neither here nor by number belongs to no market.
NAMED_TERRITORIES = {
    "Akrotiri": "CY",
    "Baikonur": "KZ",
    "Cyprus U.N. Buffer Zone": "CY",
    "Dhekelia": "CY",
    "Kosovo": "XK",
    "N. Cyprus": "CY",
    "Somaliland": "SO",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """Polygons of the states, one per piece.

    Attributes
    ----------
    polygons
        Pieces of states as drawn by the source, object (n_pieces,).
    iso2
        State of each piece, "" where it is no market, (n_pieces,).
    land
        Piece of continuous land, across borders, that it is part of, (n_pieces,).
    """

    polygons: NDArray[Any]
    iso2: NDArray[np.str_]
    land: NDArray[np.int32]


def read_borders(topology: Mapping[str, Any], iso2_of: Mapping[int, str]) -> Borders:
    """Read the countries of a TopoJSON file.

    Parameters
    ----------
    topology
        The file, with objects `countries` and `land`.
    iso2_of
        Alpha-2 code of each numeric code of ISO 3166-1.
    """
    arcs = _arcs(topology)
    polygons: list[Any] = []
    iso2: list[str] = []
    for feature in topology["objects"]["countries"]["geometries"]:
        pieces = _pieces(feature, arcs)
        polygons.extend(pieces)
        iso2.extend([_market(feature, iso2_of)] * len(pieces))
    land: list[Any] = []
    for feature in topology["objects"]["land"]["geometries"]:
        land.extend(_pieces(feature, arcs))
    pieces_array = np.array(polygons, dtype=object)
    return Borders(
        polygons=pieces_array,
        iso2=np.array(iso2, dtype="<U2"),
        land=_land_of(pieces_array, np.array(land, dtype=object)),
    )


def locate(
    borders: Borders, lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.int32]:
    """Return the piece each point lies in, or the nearest one near the shore.

    Parameters
    ----------
    borders
        Pieces of states.
    lat, lon
        Points [degree], (n,).

    Returns
    -------
    ndarray
        Row of the piece, -1 farther than `SHORE_DEG` from any, int32 (n,).
    """
    found = np.full(len(lat), len(borders.polygons), dtype=np.int32)
    points = np.asarray(shapely.points(lon, lat))
    shapely.prepare(borders.polygons)
    piece, point = shapely.STRtree(points).query(borders.polygons, "intersects")
    # On a shared border both states hold the point: the lower row wins.
    np.minimum.at(found, point, piece.astype(np.int32))
    loose = np.flatnonzero(found == len(borders.polygons))
    found[loose] = -1
    row, piece = shapely.STRtree(borders.polygons).query_nearest(
        points[loose], max_distance=SHORE_DEG, all_matches=False
    )
    found[loose[row]] = piece
    return found


def states_at(borders: Borders, piece: NDArray[np.int32]) -> NDArray[np.str_]:
    """Return the state of each piece number of `locate`, "" for none, (n,)."""
    known = np.append(borders.iso2, np.array([""], dtype="<U2"))
    return known[piece]


def lands_at(borders: Borders, piece: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the continuous land of each piece number of `locate`, -1 for none."""
    known = np.append(borders.land, np.int32(-1))
    return known[piece].astype(np.int32)


def _arcs(topology: Mapping[str, Any]) -> list[NDArray[np.float64]]:
    scale = np.array(topology["transform"]["scale"])
    translate = np.array(topology["transform"]["translate"])
    return [
        np.cumsum(np.array(arc, dtype=np.float64), axis=0) * scale + translate
        for arc in topology["arcs"]
    ]


def _ring(numbers: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Join arcs end to end; a negative number is an arc taken backwards."""
    parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def _pieces(feature: Mapping[str, Any], arcs: list[NDArray[np.float64]]) -> list[Any]:
    shapes = feature["arcs"]
    if feature["type"] == "Polygon":
        shapes = [shapes]
    elif feature["type"] != "MultiPolygon":
        return []
    pieces: list[Any] = []
    for shape in shapes:
        rings = [_unwrapped(_ring(ring, arcs)) for ring in shape]
        if len(rings[0]) < MIN_RING:
            continue
        holes = [ring for ring in rings[1:] if len(ring) >= MIN_RING]
        whole = shapely.make_valid(shapely.Polygon(rings[0], holes))
        pieces.extend(_within_one_turn(whole))
    return pieces


def _unwrapped(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let a ring run on past 180 degrees instead of jumping to the other side.

    The ring around the pole does not close then; it stays as it is.
    """
    steps = np.diff(ring[:, 0])
    turns = np.concatenate([[0.0], np.cumsum(-TURN_DEG * np.round(steps / TURN_DEG))])
    if turns[-1] != 0.0:
        return ring
    return np.column_stack([ring[:, 0] + turns, ring[:, 1]])


def _within_one_turn(whole: BaseGeometry) -> list[Any]:
    """Cut a shape at 180 degrees and bring its polygons back to -180 .. 180."""
    west, _, east, _ = whole.bounds
    cut = [whole]
    if west < -TURN_DEG / 2 or east > TURN_DEG / 2:
        cut = [
            translate(
                shapely.intersection(
                    whole, shapely.box(left, -90.0, left + TURN_DEG, 90.0)
                ),
                xoff=-(left + TURN_DEG / 2),
            )
            for left in (-1.5 * TURN_DEG, -0.5 * TURN_DEG, 0.5 * TURN_DEG)
        ]
    # A collection may hold polygons of several parts: take it apart twice.
    parts = shapely.get_parts(shapely.get_parts(cut))
    return [part for part in parts if part.geom_type == "Polygon"]


def _market(feature: Mapping[str, Any], iso2_of: Mapping[int, str]) -> str:
    if "id" in feature:
        return iso2_of[int(feature["id"])]
    return NAMED_TERRITORIES.get(feature["properties"]["name"], "")


def _land_of(pieces: NDArray[Any], land: NDArray[Any]) -> NDArray[np.int32]:
    """Return the land each piece has a point inside of; -1 for a loose one."""
    inside = shapely.point_on_surface(pieces)
    found = np.full(len(pieces), -1, dtype=np.int32)
    shapely.prepare(land)
    number, piece = shapely.STRtree(inside).query(land, "contains")
    found[piece] = number
    return found
