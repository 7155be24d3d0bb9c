from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from greenroute.network.distance import sea_distance_km
from greenroute.network.network import Network
from greenroute.network.sea_path import sea_paths
from seaways import EDGES, seaway_of

A, B, C = [0.0, 0.0], [0.0, 10.0], [-10.0, 5.0]


def test_a_way_runs_along_the_routes_and_names_its_passages(sea: Network) -> None:
    assert sea.seaway is not None
    [way] = sea_paths(sea.seaway, np.array([A]), np.array([B]))

    assert way is not None
    assert way.passages == ("canal",)
    assert way.line[:, 0].tolist() == [0, 0, 5, 10, 10]  # A, its node, middle, B's, B


def test_with_the_canal_closed_the_way_rounds_the_cape(sea: Network) -> None:
    assert sea.seaway is not None
    shut = replace(sea.seaway, closed=frozenset({"canal", "ice"}))
    [way] = sea_paths(shut, np.array([A]), np.array([B]))

    assert way is not None
    assert way.passages == ("cape",)
    assert way.line[2:3, 1].tolist() == [-10.0]


def test_without_a_way_there_is_none(sea: Network) -> None:
    assert sea.seaway is not None
    shut = replace(sea.seaway, closed=frozenset({"canal", "cape", "ice"}))
    ways = sea_paths(shut, np.array([A, B]), np.array([B, C]))

    assert ways[0] is None
    assert ways[1] is not None


@given(EDGES)
def test_the_edges_of_a_way_add_up_to_its_distance(
    edges: list[tuple[int, int, int]],
) -> None:
    seaway = seaway_of(edges, [0] * len(edges))
    points = np.column_stack([seaway.lat, seaway.lon])
    a, b = (axis.ravel() for axis in np.indices((6, 6)))
    least: dict[tuple[int, int], int] = {}
    for i, j, km in edges:
        for pair in ((i, j), (j, i)):
            least[pair] = min(km, least.get(pair, km))
    ways = sea_paths(seaway, points[a], points[b])
    lengths = [
        np.nan
        if way is None
        else sum(
            least[int(i), int(j)]
            for i, j in zip(way.line[1:-2, 0] / 10, way.line[2:-1, 0] / 10, strict=True)
        )
        for way in ways
    ]

    assert lengths == pytest.approx(
        sea_distance_km(seaway, points[a], points[b]), nan_ok=True
    )
