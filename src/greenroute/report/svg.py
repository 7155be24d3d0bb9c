"""Pieces of SVG that the chart and the map share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

#: Width of a character over the size of the font, for labels that must not overlap.
_CHARACTER = 0.56
_FONT = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
_INK = "#333333"
#: Where a label may stand around its point: (side, up), nearest first.
_SPOTS = ((1, 0), (-1, 0), (1, -1), (1, 1), (-1, -1), (-1, 1), (0, -1), (0, 1))
_GAPS = (10.0, 20.0, 34.0, 50.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Rectangle in the picture, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        """Return whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        """Return whether the other rectangle lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(slots=True)
class Labels:
    """Places labels beside points so that none covers another or leaves the frame.

    Attributes
    ----------
    frame
        Where labels may stand.
    size
        Of the font [px].
    taken
        Where none may stand.
    dots
        Points that are better not covered.
    """

    frame: Box
    size: float = 12.0
    taken: list[Box] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)

    def place(self, words: str, at: tuple[float, float]) -> str:
        """Return a label with a line to its point; "" where there is no room for it."""
        width = len(words) * self.size * _CHARACTER
        spots = [
            (gap, self._box(at, (side * gap, up * gap), width))
            for gap in _GAPS
            for side, up in _SPOTS
        ]
        free = [
            (gap, box)
            for gap, box in spots
            if self.frame.holds(box) and not any(map(box.overlaps, self.taken))
        ]
        if not free:
            return ""
        gap, box = min(free, key=lambda spot: self._covered(spot[1]))
        self.taken.append(box)
        return self._draw(words, at, box, far=gap > _GAPS[0])

    def _covered(self, box: Box) -> int:
        return sum(
            box.left < x < box.right and box.top < y < box.bottom for x, y in self.dots
        )

    def _box(
        self, at: tuple[float, float], shift: tuple[float, float], width: float
    ) -> Box:
        x, y = at[0] + shift[0], at[1] + shift[1]
        if shift[0] < 0:
            x -= width
        elif shift[0] == 0:
            x -= width / 2
        half = self.size * 0.65
        return Box(left=x, top=y - half, right=x + width, bottom=y + half)

    def _draw(self, words: str, at: tuple[float, float], box: Box, *, far: bool) -> str:
        middle = (box.top + box.bottom) / 2
        line = ""
        if far:
            x = min(max(at[0], box.left), box.right)
            y = min(max(at[1], box.top), box.bottom)
            line = path([at, (x, y)], stroke=_INK, stroke_width=0.7)
        return line + text(
            words, (box.left, middle + self.size * 0.35), size=self.size, halo=True
        )


def document(size: tuple[float, float], title: str, parts: Iterable[str]) -> str:
    """Return an SVG document.

    Parameters
    ----------
    size
        Width and height [px].
    title
        What it shows, for readers who do not see it.
    """
    width, height = size
    body = "\n".join(part for part in parts if part)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label={quoteattr(title)} '
        f'font-family="{_FONT}">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def text(
    words: str,
    at: tuple[float, float],
    *,
    size: float = 12.0,
    anchor: str = "start",
    halo: bool = False,
    turn: float = 0.0,
) -> str:
    """Return a line of text.

    Parameters
    ----------
    anchor
        Which part of it stands at the point: start, middle or end.
    halo
        White around the letters, to be read above lines.
    turn
        Rotation [degree].
    """
    x, y = at
    more = ""
    if halo:
        more += ' stroke="#ffffff" stroke-width="3" paint-order="stroke"'
    if turn:
        more += f' transform="rotate({turn:g} {x:.1f} {y:.1f})"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" '
        f'fill="{_INK}"{more}>{escape(words)}</text>'
    )


def heading(words: str, at: tuple[float, float]) -> str:
    """Return the title of a picture."""
    return text(words, at, size=16.0).replace("<text ", '<text font-weight="600" ', 1)


def path(
    points: Sequence[tuple[float, float]],
    *,
    stroke: str,
    stroke_width: float,
    dash: str = "",
) -> str:
    """Return a line through points."""
    way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="M{way}" fill="none" stroke="{stroke}" '
        f'stroke-width="{stroke_width:g}" stroke-linejoin="round"{dashes}/>'
    )


def dot(at: tuple[float, float], *, radius: float, fill: str, stroke: str) -> str:
    """Return a filled circle."""
    return (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:g}" fill="{fill}" '
        f'stroke="{stroke}"/>'
    )
