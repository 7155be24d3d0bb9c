"""Land outlines for drawing maps."""

import json

import numpy as np
import shapely

from tools.world.borders import Borders

DEGREE_DECIMALS = 2
# South of here lies no freight, and a ring round the pole has no inside on a map.
SOUTH_END_DEG = -60.0
NORTH_END_DEG = 84.0
# A ring repeats its first point; with fewer points it has no inside.
LEAST_POINTS = 4


def land_outline(borders: Borders) -> str:
    """Land of the world as GeoJSON text, one polygon a feature.

    Parameters
    ----------
    borders
        Polygons of the states, cut at the antimeridian.
    """
    frame = shapely.box(-180.0, SOUTH_END_DEG, 180.0, NORTH_END_DEG)
    inside = [
        shapely.intersection(polygon, frame)
        for polygon in borders.polygons
        if polygon.bounds[3] > SOUTH_END_DEG
    ]
    land = shapely.union_all(np.array(inside, dtype=object))
    features = sorted(
        (_polygon(part) for part in shapely.get_parts(land) if _is_drawn(part)),
        key=lambda rings: rings[0],
    )
    content = {
        "type": "FeatureCollection",
        "attribution": "Made with Natural Earth.",
        "features": [
            {
                "type": "Feature",
                "properties": {},
                "geometry": {"type": "Polygon", "coordinates": rings},
            }
            for rings in features
        ],
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def _is_drawn(part: shapely.Geometry) -> bool:
    if not isinstance(part, shapely.Polygon):
        return False
    return len(_ring(part.exterior)) >= LEAST_POINTS


def _polygon(part: shapely.Polygon) -> list[list[list[float]]]:
    """Outer ring and holes, anticlockwise and clockwise as GeoJSON wants them."""
    whole = shapely.orient_polygons(part)
    rings = [_ring(whole.exterior), *(_ring(hole) for hole in whole.interiors)]
    return [ring for ring in rings if len(ring) >= LEAST_POINTS]


def _ring(ring: shapely.Geometry) -> list[list[float]]:
    """Return the rounded points of a ring without repeats."""
    points: list[list[float]] = []
    for lon, lat in np.round(shapely.get_coordinates(ring), DEGREE_DECIMALS):
        point = [float(lon) + 0.0, float(lat) + 0.0]
        if not points or points[-1] != point:
            points.append(point)
    return points
