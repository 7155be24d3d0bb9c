"""Distances and nearest points on the sphere."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from greenroute.units import EARTH_RADIUS_KM

#: Points compared at once; bounds the memory of `nearest`.
POINTS_AT_ONCE = 512


def great_circle_km(
    lat_a: ArrayLike, lon_a: ArrayLike, lat_b: ArrayLike, lon_b: ArrayLike
) -> NDArray[np.float64]:
    """Return the great-circle distance of points given in degrees [km].

    Broadcasts. Haversine formula on a sphere of the mean radius, which differs from the
    ellipsoid by at most 0.6 %.

    References
    ----------
    .. [1] R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984) 159.
    """
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_dphi = (phi_b - phi_a) / 2
    half_dlambda = (np.radians(lon_b) - np.radians(lon_a)) / 2
    chord = (
        np.sin(half_dphi) ** 2
        + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_dlambda) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0))))


def unit_vectors(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.float64]:
    """Return points on the unit sphere, (n, 3)."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack(
        [np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1
    )


def nearest(
    lat: NDArray[np.float64],
    lon: NDArray[np.float64],
    among_lat: NDArray[np.float64],
    among_lon: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return for each point the row of the nearest of the others, (n,).

    The nearest on the sphere has the largest dot product of unit vectors; equal ones
    go to the smaller row.
    """
    others = unit_vectors(among_lat, among_lon).T
    points = unit_vectors(lat, lon)
    rows = np.empty(len(points), dtype=np.int64)
    for first in range(0, len(points), POINTS_AT_ONCE):
        chunk = points[first : first + POINTS_AT_ONCE]
        rows[first : first + POINTS_AT_ONCE] = np.argmax(chunk @ others, axis=1)
    return rows
