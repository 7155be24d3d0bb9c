"""Distances on the globe, of arrays of points."""

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Mean radius of the Earth, IUGG.
EARTH_RADIUS_KM = 6371.0088
HALF_TURN_DEG = 180.0


def great_circle_km(
    lat1: npt.ArrayLike, lon1: npt.ArrayLike, lat2: npt.ArrayLike, lon2: npt.ArrayLike
) -> Floats:
    """Great-circle distance [km] by the haversine formula.

    Parameters
    ----------
    lat1, lon1, lat2, lon2
        Coordinates [degrees]; shapes must broadcast.
    """
    phi1, lam1, phi2, lam2 = (
        np.radians(np.asarray(one, dtype=np.float64))
        for one in (lat1, lon1, lat2, lon2)
    )
    half = (
        np.sin((phi2 - phi1) / 2) ** 2
        + np.cos(phi1) * np.cos(phi2) * np.sin((lam2 - lam1) / 2) ** 2
    )
    distance: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distance


def unit_vectors(lat: npt.ArrayLike, lon: npt.ArrayLike) -> Floats:
    """Points on the unit sphere, (n, 3)."""
    phi = np.radians(np.asarray(lat, dtype=np.float64))
    lam = np.radians(np.asarray(lon, dtype=np.float64))
    columns = (np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi))
    return np.column_stack(columns)


def nearest(
    lat: npt.ArrayLike,
    lon: npt.ArrayLike,
    *,
    to_lat: npt.ArrayLike,
    to_lon: npt.ArrayLike,
) -> tuple[Ints, Floats]:
    """Index of the nearest of the `to` points and the distance to it [km]."""
    tree = KDTree(unit_vectors(to_lat, to_lon))
    _, index = tree.query(unit_vectors(lat, lon))
    chosen = np.asarray(index, dtype=np.int64)
    distance = great_circle_km(
        lat, lon, np.asarray(to_lat)[chosen], np.asarray(to_lon)[chosen]
    )
    return chosen, distance


def wrapped_lon(lon: npt.ArrayLike) -> Floats:
    """Longitude [degrees] in -180 .. 180; 180 itself stays."""
    raw = np.asarray(lon, dtype=np.float64)
    outside = np.abs(raw) > HALF_TURN_DEG
    turned = (raw + HALF_TURN_DEG) % (2 * HALF_TURN_DEG) - HALF_TURN_DEG
    return np.where(outside, turned, raw)
