"""One itinerary on a map, as SVG: equirectangular, cropped to the way it takes."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from greenroute.network.geometry import unwrap
from greenroute.network.lane import Mode
from greenroute.network.network import Network
from greenroute.plan.itinerary import Itinerary
from greenroute.plan.leg import LegKind
from greenroute.report.paths import ends_of, lines_of
from greenroute.report.svg import Box, Labels, document, dot, heading, path, text
from greenroute.units import HOURS_PER_DAY

WIDTH = 760.0
_TOP = 58.0
#: Height of the map over its width: at least and at most.
_FLATTEST, _TALLEST = 0.38, 0.66
#: Room around the way, as a share of its extent; and the least extent [degree].
_ROOM, _LEAST_DEGREES = 0.12, 6.0
_TURN = 360.0
_COLOUR = {
    Mode.SEA: "#0072b2",
    Mode.AIR: "#d55e00",
    Mode.RAIL: "#009e73",
    Mode.ROAD: "#6b4c9a",
    Mode.INLAND_WATERWAY: "#2bb5c8",
}
_DASH = {
    Mode.SEA: "",
    Mode.AIR: "7 4",
    Mode.RAIL: "",
    Mode.ROAD: "",
    Mode.INLAND_WATERWAY: "",
}
_WATER, _LAND, _COAST, _INK = "#eef4f8", "#ded9cc", "#b9b3a4", "#222222"
_OUTLINES = "land.geojson"


def itinerary_map(itinerary: Itinerary, network: Network) -> str:
    """Return an SVG map of an itinerary.

    Ships are drawn along the shipping routes, all else as great circles. Land is drawn if
    the network has outlines (`land.geojson`).

    Parameters
    ----------
    network
        Network that it runs on, with the passages closed that were avoided.
    """
    runs = [leg for leg in itinerary.legs if leg.kind is LegKind.TRANSPORT]
    lines = lines_of(runs, network)
    ways = _joined([lines[ends_of(leg)] for leg in runs])
    view = _View.around(np.vstack(ways))
    names = f"{runs[0].origin_name} → {runs[-1].destination_name}"
    totals = (
        f"{itinerary.cost_usd:,.0f} USD · {itinerary.transit_h / HOURS_PER_DAY:.1f} days"
        f" · {itinerary.wtw_kg_co2e:,.0f} kg CO2e"
    )
    modes = [Mode(leg.mode) for leg in runs]
    parts = [
        heading(names, (20.0, 26.0)),
        text(totals, (20.0, 46.0)),
        *_legend(modes),
        view.clip(),
        f'<g clip-path="url(#{view.clip_id})">',
        view.water(),
        *view.land(network.folder / _OUTLINES),
        *(_run(view.pixels(way), mode) for way, mode in zip(ways, modes, strict=True)),
        "</g>",
        *_stops([(leg.origin_name, leg.destination_name) for leg in runs], ways, view),
    ]
    return document((WIDTH, view.frame.bottom), f"{names}: {totals}", parts)


class _View:
    """Window of the map: which degrees are drawn on which pixels."""

    def __init__(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
        self._low, self._high = low, high
        self._px_per_degree = WIDTH / (high[0] - low[0])
        self._stretch = 1 / _shrink(low, high)
        height = (high[1] - low[1]) * self._px_per_degree * self._stretch
        self.frame = Box(left=0.0, top=_TOP, right=WIDTH, bottom=_TOP + height)

    @classmethod
    def around(cls, points: NDArray[np.float64]) -> "_View":
        """Return a window around points that is neither too flat nor too tall."""
        low, high = points.min(axis=0), points.max(axis=0)
        middle, extent = (low + high) / 2, np.maximum(high - low, _LEAST_DEGREES)
        extent *= 1 + 2 * _ROOM
        shrink = _shrink(low, high)
        ratio = extent[1] / (extent[0] * shrink)
        if ratio < _FLATTEST:
            extent[1] = _FLATTEST * extent[0] * shrink
        elif ratio > _TALLEST:
            extent[0] = extent[1] / (_TALLEST * shrink)
        return cls(middle - extent / 2, middle + extent / 2)

    @property
    def clip_id(self) -> str:
        """Id of the clip path; differs between maps that stand on one page."""
        corner = "-".join(f"{degree:.3f}" for degree in (*self._low, *self._high))
        return f"map-{corner}".replace(".", "_")

    def pixels(self, line: NDArray[np.float64]) -> list[tuple[float, float]]:
        """Return points (lon, lat) in pixels."""
        x = (line[:, 0] - self._low[0]) * self._px_per_degree
        y = (self._high[1] - line[:, 1]) * self._px_per_degree * self._stretch
        return list(zip(x.tolist(), (y + _TOP).tolist(), strict=True))

    def clip(self) -> str:
        """Return the definition that cuts off what lies outside the window."""
        return f'<clipPath id="{self.clip_id}">{self._rectangle("")}</clipPath>'

    def water(self) -> str:
        """Return the background."""
        return self._rectangle(f' fill="{_WATER}"')

    def land(self, outlines: Path) -> Iterator[str]:
        """Yield the land in the window, repeated at every turn around the Earth."""
        if not outlines.is_file():
            return
        for ring in _rings(outlines):
            for turn in (-_TURN, 0.0, _TURN):
                moved = ring + np.array([turn, 0.0])
                outside = (moved.max(axis=0) < self._low) | (
                    moved.min(axis=0) > self._high
                )
                if not outside.any():
                    way = "L".join(f"{x:.1f} {y:.1f}" for x, y in self.pixels(moved))
                    yield (
                        f'<path d="M{way}Z" fill="{_LAND}" stroke="{_COAST}" '
                        'stroke-width="0.4"/>'
                    )

    def _rectangle(self, more: str) -> str:
        box = self.frame
        return (
            f'<rect x="0" y="{box.top:.1f}" width="{WIDTH:g}" '
            f'height="{box.bottom - box.top:.1f}"{more}/>'
        )


def _shrink(low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Return how much narrower a degree of longitude is than one of latitude."""
    return max(math.cos(math.radians(float(low[1] + high[1]) / 2)), 0.3)


def _joined(lines: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return lines whose longitudes go on from one to the next."""
    joined: list[NDArray[np.float64]] = []
    for line in lines:
        whole = unwrap(line)
        if joined:
            turns = np.rint((joined[-1][-1, 0] - whole[0, 0]) / _TURN)
            whole = whole + np.array([turns * _TURN, 0.0])
        joined.append(whole)
    return joined


def _rings(outlines: Path) -> Iterator[NDArray[np.float64]]:
    """Yield the outer rings of all polygons."""
    for feature in json.loads(outlines.read_text())["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"]
        if shape["type"] == "Polygon":
            polygons = [polygons]
        for polygon in polygons:
            yield np.array(polygon[0], dtype=np.float64)


def _run(points: list[tuple[float, float]], mode: Mode) -> str:
    return path(points, stroke=_COLOUR[mode], stroke_width=2.6, dash=_DASH[mode])


def _legend(modes: list[Mode]) -> Iterator[str]:
    x = WIDTH - 20.0
    for mode in reversed(list(dict.fromkeys(modes))):
        words = mode.replace("_", " ")
        x -= 7.2 * len(words)
        yield text(words, (x, 46.0))
        yield path(
            [(x - 32, 42.0), (x - 6, 42.0)],
            stroke=_COLOUR[mode],
            stroke_width=3,
            dash=_DASH[mode],
        )
        x -= 46.0


def _stops(
    names: list[tuple[str, str]], ways: list[NDArray[np.float64]], view: _View
) -> Iterator[str]:
    """Yield a dot and a name for each place where goods change vehicle."""
    spots: dict[str, tuple[float, float]] = {}
    for (origin, destination), way in zip(names, ways, strict=True):
        start, *_, end = view.pixels(way)
        spots.setdefault(origin, start)
        spots.setdefault(destination, end)
    labels = Labels(frame=view.frame)
    for x, y in spots.values():
        yield dot((x, y), radius=3.5, fill="#ffffff", stroke=_INK)
        labels.taken.append(Box(left=x - 4, top=y - 4, right=x + 4, bottom=y + 4))
    # The ends first: they keep their names where there is little room.
    order = [names[0][0], names[-1][1], *spots]
    for name in dict.fromkeys(order):
        yield labels.place(name, spots[name])
